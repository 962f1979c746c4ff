"""Words of `check` on service as written: who asks for whom from the scene, and what is no fault and will hardly be meant."""

from __future__ import annotations

from sim.scenario.roles import is_rostered
from sim.scenario.schema import Responder, Scenario
from sim.screen import number, percent
from sim.study.screens.words import listed, said


def asking_sentences(scenario: Scenario) -> list[str]:
    """Who asks for whom, how often, how long they wait and who stays; types that ask alike are told together."""
    alike: dict[str, list[str]] = {}
    for name, row in scenario.responders.items():
        if sentence := _asking(row) if is_rostered(row) else "":
            alike.setdefault(sentence, []).append(said(name))
    return [f"{listed(names)}: {sentence}" for sentence, names in alike.items()]


def _asking(row: Responder) -> str:
    asks = row.asks
    shares = {kind: share.value for kind, share in asks.share.items() if share.value > 0} if asks is not None else {}
    if asks is None or not shares:
        return ""
    alone = set(asks.share) == {"all"}
    named = [
        f"{percent(share)} of {'calls about people' if alone else 'other calls about people' if kind == 'all' else said(kind)}"
        for kind, share in shares.items()
    ]
    text = f"from the scene of {listed(named)}, {said(asks.role)} after {number(asks.after_min.value)} min"
    text += f", waited for {number(asks.wait_min.value)} min at most"
    if asks.takes_charge:
        stays = "to the end" if row.leaves_after_min is None else f"{number(row.leaves_after_min.value)} min more"
        text += f"; whoever is asked takes charge, and who asked stays {stays}"
    return text


def service_warnings(scenario: Scenario) -> list[str]:
    """Settings that keep everybody from a call, or that never come to anything."""
    return [*_kept_back(scenario), *_rung_in_vain(scenario), *_breaks_never_due(scenario), *_uptake_at_once(scenario)]


def _kept_back(scenario: Scenario) -> list[str]:
    """Types that policy `reserve` keeps whole."""
    if scenario.policy.name != "reserve":
        return []
    given = (scenario.policy.model_extra or {}).get("reserve", 1)
    kept = int(given["value"] if isinstance(given, dict) else given)
    names = [
        said(name)
        for name, row in scenario.responders.items()
        if is_rostered(row) and sum(shift.posts for shift in row.shifts.values()) <= kept
    ]
    if not names:
        return []
    return [f"{listed(names)}: no more posts than policy reserve keeps back ({kept}), so they see urgent calls only"]


def _rung_in_vain(scenario: Scenario) -> list[str]:
    after = scenario.dispatch.call_back_after_min
    if after is None or any(row.no_need_share.value > 0 for row in scenario.types.values()):
        return []
    return ["dispatch.call_back_after_min changes nothing while no type has a no_need_share"]


def _breaks_never_due(scenario: Scenario) -> list[str]:
    found = []
    for name, row in scenario.responders.items():
        lengths = [shift.length_min for shift in row.shifts.values() if shift.posts]
        if row.breaks is not None and lengths and max(lengths) < 24 * 60 and 60 * row.breaks.after_h.value >= max(lengths):
            after, longest = number(row.breaks.after_h.value), number(max(lengths) / 60)
            found.append(f"{said(name)}: a break after {after} h never falls due in shifts of {longest} h at most")
    return found


def _uptake_at_once(scenario: Scenario) -> list[str]:
    uptake = scenario.uptake
    if uptake is None or uptake.months.value > 0 or not uptake.later:
        return []
    return ["uptake: with months 0 the shares under later hold at once; say in how many months they are reached"]
