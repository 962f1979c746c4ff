"""How fast it is: one interleaved run over engines, sizes, threads, starts, the whole product and other libraries.

`bench()` prints each part as it is done, and writes `bench.csv`, `machine.txt` and a picture. Times are reported and
never judged.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import astuple, fields
from pathlib import Path

import pandas as pd

import sim.outcomes
import sim.policies
from sim.screen import show, table
from sim.study.bench.figures import FULL, QUICK, TINY, Figure, Sizes, lines_of_text, machine
from sim.study.bench.queue import queue
from sim.study.bench.runs import engines, lengths, memory, threads, units
from sim.study.bench.whole import end_to_end, starts
from sim.study.parquet import write_csv, write_text

__all__ = ["FULL", "QUICK", "TINY", "Sizes", "bench"]

assert sim.outcomes
assert sim.policies


def bench(sizes: Sizes = QUICK, out: str | Path = "results/bench") -> pd.DataFrame:
    """Measure, print, and keep as CSV and picture under `out`; the figures, one a row."""
    from sim.study.bench.bench_chart import draw_bench

    began, found, on = time.perf_counter(), list[Figure](), machine()
    say([f"BENCH  {on}"])
    parts: dict[str, Callable[[], list[Figure]]] = {
        "engines": lambda: engines(sizes),
        "calls in one run": lambda: lengths(sizes),
        "units": lambda: units(sizes),
        "threads": lambda: threads(sizes),
        "memory": lambda: memory(sizes),
        "end to end": lambda: end_to_end(sizes),
        "start": lambda: starts(sizes),
        "M/M/8": lambda: queue(sizes, lambda text: say([f"  {text}"])),
        "text": lines_of_text,
    }
    for name, part in parts.items():
        figures = part()
        found += figures
        if figures:
            say(["", name.upper() if name[0].islower() else name, *told(figures)])
    frame = pd.DataFrame([astuple(figure) for figure in found], columns=[field.name for field in fields(Figure)])
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(frame, folder / "bench.csv")
    write_text(folder / "machine.txt", on + "\n")
    draw_bench(frame, on, folder)
    say(["", f"Took {time.perf_counter() - began:.0f} s; kept in {folder}"])
    return frame


def told(figures: list[Figure]) -> list[str]:
    """A part's figures as lines of one screen."""
    return table(
        [[f.case, f.figure, f"{f.value:,.4g}" if f.value < 1e4 else f"{f.value:,.0f}", f.unit, f.note] for f in figures], "llrll"
    )


def say(lines: list[str]) -> None:
    """Print lines at once, so that a long bench is seen to go on."""
    show(lines)
    print(end="", flush=True)
