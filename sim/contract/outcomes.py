"""The promises of outcome models."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np

from sim.contract.promise import Promise
from sim.contract.towns import town, towns
from sim.outcomes.grid import DECISIONS, HARSH, NOBODY, REFERENCE
from sim.registry import Entry
from sim.scenario.schema import Scenario

MILD = {decision: 0.5 if decision in HARSH else 2.0 for decision in DECISIONS}  # odds ratios that harm nobody


@cache
def _varied() -> Scenario:
    """The small town with families, a practice, and a table for models that read one; every effect is a mild one."""
    data = town().model_dump()
    mild = {name: {"matched": {decision: MILD[decision] for decision in of}} for name, of in _PARTS.items()}
    data["responders"]["team"] |= {"effects": mild["own"], "family": "younger"}
    data["responders"]["ems"] |= {"effects": {}, "practices": {"training": {"share": 0.4, "effects": mild["practice"]}}}
    families = {"elder": {"effects": mild["elder"]}, "younger": {"inherits": "elder", "effects": mild["younger"]}}
    table = {name: {"all": dict.fromkeys(DECISIONS, share)} for name, share in (("all", 0.3), ("younger", 0.2), ("ems", 0.1))}
    data["outcomes"] |= {"families": families, "table": table}
    return Scenario.model_validate(data)


_PARTS: dict[str, Iterable[str]] = {
    "own": ("arrest", "ed"),
    "younger": ("hold", "referral"),
    "elder": DECISIONS,
    "practice": ("force", "arrest", "contact"),
}


def _towns() -> Iterator[tuple[str, Scenario]]:
    yield from towns()
    yield "town with families and a table", _varied()


def _grid(scenario: Scenario) -> dict[str, Any]:
    rows = [*sorted(scenario.responders), NOBODY, REFERENCE]
    cells = [(t, r, a) for t in sorted(scenario.types) for r in rows for a in range(3)]
    return {
        "type": np.array([c[0] for c in cells], object),
        "responder": np.array([c[1] for c in cells], object),
        "acuity": np.array([c[2] for c in cells], np.int64),
    }


def _params(entry: Entry) -> dict[str, float]:
    return {name: parameter.default for name, parameter in entry.params.items()}


def _gives_probabilities(entry: Entry) -> str:
    for label, scenario in _towns():
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
    scenario = _varied()
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
    scenario = _varied()
    grid = _grid(scenario)
    back = {name: column[::-1] for name, column in grid.items()}
    first, second = entry.function(scenario, grid, _params(entry)), entry.function(scenario, back, _params(entry))
    moved = [name for name in DECISIONS if not np.allclose(np.asarray(first[name]), np.asarray(second[name])[::-1], atol=1e-12)]
    return f"{', '.join(moved)} depend on the order of cells" if moved else ""


def _reads_what_it_declares(entry: Entry) -> str:
    scenario = _varied()
    grid = _grid(scenario)
    declared = entry.facts.get("by", list(grid))
    whole = entry.function(scenario, grid, _params(entry))
    poisoned = {name: column if name in declared else column[::-1].copy() for name, column in grid.items()}
    again = entry.function(scenario, poisoned, _params(entry))
    if any(not np.array_equal(whole[name], again[name]) for name in DECISIONS):
        return f"it reads more than {', '.join(declared)}, which `by` declares"
    return ""


def _ends_no_call_more_harshly(entry: Entry) -> str:
    """Where the docstring says `Monotone:`, mild effects lower every harsh decision and raise every other, cell by cell."""
    if "Monotone:" not in (inspect.getdoc(entry.function) or ""):
        return ""
    scenario = _varied()
    grid = _grid(scenario)
    found = entry.function(scenario, grid, _params(entry))
    is_police = grid["responder"] == REFERENCE
    for responder in sorted(scenario.responders):
        is_own = grid["responder"] == responder
        for name in DECISIONS:
            more = np.asarray(found[name])[is_own] - np.asarray(found[name])[is_police]
            if np.any(more > 0 if name in HARSH else more < 0):
                return f"{name} is worse with {responder}, whose effects are mild, than with police"
    return ""


OF_OUTCOME_MODELS = (
    Promise("gives a probability for every decision and cell", _gives_probabilities),
    Promise("gives the same answer to the same grid and changes nothing", _is_pure),
    Promise("treats every cell alone", _cells_stand_alone),
    Promise("reads only the columns it declares", _reads_what_it_declares),
    Promise("ends no call more harshly where effects are mild, if it says Monotone", _ends_no_call_more_harshly),
)
