"""`validate`: which months are compared, whose fleet it is, what is written and said, what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import json
from argparse import Namespace
from pathlib import Path

import pytest

import sim
from sim.calibrate.lived import seen_by
from sim.calibrate.mapping import ExportMap, read_map
from sim.calibrate.normal import FIT, HELD_BACK
from sim.calibrate.reading.source import read_export
from sim.calibrate.validating.levels import FAILS, NOT_CLAIMED
from sim.calibrate.validating.scoring import fleet_unknown, held_back, map_of, validate, validate_verb, with_posts_enough
from sim.calibrate.validating.verdict import Verdict
from sim.errors import ResultsError
from sim.screen import WIDTH
from sim.study.reckoning import ordinary_load
from tests.calibrate.scoring_town import TOWN, life, write

MOST_LINES = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of one life, a map that holds every second week back, and the town beside it."""
    room = tmp_path_factory.mktemp("scored")
    write(life(11), room, hold_back="weeks")
    (room / "town.yaml").write_text(TOWN.read_text(encoding="utf-8").replace("../../scenarios/", ""), encoding="utf-8")
    return room


@pytest.fixture(scope="module")
def verdict(folder: Path) -> Verdict:
    return validate(folder / "town.yaml", [folder / "export.csv"], replications=3, workers=1)


def args(file: Path, export: Path, **given: object) -> Namespace:
    usual = {"map": None, "replications": 2, "workers": 1, "out": None, "json": False}
    return Namespace(file=str(file), export=[str(export)], **(usual | given))


def test_the_weeks_held_back_are_compared(verdict: Verdict) -> None:
    first = dt.date(2026, 1, 5)  # the Monday of the second week of the window
    assert verdict.period.startswith(f"{first} to ") and "every second of its weeks: 42 days" in verdict.period
    blocks = set(verdict.records.days["block"])
    assert len(blocks) == 42 and all(set(life.days["block"]) == blocks for life in verdict.lives)
    weeks = {(block + 3) // 7 for block in blocks}
    assert all(week + 1 not in weeks for week in weeks)
    assert verdict.rows and not verdict.notes and {row.level for row in verdict.rows if row.section == "queue"} != {NOT_CLAIMED}


@pytest.mark.parametrize(
    ("hold_back", "part", "has_rates", "note"),
    [
        ("none", FIT, True, "Nothing was held back"),
        ("months", HELD_BACK, True, ""),
        ("rows", HELD_BACK, False, "Every second row was held back"),
    ],
)
def test_parts(folder: Path, tmp_path: Path, hold_back: str, part: int, has_rates: bool, note: str) -> None:
    write(life(11), tmp_path, hold_back=hold_back)
    export_map, tree = read_map(tmp_path / "map.yaml")
    scenario = sim.load(folder / "town.yaml")
    period = held_back(read_export([tmp_path / "export.csv"], export_map, tree), export_map, scenario)
    assert (period.part, period.has_rates) == (part, has_rates) and period.days is not None
    own = validate(folder / "town.yaml", [tmp_path / "export.csv"], tmp_path / "map.yaml", replications=1, workers=1)
    assert any(text.startswith(note) for text in own.notes) if note else not own.notes
    assert ("calls" in {row.section for row in own.rows}) == has_rates


def test_minutes_without_dates_are_set_beside_a_year(folder: Path, tmp_path: Path) -> None:
    export = write(life(11), tmp_path, "lengths")
    export_map, tree = read_map(tmp_path / "map.yaml")
    scenario = sim.load(folder / "town.yaml")
    period = held_back(read_export([export], export_map, tree), export_map, scenario)
    assert (period.n_days, period.days, period.first) == (365, None, scenario.run.begins)
    short = folder / "town.yaml"
    sections = {row.section for row in validate(short, [export], tmp_path / "map.yaml", replications=1, workers=1).rows}
    assert {"mix", "travel", "on scene", "queue"} <= sections and not sections & {"calls", "hours", "work"}


def test_an_export_too_short_to_be_parted_is_told(tmp_path: Path, folder: Path) -> None:
    write(life(11), tmp_path, hold_back="years")
    with pytest.raises(ResultsError, match="no call of the export is in the part held back"):
        validate(folder / "town.yaml", [tmp_path / "export.csv"], tmp_path / "map.yaml", replications=1, workers=1)


@pytest.mark.parametrize(
    ("posts", "why"),
    [
        ("posts: 4}", ""),
        ("posts: 4}   # yours?", "posts of patrol are still marked yours?"),
        (None, "posts of patrol are a default"),
    ],
)
def test_whose_fleet_it_is(folder: Path, tmp_path: Path, posts: str | None, why: str) -> None:
    text = (folder / "town.yaml").read_text(encoding="utf-8")
    if posts is None:
        lines = [
            line
            for line in text.splitlines()
            if not any(word in line for word in ("shifts:", "all_day", "afternoon", "  patrol:"))
        ]
        text = "\n".join(lines)
    else:
        text = text.replace("posts: 4}", posts)
    (tmp_path / "town.yaml").write_text(text, encoding="utf-8")
    scenario = sim.load(tmp_path / "town.yaml")
    export_map, tree = read_map(folder / "map.yaml")
    seen = seen_by(export_map, read_export([folder / "export.csv"], export_map, tree), scenario, None)
    assert seen.responders == ("patrol",) and fleet_unknown(scenario, seen) == why


def test_a_default_fleet_too_small_for_the_work_is_made_larger_and_said(folder: Path) -> None:
    """So many times the posts that work fills seven tenths of the hours at most; one that can do its work stays as it is."""
    scenario = sim.load(folder / "town.yaml")
    assert with_posts_enough(scenario) == (scenario, "")
    busy = sim.load(folder / "town.yaml", ["demand.other_calls_per_year={value: 90000}"])
    before = ordinary_load(busy)
    larger, says = with_posts_enough(busy)
    after = ordinary_load(larger)
    assert before is not None and after is not None
    assert before[0] > before[1] and after[0] <= 0.7 * after[1] and after[0] > 0.3 * after[1]
    assert f"played with {round(after[1] / before[1])} times as many" in says


def test_map_beside_the_scenario_or_named(folder: Path, tmp_path: Path) -> None:
    assert isinstance(map_of(None, folder)[0], ExportMap)
    with pytest.raises(ResultsError, match="name it with --map"):
        map_of(None, tmp_path)


def test_screen_page_and_table(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = validate_verb(args(folder / "town.yaml", folder / "export.csv", out=str(tmp_path / "kept")))
    lines = capsys.readouterr().out.splitlines()
    assert code == 0 and len(lines) <= MOST_LINES and all(len(line) <= WIDTH for line in lines)
    assert "VALIDATION  Foreseen town" in lines[0] and any("agree" in line for line in lines)
    page = (tmp_path / "kept" / "validation.html").read_text(encoding="utf-8")
    assert "<svg" in page and page.count("<h2") >= 4 and "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page and "<script" not in page and 'src="' not in page
    with (tmp_path / "kept" / "validation.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {"section", "quantity", "recorded", "low", "high", "simulated", "effect", "level"} <= rows[0].keys()
    assert not [cell for row in rows for cell in (row["section"], row["quantity"], row["group"]) if cell[:1] in "=+-@"]
    charts = sorted(path.name for path in (tmp_path / "kept" / "charts").iterdir())
    assert charts == [f"validation_{what}.{end}" for what in ("hours", "quantiles") for end in ("csv", "png", "svg")]


def test_one_json_document_with_every_row(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validate_verb(args(folder / "town.yaml", folder / "export.csv", out=str(tmp_path), json=True)) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["replications"] == 2 and len(found["rows"]) > 80 and found["inputs"] == []
    assert sum(found["levels"].values()) == sum(row["section"] != "single hours" for row in found["rows"])


def test_the_same_bytes_again_and_with_more_processes(folder: Path, tmp_path: Path) -> None:
    for name, workers in (("first", 1), ("second", 2)):
        validate_verb(args(folder / "town.yaml", folder / "export.csv", out=str(tmp_path / name), workers=workers))
    for path in sorted((tmp_path / "first").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "second" / path.relative_to(tmp_path / "first")).read_bytes(), path.name


def test_a_failing_verdict_is_no_error(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = (
        (folder / "town.yaml")
        .read_text(encoding="utf-8")
        .replace("median_min: {value: 6, low: 5.7", "median_min: {value: 12, low: 5.7")
    )
    other = other.replace("high: 6.3}", "high: 12}").replace("p90_min: {value: 13, low: 12, high: 14}", "p90_min: 26")
    (tmp_path / "slow.yaml").write_text(other, encoding="utf-8")
    given = args(tmp_path / "slow.yaml", folder / "export.csv", map=str(folder / "map.yaml"), out=str(tmp_path), json=True)
    assert validate_verb(given) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["level"] for row in rows if row["section"] == "travel"} == {FAILS}


def test_nothing_of_a_row_is_written(folder: Path, tmp_path: Path) -> None:
    """No stamp and no name of a unit; the minutes of a row only where ten others are as long."""
    validate_verb(args(folder / "town.yaml", folder / "export.csv", out=str(tmp_path)))
    text = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.suffix in (".html", ".csv", ".svg"))
    with (folder / "export.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert not {row["Unit"] for row in rows if row["Unit"]} & set(
        text.replace("<", " ").replace(">", " ").replace(",", " ").split()
    )
    assert not [row["Time Call Received"] for row in rows if row["Time Call Received"] in text]
