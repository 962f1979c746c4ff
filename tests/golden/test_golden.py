"""Did any result move? If it was meant to, `update.py` takes the new figures and wants a reason."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from tests.golden import update
from tests.golden.update import CASES, GOLDEN, HEADING, moved, play, take, with_change

TAKE = 'meant? then: python tests/golden/update.py --reason "what changed in the model"'


@pytest.mark.parametrize("engine", ["readable", "compiled"])
@pytest.mark.parametrize("case", CASES)
def test_no_result_moved(case: str, engine: str) -> None:
    old = json.loads(GOLDEN.read_text(encoding="utf-8"))[case]
    lines = moved({case: old}, {case: play(case, engine)})
    assert not lines, "\n  ".join([f"{case}, {engine} engine:", *lines[case], TAKE])


def test_what_moved_is_told_by_figure() -> None:
    def golden(ledger: str, **figures: float) -> update.Golden:
        return {"town": {"ledger": ledger, "figures": figures}}

    assert moved(golden("a", x=1.0, y=0.5), golden("a", x=1.0 + 1e-12, y=0.5)) == {}
    assert moved(golden("a", x=1.0), golden("b", x=1.0)) == {"town": ["the ledger, but no headline figure"]}
    assert moved(golden("a", x=1200.5, y=0.25), golden("b", x=1300.0, z=0.125)) == {
        "town": ["x 1,200.5 -> 1,300", "y 0.25 -> none", "z none -> 0.125"]
    }
    assert moved({}, golden("a")) == {"town": ["new"]}


def test_model_changes_stand_newest_first_under_the_newest_version() -> None:
    text = "# Changes\n\nNewest first.\n\n## 0.2.0\n\n- A thing.\n\n## 0.1.0\n\n- Another.\n"
    day = datetime.date(2027, 1, 2)
    once = with_change(text, "doors close", {"town": ["x 1 -> 2"]}, day)
    assert f"- A thing.\n\n{HEADING}\n\n- 2027-01-02: doors close. town: x 1 -> 2.\n\n## 0.1.0" in once
    twice = with_change(once, "doors open.", {"town": ["x 2 -> 1"]}, day)
    assert f"{HEADING}\n\n- 2027-01-02: doors open. town: x 2 -> 1.\n- 2027-01-02: doors close." in twice
    assert twice.endswith("## 0.1.0\n\n- Another.\n")


def test_taking_new_figures_wants_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    golden, changelog = tmp_path / "golden.json", tmp_path / "CHANGELOG.md"
    found = {"town": {"ledger": "b", "figures": {"arrests": 12.0}}}
    golden.write_text(json.dumps({"town": {"ledger": "a", "figures": {"arrests": 11.0}}}), encoding="utf-8")
    changelog.write_text("# Changes\n\n## 0.1.0\n\n- A thing.\n", encoding="utf-8")
    monkeypatch.setattr(update, "play_all", lambda: found)
    assert take("  ", golden, changelog) == 2
    assert "Say why" in capsys.readouterr().err
    assert take("officers stay longer", golden, changelog) == 0
    assert capsys.readouterr().out == "town\n  arrests 11 -> 12\n"
    assert json.loads(golden.read_text(encoding="utf-8")) == found
    assert changelog.read_text(encoding="utf-8").count("officers stay longer. town: arrests 11 -> 12.") == 1
    assert take("again", golden, changelog) == 0
    assert capsys.readouterr().out == "Nothing moved.\n"
