"""How a real export is written, beside what its map says: its columns, what a row is, how dates and durations look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import duckdb

from sim.calibrate.exporting.sheet import CELLS, MONDAY_0, Style
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Records
from sim.calibrate.reading.opening import first_rows
from sim.calibrate.reading.stamps import fits, likely_styles, quoted

MOST_PLACES = 4
SAMPLE = 20_000
FIGURES = {"year": "%Y", "month": "%-m", "weekday": MONDAY_0, "hour": "%-H"}
NAMES = {"month": "%B", "weekday": "%A"}


@dataclass(frozen=True)
class Look:
    """All columns of an export in their order, and the style of their texts."""

    header: tuple[str, ...]
    style: Style


def look_of(records: Records, export_map: ExportMap) -> Look:
    """The look of the files the records were read from; only their header and the forms of some cells are looked at."""
    mapped = tuple(dict.fromkeys(column for _, column in export_map.named_columns()))
    if not records.files:
        return Look(mapped, Style(rows=_rows(records, export_map)))
    with duckdb.connect() as database:
        header = first_rows(database, records.files[0], SAMPLE)
        cells = Cells(database, {column: f"nullif(trim(c{i}), '')" for i, column in enumerate(header)})
        return Look(header, _style(cells, records, export_map))


def _rows(records: Records, export_map: ExportMap) -> Literal["call", "unit", "waves"]:
    """What a row is: a unit where some call has several under one number."""
    if export_map.waves is not None:
        return "waves"
    has_units = export_map.columns.call is not None and records.one("SELECT count(*) FROM visits WHERE nth > 1") > 0
    return "unit" if has_units else "call"


def _style(cells: Cells, records: Records, export_map: ExportMap) -> Style:
    given, zero = export_map.times.format, export_map.since_received.get("received")
    stamps: dict[str, str] = {
        name: cells.format_of(column, given, _piece(export_map, name)) for name, column in export_map.stamps.items()
    }
    if zero is not None:
        stamps.setdefault("received", cells.format_of(zero, None))
    date = cells.format_of(export_map.times.date, None) if export_map.times.date is not None else ""
    lengths = [*export_map.since_received.values(), *export_map.lasting.values()]
    parts = export_map.cells.model_dump() if export_map.cells is not None else {}
    stamps = {name: text for name, text in stamps.items() if text}
    return Style(
        rows=_rows(records, export_map),
        stamp=next(iter(stamps.values()), Style.stamp),  # of columns with hardly a stamp
        stamps=stamps,
        date=date or Style.date,
        cells=CELLS | {part: cells.part_of(part, column) for part, column in parts.items() if column is not None},
        places=max((cells.places_of(column) for column in lengths), default=0),
    )


def _piece(export_map: ExportMap, moment: str) -> tuple[str, str] | None:
    """What parts several units in one cell, and name from time; none where a cell is a stamp."""
    if export_map.waves is None or moment in ("received", "cancelled"):
        return None
    return export_map.waves.between, export_map.waves.sign


@dataclass(frozen=True)
class Cells:
    """Some rows of an export, in the table `sample`: SQL of the text of each column."""

    database: duckdb.DuckDBPyConnection
    texts: dict[str, str]

    def format_of(self, column: str, given: str | None, piece: tuple[str, str] | None = None) -> str:
        """The format that most stamps of a column are written in, empty where none fits."""
        text = self.texts[column]
        if piece is not None:
            first = f"split_part({text}, {quoted(piece[0])}, 1)"
            text = f"nullif(trim(split_part({first}, {quoted(piece[1])}, -1)), '')"
        tried = likely_styles(self.database, "sample", text, given)
        _, each = fits(self.database, "sample", text, tried)
        best = max(range(len(tried)), key=lambda i: each[i], default=None)
        return "" if best is None else tried[best].formats[0]

    def part_of(self, part: str, column: str) -> str:
        """The format of a part of the date: figures or names."""
        query = f"SELECT bool_and(regexp_full_match({self.texts[column]}, '[0-9]+')) FROM sample"
        row = self.database.execute(query).fetchone()
        is_named = row is not None and row[0] is False and part in NAMES
        return NAMES[part] if is_named else FIGURES[part]

    def places_of(self, column: str) -> int:
        """Figures after the point of the longest number of a column."""
        row = self.database.execute(f"SELECT max(length(split_part({self.texts[column]}, '.', 2))) FROM sample").fetchone()
        return min(int(row[0]), MOST_PLACES) if row is not None and row[0] is not None else 0
