"""Doors and places in the loop, line by line the twin of `doors.py`.

Plain source in the subset numba takes. A place freed by a boarder is never on a ward, so filling it frees no other.
"""

from __future__ import annotations

from typing import Any

from sim.engines.agenda import await_next, put_off
from sim.engines.loop_unit import wait
from sim.engines.moves import dropped, move, write_row
from sim.rules.lifecycle import Event, StayStatus
from sim.rules.placing import bed_for, destination, is_followed, keeps_away, lets_in, needs_bed, next_at_door, placed
from sim.rules.settling import HOLD
from sim.rules.timing import handover_seconds, stay_seconds, travel_seconds

CLEAR = int(Event.CLEAR)
AT_FACILITY = int(Event.AT_FACILITY)
ADMITTED = int(Event.ADMITTED)
BOARDS = int(Event.BOARDS)
LEFT = int(Event.LEFT)
STAY_OVER = int(Event.STAY_OVER)
TURNED_AWAY = int(Event.TURNED_AWAY)
WALKED_IN = int(Event.WALKED_IN)
NO_STAY = int(StayStatus.NONE)
WAITS = int(StayStatus.AT_DOOR)
IN_PLACE = int(StayStatus.PLACED)
BOARDING = int(StayStatus.BOARDING)
AWAY_AGAIN = int(StayStatus.LEFT)


def note_stay(w: Any, stay: Any, event: int, status: int, facility: int) -> None:
    """Give the stay its next status and write the row."""
    call = stay.id if stay.type >= 0 else -1
    before = stay.status
    stay.status = status
    stay.stamp += 1
    stay.cause = write_row(w, call, -1, stay.cause, event, before, status, -1, stay.person, facility)


def open_stay(w: Any, call: Any) -> Any:
    """The stay of a call's person, with what a door asks about them."""
    stay = w.stays[call.id]
    stay.type = call.type
    stay.flags = call.flags
    stay.age = call.age
    stay.person = call.person
    stay.is_held = 1 if call.disposition == HOLD else 0
    stay.cause = call.cause
    return stay


def drive(w: Any, town: Any, unit: Any) -> None:
    """With the person to a door."""
    door = town.facilities[unit.facility]
    await_next(w, unit, AT_FACILITY, travel_seconds(town, unit, door.zone, w.lucks[unit.call], w.now))


def reach_door(w: Any, town: Any, unit: Any) -> None:
    """A unit is at a door with somebody: hand over, wait its turn, or go on to another door where this one is full."""
    unit.zone = town.facilities[unit.facility].zone
    move(w, town, unit, AT_FACILITY, unit.call, -1)
    facility = town.facilities[unit.facility]
    if town.has_stays == 0 or not is_followed(facility):
        hand_over(w, town, unit)
        return
    call = w.calls[unit.call]
    if not lets_in(town, unit.facility, w.now) and go_on(w, town, unit, call):
        return
    stay = open_stay(w, call)
    stay.unit = unit.id
    stay.cause = unit.cause
    wait(unit)
    wait_at_door(w, town, stay, unit.facility)


def hand_over(w: Any, town: Any, unit: Any) -> None:
    """At the door, until somebody takes over."""
    await_next(w, unit, CLEAR, handover_seconds(town, unit, w.lucks[unit.call]))


def go_on(w: Any, town: Any, unit: Any, call: Any) -> bool:
    """Drive on to another door, if there is one now: a full crisis centre may leave only the ED."""
    disposition = placed(town, call, call.disposition, unit.zone, w.now)
    facility = destination(town, call, disposition, unit.zone, w.now)
    if facility == -1 or facility == unit.facility or not lets_in(town, facility, w.now):
        return False
    move(w, town, unit, TURNED_AWAY, call.id, -1)
    call.disposition = disposition
    unit.facility = facility
    drive(w, town, unit)
    return True


def wait_at_door(w: Any, town: Any, stay: Any, facility: int) -> None:
    """Join those at the door."""
    stay.status = WAITS
    stay.facility = facility
    stay.since_s = w.now
    join_waiting(w, stay)
    town.doors[facility].n_waiting += 1
    go_away(town, stay)
    fill(w, town, facility)


def join_waiting(w: Any, stay: Any) -> None:
    """Wait for a place, at a door or boarding."""
    w.at_door[w.n_at_door] = stay.id
    w.n_at_door += 1


def walk_in(w: Any, town: Any, stay: Any, facility: int) -> None:
    """Somebody comes to a door without a unit; where a full door sends people on, they go home."""
    note_stay(w, stay, WALKED_IN, WAITS, facility)
    if not lets_in(town, facility, w.now):
        note_stay(w, stay, TURNED_AWAY, AWAY_AGAIN, facility)
    else:
        wait_at_door(w, town, stay, facility)


def visit(w: Any, town: Any, stay_id: int) -> None:
    """Somebody comes without a call."""
    stay = w.stays[stay_id]
    if town.facilities[stay.facility].stay_s >= 0:
        walk_in(w, town, stay, stay.facility)


def come_alone(w: Any, town: Any, call: Any, facility: int) -> None:
    """The person of an ended call comes to a door by other ways than our units."""
    if facility >= 0 and town.facilities[facility].stay_s >= 0:
        walk_in(w, town, open_stay(w, call), facility)


def fill(w: Any, town: Any, facility: int) -> None:
    """Let people in while there is room; a boarder who gets a bed makes room where they boarded."""
    while True:
        stay_id = next_at_door(town, facility, w.at_door[: w.n_at_door], w.stays, w.now)
        if stay_id < 0:
            return
        stay = w.stays[stay_id]
        boarded_at = stay.facility if stay.status == BOARDING else -1
        admit(w, town, stay, facility)
        if boarded_at >= 0:
            fill_again(w, town, boarded_at)


def fill_again(w: Any, town: Any, facility: int) -> None:
    """Let people in where a boarder has left."""
    while True:
        stay_id = next_at_door(town, facility, w.at_door[: w.n_at_door], w.stays, w.now)
        if stay_id < 0:
            return
        admit(w, town, w.stays[stay_id], facility)


def admit(w: Any, town: Any, stay: Any, facility: int) -> None:
    """A place is free: the person has it, and a unit that brought them hands over."""
    w.n_at_door = dropped(w.at_door, w.n_at_door, stay.id)
    if stay.status == BOARDING:
        give_up_place(w, town, stay)
    else:
        town.doors[facility].n_waiting -= 1
    stay.facility = facility
    note_stay(w, stay, ADMITTED, IN_PLACE, facility)
    town.doors[facility].n_placed += 1
    go_away(town, stay)
    if stay.unit >= 0:
        town.doors[facility].n_handing_over += 1
        hand_over(w, town, town.units[stay.unit])
    else:
        start_clock(w, town, stay)


def go_away(town: Any, stay: Any) -> None:
    """Who is at a door, or has a place, leaves ordinary life: no new crisis is counted."""
    if stay.person >= 0 and stay.is_away == 0 and keeps_away(town.facilities[stay.facility]):
        stay.is_away = 1
        town.persons[stay.person].n_away += 1


def give_up_place(w: Any, town: Any, stay: Any) -> None:
    """Leave the place the stay holds."""
    town.doors[stay.facility].n_placed -= 1
    if stay.is_away == 1:
        stay.is_away = 0
        town.persons[stay.person].n_away -= 1
    note_stay(w, stay, LEFT, AWAY_AGAIN, stay.facility)


def start_clock(w: Any, town: Any, stay: Any) -> None:
    """The stay runs from here on; where stays are not followed, it is over."""
    if town.facilities[stay.facility].stay_s < 0:
        give_up_place(w, town, stay)
    else:
        put_off(w, STAY_OVER, stay.id, stay_seconds(town, stay), stay.stamp)


def handed_over(w: Any, town: Any, call: Any) -> None:
    """A unit leaves a door at which it had handed over."""
    stay = w.stays[call.id]
    facility = stay.facility
    stay.unit = -1
    town.doors[facility].n_handing_over -= 1
    start_clock(w, town, stay)
    fill(w, town, facility)


def end_stay(w: Any, town: Any, stay: Any) -> None:
    """Treatment or custody is over: home, or to a bed elsewhere, for which the person may have to board."""
    facility = stay.facility
    if needs_bed(town, stay):
        stay.since_s = w.now
        note_stay(w, stay, BOARDS, BOARDING, facility)
        join_waiting(w, stay)
        ward = bed_for(town, stay, w.now)
        if ward >= 0:
            fill(w, town, ward)
    else:
        give_up_place(w, town, stay)
        fill(w, town, facility)


def bedless_boarder(w: Any, town: Any) -> int:
    """The boarder of the lowest id for whom there is no ward any more, or -1."""
    best = -1
    for i in range(w.n_at_door):
        stay = w.stays[w.at_door[i]]
        if stay.status == BOARDING and (best < 0 or stay.id < best) and not needs_bed(town, stay):
            best = stay.id
    return best


def look_at_doors(w: Any, town: Any) -> None:
    """A new plan holds: there may be more room, and boarders may no longer have a ward to wait for."""
    for facility in range(len(town.doors)):
        fill(w, town, facility)
    while True:
        stay_id = bedless_boarder(w, town)
        if stay_id < 0:
            return
        stay = w.stays[stay_id]
        w.n_at_door = dropped(w.at_door, w.n_at_door, stay_id)
        facility = stay.facility
        give_up_place(w, town, stay)
        fill(w, town, facility)
