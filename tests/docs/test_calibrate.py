"""docs/calibrate.md names every key of a map and of a file of totals, and its five-line examples are read as it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from sim.calibrate import mapping
from sim.calibrate.drafting import totals
from sim.calibrate.mapping import ENDINGS, read_map
from sim.calibrate.normal import Records
from sim.calibrate.reading.source import read_export
from tests.docs.blocks import blocks_of
from tests.docs.keys import keys_of, tables_of
from tests.house.source import ROOT

TEXT = (ROOT / "docs" / "calibrate.md").read_text(encoding="utf-8")
PARTS: tuple[type[BaseModel], ...] = (
    mapping.ExportMap, mapping.Columns, mapping.Times, mapping.Waves, mapping.Cells, mapping.Labels, mapping.Period,
    mapping.Limits, totals.Totals, totals.Ways,
)  # fmt: skip
LAYOUTS = {  # example -> calls, visits, and a column with minutes that its first call must have
    "stamps": (3, 3, "queue_min", 2.5),
    "durations": (4, 4, "response_min", 10.9),
    "waves": (4, 6, "response_min", 10 + 52 / 60),
    "midnight": (4, 4, "response_min", 10 + 52 / 60),
    "lengths": (4, 4, "queue_min", 1310 / 60),
}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_table_says_what_the_map_takes(part: type[BaseModel]) -> None:
    rows = tables_of(TEXT)[part.__name__]
    assert [(row[0].strip("`"), row[2]) for row in rows] == keys_of(part)
    assert all(len(row) == 4 and row[3] for row in rows), "each key has words"


def test_every_word_of_a_disposition_is_told() -> None:
    table = TEXT[TEXT.index("| word | the call ended |") :].split("\n\n")[0]
    assert [row.split("`")[1] for row in table.splitlines()[2:]] == [*ENDINGS, "ignore"]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with the examples of the page under their names."""
    for block in blocks_of(TEXT, "calibrate.md"):
        if "keep" in block.directives:
            (tmp_path / block.directives["keep"]).write_text(block.text, encoding="utf-8")
    return tmp_path


def read(folder: Path, layout: str) -> Records:
    export_map, tree = read_map(folder / f"{layout}.yaml")
    return read_export([folder / f"{layout}.csv"], export_map, tree)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_examples_are_read_as_the_page_says(kept: Path, layout: str) -> None:
    assert len((kept / f"{layout}.csv").read_text(encoding="utf-8").splitlines()) == 5, "five lines"
    records = read(kept, layout)
    n_calls, n_visits, column, minutes = LAYOUTS[layout]
    assert records.one("SELECT count(*) FROM calls") == n_calls
    assert records.one("SELECT count(*) FROM visits") == n_visits
    assert records.one(f"SELECT {column} FROM calls ORDER BY call LIMIT 1") == pytest.approx(minutes, abs=0.01)
    assert records.one("SELECT count(*) FROM calls WHERE type NOT IN ('other')") >= 1


def test_stamps_after_midnight_are_moved_to_the_next_day(kept: Path) -> None:
    records = read(kept, "midnight")
    assert records.one("SELECT on_scene_min FROM visits ORDER BY call LIMIT 1 OFFSET 1") == pytest.approx(31 + 33 / 60, abs=0.01)
    assert [count.n for count in records.counts if count.kind == "repaired"] == [2]
