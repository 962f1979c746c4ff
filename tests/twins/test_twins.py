"""Three tellings, one ledger: readable, plain loop and compiled loop agree to the byte on random towns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engines import compiled, plain, readable
from sim.engines.played import TABLES, Played
from sim.scenario.schema import Scenario
from sim.world import World, build_world
from tests.laws.coupled import coupled_worlds
from tests.laws.laws_of_coupled import check_laws
from tests.laws.strategies import scenario_data, street_data
from tests.twins.coupled_corners import coupled_corners
from tests.twins.towns import street_change


def assert_same(one: Played, other: Played, who: str) -> None:
    """The ledger and every final table are equal in every column; the first row that differs is named."""
    for table in TABLES:
        a, b = getattr(one, table), getattr(other, table)
        assert len(a) == len(b), f"{who}: {table} has {len(a)} rows, not {len(b)}"
        for name in a.dtype.names:
            different = np.flatnonzero(a[name] != b[name])
            assert not len(different), f"{who}: {table}.{name} row {different[0]}: {a[different[0]]} and {b[different[0]]}"


def two_plans(data: dict[str, Any], policy: str) -> World:
    """A world whose policy and roster change after a day."""
    first = Scenario.model_validate(data | {"run": data["run"] | {"warm_up_days": 1}})
    option = data | {"run": data["run"] | {"warm_up_days": 1}, "policy": {"name": policy}}
    option["responders"] = data["responders"] | {
        "late": data["responders"]["patrol"] | {"shifts": {"n": {"days": "all", "start": "18:00", "end": "06:00"}}}
    }
    return build_world(Scenario.model_validate(option), baseline=first)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenario_data(), st.sampled_from(["nearest", "police_first", "tiered"]))
def test_three_tellings_write_one_ledger(data: dict[str, Any], policy: str) -> None:
    for world in (build_world(Scenario.model_validate(data)), two_plans(data, policy)):
        told = readable.play(world)
        assert_same(told, plain.play(world), "plain")
        assert_same(told, compiled.play(world), "compiled")


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(street_data())
def test_streets_are_told_alike(data: dict[str, Any]) -> None:
    """Crews that meet, wait, ask, take charge, are diverted, given up and rested; then with plans that change on the way."""
    for world in (build_world(Scenario.model_validate(data)), street_change(data)):
        told = readable.play(world)
        assert_same(told, plain.play(world), "plain")
        assert_same(told, compiled.play(world), "compiled")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(coupled_worlds())
def test_phones_doors_and_people_are_told_alike(world: World) -> None:
    """Any of them, in any combination; in half of the towns with plans that change on the way."""
    told = readable.play(world)
    assert_same(told, plain.play(world), "plain")
    assert_same(told, compiled.play(world), "compiled")


def test_corners_of_coupled_towns_are_told_alike_and_keep_the_laws() -> None:
    for world in coupled_corners():
        told = readable.play(world)
        assert_same(told, plain.play(world), "plain")
        assert_same(told, compiled.play(world), "compiled")
        check_laws(world, told)


def worlds_of_any_kind() -> st.SearchStrategy[World]:
    """Simple towns, streets, and towns with phones, doors and people."""
    return st.one_of(st.one_of(scenario_data(), street_data()).map(Scenario.model_validate).map(build_world), coupled_worlds())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds_of_any_kind(), st.integers(1, 50))
def test_the_loop_can_be_left_and_entered_again_at_any_event(world: World, n_events: int) -> None:
    whole = compiled.play(world)
    sliced = compiled.LaidOut(world, first_rows=80, first_agenda=80)  # also grown on the way
    while not sliced.advance_to(world.end_s, n_events):
        pass
    assert_same(whole, sliced.close(), "compiled in slices")
    town = plain.PlainTown(world, first_rows=80, first_agenda=80)
    while not town.advance_to(world.end_s, n_events):
        pass
    assert_same(whole, town.close(), "plain in slices")


@settings(max_examples=30, deadline=None)
@given(scenario_data(), st.integers(1000, 50_000))
def test_stopping_at_chosen_seconds_changes_nothing(data: dict[str, Any], every_s: int) -> None:
    world = build_world(Scenario.model_validate(data))
    played = compiled.LaidOut(world)
    for until_s in [*range(0, world.end_s, every_s), world.end_s]:
        played.advance_to(until_s)
    assert_same(compiled.play(world), played.close(), "stopped often")


def test_the_declared_rank_of_simultaneous_events_matters(small_town: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with SimPy's own order of ties the ledgers differ, so the towns do hold ties."""
    small_town["types"]["other"]["on_scene_spread"] = {"family": "fixed"}
    small_town["travel"]["p90_over_median"] = 1.0
    small_town["demand"]["other_calls_per_year"] = 40_000
    world = build_world(Scenario.model_validate(small_town))
    told = readable.play(world)

    def unranked(self: Any, env: Any, event: int, entity: int, delay_s: int, fire: Any) -> None:
        self.env, self.callbacks, self._value, self._ok = env, [fire], None, True
        env.schedule(self, 2, delay_s)

    monkeypatch.setattr("sim.engines.stories.Due.__init__", unranked)
    by_chance = readable.play(world)
    assert len(told.ledger) != len(by_chance.ledger) or not np.array_equal(told.ledger, by_chance.ledger)
