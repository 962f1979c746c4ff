"""The promises every extension keeps, as a battery that `crisis-sim check` runs on plug-ins and pytest can import.

    from sim.contract import broken_promises
    def test_mine() -> None:
        assert broken_promises("policy", "evening_reserve") == []

Being registered is being tested: the shipped policies, outcome models, metrics and cost items go through the same.
"""

from __future__ import annotations

import copy
import dis
import inspect
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np

from sim.engines import run
from sim.errors import CrisisSimError
from sim.outcomes.logit import DECISIONS
from sim.registry import Entry, cost_items, metrics, outcome_models, policies
from sim.rules.lifecycle import Status
from sim.scenario.schema import Scenario
from sim.tables import CallRow, UnitRow, array_to_rows
from sim.world import World, build_world
from sim.world.build import policy_parts

KINDS = {"policy": policies, "outcome model": outcome_models, "metric": metrics, "cost item": cost_items}
_RANDOM = {"random", "randint", "rand", "randn", "default_rng", "choice", "shuffle", "uniform"}


@dataclass(frozen=True)
class Promise:
    """One promise of a kind, and how it is tried: the check returns what broke, or an empty string."""

    name: str
    check: Callable[[Entry], str]


def promises(kind: str) -> tuple[Promise, ...]:
    """The promises of a kind: policy, outcome model, metric or cost item."""
    return _COMMON + {"policy": _POLICY, "outcome model": _OUTCOME, "metric": _TABLE, "cost item": _TABLE}[kind]


def broken_promises(kind: str, name: str) -> list[str]:
    """What the named extension breaks, one line each; empty if it keeps them all."""
    entry = KINDS[kind].get(name)
    found = []
    for promise in promises(kind):
        try:
            broken = promise.check(entry)
        except CrisisSimError as error:
            broken = str(error)
        except Exception as error:  # whatever a plug-in raises is what broke
            broken = f"{type(error).__name__}: {error}"
        if broken:
            found.append(f"{kind} {name}: {promise.name}: {broken} ({entry.file})")
    return found


# --- towns to try things in -------------------------------------------------------------------------------------------


def town(n_calls_per_year: float = 4000, posts: int = 2) -> Scenario:
    """A small town with every kind of responder the rules tell apart; posts 0 leaves nobody on duty."""
    day = {"days": "all", "start": "00:00", "end": "24:00", "posts": posts}
    crews = {"patrol": {"officer": 1}, "team": {"officer": 1, "clinician": 1}, "ems": {"medic": 2}}
    return Scenario.model_validate(
        {
            "name": "contract town",
            "place": {"population": 3000},
            "run": {"begins": "2027-01-01", "warm_up_days": 0, "days": 6, "run_out_days": 1, "seed": 11},
            "demand": {"calls_per_year": n_calls_per_year, "mix": {"crisis": 0.7, "welfare": 0.3}, "other_calls_per_year": n_calls_per_year},
            "types": {
                "crisis": {"priorities": {1: 0.5, 3: 0.5}, "weapon_share": 0.2, "medical_need_share": 0.2, "patience_min": 200},
                "welfare": {"priorities": {2: 0.5, 4: 0.5}, "patience_min": 200},
                "other": {"person": False, "on_scene_min": 30, "patience_min": 200},
            },
            "zones": {name: {"population": 1000, "x_km": 2.0 * i, "y_km": 0.0} for i, name in enumerate("abc")},
            "travel": {"speed_kmh": 30, "within_zone_min": 3, "p90_over_median": 1.5},
            "responders": {
                name: {"title": name, "crew": crew, "transports": name != "team", "on_scene_min": 45, "shifts": {"day": day}}
                | {"takes": "people" if name == "ems" else "all", "effects": {"matched": {"arrest": 0.5, "ed": 0.5}}}
                for name, crew in crews.items()
            },
            "programmes": {"crisis_team": {"units": ["team"], "takes": "people", "never_if": ["weapon"]}},
            "policy": {"name": "nearest"},
            "outcomes": {
                "reference": {"all": dict.fromkeys(DECISIONS, 0.3) | {"contact": 0.8}},
                "nobody": {"all": {"contact": 1.0, "ed": 0.2}},
                "acuity_log_odds": {"high": 1.0},
            },
            "facilities": {kind: {"kind": kind, "zone": "a", "handover_min": 20} for kind in ("ed", "jail", "crisis_centre")},
            "rates": {f"{who}_fte_usd": 100000 for who in ("officer", "clinician", "medic")} | {"paid_hours_per_fte_year": 2087, "overtime_factor": 1.5}
            | {f"{what}_usd": 1000 for what in ("ed_visit", "ambulance", "booking", "crisis_centre_visit")},
        }
    )  # fmt: skip


def towns() -> Iterator[tuple[str, Scenario]]:
    """The empty, the quiet and the overloaded town, and the one where nobody is on duty."""
    yield "empty town", town(0)
    yield "quiet town", town(400)
    yield "overloaded town", town(30_000, posts=1)
    yield "town with nobody on duty", town(4000, posts=0)


# --- promises of every kind -------------------------------------------------------------------------------------------


def _says_what_it_is(entry: Entry) -> str:
    text = inspect.getdoc(entry.function) or ""
    if len(entry.sentence.split()) < 3:
        return "its docstring needs a first sentence that says what it is"
    if not any(word in text for word in ("Source:", "Definition:")):
        return "its docstring needs a line `Source:` or `Definition:`"
    return ""


def _parameters_are_declared(entry: Entry) -> str:
    poor = [name for name, p in entry.params.items() if not (p.meaning and p.unit and p.low <= p.default <= p.high)]
    return f"parameters without meaning, unit or a default within bounds: {', '.join(poor)}" if poor else ""


def _draws_no_luck(entry: Entry) -> str:
    for function in _functions(entry):
        used = {i.argval for i in dis.get_instructions(function) if isinstance(i.argval, str)} & _RANDOM
        if used:
            return f"uses {', '.join(sorted(used))}; luck belongs to the world, ask for a column instead"
    return ""


def _functions(entry: Entry) -> list[FunctionType]:
    parts = [entry.function, *(part for part in entry.facts.values() if isinstance(part, FunctionType))]
    return [part for part in parts if isinstance(part, FunctionType)]


# --- promises of policies ---------------------------------------------------------------------------------------------

_SIGNATURES = {
    "score_unit": ["town", "unit", "call", "now", "params"],
    "score_call": ["town", "call", "now", "params"],
    "may_commit": ["town", "unit", "call", "now", "params"],
}


def _signatures_are_fixed(entry: Entry) -> str:
    parts = {"score_unit": entry.function, **{k: v for k, v in entry.facts.items() if k in _SIGNATURES}}
    for part, function in parts.items():
        given = list(inspect.signature(function).parameters)
        if given != _SIGNATURES[part]:
            return f"{part} takes ({', '.join(given)}), not ({', '.join(_SIGNATURES[part])})"
    return ""


def _moments(entry: Entry) -> Iterator[tuple[World, Any, list[CallRow], int]]:
    """Towns with idle units and received calls, at several hours: (world, town, calls, now)."""
    for _, scenario in towns():
        world = build_world(scenario.model_copy(update={"policy": scenario.policy.model_copy(update={"name": entry.name})}))
        units = array_to_rows(world.units, UnitRow)
        for unit in units:
            unit.status = int(Status.IDLE) if unit.id % 3 != 2 else int(Status.ON_SCENE)
        n = [sum(u.responder == r and u.status == Status.IDLE for u in units) for r in range(len(world.names.responders))]
        place = world.after.town(units, n, [sum(u.responder == r for u in units) for r in range(len(n))])
        calls = array_to_rows(world.calls[:40], CallRow)
        for now in (0, 5 * 3600, 13 * 3600, 40 * 3600):
            yield world, place, calls, now


def _answers_are_whole(entry: Entry) -> str:
    for world, place, calls, now in _moments(entry):
        policy = world.policy_after
        for call in calls:
            order = policy.score_call(place, call, now, policy.params)
            if type(order) is not int:
                return f"score_call gave {order!r}, want a whole number"
            for unit in place.units:
                score = policy.score_unit(place, unit, call, now, policy.params)
                if type(score) is not int or not -(2**62) < score < 2**62:
                    return f"score_unit gave {score!r}, want a whole number (negative: no)"
                if policy.may_commit(place, unit, call, now, policy.params) not in (True, False):
                    return "may_commit gave neither true nor false"
    return ""


def _same_question_same_answer(entry: Entry) -> str:
    for world, place, calls, now in _moments(entry):
        policy = world.policy_after
        before = [asdict(unit) for unit in place.units], copy.deepcopy(calls and [asdict(c) for c in calls])
        first, second = (
            [policy.score_unit(place, u, c, now, policy.params) for c in calls for u in place.units] for _ in range(2)
        )
        if first != second:
            return "score_unit answers the same question in two ways"
        if before != ([asdict(unit) for unit in place.units], [asdict(c) for c in calls]):
            return "it changes a unit or a call; only the engine does that"
    return ""


def _knows_only_what_the_centre_knows(entry: Entry) -> str:
    """Scores of one call stay the same when every other call's facts are scrambled and its identity is another's."""
    for world, place, calls, now in _moments(entry):
        policy = world.policy_after
        for call in calls[:10]:
            twin = replace(call, stream=call.stream ^ 0x5A5A, number=call.number + 999, id=call.id + 7)
            for unit in place.units:
                one, two = (policy.score_unit(place, unit, c, now, policy.params) for c in (call, twin))
                if one != two:
                    return "its score depends on which call it is by number, which no centre knows"
    return ""


def _numbering_of_units_does_not_matter(entry: Entry) -> str:
    for world, place, calls, now in _moments(entry):
        policy = world.policy_after
        for call in calls[:10]:
            for unit in place.units:
                other = replace(unit, id=len(place.units) - 1 - unit.id, stamp=unit.stamp + 5)
                one, two = (policy.score_unit(place, u, call, now, policy.params) for u in (unit, other))
                if one != two:
                    return "its score depends on the number of a unit"
    return ""


def _plays_every_town(entry: Entry) -> str:
    for label, scenario in towns():
        world = build_world(scenario.model_copy(update={"policy": scenario.policy.model_copy(update={"name": entry.name})}))
        first, second = run(world), run(world)
        if first.fingerprint != second.fingerprint:
            return f"two runs of the {label} differ"
    return ""


def _defaults_are_taken(entry: Entry) -> str:
    scenario = town()
    policy_parts(scenario.policy.model_copy(update={"name": entry.name}))
    return ""


# --- promises of outcome models ---------------------------------------------------------------------------------------


def _grid(scenario: Scenario) -> dict[str, Any]:
    cells = [(t, r, a) for t in sorted(scenario.types) for r in [*sorted(scenario.responders), ""] for a in range(3)]
    return {
        "type": np.array([c[0] for c in cells], object),
        "responder": np.array([c[1] for c in cells], object),
        "acuity": np.array([c[2] for c in cells], np.int64),
    }


def _params(entry: Entry) -> dict[str, float]:
    return {name: parameter.default for name, parameter in entry.params.items()}


def _gives_probabilities(entry: Entry) -> str:
    for label, scenario in towns():
        grid = _grid(scenario)
        found = entry.function(scenario, grid, _params(entry))
        missing = [name for name in DECISIONS if name not in found]
        if missing:
            return f"no probabilities for {', '.join(missing)}"
        for name in DECISIONS:
            values = np.asarray(found[name], float)
            if values.shape != (len(grid["type"]),):
                return f"{name} has shape {values.shape}, want one value a cell ({len(grid['type'])})"
            if not np.all((values >= 0) & (values <= 1)):
                return f"{name} leaves 0 to 1 in the {label}"
    return ""


def _is_pure(entry: Entry) -> str:
    scenario = town()
    grid = _grid(scenario)
    kept = {name: column.copy() for name, column in grid.items()}
    first, second = (entry.function(scenario, grid, _params(entry)) for _ in range(2))
    if any(not np.array_equal(first[name], second[name]) for name in DECISIONS):
        return "the same grid gives two answers"
    if any(not np.array_equal(kept[name], grid[name]) for name in grid):
        return "it changes its grid"
    return ""


def _cells_stand_alone(entry: Entry) -> str:
    """A cell's probabilities do not depend on its place in the grid."""
    scenario = town()
    grid = _grid(scenario)
    back = {name: column[::-1] for name, column in grid.items()}
    first, second = entry.function(scenario, grid, _params(entry)), entry.function(scenario, back, _params(entry))
    moved = [name for name in DECISIONS if not np.allclose(np.asarray(first[name]), np.asarray(second[name])[::-1], atol=1e-12)]
    return f"{', '.join(moved)} depend on the order of cells" if moved else ""


def _table_promises(entry: Entry) -> str:
    from sim.measure import contract  # pandas only where tables are tried

    return contract.broken(entry, _played())


@cache
def _played() -> tuple[tuple[str, World, Any], ...]:
    """Label, world and ledger of each town."""
    worlds = [(label, build_world(scenario)) for label, scenario in towns()]
    return tuple((label, world, run(world).ledger) for label, world in worlds)


_COMMON = (
    Promise("says what it is and where it comes from", _says_what_it_is),
    Promise("declares its parameters", _parameters_are_declared),
    Promise("draws no luck of its own", _draws_no_luck),
)
_POLICY = (
    Promise("takes what its kind is given", _signatures_are_fixed),
    Promise("runs on its defaults", _defaults_are_taken),
    Promise("answers in whole numbers", _answers_are_whole),
    Promise("gives the same answer to the same question and changes nothing", _same_question_same_answer),
    Promise("knows only what the centre knows", _knows_only_what_the_centre_knows),
    Promise("does not depend on unit numbers", _numbering_of_units_does_not_matter),
    Promise("plays the empty, quiet, overloaded and unstaffed town", _plays_every_town),
)
_OUTCOME = (
    Promise("gives a probability for every decision and cell", _gives_probabilities),
    Promise("gives the same answer to the same grid and changes nothing", _is_pure),
    Promise("treats every cell alone", _cells_stand_alone),
)
_TABLE = (Promise("reads tables, whatever their order, and survives the empty town", _table_promises),)
