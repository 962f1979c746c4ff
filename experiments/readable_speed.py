"""Speed of the readable engine: calls a second, what Mesa costs, and how it stands to bare SimPy timeouts.

One year of a scenario (the base city unless another is named), in turn: the engine as it is, the same code with
empty stand-ins for Mesa's two classes, and as many bare SimPy timeouts as the engine played events. Each round is a
fresh process; medians and ratios within the run are printed and written as CSV.

    python experiments/readable_speed.py [SCENARIO] [--rounds 5] [--out results/readable_speed.csv]
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import subprocess
import sys
import time
import tracemalloc
import types
from pathlib import Path
from typing import Any, ClassVar

ROOT = Path(__file__).resolve().parents[1]


def without_mesa() -> None:
    """Put empty stand-ins where Mesa would be imported."""

    class Agent:
        _ids: ClassVar[dict[Any, Any]] = {}

        def __init__(self, model: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.model = model

    class Model:
        def __init__(self, rng: int = 0) -> None:
            pass

    stand_in = types.ModuleType("mesa")
    stand_in.Agent, stand_in.Model = Agent, Model  # type: ignore[attr-defined]
    stand_in.DataCollector = lambda **_: None  # type: ignore[attr-defined]
    sys.modules["mesa"] = stand_in


def play_once(path: str, memory: bool) -> dict[str, float]:
    """One year in this process: seconds, calls, rows, events, and peak bytes a call when asked for."""
    import sim
    from sim.engines import agents, readable

    world = sim.build_world(sim.load(path))
    counted = 0
    original = agents.Due.__init__

    def counting(self: Any, *args: Any, **kwargs: Any) -> None:
        nonlocal counted
        counted += 1
        original(self, *args, **kwargs)

    if memory:
        tracemalloc.start()
        readable.play(world)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return {"bytes_a_call": peak / len(world.calls)}
    run = sim.run(world)
    agents.Due.__init__ = counting  # type: ignore[method-assign]
    readable.play(world)
    return {"seconds": run.wall_s, "calls": len(world.calls), "rows": len(run.ledger), "events": counted}


def bare_timeouts(n: int) -> dict[str, float]:
    """Seconds for n SimPy timeouts, one after another in one process."""
    import simpy

    env = simpy.Environment()

    def wait() -> Any:
        for _ in range(n):
            yield env.timeout(1)

    env.process(wait())
    started = time.perf_counter()
    env.run()
    return {"seconds": time.perf_counter() - started}


def child(*arguments: str) -> dict[str, float]:
    """The same script in a fresh process."""
    done = subprocess.run([sys.executable, __file__, "--child", *arguments], check=True, capture_output=True, text=True, cwd=ROOT)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def main() -> None:
    """Report, or be one of the fresh processes that are timed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", nargs="?", default=str(ROOT / "scenarios/base.yaml"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", default="results/readable_speed.csv")
    parser.add_argument("--child", nargs="*", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        kind, what = arguments.child
        sys.path.insert(0, str(ROOT))
        if kind == "bare":
            print(json.dumps(bare_timeouts(int(what))))
            return
        if kind == "without":
            without_mesa()
        print(json.dumps(play_once(what, memory=kind == "memory")))
        return
    report(arguments.scenario, arguments.rounds, Path(arguments.out))


def report(scenario: str, rounds: int, out: Path) -> None:
    """Interleaved rounds, medians, ratios."""
    times: dict[str, list[float]] = {"readable": [], "without_mesa": [], "bare_timeouts": []}
    facts: dict[str, float] = {}
    for _ in range(rounds):
        facts = child("readable", scenario)
        times["readable"].append(facts["seconds"])
        times["without_mesa"].append(child("without", scenario)["seconds"])
        times["bare_timeouts"].append(child("bare", str(int(facts["events"])))["seconds"])
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratios = {
        name: statistics.median(a / b for a, b in zip(times["readable"], times[name], strict=True))
        for name in ("without_mesa", "bare_timeouts")
    }
    lines = [
        ("calls", facts["calls"]), ("ledger_rows", facts["rows"]), ("events", facts["events"]),
        ("readable_s", medians["readable"]), ("events_per_s", facts["events"] / medians["readable"]),
        ("us_a_call", medians["readable"] / facts["calls"] * 1e6),
        ("readable_over_without_mesa", ratios["without_mesa"]), ("readable_over_bare_timeouts", ratios["bare_timeouts"]),
        ("bytes_a_call", child("memory", scenario)["bytes_a_call"]),
    ]  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("figure", "value"), *lines])
    for name, value in lines:
        print(f"{name:30s} {value:,.2f}")


if __name__ == "__main__":
    main()
