"""Numbers counted by their backing, and the JSON Schema for editors."""

from __future__ import annotations

import json
from pathlib import Path

from sim.scenario.json_schema import json_schema, schema_json
from sim.scenario.library import Library
from sim.scenario.load import load
from sim.scenario.sourcing import sourcing

HERE = Path(__file__).resolve().parent / "scenarios"
LIBRARY = Library(HERE / "library")


def test_kinds_of_backing() -> None:
    used = {number.path: number for number in sourcing(load(HERE / "town.yaml", library=LIBRARY))}
    calls = used["demand.calls_per_year"]
    assert (calls.value, calls.low, calls.high, calls.source, calls.kind, calls.quality) == (
        1000,
        800,
        1200,
        "D001",
        "sourced",
        "primary",
    )
    assert used["responders.patrol.on_scene_min"].kind == "assumption"
    assert used["responders.patrol.on_scene_min"].reason == "made up for tests"
    assert used["rates.ed_visit_usd"].kind == "bare"
    assert used["rates.ed_visit_usd"].unit == "USD"
    assert used["policy.wait_for_programme_min"].value == 5
    assert "demand.scale" not in used
    assert not [path for path in used if path.startswith("observed")]


def test_yours_or_default() -> None:
    used = {number.path: number for number in sourcing(load(HERE / "option.yaml", library=LIBRARY))}
    assert used["demand.mix.welfare_check"].status == "yours"
    assert used["demand.mix.suicidal"].status == "default"
    assert used["responders.team.on_scene_min"].status == "default"
    assert Path(used["demand.mix.welfare_check"].file).name == "option.yaml"
    assert used["demand.mix.welfare_check"].line == 8


def test_the_weakest_of_several_grades_counts() -> None:
    sets = ["rates.ed_visit_usd={value: 2700, source: [D001, R010, D002]}"]
    used = {number.path: number for number in sourcing(load(HERE / "town.yaml", sets, library=LIBRARY))}
    assert used["rates.ed_visit_usd"].quality == "expert"
    assert used["rates.ed_visit_usd"].file.startswith("--set")


def test_schema_is_the_same_bytes_each_time() -> None:
    assert schema_json() == schema_json()
    assert json.loads(schema_json()) == json_schema()


def test_schema_allows_what_files_may_hold() -> None:
    schema = json_schema()
    assert "extends" in schema["properties"]
    assert '"required"' not in schema_json()
    rows = schema["properties"]["responders"]["anyOf"][0]["additionalProperties"]["anyOf"]
    assert rows == [{"$ref": "#/$defs/Responder"}, {"type": "null"}]
    number = schema["$defs"]["Sourced"]["anyOf"]
    assert number[0] == {"type": "number"}
    assert any(one.get("pattern") == r"\.ya?ml$" for one in schema["$defs"]["Demand"]["properties"]["profile"]["anyOf"])
    assert schema["$defs"]["Policy"]["additionalProperties"] == {"$ref": "#/$defs/Sourced"}


def test_schema_refuses_unknown_keys() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Responder"]["additionalProperties"] is False
