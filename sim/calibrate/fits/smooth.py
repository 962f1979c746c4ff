"""Counts that are few, made steadier: a smooth curve through them, and each cell between its own count and the curve.

How far a cell goes to its own count depends on how many calls it has and on how much true cells differ from the curve, which
is estimated from all of them (empirical Bayes with a gamma prior around a Poisson regression). Long exports keep their raw
shape, short ones get the smooth one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from sim.calibrate.estimate import RESAMPLES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ROWS_PER_COLUMN = 10  # calls for each number that a curve may have
DEVIATIONS = np.linspace(0.0, 1.0, 1001)  # standard deviations of true cells over the curve that are looked at
GOLDEN = 0.6180339887498949
COLUMNS_OF_GROUPS = 9  # numbers of a curve that go into the sums of hours: a mean and four harmonics


@dataclass(frozen=True, eq=False)
class Blend:
    """Counts per unit of exposure, shape (cells,), under each resample, shape (RESAMPLES, cells), and their own weight.

    `own` is the mean share of a cell's raw count in its value: 1 raw, 0 the smooth curve alone.
    """

    rates: Floats
    resampled: Floats
    own: float


def blend(
    counts: Floats,
    resampled: Floats,
    exposure: Floats,
    designs: Sequence[Floats],
    noise: float,
    groups: Ints | None = None,
    least_own: float = 0.0,
) -> Blend:
    """Steadier rates of cells.

    Parameters
    ----------
    counts, exposure : array, shape (cells,)
        Where the exposure is 0 the curve alone holds.
    resampled : array, shape (RESAMPLES, cells)
        The counts under each weighting of days.
    designs : sequence of array, shape (cells, columns)
        Curves to choose from, by AIC; the first has one column of ones.
    noise : float
        Variance over mean of a count in the same cell of different weeks: 1 where calls are independent.
    groups : array of int, shape (cells,), optional
        Cells that have something in common, such as the hour of all weekdays: the curve is first brought near the sums of
        these, which have more calls than a cell.
    least_own : float
        Share of its own count that every cell has at least.
    """
    fitted, design = _chosen(counts, exposure, designs, noise)
    both = np.vstack([counts, resampled])
    curves = _curves(fitted.params, both, exposure, design)
    if groups is not None:
        curves = _towards_sums(curves, both, exposure, groups, noise)
    expected, seen = curves[0] * exposure, exposure > 0
    n_fitted = design.shape[1] + (0 if groups is None else max(len(np.unique(groups)) - COLUMNS_OF_GROUPS, 0))
    spreads = _spreads(counts[seen], expected[seen], n_fitted, noise)
    own = np.maximum(_own(spreads, expected, noise), least_own)
    rates = _between(curves, both / np.where(seen, exposure, 1.0), own)
    return Blend(rates[0], rates[1:], float(own[0, seen].mean()))


def _curves(parameters: Floats, both: Floats, exposure: Floats, design: Floats) -> Floats:
    """The fitted curve, and what one step of scoring makes of it under each resample."""
    seen = exposure > 0
    expected = np.exp(design @ parameters) * exposure
    information = np.linalg.pinv(design[seen].T @ (design[seen] * expected[seen, None]))
    moved = (both[:, seen] - both[0, seen]) @ design[seen] @ information
    return np.asarray(np.exp(np.clip(parameters + moved, -50, 50) @ design.T), np.float64)


def _own(spreads: Floats, expected: Floats, noise: float) -> Floats:
    """Share of its own count in each cell: on average, then under each plausible spread; shape (RESAMPLES + 1, cells)."""
    each = spreads[:, None] * expected / (spreads[:, None] * expected + noise)
    return np.vstack([each.mean(axis=0), each])


def _between(curves: Floats, raw: Floats, own: Floats) -> Floats:
    """Cells between curve and count: the estimate, then one for each resample, as far apart as is not known.

    What a resample moves a count by is luck of that count. Of the part that is luck, sqrt(own) is left unknown once the
    curve has been heeded, not own alone (the standard deviation of the posterior).
    """
    gaps = raw - curves
    return np.asarray(np.maximum(curves + own * gaps[0] + np.sqrt(own) * (gaps - gaps[0]), 0.0), np.float64)


def _towards_sums(curves: Floats, both: Floats, exposure: Floats, groups: Ints, noise: float) -> Floats:
    """Curves scaled group by group: between their own sum and the counted one, as cells are between curve and count."""
    member = (groups[:, None] == np.arange(groups.max() + 1)).astype(np.float64)
    counted, expected = both @ member, (curves * exposure) @ member
    own = _own(_spreads(counted[0], expected[0], COLUMNS_OF_GROUPS, noise), expected[0], noise)
    factors = _between(np.ones_like(expected), counted / np.maximum(expected, 1e-12), own)
    return np.asarray(curves * factors[:, groups], np.float64)


def _chosen(counts: Floats, exposure: Floats, designs: Sequence[Floats], noise: float) -> tuple[Any, Floats]:
    seen = exposure > 0
    best: tuple[float, Any, Floats] | None = None
    for design in designs:
        if best is not None and design.shape[1] * ROWS_PER_COLUMN > counts.sum() / noise:
            continue
        model = GLM(counts[seen], design[seen], family=families.Poisson(), offset=np.log(exposure[seen]))
        fitted = model.fit()
        aic = -2 * fitted.llf / noise + 2 * design.shape[1]
        if best is None or aic < best[0]:
            best = (aic, fitted, design)
    assert best is not None
    return best[1], best[2]


def _spreads(counts: Floats, expected: Floats, columns: int, noise: float) -> Floats:
    """Plausible relative variances of true cells around the curve, one for each resample: shape (RESAMPLES,).

    They follow from what is left of the squared differences once noise is taken off, were every standard deviation as likely
    beforehand. With few cells the data hardly say whether true cells differ at all, so neither is taken for sure.
    """
    freedom = len(counts) / max(len(counts) - columns, 1)
    squares = (counts - expected) ** 2 * freedom
    variance = noise * expected + (DEVIATIONS[:, None] * expected) ** 2
    fit = -np.sum(np.log(variance) + squares / variance, axis=1) / freedom / 2
    reached = np.cumsum(np.exp(fit - fit.max()))
    even = np.arange(1, RESAMPLES + 1) * GOLDEN % 1.0  # evenly, in no order
    return np.asarray(DEVIATIONS[np.searchsorted(reached / reached[-1], even)] ** 2, np.float64)


def harmonics(angle: Floats, n: int) -> Floats:
    """Sines and cosines of 1 to n times the angle: shape (cells, 2 n)."""
    steps = np.arange(1, n + 1)
    return np.hstack([np.sin(angle[:, None] * steps), np.cos(angle[:, None] * steps)])


def week_designs() -> list[Floats]:
    """Curves over the 168 hours of a week, from flat to: four harmonics of the day, weekdays, and Fridays and weekends apart."""
    hour, weekday = np.tile(np.arange(24), 7), np.repeat(np.arange(7), 24)
    ones, angle = np.ones((168, 1)), 2 * np.pi * (hour + 0.5) / 24
    days = (weekday[:, None] == np.arange(1, 7)).astype(np.float64)
    groups = (weekday[:, None] == np.array([4, 5, 6])).astype(np.float64)
    apart = [np.hstack([groups[:, [g]] * harmonics(angle, n) for g in range(3)]) for n in (2, 4)]
    four = np.hstack([ones, harmonics(angle, 4), days])
    return [
        ones,
        np.hstack([ones, harmonics(angle, 1)]),
        np.hstack([ones, harmonics(angle, 2)]),
        np.hstack([ones, harmonics(angle, 2), days]),
        four,
        *(np.hstack([four, part]) for part in apart),
    ]


def day_designs() -> list[Floats]:
    """Curves over the 24 hours of a day."""
    angle = 2 * np.pi * (np.arange(24) + 0.5) / 24
    return [np.hstack([np.ones((24, 1)), harmonics(angle, n)]) for n in (0, 1, 2, 3, 4)]


def month_designs() -> list[Floats]:
    """Curves over the twelve months."""
    angle = 2 * np.pi * (np.arange(12) + 0.5) / 12
    return [np.hstack([np.ones((12, 1)), harmonics(angle, n)]) for n in (0, 1, 2)]
