"""Patrol first, a programme's team on request or once somebody is there."""

from __future__ import annotations

from typing import Any

from sim.registry import dispatch_policy
from sim.rules.lifecycle import DAY_S, MEDICAL_NEED, hour_band
from sim.rules.matching import is_wanted
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow


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
    if responder.programme < 0:
        is_first = responder.has_medic == 1 if (call.flags & MEDICAL_NEED) != 0 else responder.has_officer == 1
        return travel if is_first else travel + DAY_S
    row = town.alternatives[call.chain]
    left = row.together
    for other in town.responders:
        n_units = town.n_on_duty[other.id] if other.programme < 0 else 0
        while n_units > 0 and is_wanted(town, call, other.id, left, row.covers):
            left &= ~town.fills[other.id][left]
            n_units -= 1
    return travel if left != 0 else -1
