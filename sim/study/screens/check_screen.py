"""What `check` shows: whose numbers, demand, hours, the textbook's estimate, cost, and what to replace first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from sim.errors import Fault, ScenarioError
from sim.scenario.schema import Scenario
from sim.scenario.sourcing import NumberUsed, sourcing
from sim.screen import WIDTH, entry, money, number, percent, two_digits, wrapped
from sim.study.reckoning import Outlook, longest_stay_min, ordinary_load, outlooks, warm_up_min
from sim.study.screens.people_words import recurrent_data, recurrent_words
from sim.study.screens.plan_words import asking_warnings, plan_sentences, plan_warnings, uptake_words
from sim.study.screens.service_words import asking_sentences, service_warnings
from sim.study.screens.words import day, listed, said, window
from sim.world.demand import calls_per_day

WARM_UP_STAYS = 3
SHOWN_DEFAULTS = 3


@dataclass(frozen=True)
class Influence:
    """A kind of input that usually decides much, by the end of its path and the words for it. Most important first."""

    begins: str
    ends: str
    words: str


INFLUENCES = (
    Influence("demand.calls_per", "_year", "how many calls there are"),
    Influence("outcomes.reference.all.", "ed", "the share patrol takes to the ED"),
    Influence("facilities.", "handover_min", "minutes at the ED door"),
    Influence("responders.", "paperwork_min", "paperwork after each call"),
    Influence("responders.", "on_scene_min", "minutes on scene"),
    Influence("responders.", "unavailable_share", "the share of shifts nobody comes to"),
    Influence("outcomes.reference.all.", "hold", "the share patrol holds"),
    Influence("travel.", "_min", "minutes of travel"),
    Influence("travel.", "speed_kmh", "the speed of travel"),
    Influence("rates.", "officer_fte_usd", "the cost of an officer"),
    Influence("rates.", "clinician_fte_usd", "the cost of a clinician"),
    Influence("rates.ed_visit_usd", "", "the price of an ED visit"),
    Influence("demand.mix.", "", "the mix of calls"),
)


def refuse_short_warm_up(scenario: Scenario, file: str) -> None:
    """Raise ScenarioError where the warm-up is shorter than three times the longest mean stay in use."""
    what, stay = longest_stay_min(scenario)
    if warm_up_min(scenario) >= WARM_UP_STAYS * stay:
        return
    origin = getattr(scenario, "origin", None)
    spot = origin.spot("run.warm_up_days") if origin is not None else None
    needed = -(-WARM_UP_STAYS * stay // 1440)
    fault = Fault(
        spot.file if spot else file,
        spot.line if spot else 0,
        spot.column if spot else 0,
        "run.warm_up_days",
        f"{scenario.run.warm_up_days}",
        f"{needed:.0f} or more: {WARM_UP_STAYS} times the longest mean stay ({what}: {stay:,.0f} min)",
        "the city starts empty; before that it is not yet itself",
    )
    raise ScenarioError([fault])


def check_data(file: str, scenario: Scenario) -> dict[str, Any]:
    """The same as plain data, for `--json`."""
    numbers = numbers_used(scenario)
    return {
        "file": file,
        "name": scenario.name,
        "fingerprint": scenario.fingerprint,
        "faults": [],
        "numbers": {"all": len(numbers), **_counts(numbers)},
        "calls_per_year": _calls_per_year(scenario),
        "recurrent": recurrent_data(scenario),
        "programmes": [vars(one) | {"crew_words": dict(one.crew_words)} for one in outlooks(scenario)],
        "response_plans": dict(plan_sentences(scenario)),
        "asks": asking_sentences(scenario),
        "warnings": _warnings(scenario),
        "replace_first": [{"path": one.path, "why": words} for words, one in replace_first(scenario, numbers)],
    }


def check_screen(file: str, scenario: Scenario) -> list[str]:
    """The screen of one file."""
    numbers = numbers_used(scenario)
    lines = [*_opening(file, scenario, numbers), *entry("Demand", _demand(scenario))]
    if people := recurrent_words(scenario):
        lines += entry("People", people)
    every = outlooks(scenario)
    for one in every:
        name = f"{said(one.name)}: " if len(every) > 1 else ""
        lines += entry("On duty", name + _on_duty(one))
        lines += entry("Textbook", name + _textbook(one))
        lines += entry("Cost", name + _cost(scenario, one, len(every)))
    if not every:
        lines += entry("On duty", "no programme; ordinary services only")
    load = ordinary_load(scenario)
    if load is not None:
        hours = f"{load[0]:,.0f} of {load[1]:,.0f} hours on duty a day ({percent(load[0] / load[1])})"
        text = f"{hours} would be work, if it took every call"
        lines += entry("Patrol", text + ("" if load[0] < load[1] else ": more than there are; queues would grow"))
    return [*lines, *_plans(scenario), *_closing(file, scenario, numbers)]


def _plans(scenario: Scenario) -> list[str]:
    """A line for each response plan, how often plans are followed, who asks for whom, and what will hardly be meant."""
    lines = []
    for name, sentence in plan_sentences(scenario):
        lines += entry("Plan", f"{said(name)}: {sentence}")
    if uptake := uptake_words(scenario):
        lines += entry("Uptake", uptake)
    for sentence in asking_sentences(scenario):
        lines += entry("Asks", sentence)
    for warning in _warnings(scenario):
        lines += entry("Beware", warning)
    return lines


def _warnings(scenario: Scenario) -> list[str]:
    return [*plan_warnings(scenario), *asking_warnings(scenario), *service_warnings(scenario)]


def numbers_used(scenario: Scenario) -> list[NumberUsed]:
    """Every number, one's own only where it says something else than the library line it replaces."""
    return [replace(one, status="default") if _is_copied(scenario, one) else one for one in sourcing(scenario)]


def _is_copied(scenario: Scenario, one: NumberUsed) -> bool:
    chain = scenario.origin.chain(one.path)
    if one.status != "yours" or len(chain) < 2 or chain[-2].file not in scenario.origin.base_files:
        return False
    now, before = (value if isinstance(value, dict) else {"value": value} for value in (chain[-1].value, chain[-2].value))
    return all(now.get(key) == before.get(key) for key in ("value", "low", "high", "source"))


def _counts(numbers: list[NumberUsed]) -> dict[str, int]:
    kinds, whose = Counter(one.kind for one in numbers), Counter(one.status for one in numbers)
    return {
        **{name: kinds[name] for name in ("sourced", "assumption", "bare")},
        **{name: whose[name] for name in ("yours", "default")},
    }


def _opening(file: str, scenario: Scenario, numbers: list[NumberUsed]) -> list[str]:
    n = _counts(numbers)
    first, last = window(scenario)
    whose = f"{n['yours']} yours, {n['default']} from the shipped library"
    if not n["default"]:
        whose = "all yours"
    total = max(len(numbers), 1)
    text = (
        f"{file}: no faults. {len(numbers)} numbers: {whose}; {percent(n['sourced'] / total)} sourced, "
        f"{percent(n['assumption'] / total)} assumptions, {n['bare']} bare. Window {day(first)} to {day(last)}."
    )
    return wrapped(text, 2, 4)


def _calls_per_year(scenario: Scenario) -> float:
    per_day = calls_per_day(scenario)
    return 365.25 * sum(per_day[name] for name, kind in scenario.types.items() if kind.person)


def _demand(scenario: Scenario) -> str:
    yearly = _calls_per_year(scenario)
    text = f"{number(yearly)} crisis calls a year, {two_digits(yearly * 1000 / scenario.place.population)} per 1,000 residents"
    return text + " (elsewhere 8 to 30, D067)"


def _on_duty(one: Outlook) -> str:
    units = "" if one.units == (one.name,) else listed(one.units) + ": "
    return (
        f"{units}{number(one.posted_hours_per_week)} posted hours a week, {two_digits(one.fte)} FTE, which see "
        f"{percent(one.seen_share)} of {number(one.calls_per_year)} calls in the remit"
    )


def _textbook(one: Outlook) -> str:
    if one.mean_on_duty == 0:
        return "no post on the roster: nobody is reached"
    teams = f"{two_digits(one.mean_on_duty)} on duty"
    return (
        f"work for {two_digits(one.work)} teams ({number(one.task_min)} min a call), {teams}: "
        f"about {number(100 * one.busy_share)} of 100 calls then find it busy (Erlang B)"
    )


def _cost(scenario: Scenario, one: Outlook, n_programmes: int) -> str:
    if one.usd_per_year is None:
        return "cannot be reckoned: a staff rate is missing under rates"
    text = f"{money(one.usd_per_year)} a year"
    if one.crew_words:
        crew = " + ".join(f"{said(name.replace('cit_officer', 'officer'))} {money(usd)}" for name, usd in one.crew_words)
        whole = sum(round(usd) for _, usd in one.crew_words)
        crews = one.usd_per_year / whole
        if abs(crews - 1) > 0.01:
            text = f"{crew} = {money(whole)} a crew; {two_digits(crews)} crews for the posted hours come to {text}"
        elif money(whole) == money(one.usd_per_year):
            text = f"{crew} = {text}"
        else:
            text = f"{crew} = {money(whole)} a crew; the posted hours come to {text}"
    record = scenario.observed.get("programme_cost_usd")
    if record is not None and record.value > 0 and (record.of == one.name or (record.of is None and n_programmes == 1)):
        off = record.value / one.usd_per_year - 1
        word = "more" if off > 0 else "less"
        same = abs(off) < 0.0005
        text += " (your budget line: the same)" if same else f" (your budget line: {100 * abs(off):.1f} % {word})"
    return text


def replace_first(scenario: Scenario, numbers: list[NumberUsed]) -> list[tuple[str, NumberUsed]]:
    """Numbers that are still the library's and usually decide much: words and the number, most important first."""
    ours = {name for row in scenario.programmes.values() for name in row.units}
    found: list[tuple[str, NumberUsed]] = []
    for influence in INFLUENCES:
        for one in numbers:
            of_others = one.path.startswith("responders.") and ours and one.path.split(".")[1] not in ours
            not_ed = influence.ends == "handover_min" and not _is_ed(scenario, one.path)
            if one.status == "yours" or of_others or not_ed:
                continue
            if one.path.startswith(influence.begins) and one.path.endswith(influence.ends):
                found.append((influence.words, one))
                break
    return found


def _is_ed(scenario: Scenario, path: str) -> bool:
    door = scenario.facilities.get(path.split(".")[1]) if path.startswith("facilities.") else None
    return door is not None and door.kind == "ed"


def _closing(file: str, scenario: Scenario, numbers: list[NumberUsed]) -> list[str]:
    chosen = replace_first(scenario, numbers)[:SHOWN_DEFAULTS]
    if not chosen:
        return wrapped(f"The numbers that usually decide most are all yours. Next: crisis-sim run {file}", 2, 2)
    words = ", ".join(f"({i}) {text}" for i, (text, _) in enumerate(chosen, 1))
    lines = wrapped(f"Still the reference city's, and likely to matter: {words}.", 2, 2)
    following = f"  Next: crisis-sim explain {file} {chosen[0][1].path}"
    return [*lines, following if len(following) <= WIDTH else f"  Next: crisis-sim explain {file} PATH"]
