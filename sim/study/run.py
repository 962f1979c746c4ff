"""Many replications of one option: those kept are found, the others played, here or in worker processes.

A replication depends on nothing but its number, so the number of workers, their order and an interruption
leave no trace in results.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd

from sim.errors import ResultsError
from sim.scenario.schema import Scenario
from sim.screen import progress
from sim.study.identity import Option, shown
from sim.study.play import n_processors, play_and_store, start_worker, work
from sim.study.results import Results, files_of

MAX_BREAKS = 3


class Interrupted(Exception):  # noqa: N818  # not an error
    """Ctrl-C while replications were being played; what had finished is kept."""

    def __init__(self, folder: Path, kept: int, asked: int) -> None:
        self.folder, self.kept, self.asked = folder, kept, asked
        super().__init__(folder, kept, asked)

    def __str__(self) -> str:
        kept = f"{self.kept} of {self.asked} replications are kept in {shown(self.folder)}"
        return f"Stopped. {kept}; the same command goes on from there."


@dataclass(frozen=True)
class Study:
    """Replications of one option, all kept in one folder."""

    option: Option
    results: Results
    n_found: int  # kept from earlier runs
    n_played: int
    wall_s: float

    @property
    def metrics(self) -> pd.DataFrame:
        """Metrics of every replication, tidy."""
        return self.results.query("SELECT * FROM metrics ORDER BY replication", "metrics")


def study(
    scenario: Scenario,
    replications: int | None = None,
    baseline: Scenario | None = None,
    *,
    workers: int | None = None,
    out: str | Path = "results",
    engine: str = "readable",
) -> Study:
    """Play replications of a scenario and keep them in a results folder under `out`.

    Parameters
    ----------
    replications : int, optional
        How many; the scenario's own number if none. What the folder already holds is not played again.
    baseline : Scenario, optional
        What is lived until `policy_starts`; the scenario itself if none.
    workers : int, optional
        Processes; as many as there are processors if none. A script that asks for more than one wants an
        `if __name__ == "__main__":`.
    """
    option = Option(scenario, None, engine) if baseline is None else Option.against(scenario, baseline, engine)
    return play(option, Path(out) / option.folder_name, replications, workers)


def play(option: Option, folder: Path, replications: int | None = None, workers: int | None = None) -> Study:
    """The same for a given folder."""
    results, asked = Results(folder), replications or option.scenario.run.replications
    if asked < 1:
        raise ResultsError(f"--replications {asked}: want 1 or more")
    found = results.finished() if results.is_of(option) else {}
    missing = [k for k in range(asked) if k not in found]
    began = time.perf_counter()
    if missing:
        results.prepare(option)
        found = results.finished()
        missing = [k for k in range(asked) if k not in found]
        try:
            with progress(len(missing), option.scenario.name) as advance:
                _play_missing(option, folder, missing, workers or n_processors(), advance)
            wall_s = time.perf_counter() - began
            assert set(range(asked)) <= set(results.finished()), "a replication was neither found nor played"
            results.gather(option, wall_s)
        except KeyboardInterrupt:
            raise Interrupted(folder, len(results.finished()), asked) from None
    return Study(option, Results(folder), len(found), len(missing), time.perf_counter() - began)


def _play_missing(option: Option, folder: Path, missing: list[int], workers: int, advance: Callable[[int], None]) -> None:
    workers = min(workers, len(missing))
    if workers <= 1:
        for replication in missing:
            play_and_store(option, folder, replication)
            advance(1)
        return
    n_breaks = 0
    while missing:
        try:
            for _ in _played_by_workers(option, folder, missing, workers):
                advance(1)
            return
        except BrokenProcessPool:  # a worker was ended from outside, most often for want of memory
            n_breaks, workers = n_breaks + 1, max(workers // 2, 1)
            finished = Results(folder).finished()
            missing = [k for k in missing if k not in finished]
            if n_breaks > MAX_BREAKS:
                hint = "crisis-sim run with --workers 1 needs the least memory; what had finished is kept"
                raise ResultsError(f"worker processes ended {n_breaks} times without an answer\n  hint  {hint}") from None


def _played_by_workers(option: Option, folder: Path, missing: list[int], workers: int) -> Iterator[int]:
    """Numbers of replications as they finish; nothing is left running when this ends."""
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), start_worker, _job(option, folder))
    queue = iter(missing)
    pending: set[Future[int]] = set()
    try:
        with _undisturbed():
            pending |= {pool.submit(work, k) for k in islice(queue, 2 * workers)}
        while pending:
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            pending |= {pool.submit(work, k) for k in islice(queue, len(finished))}
            for future in finished:
                yield future.result()
        pool.shutdown()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise


def _job(option: Option, folder: Path) -> tuple[Option, Path, list[str]]:
    """What a worker is started for; plug-ins are looked for beside scenario files too."""
    beside = [str(path.parent.absolute()) for path in files_of(option.scenario)] if option.plugins else []
    return option, folder.absolute(), [*sys.path, *beside, str(Path.cwd())]


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
