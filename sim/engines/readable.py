"""The story of a call, told with SimPy processes and Mesa agents. This engine is the specification.

Read `Unit.respond` first, then `Dispatcher`. Every choice is a function of `sim.rules`; what is here is who does
what next, and the row it leaves in the ledger.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import mesa
import numpy.typing as npt
import simpy

from sim.engines.agents import Due, Storied, Story, TownModel, collector_paused, rows_of
from sim.rules.lifecycle import HOUR_S, WORKING, CallStatus, Event, Status
from sim.rules.matching import is_servable, next_match
from sim.rules.placing import destination, placed
from sim.rules.settling import is_force_used, later_ed_hours, nobody_row, settle
from sim.rules.timing import handover_seconds, on_scene_seconds, paperwork_seconds, travel_seconds, turnout_seconds
from sim.tables import CallRow, LuckRow, UnitRow
from sim.world import World

Records = npt.NDArray[Any]

_CHUNK = 4096
AVAILABLE = int(Event.AVAILABLE)
CLEAR = int(Event.CLEAR)
EN_ROUTE = int(Event.EN_ROUTE)
ON_SCENE = int(Event.ON_SCENE)
TRANSPORTING = int(Event.TRANSPORTING)
AT_FACILITY = int(Event.AT_FACILITY)
PAPERWORK = int(Event.PAPERWORK)
SHIFT_START = int(Event.SHIFT_START)
SHIFT_END = int(Event.SHIFT_END)
RECEIVED = int(Event.RECEIVED)
ABANDONED = int(Event.ABANDONED)
DISPATCHED = int(Event.DISPATCHED)
MATCH = int(Event.MATCH)


class Unit(Storied, UnitRow):
    """A crewed thing that can be sent."""

    @property
    def entity(self) -> int:  # type: ignore[override]
        """The number events of this unit are ordered by."""
        return self.id

    def until(self, event: int, seconds: int) -> simpy.Event:
        """The one moment this unit now waits for."""
        self.stamp += 1
        return Due(self.model.env, event, self.id, seconds, self._wake)

    def respond(self, call: CallRow, luck: LuckRow) -> Story:
        """From dispatched to clear of one call."""
        town = self.model.town
        yield self.until(EN_ROUTE, turnout_seconds(town, self))
        self.model.move(self, EN_ROUTE, call.id)
        yield self.until(ON_SCENE, travel_seconds(town, self, call.zone, luck, self.model.now))
        self.arrive(call, luck)
        yield from self.work(call, luck)
        self.leave(call, luck)

    def arrive(self, call: CallRow, luck: LuckRow) -> None:
        """Reach the scene; what the person needs is seen now."""
        model, town = self.model, self.model.town
        self.zone = call.zone
        model.move(self, ON_SCENE, call.id)
        model.move_call(call, ON_SCENE)
        call.responder = self.responder
        call.disposition = placed(town, settle(town, call, luck, self.responder), call.zone, model.now)
        if is_force_used(town, call, luck, self.responder, call.disposition):
            model.move(self, int(Event.FORCE_USED), call.id)

    def work(self, call: CallRow, luck: LuckRow) -> Story:
        """The time on scene, and the way to a door where one is needed."""
        model, town = self.model, self.model.town
        seconds = on_scene_seconds(town, self, call, luck)
        self.facility = destination(town, call.disposition, call.zone, model.now)
        if self.facility < 0:
            yield self.until(CLEAR, seconds)
        elif town.responders[self.responder].transports == 0:
            yield self.until(CLEAR, seconds + town.responders[self.responder].ambulance_wait_s)
        else:
            yield self.until(TRANSPORTING, seconds)
            model.move(self, TRANSPORTING, call.id)
            door = town.facilities[self.facility]
            yield self.until(AT_FACILITY, travel_seconds(town, self, door.zone, luck, model.now))
            self.zone = door.zone
            model.move(self, AT_FACILITY, call.id)
            yield self.until(CLEAR, handover_seconds(town, self.facility, luck))

    def leave(self, call: CallRow, luck: LuckRow) -> None:
        """Clear: the call is over; the unit goes home, writes up, or is free."""
        model = self.model
        model.note_later_ed(call, luck, self.responder)
        model.move_call(call, CLEAR)
        call.cause = model.move(self, CLEAR, call.id, call.disposition)
        owed_s = paperwork_seconds(model.town, self, call)
        model.forget(call)
        self.call = self.facility = -1
        if not self.is_rostered:
            self.paperwork_owed_s += owed_s
            model.move(self, SHIFT_END, -1)
        elif owed_s > 0:
            self.begin(self.write_up(owed_s, call.id))
        else:
            self.become_idle()

    def write_up(self, seconds: int, call_id: int) -> Story:
        """Out of service: reports, follow-up, whatever a contact leaves behind."""
        self.model.move(self, PAPERWORK, call_id)
        self.due_s = self.model.now + seconds
        yield self.until(AVAILABLE, seconds)
        self.model.move(self, AVAILABLE, -1)
        self.become_idle()

    def become_idle(self) -> None:
        """Free to be sent from this second on."""
        self.idle_since_s = self.model.now
        self.model.ask_match()

    def start_shift(self) -> None:
        """On duty; a unit still at work from its last shift simply goes on."""
        self.is_rostered = 1
        if self.status != Status.OFF_DUTY:
            self.model.move(self, SHIFT_START, -1)
            return
        self.zone = self.home_zone
        self.model.move(self, SHIFT_START, -1)
        if self.paperwork_owed_s > 0:
            owed_s, self.paperwork_owed_s = self.paperwork_owed_s, 0
            self.begin(self.write_up(owed_s, -1))
        else:
            self.become_idle()

    def end_shift(self) -> None:
        """Off duty now, or when the call is over; paperwork not finished waits for the next shift."""
        self.is_rostered = 0
        if self.status in WORKING:
            self.model.move(self, int(Event.OVERTIME), -1)
            return
        if self.status == Status.PAPERWORK:
            self.paperwork_owed_s += self.due_s - self.model.now
            self.drop()
            self.stamp += 1
        self.model.move(self, SHIFT_END, -1)


class Dispatcher(Storied):
    """The centre: receives calls, sends units."""

    entity = 0

    def receive_calls(self) -> Story:
        """Take every call of the world in order."""
        model = self.model
        for first in range(0, len(model.world.calls), _CHUNK):
            for call, luck in rows_of(model.world, first, first + _CHUNK):
                yield Due(model.env, RECEIVED, call.id, call.received_s - model.now, self._wake)
                self.receive(call, luck)

    def receive(self, call: CallRow, luck: LuckRow) -> None:
        """Queue a call, or end it at once where no responder of any hour takes such calls."""
        model = self.model
        model.calls[call.id], model.lucks[call.id] = call, luck
        model.note(call, RECEIVED, model.move_call(call, RECEIVED))
        if is_servable(model.town, call):
            model.waiting[call.id] = None
            model.fresh.append(call.id)
            model.ask_match()
        else:
            model.end_unreached(call, luck, int(Event.NEVER_SERVED))

    def match(self, _: simpy.Event) -> None:
        """Send units to waiting calls until no more can be sent; then start the clocks of calls left waiting."""
        model = self.model
        model.read_clock()
        model.is_match_due = False
        while model.waiting:
            call_id, unit_id = next_match(model.town, model.policy, model.waiting, model.calls, model.now)
            if call_id < 0:
                break
            self.send(model.calls[call_id], model.unit_rows[unit_id])
        for call_id in model.fresh:
            if call_id in model.waiting:
                self.start_clocks(model.calls[call_id], model.lucks[call_id])
        model.fresh.clear()

    def send(self, call: CallRow, unit: Unit) -> None:
        """Assign a unit to a call."""
        model = self.model
        del model.waiting[call.id]
        model.move_call(call, DISPATCHED)
        call.unit, unit.call = unit.id, call.id
        unit.assignments += 1
        unit.cause = call.cause
        call.cause = model.move(unit, DISPATCHED, call.id)
        unit.begin(unit.respond(call, model.lucks[call.id]))

    def start_clocks(self, call: CallRow, luck: LuckRow) -> None:
        """Patience, and the ages at which the policy looks again."""
        env = self.model.env
        if luck.patience_s >= 0:
            Due(env, ABANDONED, call.id, luck.patience_s, partial(self.give_up, call, luck))
        for age_s in self.model.policy.rematch_s:
            Due(env, int(Event.LOOK_AGAIN), call.id, age_s, partial(self.look_again, call))

    def give_up(self, call: CallRow, luck: LuckRow, _: simpy.Event) -> None:
        """The caller gives up, unless somebody has been sent."""
        if call.status == CallStatus.QUEUED:
            self.model.read_clock()
            del self.model.waiting[call.id]
            self.model.end_unreached(call, luck, ABANDONED)

    def look_again(self, call: CallRow, _: simpy.Event) -> None:
        """A stated wait is over: the policy may now think otherwise."""
        if call.status == CallStatus.QUEUED:
            self.model.ask_match()


class Roster(Storied):
    """Starts and ends of duty, one after another."""

    entity = 0

    def call_the_hours(self) -> Story:
        """Tell each unit when its duty starts and ends."""
        model = self.model
        duties = model.world.duties.tolist()
        starts = [(start, SHIFT_START, unit) for unit, start, _ in duties]
        ends = [(end, SHIFT_END, unit) for unit, _, end in duties]
        for t_s, event, unit_id in sorted(starts + ends):
            yield Due(model.env, event, unit_id, t_s - model.now, self._wake)
            unit = model.unit_rows[unit_id]
            if event == SHIFT_START:
                unit.start_shift()
            else:
                unit.end_shift()


class PlayedTown(TownModel):
    """The town with its stories."""

    def __init__(self, world: World, step_s: int = HOUR_S) -> None:
        super().__init__(world, step_s)
        rows = world.units.tolist()
        names = world.units.dtype.names or ()
        self.set_units([Unit(self, **dict(zip(names, row, strict=True))) for row in rows])
        self.dispatcher = Dispatcher(self)
        Due(self.env, int(Event.POLICY_STARTS), 0, world.policy_starts_s, self.start_policy)
        self.dispatcher.begin(self.dispatcher.receive_calls())
        roster = Roster(self)
        roster.begin(roster.call_the_hours())

    def start_policy(self, _: simpy.Event) -> None:
        """From this second the option's plan holds."""
        self.read_clock()
        self.town, self.policy = self.town_after, self.world.policy_after
        self.book.write(self.now, -1, -1, -1, int(Event.POLICY_STARTS), -1, -1, -1)
        self.ask_match()

    def ask_match(self) -> None:
        """Have the dispatcher look at the queue at the end of this second."""
        if self.waiting and not self.is_match_due:
            self.is_match_due = True
            Due(self.env, MATCH, 0, 0, self.dispatcher.match)

    def note_later_ed(self, call: CallRow, luck: LuckRow, row: int) -> None:
        """Write the later ED visit an ending leaves open, if the person's mark says so."""
        hours = later_ed_hours(self.town, call, luck, row, call.disposition)
        if hours > 0:
            event = Event.LATER_ED_72H if hours == 72 else Event.LATER_ED_30D
            self.note(call, int(event), (call.status, call.status))

    def end_unreached(self, call: CallRow, luck: LuckRow, event: int) -> None:
        """End a call nobody reached: what becomes of the person is the chain's row for nobody."""
        row = nobody_row(self.town)
        call.disposition = placed(self.town, settle(self.town, call, luck, row), call.zone, self.now)
        self.note_later_ed(call, luck, row)
        self.note(call, event, self.move_call(call, event), call.disposition)
        self.forget(call)


def open_town(world: World, step_s: int = HOUR_S) -> PlayedTown:
    """The town at its first second, as a Mesa model to step through."""
    return PlayedTown(world, step_s)


def play(world: World) -> tuple[Records, Records, Records]:
    """Play a world to its end: ledger, final calls, final units."""
    with collector_paused():
        town = PlayedTown(world)
        town.play_until(world.end_s)
        town.close()
        out = town.book.ledger(), town.final_calls(), town.final_units()
    mesa.Agent._ids.pop(town, None)  # noqa: SLF001  # Mesa 3.3 keeps every model ever made
    return out
