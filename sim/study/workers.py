"""Units of several options played here or in worker processes, each kept as it finishes.

Processes serve both engines. The compiled loop holds no lock, so threads could share it, but building a world and
measuring a ledger are Python's work and take several times as long as the loop (`crisis-sim bench` shows the shares):
threads would wait for each other through most of it. Workers are started afresh (`spawn`) on every system, so a worker
knows nothing but its jobs. A unit depends on nothing but its option and its numbers, so how many workers there are,
their order, and an interruption leave no trace in results.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

from sim.errors import ResultsError
from sim.study.play import Job, play_and_store, start_worker, work
from sim.study.results import Results, files_of
from sim.study.units import Unit

MAX_BREAKS = 3

Task = tuple[int, Unit]  # place of the job, and what to play of it


def play_tasks(jobs: Sequence[Job], tasks: list[Task], engine: str, workers: int, advance: Callable[[int], None]) -> None:
    """Play all tasks and keep them in their folders' parts."""
    workers = min(workers, len(tasks))
    if workers <= 1:
        for number, unit in tasks:
            play_and_store(jobs[number], unit, engine)
            advance(1)
        return
    n_breaks = 0
    while tasks:
        try:
            for _ in _played_by_workers(jobs, tasks, engine, workers):
                advance(1)
            return
        except BrokenProcessPool:  # a worker was ended from outside, most often for want of memory
            n_breaks, workers = n_breaks + 1, max(workers // 2, 1)
            finished = [Results(job.folder).waiting() for job in jobs]
            tasks = [(number, unit) for number, unit in tasks if unit not in finished[number]]
            if n_breaks > MAX_BREAKS:
                hint = "crisis-sim run with --workers 1 needs the least memory; what had finished is kept"
                raise ResultsError(f"worker processes ended {n_breaks} times without an answer\n  hint  {hint}") from None


def _played_by_workers(jobs: Sequence[Job], tasks: list[Task], engine: str, workers: int) -> Iterator[Task]:
    """Tasks as they finish; nothing is left running when this ends."""
    before = set(multiprocessing.active_children())
    given = (_written(jobs, tasks[0]), engine, _path(jobs))
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), start_worker, given)
    queue = iter(tasks)
    pending: set[Future[Task]] = set()
    try:
        with _undisturbed():
            pending |= {pool.submit(work, *task) for task in islice(queue, 2 * workers)}
        while pending:
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            pending |= {pool.submit(work, *task) for task in islice(queue, len(finished))}
            for future in finished:
                yield future.result()
        pool.shutdown()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise


def _written(jobs: Sequence[Job], first: Task) -> Path:
    """The jobs as a file for workers, kept with parts and gone with them.

    Not passed at their start: what is larger than a pipe would hold the driver for ever if a worker dies reading it.
    """
    absolute = [job._replace(folder=job.folder.absolute()) for job in jobs]
    path = Results(absolute[first[0]].folder).parts / f".jobs-{os.getpid()}"
    path.write_bytes(pickle.dumps(absolute))
    return path


def _path(jobs: Sequence[Job]) -> list[str]:
    """Where a worker looks for modules; for plug-ins beside scenario files too."""
    plugged = [job.option.scenario for job in jobs if job.option.plugins]
    beside = {str(path.parent.absolute()): None for scenario in plugged for path in files_of(scenario)}
    return [*sys.path, *beside, str(Path.cwd())]


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back while workers are started: they inherit that, and it reaches us afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
