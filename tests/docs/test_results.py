"""docs/results.md names every file, table and column of a results folder, in order, with its type."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.__main__ import main
from tests.cli.town import write_town
from tests.docs.columns import columns_of, meanings, tables_of
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
TABLES = tables_of(PAGE)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of a run and of a comparison."""
    place = tmp_path_factory.mktemp("results_page")
    write_town(place)
    files = [str(place / name) for name in ("town.yaml", "second_team.yaml")]
    assert main(["compare", *files, "--draws", "2", "--workers", "1", "--out", str(place / "results")]) == 0
    found = {path.name.split("-")[0]: path for path in (place / "results").iterdir()}
    return found["small_town"], found["compare"]


def file_of(name: str, folders: tuple[Path, Path]) -> Path:
    run, compare = folders
    if name.endswith(".csv"):
        return (compare if (compare / name).is_file() else run) / name
    return run / "tables" / f"{name}.parquet"


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_as_written(name: str, folders: tuple[Path, Path]) -> None:
    columns = columns_of(file_of(name, folders))
    told = [(row[0].strip("`"), row[1]) for row in TABLES[name]]
    assert [column for column, _ in told] == [column for column, _ in columns]
    if not name.endswith(".csv"):  # a CSV has no types, they are guessed from what is in it
        assert told == columns
    assert all(row[2] for row in TABLES[name])


def test_words_of_the_ledger_are_those_of_the_code() -> None:
    mine = {(name, row[0].strip("`")): row[2] for name in ("calls", "ledger") for row in TABLES[name]}
    spelt_out = {"type", "zone", "unit", "responder", "status", "status_from", "event", "disposition"}
    differing = {key: words for key, words in mine.items() if key in meanings() and words != meanings()[key]}
    assert {column for _, column in differing} <= spelt_out, differing


def test_every_table_and_file_is_named(folders: tuple[Path, Path]) -> None:
    run, compare = folders
    assert {path.stem for path in (run / "tables").iterdir()} <= set(TABLES)
    for folder in folders:
        for path in folder.iterdir():
            assert f"`{path.name}`" in PAGE or f"`{path.name}/" in PAGE, path.name
    for path in [*run.glob("charts/*.csv"), *compare.glob("charts/*.csv")]:
        row = re.search(rf"\| `charts/{path.name}` \|.*\| (.+) \|", PAGE)
        assert row, path.name
        assert row[1].replace("`", "").split(", ") == path.read_text(encoding="utf-8").splitlines()[0].split(",")
