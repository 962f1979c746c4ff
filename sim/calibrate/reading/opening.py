"""Files of an export into one raw table of texts: CSV (plain or gzip), XLSX and Parquet, with every fault of form found.

Only mapped columns are kept, as `c0`, `c1`, ...; missing words are null. Nothing here knows what a column means.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from sim.calibrate.mapping import ExportMap
from sim.calibrate.reading.blame import Blame, translated
from sim.calibrate.reading.stamps import listed_sql, quoted
from sim.scenario.node import shortened
from sim.scenario.wording import listed, nearest

TEXTS, SHEETS, PARQUET = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm"), (".parquet",)
DELIMITERS = ",;\t|"
UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, SyntaxError, zipfile.BadZipFile, zlib.error, csv.Error)
ZERO_CLOCKS = ("00:00", "00:00:00", "0:00", "0:00:00")  # may be missing as a stamp, never as a duration


@dataclass(frozen=True)
class Table:
    """A file that duckdb can read: its columns in order and the SQL that gives its rows as texts, named `c` and a number."""

    columns: tuple[str, ...]
    select: str


@dataclass(frozen=True)
class Raw:
    """The table `raw`: the place of each mapped column in it, and how many lines of text were no rows."""

    at: dict[str, str]
    n_malformed: int


def open_files(
    database: duckdb.DuckDBPyConnection, files: Sequence[Path], export_map: ExportMap, blame: Blame, folder: Path
) -> Raw:
    """Make the table `raw` of a row each of the files, in their order.

    `row_hash` is of the whole row, columns that are not mapped included.
    """
    wanted = list(dict.fromkeys(column for _, column in export_map.named_columns()))
    if not files:
        blame.at_export("no file", "a CSV, XLSX or Parquet file")
    opened = [(file, _table(file, wanted, blame, folder / f"sheet{i}.csv")) for i, file in enumerate(files)]
    tables = {file: table for file, table in opened if table is not None}
    for file, table in tables.items():
        _check_columns(file, table, next(iter(tables.values())), export_map, blame)
    blame.settle()
    at = {column: f"c{i}" for i, column in enumerate(wanted)}
    database.execute(f"CREATE TABLE raw (row_hash UBIGINT, {', '.join(f'{name} VARCHAR' for name in at.values())})")
    n_malformed = 0
    for file, table in tables.items():
        n_malformed += _load(database, file, table, at, export_map, blame)
    blame.settle()
    return Raw(at, n_malformed)


def first_rows(database: duckdb.DuckDBPyConnection, file: Path, n: int) -> tuple[str, ...]:
    """The names of a file's columns; its first rows become the table `sample`, with columns c0, c1 and so on.

    Raises
    ------
    ExportError
        Where it cannot be read.
    """
    blame = Blame([file], None)
    with tempfile.TemporaryDirectory(prefix="crisis-sim-export-") as folder:
        table = _table(file, (), blame, Path(folder) / "sheet.csv")
        if table is not None and len(table.columns) < 2:
            blame.at_export("one column", "several, with a header", "cells are parted by a comma, semicolon, tab or |", file)
        blame.settle()
        assert table is not None
        try:
            database.execute(f"CREATE TABLE sample AS SELECT * FROM ({table.select}) LIMIT {n}")
        except duckdb.Error as error:
            blame.at_export(translated(error), "a file that can be read", file=file)
            blame.settle()
    return table.columns


def _load(
    database: duckdb.DuckDBPyConnection, file: Path, table: Table, at: dict[str, str], export_map: ExportMap, blame: Blame
) -> int:
    missing = [word.strip().lower() for word in export_map.times.missing if word.strip() not in ZERO_CLOCKS]
    longest = max(map(len, ["", *missing]))
    cells = []
    for column in at:
        cell = f"trim(c{table.columns.index(column)})"
        is_missing = f"length({cell}) <= {longest} AND list_contains({listed_sql(['', *missing])}, lower({cell}))"
        cells.append(f"CASE WHEN {is_missing} THEN NULL ELSE {cell} END")
    in_order = ", ".join(f"coalesce(c{table.columns.index(name)}, '')" for name in sorted(table.columns))
    before = _one(database, "SELECT count(*) FROM raw")
    database.execute(f"INSERT INTO raw SELECT hash({in_order}), {', '.join(cells)} FROM ({table.select})")
    n_rows = _one(database, "SELECT count(*) FROM raw") - before
    n_malformed = 0
    if "store_rejects" in table.select:
        n_malformed = _one(database, "SELECT count(DISTINCT line) FROM reject_errors")
        database.execute("DROP TABLE reject_errors")
        database.execute("DROP TABLE reject_scans")
    if n_rows == 0 or n_malformed > 0.05 * (n_rows + n_malformed):
        got = f"{n_malformed} of {n_rows + n_malformed} lines with another number of cells" if n_malformed else "a header alone"
        blame.at_export(got, "rows with a cell for each column", "quote cells that hold the delimiter", file)
    return n_malformed


def _table(file: Path, wanted: Sequence[str], blame: Blame, spare: Path) -> Table | None:
    """The file as a table, or none after its fault was noted."""
    suffix = Path(file.name.lower().removesuffix(".gz")).suffix
    if suffix not in (*TEXTS, *SHEETS, *PARQUET) or (file.name.lower().endswith(".gz") and suffix not in TEXTS):
        got = f"a file ending in {file.suffix}" if file.suffix else "a file without an ending"
        blame.at_export(got, "a file ending in .csv, .csv.gz, .tsv, .xlsx or .parquet", "save it as CSV UTF-8", file)
        return None
    try:
        if not file.is_file():
            blame.at_export("a folder" if file.exists() else "no such file", "a file with the export", file=file)
            return None
        if file.stat().st_size == 0:
            blame.at_export("an empty file", "a header and rows", file=file)
            return None
        if suffix in PARQUET:
            return _parquet(file)
        if suffix in SHEETS:
            with spare.open("w", newline="", encoding="utf-8") as stream:
                csv.writer(stream).writerows(_sheet(file))
            return _text(spare, file, wanted, blame)
        return _text(file, file, wanted, blame) if _is_text(file, blame) else None
    except duckdb.Error as error:
        blame.at_export(translated(error), "a file that can be read", file=file)
    except UNREADABLE as error:
        blame.at_export(f"unreadable: {translated(error)}", "a file that can be read", "save it again", file)
    return None


def _parquet(file: Path) -> Table:
    with duckdb.connect() as link:
        described = link.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(file.as_posix())})").fetchall()
    names = tuple(str(row[0]) for row in described)
    alias = ", ".join(f"c{i}" for i in range(len(names)))
    texts = ", ".join(f"CAST(c{i} AS VARCHAR) AS c{i}" for i in range(len(names)))
    return Table(names, f"SELECT {texts} FROM read_parquet({quoted(file.as_posix())}) AS t({alias})")


def _sheet(file: Path) -> Iterator[list[str]]:
    """Rows of the first sheet with any, as texts of one length."""
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            rows = ([_cell(value) for value in row] for row in sheet.iter_rows(values_only=True))
            rows = (row for row in rows if any(row))
            header = next(rows, None)
            if header is None:
                continue
            while header and not header[-1]:
                header.pop()
            yield header
            yield from ((row + [""] * len(header))[: len(header)] for row in rows)
            return
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        near = value + dt.timedelta(microseconds=500_000)  # days as decimals end a little before the second
        return near.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _is_text(file: Path, blame: Blame) -> bool:
    """Whether all of it is UTF-8; notes the fault where not."""
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    with _bytes(file) as stream:
        head = stream.read(4)
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            blame.at_export("UTF-16 text", "UTF-8 text", "save it as CSV UTF-8", file)
            return False
        block = head + stream.read(1 << 20)
        while block:
            if b"\0" in block:
                blame.at_export("a binary file", "text", "export it as CSV UTF-8", file)
                return False
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                line += block.count(b"\n", 0, error.start)
                hint = "save it as CSV UTF-8; it may be Windows or Latin-1 text now"
                blame.at_export("text that is not UTF-8", "UTF-8 text", hint, file, line)
                return False
            line += block.count(b"\n")
            block = stream.read(1 << 20)
    return True


def _bytes(file: Path) -> io.BufferedReader[Any]:
    return io.BufferedReader(gzip.GzipFile(file)) if file.name.lower().endswith(".gz") else file.open("rb")


def _text(path: Path, file: Path, wanted: Sequence[str], blame: Blame) -> Table | None:
    with _bytes(path) as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        head = text.read(1 << 16)
    if not head.strip():
        blame.at_export("an empty file", "a header and rows", file=file)
        return None
    headers = {one: _header(head, one) for one in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda one: (len(set(headers[one]) & set(wanted)), len(headers[one])))
    names = headers[delimiter]
    kinds = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(names)))
    options = f"auto_detect = false, header = true, delim = {quoted(delimiter)}, quote = '\"', escape = '\"'"
    source = f"read_csv({quoted(path.as_posix())}, {options}, columns = {{{kinds}}}, strict_mode = false, store_rejects = true)"
    return Table(names, f"SELECT * FROM {source}")


def _header(head: str, delimiter: str) -> tuple[str, ...]:
    row = next(csv.reader(io.StringIO(head), delimiter=delimiter), [])
    return tuple(name.strip().lstrip("\ufeff") for name in row)


def _check_columns(file: Path, table: Table, first: Table, export_map: ExportMap, blame: Blame) -> None:
    if len(table.columns) < 2:
        blame.at_export("one column", "several, with a header", "cells are parted by a comma, semicolon, tab or |", file)
        return
    twice = sorted({name for name in table.columns if table.columns.count(name) > 1 and name})
    if twice:
        blame.at_export(f"several columns named {shortened(listed(twice, 4))}", "a name of its own for each column", file=file)
    if set(table.columns) != set(first.columns):
        blame.at_export("other columns than the first file", "files with the same columns", "read them apart", file)
    elif table is first:
        for path, column in export_map.named_columns():
            if column not in table.columns:
                near = nearest(column, table.columns)
                hint = f"did you mean {near}?" if near else f"columns are {listed(table.columns, 12)}"
                blame.at_map(path, shortened(repr(column)), "a column of the export", hint)


def _one(database: duckdb.DuckDBPyConnection, query: str) -> int:
    row = database.execute(query).fetchone()
    return 0 if row is None or row[0] is None else int(row[0])
