"""The schema that editors read is the schema the loader keeps."""

from __future__ import annotations

from pathlib import Path

from sim.scenario.json_schema import schema_json

SHIPPED = Path(__file__).parents[2] / "scenarios" / "scenario.schema.json"


def test_the_shipped_schema_is_current() -> None:
    assert SHIPPED.read_text(encoding="utf-8").strip() == schema_json().strip(), (
        "run: crisis-sim schema > scenarios/scenario.schema.json"
    )
