"""Which door a person is brought to. Places are not counted yet: an open door takes everybody."""

from __future__ import annotations

from sim.rules.lifecycle import DAY_S, FacilityKind, hour_band
from sim.rules.settling import ARREST, CRISIS_CENTRE, ED, is_ed
from sim.rules.town import Town
from sim.tables import FacilityRow

NOWHERE = -1
_ED = int(FacilityKind.ED)
_CRISIS_CENTRE = int(FacilityKind.CRISIS_CENTRE)
_JAIL = int(FacilityKind.JAIL)


def is_open(facility: FacilityRow, now: int) -> bool:
    """Whether the door is open at this second; hours may pass midnight."""
    second = now % DAY_S
    if facility.opens_s < facility.closes_s:
        return facility.opens_s <= second < facility.closes_s
    return second >= facility.opens_s or second < facility.closes_s


def nearest_open(town: Town, kind: int, zone: int, now: int) -> int:
    """Id of the nearest open facility of the kind by expected travel, lowest id on a tie, or -1."""
    best = NOWHERE
    best_s = 0
    for facility in town.facilities:
        if facility.kind == kind and is_open(facility, now):
            seconds = town.travel_s[hour_band(now)][zone][facility.zone]
            if best == NOWHERE or seconds < best_s:
                best = facility.id
                best_s = seconds
    return best


def placed(town: Town, disposition: int, zone: int, now: int) -> int:
    """The disposition once doors are known: a closed crisis centre means the ED."""
    if disposition == CRISIS_CENTRE and nearest_open(town, _CRISIS_CENTRE, zone, now) == NOWHERE:
        return ED
    return disposition


def destination(town: Town, disposition: int, zone: int, now: int) -> int:
    """Facility the person is taken to, or -1 where the call ends at the scene."""
    if is_ed(disposition):
        return nearest_open(town, _ED, zone, now)
    if disposition == CRISIS_CENTRE:
        return nearest_open(town, _CRISIS_CENTRE, zone, now)
    if disposition == ARREST:
        return nearest_open(town, _JAIL, zone, now)
    return NOWHERE
