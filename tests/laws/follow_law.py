"""What must hold of people who come again, and of those who look after them."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

from sim.rules.lifecycle import ENDING_EVENTS, CallStatus, Disposition, Event, Status, TaskStatus
from sim.world import World
from sim.world.facts import Facts
from tests.laws.door_law import LIVED_WITH, stay_seconds
from tests.laws.retold import Row, facts_at, moments

PPM = 1_000_000
FOR_EVER = 2**62
OF_TASK = (Event.TASK_RAISED, Event.TASK_OPENED, Event.ATTEMPTED, Event.CONNECTED, Event.LAPSED, Event.CARE_ENDED)
REACHED = (Event.CLEAR, Event.RESOLVED_BY_PHONE)


@dataclass
class Task:
    """The follow-up of a call."""

    status: int
    since_s: int
    due_s: int  # of the next thing that happens by itself
    n_attempts: int = 0


class FollowLaw:
    """Follows every task."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tasks: dict[int, Task] = {}
        self.ended: dict[int, Row] = {}
        self.waiting: set[tuple[int, int]] = set()  # since when, and the call
        self.n_on_caseload = 0
        self.due: list[tuple[int, int]] = []

    def now(self, call: int, own: Task, status: int, due_s: int) -> None:
        """The task's next status, and when it must have left it."""
        kept = (TaskStatus.OPEN, TaskStatus.CONNECTED)
        self.n_on_caseload += (status in kept) - (own.status in kept)
        self.waiting.discard((own.since_s, call))
        if status == TaskStatus.WAITING:
            self.waiting.add((own.since_s, call))
        own.status, own.due_s = status, due_s
        heappush(self.due, (due_s, call))

    def see(self, row: Row) -> None:
        """One row."""
        if row.event in ENDING_EVENTS:
            self.ended[row.call] = row
        if row.event not in OF_TASK:
            return
        assert (row.unit, row.place, row.disposition) == (-1, -1, -1), row
        assert row.person == self.world.calls["person"][row.call], row
        facts = facts_at(self.world, row.t_s)
        if row.event == Event.TASK_RAISED:
            end = self.ended[row.call]
            assert (end.t_s, row.call in self.tasks) == (row.t_s, False), row
            assert self.is_raised(end), row
            own = self.tasks[row.call] = Task(TaskStatus.NONE, row.t_s, -1)
            self.now(row.call, own, TaskStatus.WAITING, row.t_s + facts.numbers["due_s"])
            return
        own = self.tasks[row.call]
        if row.event == Event.TASK_OPENED:
            assert self.n_on_caseload < facts.numbers["caseload"], ("more people than case managers can have", row)
            assert (own.since_s, row.call) == min(self.waiting), ("opened out of turn", row)
            self.now(row.call, own, TaskStatus.OPEN, row.t_s + facts.numbers["first_attempt_s"])
        elif row.event == Event.ATTEMPTED:
            assert (own.status, own.due_s) == (TaskStatus.OPEN, row.t_s), row
            own.n_attempts += 1
            self.now(row.call, own, TaskStatus.OPEN, row.t_s + facts.numbers["attempt_every_s"])
        elif row.event == Event.CONNECTED:
            assert own.n_attempts == self.world.lucks["attempts"][row.call], row
            self.now(row.call, own, TaskStatus.CONNECTED, row.t_s + facts.numbers["care_s"])
        elif row.event == Event.LAPSED and own.status == TaskStatus.OPEN:
            assert own.n_attempts >= facts.numbers["max_attempts"], row
            self.now(row.call, own, TaskStatus.ENDED, FOR_EVER)
        else:
            wanted = TaskStatus.WAITING if row.event == Event.LAPSED else TaskStatus.CONNECTED
            assert (own.status, own.due_s) == (wanted, row.t_s), row
            self.now(row.call, own, TaskStatus.ENDED, FOR_EVER)

    def is_raised(self, end: Row) -> bool:
        """Whether such an ending is to be followed up."""
        facts = facts_at(self.world, end.t_s)
        if facts.numbers["caseload"] < 0 or end.event not in REACHED:
            return False
        return bool(self.world.lucks["follow_mark"][end.call] < facts.tables["raises"][end.disposition])

    def rest(self, t_s: int) -> None:
        """What holds once a second is over."""
        room = facts_at(self.world, t_s).numbers["caseload"] - self.n_on_caseload
        assert room <= 0 or not self.waiting, ("waits while a case manager has room", self.waiting, t_s)
        while self.due[:1] and self.due[0][0] <= t_s:
            _, call = heappop(self.due)
            own = self.tasks[call]
            assert own.due_s > t_s, ("nothing happens", call, own, t_s)


def check_follow_up(world: World, played: Any) -> None:
    """Raise AssertionError where a follow-up is lost, forgotten or more than there is room for."""
    law = FollowLaw(world)
    for t_s, rows in moments(world, played.ledger):
        for row in rows:
            law.see(row)
        if t_s < world.end_s:
            law.rest(t_s)
    raised = {call for call, end in law.ended.items() if law.is_raised(end)}
    assert raised == set(law.tasks)
    assert len(played.tasks) == len(world.tasks)
    for call, final in enumerate(played.tasks):
        own = law.tasks.get(call, Task(TaskStatus.NONE, -1, -1))
        assert (final["status"], final["since_s"], final["n_attempts"]) == (own.status, own.since_s, own.n_attempts), final


@dataclass
class Person:
    """Somebody whose crises come again."""

    call: int = -1
    n_contacts: int = 0
    n_away: int = 0
    care_until_s: int = 0
    unresolved_until_s: int = 0
    changed_s: int = -1  # last


class PeopleLaw:
    """Follows everybody known by name, and asks of each candidate whether it had to come about."""

    def __init__(self, world: World, played: Any) -> None:
        self.world, self.final = world, played.calls
        self.people = [Person() for _ in world.persons]
        self.away: set[int] = set()  # calls whose person is at a door, or placed
        self.idle: set[int] = set()
        self.left: dict[int, tuple[int, int]] = {}  # by person: when they last left, and of which call
        self.came = {call: False for call in range(len(world.calls))}

    def see(self, row: Row) -> None:
        """One row; a call that comes about must, given what has happened before it."""
        facts = facts_at(self.world, row.t_s)
        person = int(self.world.calls["person"][row.call]) if row.call >= 0 else -1
        assert row.unit >= 0 or row.person == person, row
        if row.unit >= 0:
            (self.idle.add if row.status_to == Status.IDLE else self.idle.discard)(row.unit)
        if row.event in (Event.NOT_CALLED, Event.RECEIVED):
            self.came[row.call] = True
            assert self.is_made(row.call, facts) == (row.event == Event.RECEIVED), row
        if person < 0:
            return
        own = self.people[person]
        if row.event == Event.RECEIVED:
            assert self.is_in_crisis(row.call, own, row.t_s), ("a crisis that did not come about", row, own)
            own.call, own.n_contacts = row.call, own.n_contacts + 1
        elif row.event in ENDING_EVENTS and row.event not in (Event.UNFINISHED, Event.NOT_CALLED):
            assert own.call == row.call, row
            own.call = -1
            if row.event not in REACHED or row.disposition == Disposition.NO_CONTACT:
                own.unresolved_until_s = row.t_s + facts.numbers["unresolved_s"]
        elif row.event == Event.CONNECTED:
            own.care_until_s = max(own.care_until_s, row.t_s + facts.numbers["care_s"])
        elif row.event in (Event.AT_FACILITY, Event.WALKED_IN, Event.ADMITTED):
            self.stays(row, facts)
            if row.event == Event.WALKED_IN and facts.facilities[row.place].kind in LIVED_WITH:
                stay_s = stay_seconds(self.world, facts, row.place, row.call)
                own.care_until_s = max(own.care_until_s, row.t_s + stay_s)
        elif row.event in (Event.LEFT, Event.TURNED_AWAY):
            self.away.discard(row.call)
            self.left[person] = (row.t_s, row.call)
        own.n_away = sum(int(self.world.calls["person"][call]) == person for call in self.away)
        if row.event not in (Event.LATER_ED_72H, Event.LATER_ED_30D):
            own.changed_s = row.t_s

    def is_made(self, call: int, facts: Facts) -> bool:
        """Whether somebody makes the call: a service that is seen to come, or an idle unit, where that is what it takes."""
        row = self.world.calls[call]
        if row["is_induced"] and not facts.numbers["is_seen"]:
            return False
        takes = facts.takes[row["type"], row["flags"]]
        is_met = any(takes[self.world.units["responder"][unit]] for unit in self.idle)
        return bool(is_met or not facts.tables["is_found"][row["type"]])

    def stays(self, row: Row, facts: Facts) -> None:
        """Somebody is at a door, or has a bed after boarding: they are away, unless it is a service they live with."""
        door = facts.facilities[row.place]
        is_followed = facts.numbers["has_stays"] and (door.stay_s >= 0 or door.bays >= 0)
        comes = row.event != Event.ADMITTED or self.left.get(row.person) == (row.t_s, row.call)
        if comes and is_followed and door.kind not in LIVED_WITH:
            self.away.add(row.call)

    def is_in_crisis(self, call: int, own: Person, t_s: int) -> bool:
        """Whether the candidate comes about."""
        numbers = facts_at(self.world, t_s).numbers
        rate = PPM
        if t_s < own.care_until_s:
            rate = rate * numbers["care_ppm"] // PPM
        if t_s < own.unresolved_until_s:
            rate = rate * numbers["unresolved_ppm"] // PPM
        return own.n_away == 0 and own.call < 0 and bool(self.world.lucks["height_ppm"][call] < rate)

    def rest(self, t_s: int, candidates: list[int]) -> None:
        """Candidates of this second without a row had to stay latent; who was also written about is left aside."""
        for call in candidates:
            person = int(self.world.calls["person"][call])
            if self.came[call]:
                continue
            assert person >= 0, ("a call is lost", call)
            assert self.final["status"][call] == CallStatus.LATENT, ("a call is lost", call)
            own = self.people[person]
            assert own.changed_s == t_s or not self.is_in_crisis(call, own, t_s), ("a crisis is lost", call, own)


def check_people(world: World, played: Any) -> None:
    """Raise AssertionError where a crisis comes about that should not, or does not that should."""
    law = PeopleLaw(world, played)
    due: dict[int, list[int]] = {}
    for call, t_s in enumerate(world.calls["received_s"].tolist()):
        due.setdefault(t_s, []).append(call)
    told = dict(moments(world, played.ledger))
    for t_s in sorted({*told, *due}):
        for row in told.get(t_s, []):
            law.see(row)
        law.rest(t_s, due.get(t_s, []))
    for call in (played.calls["status"] == CallStatus.LATENT).nonzero()[0].tolist():
        assert not law.came[call], ("a latent call has rows", call)
    for final, own in zip(played.persons, law.people, strict=True):
        got = {name: int(final[name]) for name in ("n_contacts", "n_away", "care_until_s", "unresolved_until_s")}
        assert got == {name: getattr(own, name) for name in got}, (final, own)
        assert final["call"] < 0 or final["call"] == own.call, (final, own)
