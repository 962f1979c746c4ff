"""Stays: the luck of callers' stays, and people who come to a facility without a call and take places too.

Each facility has a stream of visitors of its own, a non-homogeneous Poisson process: its k-th visitor comes when the
expected number reaches the sum of the first k exponential gaps. Until `policy_starts` the first plan's rates hold,
then the option's; the gaps are the same, so an option moves the visitors of those facilities only whose hours it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import Purpose, name_hash
from sim.rules.lifecycle import DAY_S, HOUR_S
from sim.scenario.facilities import Facility
from sim.scenario.number import Duration
from sim.scenario.schema import Scenario
from sim.tables import StayRow
from sim.world import quantile
from sim.world.arrivals import points
from sim.world.blank import blank_rows
from sim.world.clock import Horizon, clock_seconds
from sim.world.demand import hourly_shape, week_shape
from sim.world.luck import Luck
from sim.world.spread import unit_mean

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Records = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Visits:
    """Facilities that people come to without a call, each a stream; before any luck."""

    facility: Ints  # [stream] row of the facility
    hash: Ints  # [stream]
    reached: tuple[tuple[Floats, Floats], ...]  # [stream] edges in seconds, and visitors expected until each


def build_visits(plans: Sequence[tuple[Scenario, int, int]], facilities: tuple[str, ...], horizon: Horizon) -> Visits:
    """The streams of other load. `plans`: (scenario, from_s, to_s), one after another, from second 0 to the end."""
    found = []
    for i, name in enumerate(facilities):
        rows = [(scenario.facilities.get(name), from_s, to_s) for scenario, from_s, to_s in plans]
        pieces = [_expected(row, from_s, to_s, horizon) for row, from_s, to_s in rows if from_s < to_s]
        edges = np.concatenate([[0.0], *(own_edges for own_edges, _ in pieces)])
        reached = np.cumsum(np.concatenate([[0.0], *(visitors for _, visitors in pieces)]))
        if reached[-1] > 0:
            found.append((i, name_hash("other_load", name), (edges, reached)))
    return Visits(
        np.array([i for i, _, _ in found], np.int64),
        np.array([stream for _, stream, _ in found], np.int64),
        tuple(curve for _, _, curve in found),
    )


def _expected(row: Facility | None, from_s: int, to_s: int, horizon: Horizon) -> tuple[Floats, Floats]:
    """Ends of pieces of [from_s, to_s) with an even rate, and the visitors expected in each: all while it is open."""
    if row is None or row.other_load is None or row.stay_h is None:
        return np.array([float(to_s)]), np.zeros(1)
    opens_s, closes_s = map(clock_seconds, row.open.split("-"))
    cuts = np.unique([*range(0, DAY_S + 1, HOUR_S), opens_s, closes_s])
    start, length = cuts[:-1], np.diff(cuts)
    is_open = (start >= opens_s) & (start < closes_s) if opens_s < closes_s else (start >= opens_s) | (start < closes_s)
    hour = start // HOUR_S
    load = row.other_load
    open_s = is_open * length
    week = week_shape(load.profile).reshape(7, 24)[:, hour]
    a_day = float((week * open_s).sum()) / 7 / DAY_S  # of an even flow of one a day, what comes in opening hours
    if a_day <= 0:
        return np.array([float(to_s)]), np.zeros(1)
    days = slice(from_s // DAY_S, to_s // DAY_S)
    shape = hourly_shape(load.profile, horizon).reshape(-1, 24)[days, :][:, hour]
    visitors = shape * (open_s * (load.per_day.value / a_day / DAY_S))
    ends = (np.arange(days.start, days.stop) * DAY_S)[:, None] + cuts[None, 1:]
    return ends.ravel().astype(np.float64), visitors.ravel()


def draw_stays(
    spread: Duration, calls: Records, is_person: npt.NDArray[np.bool_], visits: Visits, luck: Luck
) -> tuple[Records, Ints]:
    """Rows of `StayRow`, first one a call, then one a visitor in order of (arrival, facility); and when visitors come.

    `is_person`: whether each call is truly about a person; the others stay nowhere. Luck is the call's, or the
    visitor's own by facility and number.
    """
    stream, number, came_s = arrivals(visits, luck)
    order = np.lexsort([number, visits.facility[stream], came_s])
    stream, number, came_s = stream[order], number[order], came_s[order]
    rows = blank_rows(StayRow, len(calls) + len(came_s))
    rows["facility"][len(calls) :] = visits.facility[stream]
    mine = np.concatenate([np.flatnonzero(is_person), np.arange(len(calls), len(rows))])
    streams = np.concatenate([calls["stream"], visits.hash[stream]])[mine]
    numbers = np.concatenate([calls["number"], number])[mine]
    for occasion, name in enumerate(("stay_ppm", "later_ppm")):
        u = luck.uniforms(Purpose.STAY, streams, numbers, occasion)
        rows[name][mine] = quantile.ppm(unit_mean(u, spread))
    rows["onward_mark"][mine] = luck.marks(Purpose.ONWARD, streams, numbers)
    return rows, came_s


def arrivals(visits: Visits, luck: Luck) -> tuple[Ints, Ints, Ints]:
    """Stream, number and second of every visitor, in order of (stream, number)."""
    expected = np.array([reached[-1] for _, reached in visits.reached], np.float64)
    stream, number, sums = points(visits.hash, np.zeros(len(expected), np.int64), expected, luck, Purpose.VISIT_GAP)
    came_s = np.zeros(len(stream), np.int64)
    for i, (edges, reached) in enumerate(visits.reached):
        came_s[stream == i] = np.floor(np.interp(sums[stream == i], reached, edges))
    return stream, number, came_s
