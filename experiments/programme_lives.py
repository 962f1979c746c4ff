"""Which published outputs the shipped scenarios hold, on what each rests, and lives of those scenarios to set beside them.

A programme is a scenario file that has an `observed` block of its own. An observed output counts as an *input* where an
evidence row it comes from is named by any number of the loaded scenario, in its source or its reason; else it is *predicted*.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import sim  # noqa: E402  # found from any working directory
from sim.measure import observed  # noqa: E402
from sim.measure.interval import summarise  # noqa: E402
from sim.registry import metrics  # noqa: E402
from sim.scenario.load import dump  # noqa: E402
from sim.scenario.schema import Observed, Scenario  # noqa: E402
from sim.study.identity import Option  # noqa: E402
from sim.study.play import play_unit  # noqa: E402
from sim.study.units import Unit  # noqa: E402

SCENARIOS = ROOT / "scenarios"
ID = re.compile(r"\b[A-Z]\d{3}\b")
GRADES = ("primary", "secondary", "expert", "unverified")
Floats = npt.NDArray[np.float64]


class Life(NamedTuple):
    """A life to play: scenario file, what is set over it, draw of inputs (0: stated values), replication."""

    path: Path
    sets: tuple[str, ...]
    draw: int
    replication: int


@dataclass(frozen=True)
class Programme:
    """A scenario with published outputs of its own."""

    path: Path
    scenario: Scenario
    outputs: Mapping[str, Observed]  # by metric, in the order of the file
    used: frozenset[str]  # evidence rows its inputs name

    @property
    def name(self) -> str:
        return self.path.stem

    def is_input(self, metric: str) -> bool:
        """Whether something in the scenario rests on the evidence of an output."""
        return bool(set(ids_of(self.outputs[metric])) & self.used)


def ids_of(record: Observed) -> list[str]:
    """Evidence rows an output comes from."""
    return [record.source] if isinstance(record.source, str) else list(record.source or [])


def programmes(folder: Path = SCENARIOS) -> list[Programme]:
    """Every scenario of the folder with an observed block of its own, by file name."""
    found = (programme_of(path) for path in sorted(folder.glob("*.yaml")))
    return [programme for programme in found if programme is not None]


@cache
def programme_of(path: Path) -> Programme | None:
    """The programme of a scenario file; none where the file itself has no observed output."""
    block = (YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) or {}).get("observed")
    own = [metric for metric, record in (block or {}).items() if record is not None]
    if not own:
        return None
    scenario = sim.load(path)
    return Programme(path, scenario, {metric: scenario.observed[metric] for metric in own}, frozenset(used(dump(scenario))))


def used(data: Mapping[str, Any]) -> Iterator[str]:
    """Evidence rows that the numbers of a scenario name, those it is held against left out."""
    for key, value in data.items():
        if key in ("source", "reason"):
            yield from ID.findall(" ".join(value) if isinstance(value, list) else str(value))
        elif isinstance(value, Mapping) and key != "observed":
            yield from used(value)


@cache
def grades() -> dict[str, str]:
    """Evidence row to its grade."""
    with (SCENARIOS / "evidence.csv").open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row["quality"] for row in csv.DictReader(stream)}


def grade_of(record: Observed) -> str:
    """The weakest grade among the rows an output comes from."""
    return max((grades()[one] for one in ids_of(record)), key=GRADES.index)


def unit_of(metric: str) -> str:
    """Unit of a metric; empty where none of that name is registered."""
    return str(metrics.get(metric).facts["unit"]) if metric in metrics else ""


def is_assumed(metric: str) -> bool:
    """Whether a metric rests on the assumed endings and not on what was simulated of work and time."""
    return metric in metrics and metrics.get(metric).facts["kind"] == "assumed"


@lru_cache(maxsize=2)  # each keeps its drawn inputs, and a process plays one scenario after the other
def option_of(path: Path, sets: tuple[str, ...], is_drawn: bool) -> Option:
    """A scenario as it is played."""
    return Option(sim.load(path, sets), None, is_drawn)


def play(life: Life) -> list[float]:
    """The simulated value of each output of a programme in one life, in their order; not a number where there is none."""
    option = option_of(life.path, life.sets, life.draw > 0)
    _, _, measures = play_unit(option, Unit(life.draw, life.replication), "compiled")
    programme = programme_of(life.path)
    assert programme is not None
    found = observed.rows(programme.outputs, summarise([measures.metrics]), option.scenario.run.days)
    return [float(value) for value in found["value"]]


def play_all(pool: Pool, lives: Sequence[Life]) -> Floats:
    """Life × output, for lives of one programme."""
    return np.array(pool.map(play, lives, chunksize=4))
