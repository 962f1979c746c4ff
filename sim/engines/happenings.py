"""What happens to calls and units, line by line the twin of `readable.py`: one function a happening, over rows.

Plain source in the subset numba takes; `loop.py` says which happening is next. Nothing is chosen here: every choice is
a function of `sim.rules`. A unit awaits one numbered event, a call has one numbered phase; whatever is older is void.
"""

from __future__ import annotations

from typing import Any

from sim.engines.agenda import ask_match, await_next, put_off
from sim.engines.moves import OFF_DUTY, move, move_call, note
from sim.rules.lifecycle import CallStatus, Event, Status
from sim.rules.matching import is_servable, next_match
from sim.rules.placing import destination, placed
from sim.rules.settling import is_force_used, later_ed_hours, nobody_row, settle
from sim.rules.timing import handover_seconds, on_scene_seconds, paperwork_seconds, travel_seconds, turnout_seconds

AVAILABLE = int(Event.AVAILABLE)
CLEAR = int(Event.CLEAR)
SHIFT_END = int(Event.SHIFT_END)
OVERTIME = int(Event.OVERTIME)
SHIFT_START = int(Event.SHIFT_START)
ABANDONED = int(Event.ABANDONED)
NEVER_SERVED = int(Event.NEVER_SERVED)
RECEIVED = int(Event.RECEIVED)
EN_ROUTE = int(Event.EN_ROUTE)
ON_SCENE = int(Event.ON_SCENE)
TRANSPORTING = int(Event.TRANSPORTING)
AT_FACILITY = int(Event.AT_FACILITY)
FORCE_USED = int(Event.FORCE_USED)
LATER_ED_72H = int(Event.LATER_ED_72H)
LATER_ED_30D = int(Event.LATER_ED_30D)
PAPERWORK = int(Event.PAPERWORK)
LOOK_AGAIN = int(Event.LOOK_AGAIN)
DISPATCHED = int(Event.DISPATCHED)
TURNOUT = int(Status.TURNOUT)
WRITING = int(Status.PAPERWORK)
QUEUED = int(CallStatus.QUEUED)


def receive(w: Any, town: Any, call: Any) -> None:
    """Queue a call, or end it at once where no responder of any hour takes such calls."""
    before = move_call(w, call, RECEIVED)
    note(w, call, RECEIVED, before, -1)
    if is_servable(town, call):
        w.waiting[w.n_waiting] = call.id
        w.n_waiting += 1
        w.fresh[w.n_fresh] = call.id
        w.n_fresh += 1
        ask_match(w)
    else:
        end_unreached(w, town, call, NEVER_SERVED)


def stop_waiting(w: Any, call_id: int) -> None:
    """Take a call out of the waiting set; the order inside the set never shows."""
    for i in range(w.n_waiting):
        if w.waiting[i] == call_id:
            w.n_waiting -= 1
            w.waiting[i] = w.waiting[w.n_waiting]
            return


def match(w: Any, town: Any, policy: Any) -> None:
    """Send units to waiting calls until no more can be sent; then start the clocks of calls left waiting."""
    w.is_match_due = 0
    while w.n_waiting > 0:
        call_id, unit_id = next_match(town, policy, w.waiting[: w.n_waiting], w.calls, w.now)
        if call_id < 0:
            break
        send(w, town, w.calls[call_id], town.units[unit_id])
    for i in range(w.n_fresh):
        call = w.calls[w.fresh[i]]
        if call.status == QUEUED:
            patience_s = w.lucks[call.id].patience_s
            if patience_s >= 0:
                put_off(w, ABANDONED, call.id, patience_s, call.stamp)
            ages_s = w.rematch_s if w.is_changed == 0 else w.rematch_after_s
            for k in range(w.n_rematch):
                put_off(w, LOOK_AGAIN, call.id, ages_s[k], call.stamp)
    w.n_fresh = 0


def send(w: Any, town: Any, call: Any, unit: Any) -> None:
    """Assign a unit to a call."""
    stop_waiting(w, call.id)
    move_call(w, call, DISPATCHED)
    call.unit = unit.id
    unit.call = call.id
    unit.assignments += 1
    unit.cause = call.cause
    call.cause = move(w, town, unit, DISPATCHED, call.id, -1)
    await_next(w, unit, EN_ROUTE, turnout_seconds(town, unit))


def set_out(w: Any, town: Any, unit: Any) -> None:
    """Turnout is over."""
    move(w, town, unit, EN_ROUTE, unit.call, -1)
    call = w.calls[unit.call]
    await_next(w, unit, ON_SCENE, travel_seconds(town, unit, call.zone, w.lucks[call.id], w.now))


def arrive(w: Any, town: Any, unit: Any) -> None:
    """Reach the scene; what the person needs is seen now, and how the work will end."""
    call = w.calls[unit.call]
    luck = w.lucks[call.id]
    unit.zone = call.zone
    move(w, town, unit, ON_SCENE, call.id, -1)
    move_call(w, call, ON_SCENE)
    call.responder = unit.responder
    call.disposition = placed(town, settle(town, call, luck, unit.responder), call.zone, w.now)
    if is_force_used(town, call, luck, unit.responder, call.disposition):
        move(w, town, unit, FORCE_USED, call.id, -1)
    seconds = on_scene_seconds(town, unit, call, luck)
    unit.facility = destination(town, call.disposition, call.zone, w.now)
    responder = town.responders[unit.responder]
    if unit.facility < 0:
        await_next(w, unit, CLEAR, seconds)
    elif responder.transports == 0:
        await_next(w, unit, CLEAR, seconds + responder.ambulance_wait_s)
    else:
        await_next(w, unit, TRANSPORTING, seconds)


def drive(w: Any, town: Any, unit: Any) -> None:
    """Leave the scene with the person."""
    move(w, town, unit, TRANSPORTING, unit.call, -1)
    door = town.facilities[unit.facility]
    await_next(w, unit, AT_FACILITY, travel_seconds(town, unit, door.zone, w.lucks[unit.call], w.now))


def hand_over(w: Any, town: Any, unit: Any) -> None:
    """Stand at the door until the person is taken over."""
    unit.zone = town.facilities[unit.facility].zone
    move(w, town, unit, AT_FACILITY, unit.call, -1)
    await_next(w, unit, CLEAR, handover_seconds(town, unit.facility, w.lucks[unit.call]))


def leave(w: Any, town: Any, unit: Any) -> None:
    """Clear: the call is over; the unit goes home, writes up, or is free."""
    call = w.calls[unit.call]
    note_later_ed(w, town, call, unit.responder)
    move_call(w, call, CLEAR)
    call.cause = move(w, town, unit, CLEAR, call.id, call.disposition)
    owed_s = paperwork_seconds(town, unit, call)
    unit.call = -1
    unit.facility = -1
    if unit.is_rostered == 0:
        unit.paperwork_owed_s += owed_s
        move(w, town, unit, SHIFT_END, -1, -1)
    elif owed_s > 0:
        write_up(w, town, unit, owed_s, call.id)
    else:
        become_idle(w, unit)


def write_up(w: Any, town: Any, unit: Any, seconds: int, call_id: int) -> None:
    """Out of service: reports, follow-up, whatever a contact leaves behind."""
    move(w, town, unit, PAPERWORK, call_id, -1)
    unit.due_s = w.now + seconds
    await_next(w, unit, AVAILABLE, seconds)


def become_idle(w: Any, unit: Any) -> None:
    """Free to be sent from this second on."""
    unit.idle_since_s = w.now
    ask_match(w)


def start_shift(w: Any, town: Any, unit: Any) -> None:
    """On duty; a unit still at work from its last shift simply goes on."""
    unit.is_rostered = 1
    if unit.status != OFF_DUTY:
        move(w, town, unit, SHIFT_START, -1, -1)
        return
    unit.zone = unit.home_zone
    move(w, town, unit, SHIFT_START, -1, -1)
    if unit.paperwork_owed_s > 0:
        owed_s = unit.paperwork_owed_s
        unit.paperwork_owed_s = 0
        write_up(w, town, unit, owed_s, -1)
    else:
        become_idle(w, unit)


def end_shift(w: Any, town: Any, unit: Any) -> None:
    """Off duty now, or when the call is over; paperwork not finished waits for the next shift."""
    unit.is_rostered = 0
    if unit.status >= TURNOUT and unit.status != WRITING:
        move(w, town, unit, OVERTIME, -1, -1)
        return
    if unit.status == WRITING:
        unit.paperwork_owed_s += unit.due_s - w.now
        unit.stamp += 1
    move(w, town, unit, SHIFT_END, -1, -1)


def note_later_ed(w: Any, town: Any, call: Any, row: int) -> None:
    """Write the later ED visit an ending leaves open, if the person's mark says so."""
    hours = later_ed_hours(town, call, w.lucks[call.id], row, call.disposition)
    if hours == 72:
        note(w, call, LATER_ED_72H, call.status, -1)
    elif hours > 0:
        note(w, call, LATER_ED_30D, call.status, -1)


def end_unreached(w: Any, town: Any, call: Any, event: int) -> None:
    """End a call nobody reached: what becomes of the person is the chain's row for nobody."""
    row = nobody_row(town)
    call.disposition = placed(town, settle(town, call, w.lucks[call.id], row), call.zone, w.now)
    note_later_ed(w, town, call, row)
    before = move_call(w, call, event)
    note(w, call, event, before, call.disposition)


def give_up(w: Any, town: Any, call: Any) -> None:
    """The caller gives up; somebody sent in time would have voided this event."""
    stop_waiting(w, call.id)
    end_unreached(w, town, call, ABANDONED)
