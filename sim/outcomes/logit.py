"""The shipped outcome model: police as the reference, responders as odds ratios, acuity as a shift of log odds.

Effects come from comparative studies only. A published odds ratio is marginal over the mix of acuity, so the
conditional shift is solved for which returns it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import special

from sim.outcomes.effects import with_effects
from sim.outcomes.grid import DECISIONS, HARSH, NOBODY, REFERENCE, Floats, Grid, nobody, reference
from sim.registry import outcome_model

_FAR = 60.0  # log odds at which a probability is 0 or 1 for every purpose


def expit(scores: Mapping[str, Floats]) -> dict[str, Floats]:
    """Log odds of each decision as probabilities; scores at or beyond 60 are exactly 0 or 1."""
    return {name: _expit(score) for name, score in scores.items()}


def _expit(score: Floats) -> Floats:
    return np.where(score <= -_FAR, 0.0, np.where(score >= _FAR, 1.0, special.expit(score)))


def conditional_shift(targets: Floats, offsets: Floats, weights: Floats) -> Floats:
    """The log odds b with sum of weights * expit(b + offsets) = target, for many targets at once, by bisection.

    `offsets` and `weights` have one row a target and one column a level of acuity; weights of a row sum to one.
    """
    low, high = np.full(len(targets), -2 * _FAR), np.full(len(targets), 2 * _FAR)
    for _ in range(64):
        middle = (low + high) / 2
        is_low = np.sum(weights * _expit(middle[:, None] + offsets), axis=1) < targets
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    inside = (low + high) / 2
    return np.where(targets <= 0.0, -2 * _FAR, np.where(targets >= 1.0, 2 * _FAR, inside))


def _marginal(scenario: Any, type_name: str, responder: str, decision: str) -> float:
    if responder == NOBODY:
        return nobody(scenario, type_name, decision)
    police = reference(scenario, type_name, decision)
    return police if responder == REFERENCE else with_effects(scenario, responder, decision, police)


def acuity_weights(scenario: Any, type_name: str) -> Floats:
    """Shares of low, middle and high acuity among calls of the type; all low where none are given."""
    acuity = scenario.types[type_name].acuity
    if acuity is None:
        return np.array([1.0, 0.0, 0.0])
    shares = np.array([acuity.low.value, acuity.middle.value, acuity.high.value])
    return np.asarray(shares / shares.sum(), np.float64)


def _offsets(scenario: Any, decision: str) -> Floats:
    if decision not in HARSH:
        return np.zeros(3)
    given = scenario.outcomes.acuity_log_odds
    return np.array([0.0, *(given[level].value if level in given else 0.0 for level in ("middle", "high"))])


def logit(scenario: Any, grid: Grid) -> dict[str, Floats]:
    """Log odds of each decision for every cell of the grid (type, responder, acuity)."""
    rows = list(dict.fromkeys(zip(grid["type"], grid["responder"], strict=True)))
    at = {row: i for i, row in enumerate(rows)}
    cells = np.array([at[row] for row in zip(grid["type"], grid["responder"], strict=True)], np.int64)
    weights = np.array([acuity_weights(scenario, kind) for kind, _ in rows]).reshape(-1, 3)
    scores = {}
    for decision in DECISIONS:
        offsets = _offsets(scenario, decision)
        targets = np.array([_marginal(scenario, kind, responder, decision) for kind, responder in rows])
        solved = conditional_shift(targets, np.broadcast_to(offsets, weights.shape), weights)
        scores[decision] = solved[cells] + offsets[grid["acuity"]]
    return scores


@outcome_model("logit", by=["type", "responder", "acuity"])
def probabilities(scenario: Any, grid: Grid, params: Any) -> dict[str, Floats]:
    """P(yes) of each settling decision: the police reference, shifted by acuity and by the responder's odds ratios.

    Source: the scenario's `outcomes` and the responders' `effects`, each with its evidence row.
    Monotone: an odds ratio below one lowers its decision at every acuity, so milder effects end no call more harshly.
    """
    return expit(logit(scenario, grid))
