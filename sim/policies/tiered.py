"""The right team first; anybody after a stated wait."""

from __future__ import annotations

from typing import Any

from sim.registry import Count, Wait, dispatch_policy
from sim.rules.lifecycle import DAY_S, MEDICAL_NEED, hour_band
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow

ANYBODY = 1


def is_team_due(town: Town, call: CallRow) -> bool:
    """Whether a programme that takes this call has a unit on duty, so that waiting could bring one."""
    for responder in town.responders:
        if responder.programme >= 0 and town.n_on_duty[responder.id] > 0 and town.takes[call.type][call.flags][responder.id] == 1:
            return True
    return False


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
        and now - call.received_s < params.wait_for_programme_s
    )
    if is_kept and is_team_due(town, call):
        return -1
    if (call.flags & MEDICAL_NEED) != 0:
        first = responder.has_medic == 1
    else:
        first = responder.has_officer == 1
    if first:
        return travel + DAY_S
    return travel + 2 * DAY_S
