"""What every unit was doing in the second a unit was sent, which of them would do, and how near the idle ones were.

A unit's place is where its last row left it: home at the start of a shift, the scene, the door. One that has moved to
cover another part of town is nowhere that the ledger names, and nothing is said of its distance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.rules.lifecycle import WORKING, Event, Status
from sim.study.story.facts import UNKNOWN, Story, expected_s

PLACED = (Event.SHIFT_START, Event.ON_SCENE, Event.STAGED, Event.AT_FACILITY, Event.RELOCATED)
GOES_HOME = 1  # ResponderRow.when_idle


class Standing(NamedTuple):
    """What one unit is doing: its status, the row since when (-1 before its first), the call it is busy with (-1 none)."""

    unit: int
    responder: int
    status: Status
    since: int
    call: int


@dataclass(frozen=True, eq=False)
class Choice:
    """All units just before a row."""

    story: Story
    row: int
    t_s: int
    wanted: int  # roles
    priority: int
    covers: int = 0  # flags that bar nobody, since an officer comes too

    @cached_property
    def standings(self) -> list[Standing]:
        """One for each unit of the town."""
        rows = self.story.ledger[: self.row]
        units = self.story.world.units
        moved = np.flatnonzero(rows["unit"] >= 0)
        since, sent = np.full(len(units), -1), np.full(len(units), -1)
        since[rows["unit"][moved]] = moved  # the last one counts
        dispatched = moved[rows["event"][moved] == Event.DISPATCHED]
        sent[rows["unit"][dispatched]] = dispatched
        found = []
        for unit, (row, assigned) in enumerate(zip(since.tolist(), sent.tolist(), strict=True)):
            status = Status(int(rows["status_to"][row])) if row >= 0 else Status.OFF_DUTY
            call = int(rows["call"][assigned]) if status in WORKING else -1
            call = int(rows["call"][row]) if status is Status.PAPERWORK else call
            found.append(Standing(unit, int(units["responder"][unit]), status, row, call))
        return found

    @cached_property
    def takers(self) -> frozenset[int]:
        """Responder types that take the call as the centre knows it, and fill a role that is wanted."""
        facts, flags = self.story.facts(self.t_s), int(self.story.candidate["flags"]) & ~self.covers
        takes = facts.takes[self.story.label(self.row)][flags]
        fills = facts.tables["fills"][:, self.wanted]
        failed = self.story.all_of(Event.RELAY_FAILED)
        barred = {int(self.story.world.units["responder"][m.unit]) for m in failed if m.row < self.row}
        return frozenset(np.flatnonzero((takes == 1) & (fills != 0)).tolist()) - barred

    @cached_property
    def idle(self) -> list[Standing]:
        """Idle units that would do."""
        own = [one for one in self.standings if one.status is Status.IDLE and one.responder in self.takers]
        return [one for one in own if not self.is_late(one.unit) and not self.is_only_by_screen(one.responder)]

    def is_late(self, unit: int) -> bool:
        """Whether a unit's shift is so near its end that it takes only more urgent calls."""
        responder = self.story.responder(unit, self.t_s)
        if not responder.last_calls_s or self.priority <= responder.last_priority:
            return False
        duties = self.story.world.duties
        own = duties[(duties["unit"] == unit) & (duties["start_s"] <= self.t_s) & (duties["end_s"] > self.t_s)]
        return bool(len(own)) and self.t_s >= int(own["end_s"][0]) - responder.last_calls_s

    def is_only_by_screen(self, responder: int) -> bool:
        """Whether such a unit joins by screen, and nobody is there yet whom it could join."""
        return bool(self.story.facts(self.t_s).responders[responder].is_remote) and not self.story.is_there(self.row - 1)

    def of(self, responder: int) -> list[Standing]:
        """Units of a responder type."""
        return [one for one in self.standings if one.responder == responder]

    def is_absent(self, unit: int) -> bool:
        """Whether a unit was rostered at this second and nobody came."""
        shifts = self.story.world.shifts
        own = shifts[(shifts["unit"] == unit) & (shifts["start_s"] <= self.t_s) & (shifts["end_s"] > self.t_s)]
        return bool(len(own)) and not own["staffed"].any()

    @cached_property
    def away_s(self) -> Mapping[int, int]:
        """Expected seconds of driving to the scene, of each idle unit whose place is known."""
        facts, scene = self.story.facts(self.t_s), self.story.zone
        driving = (one.unit for one in self.idle if not facts.responders[one.responder].is_remote)
        zones = ((unit, self._zone(unit)) for unit in driving)
        return {unit: expected_s(facts, zone, scene, self.t_s) for unit, zone in zones if zone != UNKNOWN}

    def _zone(self, unit: int) -> int:
        """Where a unit's last row left it."""
        rows = self.story.rows_of(unit)
        rows = rows[(rows < self.row) & np.isin(self.story.ledger["event"][rows], PLACED)]
        home = int(self.story.world.units["home_zone"][unit])
        for row in rows[::-1].tolist():
            moment = self.story.moment(row)
            if moment.event is Event.RELOCATED:
                return home if self.story.responder(unit, moment.t_s).when_idle == GOES_HOME else UNKNOWN
            if moment.event is Event.AT_FACILITY:
                return self.story.of(moment.call).door_zone(moment)
            if moment.event is not Event.SHIFT_START:
                return int(self.story.world.calls["zone"][moment.call])
            if self.story.ledger["status_from"][row] == Status.OFF_DUTY:
                return home
        return home

    def is_idle_longest(self, unit: int, others: Iterable[int]) -> bool:
        """Whether none of the others has been idle as long as a unit."""
        since = {one.unit: self._idle_since_s(one) for one in self.idle}
        return all(since[other] > since[unit] for other in others)

    def _idle_since_s(self, one: Standing) -> int:
        moment = self.story.moment(one.since)
        while moment.event is Event.RELOCATED:  # it was free all the way
            before = self.story.before(moment)
            if before is None:
                break
            moment = before
        return moment.t_s

    def rivals(self, unit: int) -> tuple[list[int], list[int]] | None:
        """Other idle units that would do, nearer than a unit and as near; none where a place is not known."""
        others = [one.unit for one in self.idle if one.unit != unit]
        if any(one not in self.away_s for one in [unit, *others]):
            return None
        own = self.away_s[unit]
        nearer = [other for other in others if self.away_s[other] < own]
        as_near = [other for other in others if self.away_s[other] == own]
        return nearer, as_near
