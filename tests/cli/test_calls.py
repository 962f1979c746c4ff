"""`explain RESULTS --call N`: one call's story of a run, a paragraph an option of a comparison, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from sim.study.results import Results
from tests.cli.town import Verb, only_folder

NO_PREDICTION = "One consistent story, not a prediction."


def reached_call(folder: Path, replication: int = 0) -> int:
    """A call about a person that somebody came to."""
    where = f"replication = {replication} AND person AND reached = 1 AND ending = 'CLEAR'"
    return int(Results(folder).query(f"SELECT min(call) AS call FROM call_facts WHERE {where}", "call_facts")["call"][0])


@pytest.mark.parametrize("replication", [0, 1], ids=["kept", "played again"])
def test_a_run_tells_one_story(verb: Verb, town: Path, replication: int) -> None:
    folder = only_folder(town, "small_town-*")
    call = reached_call(folder, replication)
    code, out, err = verb("explain", str(folder), "--call", str(call), "--replication", str(replication))
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0] == f"  Call {call} of Small town, replication {replication}. {NO_PREDICTION}"
    assert re.match(r"  (Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ (Jun|Jul) 2027, \d\d:\d\d: .*, priority [1-4]", lines[1])
    assert max(map(len, lines)) <= 100
    text = " ".join(out.split())
    for words in ("The centre receives the call", "is sent", "is on scene", "clears the call", "from call to clear"):
        assert words in text


def test_kept_and_played_again_are_the_same(verb: Verb, town: Path, tmp_path: Path) -> None:
    folder = only_folder(town, "small_town-*")
    other = tmp_path / "older"
    shutil.copytree(folder, other)
    record = json.loads((other / "run.json").read_text(encoding="utf-8"))
    record["versions"]["code"] = "0" * 64
    (other / "run.json").write_text(json.dumps(record), encoding="utf-8")
    stories = [verb("explain", str(one), "--call", "30") for one in (folder, other)]
    assert stories[0] == stories[1]
    assert stories[0][0] == 0


def test_another_ledger_than_the_one_kept_is_refused(verb: Verb, town: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(only_folder(town, "small_town-*"), other)
    record = json.loads((other / "run.json").read_text(encoding="utf-8"))
    record["replications"][1]["ledger"] = "0" * 64
    (other / "run.json").write_text(json.dumps(record), encoding="utf-8")
    code, out, err = verb("explain", str(other), "--call", "30", "--replication", "1")
    assert (code, out) == (2, "")
    assert "another ledger than the one kept" in err


def test_a_comparison_tells_a_paragraph_an_option(verb: Verb, town: Path) -> None:
    call = reached_call(only_folder(town, "small_town-*"))
    code, out, err = verb("explain", str(only_folder(town, "compare-*")), "--call", str(call))
    assert code == 0, err
    assert NO_PREDICTION in " ".join(out.split())
    assert [line.split("  ")[1] for line in out.splitlines() if re.match(r"  S\w+ (town|team) ", line)] == [
        "Small town",
        "Second team",
    ]
    assert max(map(len, out.splitlines())) <= 100
    code, out, err = verb("explain", str(only_folder(town, "compare-*")), "--call", str(call), "--json")
    assert code == 0, err
    document = json.loads(out)
    assert [story["name"] for story in document["stories"]] == ["Small town", "Second team"]
    assert document["call"] == call


REFUSED = {  # what is asked of the run's folder -> what is said
    ("--call",): ("no number", "worth reading: --call ", "(longest wait)"),
    ("--call", "99999999"): ("99999999", "column `call` of call_facts", "worth reading"),
    ("--call", "-1"): ("-1", "column `call` of call_facts"),
    ("--call", "soon"): ("'soon': want a whole number",),
    ("--call", "3", "--replication", "7"): ("--replication 7", "replication 0; replication 1"),
    ("--call", "3", "--draw", "1"): ("--draw 1", "replication 0; replication 1"),
    ("--call", "3", "--set", "run.seed=2"): ("run.seed=2 beside it",),
    ("ed_visits_72h", "--call", "3"): ("ed_visits_72h beside it",),
    ("ed_visits_72h", "--replication", "1"): ("without --call",),
    (): ("nothing to explain", "--call N"),
}


@pytest.mark.parametrize("asked", REFUSED, ids=" ".join)
def test_what_is_refused(verb: Verb, town: Path, asked: tuple[str, ...]) -> None:
    code, out, err = verb("explain", str(only_folder(town, "small_town-*")), *asked)
    assert (code, out) == (2, "")
    for words in REFUSED[asked]:
        assert words in " ".join(err.split())


def test_a_scenario_file_has_no_calls(verb: Verb) -> None:
    code, out, err = verb("explain", "town.yaml", "--call", "3")
    assert (code, out) == (2, "")
    assert "a scenario file" in err
    assert "a results folder" in err
