"""`validate`: which months are compared, whose fleet it is, what is written and said, what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

import sim
from sim.calibrate.exporting.lived import seen_by
from sim.calibrate.mapping import ExportMap, read_map
from sim.calibrate.normal import FIT, HELD_BACK
from sim.calibrate.reading.source import read_export
from sim.calibrate.validating import cells
from sim.calibrate.validating.levels import AGREES, FAILS, NOT_CLAIMED
from sim.calibrate.validating.pointing import input_of, next_step
from sim.calibrate.validating.posts import in_words, posts_note, teams_of, unclaimed_posts, with_posts_enough
from sim.calibrate.validating.scoring import held_back, map_of, validate, validate_verb, with_teams
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
    assert seen.responders == ("patrol",) and in_words(unclaimed_posts(scenario, seen)) == why


def test_all_posts_that_are_not_claimed_are_said_in_one_list() -> None:
    marked = {name: "are still marked yours?" for name in ("patrol", "ems", "cit_patrol")}
    (note,) = posts_note({**marked, "fire": "are a default"})
    assert "posts of fire are a default; posts of cit_patrol, ems and patrol are still marked yours?" in note
    assert "put your own roster in" in note and "comment yours? away" in note and posts_note({}) == []


def test_teams_are_those_the_map_tells_apart(folder: Path) -> None:
    export_map, tree = read_map(folder / "map.yaml")
    scenario = sim.load("base.yaml")
    assert teams_of(export_map, scenario) == ()
    two = export_map.model_copy(update={"responders": {"EMS*": "ems", "X*": "nobody_has_it", "default": "patrol"}})
    assert teams_of(two, scenario) == ("ems", "patrol")
    silent = two.columns.model_copy(update={"unit": None, "responder": None})
    assert teams_of(two.model_copy(update={"columns": silent, "waves": None}), scenario) == ()
    seen = seen_by(export_map, read_export([folder / "export.csv"], export_map, tree), scenario, None)
    assert with_teams(seen, ("ems", "patrol")).responders == ("ems", "patrol")  # a team that never came is on record as that


def test_a_guessed_roster_too_small_for_the_work_is_made_larger_and_said(folder: Path) -> None:
    """So many times the posts that work fills seven tenths of the hours at most; one that can do its work stays as it is."""
    scenario = sim.load(folder / "town.yaml")
    assert with_posts_enough(scenario, ["patrol"]) == (scenario, "")
    busy = sim.load(folder / "town.yaml", ["demand.other_calls_per_year={value: 90000}"])
    assert with_posts_enough(busy, []) == (busy, ""), "posts of the city's own stay as they are"
    before = ordinary_load(busy)
    larger, says = with_posts_enough(busy, ["patrol"])
    after = ordinary_load(larger)
    assert before is not None and after is not None
    assert before[0] > before[1] and after[0] <= 0.7 * after[1] and after[0] > 0.3 * after[1]
    times = {2: "twice", 3: "three times", 4: "four times"}.get(round(after[1] / before[1]), f"{after[1] / before[1]:.0f} times")
    assert f"played with {times} the posts; nothing that hangs on posts is claimed" in says


def test_every_row_points_to_a_line_that_is_there(verdict: Verdict, folder: Path) -> None:
    scenario = sim.load(folder / "town.yaml")
    for row in verdict.rows:
        if row.section != "single hours":
            path = input_of(row, scenario)
            assert scenario.origin.spot(path).line > 0 and scenario.origin.under(path), path
    levels = [replace(row, level=AGREES) for row in verdict.rows]
    assert "nothing is off beyond luck" in next_step(levels, scenario)
    at = next(i for i, row in enumerate(levels) if (row.quantity, row.group) == ("travel", "half within"))
    levels[at] = replace(levels[at], level=FAILS)
    assert "look at travel.median_min (" in next_step(levels, scenario) and "town.yaml, line 1" in next_step(levels, scenario)


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [(149.8, 150.3, "150.0 min (149.8, 150.3)"), (149.998, 150.001, "(149.998, 150.001)")],
)
def test_a_range_of_some_width_never_has_equal_ends(verdict: Verdict, low: float, high: float, says: str) -> None:
    row = next(row for row in verdict.rows if row.unit == "min")
    assert says in cells.recorded(replace(row, recorded=150.0, low=low, high=high))


@pytest.mark.parametrize(
    ("effect", "relative", "says"),
    [(-1.83, -0.1, "-1.8 points (-10 %)"), (0.048, 0.004, "0.0 points (+0.4 %)"), (14.6, 1.52, "+15 points (+152 %)")],
)
def test_points_come_first_and_per_cent_beside(verdict: Verdict, effect: float, relative: float, says: str) -> None:
    row = next(row for row in verdict.rows if row.effect_unit == "points")
    assert cells.effect(replace(row, effect=effect, relative=relative)) == says


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
    assert {"luck_low", "luck_high"} <= rows[0].keys() and "luck alone" in page
    assert any(line.startswith(f"  {len(rows)} rows: ") for line in lines) and f"{len(rows)} rows: " in page
    assert any(line.startswith("  Next: ") for line in lines[-3:])
    assert not [cell for row in rows for cell in (row["section"], row["quantity"], row["group"]) if cell[:1] in "=+-@"]
    charts = sorted(path.name for path in (tmp_path / "kept" / "charts").iterdir())
    assert charts == [f"validation_{what}.{end}" for what in ("hours", "quantiles") for end in ("csv", "png", "svg")]


def test_one_json_document_with_every_row(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validate_verb(args(folder / "town.yaml", folder / "export.csv", out=str(tmp_path), json=True)) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["replications"] == 2 and len(found["rows"]) > 80 and found["inputs"] == []
    assert sum(found["levels"].values()) == len(found["rows"])


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
