"""The one JSON document that a verb prints with `--json`."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import pandas as pd

from sim.study.comparison import Comparison
from sim.study.effect_sets import effect_sets, effect_split
from sim.study.identity import code_hash, shown
from sim.study.run import Study


def print_json(document: Any) -> None:
    """One document on standard output; ASCII, so that no encoding can break it; what is not there is null."""
    print(json.dumps(_plain(document), ensure_ascii=True, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(child) for child in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def run_data(done: Study) -> dict[str, Any]:
    """What `run --json` prints."""
    record = done.results.record
    return {
        "folder": shown(done.results.folder),
        "name": record["name"],
        "fingerprint": record["fingerprint"],
        "seed": record["seed"],
        "code": code_hash(),
        "found": done.n_found,
        "played": done.n_played,
        "ranges_hold": done.results.ranges_hold,
        "replications": record["replications"],
        "metrics": done.results.summary.to_dict("records"),
    }


def compare_data(comparison: Comparison) -> dict[str, Any]:
    """What `compare --json` prints."""
    tidy, options, worth = comparison.tidy(), [], comparison.economics
    sets, split = (effect_sets(comparison), effect_split(comparison)) if comparison.under else (None, None)
    for name, done, differing in zip(comparison.names, comparison.options, comparison.differing, strict=True):
        rows = tidy[tidy["option_name"] == name].drop(columns="option_name")
        options.append(
            {
                "name": name,
                "folder": shown(done.results.folder),
                "what_differs": [asdict(one) for one in differing],
                "differences": rows.to_dict("records"),
                "effect_sets": _of_option(sets, name),
                "effect_split": _of_option(split, name),
            }
        )
    return {
        "folder": shown(comparison.folder),
        "units": [unit._asdict() for unit in comparison.units],
        "ranges_hold": comparison.ranges_hold,
        "effects": comparison.effects,
        "baseline": {"name": comparison.baseline.option.scenario.name, "folder": shown(comparison.baseline.results.folder)},
        "options": options,
        **({} if worth is None else {"economics": worth.table.to_dict("records")}),
    }


def _of_option(frame: pd.DataFrame | None, name: str) -> list[dict[str, Any]]:
    return [] if frame is None else frame[frame["option_name"] == name].drop(columns="option_name").to_dict("records")
