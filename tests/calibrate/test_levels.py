"""When a simulated figure agrees with a recorded one, and what luck explains."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.calibrate.validating.levels import (
    AGREES,
    FAILS,
    WARNS,
    WITHIN_LUCK,
    at_least_binomial,
    chance_of,
    distance_of,
    level_of,
    level_of_distance,
    widened,
)

NAN = math.nan


@pytest.mark.parametrize(
    ("recorded", "low", "high", "simulated", "level"),
    [
        (100, 95, 105, 103, AGREES),
        (100, 95, 105, 109, AGREES),  # beyond luck, but not by a tenth
        (100, 95, 105, 111, WARNS),
        (100, 95, 105, 88, WARNS),
        (100, 95, 105, 126, FAILS),
        (100, 95, 105, 74, FAILS),
        (100, 70, 130, 118, WITHIN_LUCK),  # not within a tenth, but luck alone may explain it
        (100, 88, 112, 111, WITHIN_LUCK),  # however narrow luck is
        (100, 70, 130, 104, AGREES),
        (100, 60, 140, 150, FAILS),
        (0, 0, 0, 0, AGREES),
        (0, 0, 0, 1, FAILS),
        (100, NAN, NAN, 100, AGREES),
        (100, NAN, NAN, 150, WITHIN_LUCK),  # nobody knows that it is not
    ],
)
def test_level(recorded: float, low: float, high: float, simulated: float, level: str) -> None:
    assert level_of(recorded, low, high, simulated) == level


@pytest.mark.parametrize("half", [0.0, 5.0, 15.0, 30.0])
def test_a_bigger_miss_never_gets_a_better_word(half: float) -> None:
    """Where luck is as wide."""
    words = [AGREES, WITHIN_LUCK, WARNS, FAILS]
    found = [words.index(level_of(100, 100 - half, 100 + half, 100 + off)) for off in np.arange(0, 60, 0.5)]
    assert found == sorted(found) and found[0] == 0 and found[-1] == 3


@pytest.mark.parametrize(
    ("distance", "chance", "level"),
    [(0.09, 0.01, AGREES), (0.12, 0.01, WARNS), (0.21, 0.01, FAILS), (0.12, 0.15, WITHIN_LUCK), (0.3, 0.15, FAILS)],
)
def test_level_of_distance(distance: float, chance: float, level: str) -> None:
    assert level_of_distance(distance, chance) == level


def test_distance_is_kolmogorovs() -> None:
    first, second = np.sort(np.sin(np.arange(50)) ** 2), np.sort(np.cos(np.arange(80) * 0.7) ** 2 + 0.1)
    assert distance_of(first, second) == pytest.approx(stats.ks_2samp(first, second).statistic)
    assert distance_of(first, first) == 0


@pytest.mark.parametrize(("n", "m"), [(200, 300), (50, 1000)])
def test_chance_is_what_samples_of_one_city_stay_below(n: int, m: int) -> None:
    """Within a point of 95 of 100, by the limiting distribution that scipy has."""
    assert stats.kstwobign.sf(chance_of(n, m) * math.sqrt(n * m / (n + m))) == pytest.approx(0.05, abs=0.001)


def test_one_replication_doubles_the_variance() -> None:
    low, high = widened(10, 8, 13, 1)
    assert (low, high) == pytest.approx((10 - 2 * math.sqrt(2), 10 + 3 * math.sqrt(2)))
    assert widened(10, 8, 13, 0) == pytest.approx((8, 13))
    assert widened(1, 0.1, 2, 3) == pytest.approx((0, 3))  # nothing is below nothing


def test_a_share_is_never_surer_than_independent_calls_make_it() -> None:
    assert at_least_binomial(0.5, 0.49, 0.6, 100) == pytest.approx((0.402, 0.6), abs=1e-4)
    assert at_least_binomial(0.5, 0.3, 0.51, 10_000) == pytest.approx((0.3, 0.51))
    assert at_least_binomial(0, 0, 0, 300) == pytest.approx((0, 0.01))
