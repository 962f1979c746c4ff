"""A results folder: what is in it, how it grows, how it is read again.

    summary.txt   the screen              charts/    pictures, numbers beside each
    metrics.csv   every metric of every replication; metrics_summary.csv: means with ranges
    tables/       Parquet; calls, ledger, units, shifts, unit_spells are of replication 0, the others of all
    run.json      the scenario as run, versions, hashes, seed, fingerprints, timings

While replications are being played, each finished one waits in `parts/`; `gather` makes them one.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import ResultsError
from sim.measure.interval import summarise
from sim.study.identity import Option, code_hash, plugin_hashes, sha256, shown, versions
from sim.study.parquet import connection, quoted, read, write_csv, write_frame, write_query, write_text
from sim.tables import FORMAT_VERSION

OF_ALL = ("call_facts", "reach", "costs", "metrics")
OF_FIRST = ("calls", "ledger", "units", "shifts", "unit_spells")
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
        """A record of each gathered replication, in order."""
        return list(self.record["replications"])

    def is_of(self, option: Option) -> bool:
        """Whether what is kept here was made of the same inputs by the same code."""
        try:
            record = self.record
        except ResultsError:
            return False
        return bool(record["key"] == option.key and record["versions"].get("code") == code_hash())

    def finished(self) -> dict[int, dict[str, Any]]:
        """Records by number of every finished replication, gathered or still in parts."""
        found = {}
        if (self.folder / RUN_FILE).is_file():
            found = {record["replication"]: record for record in self.replications}
        for path in sorted(self.parts.glob("[0-9]*/part.json")):
            record = json.loads(path.read_text(encoding="utf-8"))
            found[record["replication"]] = record
        return found

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

    def store(self, record: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> None:
        """Keep one finished replication, whole or not at all."""
        name = f"{record['replication']:06d}"
        unfinished = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=self.parts))
        try:
            for table, frame in frames.items():
                if table in OF_ALL:
                    frame = frame.assign(replication=record["replication"])
                write_frame(frame, unfinished / f"{table}.parquet")
            write_text(unfinished / "part.json", json.dumps(record))
            try:
                os.replace(unfinished, self.parts / name)  # noqa: PTH105  # a folder, onto none
            except OSError:
                if not (self.parts / name).is_dir():
                    raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def gather(self, option: Option, wall_s: float) -> None:
        """Make the parts and what was gathered before one set of tables, then say so in `run.json`."""
        finished = self.finished()
        self.tables.mkdir(parents=True, exist_ok=True)
        (self.folder / "summary.txt").unlink(missing_ok=True)  # of fewer replications
        parts = [path for path in sorted(self.parts.glob("[0-9]*")) if (path / "part.json").is_file()]
        if parts:
            for table in OF_ALL:
                self._append(table, [path / f"{table}.parquet" for path in parts], [int(path.name) for path in parts])
            for table in OF_FIRST:
                source = self.parts / "000000" / f"{table}.parquet"
                if source.is_file():
                    source.replace(self.tables / source.name)
        frames = self.by_replication("metrics")
        tidy = pd.concat([frame.assign(replication=k) for k, frame in frames.items()], ignore_index=True)
        write_csv(tidy[["replication", *(c for c in tidy.columns if c != "replication")]], self.folder / "metrics.csv")
        write_csv(summarise(list(frames.values())), self.folder / "metrics_summary.csv")
        record = run_record(option, [finished[k] for k in sorted(finished)], wall_s)
        write_text(self.folder / RUN_FILE, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
        for name in ("record", "summary"):
            self.__dict__.pop(name, None)
        shutil.rmtree(self.parts, ignore_errors=True)

    def _append(self, table: str, new: list[Path], numbers: list[int]) -> None:
        target = self.tables / f"{table}.parquet"
        with connection() as link:
            listed = ", ".join(quoted(path) for path in new)
            query = f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"
            if target.is_file():
                gone = ", ".join(map(str, numbers))
                kept = f"SELECT * FROM read_parquet({quoted(target)}) WHERE replication NOT IN ({gone})"
                query = f"SELECT * FROM ({kept}) UNION ALL BY NAME ({query})"
            write_query(link, query, target)

    def by_replication(self, table: str, columns: str = "*", where: str = "true") -> dict[int, pd.DataFrame]:
        """A table's rows apart for each replication, in order; the replication's own column left out."""
        chosen = columns if columns == "*" else f"{columns}, replication"
        rows = self.query(f"SELECT {chosen} FROM {table} WHERE {where}", table)
        apart = {int(k): frame for k, frame in rows.groupby("replication", sort=True)}
        return {k: frame.drop(columns="replication").reset_index(drop=True) for k, frame in apart.items()}

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Means of metrics over replications with their ranges."""
        return summarise(list(self.by_replication("metrics").values()))

    def query(self, query: str, *tables: str) -> pd.DataFrame:
        """A query over tables of this folder."""
        missing = [name for name in tables if not (self.tables / f"{name}.parquet").is_file()]
        if missing:
            raise ResultsError(
                f"{shown(self.folder)} lacks tables/{missing[0]}.parquet\n  hint  crisis-sim run the scenario again"
            )
        return read(query, **{name: [self.tables / f"{name}.parquet"] for name in tables})


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


def run_record(option: Option, finished: Iterable[Mapping[str, Any]], wall_s: float) -> dict[str, Any]:
    """What `run.json` holds."""
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
        "engine": option.engine,
        "versions": {**versions(), "code": code_hash()},
        "plugins": plugin_hashes(option.plugins),
        "inputs": input_hashes(option),
        "timings": {
            "last_run_wall_s": round(wall_s, 3),
            "playing_s": round(played_s, 3),
            "calls": n_calls,
            "calls_per_s": round(n_calls / played_s, 1) if played_s else None,
        },
        "replications": replications,
        "scenario": dump(option.scenario),
        "baseline": None if option.baseline is None else dump(option.baseline),
    }
