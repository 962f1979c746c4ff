"""Patrol first, a programme's team on request or once somebody is there."""

from __future__ import annotations

from typing import Any

from sim.registry import dispatch_policy
from sim.rules.lifecycle import DAY_S, MEDICAL_NEED, hour_band
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow


def may_begin_with_ordinary_units(town: Town, call: CallRow) -> bool:
    """Whether units of no programme, on duty and with this call in their remit, fill the roles that are sent at first."""
    row = town.alternatives[call.chain]
    takes = town.takes[call.type][call.flags & ~row.covers]
    left = row.together
    for responder in town.responders:
        if responder.programme < 0 and takes[responder.id] == 1:
            n_units = town.n_on_duty[responder.id]
            while n_units > 0 and town.fills[responder.id][left] != 0:
                left &= ~town.fills[responder.id][left]
                n_units -= 1
    return left == 0


@dispatch_policy("secondary_response")
def secondary_response_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """Nearest patrol car, an ambulance where medical need is known; a programme's unit once somebody is on scene.

    A programme's unit goes with them where the plan sends it together with police, and alone where nobody else on duty
    takes the call.
    Source: secondary responders as in Lamanna et al. 2015, Toronto Mobile Crisis Intervention Team (MCIT): outcome
    evaluation report.
    Knows: crews, who is on scene, what they asked for.   Blind to: whether a team would do without police.
    """
    responder = town.responders[unit.responder]
    travel = town.travel_s[hour_band(now)][unit.zone][call.zone]
    if call.here != 0 or call.asked != 0:
        return travel
    if responder.programme >= 0:
        if may_begin_with_ordinary_units(town, call):
            return -1
        return travel
    if (call.flags & MEDICAL_NEED) != 0:
        first = responder.has_medic == 1
    else:
        first = responder.has_officer == 1
    if first:
        return travel
    return travel + DAY_S
