"""docs/phone-doors-people.md: each worked file does what the page says it switches on, and nothing that it leaves out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.rules.lifecycle import CallStatus, Event
from tests.docs.blocks import blocks_of
from tests.house.source import ROOT

NAME = "docs/phone-doors-people.md"
FILES = {
    found[1]: block.text
    for block in blocks_of((ROOT / NAME).read_text(encoding="utf-8"), NAME)
    if block.language == "yaml" and (found := re.search(r"^name: (.+)$", block.text, re.MULTILINE))
}
SHORT = ["run.begins=2025-05-02", "run.policy_starts=null", "run.warm_up_days=26", "run.days=2", "run.run_out_days=1"]
PHONE = {"RINGS", "ANSWERED", "HUNG_UP", "PASSED_ON", "RESOLVED_BY_PHONE"}
DOORS = {"WALKED_IN", "ADMITTED", "BOARDS", "LEFT"}
FOLLOW_UP = {"TASK_RAISED", "TASK_OPENED", "ATTEMPTED", "CONNECTED", "LAPSED"}
HAPPENS = {
    "Doors alone": DOORS,
    "Second counsellor": PHONE,
    "Four more chairs": DOORS,
    "People who return": set(),
    "Case managers and homes": FOLLOW_UP | {"WALKED_IN", "ADMITTED"},
    "More calls once the team is known": set(),
    "Two more case managers, in the long run": FOLLOW_UP,
}


def played(name: str, folder: Path) -> sim.Run:
    text = FILES[name] if "extends:" in FILES[name] else f"extends: base.yaml\n{FILES[name]}"
    path = folder / "block.yaml"
    path.write_text(text, encoding="utf-8")
    return sim.run(sim.build_world(sim.load(path, SHORT)), engine="readable")


def test_no_file_of_the_page_is_left_out() -> None:
    assert list(FILES) == list(HAPPENS)


@pytest.mark.parametrize("name", HAPPENS)
def test_what_is_on_happens_and_what_is_off_does_not(name: str, tmp_path: Path) -> None:
    run = played(name, tmp_path)
    seen = {Event(code).name for code in np.unique(run.ledger["event"])}
    assert seen & (PHONE | DOORS | FOLLOW_UP) == HAPPENS[name]
    came = run.calls[run.calls["status"] != CallStatus.LATENT]
    assert (came["person"] >= 0).any() == ("recurrent" in FILES[name])
    assert came["is_induced"].any() == ("induced: {" in FILES[name])


@pytest.mark.slow
def test_a_longer_run_from_a_kept_state_has_the_bytes_of_one_without_a_break(tmp_path: Path) -> None:
    few = ("--replications", "1", "--engine", "compiled", "--set", "run.warm_up_days=7", "--set", "run.run_out_days=1")

    def folder_of(out: str, *words: str) -> Path:
        command = [sys.executable, "-m", "sim", "run", str(ROOT / "scenarios" / "base.yaml"), *few, "--out", out, *words]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=600)
        assert done.returncode == 0, done.stderr
        (folder,) = (tmp_path / out).iterdir()
        return folder

    kept = folder_of("short", "--days", "7", "--keep-state")
    longer = folder_of("longer", "--days", "14", "--from", str(kept))
    unbroken = folder_of("unbroken", "--days", "14")
    for name in ("metrics.csv", "tables/ledger.parquet"):
        assert (longer / name).read_bytes() == (unbroken / name).read_bytes()
