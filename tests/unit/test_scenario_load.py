"""Files to a scenario: extends, responder files, named files, --set, nulls, places, fingerprints."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.registry import policies
from sim.scenario.library import Library
from sim.scenario.load import dump, load, load_data
from sim.scenario.schema import Scenario

HERE = Path(__file__).resolve().parent / "scenarios"
LIBRARY = Library(HERE / "library")


def town(*sets: str) -> Scenario:
    return load(HERE / "town.yaml", sets, library=LIBRARY)


def file_of(path: str, scenario: Scenario) -> list[str]:
    return [Path(setting.file).name for setting in scenario.origin.chain(path)]


def told(path: Path, *sets: str) -> str:
    with pytest.raises(ScenarioError) as error:
        load(path, sets, library=LIBRARY)
    return str(error.value)


def test_values_of_the_town() -> None:
    scenario = town()
    assert scenario.run.begins == dt.date(2027, 1, 4)
    assert scenario.demand.calls_per_year is not None
    assert scenario.demand.calls_per_year.high == 1200
    assert scenario.types["suicidal"].priorities[1].value == 0.5
    assert scenario.responders["team"].shifts["weekdays"].days == (0, 1, 2, 3, 4)


def test_responder_file_lies_below_the_scenario() -> None:
    scenario = town()
    assert scenario.responders["team"].title == "Crisis team"
    assert scenario.responders["team"].home == "south"
    assert scenario.responders["team"].on_scene_min.value == 60


def test_responder_file_beside_the_scenario_comes_first(tmp_path: Path) -> None:
    (tmp_path / "responders").mkdir()
    (tmp_path / "responders" / "team.yaml").write_text("title: Ours\ncrew: {peer: 2}\ntransports: true\n", encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(f"extends: {(HERE / 'town.yaml').as_posix()}\n", encoding="utf-8")
    scenario = load(tmp_path / "ours.yaml", library=LIBRARY)
    assert scenario.responders["team"].title == "Ours"
    assert scenario.responders["patrol"].title == "Patrol car"


def test_named_profile_is_put_in_place() -> None:
    profile = town().demand.profile
    assert profile is not None
    assert profile.hours is not None
    assert profile.hours[16] == 2


def test_named_profile_replaces_another_whole(tmp_path: Path) -> None:
    (tmp_path / "months.yaml").write_text("months: [1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1]\n", encoding="utf-8")
    text = f"extends: {(HERE / 'town.yaml').as_posix()}\ndemand: {{profile: months.yaml}}\n"
    (tmp_path / "summer.yaml").write_text(text, encoding="utf-8")
    profile = load(tmp_path / "summer.yaml", library=LIBRARY).demand.profile
    assert profile is not None
    assert profile.hours is None


def test_option_changes_what_it_names_and_nothing_else() -> None:
    before, after = town(), load(HERE / "option.yaml", library=LIBRARY)
    team = after.responders["team"]
    assert (team.shifts["weekdays"].posts, team.shifts["weekdays"].start) == (2, "12:00")
    assert team.shifts["weekend"].days == (5, 6)
    assert after.programmes["crisis_team"].takes == ["suicidal"]
    assert "peer_fte_usd" not in after.rates
    assert after.zones == before.zones
    assert after.responders["patrol"] == before.responders["patrol"]


def test_a_part_of_a_number_keeps_the_rest_and_a_whole_number_does_not() -> None:
    demand = load(HERE / "option.yaml", library=LIBRARY).demand
    assert demand.calls_per_year is not None
    assert (demand.calls_per_year.value, demand.calls_per_year.low, demand.calls_per_year.source) == (1000, 900, "D001")
    assert demand.mix["welfare_check"].source is None


def test_null_removes_and_a_later_file_may_add_again() -> None:
    scenario = load(HERE / "second_option.yaml", library=LIBRARY)
    assert list(scenario.responders["team"].shifts) == ["weekdays"]
    assert scenario.rates["peer_fte_usd"].value == 71000
    assert file_of("rates.peer_fte_usd", scenario) == ["town.yaml", "option.yaml", "second_option.yaml"]
    assert [s.value for s in scenario.origin.chain("rates.peer_fte_usd")] == [70000, None, 71000]


def test_origin_names_file_line_and_column() -> None:
    scenario = load(HERE / "option.yaml", library=LIBRARY)
    newest = scenario.origin.chain("responders.team.shifts.weekdays.posts")[-1]
    assert (Path(newest.file).name, newest.line, newest.column, newest.value) == ("option.yaml", 12, 25, 2)
    assert file_of("responders.team.on_scene_min", scenario) == ["team.yaml"]
    assert file_of("programmes.crisis_team.takes", scenario) == ["town.yaml", "option.yaml"]
    assert scenario.origin.chain("demand.scale") == []
    assert scenario.origin.under("run") == [
        f"run.{k}" for k in ("begins", "warm_up_days", "days", "run_out_days", "seed", "replications")
    ]
    assert [Path(name).name for name in scenario.origin.files[:2]] == ["option.yaml", "town.yaml"]


def test_an_empty_section_has_no_rows_and_an_empty_row_changes_nothing() -> None:
    scenario = town("programmes={}", "responders.team.shifts.weekdays={}")
    assert scenario.programmes == {}
    assert scenario.responders["team"].shifts["weekdays"].posts == 1


def test_set_lays_values_on_top() -> None:
    scenario = town("demand.scale=1.2", "responders.team.shifts.weekdays={days: all, posts: 3}", "effects=null", "run.seed = 9")
    assert scenario.demand.scale.value == 1.2
    assert scenario.responders["team"].shifts["weekdays"].posts == 3
    assert scenario.responders["team"].shifts["weekdays"].end == "22:00"
    assert scenario.effects == "null"
    assert scenario.run.seed == 9
    assert scenario.origin.chain("demand.scale")[-1].file == "--set demand.scale=1.2"


@pytest.mark.parametrize(
    "text", ["demand.scale", "=3", "demand..scale=1", "demand.scale=[1", "demand.scale=-1", "extends=x.yaml", "a=1"]
)
def test_a_wrong_set_is_a_fault_of_its_own(text: str) -> None:
    assert told(HERE / "town.yaml", text).startswith(f"--set {text}")


def test_effects_null_is_a_value(tmp_path: Path) -> None:
    text = f"extends: {(HERE / 'town.yaml').as_posix()}\neffects: null\n"
    (tmp_path / "null.yaml").write_text(text, encoding="utf-8")
    assert load(tmp_path / "null.yaml", library=LIBRARY).effects == "null"


def test_policy_parameters_may_be_sourced() -> None:
    scenario = town("policy.wait_for_programme_min={value: 8, source: D001}")
    assert (scenario.policy.model_extra or {})["wait_for_programme_min"] == 8


def test_dump_is_json_and_loads_again() -> None:
    scenario = load(HERE / "option.yaml", library=LIBRARY)
    again = load_data(json.loads(json.dumps(dump(scenario))), library=LIBRARY)
    assert again.model_dump() == scenario.model_dump()
    assert again.fingerprint == scenario.fingerprint
    assert dump(again) == dump(scenario)


def test_fingerprint_follows_values_not_words_or_order(tmp_path: Path) -> None:
    scenario = town()
    assert town("name=Other", "note=x", "run.replications=99").fingerprint == scenario.fingerprint
    assert town("run.seed=4").fingerprint != scenario.fingerprint
    assert town("rates.ed_visit_usd=2701").fingerprint != scenario.fingerprint
    blocks = (HERE / "town.yaml").read_text(encoding="utf-8").split("\nrates:")
    (tmp_path / "turned.yaml").write_text("rates:" + blocks[1] + blocks[0] + "\n", encoding="utf-8")
    assert load(tmp_path / "turned.yaml", library=LIBRARY).fingerprint == scenario.fingerprint


def test_plugin_beside_the_scenario_is_imported_before_names_are_resolved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "_entries", dict(policies._entries))  # what it registers goes with the test
    code = '''"""A plug-in."""
from sim.registry import dispatch_policy


@dispatch_policy("beside_the_scenario")
def score_beside(town, unit, call, now, params):
    """Anybody.  Source: this test."""
    return 0
'''
    (tmp_path / "plugin_beside_the_scenario.py").write_text(code, encoding="utf-8")
    text = f"extends: {(HERE / 'town.yaml').as_posix()}\nplugins: [plugin_beside_the_scenario]\n"
    (tmp_path / "own.yaml").write_text(
        text + "policy: {name: beside_the_scenario, wait_for_programme_min: null}\n", encoding="utf-8"
    )
    assert "a registered policy" in str(_unplugged(tmp_path / "own.yaml"))
    assert load(tmp_path / "own.yaml", library=LIBRARY).policy.name == "beside_the_scenario"
    assert "beside_the_scenario" in policies


def _unplugged(path: Path) -> ScenarioError:
    with pytest.raises(ScenarioError) as error:
        load(path, plugins=False, library=LIBRARY)
    return error.value


FAILING = {"exits": "raise SystemExit(3)", "divides": "1 / 0", "lacks": "import a_module_nobody_wrote", "stutters": "def f(:"}


@pytest.mark.parametrize("kind", FAILING)
def test_a_plugin_that_fails_is_a_fault(kind: str, tmp_path: Path) -> None:
    name = f"plugin_that_{kind}"
    (tmp_path / f"{name}.py").write_text(FAILING[kind], encoding="utf-8")
    (tmp_path / "own.yaml").write_text(f"extends: {(HERE / 'town.yaml').as_posix()}\nplugins: [{name}]\n", encoding="utf-8")
    assert "own.yaml:2:11  plugins[0]" in told(tmp_path / "own.yaml")


def test_all_faults_come_at_once_and_in_the_order_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_text(
        f"extends: {(HERE / 'town.yaml').as_posix()}\n"
        "name: 3\n"
        "run: {begins: 2027-02-30, days: 0}\n"
        "demand: {mix: {suicidal: 0.9}, scale: x}\n"
        "programmes: {crisis_team: {units: [tem]}}\n"
        "policy: {nmae: x}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as error:
        load(tmp_path / "many.yaml", library=LIBRARY)
    assert [(f.line, f.path) for f in error.value.faults] == [
        (2, "name"),
        (3, "run.begins"),
        (3, "run.days"),
        (4, "demand.mix"),
        (4, "demand.scale"),
        (5, "programmes.crisis_team.units[0]"),
        (6, "policy.nmae"),
    ]


def test_a_fault_of_an_extended_file_points_there(tmp_path: Path) -> None:
    (tmp_path / "low.yaml").write_text(
        f"extends: {(HERE / 'town.yaml').as_posix()}\nzones: {{north: {{population: x}}}}\n", encoding="utf-8"
    )
    (tmp_path / "top.yaml").write_text("extends: low.yaml\nname: Top\n", encoding="utf-8")
    assert "low.yaml:2:29  zones.north.population" in told(tmp_path / "top.yaml")


@pytest.mark.parametrize("name", ["base.yaml", "alexandria_va.yaml"])
def test_shipped_scenarios_load_by_name_from_anywhere(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(name).name


def test_yaml_1_2_words(tmp_path: Path) -> None:
    text = f"extends: {(HERE / 'town.yaml').as_posix()}\nname: on\nquestion: 12:30:45\nwhy: 1_000\nrun: {{seed: 012}}\n"
    (tmp_path / "words.yaml").write_text(text, encoding="utf-8")
    scenario = load(tmp_path / "words.yaml", library=LIBRARY)
    assert (scenario.name, scenario.question, scenario.why, scenario.run.seed) == ("on", "12:30:45", "1_000", 12)


def test_aliases_within_reason_are_allowed(tmp_path: Path) -> None:
    text = f"extends: {(HERE / 'town.yaml').as_posix()}\nzones: {{north: &z {{population: 5, x_km: 1, y_km: 1}}, west: *z}}\n"
    (tmp_path / "alias.yaml").write_text(text, encoding="utf-8")
    assert load(tmp_path / "alias.yaml", library=LIBRARY).zones["west"].population == 5


def test_another_policy_starts_without_the_parameters_of_the_first() -> None:
    assert town("policy={name: tiered, wait_for_programme_min: 8}").policy.model_extra == {"wait_for_programme_min": 8}
    kept = town("policy={name: tiered, wait_for_programme_min: 8}", "policy={name: tiered, wait_from_priority: 1}")
    assert kept.policy.model_extra == {"wait_for_programme_min": 8, "wait_from_priority": 1}
    for change in ("policy.name=nearest", "policy={name: nearest}"):
        assert not town("policy={name: tiered, wait_for_programme_min: 8}", change).policy.model_extra
