"""What units do in the loop, line by line the twin of `readable.Unit`: leaving calls, paperwork, breaks, posts, shifts.

Plain source in the subset numba takes. A unit awaits one numbered event; whatever it awaited before is void.
"""

from __future__ import annotations

from typing import Any

from sim.engines.agenda import ask_match, await_next
from sim.engines.moves import AT_DOOR, IDLE, OFF_DUTY, move
from sim.rules.assembling import part
from sim.rules.deploying import post_of
from sim.rules.lifecycle import Event, Status, hour_band
from sim.rules.timing import paperwork_seconds

AVAILABLE = int(Event.AVAILABLE)
RELEASED = int(Event.RELEASED)
SHIFT_END = int(Event.SHIFT_END)
OVERTIME = int(Event.OVERTIME)
SHIFT_START = int(Event.SHIFT_START)
RELOCATED = int(Event.RELOCATED)
PAPERWORK = int(Event.PAPERWORK)
BREAK = int(Event.BREAK)
CALLED_OFF = int(Event.CALLED_OFF)
TURNOUT = int(Status.TURNOUT)
STAGING = int(Status.STAGING)
AT_SCENE = int(Status.ON_SCENE)
WRITING = int(Status.PAPERWORK)


def wait(unit: Any) -> None:
    """Wait for nothing, until somebody gives the unit something to do."""
    unit.stamp += 1


def settle_down(w: Any, town: Any, unit: Any, owed_s: int, call_id: int) -> None:
    """After a call: go home, write up, or be free."""
    if unit.is_rostered == 0:
        unit.paperwork_owed_s += owed_s
        go_off_duty(w, town, unit)
    elif owed_s > 0:
        write_up(w, town, unit, owed_s, call_id)
    else:
        become_idle(w, town, unit)


def write_up(w: Any, town: Any, unit: Any, seconds: int, call_id: int) -> None:
    """Out of service: reports, follow-up, whatever a contact leaves behind."""
    move(w, town, unit, PAPERWORK, call_id, -1)
    unit.due_s = w.now + seconds
    await_next(w, unit, AVAILABLE, seconds)


def rest(w: Any, town: Any, unit: Any) -> None:
    """The break that is due."""
    seconds = unit.break_owed_s
    unit.break_owed_s = 0
    move(w, town, unit, BREAK, -1, -1)
    await_next(w, unit, AVAILABLE, seconds)


def reach_post(w: Any, town: Any, unit: Any) -> None:
    """An idle unit is where it was going."""
    unit.zone = unit.post
    unit.post = -1
    move(w, town, unit, RELOCATED, -1, -1)


def become_idle(w: Any, town: Any, unit: Any) -> None:
    """Free to be sent from this second on, unless a break is due."""
    wait(unit)
    unit.idle_since_s = w.now
    if unit.break_owed_s > 0:
        rest(w, town, unit)
        return
    ask_match(w)
    post = post_of(town, unit, w.now)
    if post != unit.zone:
        unit.post = post
        await_next(w, unit, RELOCATED, town.travel_s[hour_band(w.now)][unit.zone][post])


def start_shift(w: Any, town: Any, unit: Any, turnout_s: int, ends_s: int, pace_ppm: int) -> None:
    """On duty; a unit still at work from its last shift simply goes on."""
    unit.is_rostered = 1
    unit.turnout_s = turnout_s
    unit.ends_s = ends_s
    unit.pace_ppm = pace_ppm
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
        become_idle(w, town, unit)


def end_shift(w: Any, town: Any, unit: Any) -> None:
    """Off duty now, or when the call is over; paperwork not finished waits for the next shift."""
    if TURNOUT <= unit.status <= AT_DOOR:
        move(w, town, unit, OVERTIME, -1, -1)
        return
    if unit.status == WRITING:
        unit.paperwork_owed_s += unit.due_s - w.now
    go_off_duty(w, town, unit)


def go_off_duty(w: Any, town: Any, unit: Any) -> None:
    """The shift is over, and so is whatever the unit waited for."""
    wait(unit)
    unit.post = -1
    move(w, town, unit, SHIFT_END, -1, -1)


def owe_break(w: Any, town: Any, unit: Any) -> None:
    """A break falls due: at once if idle, else as soon as the unit is."""
    unit.break_owed_s = town.responders[unit.responder].break_s
    if unit.status == IDLE and unit.break_owed_s > 0:
        unit.post = -1
        rest(w, town, unit)


def part_with(w: Any, town: Any, unit: Any, call: Any, event: int, disposition: int) -> None:
    """Write that a unit leaves its call, and take it off."""
    call.cause = move(w, town, unit, event, call.id, disposition)
    part(town.units, call, unit)
    unit.facility = -1


def release(w: Any, town: Any, unit: Any, call: Any) -> None:
    """Let a unit at the scene go; who was with the person has paperwork."""
    owed_s = paperwork_seconds(town, unit, call) if unit.status == AT_SCENE else 0
    part_with(w, town, unit, call, RELEASED, -1)
    settle_down(w, town, unit, owed_s, call.id)


def call_off(w: Any, town: Any, unit: Any, call: Any) -> None:
    """A unit is not wanted here any more."""
    part_with(w, town, unit, call, CALLED_OFF, -1)
    settle_down(w, town, unit, 0, call.id)


def call_off_all(w: Any, town: Any, call: Any) -> None:
    """Nobody is wanted here any more."""
    while call.first >= 0:
        call_off(w, town, town.units[call.first], call)


def let_others_go(w: Any, town: Any, call: Any, but: int) -> None:
    """All units but one leave: those at the scene are released, those on their way called off."""
    at = call.first
    while at >= 0:
        unit = town.units[at]
        at = unit.next
        if unit.id == but:
            continue
        if unit.status == STAGING or unit.status == AT_SCENE:
            release(w, town, unit, call)
        else:
            call_off(w, town, unit, call)
