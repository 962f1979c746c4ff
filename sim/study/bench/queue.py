"""M/M/8 at 90 % load: world and run of ours against three libraries on the same customers, all checked by Erlang's formula."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from sim.engines import run
from sim.rules.lifecycle import Event
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study.bench.figures import PACKAGE, Figure, Sizes, interleaved, median_ratio
from sim.study.bench.rivals import RIVALS, Queue, is_installed
from sim.study.reckoning import erlang_b
from sim.world import build_world

SCENARIO = PACKAGE.parent / "experiments" / "mm8.yaml"
SERVERS, LOAD, SERVICE_S = 8, 7.2, 10_000.0
OURS = "crisis-sim"
BATCHES = 20
LAST = 50  # customers at the end of a run, some of whom a library may not have served
FALSE_ALARM = 1e-3
Waits = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Customers:
    """What every library is given, and how long each customer waited in ours."""

    gaps: Waits
    services: Waits
    waits: Waits


def queue(sizes: Sizes, tell: Callable[[str], None]) -> list[Figure]:
    """Seconds a customer of each library that is there, over ours, with what Erlang's formula says of their waits."""
    if not SCENARIO.is_file():
        tell("M/M/8 left out: experiments/mm8.yaml comes with a checkout, not with the installed package")
        return []
    scenario = load(SCENARIO, sets=(f"run.days={sizes.queue_days}",))
    given = customers(scenario)
    waits: dict[str, Waits] = {OURS: given.waits}
    cases: dict[str, Callable[[], float]] = {OURS: lambda: _ours(scenario)}
    for name, rival in RIVALS.items():
        if is_installed(name):
            cases[name] = _case(name, rival, given, sizes.customers[name], waits)
        else:
            tell(f"{name} left out: it is not installed (pip install 'crisis-sim[bench]')")
    took = interleaved(cases, sizes.rounds)
    found = []
    for name, values in took.items():
        n = len(waits[name])
        found.append(Figure("M/M/8", name, "a customer", 1e6 * statistics.median(values), "us", len(values), f"{n:,} customers"))
        found += erlang(name, waits[name], given.waits)
        if name != OURS:
            ratio = median_ratio(values, took[OURS])
            found.append(Figure("M/M/8", name, "times ours", ratio, "x", len(values), f"{n:,} customers"))
    return found


def customers(scenario: Scenario) -> Customers:
    """Seconds between arrivals, of service and of waiting, as our own run had them."""
    world = build_world(scenario)
    ledger = run(world, "compiled").ledger
    at = {}
    for event in (Event.DISPATCHED, Event.ON_SCENE, Event.CLEAR):
        rows = ledger[ledger["event"] == event]
        at[event] = np.full(len(world.calls), -1, np.int64)
        at[event][rows["call"]] = rows["t_s"]
    n = int(np.argmin(np.append(at[Event.CLEAR], -1)))  # those before the first that the end of the run cut short
    received = world.calls["received_s"]
    gaps, services = np.diff(received, prepend=0), at[Event.CLEAR] - at[Event.ON_SCENE]
    return Customers(*(a[:n].astype(np.float64) for a in (gaps, services, at[Event.DISPATCHED] - received)))


def _ours(scenario: Scenario) -> float:
    """Seconds a call, world and run."""
    started = time.perf_counter()
    world = build_world(scenario)
    run(world, "compiled")
    return (time.perf_counter() - started) / len(world.calls)


def _case(name: str, rival: Queue, given: Customers, most: int, waits: dict[str, Waits]) -> Callable[[], float]:
    """A case: a library plays the first customers; seconds a customer."""
    gaps, services = given.gaps[:most].tolist(), given.services[:most].tolist()

    def timed() -> float:
        started = time.perf_counter()
        answer = rival(gaps, services, SERVERS)
        took = time.perf_counter() - started
        waits[name] = np.asarray(answer[: len(gaps)])
        return took / len(gaps)

    return timed


def erlang(name: str, waits: Waits, ours: Waits) -> list[Figure]:
    """Share that waits and mean wait, beside the textbook's; whether each customer waited as long as in ours."""
    lost = erlang_b(LOAD, SERVERS)
    p_wait = lost / (1 - LOAD / SERVERS * (1 - lost))
    mean_s = p_wait * SERVICE_S / (SERVERS - LOAD)
    n_alike = len(waits) - LAST
    alike = "" if name == OURS else "; each as ours" if np.array_equal(waits[:n_alike], ours[:n_alike]) else "; not all as ours"
    share, mean = agreement(waits > 0, p_wait), agreement(waits, mean_s)
    return [
        Figure("M/M/8", name, "share that waits", float((waits > 0).mean()), "share", 1, f"Erlang C {p_wait:.3f}: {share}"),
        Figure("M/M/8", name, "mean wait", float(waits.mean()), "s", 1, f"Erlang C {mean_s:,.0f}: {mean}{alike}"),
    ]


def agreement(values: Any, theory: float) -> str:
    """Whether a mean over batches of a run agrees with theory, at one false alarm in a thousand."""
    means = np.array([batch.mean() for batch in np.array_split(np.asarray(values, np.float64), BATCHES)])
    allowed = float(stats.t.ppf(1 - FALSE_ALARM / 2, BATCHES - 1)) * float(means.std(ddof=1)) / sqrt(BATCHES)
    return "agrees" if abs(means.mean() - theory) <= allowed else "does not agree"
