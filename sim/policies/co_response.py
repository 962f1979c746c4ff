"""Officer and clinician together: one car with both where there is one, else the nearest who fill the plan's roles."""

from __future__ import annotations

from typing import Any

from sim.registry import Count, Wait, dispatch_policy
from sim.rules.lifecycle import DAY_S, MEDICAL_NEED, NOT_FOLLOWED, hour_band
from sim.rules.matching import is_wanted
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow

ANYBODY = 1


@dispatch_policy(
    "co_response",
    params={
        "wait_for_joint_car_min": Wait(0, "how long a call about a person is kept for a joint car on duty but busy"),
        "wait_from_priority": Count(2, "the most urgent priority that is kept waiting; 1 means all calls"),
    },
)
def co_response_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """A car with officer and clinician first for calls about people; police first for all others, and after the wait.

    Where roles are wanted by name, in a plan or on scene, the unit that fills all of them alone goes before the nearest
    that fills some. Waits for those are the plan's.
    Source: co-response as in the two evaluations of Indianapolis (O016, O018), police where the team was not free.
    Knows: crews, roles wanted, who is on duty, how long the call has waited.   Blind to: when a joint car will be free.
    """
    responder = town.responders[unit.responder]
    travel = town.travel_s[hour_band(now)][unit.zone][call.zone]
    wanted = call.open if call.open != 0 else town.alternatives[call.chain].roles
    if wanted > ANYBODY:
        if town.fills[unit.responder][wanted] == wanted:
            return travel
        return travel + DAY_S
    is_joint_call = town.is_person[call.type] == 1 and (call.flags & NOT_FOLLOWED) == 0
    if is_joint_call:
        if responder.has_officer == 1 and responder.has_clinician == 1:
            return travel
        if call.priority >= params.wait_from_priority and now - call.queued_s < params.wait_for_joint_car_s:
            for other in town.responders:
                is_due = other.has_officer == 1 and other.has_clinician == 1 and town.n_on_duty[other.id] > 0
                if is_due and is_wanted(town, call, other.id, wanted, call.covered):
                    return -1
    if (call.flags & MEDICAL_NEED) != 0:
        first = responder.has_medic == 1
    else:
        first = responder.has_officer == 1 and responder.programme < 0
    if first:
        return travel + DAY_S
    return travel + 2 * DAY_S
