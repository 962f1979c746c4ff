"""Places whose number changes by the hour, each kept until its service is over: M(t)/M/c(t)+M over a day that repeats.

Kolmogorov's forward equations, solved by uniformisation. They share nothing with the simulator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

Floats = npt.NDArray[np.float64]

LONGEST = 45  # waiting; beyond it nobody comes


def steady_days(per_hour: Sequence[float], places: Sequence[int], service_h: float, patience_h: float) -> tuple[Floats, Floats]:
    """Mean number served, and waiting, at half past each hour, in the steady state of days.

    Fewer places end no service: nobody else begins one until fewer are served than there are places.
    """
    n = max(places) + 1
    hours = [_slopes(rate, c, n, service_h, patience_h) for rate, c in zip(per_hour, places, strict=True)]
    p, before = np.eye(1, n * (LONGEST + 1))[0], np.zeros(n * (LONGEST + 1))
    while np.abs(p - before).max() > 1e-10:
        before = p
        seen = []
        for c, slopes in zip(places, hours, strict=True):
            p = _half_hour_on(_filled(p.reshape(n, -1), c), slopes)
            seen.append((p.reshape(n, -1).sum(axis=1) @ np.arange(n), p.reshape(n, -1).sum(axis=0) @ np.arange(LONGEST + 1)))
            p = _half_hour_on(p, slopes)
    served, waiting = np.array(seen).T
    return served, waiting


def _filled(p: Floats, c: int) -> Floats:
    """Whoever waits while fewer than c are served begins."""
    out = np.zeros_like(p)
    for (served, waiting), share in np.ndenumerate(p):
        begin = max(min(c - served, waiting), 0)
        out[served + begin, waiting - begin] += share
    return out.ravel()


def _slopes(rate: float, c: int, n: int, service_h: float, patience_h: float) -> Any:
    """Change an hour of the shares of (served, waiting), as a sparse matrix."""
    shape = (n, LONGEST + 1)
    entries: list[tuple[float, int, int]] = []
    for at, (served, waiting) in enumerate(np.ndindex(shape)):
        for flow, after in _moves(served, waiting, rate, c, service_h, patience_h):
            to = after[0] * shape[1] + after[1]
            entries += [(flow, to, at), (-flow, at, at)]
    flows, rows, columns = (np.array(column) for column in zip(*entries, strict=True))
    return sparse.csr_matrix((flows, (rows, columns)), (shape[0] * shape[1],) * 2)


def _half_hour_on(p: Floats, slopes: Any) -> Floats:
    """The shares half an hour later, by uniformisation: as many steps of one clock as a Poisson number says."""
    ticks = float(-slopes.diagonal().min()) / 2
    steps = np.arange(stats.poisson.isf(1e-14, ticks) + 1)
    out = np.zeros_like(p)
    for weight in stats.poisson.pmf(steps, ticks):
        out += weight * p
        p = p + slopes @ p / (2 * ticks)
    return out


def _moves(
    served: int, waiting: int, rate: float, c: int, service_h: float, patience_h: float
) -> Iterator[tuple[float, tuple[int, int]]]:
    if served < c:
        yield rate, (served + 1, waiting)
    elif waiting < LONGEST:
        yield rate, (served, waiting + 1)
    if served > 0:
        begins = waiting > 0 and served <= c
        yield served / service_h, (served, waiting - 1) if begins else (served - 1, waiting)
    if waiting > 0:
        yield waiting / patience_h, (served, waiting - 1)
