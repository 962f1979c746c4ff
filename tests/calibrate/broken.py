"""Sixty and more exports that cannot be used: each a file or two, the map to read it with, and a word the message must have."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

HEADER = "id,received,dispatched,on_scene,clear,kind"
MAP: Mapping[str, Any] = {
    "name": "Broken",
    "source": "a broken export",
    "columns": {"call": "id", "type": "kind"},
    "stamps": {"received": "received", "dispatched": "dispatched", "on_scene": "on_scene", "clear": "clear"},
    "types": {"crisis": "suicidal", "default": "other"},
}


@dataclass(frozen=True)
class Broken:
    """One broken export.

    Attributes
    ----------
    write : callable
        Puts files into a folder; gives their names.
    says : str
        What the message must contain.
    map : mapping
        Laid over `MAP`, key by key; a text is a whole map file.
    """

    write: Callable[[Path], list[str]]
    says: str
    map: Mapping[str, Any] | str = field(default_factory=dict)


def row(n: int, day: str = "2027-03-01", kind: str = "crisis") -> str:
    """A sound row: five minutes to dispatch, ten to the scene, an hour there."""
    hour, minute = divmod(n % 720, 60)
    at = f"{day} {hour:02d}:{minute:02d}"
    return f"{n},{at}:00,{at}:05,{at}:30,{day} {hour + 1:02d}:{minute:02d}:00,{kind}"


def rows(n: int = 40) -> list[str]:
    """Sound rows, one a minute."""
    return [row(i) for i in range(n)]


def text(*lines: str, name: str = "export.csv", encoding: str = "utf-8", end: str = "\n") -> Callable[[Path], list[str]]:
    """A text file of these lines."""
    return raw((end.join(lines) + end).encode(encoding), name)


def raw(content: bytes, name: str = "export.csv") -> Callable[[Path], list[str]]:
    """A file of these bytes."""

    def write(folder: Path) -> list[str]:
        (folder / name).write_bytes(content)
        return [name]

    return write


def column(which: int, value: str) -> list[str]:
    """Sound rows with one column replaced by the same words."""
    return [",".join(value if i == which else cell for i, cell in enumerate(line.split(","))) for line in rows()]


def noise(n: int) -> bytes:
    """Bytes that are no text and no known format."""
    return bytes((i * 2_654_435_761 >> 11) & 0xFF for i in range(n))


def packed(content: bytes) -> bytes:
    """Bytes in gzip, the same each time."""
    return gzip.compress(content, mtime=0)


def zipped(**members: str) -> bytes:
    """A zip file, which is what a workbook is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(lines: list[list[Any]]) -> Callable[[Path], list[str]]:
    """An XLSX file of one sheet."""

    def write(folder: Path) -> list[str]:
        book = openpyxl.Workbook()
        assert book.active is not None
        for line in lines:
            book.active.append(line)
        book.save(folder / "export.xlsx")
        return ["export.xlsx"]

    return write


def cut_short(name: str, keep: float) -> Callable[[Path], list[str]]:
    """A sound workbook or Parquet file that ends before its end."""

    def write(folder: Path) -> list[str]:
        if name.endswith(".xlsx"):
            workbook([HEADER.split(","), *(line.split(",") for line in rows())])(folder)
        else:
            (folder / "sound.csv").write_text("\n".join([HEADER, *rows()]), encoding="utf-8")
            query = f"COPY (SELECT * FROM read_csv('{folder / 'sound.csv'}', all_varchar = true)) TO '{folder / name}'"
            duckdb.execute(f"{query} (FORMAT parquet)")
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: int(len(whole) * keep)])
        return [name]

    return write


def no_file(_: Path) -> list[str]:
    """A name and nothing behind it."""
    return ["export.csv"]


def a_folder(folder: Path) -> list[str]:
    """A folder with the name of an export."""
    (folder / "export.csv").mkdir()
    return ["export.csv"]


def of_nothing(n_bytes: int) -> Callable[[Path], list[str]]:
    """A sound beginning and then zero bytes, as a disk that failed leaves them; takes no room on most file systems."""

    def write(folder: Path) -> list[str]:
        names = SOUND(folder)
        os.truncate(folder / names[0], n_bytes)
        return names

    return write


def of_two(first: list[str], second: list[str]) -> Callable[[Path], list[str]]:
    """Two files."""

    def write(folder: Path) -> list[str]:
        return [*text(*first, name="one.csv")(folder), *text(*second, name="two.csv")(folder)]

    return write


SOUND = text(HEADER, *rows())
SOUND_TEXT = "\n".join([HEADER, *rows()]).encode()
STAMPS = MAP["stamps"]
BROKEN: Mapping[str, Broken] = {
    # nothing to read
    "no file": Broken(no_file, "no such file"),
    "a folder": Broken(a_folder, "folder"),
    "empty": Broken(raw(b""), "empty"),
    "blank lines only": Broken(raw(b"\n\n  \n"), "empty"),
    "no ending": Broken(raw(SOUND_TEXT, "export"), "ending"),
    "a format nobody reads": Broken(raw(SOUND_TEXT, "export.docx"), ".docx"),
    # not what its name says
    "bytes": Broken(raw(noise(4000)), "UTF-8"),
    "a picture": Broken(raw(b"\x89PNG\r\n\x1a\n" + noise(500)), "UTF-8"),
    "zero bytes": Broken(raw(b"id,received\n" + b"\0" * 400), "export.csv"),
    "five gigabytes of nothing": Broken(of_nothing(5_000_000_000), "binary"),
    "utf-16": Broken(text(HEADER, *rows(), encoding="utf-16"), "UTF-16"),
    "latin-1": Broken(text(HEADER, *rows(), "41,2027-03-01 10:00:00,,,,caf\xe9", encoding="latin-1"), "UTF-8"),
    "gzip that is none": Broken(raw(SOUND_TEXT, "export.csv.gz"), "gz"),
    "gzip cut short": Broken(raw(packed(SOUND_TEXT)[:200], "export.csv.gz"), "gz"),
    "bytes in gzip": Broken(raw(packed(noise(4000)), "export.csv.gz"), "UTF-8"),
    "workbook that is text": Broken(raw(SOUND_TEXT, "export.xlsx"), "xlsx"),
    "workbook cut short": Broken(cut_short("export.xlsx", 0.5), "xlsx"),
    "zip without a workbook": Broken(raw(zipped(readme="hello"), "export.xlsx"), "xlsx"),
    "workbook without rows": Broken(workbook([]), "export.xlsx"),
    "workbook of a header": Broken(workbook([HEADER.split(",")]), "row"),
    "formulas without values": Broken(
        workbook([HEADER.split(","), *([str(i), *["=NOW()"] * 4, "crisis"] for i in range(20))]), "received"
    ),
    "parquet that is text": Broken(raw(SOUND_TEXT, "export.parquet"), "parquet"),
    "parquet cut short": Broken(cut_short("export.parquet", 0.6), "parquet"),
    "an error page": Broken(text("<!DOCTYPE html>", "<html><body>403 Forbidden</body></html>"), "column"),
    "lines of JSON": Broken(text('{"id": 1}', '{"id": 2}'), "column"),
    # headers
    "header only": Broken(text(HEADER), "row"),
    "one column": Broken(text("received", "2027-03-01 00:00:00"), "column"),
    "unknown separator": Broken(text(*(line.replace(",", "^") for line in [HEADER, *rows()])), "column"),
    "two columns of one name": Broken(text(HEADER.replace("clear", "received"), *rows()), "received"),
    "no header": Broken(text(*rows()), "received"),
    "a mapped column missing": Broken(text(HEADER.replace("on_scene", "at_scene"), *rows()), "at_scene"),
    "all mapped columns missing": Broken(text("a,b,c", "1,2,3", "4,5,6"), "stamps.received"),
    "a formula for a header": Broken(text(HEADER.replace("received", "=cmd|' /C calc'!A0"), *rows()), "stamps.received"),
    "two files that differ": Broken(of_two([HEADER, *rows()], ["x,y", "1,2"]), "two.csv"),
    "second file missing": Broken(lambda folder: [*SOUND(folder), "gone.csv"], "gone.csv"),
    # times
    "all stamps missing": Broken(text(HEADER, *(f"{i},,,,,crisis" for i in range(40))), "received"),
    "all stamps NULL": Broken(text(HEADER, *(f"{i},NULL,NULL,NULL,NULL,crisis" for i in range(40))), "received"),
    "stamps that are words": Broken(text(HEADER, *column(1, "yesterday")), "received"),
    "stamps of an epoch": Broken(text(HEADER, *column(1, "1804032000")), "received"),
    "days of a spreadsheet": Broken(text(HEADER, *column(1, "46447.52")), "received"),
    "a thirteenth month": Broken(text(HEADER, *column(1, "2027-13-01 10:00:00")), "received"),
    "a thirtieth of February": Broken(text(HEADER, *column(1, "2027-02-30 10:00:00")), "received"),
    "hour 25": Broken(text(HEADER, *column(1, "2027-03-01 25:10:00")), "received"),
    "two ways of writing": Broken(
        text(HEADER, *rows(20), *(line.replace("2027-03-01", "1 March 2027") for line in rows(20))), "received"
    ),
    "a format that does not fit": Broken(SOUND, "received", {"times": {"format": "%d.%m.%Y %H:%M"}}),
    "a format that is none": Broken(SOUND, "format", {"times": {"format": "%Q nonsense"}}),
    "mixed time zones": Broken(
        text(HEADER, *(line.replace(":00,", f":00{'-05:00' if i % 2 else '-07:00'},", 1) for i, line in enumerate(rows()))),
        "zone",
    ),
    "a zone that is none": Broken(
        text(HEADER, *(line.replace(":00,", ":00-07:00,", 1) for line in rows())), "zone", {"times": {"zone": "Mars/Olympus"}}
    ),
    "times of day without a day": Broken(text(HEADER, *column(1, "10:15:00")), "date"),
    "durations that are words": Broken(
        text(HEADER, *column(2, "soon")),
        "queue",
        {"stamps": {}, "lasting": {"queue": "dispatched"}},
    ),
    "hours of 31": Broken(text("h,kind,x", *(f"{31 + i},crisis,1" for i in range(30))), "hour", {
        "columns": {"type": "kind"}, "stamps": {}, "cells": {"hour": "h"}}),
    "months nobody knows": Broken(text("m,kind,x", *("Smarch,crisis,1" for _ in range(30))), "month", {
        "columns": {"type": "kind"}, "stamps": {}, "cells": {"month": "m"}}),
    "weekdays nobody knows": Broken(text("d,kind,x", *("Blursday,crisis,1" for _ in range(30))), "weekday", {
        "columns": {"type": "kind"}, "stamps": {}, "cells": {"weekday": "d"}}),
    "waves without a sign": Broken(text(HEADER, *column(3, "M5 07:05:17; M6 07:06:00")), "on_scene", {"waves": {}}),
    # nothing left
    "test calls only": Broken(SOUND, "test", {"test_calls": [{"column": "kind", "are": ["cris*"]}]}),
    "self-initiated only": Broken(SOUND, "self", {"self_initiated": [{"column": "kind", "are": ["*"]}]}),
    "types left out": Broken(SOUND, "ignore", {"types": {"default": "ignore"}}),
    "days outside the period": Broken(SOUND, "period", {"period": {"first": "2031-01-01"}}),
    "one row": Broken(text(HEADER, row(1)), "row"),
    "one row many times": Broken(text(HEADER, *[row(1)] * 60), "row"),
    # the map
    "no map": Broken(SOUND, "a mapping", "- just\n- a list\n"),
    "a map that is no YAML": Broken(SOUND, "map.yaml", "columns: {type: [kind\n"),
    "an empty map": Broken(SOUND, "empty", "\n"),
    "a map without times": Broken(SOUND, "times", "name: X\ncolumns: {type: kind}\n"),
    "a key nobody knows": Broken(SOUND, "stamps", {"stams": {"received": "received"}}),
    "a moment nobody knows": Broken(SOUND, "recieved", {"stamps": {"recieved": "received"}}),
    "a type nobody knows": Broken(SOUND, "suicidal", {"types": {"crisis": "suicidel"}}),
    "an ending nobody knows": Broken(SOUND, "healed", {"dispositions": {"x": "healed"}}),
    "a responder nobody knows": Broken(SOUND, "patrol", {"responders": {"default": "patrole"}}),
    "a base nobody has": Broken(SOUND, "bass.yaml", {"base": "bass.yaml"}),
    "priority 7": Broken(SOUND, "1 to 4", {"priorities": {"high": 7}}),
    "a latitude alone": Broken(SOUND, "longitude", {"columns": {"call": "id", "type": "kind", "latitude": "id"}}),
}  # fmt: skip
