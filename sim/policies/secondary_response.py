"""Patrol first, a programme's team on request or once somebody is there."""

from __future__ import annotations

from typing import Any

from sim.registry import dispatch_policy
from sim.rules.lifecycle import DAY_S, MEDICAL_NEED, hour_band
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow


def is_ordinary_unit_due(town: Town, call: CallRow) -> bool:
    """Whether a unit of no programme is on duty that takes this call and fills a role it wants."""
    takes = town.takes[call.type][call.flags]
    for responder in town.responders:
        if responder.programme < 0 and takes[responder.id] == 1 and town.n_on_duty[responder.id] > 0:
            if call.open == 0 or town.fills[responder.id][call.open] != 0:
                return True
    return False


@dispatch_policy("secondary_response")
def secondary_response_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """Nearest patrol car, an ambulance where medical need is known; a programme's unit once somebody is on scene.

    A programme's unit also goes where nobody else on duty takes the call.
    Source: secondary responders as in Lamanna et al. 2015, Toronto Mobile Crisis Intervention Team (MCIT): outcome
    evaluation report.
    Knows: crews, who is on scene, what they asked for.   Blind to: whether a team would do without police.
    """
    responder = town.responders[unit.responder]
    travel = town.travel_s[hour_band(now)][unit.zone][call.zone]
    if call.here != 0 or call.asked != 0:
        return travel
    if responder.programme >= 0:
        if is_ordinary_unit_due(town, call):
            return -1
        return travel
    if (call.flags & MEDICAL_NEED) != 0:
        first = responder.has_medic == 1
    else:
        first = responder.has_officer == 1
    if first:
        return travel
    return travel + DAY_S
