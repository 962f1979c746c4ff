"""Runs of worlds built beforehand: engines, sizes, threads, memory. The clock covers `run(world)` and nothing else."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sim.engines import Run, run
from sim.scenario.library import shipped_folder
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study.bench.figures import Figure, Sizes, interleaved, median_ratio
from sim.world import World, build_world

LARGE = 16  # times the base city: 224 units
DENSE = 4  # times the base city, so that ten million calls fit the loop's clock
YEAR_DAYS = 365.25
LONGEST_DAYS = 24_000  # whole seconds of the clock are below 2^31


def city(times: int, days: int, *more: str) -> Scenario:
    """The base city with so many times its people and posts."""
    base = load(shipped_folder() / "base.yaml")
    sets = [f"place.population={times * base.place.population}", f"run.days={days}", *more]
    for name, responder in base.responders.items():
        sets += [f"responders.{name}.shifts.{shift}.posts={times * row.posts}" for shift, row in responder.shifts.items()]
    return load(shipped_folder() / "base.yaml", sets=sets)


def world_of(times: int, n_calls: int) -> World:
    """A world of about so many calls, of a city so many times the base city."""
    bare = "run.warm_up_days=1", "run.run_out_days=1"
    a_day = len(build_world(city(times, 28, *bare)).calls) / 30
    return build_world(city(times, min(max(round(n_calls / a_day) - 2, 1), LONGEST_DAYS), *bare))


def seconds(world: World, engine: str = "compiled") -> Callable[[], float]:
    """A case: play the world, say how long it took."""
    return lambda: run(world, engine).wall_s


def engines(sizes: Sizes) -> list[Figure]:
    """The base city: compiled against readable."""
    world = build_world(city(1, sizes.days))
    played = run(world, "compiled")
    took = interleaved({"readable": seconds(world, "readable"), "compiled": seconds(world)}, sizes.rounds)
    found = []
    for engine, values in took.items():
        middle = statistics.median(values)
        found += [
            Figure("engines", engine, "a run of the base city", middle, "s", sizes.rounds, f"{sizes.days} days measured"),
            Figure("engines", engine, "a call", 1e6 * middle / len(world.calls), "us", sizes.rounds),
            Figure("engines", engine, "a ledger row", 1e6 * middle / len(played.ledger), "us", sizes.rounds),
        ]
    ratio = median_ratio(took["readable"], took["compiled"])
    return [*found, Figure("engines", "compiled", "times as fast as readable", ratio, "x", sizes.rounds)]


def lengths(sizes: Sizes) -> list[Figure]:
    """One city, ever longer: what a call and a row cost."""
    worlds = {f"{n:,} calls": world_of(DENSE, n) for n in sizes.calls}
    return _costs("calls in one run", worlds, max(sizes.rounds, 2) if sizes.rounds > 1 else 1)


def units(sizes: Sizes) -> list[Figure]:
    """14 and 224 units with demand scaled alike."""
    worlds = {f"{len(world.units)} units": world for world in (world_of(k, sizes.calls_of_a_large_city) for k in (1, LARGE))}
    return _costs("units", worlds, sizes.rounds)


def _costs(part: str, worlds: dict[str, World], rounds: int) -> list[Figure]:
    rows = {name: len(run(world, "compiled").ledger) for name, world in worlds.items()}
    took = interleaved({name: seconds(world) for name, world in worlds.items()}, rounds)
    found = []
    for name, world in worlds.items():
        middle = statistics.median(took[name])
        found += [
            Figure(part, name, "calls", len(world.calls), "calls"),
            Figure(part, name, "a call", 1e6 * middle / len(world.calls), "us", rounds),
            Figure(part, name, "a ledger row", 1e6 * middle / rows[name], "us", rounds),
        ]
    return found


def threads(sizes: Sizes) -> list[Figure]:
    """The same compiled runs by one thread and by two."""
    worlds = [build_world(city(1, sizes.days), k) for k in range(2 * sizes.worlds_a_worker)]

    def by(n: int) -> Callable[[], float]:
        def play() -> float:
            started = time.perf_counter()
            with ThreadPoolExecutor(n) as pool:
                list(pool.map(lambda world: len(run(world, "compiled").ledger), worlds))
            return time.perf_counter() - started

        return play

    by(2)()
    took = interleaved({"1 worker": by(1), "2 workers": by(2)}, sizes.rounds)
    note = f"{len(worlds)} runs"
    found = [Figure("threads", name, note, statistics.median(v), "s", sizes.rounds) for name, v in took.items()]
    ratio = median_ratio(took["1 worker"], took["2 workers"])
    return [*found, Figure("threads", "2 workers", "times as fast as 1", ratio, "x", sizes.rounds)]


def memory(sizes: Sizes) -> list[Figure]:
    """Bytes that a call and a ledger row take while they are held in memory."""
    world = build_world(city(1, sizes.days))
    played: Run = run(world, "compiled")
    n = len(world.calls)
    held = {
        "ledger": played.ledger.nbytes / n,
        "call, luck and final row": (world.calls.nbytes + world.lucks.nbytes + played.calls.nbytes) / n,
    }
    return [
        Figure("memory", "a ledger row", "size", played.ledger.itemsize, "bytes"),
        *(Figure("memory", "a call", name, value, "bytes") for name, value in held.items()),
        Figure("memory", "a call", "all", sum(held.values()), "bytes"),
    ]
