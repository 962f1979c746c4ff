"""What must hold of desks, doors and follow-up in every ledger: lines, places and caseloads are never overfull.

Where a ledger has no such rows the checks find nothing to look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from sim.measure.columns import Bools, Ints, Records, of_plan, places_at
from sim.measure.faults import refuse_rows
from sim.measure.replay import latest, previous, sorted_by
from sim.measure.soundness import OF_CALL, OF_PHONE
from sim.measure.sweep import ENDS_CALL, LEAVES, OF_MECHANISM, OF_TASK
from sim.measure.threads import stay_rows, threads
from sim.rules.lifecycle import CallStatus, Event, StayStatus, TaskStatus
from sim.world import World

Moves = Mapping[tuple[int, int], int]  # (status, event) -> status

STAY_MOVES: Moves = {
    (StayStatus.NONE, Event.WALKED_IN): StayStatus.AT_DOOR,
    (StayStatus.LEFT, Event.WALKED_IN): StayStatus.AT_DOOR,
    (StayStatus.AT_DOOR, Event.TURNED_AWAY): StayStatus.LEFT,
    (StayStatus.AT_DOOR, Event.ADMITTED): StayStatus.PLACED,
    (StayStatus.PLACED, Event.BOARDS): StayStatus.BOARDING,
    (StayStatus.PLACED, Event.LEFT): StayStatus.LEFT,
    (StayStatus.BOARDING, Event.LEFT): StayStatus.LEFT,
    (StayStatus.LEFT, Event.ADMITTED): StayStatus.PLACED,
}
TASK_MOVES: Moves = {
    (TaskStatus.NONE, Event.TASK_RAISED): TaskStatus.WAITING,
    (TaskStatus.WAITING, Event.TASK_OPENED): TaskStatus.OPEN,
    (TaskStatus.WAITING, Event.LAPSED): TaskStatus.ENDED,
    (TaskStatus.OPEN, Event.ATTEMPTED): TaskStatus.OPEN,
    (TaskStatus.OPEN, Event.CONNECTED): TaskStatus.CONNECTED,
    (TaskStatus.OPEN, Event.LAPSED): TaskStatus.ENDED,
    (TaskStatus.CONNECTED, Event.CARE_ENDED): TaskStatus.ENDED,
}


def _named(ledger: Records, world: World) -> None:
    """Rows name the person of their call, desks and facilities that there are."""
    event, call, unit, place = (ledger[name] for name in ("event", "call", "unit", "place"))
    who = np.where((call >= 0) & (unit < 0), np.append(world.calls["person"], -1)[call], -1)
    is_free = OF_MECHANISM[event] & (call < 0)
    refuse_rows(ledger, "a row about no unit names the person of its call", np.flatnonzero((ledger["person"] != who) & ~is_free))
    at_door = stay_rows(ledger)
    is_desk = OF_PHONE[event] | (event == Event.RESOLVED_BY_PHONE)
    n_places = np.where(is_desk, len(world.names.desks), len(world.names.facilities))
    is_wrong = (place < -1) | (place >= n_places) | (is_desk & (place < 0))
    is_wrong[at_door] |= place[at_door] < 0
    refuse_rows(ledger, "a row on the phone names its desk, a row of a stay its facility", np.flatnonzero(is_wrong))


def _lines(ledger: Records, world: World) -> None:
    """A desk answers only while a call-taker is free."""
    event = ledger["event"]
    hangs_up = OF_CALL[event] & (ledger["status_from"] == CallStatus.TALKING)
    rows = sorted_by(ledger, "call", (event == Event.ANSWERED) | hangs_up)
    answered = ledger["event"][rows] == Event.ANSWERED
    desk = ledger["place"][rows][latest(answered)].astype(np.int64)  # where the talk was, whatever comes next
    n_talking = running(rows, desk, np.where(answered, 1, -1))
    positions = np.zeros(len(rows), np.int64)
    for number in range(len(world.names.desks)):
        own, changes = desk == number, world.positions[:, world.positions[1] == number]
        at = np.searchsorted(changes[0], ledger["t_s"][rows[own]], side="right") - 1
        positions[own] = np.where(at >= 0, np.append(changes[2], 0)[at], 0)
    refuse_rows(ledger, "a desk answers while a call-taker is free", np.sort(rows[answered & (n_talking > positions)]))


def _stays(ledger: Records, world: World) -> None:
    """A person is at one door or in one place at a time, and is let in, boards and leaves in that order."""
    rows = stay_rows(ledger)
    thread = threads(ledger, rows, len(world.calls))
    order = np.argsort(thread, kind="stable")
    rows, thread = rows[order], thread[order]
    event, start, end, place, t_s = (ledger[name][rows] for name in ("event", "status_from", "status_to", "place", "t_s"))
    at = previous(thread)
    before = np.where(at >= 0, end[at], int(StayStatus.NONE))
    brought = (event == Event.ADMITTED) & (start == StayStatus.AT_DOOR)  # by a unit, which waits without a row
    brought &= (before == StayStatus.NONE) | (before == StayStatus.LEFT)
    legal = is_move(STAY_MOVES, start, event, end) & ((start == before) | brought)
    _refuse_after(ledger, "people at doors make legal moves only", rows, at, ~legal)
    onward = (event == Event.ADMITTED) & (start == StayStatus.LEFT)
    same = (at >= 0) & (start[at] == StayStatus.BOARDING) & (t_s[at] == t_s) & (place[at] != place)
    _refuse_after(ledger, "who leaves for a bed elsewhere is there in the same second", rows, at, onward & ~same)
    inside = np.isin(event, (Event.BOARDS, Event.LEFT))
    _refuse_after(ledger, "a person leaves the place they were let into", rows, at, inside & (place != place[at]))


def _places(ledger: Records, world: World) -> None:
    """Nobody is let into a full facility, and no more units hand over than there are bays."""
    event, call = ledger["event"], ledger["call"]
    rows = np.flatnonzero((event == Event.ADMITTED) | (event == Event.LEFT))
    admitted = event[rows] == Event.ADMITTED
    facility = ledger["place"][rows].astype(np.int64)
    n_placed = running(rows, facility, np.where(admitted, 1, -1))
    t_s = ledger["t_s"][rows]
    limit = of_plan(world, t_s, partial(places_at, t_s=t_s, facility=facility))
    refuse_rows(ledger, "nobody is let into a full facility", rows[admitted & (limit >= 0) & (n_placed > limit)])
    ends = np.flatnonzero(ENDS_CALL[event])
    ended = np.full(len(world.calls) + 1, len(ledger))
    ended[call[ends]] = ends
    inside = rows[admitted & (call[rows] >= 0)]
    inside = inside[ended[call[inside]] > inside]  # while a unit is with them
    out = ended[call[inside]]
    done = out < len(ledger)
    done[done] = LEAVES[event[out[done]]]
    both = np.concatenate([inside, out[done]])
    door = np.concatenate([ledger["place"][inside], ledger["place"][inside][done]]).astype(np.int64)
    change = np.concatenate([np.ones(len(inside), np.int64), -np.ones(int(done.sum()), np.int64)])
    bays = of_plan(world, ledger["t_s"][both], lambda facts: np.array([row.bays for row in facts.facilities] + [-1])[door])
    crowded = (change > 0) & (bays >= 0) & (running(both, door, change) > bays)
    refuse_rows(ledger, "no more units hand over than there are bays", np.sort(both[crowded]))


def _tasks(ledger: Records, world: World) -> None:
    """Follow-up goes its way, and case managers have no more people than they can."""
    rows = sorted_by(ledger, "call", OF_TASK[ledger["event"]])
    event, start, end = (ledger[name][rows] for name in ("event", "status_from", "status_to"))
    at = previous(ledger["call"][rows])
    before = np.where(at >= 0, end[at], int(TaskStatus.NONE))
    legal = is_move(TASK_MOVES, start, event, end) & (start == before)
    _refuse_after(ledger, "follow-up makes legal moves only", rows, at, ~legal)
    lapsed = (event == Event.LAPSED) & (start == TaskStatus.OPEN)
    change = (event == Event.TASK_OPENED) * 1 - ((event == Event.CARE_ENDED) | lapsed)
    n_open = running(rows, np.zeros(len(rows), np.int64), change)
    t_s = ledger["t_s"][rows]
    caseload = of_plan(world, t_s, lambda facts: np.full(len(t_s), facts.numbers.get("caseload", -1)))
    full = np.sort(rows[(event == Event.TASK_OPENED) & (n_open > caseload)])
    refuse_rows(ledger, "case managers take on nobody beyond their caseload", full)


def running(rows: Ints, key: Ints, change: Ints) -> Ints:
    """Sum of the changes of each key up to and with each row, in order of the ledger."""
    order = np.lexsort([rows, key])
    total = np.cumsum(change[order])
    first = previous(key[order]) < 0
    total -= (total - change[order])[latest(first)]
    found = np.empty(len(rows), np.int64)
    found[order] = total
    return found


def is_move(moves: Moves, start: Ints, event: Ints, end: Ints) -> Bools:
    """Whether each row is a move of the table."""
    found = np.zeros(len(start), np.bool_)
    for (status, what), after in moves.items():
        found |= (start == status) & (event == what) & (end == after)
    return found


def _refuse_after(ledger: Records, promise: str, rows: Ints, at: Ints, wrong: Bools) -> None:
    earlier = dict(zip(rows[wrong].tolist(), np.where(at >= 0, rows[at], -1)[wrong].tolist(), strict=True))
    refuse_rows(ledger, promise, np.sort(rows[wrong]), lambda row: earlier[row])


CONSERVED = (_named, _stays, _places, _lines, _tasks)
