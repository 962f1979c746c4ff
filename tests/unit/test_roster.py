"""Rosters as people work them: whose hours, who comes, who stands in, who is away, and what of it is paid."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from sim.keys import MARKS, Purpose, draw, name_hash
from sim.scenario.schema import Scenario
from sim.world.roster import weekly_hours
from tests.unit.rostered import DAY, H, Rostered, shift, town


def posted(rows: Any) -> int:
    return int((rows["end_s"] - rows["start_s"]).sum())


@pytest.mark.parametrize(
    ("rows", "at_7", "at_15", "weekly"),
    [
        ({"a": shift("07:00", "15:00"), "b": shift("15:00", "23:00"), "c": shift("23:00", "07:00")}, "a", "b", 168),
        ({"a": shift("06:00", "16:00"), "b": shift("14:00", "24:00"), "c": shift("22:00", "08:00")}, "ac", "ab", 210),
        ({"a": shift("07:00", "19:00"), "b": shift("19:00", "07:00")}, "a", "a", 168),
    ],
    ids=["8 hours", "10 hours", "12 hours"],
)
def test_shifts_of_8_10_and_12_hours_are_plain_rows(rows: dict[str, Any], at_7: str, at_15: str, weekly: float) -> None:
    found = Rostered(town(shifts=rows))
    for at, there in ((48 + 7, at_7), (48 + 15, at_15)):
        assert [name for name in rows if any(a <= at < b for a, b in found.hours(f"team/{name}/1"))] == list(there)
    scenario = Scenario.model_validate(town(shifts=rows))
    assert sum(weekly_hours(row) for row in scenario.responders["team"].shifts.values()) == weekly


def test_four_tens_with_three_days_off_are_two_rows() -> None:
    rows = {"a": shift(days="mon-thu"), "b": shift(days="thu-sun")}
    on = {name: [int(start // 24) for start, _ in Rostered(town(shifts=rows)).hours(f"team/{name}/1")] for name in rows}
    assert on == {"a": [0, 1, 2, 3], "b": [3, 4, 5, 6]}


def test_a_staggered_post_starts_and_ends_later_than_the_one_before() -> None:
    data = town(shifts={"day": shift(posts=3, stagger_min=90)})
    first_day = [Rostered(data).hours(f"team/day/{post}")[0] for post in (1, 2, 3)]
    assert first_day == [(8, 18), (9.5, 19.5), (11, 21)]


def test_one_shift_staggered_by_eight_hours_is_round_the_clock() -> None:
    found = Rostered(town(shifts={"day": shift("00:00", "08:00", posts=3, stagger_min=480)}))
    assert [found.hours(f"team/day/{post}")[0] for post in (1, 2, 3)] == [(0, 8), (8, 16), (16, 24)]


def test_a_stagger_beyond_the_day_reaches_in_from_the_days_before() -> None:
    found = Rostered(town(shifts={"day": shift("20:00", "06:00", days="mon-fri", posts=3, stagger_min=1440)}))
    assert found.hours("team/day/1")[:2] == [(20, 30), (44, 54)]  # Monday, Tuesday
    # The third begins two days after its day: Thursday's shift at 20:00 of Saturday, which is the sixth day of the run.
    assert found.hours("team/day/3") == [(0, 6), *((24 * day + 20, min(24 * day + 30, 168)) for day in range(2, 7))]


def test_an_absent_crew_is_posted_and_paid_and_not_there() -> None:
    found = Rostered(town(unavailable_share=1))
    assert posted(found.shifts) == 3 * 7 * 10 * H
    assert not found.shifts["staffed"].any()
    assert (found.shifts["paid_ppm"] == 1_000_000).all()
    assert len(found.duties) == 0


def test_a_vacant_post_is_posted_and_neither_there_nor_paid() -> None:
    found = Rostered(town(vacancy_share=1))
    assert posted(found.shifts) == 3 * 7 * 10 * H
    assert not found.shifts["staffed"].any()
    assert not found.shifts["paid_ppm"].any()


def test_a_post_is_vacant_for_whole_quarters_by_the_mark_of_its_name() -> None:
    data = town(vacancy_share=0.4)
    data["run"] |= {"days": 730}
    found = Rostered(data, replication=2)
    quarters = set()
    for name in found.names:
        for row in found.of(name):
            date = dt.date.fromordinal(int(row["day"]))
            quarter = date.year * 4 + (date.month - 1) // 3
            mark = draw(5, Purpose.VACANCY, name_hash(name), quarter, 2)[0]
            assert row["staffed"] == (mark >= 0.4 * MARKS), (name, date)
            quarters.add((name, quarter, int(row["staffed"])))
    assert len(quarters) == 3 * 9  # none is both; 2027, 2028 and the first of 2029
    assert {0, 1} == {staffed for _, _, staffed in quarters}


@pytest.mark.parametrize("empty", ["unavailable_share", "vacancy_share"])
def test_an_empty_shift_is_filled_on_overtime_by_a_mark_of_the_day(empty: str) -> None:
    data = town(**{empty: 1}, overtime_fill_share=0.6)
    data["run"] |= {"days": 100}
    found = Rostered(data)
    for row in found.shifts:
        mark = draw(5, Purpose.OVERTIME_FILL, name_hash(found.names[row["unit"]]), int(row["day"]), 0)[0]
        assert row["overtime"] == row["staffed"] == (mark < 0.6 * MARKS)
    assert (found.shifts["paid_ppm"][found.shifts["overtime"] == 1] == 1_000_000).all()
    assert 0.5 < found.shifts["overtime"].mean() < 0.7


def test_nobody_stands_in_for_a_crew_that_came() -> None:
    assert not Rostered(town(overtime_fill_share=1)).shifts["overtime"].any()


def test_training_cuts_a_shift_in_three_and_is_paid() -> None:
    found = Rostered(town(away={"training": {"share": 1, "from_h": 2, "hours": 1.5}}))
    pieces = [(row["start_s"] / H, row["end_s"] / H, int(row["staffed"])) for row in found.of("team/day/1")[:3]]
    assert pieces == [(8, 10, 1), (10, 11.5, 0), (11.5, 18, 1)]
    assert found.hours("team/day/1", "duties")[:3] == [(8, 10), (11.5, 18), (32, 34)]
    assert (found.shifts["paid_ppm"] == 1_000_000).all()
    assert len(set(found.of("team/day/1")["day"][:3].tolist())) == 1


def test_hours_away_for_two_reasons_overlap_and_end_with_the_shift() -> None:
    court, training = {"share": 1, "from_h": 1, "hours": 3}, {"share": 1, "from_h": 3, "hours": 2}
    found = Rostered(town(away={"court": court, "training": training, "range": {"share": 1, "from_h": 9, "hours": 5}}))
    pieces = [(row["start_s"] / H, row["end_s"] / H, int(row["staffed"])) for row in found.of("team/day/1")[:4]]
    assert pieces == [(8, 9, 1), (9, 13, 0), (13, 17, 1), (17, 18, 0)]


def test_each_reason_has_its_own_mark_of_post_and_day() -> None:
    shares = {"court": 0.3, "training": 0.7}
    data = town(away={reason: {"share": share, "hours": 10} for reason, share in shares.items()})
    data["run"] |= {"days": 60}
    found = Rostered(data)
    for row in found.shifts:
        name, day = found.names[row["unit"]], int(row["day"])
        marks = {reason: draw(5, Purpose.AWAY, name_hash(name, reason), day, 0)[0] for reason in shares}
        assert row["staffed"] == (not any(marks[reason] < shares[reason] * MARKS for reason in shares))


def test_no_hours_away_and_no_share_of_them_cut_nothing() -> None:
    plain = Rostered(town())
    for away in ({"share": 0, "hours": 4}, {"share": 1, "hours": 0}):
        assert np.array_equal(Rostered(town(away={"training": away})).shifts, plain.shifts)


def test_a_crew_on_call_is_paid_in_part_and_turns_out_in_its_own_time() -> None:
    rows = {"day": shift(), "night": shift("18:00", "08:00", on_call=True, paid_share=0.25, turnout_min=40)}
    found = Rostered(town(shifts=rows))
    for name, on_call, paid_ppm, turnout_s in (("day", 0, 1_000_000, 120), ("night", 1, 250_000, 2400)):
        own = found.of(f"team/{name}/1")
        assert set(own[["on_call", "paid_ppm", "turnout_s"]].tolist()) == {(on_call, paid_ppm, turnout_s)}
        assert set(found.of(f"team/{name}/1", "duties")["turnout_s"].tolist()) == {turnout_s}


def test_a_unit_begins_with_the_turnout_of_its_shift_or_its_type() -> None:
    rows = {"day": shift(), "night": shift("18:00", "08:00", on_call=True, turnout_min=40)}
    found = Rostered(town(shifts=rows))
    assert dict(zip(found.names, found.units["turnout_s"].tolist(), strict=True)) == {"team/day/1": 120, "team/night/1": 2400}


def test_a_new_crew_that_follows_at_once_goes_on_with_the_duty() -> None:
    found = Rostered(town(shifts={"all": shift("00:00", "24:00")}))
    assert len(found.shifts) == 7
    assert found.hours("team/all/1", "duties") == [(0, 168)]


def test_duties_of_different_turnout_are_two() -> None:
    before = town(shifts={"all": shift("00:00", "24:00")})
    after = town(shifts={"all": shift("00:00", "24:00", turnout_min=30)})
    found = Rostered(after, before)
    assert found.hours("team/all/1", "duties") == [(0, 48), (48, 168)]
    assert found.of("team/all/1", "duties")["turnout_s"].tolist() == [120, 1800]


def test_a_shift_cut_by_a_change_of_plan_that_leaves_it_alone_is_one_row() -> None:
    data = town(shifts={"night": shift("20:00", "06:00")}, unavailable_share=0.5)
    assert np.array_equal(Rostered(data, data).shifts, Rostered(data).shifts)


def test_a_shift_cut_by_a_change_of_plan_keeps_its_hours_away() -> None:
    away = {"court": {"share": 1, "from_h": 6, "hours": 1}}  # of a night from 20:00: 02:00 to 03:00, after the change
    before, after = town(shifts={"night": shift("20:00", "06:00")}), town(shifts={"night": shift("20:00", "06:00")}, away=away)
    found = Rostered(after, before).of("team/night/1")
    pieces = [(row["start_s"] / H, row["end_s"] / H, int(row["staffed"])) for row in found[2:5]]
    assert pieces == [(44, 50, 1), (50, 51, 0), (51, 54, 1)]


def test_a_baseline_without_vacancies_has_none_until_the_policy_starts() -> None:
    found = Rostered(town(vacancy_share=1), town())
    staffed = {bool(row["staffed"]) for row in found.shifts if row["start_s"] < 2 * DAY}
    assert staffed == {True}
    assert not found.shifts["staffed"][found.shifts["start_s"] >= 2 * DAY].any()
