"""An outcome model for those who have a table: shares as typed, by responder type and call type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.outcomes.effects import lineage
from sim.outcomes.grid import DECISIONS, NOBODY, REFERENCE, Floats, Grid, nobody
from sim.registry import outcome_model

EVERY = "all"  # the row of responders, or of call types, without one of their own


@outcome_model("fixed_table", by=["type", "responder"])
def probabilities(scenario: Any, grid: Grid, params: Any) -> dict[str, Floats]:
    """P(yes) of each settling decision as the scenario's `outcomes.table` gives it, whatever the acuity.

    The row of the responder type counts first, then its family's and those of families that one inherits from, then `all`;
    within each, the row of the call type before `all`. Police who do not see a crisis take `all`; where nobody comes,
    `outcomes.nobody` holds. Effects are not used, so the sets `matched`, `null` and `adverse` give one result.

    Source: the scenario's `outcomes.table`, each share with its own.
    """
    cells = list(zip(grid["type"], grid["responder"], strict=True))
    found = {cell: _row(scenario, *cell) for cell in dict.fromkeys(cells)}
    return {name: np.array([found[cell][name] for cell in cells], np.float64) for name in DECISIONS}


def _row(scenario: Any, type_name: str, responder: str) -> dict[str, float]:
    if responder == NOBODY:
        return {name: nobody(scenario, type_name, name) for name in DECISIONS}
    return {name: share(scenario, type_name, responder, name) or 0.0 for name in DECISIONS}


def share(scenario: Any, type_name: str, responder: str, decision: str) -> float | None:
    """The share the table gives, or none where no row of it names the decision."""
    for row in _rows(scenario, type_name, responder):
        if decision in row:
            return float(row[decision].value)
    return None


def _rows(scenario: Any, type_name: str, responder: str) -> Iterator[Any]:
    own = [] if responder == REFERENCE else [responder, *lineage(scenario, responder)]
    for name in (*own, EVERY):
        for kind in (type_name, EVERY):
            yield scenario.outcomes.table.get(name, {}).get(kind, {})
