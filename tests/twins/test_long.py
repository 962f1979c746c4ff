"""Both engines over half a million calls, and the compiled one with every index checked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.engines import compiled, readable
from sim.world import World
from tests.house.source import ROOT
from tests.twins.test_twins import assert_same
from tests.twins.towns import changing, fixed_data

N_CALLS = 500_000
YEAR = {"warm_up_days": 1, "days": 365, "run_out_days": 5}


def long_worlds() -> Iterator[World]:
    """Years of the reference city and of a shipped town under several seeds, four years in one, and years of random towns."""
    for seed in (1, 2**40):
        yield sim.build_world(sim.load(ROOT / "scenarios/base.yaml", sets=(f"run.seed={seed}",)), replication=seed % 5)
    yield sim.build_world(sim.load(ROOT / "scenarios/base.yaml", sets=("run.days=1461",)), replication=7)
    today, evenings = (sim.load(ROOT / f"scenarios/{name}.yaml") for name in ("alexandria_va", "alexandria_va_evenings"))
    yield sim.build_world(evenings, 3, today)
    busy = [data for data in fixed_data() if data["demand"]["other_calls_per_year"] > 0 and data["demand"]["calls_per_year"] > 0]
    for data in busy[:8]:
        year = data | {"run": data["run"] | YEAR}
        yield changing(year, {"name": "tiered", "wait_for_programme_min": 15})


@pytest.mark.slow
def test_half_a_million_calls_are_told_alike() -> None:
    n_calls = 0
    for world in long_worlds():
        assert_same(readable.play(world), compiled.play(world), f"seed {world.seed}")
        n_calls += len(world.calls)
    print(f"\n{n_calls:,} calls compared")
    assert n_calls >= N_CALLS


CHECKED = """
import json, sys
import numpy as np
import sim.outcomes, sim.policies
from sim.engines import compiled, readable
from tests.twins.test_twins import assert_same
from tests.twins.towns import fixed_worlds, rare_worlds, street_worlds

worlds = [*fixed_worlds(12), *street_worlds(12), *rare_worlds(json.loads(sys.stdin.read()))]
for world in worlds:
    assert_same(readable.play(world), compiled.play(world), "bounds checked")
short = compiled.LaidOut(worlds[-1])
short.w.put("waiting", np.zeros(1, np.int64))
try:
    short.advance_to(worlds[-1].end_s)
except IndexError:
    print(len(worlds), "worlds alike, bounds checked")
"""


@pytest.mark.slow
def test_no_index_leaves_its_table(small_town: dict[str, Any], tmp_path: Path) -> None:
    """The loop compiled with bounds checked, in a process and a cache of its own; a table cut short shows the checks are on."""
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "CRISIS_SIM_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", CHECKED],
        cwd=ROOT,
        env=environment,
        input=json.dumps(small_town),
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "worlds alike, bounds checked" in done.stdout
