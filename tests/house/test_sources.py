"""Every number a scenario ships says where it comes from, and every evidence row shipped is one that something rests on."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.house.source import ROOT, name_of, python_files

SCENARIOS = ROOT / "scenarios"
FILES = sorted(path for path in SCENARIOS.rglob("*.yaml") if path.parent.name != "maps")  # a map of an export holds words
MODELINE = "# yaml-language-server: $schema=scenario.schema.json"
COLUMNS = [
    "id", "group", "parameter", "value", "low", "high", "unit",
    "population", "year", "source_title", "source_url", "quality", "notes",
]  # fmt: skip
ID = re.compile(r"\b[A-Z]\d{3}\b")

# Plain numbers: what is counted, dated or chosen rather than estimated.
STRUCTURE = {
    "population", "price_year", "warm_up_days", "days", "run_out_days", "seed", "replications", "posts", "rank",
    "visits_per_week", "places", "bays", "case_managers", "caseload", "attempts",
}  # fmt: skip
STRUCTURED = {"crew", "policy", "hours", "weekdays", "hours_of_week", "months"}  # whole blocks of such numbers

# Rows that were worked out from what Alexandria counted: using them would be predicting the target from itself.
DERIVED_FROM_TARGET = {"D064", "D066", "R062"}


@cache
def content(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@cache
def evidence() -> list[dict[str, str]]:
    with (SCENARIOS / "evidence.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def numbers(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Dotted path and content of every number: a mapping with a value, or a bare number outside the structure."""
    if path and (path[-1] in STRUCTURE or path[-1] in STRUCTURED):
        return
    if isinstance(value, dict) and "value" in value:
        yield ".".join(path), value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from numbers(child, (*path, str(key)))
    elif isinstance(value, list):
        for child in value:
            yield from numbers(child, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield ".".join(path), value


def ids_of(source: Any) -> list[str]:
    return source if isinstance(source, list) else [source]


def faults_of(path: str, number: Any) -> Iterator[str]:
    if not isinstance(number, dict):
        yield f"{path}: the bare number {number}"
        return
    if not number.get("unit"):
        yield f"{path}: no unit"
    if number.get("source") == "assumption":
        if not number.get("reason"):
            yield f"{path}: an assumption without a reason"
        if not {"low", "high"} <= number.keys():
            yield f"{path}: an assumption without low and high"
    else:
        known = {row["id"] for row in evidence()}
        unknown = [i for i in ids_of(number.get("source")) if i not in known]
        if unknown:
            yield f"{path}: source {unknown} is no row of evidence.csv"
        if not number.get("as_of"):
            yield f"{path}: no as_of"
    if {"low", "high"} <= number.keys() and not path.startswith("observed"):
        if not number["low"] <= number["value"] <= number["high"]:
            yield f"{path}: outside its own range"
        if not number.get("range_kind"):
            yield f"{path}: a range that does not say its kind"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_number_is_sourced(path: Path) -> None:
    faults = [fault for where, number in numbers(content(path)) for fault in faults_of(where, number)]
    assert not faults, f"{name_of(path)}\n" + "\n".join(faults)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_row_named_exists(path: Path) -> None:
    """In sources, reasons and comments alike."""
    text = path.read_text(encoding="utf-8")
    unknown = set(ID.findall(text)) - {row["id"] for row in evidence()}
    assert not unknown, f"{name_of(path)} names {sorted(unknown)}"
    assert not set(ID.findall(text)) & DERIVED_FROM_TARGET


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=name_of)
def test_scenarios_open_with_the_editor_line(path: Path) -> None:
    assert path.read_text(encoding="utf-8").splitlines()[0] == MODELINE


def test_evidence_rows_are_complete_and_graded() -> None:
    with (SCENARIOS / "evidence.csv").open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == COLUMNS
    ids = [row["id"] for row in evidence()]
    assert len(set(ids)) == len(ids), "an ID is given twice"
    faults = []
    for row in evidence():
        if not ID.fullmatch(row["id"]):
            faults.append(f"{row['id']}: one letter and three figures")
        if row["quality"] not in {"primary", "secondary", "expert", "unverified"}:
            faults.append(f"{row['id']}: quality {row['quality']!r}")
        if not row["source_url"].startswith("http") and row["quality"] not in {"expert", "unverified"}:
            faults.append(f"{row['id']}: no address")
        faults += [f"{row['id']}: no {key}" for key in ("group", "parameter", "unit", "year", "source_title") if not row[key]]
    assert not faults, "\n".join(faults)


def test_no_evidence_row_lies_idle() -> None:
    """Each is named by a scenario, or by the code whose behaviour it backs."""
    files = [*FILES, *python_files("sim")]
    named = {found for path in files for found in ID.findall(path.read_text(encoding="utf-8"))}
    idle = [row["id"] for row in evidence() if row["id"] not in named]
    assert not idle, f"rows nothing rests on: {idle}"


def test_shares_of_kinds_sum_to_one() -> None:
    demand = content(SCENARIOS / "base.yaml")["demand"]
    assert sum(row["value"] for row in demand["mix"].values()) == pytest.approx(1)
    for name, row in content(SCENARIOS / "types" / "crisis_calls.yaml").items():
        for part in ("priorities", "acuity"):
            if part in row:
                assert sum(share["value"] for share in row[part].values()) == pytest.approx(1), f"{name}.{part}"


def test_licence_notice_goes_with_the_profile() -> None:
    profile = content(SCENARIOS / "profiles" / "toronto_2014.yaml")
    assert profile["attribution"] == "Contains information licensed under the Open Government Licence - Toronto."
    assert sum(profile["hours_of_week"]) / 168 == pytest.approx(1, abs=1e-3)
    assert sum(profile["months"]) / 12 == pytest.approx(1, abs=1e-3)
