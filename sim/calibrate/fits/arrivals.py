"""How many calls a year, when they come, and how much busier than chance some days are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from sim import keys
from sim.calibrate.doubt import estimate, variance_interval
from sim.calibrate.estimate import RESAMPLES, Estimate, Fitted, Unlearned
from sim.calibrate.fits.shapes import FEWEST_MONTHS, FLAT, Season, hours_of_week, months, season, shape
from sim.calibrate.fits.span import Span
from sim.calibrate.fits.view import View
from sim.keys import Purpose, name_hash
from sim.world.demand import DAYS_PER_YEAR

Floats = npt.NDArray[np.float64]

FEWEST_DAYS = 14  # for a rate
FEWEST_FOR_EFFECT = 56  # days for how much days differ
KINDS = (("demand.calls_per_year", "demand.profile", "people"), ("demand.other_calls_per_year", "demand.other_profile", "others"))
WORDS = {"people": "calls about people", "others": "calls for ordinary work"}


def learn_arrivals(view: View, fitted: Fitted) -> None:
    """Rates and shapes of calls about people and of ordinary work, and the day effect they share."""
    span = view.span
    total = np.zeros(len(span.rows))
    for rate_path, shape_path, kind in KINDS:
        where = view.of(getattr(view, kind))
        n = view.n("calls", f"{where} AND {span.where}")
        if n < view.smallest:
            why = f"the export holds {'no' if n == 0 else 'too few'} {WORDS[kind]}"
            fitted.unlearned += [Unlearned(path, why) for path in (rate_path, shape_path, f"{shape_path}.months")]
            continue
        found = _learn_shape(view, span, where, shape_path, fitted)
        if span.n_days < FEWEST_DAYS:
            fitted.unlearned.append(Unlearned(rate_path, _no_rate(span)))
            continue
        counts = view.grid("0", f"{where} AND {span.where}", 1)[span.rows, 0]
        fitted.estimates.append(rate(rate_path, WORDS[kind], counts, span, found))
        total += counts
    _learn_day_effect(span, total, fitted)


def _no_rate(span: Span) -> str:
    if span.n_days == 0:
        return "the export does not say over how long its calls were collected"
    return f"fewer than {FEWEST_DAYS} days are covered"


def _learn_shape(view: View, span: Span, where: str, path: str, fitted: Fitted) -> Season:
    hours, monthly = hours_of_week(view, span, where), months(view, span, where)
    if hours is None:
        fitted.unlearned.append(Unlearned(path, "the hour at which calls came is not known"))
    else:
        fitted.shapes.append(shape(path, hours[0], hours[1], monthly))
    if monthly is None:
        why = f"fewer than {FEWEST_MONTHS} months of a year are covered: a quiet month cannot be told from one not recorded"
        why = why if span.month_days.any() else "the month in which calls came is not known"
        fitted.unlearned.append(Unlearned(f"{path}.months", why))
    return season(hours[0] if hours is not None else None, monthly) if span.has_days else FLAT


def rate(path: str, what: str, counts: Floats, span: Span, found: Season) -> Estimate:
    """Calls a year: `counts` of each day (or group of rows) over the days they stand for, in season.

    Where days are known, their weights make the interval, with the spread that raking takes off given back. Where only rows
    are, busy days cannot be seen: the interval is that of a Poisson count, and too narrow if days differ.
    """
    n = int(counts.sum())
    if not span.has_days:
        value = n / span.n_days * DAYS_PER_YEAR
        u = [keys.uniforms(0, Purpose.RESAMPLE, *_address(path), resample)[0] for resample in range(RESAMPLES)]
        resamples = value * special.gammaincinv(n, np.array(u)) / n
        years = span.month_days.sum() / DAYS_PER_YEAR
        how = f"{what} counted over {years:.2g} years; days being unknown, the interval is of chance alone"
        return estimate(path, value, resamples, "calls per year", n, how)
    usual = found.weekdays[span.weekday] * found.months[span.month]
    kept = span.n_days / len(span.rows)  # share of each day's calls that is in the part to fit
    value = n / usual.sum() / kept * DAYS_PER_YEAR
    raw = (span.weights @ counts) / (span.weights @ usual) / kept * DAYS_PER_YEAR
    resamples = value * np.maximum(1 + (raw / value - 1) * span.spread_lost, 0.0)
    how = f"{what} on {len(span.rows):,} days without gaps, brought to a whole year by weekday and month"
    return estimate(path, value, resamples, "calls per year", n, how)


def _address(path: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    return np.array([name_hash("resample", path)]), np.array([0])


def _expected(counts: Floats, span: Span) -> Floats:
    """Calls of each day by weekday and calendar month, fitted by Poisson regression."""
    day = (span.weekday[:, None] == np.unique(span.weekday)[1:]).astype(np.float64)
    month = (span.calendar_month[:, None] == np.unique(span.calendar_month)).astype(np.float64)
    seen = (month * counts[:, None]).sum(axis=0) > 0  # a month without calls has no logarithm
    design = np.hstack([month[:, seen], day])
    fitted = GLM(counts, design, family=families.Poisson()).fit()
    return np.asarray(fitted.fittedvalues, np.float64)


def _learn_day_effect(span: Span, counts: Floats, fitted: Fitted) -> None:
    path = "demand.day_effect_cv"
    if not span.has_days:
        fitted.unlearned.append(Unlearned(path, "calls are not dated, so busy days cannot be seen"))
    elif len(counts) < FEWEST_FOR_EFFECT or counts.sum() < len(counts):
        fitted.unlearned.append(Unlearned(path, f"it takes {FEWEST_FOR_EFFECT} days with a call or more each"))
    else:
        fitted.estimates.append(day_effect(counts, _expected(counts, span), span))


def day_effect(counts: Floats, expected: Floats, span: Span) -> Estimate:
    """How much busier than chance some days are: standard deviation over mean, by the method of moments.

    A count with expectation m and a day effect of cv c has variance m + c² m². Squared differences are scaled up for the
    weekdays and months that were fitted. Months are calendar months, so that growth over years is no day effect.
    """
    n = len(counts)
    n_fitted = len(np.unique(span.weekday)) + len(np.unique(span.calendar_month)) - 1
    more = (counts - expected) ** 2 * n / max(n - n_fitted, 1) - expected
    square = float(more.sum() / np.sum(expected**2))
    squares = (span.weights @ more) / (span.weights @ expected**2)
    chance = float(expected.sum() / np.sum(expected**2))  # what chance alone would give: the whole is a variance, and above 0
    low, high, wider = variance_interval(squares + chance, square + chance, n - n_fitted)
    how = "variation of all calls a day beyond chance, once weekday and calendar month are allowed for"
    return Estimate(
        path="demand.day_effect_cv",
        value=_root(square),
        low=_root(low - chance),
        high=_root(high - chance),
        unit="standard deviation over mean",
        n=int(counts.sum()),
        how=how,
        resamples=np.sqrt(np.maximum(square + (squares - square) * wider, 0.0)),
    )


def _root(square: float) -> float:
    return float(np.sqrt(max(square, 0.0)))
