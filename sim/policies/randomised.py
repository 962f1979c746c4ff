"""Arms of a trial inside one world: a lot decides which calls a programme's team may be sent to."""

from __future__ import annotations

from typing import Any

from sim.registry import Share, Wait, dispatch_policy
from sim.rules.lifecycle import DAY_S, MEDICAL_NEED, hour_band
from sim.rules.matching import is_wanted
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow


@dispatch_policy(
    "randomised",
    params={
        "treated_share": Share(0.5, "share of the calls in a programme's remit that are allotted to it"),
        "wait_for_programme_min": Wait(0, "how long an allotted call is kept for a team on duty that is busy"),
    },
)
def randomised_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """By lot: to an allotted call a programme's team goes first, to the others as if there were no programme.

    Where a programme's team is off duty, or busy beyond the wait, an allotted call gets whom the others get: who is
    analysed by allotment is analysed as in an intention-to-treat trial. An ambulance first where medical need is known.
    Source: randomised trial of a co-response team in Indianapolis, arms by lot of the call (O016).
    Knows: the lot of a call, remits, who is on duty.   Blind to: who the person is, earlier lots.
    """
    responder = town.responders[unit.responder]
    travel = town.travel_s[hour_band(now)][unit.zone][call.zone]
    is_treated = call.lot_ppm < params.treated_ppm
    if responder.programme >= 0:
        return travel if is_treated else -1
    if is_treated and now - call.queued_s < params.wait_for_programme_s:
        wanted = call.open if call.open != 0 else town.alternatives[call.chain].roles
        for other in town.responders:
            is_due = other.programme >= 0 and town.n_on_duty[other.id] > 0
            if is_due and is_wanted(town, call, other.id, wanted, call.covered):
                return -1
    if (call.flags & MEDICAL_NEED) != 0:
        is_usual = responder.has_medic == 1
    else:
        is_usual = responder.has_officer == 1
    return travel + DAY_S if is_usual else travel + 2 * DAY_S
