"""The time over which calls were counted: days with their weights, or groups of rows where no day is known."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from sim.calibrate.doubt import Blocks, raked
from sim.calibrate.normal import FIT, Records

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OWN = f"part = {FIT}"  # SQL
MONTH_DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True, eq=False)
class Span:
    """What arrivals are counted over.

    Attributes
    ----------
    rows : array of int
        Rows of `View.blocks` that are used: days that are no gap, or all groups.
    weights : array, shape (RESAMPLES, rows)
        Of days: raked, so that each weekday and each calendar month keeps its weight.
    weekday, month, calendar_month : array of int, shape (rows,)
        Of each day; 0 to 6, 0 to 11, and months counted on. Empty where no day is known.
    weekday_days, month_days : array
        Days of each weekday, shape (7,), and of each month, shape (12,).
    n_days : float
        Days covered, times the share of calls kept; 0 where not even the years are known.
    spread_lost : float
        What raking and a short record take off the width of an interval, as a factor that gives it back: n days less the
        groups that were raked are the degrees of freedom of a mean, and of Student's t.
    """

    rows: Ints
    weights: Floats
    weekday: Ints
    month: Ints
    calendar_month: Ints
    weekday_days: Floats
    month_days: Floats
    n_days: float
    spread_lost: float

    @property
    def has_days(self) -> bool:
        """Whether days are known, or only groups of rows."""
        return len(self.weekday) > 0

    @property
    def where(self) -> str:
        """SQL that is true for the calls of these days."""
        return f"block IN (SELECT block FROM days WHERE {OWN} AND NOT is_gap)" if self.has_days else "true"


def is_dated(records: Records) -> bool:
    """Whether calls have days; where only parts of the date are known, `days` is no more than the calendar."""
    return all(records.one(f"SELECT count(day) FROM {table} WHERE {OWN}") > 0 for table in ("calls", "days"))


def span_of(records: Records, blocks: Blocks) -> Span:
    """Days to fit that are no gap; else the groups of rows, over the calendar or the months and years of their calls."""
    return _of_days(records, blocks) if is_dated(records) else _of_cells(records, blocks)


def _of_days(records: Records, blocks: Blocks) -> Span:
    days = records.ask(f"SELECT block, weekday, month, year(day) AS year FROM days WHERE {OWN} AND NOT is_gap ORDER BY block")
    rows = blocks.rows(days["block"].to_numpy(np.int64))
    weekday, month = days["weekday"].to_numpy(np.int64), days["month"].to_numpy(np.int64) - 1
    calendar_month = 12 * days["year"].to_numpy(np.int64) + month
    n, n_groups = len(rows), len(np.unique(weekday)) + len(np.unique(calendar_month)) - 1
    return Span(
        rows=rows,
        weights=raked(blocks.weights[:, rows], weekday, calendar_month),
        weekday=weekday,
        month=month,
        calendar_month=calendar_month,
        weekday_days=np.bincount(weekday, minlength=7).astype(np.float64),
        month_days=np.bincount(month, minlength=12).astype(np.float64),
        n_days=n * records.exposure,
        spread_lost=_spread_lost(n, n_groups),
    )


def _spread_lost(n: int, n_groups: int) -> float:
    freedom = max(n - n_groups, 1)
    return float(np.sqrt(n / freedom) * stats.t.ppf(0.975, freedom) / stats.norm.ppf(0.975))


def _of_cells(records: Records, blocks: Blocks) -> Span:
    weekday_days, month_days = _calendar(records)
    n, none = len(blocks.ids), np.zeros(0, np.int64)
    n_days = float(month_days.sum()) * records.exposure
    return Span(np.arange(n), raked(blocks.weights), none, none, none, weekday_days, month_days, n_days, 1.0)


def _calendar(records: Records) -> tuple[Floats, Floats]:
    """Days of each weekday and each month that undated calls stand for; one of each weekday, and no month, where unknown."""
    days = records.ask(f"SELECT weekday, month FROM days WHERE {OWN}").astype(np.int64)
    if len(days):
        weekday, month = days["weekday"].to_numpy(), days["month"].to_numpy() - 1
        return np.bincount(weekday, minlength=7).astype(np.float64), np.bincount(month, minlength=12).astype(np.float64)
    found = records.ask(f"SELECT DISTINCT year, month FROM calls WHERE {OWN} AND year IS NOT NULL ORDER BY ALL")
    month_days = np.zeros(12)
    if len(found) and found["month"].notna().all():
        for year, month_number in found.astype(np.int64).itertuples(index=False):
            month_days[month_number - 1] += calendar.monthrange(year, month_number)[1]
    else:
        month_days = MONTH_DAYS * (found["year"].nunique() or len(records.years))
    return np.full(7, max(float(month_days.sum()), 7.0) / 7), month_days
