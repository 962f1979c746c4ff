"""One replication of one option, from the world to stored tables: the unit of work."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.engines import Run, run
from sim.measure import Measures, measure
from sim.study.identity import Option, sha256
from sim.study.naming import raw_tables
from sim.study.results import Results
from sim.world import World, build_world

_JOB: list[tuple[Option, Path]] = []  # what a worker process was started for


def play_replication(option: Option, replication: int) -> tuple[World, Run, Measures]:
    """Build, run, measure."""
    register(option.plugins)
    world = build_world(option.scenario, replication, option.baseline)
    played = run(world, option.engine)
    return world, played, measure(played, world)


def record_of(world: World, played: Run, measures: Measures) -> dict[str, Any]:
    """What is remembered of a replication beside its tables; the same for everybody except `play_s`."""
    return {
        "replication": world.replication,
        "ledger": played.fingerprint,
        "metrics": sha256(measures.metrics.to_csv(index=False, lineterminator="\n")),
        "calls": len(world.calls),
        "rows": len(played.ledger),
        "setting": asdict(measures.setting),
        "play_s": round(played.wall_s, 4),
    }


def play_and_store(option: Option, folder: Path, replication: int) -> int:
    """Play a replication and keep it in the folder's parts."""
    world, played, measures = play_replication(option, replication)
    frames = {name: getattr(measures, name) for name in ("call_facts", "reach", "costs", "metrics")}
    if replication == 0:
        frames.update(raw_tables(world, played), unit_spells=measures.unit_spells)
    Results(folder).store(record_of(world, played, measures), frames)
    return replication


def register(plugins: list[str]) -> None:
    """Fill the registries: shipped policies and outcome models, then plug-in modules."""
    for name in ("sim.policies", "sim.outcomes", *plugins):
        importlib.import_module(name)


def start_worker(option: Option, folder: Path, path: list[str]) -> None:
    """Set up a worker process: Ctrl-C is the parent's to answer; a worker whose parent is gone ends itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.path[:] = path
    register(option.plugins)
    _JOB[:] = [(option, folder)]


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def work(replication: int) -> int:
    """One replication of the job this worker was started for."""
    option, folder = _JOB[0]
    return play_and_store(option, folder, replication)


def n_processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
