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
from sim.measure.compare import check_pairs, diversion
from sim.scenario.load import load, load_data
from sim.scenario.schema import Scenario
from sim.study.differences import Difference, table, what_differs
from sim.study.doubt import UNIT, differences, diverted, spread, summarised
from sim.study.identity import Option, code_hash, sha256, shown, versions
from sim.study.parquet import write_csv, write_frame, write_text
from sim.study.play import OF_PERSONS, Job
from sim.study.results import RUN_FILE, Results, unit_in
from sim.study.run import Study, play_all
from sim.study.units import DRAWS, Unit, asked_units, ranges_hold
from sim.tables import FORMAT_VERSION
from sim.world.plan import check_shared

CREW_ITEMS = ("roster", "overtime", "overtime_fill", "one_time")  # what is spent on crews; all else is events
DIVERTED = (  # columns of `diversions`: value, its range, share of it from luck; unit; metric in the table of differences
    ("visits", "visits_low", "visits_high", "share_luck", "visits", "ed_diversion"),
    ("per_100_eligible", "low", "high", "per_100_share_luck", "visits per 100 eligible calls", "ed_diversion_per_100_eligible"),
)


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
    """Options paired with their baseline, unit by unit."""

    baseline: Study
    options: tuple[Study, ...]
    out: Path
    asked: tuple[Unit, ...]

    @property
    def folder(self) -> Path:
        """Where it is kept: another folder for anything else, or for other draws and lives of the same."""
        keys = "".join(study.option.key for study in (self.baseline, *self.options))
        return self.out / f"compare-{sha256(keys + ' '.join(unit.part for unit in self.units))[:6]}"

    @property
    def ranges_hold(self) -> str:
        """`luck only`, `luck and inputs (40 draws, 2 lives each)`."""
        return ranges_hold(self.units)

    @property
    def names(self) -> list[str]:
        """Names of the options, told apart by a number where two are the same."""
        names = [study.option.scenario.name for study in self.options]
        return [f"{name} ({i + 1})" if names.count(name) > 1 else name for i, name in enumerate(names)]

    @property
    def units(self) -> list[Unit]:
        """The units asked for, and no others a folder may hold: the same request gives the same comparison."""
        return sorted(self.asked)

    @cached_property
    def summaries(self) -> list[pd.DataFrame]:
        """Means of metrics over these units with their ranges, of the baseline and each option."""
        return [summarised(metrics, self.units) for metrics in self._metrics]

    @cached_property
    def differing(self) -> list[list[Difference]]:
        """What differs, option by option."""
        return [what_differs(self.baseline.option.scenario, study.option.scenario) for study in self.options]

    @cached_property
    def tables(self) -> list[pd.DataFrame]:
        """Paired differences of every metric, option by option."""
        return [total for total, _ in self._differences]

    @cached_property
    def by_unit(self) -> pd.DataFrame:
        """Paired differences of every metric in every unit."""
        named = zip(self.names, self._differences, strict=True)
        return pd.concat([each.assign(option_name=name) for name, (_, each) in named], ignore_index=True)

    @cached_property
    def diversions(self) -> list[pd.DataFrame]:
        """ED visits diverted in their parts, option by option."""
        return [diverted(diversion(self._calls[0], calls), self.units) for calls in self._calls[1:]]

    @cached_property
    def event_payers(self) -> list[str]:
        """Who pays for events in any of the studies."""
        studies = (self.baseline, *self.options)
        query = "SELECT DISTINCT draw, replication, item, payer FROM costs"
        every = pd.concat([self._of_units(study.results.query(query, "costs")) for study in studies])
        return sorted(set(every[~every["item"].isin(CREW_ITEMS)]["payer"].astype(str)))

    def event_costs(self, i: int, payer: str) -> tuple[float, float, float]:
        """Dollars of events (visits, rides, bookings) a payer would pay less with option `i`: mean, low, high."""
        before, after = (self._event_costs(study, payer) for study in (self.baseline, self.options[i]))
        found = spread(np.array([before]) - np.array([after]), self.units)
        return float(found.value[0]), float(found.low[0]), float(found.high[0])

    def moves_events(self, i: int, payer: str) -> bool:
        """Whether option `i` changes what a payer pays for events in any unit."""
        return self._event_costs(self.baseline, payer) != self._event_costs(self.options[i], payer)

    def _event_costs(self, study: Study, payer: str) -> list[float]:
        crews = ", ".join(f"'{item}'" for item in CREW_ITEMS)
        quoted = payer.replace("'", "''")
        where = f"payer = '{quoted}' AND item NOT IN ({crews})"
        query = f"SELECT draw, replication, sum(cents) AS cents FROM costs WHERE {where} GROUP BY ALL"
        rows = study.results.query(query, "costs").itertuples(index=False)
        cents = {Unit(int(row.draw), int(row.replication)): float(row.cents) for row in rows}
        return [cents.get(unit, 0.0) / 100 for unit in self.units]

    def between(self, first: int, second: int) -> pd.DataFrame:
        """Second option minus first, by their places in `options`."""
        return differences(self._metrics[first + 1], self._metrics[second + 1], self.units)[0]

    @cached_property
    def _differences(self) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
        sides = [self._settings(study) for study in (self.baseline, *self.options)]
        for side in sides[1:]:
            check_pairs(sides[0], side)
        return [differences(self._metrics[0], side, self.units) for side in self._metrics[1:]]

    def _settings(self, study: Study) -> list[Any]:
        settings = {unit_in(record): Setting(**record["setting"]) for record in study.results.replications}
        return [SimpleNamespace(setting=settings[unit]) for unit in self.units]

    @cached_property
    def _metrics(self) -> list[pd.DataFrame]:
        studies = (self.baseline, *self.options)
        return [self._of_units(study.results.query("SELECT * FROM metrics", "metrics")) for study in studies]

    def _of_units(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of these units, of a table that may hold more."""
        own = pd.MultiIndex.from_frame(rows[UNIT]).isin(pd.MultiIndex.from_tuples(self.units))
        return rows[own].reset_index(drop=True)

    @cached_property
    def _calls(self) -> list[list[pd.DataFrame]]:
        every = [study.results.by_unit("person_calls") for study in (self.baseline, *self.options)]
        return [[_in_order(frames.get(unit)) for unit in self.units] for frames in every]

    def tidy(self) -> pd.DataFrame:
        """All differences in one table; diverted visits are rows of `ed_diversion`, by part, positive when fewer visits."""
        parts = []
        for name, rows, visits in zip(self.names, self.tables, self.diversions, strict=True):
            parts.append(rows.assign(**{"option_name": name}))
            for value, low, high, share, unit, metric in DIVERTED:
                parts.append(
                    pd.DataFrame(
                        {
                            "metric": metric + "_" + visits["within"].astype(str),
                            "group": "part",
                            "level": visits["part"],
                            "difference": visits[value],
                            "low": visits[low],
                            "high": visits[high],
                            "n": visits["n"],
                            "unit": unit,
                            "kind": visits["kind"],
                            "verdict": visits["verdict"],
                            "share_luck": visits[share],
                            "share_inputs": 1.0 - visits[share],
                            "option_name": name,
                        }
                    )
                )
        frame = pd.concat(parts, ignore_index=True)
        return frame[["option_name", *(column for column in frame.columns if column != "option_name")]]


def _in_order(person_calls: pd.DataFrame | None) -> pd.DataFrame:
    """A unit's `person_calls` as `diversion` reads calls: what stands in the same place is the same call."""
    calls = pd.DataFrame(columns=OF_PERSONS, dtype=bool) if person_calls is None else person_calls
    return calls.assign(stream=0, number=range(len(calls)), received_s=0, in_window=True, person=True)


def compare_sources(
    baseline: Source,
    options: list[Source],
    replications: int | None = None,
    workers: int | None = None,
    out: Path = Path("results"),
    engine: str = "auto",
    draws: int | None = DRAWS,
) -> Comparison:
    """Play what is missing and pair it. Everything is refused before anything is played.

    Option and baseline draw an input they share alike. `draws` of 0 or none plays the stated values.
    """
    for one in options:
        check_shared(baseline.scenario, one.scenario)
    asked = asked_units(draws, replications, baseline.scenario.run.replications)
    chosen = [(baseline, Option(baseline.scenario, None, bool(draws)))]
    chosen += [(one, Option.against(one.scenario, baseline.scenario, bool(draws))) for one in options]
    studies = play_all([Job(option, _folder(one, option, out)) for one, option in chosen], asked, workers, engine)
    return Comparison(studies[0], tuple(studies[1:]), out, tuple(asked))


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
    (folder / "tables").mkdir(exist_ok=True)
    write_frame(comparison.by_unit, folder / "tables" / "differences.parquet")
    write_csv(
        pd.concat([table(differences, name) for name, differences in named], ignore_index=True), folder / "what_differs.csv"
    )
    write_text(folder / "summary.txt", "\n".join(lines) + "\n")
    studies = (comparison.baseline, *comparison.options)
    record = {
        "format": FORMAT_VERSION,
        "kind": "compare",
        "units": [unit._asdict() for unit in comparison.units],
        "ranges_hold": comparison.ranges_hold,
        "seed": comparison.baseline.option.scenario.run.seed,
        "versions": {**versions(), "code": code_hash()},
        "baseline": _entry(studies[0], studies[0].option.scenario.name, comparison.units),
        "options": [_entry(study, name, comparison.units) for study, name in zip(studies[1:], comparison.names, strict=True)],
    }
    write_text(folder / RUN_FILE, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def _entry(study: Study, name: str, units: list[Unit]) -> dict[str, Any]:
    record = study.results.record
    ledgers = [one["ledger"] for one in record["replications"] if unit_in(one) in units]
    return {
        "name": name,
        "folder": shown(study.results.folder),
        "key": record["key"],
        "inputs": record["inputs"],
        "ledgers": ledgers,
    }
