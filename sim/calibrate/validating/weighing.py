"""Answers of records under every resample of the day-block bootstrap: means, shares, quantiles, rates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from sim.calibrate.doubt import Blocks, blocks_of, interval, raked
from sim.calibrate.validating.asking import Answers, Sample

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Weighing:
    """Weights of every block of some answers, the same for all their figures.

    Where days are known they are raked, so that weekdays and months keep their weight; `interval` gives back the spread that
    raking, and having few days, takes off.
    """

    def __init__(self, answers: Answers) -> None:
        days = answers.days
        self.blocks = blocks_of(answers.blocks)
        self._lost = 1.0
        if len(days):
            groups = (days["weekday"].to_numpy(np.int64), days["month"].to_numpy(np.int64))
            self.blocks = Blocks(self.blocks.ids, raked(self.blocks.weights, *groups))
            freedom = max(len(days) - sum(len(np.unique(group)) for group in groups) + 1, 1)
            self._lost = float(np.sqrt(len(days) / freedom) * stats.t.ppf(0.975, freedom) / stats.norm.ppf(0.975))

    def interval(self, recorded: float, resampled: Floats) -> tuple[float, float]:
        """95 % interval of a recorded figure."""
        low, high = interval(resampled, recorded)
        return max(recorded - self._lost * (recorded - low), 0.0), recorded + self._lost * (high - recorded)

    def ratio(self, block: Ints, over: Floats, under: Floats) -> Floats:
        """Sum of one column over the sum of another, both by block."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.blocks.sums(block, over) / self.blocks.sums(block, under)

    def mean(self, block: Ints, values: Floats) -> Floats:
        """Mean of values."""
        return self.blocks.means(block, values)

    def quantile(self, sample: Sample, share: float) -> Floats:
        """The value at or below which so much of the weight lies."""
        return self.blocks.quantiles(sample.block, sample.values, [share])[:, 0]
