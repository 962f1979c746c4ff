"""Intervals of smoothed counts hold the truth: smoothing gives up noise, and must not claim to know what it gave up."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim import keys
from sim.calibrate.doubt import exponential_weights, raked
from sim.calibrate.fits.shapes import MONTHS_OWN
from sim.calibrate.fits.smooth import blend, month_designs, week_designs
from sim.keys import Purpose, name_hash

N_DAYS = 364
MONTH = np.minimum(np.arange(N_DAYS) // 30, 11)
WEEKDAY = np.arange(N_DAYS) % 7
REPEATS = 30


def uniforms(what: str, n: int, repeat: int) -> np.ndarray:
    return keys.uniforms(0, Purpose.EXPORT, np.full(n, name_hash("test", what)), np.arange(n), repeat)


def held(rates: np.ndarray, resampled: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Whether the 95 % interval of each factor on the mean holds the true one."""
    low, high = np.percentile(resampled / resampled.mean(axis=1, keepdims=True), [2.5, 97.5], axis=0)
    assert ((low <= rates / rates.mean()) & (rates / rates.mean() <= high)).mean() > 0.95
    return (low <= truth / truth.mean()) & (truth / truth.mean() <= high)


@pytest.mark.parametrize("spread", [0.0, 0.03, 0.15])
def test_months_are_held(spread: float) -> None:
    """Months that follow no curve, some little and some much; busy days, so that counts vary more than chance."""
    weights = raked(exponential_weights(np.arange(N_DAYS)), WEEKDAY, MONTH)
    found = []
    for repeat in range(REPEATS):
        truth = np.exp(spread * stats.norm.ppf(uniforms("months", 12, repeat)))
        busy = np.exp(0.15 * stats.norm.ppf(uniforms("days", N_DAYS, repeat)))
        counts = stats.poisson.ppf(uniforms("calls", N_DAYS, repeat), 44 * truth[MONTH] * busy)
        grid = counts[:, None] * (MONTH[:, None] == np.arange(12))
        days = np.bincount(MONTH).astype(float)
        left = (counts - (grid.sum(axis=0) / days)[MONTH]) ** 2
        noise = float(left.sum() / counts.sum() * N_DAYS / (N_DAYS - 12))
        own = blend(grid.sum(axis=0), weights @ grid, days, month_designs(), noise, least_own=MONTHS_OWN)
        found.append(held(own.rates, own.resampled, truth))
    share = float(np.mean(found))  # 360 intervals, of months of a year not quite apart: two standard errors are 0.03
    assert 0.90 < share <= 1.0, share
    assert spread == 0 or share < 0.995, "nothing so wide is needed"


def test_hours_of_the_week_are_held() -> None:
    """A day that is a curve of many waves, weekends apart, and each hour a little off; sums of four hours are held too."""
    weights = raked(exponential_weights(np.arange(N_DAYS)), WEEKDAY, MONTH)
    hour = np.arange(24)
    single, summed = [], []
    for repeat in range(REPEATS):
        day = 1 + 0.6 * np.sin(2 * np.pi * (hour - 9) / 24) + 0.1 * np.sign(np.sin(2 * np.pi * hour / 5))
        truth = np.tile(day, (7, 1)) * np.array([1, 1, 1, 1, 1.1, 1.2, 1.0])[:, None]
        truth = (truth * np.exp(0.05 * stats.norm.ppf(uniforms("hours", 168, repeat))).reshape(7, 24)).ravel()
        by_hour = stats.poisson.ppf(uniforms("hourly", N_DAYS * 24, repeat), 2 * truth.reshape(7, 24)[WEEKDAY].ravel())
        grid = np.zeros((N_DAYS, 7, 24))
        grid[np.arange(N_DAYS), WEEKDAY] = by_hour.reshape(N_DAYS, 24)
        flat = grid.reshape(N_DAYS, 168)
        own = blend(flat.sum(axis=0), weights @ flat, np.full(168, N_DAYS / 7), week_designs(), 1.0, np.tile(hour, 7))
        single.append(held(own.rates, own.resampled, truth))
        four = [x.reshape(*x.shape[:-1], 7, 6, 4).sum(axis=(-3, -1)) for x in (own.rates, own.resampled, truth)]
        summed.append(held(*four))
    assert 0.89 < np.mean(single) < 0.985, np.mean(single)  # 5,040 intervals; a curve is never quite right
    assert np.mean(summed) > 0.89, np.mean(summed)  # 180: two standard errors are 0.03
