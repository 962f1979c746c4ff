"""How many calls, when, and how unlike days are: truths that were put in come out, with intervals that hold them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy import stats

import sim
from sim.calibrate.estimate import RESAMPLES, Estimate, Fitted
from sim.calibrate.fits.arrivals import learn_arrivals
from sim.calibrate.fits.view import View
from sim.calibrate.mapping import ExportMap
from sim.scenario.schema import Scenario
from tests.calibrate.made import MAP, Luck, calls_on, days_from, is_near, records_of

Floats = npt.NDArray[np.float64]

REPEATS = 60
FALSE_ALARM = 1e-4  # of an interval that holds the truth 94 times in 100
FEWEST = int(stats.binom.ppf(FALSE_ALARM, REPEATS, 0.94))
HOUR = 2 * np.pi * np.arange(24) / 24
DAY = np.exp(0.5 * np.cos(HOUR - 4.5) + 0.15 * np.cos(2 * HOUR)) * (
    1 + 0.04 * (np.arange(24) % 2)
)  # a curve, and a bit beside it
DAY = DAY / DAY.mean()
WEEK = np.array([0.9, 0.9, 0.95, 1.0, 1.2, 1.15, 0.9])
WEEK = WEEK / WEEK.mean()
YEAR = 1 + 0.25 * np.cos(2 * np.pi * np.arange(12) / 12)


@pytest.fixture(scope="module")
def base() -> Scenario:
    return sim.load("base.yaml")


def world(
    name: str, n_days: int, people: float, other: float, cv: float = 0.0, first: dt.date = dt.date(2022, 1, 1)
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Calls and days: so many calls about people and of other work on a mean day of a whole year."""
    luck, days = Luck("arrivals", name), days_from(first, n_days)
    effect = np.exp(np.sqrt(np.log1p(cv * cv)) * luck.normal(n_days) - np.log1p(cv * cv) / 2)
    usual = WEEK[days["weekday"]] * YEAR[days["month"] - 1] * effect
    parts = []
    for kind, mean in (("suicidal", people), ("other", other)):
        counts = luck.poisson(mean * usual)
        parts.append(calls_on(days, counts, luck.pick(list(DAY / 24), counts.sum()), type=kind))
    calls = pd.concat(parts, ignore_index=True)
    return calls.assign(call=np.arange(len(calls))), days


def learned(
    calls: pd.DataFrame, days: pd.DataFrame | None, base: Scenario, export_map: ExportMap = MAP, **more: object
) -> Fitted:
    fitted = Fitted()
    learn_arrivals(View(records_of(calls, None, days, **more), export_map, base), fitted)
    return fitted


def one(fitted: Fitted, path: str) -> Estimate:
    return next(own for own in fitted.all_estimates() if own.path == path)


@pytest.mark.slow
def test_a_year_gives_the_rates_and_their_intervals_hold(base: Scenario) -> None:
    held = {"demand.calls_per_year": 0, "demand.other_calls_per_year": 0, "demand.day_effect_cv": 0}
    truth = {"demand.calls_per_year": 6 * 365.25, "demand.other_calls_per_year": 20 * 365.25, "demand.day_effect_cv": 0.2}
    for repeat in range(REPEATS):
        fitted = learned(*world(str(repeat), 365, 6, 20, 0.2, dt.date(2000 + repeat % 20, 1, 1)), base)
        for path, true in truth.items():
            own = one(fitted, path)
            held[path] += own.low <= true <= own.high
    assert min(held.values()) >= FEWEST, held


@pytest.mark.slow
def test_where_days_are_alike_the_effect_is_nothing_and_the_interval_begins_at_0(base: Scenario) -> None:
    """Pure chance; 97.5 of 100 intervals should begin at 0, the false alarm is as above."""
    at_0 = 0
    for repeat in range(REPEATS):
        own = one(learned(*world(f"alike {repeat}", 120, 2, 15), base), "demand.day_effect_cv")
        at_0 += own.low == 0
        assert own.high < 0.25
    assert at_0 >= stats.binom.ppf(FALSE_ALARM, REPEATS, 0.96)


def test_fourteen_months_from_a_busy_winter_are_brought_to_a_year(base: Scenario) -> None:
    calls, days = world("season", 424, 30, 0.1, first=dt.date(2021, 12, 1))
    own = one(learned(calls, days, base), "demand.calls_per_year")
    plain = len(calls[calls["type"] == "suicidal"]) / len(days) * 365.25
    assert is_near(own, 30 * 365.25)
    assert plain > own.high  # two winters in fourteen months: the mean day is no day of a year


def test_gaps_and_held_back_days_count_neither_calls_nor_time(base: Scenario) -> None:
    calls, days = world("gaps", 365, 10, 10)
    whole = one(learned(calls, days, base), "demand.calls_per_year").value
    quiet = days["block"].between(days["block"][100], days["block"][130])
    calls = calls[~(calls["block"].isin(days["block"][quiet]) & (calls["call"] % 20 > 0))]
    assert one(learned(calls, days, base), "demand.calls_per_year").value < 0.97 * whole
    assert one(learned(calls, days.assign(is_gap=quiet), base), "demand.calls_per_year").value == pytest.approx(whole, rel=0.03)
    hidden = calls.assign(part=calls["block"].isin(days["block"][quiet]).astype(int))
    held_back = learned(hidden, days.assign(part=quiet.astype(int)), base)
    assert one(held_back, "demand.calls_per_year").value == pytest.approx(whole, rel=0.03)


def test_rows_held_back_in_turn_are_counted_twice(base: Scenario) -> None:
    calls, days = world("halves", 365, 10, 10)
    halves = learned(calls.assign(part=calls["call"] % 2), days, base, exposure=0.5)
    whole = learned(calls, days, base)
    for path in ("demand.calls_per_year", "demand.other_calls_per_year"):
        assert one(halves, path).value == pytest.approx(one(whole, path).value, rel=0.05)


def test_a_long_export_keeps_its_own_hours_and_a_short_one_gets_a_curve(base: Scenario) -> None:
    odd = DAY.copy()
    odd[9] *= 3  # an hour that no smooth curve would have
    odd = odd / odd.mean()
    luck, days = Luck("odd"), days_from(dt.date(2020, 1, 1), 1461)
    for mean, is_rich in ((80.0, True), (0.3, False)):
        counts = luck.poisson(np.full(len(days), mean))
        calls = calls_on(days, counts, luck.pick(list(odd / 24), counts.sum()), type="suicidal")
        hours = learned(calls, days, base).shapes[0].hours_of_week.reshape(7, 24).mean(axis=0)
        raw = np.bincount(calls["hour"], minlength=24) / len(calls) * 24
        if is_rich:
            assert hours == pytest.approx(odd, rel=0.1)  # four standard errors of the quietest hour
            assert hours[9] > 0.95 * odd[9]
        else:
            assert hours[9] < 0.8 * odd[9]
            assert np.sum((hours - DAY) ** 2) < np.sum((raw - DAY) ** 2)


def test_months_need_a_year(base: Scenario) -> None:
    calls, days = world("months", 800, 40, 5, first=dt.date(2021, 1, 1))
    long = learned(calls, days, base)
    assert long.shapes[0].months == pytest.approx(YEAR / YEAR.mean(), rel=0.06)
    short = learned(*world("short", 200, 10, 5), base)
    assert short.shapes[0].months is None
    assert short.shapes[0].months_resampled is None
    assert {"demand.profile.months", "demand.other_profile.months"} <= {own.path for own in short.unlearned}


@pytest.mark.slow
def test_factors_of_resamples_hold_the_true_shape(base: Scenario) -> None:
    """Hours, weekdays and months of 40 worlds, each compared with its truth."""
    held = np.zeros(3)
    for repeat in range(40):
        shape = learned(*world(f"factor {repeat}", 365, 15, 1, 0.1, dt.date(1990 + repeat, 1, 1)), base).shapes[0]
        assert shape.months is not None
        assert shape.months_resampled is not None
        week = shape.hours_of_week.reshape(7, 24)
        triples = (
            (week.mean(axis=0), shape.hours_resampled, DAY), (week.mean(axis=1), shape.weekdays_resampled, WEEK),
            (shape.months, shape.months_resampled, YEAR / YEAR.mean()),
        )  # fmt: skip
        for i, (value, factors, truth) in enumerate(triples):
            assert factors.shape == (RESAMPLES, len(value))
            low, high = np.percentile(value * factors, (2.5, 97.5), axis=0)
            held[i] += np.mean((low <= truth) & (truth <= high)) / 40
    assert (held > 0.88).all(), held  # shares of 280 to 960 cells: a cell drawn to the curve is a little off its truth


def test_cells_alone_give_a_rate_and_a_shape_but_no_day_effect(base: Scenario) -> None:
    luck, n = Luck("cells"), 20_000
    calls = pd.DataFrame(
        {
            "call": np.arange(n), "year": 2014 + luck.pick([0.5, 0.5], n), "month": 1 + luck.pick(list(YEAR / 12), n),
            "weekday": luck.pick(list(WEEK / 7), n), "hour": luck.pick(list(DAY / 24), n), "block": np.arange(n) % 400,
            "type": "suicidal", "part": 0,
        }
    )  # fmt: skip
    fitted = learned(calls, None, base, clock="cells", years=(2014, 2015))
    own = one(fitted, "demand.calls_per_year")
    assert own.value == pytest.approx(n / 2, rel=1e-3)
    assert (own.high - own.low) / own.value == pytest.approx(2 * 1.96 / np.sqrt(n), rel=0.2)
    assert fitted.shapes[0].hours_of_week.reshape(7, 24).mean(axis=0) == pytest.approx(DAY, rel=0.1)
    assert "demand.day_effect_cv" in {one.path for one in fitted.unlearned}
    assert "demand.other_calls_per_year" in {one.path for one in fitted.unlearned}


def test_without_dates_or_years_there_is_no_rate(base: Scenario) -> None:
    calls = pd.DataFrame({"call": np.arange(900), "block": np.arange(900) % 400, "type": "suicidal", "part": 0})
    fitted = learned(calls, None, base, clock="")
    assert not fitted.estimates
    assert not fitted.shapes
    assert {"demand.calls_per_year", "demand.profile", "demand.day_effect_cv"} <= {one.path for one in fitted.unlearned}
