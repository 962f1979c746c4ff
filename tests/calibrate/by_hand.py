"""Exports of a few rows, written out in the tests that read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Records
from sim.calibrate.reading.source import read_export
from sim.errors import ExportError, Fault


def read(folder: Path, text: str, **export_map: Any) -> Records:
    """The records of a CSV with this text; each line may be set in."""
    return read_export([written(folder, text)], ExportMap.model_validate(export_map))


def written(folder: Path, text: str, name: str = "export.csv") -> Path:
    """The file with this text."""
    path = folder / name
    path.write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n", encoding="utf-8")
    return path


def asked(records: Records, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query; minutes to the second."""
    rows = records.database.execute(query).fetchall()
    return [tuple(round(value, 3) if isinstance(value, float) else value for value in row) for row in rows]


def counted(records: Records, kind: str) -> dict[str, int]:
    """What was done to how many, by reason."""
    return {count.reason: count.n for count in records.counts if count.kind == kind}


def faults(files: list[Path], **export_map: Any) -> tuple[Fault, ...]:
    """The faults of reading these files."""
    with pytest.raises(ExportError) as caught:
        read_export(files, ExportMap.model_validate(export_map))
    return caught.value.faults
