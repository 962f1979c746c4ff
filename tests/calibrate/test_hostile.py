"""Broken exports end in a clear message and code 2, with nothing written; odd ones that can be read are read, safely."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim.__main__ import BAD_INPUT, OK, main
from tests.calibrate.broken import BROKEN, HEADER, MAP, row, text


def write_map(folder: Path, over: Any) -> Path:
    """The map file: `MAP` with keys replaced, or a whole text."""
    path = folder / "map.yaml"
    if isinstance(over, str):
        path.write_text(over, encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8") as stream:
            YAML(typ="safe", pure=True).dump({**MAP, **over}, stream)
    return path


def calibrate(folder: Path, names: list[str], over: Any) -> int:
    """The exit code of the command; `out` is where it would write."""
    arguments = [*(str(folder / name) for name in names), "--map", str(write_map(folder, over)), "--out", str(folder / "out")]
    return main(["calibrate", *arguments])


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_export_is_told_and_nothing_is_written(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = BROKEN[name]
    names = broken.write(tmp_path)
    before = {path.name for path in tmp_path.iterdir()} | {"map.yaml"}
    code = calibrate(tmp_path, names, broken.map)
    said = capsys.readouterr()
    assert code == BAD_INPUT, said.err or said.out
    assert said.out == ""
    assert {path.name for path in tmp_path.iterdir()} == before
    assert "Traceback" not in said.err and "Error:" not in said.err
    assert "  got   " in said.err and "  want  " in said.err
    assert broken.says.lower() in said.err.lower()
    assert len(said.err) < 6000


def test_there_are_sixty_kinds() -> None:
    assert len(BROKEN) >= 60


FORMULA = '"=HYPERLINK(""http://x"",""<script>"")"'
ODD = {
    "a mark before the header": "\ufeff" + "\n".join([HEADER, *(row(i) for i in range(60))]),
    "windows lines": "\r\n".join([HEADER, *(row(i) for i in range(60))]),
    "semicolons": "\n".join(line.replace(",", ";") for line in [HEADER, *(row(i) for i in range(60))]),
    "lines inside cells": "\n".join([HEADER, *(row(i, kind='"cri\nsis"') for i in range(60))]),
    "formulas in cells": "\n".join([HEADER, *(row(i, kind='"=HYPERLINK(""http://x"",""<script>"")"') for i in range(60))]),
    "some stamps are no stamps": "\n".join([HEADER, "900,soon,,,,crisis", *(row(i) for i in range(60))]),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_export_is_read_and_what_comes_out_is_safe(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text(ODD[name])(tmp_path)
    code = calibrate(tmp_path, ["export.csv"], {})
    assert code == OK, capsys.readouterr().err
    page = (tmp_path / "out" / "note.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "http://x" not in page.replace("&quot;http://x", "")
    with (tmp_path / "out" / "note.csv").open(encoding="utf-8", newline="") as stream:
        cells = [cell for line in csv.reader(stream) for cell in line]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@") or (cell[:1] == "-" and not _is_number(cell))]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
