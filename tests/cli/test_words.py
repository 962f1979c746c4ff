"""What explains and lists, and what writes a first scenario: answers without playing anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.town import Verb, only_folder


def test_explain_input_shows_the_chain_oldest_first(verb: Verb) -> None:
    code, out, err = verb("explain", "second_team.yaml", "responders.co_responder.shifts.weekdays.posts")
    assert code == 0, err
    assert out.index("base.yaml") < out.index("second_team.yaml:6")
    assert "in force  2" in out
    code, _, err = verb("explain", "town.yaml", "responders.co_responder.on_scen_min")
    assert code == 2
    assert "did you mean responders.co_responder.on_scene_min" in err


def test_explain_metric_and_cost(verb: Verb, town: Path) -> None:
    folder = str(only_folder(town, "small_town-*"))
    code, out, _ = verb("explain", folder, "ed_visits_72h")
    assert code == 0
    assert all(word in out for word in ("formula", "unit", "source", "all", "n"))
    code, out, _ = verb("explain", folder, "roster")
    assert code == 0
    assert "co_responder" in out
    code, _, err = verb("explain", folder, "ed_visit_72h")
    assert code == 2
    assert "ed_visits_72h" in err


@pytest.mark.parametrize("kind", ["scenarios", "policies", "responders", "outcomes", "metrics", "costs", "evidence"])
def test_list(verb: Verb, kind: str) -> None:
    code, out, _ = verb("list", kind)
    assert code == 0
    assert len(out.splitlines()) >= 1
    code, out, _ = verb("list", kind, "--json")
    assert code == 0
    assert json.loads(out)[kind]


def test_schema_is_json(verb: Verb) -> None:
    code, out, _ = verb("schema")
    assert code == 0
    assert "properties" in json.loads(out)


@pytest.mark.parametrize(("name", "population"), [("Juniper", "155000"), ('O"Neil: {x} # 1', "4000"), ("Straße 9", "2,000,000")])
def test_init_writes_a_file_that_checks_clean(verb: Verb, tmp_path: Path, name: str, population: str) -> None:
    target = tmp_path / "new" / "town.yaml"
    code, out, err = verb("init", name, "--population", population, "--out", str(target))
    assert code == 0, err
    text = target.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 50
    assert text.count("yours?") == 11  # ten, and the line that says so
    code, out, err = verb("check", str(target))
    assert code == 0, err
    assert "no faults" in out
    code, _, err = verb("init", name, "--population", population, "--out", str(target))
    assert code == 2
    assert "is there already" in err
    assert target.read_text(encoding="utf-8") == text
