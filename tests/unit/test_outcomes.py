"""Whose effects hold, what a practice does to them, and the table that is taken as it stands."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.keys import MARKS
from sim.outcomes.effects import lineage, odds_ratio, times_odds, with_effects
from sim.outcomes.fixed_table import share
from sim.outcomes.grid import DECISIONS, HARSH, REFERENCE
from sim.outcomes.logit import acuity_weights
from sim.rules.lifecycle import Disposition
from sim.rules.settling import settle
from sim.scenario.library import Library
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.world.demand import expected_scene_minutes
from sim.world.thresholds import outcome_tables
from tests.house.source import ROOT

ALL_WEEK = '{d: {days: all, start: "08:00", end: "18:00", posts: 1}}'
TYPES, RESPONDERS = ("crisis", "other"), ("ems", "patrol", "team")
TEAM, REFERENCE_ROW = RESPONDERS.index("team"), len(RESPONDERS) + 1


@pytest.fixture
def family_town(small_town: dict[str, Any]) -> dict[str, Any]:
    """The small town, its team in a family that inherits from another: the team says arrest, ed; younger hold; elder all."""
    small_town["responders"]["team"]["family"] = "younger"
    small_town["outcomes"]["families"] = {
        "elder": {"effects": {"matched": dict.fromkeys(("arrest", "ed", "hold", "force"), 0.9), "adverse": {"ed": 1.5}}},
        "younger": {"inherits": "elder", "effects": {"matched": {"arrest": 0.8, "hold": 0.7}}},
    }
    return small_town


def chances(data: dict[str, Any], decision: str) -> list[float]:
    """P(yes) at a crisis call over the mix of acuity: ems, patrol, team, nobody, police as the reference, helped by phone."""
    scenario = Scenario.model_validate(data)
    table = outcome_tables(scenario, TYPES, RESPONDERS)[decision][0]
    return [float(acuity_weights(scenario, "crisis") @ row / MARKS) for row in table]


def test_own_effects_count_before_the_family_and_that_before_its_elder(family_town: dict[str, Any]) -> None:
    scenario = Scenario.model_validate(family_town)
    assert lineage(scenario, "team") == ["younger", "elder"]
    assert {name: odds_ratio(scenario, "team", name) for name in ("arrest", "ed", "hold", "force", "referral")} == {
        "arrest": 0.48, "ed": 0.3, "hold": 0.7, "force": 0.9, "referral": 1.0,
    }  # fmt: skip
    assert lineage(scenario, "patrol") == []
    assert chances(family_town, "hold")[TEAM] == pytest.approx(times_odds(0.1, 0.7), abs=1e-6)


@pytest.mark.parametrize(("effects", "ratio"), [("matched", 0.3), ("adverse", 1.5), ("null", 1.0)])
def test_each_set_of_effects_is_inherited_by_itself(family_town: dict[str, Any], effects: str, ratio: float) -> None:
    scenario = Scenario.model_validate({**family_town, "effects": effects})
    assert odds_ratio(scenario, "team", "ed") == ratio


def test_police_who_see_no_crisis_are_the_reference_whatever_patrol_has_learned(family_town: dict[str, Any]) -> None:
    family_town["responders"]["patrol"]["effects"] = {"matched": {"hold": 0.2}}
    ems, patrol, _, _, reference, _ = chances(family_town, "hold")
    assert patrol < ems == reference == pytest.approx(0.1, abs=1e-6)


def trained(share: float, ratio: float, factor: float = 1.0) -> dict[str, Any]:
    """A practice with an effect on arrests: the one given when matched, a harmful one when adverse."""
    return {
        "share": share,
        "on_scene_factor": factor,
        "effects": {"matched": {"arrest": ratio}, "adverse": {"arrest": 1.2}},
    }


def test_a_practice_mixes_crews_with_and_without_it(family_town: dict[str, Any]) -> None:
    family_town["responders"]["team"]["practices"] = {"training": trained(0.3, 0.5)}
    want = 0.3 * times_odds(0.1, 0.48 * 0.5) + 0.7 * times_odds(0.1, 0.48)
    assert chances(family_town, "arrest")[TEAM] == pytest.approx(want, abs=1e-6)
    assert chances({**family_town, "effects": "null"}, "arrest")[TEAM] == pytest.approx(0.1, abs=1e-6)
    harsher = 0.3 * times_odds(0.1, 1.2) + 0.7 * 0.1
    assert chances({**family_town, "effects": "adverse"}, "arrest")[TEAM] == pytest.approx(harsher, abs=1e-6)


@pytest.mark.parametrize("share_trained", [0.0, 1.0])
def test_nobody_trained_and_everybody_trained_are_the_ends(family_town: dict[str, Any], share_trained: float) -> None:
    family_town["responders"]["team"]["practices"] = {"training": trained(share_trained, 0.5)}
    ratio = 0.48 * (0.5 if share_trained else 1.0)
    assert chances(family_town, "arrest")[TEAM] == pytest.approx(times_odds(0.1, ratio), abs=1e-6)


def test_two_practices_are_learned_independently_in_any_order(family_town: dict[str, Any]) -> None:
    one, two = trained(0.3, 0.5), trained(0.6, 0.2)
    crews = [(0.3 * 0.6, 0.1), (0.3 * 0.4, 0.5), (0.7 * 0.6, 0.2), (0.7 * 0.4, 1.0)]
    want = sum(part * times_odds(0.1, 0.48 * ratio) for part, ratio in crews)
    for first, second in ((one, two), (two, one)):
        family_town["responders"]["team"]["practices"] = {"a": first, "b": second}
        scenario = Scenario.model_validate(family_town)
        assert with_effects(scenario, "team", "arrest", 0.1) == pytest.approx(want, abs=1e-12)


def test_practices_change_minutes_with_people_and_not_at_other_work(family_town: dict[str, Any]) -> None:
    slower = copy.deepcopy(family_town)
    slower["responders"]["team"]["practices"] = {"time_and_space": trained(0.5, 1.0, 1.4), "two_up": trained(0.25, 1.0, 0.8)}
    slower["effects"] = "null"  # minutes are operations, not an effect
    usual, changed = (Scenario.model_validate(data) for data in (family_town, slower))
    assert [expected_scene_minutes(usual, kind, "team") for kind in TYPES] == [90, 40]
    assert [expected_scene_minutes(changed, kind, "team") for kind in TYPES] == [pytest.approx(90 * 1.2 * 0.95), 40]


SEVERITY = [Disposition.ED_MEDICAL, Disposition.ARREST, Disposition.HOLD, Disposition.ED]  # first asked, hence harshest
MARK = st.integers(0, MARKS - 1)
MILDER = st.floats(0.05, 1.0)


@given(
    marks=st.fixed_dictionaries({f"{name}_mark": MARK for name in DECISIONS if not name.startswith("later")}),
    ratios=st.fixed_dictionaries({name: MILDER for name in sorted(HARSH)}),
    learned=st.fixed_dictionaries({name: MILDER for name in sorted(HARSH)}),
    part=st.floats(0.0, 1.0),
    acuity=st.integers(0, 2),
)
def test_a_milder_responder_ends_no_call_more_harshly(
    marks: dict[str, int], ratios: dict[str, float], learned: dict[str, float], part: float, acuity: int
) -> None:
    reference = dict.fromkeys(DECISIONS, 0.3)
    data = {
        "name": "milder", "place": {"population": 1}, "run": {"begins": "2027-01-01"}, "demand": {}, "travel": {},
        "types": {"crisis": {"acuity": {"low": 0.5, "middle": 0.3, "high": 0.2}}}, "policy": {"name": "nearest"},
        "responders": {"team": {
            "title": "Team", "crew": {"clinician": 1}, "transports": True, "effects": {"matched": ratios},
            "practices": {"training": {"share": part, "effects": {"matched": learned}}},
        }},
        "outcomes": {"reference": {"all": reference}, "acuity_log_odds": {"middle": 0.7, "high": 1.5}},
    }  # fmt: skip
    tables = outcome_tables(Scenario.model_validate(data), ("crisis",), ("team",))
    town: Any = SimpleNamespace(is_person=[1], **tables)
    luck: Any = SimpleNamespace(type=0, acuity=acuity, **marks)
    call: Any = SimpleNamespace(type=0, flags=0)
    team, _, police = (settle(town, call, luck, row) for row in range(3))
    if team in SEVERITY:
        assert police in SEVERITY[: SEVERITY.index(Disposition(team)) + 1]


def test_the_table_is_read_by_responder_family_and_all_and_there_by_type(family_town: dict[str, Any]) -> None:
    crisis = {"crisis": {"hold": 0.5}}
    family_town["outcomes"] |= {
        "model": "fixed_table",
        "table": {
            "team": {"all": {"arrest": 0.1}},
            "younger": {"crisis": {"arrest": 0.2, "ed": 0.21}, "all": {"ed": 0.22, "force": 0.23}},
            "elder": {"all": {"ed": 0.3, "referral": 0.31}},
            "all": {"all": dict.fromkeys(DECISIONS, 0.4), **crisis},
        },
    }
    scenario = Scenario.model_validate(family_town)
    found = {name: share(scenario, "crisis", "team", name) for name in DECISIONS}
    assert found == dict.fromkeys(DECISIONS, 0.4) | {"arrest": 0.1, "ed": 0.21, "force": 0.23, "referral": 0.31, "hold": 0.5}
    assert share(scenario, "crisis", REFERENCE, "ed") == 0.4
    tables = outcome_tables(scenario, TYPES, RESPONDERS)
    rows = tables["ed"][0, :-1] / MARKS  # but for the row of the phone, which no model moves
    assert np.allclose(rows, np.array([[0.4], [0.4], [0.21], [0.2], [0.4]]) * np.ones(3), atol=1e-9)  # acuity moves nothing
    for effects in ("null", "adverse"):
        again = outcome_tables(Scenario.model_validate({**family_town, "effects": effects}), TYPES, RESPONDERS)
        assert all(np.array_equal(tables[name], again[name]) for name in DECISIONS)


def shipped(*sets: str) -> Scenario:
    """The reference city with a post of every responder type there is a file for."""
    everybody = [f"responders.{name}.shifts={ALL_WEEK}" for name in Library().responders()]
    return load(ROOT / "scenarios" / "base.yaml", [*everybody, *sets])


MATCHED = {
    "cit_patrol": {"arrest": 0.47, "referral": 1.7},
    "co_responder": {"arrest": 0.48, "hold": 0.66, "ed": 0.146, "referral": 2.56, "force": 0.43},
    "mobile_crisis": {"ed": 0.32},
    "telehealth": {},
    "patrol": {},
    "ems": {},
    "case_manager": {},
    "elder_team": {},
}
ADVERSE = {"cit_patrol": {"ed": 1.7}, "co_responder": {"ed": 1.5, "later_ed_30d": 1.78}, "mobile_crisis": {}}
LIKE = {"clinician_car": "co_responder", "community_responder": "mobile_crisis", "youth_mobile_team": "mobile_crisis"}


@pytest.mark.parametrize(("effects", "figures"), [("matched", MATCHED), ("adverse", ADVERSE)])
def test_shipped_effects_are_the_published_ones(effects: str, figures: dict[str, dict[str, float]]) -> None:
    scenario = shipped(f"effects={effects}")
    for name, ratios in figures.items():
        assert {d: odds_ratio(scenario, name, d) for d in DECISIONS} == dict.fromkeys(DECISIONS, 1.0) | ratios, name
    for name, other in LIKE.items():
        assert [odds_ratio(scenario, name, d) for d in DECISIONS] == [odds_ratio(scenario, other, d) for d in DECISIONS], name


def test_every_shipped_responder_can_be_rostered_and_priced() -> None:
    scenario = shipped()
    assert set(scenario.responders) == {*MATCHED, *LIKE}
    for name, row in scenario.responders.items():
        assert all(f"{discipline}_fte_usd" in scenario.rates for discipline in row.crew), name
        assert row.on_scene_min.value > 0 and row.relief_factor.value >= 1, name
        assert not row.practices, f"{name}: no evidence row gives a practice a size"


def test_criteria_for_a_hold_are_never_a_shipped_default() -> None:
    assert all(row.hold_criteria is None for row in shipped().types.values())
