"""Replications of a scenario, each asked what records were asked; in other processes where more than one is wanted."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sim.calibrate.exporting.lived import Seen, recorded
from sim.calibrate.exporting.lives import life_of
from sim.calibrate.normal import HELD_BACK
from sim.calibrate.validating.asking import Answers, ask
from sim.engines import run
from sim.scenario.schema import Scenario
from sim.screen import progress
from sim.study.engine import choose
from sim.study.identity import Option
from sim.study.play import Job, n_processors, register
from sim.study.results import files_of
from sim.study.units import Unit
from sim.world import build_world

SMALL = 20_000  # calls of all replications together


class Played(NamedTuple):
    """What a worker process is given once."""

    scenario: Scenario
    seen: Seen
    has_units: bool
    engine: str


def play_lives(scenario: Scenario, replications: int, seen: Seen, has_units: bool, workers: int | None) -> list[Answers]:
    """The answers of replications 0, 1, ... in their order, whatever the number of processes."""
    at_once = min(workers or n_processors(), replications)
    work = Played(scenario, seen, has_units, _engine(scenario, replications, at_once))
    with progress(replications, scenario.name) as advance:
        if at_once == 1:
            return [_told(play_life(work, k), advance) for k in range(replications)]
        beside = sorted({str(file.parent.absolute()) for file in files_of(scenario)}) if scenario.plugins else []
        pool = ProcessPoolExecutor(at_once, multiprocessing.get_context("spawn"), _start, ([*sys.path, *beside],))
        try:
            return [_told(answers, advance) for answers in pool.map(partial(play_life, work), range(replications))]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _engine(scenario: Scenario, replications: int, at_once: int) -> str:
    """The compiled engine for all but small towns: a large fleet takes the readable one longer than `auto` reckons."""
    tasks = [(0, Unit(0, k)) for k in range(replications)]
    is_small = replications * len(build_world(scenario).calls) < SMALL
    asked = "auto" if is_small or scenario.mechanisms else "compiled"
    return choose(asked, [Job(Option(scenario), Path())], tasks, at_once, partial(print, file=sys.stderr))


def play_life(work: Played, replication: int) -> Answers:
    """One replication, asked."""
    register(work.scenario.plugins)
    world = build_world(work.scenario, replication)
    life = life_of(world, run(world, work.engine).ledger)
    return ask(recorded(life, work.seen), HELD_BACK, work.seen.days, work.has_units)


def _told(answers: Answers, advance: object) -> Answers:
    if callable(advance):
        advance(1)
    return answers


def _start(path: Sequence[str]) -> None:
    """Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.path[:] = path
