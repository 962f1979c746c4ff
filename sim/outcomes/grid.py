"""What every outcome model is asked: which decisions, of which types, responders and levels of acuity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Grid = Mapping[str, npt.NDArray[Any]]  # columns type, responder, acuity: one row a cell

DECISIONS = ("contact", "medical", "arrest", "hold", "ed", "crisis_centre", "referral", "force", "later_ed_72h", "later_ed_30d")
HARSH = frozenset({"medical", "arrest", "hold", "ed", "force", "later_ed_72h", "later_ed_30d"})
NOBODY = ""  # the grid's name for a person no responder reached
REFERENCE = "*"  # and for one met by police who do not see a crisis: the reference without anybody's effects


def nobody(scenario: Any, type_name: str, decision: str) -> float:
    """P(yes) of a decision where nobody came; a decision that no row names is never yes."""
    return _row(scenario.outcomes.nobody, type_name, decision)


def reference(scenario: Any, type_name: str, decision: str) -> float:
    """The same where police came."""
    return _row(scenario.outcomes.reference, type_name, decision)


def _row(rows: Mapping[str, Mapping[str, Any]], type_name: str, decision: str) -> float:
    for name in (type_name, "all"):
        if decision in rows.get(name, {}):
            return float(rows[name][decision].value)
    return 0.0
