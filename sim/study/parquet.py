"""Tables on disk: Parquet written and read through duckdb, one thread, so that the same rows give the same bytes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd


@contextlib.contextmanager
def connection() -> Iterator[Any]:
    """A duckdb in memory with one thread."""
    link = duckdb.connect(config={"threads": 1})
    try:
        link.execute("SET enable_progress_bar = false")
        yield link
    finally:
        link.close()


def quoted(path: Path) -> str:
    """A path inside an SQL statement."""
    return "'" + path.as_posix().replace("'", "''") + "'"


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """A frame as Parquet, whole or not at all."""
    with connection() as link:
        link.register("frame", frame.reset_index(drop=True))
        write_query(link, "SELECT * FROM frame", path)


def write_query(link: Any, query: str, path: Path) -> None:
    """The rows of a query as Parquet, whole or not at all."""
    unfinished = path.with_name(f".{path.name}-{os.getpid()}")
    link.execute(f"COPY ({query}) TO {quoted(unfinished)} (FORMAT parquet, COMPRESSION zstd)")
    unfinished.replace(path)


def read(query: str, **files: list[Path]) -> pd.DataFrame:
    """A query over Parquet files; each keyword is the name of a view over its files, rows in order of the files."""
    with connection() as link:
        for name, paths in files.items():
            listed = ", ".join(quoted(path) for path in paths)
            link.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{listed}], union_by_name = true)")
        return link.execute(query).df()


def write_text(path: Path, text: str) -> None:
    """Text as UTF-8 with plain line ends, whole or not at all."""
    unfinished = path.with_name(f".{path.name}-{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    unfinished.replace(path)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """A frame as CSV: UTF-8, plain line ends, full precision, whole or not at all."""
    write_text(path, frame.to_csv(index=False, lineterminator="\n"))
