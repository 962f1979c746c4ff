"""What happens at the scene of a call in the loop, line by line the twin of `scene.py`, from setting out to clear.

Plain source in the subset numba takes. Clocks of a scene are void once the call has moved to another phase.
"""

from __future__ import annotations

from typing import Any

from sim.engines.agenda import ask_match, await_next, put_off
from sim.engines.loop_centre import SENT, end_unreached, note_later_ed, queue_again, start_waiting, stop_waiting, withdraw
from sim.engines.loop_doors import drive, handed_over
from sim.engines.loop_following import end_call
from sim.engines.loop_unit import (
    AT_SCENE,
    CALLED_OFF,
    RELEASED,
    STAGING,
    call_off_all,
    let_others_go,
    part_with,
    settle_down,
    wait,
)
from sim.engines.moves import move, move_call
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
from sim.rules.lifecycle import DANGER, CallStatus, Event
from sim.rules.placing import destination, lets_in, placed
from sim.rules.settling import force_level, is_recognised, settle
from sim.rules.timing import on_scene_seconds, paperwork_seconds, travel_seconds

CLEAR = int(Event.CLEAR)
EN_ROUTE = int(Event.EN_ROUTE)
ON_SCENE = int(Event.ON_SCENE)
STAGED = int(Event.STAGED)
TRANSPORTING = int(Event.TRANSPORTING)
RELAY_FAILED = int(Event.RELAY_FAILED)
CREW_DUE = int(Event.CREW_DUE)
GIVEN_UP = int(Event.GIVEN_UP)
ASKED = int(Event.ASKED)
LEADS = int(Event.LEADS)
RECOGNISED = int(Event.RECOGNISED)
FORCE_USED = int(Event.FORCE_USED)
WORKED_ON = int(CallStatus.ON_SCENE)


def set_out(w: Any, town: Any, unit: Any) -> None:
    """Turnout is over."""
    move(w, town, unit, EN_ROUTE, unit.call, -1)
    call = w.calls[unit.call]
    await_next(w, unit, ON_SCENE, travel_seconds(town, unit, call.zone, w.lucks[call.id], w.now))


def fail_relay(w: Any, town: Any, unit: Any) -> None:
    """The other centre does not send its unit, and will not for this call."""
    call = w.calls[unit.call]
    call.barred |= 1 << unit.responder
    withdraw(w, town, unit, RELAY_FAILED)


def arrive(w: Any, town: Any, unit: Any) -> None:
    """Reach the scene, or stay near it; begin if the crew may, join if it has begun, else wait for the others."""
    call = w.calls[unit.call]
    come_there(call, unit)
    if town.responders[unit.responder].is_remote == 0:
        unit.zone = call.zone
    event = STAGED if must_stage(town, call, unit) else ON_SCENE
    move(w, town, unit, event, call.id, -1)
    is_first = call.status == SENT
    if is_first:
        move_call(w, call, event)
        call.since_s = w.now
        call.unit = unit.id
    look_for_safety(w, town, unit, call)
    if call.is_waiting == 1:
        ask_match(w)  # who waits for somebody to be there may now be sent
    if call.status == WORKED_ON:
        join_work(w, town, unit, call)
        return
    lead = who_begins(town, call, w.now)
    if lead >= 0:
        begin_work(w, town, lead, call, is_first and is_alone(call, unit))
    elif is_first:
        row = town.alternatives[call.plan]
        put_off(w, CREW_DUE, call.id, row.full_crew_s, call.stamp)
        put_off(w, GIVEN_UP, call.id, row.give_up_s, call.stamp)


def look_for_safety(w: Any, town: Any, unit: Any, call: Any) -> None:
    """An officer makes the scene safe for those who wait near it; who waits for one whom nobody has called asks."""
    if town.responders[unit.responder].has_officer == 1:
        call.covered |= DANGER
        at = first_staged(town, call)
        while at >= 0:
            move(w, town, town.units[at], ON_SCENE, call.id, -1)
            at = first_staged(town, call)
    elif unit.status == STAGING and unit.bits & town.alternatives[call.plan].stand_by == 0:
        wanted = police_wanted(town, call)
        if wanted != 0:
            ask_for(w, town, unit, call, wanted)


def begin_if_due(w: Any, town: Any, call: Any) -> None:
    """The wait for the whole crew is over."""
    lead = who_begins(town, call, w.now)
    if lead >= 0:
        begin_work(w, town, lead, call, False)


def begin_work(w: Any, town: Any, lead: int, call: Any, is_plain: bool) -> None:
    """The crew begins: one unit takes charge, the others stay as long as they do."""
    move_call(w, call, LEADS)
    take_charge(w, town, town.units[lead], call, is_plain)
    at = call.first
    while at >= 0:
        other = town.units[at]
        if at != lead and (other.status == STAGING or other.status == AT_SCENE):
            stay_on(w, town, other)
        at = other.next


def take_charge(w: Any, town: Any, unit: Any, call: Any, is_plain: bool) -> None:
    """See what the person needs, work for as long as this crew does, and perhaps ask for somebody else."""
    luck = w.lucks[call.id]
    call.unit = unit.id
    call.responder = unit.responder
    if not is_plain:
        move(w, town, unit, LEADS, call.id, -1)
    if luck.type != call.type and is_recognised(town, unit, luck):
        call.type = luck.type
        move(w, town, unit, RECOGNISED, call.id, -1)
    see_to(w, town, unit, call)
    unit.due_s = w.now + on_scene_seconds(town, unit, call, luck)
    plan_end(w, town, unit, call, unit.due_s)
    if role_to_ask_for(town, call, unit, luck) != 0:
        put_off(w, ASKED, call.id, town.responders[unit.responder].ask_after_s, call.stamp)


def see_to(w: Any, town: Any, unit: Any, call: Any) -> None:
    """How the call will end with this unit in charge, and whether force is used."""
    luck = w.lucks[call.id]
    call.row = outcome_row(town, call, unit, luck)
    call.disposition = placed(town, call, settle(town, call, luck, call.row), call.zone, w.now)
    level = force_level(town, luck, call.row, call.disposition)
    if level > call.force:
        call.force = level
        move(w, town, unit, FORCE_USED + level - 1, call.id, -1)


def plan_end(w: Any, town: Any, unit: Any, call: Any, at_s: int) -> None:
    """Set the moment at which the unit in charge is done at the scene."""
    responder = town.responders[unit.responder]
    unit.facility = destination(town, call, call.disposition, call.zone, w.now)
    seconds = max(at_s - w.now, 0)
    if unit.facility < 0:
        await_next(w, unit, CLEAR, seconds)
    elif responder.transports == 0 and responder.transport_bits == 0 and is_alone(call, unit):
        await_next(w, unit, CLEAR, seconds + responder.ambulance_wait_s)
    else:
        await_next(w, unit, TRANSPORTING, seconds)


def stay_on(w: Any, town: Any, unit: Any) -> None:
    """Another is in charge: stay for the time such crews do, or to the end."""
    leaves_s = town.responders[unit.responder].leaves_s
    if leaves_s >= 0:
        await_next(w, unit, RELEASED, leaves_s)
    else:
        wait(unit)


def join_work(w: Any, town: Any, unit: Any, call: Any) -> None:
    """Come to a call that is being worked on: to take the person away, to take charge, or to help."""
    lead = town.units[call.unit]
    asker = town.responders[lead.responder]
    asked = unit.bits & call.asked
    is_here = unit.status == AT_SCENE
    drives = is_here and town.responders[unit.responder].transports == 1
    if asked & asker.transport_bits != 0 and drives and lead.facility >= 0 and w.now >= lead.due_s:
        hand_to(w, town, lead, unit, call)
    elif asked & asker.asks != 0 and asker.ask_leads == 1 and is_here:
        take_charge(w, town, unit, call, False)
        lead.facility = -1
        stay_on(w, town, lead)
    else:
        stay_on(w, town, unit)
        if outcome_row(town, call, lead, w.lucks[call.id]) != call.row:
            see_to(w, town, lead, call)
        plan_end(w, town, lead, call, lead.due_s)


def ask(w: Any, town: Any, call: Any) -> None:
    """The unit in charge asks for somebody else, and waits for them a stated time."""
    unit = town.units[call.unit]
    wanted = role_to_ask_for(town, call, unit, w.lucks[call.id])
    if unit.status != AT_SCENE or wanted == 0:
        return
    ask_for(w, town, unit, call, wanted)
    plan_end(w, town, unit, call, max(unit.due_s, w.now + town.responders[unit.responder].ask_wait_s))


def ask_for(w: Any, town: Any, unit: Any, call: Any, wanted: int) -> None:
    """Ask the centre for a role."""
    call.asked |= wanted
    call.open |= wanted
    call.cause = move(w, town, unit, ASKED, call.id, -1)
    start_waiting(w, call)
    ask_match(w)


def set_off(w: Any, town: Any, unit: Any) -> None:
    """Work is done and the person must be taken to a door: by this unit, by another one here, or by one to be sent."""
    call = w.calls[unit.call]
    driver = carrier(town, call, unit)
    if driver == unit.id:
        depart(w, town, unit, call)
    elif driver >= 0:
        hand_to(w, town, unit, town.units[driver], call)
    else:
        responder = town.responders[unit.responder]
        if responder.transport_bits & ~(call.open | call.coming | call.asked) != 0:
            ask_for(w, town, unit, call, responder.transport_bits)
        await_next(w, unit, CLEAR, responder.ambulance_wait_s)


def hand_to(w: Any, town: Any, unit: Any, driver: Any, call: Any) -> None:
    """Another unit takes the person to the door."""
    driver.facility = unit.facility
    unit.facility = -1
    call.unit = driver.id
    call.responder = driver.responder
    move(w, town, driver, LEADS, call.id, -1)
    depart(w, town, driver, call)


def depart(w: Any, town: Any, unit: Any, call: Any) -> None:
    """Leave the scene with the person; nobody else is needed."""
    let_others_go(w, town, call, unit.id)
    stop_waiting(w, call)
    call.open = 0
    if town.has_stays == 1:
        choose_door(w, town, unit, call)
    move(w, town, unit, TRANSPORTING, call.id, -1)
    drive(w, town, unit)


def choose_door(w: Any, town: Any, unit: Any, call: Any) -> None:
    """The door meant at first may have filled while the work went on, and send people on: then another, if there is one."""
    if lets_in(town, unit.facility, w.now):
        return
    disposition = placed(town, call, call.disposition, call.zone, w.now)
    facility = destination(town, call, disposition, call.zone, w.now)
    if facility >= 0:
        call.disposition = disposition
        unit.facility = facility


def leave(w: Any, town: Any, unit: Any) -> None:
    """Clear: everybody leaves, and the call is over."""
    call = w.calls[unit.call]
    let_others_go(w, town, call, unit.id)
    note_later_ed(w, town, call)
    move_call(w, call, CLEAR)
    taken_by_others_to = unit.facility if unit.status == AT_SCENE else -1
    part_with(w, town, unit, call, CLEAR, call.disposition)
    stop_waiting(w, call)
    if len(w.stays) > 0 and w.stays[call.id].unit == unit.id:
        handed_over(w, town, call)
    end_call(w, town, call, False, taken_by_others_to)
    settle_down(w, town, unit, paperwork_seconds(town, unit, call), call.id)


def give_up_crew(w: Any, town: Any, call: Any) -> None:
    """The minimum crew did not come together in time: all leave, and the next alternative is tried, or the call ends."""
    call_off_all(w, town, call)
    call.chain = town.alternatives[call.plan].next
    if call.chain < 0:
        end_unreached(w, town, call, GIVEN_UP)
        return
    move_call(w, call, CALLED_OFF)
    queue_again(w, town, call)
