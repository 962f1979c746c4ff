"""Fixed worlds, the quickest first: those hypothesis makes without luck, and a few in which rare statements matter."""

from __future__ import annotations

import inspect
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any
from unittest import mock

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings

from sim.rules.lifecycle import HOUR_S, CallStatus, Status
from sim.scenario.schema import Scenario
from sim.world import World, build_world
from tests.laws.coupled import built, coupled_plans
from tests.laws.strategies import scenario_data, street_data
from tests.unit import avenue, test_street, test_street_hours, test_street_queue

N_LOOKED_AT = 150
MOST_CALLS = 400  # of a street that is played over and over


@cache
def fixed_data() -> tuple[dict[str, Any], ...]:
    """The first towns of the strategy, the same every time for one version of hypothesis."""
    found: list[dict[str, Any]] = []

    @settings(max_examples=N_LOOKED_AT, database=None, derandomize=True, phases=[Phase.generate], deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(scenario_data())
    def collect(data: dict[str, Any]) -> None:
        found.append(data)

    collect()
    return tuple(found)


@cache
def fixed_streets() -> tuple[dict[str, Any], ...]:
    """The first towns in which units meet, ask, rest and are diverted; the same every time for one version of hypothesis."""
    found: list[dict[str, Any]] = []

    @settings(max_examples=N_LOOKED_AT, database=None, derandomize=True, phases=[Phase.generate], deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(street_data())
    def collect(data: dict[str, Any]) -> None:
        found.append(data)

    collect()
    return tuple(found)


def street_worlds(n: int) -> list[World]:
    """The first `n` of them in which much happens, every third with plans that change, the quickest first."""
    lived = [d for d in reversed(fixed_streets()) if d["demand"]["calls_per_year"] > 0]  # the last are the richest
    worlds = [street_change(d) if i % 3 == 2 else build(d) for i, d in enumerate(lived)]
    worlds = [world for world in worlds if len(world.calls) < MOST_CALLS and len(world.duties) > 0]
    return sorted(worlds[:n], key=lambda world: len(world.calls))


@cache
def fixed_coupled() -> tuple[tuple[dict[str, Any], dict[str, Any] | None], ...]:
    """The first towns with phones, doors, people and follow-up, and what is lived before them where their plans change."""
    found: list[tuple[dict[str, Any], dict[str, Any] | None]] = []

    @settings(max_examples=2 * N_LOOKED_AT, database=None, derandomize=True, phases=[Phase.generate], deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(coupled_plans())
    def collect(plans: tuple[dict[str, Any], dict[str, Any] | None]) -> None:
        found.append(plans)

    collect()
    return tuple(found)


def coupled_worlds(n: int) -> list[World]:
    """The first `n` of them in which much happens, the quickest first."""
    worlds = (built(plans) for plans in reversed(fixed_coupled()))
    lived = (world for world in worlds if 50 < len(world.calls) < MOST_CALLS and len(world.duties) > 0)
    return sorted(islice(lived, n), key=lambda world: len(world.calls))


def story_worlds() -> list[World]:
    """The worlds of the stories told minute by minute in tests/unit: each shows one happening and little else."""
    found: list[World] = []

    def noted(*args: Any, **kwargs: Any) -> World:
        found.append(make(*args, **kwargs))
        return found[-1]

    make = avenue.world
    with mock.patch.object(avenue, "world", noted):
        for module in (test_street, test_street_hours, test_street_queue):
            for name, tell in vars(module).items():
                if name.startswith("test_") and not inspect.signature(tell).parameters:
                    tell()
    return found


def street_change(data: dict[str, Any]) -> World:
    """A world that begins without response plans and takes the town's own after a day."""
    run = data["run"] | {"warm_up_days": 1}
    first = data | {"run": run, "response_plans": {}, "policy": {"name": "nearest"}}
    return build_world(Scenario.model_validate(data | {"run": run}), baseline=Scenario.model_validate(first))


def fixed_worlds(n: int) -> list[World]:
    """The first `n` of them in which something happens, every second with plans that change."""
    busy = [d for d in fixed_data() if d["demand"]["calls_per_year"] + d["demand"]["other_calls_per_year"] > 0][:n]
    policies = ("tiered", "police_first", "nearest")
    worlds = [changing(d, {"name": policies[i % 3]}) if i % 2 else build(d) for i, d in enumerate(busy)]
    return sorted(worlds, key=lambda world: len(world.calls))


def build(data: dict[str, Any]) -> World:
    """The world of plain data."""
    return build_world(Scenario.model_validate(data))


def changing(data: dict[str, Any], policy: dict[str, Any]) -> World:
    """A world whose policy and roster change after a day."""
    run = data["run"] | {"warm_up_days": 1}
    late = data["responders"]["patrol"] | {"shifts": {"n": {"days": "all", "start": "18:00", "end": "06:00"}}}
    option = data | {"run": run, "policy": policy, "responders": data["responders"] | {"late": late}}
    return build_world(Scenario.model_validate(option), baseline=Scenario.model_validate(data | {"run": run}))


def rare_worlds(small_town: dict[str, Any]) -> list[World]:
    """The small town made to show what random towns seldom do."""
    doors = small_town["facilities"]
    extended = small_town | {
        "facilities": doors | {f"{name}_{zone}": doors[name] | {"zone": zone} for name in doors for zone in small_town["zones"]},
        "travel": small_town["travel"] | {"bands": {"night": 0.5, "morning": 1.0, "afternoon": 2.0, "evening": 3.0}},
    }  # several doors of a kind, and travel that tells the parts of the day apart
    crowded = extended | {"demand": small_town["demand"] | {"calls_per_year": 20_000, "other_calls_per_year": 60_000}}
    quiet = extended | {"demand": small_town["demand"] | {"other_calls_per_year": 500}}
    held = quiet | {"policy": {"name": "tiered", "wait_for_programme_min": 600, "wait_from_priority": 1}}
    return [
        build(extended),
        changing(held, {"name": "nearest"}),  # calls kept back that the second plan sends at once
        changing(extended | {"policy": {"name": "nearest"}}, {"name": "tiered", "wait_for_programme_min": 30}),
        reluctant(build(extended)),
        coarse(extended),
        build(crowded),  # hundreds wait, so the agenda grows
    ]


def reluctant(world: World) -> World:
    """The chosen unit is not sent in every second hour."""

    def in_even_hours(town: Any, unit: Any, call: Any, now: int, params: Any) -> bool:
        return now // HOUR_S % 2 == 0

    return replace(world, policy_before=replace(world.policy_before, may_commit=in_even_hours))


def coarse(data: dict[str, Any]) -> World:
    """Calls come on the quarter of an hour, units are there at once, and doors open and close at that second."""
    at_once = {name: row | {"turnout_min": 0} for name, row in data["responders"].items()}
    at_once["patrol"]["shifts"] = {"all": {"days": "all", "start": "00:00", "end": "24:00", "posts": 9}}
    changes = {
        "travel": {"median_min": 0},
        "responders": at_once,
        "demand": data["demand"] | {"calls_per_year": 20_000},
        "outcomes": data["outcomes"] | {"reference": {"all": {"contact": 1.0, "crisis_centre": 0.9, "ed": 0.1}}},
    }
    world = build(data | changes)
    world.calls["received_s"] -= world.calls["received_s"] % 900
    return world


def broken_worlds(small_town: dict[str, Any]) -> list[World]:
    """Worlds that begin where nothing can begin: a unit idle before its shift, a call that has ended, one on scene."""
    unit, ended, on_scene = (build(small_town) for _ in range(3))
    unit.units["status"][:] = np.int8(Status.IDLE)
    ended.calls["status"][5] = CallStatus.ENDED
    on_scene.calls["status"][7] = CallStatus.ON_SCENE
    return [unit, ended, on_scene]
