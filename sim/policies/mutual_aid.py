"""Each jurisdiction serves itself; a neighbour lends after a stated wait, while it keeps enough for its own."""

from __future__ import annotations

from typing import Any

from sim.registry import Count, Wait, dispatch_policy
from sim.rules.lifecycle import DAY_S, Status, hour_band
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow

IDLE = int(Status.IDLE)


def units_idle_at_home(town: Town, responder: int, owner: int) -> int:
    """How many units of the type that belong to a jurisdiction stand idle in it."""
    n = 0
    for unit_id in range(town.first_unit[responder], town.first_unit[responder + 1]):
        unit = town.units[unit_id]
        is_at_home = town.jurisdiction[unit.home_zone] == owner and town.jurisdiction[unit.zone] == owner
        if unit.status == IDLE and is_at_home:
            n += 1
    return n


@dispatch_policy(
    "mutual_aid",
    params={
        "wait_for_own_min": Wait(10, "how long a call waits for a unit of its own jurisdiction before another lends one"),
        "lender_keeps": Count(1, "idle units of the type that must stay in the lender's jurisdiction"),
    },
)
def mutual_aid_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """Nearest unit of the call's own jurisdiction; another's after the wait, if none of its own is idle and it can be spared.

    Source: who lends may keep back what its own protection needs, Emergency Management Assistance Compact, United States
    Public Law 104-321 (1996), article IV.
    Knows: homes, last known zones, who is idle, how long the call has waited.   Blind to: when its own units will be free.
    """
    travel = town.travel_s[hour_band(now)][unit.zone][call.zone]
    lender = town.jurisdiction[unit.home_zone]
    if lender == town.jurisdiction[call.zone]:
        return travel
    if now - call.queued_s < params.wait_for_own_s:
        return -1
    n_kept = units_idle_at_home(town, unit.responder, lender)
    if unit.status == IDLE and town.jurisdiction[unit.zone] == lender:
        n_kept -= 1
    if n_kept < params.lender_keeps:
        return -1
    return travel + DAY_S
