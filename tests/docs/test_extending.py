"""The examples of docs/extending.md, typed as it stands: checked, run, and held to the contract from pytest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import blocks_of
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "extending.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the project that holds every file of the page, each under the name it is given there."""
    place = tmp_path_factory.mktemp("extending")
    (place / "responders").mkdir()
    for block in blocks_of(PAGE.read_text(encoding="utf-8"), PAGE.name):
        named = re.match(r"# ([\w./]+\.(?:yaml|py))\n", block.text)
        name = block.directives.get("file") or (named and named[1])
        if name:
            (place / name).write_text(block.text, encoding="utf-8")
    return place


def typed(folder: Path, *arguments: str) -> str:
    """What a command says; it must succeed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)]), "MPLBACKEND": "Agg"}
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_check_keeps_its_promises_as_printed(folder: Path) -> None:
    printed = [block.text for block in blocks_of(PAGE.read_text(encoding="utf-8"), PAGE.name) if "promises kept" in block.text]
    for name, lines in zip(("my_town.yaml", "my_trust.yaml"), printed, strict=True):
        assert typed(folder, "sim", "check", name).endswith(lines)


def test_what_was_added_is_in_the_results(folder: Path) -> None:
    typed(folder, "sim", "run", "my_town.yaml", "--days", "14", "--replications", "1")
    (results,) = (folder / "results").glob("my_town-*")
    assert "community" in (results / "summary.txt").read_text(encoding="utf-8")
    share = typed(folder, "sim", "explain", results.relative_to(folder).as_posix(), "night_calls_share")
    price = typed(folder, "sim", "explain", results.relative_to(folder).as_posix(), "interpreter")
    assert "between midnight and six" in share and "30.00" in price


def test_a_mechanism_does_nothing_at_its_defaults_and_what_is_printed_when_switched_on(folder: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert typed(folder, "what_trust_changes") in [block.text for block in blocks_of(page, PAGE.name)]


def test_a_mechanism_is_run_and_run_again(folder: Path) -> None:
    on = ["--set", "mechanisms.trust.gain_if_helped=0.2"]
    typed(folder, "sim", "run", "my_trust.yaml", *on, "--days", "14", "--replications", "1")
    (results,) = (folder / "results").glob("my_town_with_trust-*")
    assert (results / "tables" / "mechanism_trust.parquet").is_file()
    assert "same bytes" in typed(folder, "sim", "run", results.relative_to(folder).as_posix())


def test_contract_from_pytest(folder: Path) -> None:
    assert "4 passed" in typed(folder, "pytest", "-q", "-p", "no:cacheprovider", "test_my_plugins.py")


def test_both_engines_take_the_policy(folder: Path) -> None:
    script = (
        "import sim; s = sim.load('my_town.yaml', ['run.days=3', 'run.warm_up_days=7', 'run.run_out_days=1']);"
        "w = sim.build_world(s); print(sim.run(w).fingerprint == sim.run(w, engine='compiled').fingerprint)"
    )
    (folder / "both_engines.py").write_text(script, encoding="utf-8")
    assert typed(folder, "both_engines").strip() == "True"
