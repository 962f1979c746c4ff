"""Workers, hash seeds and Ctrl-C leave no trace in results."""

from __future__ import annotations

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


def test_same_bytes_for_any_number_of_workers_and_hash_seed(tmp_path: Path) -> None:
    folders = []
    for workers, hash_seed in (("1", "0"), ("2", "12345")):
        home = tmp_path / workers
        home.mkdir()
        write_town(home)
        done = crisis_sim(home, "run", "town.yaml", "--replications", "7", "--workers", workers, hash_seed=hash_seed)
        assert done.returncode == 0, done.stderr
        folders.append(only_folder(home, "small_town-*"))
    one, two = (kept_bytes(folder) for folder in folders)
    assert folders[0].name == folders[1].name
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
    ledgers = [[record["ledger"] for record in Results(folder).replications] for folder in folders]
    assert ledgers[0] == ledgers[1]
    assert len(set(ledgers[0])) == 7


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to another process on Windows")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_interrupt_keeps_what_has_finished(tmp_path: Path, workers: str) -> None:
    write_town(tmp_path)
    command = [sys.executable, "-m", "sim", "run", "town.yaml", "--workers", workers, "--replications"]
    with subprocess.Popen(
        [*command, "400"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        wait_for_parts(tmp_path, process)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the whole group
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "Traceback" not in err
    kept = int(err.split("Stopped. ")[1].split(" of 400")[0])
    assert kept >= 1
    folder = only_folder(tmp_path, "small_town-*")
    assert len(Results(folder).finished()) == kept
    again = crisis_sim(tmp_path, "run", "town.yaml", "--workers", "1", "--replications", str(kept + 1), "--json")
    assert again.returncode == 0, again.stderr
    document = json.loads(again.stdout)
    assert document["found"] == kept
    assert not (folder / "parts").exists()


def wait_for_parts(home: Path, process: subprocess.Popen[str]) -> None:
    """Until one replication is kept."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        if list(home.glob("results/*/parts/[0-9]*.npz")):
            return
        time.sleep(0.05)
    raise AssertionError("no replication finished in time")
