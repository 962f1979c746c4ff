"""Joint draws: each path must be one that the schema knows."""

from __future__ import annotations

from typing import Any

from sim.scenario.checks.sound import Checker
from sim.scenario.number import Sourced
from sim.scenario.schema import Scenario
from sim.scenario.wording import member, model_of, nearest


def check_resampled(checker: Checker) -> None:
    """A path of the schema that ends in a number. A row that an option has taken out is no fault."""
    resampled = checker.sound.resampled
    if resampled is None:
        return
    for path in resampled.factors:
        kind: Any = Scenario
        for step in path.split("."):
            model, inner = model_of(kind), member(kind, step)
            if inner is None:
                near = nearest(step, model.model_fields) if model is not None else ""
                hint = f"did you mean {near}?" if near else ""
                checker.fault(("resampled", "factors", path), repr(path), "the dotted path of a number", hint, at_key=True)
                break
            kind = inner
        else:
            if model_of(kind) is not Sourced:
                checker.fault(("resampled", "factors", path), repr(path), "the dotted path of a number", at_key=True)
