"""The promises of outcome models."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.contract.promise import Promise
from sim.contract.towns import town, towns
from sim.outcomes.logit import DECISIONS
from sim.registry import Entry
from sim.scenario.schema import Scenario


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


OF_OUTCOME_MODELS = (
    Promise("gives a probability for every decision and cell", _gives_probabilities),
    Promise("gives the same answer to the same grid and changes nothing", _is_pure),
    Promise("treats every cell alone", _cells_stand_alone),
)
