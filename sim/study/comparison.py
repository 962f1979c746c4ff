"""A baseline and its options: sources resolved, refused or played, paired, and kept as one folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

import sim
from sim.errors import ResultsError
from sim.measure import Setting
from sim.measure.compare import diversion, paired, pooled
from sim.measure.interval import mean_range
from sim.measure.measures import CANDIDATE
from sim.scenario.load import load, load_data
from sim.scenario.schema import Scenario
from sim.study.differences import Difference, table, what_differs
from sim.study.identity import Option, code_hash, sha256, shown, versions
from sim.study.parquet import write_csv, write_text
from sim.study.results import RUN_FILE, Results
from sim.study.run import Study, play
from sim.tables import FORMAT_VERSION
from sim.world.plan import check_shared

CREW_ITEMS = ("roster", "overtime", "one_time")  # what is spent on crews; all else is events
DIVERSION_COLUMNS = ", ".join([*CANDIDATE, "in_window", "person", "eligible", "ed", "reached", "later_ed_72h", "later_ed_30d"])


@dataclass(frozen=True)
class Source:
    """What somebody named on the command line: a scenario, read from a file or from a results folder."""

    name: str
    scenario: Scenario
    folder: Path | None = None


def source(name: str, sets: list[str]) -> Source:
    """The scenario of a file or of a results folder; a folder takes no changes and must be of this version."""
    path = Path(name)
    if not path.is_dir():
        return Source(name, load(name, sets))
    record = Results(path).record
    if sets:
        raise ResultsError(f"{name} is a results folder: {sets[0]} cannot change it\n  hint  name the scenario file instead")
    made_by, code = record["versions"].get("crisis-sim"), record["versions"].get("code")
    if made_by != sim.__version__ or code != code_hash():
        what = f"version {made_by}" if made_by != sim.__version__ else f"other code of version {made_by}"
        raise ResultsError(
            f"{name} was made by {what}; this is {sim.__version__}\n"
            "  want  results of one version, or differences would be its changes too\n"
            f"  hint  compare the scenario files, or see what moved: crisis-sim run {name}"
        )
    return Source(name, load_data(record["scenario"], shown(path / RUN_FILE)), path)


@dataclass(frozen=True)
class Comparison:
    """Options paired with their baseline, replication by replication."""

    baseline: Study
    options: tuple[Study, ...]
    folder: Path

    @property
    def names(self) -> list[str]:
        """Names of the options, told apart by a number where two are the same."""
        names = [study.option.scenario.name for study in self.options]
        return [f"{name} ({i + 1})" if names.count(name) > 1 else name for i, name in enumerate(names)]

    @cached_property
    def replications(self) -> list[int]:
        """Numbers of the replications that all have."""
        return sorted(
            set.intersection(*({r["replication"] for r in s.results.replications} for s in (self.baseline, *self.options)))
        )

    @cached_property
    def differing(self) -> list[list[Difference]]:
        """What differs, option by option."""
        return [what_differs(self.baseline.option.scenario, study.option.scenario) for study in self.options]

    @cached_property
    def tables(self) -> list[pd.DataFrame]:
        """Paired differences of every metric, option by option."""
        return [paired(self._sides[0], side) for side in self._sides[1:]]

    @cached_property
    def diversions(self) -> list[pd.DataFrame]:
        """ED visits diverted in their parts, option by option."""
        return [pooled(diversion(self._calls[0], calls)) for calls in self._calls[1:]]

    @cached_property
    def event_payers(self) -> list[str]:
        """Who pays for events in any of the studies."""
        studies = (self.baseline, *self.options)
        frames = [study.results.query("SELECT DISTINCT item, payer FROM costs", "costs") for study in studies]
        every = pd.concat(frames)
        return sorted(set(every[~every["item"].isin(CREW_ITEMS)]["payer"].astype(str)))

    def event_costs(self, i: int, payer: str) -> tuple[float, float, float]:
        """Dollars of events (visits, rides, bookings) a payer would pay less with option `i`: mean, low, high."""
        frames = [self._event_costs(study, payer) for study in (self.baseline, self.options[i])]
        values = np.array([[before - after for before, after in zip(*frames, strict=True)]])
        mean, low, high, _ = mean_range(values)
        return float(mean[0]), float(low[0]), float(high[0])

    def _event_costs(self, study: Study, payer: str) -> list[float]:
        crews = ", ".join(f"'{item}'" for item in CREW_ITEMS)
        quoted = payer.replace("'", "''")
        where = f"payer = '{quoted}' AND item NOT IN ({crews})"
        frames = study.results.by_replication("costs", "cents", where)
        return [float(frames[k]["cents"].sum()) / 100 if k in frames else 0.0 for k in self.replications]

    def between(self, first: int, second: int) -> pd.DataFrame:
        """Second option minus first, by their places in `options`."""
        return paired(self._sides[first + 1], self._sides[second + 1])

    @cached_property
    def _sides(self) -> list[list[Any]]:
        return [self._side(study) for study in (self.baseline, *self.options)]

    def _side(self, study: Study) -> list[Any]:
        frames = study.results.by_replication("metrics")
        settings = {record["replication"]: Setting(**record["setting"]) for record in study.results.replications}
        return [SimpleNamespace(metrics=frames[k], setting=settings[k]) for k in self.replications]

    @cached_property
    def _calls(self) -> list[list[pd.DataFrame]]:
        where = "person AND in_window"
        every = [s.results.by_replication("call_facts", DIVERSION_COLUMNS, where) for s in (self.baseline, *self.options)]
        return [[frames[k] for k in self.replications if k in frames] for frames in every]

    def tidy(self) -> pd.DataFrame:
        """All differences in one table; diverted visits are rows of `ed_diversion`, by part, positive when fewer visits."""
        parts = []
        for name, rows, diverted in zip(self.names, self.tables, self.diversions, strict=True):
            parts.append(rows.assign(**{"option_name": name}))
            for value, low, high, unit, metric in (
                ("visits", "visits_low", "visits_high", "visits", "ed_diversion"),
                ("per_100_eligible", "low", "high", "visits per 100 eligible calls", "ed_diversion_per_100_eligible"),
            ):
                parts.append(
                    pd.DataFrame(
                        {
                            "metric": metric + "_" + diverted["within"].astype(str),
                            "group": "part",
                            "level": diverted["part"],
                            "difference": diverted[value],
                            "low": diverted[low],
                            "high": diverted[high],
                            "n": diverted["n"],
                            "unit": unit,
                            "kind": diverted["kind"],
                            "verdict": diverted["verdict"],
                            "option_name": name,
                        }
                    )
                )
        frame = pd.concat(parts, ignore_index=True)
        return frame[["option_name", *(column for column in frame.columns if column != "option_name")]]


def compare_sources(
    baseline: Source, options: list[Source], replications: int | None, workers: int | None, out: Path, engine: str = "readable"
) -> Comparison:
    """Play what is missing and pair it. Everything is refused before anything is played."""
    for one in options:
        check_shared(baseline.scenario, one.scenario)
    n = replications or baseline.scenario.run.replications
    chosen = [(baseline, Option(baseline.scenario, None, engine))]
    chosen += [(one, Option.against(one.scenario, baseline.scenario, engine)) for one in options]
    studies = [play(option, _folder(one, option, out), n, workers) for one, option in chosen]
    keys = "".join(study.option.key for study in studies)
    return Comparison(studies[0], tuple(studies[1:]), out / f"compare-{sha256(keys)[:6]}")


def _folder(one: Source, option: Option, out: Path) -> Path:
    """A named folder if it holds just this; an option kept as a run of its own is played again after the baseline."""
    if one.folder is not None and Results(one.folder).is_of(option):
        return one.folder
    return out / option.folder_name


def keep(comparison: Comparison, lines: list[str]) -> None:
    """Write the comparison's folder."""
    folder = comparison.folder
    folder.mkdir(parents=True, exist_ok=True)
    named = list(zip(comparison.names, comparison.differing, strict=True))
    write_csv(comparison.tidy(), folder / "differences.csv")
    write_csv(
        pd.concat([table(differences, name) for name, differences in named], ignore_index=True), folder / "what_differs.csv"
    )
    write_text(folder / "summary.txt", "\n".join(lines) + "\n")
    studies = (comparison.baseline, *comparison.options)
    record = {
        "format": FORMAT_VERSION,
        "kind": "compare",
        "replications": comparison.replications,
        "seed": comparison.baseline.option.scenario.run.seed,
        "versions": {**versions(), "code": code_hash()},
        "baseline": _entry(studies[0], studies[0].option.scenario.name),
        "options": [_entry(study, name) for study, name in zip(studies[1:], comparison.names, strict=True)],
    }
    write_text(folder / RUN_FILE, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def _entry(study: Study, name: str) -> dict[str, Any]:
    record = study.results.record
    ledgers = [one["ledger"] for one in record["replications"]]
    return {
        "name": name,
        "folder": shown(study.results.folder),
        "key": record["key"],
        "inputs": record["inputs"],
        "ledgers": ledgers,
    }
