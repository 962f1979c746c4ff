"""When simulated and recorded figures agree: thresholds, what luck explains, and the row that says so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WARN, FAIL = 0.10, 0.25  # of the recorded value, and beyond what luck explains
FAR, VERY_FAR = 0.10, 0.20  # Kolmogorov's distance: share of all that lies on the wrong side of some length
AGREES, WITHIN_LUCK, WARNS, FAILS, NOT_CLAIMED = "agrees", "within luck", "warn", "fail", "not claimed"
LEVELS = (FAILS, WARNS, WITHIN_LUCK, AGREES, NOT_CLAIMED)


@dataclass(frozen=True)
class Row:
    """One quantity of the records beside the simulated one.

    `low`, `high`: 95 % of the recorded value; `simulated_low`, `simulated_high`: least and most of the replications.
    `effect` is in `effect_unit`: points, standard deviations, share of the recorded value, or Kolmogorov's distance.
    `relative`: simulated over recorded, less one; nan for distances. `luck_low`, `luck_high`: how far luck alone may move the
    effect, in its unit.
    """

    section: str
    quantity: str
    group: str
    unit: str
    recorded: float
    low: float
    high: float
    n: int
    simulated: float
    simulated_low: float
    simulated_high: float
    effect: float
    effect_unit: str
    relative: float
    luck_low: float
    luck_high: float
    level: str
    why: str = ""


def level_of(recorded: float, low: float, high: float, simulated: float) -> str:
    """`agrees` within the limit; further off `within luck`, `warn` or `fail`. `low`, `high`: where luck alone may take it.

    Luck that is not known excludes nothing.
    """
    off, size = abs(simulated - recorded), abs(recorded)
    if off <= WARN * size:
        return AGREES
    is_luck = not np.isfinite([low, high]).all() or low <= simulated <= high
    return WITHIN_LUCK if is_luck else FAILS if off > FAIL * size else WARNS


def level_of_distance(distance: float, chance: float) -> str:
    """The same for a distance between two samples; `chance`: what samples of these sizes of one city differ by."""
    if distance <= FAR:
        return AGREES
    return WITHIN_LUCK if distance <= chance else FAILS if distance > VERY_FAR else WARNS


def distance_of(first: Floats, second: Floats) -> float:
    """Kolmogorov's distance between two sorted samples."""
    every = np.concatenate([first, second])
    below = [np.searchsorted(sample, every, side="right") / len(sample) for sample in (first, second)]
    return float(np.abs(below[0] - below[1]).max())


def chance_of(n: float, m: float) -> float:
    """What Kolmogorov's distance of two samples of one city stays below 95 times of 100."""
    return 1.358 * float(np.sqrt((n + m) / (n * m)))


def at_least_binomial(share: float, low: float, high: float, n: int) -> tuple[float, float]:
    """The interval of a share, no narrower than that of so many independent calls: few days may be alike by chance.

    What none of n calls had, three in n may have had.
    """
    half = 1.96 * float(np.sqrt(max(share * (1 - share), 0.0) / n))
    return min(low, share - half), max(high, share + half, 3 / n)


def widened(recorded: float, low: float, high: float, luck: float) -> tuple[float, float]:
    """The recorded interval with other luck in it, given as its variance over that of the recorded figure; not below nothing.

    That is 1 over the number of replications, each as lucky as the recorded months, and the rows held back over the rows
    fitted to, where the scenario took its numbers from the others.
    """
    by = float(np.sqrt(1 + luck))
    return max(recorded - by * (recorded - low), 0.0), recorded + by * (high - recorded)
