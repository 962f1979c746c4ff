"""The shipped outcome model: police as the reference, responders as odds ratios, acuity as a shift of log odds.

Effects come from comparative studies only. A published odds ratio is marginal over the mix of acuity, so the
conditional shift is solved for which returns it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.registry import outcome_model

Floats = npt.NDArray[np.float64]
Grid = Mapping[str, npt.NDArray[Any]]

DECISIONS = ("contact", "medical", "arrest", "hold", "ed", "crisis_centre", "referral", "force", "later_ed_72h", "later_ed_30d")
HARSH = frozenset({"medical", "arrest", "hold", "ed", "force", "later_ed_72h", "later_ed_30d"})
NOBODY = ""  # the grid's name for a person no responder reached
_FAR = 60.0  # log odds at which a probability is 0 or 1 for every purpose


def expit(scores: Mapping[str, Floats]) -> dict[str, Floats]:
    """Log odds of each decision as probabilities; scores at or beyond 60 are exactly 0 or 1."""
    return {name: _expit(score) for name, score in scores.items()}


def _expit(score: Floats) -> Floats:
    return np.where(score <= -_FAR, 0.0, np.where(score >= _FAR, 1.0, special.expit(score)))


def conditional_shift(target: float, offsets: Floats, weights: Floats) -> float:
    """The log odds b with sum of weights * expit(b + offsets) = target, by bisection."""
    if target <= 0.0:
        return -2 * _FAR
    if target >= 1.0:
        return 2 * _FAR
    low, high = -2 * _FAR, 2 * _FAR
    for _ in range(100):
        middle = (low + high) / 2
        if float(np.sum(weights * _expit(middle + offsets))) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def times_odds(probability: float, odds_ratio: float) -> float:
    """The probability whose odds are `odds_ratio` times those of `probability`."""
    if probability in (0.0, 1.0):
        return probability
    odds = odds_ratio * probability / (1.0 - probability)
    return odds / (1.0 + odds)


def _marginal(scenario: Any, type_name: str, responder: str, decision: str) -> float:
    rows = scenario.outcomes.nobody if responder == NOBODY else scenario.outcomes.reference
    row = {**rows.get("all", {}), **rows.get(type_name, {})}
    probability = row[decision].value if decision in row else 0.0
    if responder == NOBODY or scenario.effects == "null":
        return float(probability)
    effect = scenario.responders[responder].effects.get(scenario.effects, {}).get(decision)
    return times_odds(probability, effect.value) if effect is not None else float(probability)


def acuity_weights(scenario: Any, type_name: str) -> Floats:
    """Shares of low, middle and high acuity among calls of the type; all low where none are given."""
    acuity = scenario.types[type_name].acuity
    if acuity is None:
        return np.array([1.0, 0.0, 0.0])
    return np.array([acuity.low.value, acuity.middle.value, acuity.high.value])


def _offsets(scenario: Any, decision: str) -> Floats:
    if decision not in HARSH:
        return np.zeros(3)
    given = scenario.outcomes.acuity_log_odds
    return np.array([0.0, *(given[level].value if level in given else 0.0 for level in ("middle", "high"))])


def logit(scenario: Any, grid: Grid) -> dict[str, Floats]:
    """Log odds of each decision for every cell of the grid (type, responder, acuity)."""
    solved: dict[tuple[str, str, str], float] = {}
    scores = {name: np.empty(len(grid["type"])) for name in DECISIONS}
    for decision, score in scores.items():
        offsets = _offsets(scenario, decision)
        for cell, (kind, responder, acuity) in enumerate(zip(grid["type"], grid["responder"], grid["acuity"], strict=True)):
            key = (decision, kind, responder)
            if key not in solved:
                target = _marginal(scenario, kind, responder, decision)
                solved[key] = conditional_shift(target, offsets, acuity_weights(scenario, kind))
            score[cell] = solved[key] + offsets[acuity]
    return scores


@outcome_model("logit", by=["type", "responder", "acuity"])
def probabilities(scenario: Any, grid: Grid, params: Any) -> dict[str, Floats]:
    """P(yes) of each settling decision: the police reference, shifted by acuity and by the responder's odds ratios.

    Source: the scenario's `outcomes` and the responders' `effects`, each with its evidence row.
    Monotone: an odds ratio below one lowers its decision at every acuity.
    """
    return expit(logit(scenario, grid))
