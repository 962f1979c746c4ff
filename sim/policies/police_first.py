"""The status quo: police go, an ambulance goes where medical need is known, others only when those are out."""

from __future__ import annotations

from typing import Any

from sim.registry import dispatch_policy
from sim.rules.lifecycle import DAY_S, MEDICAL_NEED, hour_band
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow


@dispatch_policy("police_first")
def police_first_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """Nearest patrol car; the nearest ambulance first where medical need is known; other crews when no such unit is idle.

    Source: usual practice before alternative response, as the evaluations O061 and O065 describe their comparison arms.
    Knows: crews, remits, last known zones.   Blind to: whether a better matched crew is near.
    """
    responder = town.responders[unit.responder]
    travel = town.travel_s[hour_band(now)][unit.zone][call.zone]
    if (call.flags & MEDICAL_NEED) != 0:
        first = responder.has_medic == 1
    else:
        first = responder.has_officer == 1 and responder.programme < 0
    if first:
        return travel
    return travel + DAY_S
