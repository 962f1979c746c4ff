"""How much a duration varies: quantiles of the factor on its mean, or for travel on its median."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from sim.scenario.number import Duration
from sim.scenario.schema import Travel
from sim.world import quantile

Floats = npt.NDArray[np.float64]


def unit_mean(u: Floats, spread: Duration) -> Floats:
    """Factors with mean one, zeros included, at quantiles `u`."""
    zero = spread.zero_share.value
    if zero == 0:
        return _above_zero(u, spread)
    out = np.zeros(len(u))
    others = u >= zero
    if zero < 1:
        out[others] = _above_zero((u[others] - zero) / (1.0 - zero), spread) / (1.0 - zero)
    return out


def _above_zero(u: Floats, spread: Duration) -> Floats:
    if spread.quantiles is None:
        return quantile.unit_mean(u, spread.family, spread.cv.value)
    points = np.array(spread.quantiles, np.float64)
    return quantile.interpolated(u, points) / quantile.mean_of(points)


def travel_ratio(travel: Travel) -> float:
    """90th percentile over median of drives."""
    if travel.p90_min is not None and travel.median_min is not None and travel.median_min.value > 0:
        return travel.p90_min.value / travel.median_min.value
    return travel.p90_over_median.value


def varies(travel: Travel) -> bool:
    """Whether two drives of the same way may take different times."""
    return travel_ratio(travel) > 1 or travel.zero_share.value > 0


def unit_median(u: Floats, travel: Travel) -> Floats:
    """Factors on the expected travel with median one and the stated 90th percentile, both over all drives."""
    zero, ratio = travel.zero_share.value, travel_ratio(travel)
    if zero == 0 and travel.family == "lognormal":
        return quantile.lognormal_unit_median(u, ratio)
    out = np.zeros(len(u))
    others = u >= zero
    inner = (u[others] - zero) / (1.0 - zero)
    out[others] = _stretched(inner, travel, (0.5 - zero) / (1.0 - zero), (0.9 - zero) / (1.0 - zero), ratio)
    return out


def _stretched(u: Floats, travel: Travel, middle: float, high: float, ratio: float) -> Floats:
    """Factors that are 1 at quantile `middle` and `ratio` at `high`."""
    if ratio <= 1:
        return np.ones(len(u))
    ends = np.array([middle, high])
    if travel.quantiles is not None:
        points = np.array(travel.quantiles, np.float64)
        at, own = quantile.interpolated(u, points), quantile.interpolated(ends, points)
        return quantile.exps(math.log(ratio) / math.log(own[1] / own[0]) * quantile.logs(np.maximum(at, 1e-9) / own[0]))
    if travel.family == "gamma":
        shape = _gamma_shape(middle, high, ratio)
        return np.asarray(special.gammaincinv(shape, u) / special.gammaincinv(shape, middle), np.float64)
    score = special.ndtri if travel.family == "lognormal" else _weibull_score
    at, own = score(u), score(ends)
    return quantile.exps(math.log(ratio) / (own[1] - own[0]) * (at - own[0]))


def _weibull_score(u: Floats) -> Floats:
    return quantile.logs(-np.log1p(-u))


def _gamma_shape(middle: float, high: float, ratio: float) -> float:
    """Shape of the gamma distribution whose quantiles at `high` and `middle` stand in that ratio."""

    def excess(log_shape: float) -> float:
        shape = math.exp(log_shape)
        return math.log(special.gammaincinv(shape, high) / special.gammaincinv(shape, middle)) - math.log(ratio)

    return math.exp(optimize.brentq(excess, -4.0, 16.0, xtol=1e-12))


def mean_over_median(travel: Travel) -> float:
    """Mean drive over the median one, by a thousand quantiles."""
    return float(np.mean(unit_median((np.arange(1000) + 0.5) / 1000, travel))) if varies(travel) else 1.0
