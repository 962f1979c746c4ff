"""Where an idle unit makes for: it stays, goes home, or covers the zone where calls are most likely to find nobody near."""

from __future__ import annotations

from sim.rules.lifecycle import Status, hour_band
from sim.rules.town import Town
from sim.tables import UnitRow

_IDLE = int(Status.IDLE)
GOES_HOME = 1
COVERS = 2


def post_of(town: Town, unit: UnitRow, now: int) -> int:
    """The zone an idle unit makes for; its present zone if it stays."""
    when_idle = town.responders[unit.responder].when_idle
    if when_idle == GOES_HOME:
        return unit.home_zone
    if when_idle == COVERS:
        return emptiest_zone(town, unit, now)
    return unit.zone


def is_covered(town: Town, unit: UnitRow, zone: int, now: int) -> bool:
    """Whether another idle unit of the same type is, or will soon be, within the cover time of the zone."""
    travel_s = town.travel_s[hour_band(now)]
    for other_id in range(town.first_unit[unit.responder], town.first_unit[unit.responder + 1]):
        other = town.units[other_id]
        if other_id != unit.id and other.status == _IDLE:
            place = other.post if other.post >= 0 else other.zone
            if travel_s[place][zone] <= town.cover_s:
                return True
    return False


def emptiest_zone(town: Town, unit: UnitRow, now: int) -> int:
    """The zone with the most calls that no other idle unit of the type covers, lowest id on a tie; if none, where it is.

    Source: covering of demand within a standard time, Church and ReVelle 1974, The maximal covering location problem.
    """
    best = unit.zone
    best_ppm = 0
    for zone in range(len(town.demand_ppm)):
        if town.demand_ppm[zone] > best_ppm and not is_covered(town, unit, zone, now):
            best = zone
            best_ppm = town.demand_ppm[zone]
    return best
