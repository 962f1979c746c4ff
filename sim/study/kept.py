"""A comparison's folder: its screen, its tables, and what they were made of."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from sim.study.comparison import Comparison
from sim.study.differences import table
from sim.study.effect_sets import effect_sets, effect_sets_by_unit, effect_split
from sim.study.identity import code_hash, shown, versions
from sim.study.parquet import write_csv, write_frame, write_text
from sim.study.results import RUN_FILE, unit_in
from sim.study.run import Study
from sim.study.units import Unit
from sim.tables import FORMAT_VERSION


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
    if comparison.economics is not None:
        write_csv(comparison.economics.table, folder / "economics.csv")
    if comparison.under:
        write_csv(effect_sets(comparison), folder / "effect_sets.csv")
        write_csv(effect_split(comparison), folder / "effect_split.csv")
        write_frame(effect_sets_by_unit(comparison), folder / "tables" / "effect_sets.parquet")
    write_text(folder / "summary.txt", "\n".join(lines) + "\n")
    record = {
        "format": FORMAT_VERSION,
        "kind": "compare",
        "units": [unit._asdict() for unit in comparison.units],
        "ranges_hold": comparison.ranges_hold,
        "seed": comparison.baseline.option.scenario.run.seed,
        "versions": {**versions(), "code": code_hash()},
        **_sides(comparison),
        "effects": comparison.effects,
        "other_effects": {name: _sides(one) for name, one in comparison.under},
    }
    write_text(folder / RUN_FILE, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def _sides(comparison: Comparison) -> dict[str, Any]:
    baseline, units = comparison.baseline, comparison.units
    return {
        "baseline": _entry(baseline, baseline.option.scenario.name, units),
        "options": [_entry(one, name, units) for one, name in zip(comparison.options, comparison.names, strict=True)],
    }


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
