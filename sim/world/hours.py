"""Starts and ends of duty and breaks falling due, known before the first call: one list for every engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.rules.lifecycle import Event
from sim.world.build import World

Ints = npt.NDArray[np.int64]
HOUR_COLUMNS = ("t_s", "event", "unit", "turnout_s", "ends_s")


def duty_hours(world: World) -> dict[str, Ints]:
    """Columns t_s, event (SHIFT_START, SHIFT_END or BREAK_DUE), unit, and of a start the turnout and the end; in order."""
    duties = world.duties
    start, end, unit, turnout = (duties[name].astype(np.int64) for name in ("start_s", "end_s", "unit", "turnout_s"))
    nothing = np.zeros(len(start), np.int64)
    due_s, due_unit = breaks_due(world)
    later = np.zeros(len(due_s), np.int64)
    table = np.concatenate(
        [
            np.stack([start, nothing + Event.SHIFT_START, unit, turnout, end]),
            np.stack([end, nothing + Event.SHIFT_END, unit, nothing, nothing]),
            np.stack([due_s, later + Event.BREAK_DUE, due_unit, later, later]),
        ],
        axis=1,
    )
    order = np.lexsort([table[2], table[1], table[0]])
    return dict(zip(HOUR_COLUMNS, np.ascontiguousarray(table[:, order]), strict=True))


def breaks_due(world: World) -> tuple[Ints, Ints]:
    """Second and unit of every break: `break_after_s` into a staffed shift, and again every twice that, as crews change."""
    shifts = world.shifts[world.shifts["staffed"] == 1]
    start, end, unit = (shifts[name].astype(np.int64) for name in ("start_s", "end_s", "unit"))
    after = _break_after(world, unit, start)
    kept = (after > 0) & (start + after < end)
    start, end, unit, after = start[kept], end[kept], unit[kept], after[kept]
    n_each = (end - start - after - 1) // (2 * after) + 1
    row = np.repeat(np.arange(len(start)), n_each)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(n_each) - n_each, n_each)
    return start[row] + after[row] * (1 + 2 * nth), unit[row]


def _break_after(world: World, unit: Ints, start_s: Ints) -> Ints:
    """Seconds from the start of a shift to its break, by the plan in force then; 0 for none."""
    after: Any = [
        np.array([row.break_after_s if row.break_s > 0 else 0 for row in facts.responders], np.int64)
        for facts in (world.before, world.after)
    ]
    responder = world.units["responder"].astype(np.int64)[unit] if len(unit) else np.zeros(0, np.int64)
    return np.asarray(np.where(start_s >= world.policy_starts_s, after[1][responder], after[0][responder]), np.int64)
