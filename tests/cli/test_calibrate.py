"""`calibrate` writes a whole folder or nothing, says on one screen what it learned, and tells every fault with its line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sim.errors import ResultsError
from sim.scenario.load import load
from tests.cli.town import Verb, crisis_sim
from tests.docs.records import write_dispatch

MAP = """\
name: Long Creek
source: Creek dispatch
population: 9000
columns: {call: Incident Number, type: Problem, unit: Unit, priority: Priority, disposition: Disposition}
stamps:
  received: Time Call Received
  dispatched: Time Dispatched
  en_route: Time Enroute
  on_scene: Time On Scene
  clear: Time Unit Clear
types: {Suicid*: suicidal, MH-Welfare: welfare_check, default: other}
priorities: {P1*: 1, P2*: 2, P3*: 3, P4*: 4}
responders: {CO*: co_responder, E*: ems, default: patrol}
"""
TOTALS = "name: Alder\npopulation: 48000\ncalls_per_year: 812\nmix: {suicidal: 300, youth: 512}\n"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export, a map and totals; and what calibrate made of the first two, for those who only look at it."""
    folder = tmp_path_factory.mktemp("records")
    write_dispatch(folder / "dispatch.csv")
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    (folder / "totals.yaml").write_text(TOTALS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(records: Path) -> subprocess.CompletedProcess[str]:
    """What calibrate said of the export; what it wrote is in the folder creek."""
    done = crisis_sim(records, "calibrate", "dispatch.csv", "--map", "map.yaml", "--out", "creek")
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def at_work(records: Path, command: Verb, monkeypatch: pytest.MonkeyPatch) -> Verb:
    """The command line in the folder of the records."""
    monkeypatch.chdir(records)
    return command


def test_an_export_becomes_a_scenario_that_checks_clean(
    at_work: Verb, records: Path, made: subprocess.CompletedProcess[str]
) -> None:
    out = made.stdout
    assert "reading dispatch.csv" in made.stderr
    lines = out.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100
    for words in (
        "READ",
        "LEARNED",
        "demand.calls_per_year",
        "NOT LEARNED",
        "WEAK",
        "Next: crisis-sim check creek/long_creek.yaml",
    ):
        assert words in out
    assert "held back" not in out
    assert "validate" not in out
    names = {path.relative_to(records / "creek").as_posix() for path in (records / "creek").rglob("*") if path.is_file()}
    assert names >= {"long_creek.yaml", "profiles/long_creek.yaml", "draws/long_creek.yaml", "note.html", "note.csv", "map.yaml"}
    assert (records / "creek" / "map.yaml").read_text(encoding="utf-8") == MAP
    assert not [path for path in records.iterdir() if path.name.startswith(".creek")], "no unfinished folder is left"
    code, out, err = at_work("check", "creek/long_creek.yaml")
    assert code == 0, err
    assert "no faults" in out

    again, _, err = at_work("calibrate", "dispatch.csv", "--map", "map.yaml", "--out", "creek")
    assert again == 2
    assert "what an earlier calibrate wrote" in err
    assert "--out" in err


def test_what_is_held_back_is_counted_and_put_to_use(at_work: Verb, records: Path) -> None:
    (records / "held.yaml").write_text(f"{MAP}hold_back: weeks\n", encoding="utf-8")
    code, out, err = at_work("calibrate", "dispatch.csv", "--map", "held.yaml", "--out", "held")
    assert code == 0, err
    one_line = " ".join(out.split())
    found = re.search(r"([\d,]+) calls were fitted to; ([\d,]+) \((\d+) %\) are held back, every second week", one_line)
    assert found is not None, out
    used = re.search(r"used: calls ([\d,]+)", one_line)
    assert used is not None
    fit, held, of_all = (int(n.replace(",", "")) for n in (found[1], found[2], used[1]))
    assert fit + held == of_all
    assert 35 <= int(found[3]) <= 65
    assert "Next: crisis-sim check held/long_creek.yaml" in one_line
    assert out.rstrip().endswith("crisis-sim validate held/long_creek.yaml dispatch.csv")
    assert len(out.splitlines()) <= 40


@pytest.mark.usefixtures("made")
def test_the_order_of_rows_changes_no_byte(at_work: Verb, records: Path) -> None:
    lines = (records / "dispatch.csv").read_text(encoding="utf-8").splitlines()
    (records / "turned.csv").write_text("\n".join([lines[0], *lines[:0:-1]]) + "\n", encoding="utf-8")
    code, _, err = at_work("calibrate", "turned.csv", "--map", "map.yaml", "--out", "turned")
    assert code == 0, err
    for file in ("long_creek.yaml", "profiles/long_creek.yaml", "draws/long_creek.yaml", "note.csv"):
        assert (records / "creek" / file).read_bytes() == (records / "turned" / file).read_bytes(), file


@pytest.mark.usefixtures("made")
def test_nothing_of_a_row_is_in_what_is_written(records: Path) -> None:
    lines = (records / "dispatch.csv").read_text(encoding="utf-8").splitlines()[1:]
    secrets = {cell for line in lines for n, cell in enumerate(line.split(",")) if n in (0, 4, 5, 6, 7, 8) and len(cell) > 3}
    assert len(secrets) > 1000
    for path in (records / "creek").rglob("*"):
        if path.suffix in (".yaml", ".html", ".csv"):
            text = path.read_text(encoding="utf-8")
            found = [cell for cell in secrets if cell in text]
            assert not found, f"{path.name}: {found[:3]}"


def test_guess_prints_a_map_that_is_read(at_work: Verb, records: Path) -> None:
    code, out, err = at_work("calibrate", "dispatch.csv", "--guess")
    assert code == 0, err
    assert '"Time Call Received"' in out
    (records / "guessed.yaml").write_text(out, encoding="utf-8")
    code, _, err = at_work("calibrate", "dispatch.csv", "--map", "guessed.yaml", "--out", "guessed")
    assert code == 0, err
    code, out, _ = at_work("calibrate", "dispatch.csv", "--guess", "--json")
    assert code == 0
    assert "Time Call Received" in json.loads(out)["map"]


def test_totals_become_a_scenario(at_work: Verb, records: Path) -> None:
    code, out, err = at_work("calibrate", "--totals", "totals.yaml", "--out", "alder", "--json")
    assert code == 0, err
    assert err == ""
    document = json.loads(out)
    assert out.count("\n") == 1
    assert document["scenario"] == "alder/alder.yaml"
    assert {file for file in document["files"] if "/charts/" not in file} == {
        "alder/alder.yaml", "alder/note.html", "alder/note.csv", "alder/totals.yaml",
    }  # fmt: skip
    assert load(records / "alder" / "alder.yaml").demand.mix["youth"].value == pytest.approx(512 / 812, rel=1e-3)


def test_a_base_of_one_s_own_is_found_beside_the_map(at_work: Verb, records: Path) -> None:
    inner = records / "inner"
    inner.mkdir()
    (inner / "mine.yaml").write_text("extends: base.yaml\nname: Mine\ntravel: {detour_factor: 1.4}\n", encoding="utf-8")
    (inner / "totals.yaml").write_text(f"{TOTALS}base: mine.yaml\n", encoding="utf-8")
    code, _, err = at_work("calibrate", "--totals", "inner/totals.yaml", "--out", "elsewhere/made")
    assert code == 0, err
    assert load(records / "elsewhere" / "made" / "alder.yaml").travel.detour_factor.value == 1.4


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("Suicid*: suicidal", "Suicid*: suicidl"), 11, "did you mean suicidal?"),
        (("default: patrol", "default: patrols"), 13, "did you mean patrol?"),
        (("name: Long Creek", "base: bas.yaml"), 1, "did you mean base.yaml?"),
        (("type: Problem", "typ: Problem"), 4, "did you mean type?"),
        (("Time On Scene", "Time On Scen"), 9, "Time On Scene"),
    ],
)
def test_faults_of_the_map_are_told_and_nothing_is_written(
    at_work: Verb, records: Path, change: tuple[str, str], line: int, words: str
) -> None:
    (records / "bad.yaml").write_text(MAP.replace(*change), encoding="utf-8")
    code, out, err = at_work("calibrate", "dispatch.csv", "--map", "bad.yaml", "--out", "bad")
    assert code == 2
    assert f"bad.yaml:{line}:" in err
    assert words in err
    assert out == ""
    assert not (records / "bad").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dispatch.csv",), "one of --map MAP.yaml, --guess, --totals FILE.yaml"),
        (("dispatch.csv", "--map", "map.yaml", "--guess"), "--map and --guess"),
        (("dispatch.csv", "--map", "map.yaml"), "no --out"),
        (("dispatch.csv", "--totals", "totals.yaml", "--out", "x"), "--totals reads no export: dispatch.csv"),
        (("--map", "map.yaml", "--out", "x"), "no export"),
        (("--totals", "totals.yaml", "--out", "x", "--synthetic"), "--synthetic needs an export"),
        (("--totals", "nothing.yaml", "--out", "x"), "nothing.yaml"),
        (("nothing.csv", "--map", "map.yaml", "--out", "x"), "nothing.csv"),
        (("nothing.csv", "--guess"), "nothing.csv"),
        (("--totals", "totals.yaml", "--out", "map.yaml"), "map.yaml is there already"),
    ],
)
def test_requests_that_cannot_be_met(at_work: Verb, records: Path, arguments: tuple[str, ...], words: str) -> None:
    code, out, err = at_work("calibrate", *arguments)
    assert code == 2
    assert words in err
    assert out == ""
    assert not (records / "x").exists()


def test_an_empty_folder_is_taken_and_a_full_one_is_not(at_work: Verb, records: Path) -> None:
    (records / "empty").mkdir()
    assert at_work("calibrate", "--totals", "totals.yaml", "--out", "empty")[0] == 0
    (records / "full").mkdir()
    shutil.copy(records / "totals.yaml", records / "full" / "mine.txt")
    code, _, err = at_work("calibrate", "--totals", "totals.yaml", "--out", "full")
    assert code == 2
    assert "full is there already, and not empty" in err
    assert [path.name for path in (records / "full").iterdir()] == ["mine.txt"]


def test_what_fails_half_way_leaves_nothing(at_work: Verb, records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[Path]:
        raise ResultsError("no room on the disk")

    monkeypatch.setattr("sim.calibrate.noting.note.write_note", broken)
    code, out, err = at_work("calibrate", "--totals", "totals.yaml", "--out", "half")
    assert code == 2
    assert "no room on the disk" in err
    assert out == ""
    assert not [path for path in records.iterdir() if "half" in path.name]


def test_a_base_that_rests_on_its_own_zones_is_refused(at_work: Verb, records: Path) -> None:
    """The draft has one zone, and help between two jurisdictions needs two; what is wrong is told, nothing is left."""
    mine = "extends: base.yaml\nname: Mine\npolicy: {name: mutual_aid, wait_for_programme_min: null}\n"
    (records / "aid.yaml").write_text(f"{mine}zones: {{harbour: {{jurisdiction: county}}}}\n", encoding="utf-8")
    (records / "aided.yaml").write_text(f"{TOTALS}base: aid.yaml\n", encoding="utf-8")
    assert at_work("check", "aid.yaml")[0] == 0
    code, out, err = at_work("calibrate", "--totals", "aided.yaml", "--out", "aided")
    assert code == 2
    assert "policy.name" in err
    assert "two jurisdictions" in err
    assert "does not fit the scenario it extends" in err
    assert out == ""
    assert not (records / "aided").exists()
