"""What must hold of every phone: who is answered, when, by whom, and that nobody is lost on the way to dispatch."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

from sim.rules.lifecycle import Event
from sim.world import World
from tests.laws.retold import Row, facts_at, moments, positions, scaled

ENDS_RINGING = (Event.HUNG_UP, Event.ABANDONED, Event.UNFINISHED)


@dataclass
class Caller:
    """A call on the phone."""

    desk: int
    rang_s: int  # joined as a new caller
    joined_s: int  # joined this queue
    patience_s: int  # -1 for ever
    ends_s: int = -1  # of the talk, -1 while it rings


class PhoneLaw:
    """Follows every call on the phone."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.changes = positions(world)
        self.calls: dict[int, Caller] = {}
        self.queues: dict[int, set[tuple[int, int]]] = defaultdict(set)  # of each desk: rang_s, call
        self.n_talking: Counter[int] = Counter()  # by desk
        self.due: list[tuple[int, int, str]] = []  # by when a caller must have moved on, and why
        self.gone: dict[int, tuple[int, int]] = {}  # hung up: when, and at which desk
        self.fresh = -1  # call received in the row before

    def n_positions(self, desk: int, t_s: int) -> int:
        """Call-takers on duty."""
        return next((n for since_s, n in reversed(self.changes.get(desk, [])) if since_s <= t_s), 0)

    def join(self, call: int, own: Caller) -> None:
        """Into the queue of a desk."""
        self.calls[call] = own
        self.queues[own.desk].add((own.rang_s, call))
        if own.patience_s >= 0:
            heappush(self.due, (own.rang_s + own.patience_s, call, "rings beyond patience"))
        desk = facts_at(self.world, own.joined_s).desks[own.desk]
        if desk.spills_to >= 0:
            heappush(self.due, (own.joined_s + desk.spill_s, call, "does not spill over"))

    def part(self, call: int) -> Caller:
        """Out of the queue, or off the phone."""
        own = self.calls.pop(call)
        if own.ends_s >= 0:
            self.n_talking[own.desk] -= 1
        else:
            self.queues[own.desk].remove((own.rang_s, call))
        return own

    def see(self, row: Row) -> None:
        """One row about a call and no unit."""
        first_desk = self.fresh
        self.fresh = -1
        if row.event == Event.RECEIVED:
            channel = self.world.calls["channel"][row.call]
            desk = facts_at(self.world, row.t_s).tables["desk_of"][channel]
            self.fresh = int(desk)
        elif row.event == Event.RINGS:
            self.rings(row, first_desk)
        elif row.event == Event.ANSWERED:
            self.answered(row)
        elif row.call in self.calls or row.call in self.gone:
            self.leaves(row)
        else:
            assert row.event not in (Event.HUNG_UP, Event.PASSED_ON, Event.RESOLVED_BY_PHONE), row
        assert first_desk < 0 or row.event == Event.RINGS, ("a call of a channel with a desk rings there at once", row)

    def rings(self, row: Row, first_desk: int) -> None:
        """A new caller, one handed on, one who rings again, or one who spills over."""
        facts = facts_at(self.world, row.t_s)
        patience_s = facts.desks[row.place].patience_s
        if patience_s >= 0:
            patience_s = scaled(patience_s, self.world.lucks["hang_up_ppm"][row.call])
        new = Caller(row.place, row.t_s, row.t_s, patience_s)
        own = self.part(row.call) if row.call in self.calls else None
        if row.call in self.gone:
            left_s, desk = self.gone.pop(row.call)
            is_same_plan = facts_at(self.world, left_s) is facts
            assert row.t_s == left_s + facts_at(self.world, left_s).desks[desk].again_s, row
            assert not is_same_plan or row.place == facts.desks[desk].again_at, row
        elif own is None:
            assert first_desk == row.place, row
        elif own.ends_s >= 0:
            assert row.t_s == own.ends_s, row
            assert facts.desks[own.desk].hands_on_to == row.place, row
        else:
            assert facts.desks[own.desk].spills_to == row.place, row
            assert row.t_s - own.joined_s >= 0, row
            new.rang_s, new.patience_s = own.rang_s, own.patience_s
        self.join(row.call, new)

    def answered(self, row: Row) -> None:
        """First come, first served, and by somebody who is free."""
        own = self.calls[row.call]
        assert (own.desk, own.ends_s) == (row.place, -1), row
        assert (own.rang_s, row.call) == min(self.queues[own.desk]), ("answered out of turn", row)
        assert self.n_talking[own.desk] < self.n_positions(own.desk, row.t_s), ("answered by nobody", row)
        mean_s = facts_at(self.world, row.t_s).tables["handling_s"][own.desk][self.world.lucks["type"][row.call]]
        self.part(row.call)
        own.ends_s = row.t_s + scaled(mean_s, self.world.lucks["talk_ppm"][row.call])
        self.calls[row.call] = own
        self.n_talking[own.desk] += 1
        heappush(self.due, (own.ends_s, row.call, "a talk that does not end"))

    def leaves(self, row: Row) -> None:
        """Off the phone: hung up, resolved, passed on, or the run is over."""
        if row.call in self.gone:
            assert row.event == Event.UNFINISHED, row
            del self.gone[row.call]
            return
        facts = facts_at(self.world, row.t_s)
        if row.event in (Event.LATER_ED_72H, Event.LATER_ED_30D):
            return
        own = self.part(row.call)
        if own.ends_s >= 0:
            assert row.event in (Event.RESOLVED_BY_PHONE, Event.PASSED_ON, Event.UNFINISHED), row
            assert row.t_s == own.ends_s or row.event == Event.UNFINISHED, row
        elif row.event == Event.PASSED_ON:
            assert facts.desks[own.desk].is_there == 0, ("passed on unanswered", row)
        else:
            assert row.event in ENDS_RINGING, row
            if row.event != Event.UNFINISHED:
                assert row.t_s == own.rang_s + own.patience_s, ("hung up at another time than patience says", row, own)
        if row.event == Event.HUNG_UP:
            self.gone[row.call] = (row.t_s, own.desk)

    def rest(self, t_s: int) -> None:
        """What holds once a second is over."""
        facts = facts_at(self.world, t_s)
        for desk, queue in self.queues.items():
            if queue:
                assert facts.desks[desk].is_there, ("rings where nobody is any more", queue)
                free = self.n_positions(desk, t_s) - self.n_talking[desk]
                assert free <= 0, ("rings while a position is free", desk, queue, t_s)
        while self.due and self.due[0][0] <= t_s:
            _, call, what = heappop(self.due)
            own = self.calls.get(call)
            if own is None:
                continue
            if own.ends_s >= 0:
                assert own.ends_s > t_s, (what, call, own, t_s)
            elif what == "rings beyond patience":
                assert own.patience_s < 0 or t_s < own.rang_s + own.patience_s, (what, call, own, t_s)
            elif facts.desks[own.desk].spills_to >= 0 and own.joined_s >= self.world.policy_starts_s:
                assert t_s < own.joined_s + facts.desks[own.desk].spill_s, (what, call, own, t_s)


def check_phone(world: World, played: Any) -> None:
    """Raise AssertionError where the phone loses, forgets or favours a caller."""
    law = PhoneLaw(world)
    for t_s, rows in moments(world, played.ledger):
        for row in rows:
            if row.unit < 0 and row.call >= 0:
                law.see(row)
        if t_s < world.end_s:
            law.rest(t_s)
    assert not law.calls, law.calls
    assert not law.gone, law.gone
