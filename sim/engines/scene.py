"""The scene of a call in the readable engine: units gather, one takes charge, others are asked for, each leaves in time.

`model` is the town being played. Whoever decides writes the rows of all concerned, in the order of their ids.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.engines.leaving import AT_THE_SCENE, CALLED_OFF, call_off_all, let_others_go, queue_again
from sim.engines.stories import Due
from sim.rules.assembling import (
    carrier,
    come_there,
    first_staged,
    is_alone,
    must_stage,
    outcome_row,
    police_wanted,
    role_to_ask_for,
    who_begins,
)
from sim.rules.lifecycle import DANGER, CallStatus, Event, Status
from sim.rules.placing import destination, lets_in, placed
from sim.rules.settling import force_level, is_recognised, settle
from sim.rules.timing import on_scene_seconds
from sim.tables import CallRow, LuckRow

if TYPE_CHECKING:
    from sim.engines.readable import PlayedTown, Unit

CLEAR = int(Event.CLEAR)
ON_SCENE = int(Event.ON_SCENE)
STAGED = int(Event.STAGED)
TRANSPORTING = int(Event.TRANSPORTING)
CREW_DUE = int(Event.CREW_DUE)
GIVEN_UP = int(Event.GIVEN_UP)
ASKED = int(Event.ASKED)
LEADS = int(Event.LEADS)


def arrive(model: PlayedTown, unit: Unit, call: CallRow, luck: LuckRow) -> None:
    """Reach the scene, or stay near it; begin if the crew may, join if it has begun, else wait for the others."""
    town = model.town
    come_there(call, unit)
    if not town.responders[unit.responder].is_remote:
        unit.zone = call.zone
    event = STAGED if must_stage(town, call, unit) else ON_SCENE
    model.move(unit, event, call.id)
    is_first = call.status == CallStatus.DISPATCHED
    if is_first:
        model.move_call(call, event)
        call.since_s, call.unit = model.now, unit.id
    look_for_safety(model, unit, call)
    if call.is_waiting:
        model.ask_match()  # who waits for somebody to be there may now be sent
    if call.status == CallStatus.ON_SCENE:
        join_work(model, unit, call, luck)
        return
    lead = who_begins(town, call, model.now)
    if lead >= 0:
        begin_work(model, lead, call, luck, is_first and is_alone(call, unit))
    elif is_first:
        row = town.alternatives[call.plan]
        put_off(model, call, CREW_DUE, row.full_crew_s, luck)
        put_off(model, call, GIVEN_UP, row.give_up_s, luck)


def put_off(model: PlayedTown, call: CallRow, event: int, seconds: int, luck: LuckRow) -> None:
    """Have something happen at the scene later, if the call is still in its present phase."""
    Due(model.env, event, call.id, seconds, partial(play, model, call, luck, event, call.stamp))


def play(model: PlayedTown, call: CallRow, luck: LuckRow, event: int, stamp: int, _: object) -> None:
    """A clock of the scene has run down."""
    if call.stamp != stamp:
        return
    model.read_clock()
    if event == ASKED:
        ask(model, call, luck)
    elif event == GIVEN_UP:
        give_up_crew(model, call, luck)
    else:
        lead = who_begins(model.town, call, model.now)
        if lead >= 0:
            begin_work(model, lead, call, luck, False)


def look_for_safety(model: PlayedTown, unit: Unit, call: CallRow) -> None:
    """An officer makes the scene safe for those who wait near it; who waits for one whom nobody has called asks."""
    town = model.town
    if town.responders[unit.responder].has_officer:
        call.covered |= DANGER
        at = first_staged(town, call)
        while at >= 0:
            model.move(model.unit_rows[at], ON_SCENE, call.id)
            at = first_staged(town, call)
    elif unit.status == Status.STAGING and unit.bits & town.alternatives[call.plan].stand_by == 0:
        wanted = police_wanted(town, call)
        if wanted != 0:
            ask_for(model, unit, call, wanted)


def begin_work(model: PlayedTown, lead: int, call: CallRow, luck: LuckRow, is_plain: bool) -> None:
    """The crew begins: one unit takes charge, the others stay as long as they do."""
    model.move_call(call, LEADS)
    take_charge(model, model.unit_rows[lead], call, luck, is_plain)
    if is_plain:
        return
    at = call.first
    while at >= 0:
        other = model.unit_rows[at]
        if at != lead and other.status in AT_THE_SCENE:
            stay_on(model, other, call)
        at = other.next


def take_charge(model: PlayedTown, unit: Unit, call: CallRow, luck: LuckRow, is_plain: bool) -> None:
    """See what the person needs, work for as long as this crew does, and perhaps ask for somebody else."""
    town = model.town
    call.unit, call.responder = unit.id, unit.responder
    if not is_plain:
        model.move(unit, LEADS, call.id)
    if luck.type != call.type and is_recognised(town, unit, luck):
        call.type = luck.type
        model.move(unit, int(Event.RECOGNISED), call.id)
    see_to(model, unit, call, luck)
    unit.due_s = model.now + on_scene_seconds(town, unit, call, luck)
    plan_end(model, unit, call, luck, unit.due_s)
    responder = town.responders[unit.responder]
    if responder.asks != 0 and role_to_ask_for(town, call, unit, luck) != 0:
        put_off(model, call, ASKED, responder.ask_after_s, luck)


def see_to(model: PlayedTown, unit: Unit, call: CallRow, luck: LuckRow) -> None:
    """How the call will end with this unit in charge, and whether force is used."""
    town = model.town
    call.row = outcome_row(town, call, unit, luck)
    call.disposition = placed(town, call, settle(town, call, luck, call.row), call.zone, model.now)
    level = force_level(town, luck, call.row, call.disposition)
    if level > call.force:
        call.force = level
        model.move(unit, int(Event.FORCE_USED) + level - 1, call.id)


def plan_end(model: PlayedTown, unit: Unit, call: CallRow, luck: LuckRow, at_s: int) -> None:
    """Set the moment at which the unit in charge is done at the scene."""
    town = model.town
    responder = town.responders[unit.responder]
    unit.facility = destination(town, call, call.disposition, call.zone, model.now)
    seconds = max(at_s - model.now, 0)
    if unit.facility < 0:
        unit.begin(unit.finish_by(CLEAR, seconds, call, luck))
    elif responder.transports == 0 and responder.transport_bits == 0 and is_alone(call, unit):
        unit.begin(unit.finish_by(CLEAR, seconds + responder.ambulance_wait_s, call, luck))
    else:
        unit.begin(unit.finish_by(TRANSPORTING, seconds, call, luck))


def stay_on(model: PlayedTown, unit: Unit, call: CallRow) -> None:
    """Another is in charge: stay for the time such crews do, or to the end."""
    leaves_s = model.town.responders[unit.responder].leaves_s
    if leaves_s >= 0:
        unit.begin(unit.stay(leaves_s, call))
    else:
        unit.wait()


def join_work(model: PlayedTown, unit: Unit, call: CallRow, luck: LuckRow) -> None:
    """Come to a call that is being worked on: to take the person away, to take charge, or to help."""
    lead = model.unit_rows[call.unit]
    asker = model.town.responders[lead.responder]
    asked = unit.bits & call.asked
    is_here = unit.status == Status.ON_SCENE
    drives = is_here and model.town.responders[unit.responder].transports == 1
    if asked & asker.transport_bits != 0 and drives and lead.facility >= 0 and model.now >= lead.due_s:
        hand_to(model, lead, unit, call, luck)
    elif asked & asker.asks != 0 and asker.ask_leads and is_here:
        take_charge(model, unit, call, luck, False)
        lead.facility = -1
        stay_on(model, lead, call)
    else:
        stay_on(model, unit, call)
        if outcome_row(model.town, call, lead, luck) != call.row:
            see_to(model, lead, call, luck)
        plan_end(model, lead, call, luck, lead.due_s)


def ask(model: PlayedTown, call: CallRow, luck: LuckRow) -> None:
    """The unit in charge asks for somebody else, and waits for them a stated time."""
    unit = model.unit_rows[call.unit]
    wanted = role_to_ask_for(model.town, call, unit, luck)
    if unit.status != Status.ON_SCENE or wanted == 0:
        return
    ask_for(model, unit, call, wanted)
    plan_end(model, unit, call, luck, max(unit.due_s, model.now + model.town.responders[unit.responder].ask_wait_s))


def ask_for(model: PlayedTown, unit: Unit, call: CallRow, wanted: int) -> None:
    """Ask the centre for a role."""
    call.asked |= wanted
    call.open |= wanted
    call.cause = model.move(unit, ASKED, call.id)
    model.start_waiting(call)
    model.ask_match()


def set_off(model: PlayedTown, unit: Unit, call: CallRow, luck: LuckRow) -> None:
    """Work is done and the person must be taken to a door: by this unit, by another one here, or by one to be sent."""
    town = model.town
    driver = carrier(town, call, unit)
    if driver == unit.id:
        depart(model, unit, call, luck)
    elif driver >= 0:
        hand_to(model, unit, model.unit_rows[driver], call, luck)
    else:
        responder = town.responders[unit.responder]
        if responder.transport_bits & ~(call.open | call.coming | call.asked) != 0:
            ask_for(model, unit, call, responder.transport_bits)
        unit.begin(unit.finish_by(CLEAR, responder.ambulance_wait_s, call, luck))


def hand_to(model: PlayedTown, unit: Unit, driver: Unit, call: CallRow, luck: LuckRow) -> None:
    """Another unit takes the person to the door."""
    driver.facility, unit.facility = unit.facility, -1
    call.unit, call.responder = driver.id, driver.responder
    model.move(driver, LEADS, call.id)
    depart(model, driver, call, luck)


def depart(model: PlayedTown, unit: Unit, call: CallRow, luck: LuckRow) -> None:
    """Leave the scene with the person; nobody else is needed."""
    if not is_alone(call, unit):
        let_others_go(model, call, unit.id)
    model.stop_waiting(call)
    call.open = 0
    if model.town.has_stays:
        choose_door(model, unit, call)
    model.move(unit, TRANSPORTING, call.id)
    unit.begin(unit.drive(call, luck))


def choose_door(model: PlayedTown, unit: Unit, call: CallRow) -> None:
    """The door meant at first may have filled while the work went on, and send people on: then another, if there is one."""
    if lets_in(model.town, unit.facility, model.now):
        return
    disposition = placed(model.town, call, call.disposition, call.zone, model.now)
    facility = destination(model.town, call, disposition, call.zone, model.now)
    if facility >= 0:
        call.disposition, unit.facility = disposition, facility


def give_up_crew(model: PlayedTown, call: CallRow, luck: LuckRow) -> None:
    """The minimum crew did not come together in time: all leave, and the next alternative is tried, or the call ends."""
    call_off_all(model, call)
    call.chain = model.town.alternatives[call.plan].next
    if call.chain < 0:
        model.end_unreached(call, luck, GIVEN_UP)
        return
    model.move_call(call, CALLED_OFF)
    queue_again(model, call)
