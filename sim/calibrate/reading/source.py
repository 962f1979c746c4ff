"""A dispatch export read: files and map in, cleaned records out.

`opening.py` makes a raw table of texts, `moments.py` and `rows.py` read times and words, `cleaning.py` makes the normal form.
All work is done by a database on disk, so memory stays bounded however long the export is.
"""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path

import duckdb

from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import TABLES, Count, Records, make_tables
from sim.calibrate.reading.blame import Blame, translated
from sim.calibrate.reading.cleaning import clean
from sim.calibrate.reading.forms import Form, form_of
from sim.calibrate.reading.moments import Texts
from sim.calibrate.reading.opening import open_files
from sim.calibrate.reading.rows import make_rows
from sim.scenario.node import Node

MEMORY = "600MB"  # of the database; the whole then stays near one gigabyte
THREADS = 2  # more would each want memory of their own


def read_export(files: Sequence[Path], export_map: ExportMap, tree: Node | None = None) -> Records:
    """The records of an export, cleaned: see `normal.TABLES`.

    Daylight saving is ignored: local wall clocks are subtracted as they stand. Stamps that name an offset are turned into the
    wall clock of `times.zone`; without a zone the offset is taken off, and must be the same everywhere. Several files with the
    same columns are one export. The database lives in a temporary folder that goes when the records do.

    Raises
    ------
    ExportError
        With every fault found: files that cannot be read, columns that are not there, cells that are no times.
    """
    paths = [Path(file) for file in files]
    blame = Blame(paths, tree)
    folder = tempfile.TemporaryDirectory(prefix="crisis-sim-export-", ignore_cleanup_errors=True)
    database = duckdb.connect(str(Path(folder.name) / "export.duckdb"))
    form = form_of(export_map)
    records = Records(database, form.clock, files=tuple(paths))
    weakref.finalize(records, _close, database, folder)
    try:
        _read(records, paths, export_map, form, blame, Path(folder.name))
    except duckdb.Error as error:
        blame.at_export(translated(error), "an export that can be read", "look at the file and the map together")
        blame.settle()
    return records


def check_enough(records: Records, export_map: ExportMap) -> None:
    """Nothing, where as many calls are left as may be told of.

    Raises
    ------
    ExportError
        Where there are fewer.
    """
    n, smallest = int(records.one("SELECT count(*) FROM calls")), export_map.limits.smallest_cell
    if n < smallest:
        blame, want = Blame(records.files, None), f"{smallest} or more (limits.smallest_cell)"
        blame.at_export(
            f"{n} {'call' if n == 1 else 'calls'} in all rows", want, "fewer tell nothing of a city, and much of a person"
        )
        blame.settle()


def _read(records: Records, paths: list[Path], export_map: ExportMap, form: Form, blame: Blame, folder: Path) -> None:
    database = records.database
    database.execute(f"SET memory_limit = '{MEMORY}'")
    database.execute(f"SET threads = {THREADS}")
    database.execute("SET TimeZone = 'UTC'")
    make_tables(database)
    raw = open_files(database, paths, export_map, blame, folder)
    records.counts.append(Count("read", "rows", int(records.one("SELECT count(*) FROM raw")) + raw.n_malformed))
    if raw.n_malformed:
        records.counts.append(Count("dropped", "lines with another number of cells than the header", raw.n_malformed))
    texts = Texts(database, export_map, raw, blame, records.counts)
    form = make_rows(texts, form)
    records.layout = _words(export_map, form)
    database.execute("DROP TABLE raw")
    clean(texts, form, records)
    _drop_others(database)


def _drop_others(database: duckdb.DuckDBPyConnection) -> None:
    """Nothing but the normal form stays; views go first, as they rest on tables."""
    for kind in ("view", "table"):
        names = f"SELECT {kind}_name FROM duckdb_{kind}s() WHERE NOT internal"
        for (name,) in database.execute(names).fetchall():
            if name not in TABLES:
                database.execute(f"DROP {kind} {name}")


def _words(export_map: ExportMap, form: Form) -> tuple[str, ...]:
    """Moments, intervals and words that the map names."""
    columns = [name for name, column in export_map.columns.model_dump().items() if column is not None]
    if "latitude" in columns and "longitude" in columns and "zone" not in columns:
        columns.append("zone")
    cells = [name for name, column in (export_map.cells.model_dump() if export_map.cells else {}).items() if column is not None]
    return tuple(dict.fromkeys([*form.moments, *export_map.lasting, *columns, *cells]))


def _close(database: duckdb.DuckDBPyConnection, folder: tempfile.TemporaryDirectory[str]) -> None:
    database.close()
    folder.cleanup()
