"""Workers and driver killed again and again: every unit ends exactly once, with the bytes of a run left alone."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.study.results import Results
from tests.cli.town import crisis_sim, environment, kept_bytes, only_folder, write_town

N = 200
REQUEST = ["run", "town.yaml", "--draws", "100", "--replications", "2", "--days", "1", "--workers", "2"]
REQUEST += ["--set", "run.warm_up_days=1", "--set", "run.run_out_days=1"]
ALL, DRIVER, WORKERS = "driver and workers", "driver", "workers"
# Short enough in sum that a fast machine has not done all before the last.
KILLS = [(0.03, WORKERS), (0.1, ALL), (0.25, DRIVER), (0.05, ALL), (0.3, WORKERS), (0.02, DRIVER), (0.2, ALL), (0.45, WORKERS)]


def children(pid: int) -> list[int]:
    """Processes a process has started that still run."""
    try:
        return [int(word) for path in Path(f"/proc/{pid}/task").glob("*/children") for word in path.read_text().split()]
    except OSError:
        return []


def kill(process: subprocess.Popen[bytes], whom: str) -> None:
    """SIGKILL to those meant."""
    victims = children(process.pid) if whom != DRIVER else []
    victims += [process.pid] if whom != WORKERS else []
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def parts(home: Path) -> dict[str, tuple[int, int]]:
    """Finished units, each with what would change if it were written again."""
    found = {}
    for path in home.glob("results/*/parts/[0-9]*.npz"):
        with contextlib.suppress(FileNotFoundError):  # gathered in the meantime
            found[path.name] = (path.stat().st_ino, path.stat().st_mtime_ns)
    return found


def wait_for_more(home: Path, run: subprocess.Popen[bytes], n_before: int) -> None:
    """Until another unit has finished, or the run has."""
    deadline = time.monotonic() + 120
    while run.poll() is None and len(parts(home)) == n_before:
        assert time.monotonic() < deadline, "nothing goes on"
        time.sleep(0.01)


def play_until_killed(home: Path, delay_s: float, whom: str) -> bool:
    """Start the request, and kill so long after it has finished a unit; whether it had ended by itself by then."""
    command = [sys.executable, "-m", "sim", *REQUEST]
    n_before = len(parts(home))
    with subprocess.Popen(command, cwd=home, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        wait_for_more(home, run, n_before)
        time.sleep(delay_s)
        if whom == WORKERS:  # the driver starts others and goes on
            kill(run, WORKERS)
            wait_for_more(home, run, len(parts(home)))
        kill(run, ALL if whom == WORKERS else whom)
        return run.wait(timeout=60) == 0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds workers in /proc")
def test_two_hundred_units_end_exactly_once_whoever_is_killed(tmp_path: Path) -> None:
    kept: dict[str, tuple[int, int]] = {}
    home = tmp_path / "killed"
    home.mkdir()
    write_town(home)
    for delay_s, whom in KILLS:
        assert not play_until_killed(home, delay_s, whom), "all was done before the last kill"
        now = parts(home)
        assert {name: now.get(name) for name in kept} == kept, "a finished unit was played again"
        kept = now
    again = crisis_sim(home, *REQUEST, "--json")
    assert again.returncode == 0, again.stderr
    document = json.loads(again.stdout)
    assert document["found"] == len(kept) >= len(KILLS)
    assert document["found"] + document["played"] == N
    left_alone = tmp_path / "left_alone"
    left_alone.mkdir()
    write_town(left_alone)
    assert crisis_sim(left_alone, *REQUEST).returncode == 0
    mine, whole = (only_folder(place, "small_town-*") for place in (home, left_alone))
    units = Results(mine).units
    assert len(units) == len(set(units)) == N
    assert not (mine / "parts").exists()
    one, other = kept_bytes(mine), kept_bytes(whole)
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
