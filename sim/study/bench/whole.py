"""The product as a whole: city-years a second from world to files, and how long a fresh process takes to answer."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sim.engines import run
from sim.measure import measure
from sim.scenario.library import shipped_folder
from sim.study.bench.figures import PACKAGE, Figure, Sizes, interleaved
from sim.study.bench.runs import YEAR_DAYS, city
from sim.study.run import study
from sim.world import build_world


def end_to_end(sizes: Sizes) -> list[Figure]:
    """`study` of the base city by one worker, and where its time goes; then by two."""
    scenario = city(1, sizes.days)
    run(build_world(scenario), "compiled")
    n, parts = sizes.replications, {"world": 0.0, "run": 0.0, "measure": 0.0}
    took: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for workers in (1, 2):
            started = time.perf_counter()
            study(scenario, n, workers=workers, out=Path(folder) / str(workers), engine="compiled")
            took[workers] = time.perf_counter() - started
    for replication in range(n):
        began = time.perf_counter()
        world = build_world(scenario, replication)
        built = time.perf_counter()
        played = run(world, "compiled")
        over = time.perf_counter()
        measure(played, world)
        for name, s in (("world", built - began), ("run", over - built), ("measure", time.perf_counter() - over)):
            parts[name] += s
    parts["files and the rest"] = max(took[1] - sum(parts.values()), 1e-9)
    whole = sum(parts.values())
    years = n * sizes.days / YEAR_DAYS
    rate = [
        Figure("end to end", f"{k} worker{'s' * (k > 1)}", "city-years a second", years / s, "1/s", 1, f"{n} replications")
        for k, s in took.items()
    ]
    shares = [
        Figure("end to end", name, "share of time, 1 worker", s / whole, "share", 1, f"{n} replications")
        for name, s in parts.items()
    ]
    beside = (parts["world"] + parts["measure"]) / parts["run"]
    return [*rate, *shares, Figure("end to end", "world and measure", "times the compiled run", beside, "x", 1)]


def starts(sizes: Sizes) -> list[Figure]:
    """Seconds of fresh processes: help, one replication of the base city, nothing compiled and everything compiled."""
    if sizes.starts == 0:
        return []
    base = str(shipped_folder() / "base.yaml")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        one = ["run", base, "--replications", "1", "--days", str(sizes.days), "--workers", "1"]
        if sizes.with_cold_start:
            cold = process([*one, "--engine", "compiled", "--out", f"{folder}/cold"], cache)()
            found.append(Figure("start", "run, 1 replication, compiled, cold", "whole process", cold, "s"))
        cases = {
            "--help": process(["--help"], cache),
            "run, 1 replication, readable": fresh([*one, "--engine", "readable"], cache),
        }
        if sizes.with_cold_start:
            cases["run, 1 replication, compiled, warm"] = fresh([*one, "--engine", "compiled"], cache)
        took = interleaved(cases, sizes.starts)
    return found + [
        Figure("start", name, "whole process", statistics.median(values), "s", sizes.starts) for name, values in took.items()
    ]


def process(arguments: list[str], cache: Path) -> Callable[[], float]:
    """A case: the command line in a process of its own."""
    environment = os.environ | {"CRISIS_SIM_CACHE": str(cache), "PYTHONPATH": str(PACKAGE.parent)}

    def timed() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "sim", *arguments], env=environment, check=True, capture_output=True)
        return time.perf_counter() - started

    return timed


def fresh(arguments: list[str], cache: Path) -> Callable[[], float]:
    """A case that writes to a results folder of its own each time."""

    def timed() -> float:
        with tempfile.TemporaryDirectory() as folder:
            return process([*arguments, "--out", folder], cache)()

    return timed
