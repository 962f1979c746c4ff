"""A forecast set beside what came: which inputs were wrong, and in which order they mattered."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

import sim
from sim.calibrate.estimate import Estimate, Fitted
from sim.calibrate.validating.forecast import file_of, fitted_note, forecast
from sim.calibrate.validating.inputs import gained, set_right
from sim.calibrate.validating.levels import AGREES, FAILS, WARNS
from sim.calibrate.validating.verdict import Verdict
from sim.errors import ResultsError
from sim.study import study
from tests.calibrate.scoring_town import TOWN, life, write

CAME = ("demand.other_calls_per_year={value: 12000}", "travel.median_min={value: 7.5}", "travel.p90_min={value: 16.25}")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town, a forecast of it, and the export of months that came otherwise: more other work, longer ways."""
    folder = tmp_path_factory.mktemp("forecast")
    (folder / "town.yaml").write_text(TOWN.read_text(encoding="utf-8").replace("../../scenarios/", ""), encoding="utf-8")
    study(sim.load(folder / "town.yaml"), 3, workers=1, out=folder / "results", engine="compiled")
    write(life(50, CAME), folder)
    return folder


@pytest.fixture(scope="module")
def folder(room: Path) -> Path:
    return next((room / "results").iterdir())


@pytest.fixture(scope="module")
def verdict(room: Path, folder: Path) -> Verdict:
    return forecast(folder, [room / "export.csv"], room / "map.yaml", None, 1)


def test_inputs_that_were_wrong_are_named_and_no_others(verdict: Verdict) -> None:
    found = {one.path: one for one in verdict.inputs}
    assert {"demand.other_calls_per_year", "travel.median_min", "travel.p90_min"} <= set(found)
    known = (
        "demand.",
        "travel.",
        "responders.patrol.",
        "types.other.",
    )  # patience is learned as one for all types, and here is not
    wrong = [path for path in found if path.startswith(known) and path not in {one.split("=")[0] for one in CAME}]
    assert len(wrong) <= 1, wrong  # of some twenty inputs, outside their own interval and a stated range besides
    calls = found["demand.other_calls_per_year"]
    assert (calls.stated, calls.stated_low, calls.stated_high) == (9000, 8600, 9400)
    assert calls.estimated_low < 12000 < calls.estimated_high
    assert found["travel.median_min"].estimated == pytest.approx(7.5, abs=0.4)


def test_what_closes_most_of_the_miss_comes_first(verdict: Verdict) -> None:
    closes = [one.closes for one in verdict.inputs]
    assert closes == sorted(closes, reverse=True) and closes[0] > 0.1
    found = {one.path: one for one in verdict.inputs}
    assert found["travel.median_min"].closes == found["travel.p90_min"].closes > 0.05
    assert found["demand.other_calls_per_year"].closes > 0.05


def test_the_input_that_closes_most_is_where_to_look_next(verdict: Verdict) -> None:
    first = verdict.inputs[0]
    assert verdict.look.startswith(f"{first.path} (") and "town.yaml, line " in verdict.look
    assert f"alone it closes {100 * first.closes:.0f} % of the miss" in verdict.look


def test_rows_tell_the_same_story(verdict: Verdict) -> None:
    levels = {(row.quantity, row.group): row.level for row in verdict.rows}
    assert levels["other calls a day", "other"] in (WARNS, FAILS)
    assert levels["travel", "half within"] == levels["travel", "9 in 10 within"] == WARNS
    assert levels["turnout, patrol", "mean"] == levels["calls about people a day", "people"] == AGREES
    assert verdict.replications == 3 and verdict.period == "2026-01-01 to 2026-03-25: 84 days"


def test_what_was_foreseen_is_read_from_the_folder(room: Path, folder: Path, verdict: Verdict) -> None:
    """One life of visits is kept, and calls of all three."""
    row = {(one.quantity, one.group): one for one in verdict.rows}
    travel, calls = row["travel", "half within"], row["other calls a day", "other"]
    assert travel.simulated_low == travel.simulated_high and calls.simulated_low < calls.simulated_high


def test_months_that_nobody_foresaw_are_refused(room: Path, folder: Path, tmp_path: Path) -> None:
    write(life(50, (*CAME, "run.begins=2027-01-04")), tmp_path)
    with pytest.raises(ResultsError, match="share no day") as told:
        forecast(folder, [tmp_path / "export.csv"], tmp_path / "map.yaml", None, 1)
    assert "2026-01-01 to 2026-03-25 simulated" in str(told.value) and "2027-01-07" in str(told.value)


def test_an_export_without_days_is_refused(folder: Path, tmp_path: Path) -> None:
    write(life(50, CAME), tmp_path, "lengths")
    with pytest.raises(ResultsError, match="the export has no days"):
        forecast(folder, [tmp_path / "export.csv"], tmp_path / "map.yaml", None, 1)


def test_drawn_inputs_are_refused(room: Path, tmp_path: Path) -> None:
    done = study(sim.load(room / "town.yaml", ["run.days=7"]), 1, draws=2, workers=1, out=tmp_path)
    with pytest.raises(ResultsError, match="drawn from their ranges"):
        forecast(done.results.folder, [room / "export.csv"], room / "map.yaml", None, 1)


@pytest.mark.parametrize(
    ("period", "says"),
    [
        ({"first": "2025-01-01", "last": "2025-12-31"}, "none of these months"),
        ({"first": "2025-01-01", "last": "2026-02-01"}, "this tests no forecast"),
        ({}, "cannot be known"),
    ],
)
def test_whether_it_was_fitted_to_these_months(room: Path, tmp_path: Path, period: dict[str, str], says: str) -> None:
    found = json.loads((room / "map.yaml").read_text(encoding="utf-8"))
    (tmp_path / "map.yaml").write_text(json.dumps({**found, "period": period}), encoding="utf-8")
    record = {"inputs": {str(tmp_path / "town.yaml"): ""}}
    assert says in fitted_note(record, None, dt.date(2026, 1, 1), dt.date(2026, 3, 25))
    assert "cannot be known" in fitted_note(
        {"inputs": {"nowhere/town.yaml": ""}}, None, dt.date(2026, 1, 1), dt.date(2026, 3, 25)
    )


def test_the_scenario_file_is_found_while_it_says_the_same(room: Path, folder: Path, tmp_path: Path) -> None:
    scenario = sim.load(room / "town.yaml")
    other = tmp_path / "town.yaml"
    other.write_text((room / "town.yaml").read_text(encoding="utf-8").replace("posts: 4", "posts: 5"), encoding="utf-8")
    assert file_of({"inputs": {str(room / "town.yaml"): ""}}, scenario) == room / "town.yaml"
    assert file_of({"inputs": {str(other): ""}}, scenario) is None


def test_a_group_of_inputs_is_set_right_together(verdict: Verdict) -> None:
    def one(path: str, value: float) -> Estimate:
        return Estimate(path, value, value, value, "", 1, "", None)  # type: ignore[arg-type]  # resamples are not asked for

    scenario = sim.load("base.yaml")
    fitted = Fitted([one("demand.mix.suicidal", 0.5), one("demand.mix.youth", 0.2), one("demand.calls_per_year", 4000)])
    mix = set_right(scenario, fitted, "demand.mix").demand.mix
    assert sum(share.value for share in mix.values()) == pytest.approx(1)
    assert mix["suicidal"].value / mix["youth"].value == pytest.approx(2.5)
    demand = set_right(scenario, fitted, "demand.calls_per_year").demand
    assert demand.calls_per_year is not None and demand.calls_per_year.value == 4000 and demand.calls_per_1000_per_year is None
    assert gained(verdict.rows, verdict.rows) == (0.0, "")
