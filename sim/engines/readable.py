"""The story of a unit and of its town, told with SimPy processes and Mesa agents. This engine is the specification.

Read `Unit.respond` first, then `centre.py` (calls come in, units are sent), `scene.py`
(units meet at a call) and `leaving.py`. Every
choice is a function of `sim.rules`; what is here is who does what next, and the row it leaves in the ledger.
"""

from __future__ import annotations

import mesa
import simpy

from sim.engines import doors, following, leaving, phone, scene
from sim.engines.agents import TownModel, collector_paused, named_rows
from sim.engines.centre import Dispatcher
from sim.engines.happenings import Happenings
from sim.engines.known import Roster
from sim.engines.played import Played
from sim.engines.stories import Due, Storied, Story
from sim.rules.assembling import is_alone
from sim.rules.deploying import post_of
from sim.rules.lifecycle import HOUR_S, WORKING, Event, Status, hour_band
from sim.rules.placing import destination, placed
from sim.rules.recurring import remember
from sim.rules.settling import later_ed_hours, nobody_row, settle
from sim.rules.timing import handover_seconds, paperwork_seconds, travel_seconds, turnout_seconds
from sim.tables import CallRow, LuckRow, UnitRow
from sim.world import World

AVAILABLE = int(Event.AVAILABLE)
CLEAR = int(Event.CLEAR)
RELEASED = int(Event.RELEASED)
EN_ROUTE = int(Event.EN_ROUTE)
ON_SCENE = int(Event.ON_SCENE)
TRANSPORTING = int(Event.TRANSPORTING)
AT_FACILITY = int(Event.AT_FACILITY)
RELAY_FAILED = int(Event.RELAY_FAILED)
RELOCATED = int(Event.RELOCATED)
PAPERWORK = int(Event.PAPERWORK)
BREAK = int(Event.BREAK)
SHIFT_START = int(Event.SHIFT_START)
SHIFT_END = int(Event.SHIFT_END)
ON_THE_WAY = (int(Status.TURNOUT), int(Status.EN_ROUTE))


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

    def wait(self) -> None:
        """Wait for nothing, until somebody begins another story."""
        self.drop()
        self.stamp += 1

    def respond(self, call: CallRow, luck: LuckRow) -> Story:
        """From dispatched to the scene of a call; what happens there is `scene.arrive`."""
        model = self.model
        responder = model.town.responders[self.responder]
        if luck.relay_mark < responder.relay_fails:
            yield self.until(RELAY_FAILED, responder.relay_s)
            call.barred |= 1 << self.responder
            leaving.withdraw(model, self, RELAY_FAILED)
            return
        yield self.until(EN_ROUTE, turnout_seconds(model.town, self, luck))
        model.move(self, EN_ROUTE, call.id)
        yield self.until(ON_SCENE, travel_seconds(model.town, self, call.zone, luck, model.now))
        scene.arrive(model, self, call, luck)

    def finish_by(self, event: int, seconds: int, call: CallRow, luck: LuckRow) -> Story:
        """In charge: the work at the scene, then the call is over or the person must be taken to a door."""
        yield self.until(event, seconds)
        if event == CLEAR:
            self.leave(call, luck)
        else:
            scene.set_off(self.model, self, call, luck)

    def drive(self, call: CallRow, luck: LuckRow) -> Story:
        """With the person to a door, and there until somebody takes over."""
        model = self.model
        door = model.town.facilities[self.facility]
        yield self.until(AT_FACILITY, travel_seconds(model.town, self, door.zone, luck, model.now))
        self.zone = door.zone
        model.move(self, AT_FACILITY, call.id)
        doors.arrive(model, self, call, luck)

    def hand_over(self, call: CallRow, luck: LuckRow) -> Story:
        """At the door, until somebody takes over."""
        yield self.until(CLEAR, handover_seconds(self.model.town, self, luck))
        self.leave(call, luck)

    def leave(self, call: CallRow, luck: LuckRow) -> None:
        """Clear: everybody leaves, and the call is over."""
        model = self.model
        if not is_alone(call, self):
            leaving.let_others_go(model, call, self.id)
        model.note_later_ed(call, luck, call.row)
        model.move_call(call, CLEAR)
        taken_by_others_to = self.facility if self.status == Status.ON_SCENE else -1
        leaving.part_with(model, self, call, CLEAR, call.disposition)
        if call.is_waiting:
            model.stop_waiting(call)
        if model.stays and model.stays[call.id].unit == self.id:
            doors.handed_over(model, call)
        model.end_call(call, luck, False, taken_by_others_to)
        self.settle_down(paperwork_seconds(model.town, self, call), call.id)

    def stay(self, seconds: int, call: CallRow) -> Story:
        """Not in charge: leave after so long, or when the call ends."""
        yield self.until(RELEASED, seconds)
        leaving.release(self.model, self, call)

    def settle_down(self, owed_s: int, call_id: int) -> None:
        """After a call: go home, write up, or be free."""
        if not self.is_rostered:
            self.paperwork_owed_s += owed_s
            self.go_off_duty()
        elif owed_s > 0:
            self.begin(self.write_up(owed_s, call_id))
        else:
            self.become_idle()

    def write_up(self, seconds: int, call_id: int) -> Story:
        """Out of service: reports, follow-up, whatever a contact leaves behind."""
        self.model.move(self, PAPERWORK, call_id)
        self.due_s = self.model.now + seconds
        yield self.until(AVAILABLE, seconds)
        self.model.move(self, AVAILABLE, -1)
        self.become_idle()

    def rest(self) -> Story:
        """The break that is due."""
        seconds, self.break_owed_s = self.break_owed_s, 0
        self.model.move(self, BREAK, -1)
        yield self.until(AVAILABLE, seconds)
        self.model.move(self, AVAILABLE, -1)
        self.become_idle()

    def go_to_post(self, seconds: int) -> Story:
        """Drive to the post, free to be sent all the way."""
        yield self.until(RELOCATED, seconds)
        self.zone, self.post = self.post, -1
        self.model.move(self, RELOCATED, -1)

    def become_idle(self) -> None:
        """Free to be sent from this second on, unless a break is due."""
        model = self.model
        self.wait()
        self.idle_since_s = model.now
        if self.break_owed_s > 0:
            self.begin(self.rest())
            return
        model.ask_match()
        post = post_of(model.town, self, model.now)
        if post != self.zone:
            self.post = post
            self.begin(self.go_to_post(model.town.travel_s[hour_band(model.now)][self.zone][post]))

    def start_shift(self, turnout_s: int, ends_s: int, pace_ppm: int) -> None:
        """On duty; a unit still at work from its last shift simply goes on."""
        self.is_rostered = 1
        self.turnout_s, self.ends_s, self.pace_ppm = turnout_s, ends_s, pace_ppm
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
        self.is_rostered = self.break_owed_s = 0
        if self.status in ON_THE_WAY and self.model.town.responders[self.responder].turns_back:
            leaving.withdraw(self.model, self, int(Event.CALLED_OFF))
            return
        if self.status in WORKING:
            self.model.move(self, int(Event.OVERTIME), -1)
            return
        if self.status == Status.PAPERWORK:
            self.paperwork_owed_s += self.due_s - self.model.now
        self.go_off_duty()

    def go_off_duty(self) -> None:
        """The shift is over, and so is whatever the unit waited for."""
        self.wait()
        self.post = -1
        self.model.move(self, SHIFT_END, -1)

    def owe_break(self) -> None:
        """A break falls due: at once if idle, else as soon as the unit is."""
        self.break_owed_s = self.model.town.responders[self.responder].break_s
        if self.status == Status.IDLE and self.break_owed_s > 0:
            self.post = -1
            self.begin(self.rest())


class PlayedTown(TownModel):
    """The town with its stories."""

    def __init__(self, world: World, step_s: int = HOUR_S) -> None:
        super().__init__(world, step_s)
        self.set_units([Unit(self, **row) for row in named_rows(world.units)])
        self.dispatcher = Dispatcher(self)
        self.happenings = Happenings(self)
        if self.happenings.played:
            self.book.listener = self.happenings.hear
        Due(self.env, int(Event.POLICY_STARTS), 0, world.policy_starts_s, self.start_policy)
        self.dispatcher.begin(self.dispatcher.receive_calls())
        roster = Roster(self)
        roster.begin(roster.call_the_hours())

    def start_policy(self, _: simpy.Event) -> None:
        """From this second the option's plan holds, also for calls to which nobody has been sent."""
        self.read_clock()
        self.town, self.policy = self.town_after, self.world.policy_after
        self.book.write(self.now, -1, -1, -1, int(Event.POLICY_STARTS), -1, -1, -1)
        self.dispatcher.plan_again()
        phone.close_desks(self)
        doors.look_at_doors(self)
        following.open_tasks(self)
        self.ask_match()

    def ask_match(self) -> None:
        """Have the dispatcher look at the queue at the end of this second."""
        if self.waiting and not self.is_match_due:
            self.is_match_due = True
            Due(self.env, int(Event.MATCH), 0, 0, self.dispatcher.match)

    def note_later_ed(self, call: CallRow, luck: LuckRow, row: int) -> None:
        """Write the later ED visit an ending leaves open, if the person's mark says so."""
        hours = later_ed_hours(self.town, luck, row, call.disposition)
        if hours > 0:
            event = Event.LATER_ED_72H if hours == 72 else Event.LATER_ED_30D
            self.note(call, int(event), (call.status, call.status))

    def end_unreached(self, call: CallRow, luck: LuckRow, event: int) -> None:
        """End a call nobody has helped: what becomes of the person is the chain's row for nobody."""
        self.stop_waiting(call)
        call.row = nobody_row(self.town)
        call.disposition = placed(self.town, call, settle(self.town, call, luck, call.row), call.zone, self.now)
        self.note_later_ed(call, luck, call.row)
        self.note(call, event, self.move_call(call, event), call.disposition)
        self.end_call(call, luck, True, destination(self.town, call, call.disposition, call.zone, self.now))

    def end_call(self, call: CallRow, luck: LuckRow, is_unreached: bool, facility: int) -> None:
        """What an ended call leaves behind: a person who remembers, perhaps somebody at a door, perhaps a follow-up.

        `facility`: where the person goes or is taken by others, -1 nowhere.
        """
        if call.person >= 0:
            remember(self.town, self.persons[call.person], call, is_unreached, self.now)
        if self.town.has_stays:
            doors.come_alone(self, call, facility)
        if not is_unreached:
            following.raise_task(self, call, luck)
        self.forget(call)


def open_town(world: World, step_s: int = HOUR_S) -> PlayedTown:
    """The town at its first second, as a Mesa model to step through."""
    return PlayedTown(world, step_s)


def play(world: World) -> Played:
    """Play a world to its end."""
    with collector_paused():
        town = PlayedTown(world)
        town.play_until(world.end_s)
        town.close()
        out = town.played({one.mechanism.name: one.table() for one in town.happenings.played})
    mesa.Agent._ids.pop(town, None)  # noqa: SLF001  # Mesa 3.3 keeps every model ever made
    return out
