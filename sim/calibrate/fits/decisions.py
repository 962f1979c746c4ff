"""From how calls ended to the shares of the chain of decisions, as a scenario states them.

Each share is of those who get as far as its question: calls that ended there over calls that were still open. Two things are
put back that records do not show. A scenario's share is over the severity of all calls of a kind, while the severe ones have
often left the chain before: the records' share is of the milder rest. And calls whose medical need is known when they come in
answer yes to `medical` whatever its share. Both are as in the base scenario, through the outcome model that will use them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.outcomes.grid import HARSH, reference
from sim.outcomes.logit import acuity_weights, conditional_shift, expit
from sim.scenario.schema import Scenario

Floats = npt.NDArray[np.float64]

CHAIN = {  # decision -> the word of an ending that is its yes; of contact, its no
    "contact": "no_contact", "medical": "ed_medical", "arrest": "arrest", "hold": "hold", "ed": "ed",
    "crisis_centre": "crisis_centre", "referral": "referred",
}  # fmt: skip
WORDS = (*CHAIN.values(), "resolved", "handled")
CALM = ("resolved", "referred", "no_contact", "handled")  # without one of these, nobody wrote down how other calls ended
KEEPS = "contact"  # whose yes stays in the chain; of all others, whose no
MODEL = "logit"  # the outcome model in which severity counts


@dataclass(frozen=True, eq=False)
class Group:
    """Calls of some types that ended in a known way.

    Attributes
    ----------
    counts : array, shape (RESAMPLES + 1, words of `WORDS`)
        Row 0 unweighted.
    known : set of str
        Words that the export uses.
    kept : mapping
        The base's share of each decision, for those whose word it does not use.
    severity : array, shape (3,)
        Shares of low, middle and high acuity.
    offsets : mapping
        Log odds of each decision at each acuity, against low.
    medical_need : array, shape (RESAMPLES + 1,)
        Share of these calls whose medical need was known before.
    """

    counts: Floats
    known: frozenset[str]
    kept: Mapping[str, float]
    severity: Floats
    offsets: Mapping[str, Floats]
    medical_need: Floats


def group_of(base: Scenario, counts: Floats, n: Mapping[str, int], known: frozenset[str], medical_need: Floats) -> Group:
    """Calls of types in these numbers, with what the base says of such a mix."""
    total = sum(n.values())
    kept = {name: sum(reference(base, kind, name) * own for kind, own in n.items()) / total for name in CHAIN}
    severity = np.sum([acuity_weights(base, kind) * own for kind, own in n.items()], axis=0) / total
    return Group(counts, known, kept, severity, {name: _offsets(base, name) for name in CHAIN}, medical_need)


def _offsets(base: Scenario, decision: str) -> Floats:
    given = base.outcomes.acuity_log_odds
    if decision not in HARSH or base.outcomes.model != MODEL:
        return np.zeros(3)
    return np.array([0.0, *(given[level].value if level in given else 0.0 for level in ("middle", "high"))])


def chain(group: Group) -> dict[str, tuple[Floats, float]]:
    """Share of each decision whose word is used, shape (RESAMPLES + 1,), with how many calls got as far."""
    total = group.counts.sum(axis=1)
    left = np.tile(group.severity, (len(total), 1))  # share of calls that get as far as the question, by acuity
    found = {}
    for decision, word in CHAIN.items():
        reach, offsets = left.sum(axis=1), group.offsets[decision]
        need = group.medical_need if decision == "medical" else np.zeros(len(total))
        if word in group.known:
            said = np.minimum(group.counts[:, WORDS.index(word)] / total / np.maximum(reach, 1e-12), 1.0)
            need = np.minimum(need, said)  # no more than were seen
            share = 1 - said if decision == KEEPS else 1 - (1 - said) / np.maximum(1 - need, 1e-9)
            yes = _by_acuity(share, offsets, left / np.maximum(reach, 1e-12)[:, None])
            found[decision] = (yes @ group.severity, float(total[0] * reach[0]))
        else:
            yes = _by_acuity(np.full(len(total), group.kept[decision]), offsets, np.tile(group.severity, (len(total), 1)))
        yes = 1 - (1 - yes) * (1 - need[:, None])
        left = left * (yes if decision == KEEPS else 1 - yes)
    return found


def _by_acuity(targets: Floats, offsets: Floats, weights: Floats) -> Floats:
    """Probabilities at each acuity that give the targets over these shares of acuity."""
    solved = conditional_shift(targets, np.broadcast_to(offsets, weights.shape), weights)
    return expit({"yes": solved[:, None] + offsets})["yes"]
