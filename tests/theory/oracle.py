"""Closed forms of queues, from textbooks, sharing nothing with the simulator; and when a sample agrees with them."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, factorial, sqrt

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


def _erlang_a(servers: int, load: float, patience: float) -> list[float]:
    """Share of time with n = 0, 1, 2 ... calls in M/M/c+M; `patience` is its mean in services. Palm 1957."""
    weights = [1.0]
    for n in range(1, 1000):
        weights.append(weights[-1] * load / (min(n, servers) + max(n - servers, 0) / patience))
    return [weight / sum(weights) for weight in weights]


def erlang_a(servers: int, load: float, patience: float) -> float:
    """Share of calls that give up in M/M/c+M."""
    return erlang_a_line(servers, load, patience) / patience / load


def erlang_a_waits(servers: int, load: float, patience: float) -> float:
    """Share of calls that find every server busy in M/M/c+M."""
    return sum(_erlang_a(servers, load, patience)[servers:])


def erlang_a_line(servers: int, load: float, patience: float) -> float:
    """Mean number waiting in M/M/c+M."""
    return sum(share * max(n - servers, 0) for n, share in enumerate(_erlang_a(servers, load, patience)))


def md1_limited(load: float, limit: float) -> float:
    """Share of calls served in M/D/1 where who would wait longer than `limit` services leaves; any load.

    Up to the limit the backlog is spread as in the unlimited queue (Takacs 1962, Introduction to the theory of queues),
    and the server is busy as often as it serves (Gavish and Schweitzer 1977, The Markovian queue with bounded waiting time).
    """
    ahead = (limit - k for k in range(int(limit) + 1))
    spread = sum((-load * rest) ** k / factorial(k) * exp(load * rest) for k, rest in enumerate(ahead))
    return spread / (1 + load * spread)


def mg1_mean_wait(load: float, service: float, cv: float) -> float:
    """Pollaczek-Khinchine."""
    return load / (1 - load) * (1 + cv * cv) / 2 * service


def _behind(loads: Sequence[float], servers: int) -> list[float]:
    """By class, the factor by which its own and the more urgent classes lengthen its wait."""
    left = [1 - sum(loads[:k]) / servers for k in range(len(loads) + 1)]
    return [1 / (left[k] * left[k + 1]) for k in range(len(loads))]


def cobham(servers: int, loads: Sequence[float], service: float) -> list[float]:
    """Mean wait by class in M/M/c with non-preemptive priority and one exponential service; `loads` in erlangs.

    Cobham 1954, Priority assignment in waiting line problems.
    """
    until_one_is_free = erlang_c(servers, sum(loads)) * service / servers
    return [until_one_is_free * factor for factor in _behind(loads, servers)]


def priority_mg1(loads: Sequence[float], services: Sequence[float], cvs: Sequence[float]) -> list[float]:
    """Mean wait by class in M/G/1 with non-preemptive priority: Pollaczek-Khinchine by class (Cobham 1954)."""
    residual = sum(load * s * (1 + cv * cv) / 2 for load, s, cv in zip(loads, services, cvs, strict=True))
    return [residual * factor for factor in _behind(loads, 1)]


def preemptive_repeat(rates: tuple[float, float], service: float) -> tuple[float, float]:
    """Mean time from arrival to departure of the upper and the lower class, one server, every service equally long.

    The upper class pre-empts, the lower starts anew. The time from a lower call's first start to its end is made of
    its interrupted attempts, the upper class's busy period after each, and the service that succeeds; with it as
    service the lower class is an M/G/1 queue that also waits for the upper class (Avi-Itzhak 1963; Jaiswal 1968,
    Priority queues, ch. IV).
    """
    upper, lower = rates
    load = upper * service
    succeeds = exp(-load)
    tries = (1 - succeeds) / succeeds  # mean number of attempts that fail; its variance is tries / succeeds
    cut = 1 / upper - service / (exp(load) - 1)  # mean of an attempt that fails
    cut_square = 2 / upper**2 - (service**2 + 2 * service / upper) / (exp(load) - 1)
    busy, busy_square = service / (1 - load), service**2 / (1 - load) ** 3
    round_mean = cut + busy
    round_variance = cut_square - cut**2 + busy_square - busy**2
    mean = service + tries * round_mean
    variance = tries * round_variance + tries / succeeds * round_mean**2
    wait = lower * (variance + mean**2) / (2 * (1 - lower * mean)) + load * service / (2 * (1 - load) ** 2)
    return service + mg1_mean_wait(load, service, 0.0), wait + mean


def assert_agrees(values: Sequence[float], theory: float, what: str, comparisons: int = 1, fault: float | None = None) -> None:
    """The mean of independent replications agrees with theory, and could have shown a fault of 5 %.

    False alarms one in ten thousand over all `comparisons` of a test; the test itself fails if its sample would miss
    the fault in more than one case in a hundred. `fault` is an amount, 5 % of `theory` if not given.
    """
    n = len(values)
    mean = sum(values) / n
    error = sqrt(sum((v - mean) ** 2 for v in values) / (n - 1) / n)
    allowed = float(stats.t.ppf(1 - FALSE_ALARM / comparisons / 2, n - 1)) * error
    needed = allowed + float(stats.t.ppf(POWER, n - 1)) * error
    seen = FAULT * theory if fault is None else fault
    assert needed <= seen, f"{what}: sample too small to see a fault of {seen:.4g}: +-{needed:.4g} of {theory:.4g}"
    assert abs(mean - theory) <= allowed, f"{what}: simulated {mean:.5g}, theory {theory:.5g}, allowed +-{allowed:.3g}"
