"""A run that was saved and loaded equals the unbroken run, byte for byte: in the same world, and in one that lasts longer."""

from __future__ import annotations

import copy
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engines import compiled, state
from sim.engines.played import TABLES, Played
from sim.errors import ResultsError
from sim.world import World
from tests.laws.coupled import Data, built, coupled_plans

Plans = tuple[Data, Data | None]


def longer(plans: Plans, days: int) -> Plans:
    """The same towns, observed for longer."""
    changed = copy.deepcopy(plans)
    for plan in changed:
        if plan is not None:
            plan["run"]["days"] += days
    return changed


def resumed(world: World, t_s: int, later: World) -> Played:
    """A world played to a second, kept, and gone on with in another."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "state.npz"
        before = compiled.LaidOut(world)
        before.advance_to(t_s)
        state.save(before, t_s, file)
        after, at_s = state.load(later, file)
    assert at_s == t_s
    after.advance_to(later.end_s)
    return after.close()


def assert_same(one: Played, other: Played) -> None:
    for name in TABLES:
        a, b = getattr(one, name), getattr(other, name)
        assert len(a) == len(b), name
        for column in a.dtype.names:
            assert np.array_equal(a[column], b[column]), (name, column)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(coupled_plans(), st.floats(0, 1), st.integers(0, 3))
def test_run_save_load_run_is_the_unbroken_run(plans: Plans, share: float, more_days: int) -> None:
    world = built(plans)
    later = built(longer(plans, more_days))
    assert_same(compiled.play(later), resumed(world, int(world.end_s * share), later))


def test_a_state_of_another_world_is_refused(tmp_path: Path) -> None:
    worlds = [built((_town(seed), None)) for seed in (1, 2)]
    played = compiled.LaidOut(worlds[0])
    played.advance_to(40_000)
    state.save(played, 40_000, tmp_path / "state.npz")
    state.load(worlds[0], tmp_path / "state.npz")
    with pytest.raises(ResultsError, match="the state of another world at 40000 s"):
        state.load(worlds[1], tmp_path / "state.npz")
    (tmp_path / "poor.npz").write_bytes(b"no archive")
    with pytest.raises(ResultsError, match="no state of a run"):
        state.load(worlds[0], tmp_path / "poor.npz")


def _town(seed: int) -> Data:
    """A town of one car."""
    shift = {"days": "all", "start": "00:00", "end": "24:00", "posts": 1}
    return {
        "name": "one car",
        "place": {"population": 1000},
        "run": {"begins": "2027-01-01", "warm_up_days": 0, "days": 2, "run_out_days": 0, "seed": seed},
        "demand": {"calls_per_year": 5000, "mix": {"crisis": 1.0}},
        "types": {"crisis": {}},
        "travel": {"median_min": 5},
        "responders": {"patrol": {"title": "car", "crew": {"officer": 1}, "transports": True, "shifts": {"day": shift}}},
        "policy": {"name": "nearest"},
    }
