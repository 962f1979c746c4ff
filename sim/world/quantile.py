"""Quantiles: one uniform in, one number out, no rejection.

Logarithms and exponentials go through `math`, not NumPy: NumPy picks vector code by processor, whose last
bit may differ, and a world must have the same bytes everywhere.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from sim.passes import also_as_loop

Floats = npt.NDArray[np.float64]

Z90 = 1.2815515655446004  # standard normal 90th percentile
PPM = 1_000_000


def _log_loop(values: Floats) -> Floats:
    out = np.empty(len(values))
    for i in range(len(values)):
        out[i] = math.log(values[i])
    return out


def _exp_loop(values: Floats) -> Floats:
    out = np.empty(len(values))
    for i in range(len(values)):
        out[i] = math.exp(values[i])
    return out


@also_as_loop(_log_loop)
def logs(values: Floats) -> Floats:
    """Natural logarithms, the same bits on every processor."""
    return np.fromiter(map(math.log, values.tolist()), np.float64, len(values))


@also_as_loop(_exp_loop)
def exps(values: Floats) -> Floats:
    """Exponentials, the same bits on every processor."""
    return np.fromiter(map(math.exp, values.tolist()), np.float64, len(values))


def exponential(u: Floats) -> Floats:
    """Unit-mean exponential."""
    return -logs(u)


def lognormal_unit_mean(u: Floats, cv: float) -> Floats:
    """Unit-mean lognormal with coefficient of variation `cv`."""
    sigma = math.sqrt(math.log1p(cv * cv))
    return exps(sigma * special.ndtri(u) - sigma * sigma / 2)


def lognormal_unit_median(u: Floats, p90_over_median: float) -> Floats:
    """Unit-median lognormal with the given ratio of 90th percentile to median (1 or more)."""
    return exps(math.log(p90_over_median) / Z90 * special.ndtri(u))


def unit_mean(u: Floats, family: str, cv: float) -> Floats:
    """Quantiles of a unit-mean duration: fixed, exponential, lognormal, gamma or weibull (the last three with `cv`)."""
    if family == "fixed" or (cv == 0 and family != "exponential"):
        return np.ones(len(u))
    if family == "exponential":
        return exponential(u)
    if family == "lognormal":
        return lognormal_unit_mean(u, cv)
    if family == "weibull":
        power = weibull_power(cv)
        return exps(power * logs(-np.log1p(-u)) - math.lgamma(1.0 + power))
    shape = 1.0 / (cv * cv)
    return np.asarray(special.gammaincinv(shape, u) / shape, np.float64)


@lru_cache
def weibull_power(cv: float) -> float:
    """One over the shape of the Weibull distribution with that coefficient of variation (0.001 to 1,000)."""

    def excess(power: float) -> float:
        return math.lgamma(1.0 + 2.0 * power) - 2.0 * math.lgamma(1.0 + power) - math.log1p(cv * cv)

    return float(optimize.brentq(excess, 1e-6, 200.0, xtol=1e-12))


def interpolated(u: Floats, quantiles: Floats) -> Floats:
    """Between evenly spaced quantiles in a straight line; from 0 to the first, and beyond the last an exponential tail.

    The tail halves as often as the last two quantiles say: between them lies half of what is beyond the one before.
    """
    n = len(quantiles)
    steps = np.arange(n + 1) / (n + 1)
    out = np.interp(u, steps, np.append(0.0, quantiles))
    beyond = u > steps[-1]
    out[beyond] = quantiles[-1] + tail_mean(quantiles) * -logs((1.0 - u[beyond]) * (n + 1))
    return np.asarray(out, np.float64)


def tail_mean(quantiles: Floats) -> float:
    """Mean excess over the last quantile."""
    return float(quantiles[-1] - quantiles[-2]) / math.log(2.0)


def mean_of(quantiles: Floats) -> float:
    """Mean of `interpolated`."""
    whole = np.append(0.0, quantiles)
    inside = float(np.sum(whole[1:] + whole[:-1])) / 2
    return (inside + float(quantiles[-1]) + tail_mean(quantiles)) / (len(quantiles) + 1)


def ppm(factors: Floats) -> npt.NDArray[np.int64]:
    """Factors in millionths, rounded to nearest, at most 2,147."""
    return np.rint(np.minimum(factors * PPM, 2.0**31 - 1)).astype(np.int64)
