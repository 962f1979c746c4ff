"""Days weighted anew: addresses, raking, quantiles, and whether intervals hold the truth as often as they say."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy import stats

from sim.calibrate.doubt import (
    blocks_of,
    exponential_weights,
    interval,
    plain_quantiles,
    quantiles,
    raked,
    share_estimate,
    share_interval,
    variance_interval,
)
from sim.calibrate.estimate import RESAMPLES
from tests.calibrate.made import Luck, days_from

REPEATS = 100
FALSE_ALARM = 1e-4  # of an interval that holds the truth 94 times in 100; 95 is what it says
FEWEST = int(stats.binom.ppf(FALSE_ALARM, REPEATS, 0.94))


def test_the_weight_of_a_day_does_not_depend_on_its_company() -> None:
    alone, together = exponential_weights(np.array([17_000])), exponential_weights(np.array([3, 17_000, 40_000]))
    assert np.array_equal(alone[:, 0], together[:, 1])
    assert not np.array_equal(together[:, 0], together[:, 1])


def test_weights_are_exponential() -> None:
    weights = exponential_weights(np.arange(500))
    assert weights.shape == (RESAMPLES, 500)
    assert stats.kstest(weights.ravel(), "expon").pvalue > FALSE_ALARM


def test_days_before_1970_have_weights() -> None:
    assert np.isfinite(exponential_weights(np.array([-5, -4]))).all()


def test_raking_keeps_the_weight_of_every_weekday_and_month() -> None:
    days = days_from(dt.date(2021, 3, 10), 200)
    weekday, month = days["weekday"].to_numpy(), days["month"].to_numpy()
    weights = raked(exponential_weights(days["block"].to_numpy()), weekday, month)
    for group in (weekday, month):
        for value in np.unique(group):
            assert weights[:, group == value].sum(axis=1) == pytest.approx((group == value).sum(), rel=2e-3)
    assert weights.std() > 0.5


def test_quantiles_stand_in_the_middle_of_their_weight() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    assert quantiles(values, np.ones(4), (0.5,))[0] == pytest.approx(2.5)
    assert quantiles(values, np.array([1.0, 1.0, 1.0, 100.0]), (0.5,))[0] > 3.9
    assert plain_quantiles(values[::-1], (0.0, 1.0)).tolist() == [1.0, 4.0]


def test_means_and_quantiles_are_those_of_rows_written_out() -> None:
    blocks = blocks_of([5, 7])
    block, values = np.array([5, 7, 7]), np.array([1.0, 2.0, 6.0])
    first, second = blocks.weights[0]
    assert blocks.means(block, values)[0] == pytest.approx((first + 8 * second) / (first + 2 * second))
    assert blocks.sums(block)[0] == pytest.approx(first + 2 * second)
    assert blocks.quantiles(block, values, (0.5,)).shape == (RESAMPLES, 1)


def test_an_interval_holds_its_value() -> None:
    low, high = interval(np.linspace(1, 2, RESAMPLES), 2.5)
    assert low == pytest.approx(1.0, abs=0.05)
    assert high == 2.5


@pytest.mark.parametrize(("value", "side"), [(0.0, 1), (1.0, 0)])
def test_where_none_or_all_say_yes_the_interval_still_has_a_width(value: float, side: int) -> None:
    bounds = share_interval(np.full(RESAMPLES, value), value, 50)
    exact = stats.binomtest(round(value * 50), 50).proportion_ci(method="exact")
    assert bounds[side] == pytest.approx((exact.low, exact.high)[side])
    assert bounds[1 - side] == value


def test_shares_are_held_where_calls_of_a_day_are_alike() -> None:
    """Each day has a share of its own around 0.3: rows taken singly would give intervals 1.9 times too narrow."""
    held = narrow = 0
    for repeat in range(REPEATS):
        luck, blocks = Luck("share", str(repeat)), blocks_of(np.arange(150) + 1000 * repeat)
        own = stats.beta.ppf(luck(150), 3, 7)
        n = np.full(150, 30)
        yes = stats.binom.ppf(luck(150), n, own)
        found = share_estimate("a", float(yes.sum() / n.sum()), (blocks.weights @ yes) / (blocks.weights @ n), int(n.sum()), "")
        held += found.low <= 0.3 <= found.high
        naive = 1.96 * np.sqrt(0.3 * 0.7 / n.sum())
        narrow += abs(found.value - 0.3) <= naive
    assert held >= FEWEST
    assert narrow < FEWEST  # the test can tell


def test_quantiles_are_held() -> None:
    truth = stats.lognorm(0.8, scale=6).ppf([0.5, 0.9])
    held = np.zeros(2, int)
    for repeat in range(REPEATS):
        luck, blocks = Luck("quantile", str(repeat)), blocks_of(np.arange(120) + 1000 * repeat)
        block, values = np.repeat(blocks.ids, 5), 6 * np.exp(0.8 * luck.normal(600))
        bounds = [interval(column) for column in blocks.quantiles(block, values, (0.5, 0.9)).T]
        held += [low <= true <= high for (low, high), true in zip(bounds, truth, strict=True)]
    assert (held >= FEWEST).all()


def test_the_interval_of_a_variance_is_that_of_a_chi_square() -> None:
    resamples = 4 * (1 + 0.2 * Luck("chi").normal(RESAMPLES))
    low, high, wider = variance_interval(resamples, 4.0, 1e9)
    freedom = 2 * 16 / resamples.var()
    assert (low, high) == pytest.approx(4 * freedom / stats.chi2.ppf([0.975, 0.025], freedom))
    assert wider == pytest.approx(1.0)
    assert variance_interval(resamples, 4.0, 20)[1] > high
