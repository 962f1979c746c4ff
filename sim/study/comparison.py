"""A baseline and its options, paired life by life and kept as one folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from sim.measure import Setting
from sim.measure.compare import check_pairs, diversion
from sim.study.differences import Difference, what_differs
from sim.study.doubt import UNIT, differences, diverted, spread, summarised
from sim.study.economics import Economics, economics_of
from sim.study.identity import sha256
from sim.study.play import OF_PERSONS
from sim.study.results import unit_in
from sim.study.run import Study
from sim.study.units import Unit, ranges_hold

CREW_ITEMS = (  # what is spent on crews and desks; all else is events
    "roster", "overtime", "overtime_fill", "one_time", "desks", "case_managers",
)  # fmt: skip
DIVERTED = (  # columns of `diversions`: value, its range, share of it from luck; unit; metric in the table of differences
    ("visits", "visits_low", "visits_high", "share_luck", "visits", "ed_diversion"),
    ("per_100_eligible", "low", "high", "per_100_share_luck", "visits per 100 eligible calls", "ed_diversion_per_100_eligible"),
)


@dataclass(frozen=True)
class Comparison:
    """Options paired with their baseline, unit by unit."""

    baseline: Study
    options: tuple[Study, ...]
    out: Path
    asked: tuple[Unit, ...]
    under: tuple[tuple[str, Comparison], ...] = ()  # the same lives under other effect sets, by name

    @property
    def folder(self) -> Path:
        """Where it is kept: another folder for anything else, or for other draws and lives of the same."""
        keys = "".join(study.option.key for study in (self.baseline, *self.options))
        units, sets = " ".join(unit.part for unit in self.units), "".join(f" {name}" for name, _ in self.under)
        return self.out / f"compare-{sha256(keys + units + sets)[:6]}"

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

    @property
    def effects(self) -> str:
        """The effect set all of it has as its own; `own` where baseline and options have several."""
        found = {study.option.scenario.effects for study in (self.baseline, *self.options)}
        return found.pop() if len(found) == 1 else "own"

    @cached_property
    def summaries(self) -> list[pd.DataFrame]:
        """Means of metrics over these units with their ranges, of the baseline and each option."""
        return [summarised(metrics, self.units) for metrics in self.metrics]

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
    def economics(self) -> Economics | None:
        """Worth for money under doubt about the inputs; none without draws or prices."""
        studies = (self.baseline, *self.options)
        names = [self.baseline.option.scenario.name, *self.names]
        return economics_of(names, self.by_unit, self.units, [study.option for study in studies])

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
        return differences(self.metrics[first + 1], self.metrics[second + 1], self.units)[0]

    @cached_property
    def _differences(self) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
        sides = [self._settings(study) for study in (self.baseline, *self.options)]
        for side in sides[1:]:
            check_pairs(sides[0], side)
        return [differences(self.metrics[0], side, self.units) for side in self.metrics[1:]]

    def _settings(self, study: Study) -> list[Any]:
        settings = {unit_in(record): Setting(**record["setting"]) for record in study.results.replications}
        return [SimpleNamespace(setting=settings[unit]) for unit in self.units]

    @cached_property
    def metrics(self) -> list[pd.DataFrame]:
        """Metrics of these units, of the baseline and each option."""
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
