"""What a ledger and its world tell of one call: its rows, its units' rows, who was there, which door.

Everything is read, nothing played and nothing guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.measure.phone import triaged
from sim.rules.lifecycle import DANGER, ENDING_EVENTS, LEAVING_EVENTS, Event, Status, hour_band
from sim.rules.matching import PolicyParts
from sim.tables import ResponderRow
from sim.world import Facts, World

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

UNKNOWN = -1
ARRIVALS = (Event.ON_SCENE, Event.STAGED)


class Moment(NamedTuple):
    """One row of the ledger."""

    row: int
    t_s: int
    event: Event
    call: int
    unit: int
    cause: int
    disposition: int


@dataclass(frozen=True, eq=False)
class Story:
    """One call of one life."""

    world: World
    ledger: Records
    call: int

    @cached_property
    def candidate(self) -> Any:
        """The call as it was received."""
        return self.world.calls[self.call]

    @property
    def truth(self) -> int:
        return int(self.world.lucks[self.call]["type"])

    def label(self, row: int) -> int:
        """The type the centre takes the call for when a row is written."""
        if self.last(Event.RECOGNISED, before_row=row) is not None:
            return self.truth
        return self._triaged(row)[0]

    def _triaged(self, row: int) -> tuple[int, int]:
        """Type and priority the call is taken for when a row is written: those of the caller, then those of call-takers."""
        answered = self.last(Event.RESOLVED_BY_PHONE, Event.PASSED_ON, before_row=row + 1)
        if answered is None or not self.world.names.desks:
            return int(self.candidate["type"]), int(self.candidate["priority"])
        return self._by_phone

    @cached_property
    def _by_phone(self) -> tuple[int, int]:
        kind, priority = triaged(self.ledger, self.world)
        return int(kind[self.call]), int(priority[self.call])

    def facts(self, t_s: int) -> Facts:
        """The plan in force."""
        return self.world.after if t_s >= self.world.policy_starts_s else self.world.before

    def policy(self, t_s: int) -> PolicyParts:
        """The dispatch policy in force."""
        return self.world.policy_after if t_s >= self.world.policy_starts_s else self.world.policy_before

    def end_of(self, t_s: int) -> int:
        """The row behind all of a second."""
        return int(np.searchsorted(self.ledger["t_s"], t_s, side="right"))

    def responder(self, unit: int, t_s: int) -> ResponderRow:
        """A unit's responder type, by the plan in force."""
        return self.facts(t_s).responders[int(self.world.units[unit]["responder"])]

    def moment(self, row: int) -> Moment:
        """A row of the ledger, whatever it is of."""
        t_s, call, unit, cause, event, _, _, disposition, *_ = self.ledger[row].tolist()
        return Moment(row, t_s, Event(event), call, unit, cause, disposition)

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The call's rows, and what befell its units between being sent and leaving it, in order."""
        is_own = (self.ledger["call"] == self.call) & (self.ledger["event"] < len(Event))  # mechanisms tell their own
        own = [self.moment(row) for row in np.flatnonzero(is_own).tolist()]
        beside = [m for unit in {m.unit for m in own if m.unit >= 0} for m in self._beside(own, unit)]
        if own:
            started = np.flatnonzero(self.ledger["event"] == Event.POLICY_STARTS).tolist()
            beside += [self.moment(row) for row in started if own[0].row < row < own[-1].row]
        return tuple(sorted({m.row: m for m in [*own, *beside]}.values()))

    def _beside(self, own: list[Moment], unit: int) -> Iterator[Moment]:
        """Rows that name no call, between a unit's being sent and its leaving; and that it goes off duty as it leaves."""
        for sent in (m for m in own if m.unit == unit and m.event is Event.DISPATCHED):
            left = next((m for m in own if m.unit == unit and m.row > sent.row and m.event in LEAVING_EVENTS), None)
            rows = self.rows_of(unit)
            for row in rows[(rows > sent.row) & (rows < (len(self.ledger) if left is None else left.row))].tolist():
                if self.ledger[row]["call"] < 0:
                    yield self.moment(row)
            home = None if left is None or left.event is Event.CALLED_OFF else self.after(left)
            if home is not None and left is not None and home.event is Event.SHIFT_END and home.t_s == left.t_s:
                yield home

    def rows_of(self, unit: int) -> Ints:
        """All rows of a unit, in order."""
        return np.flatnonzero(self.ledger["unit"] == unit)

    def before(self, moment: Moment) -> Moment | None:
        """What the unit of a moment did just before."""
        rows = self.rows_of(moment.unit)
        at = int(np.searchsorted(rows, moment.row))
        return self.moment(int(rows[at - 1])) if at else None

    def after(self, moment: Moment) -> Moment | None:
        """What the unit of a moment did next."""
        rows = self.rows_of(moment.unit)
        at = int(np.searchsorted(rows, moment.row, side="right"))
        return self.moment(int(rows[at])) if at < len(rows) else None

    def all_of(self, *events: Event) -> list[Moment]:
        """Moments of the call that are any of these events."""
        return [m for m in self.moments if m.event in events]

    def first(self, *events: Event, after_row: int = -1, unit: int = -1) -> Moment | None:
        """The first of these events behind a row, of one unit or of any."""
        return next((m for m in self.all_of(*events) if m.row > after_row and unit in (-1, m.unit)), None)

    def last(self, *events: Event, before_row: int, unit: int = -1) -> Moment | None:
        """The last of these events ahead of a row, of one unit or of any."""
        return next((m for m in reversed(self.all_of(*events)) if m.row < before_row and unit in (-1, m.unit)), None)

    @property
    def received(self) -> Moment | None:
        return self.first(Event.RECEIVED)

    @cached_property
    def ending(self) -> Moment | None:
        """The row that ends the call."""
        return self.first(*map(Event, ENDING_EVENTS))

    @cached_property
    def units(self) -> list[int]:
        """Units ever sent, in order."""
        return list(dict.fromkeys(m.unit for m in self.all_of(Event.DISPATCHED)))

    def is_there(self, row: int) -> list[int]:
        """Units on scene or staged once a row is written."""
        present: dict[int, None] = {}
        for m in self.moments:
            if m.row > row:
                break
            if m.event in ARRIVALS:
                present[m.unit] = None
            elif m.event in LEAVING_EVENTS:
                present.pop(m.unit, None)
        return list(present)

    def is_coming(self, row: int) -> list[int]:
        """Units sent and not yet there once a row is written."""
        coming: dict[int, None] = {}
        for m in self.moments:
            if m.row > row:
                break
            if m.event is Event.DISPATCHED:
                coming[m.unit] = None
            elif m.event in ARRIVALS or m.event in LEAVING_EVENTS:
                coming.pop(m.unit, None)
        return list(coming)

    def assembling_from(self, row: int) -> Moment | None:
        """The arrival since which somebody has been there without a break, as of a row."""
        since = None
        for m in self.moments:
            if m.row > row:
                break
            if m.event in ARRIVALS and since is None:
                since = m
            elif m.event in LEAVING_EVENTS and not self.is_there(m.row):
                since = None
        return since

    def assembled_before(self, moment: Moment) -> Moment | None:
        """The arrival since which somebody was there, until all were called off in a moment's second."""
        off = [m.row for m in self.all_of(Event.CALLED_OFF) if m.t_s == moment.t_s]
        return self.assembling_from(min([moment.row, *off]) - 1)

    def is_dangerous(self) -> bool:
        """Whether the centre knows of a weapon or a risk of violence."""
        return bool(int(self.candidate["flags"]) & DANGER)

    @property
    def zone(self) -> int:
        return int(self.candidate["zone"])

    def of(self, call: int) -> Story:
        """The story of another call of the same life."""
        return Story(self.world, self.ledger, call)

    def door(self, moment: Moment) -> int:
        """The facility a unit drives to or stands at, `UNKNOWN` where the row names none."""
        place = int(self.ledger["place"][moment.row])
        return place if place >= 0 else UNKNOWN

    def door_zone(self, moment: Moment) -> int:
        """The zone of that door."""
        door = self.door(moment)
        return UNKNOWN if door == UNKNOWN else int(self.facts(moment.t_s).facilities[door].zone)

    def priority(self, row: int) -> int:
        """How urgent the call is before a row is written."""
        return 1 if self.last(Event.ESCALATED, before_row=row) is not None else self._triaged(row)[1]

    def diverted_to(self, moment: Moment) -> Moment | None:
        """The row that sends a unit on to a more urgent call, where that is why it is called off."""
        following = self.after(moment)
        on_the_way = self.ledger[moment.row]["status_from"] in (Status.TURNOUT, Status.EN_ROUTE)
        is_at_once = following is not None and following.row == moment.row + 1 and following.event is Event.DISPATCHED
        return following if is_at_once and on_the_way and moment.event is Event.CALLED_OFF else None

    def seconds_on(self, unit: int) -> int:
        """Seconds a unit was out for the call: from each time it was sent until it left, and paperwork in the shift."""
        total = 0
        for m in self.moments:
            if m.unit == unit and m.event in (Event.DISPATCHED, Event.PAPERWORK):
                events = [*map(Event, LEAVING_EVENTS)] if m.event is Event.DISPATCHED else []
                over = self.first(*events, after_row=m.row, unit=unit) if events else self.after(m)
                total += (over.t_s if over is not None else self.world.end_s) - m.t_s
        return total


def expected_s(facts: Facts, start: int, end: int, t_s: int) -> int:
    """Expected seconds of driving between zones at an hour, by the centre's own table."""
    return int(facts.tables["travel_s"][hour_band(t_s)][start][end])
