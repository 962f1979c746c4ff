"""Candidate calls: a non-homogeneous Poisson process per (type, zone), each stream with its own draws.

The k-th call of a stream comes when the stream's expected count reaches the sum of its first k exponential
gaps. Another type or zone more leaves the other streams as they were. What a call carries is drawn here too:
facts for the centre, luck for nobody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import Fault, ScenarioError
from sim.keys import Purpose, draw_array, name_hash, uniform_array
from sim.rules.lifecycle import HOUR_S, MEDICAL_NEED, VIOLENCE_RISK, WEAPON
from sim.scenario.schema import CallType, Profile, Scenario
from sim.tables import CallRow, LuckRow, dtype_of
from sim.world import quantile
from sim.world.clock import Horizon, seconds

Floats = npt.NDArray[np.float64]
Records = npt.NDArray[Any]

DAYS_PER_YEAR = 365.25
HOURS_PER_WEEK = 168


@dataclass(frozen=True)
class Luck:
    """Which luck: the seed of the study and the number of the replication."""

    seed: int
    replication: int

    def uniforms(self, purpose: Purpose, stream: npt.ArrayLike, number: npt.ArrayLike) -> Floats:
        return uniform_array(draw_array(self.seed, purpose, stream, number, self.replication))

    def marks(self, purpose: Purpose, stream: npt.ArrayLike, number: npt.ArrayLike) -> npt.NDArray[np.int64]:
        return draw_array(self.seed, purpose, stream, number, self.replication)[0].astype(np.int64)


def zone_shares(scenario: Scenario) -> dict[str, float]:
    """Share of people-calls by zone: residents times demand weight."""
    if not scenario.zones:
        return {"town": 1.0}
    weights = {name: zone.population * zone.demand_weight.value for name, zone in scenario.zones.items()}
    total = sum(weights[name] for name in sorted(weights))
    return {name: weights[name] / total for name in sorted(weights)}


def calls_per_day(scenario: Scenario) -> dict[str, float]:
    """Expected calls a day by type, over an average year, `scale` included."""
    demand = scenario.demand
    people = _yearly(demand.calls_per_year, demand.calls_per_1000_per_year, scenario.place.population)
    other = _yearly(demand.other_calls_per_year, demand.other_calls_per_1000_per_year, scenario.place.population)
    others = [name for name, kind in scenario.types.items() if not kind.person]
    rates = {}
    for name in sorted(scenario.types):
        yearly = other / len(others) if name in others else people * _mix(scenario, name)
        rates[name] = yearly * demand.scale.value / DAYS_PER_YEAR
    return rates


def _mix(scenario: Scenario, name: str) -> float:
    return scenario.demand.mix[name].value if name in scenario.demand.mix else 0.0


def _yearly(total: Any, per_1000: Any, population: int) -> float:
    if total is not None:
        return float(total.value)
    return float(per_1000.value) * population / 1000 if per_1000 is not None else 0.0


def hourly_shape(profile: Profile | None, horizon: Horizon) -> Floats:
    """Relative intensity of each hour of the horizon; its mean over a whole year of the profile is one."""
    hours_of_week = week_shape(profile)
    months = np.ones(12) if profile is None or profile.months is None else np.array(profile.months)
    days_in_month = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    months = months / (np.sum(months * days_in_month) / np.sum(days_in_month))
    dates = [horizon.begins + dt.timedelta(days=day) for day in range(horizon.n_days)]
    by_day = np.array([date.weekday() for date in dates])[:, None] * 24 + np.arange(24)[None, :]
    factor = np.array([months[date.month - 1] for date in dates])
    return np.asarray((hours_of_week[by_day] * factor[:, None]).ravel(), np.float64)


def week_shape(profile: Profile | None) -> Floats:
    """Relative intensity of the 168 hours of a week from Monday midnight, mean one."""
    if profile is None:
        return np.ones(HOURS_PER_WEEK)
    if profile.hours_of_week is not None:
        shape = np.array(profile.hours_of_week, np.float64)
    else:
        weekdays = np.ones(7) if profile.weekdays is None else np.array(profile.weekdays, np.float64)
        hours = np.ones(24) if profile.hours is None else np.array(profile.hours, np.float64)
        shape = (weekdays[:, None] * hours[None, :]).ravel()
    return np.asarray(shape / shape.mean(), np.float64)


def day_effects(scenario: Scenario, horizon: Horizon, luck: Luck) -> Floats:
    """How busy each day is, mean one; addressed by calendar day, shared by all types."""
    cv = scenario.demand.day_effect_cv.value
    if cv == 0:
        return np.ones(horizon.n_days)
    ordinals = horizon.begins.toordinal() + np.arange(horizon.n_days)
    return quantile.lognormal_unit_mean(luck.uniforms(Purpose.DAY_EFFECT, 0, ordinals), cv)


def arrivals(cumulative: Floats, stream: int, luck: Luck) -> npt.NDArray[np.int64]:
    """Received times in seconds of one stream, ascending. `cumulative`: expected calls up to each hour's end."""
    expected = float(cumulative[-1])
    n = int(expected + 6 * expected**0.5 + 20)
    while True:
        sums = np.cumsum(quantile.exponential(luck.uniforms(Purpose.ARRIVAL_GAP, stream, np.arange(n))))
        if sums[-1] >= expected:
            break
        n *= 2
    sums = sums[sums < expected]
    edges = np.arange(len(cumulative) + 1) * float(HOUR_S)
    return np.asarray(np.floor(np.interp(sums, np.concatenate([[0.0], cumulative]), edges)), np.int64)


def candidates(scenario: Scenario, horizon: Horizon, luck: Luck) -> tuple[Records, Records]:
    """The calls of the horizon and their luck, in order of (received, stream, number).

    Returns two record arrays of equal length: `CallRow`, `LuckRow`.
    """
    rates, shares = calls_per_day(scenario), zone_shares(scenario)
    types, zones = sorted(scenario.types), sorted(shares)
    effects = np.repeat(day_effects(scenario, horizon, luck), 24)
    shapes = {
        True: np.cumsum(hourly_shape(scenario.demand.profile, horizon) * effects) / 24,
        False: np.cumsum(hourly_shape(scenario.demand.other_profile, horizon) * effects) / 24,
    }
    _check_hashes([(kind, zone) for kind in types for zone in zones])
    parts: list[Records] = []
    lucks: list[Records] = []
    for t, kind in enumerate(types):
        own: list[Records] = []
        for z, zone in enumerate(zones):
            rate = rates[kind] * shares[zone]
            if rate > 0:
                own.append(_stream_rows(shapes[scenario.types[kind].person] * rate, t, z, name_hash(kind, zone), luck))
        rows = np.concatenate(own) if own else np.zeros(0, dtype_of(CallRow))
        _draw_facts(rows, scenario.types[kind], luck)
        parts.append(rows)
        lucks.append(_draw_luck(rows, scenario, scenario.types[kind], luck))
    calls, luck_rows = np.concatenate(parts), np.concatenate(lucks)
    order = np.lexsort((calls["number"], calls["stream"], calls["received_s"]))
    calls, luck_rows = calls[order], luck_rows[order]
    calls["id"] = np.arange(len(calls))
    return calls, luck_rows


def _check_hashes(names: list[tuple[str, str]]) -> None:
    seen: dict[int, tuple[str, str]] = {}
    for pair in names:
        other = seen.setdefault(name_hash(*pair), pair)
        if other != pair:
            fault = Fault("scenario", 0, 0, "types, zones", f"{other} and {pair}", "names with different hashes", "rename one")
            raise ScenarioError([fault])


def _stream_rows(cumulative: Floats, kind: int, zone: int, stream: int, luck: Luck) -> Records:
    received = arrivals(cumulative, stream, luck)
    rows = np.zeros(len(received), dtype_of(CallRow))
    rows["stream"], rows["number"], rows["received_s"] = stream, np.arange(len(received)), received
    rows["type"], rows["zone"] = kind, zone
    for name in ("unit", "responder", "cause", "disposition"):
        rows[name] = -1
    return rows


def _choose(u: Floats, shares: list[float]) -> npt.NDArray[np.int64]:
    """Index of the share each uniform falls into; shares are rescaled to sum to one."""
    edges = np.cumsum(shares) / np.sum(shares)
    return np.minimum(np.searchsorted(edges, u, side="right"), len(shares) - 1)


def _draw_facts(rows: Records, kind: CallType, luck: Luck) -> None:
    def uniforms(purpose: Purpose) -> Floats:
        return luck.uniforms(purpose, rows["stream"], rows["number"])

    levels = sorted(kind.priorities)
    if levels:
        chosen = _choose(uniforms(Purpose.PRIORITY), [kind.priorities[level].value for level in levels])
        rows["priority"] = np.array(levels)[chosen]
    else:
        rows["priority"] = 3
    for purpose, bit, share in (
        (Purpose.WEAPON, WEAPON, kind.weapon_share),
        (Purpose.MEDICAL_NEED, MEDICAL_NEED, kind.medical_need_share),
        (Purpose.VIOLENCE_RISK, VIOLENCE_RISK, kind.violence_risk_share),
    ):
        if share.value > 0:
            rows["flags"] |= np.where(uniforms(purpose) < share.value, bit, 0).astype(np.int8)


MARK_PURPOSES = {
    "contact_mark": Purpose.CONTACT,
    "medical_mark": Purpose.MEDICAL,
    "arrest_mark": Purpose.ARREST,
    "hold_mark": Purpose.HOLD,
    "ed_mark": Purpose.ED,
    "crisis_centre_mark": Purpose.CRISIS_CENTRE,
    "referral_mark": Purpose.REFERRAL,
    "force_mark": Purpose.FORCE,
    "later_ed_mark": Purpose.LATER_ED,
}


def _draw_luck(rows: Records, scenario: Scenario, kind: CallType, luck: Luck) -> Records:
    def uniforms(purpose: Purpose) -> Floats:
        return luck.uniforms(purpose, rows["stream"], rows["number"])

    out = np.zeros(len(rows), dtype_of(LuckRow))
    out["patience_s"] = -1
    if kind.patience_min is not None:
        mean_s = kind.patience_min.value * 60
        out["patience_s"] = np.rint(quantile.exponential(uniforms(Purpose.PATIENCE)) * mean_s) if mean_s > 0 else 0
    spread = kind.on_scene_spread
    out["on_scene_ppm"] = quantile.ppm(quantile.unit_mean(uniforms(Purpose.ON_SCENE), spread.family, spread.cv.value))
    out["travel_ppm"] = _travel_ppm(scenario, uniforms(Purpose.TRAVEL))
    out["handover_ppm"] = quantile.PPM
    if kind.person:
        door = scenario.handover_spread
        out["handover_ppm"] = quantile.ppm(quantile.unit_mean(uniforms(Purpose.HANDOVER), door.family, door.cv.value))
        if kind.acuity is not None:
            shares = [kind.acuity.low.value, kind.acuity.middle.value, kind.acuity.high.value]
            out["acuity"] = _choose(uniforms(Purpose.ACUITY), shares)
        for name, purpose in MARK_PURPOSES.items():
            out[name] = luck.marks(purpose, rows["stream"], rows["number"])
    return out


def _travel_ppm(scenario: Scenario, u: Floats) -> npt.NDArray[np.int64]:
    travel = scenario.travel
    ratio = travel.p90_over_median.value
    if travel.p90_min is not None and travel.median_min is not None and travel.median_min.value > 0:
        ratio = travel.p90_min.value / travel.median_min.value
    return quantile.ppm(quantile.lognormal_unit_median(u, ratio)) if ratio > 1 else quantile.ppm(np.ones(len(u)))


def expected_scene_minutes(scenario: Scenario, kind: str, responder: str) -> float:
    """Mean minutes on scene of a responder type at calls of a type."""
    row = scenario.types[kind]
    if row.on_scene_min is not None:
        return row.on_scene_min.value
    return scenario.responders[responder].on_scene_min.value * row.on_scene_factor.value


def scene_seconds(scenario: Scenario, kind: str, responder: str) -> int:
    """The same in whole seconds, as engines use it."""
    return seconds(expected_scene_minutes(scenario, kind, responder))
