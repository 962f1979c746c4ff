"""What units did: one row a unit and stretch of one status, one row a rostered shift."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.keys import PPM
from sim.measure import sweep
from sim.measure.columns import STATUSES, Ints, Records, is_patrol, named, overlap_s
from sim.measure.replay import latest, sorted_by
from sim.measure.sweep import TURNS_SPELL
from sim.passes import also_as_loop
from sim.rules.lifecycle import WORKING, Event, Status
from sim.world import World
from sim.world.hours import breaks_due


def unit_spells(ledger: Records, world: World) -> pd.DataFrame:
    """One row per unit and stretch of one status on duty, in order of (unit, start).

    Columns: unit, responder, start_s, end_s, status, call (-1 none), overtime (1 past the rostered end),
    in_window_s (the part inside the measured window), is_patrol (ordinary police). Stretches of no length are left
    out; the last one of a unit ends with the run. A break is on duty.
    """
    unit, start, end, status, call, overtime = spells(np.ascontiguousarray(ledger), len(world.units), world.end_s)
    responder = world.units["responder"]
    of_unit = [is_patrol(world, responder, np.full(len(responder), after)) for after in (False, True)]
    patrol = of_unit[1][unit]
    if world.before is not world.after:
        patrol = np.where(start >= world.policy_starts_s, patrol, of_unit[0][unit])
    return pd.DataFrame(
        {
            "unit": unit,
            "responder": named(responder, world.names.responders).take(unit),
            "start_s": start,
            "end_s": end,
            "status": named(status, STATUSES),
            "call": call,
            "overtime": overtime,
            "in_window_s": overlap_s(start, end, world),
            "is_patrol": patrol,
        },
        copy=False,
    )


@also_as_loop(sweep.spells)
def spells(ledger: Records, n_units: int, end_s: int) -> tuple[npt.NDArray[Any], ...]:
    """Unit, start, end, status, call and overtime of each stretch, in order of (unit, start)."""
    event = ledger["event"]
    rows = sorted_by(ledger, "unit", TURNS_SPELL[event])
    unit, start, status = ledger["unit"][rows], ledger["t_s"][rows], ledger["status_to"][rows]
    event, call = event[rows], ledger["call"][rows]
    is_last = np.append(unit[1:] != unit[:-1], np.ones(min(len(unit), 1), np.bool_))
    end = np.where(is_last, end_s, np.append(start[1:], start[:1]))
    at_work = np.isin(status, WORKING)
    call = np.where(at_work, call[latest(event == Event.DISPATCHED)], np.where(status == Status.PAPERWORK, call, -1))
    turns = np.isin(event, (Event.SHIFT_START, Event.SHIFT_END, Event.OVERTIME))
    overtime = event[latest(turns)] == Event.OVERTIME
    kept = (end > start) & (status != Status.OFF_DUTY)
    found = (unit, start, end, status, call.astype(np.int32), overtime.astype(np.int8))
    return tuple(column[kept] for column in found)


def shift_hours(world: World, spells: pd.DataFrame) -> pd.DataFrame:
    """One row per rostered shift that touches the measured window, or per piece where the crew is away for a while.

    Columns: unit, responder, start_s, end_s, staffed (0 if nobody is there), day (with the unit, which shift), overtime
    (1 if somebody stands in), on_call, paid_share (of its hours, whoever works them), in_window_s, begins (1 for the
    first piece in which somebody is there), break_due (how many fall due within), break_missed (how many of
    these were not begun before the next was due or the crew went off duty).
    """
    shifts = world.shifts
    inside = overlap_s(shifts["start_s"], shifts["end_s"], world)
    kept = inside > 0
    unit, start, end, staffed = (shifts[name][kept] for name in ("unit", "start_s", "end_s", "staffed"))
    due, missed = _breaks(world, spells, unit, start, end)
    return pd.DataFrame(
        {
            "unit": unit,
            "responder": named(world.units["responder"][unit], world.names.responders),
            "start_s": start,
            "end_s": end,
            "staffed": staffed,
            **{name: shifts[name][kept] for name in ("day", "overtime", "on_call", "vacancy", "leavers", "hires")},
            "trainee_share": shifts["trainee_ppm"][kept] / PPM,
            "paid_share": shifts["paid_ppm"][kept] / PPM,
            "in_window_s": inside[kept],
            "begins": _begins(unit, shifts["day"][kept], staffed),
            "break_due": np.where(staffed == 1, due, 0).astype(np.int8),
            "break_missed": np.where(staffed == 1, missed, 0).astype(np.int8),
        },
        copy=False,
    )


def _begins(unit: Ints, day: Ints, staffed: Ints) -> npt.NDArray[np.int8]:
    """1 for the first staffed piece of a unit's shift of a day."""
    own = np.flatnonzero(staffed == 1)
    found = np.zeros(len(unit), np.int8)
    found[own] = 1
    found[own[1:]] = (unit[own[1:]] != unit[own[:-1]]) | (day[own[1:]] != day[own[:-1]])
    return found


def _breaks(world: World, spells: pd.DataFrame, unit: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """How many breaks of a unit fall due from `start` up to `end`, and how many of these are missed.

    A break is missed if none is begun before the next falls due, or the unit's duty ends.
    """
    lap = world.end_s + 1
    due_s, who = breaks_due(world)
    due = np.sort(who * lap + np.minimum(due_s, world.end_s))
    duties = world.duties
    ends = np.sort(duties["unit"].astype(np.int64) * lap + np.minimum(duties["end_s"], world.end_s))
    last = np.minimum(
        np.append(due[1:], lap * (len(world.units) + 1)),
        np.append(ends, [lap * (len(world.units) + 1)])[np.searchsorted(ends, due, side="right")],
    )
    resting = np.flatnonzero(spells["status"].cat.codes.to_numpy() == Status.BREAK)
    begun = np.sort(spells["unit"].to_numpy()[resting].astype(np.int64) * lap + spells["start_s"].to_numpy()[resting])
    is_missed = np.searchsorted(begun, due) == np.searchsorted(begun, last)
    n_missed = np.append(0, np.cumsum(is_missed))
    low, high = (np.searchsorted(due, unit.astype(np.int64) * lap + np.minimum(t_s, world.end_s)) for t_s in (start, end))
    return high - low, n_missed[high] - n_missed[low]
