"""Doors and places in the readable engine: people come in, stay, board for a bed elsewhere, and leave.

`model` is the town being played. Stays and hand-overs are followed only where a facility says how long people stay, or
how many units can hand over at a time; elsewhere a unit hands over at once and nobody is followed.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.engines.stories import Due
from sim.rules.lifecycle import Event, StayStatus
from sim.rules.placing import bed_for, destination, is_followed, keeps_away, lets_in, needs_bed, next_at_door, placed
from sim.rules.settling import HOLD
from sim.rules.timing import stay_seconds
from sim.tables import CallRow, LuckRow, StayRow

if TYPE_CHECKING:
    from sim.engines.readable import PlayedTown, Unit

NONE = -1
ADMITTED = int(Event.ADMITTED)
BOARDS = int(Event.BOARDS)
LEFT = int(Event.LEFT)
STAY_OVER = int(Event.STAY_OVER)
TURNED_AWAY = int(Event.TURNED_AWAY)
WALKED_IN = int(Event.WALKED_IN)


def note(model: PlayedTown, stay: StayRow, event: int, status: int, facility: int) -> None:
    """Give the stay its next status and write the row."""
    call = stay.id if stay.type >= 0 else NONE
    before, stay.status = stay.status, status
    stay.stamp += 1
    stay.cause = model.book.write(model.now, call, NONE, stay.cause, event, before, status, NONE, stay.person, facility)


def open_stay(model: PlayedTown, call: CallRow) -> StayRow:
    """The stay of a call's person, with what a door asks about them."""
    stay = model.stays[call.id]
    stay.type, stay.flags, stay.age, stay.person = call.type, call.flags, call.age, call.person
    stay.is_held = int(call.disposition == HOLD)
    stay.cause = call.cause
    return stay


def arrive(model: PlayedTown, unit: Unit, call: CallRow, luck: LuckRow) -> None:
    """A unit is at a door with somebody: hand over, wait its turn, or go on to another door where this one is full."""
    facility = model.town.facilities[unit.facility]
    if not model.town.has_stays or not is_followed(facility):
        unit.begin(unit.hand_over(call, luck))
        return
    if not lets_in(model.town, unit.facility, model.now) and go_on(model, unit, call, luck):
        return
    stay = open_stay(model, call)
    stay.unit = unit.id
    stay.cause = unit.cause
    unit.wait()
    wait_at_door(model, stay, unit.facility)


def go_on(model: PlayedTown, unit: Unit, call: CallRow, luck: LuckRow) -> bool:
    """Drive on to another door, if there is one now: a full crisis centre may leave only the ED."""
    disposition = placed(model.town, call, call.disposition, unit.zone, model.now)
    facility = destination(model.town, call, disposition, unit.zone, model.now)
    if facility in (NONE, unit.facility) or not lets_in(model.town, facility, model.now):
        return False
    model.move(unit, TURNED_AWAY, call.id)
    call.disposition, unit.facility = disposition, facility
    unit.begin(unit.drive(call, luck))
    return True


def wait_at_door(model: PlayedTown, stay: StayRow, facility: int) -> None:
    """Join those at the door."""
    stay.status, stay.facility, stay.since_s = int(StayStatus.AT_DOOR), facility, model.now
    model.at_door[stay.id] = None
    model.doors[facility].n_waiting += 1
    go_away(model, stay)
    fill(model, facility)


def walk_in(model: PlayedTown, stay: StayRow, facility: int) -> None:
    """Somebody comes to a door without a unit; where a full door sends people on, they go home."""
    note(model, stay, WALKED_IN, int(StayStatus.AT_DOOR), facility)
    if not lets_in(model.town, facility, model.now):
        note(model, stay, TURNED_AWAY, int(StayStatus.LEFT), facility)
    else:
        wait_at_door(model, stay, facility)


def visit(model: PlayedTown, stay_id: int) -> None:
    """Somebody comes without a call."""
    stay = model.stays[stay_id]
    if model.town.facilities[stay.facility].stay_s >= 0:
        walk_in(model, stay, stay.facility)


def come_alone(model: PlayedTown, call: CallRow, facility: int) -> None:
    """The person of an ended call comes to a door by other ways than our units."""
    if facility >= 0 and model.town.facilities[facility].stay_s >= 0:
        walk_in(model, open_stay(model, call), facility)


def fill(model: PlayedTown, facility: int) -> None:
    """Let people in while there is room; a boarder who gets a bed makes room where they boarded."""
    while True:
        stay_id = next_at_door(model.town, facility, model.at_door, model.stays, model.now)
        if stay_id < 0:
            return
        stay = model.stays[stay_id]
        boarded_at = stay.facility if stay.status == StayStatus.BOARDING else NONE
        admit(model, stay, facility)
        if boarded_at >= 0:
            fill(model, boarded_at)


def admit(model: PlayedTown, stay: StayRow, facility: int) -> None:
    """A place is free: the person has it, and a unit that brought them hands over."""
    del model.at_door[stay.id]
    if stay.status == StayStatus.BOARDING:
        give_up_place(model, stay)
    else:
        model.doors[facility].n_waiting -= 1
    stay.facility = facility
    note(model, stay, ADMITTED, int(StayStatus.PLACED), facility)
    model.doors[facility].n_placed += 1
    go_away(model, stay)
    if stay.unit >= 0:
        model.doors[facility].n_handing_over += 1
        unit = model.unit_rows[stay.unit]
        unit.begin(unit.hand_over(model.calls[stay.id], model.lucks[stay.id]))
    else:
        start_clock(model, stay)


def go_away(model: PlayedTown, stay: StayRow) -> None:
    """Who is at a door, or has a place, leaves ordinary life: no new crisis is counted."""
    if stay.person >= 0 and not stay.is_away and keeps_away(model.town.facilities[stay.facility]):
        stay.is_away = 1
        model.persons[stay.person].n_away += 1


def give_up_place(model: PlayedTown, stay: StayRow) -> None:
    """Leave the place the stay holds."""
    model.doors[stay.facility].n_placed -= 1
    if stay.is_away:
        stay.is_away = 0
        model.persons[stay.person].n_away -= 1
    note(model, stay, LEFT, int(StayStatus.LEFT), stay.facility)


def start_clock(model: PlayedTown, stay: StayRow) -> None:
    """The stay runs from here on; where stays are not followed, it is over."""
    if model.town.facilities[stay.facility].stay_s < 0:
        give_up_place(model, stay)
    else:
        Due(model.env, STAY_OVER, stay.id, stay_seconds(model.town, stay), partial(end_stay, model, stay, stay.stamp))


def handed_over(model: PlayedTown, call: CallRow) -> None:
    """A unit leaves a door at which it had handed over."""
    stay = model.stays[call.id]
    facility = stay.facility
    stay.unit = NONE
    model.doors[facility].n_handing_over -= 1
    start_clock(model, stay)
    fill(model, facility)


def end_stay(model: PlayedTown, stay: StayRow, stamp: int, _: object) -> None:
    """Treatment or custody is over: home, or to a bed elsewhere, for which the person may have to board."""
    if stay.stamp != stamp:
        return
    model.read_clock()
    facility = stay.facility
    if needs_bed(model.town, stay):
        stay.since_s = model.now
        note(model, stay, BOARDS, int(StayStatus.BOARDING), facility)
        model.at_door[stay.id] = None
        ward = bed_for(model.town, stay, model.now)
        if ward >= 0:
            fill(model, ward)
    else:
        give_up_place(model, stay)
        fill(model, facility)


def look_at_doors(model: PlayedTown) -> None:
    """A new plan holds: there may be more room, and boarders may no longer have a ward to wait for."""
    for facility in range(len(model.doors)):
        fill(model, facility)
    for stay_id in sorted(model.at_door):
        stay = model.stays[stay_id]
        if stay.status == StayStatus.BOARDING and not needs_bed(model.town, stay):
            del model.at_door[stay_id]
            facility = stay.facility
            give_up_place(model, stay)
            fill(model, facility)
