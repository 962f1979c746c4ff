"""Who calls again, and how busy crews were: facts that were put in come out, and what a short record cannot say is not said."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import sim
from sim.calibrate.estimate import Fitted
from sim.calibrate.fits.people import learn_people
from sim.calibrate.fits.recurrent import fit_law
from sim.calibrate.fits.unlearned import add_unlearned
from sim.calibrate.fits.view import View
from sim.calibrate.fits.work import learn_work, shortest_window
from sim.calibrate.mapping import ExportMap
from sim.scenario.schema import Scenario
from tests.calibrate.made import MAP, Luck, by_path, calls_on, days_from, is_near, records_of, visits_of

TOWN = ExportMap(stamps={"received": "when"}, population=200_000)
PEOPLE, MEAN, SHAPE, ONCE = 1500, 4.0, 1.2, 9000


@pytest.fixture(scope="module")
def base() -> Scenario:
    return sim.load("base.yaml")


def callers(name: str, people: int = PEOPLE, mean: float = MEAN, once: int = ONCE, n_days: int = 730) -> pd.DataFrame:
    """Two years of people with gamma rates, and of others met once; calls fall on days evenly."""
    luck = Luck("people", name)
    rates = stats.gamma(SHAPE, scale=mean / SHAPE).ppf(luck(people)) * n_days / 365.25
    counts = np.concatenate([luck.poisson(rates), np.ones(once, int)])
    person = np.repeat(np.arange(len(counts)), counts)
    days = days_from(dt.date(2021, 1, 1), n_days)
    at = np.floor(luck(len(person)) * n_days).astype(int)
    order = np.argsort(at, kind="stable")
    calls = calls_on(days, np.bincount(at, minlength=n_days), np.zeros(len(person), int), type="suicidal")
    return calls.assign(person=person[order].astype(np.uint64))


def facts(calls: pd.DataFrame, base: Scenario, export_map: ExportMap = TOWN, n_days: int = 730, **more: object) -> Fitted:
    fitted = Fitted()
    records = records_of(calls, None, days_from(dt.date(2021, 1, 1), n_days), **more)
    learn_people(View(records, export_map, base), fitted)
    return fitted


def test_the_law_behind_people_who_came_back() -> None:
    """The likelihood uses nobody met once, so others may be as many as they like."""
    counts = 2000 * stats.nbinom(SHAPE, SHAPE / (SHAPE + 8)).pmf(np.arange(80))
    counts[1] += 1e5
    law = fit_law(counts)
    assert (law.people, law.mean, law.shape) == pytest.approx((2000, 8, SHAPE), rel=0.01)


@pytest.mark.slow
def test_people_with_rates_of_their_own_are_told_from_everybody_else(base: Scenario) -> None:
    """Over 40 towns; people are resampled by the day they were first met, and the false alarm is one in 10,000."""
    truth = {"per_1000": 1000 * PEOPLE / 200_000, "crises_per_year": MEAN, "frailty_cv": SHAPE**-0.5}
    held = dict.fromkeys(truth, 0)
    for repeat in range(40):
        found = by_path(facts(callers(str(repeat)), base))
        for name, true in truth.items():
            own = found[f"people.recurrent.{name}"]
            held[name] += own.low <= true <= own.high
    assert min(held.values()) >= stats.binom.ppf(1e-4, 40, 0.93), held


@pytest.mark.parametrize(
    ("case", "words"),
    [("no residents", "residents"), ("half a year", "year"), ("half named", "say who"), ("few return", "came back")],
)
def test_where_people_cannot_be_told_apart_it_is_said(base: Scenario, case: str, words: str) -> None:
    calls, export_map, n_days = callers("apart"), TOWN, 730
    if case == "no residents":
        export_map = MAP
    elif case == "half a year":
        calls, n_days = callers("half", n_days=180), 180
    elif case == "half named":
        calls["person"] = calls["person"].astype("UInt64").where(calls["call"] % 2 == 0)
    else:
        calls = callers("few", people=60)
    fitted = facts(calls, base, export_map, n_days)
    assert not any(path.startswith("people.") for path in by_path(fitted))
    assert [own.path for own in fitted.unlearned] == ["people.recurrent"]
    assert words in fitted.unlearned[0].why


def test_rare_returns_do_not_say_how_many_people_there_are(base: Scenario) -> None:
    """Everybody has nearly the same low rate: a great many rare callers and few frequent ones fit alike."""
    luck = Luck("rare")
    person = np.floor(luck(9000) * 20_000).astype(np.uint64)
    days = days_from(dt.date(2021, 1, 1), 730)
    calls = calls_on(
        days, np.bincount(np.floor(luck(9000) * 730).astype(int), minlength=730), np.zeros(9000, int), type="suicidal"
    )
    fitted = facts(calls.assign(person=person), base)
    assert [own.path for own in fitted.unlearned] == ["people.recurrent"]


def test_facts_of_three_people_written_out(base: Scenario) -> None:
    """Ten of each: one who calls on days 0, 20 and 90, one on days 5 and 300, one on day 7 alone."""
    days = days_from(dt.date(2021, 1, 1), 400)
    at = np.array([0, 20, 90, 5, 300, 7] * 10)
    person = np.array([10 * i + k for i in range(10) for k in (1, 1, 1, 2, 2, 3)], np.uint64)
    order = np.argsort(at, kind="stable")
    calls = calls_on(days, np.bincount(at, minlength=400), np.zeros(60, int), type="suicidal").assign(person=person[order])
    found = by_path(facts(calls, base, n_days=400))
    assert found["note.calls_by_people_met_before"].value == pytest.approx(3 / 6)
    assert found["note.calls_again_within_30_days"].value == pytest.approx(1 / 6)
    assert "note.calls_by_top_5_percent" not in found  # one person of thirty is fewer than may be shown


def test_the_most_frequent_twentieth(base: Scenario) -> None:
    calls = callers("top")
    counts = np.sort(calls["person"].value_counts().to_numpy())[::-1]
    own = by_path(facts(calls, base))["note.calls_by_top_5_percent"]
    assert own.value == pytest.approx(counts[: round(0.05 * len(counts))].sum() / len(calls), rel=1e-6)
    assert own.low <= own.value <= own.high


def test_halves_of_one_persons_calls_are_no_facts(base: Scenario) -> None:
    export_map = TOWN.model_copy(update={"hold_back": "rows"})
    calls = callers("halves").assign(part=0)
    found = by_path(facts(calls[calls["call"] % 2 == 0], base, export_map, exposure=0.5))
    assert not any(path.startswith("note.") for path in found)
    own = found["people.recurrent.crises_per_year"]
    assert is_near(own, MEAN)  # a rate by half the calls, over half the time


def test_units_at_work_in_the_busiest_hour(base: Scenario) -> None:
    """Each Monday three units work from 23:30 for an hour and a half: 1.5 at work from 23 h on, 3 on Tuesday from midnight."""
    days = days_from(dt.date(2024, 1, 1), 70)
    counts = np.where(days["weekday"] == 0, 3, 0)
    calls = calls_on(days, counts, np.full(30, 23), type="other")
    calls["received"] += pd.Timedelta(minutes=20)
    calls["queue_min"] = 10.0
    fitted = Fitted()
    visits = visits_of(calls, task_min=90.0, unit=[f"u{i % 3}" for i in range(30)])
    learn_work(View(records_of(calls, visits, days), MAP, base), fitted)
    found = by_path(fitted)
    assert found["note.units_at_work_busiest_hour"].value == pytest.approx(3)
    assert found["note.units_sent_a_day"].value == pytest.approx(3 / 7)


TEAM = ExportMap(stamps={"received": "when"}, responders={"C*": "co_responder", "E*": "ems", "default": "patrol"})


def teams_of(calls: pd.DataFrame, visits: pd.DataFrame, days: pd.DataFrame, base: Scenario) -> dict[str, pd.DataFrame]:
    fitted = Fitted()
    learn_work(View(records_of(calls, visits, days), TEAM, base), fitted)
    return {name: fitted.tables[name] for name in ("rosters", "remits") if name in fitted.tables}


def late_team(n_days: int = 140) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A call an hour: two of three suicidal. Two cars of a team take these from Monday to Friday, 18 to 2 h."""
    days = days_from(dt.date(2024, 1, 1), n_days)
    hour = np.tile(np.arange(24), n_days)
    calls = calls_on(
        days, np.full(n_days, 24), hour, type=np.where((hour + np.repeat(np.arange(n_days), 24)) % 3 == 0, "other", "suicidal")
    )
    begun = calls["received"] - pd.Timedelta(hours=18)
    is_on = (begun.dt.hour < 8) & (begun.dt.day_of_week < 5)
    visits = visits_of(calls, unit="P1")
    sent = is_on & (calls["type"] == "suicidal")
    visits.loc[sent, "responder"] = "co_responder"
    visits.loc[sent, "unit"] = np.where(hour[sent] % 2, "C1", "C2")
    return calls, visits, days


def test_a_team_past_midnight_has_its_hours_days_and_remit(base: Scenario) -> None:
    calls, visits, days = late_team()
    own = visits.index[visits["responder"] == "co_responder"]
    slips = visits.index[(visits["responder"] == "patrol") & (calls["weekday"] == 6) & (calls["hour"] == 12)][:8]
    others = visits.index[(visits["type"] == "other") & (calls["hour"] == 21) & (calls["weekday"] < 5)][:20]
    visits.loc[[*slips, *others], "responder"] = "co_responder"
    found = teams_of(calls, visits, days, base)
    assert found["rosters"].to_dict("records") == [
        {"responder": "co_responder", "days": "mon-fri", "start": "18:00", "end": "02:00", "posts": 2, "n": len(own) + 28}
    ]
    remit = found["remits"].to_dict("records")
    assert [row["type"] for row in remit] == ["suicidal"], "twenty other calls of hundreds are no remit"
    assert remit[0]["share"] == 1
    assert remit[0]["n"] == len(own)


def test_what_was_seen_of_rosters_is_said_where_they_are_not_learned(base: Scenario) -> None:
    fitted, none = Fitted(), Fitted()
    learn_work(View(records_of(*late_team()), TEAM, base), fitted)
    for one in (fitted, none):
        add_unlearned(one)
    why = [{one.path: one.why for one in own.unlearned}["responders.*.shifts"] for own in (fitted, none)]
    assert why[0] == f"{why[1]}. When teams were sent: co_responder on mon-fri from 18:00 to 02:00, 2 units a day"


@pytest.mark.parametrize(("n", "is_told"), [(99, False), (100, True)])
def test_a_team_that_was_seldom_sent_is_not_told(base: Scenario, n: int, is_told: bool) -> None:
    calls, visits, days = late_team()
    own = visits.index[visits["responder"] == "co_responder"]
    visits.loc[own[n:], "responder"] = "patrol"
    assert bool(teams_of(calls, visits, days, base)) is is_told


def test_a_call_that_waited_for_the_team_counts_when_it_was_sent(base: Scenario) -> None:
    """All calls come at 9 h; the team is sent at 10 h, on Mondays and Wednesdays."""
    days = days_from(dt.date(2024, 1, 1), 364)
    calls = calls_on(days, np.where(days["weekday"].isin([0, 2]), 1, 0), np.full(104, 9), type="suicidal", queue_min=60.0)
    row = teams_of(calls, visits_of(calls, responder="ems"), days, base)["rosters"].iloc[0]
    assert (row["days"], row["start"], row["end"]) == ("[mon, wed]", "10:00", "11:00")
    assert row["posts"] == 1, "units without names"


def test_hours_are_the_shortest_that_hold_nearly_all() -> None:
    by_hour = np.zeros(24)
    by_hour[[23, 0, 1]] = 97, 1, 97
    assert shortest_window(by_hour) == (23, 3)
    by_hour[12] = 6  # three of a hundred
    assert shortest_window(by_hour) == (23, 3)
    by_hour[12] = 7
    assert shortest_window(by_hour) == (12, 14)
    quiet_at_four = np.full(24, 10.0)
    quiet_at_four[4] = 0
    assert shortest_window(quiet_at_four) == (0, 24)
