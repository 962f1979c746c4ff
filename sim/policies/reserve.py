"""The nearest unit, with the last few of each type kept back for urgent calls."""

from __future__ import annotations

from typing import Any

from sim.registry import Count, dispatch_policy
from sim.rules.lifecycle import Status, hour_band
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow

IDLE = int(Status.IDLE)


@dispatch_policy(
    "reserve",
    params={
        "reserve": Count(1, "idle units of a type kept back for urgent calls; 0 is the same as nearest"),
        "for_priority": Count(1, "the least urgent priority they are kept for"),
    },
)
def unreserved_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """Nearest idle eligible unit, unless it is one of the last of its type and the call is not urgent.

    Source: cut-off priority queue, Schaack and Larson 1986, An N-server cutoff priority queue.
    Knows: idle units by type, priority; another type goes in place of one kept back.   Blind to: when others will be free.
    """
    if call.priority > params.for_priority and unit.status == IDLE and town.n_idle[unit.responder] <= params.reserve:
        return -1
    return town.travel_s[hour_band(now)][unit.zone][call.zone]
