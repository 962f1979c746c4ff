"""Parameter draws: from the stated ranges, by the number's own path, apart from luck."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from sim.scenario.number import Sourced
from sim.scenario.schema import Scenario
from sim.world import build_world
from sim.world.draws import drawn, quantile, ranged


def town(small_town: dict[str, Any], **ranges: Any) -> Scenario:
    small_town["demand"]["calls_per_year"] = {"value": 4000, "low": 3000, "high": 6000, "range_kind": "sites"}
    small_town["responders"]["team"]["on_scene_min"] = {"value": 90, "low": 60, "high": 120, "range_kind": "judgement"}
    small_town["types"]["crisis"]["acuity"] = {
        level: {"value": 1 / 3, "low": 0.1, "high": 0.6} for level in ("low", "middle", "high")
    }
    return Scenario.model_validate(small_town | ranges)


def test_draw_zero_is_what_the_file_says(small_town: dict[str, Any]) -> None:
    scenario = town(small_town)
    assert drawn(scenario, 0) is scenario


def test_only_numbers_with_a_range_move_and_each_by_its_own_path(small_town: dict[str, Any]) -> None:
    scenario = town(small_town)
    assert set(ranged(scenario)) == {
        "demand.calls_per_year", "responders.team.on_scene_min",
        "types.crisis.acuity.low", "types.crisis.acuity.middle", "types.crisis.acuity.high",
    }  # fmt: skip
    option = copy.deepcopy(small_town)
    option["responders"]["team"]["turnout_min"] = {"value": 3, "low": 1, "high": 9}
    option["responders"]["team"]["on_scene_min"] = 90
    other = Scenario.model_validate(option)
    for number in (1, 2, 3):
        one, two = drawn(scenario, number), drawn(other, number)
        assert one.demand.calls_per_year == two.demand.calls_per_year  # shared input, shared draw
        assert one.responders["team"].on_scene_min != scenario.responders["team"].on_scene_min
        assert two.responders["team"].on_scene_min.value == 90
        shared = drawn(other, number, scenario).responders["team"].on_scene_min
        assert shared.value == pytest.approx(one.responders["team"].on_scene_min.value)
        assert one.responders["patrol"] == scenario.responders["patrol"]
    assert len({drawn(scenario, number).demand.calls_per_year.value for number in range(1, 30)}) == 29  # type: ignore[union-attr]


def test_shares_of_one_whole_still_sum_to_one(small_town: dict[str, Any]) -> None:
    acuity = drawn(town(small_town), 5).types["crisis"].acuity
    assert acuity is not None
    assert acuity.low.value + acuity.middle.value + acuity.high.value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("kind", "at_low", "at_high"),
    [("ci95", 0.025, 0.975), ("sites", 0.05, 0.95), ("years", 0.05, 0.95), ("judgement", 0.0, 1.0), (None, 0.0, 1.0)],
)
def test_bounds_stand_where_their_kind_says(kind: Any, at_low: float, at_high: float) -> None:
    number = Sourced(value=10, low=4, high=30, range_kind=kind)
    tiny = 1e-12
    assert quantile(number, max(at_low, tiny)) == pytest.approx(4, abs=1e-3)
    assert quantile(number, min(at_high, 1 - tiny)) == pytest.approx(30, abs=1e-3)
    values = [quantile(number, u) for u in np.linspace(0.001, 0.999, 500)]
    assert (np.diff(values) > 0).all()
    assert quantile(number, 0.5) == pytest.approx(10)


def test_nothing_impossible_is_drawn() -> None:
    scenario_share = Sourced(value=0.02, low=0.0, high=0.9, range_kind="ci95")
    from sim.world.draws import _kept_possible

    assert _kept_possible(scenario_share, -0.3) == 0.0
    assert _kept_possible(scenario_share, 1.7) == 1.0
    assert _kept_possible(Sourced(value=3, low=1, high=9), -2.0) == 0.0
    assert _kept_possible(Sourced(value=0, low=-1, high=9), -2.0) == -2.0


def test_an_option_without_a_range_shares_its_baselines_doubt_in_proportion(small_town: dict[str, Any]) -> None:
    scenario = town(small_town)
    option = copy.deepcopy(small_town)
    option["responders"]["team"]["on_scene_min"] = 99
    raised = Scenario.model_validate(option)
    for number in range(1, 20):
        usual, changed = drawn(scenario, number), drawn(raised, number, scenario)
        minutes = usual.responders["team"].on_scene_min.value, changed.responders["team"].on_scene_min.value
        assert minutes[1] == pytest.approx(1.1 * minutes[0])


def test_half_of_all_draws_lie_on_either_side_of_a_lopsided_number() -> None:
    number = Sourced(value=0.07, low=0.04, high=0.42, range_kind="judgement")
    values = np.array([quantile(number, u) for u in (np.arange(1000) + 0.5) / 1000])
    assert (values < 0.07).mean() == pytest.approx(0.5)
    assert values.min() >= 0.04 and values.max() <= 0.42


def test_one_draw_is_shared_by_all_replications_and_luck_stays(small_town: dict[str, Any]) -> None:
    scenario = town(small_town)
    first, again = drawn(scenario, 4), drawn(scenario, 4)
    assert first == again
    usual, changed = build_world(scenario, 2), build_world(first, 2)
    marks = {(c["stream"], c["number"]): m for c, m in zip(usual.calls, usual.lucks["ed_mark"], strict=True)}
    shared = [(c, m) for c, m in zip(changed.calls, changed.lucks["ed_mark"], strict=True) if (c["stream"], c["number"]) in marks]
    assert shared and all(marks[c["stream"], c["number"]] == m for c, m in shared)
