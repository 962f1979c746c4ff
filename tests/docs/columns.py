"""What docs/results.md must say of every table in a results folder, read from a folder that a run has made."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from sim.tables import CallRow, LedgerRow, LuckRow, columns

WORDS = {
    "VARCHAR": "text",
    "BOOLEAN": "true/false",
    "DOUBLE": "number",
    "TINYINT": "whole",
    "SMALLINT": "whole",
    "INTEGER": "whole",
    "UINTEGER": "whole",
    "BIGINT": "whole",
}
_TABLE = re.compile(r"<!-- table: ([\w.]+) -->\n\n(.*?)\n\n", re.DOTALL)


def columns_of(path: Path) -> list[tuple[str, str]]:
    """Name and type of each column of a Parquet or CSV file."""
    reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    quoted = path.as_posix().replace("'", "''")
    described = duckdb.sql(f"DESCRIBE SELECT * FROM {reader}('{quoted}')").fetchall()
    return [(row[0], WORDS.get(row[1], "text")) for row in described]


def meanings() -> dict[tuple[str, str], str]:
    """Table and column to the words of `sim.tables`, for columns that come from there."""
    luck = {{"type": "true_type"}.get(name, name): column for name, column in columns(LuckRow).items()}
    owners = {"calls": {**columns(CallRow), **luck}, "ledger": columns(LedgerRow)}
    return {(table, name): column.meaning for table, own in owners.items() for name, column in own.items()}


def tables_of(text: str) -> dict[str, list[list[str]]]:
    """Name of each table of the page to the cells of its rows."""
    return {
        name: [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]
        for name, table in _TABLE.findall(text)
    }
