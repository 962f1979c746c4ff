"""Who is rostered when: units from posts, shifts by day, absence by mark, unbroken stretches of duty.

A unit is a post and keeps its name whatever else the roster holds, so another post changes nobody's luck.
Until `policy_starts` the roster of the baseline holds, after it the option's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import Purpose, name_hash, threshold
from sim.rules.lifecycle import DAY_S
from sim.scenario.schema import Responder, Scenario, Shift
from sim.tables import DutyRow, ShiftRow, UnitRow, dtype_of
from sim.world.clock import Horizon, clock_seconds
from sim.world.demand import Luck, zone_shares

Records = npt.NDArray[Any]
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


def shift_rows(names: tuple[str, ...], plans: list[tuple[Scenario, int, int]], horizon: Horizon, luck: Luck) -> Records:
    """One `ShiftRow` a unit and day, in order of (unit, start). `plans`: (scenario, from_s, to_s), one after another."""
    rows: list[tuple[int, int, int, int]] = []
    for i, name in enumerate(names):
        own: list[list[int]] = []
        for scenario, from_s, to_s in plans:
            own += _pieces(scenario, name, from_s, to_s, horizon, luck)
        rows += [(i, start, end, staffed) for start, end, staffed, _ in _joined_days(own)]
    return np.array(rows, dtype_of(ShiftRow))


def _pieces(scenario: Scenario, name: str, from_s: int, to_s: int, horizon: Horizon, luck: Luck) -> list[list[int]]:
    """[start, end, staffed, day] of a unit's shifts under one plan, clipped to its time."""
    r, s, post = name.split("/")
    responder = scenario.responders.get(r)
    shift = responder.shifts.get(s) if responder is not None else None
    if responder is None or shift is None or int(post) > shift.posts:
        return []
    days = np.arange(-1, horizon.n_days)
    days = days[np.isin((horizon.begins.weekday() + days) % 7, shift.days)]
    staffed = _staffed(responder, name, horizon, days, luck)
    first, length = _hours(shift)
    pieces = []
    for day, here in zip(days.tolist(), staffed.tolist(), strict=True):
        start, end = max(day * DAY_S + first, from_s), min(day * DAY_S + first + length, to_s)
        if start < end:
            pieces.append([start, end, int(here), day])
    return pieces


def _staffed(responder: Responder, name: str, horizon: Horizon, days: npt.NDArray[Any], luck: Luck) -> npt.NDArray[np.bool_]:
    """Whether somebody came, by post and calendar day."""
    share = responder.unavailable_share.value
    if share == 0:
        return np.ones(len(days), np.bool_)
    marks = luck.marks(Purpose.ABSENCE, name_hash(name), horizon.begins.toordinal() + days)
    return np.asarray(marks >= int(threshold(share)), np.bool_)


def _hours(shift: Shift) -> tuple[int, int]:
    """Second of the day a shift starts, and how long it lasts."""
    start, end = clock_seconds(shift.start), clock_seconds(shift.end)
    return start, end - start if end > start else end + DAY_S - start


def weekly_hours(shift: Shift) -> float:
    """Posted hours a week of all posts of a shift."""
    return _hours(shift)[1] / 3600 * len(shift.days) * shift.posts


def _joined_days(pieces: list[list[int]]) -> list[list[int]]:
    """Pieces of one unit in order, the two halves of a shift cut by the change of plan made one again."""
    out: list[list[int]] = []
    for piece in sorted(pieces):
        if out and out[-1][1] == piece[0] and out[-1][2:] == piece[2:]:
            out[-1][1] = piece[1]
        else:
            out.append(list(piece))
    return out


def duty_rows(shifts: Records) -> Records:
    """Unbroken stretches of staffed shifts: what engines play. In order of (unit, start)."""
    rows: list[list[int]] = []
    for unit, start, end, staffed in shifts.tolist():
        if not staffed:
            continue
        if rows and rows[-1][0] == unit and rows[-1][2] >= start:
            rows[-1][2] = max(rows[-1][2], end)
        else:
            rows.append([unit, start, end])
    return np.array([tuple(row) for row in rows], dtype_of(DutyRow))
