"""Mechanisms in a scenario file, and in a study: faults with their place, the engine that plays them, the table kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.errors import ResultsError, ScenarioError
from sim.extend import Count, Share, mechanism
from sim.registry import mechanisms
from sim.scenario.library import Library
from sim.scenario.load import dump, load, load_data
from sim.study.engine import choose
from sim.study.identity import Option
from sim.study.play import Job, States
from sim.study.run import study
from sim.study.units import Unit

SCENARIOS = Path(__file__).parent / "scenarios"
PEOPLE = "people: {recurrent: {per_1000: 4, crises_per_year: 4, frailty_cv: 1}}\n"


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two mechanisms with an event in common, for the length of a test."""
    monkeypatch.setattr(mechanisms, "_entries", dict(mechanisms._entries))
    params = {"gain": Share(0.0, "what a call adds"), "from_call": Count(1, "the first call that counts")}
    for name, events in (("trust", ["CHANGED"]), ("hope", ["CHANGED"]), ("habit", [])):
        made = mechanism(name, "What people remember. Source: a test.", {"person": {"x": Share(0.5, "x")}}, events, params)
        made.scales("contact", 1.5)(lambda town, person, now, params: 0.5 + person.x)

        @made.after("CLEAR")
        def remember(town: Any, person: Any, call: Any, now: int, params: Any) -> None:
            if params.gain > 0:
                town.record("CHANGED", person, x=min(1.0, person.x + params.gain))


def loaded(folder: Path, text: str, people: str = PEOPLE) -> Any:
    file = folder / "town.yaml"
    file.write_text(f"extends: {(SCENARIOS / 'town.yaml').as_posix()}\nname: Trusting\n{people}{text}", encoding="utf-8")
    return load(file, library=Library(SCENARIOS / "library"))


def told(folder: Path, text: str, people: str = PEOPLE) -> str:
    with pytest.raises(ScenarioError) as error:
        loaded(folder, text, people)
    return str(error.value)


def test_one_that_is_on_may_give_its_sources_and_comes_back_from_a_dump(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, "mechanisms: {trust: {gain: {value: 0.2, source: assumption, reason: to see}}, habit: {}}\n")
    assert scenario.mechanisms == {"trust": {"gain": 0.2}, "habit": {}}
    assert load_data(dump(scenario), library=Library(SCENARIOS / "library")).fingerprint == scenario.fingerprint


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("{truss: {}}", ["mechanisms.truss", "a registered mechanism: ", "hint  did you mean trust?"]),
        ("{zzz: {}}", ["got   'zzz'", "hint  a mechanism of your own needs plugins: [module]"]),
        ("{trust: {gian: 0.1}}", ["mechanisms.trust.gian", "a parameter of trust: gain or from_call", "did you mean gain?"]),
        ("{trust: {gain: 1.1}}", ["mechanisms.trust.gain", "got   1.1", "a share from 0 to 1", "what a call adds"]),
        ("{trust: {from_call: 1.5}}", ["mechanisms.trust.from_call", "want  a whole number"]),
        ("{trust: {}, hope: {}}", ["mechanisms.trust", "event CHANGED, which hope writes too"]),
        ("{trust: 3}", ["mechanisms.trust"]),
    ],
)
def test_faults_say_where_and_how_to_mend(tmp_path: Path, text: str, messages: list[str]) -> None:
    said = told(tmp_path, f"mechanisms: {text}\n")
    assert all(message in said for message in messages), said
    assert "town.yaml:4" in said


def test_people_are_needed_to_act_on(tmp_path: Path) -> None:
    said = told(tmp_path, "mechanisms: {trust: {}}\n", people="")
    assert "mechanisms, and no people.recurrent" in said and "whole_city.yaml" in said


def test_draws_of_two_that_share_a_purpose_are_refused(tmp_path: Path) -> None:
    def named(name: str, draw: str) -> Any:
        made = mechanism(name, "What people remember. Source: a test.", draws=[draw])
        made.scales("contact", 1.0)(lambda town, person, now, params: 1.0)
        return made

    want = named("lucky", "first").purpose("first")
    other = named("unlucky", "x")
    twin = next(f"draw_{i}" for i in range(2**20) if other.purpose(f"draw_{i}") == want)
    named("unlucky", twin)
    said = told(tmp_path, "mechanisms: {lucky: {}, unlucky: {}}\n")
    assert f"draws lucky.first and unlucky.{twin}, which would have the same luck" in said


class TestInAStudy:
    @pytest.fixture
    def scenario(self, tmp_path: Path) -> Any:
        return loaded(tmp_path, "run: {days: 21}\nmechanisms: {trust: {gain: 0.2}}\n")

    def test_its_table_is_kept_and_its_rows_bear_its_name(self, scenario: Any, tmp_path: Path) -> None:
        results = study(scenario, 2, workers=1, out=tmp_path / "results").results
        table = results.query("SELECT * FROM mechanism_trust", "mechanism_trust")
        ledger = results.query("SELECT * FROM ledger ORDER BY row", "ledger").set_index("row")
        assert list(table.columns) == ["row", "t_s", "person", "state", "value"]
        assert len(table) > 10 and set(table["state"]) == {"x"} and table["value"].between(0.5, 1).all()
        rows = ledger.loc[table["row"]]
        assert set(rows["event"]) == {"trust.CHANGED"}
        assert rows["person"].tolist() == table["person"].tolist() and rows["t_s"].tolist() == table["t_s"].tolist()
        assert not list(results.tables.glob("mechanism_habit*"))

    def test_only_the_readable_engine_is_chosen_and_it_is_said(self, scenario: Any, tmp_path: Path) -> None:
        said: list[str] = []
        job = Job(Option(scenario), tmp_path)
        many = [(0, Unit(0, i)) for i in range(200_000)]
        assert choose("auto", [job], many, 1, said.append) == "readable"
        assert len(said) == 1 and said[0].startswith("mechanism trust: not for the compiled engine; the readable engine")
        with pytest.raises(ResultsError, match="compiled, with mechanism trust"):
            choose("compiled", [job], many, 1, said.append)
        with pytest.raises(ResultsError, match="states kept or gone on from, with mechanism trust"):
            choose("auto", [job._replace(states=States(is_kept=True))], many, 1, said.append)
