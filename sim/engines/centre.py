"""The dispatch centre of the readable engine: calls come in, wait, are looked at again; units are sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from sim.engines import leaving, phone
from sim.engines.agents import rows_of
from sim.engines.stories import Due, Storied, Story
from sim.rules.assembling import assign
from sim.rules.lifecycle import CallStatus, Event, Status
from sim.rules.matching import is_servable, next_match, next_of_crew
from sim.rules.recurring import is_in_crisis, is_made
from sim.tables import CallRow, LuckRow

if TYPE_CHECKING:
    from sim.engines.readable import PlayedTown, Unit

_CHUNK = 4096
RECEIVED = int(Event.RECEIVED)
ABANDONED = int(Event.ABANDONED)
CALLED_BACK = int(Event.CALLED_BACK)
CANCELLED = int(Event.CANCELLED)
ESCALATED = int(Event.ESCALATED)
LOOK_AGAIN = int(Event.LOOK_AGAIN)
DISPATCHED = int(Event.DISPATCHED)
URGENT = 1


class Dispatcher(Storied):
    """The centre: receives calls, sends units."""

    entity = 0
    model: PlayedTown

    def receive_calls(self) -> Story:
        """Take every call of the world in order."""
        model = self.model
        for first in range(0, len(model.world.calls), _CHUNK):
            for call, luck in rows_of(model.world, first, first + _CHUNK):
                yield Due(model.env, RECEIVED, call.id, call.received_s - model.now, self._wake)
                self.receive(call, luck)

    def receive(self, call: CallRow, luck: LuckRow) -> None:
        """A candidate comes about or not; if so it rings at a desk, or comes straight to dispatch."""
        model = self.model
        town = model.town
        model.calls[call.id], model.lucks[call.id] = call, luck
        if call.person >= 0 and model.happenings.played:
            model.happenings.scale(call, luck)
        if call.person >= 0 and not is_in_crisis(town, model.persons[call.person], luck, model.now):
            call.status = int(CallStatus.LATENT)
            model.forget(call)
            return
        if not is_made(town, call):
            model.end_unreached(call, luck, int(Event.NOT_CALLED))
            return
        model.note(call, RECEIVED, model.move_call(call, RECEIVED))
        if call.person >= 0:
            person = model.persons[call.person]
            person.call = call.id
            person.n_contacts += 1
        desk = town.desk_of[call.channel]
        if desk >= 0:
            phone.ring(model, call, luck, desk)
        else:
            self.enter_queue(call, luck)

    def enter_queue(self, call: CallRow, luck: LuckRow) -> None:
        """Queue a call under its response plan, or end it at once where no responder of any hour takes such calls."""
        model = self.model
        call.queued_s = model.now
        call.chain = model.town.plan_of[call.type][call.priority][call.flags]
        if not is_servable(model.town, call):
            model.end_unreached(call, luck, int(Event.NEVER_SERVED))
            return
        model.start_waiting(call)
        model.fresh.append(call.id)
        model.ask_match()
        if luck.escalates_s >= 0:
            self.put_off(call, ESCALATED, max(call.received_s + luck.escalates_s - model.now, 0), self.escalate)

    def put_off(self, call: CallRow, event: int, seconds: int, then: Callable[[CallRow, LuckRow], None]) -> None:
        """Have something happen to a call later, if it is still there."""
        Due(self.model.env, event, call.id, seconds, partial(self.play, call, self.model.lucks[call.id], then))

    def play(self, call: CallRow, luck: LuckRow, then: Callable[[CallRow, LuckRow], None], _: object) -> None:
        """A clock of a call has run down."""
        if call.status != CallStatus.ENDED:
            self.model.read_clock()
            then(call, luck)

    def match(self, _: object) -> None:
        """Send units to waiting calls until no more can be sent; then start the clocks of calls left waiting."""
        model = self.model
        model.read_clock()
        model.is_match_due = False
        while model.waiting:
            call_id, unit_id, alternative = next_match(model.town, model.policy, model.waiting, model.calls, model.now)
            if call_id < 0:
                break
            self.send_crew(model.calls[call_id], unit_id, alternative)
        for call_id in model.fresh:
            call = model.calls[call_id]
            if call.status == CallStatus.QUEUED or model.town.waits_for_arrival[call.type]:
                self.start_clocks(call, model.lucks[call_id])
        model.fresh.clear()

    def send_crew(self, call: CallRow, unit_id: int, alternative: int) -> None:
        """Send a unit, and with it those who are sent in the same second or not at all."""
        model = self.model
        while unit_id >= 0:
            self.send(call, model.unit_rows[unit_id], alternative)
            if call.open & model.town.alternatives[alternative].together == 0:
                break
            unit_id = next_of_crew(model.town, model.policy, call, model.now)

    def send(self, call: CallRow, unit: Unit, alternative: int) -> None:
        """Assign a unit to a call, away from a less urgent one if it was on its way there."""
        model = self.model
        if unit.status != Status.IDLE:
            leaving.take_away(model, unit, int(Event.CALLED_OFF))
        assign(model.town, call, unit, alternative)
        if call.status == CallStatus.QUEUED:
            model.move_call(call, DISPATCHED)
        if call.open == 0 and call.is_waiting:
            model.stop_waiting(call)
        unit.cause = call.cause
        call.cause = model.move(unit, DISPATCHED, call.id)
        unit.begin(unit.respond(call, model.lucks[call.id]))

    def start_clocks(self, call: CallRow, luck: LuckRow) -> None:
        """Patience, the call back, and the ages at which the policy or the plan looks again."""
        model = self.model
        call.is_clocked = 1
        waited_s = model.now - call.queued_s
        if luck.patience_s >= 0:
            self.put_off(call, ABANDONED, max(luck.patience_s - waited_s, 0), self.give_up)
        if model.town.call_back_s >= waited_s:
            self.put_off(call, CALLED_BACK, model.town.call_back_s - waited_s, self.call_back)
        for age_s in model.policy.rematch_s:
            if age_s >= waited_s:
                self.put_off(call, LOOK_AGAIN, age_s - waited_s, self.look_again)
        alternative = call.chain
        while alternative >= 0:
            row = model.town.alternatives[alternative]
            if row.after_s > waited_s:
                self.put_off(call, LOOK_AGAIN, row.after_s - waited_s, self.look_again)
            alternative = row.next

    def wait_again(self, call: CallRow, luck: LuckRow) -> None:
        """A call is back in the queue with its age; a caller whose patience has run out leaves now."""
        if call.is_clocked == 0:
            self.start_clocks(call, luck)
        elif 0 <= luck.patience_s <= self.model.now - call.queued_s:
            self.put_off(call, ABANDONED, 0, self.give_up)
        self.model.ask_match()

    def give_up(self, call: CallRow, luck: LuckRow) -> None:
        """The caller gives up: before anybody has been sent, or, for some types, before anybody is there."""
        model = self.model
        if call.status == CallStatus.QUEUED or (call.status == CallStatus.DISPATCHED and model.town.waits_for_arrival[call.type]):
            leaving.call_off_all(model, call)
            model.end_unreached(call, luck, ABANDONED)

    def call_back(self, call: CallRow, luck: LuckRow) -> None:
        """The centre rings a caller who is still queued: somebody is still needed, or nobody any more."""
        if call.status != CallStatus.QUEUED:
            return
        if luck.call_back_mark < self.model.town.no_need[call.type]:
            self.model.end_unreached(call, luck, CANCELLED)
        else:
            self.model.note(call, CALLED_BACK, self.model.move_call(call, CALLED_BACK))

    def escalate(self, call: CallRow, luck: LuckRow) -> None:
        """The crisis grows worse while nobody is there: the call is now as urgent as any."""
        model = self.model
        if call.status not in (CallStatus.QUEUED, CallStatus.DISPATCHED) or call.priority == URGENT:
            return
        plans = model.town.plan_of[call.type]
        if call.chain == plans[call.priority][call.flags]:
            call.chain = plans[URGENT][call.flags]
        call.priority = URGENT
        at = call.first
        while at >= 0:
            model.unit_rows[at].priority = URGENT
            at = model.unit_rows[at].next
        model.note(call, ESCALATED, model.move_call(call, ESCALATED))
        model.ask_match()

    def look_again(self, call: CallRow, luck: LuckRow) -> None:
        """A stated wait is over: the policy or the plan may now think otherwise."""
        if call.is_waiting:
            self.model.ask_match()

    def plan_again(self) -> None:
        """Put the calls to which nobody has been sent under the plans that hold now."""
        model = self.model
        for call_id in model.waiting:
            call = model.calls[call_id]
            if call.status == CallStatus.QUEUED:
                call.chain = model.town.plan_of[call.type][call.priority][call.flags]
