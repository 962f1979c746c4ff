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
_TURNOUT = int(Status.TURNOUT)
_EN_ROUTE = int(Status.EN_ROUTE)
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
    return call.priority * 2**40 + call.queued_s


def always(town: Town, unit: UnitRow, call: CallRow, now: int, params: Any) -> bool:
    """The neutral commitment: send the chosen unit."""
    return True


def is_servable(town: Town, call: CallRow) -> bool:
    """Whether the units on the roster, at any hour, can bring the minimum crew of some alternative, not all of it by screen."""
    alternative = call.chain
    while alternative != NONE:
        row = town.alternatives[alternative]
        left = row.minimum
        is_there = False
        for responder in town.responders:
            if responder.is_rostered == 1 and town.takes[call.type][call.flags & ~row.covers][responder.id] == 1:
                for _ in range(town.first_unit[responder.id], town.first_unit[responder.id + 1]):
                    if responder.is_remote == 0 and town.fills[responder.id][row.minimum] != 0:
                        is_there = True
                    left &= ~town.fills[responder.id][left]
                    if left == 0 and is_there:
                        return True
        alternative = row.next
    return False


def is_anyone_idle(town: Town) -> bool:
    """Whether any unit could be sent at all."""
    for n in town.n_idle:
        if n > 0:
            return True
    return town.has_diversion == 1


def is_wanted(town: Town, call: CallRow, responder: int, wanted: int, covered: int) -> bool:
    """Whether a unit of the responder type takes the call, fills a role that is wanted, and may be sent there (again)."""
    return (
        town.takes[call.type][call.flags & ~covered][responder] == 1
        and town.fills[responder][wanted] != 0
        and (call.barred >> responder) & 1 == 0
        and (town.responders[responder].is_remote == 0 or call.here != 0)
    )


def is_picked(town: Town, unit: int, n_picked: int) -> bool:
    """Whether the unit is thought of already for the crew that is being looked for."""
    for i in range(n_picked):
        if town.picked[i] == unit:
            return True
    return False


def is_too_late(town: Town, unit: UnitRow, call: CallRow, now: int) -> bool:
    """Whether the unit's shift is so near its end that it takes only more urgent calls."""
    responder = town.responders[unit.responder]
    return now >= unit.ends_s - responder.last_calls_s and call.priority > responder.last_priority


def best_idle(town: Town, policy: PolicyParts, call: CallRow, wanted: int, covered: int, n_picked: int, now: int) -> int:
    """Id of the idle unit the policy prefers for one of the roles wanted, or -1. A tie: longest idle, then lowest id."""
    # Looked up once: compiled code must otherwise fetch them anew after every question to the policy.
    takes = town.takes[call.type][call.flags & ~covered]
    units = town.units
    n_idle = town.n_idle
    first_unit = town.first_unit
    score_unit = policy.score_unit
    params = policy.params
    best = NONE
    best_score = _WORST
    best_since = _WORST
    for responder in range(len(n_idle)):
        if takes[responder] == 1 and n_idle[responder] > 0 and is_wanted(town, call, responder, wanted, covered):
            may_be_late = town.responders[responder].last_calls_s > 0
            for unit_id in range(first_unit[responder], first_unit[responder + 1]):
                unit = units[unit_id]
                if unit.status == _IDLE and not (n_picked > 0 and is_picked(town, unit_id, n_picked)):
                    if may_be_late and is_too_late(town, unit, call, now):
                        continue
                    score = score_unit(town, unit, call, now, params)
                    if score >= 0 and (score < best_score or (score == best_score and unit.idle_since_s < best_since)):
                        best = unit_id
                        best_score = score
                        best_since = unit.idle_since_s
    return best


def best_on_the_way(town: Town, policy: PolicyParts, call: CallRow, wanted: int, covered: int, n_picked: int, now: int) -> int:
    """Id of the unit on its way to a less urgent call that the policy prefers, where diversion is allowed, or -1."""
    best = NONE
    best_score = _WORST
    for unit in town.units:
        if (
            (unit.status == _TURNOUT or unit.status == _EN_ROUTE)
            and unit.is_rostered == 1
            and town.diverts[unit.priority][call.priority] == 1
            and is_wanted(town, call, unit.responder, wanted, covered)
            and not is_picked(town, unit.id, n_picked)
        ):
            score = policy.score_unit(town, unit, call, now, policy.params)
            if 0 <= score < best_score:
                best = unit.id
                best_score = score
    return best


def best_unit(town: Town, policy: PolicyParts, call: CallRow, wanted: int, covered: int, n_picked: int, now: int) -> int:
    """Id of the unit to send for one of the roles wanted, or -1: an idle one, else one on its way to a less urgent call.

    The chosen unit must also be one the policy commits; a unit it will not commit is not replaced by its second choice.
    """
    best = best_idle(town, policy, call, wanted, covered, n_picked, now)
    if best == NONE and town.has_diversion == 1:
        best = best_on_the_way(town, policy, call, wanted, covered, n_picked, now)
    if best != NONE and not policy.may_commit(town, town.units[best], call, now, policy.params):
        return NONE
    return best


def first_of_crew(town: Town, policy: PolicyParts, call: CallRow, alternative: int, now: int) -> int:
    """The first unit of a crew that can be sent together for this alternative, or -1 if not all of it can."""
    row = town.alternatives[alternative]
    held = call.open
    call.open = row.roles  # what the policy sees of a crew is what it will see when the crew is sent
    first = NONE
    n_picked = 0
    while True:
        unit = best_unit(town, policy, call, call.open & row.together, row.covers, n_picked, now)
        if unit == NONE:
            first = NONE
            break
        if n_picked == 0:
            first = unit
        call.open &= ~town.fills[town.units[unit].responder][call.open]
        if call.open & row.together == 0:
            break
        pick(town, unit, n_picked)
        n_picked += 1
    call.open = held
    let_go_of(town, n_picked)
    return first


def pick(town: Town, unit: int, n_picked: int) -> None:
    """Think of a unit for the crew that is looked for: it does not count as idle meanwhile."""
    town.picked[n_picked] = unit
    if town.units[unit].status == _IDLE:
        town.n_idle[town.units[unit].responder] -= 1


def let_go_of(town: Town, n_picked: int) -> None:
    """The search is over: units thought of count as they stand."""
    for i in range(n_picked):
        unit = town.units[town.picked[i]]
        if unit.status == _IDLE:
            town.n_idle[unit.responder] += 1


def first_alternative(town: Town, policy: PolicyParts, call: CallRow, now: int) -> tuple[int, int]:
    """The first alternative whose time has come and whose crew can be sent now, and the first unit of it, or (-1, -1)."""
    alternative = call.chain
    while alternative != NONE:
        row = town.alternatives[alternative]
        if now - call.queued_s >= row.after_s:
            unit = first_of_crew(town, policy, call, alternative, now)
            if unit != NONE:
                return alternative, unit
        alternative = row.next
    return NONE, NONE


def next_of_crew(town: Town, policy: PolicyParts, call: CallRow, now: int) -> int:
    """The next unit for a call that has some: for the roles sent together first, then for any open one, or -1."""
    together = call.open & town.alternatives[call.plan].together
    return best_unit(town, policy, call, together if together != 0 else call.open, call.covered, 0, now)


def next_match(
    town: Town, policy: PolicyParts, waiting: Iterable[int], calls: Mapping[int, CallRow] | Sequence[CallRow], now: int
) -> tuple[int, int, int]:
    """The next (call, unit, alternative) to send, or three times -1.

    Among the waiting calls for which the policy has a crew, the one with the lowest score_call, a tie to the
    lowest id. A call without a willing crew blocks nobody.
    """
    chosen_call = NONE
    chosen_unit = NONE
    chosen_alternative = NONE
    chosen_score = _WORST
    if not is_anyone_idle(town):
        return chosen_call, chosen_unit, chosen_alternative
    for call_id in waiting:
        call = calls[call_id]
        score = policy.score_call(town, call, now, policy.params)
        if score < chosen_score or (score == chosen_score and call_id < chosen_call):
            if call.first == NONE:
                alternative, unit_id = first_alternative(town, policy, call, now)
            else:
                alternative, unit_id = call.plan, next_of_crew(town, policy, call, now)
            if unit_id != NONE:
                chosen_call = call_id
                chosen_unit = unit_id
                chosen_alternative = alternative
                chosen_score = score
    return chosen_call, chosen_unit, chosen_alternative
