"""What a dispatch centre would hand to a reader of docs/calibrate.md: half a year of calls of a small town, as CSV."""

from __future__ import annotations

from pathlib import Path

from sim.calibrate.exporting.layouts import write_export
from sim.calibrate.exporting.lives import life_of
from sim.engines import run
from sim.scenario.load import load
from sim.world import build_world

CHANGES = ("place.population=9000", "run.days=120", "run.warm_up_days=7", "zones={}", "demand.calls_per_1000_per_year=60")


def write_dispatch(path: Path) -> None:
    """An export in the layout of the page's first example."""
    scenario = load("alexandria_va.yaml", CHANGES)
    world = build_world(scenario, 0)
    write_export(life_of(world, run(world, "readable").ledger), "stamps", path)
