"""A user's policy in both engines: the same ledger where numba takes it, a plain reason where it does not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.engines import compiled, readable
from sim.errors import RuleError
from sim.registry import Count, Entry, Parameter, Share, Wait, policies
from sim.rules.lifecycle import DAY_S, HOUR_S, hour_band
from sim.scenario.schema import Scenario
from sim.world import build_world
from tests.twins.test_twins import assert_same

EVENING = 18


def late_hours(now: int) -> bool:
    """A helper of the plug-in's own."""
    return now % DAY_S >= EVENING * HOUR_S


def reserve_score(town: Any, unit: Any, call: Any, now: int, params: Any) -> int:
    """Nearest, with a handicap in parts of a million for crews that do not transport.   Source: a test."""
    travel = town.travel_s[hour_band(now)][unit.zone][call.zone]
    if town.responders[unit.responder].transports == 0:
        return int(travel + travel * params.handicap_ppm // 1_000_000)
    return int(travel)


def reserve_order(town: Any, call: Any, now: int, params: Any) -> int:
    """The oldest first, whatever the priority."""
    return int(call.received_s)


def reserve_commit(town: Any, unit: Any, call: Any, now: int, params: Any) -> bool:
    """Keep some units of the type for priority 1 in the evening."""
    return bool(call.priority == 1 or not late_hours(now) or town.n_idle[unit.responder] > params.reserve)


def two_minds(town: Any, unit: Any, call: Any, now: int, params: Any) -> int:
    """Uses words, which numba takes badly.   Source: a test."""
    return len(f"{call.zone}" + {0: "x"}.get(unit.zone, "yy"))


def divides(town: Any, unit: Any, call: Any, now: int, params: Any) -> int:
    """Fails at the first unit asked about.   Source: a test."""
    return int(now // (call.priority - call.priority))


def half(town: Any, unit: Any, call: Any, now: int, params: Any) -> float:
    """Half a minute everywhere.   Source: a test."""
    return 0.5


@pytest.fixture
def with_policy(small_town: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The small town's world under a policy registered for one test."""

    def build(
        function: Any, params: dict[str, Parameter] | None = None, given: dict[str, float] | None = None, **parts: Any
    ) -> Any:
        monkeypatch.setitem(policies._entries, "tried", Entry("tried", function, params or {}, parts))
        data = copy.deepcopy(small_town) | {"policy": {"name": "tried", **(given or {})}}
        return build_world(Scenario.model_validate(data))

    return build


def test_a_policy_with_parameters_and_all_three_parts_plays_the_same(with_policy: Callable[..., Any]) -> None:
    params = {"reserve": Count(1, "kept"), "handicap_share": Share(0.3, "handicap"), "look_min": Wait(15, "look again")}
    ledgers = []
    for reserve in (0, 1, 2):
        world = with_policy(reserve_score, params, {"reserve": reserve}, score_call=reserve_order, may_commit=reserve_commit)
        told, played = readable.play(world), compiled.play(world)
        assert_same(told, played, f"reserve {reserve}")
        ledgers.append(told.ledger)
    assert not np.array_equal(ledgers[0], ledgers[2])  # the parameter reaches the rule


def test_what_numba_cannot_take_is_said_in_one_line_and_still_played(with_policy: Callable[..., Any]) -> None:
    world = with_policy(two_minds)
    with pytest.raises(RuleError, match="policy tried: numba cannot take two_minds") as told:
        compiled.play(world)
    assert "\n" not in str(told.value)
    assert len(readable.play(world).ledger) > 0


def test_fractions_are_refused_before_anything_is_played(with_policy: Callable[..., Any]) -> None:
    with pytest.raises(RuleError, match="half answers float64, want whole numbers"):
        compiled.play(with_policy(half))


def test_an_error_inside_a_policy_comes_out_of_both_engines(with_policy: Callable[..., Any]) -> None:
    world = with_policy(divides)
    for play in (readable.play, compiled.play):
        with pytest.raises(ZeroDivisionError):
            play(world)
