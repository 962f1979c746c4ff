"""Which family a kind of interval follows: three are tried, by maximum likelihood, and the record itself stands beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from sim.calibrate.doubt import Blocks, Ints, estimate, plain_quantiles, share_estimate
from sim.calibrate.estimate import Candidate, Estimate

Floats = npt.NDArray[np.float64]

FARTHEST = 0.05  # Kolmogorov distance up to which a family is used
SHARES = np.arange(1, 100) / 100
DISTRIBUTIONS = {"lognormal": stats.lognorm, "gamma": stats.gamma, "weibull": stats.weibull_min}
EMPIRICAL = "empirical"
LEAST_ZERO = 0.001  # a share of zeros below this is left out


@dataclass(frozen=True, eq=False)
class Choice:
    """The families tried on positive values, the one to use and why, and the shape of the one that was chosen."""

    family: str
    reason: str
    candidates: tuple[Candidate, ...]
    cv: float  # of positive values: the family's, or the observed where it is empirical


def choose(values: Floats) -> Choice:
    """The family of a sample of positive values, in minutes: the best by AIC if it comes near enough, else the sample."""
    tried = {name: _fit(name, values) for name in DISTRIBUTIONS}
    candidates = [_candidate(name, values, *parameters) for name, parameters in tried.items()]
    best = min(candidates, key=lambda one: one.aic)
    observed = _observed(values)
    if best.distance <= FARTHEST:
        runner_up = min(one.aic for one in candidates if one is not best)
        reason = (
            f"{best.family} fits best of three families (AIC better by {runner_up - best.aic:,.0f}), "
            f"never more than {best.distance:.3f} from the observed shares"
        )
        return Choice(best.family, reason, (*candidates, observed), best.parameters["cv"])
    reason = (
        f"the observed quantiles, since the best of three families, {best.family}, is up to {best.distance:.3f} from the "
        f"observed shares (limit {FARTHEST})"
    )
    return Choice(EMPIRICAL, reason, (*candidates, observed), observed.parameters["cv"])


def _fit(family: str, values: Floats) -> tuple[float, float]:
    """Shape and scale by maximum likelihood; all three begin at 0."""
    if np.ptp(values) < 1e-9 * values.max():  # all alike: every family is a spike, and no likelihood has a maximum
        return {"lognormal": 1e-6, "gamma": 1e12, "weibull": 1e6}[family], float(values[0]) / (1e12 if family == "gamma" else 1)
    shape, _, scale = DISTRIBUTIONS[family].fit(values, floc=0)
    return float(shape), float(scale)


def _candidate(family: str, values: Floats, shape: float, scale: float) -> Candidate:
    law = DISTRIBUTIONS[family](shape, scale=scale)
    likelihood = float(law.logpdf(values).sum())
    mean, variance = law.stats("mv")
    median, p90 = law.ppf([0.5, 0.9])
    parameters = {"median_min": median, "p90_min": p90, "mean_min": mean, "cv": math.sqrt(variance) / mean}
    distance = float(stats.kstest(values, law.cdf, method="asymp").statistic)  # its p, which takes long, is not used
    return Candidate(family, 4 - 2 * likelihood, distance, {name: float(value) for name, value in parameters.items()})


def _observed(values: Floats) -> Candidate:
    median, p90 = plain_quantiles(values, (0.5, 0.9))
    parameters = {"median_min": median, "p90_min": p90, "mean_min": values.mean(), "cv": values.std() / values.mean()}
    return Candidate(EMPIRICAL, math.nan, 0.0, {name: float(value) for name, value in parameters.items()})


def quantiles_of(values: Floats) -> Floats:
    """The 99 quantiles of positive values, 1 % to 99 %."""
    return plain_quantiles(values, SHARES.tolist())


def resampled_cv(values: Floats, block: Ints, blocks: Blocks, choice: Choice) -> Floats:
    """Coefficient of variation under each resample, shape (RESAMPLES,).

    In each of the families it follows from the variance of logarithms alone, which a few long calls cannot upset; the
    likeliest cv is moved as that variance moves. An empirical one is taken from the values themselves.
    """
    if choice.family == EMPIRICAL:
        mean = blocks.means(block, values)
        return np.sqrt(np.maximum(blocks.means(block, values**2) - mean**2, 0.0)) / mean
    logs = np.log(values)
    spread = blocks.means(block, logs**2) - blocks.means(block, logs) ** 2
    start = _log_variance(choice.family, choice.cv)
    return np.array([_cv(choice.family, start * one / logs.var()) for one in spread])


def _log_variance(family: str, cv: float) -> float:
    if family == "lognormal":
        return math.log1p(cv * cv)
    if family == "gamma":
        return float(special.polygamma(1, 1 / (cv * cv)))
    return math.pi**2 / 6 / _weibull_shape(cv) ** 2


def _cv(family: str, log_variance: float) -> float:
    """The coefficient of variation whose logarithms vary so much."""
    if family == "lognormal":
        return math.sqrt(math.expm1(log_variance))
    if family == "gamma":
        shape = optimize.brentq(lambda x: special.polygamma(1, math.exp(x)) - log_variance, -20, 40)
        return math.exp(-shape / 2)
    return _weibull_cv(math.pi / math.sqrt(6 * log_variance))


def _weibull_cv(shape: float) -> float:
    first, second = special.gammaln(1 + 1 / shape), special.gammaln(1 + 2 / shape)
    return math.sqrt(math.expm1(second - 2 * first))


def _weibull_shape(cv: float) -> float:
    return math.exp(optimize.brentq(lambda x: _weibull_cv(math.exp(x)) - cv, -3, 14))


def spread_estimates(path: str, values: Floats, block: Ints, blocks: Blocks, choice: Choice) -> tuple[Estimate, ...]:
    """`cv` of the values above zero and, where there are any, the share that is exactly zero."""
    above, n = values > 0, len(values)
    how = f"spread of the intervals above zero: {choice.family}"
    resamples = resampled_cv(values[above], block[above], blocks, choice)
    found = [estimate(f"{path}.cv", choice.cv, resamples, "standard deviation over mean", int(above.sum()), how)]
    return (*found, *zero_share(path, values, block, blocks)) if above.sum() < n else tuple(found)


def zero_share(path: str, values: Floats, block: Ints, blocks: Blocks) -> tuple[Estimate, ...]:
    """The share that is exactly zero; nothing where it is no more than short intervals that a clock of seconds rounds down."""
    zero = (values <= 0).astype(np.float64)
    if zero.mean() < LEAST_ZERO:
        return ()
    resamples = blocks.means(block, zero)
    how = "share of intervals of exactly zero"
    return (share_estimate(f"{path}.zero_share", float(zero.mean()), resamples, len(values), how),)
