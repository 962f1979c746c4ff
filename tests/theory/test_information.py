"""The value of information against a closed form: net benefits linear in normal inputs, one life a draw.

Two options against a baseline of nothing. Option 1 is inputs 0 and 1, option 2 inputs 2 and 3, each with a mean; luck is as
large as all inputs together. With one option, E max(0, N(m, s)) = m Φ(m/s) + s φ(m/s); with two independent ones and the
baseline, the expected largest is one integral over the distribution function of the largest, F1(x) F2(x) for x > 0.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from sim.measure.conditional import conditional_means, cross_fitted
from sim.measure.economics import perfect_information
from tests.unit.luck import normals

MEANS = np.array([0.5, 0.2])
WEIGHTS = np.array([[2.0, 0.0], [1.0, 0.0], [0.0, 1.5], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
SPREADS = np.sqrt((WEIGHTS**2).sum(axis=0))
FIRST = [0, 1]  # the group of inputs that only option 1 hangs on
DRAWS = 1000


def expected_largest(means: np.ndarray, spreads: np.ndarray) -> float:
    """Of nothing and independent normal values."""
    value, _ = integrate.quad(lambda x: 1 - np.prod(stats.norm.cdf((x - means) / spreads)), 0, 40)
    return float(value)


EVPI = expected_largest(MEANS, SPREADS) - MEANS.max()
EVPPI = (  # option 2 counts with its mean, which is above the baseline
    integrate.quad(lambda x: max(x, MEANS[1]) * stats.norm.pdf(x, MEANS[0], SPREADS[0]), -40, 40, points=[MEANS[1]])[0]
    - MEANS.max()
)


def estimates(repeat: int) -> tuple[float, float, float, float]:
    """EVPI, its standard error, EVPPI and the raw estimator, of one trial."""
    inputs = normals(1000 + repeat, DRAWS, len(WEIGHTS))
    lives = MEANS + inputs @ WEIGHTS + SPREADS * normals(5000 + repeat, DRAWS, 2)
    value, error = perfect_information(with_baseline(conditional_means(inputs, lives)))
    group, _ = perfect_information(with_baseline(cross_fitted(inputs[:, FIRST], lives)))
    return value, error, group, perfect_information(with_baseline(lives))[0]


def with_baseline(net: np.ndarray) -> np.ndarray:
    return np.column_stack([np.zeros(len(net)), net])


def check(repeats: int) -> np.ndarray:
    """Bias of EVPI and EVPPI is at most 10 %; raw lives make EVPI half as large again."""
    found = np.array([estimates(repeat) for repeat in range(repeats)])
    value, _, group, raw = found.T
    assert abs(value.mean() / EVPI - 1) < 0.10
    assert abs(group.mean() / EVPPI - 1) < 0.10
    assert raw.mean() / EVPI - 1 > 0.30
    assert raw.min() > value.max()
    return found


def test_closed_form_is_right() -> None:
    """Against the sum over a fine grid of quantiles."""
    z = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    first, second = MEANS[0] + SPREADS[0] * z[:, None], MEANS[1] + SPREADS[1] * z[None, :]
    assert np.maximum(np.maximum(first, second), 0).mean() - MEANS.max() == pytest.approx(EVPI, rel=2e-3)
    assert np.maximum(first, MEANS[1]).mean() - MEANS.max() == pytest.approx(EVPPI, rel=2e-3)


def test_luck_does_not_inflate_information() -> None:
    check(4)


@pytest.mark.slow
def test_bias_and_spread_over_a_hundred_trials() -> None:
    """EVPI spreads by 6 % over trials; the standard error stated is three quarters of that, as it leaves the fit's own out."""
    value, error, *_ = check(100).T
    assert value.std(ddof=1) / EVPI < 0.08
    assert 0.6 < error.mean() / value.std(ddof=1) < 1.0
