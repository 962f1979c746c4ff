"""How sure a number learned from records is: days weighted anew, many times over, and what each weighting would have given.

Calls of one day are alike (weather, a festival, a crew), so whole days are resampled, not rows. Every day gets an
exponential weight, addressed by the day and the resample: the same resample is the same world for every number, so that
numbers keep their company when they are drawn together. Nobody draws twice from the same address, whatever the export.
Source: Rubin 1981, The Bayesian bootstrap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from sim import keys
from sim.calibrate.estimate import RESAMPLES, Estimate
from sim.keys import Purpose, name_hash

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STREAM = name_hash("resample")
PERCENTILES = (2.5, 97.5)
RAKINGS = 8  # rounds over the groups; each brings the totals of the others back within a thousandth or so


@dataclass(frozen=True, eq=False)
class Blocks:
    """What is resampled: days, or groups of rows where no day is known.

    `ids` rise, shape (n,); `weights` has one row a resample, shape (RESAMPLES, n), mean about one.
    """

    ids: Ints
    weights: Floats

    def rows(self, block: Ints) -> Ints:
        """Row of each block number, all of which must be among `ids`."""
        return np.searchsorted(self.ids, block)

    def sums(self, block: Ints, values: Floats | None = None) -> Floats:
        """Weighted sum of values, or count of rows, under each resample: shape (RESAMPLES,)."""
        return np.asarray(self.weights @ np.bincount(self.rows(block), values, len(self.ids)), np.float64)

    def means(self, block: Ints, values: Floats) -> Floats:
        """Weighted mean of values under each resample."""
        return np.asarray(self.sums(block, values) / self.sums(block), np.float64)

    def quantiles(self, block: Ints, values: Floats, shares: Sequence[float]) -> Floats:
        """Weighted quantiles under each resample: shape (RESAMPLES, number of shares)."""
        order = np.argsort(values, kind="stable")
        ordered, at = values[order], self.rows(block)[order]
        return np.array([quantiles(ordered, weights[at], shares) for weights in self.weights])


def blocks_of(ids: npt.ArrayLike) -> Blocks:
    """The blocks with these numbers, each with its weights."""
    known = np.unique(np.asarray(ids, np.int64))
    return Blocks(known, exponential_weights(known))


def exponential_weights(ids: Ints) -> Floats:
    """Exp(1) weights, shape (RESAMPLES, number of ids): that of a block is the same in whatever company."""
    streams, numbers = np.full(len(ids), STREAM, np.int64), ids % 2**32
    rows = [-np.log(keys.uniforms(0, Purpose.RESAMPLE, streams, numbers, resample)) for resample in range(RESAMPLES)]
    return np.array(rows).reshape(RESAMPLES, len(ids))


def raked(weights: Floats, *groupings: Ints) -> Floats:
    """Weights scaled so that every group of every grouping weighs as many as it has members; season is not luck."""
    if weights.shape[1] == 0:
        return weights
    out = weights * (weights.shape[1] / weights.sum(axis=1, keepdims=True))
    members = [np.unique(group, return_inverse=True)[1] for group in groupings]
    indicators = [(place[:, None] == np.arange(place.max() + 1)).astype(np.float64) for place in members]
    for _ in range(RAKINGS):
        for place, indicator in zip(members, indicators, strict=True):
            factors = indicator.sum(axis=0) / (out @ indicator)
            out = out * factors[:, place]
    return np.asarray(out, np.float64)


def quantiles(ordered: Floats, weights: Floats, shares: Sequence[float]) -> Floats:
    """Weighted quantiles of values in order of size; each value stands in the middle of its weight."""
    reached = np.cumsum(weights)
    return np.asarray(np.interp(shares, (reached - weights / 2) / reached[-1], ordered), np.float64)


def plain_quantiles(values: Floats, shares: Sequence[float]) -> Floats:
    """The same of values that all weigh one."""
    return quantiles(np.sort(values), np.ones(len(values)), shares)


def interval(resamples: Floats, value: float | None = None) -> tuple[float, float]:
    """95 % interval of resampled estimates, stretched to the value where it lies outside."""
    low, high = np.percentile(resamples, PERCENTILES, method="weibull")  # of so few resamples, other rules take narrower ones
    return (float(low), float(high)) if value is None else (min(float(low), value), max(float(high), value))


def variance_interval(resamples: Floats, value: float, freedom: float) -> tuple[float, float, float]:
    """95 % interval of a variance, and how many times wider than its resamples it takes them to be.

    As that of a chi-square with the degrees of freedom that the resamples' own spread speaks for, `freedom` at most: the
    percentiles of a resampled variance are too near on short records, whose days seldom hold the busiest that could be.
    Source: Satterthwaite 1946, An approximate distribution of estimates of variance components.
    """
    spread = float(resamples.std())
    own = min(2 * value**2 / max(spread**2, 1e-300), freedom)
    low, high = (value * own / stats.chi2.ppf(share, own) for share in (0.975, 0.025))
    return float(low), float(high), value * float(np.sqrt(2 / own)) / max(spread, 1e-300)


def share_interval(resamples: Floats, value: float, n: float) -> tuple[float, float]:
    """95 % interval of a share of n rows; where none or all said yes, resampling is blind and Clopper and Pearson's holds."""
    low, high = interval(resamples, value)
    if n > 0 and value <= 0.0:
        return 0.0, float(stats.beta.ppf(0.975, 1, n))
    if n > 0 and value >= 1.0:
        return float(stats.beta.ppf(0.025, n, 1)), 1.0
    return low, high


def estimate(path: str, value: float, resamples: Floats, unit: str, n: int, how: str) -> Estimate:
    """An estimate with the plain percentile interval."""
    low, high = interval(resamples, value)
    return Estimate(path, float(value), low, high, unit, n, how, resamples)


def share_estimate(path: str, value: float, resamples: Floats, n: int, how: str) -> Estimate:
    """An estimate of a share of n rows."""
    low, high = share_interval(resamples, value, n)
    return Estimate(path, float(value), low, high, "share", n, how, resamples)
