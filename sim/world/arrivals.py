"""Arrivals: a non-homogeneous Poisson process per (type, zone), each stream with its own draws.

The k-th call of a stream comes when the stream's expected count reaches the sum of its first k exponential
gaps. Another type or zone more leaves the other streams as they were.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import Fault, ScenarioError
from sim.keys import Purpose, name_hash
from sim.passes import also_as_loop
from sim.rules.lifecycle import HOUR_S
from sim.scenario.schema import Scenario
from sim.world import quantile
from sim.world.clock import Horizon
from sim.world.demand import DAYS_PER_YEAR, calls_per_day, hourly_shape, initiated_per_day, zone_shares
from sim.world.luck import Luck
from sim.world.split import split_of_demand

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

INDUCED = "induced"  # first name of the streams of calls that are made only where a service is seen to come
INITIATED = "initiated"  # and of those that an idle unit makes where it comes across somebody
OUTREACH = "outreach"  # and of scheduled visits


@dataclass(frozen=True, eq=False)
class Streams:
    """The streams with any demand, in order of their hash: one for each (type, zone), one more where calls are induced."""

    hash: Ints
    type: Ints
    zone: Ints
    rate: Floats  # expected calls a day
    is_person: Ints  # 1 if its calls are about people
    is_induced: Ints  # 1 if they are made only where a service is seen to come
    shapes: Floats  # [0 ordinary work, 1 people][hour] relative intensity


def build_streams(scenario: Scenario, horizon: Horizon) -> Streams:
    """The streams of a scenario, before any luck. `scenario` is the plan under which the stated demand was observed.

    The calls of people with recurrent crises are not among them: they are taken off the stated rates (`sim.world.split`).
    """
    rates, shares = calls_per_day(scenario), zone_shares(scenario)
    recurrent = split_of_demand(scenario).recurrent
    types, zones = sorted(scenario.types), sorted(shares)
    induced = scenario.demand.induced.share.value if scenario.demand.induced is not None else 0.0
    initiated = initiated_per_day(scenario)
    rows = []
    for t, kind in enumerate(types):
        own, more = max(rates[kind] - recurrent[kind] / DAYS_PER_YEAR, 0.0), rates[kind] * induced
        for z, zone in enumerate(zones):
            rows.append((name_hash(kind, zone), t, z, own * shares[zone], 0))
            if scenario.types[kind].person:
                rows.append((name_hash(INDUCED, kind, zone), t, z, more * shares[zone], 1))
            if kind in initiated:
                rows.append((name_hash(INITIATED, kind, zone), t, z, initiated[kind] * shares[zone], 0))
    pairs = [(kind, zone) for kind in types for zone in zones]
    more_names = [(INDUCED, *pair) for pair in pairs if induced > 0]
    more_names += [(INITIATED, *pair) for pair in pairs if pair[0] in initiated]
    _check_hashes([*pairs, *more_names, *((OUTREACH, name) for name in sorted(scenario.demand.outreach))])
    rows = sorted(row for row in rows if row[3] > 0)
    profiles = (scenario.demand.other_profile, scenario.demand.profile)
    return Streams(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.int64),
        np.array([row[3] for row in rows], np.float64),
        np.array([scenario.types[types[row[1]]].person for row in rows], np.int64),
        np.array([row[4] for row in rows], np.int64),
        np.array([hourly_shape(profile, horizon) for profile in profiles]),
    )


def _check_hashes(streams: list[tuple[str, ...]]) -> None:
    seen: dict[int, tuple[str, ...]] = {}
    for names in streams:
        other = seen.setdefault(name_hash(*names), names)
        if other != names:
            fault = Fault("scenario", 0, 0, "types, zones", f"{other} and {names}", "names with different hashes", "rename one")
            raise ScenarioError([fault])


def runs(lengths: Ints) -> tuple[Ints, Ints]:
    """Row of the run and position in it, for runs of these lengths one after another."""
    row = np.repeat(np.arange(len(lengths)), lengths)
    return row, np.arange(len(row)) - (np.cumsum(lengths) - lengths)[row]


def points(
    stream: Ints, first: Ints, expected: Floats, luck: Luck, purpose: Purpose = Purpose.ARRIVAL_GAP
) -> tuple[Ints, Ints, Floats]:
    """Row, number and place of the points of Poisson processes of rate one on [0, expected), by row and number.

    Row i draws from the addresses (stream[i], first[i] + number), as many as it needs: no row moves another.
    """
    rows = np.arange(len(expected))
    n_drawn, reached = np.zeros(len(rows), np.int64), np.zeros(len(rows))
    found = []
    while len(rows):
        left = expected[rows] - reached[rows]
        n_each = (left + 3 * np.sqrt(left) + 3).astype(np.int64)  # seldom too few; who falls short draws again
        at, number = runs(n_each)
        row, number = rows[at], number + n_drawn[rows][at]
        sums = quantile.exponential(luck.uniforms(purpose, stream[row], first[row] + number))
        ends = np.cumsum(n_each)
        sums[ends - n_each] += reached[rows]
        for own in map(slice, ends - n_each, ends):
            np.cumsum(sums[own], out=sums[own])
        came = sums < expected[row]
        found.append((row[came], number[came], sums[came]))
        n_drawn[rows] += n_each
        reached[rows] = sums[ends - 1]
        rows = rows[reached[rows] < expected[rows]]
    if not found:
        return rows, rows, reached
    row, number, sums = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((number, row)) if len(found) > 1 else slice(None)
    return row[order], number[order], sums[order]


def expected_counts(streams: Streams, effects: Floats) -> Floats:
    """[0 ordinary work, 1 people][hour] calls expected up to the end of the hour of a stream of one a day; `effects` by hour."""
    return np.asarray(np.cumsum(streams.shapes * effects, axis=1) / 24, np.float64)


def arrivals(streams: Streams, cumulative: Floats, luck: Luck) -> tuple[Ints, Ints, Ints]:
    """Row of the stream, number and received second of every call, in order of (stream, number)."""
    expected = cumulative[streams.is_person, -1] * streams.rate
    row, number, sums = points(streams.hash, np.zeros(len(expected), np.int64), expected, luck)
    n_came = np.bincount(row, minlength=len(expected))
    return row, number, received_s(cumulative, streams.is_person, streams.rate, n_came, sums)


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
