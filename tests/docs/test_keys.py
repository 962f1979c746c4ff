"""docs/scenario-files.md names every key of the format, with the unit its name says and what it means when left out."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

from sim.scenario.json_schema import schema_json
from sim.scenario.sourcing import unit_of
from tests.docs.keys import PARTS, keys_of, tables_of
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "scenario-files.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_table_says_what_the_schema_says(part: type[BaseModel]) -> None:
    rows = tables_of(PAGE)[part.__name__]
    assert [(row[0].strip("`"), row[2]) for row in rows] == keys_of(part)
    assert all(len(row) == 4 and row[3] for row in rows), "each key has words"
    for key, unit in ((row[0].strip("`"), row[1]) for row in rows):
        if unit_of(key) and not key.endswith("_per_year"):
            assert unit == unit_of(key), f"{part.__name__}.{key}"


def test_no_part_of_the_schema_is_left_out() -> None:
    schema = json.loads(schema_json())
    assert set(schema["$defs"]) == {part.__name__ for part in PARTS} - {"Scenario"}
    documented = {name for name, _ in keys_of(PARTS[0])} | {"extends"}
    assert set(schema["properties"]) == documented
