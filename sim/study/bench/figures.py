"""What a bench writes down, and how it takes turns: every case once a round, medians over rounds."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import sim

PACKAGE = Path(sim.__file__).resolve().parent


@dataclass(frozen=True)
class Figure:
    """One number: of which part of the bench, which case, what, and over how many rounds the median was taken."""

    part: str
    case: str
    figure: str
    value: float
    unit: str
    rounds: int = 1
    note: str = ""


@dataclass(frozen=True)
class Sizes:
    """How much is played."""

    rounds: int
    days: int  # of the base city, for the engines and the whole
    calls: tuple[int, ...]  # of one run
    calls_of_a_large_city: int
    worlds_a_worker: int
    replications: int
    queue_days: int  # of M/M/8, 62 customers a day
    customers: Mapping[str, int]  # at most, of each rival; times are told per customer
    starts: int  # fresh processes; 0 leaves them out
    with_cold_start: bool = True


ALL = 10**9
FEW = {"simpy": 50_000, "ciw": 20_000, "salabim": 4_000}
MANY = {"simpy": ALL, "ciw": ALL, "salabim": 50_000}
QUICK = Sizes(3, 365, (10_000, 100_000, 1_000_000), 100_000, 8, 20, 3215, FEW, 3)
FULL = Sizes(5, 365, (10_000, 100_000, 1_000_000, 10_000_000), 400_000, 16, 100, 3215, MANY, 5)
TINY = Sizes(1, 5, (200, 400), 500, 1, 2, 20, dict.fromkeys(FEW, 200), 1, with_cold_start=False)


def interleaved(cases: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Each case's seconds by round; in every round each case once, so that a busy moment hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            seconds[name].append(case())
    return seconds


def median_ratio(one: list[float], other: list[float]) -> float:
    """Median over rounds of one case's seconds over another's in the same round."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def machine() -> str:
    """Cores, versions and date in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "simpy", "mesa"))
    load = f", load {os.getloadavg()[0]:.1f} before it began" if hasattr(os, "getloadavg") else ""
    return (
        f"{cores} cores of {platform.machine()}, {platform.system()}, Python {platform.python_version()}, {libraries}, "
        f"crisis-sim {sim.__version__}, {date.today().isoformat()}{load}"
    )


def processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


TEXTS = {  # what is told once and what twice
    "rules": ("rules/*.py",),
    "readable engine": ("engines/readable.py", "engines/agents.py"),
    "loop": ("engines/loop.py", "engines/happenings.py", "engines/agenda.py", "engines/moves.py"),
    "boundary to numba": ("engines/compiled.py", "engines/pointer.py", "engines/layout.py"),
}


def lines_of_text() -> list[Figure]:
    """Lines of each engine and of the rules they share: all, and those of code."""
    found = []
    for name, patterns in TEXTS.items():
        paths = sorted(chain.from_iterable(PACKAGE.glob(pattern) for pattern in patterns))
        texts = [path.read_text(encoding="utf-8") for path in paths]
        found.append(Figure("text", name, "lines", sum(len(text.splitlines()) for text in texts), "lines"))
        found.append(Figure("text", name, "lines of code", sum(map(code_lines, texts)), "lines"))
    return found


def code_lines(text: str) -> int:
    """Lines that are neither blank nor comment nor docstring."""
    import ast

    tree = ast.parse(text)
    owners = [n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(n)]
    told = {line for n in owners for line in range(n.body[0].lineno, (n.body[0].end_lineno or 0) + 1)}
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for number, line in lines if number not in told and line.strip() and not line.strip().startswith("#"))
