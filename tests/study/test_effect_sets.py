"""Comparisons under the other effect sets: what is played and kept, sums of the split, what the screen says of it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from sim.scenario.load import load
from sim.study.doubt import UNIT, spread
from sim.study.effects import other_sets, under
from sim.study.parquet import read
from sim.study.play import register
from sim.study.results import OF_ALL, Results
from sim.study.screens import effect_lines
from sim.study.screens.compare_cells import Cell, Row
from sim.study.screens.words import Figure
from sim.study.units import Unit
from tests.cli.town import crisis_sim, kept_bytes, write_town

LIVES = ["--days", "4", "--set", "run.warm_up_days=1", "--set", "run.run_out_days=1", "--draws", "3", "--replications", "2"]
PAIR = ["town.yaml", "all_hours.yaml", *LIVES, "--workers", "1", "--engine", "readable"]
ALL_HOURS = """\
extends: town.yaml
name: All hours
responders:
  co_responder:
    shifts:
      weekdays: {days: all, start: "00:00", end: "24:00", posts: 4}
"""


def compared(home: Path, *flags: str) -> tuple[Path, str, str]:
    done = crisis_sim(home, "compare", *PAIR, *flags)
    assert done.returncode == 0, done.stderr
    return home / done.stdout.split("Kept in ")[1].split()[0], done.stdout, done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town and an option whose teams meet nearly everybody, so that effects show in four days."""
    place = tmp_path_factory.mktemp("effect_sets")
    write_town(place)
    (place / "all_hours.yaml").write_text(ALL_HOURS, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def first(home: Path) -> tuple[Path, str, str]:
    """The comparison's folder, its screen, and what was told on the way."""
    return compared(home)


def test_other_sets_are_kept_apart_and_found_again(home: Path, first: tuple[Path, str, str]) -> None:
    folder, _, told = first
    assert "To play: 36 lives: (2 files + 4 under other effect sets) x 3 draws x 2" in told
    for name in ("null", "adverse"):
        for pattern in ("small_town-*", "all_hours-*"):
            (kept,) = (home / "results" / "effects" / name).glob(pattern)
            results = Results(kept)
            assert results.record["scenario"]["effects"] == name and len(results.units) == 6
            assert {path.stem for path in results.tables.iterdir()} == set(OF_ALL) and not results.is_whole
            assert not results.parts.exists()
    before = kept_bytes(folder)
    again, _, told = compared(home)
    assert again == first[0] and "To play" not in told and kept_bytes(folder) == before
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["effects"] == "matched" and list(record["other_effects"]) == ["null", "adverse"]


def test_one_set_missing_is_played_alone(home: Path, first: tuple[Path, str, str], tmp_path: Path) -> None:
    write_town(tmp_path)
    (tmp_path / "all_hours.yaml").write_text(ALL_HOURS, encoding="utf-8")
    own, screen, told = compared(tmp_path, "--effects", "own")
    assert "12 lives: 2 files x 3 draws x 2" in told and "effects null" not in screen
    assert not (own / "effect_sets.csv").exists() and not (tmp_path / "results" / "effects").exists()
    every, _, told = compared(tmp_path)
    assert "(to play: 24, found finished: 12)" in told
    assert every != own and every.name == first[0].name
    assert kept_bytes(every) == kept_bytes(first[0])
    assert kept_bytes(own)["differences.csv"] == kept_bytes(every)["differences.csv"]


def test_lives_under_a_set_are_those_of_a_scenario_that_has_it(home: Path, first: tuple[Path, str, str]) -> None:
    (kept,) = (home / "results" / "effects" / "adverse").glob("small_town-*")
    done = crisis_sim(home, "run", "town.yaml", *LIVES, "--workers", "1", "--set", "effects=adverse", "--out", "alone")
    assert done.returncode == 0, done.stderr
    (alone,) = (home / "alone").iterdir()
    assert alone.name == kept.name
    assert (alone / "metrics.csv").read_bytes() == (kept / "metrics.csv").read_bytes()
    assert "same bytes" in crisis_sim(home, "run", str(kept), "--workers", "1").stdout


def test_the_parts_sum_and_have_paired_ranges(first: tuple[Path, str, str]) -> None:
    folder = first[0]
    split = pd.read_csv(folder / "effect_split.csv", keep_default_na=False, na_values=[""])
    known = split[split["difference"].notna()]
    assert (known["operations"] + known["assumed_effect"]).to_numpy() == pytest.approx(known["difference"].to_numpy(), abs=1e-9)
    assert (known["assumed_effect"] != 0).any() and (known["operations"] != 0).any()
    every = read("SELECT * FROM d", d=[folder / "tables" / "effect_sets.parquet"])
    units = [Unit(draw, k) for draw in (1, 2, 3) for k in (0, 1)]
    by_set = {
        name: rows[(rows["metric"] == "ed_visits_72h") & (rows["group"] == "all")].sort_values(UNIT)["difference"].to_numpy()
        for name, rows in every.groupby("effects")
    }
    assert set(by_set) == {"matched", "null", "adverse"} and all(len(values) == 6 for values in by_set.values())
    row = split[(split["metric"] == "ed_visits_72h") & (split["group"] == "all")].iloc[0]
    parts = {"difference": by_set["matched"], "operations": by_set["null"], "assumed_effect": by_set["matched"] - by_set["null"]}
    for name, values in parts.items():
        found = spread(np.array([values]), units)
        assert list(row[[name, f"{name}_low", f"{name}_high"]]) == pytest.approx([found.value[0], found.low[0], found.high[0]])


def test_own_rows_are_those_of_differences(first: tuple[Path, str, str]) -> None:
    folder = first[0]
    files = [folder / "effect_sets.csv", folder / "differences.csv"]
    sets, differences = (pd.read_csv(file, keep_default_na=False, dtype=str) for file in files)
    own = sets[sets["is_own"] == "True"]
    assumed = differences[differences["kind"] == "assumed"]
    columns = ["metric", "group", "level", "baseline", "option", "difference", "low", "high", "verdict"]
    assert own[columns].to_numpy().tolist() == assumed[columns].to_numpy().tolist()
    for name in ("null", "adverse"):
        assert len(sets[sets["effects"] == name]) > 0


def test_a_line_of_the_screen_under_each_assumed_row(first: tuple[Path, str, str]) -> None:
    lines = first[1].splitlines()
    assert all(len(line) <= 100 for line in lines)
    rows = [k for k, line in enumerate(lines) if "†  " in line or "† " in line[:30]]
    rows = [k for k in rows if "rests on" not in lines[k]]
    assert rows and all(lines[k + 1].split()[:3] == ["effects", "null,", "adverse"] for k in rows)
    assert "null: all do as police do" in " ".join(first[1].split())


def test_json_has_both_tables(home: Path) -> None:
    done = crisis_sim(home, "compare", *PAIR, "--json")
    document = json.loads(done.stdout)
    (option,) = document["options"]
    assert {row["effects"] for row in option["effect_sets"]} == {"matched", "null", "adverse"}
    assert document["effects"] == "matched" and option["effect_split"]


def test_sets_follow_what_a_scenario_has(home: Path) -> None:
    register([])
    town = load(str(home / "town.yaml"), [])
    assert other_sets([town, town], False) == ("null", "adverse")
    assert other_sets([under(town, "adverse")] * 2, False) == ("null", "matched")
    assert other_sets([under(town, "null"), town], True) == ("null", "adverse", "matched")
    assert under(town, "matched") is town and under(town, "null").origin == town.origin
    assert under(under(town, "null"), "matched").fingerprint == town.fingerprint
    plain = town.model_copy(deep=True)
    for family in plain.outcomes.families.values():
        family.effects.clear()
    for responder in plain.responders.values():
        responder.effects.clear()
        responder.practices.clear()
    assert other_sets([plain, plain], False) == ()


def test_study_plays_under_a_set(home: Path, tmp_path: Path) -> None:
    changes = ["run.days=2", "run.warm_up_days=1", "run.run_out_days=1"]
    town = sim.load(str(home / "town.yaml"), changes)
    one = sim.study(town, 1, effects="null", workers=1, out=tmp_path, engine="readable")
    same = sim.study(under(town, "null"), 1, workers=1, out=tmp_path, engine="readable")
    assert one.results.folder == same.results.folder and same.n_played == 0
    assert one.results.record["scenario"]["effects"] == "null"


VERDICTS = {  # option by option under matched, null, adverse
    "ed_visits_72h": (("fewer", "cannot tell", "more"), ("fewer", "about the same", "cannot tell")),
    "arrests": (("cannot tell", "more", "cannot tell"), ("cannot tell", "fewer", "more")),
    "holds": (("fewer", "fewer", "fewer"), ("fewer", "cannot tell", "cannot tell")),
    "force": (("about the same", "cannot tell", "fewer"), ("more", "more", "more")),
}


def test_the_last_sentence_names_headlines_that_hang_on_the_set(monkeypatch: pytest.MonkeyPatch) -> None:
    null, adverse = ([SimpleNamespace(place=k)] for k in (1, 2))
    options, under_sets = (1, 2), (("null", null[0]), ("adverse", adverse[0]))
    own = SimpleNamespace(place=0, effects="matched", options=options, names=["Evenings", "All hours"], under=under_sets)

    def find(comparison: Any, i: int, row: Row) -> Cell:
        return Cell(0.0, Figure(), VERDICTS[row.metric][i][comparison.place])

    monkeypatch.setattr(effect_lines, "find", find)
    assert effect_lines.effect_sentence(own) == (  # type: ignore[arg-type]  # what it reads of a comparison
        "The sign depends on the effect set: ED visits within 72 h (Evenings), arrests (All hours) turn round with it; "
        "ED visits within 72 h and holds (All hours) differ from none under matched, not under every set."
    )
    own.under = ()
    assert effect_lines.effect_sentence(own) == ""  # type: ignore[arg-type]  # as above


def test_other_sets_are_rounded_as_their_ranges_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = {
        0: Cell(1.0, Figure(-90.4, -160.0, -30.0), "fewer"),
        1: Cell(1.0, Figure(-0.15, -4.0, 4.5), "about the same"),
        2: Cell(1.0, Figure(17.4, -3.0, 48.0), "cannot tell"),
    }
    monkeypatch.setattr(effect_lines, "find", lambda comparison, *_: cells[comparison.place])
    under_sets = tuple((name, SimpleNamespace(place=k)) for k, name in ((1, "null"), (2, "adverse")))
    own: Any = SimpleNamespace(place=0, under=under_sets)
    assert effect_lines.effect_row(own, Row("", "x", assumed=True), [0]) == [["  effects null, adverse", "", "0, +17 ?"]]
    assert effect_lines.effect_row(own, Row("", "x"), [0]) == []
