"""Joint draws: numbers of one record move together, and what is laid over them moves in proportion."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.schema import Scenario
from sim.world import build_world
from sim.world.draws import drawn

CALLS, SCENE = "demand.calls_per_year", "responders.team.on_scene_min"


def town(small_town: dict[str, Any], **ranges: Any) -> Scenario:
    record = {"source": "CAD", "range_kind": "ci95"}
    small_town["demand"]["calls_per_year"] = {"value": 4000, "low": 3900, "high": 4100, **record}
    small_town["demand"]["profile"] = {"source": "CAD", "hours_of_week": [1.0] * 168, "months": [1.0] * 12}
    small_town["responders"]["team"]["on_scene_min"] = {"value": 90, "low": 80, "high": 100, **record}
    factors = {CALLS: [0.9, 1.2], SCENE: [1.1, 0.5], "responders.gone.turnout_min": [1, 1]}
    profiles = {"profile": {"hours": [[1.0] * 24, [2.0] + [1.0] * 23], "months": [[1.0] * 12, [1.5] + [1.0] * 11]}}
    small_town["resampled"] = {"source": "CAD", "factors": factors, "profiles": profiles}
    return Scenario.model_validate(small_town | ranges)


def numbers(scenario: Scenario) -> tuple[float, float]:
    assert scenario.demand.calls_per_year is not None
    return scenario.demand.calls_per_year.value, scenario.responders["team"].on_scene_min.value


def test_numbers_move_together_and_begin_again_after_the_last(small_town: dict[str, Any]) -> None:
    scenario = town(small_town)
    assert numbers(drawn(scenario, 0)) == (4000, 90)
    found = [numbers(drawn(scenario, number)) for number in (1, 2, 3)]
    assert found == [pytest.approx(pair) for pair in ((3600, 99), (4800, 45), (3600, 99))]


def test_weights_move_with_them(small_town: dict[str, Any]) -> None:
    second = drawn(town(small_town), 2).demand.profile
    assert second is not None and second.hours_of_week is not None and second.months is not None
    assert second.hours_of_week[24] / second.hours_of_week[25] == pytest.approx(2.0)
    assert second.months[0] == 1.5
    assert len(build_world(drawn(town(small_town), 2), 0).calls) > 0


def test_an_option_moves_in_proportion_unless_it_has_a_range_of_its_own(small_town: dict[str, Any]) -> None:
    baseline = town(small_town)
    small_town["responders"]["team"]["on_scene_min"] = 45
    assert numbers(drawn(Scenario.model_validate(small_town), 1, baseline))[1] == pytest.approx(49.5)
    own = {"value": 45, "low": 44, "high": 46, "source": "other"}
    small_town["responders"]["team"]["on_scene_min"] = own
    assert 44 <= numbers(drawn(Scenario.model_validate(small_town), 1, baseline))[1] <= 46


def test_a_profile_from_elsewhere_keeps_its_weights(small_town: dict[str, Any]) -> None:
    town(small_town)
    small_town["demand"]["profile"]["source"] = "another"
    assert drawn(Scenario.model_validate(small_town), 2).demand.profile == Scenario.model_validate(small_town).demand.profile
