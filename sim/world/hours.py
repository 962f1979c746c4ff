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
    start, end, unit = (duties[name].astype(np.int64) for name in ("start_s", "end_s", "unit"))
    turnout = duties["turnout_s"].astype(np.int64)
    due = start + _break_after(world, unit, start)
    rested = np.flatnonzero((due > start) & (due < end))
    nothing = np.zeros(len(start), np.int64)
    table = np.concatenate(
        [
            np.stack([start, nothing + Event.SHIFT_START, unit, turnout, end]),
            np.stack([end, nothing + Event.SHIFT_END, unit, nothing, nothing]),
            np.stack([due, nothing + Event.BREAK_DUE, unit, nothing, nothing])[:, rested],
        ],
        axis=1,
    )
    order = np.lexsort([table[2], table[1], table[0]])
    return dict(zip(HOUR_COLUMNS, np.ascontiguousarray(table[:, order]), strict=True))


def _break_after(world: World, unit: Ints, start_s: Ints) -> Ints:
    """Seconds from a start of duty to its break, by the plan in force then; 0 for none."""
    responder = world.units["responder"].astype(np.int64)[unit]
    after: Any = [np.array([row.break_after_s for row in facts.responders], np.int64) for facts in (world.before, world.after)]
    if not len(responder):
        return np.zeros(0, np.int64)
    return np.asarray(np.where(start_s >= world.policy_starts_s, after[1][responder], after[0][responder]), np.int64)
