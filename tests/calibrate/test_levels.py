"""When a simulated figure agrees with a recorded one, and what luck explains."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.calibrate.validating.levels import (
    AGREES,
    CANNOT_TELL,
    FAILS,
    WARNS,
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
        (100, 70, 130, 118, CANNOT_TELL),  # inside an interval that is too wide to say so
        (100, 70, 130, 104, AGREES),
        (100, 60, 140, 150, FAILS),
        (0, 0, 0, 0, AGREES),
        (0, 0, 0, 1, FAILS),
        (100, NAN, NAN, 100, CANNOT_TELL),
    ],
)
def test_level(recorded: float, low: float, high: float, simulated: float, level: str) -> None:
    assert level_of(recorded, low, high, simulated) == level


@pytest.mark.parametrize(
    ("distance", "chance", "level"),
    [(0.09, 0.01, AGREES), (0.12, 0.01, WARNS), (0.21, 0.01, FAILS), (0.12, 0.15, CANNOT_TELL), (0.3, 0.15, FAILS)],
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


def test_a_share_is_never_surer_than_independent_calls_make_it() -> None:
    assert at_least_binomial(0.5, 0.49, 0.6, 100) == pytest.approx((0.402, 0.6), abs=1e-4)
    assert at_least_binomial(0.5, 0.3, 0.51, 10_000) == pytest.approx((0.3, 0.51))
