"""One world under every change that must not matter: order of blocks, another call, another unit, the clock's slices."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engines import run
from sim.engines.readable import open_town
from sim.engines.run import fingerprint
from sim.rules.lifecycle import Event
from sim.scenario.schema import Scenario
from sim.world import World, build_world
from tests.laws.strategies import responders, rows_of_outcomes, scenario_data

TOWNS = settings(max_examples=40, deadline=None)


def story(world: World, ledger: Any, skip_calls: Any = (), skip_units: Any = ()) -> list[tuple[Any, ...]]:
    """The ledger by names instead of row numbers, rows of the skipped ones left out; causes stay out, they are row numbers."""
    identity = {i: (int(c["stream"]), int(c["number"])) for i, c in enumerate(world.calls)}
    rows = []
    for row in ledger.tolist():
        t_s, call, unit, _, event, before, after, disposition, _, place = row
        name = world.names.units[unit] if unit >= 0 else ""
        if identity.get(call) in skip_calls or name in skip_units:
            continue
        rows.append((t_s, identity.get(call), name, event, before, after, disposition, place))
    return rows


def unordered(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows of one second in a fixed order: units and calls are numbered anew when the world has one more of them."""
    return sorted(rows, key=lambda row: (row[0], str(row)))


@TOWNS
@given(scenario_data(), st.randoms(use_true_random=False))
def test_the_order_of_blocks_changes_nothing(data: dict[str, Any], shuffles: Any) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            shuffles.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return value

    first, second = (run(build_world(Scenario.model_validate(d))) for d in (data, shuffled(data)))
    assert first.fingerprint == second.fingerprint
    assert np.array_equal(first.calls, second.calls)
    assert np.array_equal(first.units, second.units)


@TOWNS
@given(scenario_data())
def test_calls_nobody_answers_leave_every_other_row_as_it_was(data: dict[str, Any]) -> None:
    more = copy.deepcopy(data)
    more["types"]["aside"] = {"person": True, "patience_min": 60}
    more["responders"]["patrol"]["takes"] = ["crisis", "welfare", "other"]
    for name in set(more["responders"]) - {"patrol"}:
        more["responders"][name]["takes"] = ["crisis", "welfare"]
    more["programmes"]["crisis_team"]["takes"] = ["crisis"]
    less = copy.deepcopy(more)
    del less["types"]["aside"]
    base_mix = {"crisis": 0.6, "welfare": 0.4}
    less["demand"]["mix"], more["demand"]["mix"] = base_mix, base_mix | {"aside": 0.9}
    small, large = build_world(Scenario.model_validate(less)), build_world(Scenario.model_validate(more))
    aside = {(int(c["stream"]), int(c["number"])) for c in large.calls if large.names.types[c["type"]] == "aside"}
    a, b = story(small, run(small).ledger), story(large, run(large).ledger, skip_calls=aside)
    assert unordered(a) == unordered(b)


@TOWNS
@given(scenario_data(), responders({"peer": 2}, []))
def test_a_unit_that_is_never_eligible_changes_nothing(data: dict[str, Any], bystander: dict[str, Any]) -> None:
    more = copy.deepcopy(data)
    bystander["shifts"] = {"always": {"days": "all", "start": "00:00", "end": "24:00", "posts": 3}}
    more["responders"]["bystander"] = bystander
    small, large = build_world(Scenario.model_validate(data)), build_world(Scenario.model_validate(more))
    idle = {name for name in large.names.units if name.startswith("bystander/")}
    a, b = story(small, run(small).ledger), story(large, run(large).ledger, skip_units=idle)
    assert unordered(a) == unordered(b)


@TOWNS
@given(scenario_data(), rows_of_outcomes(), st.sampled_from(["nearest", "police_first", "tiered"]))
def test_an_option_lives_the_baseline_until_its_policy_starts(
    data: dict[str, Any], outcomes: dict[str, float], policy: str
) -> None:
    data["run"] |= {"warm_up_days": 1, "policy_starts": "2027-02-27"}
    option = copy.deepcopy(data)
    option["policy"] = {"name": policy}
    option["outcomes"]["reference"]["all"] = outcomes
    option["responders"]["team"]["shifts"] = {"a": {"days": "all", "start": "06:00", "end": "05:00", "posts": 2}}
    option["responders"]["extra"] = {
        **data["responders"]["patrol"],
        "shifts": {"x": {"days": "all", "start": "20:00", "end": "08:00"}},
    }
    first, second = Scenario.model_validate(data), Scenario.model_validate(option)
    today, changed = build_world(first), build_world(second, baseline=first)
    starts = today.policy_starts_s
    assert starts == changed.policy_starts_s == 86_400
    a = [row for row in story(today, run(today).ledger) if row[0] < starts]
    b = [row for row in story(changed, run(changed).ledger) if row[0] < starts]
    assert a == b
    assert np.array_equal(today.calls["received_s"], changed.calls["received_s"])


@TOWNS
@given(scenario_data(), st.integers(60, 20_000))
def test_a_town_stepped_through_as_a_mesa_model_writes_the_same_ledger(data: dict[str, Any], step_s: int) -> None:
    world = build_world(Scenario.model_validate(data))
    town = open_town(world, step_s)
    while town.now < world.end_s:
        town.step()
    town.close()
    assert fingerprint(town.book.ledger()) == run(world).fingerprint


def test_a_baseline_compared_with_itself_is_the_plain_run(small_town: dict[str, Any]) -> None:
    scenario = Scenario.model_validate(small_town)
    again = Scenario.model_validate(copy.deepcopy(small_town))
    assert run(build_world(scenario)).fingerprint == run(build_world(again, baseline=scenario)).fingerprint


def test_replications_and_seeds_are_other_lives(small_town: dict[str, Any]) -> None:
    scenario = Scenario.model_validate(small_town)
    other_seed = Scenario.model_validate(copy.deepcopy(small_town) | {"run": small_town["run"] | {"seed": 99}})
    prints = {
        run(build_world(scenario, 0)).fingerprint,
        run(build_world(scenario, 1)).fingerprint,
        run(build_world(other_seed)).fingerprint,
    }
    assert len(prints) == 3
    assert run(build_world(scenario, 1)).fingerprint in prints


PRINT = """
import json, sys
from sim.engines import run
from sim.scenario.schema import Scenario
import sim.policies, sim.outcomes
from sim.world import build_world
print(run(build_world(Scenario.model_validate(json.loads(sys.stdin.read())))).fingerprint)
"""


def test_two_hash_seeds_in_two_processes_give_one_ledger(small_town: dict[str, Any]) -> None:
    import json

    prints = set()
    for hash_seed in ("0", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", PRINT], input=json.dumps(small_town), text=True, capture_output=True, check=True,
            env=environment, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        prints.add(done.stdout.strip())
    assert prints == {run(build_world(Scenario.model_validate(small_town))).fingerprint}


def test_policy_starts_is_written_once(small_town: dict[str, Any]) -> None:
    ledger = run(build_world(Scenario.model_validate(small_town))).ledger
    assert (ledger["event"] == Event.POLICY_STARTS).sum() == 1
