"""The right team first; anybody after a stated wait."""

from __future__ import annotations

from typing import Any

from sim.registry import Count, Wait, dispatch_policy
from sim.rules.lifecycle import DAY_S, MEDICAL_NEED, hour_band
from sim.rules.matching import is_wanted
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow

ANYBODY = 1


@dispatch_policy(
    "tiered",
    params={
        "wait_for_programme_min": Wait(0, "how long a call is kept for a programme's team on duty but busy"),
        "wait_from_priority": Count(2, "the most urgent priority that is kept waiting; 1 means all calls"),
    },
)
def tiered_unit(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> int:
    """A programme's team whose remit holds the call, nearest first; others when none is on duty or the wait is over.

    Among the others an ambulance comes first where medical need is known, else police. Roles wanted by name wait for nobody.
    Source: call-type tiers as in the Denver, Albuquerque and Toronto programmes (R027, R057, R024).
    Knows: remits, who is on duty, how long the call has waited.   Blind to: when a busy team will be free.
    """
    responder = town.responders[unit.responder]
    travel = town.travel_s[hour_band(now)][unit.zone][call.zone]
    if responder.programme >= 0:
        return travel
    wanted = call.open if call.open != 0 else town.alternatives[call.chain].roles
    is_kept = (
        wanted <= ANYBODY
        and town.is_programme_call[call.type][call.flags] == 1
        and call.priority >= params.wait_from_priority
        and now - call.queued_s < params.wait_for_programme_s
    )
    if is_kept:
        for other in town.responders:
            is_due = other.programme >= 0 and town.n_on_duty[other.id] > 0
            if is_due and is_wanted(town, call, other.id, wanted, call.covered):
                return -1
    if (call.flags & MEDICAL_NEED) != 0:
        first = responder.has_medic == 1
    else:
        first = responder.has_officer == 1
    if first:
        return travel + DAY_S
    return travel + 2 * DAY_S
