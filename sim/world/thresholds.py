"""Thresholds of marks for every settling decision, from the scenario's outcome model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.keys import threshold
from sim.outcomes.grid import DECISIONS, NOBODY, REFERENCE
from sim.registry import outcome_models
from sim.scenario.schema import Scenario

N_ACUITY = 3


def outcome_tables(scenario: Scenario, types: tuple[str, ...], responders: tuple[str, ...]) -> dict[str, npt.NDArray[np.int64]]:
    """Thresholds [type][responder, then nobody, then the police reference][acuity] of each decision."""
    present = [r for r in responders if r in scenario.responders]
    rows = [*present, NOBODY, REFERENCE]
    cells = [(t, r, a) for t in types for r in rows for a in range(N_ACUITY)]
    grid = {
        "type": np.array([cell[0] for cell in cells], object),
        "responder": np.array([cell[1] for cell in cells], object),
        "acuity": np.array([cell[2] for cell in cells], np.int64),
    }
    entry = outcome_models.get(scenario.outcomes.model)
    params = dict({name: p.default for name, p in entry.params.items()}, **scenario.outcomes.params)
    found = entry.function(scenario, grid, params)
    at = [responders.index(r) for r in present] + [len(responders), len(responders) + 1]
    tables = {}
    for decision in DECISIONS:
        table = np.zeros((len(types), len(responders) + 2, N_ACUITY), np.int64)
        table[:, at, :] = threshold(found[decision]).reshape(len(types), len(rows), N_ACUITY)
        tables[decision] = table
    tables["later_ed_30d"] = np.maximum(tables["later_ed_30d"], tables["later_ed_72h"])
    return tables
