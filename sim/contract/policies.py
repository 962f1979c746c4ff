"""The promises of dispatch policies, and whether the compiled engine can take one."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np

from sim.contract.promise import Promise
from sim.contract.towns import town, towns
from sim.engines import run
from sim.errors import RuleError
from sim.registry import Entry
from sim.rules.lifecycle import Status
from sim.rules.matching import PolicyParts
from sim.rules.town import Town
from sim.tables import CallRow, DoorRow, LineRow, PersonRow, UnitRow, array_to_rows
from sim.world import build_world
from sim.world.build import policy_parts

_SIGNATURES = {
    "score_unit": ["town", "unit", "call", "now", "params"],
    "score_call": ["town", "call", "now", "params"],
    "may_commit": ["town", "unit", "call", "now", "params"],
}


def engine_notice(name: str) -> str:
    """Empty if numba takes the policy, else "readable engine only: " and why, in one line.

    Not a promise: a policy that numba cannot take plays all the same, only slower.
    """
    try:
        from sim.engines.compiled import policy_entries, shared_rows, town_block  # loads numba, which only this question needs
    except ImportError:
        return "readable engine only: numba cannot be imported"
    world = build_world(town(policy=name))
    try:
        policy_entries(world.policy_after, town_block(world.after, shared_rows(world)).numba_type)
    except RuleError as error:
        return f"readable engine only: {str(error).removeprefix(f'policy {name}: ')}"
    return ""


def _signatures_are_fixed(entry: Entry) -> str:
    parts = {"score_unit": entry.function, **{k: v for k, v in entry.facts.items() if k in _SIGNATURES}}
    for part, function in parts.items():
        given = list(inspect.signature(function).parameters)
        if given != _SIGNATURES[part]:
            return f"{part} takes ({', '.join(given)}), not ({', '.join(_SIGNATURES[part])})"
    return ""


@dataclass(frozen=True)
class _Moment:
    """A town at some second, with units idle or at work and calls that have been received."""

    policy: PolicyParts
    town: Town
    calls: list[CallRow]
    now: int

    def score(self, unit: UnitRow, call: CallRow) -> int:
        return self.policy.score_unit(self.town, unit, call, self.now, self.policy.params)

    def commits(self, unit: UnitRow, call: CallRow) -> bool:
        return bool(self.policy.may_commit(self.town, unit, call, self.now, self.policy.params))


def _moments(entry: Entry) -> Iterator[_Moment]:
    for _, scenario in towns(entry.name):
        world = build_world(scenario)
        units = array_to_rows(world.units, UnitRow)
        for unit in units:
            unit.status = int(Status.IDLE) if unit.id % 3 != 2 else int(Status.ON_SCENE)
        responders = range(len(world.names.responders))
        n_idle = [sum(u.responder == r and u.status == Status.IDLE for u in units) for r in responders]
        n_on_duty = [sum(u.responder == r for u in units) for r in responders]
        persons = array_to_rows(world.persons, PersonRow)
        lines = [LineRow(i) for i in range(len(world.names.desks))]
        doors = [DoorRow(i) for i in range(len(world.names.facilities))]
        place = world.after.town(units, persons, lines, doors, n_idle, n_on_duty)
        calls = [_in_hand(place, call) for call in array_to_rows(world.calls[:40], CallRow)]
        for now in (0, 5 * 3600, 13 * 3600, 40 * 3600):
            yield _Moment(world.policy_after, place, calls, now)


def _in_hand(place: Town, call: CallRow) -> CallRow:
    """The call under its plan: queued, with some roles sent, or with some on scene that have asked for the others."""
    chain = place.plan_of[call.type][call.priority][call.flags]
    roles = place.alternatives[chain].roles
    wanted = (0, roles, roles & -roles)[call.id % 3]
    here = roles & ~wanted if wanted else 0
    queued = replace(call, chain=chain, plan=chain if here else -1, open=wanted, here=here, asked=wanted if here else 0)
    return replace(queued, queued_s=call.received_s)


def _runs_on_its_defaults(entry: Entry) -> str:
    policy_parts(town(policy=entry.name).policy)
    return ""


def _answers_are_whole(entry: Entry) -> str:
    for moment in _moments(entry):
        policy, place, now = moment.policy, moment.town, moment.now
        for call in moment.calls:
            order = policy.score_call(place, call, now, policy.params)
            if type(order) is not int:
                return f"score_call gave {order!r}, want a whole number"
            for unit in place.units:
                score = moment.score(unit, call)
                if type(score) is not int or not -(2**62) < score < 2**62:
                    return f"score_unit gave {score!r}, want a whole number (negative: no)"
                if policy.may_commit(place, unit, call, now, policy.params) not in (True, False):
                    return "may_commit gave neither true nor false"
    return ""


def _same_question_same_answer(entry: Entry) -> str:
    for moment in _moments(entry):
        before = [asdict(unit) for unit in moment.town.units], [asdict(call) for call in moment.calls]
        first, second = ([moment.score(u, c) for c in moment.calls for u in moment.town.units] for _ in range(2))
        if first != second:
            return "score_unit answers the same question in two ways"
        if before != ([asdict(unit) for unit in moment.town.units], [asdict(call) for call in moment.calls]):
            return "it changes a unit or a call; only the engine does that"
    return ""


def _knows_only_what_the_centre_knows(entry: Entry) -> str:
    """A call scores the same under another identity."""
    for moment in _moments(entry):
        for call in moment.calls[:10]:
            twin = replace(call, stream=call.stream ^ 0x5A5A, number=call.number + 999, id=call.id + 7)
            if any(moment.score(unit, call) != moment.score(unit, twin) for unit in moment.town.units):
                return "its score depends on which call it is by number, which no centre knows"
    return ""


def _renumbered(moment: _Moment) -> _Moment:
    """The same moment with the units of each type numbered from the last to the first."""
    units, first = moment.town.units, moment.town.first_unit
    ends = [(first[unit.responder] + first[unit.responder + 1] - 1, unit) for unit in units]
    twins = sorted((replace(unit, id=both_ends - unit.id, stamp=unit.stamp + 5) for both_ends, unit in ends), key=lambda u: u.id)
    return replace(moment, town=replace(moment.town, units=twins))


def _numbering_of_units_does_not_matter(entry: Entry) -> str:
    for moment in _moments(entry):
        other = _renumbered(moment)
        first = moment.town.first_unit
        for call in moment.calls[:10]:
            for unit in moment.town.units:
                twin = other.town.units[first[unit.responder] + first[unit.responder + 1] - 1 - unit.id]
                if moment.score(unit, call) != other.score(twin, call):
                    return "its score depends on the number of a unit"
                if moment.commits(unit, call) != other.commits(twin, call):
                    return "whether it commits a unit depends on the unit's number"
    return ""


def _is_blind_to_later_calls(entry: Entry) -> str:
    """With the calls of the second half taken away, the first half is lived the same."""
    for label, scenario in towns(entry.name):
        world = build_world(scenario)
        n = len(world.calls) // 2
        if n > 0:
            until_s = world.calls["received_s"][n]
            whole, half = (run(w).ledger for w in (world, replace(world, calls=world.calls[:n], lucks=world.lucks[:n])))
            if not np.array_equal(whole[whole["t_s"] < until_s], half[half["t_s"] < until_s]):
                return f"calls not yet received change what it does in the {label}"
    return ""


def _plays_every_town(entry: Entry) -> str:
    for label, scenario in towns(entry.name):
        world = build_world(scenario)
        if run(world).fingerprint != run(world).fingerprint:
            return f"two runs of the {label} differ"
    return ""


OF_POLICIES = (
    Promise("takes what its kind is given", _signatures_are_fixed),
    Promise("runs on its defaults", _runs_on_its_defaults),
    Promise("answers in whole numbers", _answers_are_whole),
    Promise("gives the same answer to the same question and changes nothing", _same_question_same_answer),
    Promise("knows only what the centre knows", _knows_only_what_the_centre_knows),
    Promise("does not depend on unit numbers", _numbering_of_units_does_not_matter),
    Promise("is blind to calls not yet received", _is_blind_to_later_calls),
    Promise("plays the empty, quiet, overloaded and unstaffed town, and the one that sends crews", _plays_every_town),
)
