"""A results folder: what is in it, how it grows, how it is read again.

    summary.txt   the screen              charts/    pictures, numbers beside each
    metrics.csv   every metric of every unit; metrics_summary.csv: means with ranges
    tables/       Parquet, with draw and replication in every row:
                    metrics, costs, person_calls   of every unit
                    call_facts, reach              of the first units only (`Unit.is_kept_whole`)
                    calls, ledger, units, shifts, unit_spells, assignments
                                                   of the very first unit, without those columns
                    stays, occupancy, desk_hours, persons, tasks
                                                   of the very first unit, where the scenario has what they tell of
                    mechanism_NAME                 of the very first unit: the state a plug-in mechanism gave people, and when
    run.json      the scenario as run, versions, hashes, seed, fingerprints of every unit, timings

`person_calls` has one row a crisis that may come in the window, in order of its random identity, so that the same row
of two options is the same crisis: it is what ED diversion is paired from. Whole tables of any other unit come back, to
the byte, by playing it again (`sim.study.play.play_unit`). While units are being played, each finished one waits in
`parts/`; `gather` makes them one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import ResultsError
from sim.measure.measures import MORE
from sim.study.doubt import UNIT, summarised
from sim.study.identity import Option, code_hash, plugin_hashes, sha256, shown, versions
from sim.study.parquet import connection, quoted, read, write_csv, write_frame, write_query, write_text
from sim.study.parts import read_record, read_table, write_part
from sim.study.units import Unit, lives_words, ranges_hold, unit_of
from sim.tables import FORMAT_VERSION

OF_ALL = ("metrics", "costs", "person_calls")
OF_KEPT = ("call_facts", "reach")
OF_FIRST = ("calls", "ledger", "units", "shifts", "unit_spells", "assignments", *MORE)
RUN_FILE = "run.json"


@dataclass(frozen=True)
class Results:
    """One option's results folder, on disk or about to be."""

    folder: Path

    @property
    def parts(self) -> Path:
        return self.folder / "parts"

    @property
    def tables(self) -> Path:
        return self.folder / "tables"

    @cached_property
    def record(self) -> dict[str, Any]:
        """What `run.json` says; ResultsError if there is none, or it is of another format."""
        path = self.folder / RUN_FILE
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise ResultsError(
                f"{shown(self.folder)} is not a results folder: {shown(path)} cannot be read ({problem})"
            ) from None
        if not isinstance(record, dict) or record.get("format") != FORMAT_VERSION or record.get("kind") != "run":
            raise ResultsError(
                f"{shown(path)} is not the run of one scenario in format {FORMAT_VERSION}\n"
                "  hint  name the scenario file, or another folder"
            )
        return record

    @property
    def replications(self) -> list[dict[str, Any]]:
        """A record of each gathered unit, in order."""
        return list(self.record["replications"])

    @property
    def units(self) -> list[Unit]:
        """The gathered units, in order."""
        return [unit_in(record) for record in self.replications]

    @property
    def is_drawn(self) -> bool:
        """Whether inputs were drawn from their ranges."""
        return bool(self.record["inputs_drawn"])

    @property
    def lives_words(self) -> str:
        """`20 replications`, `40 draws, 2 lives each`."""
        return lives_words(self.units)

    @property
    def ranges_hold(self) -> str:
        """`luck only`, `luck and inputs (40 draws, 2 lives each)`."""
        return ranges_hold(self.units)

    def is_of(self, option: Option) -> bool:
        """Whether what is kept here was made of the same inputs by the same code."""
        try:
            record = self.record
        except ResultsError:
            return False
        return bool(record["key"] == option.key and record["versions"].get("code") == code_hash())

    @property
    def is_whole(self) -> bool:
        """Whether tables of single calls are kept, as they are of all but lives played under another effect set."""
        return all((self.tables / f"{table}.parquet").is_file() for table in OF_KEPT)

    def finished(self) -> dict[Unit, dict[str, Any]]:
        """Records of every finished unit, gathered or still in parts."""
        found = {}
        if (self.folder / RUN_FILE).is_file():
            found = {unit_in(record): record for record in self.replications}
        return found | {unit: read_record(path) for unit, path in self.waiting().items()}

    def waiting(self) -> dict[Unit, Path]:
        """Finished units that are not gathered yet, in order."""
        return {unit_of(path.stem): path for path in sorted(self.parts.glob("[0-9]*.npz"))}

    def prepare(self, option: Option) -> None:
        """Make the folder ready; what other code or inputs left in it goes."""
        mark = self.parts / "made_of.json"
        made_of = json.dumps({"key": option.key, "code": code_hash()})
        if self.folder.exists() and not self.is_of(option):
            left = mark.read_text(encoding="utf-8") if mark.is_file() else ""
            if (self.folder / RUN_FILE).exists() or left != made_of:
                self._clear()
        self.parts.mkdir(parents=True, exist_ok=True)
        write_text(mark, made_of)

    def _clear(self) -> None:
        for name in ("parts", "tables", "charts"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for name in (RUN_FILE, "summary.txt", "metrics.csv", "metrics_summary.csv"):
            (self.folder / name).unlink(missing_ok=True)

    def store(self, unit: Unit, record: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> None:
        """Keep one finished unit. Its compact file comes last and whole: the unit has finished when that is there."""
        path = self.parts / f"{unit.part}.npz"
        for table, frame in frames.items():
            if table in OF_KEPT:
                frame = frame.assign(draw=unit.draw, replication=unit.replication)
            if table not in OF_ALL:
                write_frame(frame, _beside(path, table))
        write_part(path, record, {table: frame for table, frame in frames.items() if table in OF_ALL})

    def gather(self, option: Option, timings: Mapping[str, Any]) -> None:
        """Make the parts and what was gathered before one set of tables, then say so in `run.json`."""
        finished, parts = self.finished(), self.waiting()
        self.tables.mkdir(parents=True, exist_ok=True)
        (self.folder / "summary.txt").unlink(missing_ok=True)  # of fewer units
        if parts:
            for table in OF_ALL:
                self._extend(table, parts)
            for table in OF_KEPT:
                beside = {unit: _beside(path, table) for unit, path in parts.items() if unit.is_kept_whole}
                self._append(table, {unit: path for unit, path in beside.items() if path.is_file()})
            first = [_beside(path, table) for path in parts.values() for table in OF_FIRST]
            for source in [*first, *self.parts.glob("*.mechanism_*.parquet")]:
                if source.is_file():
                    source.replace(self.tables / source.name.split(".", 1)[1])
        self.__dict__.pop("summary", None)
        metrics = self.query("SELECT * FROM metrics", "metrics")
        write_csv(metrics[[*UNIT, *(c for c in metrics.columns if c not in UNIT)]], self.folder / "metrics.csv")
        write_csv(summarised(metrics, sorted(finished)), self.folder / "metrics_summary.csv")
        record = run_record(option, [finished[unit] for unit in sorted(finished)], timings)
        write_text(self.folder / RUN_FILE, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
        self.__dict__.pop("record", None)
        shutil.rmtree(self.parts, ignore_errors=True)

    def _extend(self, table: str, parts: Mapping[Unit, Path]) -> None:
        """Rows of a small table of every unit, in order of units."""
        frames = {u: read_table(path, table).assign(draw=u.draw, replication=u.replication) for u, path in parts.items()}
        if (self.tables / f"{table}.parquet").is_file():
            frames = {**self.by_unit(table, keep_unit=True), **frames}
        write_frame(pd.concat([frames[unit] for unit in sorted(frames)], ignore_index=True), self.tables / f"{table}.parquet")

    def _append(self, table: str, parts: Mapping[Unit, Path]) -> None:
        """Rows of a large table of the units kept whole, in order of units, never all in memory."""
        target = self.tables / f"{table}.parquet"
        chosen = {unit: f"SELECT * FROM read_parquet({quoted(path)})" for unit, path in parts.items()}
        if target.is_file():
            held = read(f"SELECT DISTINCT draw, replication FROM {table}", **{table: [target]})
            for unit in {Unit(*map(int, row)) for row in held.itertuples(index=False)} - set(parts):
                where = f"draw = {unit.draw} AND replication = {unit.replication}"
                chosen[unit] = f"SELECT * FROM read_parquet({quoted(target)}) WHERE {where}"
        if parts:
            with connection() as link:
                write_query(link, " UNION ALL BY NAME ".join(f"({chosen[unit]})" for unit in sorted(chosen)), target)

    def by_unit(self, table: str, columns: str = "*", where: str = "true", keep_unit: bool = False) -> dict[Unit, pd.DataFrame]:
        """A table's rows apart for each unit, in order; the unit's own columns left out unless `keep_unit`."""
        chosen = columns if columns == "*" else f"{columns}, draw, replication"
        rows = self.query(f"SELECT {chosen} FROM {table} WHERE {where}", table)
        apart = {Unit(*map(int, key)): frame for key, frame in rows.groupby(UNIT, sort=True)}
        gone = [] if keep_unit else UNIT
        return {unit: frame.drop(columns=gone).reset_index(drop=True) for unit, frame in apart.items()}

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Means of metrics over units with their ranges."""
        return summarised(self.query("SELECT * FROM metrics", "metrics"), self.units)

    def query(self, query: str, *tables: str) -> pd.DataFrame:
        """A query over tables of this folder."""
        missing = [name for name in tables if not (self.tables / f"{name}.parquet").is_file()]
        if missing:
            raise ResultsError(
                f"{shown(self.folder)} lacks tables/{missing[0]}.parquet\n  hint  crisis-sim run the scenario again"
            )
        return read(query, **{name: [self.tables / f"{name}.parquet"] for name in tables})


def unit_in(record: Mapping[str, Any]) -> Unit:
    """The unit a record is of."""
    return Unit(record["draw"], record["replication"])


def _beside(part: Path, table: str) -> Path:
    """Where a table too large for a unit's compact file waits."""
    return part.with_name(f"{part.stem}.{table}.parquet")


def input_hashes(option: Option) -> dict[str, str]:
    """SHA-256 of every file the scenario and its baseline were read from, by path as shown."""
    files: set[Path] = set()
    for scenario in (option.scenario, option.baseline):
        if scenario is not None:
            files |= set(files_of(scenario))
    return {shown(path): sha256(path.read_bytes()) for path in sorted(files) if path.is_file()}


def files_of(scenario: Any) -> list[Path]:
    """Files a scenario was read from; none for one made in Python or read from a results folder."""
    origin = getattr(scenario, "origin", None)
    return [Path(name) for name in getattr(origin, "files", ())]


def run_record(option: Option, finished: Iterable[Mapping[str, Any]], timings: Mapping[str, Any]) -> dict[str, Any]:
    """What `run.json` holds. The engine is named among timings: it never changes a result."""
    from sim.scenario.load import dump  # brings in the YAML reader

    replications = list(finished)
    played_s = sum(record["play_s"] for record in replications)
    n_calls = sum(record["calls"] for record in replications)
    return {
        "format": FORMAT_VERSION,
        "kind": "run",
        "name": option.scenario.name,
        "key": option.key,
        "fingerprint": option.scenario.fingerprint,
        "baseline_fingerprint": None if option.baseline is None else option.baseline.fingerprint,
        "seed": option.scenario.run.seed,
        "inputs_drawn": option.is_drawn,
        "versions": {**versions(), "code": code_hash()},
        "plugins": plugin_hashes(option.plugins),
        "inputs": input_hashes(option),
        "timings": {
            **timings,
            "playing_s": round(played_s, 3),
            "calls": n_calls,
            "calls_per_s": round(n_calls / played_s, 1) if played_s else None,
        },
        "replications": replications,
        "scenario": dump(option.scenario),
        "baseline": None if option.baseline is None else dump(option.baseline),
    }
