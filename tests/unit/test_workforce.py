"""Posts over months: who leaves, who is hired and trained, what overtime and programmes do to it."""

from __future__ import annotations

import copy
import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from sim.keys import MARKS, Purpose, draw, name_hash
from sim.scenario.schema import Scenario
from sim.world.workforce import first_day_of, lasting_shares, month_of
from tests.unit.rostered import DAY, MONDAY, Rostered, Z, many, months, shift, town

HELD, VACANT, IN_TRAINING = 0, 1, 2


def month_and_part(ordinal: int) -> float:
    date = dt.date.fromordinal(ordinal)
    month = date.year * 12 + date.month - 1
    after = dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return month + (date.day - 1) / (after - date.replace(day=1)).days


def uniform(words: tuple[int, ...]) -> float:
    return ((words[0] >> 6) * 2**26 + (words[1] >> 6) + 0.5) / 2.0**52


def told(name: str, scenario: Scenario, replication: int = 0) -> dict[int, int]:
    """State of a post by day, told month by month in the plainest way."""
    team = scenario.responders[name.split("/")[0]]
    rules = team.workforce
    assert rules is not None
    hiring, training = rules.hiring_months.value, rules.training_months.value
    begins = scenario.run.begins.toordinal()

    def asked(purpose: Purpose, number: int) -> tuple[int, ...]:
        return draw(scenario.run.seed, purpose, name_hash(name), number, replication)

    def wait(number: int) -> float:
        return hiring * (-math.log(uniform(asked(Purpose.HIRING, number))) if rules.hiring_spread == "exponential" else 1)

    start = month_and_part(begins)
    trained = start
    if asked(Purpose.VACANCY, int(start) // 3)[0] < team.vacancy_share.value * MARKS:
        left = uniform(asked(Purpose.VACANT_SINCE, int(start))) * (hiring + training)
        again = rules.hiring_spread == "exponential" and left >= training
        trained = start + (training + wait(int(start)) if again else left)
    hired, found = trained - training, {}
    for day in range(begins, begins + scenario.run.days):
        at = month_and_part(day)
        if at == int(at):
            served = min(max(at - trained, 0), 1)
            if asked(Purpose.LEAVES, int(at))[0] < round(rules.monthly_attrition_share.value * served * MARKS):
                hired = at + wait(int(at))
                trained = hired + training
        found[day] = HELD if at >= trained else IN_TRAINING if at >= hired else VACANT
    return found


@pytest.mark.parametrize("begins", [MONDAY, MONDAY + dt.timedelta(days=17)], ids=["first of a month", "within one"])
@pytest.mark.parametrize("spread", ["fixed", "exponential"])
def test_every_day_is_as_told_by_the_marks_of_post_and_month(spread: str, begins: dt.date) -> None:
    data = months(1500, {"hiring_spread": spread, "hiring_months": 2.2}, vacancy_share=0.6)
    data["run"] |= {"begins": begins}
    data["responders"]["team"]["shifts"]["day"]["posts"] = 8
    found = Rostered(data, replication=3)
    for name in found.names:
        expected = told(name, Scenario.model_validate(data), 3)
        assert {int(row["day"]): int(row["vacancy"]) for row in found.of(name)} == expected, name
    assert (found.shifts["staffed"] == (found.shifts["vacancy"] == HELD)).all()


def test_months_are_those_of_the_calendar() -> None:
    days = np.arange(dt.date(2027, 12, 1).toordinal(), dt.date(2028, 4, 1).toordinal())
    month, at = month_of(days)
    assert at.tolist() == [month_and_part(day) for day in days.tolist()]
    assert [dt.date.fromordinal(first_day_of(m)).isoformat()[:7] for m in np.unique(month).tolist()] == [
        "2027-12", "2028-01", "2028-02", "2028-03",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rules",
    [
        {"monthly_attrition_share": 0.04, "hiring_months": 3, "training_months": 2},
        {"monthly_attrition_share": 0.04, "hiring_months": 3, "training_months": 2, "hiring_spread": "exponential"},
        {"monthly_attrition_share": 0.1, "hiring_months": 1.3, "training_months": 0, "hiring_spread": "exponential"},
        {"monthly_attrition_share": 0.1, "hiring_months": 0.4, "training_months": 0.3},
        {"monthly_attrition_share": 0.5, "hiring_months": 0, "training_months": 4},
    ],
)
def test_vacancy_lasts_as_in_the_closed_form(rules: dict[str, Any]) -> None:
    """Posts held for 1 / a months, empty for V: a V / (1 + a V) are empty, whatever the spread, from the first day on."""
    a, empty = rules["monthly_attrition_share"], rules["hiring_months"] + rules["training_months"]
    share = a * empty / (1 + a * empty)
    found = many(rules, vacancy_share=share)
    by_post = found.shifts["vacancy"].reshape(len(found.names), -1)
    expected = {VACANT: a * rules["hiring_months"] / (1 + a * empty), IN_TRAINING: a * rules["training_months"] / (1 + a * empty)}
    for state, lasting in expected.items():
        of_post = (by_post == state).mean(axis=1)
        assert abs(of_post.mean() - lasting) <= Z * of_post.std() / math.sqrt(len(of_post))
    for name in ("leavers", "hires"):
        of_post = found.shifts[name].reshape(len(found.names), -1).sum(axis=1) / (5 * 12)
        assert abs(of_post.mean() - a / (1 + a * empty)) <= Z * of_post.std() / math.sqrt(len(of_post))
    first = (by_post[:, :8] > 0).mean()
    assert abs(first - share) <= Z * math.sqrt(share * (1 - share) / len(found.names))


def test_without_attrition_nothing_differs_from_posts_that_nobody_follows() -> None:
    plain = Rostered(months(unavailable_share=0.3, overtime_fill_share=0.5) | {"responders": town(
        unavailable_share=0.3, overtime_fill_share=0.5)["responders"]})  # fmt: skip
    still = Rostered(months(rules={"monthly_attrition_share": 0}, unavailable_share=0.3, overtime_fill_share=0.5))
    assert still.shifts.tobytes() == plain.shifts.tobytes()
    assert still.duties.tobytes() == plain.duties.tobytes()


def test_posts_empty_at_first_are_those_of_the_quarter_and_are_filled_for_good() -> None:
    team = {"vacancy_share": 0.5, "shifts": {"day": shift(posts=40)}}
    by_quarter, filled = Rostered(town(**team)), Rostered(months(200, {"monthly_attrition_share": 0}, **team))
    firsts = [{name: found.of(name)["staffed"][0] for name in found.names} for found in (by_quarter, filled)]
    assert firsts[0] == firsts[1]
    for name in filled.names:
        states = filled.of(name)["vacancy"]
        assert states.tolist() == sorted(states, key=[HELD, IN_TRAINING, VACANT].index, reverse=True)
    assert filled.of(filled.names[0])["staffed"][-1] == 1


def test_who_leaves_is_gone_for_hiring_and_training_and_counted_once() -> None:
    data = months(730, {"monthly_attrition_share": 0.5, "hiring_months": 2, "training_months": 1})
    data["run"] |= {"begins": dt.date(2027, 1, 1)}
    rows = Rostered(data).of("team/day/1")
    left, hired = (np.flatnonzero(rows[name]) for name in ("leavers", "hires"))
    assert set(rows["leavers"].tolist()) == set(rows["hires"].tolist()) == {0, 1}
    for i in left:
        first = dt.date.fromordinal(int(rows["day"][i]))
        assert first.day == 1
        gone = [dt.date.fromordinal(int(day)) for day in rows["day"][i : i + 100]]
        passed = [12 * date.year + date.month - 12 * first.year - first.month for date in gone]
        expected = [VACANT if n < 2 else IN_TRAINING for n in passed if n < 3]
        assert rows["vacancy"][i : i + len(expected)].tolist() == expected
    assert [month_of(rows["day"][i])[0] for i in hired] == [month_of(rows["day"][i])[0] + 2 for i in left][: len(hired)]


def by_name(found: Rostered) -> dict[str, list[tuple[Any, ...]]]:
    return {name: [row[1:] for row in found.of(name).tolist()] for name in found.names}


@pytest.mark.parametrize("factor", [1, 1.03])
def test_another_post_changes_nobody_but_through_the_overtime_of_its_type(factor: float) -> None:
    team: dict[str, Any] = {"unavailable_share": 0.2, "overtime_fill_share": 0.7, "vacancy_share": 0.2}
    data = months(rules={"overtime_hour_factor": factor}, **team)
    data["responders"]["other"] = copy.deepcopy(data["responders"]["team"])
    plain = by_name(Rostered(data))
    more = copy.deepcopy(data)
    more["responders"]["other"]["shifts"]["day"]["posts"] = 6
    more["responders"]["third"] = months(rules={"overtime_hour_factor": 1.1}, **team)["responders"]["team"]
    found = by_name(Rostered(more))
    for name, rows in plain.items():
        assert found[name] == rows or (factor > 1 and name.startswith("other/"))
    assert factor == 1 or found["other/day/1"] != plain["other/day/1"]


@pytest.mark.parametrize("begins", [MONDAY, MONDAY + dt.timedelta(days=17)], ids=["first of a month", "within one"])
def test_overtime_of_the_month_before_multiplies_attrition_by_the_hour(begins: dt.date) -> None:
    """70 hours a week of every post on overtime: a factor whose 70th power is 50 makes 50 % of 1 %, to the last row.

    A type that nobody stands in for beside it stays at 1 %.
    """

    def played(rules: dict[str, float], **team: Any) -> dict[str, list[tuple[Any, ...]]]:
        data = months(rules=rules, unavailable_share=1, **team)
        data["run"] |= {"begins": begins}
        data["responders"]["another"] = data["responders"]["team"] | {"overtime_fill_share": 0}
        return by_name(Rostered(data))

    driven = played({"monthly_attrition_share": 0.01, "overtime_hour_factor": 50 ** (1 / 70)}, overtime_fill_share=1)
    often = played({"monthly_attrition_share": 0.5}, overtime_fill_share=1)
    seldom = played({"monthly_attrition_share": 0.01}, overtime_fill_share=1)
    assert driven == {name: (often if name.startswith("team/") else seldom)[name] for name in driven}
    assert driven != seldom


def test_vacancies_filled_on_overtime_breed_vacancies() -> None:
    rules = {"monthly_attrition_share": 0.05, "hiring_months": 4}
    n_left = [
        int(many(rules | {"overtime_hour_factor": x}, overtime_fill_share=1).shifts["leavers"].sum()) for x in (0.9, 1, 1.1, 1.5)
    ]
    assert n_left == sorted(n_left)
    assert n_left[0] < n_left[1] < n_left[2] < n_left[3]


def test_a_programme_multiplies_attrition_while_it_pays_for_the_type() -> None:
    data = months(rules={"monthly_attrition_share": 0.1, "programme_factor": 3})
    assert np.array_equal(Rostered(data).shifts, Rostered(months(rules={"monthly_attrition_share": 0.1})).shifts)
    served = data | {"programmes": {"service": {"units": ["team"], "takes": "people"}}}
    assert np.array_equal(Rostered(served).shifts, Rostered(months(rules={"monthly_attrition_share": 0.3})).shifts)
    for given, share in ((data, 0.1), (served, 0.3)):
        scenario = Scenario.model_validate(given)
        expected = tuple(share * n / (1 + share * 3.5) for n in (2, 1.5))
        assert lasting_shares(scenario, scenario.responders["team"]) == pytest.approx(expected)


def test_a_change_of_plan_goes_on_with_the_holders_there_are() -> None:
    data = months(vacancy_share=0.3, shifts={"night": shift("20:00", "06:00", posts=5)})
    assert np.array_equal(Rostered(data, data, changes_s=200 * DAY).shifts, Rostered(data).shifts)
    better = copy.deepcopy(data)
    better["responders"]["team"]["workforce"]["monthly_attrition_share"] = 0.0
    found, plain = Rostered(better, data, changes_s=200 * DAY), Rostered(data)
    later = int(month_of(MONDAY.toordinal() + 200)[0]) + 4  # who left before has been replaced
    for name in found.names:
        own, before = found.of(name), plain.of(name)
        ends = own["day"] < MONDAY.toordinal() + 199
        assert np.array_equal(own[ends], before[before["day"] < MONDAY.toordinal() + 199])
        assert not own["vacancy"][month_of(own["day"])[0] >= later].any()


@pytest.mark.parametrize(("first", "then"), [(0.0, 0.5), (0.5, 0.0)])
def test_who_leaves_at_the_first_of_a_month_served_under_the_plan_of_the_month_before(first: float, then: float) -> None:
    data = [months(31 + 15, {"monthly_attrition_share": share}, shifts={"day": shift(posts=20)}) for share in (then, first)]
    found = Rostered(data[0], data[1], changes_s=31 * DAY)  # from the first of April on
    assert found.shifts["leavers"].any() == (first > 0)


def test_a_night_that_began_before_the_run_is_worked_by_who_holds_the_post() -> None:
    data = months(40, {"monthly_attrition_share": 0}, shifts={"night": shift("20:00", "06:00", posts=5)})
    found = Rostered(data)
    assert found.hours("team/night/1")[0] == (0, 6)
    assert not found.shifts["vacancy"].any()


def test_posts_of_an_option_are_followed_from_the_day_it_begins() -> None:
    before, after = town(), months(vacancy_share=1)
    before["run"] = after["run"]
    after["responders"]["team"]["shifts"]["day"]["posts"] = 5
    found = Rostered(after, before, changes_s=100 * DAY)
    for name in found.names:
        rows = found.of(name)
        is_old = rows["start_s"] < 100 * DAY
        assert is_old.any() == (int(name[-1]) <= 3)
        assert (rows["staffed"][is_old] == 1).all()
        assert rows["staffed"][~is_old][0] == 0
