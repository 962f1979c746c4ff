"""How long does a very long export take, and how much memory? A file of many gigabytes is made, read and fitted.

Varied: its size. Read: seconds of wall clock and the most memory the process ever held. Out: two lines on the screen. The file
lies in a temporary folder and is gone afterwards; as much disk again, and half more, is needed while it is read.
Run: python -m experiments.large_export [GIGABYTES]        5 takes some ten minutes on two cores
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sim
from sim.calibrate.fits import fit
from sim.calibrate.mapping import ExportMap
from sim.calibrate.reading.source import read_export

HEADER = "Incident,Received,Dispatched,Enroute,On Scene,Clear,Problem,Priority,Disposition,Unit\n"
BEGINS = dt.datetime(2010, 1, 1)
PROBLEMS = ("Suicidal Person", "Welfare Check", "Traffic Accident", "Alarm", "Noise", "Theft", "Disturbance")
MAP = {
    "name": "Very long",
    "source": "a very long export",
    "columns": {"call": "Incident", "type": "Problem", "priority": "Priority", "disposition": "Disposition", "unit": "Unit"},
    "stamps": {
        "received": "Received",
        "dispatched": "Dispatched",
        "en_route": "Enroute",
        "on_scene": "On Scene",
        "clear": "Clear",
    },
    "types": {"Suicidal Person": "suicidal", "Welfare Check": "welfare_check", "Disturbance": "disturbance", "default": "other"},
    "priorities": {"1": 1, "2": 2, "3": 3},
    "dispositions": {"Assisted": "resolved", "Hospital": "ed"},
}


def rows() -> Iterator[str]:
    """Calls without end, one every fifteen seconds or so, all different."""
    at, n = BEGINS, 0
    while True:
        n += 1
        mixed = n * 2_654_435_761 >> 7
        at += dt.timedelta(seconds=1 + mixed % 29)
        minutes = (1 + mixed % 7, 2 + mixed % 11, 6 + mixed % 23, 20 + mixed % 97)
        stamps = [(at + dt.timedelta(minutes=sum(minutes[: i + 1]))).isoformat(" ") for i in range(4)]
        words = f"{PROBLEMS[mixed % 7]},{1 + mixed % 3},{('Assisted', 'Hospital')[mixed % 5 == 0]},U{mixed % 40}"
        yield f"{n},{at.isoformat(' ')},{','.join(stamps)},{words}\n"


def write(path: Path, n_bytes: int) -> int:
    """Rows until the file is that long; how many."""
    n, size, block = 0, 0, [HEADER]
    with path.open("w", encoding="utf-8", newline="") as stream:
        for row in rows():
            block.append(row)
            n += 1
            if len(block) >= 10_000:
                size += stream.write("".join(block))
                block = []
                if size >= n_bytes:
                    return n
    return n


def main(gigabytes: float) -> None:
    """Write, read and fit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        n = write(path, int(gigabytes * 1e9))
        export_map, base = ExportMap.model_validate(MAP), sim.load("base.yaml")
        began = time.perf_counter()
        records = read_export([path], export_map)
        read_s = time.perf_counter() - began
        fitted = fit(records, export_map, base)
        fit_s = time.perf_counter() - began - read_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{gigabytes:g} GB, {n:,} rows: read in {read_s:.0f} s, fitted in {fit_s:.0f} s, at most {peak_mb:,.0f} MB of memory")
    print(f"{len(fitted.all_estimates())} numbers learned from {int(records.one('SELECT count(*) FROM calls')):,} calls")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
