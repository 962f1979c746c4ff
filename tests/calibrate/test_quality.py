"""Findings about an export: what was put into it is found and said, and a clean one gives no alarm."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.mapping import Limits
from sim.calibrate.normal import Count
from sim.calibrate.weaknesses.quality import findings
from sim.calibrate.weaknesses.rounding import excess
from tests.calibrate.daily import FIRST, MAP, export, of_kind, quiet, records_of, uniforms


def test_a_clean_year_has_no_findings() -> None:
    assert findings(records_of(export(365, 20, quiet)), MAP) == []


def test_gaps_are_runs_of_days() -> None:
    gaps = tuple(FIRST + dt.timedelta(days=day) for day in (40, 41, 42, 90, 200, 201))
    found = of_kind(findings(records_of(export(365, 20, quiet), gaps=gaps), MAP), "gap")
    assert [(finding.where, finding.size) for finding in found] == [
        ("2021-02-10 to 2021-02-12", 3), ("2021-07-20 to 2021-07-21", 2), ("2021-04-01", 1),
    ]  # fmt: skip
    assert all("left out of rates" in finding.says for finding in found)


def test_many_gaps_are_summed_up() -> None:
    gaps = tuple(FIRST + dt.timedelta(days=day) for day in range(10, 310, 20))
    found = of_kind(findings(records_of(export(365, 20, quiet), gaps=gaps), MAP), "gap")
    assert [finding.size for finding in found] == [1, 1, 1, 1, 11]
    assert found[-1].where == "11 more periods"


def test_a_heaped_day_is_over_three_times_the_median() -> None:
    counts = {100: 61, 200: 59}  # 20 is usual
    found = of_kind(findings(records_of(export(365, lambda day: counts.get(day, 20), quiet)), MAP), "heap")
    assert [(finding.where, finding.size) for finding in found] == [("2021-04-11", pytest.approx(61 / 20))]


def test_a_plain_day_among_gaps_is_no_heap() -> None:
    """Twenty days with three calls stand around it: the record was quiet, and the day is as the others."""
    quiet_days = [*range(100, 110), *range(111, 121)]
    gaps = tuple(FIRST + dt.timedelta(days=day) for day in quiet_days)
    calls = export(365, lambda day: 3 if day in quiet_days else 20, quiet)
    assert not of_kind(findings(records_of(calls, gaps=gaps), MAP), "heap")


def test_few_calls_are_no_heap() -> None:
    counts = {100: 9}  # below the smallest cell
    assert not of_kind(findings(records_of(export(365, lambda day: counts.get(day, 2), quiet)), MAP), "heap")


def test_mislabelled_calls_are_counted_by_what_they_turned_out_to_be() -> None:
    calls = export(365, 20, quiet)
    luck = uniforms("final", len(calls))
    is_person = luck < 0.05
    calls["final_type"] = np.where(is_person, "suicidal", "other")
    calls.loc[is_person, "type"] = np.where(uniforms("taken", int(is_person.sum())) < 0.6, "other", "suicidal")
    calls.loc[~is_person, "type"] = "other"
    truth = float((calls["type"][is_person] == "other").mean())
    found = of_kind(findings(records_of(calls), MAP), "mislabelling")
    assert [finding.where for finding in found] == ["all types", "suicidal"]  # nobody taken for a crisis was none
    assert found[0].size == pytest.approx(truth)
    low, high = (float(words.rstrip(" %)")) / 100 for words in found[0].says.split("(")[1].split(")")[0].split(" to "))
    error = np.sqrt(truth * (1 - truth) / is_person.sum())
    assert low < truth < high and high - low == pytest.approx(2 * 1.96 * error, rel=0.35)


def test_small_cells_of_mislabelling_are_not_shown() -> None:
    calls = export(365, 20, lambda day, u: "other")
    calls["final_type"] = "other"
    calls.loc[:8, "final_type"] = "suicidal"  # nine, all missed
    calls.loc[9:500, ["type", "final_type"]] = "suicidal"
    assert not of_kind(findings(records_of(calls), MAP), "mislabelling")
    shown = of_kind(findings(records_of(calls), MAP.model_copy(update={"limits": Limits(smallest_cell=9)})), "mislabelling")
    assert [finding.size for finding in shown] == [pytest.approx(9 / 501)] * 2


def test_calls_that_ended_unserved_are_said_to_be_censored() -> None:
    calls = export(365, 20, quiet)
    luck = uniforms("end", len(calls))
    calls["queue_min"] = np.where(luck < 0.7, 4.5, np.nan)
    calls["gave_up_min"] = np.where(luck > 0.9, 20.0, np.nan)
    found = of_kind(findings(records_of(calls), MAP), "censored")
    assert [finding.size for finding in found] == [
        pytest.approx(np.mean(luck > 0.9)),
        pytest.approx(np.mean((luck >= 0.7) & (luck <= 0.9))),
    ]
    assert "Where types.*.patience_min was learned" in found[0].says and "is fitted" not in found[0].says


def test_blanks_zeros_and_repairs_are_said() -> None:
    calls = export(365, 20, quiet)
    luck = uniforms("blank", len(calls))
    visits = pd.DataFrame(
        {"call": np.arange(len(calls)), "travel_min": np.where(luck < 0.2, np.nan, 3 + 9 * luck), "turnout_min": 0.0}
    )
    counts = [
        Count("read", "rows", 7400), Count("dropped", "identical rows", 60), Count("repaired", "stamps after midnight", 4),
        Count("blanked", "negative intervals", 12), Count("dropped", "test calls", 30), Count("used", "calls", 7300),
    ]  # fmt: skip
    found = findings(records_of(calls, visits, counts=counts), MAP)
    missing = of_kind(found, "missing")
    assert [(finding.where, finding.size) for finding in missing] == [
        ("en route to on scene", pytest.approx(np.mean(luck < 0.2)))
    ]
    assert [finding.where for finding in of_kind(found, "impossible")] == ["dispatched to en route", "negative intervals"]
    assert of_kind(found, "duplicate")[0].size == 60
    assert np.isnan(of_kind(found, "midnight")[0].size) and "fewer than 10" in of_kind(found, "midnight")[0].says
    assert not any("test" in finding.where for finding in found)


def test_a_wait_of_nothing_for_a_free_car_is_no_fault() -> None:
    calls = export(365, 20, quiet)
    luck = uniforms("queue", len(calls))
    calls["queue_min"] = np.where(luck < 0.9, 0.0, 9 * luck)
    visits = pd.DataFrame({"call": np.arange(len(calls)), "travel_min": np.where(luck < 0.6, 0.0, 9 * luck)})
    found = of_kind(findings(records_of(calls, visits), MAP), "impossible")
    assert [(finding.where, finding.unit) for finding in found] == [("en route to on scene", "share of zeros")]


@pytest.mark.parametrize(("share", "is_found"), [(0.85, True), (0.75, False)])
def test_a_constant_was_not_measured(share: float, is_found: bool) -> None:
    calls = export(365, 20, quiet)
    luck = uniforms("turnout", len(calls))
    visits = pd.DataFrame({"call": np.arange(len(calls)), "turnout_min": np.where(luck < share, 1.0, 3 * luck)})
    found = of_kind(findings(records_of(calls, visits), MAP), "impossible")
    assert [finding.where for finding in found] == (["dispatched to en route"] if is_found else [])
    if is_found:
        assert found[0].size == pytest.approx(np.mean(luck < share))
        assert "exactly 60 seconds in 86 %" in found[0].says and "not measured" in found[0].says


def test_time_on_scene_holds_the_way_to_a_door_where_nobody_wrote_when_they_left() -> None:
    calls = export(365, 20, quiet)
    luck = uniforms("end", len(calls))
    endings = np.where(luck < 0.2, "hold", np.where(luck < 0.3, "ed", "resolved"))
    visits = pd.DataFrame({"call": np.arange(len(calls)), "on_scene_min": 20 + 30 * luck, "ending": endings})
    of_scene = of_kind(findings(records_of(calls, visits, layout=("on_scene", "clear")), MAP), "coverage")
    assert [(finding.where, finding.size) for finding in of_scene] == [("time on scene", pytest.approx(np.mean(luck < 0.3)))]
    assert "left out" in of_scene[0].says
    for layout in (("on_scene", "left_scene", "clear"), ("on_scene", "at_door", "clear")):
        assert not of_kind(findings(records_of(calls, visits, layout=layout), MAP), "coverage")
    stated = MAP.model_copy(update={"lasting": {"on_scene": "Minutes"}})
    assert not of_kind(findings(records_of(calls, visits, layout=("on_scene",)), stated), "coverage")
    at_scene = visits.assign(ending=np.where(endings == "resolved", "resolved", "referred"))
    assert not of_kind(findings(records_of(calls, at_scene), MAP), "coverage")


def test_minutes_written_as_fives_are_found() -> None:
    calls = export(365, 20, quiet)
    exact = 10 + 50 * uniforms("long", len(calls))
    by_hand = uniforms("hand", len(calls)) < 0.3
    on_scene = np.where(by_hand, np.round(exact / 5) * 5, exact)
    found = of_kind(
        findings(records_of(calls, pd.DataFrame({"call": np.arange(len(calls)), "on_scene_min": on_scene})), MAP), "heaping"
    )
    assert [finding.where for finding in found] == ["time on scene"]
    assert found[0].size == pytest.approx(0.3, abs=0.03)


def test_whole_minutes_are_no_heaping_of_fives() -> None:
    calls = export(365, 20, quiet)
    calls["received"] = calls["received"].dt.floor("min")
    travel = np.round(-12 * np.log(uniforms("long", len(calls))))
    found = of_kind(
        findings(records_of(calls, pd.DataFrame({"call": np.arange(len(calls)), "travel_min": travel})), MAP), "heaping"
    )
    assert [finding.where for finding in found] == ["stamps", "whole minutes"]


def test_an_excess_is_read_off_the_minutes_beside() -> None:
    whole = np.full(243, 100.0)
    assert excess(whole, whole.sum())[0] == 0
    whole[[10, 15, 20]] += 50
    share, errors = excess(whole, whole.sum())
    assert share == pytest.approx(150 / whole.sum()) and errors > 1


def test_stamps_at_quarter_hours_and_midnight_are_found() -> None:
    calls = export(365, 20, quiet)
    luck = uniforms("stamp", len(calls))
    calls["received"] = calls["received"].where(luck > 0.2, calls["received"].dt.floor("15min"))
    calls["received"] = calls["received"].where(luck < 0.95, calls["received"].dt.floor("D"))
    found = findings(records_of(calls), MAP)
    assert of_kind(found, "heaping")[0].size == pytest.approx(0.25 * 14 / 15, abs=0.02)
    assert of_kind(found, "midnight")[0].size == pytest.approx(0.05, abs=0.01)


def test_half_a_year_says_which_months_are_not_covered() -> None:
    found = of_kind(findings(records_of(export(181, 20, quiet)), MAP), "coverage")
    assert [finding.where for finding in found] == ["season", "months"]
    assert "July, August, September, October, November, December" in found[1].says


def test_durations_only_say_that_ranges_are_too_narrow() -> None:
    calls = pd.DataFrame({"type": ["suicidal"] * 50 + ["other"] * 500, "queue_min": 9 * uniforms("queue", 550)})
    found = findings(records_of(calls, clock=""), MAP)
    assert [finding.kind for finding in found] == ["dependence"]


def test_rare_labels_are_counted_and_not_named() -> None:
    calls = export(365, 20, quiet)
    calls.loc[:2, "label"] = "SECRET NAME"
    found = findings(records_of(calls), MAP)
    assert [(finding.kind, finding.size) for finding in found] == [("small_cells", 1)]
    assert not any("SECRET" in finding.says + finding.where for finding in found)


def test_an_empty_record_is_no_fault() -> None:
    assert findings(records_of(pd.DataFrame({"type": pd.Series([], dtype=str)})), MAP) == []
