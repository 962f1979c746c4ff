"""The town as somebody who knows Mesa would use it."""

from __future__ import annotations

from typing import Any

import mesa

from sim.engines.readable import Dispatcher, Unit, open_town
from sim.rules.lifecycle import Status
from sim.scenario.schema import Scenario
from sim.world import build_world


def test_step_collect_and_find_agents(small_town: dict[str, Any]) -> None:
    world = build_world(Scenario.model_validate(small_town))
    town = open_town(world, step_s=1800)
    assert isinstance(town, mesa.Model)
    for _ in range(96):
        town.step()
    assert town.now == 96 * 1800
    units = town.agents_by_type[Unit]
    assert len(units) == len(world.units)
    assert len(town.agents_by_type[Dispatcher]) == 1
    busy = units.select(lambda unit: unit.status not in (Status.OFF_DUTY, Status.IDLE))
    history = town.datacollector.get_model_vars_dataframe()
    assert list(history["time_s"]) == [1800 * (i + 1) for i in range(96)]
    by_status = [f"units_{status.name.lower()}" for status in Status]
    assert (history[by_status].sum(axis=1) == len(world.units)).all()
    assert history["units_off_duty"].iloc[-1] + history["units_idle"].iloc[-1] == len(units) - len(busy)
    assert history["calls_queued"].max() > 0
    assert history["calls_open"].ge(history["calls_queued"]).all()


def test_the_team_comes_and_goes_with_its_shift(small_town: dict[str, Any]) -> None:
    small_town["responders"]["team"]["unavailable_share"] = 0
    world = build_world(Scenario.model_validate(small_town))
    town = open_town(world, step_s=3600)
    team = next(unit for unit in town.agents_by_type[Unit] if world.names.units[unit.id] == "team/late/1")
    on_duty = {}
    for _ in range(24):  # 2027-02-26 is a Friday; the shift runs 16:00 to 02:00
        town.step()
        on_duty[town.now // 3600] = team.status != Status.OFF_DUTY
    assert not any(on_duty[hour] for hour in range(3, 16))  # the night before ended at 02:00, work may run over
    assert all(on_duty[hour] for hour in range(17, 25))


def test_the_model_stops_running_at_the_end_of_the_world(small_town: dict[str, Any]) -> None:
    small_town["run"] |= {"warm_up_days": 0, "days": 1, "run_out_days": 0}
    town = open_town(build_world(Scenario.model_validate(small_town)))
    n_steps = 0
    while town.running:
        town.step()
        n_steps += 1
    assert n_steps == 24
