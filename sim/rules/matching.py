"""Who is eligible, which call is next, which unit: the only place a unit is chosen.

The policy scores; the order in which scores are asked for never shows, since ties are settled here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.rules.lifecycle import Status
from sim.rules.town import Town
from sim.tables import CallRow, UnitRow

NONE = -1
_IDLE = int(Status.IDLE)
_WORST = 2**62


@dataclass(frozen=True, eq=False)
class PolicyParts:
    """The three functions of a dispatch policy with the parameters they all take last.

    `rematch_s`: ages in seconds at which a queued call is looked at again, ascending.
    """

    name: str
    score_unit: Callable[[Any, Any, Any, int, Any], int]
    score_call: Callable[[Any, Any, int, Any], int]
    may_commit: Callable[[Any, Any, Any, int, Any], bool]
    params: Any
    rematch_s: tuple[int, ...] = ()


def oldest_of_highest_priority(town: Town, call: CallRow, now: int, params: Any) -> int:
    """The neutral order of waiting calls: by priority, then by age."""
    return call.priority * 2**40 + call.received_s


def always(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> bool:
    """The neutral commitment: send the chosen unit."""
    return True


def is_servable(town: Town, call: CallRow) -> bool:
    """Whether any responder type on the roster, at any hour, takes such a call."""
    for responder in town.responders:
        if responder.is_rostered == 1 and town.takes[call.type][call.flags][responder.id] == 1:
            return True
    return False


def is_anyone_idle(town: Town) -> bool:
    """Whether any unit could be sent at all."""
    for n in town.n_idle:
        if n > 0:
            return True
    return False


def best_unit(town: Town, policy: PolicyParts, call: CallRow, now: int) -> int:
    """Id of the unit the policy sends to this call now, or -1.

    Lowest score wins, negative is no; a tie goes to the longest idle, then to the lowest id. A unit the
    policy then declines to commit is not replaced by its second choice.
    """
    # Looked up once: compiled code must otherwise fetch them anew after every question to the policy.
    takes = town.takes[call.type][call.flags]
    units = town.units
    n_idle = town.n_idle
    first_unit = town.first_unit
    score_unit = policy.score_unit
    params = policy.params
    best = NONE
    best_score = _WORST
    best_since = _WORST
    for responder in range(len(n_idle)):
        if takes[responder] == 1 and n_idle[responder] > 0:
            for unit_id in range(first_unit[responder], first_unit[responder + 1]):
                unit = units[unit_id]
                if unit.status == _IDLE:
                    score = score_unit(town, unit, call, now, params)
                    if score >= 0 and (score < best_score or (score == best_score and unit.idle_since_s < best_since)):
                        best = unit_id
                        best_score = score
                        best_since = unit.idle_since_s
    if best != NONE and not policy.may_commit(town, units[best], call, now, params):
        return NONE
    return best


def next_match(
    town: Town, policy: PolicyParts, waiting: Iterable[int], calls: Mapping[int, CallRow] | Sequence[CallRow], now: int
) -> tuple[int, int]:
    """The next (call, unit) to send, or (-1, -1).

    Among the waiting calls for which the policy has a unit, the one with the lowest score_call, a tie to the
    lowest id. A call without a willing unit blocks nobody.
    """
    chosen_call = NONE
    chosen_unit = NONE
    chosen_score = _WORST
    if not is_anyone_idle(town):
        return chosen_call, chosen_unit
    for call_id in waiting:
        call = calls[call_id]
        score = policy.score_call(town, call, now, policy.params)
        if score < chosen_score or (score == chosen_score and call_id < chosen_call):
            unit_id = best_unit(town, policy, call, now)
            if unit_id != NONE:
                chosen_call = call_id
                chosen_unit = unit_id
                chosen_score = score
    return chosen_call, chosen_unit
