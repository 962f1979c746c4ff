"""A civilian team first, police as back-up."""

from __future__ import annotations

from typing import Any

from sim.registry import Count, Wait, dispatch_policy
from sim.rules.lifecycle import DAY_S, MEDICAL_NEED, hour_band
from sim.rules.matching import is_wanted
from sim.rules.town import Town
from sim.tables import CallRow, ResponderRow, UnitRow

ANYBODY = 1


def is_civilian_team(responder: ResponderRow) -> bool:
    """Whether a crew without an officer is there for crises: a programme's, or one with a clinician."""
    return responder.has_officer == 0 and (responder.programme >= 0 or responder.has_clinician == 1)


@dispatch_policy(
    "clinician_first",
    params={
        "wait_for_team_min": Wait(0, "how long a call is kept for a civilian team on duty but busy"),
        "wait_from_priority": Count(2, "the most urgent priority that is kept waiting; 1 means all calls"),
    },
)
def clinician_first_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """Nearest civilian team that takes the call; police where none does, none is on duty, the wait is over or they are asked.

    Officers and medics whom a plan or a unit on scene names go at once. An ambulance takes the place of police where
    medical need is known.
    Source: civilian first response as in Denver, Albuquerque and Toronto (R027, R057, R024).
    Knows: crews, remits, roles wanted, who is on duty.   Blind to: when a busy team will be free.
    """
    responder = town.responders[unit.responder]
    travel = town.travel_s[hour_band(now)][unit.zone][call.zone]
    if is_civilian_team(responder):
        return travel
    wanted = call.open if call.open != 0 else town.alternatives[call.chain].roles
    by_name = town.fills[unit.responder][wanted] & ~ANYBODY
    if (by_name & town.officer_bits) != 0 or (by_name != 0 and responder.has_officer == 0):
        return travel
    is_kept = call.priority >= params.wait_from_priority and now - call.queued_s < params.wait_for_team_s
    if is_kept:
        for other in town.responders:
            is_due = is_civilian_team(other) and town.n_on_duty[other.id] > 0
            if is_due and is_wanted(town, call, other.id, wanted, call.covered):
                return -1
    if (call.flags & MEDICAL_NEED) != 0:
        first = responder.has_medic == 1
    else:
        first = responder.has_officer == 1
    if first:
        return travel + DAY_S
    return travel + 2 * DAY_S
