"""One unit of one option, from the world to stored tables: the unit of work, and the process it is done in."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.engines import Run, run
from sim.engines.run import run_with_state
from sim.errors import ResultsError
from sim.measure import Measures, measure
from sim.measure.measures import CANDIDATE
from sim.study.identity import Option, sha256, shown
from sim.study.naming import raw_tables
from sim.study.results import OF_KEPT, Results
from sim.study.units import Unit
from sim.world import World, build_world

OF_PERSONS = ["eligible", "reached", "ed", "later_ed_72h", "later_ed_30d", "came"]


class States(NamedTuple):
    """Whether each life keeps the state it ends with, and the results folder whose states lives go on from."""

    is_kept: bool = False
    start: Path | None = None

    def start_of(self, unit: Unit) -> Path | None:
        """The state a unit goes on from; ResultsError if that folder kept none of it."""
        if self.start is None:
            return None
        file = state_file(self.start, unit)
        if not file.is_file():
            want = "a results folder of a run with --keep-state, of as many lives"
            raise ResultsError(f"{shown(self.start)}\n  got   no state of {unit}\n  want  {want}")
        return file


def state_file(folder: Path, unit: Unit) -> Path:
    """Where a results folder keeps the state a unit ended with."""
    return folder / "states" / f"{unit.part}.npz"


class Job(NamedTuple):
    """An option and the folder its units are kept in."""

    option: Option
    folder: Path
    effects: str = ""  # the effect set it is played under beside its own; of such lives no table of single calls is kept
    states: States = States()


_WORK: list[tuple[Sequence[Job], str]] = []  # what a worker process was started for: jobs, and the engine


def world_of(option: Option, unit: Unit) -> World:
    """The world of one unit: inputs of its draw, luck of its life."""
    register(option.plugins)
    scenario, baseline = option.inputs(unit.draw)
    return build_world(scenario, unit.luck, baseline)


def play_unit(
    option: Option, unit: Unit, engine: str = "readable", start: Path | None = None, keep: Path | None = None
) -> tuple[World, Run, Measures]:
    """Build, run, measure; `start` and `keep`: files of the state to go on from and to keep."""
    world = world_of(option, unit)
    played = run(world, engine) if start is None and keep is None else run_with_state(world, start, keep)
    return world, played, measure(played, world)


def record_of(unit: Unit, world: World, played: Run, measures: Measures) -> dict[str, Any]:
    """What is remembered of a unit beside its tables; the same for everybody except `play_s`."""
    return {
        "draw": unit.draw,
        "replication": unit.replication,
        "ledger": played.fingerprint,
        "metrics": sha256(measures.metrics.to_csv(index=False, lineterminator="\n")),
        "calls": len(world.calls),
        "rows": len(played.ledger),
        "setting": asdict(measures.setting),
        "play_s": round(played.wall_s, 4),
    }


def person_calls(call_facts: pd.DataFrame, world: World) -> pd.DataFrame:
    """What pairing asks of every crisis that may come in the window, in order of its random identity.

    `came`: whether it came about, called or not. Where it did not all else is false.
    """
    calls = world.calls
    is_there = np.zeros(len(calls), np.bool_)
    is_there[call_facts["call"]] = True
    inside = (calls["received_s"] >= world.window_start_s) & (calls["received_s"] < world.window_end_s)
    kept = inside & world.person_type[world.lucks["type"]] & (is_there | (calls["person"] >= 0))
    order = np.flatnonzero(kept)[np.lexsort([calls[name][kept] for name in CANDIDATE[::-1]])]
    own = call_facts.set_index("call")[OF_PERSONS[:-1]].astype(bool)
    return own.reindex(order, fill_value=False).assign(came=is_there[order]).reset_index(drop=True)


def play_and_store(job: Job, unit: Unit, engine: str) -> Unit:
    """Play a unit and keep it in the folder's parts."""
    option = job.option
    keep = state_file(job.folder, unit) if job.states.is_kept else None
    world, played, measures = play_unit(option, unit, engine, job.states.start_of(unit), keep)
    frames = {"metrics": measures.metrics, "costs": measures.costs, "person_calls": person_calls(measures.call_facts, world)}
    if unit.is_kept_whole and not job.effects:
        frames.update({table: getattr(measures, table) for table in OF_KEPT})
    if unit == Unit(int(option.is_drawn), 0) and not job.effects:
        frames.update(raw_tables(world, played), unit_spells=measures.unit_spells, assignments=measures.assignments)
        frames.update(measures.more)
    Results(job.folder).store(unit, record_of(unit, world, played, measures), frames)
    return unit


def register(plugins: list[str]) -> None:
    """Fill the registries: shipped policies and outcome models, then plug-in modules."""
    for name in ("sim.policies", "sim.outcomes", *plugins):
        importlib.import_module(name)


def start_worker(jobs_file: Path, engine: str, path: list[str]) -> None:
    """Set up a worker process: Ctrl-C is the parent's to answer; a worker whose parent is gone ends itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.path[:] = path
    jobs = pickle.loads(jobs_file.read_bytes())  # just written by the process that started this one
    for job in jobs:
        register(job.option.plugins)
    _WORK[:] = [(jobs, engine)]


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def work(number: int, unit: Unit) -> tuple[int, Unit]:
    """One unit of one of the jobs this worker was started for."""
    jobs, engine = _WORK[0]
    return number, play_and_store(jobs[number], unit, engine)


def n_processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
