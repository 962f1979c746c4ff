"""Candidate calls: a non-homogeneous Poisson process per (type, zone), each stream with its own draws.

The k-th call of a stream comes when the stream's expected count reaches the sum of its first k exponential
gaps. Another type or zone more leaves the other streams as they were. What a call carries is drawn here too:
facts for the centre, luck for nobody.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import Fault, ScenarioError
from sim.keys import Purpose, name_hash
from sim.passes import also_as_loop
from sim.rules.lifecycle import HOUR_S
from sim.scenario.schema import Profile, Scenario
from sim.tables import CallRow, dtype_of
from sim.world import quantile
from sim.world.clock import Horizon, seconds
from sim.world.luck import Deal, Luck, draw_facts, draw_luck
from sim.world.uptake import draw_channels, label

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Records = npt.NDArray[Any]

DAYS_PER_YEAR = 365.25
HOURS_PER_WEEK = 168


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


@dataclass(frozen=True, eq=False)
class Streams:
    """The (type, zone) pairs with any demand, in order of their hash; each is a stream of calls of its own."""

    hash: Ints
    type: Ints
    zone: Ints
    rate: Floats  # expected calls a day
    is_person: Ints  # 1 if its calls are about people
    shapes: Floats  # [0 ordinary work, 1 people][hour] relative intensity


def build_streams(scenario: Scenario, horizon: Horizon) -> Streams:
    """The streams of a scenario, before any luck."""
    rates, shares = calls_per_day(scenario), zone_shares(scenario)
    types, zones = sorted(scenario.types), sorted(shares)
    pairs = [(t, z) for t in range(len(types)) for z in range(len(zones)) if rates[types[t]] * shares[zones[z]] > 0]
    _check_hashes([(kind, zone) for kind in types for zone in zones])
    pairs.sort(key=lambda pair: name_hash(types[pair[0]], zones[pair[1]]))
    profiles = (scenario.demand.other_profile, scenario.demand.profile)
    return Streams(
        np.array([name_hash(types[t], zones[z]) for t, z in pairs], np.int64),
        np.array([t for t, _ in pairs], np.int64),
        np.array([z for _, z in pairs], np.int64),
        np.array([rates[types[t]] * shares[zones[z]] for t, z in pairs], np.float64),
        np.array([scenario.types[types[t]].person for t, _ in pairs], np.int64),
        np.array([hourly_shape(profile, horizon) for profile in profiles]),
    )


def runs(lengths: Ints) -> tuple[Ints, Ints]:
    """Row of the run and position in it, for runs of these lengths one after another."""
    row = np.repeat(np.arange(len(lengths)), lengths)
    return row, np.arange(len(row)) - (np.cumsum(lengths) - lengths)[row]


def arrivals(streams: Streams, effects: Floats, luck: Luck) -> tuple[Ints, Ints, Ints]:
    """Row of the stream, number and received second of every call, in order of (stream, number). `effects` by hour."""
    cumulative = np.cumsum(streams.shapes * effects, axis=1) / 24
    expected = cumulative[streams.is_person, -1] * streams.rate
    n_each = (expected + 6 * np.sqrt(expected) + 20).astype(np.int64)
    while True:
        row, number = runs(n_each)
        sums = quantile.exponential(luck.uniforms(Purpose.ARRIVAL_GAP, streams.hash[row], number))
        ends = np.cumsum(n_each)
        for own in map(slice, ends - n_each, ends):
            np.cumsum(sums[own], out=sums[own])
        if (sums[ends - 1] >= expected).all():
            break
        n_each *= 2
    came = sums < expected[row]
    n_came = np.bincount(row[came], minlength=len(expected))
    return row[came], number[came], received_s(cumulative, streams.is_person, streams.rate, n_came, sums[came])


def _received_loop(cumulative: Floats, is_person: Ints, rate: Floats, n_came: Ints, sums: Floats) -> Ints:
    out = np.empty(len(sums), np.int64)
    i = 0
    for stream in range(len(rate)):
        shape, hour, start = cumulative[is_person[stream]], 0, 0.0
        for _ in range(n_came[stream]):
            while shape[hour] * rate[stream] <= sums[i]:
                start = shape[hour] * rate[stream]
                hour += 1
            slope = HOUR_S / (shape[hour] * rate[stream] - start)
            out[i] = math.floor(slope * (sums[i] - start) + float(hour * HOUR_S))
            i += 1
    return out


@also_as_loop(_received_loop)
def received_s(cumulative: Floats, is_person: Ints, rate: Floats, n_came: Ints, sums: Floats) -> Ints:
    """Second at which the expected count of its stream reaches each sum of gaps, growing evenly within an hour."""
    out = np.empty(len(sums), np.int64)
    edges = np.arange(cumulative.shape[1] + 1) * float(HOUR_S)
    ends = np.cumsum(n_came)
    for kind, times, own in zip(is_person, rate, map(slice, ends - n_came, ends), strict=True):
        reached = np.concatenate([[0.0], cumulative[kind] * times])
        out[own] = np.floor(np.interp(sums[own], reached, edges))
    return out


def candidates(
    scenario: Scenario, horizon: Horizon, luck: Luck, streams: Streams, used: frozenset[str]
) -> tuple[Records, Records]:
    """The calls of the horizon and their luck, in order of (received, stream, number).

    Returns two record arrays of equal length: `CallRow`, `LuckRow`. `used`: columns of luck that are asked for.
    """
    row, number, received = arrivals(streams, np.repeat(day_effects(scenario, horizon, luck), 24), luck)
    order = np.sort(received * len(received) + np.arange(len(received))) % max(len(received), 1)
    row, number = row[order], number[order]
    calls = np.zeros(len(row), dtype_of(CallRow))
    calls["id"], calls["received_s"] = np.arange(len(row)), received[order]
    calls["stream"], calls["number"] = streams.hash[row], number
    true_type, calls["zone"] = streams.type[row], streams.zone[row]
    for name in ("chain", "plan", "since_s", "first", "unit", "responder", "row", "cause", "disposition"):
        calls[name] = -1
    names = tuple(sorted(scenario.types))
    kinds = [scenario.types[name] for name in names]
    label(scenario, names, true_type, calls, luck)
    draw_channels(scenario, calls, np.array([kind.person for kind in kinds], np.bool_)[true_type], luck)
    draw_facts(calls, Deal(luck, kinds, calls["type"].astype(np.int64), streams.hash[row], number))
    return calls, draw_luck(scenario, Deal(luck, kinds, true_type, streams.hash[row], number), used)


def _check_hashes(names: list[tuple[str, str]]) -> None:
    seen: dict[int, tuple[str, str]] = {}
    for pair in names:
        other = seen.setdefault(name_hash(*pair), pair)
        if other != pair:
            fault = Fault("scenario", 0, 0, "types, zones", f"{other} and {pair}", "names with different hashes", "rename one")
            raise ScenarioError([fault])


def expected_scene_minutes(scenario: Scenario, kind: str, responder: str) -> float:
    """Mean minutes on scene of a responder type at calls of a type, over its crews with and without each practice."""
    row = scenario.types[kind]
    if row.on_scene_min is not None:
        return row.on_scene_min.value
    crew = scenario.responders[responder]
    practices = (crew.practices[name] for name in sorted(crew.practices))
    factor = math.prod(1.0 + practice.share.value * (practice.on_scene_factor.value - 1.0) for practice in practices)
    return crew.on_scene_min.value * row.on_scene_factor.value * factor


def scene_seconds(scenario: Scenario, kind: str, responder: str) -> int:
    """The same in whole seconds, as engines use it."""
    return seconds(expected_scene_minutes(scenario, kind, responder))
