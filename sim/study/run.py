"""Many units of one option or several: those kept are found, the others played, all gathered in results folders."""

from __future__ import annotations

import sys
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from sim.errors import ResultsError
from sim.scenario.schema import Scenario
from sim.screen import WIDTH, progress
from sim.study.effects import under
from sim.study.engine import check_engine, choose
from sim.study.identity import Option, shown
from sim.study.play import Job, States, n_processors, state_file
from sim.study.results import Results
from sim.study.units import Unit, asked_units, check_count, lives_words
from sim.study.workers import Task, play_tasks

YEAR_DAYS = 365
NO_STATES = States()


class Interrupted(Exception):  # noqa: N818  # not an error
    """Ctrl-C while units were being played; what had finished is kept."""

    def __init__(self, folder: Path, kept: int, asked: int) -> None:
        self.folder, self.kept, self.asked = folder, kept, asked
        super().__init__(folder, kept, asked)

    def __str__(self) -> str:
        kept = f"{self.kept} of {self.asked} lives are kept in {shown(self.folder)}"
        return f"Stopped. {kept}; the same command goes on from there."


@dataclass(frozen=True)
class Study:
    """Units of one option, all kept in one folder."""

    option: Option
    results: Results
    n_found: int  # kept from earlier runs
    n_played: int
    wall_s: float  # of everything played together

    @property
    def metrics(self) -> pd.DataFrame:
        """Metrics of every unit, tidy."""
        return self.results.query("SELECT * FROM metrics ORDER BY draw, replication", "metrics")

    @property
    def played_years(self) -> float:
        """Years played: measured windows, in years."""
        return self.n_played * self.option.scenario.run.days / YEAR_DAYS


def study(
    scenario: Scenario,
    replications: int | None = None,
    baseline: Scenario | None = None,
    *,
    draws: int | None = None,
    effects: Literal["matched", "null", "adverse"] | None = None,
    workers: int | None = None,
    out: str | Path = "results",
    engine: str = "auto",
    states: States = NO_STATES,
) -> Study:
    """Play lives of a scenario and keep them in a results folder under `out`.

    Parameters
    ----------
    replications : int, optional
        How many, of each draw; the scenario's own number if none, two with draws. What the folder already holds is not
        played again.
    baseline : Scenario, optional
        What is lived until `policy_starts`; the scenario itself if none.
    draws : int, optional
        How many sets of inputs to draw from the ranges the scenario states; none or 0 plays the stated values.
    effects : str, optional
        The effect set to play under; the scenario's own if none, and the baseline's.
    workers : int, optional
        Processes; as many as there are processors if none. A script that asks for more than one wants an
        `if __name__ == "__main__":`.
    engine : str
        `auto`, `readable` or `compiled`; changes how long it takes and nothing else.
    states : States, optional
        Whether to keep the state each life ends with (in the folder's `states/`), and a results folder with kept states to
        go on from; it must be of the same scenario, seed and replications, over as many days or fewer.
    """
    is_drawn = bool(draws)
    if effects is not None:
        scenario, baseline = under(scenario, effects), None if baseline is None else under(baseline, effects)
    option = Option(scenario, None, is_drawn) if baseline is None else Option.against(scenario, baseline, is_drawn)
    asked = asked_units(draws, replications, scenario.run.replications)
    return play(option, Path(out) / option.folder_name, asked, workers, engine, states)


def play(
    option: Option,
    folder: Path,
    asked: Sequence[Unit],
    workers: int | None = None,
    engine: str = "auto",
    states: States = NO_STATES,
) -> Study:
    """The same for a given folder and units."""
    return play_all([Job(option, folder, states=states)], asked, workers, engine)[0]


def play_all(jobs: Sequence[Job], asked: Sequence[Unit], workers: int | None = None, engine: str = "auto") -> list[Study]:
    """The same units of several options, by the same workers; a folder named twice is played once."""
    check_count("--workers", workers, 1)
    check_engine(engine)
    single = list({job.folder: job for job in jobs}.values())
    found, missing = zip(*(_missing(job, asked) for job in single), strict=True)
    tasks = _in_order(single, missing)
    at_once = workers or n_processors()
    try:
        if tasks and len(single) > 1:
            _tell(_to_play(single, asked, len(tasks)))
        used = choose(engine, single, tasks, at_once, _tell) if tasks else ""
        began = time.perf_counter()  # compiling, which happens once, is not playing
        if tasks:
            _play_tasks(single, tasks, at_once, used)
        for job in single:
            _gather(job, asked, time.perf_counter() - began, used)
    except KeyboardInterrupt:
        kept = [len(Results(job.folder).finished()) for job in single]
        folder = single[0].folder if len(single) == 1 else single[0].folder.parent
        raise Interrupted(folder, sum(kept), len(asked) * len(single)) from None
    wall_s = time.perf_counter() - began
    studies = {
        job.folder: Study(job.option, Results(job.folder), n, len(units), wall_s)
        for job, n, units in zip(single, found, missing, strict=True)
    }
    return [studies[job.folder] for job in jobs]


def _in_order(jobs: Sequence[Job], missing: Sequence[Sequence[Unit]]) -> list[Task]:
    """Unit by unit over all options, one effect set after the other, own first: worlds of a unit share their plans."""
    sets = list(dict.fromkeys(job.effects for job in jobs))
    tasks = [(n, unit) for n, units in enumerate(missing) for unit in units]
    return sorted(tasks, key=lambda task: (sets.index(jobs[task[0]].effects), task[1], task[0]))


def _missing(job: Job, asked: Sequence[Unit]) -> tuple[int, list[Unit]]:
    """How many units the folder holds, and which are not there; the folder is ready for them."""
    results = Results(job.folder)
    found = results.finished() if results.is_of(job.option) else {}
    missing = [unit for unit in asked if not _is_kept(job, unit, found)]
    if missing:
        results.prepare(job.option)
        found = results.finished()
        missing = [unit for unit in asked if not _is_kept(job, unit, found)]
    return len(found), missing


def _is_kept(job: Job, unit: Unit, found: Container[Unit]) -> bool:
    """Whether a unit need not be played: its tables are there, and the state it ended with where one is asked for."""
    return unit in found and not (job.states.is_kept and not state_file(job.folder, unit).is_file())


def _play_tasks(jobs: Sequence[Job], tasks: list[Task], workers: int, engine: str) -> None:
    """Play, with a line of progress."""
    label, n_options = jobs[0].option.scenario.name, sum(not job.effects for job in jobs) - 1
    label += f" and {n_options} option{'s' if n_options > 1 else ''}" if n_options else ""
    years = jobs[0].option.scenario.run.days / YEAR_DAYS
    with progress(len(tasks), label, each=years, rate="years played a second") as advance:
        play_tasks(jobs, tasks, engine, workers, advance)


def _to_play(jobs: Sequence[Job], asked: Sequence[Unit], n_tasks: int) -> str:
    """`320 lives: 4 files x 40 draws x 2`, `960 lives: (4 files + 8 under other effect sets) x 40 draws x 2`."""
    n_draws, n = len({unit.draw for unit in asked}), len(jobs) * len(asked)
    each = f"{n_draws} draw{'s' * (n_draws > 1)} x {len(asked) // n_draws}" if asked[0].draw else lives_words(asked)
    n_others = sum(bool(job.effects) for job in jobs)
    files = f"{len(jobs) - n_others} file{'s' * (len(jobs) - n_others > 1)}"
    text = f"{n} lives: {f'({files} + {n_others} under other effect sets)' if n_others else files} x {each}"
    return f"{text} (to play: {n_tasks}, found finished: {n - n_tasks})" if n_tasks < n else f"To play: {text}"


def _gather(job: Job, asked: Sequence[Unit], wall_s: float, engine: str) -> None:
    """Make parts one, also those that an interruption left behind when they had all finished."""
    results = Results(job.folder)
    if results.waiting() or not results.is_of(job.option):
        if not set(asked) <= set(results.finished()):
            raise ResultsError(f"{shown(job.folder)}: a life was neither found nor played\n  hint  the same command again")
        results.gather(job.option, {"last_run_wall_s": round(wall_s, 3), "engine": engine})


def _tell(text: str) -> None:
    """A line about what is to come, on standard error."""
    print(f"  {text}"[: 2 * WIDTH], file=sys.stderr, flush=True)
