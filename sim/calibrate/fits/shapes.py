"""When calls come: weights of the 168 hours of a week and of the twelve months, as `demand.profile` takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.calibrate.estimate import RESAMPLES, Shape
from sim.calibrate.fits.smooth import Blend, blend, day_designs, month_designs, week_designs
from sim.calibrate.fits.span import MONTH_DAYS, Span
from sim.calibrate.fits.view import View

Floats = npt.NDArray[np.float64]

HOURS, DAYS = 24, 7
FEWEST_MONTHS = 11  # with fewer, a quiet month cannot be told from one that was not recorded
MONTHS_OWN = 0.7  # seasons are no curve: a month gives up at most a third of what sets it apart
FEWEST_DAYS = 15  # of a month that counts as covered


@dataclass(frozen=True, eq=False)
class Season:
    """How much busier each weekday, shape (7,), and each month, shape (12,), is than the mean of a year."""

    weekdays: Floats
    months: Floats


FLAT = Season(np.ones(DAYS), np.ones(12))


def hours_of_week(view: View, span: Span, where: str) -> tuple[Blend, Floats] | None:
    """Calls per hour of the week, and their raw counts; none where hours are not known for enough calls.

    Where the weekday is not known, all days are alike.
    """
    by_hour = view.n("calls", f"{where} AND hour IS NOT NULL AND {span.where}")
    by_both = view.n("calls", f"{where} AND hour IS NOT NULL AND weekday IS NOT NULL AND {span.where}")
    if by_hour < view.smallest:
        return None
    if by_both < view.smallest:
        grid = view.grid("hour", f"{where} AND {span.where}", HOURS)[span.rows]
        own = blend(grid.sum(axis=0), span.weights @ grid, np.full(HOURS, span.weekday_days.sum()), day_designs(), 1.0)
        return Blend(np.tile(own.rates, DAYS), np.tile(own.resampled, DAYS), own.own), np.tile(grid.sum(axis=0) / DAYS, DAYS)
    column = "CAST(weekday AS INTEGER) * 24 + hour"
    grid = view.grid(column, f"{where} AND {span.where}", DAYS * HOURS)[span.rows]
    exposure = np.repeat(span.weekday_days, HOURS)
    noise = _noise_of_hours(grid, span) if span.has_days else 1.0
    hour = np.tile(np.arange(HOURS), DAYS)
    counts = grid.sum(axis=0)
    return blend(counts, span.weights @ grid, exposure, week_designs(), noise, hour), counts


def _noise_of_hours(grid: Floats, span: Span) -> float:
    """Variance over mean of the same hour of different weeks."""
    by_day = grid.reshape(len(grid), DAYS, HOURS)[np.arange(len(grid)), span.weekday]
    expected = grid.sum(axis=0).reshape(DAYS, HOURS) / np.maximum(span.weekday_days, 1)[:, None]
    left = np.sum((by_day - expected[span.weekday]) ** 2)
    freedom = by_day.size - int((span.weekday_days > 0).sum()) * HOURS
    return max(float(left / by_day.sum() * by_day.size / max(freedom, 1)), 1.0)


def months(view: View, span: Span, where: str) -> Blend | None:
    """Calls per day of each month; none where less than a year is covered."""
    covered = int((span.month_days >= FEWEST_DAYS).sum())
    if covered < FEWEST_MONTHS or view.n("calls", f"{where} AND month IS NOT NULL AND {span.where}") < view.smallest:
        return None
    grid = view.grid("month - 1", f"{where} AND {span.where}", 12)[span.rows]
    counts = grid.sum(axis=0)
    noise = 1.0
    if span.has_days:
        expected = (counts / np.maximum(span.month_days, 1))[span.month]
        left = np.sum((grid.sum(axis=1) - expected) ** 2)
        noise = max(float(left / counts.sum() * len(grid) / max(len(grid) - 12, 1)), 1.0)
    return blend(counts, span.weights @ grid, span.month_days, month_designs(), noise, least_own=MONTHS_OWN)


def season(hours: Blend | None, by_month: Blend | None) -> Season:
    """Factors of weekdays and months on the mean day of a year."""
    weekdays = np.ones(DAYS) if hours is None else hours.rates.reshape(DAYS, HOURS).sum(axis=1)
    monthly = np.ones(12) if by_month is None else by_month.rates
    return Season(weekdays / weekdays.mean(), monthly / (np.sum(monthly * MONTH_DAYS) / MONTH_DAYS.sum()))


def shape(path: str, hours: Blend, raw: Floats, by_month: Blend | None) -> Shape:
    """A profile, with the factors of resamples on the whole of each hour, weekday and month."""
    by_day = hours.resampled.reshape(RESAMPLES, DAYS, HOURS)
    mean = hours.rates.reshape(DAYS, HOURS)
    return Shape(
        path=path,
        hours_of_week=hours.rates / hours.rates.mean(),
        months=None if by_month is None else by_month.rates / by_month.rates.mean(),
        hours_resampled=_relative(by_day.sum(axis=1), mean.sum(axis=0)),
        weekdays_resampled=_relative(by_day.sum(axis=2), mean.sum(axis=1)),
        months_resampled=None if by_month is None else _relative(by_month.resampled, by_month.rates),
        observed=raw,
        n=round(float(raw.sum())),
        how=_how(hours, by_month),
    )


def _relative(resampled: Floats, rates: Floats) -> Floats:
    """Factors on the shape: both are brought to mean one first."""
    of = resampled / resampled.mean(axis=1, keepdims=True)
    return np.asarray(of / np.maximum(rates / rates.mean(), 1e-12), np.float64)


def _how(hours: Blend, by_month: Blend | None) -> str:
    words = f"calls counted by hour of the week, each hour {_mixture(hours.own)}"
    if by_month is None:
        return f"{words}; less than {FEWEST_MONTHS} months are covered, so all months are alike"
    return f"{words}; by month, each {_mixture(by_month.own)}"


def _mixture(own: float) -> str:
    share = round(100 * own)
    if share >= 99:
        return "as counted"
    return (
        f"{share} % as counted and the rest by a smooth curve" if share > 0 else "by a smooth curve, counts being few or unsteady"
    )
