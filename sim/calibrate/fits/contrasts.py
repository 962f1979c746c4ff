"""Kinds of call too rare to have shares of their own: the base's difference between kinds, at the level of the records.

In the base a suicidal caller is held more often than one who is homeless. Records with too few calls of either still say how
often all of them are held, so the base's shares are moved, all by the same log odds, until they come to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.calibrate.doubt import share_estimate
from sim.calibrate.estimate import Fitted
from sim.outcomes.grid import reference
from sim.outcomes.logit import conditional_shift, expit
from sim.scenario.schema import Scenario

Floats = npt.NDArray[np.float64]

REFERENCE = "outcomes.reference"
ALL = "all"
FEW = "kinds with too few calls for shares of their own"


@dataclass(frozen=True, eq=False)
class Together:
    """Calls of several kinds, read as one: their numbers by kind, and the chain as `decisions.chain` finds it."""

    who: str  # for the reader: `they`, those that are moved, or `all kinds`
    n: Mapping[str, int]
    found: Mapping[str, tuple[Floats, float]]


def move_kinds(base: Scenario, fitted: Fitted, level: Together) -> None:
    """Add a share for each kind that has none of its own, of each decision that was learned of all and differs in the base.

    Kinds that the base does not tell apart from others are moved with them where they have calls, so that the sum is right.
    """
    learned = {one.path for one in fitted.estimates}
    rows = base.outcomes.reference
    for decision, (shares, n_asked) in level.found.items():
        if f"{REFERENCE}.{ALL}.{decision}" not in learned:
            continue
        kinds = [kind for kind in dict.fromkeys([*rows, *level.n]) if kind != ALL]
        kinds = [kind for kind in kinds if f"{REFERENCE}.{kind}.{decision}" not in learned]
        if not any(decision in rows.get(kind, {}) for kind in kinds):
            continue
        moved = _moved(base, decision, kinds, level.n, shares)
        how = f"{FEW}: the base's difference between kinds, moved so that {level.who} together come to the records'"
        for kind in kinds:
            if decision in rows.get(kind, {}) or level.n.get(kind, 0) > 0:
                path, own = f"{REFERENCE}.{kind}.{decision}", moved[kind]
                fitted.estimates.append(share_estimate(path, float(own[0]), own[1:], round(n_asked), how))


def _moved(base: Scenario, decision: str, kinds: list[str], n: Mapping[str, int], shares: Floats) -> dict[str, Floats]:
    """The base's share of each kind, moved so that the mean over the calls in `n` is each of these: shape as theirs."""
    odds = {kind: float(special.logit(reference(base, kind, decision))) for kind in {*kinds, *n}}
    weights = np.array([list(n.values())], np.float64) / sum(n.values())
    offsets = np.array([[odds[kind] for kind in n]])
    size = (len(shares), len(n))
    shift = conditional_shift(shares, np.broadcast_to(offsets, size), np.broadcast_to(weights, size))
    return expit({kind: shift + odds[kind] for kind in kinds})
