"""How often people are in crisis in the long run, where each contact changes how soon the next one comes: closed forms.

Between two renewals people have, on average, so many crises in so much time (Cox 1962, Renewal theory). Rates are those
of one person; they share nothing with the simulator.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, expm1, inf, log1p, sqrt

from scipy import stats
from scipy.integrate import quad


def away(rate: float, mean: float) -> float:
    """Crises a time where each takes the person away for `mean`, however that is spread."""
    return rate / (1 + rate * mean)


def in_care(rate: float, factor: float, connects: float, length: float) -> float:
    """Crises a time where a share of them leads to care, which lowers the rate by a factor for a fixed `length` from then.

    Out of care a person gets there after 1 / (rate * connects) and 1 / connects crises. Care lasts until none for so long
    has led to it anew, which are exponential gaps of rate g, for (exp(g * length) - 1) / g on average.
    """
    again = rate * factor * connects
    out, cared = 1 / (rate * connects), expm1(again * length) / again if again > 0 else length
    return (1 / connects + rate * factor * cared) / (out + cared)


def hastened(rate: float, factor: float, length: float) -> float:
    """Crises a time where after each the rate is higher by a factor for a fixed `length`, or until the next."""
    none_yet = exp(-rate * factor * length)
    return 1 / ((1 - none_yet) / (rate * factor) + none_yet / rate)


def over_people(one: Callable[[float], float], mean: float, cv: float, family: str) -> float:
    """Mean of `one` over people whose own rates are spread as a gamma or lognormal."""
    if family == "gamma":
        spread = stats.gamma(1 / cv**2, scale=mean * cv**2)
    else:
        spread = stats.lognorm(sqrt(log1p(cv * cv)), scale=mean / sqrt(1 + cv * cv))
    return float(quad(lambda rate: one(rate) * spread.pdf(rate), 0, inf)[0])
