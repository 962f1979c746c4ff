"""How far chance alone may have moved a count: 95 % ranges of Poisson's and of the binomial law."""

from __future__ import annotations

from scipy import special

CHANCE = 0.025  # outside either end of a range


def poisson_range(n: float) -> tuple[float, float]:
    """Range of the mean behind a count, by Garwood (1936)."""
    low = special.gammaincinv(n, CHANCE) if n > 0 else 0.0
    return float(low), float(special.gammaincinv(n + 1, 1 - CHANCE))


def binomial_range(yes: float, asked: float) -> tuple[float, float]:
    """Range of the share behind so many yeses of those asked, by Clopper and Pearson (1934)."""
    low = special.betaincinv(yes, asked - yes + 1, CHANCE) if yes > 0 else 0.0
    high = special.betaincinv(yes + 1, asked - yes, 1 - CHANCE) if yes < asked else 1.0
    return float(low), float(high)
