"""A made-up export has the shape of the real one, reads with its map, and holds nothing of it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import sim
from sim.calibrate.exporting.layouts import LAYOUTS, write_export, write_synthetic
from sim.calibrate.exporting.lives import Life, life_of
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Records
from sim.calibrate.reading.source import read_export
from sim.scenario.schema import Scenario

TOWN = Path(__file__).with_name("town.yaml")
STAMPED = ("stamps", "durations", "midnight")


@pytest.fixture(scope="module")
def town() -> Scenario:
    return sim.load(TOWN)


@pytest.fixture(scope="module")
def life(town: Scenario) -> Life:
    world = sim.build_world(town)
    return life_of(world, sim.run(world, "compiled").ledger)


def made(town: Scenario, life: Life, layout: str, folder: Path, **more: object) -> tuple[ExportMap, Records, Path, Path]:
    real, copy = folder / "real.csv", folder / "synthetic.csv"
    export_map = ExportMap.model_validate(write_export(life, layout, real) | more)
    records = read_export([real], export_map)
    write_synthetic(town, export_map, records, copy)
    return export_map, records, real, copy


def cells(path: Path) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(path.open(encoding="utf-8", newline=""))
    return header, rows


@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_has_the_shape_of_the_real_one(layout: str, town: Scenario, life: Life, tmp_path: Path) -> None:
    export_map, records, real, copy = made(town, life, layout, tmp_path)
    (header, rows), (own_header, own_rows) = cells(real), cells(copy)
    assert own_header == header
    assert 0.85 < len(own_rows) / len(rows) < 1.15  # three standard deviations of a count of busy and quiet days are a tenth
    again = read_export([copy], export_map)
    assert again.layout == records.layout and again.clock == records.clock
    if records.first_day is not None and records.last_day is not None and again.first_day is not None:
        assert again.one("SELECT count(*) FROM days") == records.one("SELECT count(*) FROM days")
        assert (again.first_day.month, again.first_day.day) == (records.first_day.month, records.first_day.day)
        assert again.first_day.weekday() == records.first_day.weekday()
    for column in header:
        at = header.index(column)
        shapes = [{"".join("9" if c.isdigit() else c for c in row[at]) for row in table[:3000]} for table in (rows, own_rows)]
        if column in export_map.stamps.values() and export_map.waves is None:
            assert shapes[0] == shapes[1], column


@pytest.mark.parametrize("layout", LAYOUTS)
def test_words_are_said_as_often(layout: str, town: Scenario, life: Life, tmp_path: Path) -> None:
    export_map, records, _, copy = made(town, life, layout, tmp_path)
    again = read_export([copy], export_map)
    for column in ("label", "priority", "ending", "zone"):
        query = f"SELECT CAST({column} AS VARCHAR) AS word, count(*) AS n FROM calls WHERE {column} IS NOT NULL GROUP BY 1"
        real, own = (one.ask(query).set_index("word")["n"] for one in (records, again))
        often = real[real >= export_map.limits.smallest_cell].index
        assert set(own.index) <= set(often), column  # rare words are left out
        share = (own / own.sum()).reindex(often).fillna(0) - real.loc[often] / real.loc[often].sum()
        # two counts of one share differ by less than 4.5 standard errors (one false alarm in a thousand for 100 words)
        spare = 4.5 * (2 * (real.loc[often] / real.sum()) / real.sum()) ** 0.5 + 0.005
        assert (share.abs() < spare).all(), (column, share[share.abs() >= spare].to_dict())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_of_the_real_one_is_in_it(layout: str, town: Scenario, life: Life, tmp_path: Path) -> None:
    export_map, _, real, copy = made(town, life, layout, tmp_path)
    (header, rows), (_, own_rows) = cells(real), cells(copy)
    private = [export_map.columns.unit, export_map.columns.person, export_map.columns.call]
    if layout in STAMPED:
        private.append(export_map.stamps["received"])
    for column in (name for name in private if name is not None):
        at = header.index(column)
        both = {row[at] for row in rows} & {row[at] for row in own_rows}
        assert both <= {""}, f"{column}: {sorted(both)[:5]}"
        assert any(row[at] for row in own_rows) or column == export_map.columns.person
    if layout == "waves":
        at = header.index(export_map.stamps["dispatched"])
        real_units, own_units = (
            {piece.split("=")[0].strip() for row in table for piece in row[at].split(",")} - {""} for table in (rows, own_rows)
        )
        assert own_units and not real_units & own_units
        day = header.index(export_map.times.date or "")
        assert not {row[day] for row in rows} & {row[day] for row in own_rows}
    shared = {tuple(row) for row in rows} & {tuple(row) for row in own_rows}
    assert not shared


def test_a_rare_word_stays_with_the_city(town: Scenario, life: Life, tmp_path: Path) -> None:
    """A label of fewer rows than the smallest cell could name somebody."""
    real, copy = tmp_path / "real.csv", tmp_path / "synthetic.csv"
    export_map = ExportMap.model_validate(write_export(life, "stamps", real))
    text = real.read_text(encoding="utf-8")
    real.write_text(text.replace(",Alarm,", ",Mayor Found Asleep,", 5), encoding="utf-8")
    write_synthetic(town, export_map, read_export([real], export_map), copy)
    assert "Mayor" not in copy.read_text(encoding="utf-8") and "Alarm" in copy.read_text(encoding="utf-8")


def test_columns_that_no_map_names_are_there_and_empty(town: Scenario, life: Life, tmp_path: Path) -> None:
    real, copy = tmp_path / "real.csv", tmp_path / "synthetic.csv"
    export_map = ExportMap.model_validate(write_export(life, "durations", real))
    header, rows = cells(real)
    with real.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["Caller Phone", *header], *(["555 0100", *row] for row in rows)])
    write_synthetic(town, export_map, read_export([real], export_map), copy)
    own_header, own_rows = cells(copy)
    assert own_header == ["Caller Phone", *header] and {row[0] for row in own_rows} == {""}


def test_a_map_with_a_period_keeps_its_days(town: Scenario, life: Life, tmp_path: Path) -> None:
    period = {"first": life.begins.isoformat(), "last": "2026-01-31"}
    export_map, records, _, copy = made(town, life, "stamps", tmp_path, period=period)
    assert read_export([copy], export_map).first_day == records.first_day


def test_squares_of_a_grid_are_written_as_places(town: Scenario, life: Life, tmp_path: Path) -> None:
    real, copy = tmp_path / "real.csv", tmp_path / "synthetic.csv"
    found = write_export(life, "durations", real)
    header, rows = cells(real)
    at = header.index("District")
    zones = sorted({row[at] for row in rows})
    with real.open("w", encoding="utf-8", newline="") as stream:
        places = (
            [*row, f"{38.8 + 0.03 * (zones.index(row[at]) % 3)}", f"{-77 + 0.05 * (zones.index(row[at]) // 3)}"] for row in rows
        )
        csv.writer(stream).writerows([[*header, "Lat", "Lon"], *places])
    columns = {name: column for name, column in found["columns"].items() if name != "zone"}
    export_map = ExportMap.model_validate(found | {"columns": columns | {"latitude": "Lat", "longitude": "Lon"}})
    records = read_export([real], export_map)
    write_synthetic(town, export_map, records, copy)
    again = read_export([copy], export_map)
    real_zones, own_zones = (set(one.ask("SELECT DISTINCT zone FROM calls")["zone"].dropna()) for one in (records, again))
    assert own_zones == real_zones and len(real_zones) > 6
    assert all(abs(float(row[-1])) < 2 for row in cells(copy)[1] if row[-1]), "the grid lies where the town is not"
