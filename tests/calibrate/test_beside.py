"""A city set beside itself agrees as often as luck lets it, and beside another it does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.calibrate.validating.asking import Answers
from sim.calibrate.validating.beside import beside
from sim.calibrate.validating.levels import AGREES, FAILS, NOT_CLAIMED, WARNS, WITHIN_LUCK, Row, widened
from sim.calibrate.validating.rows import FLEET, WAITED, Terms
from tests.calibrate.scoring_town import answers, several

TERMS = Terms(has_rates=True, fleet="", smallest=10)
P_FALSE_ALARM = 1e-4
SECTIONS = {
    "calls", "hours", "weekdays", "single hours", "mix", "priorities", "endings", "endings by type", "patience", "queue",
    "response", "turnout", "travel", "on scene", "door", "task", "work",
}  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return beside(answers(9), several(range(5)), TERMS)


def named(rows: list[Row], quantity: str, group: str) -> Row:
    return next(row for row in rows if (row.quantity, row.group) == (quantity, group))


def test_every_section_is_there(rows: list[Row]) -> None:
    assert {row.section for row in rows} == SECTIONS
    assert len({(row.section, row.quantity, row.group) for row in rows}) == len(rows)
    assert all(row.n >= TERMS.smallest for row in rows)


def test_figures_are_those_of_the_records(rows: list[Row]) -> None:
    own = answers(9)
    travel = own.samples["travel"].values
    row = named(rows, "travel", "half within")
    assert row.recorded == np.median(travel) and row.low < row.recorded < row.high and row.unit == "min"
    assert row.simulated == pytest.approx(np.mean([np.median(life.samples["travel"].values) for life in several(range(5))]))
    assert row.simulated_low <= row.simulated <= row.simulated_high
    mean = named(rows, "travel", "mean")
    assert mean.effect == pytest.approx((mean.simulated - travel.mean()) / travel.std())
    assert mean.effect_unit == "standard deviations"
    calls = own.counts["hour.people"]
    share = calls.loc[calls["key"].isin(["0", "1", "2", "3"]), "n"].sum() / calls["n"].sum()
    night = named(rows, "calls about people by four hours", "00-04 h")
    assert night.recorded == pytest.approx(share) and night.effect == pytest.approx(100 * (night.simulated - share))
    assert night.effect_unit == "points"
    assert named(rows, "calls about people a day", "people").recorded == pytest.approx(own.days["people"].mean())


def test_shares_of_a_whole_sum_to_one(rows: list[Row]) -> None:
    frame = pd.DataFrame(rows)
    for quantity in ("calls about people by four hours", "other calls by weekday", "other calls by priority"):
        own = frame[frame["quantity"] == quantity]
        assert own[["recorded", "simulated"]].sum().tolist() == pytest.approx([1, 1]), quantity


def test_a_city_beside_itself_lies_outside_luck_one_time_in_twenty() -> None:
    """Twelve lives in turn beside three others; of rows that rest on many calls, so that intervals are what they say.

    Rows of a life go together, so lives are counted: their mean share of rows outside has a standard error of its own.
    """
    outside = []
    for replication in range(20, 32):
        rows = [row for row in beside(answers(replication), several((1, 2, 3)), TERMS) if row.n >= 400 and np.isfinite(row.low)]
        bounds = [(row.simulated, *widened(row.recorded, row.low, row.high, 1 / 3)) for row in rows if row.high > row.low]
        outside.append(np.mean([not low <= simulated <= high for simulated, low, high in bounds]))
    error = np.std(outside, ddof=1) / np.sqrt(len(outside))
    off = stats.t.isf(P_FALSE_ALARM / 2, len(outside) - 1) * error
    assert np.mean(outside) - off < 0.05 + 0.02, "intervals are too narrow"  # percentile intervals are a little too narrow
    assert np.mean(outside) + off > 0.02, "intervals are too wide to see anything"


def test_a_city_beside_itself_seldom_fails(rows: list[Row]) -> None:
    levels = [row.level for row in rows if row.section != "single hours"]
    assert levels.count(FAILS) + levels.count(WARNS) < 0.1 * len(levels)
    assert levels.count(AGREES) > 0.4 * len(levels) and levels.count(AGREES) + levels.count(WITHIN_LUCK) > 0.85 * len(levels)


def test_the_word_follows_from_what_is_printed(rows: list[Row]) -> None:
    """From the miss, its limit and the luck range, all of them in the row."""
    for row in rows:
        is_distance = row.effect_unit == "distance"
        size = row.effect if is_distance else abs(row.relative)
        is_luck = row.effect <= row.luck_high if is_distance else row.luck_low <= row.effect <= row.luck_high
        if np.isfinite([size, row.luck_low, row.luck_high]).all():
            far = 0.2 if is_distance else 0.25
            assert row.level == (AGREES if size <= 0.1 else WITHIN_LUCK if is_luck else FAILS if size > far else WARNS), row
    assert {AGREES, WITHIN_LUCK} <= {row.level for row in rows}


@pytest.mark.parametrize(
    ("sets", "quantity", "group"),
    [
        ("travel.median_min=8.5", "travel", "half within"),
        ("demand.other_calls_per_year=13000", "other calls a day", "other"),
        ("types.other.on_scene_min=50", "on scene, other calls", "mean"),
        ("responders.patrol.turnout_min=3", "turnout, patrol", "mean"),
        ("types.welfare_check.priorities={1: 0.3, 2: 0.4, 3: 0.3, 4: null}", "calls about people by priority", "1"),
        (
            "demand.other_profile={hours: [3,3,3,3,3,3,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}",
            "other calls by four hours",
            "00-04 h",
        ),
    ],
)
def test_another_city_is_told_from_it(sets: str, quantity: str, group: str) -> None:
    rows = beside(answers(9), several((0, 1), (sets,)), TERMS)
    assert named(rows, quantity, group).level == FAILS


def test_a_longer_tail_is_seen_in_the_distance() -> None:
    sets = ("types.other.on_scene_spread={family: gamma, cv: 2.5}",)
    row = named(beside(answers(9), several((0, 1), sets), TERMS), "on scene, other calls", "whole distribution")
    assert row.effect_unit == "distance" and row.effect > 0.2 and row.level == FAILS


def test_what_hangs_on_posts_is_not_claimed_where_they_are_a_default(rows: list[Row]) -> None:
    own = beside(answers(9), several(range(5)), Terms(True, "posts of patrol are a default", 10))
    hangs = [row.section in FLEET or (row.section.startswith("endings") and row.group in WAITED) for row in own]
    for row, known, is_one in zip(own, rows, hangs, strict=True):
        if is_one:
            assert row.level == NOT_CLAIMED and row.why == "posts of patrol are a default"
        else:
            assert repr(row) == repr(known)  # nan is nan
    not_claimed = {(row.section, row.group) for row in own if row.level == NOT_CLAIMED}
    assert {section for section, _ in not_claimed} > set(FLEET) and ("endings", "abandoned") in not_claimed


def two_teams(one: Answers, every: int) -> Answers:
    """The same, one in so many of a day's visits an ambulance's."""
    counts = dict(one.counts)
    for name in ("came", "came.people"):
        own = counts[name]
        ems = own.assign(key="ems", n=own["n"] // every)
        counts[name] = pd.concat([ems, own.assign(n=own["n"] - ems["n"])], ignore_index=True)
    return Answers(counts, one.samples, one.days, one.units_a_day)


def test_who_came() -> None:
    """Calls a day, and of calls about people, that a unit of each team was sent to."""
    terms = Terms(True, "posts of ems are a default", 10, teams=("ems", "fire", "patrol"), guessed=frozenset({"ems"}))
    lives = [two_teams(life, 3) for life in several(range(3))]
    own = two_teams(answers(9), 8)
    rows = {(row.unit, row.group): row for row in beside(own, lives, terms) if row.section == "who came"}
    assert set(rows) == {("a day", "ems"), ("a day", "patrol"), ("share", "ems"), ("share", "fire"), ("share", "patrol")}
    came, people = (answers(9).counts[name]["n"] for name in ("came", "came.people"))
    assert rows["a day", "ems"].recorded == pytest.approx((came // 8).sum() / len(own.days))
    share = (people - people // 8).sum() / own.counts["mix"]["n"].sum()
    assert rows["share", "patrol"].recorded == pytest.approx(share) and 0.5 < share < 0.95
    assert rows["share", "ems"].level == rows["a day", "ems"].level == NOT_CLAIMED
    for unit in ("share", "a day"):  # two of three, recorded seven of eight
        assert rows[unit, "patrol"].level in (WARNS, FAILS) and rows[unit, "patrol"].relative < -0.15
    assert rows["share", "fire"].recorded == rows["share", "fire"].simulated == 0 and rows["share", "fire"].level == AGREES


def test_who_came_is_a_matter_of_more_than_one_team(rows: list[Row]) -> None:
    assert not [row for row in rows if row.section == "who came"]


def test_rates_are_left_out_where_rows_were_held_back() -> None:
    own = beside(answers(9), several((0,)), Terms(False, "", 10))
    assert not {row.section for row in own} & {"calls", "work"} and "hours" in {row.section for row in own}


def test_nothing_that_rests_on_few_is_shown() -> None:
    rows = beside(answers(9), several((0,)), Terms(True, "", 1500))
    assert rows and min(row.n for row in rows) >= 1500
    small = [row for row in rows if row.unit == "share" and np.isfinite(row.recorded)]
    assert all(row.recorded == 0 or row.recorded * row.n >= 1499.5 for row in small)
    medians = [row for row in rows if row.group == "9 in 10 within"]
    assert all(0.1 * row.n >= 1500 for row in medians)


def test_endings_without_a_word_are_one_with_handled() -> None:
    own = answers(9)
    counts = own.counts["ending"].assign(key=own.counts["ending"]["key"].where(lambda key: key == "hold", "handled"))
    pooled = counts.groupby(["block", "key"], as_index=False)["n"].sum()
    two = Answers({**own.counts, "ending": pooled}, own.samples, own.days, own.units_a_day)
    rows = [row for row in beside(two, several(range(3)), TERMS) if row.section == "endings"]
    assert [row.group for row in rows] == ["hold", "any other ending"]
    assert sum(row.simulated for row in rows) == pytest.approx(1)
    assert all(row.level in (AGREES, WITHIN_LUCK) for row in rows)
