"""Comparisons of other draws and lives stay apart; pictures, progress and explanations say what they rest on."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.town import crisis_sim, kept_bytes, write_town
from tests.study.test_runner import SHORT

PAIR = ["town.yaml", "second_team.yaml", *SHORT, "--workers", "1", "--engine", "readable", "--effects", "own"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("comparisons")
    write_town(place)
    return place


def compared(home: Path, draws: str, lives: str) -> tuple[Path, str]:
    done = crisis_sim(home, "compare", *PAIR, "--draws", draws, "--replications", lives)
    assert done.returncode == 0, done.stderr
    return home / done.stdout.split("Kept in ")[1].split()[0], done.stderr


def test_other_counts_are_another_comparison(home: Path) -> None:
    first, told = compared(home, "2", "1")
    assert "To play: 4 lives: 2 files x 2 draws x 1" in told
    before, record = kept_bytes(first), (first / "run.json").read_bytes()
    second, told = compared(home, "3", "2")
    assert "12 lives: 2 files x 3 draws x 2 (to play: 8, found finished: 4)" in told
    assert second != first
    assert (kept_bytes(first), (first / "run.json").read_bytes()) == (before, record)
    again, _ = compared(home, "2", "1")  # whatever the folders of both scenarios hold by now
    assert again == first and kept_bytes(first) == before
    assert len(json.loads((first / "run.json").read_text(encoding="utf-8"))["options"][0]["ledgers"]) == 2
    for folder, counts in ((first, "2 draws, 1 life each"), (second, "3 draws, 2 lives each")):
        for name in ("differences", "reach_cost"):
            text = " ".join((folder / "charts" / f"{name}.svg").read_text(encoding="utf-8").split())
            assert "luck only" not in text and counts.split(",")[0] in text, name
    with (second / "charts" / "reach_cost.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2
    (town,) = (home / "results").glob("small_town-*-draws")
    text = (town / "charts" / "dispositions.svg").read_text(encoding="utf-8")
    assert "mean of 3 draws" in text and "replications" not in text


def test_a_comparison_is_explained(home: Path) -> None:
    folder, _ = compared(home, "2", "1")
    name = folder.relative_to(home).as_posix()
    done = crisis_sim(home, "explain", name, "ed_visits_72h")
    assert done.returncode == 0, done.stderr
    assert "minus baseline (95 % range, luck and inputs)" in done.stdout
    assert "crisis-sim explain results/second_team-" in done.stdout
    assert "ed_diversion_72h" in crisis_sim(home, "explain", name, "ed_diversion_72h").stdout
    wrong = crisis_sim(home, "explain", name, "ed_visitz")
    assert wrong.returncode == 2
    assert "this is a comparison" in wrong.stderr and "crisis-sim explain results/second_team-" in wrong.stderr
    of_file = crisis_sim(home, "explain", "town.yaml", "ed_visits_72h")
    assert of_file.returncode == 2 and "crisis-sim explain RESULTS_FOLDER ed_visits_72h" in of_file.stderr
