"""Which inputs of a forecast the months themselves tell otherwise, and how much of the miss each explains.

An input is wrong where the new estimate lies outside the range that was stated and the stated value outside the range
estimated. Each wrong one, with those that only make sense together, is set right alone and the scenario played again.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.calibrate.estimate import Estimate, Fitted
from sim.calibrate.exporting.lived import EPOCH, Seen
from sim.calibrate.fits import fit
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Records
from sim.calibrate.validating.asking import Answers
from sim.calibrate.validating.beside import beside
from sim.calibrate.validating.levels import NOT_CLAIMED, Row
from sim.calibrate.validating.playing import play_lives
from sim.calibrate.validating.rows import Terms
from sim.calibrate.validating.scoring import moved
from sim.calibrate.validating.verdict import Input
from sim.errors import ScenarioError
from sim.scenario.load import dump, load_data
from sim.scenario.origin import path_keys
from sim.scenario.schema import Scenario

PLAYED = 8  # groups of inputs that are set right, the furthest off first
LIVES = 2
TOGETHER = ("demand.mix", "travel")  # and priorities of a type: numbers that only make sense together
PER_1000 = {"demand.calls_per_year": "calls_per_1000_per_year", "demand.other_calls_per_year": "other_calls_per_1000_per_year"}
NOT_AN_INPUT = "note."


@dataclass(frozen=True)
class _Stated:
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class Asked:
    """A forecast and the months it spoke of; the part to fit of the records are the days that count."""

    scenario: Scenario
    records: Records
    export_map: ExportMap
    answers: Answers
    seen: Seen
    workers: int | None


def wrong_inputs(asked: Asked) -> list[Input]:
    """Inputs outside both ranges, those first that close most of the miss."""
    fitted, data = fit(asked.records, asked.export_map, asked.scenario), dump(asked.scenario)
    wrong: dict[str, tuple[Estimate, _Stated]] = {}
    for one in fitted.all_estimates():
        stated = _stated(data, one.path)
        if stated is not None and _is_wrong(one, stated):
            wrong[one.path] = (one, stated)
    groups: dict[str, list[str]] = {}
    for path in sorted(wrong, key=lambda path: -_off(*wrong[path])):
        groups.setdefault(_group(path), []).append(path)
    closed = _closed(asked, fitted, list(groups)[:PLAYED]) if groups else {}
    found = []
    for group, paths in groups.items():
        closes, most_in = closed.get(group, (float("nan"), ""))
        for path in paths:
            one, stated = wrong[path]
            ranges = (one.value, one.low, one.high, one.unit, closes, most_in)
            found.append(Input(path, stated.value, stated.low, stated.high, *ranges))
    return sorted(found, key=lambda one: -one.closes if one.closes == one.closes else np.inf)


def _stated(data: Mapping[str, Any], path: str) -> _Stated | None:
    """The number at a path of a scenario's plain data, calls a year also where they are stated per 1,000 residents."""
    if path.startswith(NOT_AN_INPUT):
        return None
    node: Any = data
    for key in path_keys(path):
        node = node.get(str(key)) if isinstance(node, Mapping) else None
    if node is None and path in PER_1000:
        node, by = data["demand"].get(PER_1000[path]), data["place"]["population"] / 1000
    else:
        by = 1.0
    if not isinstance(node, Mapping) or "value" not in node:
        return None
    low, high = (None if node.get(end) is None else by * node[end] for end in ("low", "high"))
    return _Stated(by * node["value"], low, high)


def _is_wrong(one: Estimate, stated: _Stated) -> bool:
    low = stated.value if stated.low is None else stated.low
    high = stated.value if stated.high is None else stated.high
    return not low <= one.value <= high and not one.low <= stated.value <= one.high


def _off(one: Estimate, stated: _Stated) -> float:
    return abs(one.value - stated.value) / max(abs(stated.value), abs(one.value), 1e-12)


def _group(path: str) -> str:
    for name in TOGETHER:
        if path.startswith(f"{name}."):
            return name
    head, _, _ = path.partition(".priorities.")
    return f"{head}.priorities" if head != path else path


def _closed(asked: Asked, fitted: Fitted, groups: Sequence[str]) -> dict[str, tuple[float, str]]:
    """By group: share of the miss that goes, and the quantity that gains most."""
    block = asked.answers.days["block"]
    first = dt.date.fromordinal(EPOCH + int(block.min()))
    has_units = asked.export_map.columns.unit is not None

    def rows_of(one: Scenario) -> list[Row]:
        over = moved(one, first, int(block.max() - block.min()) + 1)
        lives = play_lives(over, LIVES, asked.seen, has_units, asked.workers)
        return beside(asked.answers, lives, Terms(True, "", asked.export_map.limits.smallest_cell))

    before, found = rows_of(asked.scenario), {}
    for group in groups:
        try:
            found[group] = gained(before, rows_of(set_right(asked.scenario, fitted, group)))
        except ScenarioError:  # the new values do not go with the rest of the file
            continue
    return found


def set_right(scenario: Scenario, fitted: Fitted, group: str) -> Scenario:
    """The scenario with the estimates of one group in place of what it states.

    Raises
    ------
    ScenarioError
        Where they do not go with the rest.
    """
    data = copy.deepcopy(dump(scenario))
    data.pop("resampled", None)
    for one in fitted.all_estimates():
        if _group(one.path) != group:
            continue
        *above, last = (str(key) for key in path_keys(one.path))
        node = data
        for key in above:
            node = node.setdefault(key, {})
        node[last] = {"value": one.value}
        if one.path in PER_1000:
            node.pop(PER_1000[one.path], None)
    if group == "demand.mix":
        total = sum(row["value"] for row in data["demand"]["mix"].values())
        data["demand"]["mix"] = {name: {"value": row["value"] / total} for name, row in data["demand"]["mix"].items()}
    return load_data(data, "the scenario with an input set right")


def gained(before: Sequence[Row], after: Sequence[Row]) -> tuple[float, str]:
    """Share of the mean miss that has gone, and the quantity that gained most."""
    names = {(row.section, row.quantity, row.group): row for row in after}
    pairs = [(row, names[key]) for row in before if (key := (row.section, row.quantity, row.group)) in names]
    own = [(a, b) for a, b in pairs if np.isfinite([a.relative, b.relative]).all() and a.level != NOT_CLAIMED]
    frame = pd.DataFrame(
        [(a.section, f"{a.quantity}: {a.group}", min(abs(a.relative), 1.0), min(abs(b.relative), 1.0)) for a, b in own],
        columns=["section", "quantity", "before", "after"],
    )
    means = frame.groupby("section")[["before", "after"]].mean().mean()
    gain = frame["before"] - frame["after"]
    most = str(frame["quantity"].iloc[int(gain.argmax())]) if len(frame) and gain.max() > 0 else ""
    return (float(1 - means["after"] / means["before"]) if len(frame) and means["before"] > 0 else 0.0), most
