"""Everything that is known before the first call: hours of crews, call-takers, places and other people's visits, one list."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.rules.lifecycle import HOUR_S, WEEK_H, Event
from sim.world.build import World
from sim.world.facts import Facts

Ints = npt.NDArray[np.int64]
KNOWN_COLUMNS = ("t_s", "event", "entity", "number", "ends_s", "pace_ppm")


def known_events(world: World) -> dict[str, Ints]:
    """What is sure to happen, as columns in order of (second, event, entity).

    `entity` is a unit, of POSITIONS a desk, of PLACES a facility, of WALKED_IN a stay. `number` is the turnout of a
    SHIFT_START, `ends_s` its end, `pace_ppm` the pace of its crew; of POSITIONS the call-takers from then on; 0 elsewhere.
    """
    duties = world.duties
    start, end, unit, turnout = (duties[name].astype(np.int64) for name in ("start_s", "end_s", "unit", "turnout_s"))
    pace = duties["pace_ppm"].astype(np.int64)
    positions_s, desk, positions = world.positions
    visitor = len(world.stays) - len(world.visits_s) + np.arange(len(world.visits_s))
    table = np.concatenate(
        [
            _block(Event.SHIFT_START, start, unit, turnout, end, pace),
            _block(Event.SHIFT_END, end, unit),
            _block(Event.BREAK_DUE, *breaks_due(world)),
            _block(Event.POSITIONS, positions_s, desk, positions),
            _block(Event.PLACES, *more_places(world)),
            _block(Event.WALKED_IN, world.visits_s, visitor),
        ],
        axis=1,
    )
    order = np.lexsort([table[2], table[1], table[0]])
    return dict(zip(KNOWN_COLUMNS, np.ascontiguousarray(table[:, order]), strict=True))


def _block(
    event: Event, t_s: Ints, entity: Ints, number: Ints | int = 0, ends_s: Ints | int = 0, pace_ppm: Ints | int = 0
) -> Ints:
    """Columns of one kind of event."""
    columns = (t_s, event, entity, number, ends_s, pace_ppm)
    return np.stack([np.broadcast_to(column, t_s.shape) for column in columns]).astype(np.int64)


def more_places(world: World) -> tuple[Ints, Ints]:
    """Second and facility of every rise in the number of places where stays are followed."""
    policy_s = min(world.policy_starts_s, world.end_s)
    found = [np.zeros((2, 0), np.int64)]
    for facility in range(len(world.names.facilities) if len(world.stays) else 0):
        halves = ((world.before, 0, policy_s), (world.after, policy_s, world.end_s))
        places = np.concatenate([_places_by_hour(facts, facility, from_s, to_s) for facts, from_s, to_s in halves])
        hours = np.flatnonzero(places[1:] > places[:-1]) + 1
        found.append(np.stack([hours * HOUR_S, np.full(len(hours), facility)]))
    t_s, facility_ids = np.concatenate(found, axis=1)
    return t_s, facility_ids


def _places_by_hour(facts: Facts, facility: int, from_s: int, to_s: int) -> Ints:
    """Places at each hour of [from_s, to_s), a number beyond any where there is no limit."""
    hours = np.arange(from_s // HOUR_S, to_s // HOUR_S)
    week = facts.tables["places"][facility][(hours + 24 * facts.numbers["first_weekday"]) % WEEK_H]
    return np.where((week < 0) | (facts.facilities[facility].stay_s < 0), np.iinfo(np.int64).max, week)


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
