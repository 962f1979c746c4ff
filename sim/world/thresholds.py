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
    """Thresholds [type][responder, then nobody, the police reference, who is helped by phone][acuity] of each decision."""
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
        table = np.zeros((len(types), len(responders) + 3, N_ACUITY), np.int64)
        table[:, at, :] = threshold(found[decision]).reshape(len(types), len(rows), N_ACUITY)
        table[:, -1, :] = threshold([by_phone(scenario, kind, decision) for kind in types])[:, None]
        tables[decision] = table
    tables["later_ed_30d"] = np.maximum(tables["later_ed_30d"], tables["later_ed_72h"])
    return tables


def by_phone(scenario: Scenario, type_name: str, decision: str) -> float:
    """P(yes) of a decision for a person helped on the phone: the type's own, else that of `all`, else met and nothing more."""
    for name in (type_name, "all"):
        share = scenario.outcomes.phone.get(name, {}).get(decision)  # type: ignore[call-overload]  # decisions are its keys
        if share is not None:
            return float(share.value)
    return 1.0 if decision == "contact" else 0.0
