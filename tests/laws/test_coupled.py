"""Laws of towns with phones, doors, people and follow-up: kept by every ledger, and by every world under every change."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engines import run
from sim.measure.invariants import check
from sim.scenario.schema import Scenario
from sim.world import World, build_world
from tests.laws.coupled import ALWAYS, Data, coupled_data, coupled_worlds
from tests.laws.laws_of_coupled import LAWS

TOWNS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("law", [check, *LAWS], ids=lambda law: law.__name__)
def test_every_town_keeps(law: Callable[..., None]) -> None:
    @TOWNS
    @given(coupled_worlds())
    def keeps(world: World) -> None:
        played = run(world)
        law(played.ledger, world) if law is check else law(world, played)

    keeps()


def assert_same_candidates(small: World, large: World) -> None:
    """Every call, its luck, its stay, every person and every visitor are as they were."""
    for table in ("calls", "lucks", "persons", "stays", "tasks", "visits_s"):
        one, other = getattr(small, table), getattr(large, table)
        assert len(one) in (0, len(other)), table  # none where the mechanism is off
        assert np.array_equal(one, other[: len(one)]), table


def more_of(data: Data, what: str) -> Data:
    """The same town with a team, a chair, a counsellor or a case manager more."""
    more: Data = copy.deepcopy(data)
    if what == "team":
        more["responders"]["team"]["shifts"]["more"] = ALWAYS | {"posts": 1}
    elif what == "chair":
        for row in more["facilities"].values():
            row["places"] = None if row.get("places") is None else row["places"] + 1
    elif what == "door":
        more["facilities"]["yet_another"] = more["facilities"]["centre"] | {"other_load": None}
    elif what == "counsellor" and "phone" in more:
        for row in more["phone"]["desks"].values():
            row["shifts"] = row["shifts"] | {"more": ALWAYS | {"posts": 1}}
    elif what == "case manager" and "follow_up" in more:
        more["follow_up"]["case_managers"] += 1
    return more


@pytest.mark.parametrize("what", ["team", "chair", "door", "counsellor", "case manager"])
def test_one_more_leaves_every_candidate_as_it_was(what: str) -> None:
    @TOWNS
    @given(coupled_data())
    def holds(data: Data) -> None:
        today = Scenario.model_validate(data)
        option = Scenario.model_validate(more_of(data, what))
        assert_same_candidates(build_world(today), build_world(option, baseline=today))

    holds()


def named(world: World) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Calls with their luck by stream and number, without the numbers of rows."""
    calls, lucks = world.calls[[name for name in world.calls.dtype.names if name != "id"]], world.lucks
    keys = zip(world.calls["stream"].tolist(), world.calls["number"].tolist(), strict=True)
    return dict(zip(keys, zip(calls.tolist(), lucks.tolist(), strict=True), strict=True))


@TOWNS
@given(coupled_data(), st.sampled_from(["gamma", "lognormal"]), st.sampled_from([1, 3]))
def test_one_more_person_leaves_everybody_else_as_they_were(data: Data, frailty: str, factor: float) -> None:
    """Their calls are part of the stated demand: it is stated higher by as many as they are expected to make."""
    for door in data["facilities"].values():
        door["stay_h"] = door["other_load"] = None
    worlds = []
    for n_people in (3, 4):
        more: Data = copy.deepcopy(data)
        of_people = {"per_1000": n_people, "crises_per_year": 400, "frailty": frailty, "frailty_cv": 1, "care_factor": factor}
        more["people"] = {"recurrent": of_people, "unhoused_share": 0.3}
        more["demand"]["calls_per_year"] = 8000 + 400 * n_people
        more.pop("follow_up", None)
        more["demand"].pop("induced", None)  # as many as a share of all calls
        more["types"]["crisis"]["age"] = None  # theirs are of the types of all calls
        worlds.append(build_world(Scenario.model_validate(more)))
    small, large = worlds
    assert np.array_equal(small.persons, large.persons[:3])
    newcomers = large.calls[large.calls["person"] == 3]
    found, kept = named(small), named(large)
    assert found == {key: row for key, row in kept.items() if key in found}
    assert len(kept) == len(found) + len(newcomers)
