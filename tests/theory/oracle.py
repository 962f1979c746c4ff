"""Closed forms of queues, from textbooks, sharing nothing with the simulator."""

from __future__ import annotations

from math import sqrt

from scipy import stats

FALSE_ALARM = 1e-4
POWER = 0.99
FAULT = 0.05


def erlang_b(servers: int, load: float) -> float:
    """Share of calls lost in M/G/c/c with `load` erlangs offered. Stable recursion."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Share of calls that wait in M/M/c; `load` below `servers`."""
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def mmc_mean_wait(servers: int, load: float, service: float) -> float:
    """Mean wait in M/M/c, those who do not wait included."""
    return erlang_c(servers, load) * service / (servers - load)


def mg1_mean_wait(load: float, service: float, cv: float) -> float:
    """Pollaczek-Khinchine."""
    return load / (1 - load) * (1 + cv * cv) / 2 * service


def assert_agrees(values: list[float], theory: float, what: str) -> None:
    """The mean of independent replications agrees with theory, and could have shown a 5 % fault.

    False alarms one in ten thousand; the test itself fails if its sample would miss a 5 % fault in more than
    one case in a hundred.
    """
    n = len(values)
    mean = sum(values) / n
    error = sqrt(sum((v - mean) ** 2 for v in values) / (n - 1) / n)
    allowed = float(stats.t.ppf(1 - FALSE_ALARM / 2, n - 1)) * error
    needed = allowed + float(stats.t.ppf(POWER, n - 1)) * error
    assert needed <= FAULT * theory, f"{what}: sample too small to see a 5 % fault: +-{needed:.4g} of {theory:.4g}"
    assert abs(mean - theory) <= allowed, f"{what}: simulated {mean:.5g}, theory {theory:.5g}, allowed +-{allowed:.3g}"
