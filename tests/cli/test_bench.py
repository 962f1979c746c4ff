"""The bench measures all it says it does. How fast anything is, no test judges."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.study.bench import TINY, bench
from sim.study.bench.figures import code_lines
from sim.study.bench.queue import agreement
from sim.study.bench.rivals import RIVALS, is_installed

ROWS = {  # part -> cases it must have
    "engines": {"readable", "compiled"},
    "calls in one run": {f"{n} calls" for n in TINY.calls},
    "units": {"14 units", "224 units"},
    "threads": {"1 worker", "2 workers"},
    "memory": {"a ledger row", "a call"},
    "end to end": {"1 worker", "2 workers", "world", "run", "measure", "files and the rest", "world and measure"},
    "start": {"--help", "run, 1 replication, readable"},
    "M/M/8": {"crisis-sim", *filter(is_installed, RIVALS)},
    "text": {"rules", "readable engine", "loop", "boundary to numba"},
}


@pytest.mark.slow
def test_a_tiny_bench_writes_every_row_and_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench(TINY, tmp_path)
    frame = pd.read_csv(tmp_path / "bench.csv")
    assert {part: set(own["case"]) for part, own in frame.groupby("part")} == ROWS
    assert (frame["value"] > 0).all() and (frame["rounds"] >= 1).all() and frame["unit"].notna().all()
    shares = frame[frame["figure"] == "share of time, 1 worker"]["value"]
    assert shares.sum() == pytest.approx(1)
    for ending in ("png", "svg", "csv"):
        assert (tmp_path / f"bench_picture.{ending}").stat().st_size > 0
    said = capsys.readouterr().out
    assert (tmp_path / "machine.txt").read_text(encoding="utf-8").strip() in said
    assert max(map(len, said.splitlines()[1:])) <= 100
    for name in set(RIVALS) - ROWS["M/M/8"]:
        assert f"{name} left out" in said


@pytest.mark.parametrize("name", sorted(RIVALS))
def test_every_library_plays_the_same_queue(name: str) -> None:
    """Three servers; the waits can be reckoned by hand."""
    if not is_installed(name):
        return  # the bench says so and goes on
    gaps, services = [1.0, 1.0, 1.0, 1.0, 1.0, 100.0], [10.0, 10.0, 10.0, 10.0, 1.0, 1.0]
    assert RIVALS[name](gaps, services, 3) == [0.0, 0.0, 0.0, 7.0, 7.0, 0.0]


def test_agreement_can_fail() -> None:
    values = np.arange(2000) % 7
    assert agreement(values, 3.0) == "agrees"
    assert agreement(values, 3.5) == "does not agree"


def test_lines_of_code_leave_out_words() -> None:
    text = '"""What\nit is."""\n\n# why\nx = 1\n\n\ndef f():\n    """Nothing."""\n    return x  # back\n'
    assert code_lines(text) == 3
