"""Who is rostered when: units from posts, shifts by day, absence by mark, unbroken stretches of duty.

A unit is a post and keeps its name whatever else the roster holds, so another post changes nobody's luck.
Until `policy_starts` the roster of the baseline holds, after it the option's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import Purpose, name_hash, threshold
from sim.rules.lifecycle import DAY_S
from sim.scenario.schema import Scenario, Shift
from sim.tables import DutyRow, ShiftRow, UnitRow, dtype_of
from sim.world.clock import Horizon, clock_seconds
from sim.world.demand import zone_shares
from sim.world.luck import Luck

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
GOLDEN = 0.6180339887498949


def unit_names(scenario: Scenario) -> list[str]:
    """`responder/shift/post` of every post, posts counted from 1."""
    return [
        f"{r}/{s}/{post}"
        for r, responder in scenario.responders.items()
        for s, shift in responder.shifts.items()
        for post in range(1, shift.posts + 1)
    ]


def home_zone(scenario: Scenario, unit: str) -> str:
    """Where a unit's shifts begin: the stated zone, or spread by demand so that no post moves another."""
    responder, shift, post = unit.split("/")
    home = scenario.responders[responder].home
    if home != "spread":
        return home
    shares = zone_shares(scenario)
    place = (name_hash(responder, shift) / 2**32 + int(post) * GOLDEN) % 1.0
    reached = 0.0
    for zone, share in shares.items():
        reached += share
        if place < reached:
            return zone
    return next(reversed(shares))


def unit_rows(names: tuple[str, ...], responders: tuple[str, ...], zones: tuple[str, ...], plans: list[Scenario]) -> Records:
    """One `UnitRow` a unit, all off duty; the home zone is the last plan's that has the unit."""
    rows = np.zeros(len(names), dtype_of(UnitRow))
    for i, name in enumerate(names):
        plan = next(plan for plan in reversed(plans) if name in set(unit_names(plan)))
        home = zones.index(home_zone(plan, name))
        rows[i]["id"], rows[i]["responder"] = i, responders.index(name.split("/")[0])
        rows[i]["home_zone"] = rows[i]["zone"] = home
    for column in ("call", "facility", "cause"):
        rows[column] = -1
    return rows


@dataclass(frozen=True, eq=False)
class Roster:
    """Rostered pieces of shifts in order of (unit, start), each of one plan; who comes is luck."""

    unit: Ints
    start_s: Ints
    end_s: Ints
    stream: Ints  # hash of the unit's name
    ordinal: Ints  # proleptic ordinal of the day the shift starts
    absence: Ints  # threshold of nobody coming
    goes_on: Bools  # whether the next piece is the rest of the same shift, cut by the change of plan


def build_roster(names: tuple[str, ...], plans: list[tuple[Scenario, int, int]], horizon: Horizon) -> Roster:
    """The pieces of all units. `plans`: (scenario, from_s, to_s), one after another."""
    pieces = [
        _pieces(scenario, i, name, from_s, to_s, horizon) for i, name in enumerate(names) for scenario, from_s, to_s in plans
    ]
    unit, start, end, ordinal, absence = np.concatenate([np.zeros((5, 0), np.int64), *pieces], axis=1)
    goes_on = (unit[:-1] == unit[1:]) & (end[:-1] == start[1:]) & (ordinal[:-1] == ordinal[1:])
    hashes = np.array([name_hash(name) for name in names], np.int64)
    return Roster(unit, start, end, hashes[unit], ordinal, absence, np.append(goes_on, np.zeros(min(len(unit), 1), np.bool_)))


def _pieces(scenario: Scenario, unit: int, name: str, from_s: int, to_s: int, horizon: Horizon) -> Ints:
    """Rows unit, start, end, day and threshold of absence of a unit's shifts under one plan, clipped to its time."""
    r, s, post = name.split("/")
    responder = scenario.responders.get(r)
    shift = responder.shifts.get(s) if responder is not None else None
    if responder is None or shift is None or int(post) > shift.posts:
        return np.zeros((5, 0), np.int64)
    days = np.arange(-1, horizon.n_days)
    days = days[np.isin((horizon.begins.weekday() + days) % 7, shift.days)]
    first, length = _hours(shift)
    start, end = np.maximum(days * DAY_S + first, from_s), np.minimum(days * DAY_S + first + length, to_s)
    absence = int(threshold(responder.unavailable_share.value))
    same = np.ones(len(days), np.int64)
    return np.stack([unit * same, start, end, horizon.begins.toordinal() + days, absence * same])[:, start < end]


def shift_rows(roster: Roster, luck: Luck) -> Records:
    """One `ShiftRow` a unit and day, in order of (unit, start); the halves of a shift cut by the change of plan made one."""
    staffed = luck.marks(Purpose.ABSENCE, roster.stream, roster.ordinal) >= roster.absence
    joined = roster.goes_on & (staffed == np.roll(staffed, -1))
    is_first, is_last = ~np.roll(joined, 1), ~joined  # the last piece never goes on
    rows = np.zeros(int(is_first.sum()), dtype_of(ShiftRow))
    rows["unit"], rows["staffed"] = roster.unit[is_first], staffed[is_first]
    rows["start_s"], rows["end_s"] = roster.start_s[is_first], roster.end_s[is_last]
    return rows


def _hours(shift: Shift) -> tuple[int, int]:
    """Second of the day a shift starts, and how long it lasts."""
    start, end = clock_seconds(shift.start), clock_seconds(shift.end)
    return start, end - start if end > start else end + DAY_S - start


def weekly_hours(shift: Shift) -> float:
    """Posted hours a week of all posts of a shift."""
    return _hours(shift)[1] / 3600 * len(shift.days) * shift.posts


def duty_rows(shifts: Records) -> Records:
    """Unbroken stretches of staffed shifts: what engines play. In order of (unit, start)."""
    own = shifts[shifts["staffed"] == 1]
    unit, start, end = (own[name].astype(np.int64) for name in ("unit", "start_s", "end_s"))
    lap = int(end.max(initial=0)) + 1  # puts units one after another on one axis
    reached = np.maximum.accumulate(unit * lap + end)
    is_first = np.ones(len(own), np.bool_)
    is_first[1:] = unit[1:] * lap + start[1:] > reached[:-1]
    is_first[1:] |= unit[1:] != unit[:-1]
    rows = np.zeros(int(is_first.sum()), dtype_of(DutyRow))
    rows["unit"], rows["start_s"] = unit[is_first], start[is_first]
    rows["end_s"] = (reached - unit * lap)[np.roll(is_first, -1)]  # the last of all precedes the first of all
    return rows
