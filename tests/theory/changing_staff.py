"""Calls by hour over a day that repeats: M(t)/M/c(t) by Kolmogorov's forward equations, M(t)/G/inf by its integral.

They share nothing with the simulator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.integrate import solve_ivp

Floats = npt.NDArray[np.float64]

LONGEST = 80  # calls in the town; beyond it nothing is followed


@dataclass(frozen=True)
class Days:
    """What holds in the steady state of days, by hour."""

    delayed: Floats  # share of the calls received in the hour that wait
    in_town: Floats  # mean number of calls at half past, waiting or served, on overtime too


def steady_days(calls_per_hour: Sequence[float], servers: Sequence[int], service_h: float, same: Sequence[int]) -> Days:
    """Integrate until one day is as the one before.

    At the start of each hour in `same` the crews change: calls in service leave the roster with their servers, who
    finish them; calls waiting meet the new crews.
    """
    p, overtime = np.eye(LONGEST + 1)[0], 0.0
    hours: list[tuple[float, float]] = []
    while True:
        before = p
        hours = []
        for hour in range(24):
            if hour in same:
                overtime += _at_work(p, servers[hour - 1])
                p = _relieved(p, servers[hour - 1])
            p, overtime, seen = _one_hour(p, overtime, calls_per_hour[hour], servers[hour], service_h)
            hours.append(seen)
        if np.abs(p - before).max() < 1e-9:
            return Days(*(np.array(column) for column in zip(*hours, strict=True)))


def _at_work(p: Floats, c: int) -> float:
    return float(p @ np.minimum(np.arange(len(p)), c))


def _relieved(p: Floats, c: int) -> Floats:
    """Only those waiting are left."""
    out = np.zeros(len(p))
    np.add.at(out, np.maximum(np.arange(len(p)) - c, 0), p)
    return out


def _one_hour(p: Floats, overtime: float, calls: float, c: int, service_h: float) -> tuple[Floats, float, tuple[float, float]]:
    n = np.arange(len(p))
    ends = np.minimum(n, c) / service_h
    come = np.where(n < LONGEST, calls, 0.0)

    def slope(_: float, y: Floats) -> Floats:
        q, late = y[:-2], y[-2]
        dq = -(ends + come) * q
        dq[1:] += come[:-1] * q[:-1]
        dq[:-1] += ends[1:] * q[1:]
        return np.concatenate([dq, [-late / service_h, q[c:].sum()]])

    done = solve_ivp(slope, (0, 1), np.concatenate([p, [overtime, 0.0]]), t_eval=[0.5, 1.0], rtol=1e-9, atol=1e-12)
    half, end = done.y[:, 0], done.y[:, 1]
    return end[:-2], float(end[-2]), (float(end[-1]), float(half[:-2] @ n + half[-2]))


def unlimited_staff(calls_per_hour: Sequence[float], service_h: float, cv: float, first_h: float = 0.0) -> Floats:
    """Mean number of calls in the town at half past each hour, where nobody waits and services are lognormal.

    Who came u hours ago is still there with P(S > u). Palm 1943; Khinchine 1955. `first_h`: before the lognormal
    service comes something that takes as long for all.
    """
    sigma = sqrt(log1p(cv * cv))
    spread = stats.norm(-sigma * sigma / 2, sigma)  # of log(S / service_h)

    def shorter(hours: Floats) -> Floats:
        """E[min(S, hours)], the integral of P(S > u) up to `hours`."""
        at = np.log(np.maximum(hours, 1e-300) / service_h)
        both: Floats = service_h * spread.cdf(at - sigma * sigma) + np.maximum(hours, 0) * spread.sf(at)
        return both

    def there_since(hours: Floats) -> Floats:
        return np.clip(hours, 0, first_h) + shorter(hours - first_h)

    began: Floats = np.arange(10.0 * 24) + 0.5  # how long ago each of the last hours began
    there = there_since(began) - there_since(began - 1)
    calls = np.array(calls_per_hour)
    return np.array([there @ calls[(hour - np.arange(len(began))) % 24] for hour in range(24)])
