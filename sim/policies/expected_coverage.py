"""The nearest unit, plus a charge for leaving a busy part of town without cover."""

from __future__ import annotations

from typing import Any

from sim.registry import Minutes, dispatch_policy
from sim.rules.deploying import is_covered
from sim.rules.lifecycle import Status, hour_band
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow

IDLE = int(Status.IDLE)
PERCENT_PPM = 10_000


@dispatch_policy(
    "expected_coverage",
    params={"charge_per_percent_min": Minutes(0.5, "added to the way for each percent of demand left without cover")},
)
def expected_coverage_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """Nearest idle eligible unit, with minutes added for the demand that it alone of the idle units of its type covers.

    Source: Daskin 1983, A maximum expected covering location model, as a rule of dispatch in Jagtenberg, Bhulai and
    van der Mei 2017, Dynamic ambulance dispatching: is the closest-idle policy always optimal?
    Knows: last known zones, share of demand by zone, time of cover.   Blind to: when busy units will be free.
    """
    band = hour_band(now)
    travel = town.travel_s[band][unit.zone][call.zone]
    if unit.status != IDLE:
        return travel
    charge_s: int = params.charge_per_percent_s
    stripped_ppm = 0
    for zone in range(len(town.demand_ppm)):
        if town.travel_s[band][unit.zone][zone] <= town.cover_s and not is_covered(town, unit, zone, now):
            stripped_ppm += town.demand_ppm[zone]
    return travel + stripped_ppm * charge_s // PERCENT_PPM
