"""Which engine plays: the readable one for a life or a handful, the compiled one for many. Results never depend on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sim.engines.run import ENGINES
from sim.errors import ResultsError
from sim.registry import policies
from sim.screen import duration_words
from sim.study.play import Job, States, play_unit, register, world_of
from sim.study.workers import Task

CHOICES = ("auto", *ENGINES)
READABLE_CALL_S, OTHER_CALL_S = 25e-6, 10e-6  # a call in the readable engine; the same call in building and measuring
WARM_S, COLD_S = 3.0, 25.0  # before the compiled engine plays: loading it, or compiling it once
FASTER = 40

Tell = Callable[[str], None]


def check_engine(name: str) -> None:
    """Raise ResultsError for a name that is none of auto, readable, compiled."""
    if name not in CHOICES:
        raise ResultsError(f"--engine\n  got   {name}\n  want  one of {', '.join(CHOICES)}")


def choose(asked: str, jobs: Sequence[Job], tasks: Sequence[Task], workers: int, tell: Tell) -> str:
    """The engine for some work, ready to be used; what a user should know first is told.

    `auto` is readable for one unit, and wherever playing it all readably takes less time than loading (or, once for
    every version of the rules, compiling) the compiled engine. A policy that numba cannot take is played readably.
    """
    check_engine(asked)
    happenings = sorted({name for job in jobs for name in job.option.scenario.mechanisms})
    if happenings and (asked == "compiled" or any(job.states != States() for job in jobs)):
        what = "compiled" if asked == "compiled" else "states kept or gone on from"
        want = "auto or readable: only the readable engine plays mechanisms, and it keeps no state"
        raise ResultsError(f"--engine\n  got   {what}, with mechanism {', '.join(happenings)}\n  want  {want}")
    if any(job.states != States() for job in jobs):
        if asked == "readable":
            got = "readable, with states kept or gone on from"
            raise ResultsError(f"--engine\n  got   {got}\n  want  auto or compiled: only it has a state")
        return _warmed("compiled", jobs, tasks, COLD_S, tell)
    if asked == "readable" or (asked == "auto" and len(tasks) == 1):
        return "readable"
    number, unit = tasks[0]
    n_calls = len(world_of(jobs[number].option, unit).calls)
    at_once = max(min(workers, len(tasks)), 1)
    readable_s = n_calls * READABLE_CALL_S * len(tasks) / at_once
    if asked == "auto" and readable_s < WARM_S:
        return "readable"
    refusal = _refusal(jobs)
    if refusal:
        whole_s = n_calls * (READABLE_CALL_S + OTHER_CALL_S) * len(tasks) / at_once
        tell(f"{refusal}; the readable engine plays it, with the same result: about {duration_words(whole_s)}")
        return "readable"
    return _warmed(asked, jobs, tasks, readable_s, tell)


def _warmed(asked: str, jobs: Sequence[Job], tasks: Sequence[Task], readable_s: float, tell: Tell) -> str:
    """Compile here if nobody has, before worker processes would each do it."""
    from sim import compile_cache

    if not compile_cache.is_warm():
        if asked == "auto" and readable_s < COLD_S:
            return "readable"
        buys = f"it then plays {FASTER} times as fast"
        if readable_s > COLD_S:
            buys += f": this in about {duration_words(max(readable_s / FASTER, 1))} instead of {duration_words(readable_s)}"
        tell(f"Compiling the engine for this version, once, about 20 s; {buys}")
        number, unit = tasks[0]
        play_unit(jobs[number].option, unit, "compiled")
        compile_cache.prune()
    return "compiled"


def _refusal(jobs: Sequence[Job]) -> str:
    """Why the compiled engine cannot play this, empty if it can. Shipped policies are known to compile."""
    home = Path(__file__).resolve().parents[1]
    try:
        import sim.engines.compiled  # noqa: F401  # only to see whether numba is there
    except ImportError:
        return "numba cannot be imported"
    for job in jobs:
        register(job.option.plugins)
    played = [one for job in jobs for one in (job.option.scenario, job.option.baseline) if one is not None]
    for name in dict.fromkeys(scenario.policy.name for scenario in played):
        if not Path(policies.get(name).file).resolve().is_relative_to(home):
            from sim.contract import engine_notice

            why = engine_notice(name)
            if why:
                return f"policy {name}: {why.split(': ', 1)[1]}"
    named = sorted({name for scenario in played for name in scenario.mechanisms})
    if named:
        return f"mechanism {', '.join(named)}: not for the compiled engine"
    return ""
