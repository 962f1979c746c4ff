"""The whole of what an export teaches: the same whatever the order of rows, nothing from rows held back, nothing from few."""

from __future__ import annotations

import datetime as dt
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd
import pytest

import sim
from sim.calibrate.estimate import RESAMPLES, Fitted
from sim.calibrate.fits import fit
from sim.calibrate.fits.unlearned import NEVER, WANTED
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Records
from sim.scenario.schema import Scenario
from tests.calibrate.made import Luck, by_path, calls_on, days_from, records_of, visits_of

WORDS = ("resolved", "referred", "ed", "hold", "arrest", "no_contact")
MAP = ExportMap(
    stamps={"received": "when"}, population=50_000, dispositions={word: word for word in WORDS},
    types={"S": "suicidal", "P": "psychosis", "Y": "youth", "default": "other"},
)  # fmt: skip
Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


@pytest.fixture(scope="module")
def base() -> Scenario:
    return sim.load("base.yaml")


def frames(name: str = "whole", n_days: int = 400, a_day: float = 12) -> Frames:
    """Calls, visits and days of an export that says everything."""
    luck, days = Luck("fits", name), days_from(dt.date(2022, 1, 1), n_days)
    counts = luck.poisson(np.full(n_days, a_day))
    n = int(counts.sum())
    kinds = np.array(["other", "suicidal", "psychosis"])[luck.pick([0.6, 0.25, 0.15], n)]
    is_person, hour = kinds != "other", np.floor(24 * luck(n)).astype(int)
    calls = calls_on(days, counts, hour, type=kinds, label=kinds, priority=1 + luck.pick([0.2, 0.3, 0.3, 0.2], n))
    ending = np.array(WORDS, object)[luck.pick([0.4, 0.1, 0.15, 0.15, 0.1, 0.1], n)]
    calls["ending"] = np.where(is_person, ending, "handled")
    calls["zone"] = np.where(luck(n) < 0.4, "north", "south")
    left = luck(n) < 0.08
    waited = -20 * np.log(luck(n))
    calls["gave_up_min"], calls["queue_min"] = np.where(left, waited, np.nan), np.where(left, np.nan, waited)
    calls["person"] = pd.array(np.floor(600 * luck(n) ** 2), "UInt64")
    visits = visits_of(calls)[~left]
    m = len(visits)
    went = np.isin(visits["ending"], ("ed", "hold"))
    minutes = {"turnout_min": 1.0, "travel_min": 7.0, "on_scene_min": 35.0, "at_door_min": 50.0, "task_min": 60.0}
    visits = visits.assign(**{column: mean * np.exp(0.5 * luck.normal(m) - 0.125) for column, mean in minutes.items()})
    visits.loc[~went, "at_door_min"] = np.nan
    return calls, visits.assign(unit=[f"u{k}" for k in luck.pick([0.25] * 4, m)]), days


def fitted_of(own: Frames, base: Scenario, export_map: ExportMap = MAP) -> Fitted:
    return fit(records_of(*own), export_map, base)


@pytest.fixture(scope="module")
def whole(base: Scenario) -> Fitted:
    return fitted_of(frames(), base)


def as_bytes(fitted: Fitted) -> dict[str, bytes]:
    """Every number that was learned, to the last bit."""
    found = {}
    for one in fitted.all_estimates():
        found[one.path] = np.array([one.value, one.low, one.high, one.n]).tobytes() + one.resamples.tobytes()
    for spread in fitted.spreads:
        found[f"{spread.path} spread"] = spread.quantiles.tobytes() + spread.family.encode() + spread.reason.encode()
    for shape in fitted.shapes:
        parts = (shape.hours_of_week, shape.months, shape.hours_resampled, shape.weekdays_resampled, shape.months_resampled)
        found[f"{shape.path} shape"] = b"".join(part.tobytes() for part in parts if part is not None)
    return found


def test_an_export_that_says_everything_teaches_everything(whole: Fitted) -> None:
    learned = {*by_path(whole), *(shape.path for shape in whole.shapes)}
    missing = {pattern for pattern in WANTED if not any(fnmatchcase(path, pattern) for path in learned)}
    assert missing == {"people.recurrent.*"}  # each person calls as often as they like: no law with a group of its own
    assert {one.path for one in whole.unlearned} >= set(NEVER)
    assert set(whole.tables) == {"zones", "labels", "travel_by_zone", "on_scene_by_ending", "patience"}


def test_every_estimate_is_within_its_interval_and_has_its_resamples(whole: Fitted) -> None:
    paths = [one.path for one in whole.all_estimates()]
    assert len(paths) == len(set(paths))
    for one in whole.all_estimates():
        assert one.low <= one.value <= one.high, one.path
        assert one.resamples.shape == (RESAMPLES,), one.path
        assert np.isfinite([one.value, one.low, one.high]).all(), one.path
        assert np.isfinite(one.resamples).all(), one.path
        assert one.how, one.path
        if one.value not in (0, 1):
            assert one.low < one.high, one.path


def test_the_order_of_rows_does_not_count(base: Scenario, whole: Fitted) -> None:
    luck = Luck("order")
    mixed = tuple(frame.iloc[np.argsort(luck(len(frame)))] for frame in frames())
    again = fitted_of(mixed, base)  # type: ignore[arg-type]
    assert as_bytes(again) == as_bytes(whole)
    assert [one.path for one in again.unlearned] == [one.path for one in whole.unlearned]
    for name, table in whole.tables.items():
        assert table.equals(again.tables[name]), name


def test_more_rows_than_a_sample_in_another_order(base: Scenario) -> None:
    """Beyond 50,000 visits a sample is taken, and it is the same one."""
    own = frames("many", 400, 150)
    luck = Luck("many order")
    assert len(own[1]) > 50_000
    mixed = tuple(frame.iloc[np.argsort(luck(len(frame)))] for frame in own)
    assert as_bytes(fitted_of(mixed, base)) == as_bytes(fitted_of(own, base))  # type: ignore[arg-type]


def test_rows_held_back_teach_nothing(base: Scenario, whole: Fitted) -> None:
    calls, visits, days = frames()
    later = days_from(dt.date(2024, 1, 1), 100).assign(part=1)
    more = calls_on(later, np.full(100, 50), np.full(5000, 3), type="suicidal", label="x", priority=1, ending="hold")
    more = more.assign(call=more["call"] + 10**6, part=1, zone="west", person=pd.array([1] * 5000, "UInt64"), queue_min=500.0)
    sent = visits_of(more, travel_min=99.0, on_scene_min=99.0, turnout_min=99.0, at_door_min=99.0, task_min=99.0, unit="u9")
    both = (pd.concat([calls, more]), pd.concat([visits, sent]), pd.concat([days, later]))
    assert as_bytes(fitted_of(both, base)) == as_bytes(whole)


@pytest.mark.parametrize("n", [0, 1, 9])
def test_fewer_rows_than_may_be_shown_teach_nothing(base: Scenario, n: int) -> None:
    calls, visits, days = frames()
    visits = visits[visits["call"] < n]
    fitted = fitted_of((calls[calls["call"] < n], visits, days), base)
    assert fitted.all_estimates() == []
    assert fitted.shapes == []
    assert fitted.tables == {}
    told = {one.path for one in fitted.unlearned}
    for pattern in WANTED:
        name = pattern.removesuffix(".*")
        assert any(path == name or fnmatchcase(path, pattern) or path.startswith(name) for path in told), pattern


def test_an_empty_export_is_said_to_teach_nothing(base: Scenario) -> None:
    fitted = fit(Records(records_of(pd.DataFrame()).database, ""), MAP, base)
    assert not fitted.all_estimates()
    assert len(fitted.unlearned) >= len(WANTED) + len(NEVER)


def test_calls_of_a_kind_the_scenario_does_not_know_are_left_out_and_named(base: Scenario) -> None:
    calls, visits, days = frames("stranger", 60)
    calls["type"] = calls["type"].replace("psychosis", "teapot")
    fitted = fitted_of((calls, visits, days), base)
    assert "types.teapot" in {one.path for one in fitted.unlearned}
    assert by_path(fitted)["demand.calls_per_year"].n == int((calls["type"] == "suicidal").sum())


def test_small_zones_and_labels_are_not_shown(base: Scenario) -> None:
    calls, visits, days = frames("zones", 60)
    calls.loc[calls.index[:9], "zone"] = "hamlet"
    calls.loc[calls.index[:9], "label"] = "rare words"
    fitted = fitted_of((calls, visits, days), base)
    assert set(fitted.tables["zones"]["zone"]) == {"north", "south"}
    assert "rare words" not in set(fitted.tables["labels"]["label"])
    assert fitted.tables["zones"]["share"].sum() == pytest.approx(1)


def test_nothing_learned_names_a_row(whole: Fitted) -> None:
    """No unit, no person and no moment is in any word or table that leaves the fits."""
    words = " ".join([*(one.how for one in whole.all_estimates()), *(one.why for one in whole.unlearned)])
    tables = " ".join(table.to_csv() for table in whole.tables.values())
    for private in ("u0", "u1", "2022-"):
        assert private not in words
        assert private not in tables
