"""What is refused, with the place of the fault and never a row's own words."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.calibrate.mapping import ExportMap, read_map
from sim.calibrate.reading.source import read_export
from sim.errors import ExportError
from tests.calibrate.by_hand import counted, faults, read, written

WHEN = {"received": "when"}


def _file(folder: Path, name: str, content: bytes | None) -> Path:
    path = folder / name
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "got"),
    [
        ("folder.csv", None, "a folder"),
        ("empty.csv", b"", "an empty file"),
        ("blank.csv", b"\n\n \n", "an empty file"),
        ("head.csv", b"when,kind\n", "a header alone"),
        ("one.csv", b"when\n2024-01-01 10:00\n", "one column"),
        ("twice.csv", b"when,kind,kind\n2024-01-01 10:00,a,b\n", "several columns named kind"),
        ("wide.csv", "when,kind\n2024-01-01 10:00,a\n".encode("utf-16"), "UTF-16 text"),
        ("latin.csv", "when,kind\n2024-01-01 10:00,é\n".encode("latin-1"), "text that is not UTF-8"),
        ("binary.csv", b"when,kind\n\x00\x01\x02", "a binary file"),
        ("report.pdf", b"%PDF", "a file ending in .pdf"),
        ("old.xls", b"\xd0\xcf\x11\xe0", "a file ending in .xls"),
        ("nothing", b"when,kind\n", "a file without an ending"),
        ("table.parquet.gz", b"PAR1", "a file ending in .gz"),
        ("book.xlsx", b"PK\x03\x04 not a workbook", "unreadable: File is not a zip file"),
        ("half.csv.gz", gzip.compress(b"when,kind\n2024-01-01 10:00,a\n" * 50)[:-12], "unreadable: "),
        ("plain.csv.gz", b"when,kind\n2024-01-01 10:00,a\n", "unreadable: Not a gzipped file"),
        ("table.parquet", b"PAR1 this is none", "No magic bytes found"),
        ("ragged.csv", b"when,kind\n2024-01-01 10:00,a\n2024-01-01 10:00\n2024-01-01 10:00\n", "2 of 3 lines with another"),
    ],
)
def test_files_that_are_no_export(tmp_path: Path, name: str, content: bytes | None, got: str) -> None:
    file = _file(tmp_path, name, content)
    (fault,) = faults([file], stamps=WHEN, columns={"type": "kind"})
    assert fault.file == file.as_posix()
    assert fault.got.startswith(got)
    assert "2024" not in str(fault).replace(file.as_posix(), "")


def test_the_line_that_is_not_utf_8(tmp_path: Path) -> None:
    file = _file(tmp_path, "latin.csv", b"when,kind\n2024-01-01 10:00,a\n2024-01-01 11:00,\xe9\n")
    (fault,) = faults([file], stamps=WHEN)
    assert (fault.line, fault.want) == (3, "UTF-8 text")


def test_a_workbook_without_a_sheet_that_holds_anything(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "book.xlsx")
    (fault,) = faults([tmp_path / "book.xlsx"], stamps=WHEN)
    assert fault.got == "an empty file"


def test_missing_files_are_all_named(tmp_path: Path) -> None:
    found = faults([tmp_path / "a.csv", tmp_path / "b.xlsx"], stamps=WHEN)
    assert [(fault.file[-6:], fault.got) for fault in found] == [("/a.csv", "no such file"), ("b.xlsx", "no such file")]


def test_a_few_ragged_lines_are_dropped_and_counted(tmp_path: Path) -> None:
    lines = [f"2024-01-{1 + i % 28:02} {i % 24:02}:{i % 60:02},{i}" for i in range(99)]
    records = read(tmp_path, "when,no\n" + "\n".join([*lines, "2024-01-01"]) + "\n", stamps=WHEN)
    assert counted(records, "dropped") == {"lines with another number of cells than the header": 1}
    assert counted(records, "read") == {"rows": 100}


def test_columns_that_are_not_there_are_named_with_their_lines(tmp_path: Path) -> None:
    file = written(tmp_path, "When,Kind,Beat\n2024-01-01 10:00,a,b\n")
    map_file = tmp_path / "map.yaml"
    map_file.write_text(
        "stamps:\n  received: when\ncolumns:\n  type: Kinds\n  zone: Beat\ntest_calls:\n  - {column: xyz, are: [t]}\n"
    )
    export_map, tree = read_map(map_file)
    with pytest.raises(ExportError) as caught:
        read_export([file], export_map, tree)
    found = [(fault.file, fault.line, fault.path, fault.got, fault.hint) for fault in caught.value.faults]
    assert found == [
        (map_file.as_posix(), 2, "stamps.received", "'when'", "did you mean When?"),
        (map_file.as_posix(), 4, "columns.type", "'Kinds'", "did you mean Kind?"),
        (map_file.as_posix(), 7, "test_calls[0].column", "'xyz'", "columns are When, Kind or Beat"),
    ]


@pytest.mark.parametrize(
    ("path", "got", "export_map"),
    [
        ("stamps.received", "20 of 20 cells that are no known stamps, written A-9", {"stamps": {"received": "kind"}}),
        ("stamps.received", "2 of 20 cells unlike the others, written A 9/9", {"stamps": {"received": "odd"}}),
        ("stamps.received", "20 of 20 cells that are", {"stamps": WHEN, "times": {"format": "%d.%m.%Y"}}),
        ("stamps.received", "a column without a single value", {"stamps": {"received": "void"}}),
        ("stamps.received", "times of day without a day", {"stamps": {"received": "tod"}}),
        ("times.date", "a column without a single value", {"stamps": {"received": "tod"}, "times": {"date": "void"}}),
        ("times.format", "'%Q'", {"stamps": WHEN, "times": {"format": "%Q"}}),
        ("lasting.queue", "20 of 20 cells such as A-9", {"lasting": {"queue": "kind"}}),
        ("cells.hour", "20 of 20 cells such as A-9", {"cells": {"hour": "kind"}}),
        (
            "since_received.on_scene",
            "times since a call that has none",
            {"stamps": {"dispatched": "when"}, "since_received": {"on_scene": "no"}},
        ),
        (
            "columns.latitude",
            "no cell with a place on earth",
            {"stamps": WHEN, "columns": {"latitude": "kind", "longitude": "no"}},
        ),
    ],
)
def test_cells_that_are_not_what_the_map_says(tmp_path: Path, path: str, got: str, export_map: dict[str, Any]) -> None:
    """Two of the odd cells are no stamps, and no cell is shown as it stands."""
    stamps = [f"2024-01-{1 + i:02} 10:00" for i in range(20)]
    odd = ["May 0/7", "May 1/7", *stamps[2:]]
    lines = [f"{stamp},kind-{i},{i},{odd[i]},,10:{i:02}" for i, stamp in enumerate(stamps)]
    file = written(tmp_path, "when,kind,no,odd,void,tod\n" + "\n".join(lines))
    (fault,) = faults([file], **export_map)
    assert fault.path == path
    assert fault.got.startswith(got)
    assert "May" not in str(fault)


def test_a_few_cells_that_cannot_be_read_are_blank(tmp_path: Path) -> None:
    lines = [f"2024-01-{1 + i % 28:02} 10:00,{i},{i}" for i in range(99)]
    records = read(tmp_path, "when,wait,no\n" + "\n".join([*lines, "yesterday,long,99"]), stamps=WHEN, lasting={"queue": "wait"})
    assert counted(records, "blanked") == {
        "stamps of received that could not be read": 1,
        "cells of queue that could not be read": 1,
    }
    assert records.one("SELECT count(*) FROM calls") == 99


def test_nothing_left_says_why(tmp_path: Path) -> None:
    file = written(tmp_path, "when,kind\n2024-01-01 10:00,a\n2024-01-02 10:00,b\n")
    (fault,) = faults([file], stamps=WHEN, period={"first": "2025-01-01"})
    assert fault.got == "no call left; most were calls outside the period"
    (fault,) = faults([file], stamps=WHEN, test_calls=[{"column": "kind", "are": ["*"]}])
    assert fault.got == "no call left; most were test calls"


def test_a_column_of_free_text_is_no_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.calibrate.reading.labels.MOST_LABELS", 2)
    file = written(tmp_path, "when,kind\n" + "".join(f"2024-01-01 10:0{i},told us {i}\n" for i in range(3)))
    (fault,) = faults([file], stamps=WHEN, columns={"type": "kind"})
    assert (fault.path, fault.got) == ("columns.type", "more than 2 different words")


def test_trouble_of_the_database_is_told_without_a_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.calibrate.reading.source.MEMORY", "1KB")
    file = written(tmp_path, "when,kind\n2024-01-01 10:00,a\n")
    with pytest.raises(ExportError):
        read_export([file], ExportMap.model_validate({"stamps": WHEN}))
