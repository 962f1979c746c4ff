"""The town of `scored.yaml`: exports of its lives, and answers of several."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pandas as pd

import sim
from sim.calibrate.exporting.layouts import write_export
from sim.calibrate.exporting.lived import Seen, recorded
from sim.calibrate.exporting.lives import Life, life_of
from sim.calibrate.normal import HELD_BACK
from sim.calibrate.validating.asking import Answers, ask

TOWN = Path(__file__).with_name("scored.yaml")


@cache
def life(replication: int, sets: tuple[str, ...] = ()) -> Life:
    """One life of the town, or of the town with some values changed."""
    world = sim.build_world(sim.load(TOWN, sets), replication)
    return life_of(world, sim.run(world, "compiled").ledger)


def write(one: Life, folder: Path, layout: str = "stamps", **changed: object) -> Path:
    """The export of a life and its map, as `export.csv` and `map.yaml`; the export's path."""
    export = folder / "export.csv"
    found = write_export(one, layout, export) | changed
    (folder / "map.yaml").write_text(json.dumps(found), encoding="utf-8")
    return export


@cache
def days() -> pd.DataFrame:
    """Every day of the window."""
    records = recorded(life(0), Seen(None, 1440, True, False, ("patrol",), ("other",)))
    return records.ask("SELECT DISTINCT day, block, weekday, month FROM calls ORDER BY day")


@cache
def answers(replication: int, sets: tuple[str, ...] = ()) -> Answers:
    """What one life answers."""
    seen = Seen(days(), 1440, True, False, ("patrol",), ("other",))
    return ask(recorded(life(replication, sets), seen), HELD_BACK, days(), True)


def several(replications: Sequence[int], sets: tuple[str, ...] = ()) -> list[Answers]:
    """What some lives answer."""
    return [answers(one, sets) for one in replications]
