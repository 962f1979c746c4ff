"""The town as a Mesa model on a SimPy clock: its agents, sets of who waits, legal moves, the rows they leave.

Who decides writes the rows and the state of everyone concerned at once. The happenings themselves are in `readable.py`,
`centre.py`, `phone.py`, `scene.py`, `doors.py` and `following.py`.
"""

from __future__ import annotations

import contextlib
import gc
from array import array
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

import mesa
import numpy as np
import numpy.typing as npt
import simpy

from sim.engines.book import Book
from sim.engines.played import Played, Records
from sim.errors import LedgerError
from sim.rules.lifecycle import HOUR_S, NEXT_CALL_STATUS, NEXT_STATUS, CallStatus, Event, Status
from sim.rules.matching import PolicyParts
from sim.rules.town import Town
from sim.tables import (
    CallRow,
    DoorRow,
    LineRow,
    LuckRow,
    PersonRow,
    StayRow,
    TaskRow,
    UnitRow,
    array_to_rows,
    rows_to_array,
)
from sim.world import World

_IDLE = int(Status.IDLE)
_OFF_DUTY = int(Status.OFF_DUTY)
AT_A_DOOR = (int(Status.TRANSPORTING), int(Status.AT_FACILITY))
# Columns of a call that a play changes.
CHANGED = (
    "type", "priority", "status", "stamp", "chain", "plan", "open", "coming", "here", "covered", "asked", "barred", "is_waiting",
    "is_clocked", "since_s", "first", "unit", "responder", "row", "cause", "disposition", "force", "rang_s", "queued_s", "desk",
    "rings",
)  # fmt: skip


class Person(mesa.Agent, PersonRow):  # type: ignore[misc]  # Mesa ships no types
    """A person with recurrent crises."""


class TownModel(mesa.Model):  # type: ignore[misc]  # Mesa ships no types
    """A city being played: agents by type, the clock, the waiting calls, the ledger.

    As a Mesa model: `step()` advances the clock by `step_s`; `datacollector` then holds units by status and
    queue lengths over time; `agents_by_type` finds units. `readable.open_town(world)` makes one ready to step.
    """

    def __init__(self, world: World, step_s: int = HOUR_S) -> None:
        super().__init__(rng=0)  # never drawn from; a fixed value keeps Mesa from seeding by the machine
        self.world = world
        self.step_s = step_s
        self.env = simpy.Environment()
        self.now = 0
        self.book = Book()
        self.waiting: dict[int, None] = {}
        self.fresh: list[int] = []
        self.calls: dict[int, CallRow] = {}
        self.lucks: dict[int, LuckRow] = {}
        self.is_match_due = False
        self.unit_rows: list[Any] = []
        self.persons = [Person(self, **row) for row in named_rows(world.persons)]
        self.lines = [LineRow(i) for i in range(len(world.names.desks))]
        self.ringing: dict[int, None] = {}
        self.doors = [DoorRow(i) for i in range(len(world.names.facilities))]
        self.stays: list[StayRow] = array_to_rows(world.stays, StayRow)
        self.at_door: dict[int, None] = {}  # stays that wait for a place: at a door, or boarding
        self.tasks: list[TaskRow] = array_to_rows(world.tasks, TaskRow)
        self.waiting_tasks: dict[int, None] = {}
        self.followed: dict[int, CallRow] = {}  # ended calls with a task that may still link the person to a service
        self.n_on_caseload = 0
        self.n_idle = [0] * len(world.names.responders)
        self.n_on_duty = [0] * len(world.names.responders)
        self.town_before: Town
        self.town_after: Town
        self.town: Town
        self.policy: PolicyParts = world.policy_before
        self._ended = array("q")
        self.datacollector = mesa.DataCollector(model_reporters=_reporters())

    def set_units(self, units: list[Any]) -> None:
        """Take the units the town's facts point to."""
        self.unit_rows = units
        shared = (units, self.persons, self.lines, self.doors, self.n_idle, self.n_on_duty)
        self.town_before = self.world.before.town(*shared)
        same = self.world.after is self.world.before
        self.town_after = self.town_before if same else self.world.after.town(*shared)
        self.town = self.town_before

    def step(self) -> None:
        """Advance the clock by `step_s`, no further than the end of the run, and collect; at the end `running` is false."""
        self.play_until(min(self.now + self.step_s, self.world.end_s))
        self.datacollector.collect(self)
        self.running = self.now < self.world.end_s

    def play_until(self, t_s: int) -> None:
        """Play everything that happens before second `t_s`."""
        if t_s > self.env.now:
            self.env.run(until=t_s)
        self.now = t_s

    def read_clock(self) -> None:
        """Bring `now` to the second of the event being played."""
        self.now = self.env.now  # type: ignore[assignment]  # whole seconds go in, whole seconds come out

    def n_units(self, status: Status) -> int:
        """Units in that status now."""
        return sum(1 for unit in self.unit_rows if unit.status == status)

    def move(self, unit: UnitRow, event: int, call_id: int, disposition: int = -1) -> int:
        """Give the unit its next status, write the row, keep the counts; returns the row."""
        before = unit.status
        after = NEXT_STATUS[before][event]
        if after < 0:
            name = self.world.names.units[unit.id]
            raise LedgerError(
                f"{name}: {Event(event).name} is no move from {Status(before).name}, at {self.now} s, call {call_id}"
            )
        unit.status = after
        if after != before:
            if before == _IDLE:
                self.n_idle[unit.responder] -= 1
            elif before == _OFF_DUTY:
                self.n_on_duty[unit.responder] += 1
            if after == _IDLE:
                self.n_idle[unit.responder] += 1
            elif after == _OFF_DUTY:
                self.n_on_duty[unit.responder] -= 1
        place = unit.facility if after in AT_A_DOOR or before in AT_A_DOOR else -1
        unit.cause = self.book.write(self.now, call_id, unit.id, unit.cause, event, before, after, disposition, -1, place)
        return unit.cause

    def move_call(self, call: CallRow, event: int) -> tuple[int, int]:
        """Give the call its next status and phase; returns the statuses before and after."""
        before = call.status
        after = NEXT_CALL_STATUS[before][event]
        if after < 0:
            raise LedgerError(f"call {call.id}: {Event(event).name} is no move from {CallStatus(before).name}, at {self.now} s")
        call.status = after
        call.stamp += 1
        return before, after

    def note(self, call: CallRow, event: int, statuses: tuple[int, int], disposition: int = -1, place: int = -1) -> int:
        """Write a row about a call that concerns no unit; returns the row."""
        call.cause = self.book.write(self.now, call.id, -1, call.cause, event, *statuses, disposition, call.person, place)
        return call.cause

    def start_waiting(self, call: CallRow) -> None:
        """Have the dispatcher find somebody for the call."""
        call.is_waiting = 1
        self.waiting[call.id] = None

    def stop_waiting(self, call: CallRow) -> None:
        """Nobody is wanted for the call any more, or all are sent."""
        if call.is_waiting:
            call.is_waiting = 0
            del self.waiting[call.id]

    def forget(self, call: CallRow) -> None:
        """Keep an ended call's final values and let its objects go."""
        self._ended.append(call.id)
        self._ended.extend(_changed(call))
        del self.calls[call.id], self.lucks[call.id]

    def close(self) -> None:
        """The run is over: calls still open end unfinished, in order."""
        for call_id in sorted(self.calls):
            call = self.calls[call_id]
            call.disposition = -1
            self.note(call, int(Event.UNFINISHED), self.move_call(call, int(Event.UNFINISHED)))
            self.forget(call)

    def final_calls(self) -> npt.NDArray[Any]:
        """The world's calls with the values they ended with."""
        rows = self.world.calls.copy()
        width = len(CHANGED) + 1
        ended = np.frombuffer(self._ended, np.int64).reshape(-1, width) if self._ended else np.zeros((0, width), np.int64)
        for i, name in enumerate(CHANGED, 1):
            rows[name][ended[:, 0]] = ended[:, i]
        return rows

    def played(self, mechanisms: dict[str, Records]) -> Played:
        """Everything as it stands, with what mechanisms wrote."""
        return Played(
            self.book.ledger(),
            self.final_calls(),
            rows_to_array(self.unit_rows, UnitRow),
            rows_to_array(self.persons, PersonRow),
            rows_to_array(self.stays, StayRow),
            rows_to_array(self.tasks, TaskRow),
            mechanisms,
        )


_changed = attrgetter(*CHANGED)


def _reporters() -> dict[str, Callable[[TownModel], int]]:
    reporters: dict[str, Callable[[TownModel], int]] = {"time_s": lambda town: int(town.env.now)}
    for status in Status:
        reporters[f"units_{status.name.lower()}"] = lambda town, status=status: town.n_units(status)  # type: ignore[misc]
    reporters["calls_queued"] = lambda town: len(town.waiting)
    reporters["calls_open"] = lambda town: len(town.calls)
    return reporters


def named_rows(table: npt.NDArray[Any]) -> list[dict[str, int]]:
    """Records as mappings, for agents made by keywords."""
    names = table.dtype.names or ()
    return [dict(zip(names, row, strict=True)) for row in table.tolist()]


def rows_of(world: World, first: int, last: int) -> list[tuple[CallRow, LuckRow]]:
    """Calls `first` to `last` with their luck, as objects."""
    calls = array_to_rows(world.calls[first:last], CallRow)
    return list(zip(calls, array_to_rows(world.lucks[first:last], LuckRow), strict=True))


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cyclic garbage: a play leaves next to none, and looking for it takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
