"""docs/results.md names every file, table and column of a results folder, in order, with its type."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.contract.towns import whole_town
from sim.study.pictures import draw_run
from sim.study.run import study
from tests.cli.town import write_town
from tests.docs.columns import columns_of, meanings, tables_of
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
TABLES = tables_of(PAGE)
MORE = "call_facts_more"  # columns of call_facts that only some scenarios have


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """The folders of a run, of a comparison, and of a run with phone, places and people."""
    place = tmp_path_factory.mktemp("results_page")
    write_town(place)
    files = [str(place / name) for name in ("town.yaml", "second_team.yaml")]
    assert main(["compare", *files, "--draws", "2", "--workers", "1", "--out", str(place / "results")]) == 0
    found = {path.name.split("-")[0]: path for path in (place / "results").iterdir()}
    whole = study(whole_town(), 1, workers=1, out=place)
    draw_run(whole.option.scenario, whole.results)
    return found["small_town"], found["compare"], whole.results.folder


def file_of(name: str, folders: tuple[Path, Path, Path]) -> Path:
    run, compare, whole = folders
    if name.endswith(".csv"):
        return (compare if (compare / name).is_file() else run) / name
    plain = run / "tables" / f"{name}.parquet"
    return plain if plain.is_file() else whole / "tables" / f"{name}.parquet"


@pytest.mark.parametrize("name", [name for name in TABLES if name != MORE])
def test_columns_are_as_written(name: str, folders: tuple[Path, Path, Path]) -> None:
    columns = columns_of(file_of(name, folders))
    told = [(row[0].strip("`"), row[1]) for row in TABLES[name]]
    assert [column for column, _ in told] == [column for column, _ in columns]
    if not name.endswith(".csv"):  # a CSV has no types, they are guessed from what is in it
        assert told == columns
    assert all(row[2] for row in TABLES[name])


def test_columns_of_phone_and_people_come_after_the_others(folders: tuple[Path, Path, Path]) -> None:
    own, whole = ([(row[0].strip("`"), row[1]) for row in TABLES[name]] for name in ("call_facts", MORE))
    found = columns_of(folders[2] / "tables" / "call_facts.parquet")
    assert found == own[:-2] + whole + own[-2:]  # the last two say which life


def test_words_of_the_ledger_are_those_of_the_code() -> None:
    mine = {(name, row[0].strip("`")): row[2] for name in ("calls", "ledger") for row in TABLES[name]}
    spelt_out = {
        "type",
        "desk",
        "age",
        "other_type",
        "place",
        "zone",
        "unit",
        "responder",
        "status",
        "status_from",
        "event",
        "disposition",
    }
    differing = {key: words for key, words in mine.items() if key in meanings() and words != meanings()[key]}
    assert {column for _, column in differing} <= spelt_out, differing


def test_every_table_and_file_is_named(folders: tuple[Path, Path, Path]) -> None:
    run, _, whole = folders
    assert {path.stem for folder in (run, whole) for path in (folder / "tables").iterdir()} <= set(TABLES)
    for folder in folders:
        for path in folder.iterdir():
            assert f"`{path.name}`" in PAGE or f"`{path.name}/" in PAGE, path.name
    for path in [path for folder in folders for path in folder.glob("charts/*.csv")]:
        row = re.search(rf"\| `charts/{path.name}` \|.*\| (.+) \|", PAGE)
        assert row, path.name
        assert row[1].replace("`", "").split(", ") == path.read_text(encoding="utf-8").splitlines()[0].split(",")
