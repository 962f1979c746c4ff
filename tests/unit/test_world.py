"""What is settled before the first dispatch: numbers of calls, their times, rosters, tables, prices."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.errors import ResultsError
from sim.keys import MARKS
from sim.outcomes.effects import times_odds
from sim.outcomes.logit import acuity_weights, conditional_shift, expit
from sim.scenario.number import Profile
from sim.scenario.schema import Scenario
from sim.world import build_world, quantile
from sim.world.clock import horizon
from sim.world.demand import hourly_shape, week_shape, zone_shares
from sim.world.roster import weekly_hours

DAY = 86_400


def built(data: dict[str, Any], replication: int = 0) -> Any:
    return build_world(Scenario.model_validate(data), replication)


def test_calls_come_as_many_as_asked_and_in_order(small_town: dict[str, Any]) -> None:
    small_town["run"] |= {"warm_up_days": 0, "days": 365, "run_out_days": 0}
    small_town["demand"]["day_effect_cv"] = 0
    world = built(small_town)
    for name, yearly in (("crisis", 4000), ("other", 6000)):
        n = int((world.calls["type"] == world.names.types.index(name)).sum())
        expected = yearly * 365 / 365.25
        assert abs(n - expected) < 4 * expected**0.5, name
    assert (np.diff(world.calls["received_s"]) >= 0).all()
    assert world.calls["received_s"].max() < world.end_s
    assert (world.calls["id"] == np.arange(len(world.calls))).all()


def test_gaps_of_one_stream_are_exponential(small_town: dict[str, Any]) -> None:
    small_town["run"] |= {"days": 365}
    small_town["demand"] |= {"day_effect_cv": 0, "other_calls_per_year": 90_000}
    world = built(small_town)
    rows = world.calls[(world.calls["type"] == world.names.types.index("other")) & (world.calls["zone"] == 0)]
    gaps = np.diff(rows["received_s"])
    assert stats.kstest(gaps, "expon", args=(0, 365.25 * DAY / 30_000)).pvalue > 1e-4


def test_twice_the_demand_keeps_the_order_of_luck(small_town: dict[str, Any]) -> None:
    more = copy.deepcopy(small_town)
    more["demand"]["scale"] = 2.0
    once, twice = built(small_town), built(more)
    marks = {(c["stream"], c["number"]): m for c, m in zip(twice.calls, twice.lucks["ed_mark"], strict=True)}
    assert all(marks[c["stream"], c["number"]] == m for c, m in zip(once.calls, once.lucks["ed_mark"], strict=True))


def test_profiles_have_mean_one_and_keep_their_shape() -> None:
    profile = Profile(hours=[2.0] + [1.0] * 23, weekdays=[3.0] + [1.0] * 6)
    shape = week_shape(profile)
    assert shape.mean() == pytest.approx(1.0)
    assert shape[0] / shape[25] == pytest.approx(6.0)
    months = Profile(months=[2.0] + [1.0] * 11)
    run = Scenario.model_validate(MINIMAL).run
    hours = hourly_shape(months, horizon(run))
    assert hours[0] / hours[40 * 24] == pytest.approx(2.0)
    assert hours.mean() == pytest.approx(1.0, abs=2e-3)  # 365 days of a 365.25-day year


def test_a_busy_day_is_the_days_own_whenever_the_run_begins(small_town: dict[str, Any]) -> None:
    from sim.world.demand import day_effects
    from sim.world.luck import Luck

    later = copy.deepcopy(small_town)
    later["run"]["begins"] = "2027-03-01"
    first, second = Scenario.model_validate(small_town), Scenario.model_validate(later)
    luck = Luck(3, 0)
    a, b = day_effects(first, horizon(first.run), luck), day_effects(second, horizon(second.run), luck)
    assert a[3:].tolist() == b[: len(a) - 3].tolist()
    many = np.concatenate([day_effects(first, horizon(first.run), Luck(3, k)) for k in range(400)])
    assert many.mean() == pytest.approx(1.0, abs=0.02)
    assert many.std() == pytest.approx(0.2, abs=0.02)


def test_flags_priorities_and_acuity_have_their_shares(small_town: dict[str, Any]) -> None:
    small_town["run"] |= {"days": 365}
    small_town["demand"]["calls_per_year"] = 40_000
    world = built(small_town)
    crisis = world.calls["type"] == world.names.types.index("crisis")
    n = int(crisis.sum())
    for bit, share in ((1, 0.1), (2, 0.1), (4, 0.0)):
        assert abs(((world.calls["flags"][crisis] & bit) > 0).mean() - share) <= 4 * (share * (1 - share) / n) ** 0.5
    assert abs((world.calls["priority"][crisis] == 1).mean() - 0.3) < 4 * (0.21 / n) ** 0.5
    assert abs((world.lucks["acuity"][crisis] == 2).mean() - 0.2) < 4 * (0.16 / n) ** 0.5


@pytest.mark.parametrize(
    ("family", "cv"), [("exponential", 1.0), ("lognormal", 1.0), ("lognormal", 0.4), ("gamma", 0.5), ("fixed", 0.0)]
)
def test_durations_have_unit_mean_and_their_spread(family: str, cv: float) -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    values = quantile.unit_mean(u, family, cv)
    assert values.mean() == pytest.approx(1.0, abs=3e-3)
    assert values.std() == pytest.approx(cv, abs=2e-2)


def test_travel_spread_has_the_stated_p90() -> None:
    u = (np.arange(100_000) + 0.5) / 100_000
    values = quantile.lognormal_unit_median(u, 2.1)
    assert np.median(values) == pytest.approx(1.0, abs=1e-3)
    assert np.quantile(values, 0.9) == pytest.approx(2.1, abs=1e-2)


def test_shifts_pass_midnight_and_each_day_is_one_row(small_town: dict[str, Any]) -> None:
    world = built(small_town)
    team = world.shifts[world.shifts["unit"] == world.names.units.index("team/late/1")]
    first = team[0]  # 26 Feb 2027 is a Friday: Thursday's shift reaches into it
    assert (first["start_s"], first["end_s"]) == (0, 2 * 3600)
    assert (team[1]["start_s"], team[1]["end_s"]) == (16 * 3600, 26 * 3600)
    assert world.horizon.date(int(team[2]["start_s"])).weekday() == 0
    patrol = world.duties[world.duties["unit"] == world.names.units.index("patrol/all/1")]
    assert [(int(d["start_s"]), int(d["end_s"])) for d in patrol] == [(0, world.end_s)]


def test_absence_is_the_posts_own_and_as_frequent_as_stated(small_town: dict[str, Any]) -> None:
    small_town["run"] |= {"days": 1000}
    more = copy.deepcopy(small_town)
    more["responders"]["team"]["shifts"]["extra"] = {"days": "all", "start": "01:00", "end": "02:00", "posts": 3}

    def team(world: Any) -> Any:
        return world.shifts[world.shifts["unit"] == world.names.units.index("team/late/1")]

    one, two = team(built(small_town)), team(built(more))
    assert one["staffed"].tolist() == two["staffed"].tolist()
    n = len(one)
    assert abs((one["staffed"] == 0).mean() - 0.1) < 4 * (0.09 / n) ** 0.5


def test_a_roster_changed_by_the_option_is_cut_at_the_start_of_its_policy(small_town: dict[str, Any]) -> None:
    small_town["responders"]["team"]["unavailable_share"] = 0
    option = copy.deepcopy(small_town)
    option["responders"]["team"]["shifts"]["late"] |= {"start": "20:00"}
    world = build_world(Scenario.model_validate(option), baseline=Scenario.model_validate(small_town))
    team = world.shifts[world.shifts["unit"] == world.names.units.index("team/late/1")]
    starts = [int(s) % DAY // 3600 for s in team["start_s"] if s > 0]
    before = [hour for hour, s in zip(starts, team["start_s"][1:], strict=True) if s < world.policy_starts_s]
    after = [hour for hour, s in zip(starts, team["start_s"][1:], strict=True) if s >= world.policy_starts_s]
    assert set(before) == {16}
    assert set(after) == {20}


def test_options_that_change_the_calls_are_refused_by_name(small_town: dict[str, Any]) -> None:
    option = copy.deepcopy(small_town)
    option["demand"]["calls_per_year"] = 1
    option["run"]["seed"] = 5
    with pytest.raises(ResultsError, match="run, demand differ"):
        build_world(Scenario.model_validate(option), baseline=Scenario.model_validate(small_town))


def test_the_published_odds_ratio_is_returned_over_the_mix_of_acuity(small_town: dict[str, Any]) -> None:
    small_town["outcomes"]["acuity_log_odds"] = {"middle": 0.8, "high": 2.0}
    scenario = Scenario.model_validate(small_town)
    world = build_world(scenario)
    weights = acuity_weights(scenario, "crisis")
    row = [world.names.responders.index(name) for name in ("patrol", "team")]
    kind = world.names.types.index("crisis")
    for decision, reference, ratio in (("arrest", 0.1, 0.48), ("ed", 0.4, 0.3), ("hold", 0.1, 1.0)):
        usual, changed = (float(weights @ world.after.tables[decision][kind, r] / MARKS) for r in row)
        assert usual == pytest.approx(reference, abs=1e-6)
        assert changed / (1 - changed) / (usual / (1 - usual)) == pytest.approx(ratio, abs=1e-5)
        assert (np.diff(world.after.tables[decision][kind, row[0]]) > 0).all()


def test_impossible_and_certain_stay_so() -> None:
    solved = conditional_shift(np.array([0.0, 0.3, 1.0]), np.zeros((3, 3)), np.full((3, 3), 1 / 3))
    assert expit({"x": solved})["x"].tolist() == [0.0, pytest.approx(0.3), 1.0]
    assert times_odds(0.0, 0.5) == 0.0
    assert times_odds(0.5, 0.5) == pytest.approx(1 / 3)


def test_crew_hours_are_priced_from_yearly_rates(small_town: dict[str, Any]) -> None:
    world = built(small_town)
    team = world.names.responders.index("team")
    assert world.prices.hour_cents[team] == pytest.approx(270_000_00 / 2087)
    assert world.prices.overtime_hour_cents[team] == pytest.approx(1.5 * 270_000_00 / 2087)
    shift = Scenario.model_validate(small_town).responders["team"].shifts["late"]
    assert weekly_hours(shift) == 50


def test_zone_shares_weigh_residents_by_demand(small_town: dict[str, Any]) -> None:
    small_town["zones"]["west"]["demand_weight"] = 2.0
    shares = zone_shares(Scenario.model_validate(small_town))
    assert shares == {"east": 0.25, "mid": 0.25, "west": 0.5}


MINIMAL: dict[str, Any] = {
    "name": "one post",
    "place": {"population": 1000},
    "run": {"begins": dt.date(2027, 1, 1), "warm_up_days": 0, "days": 365, "run_out_days": 0},
    "demand": {"other_calls_per_year": 100},
    "types": {"other": {"person": False, "on_scene_min": 10}},
    "travel": {"median_min": 5},
    "responders": {},
    "policy": {"name": "nearest"},
}


def test_a_town_without_units_serves_nobody_and_says_so() -> None:
    from sim.engines import run
    from sim.rules.lifecycle import Event

    world = built(MINIMAL)
    ledger = run(world).ledger
    assert (ledger["event"] == Event.NEVER_SERVED).sum() == len(world.calls)
