"""What a metric returns, and the few ways of counting that most metrics need. All take columns, none loops.

Most metrics give each row a number that depends on that row alone, and sum rows up. They say so with `count`, `count_if`,
`share`, `total`, `part`, `mean`, `mean_min` or `percentile_min`, which give `ByRow`: such a metric is asked once for a
whole table, and its levels are summed up from the same column. `Ratio` sets two tables against each other in the same
way. A metric that gives `Values` or a number is asked for each level.

In columns of seconds -1 means it never happened; such calls are left out of means and percentiles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Sums = tuple[Floats, Ints]  # by level: values, and the rows they rest on

NAN = float("nan")


@dataclass(frozen=True)
class Values:
    """A metric's value and the number of rows it rests on.

    `value` may be a Series whose index holds levels and is named after what they are levels of. A metric may
    also return a plain number or Series: its `n` is then the number of rows it was given.
    """

    value: float | pd.Series
    n: int


@dataclass(frozen=True, eq=False)
class Levels:
    """Which of `n` levels each row of a table has; a row of none has the number `n`."""

    numbers: Ints
    n: int

    @cached_property
    def n_rows(self) -> Ints:
        """Rows by level."""
        return np.bincount(self.numbers, minlength=self.n + 1)[: self.n]

    @cached_property
    def stretches(self) -> Ints | None:
        """First rows of stretches of one level, where a table is ordered into few of them."""
        starts = np.flatnonzero(self.numbers[1:] != self.numbers[:-1]) + 1
        return np.append(np.zeros(1, np.int64), starts) if 8 * len(starts) < len(self.numbers) else None

    def added(self, column: npt.NDArray[Any]) -> Floats:
        """Sums of a column by level; exact, since its numbers are whole."""
        numbers = self.numbers
        if column.dtype == np.bool_:
            return np.bincount(numbers[column], minlength=self.n + 1)[: self.n].astype(np.float64)
        if self.stretches is not None:
            numbers, column = numbers[self.stretches], np.add.reduceat(column, self.stretches, dtype=np.int64)
        return np.asarray(np.bincount(numbers, column, self.n + 1)[: self.n], np.float64)


@dataclass(frozen=True, eq=False)
class ByRow:
    """How to sum up rows by level: as one where no levels are given."""

    by_level: Callable[[Levels | None], Sums]

    @property
    def whole(self) -> Values:
        """All rows as one level."""
        values, n = self.by_level(None)
        return Values(float(values[0]), int(n[0]))

    @property
    def value(self) -> float:
        return float(self.whole.value)

    @property
    def n(self) -> int:
        return self.whole.n


def count(numbers: Any) -> ByRow:
    """How many are marked, of all; numbers are added up."""
    return total(numbers)


def total(numbers: Any, per: float = 1, among: Any = None) -> ByRow:
    """Sum of whole numbers over `per`, among the rows marked (all if nothing is said)."""
    column, own = np.asarray(numbers), None if among is None else np.asarray(among, np.bool_)
    column = column if own is None else np.where(own, column, 0)

    def by_level(levels: Levels | None) -> Sums:
        return _added(column, levels) / per, _rows(len(column), levels, own)

    return ByRow(by_level)


def share(marked: Any, among: Any = None) -> ByRow:
    """Marked over all, or over the rows that count; no value where there are none."""
    column, own = np.asarray(marked, np.bool_), None if among is None else np.asarray(among, np.bool_)
    column = column if own is None else column & own

    def by_level(levels: Levels | None) -> Sums:
        n = _rows(len(column), levels, own)
        return _over(_added(column, levels), n), n

    return ByRow(by_level)


def quotient(over: Any, under: Any) -> ByRow:
    """Sum of whole numbers over the sum of others, row by row the same; no value where that is nothing."""
    own, column = np.asarray(over), np.asarray(under)

    def by_level(levels: Levels | None) -> Sums:
        values = _over(_added(own, levels), _added(column, levels))
        return values, _rows(len(column), levels)

    return ByRow(by_level)


def part(numbers: Any, among: Any) -> ByRow:
    """Sum of whole numbers among the rows marked over the sum of all; no value where that is nothing."""
    return quotient(np.where(np.asarray(among, np.bool_), np.asarray(numbers), 0), numbers)


@dataclass(frozen=True, eq=False)
class Ratio:
    """What rows of a first table come to over what rows of a second come to, on which it rests; no value over nothing."""

    over: ByRow
    under: ByRow

    def by_level(self, over_levels: Levels | None, under_levels: Levels | None) -> Sums:
        """By the same levels of both tables; a table without levels counts as a whole for each."""
        over, under = np.broadcast_arrays(self.over.by_level(over_levels)[0], self.under.by_level(under_levels)[0])
        return _over(over, under), under.astype(np.int64)

    @property
    def whole(self) -> Values:
        """All rows of both as one level."""
        values, n = self.by_level(None, None)
        return Values(float(values[0]), int(n[0]))


def count_if(marked: Any, among: Any) -> ByRow:
    """How many are marked among the rows that count; no value where no row does."""
    column, own = np.asarray(marked, np.bool_), np.asarray(among, np.bool_)
    column = column & own

    def by_level(levels: Levels | None) -> Sums:
        n = _rows(len(column), levels, own)
        return np.where(n > 0, _added(column, levels), NAN), n

    return ByRow(by_level)


def mean(numbers: Any, per: float = 1, among: Any = True) -> ByRow:
    """Mean of whole numbers over `per`, of the rows that count; no value where there are none."""
    column = np.asarray(numbers)
    own = np.broadcast_to(np.asarray(among, np.bool_), column.shape)
    counted = np.where(own, column, 0)

    def by_level(levels: Levels | None) -> Sums:
        n = _rows(len(column), levels, own)
        return _over(_added(counted, levels), n) / per, n

    return ByRow(by_level)


def mean_min(seconds: Any) -> ByRow:
    """Mean in minutes of those for whom it happened."""
    return mean(seconds, 60, among=np.asarray(seconds) >= 0)


def percentile_min(seconds: Any, percent: float, among: Any = True) -> ByRow:
    """Percentile in minutes of those for whom it happened, straight between the two nearest ranks."""
    column = np.asarray(seconds, np.int64)
    known = np.flatnonzero((column >= 0) & among)
    held = column[known]
    lap = int(held.max(initial=0)) + 1

    def by_level(levels: Levels | None) -> Sums:
        own = Levels(np.zeros(len(held), np.int64), 1) if levels is None else Levels(levels.numbers[known], levels.n)
        ranked = np.sort(own.numbers * lap + held) % lap  # in order of level, then of seconds
        return _at_rank(ranked, own.n_rows, percent / 100) / 60, own.n_rows

    return ByRow(by_level)


def _at_rank(ranked: Ints, n: Ints, quantile: float) -> Floats:
    """Each run's quantile by NumPy's own rule, `numpy.percentile` to the last bit."""
    found = np.full(len(n), NAN)
    starts, some = np.cumsum(n) - n, n > 0
    rank = (n[some] - 1) * quantile
    below = np.floor(rank).astype(np.int64)
    above = np.minimum(below + 1, n[some] - 1)
    low, high = (ranked[starts[some] + at].astype(np.float64) for at in (below, above))
    part = rank - below
    found[some] = np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part))
    return found


def _added(column: npt.NDArray[Any], levels: Levels | None) -> Floats:
    return np.array([np.sum(column)], np.float64) if levels is None else levels.added(column)


def _rows(n_rows: int, levels: Levels | None, marked: npt.NDArray[np.bool_] | None = None) -> Ints:
    """How many rows there are by level, of all or of the marked."""
    if levels is None:
        return np.array([n_rows if marked is None else np.count_nonzero(marked)])
    return levels.n_rows if marked is None else levels.added(marked).astype(np.int64)


def _over(over: npt.NDArray[Any], under: npt.NDArray[Any]) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, over / under, NAN)
