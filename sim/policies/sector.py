"""Each zone has its own units, which are preferred there."""

from __future__ import annotations

from typing import Any

from sim.registry import dispatch_policy
from sim.rules.lifecycle import DAY_S, hour_band
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow


@dispatch_policy("sector")
def sector_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """The units whose home is the call's zone, nearest first; then the nearest of the others.

    Source: preferred unit districting, Larson 1974, A hypercube queuing model for facility location and redistricting.
    Knows: home zones, last known zones, expected travel at this hour.   Blind to: that a unit of another zone is nearer.
    """
    travel = town.travel_s[hour_band(now)][unit.zone][call.zone]
    if unit.home_zone == call.zone:
        return travel
    return travel + DAY_S
