"""The loop loaded plainly, over lists of objects: for a debugger, for coverage, and as a third opinion in tests.

Here -1 is refused as an index: in lists and arrays alike it would quietly mean the last row.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sim.engines import layout, loop
from sim.engines.played import Played
from sim.errors import LedgerError
from sim.rules.lifecycle import Event
from sim.tables import (
    CallRow,
    DoorRow,
    LedgerRow,
    LineRow,
    LuckRow,
    PersonRow,
    StayRow,
    TaskRow,
    UnitRow,
    array_to_rows,
    columns,
    rows_to_array,
)
from sim.world import World


class Rows(list[Any]):
    """A list that has no row -1."""

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, int) and at < 0:
            raise IndexError(f"row {at}: -1 means none")
        return super().__getitem__(at)


class PlainTown:
    """A world laid out for the plain loop: enter with `advance_to`, leave at any event, read the rows when done."""

    def __init__(self, world: World, first_rows: int = 256, first_agenda: int = 256) -> None:
        self.world = world
        units = Rows(array_to_rows(world.units, UnitRow))
        n_idle, n_on_duty = ([0] * len(world.names.responders) for _ in range(2))
        self.persons = Rows(array_to_rows(world.persons, PersonRow))
        lines = Rows(LineRow(i) for i in range(len(world.names.desks)))
        doors = Rows(DoorRow(i) for i in range(len(world.names.facilities)))
        shared = (units, self.persons, lines, doors, n_idle, n_on_duty)
        self.before = world.before.town(*shared)
        self.after = self.before if world.after is world.before else world.after.town(*shared)
        known = {name: column.tolist() for name, column in layout.known_columns(world).items()}
        self.w = SimpleNamespace(
            **layout.counters(world),
            **known,
            n_known=len(known["known_keys"]),
            rematch_s=world.policy_before.rematch_s,
            rematch_after_s=world.policy_after.rematch_s,
            rows=Rows(blank_row() for _ in range(first_rows)),
            calls=Rows(array_to_rows(world.calls, CallRow)),
            lucks=Rows(array_to_rows(world.lucks, LuckRow)),
            stays=Rows(array_to_rows(world.stays, StayRow)),
            tasks=Rows(array_to_rows(world.tasks, TaskRow)),
            **{name: Rows([0] * (most + 1)) for name, most in layout.sets(world).items()},
            agenda_keys=Rows([0] * first_agenda),
            agenda_stamps=Rows([0] * first_agenda),
        )
        self.units = units

    def advance_to(self, until_s: int, n_max: int = 2**62) -> bool:
        """Play events before `until_s`, at most `n_max`; true when none is left."""
        policies = self.world.policy_before, self.world.policy_after
        while True:
            said = loop.advance(self.w, self.before, self.after, *policies, until_s, n_max)
            if said == loop.NEED_ROWS:
                self.w.rows.extend(blank_row() for _ in range(len(self.w.rows) + 64))
            elif said == loop.NEED_AGENDA:
                self.w.agenda_keys.extend([0] * (len(self.w.agenda_keys) + 64))
                self.w.agenda_stamps.extend([0] * (len(self.w.agenda_stamps) + 64))
            elif said == loop.FAULT:
                raise LedgerError(f"entity {self.w.fault_entity}: {Event(self.w.fault_event).name} from {self.w.fault_status}")
            else:
                return said == loop.DONE

    def close(self) -> Played:
        """End what is unfinished; everything as it stands."""
        self.w.now = self.world.end_s
        self.w.rows.extend(blank_row() for _ in range(len(self.w.calls)))
        loop.close(self.w)
        return Played(
            rows_to_array(self.w.rows[: self.w.n_rows], LedgerRow),
            rows_to_array(self.w.calls, CallRow),
            rows_to_array(self.units, UnitRow),
            rows_to_array(self.persons, PersonRow),
            rows_to_array(self.w.stays, StayRow),
            rows_to_array(self.w.tasks, TaskRow),
        )


def blank_row() -> LedgerRow:
    """A ledger row to be filled."""
    return LedgerRow(*([0] * len(columns(LedgerRow))))


def play(world: World) -> Played:
    """Play a world to its end."""
    town = PlainTown(world)
    town.advance_to(world.end_s)
    return town.close()
