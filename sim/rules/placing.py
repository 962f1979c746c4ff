"""Which door a person is brought to, who comes in next, and who needs a bed elsewhere afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sim.rules.lifecycle import DAY_S, FacilityKind, StayStatus, hour_band, hour_of_week
from sim.rules.settling import ARREST, CRISIS_CENTRE, ED, is_ed
from sim.rules.town import Town
from sim.tables import CallRow, FacilityRow, StayRow, TaskRow

NOWHERE = -1
_ED = int(FacilityKind.ED)
_CRISIS_CENTRE = int(FacilityKind.CRISIS_CENTRE)
_JAIL = int(FacilityKind.JAIL)
_SOBERING = int(FacilityKind.SOBERING)
_INPATIENT = int(FacilityKind.INPATIENT)
_HOUSING = int(FacilityKind.HOUSING)
_TREATMENT = int(FacilityKind.TREATMENT)
_BOARDING = int(StayStatus.BOARDING)
_NEVER = 2**62
_REFUSES = 2


def is_open(facility: FacilityRow, now: int) -> bool:
    """Whether the door is open at this second; hours may pass midnight."""
    second = now % DAY_S
    if facility.opens_s < facility.closes_s:
        return facility.opens_s <= second < facility.closes_s
    return second >= facility.opens_s or second < facility.closes_s


def has_place(town: Town, facility: int, now: int) -> bool:
    """Whether somebody more can be placed at this hour. Where stays are not followed, always."""
    places = town.places[facility][hour_of_week(now, town.first_weekday)]
    return places < 0 or town.facilities[facility].stay_s < 0 or town.doors[facility].n_placed < places


def lets_in(town: Town, facility: int, now: int) -> bool:
    """Whether who comes to the door is placed or may wait there; a full door may send people on."""
    return town.facilities[facility].waits == 1 or has_place(town, facility, now)


def has_bay(town: Town, facility: int) -> bool:
    """Whether another unit can hand over."""
    bays = town.facilities[facility].bays
    return bays < 0 or town.doors[facility].n_handing_over < bays


def is_followed(facility: FacilityRow) -> bool:
    """Whether hand-overs or stays at the facility take turns: else a unit that arrives hands over at once."""
    return facility.stay_s >= 0 or facility.bays >= 0


def suits(kind: int, disposition: int) -> bool:
    """Whether a facility of the kind is where people with this ending are brought."""
    if is_ed(disposition):
        return kind == _ED
    if disposition == CRISIS_CENTRE:
        return kind == _CRISIS_CENTRE or kind == _SOBERING
    return disposition == ARREST and kind == _JAIL


def destination(town: Town, call: CallRow, disposition: int, zone: int, now: int) -> int:
    """Facility the person is taken to from the zone, or -1 where the call ends at the scene.

    The nearest open one that takes them and has a place, by expected travel, lowest id on a tie; if none has, the nearest
    at which people wait; if none lets wait, the nearest all the same, but for crisis centres, which can refuse.
    """
    best = NOWHERE
    best_s = _NEVER
    best_rank = _NEVER
    for facility in town.facilities:
        if not suits(facility.kind, disposition) or not is_open(facility, now):
            continue
        if town.accepts[facility.id][call.type][call.flags] == 0 or town.accepts_age[facility.id][call.age] == 0:
            continue
        rank = door_rank(town, facility, now)
        seconds = town.travel_s[hour_band(now)][zone][facility.zone]
        if rank == _REFUSES and disposition == CRISIS_CENTRE:
            continue
        if rank < best_rank or (rank == best_rank and seconds < best_s):
            best = facility.id
            best_s = seconds
            best_rank = rank
    return best


def door_rank(town: Town, facility: FacilityRow, now: int) -> int:
    """0 with a place, 1 full but people wait there, 2 full and sends people on."""
    if has_place(town, facility.id, now):
        return 0
    return 1 if facility.waits == 1 else _REFUSES


def placed(town: Town, call: CallRow, disposition: int, zone: int, now: int) -> int:
    """The disposition once doors are known: no crisis centre that takes the person means the ED."""
    if disposition == CRISIS_CENTRE and destination(town, call, disposition, zone, now) == NOWHERE:
        return ED
    return disposition


def next_at_door(
    town: Town, facility: int, waiting: Iterable[int], stays: Mapping[int, StayRow] | Sequence[StayRow], now: int
) -> int:
    """The stay that may begin at the facility now, or -1: who waits longest, at its door or, for a bed, elsewhere."""
    best = NOWHERE
    best_s = _NEVER
    if not has_place(town, facility, now):
        return best
    is_ward = town.facilities[facility].kind == _INPATIENT
    for stay_id in waiting:
        stay = stays[stay_id]
        if stay.status == _BOARDING:
            fits = is_ward and takes_in(town, facility, stay)
        else:
            fits = stay.facility == facility and (stay.unit < 0 or has_bay(town, facility))
        if fits and (stay.since_s < best_s or (stay.since_s == best_s and stay_id < best)):
            best = stay_id
            best_s = stay.since_s
    return best


def takes_in(town: Town, facility: int, stay: StayRow) -> bool:
    """Whether the facility takes such a person; of people without a call only the age is known."""
    if town.accepts_age[facility][stay.age] == 0:
        return False
    return stay.type < 0 or town.accepts[facility][stay.type][stay.flags] == 1


def needs_bed(town: Town, stay: StayRow) -> bool:
    """Whether the person needs an inpatient bed when the stay is over, and there is a ward that takes them."""
    facility = town.facilities[stay.facility]
    threshold = facility.hold_onward if stay.is_held == 1 else facility.onward
    if facility.kind == _INPATIENT or stay.onward_mark >= threshold:
        return False
    for ward in town.facilities:
        if ward.kind == _INPATIENT and takes_in(town, ward.id, stay):
            return True
    return False


def bed_for(town: Town, stay: StayRow, now: int) -> int:
    """The nearest ward with a free bed that takes the person, lowest id on a tie, or -1."""
    best = NOWHERE
    best_s = _NEVER
    for ward in town.facilities:
        if ward.kind == _INPATIENT and takes_in(town, ward.id, stay) and has_place(town, ward.id, now):
            seconds = town.travel_s[hour_band(now)][town.facilities[stay.facility].zone][ward.zone]
            if seconds < best_s:
                best = ward.id
                best_s = seconds
    return best


def keeps_away(facility: FacilityRow) -> bool:
    """Whether who is placed there is away: not in services they live with."""
    return facility.kind != _HOUSING and facility.kind != _TREATMENT


def service_for(town: Town, call: CallRow, now: int) -> int:
    """The service with a free place that a person reached by follow-up is linked to, or -1: a home, else treatment."""
    best = NOWHERE
    for facility in town.facilities:
        is_home = facility.kind == _HOUSING and call.is_unhoused == 1
        if (
            (is_home or facility.kind == _TREATMENT)
            and facility.stay_s >= 0
            and town.accepts[facility.id][call.type][call.flags] == 1
            and town.accepts_age[facility.id][call.age] == 1
            and has_place(town, facility.id, now)
            and (best == NOWHERE or (is_home and town.facilities[best].kind == _TREATMENT))
        ):
            best = facility.id
    return best


def oldest_task(waiting: Iterable[int], tasks: Mapping[int, TaskRow] | Sequence[TaskRow]) -> int:
    """The follow-up that has waited longest for a case manager, lowest id on a tie, or -1."""
    best = NOWHERE
    best_s = _NEVER
    for task_id in waiting:
        since_s = tasks[task_id].since_s
        if since_s < best_s or (since_s == best_s and task_id < best):
            best = task_id
            best_s = since_s
    return best
