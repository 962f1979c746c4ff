"""The nearest idle unit whose remit holds the call, whatever its kind."""

from __future__ import annotations

from typing import Any

from sim.registry import dispatch_policy
from sim.rules.lifecycle import hour_band
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow


@dispatch_policy("nearest")
def nearest_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """Nearest idle eligible unit of any kind.

    Source: closest-idle rule, Larson 1974, A hypercube queuing model for facility location and redistricting.
    Knows: last known zones, expected travel at this hour.   Blind to: kind of responder, traffic of the day.
    """
    return town.travel_s[hour_band(now)][unit.zone][call.zone]
