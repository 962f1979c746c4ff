"""Response plans as the loader and `check` read them: who fills what, which faults, which words, which warnings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.library import Library
from sim.scenario.load import dump, load, load_data
from sim.scenario.roles import ANYBODY, calls_of, fills, in_order, lacking, people_for, slots
from sim.scenario.schema import Scenario
from sim.study.screens.plan_words import asking_warnings, plan_sentences, plan_warnings, uptake_words

HERE = Path(__file__).resolve().parent / "scenarios"
LIBRARY = Library(HERE / "library")
TOWN = dump(load(HERE / "town.yaml", library=LIBRARY))


def town(**changes: Any) -> Scenario:
    """The town of two zones, a patrol of four posts and one team of a clinician and a peer, with changes at the top."""
    return load_data({**TOWN, **changes}, library=LIBRARY)


def plans(**alternatives: Any) -> dict[str, Any]:
    return {"joint": {"takes": ["suicidal"], "alternatives": alternatives}}


def faults(**changes: Any) -> str:
    with pytest.raises(ScenarioError) as told:
        town(**changes)
    return str(told.value)


def test_who_fills_what() -> None:
    scenario = town(roles={"helper": ["peer", "clinician"], "car": ["patrol"]})
    assert [role for role in ("officer", "clinician", "helper", "car", ANYBODY) if fills(scenario, "patrol", role)] == [
        "officer", "car", ANYBODY,
    ]  # fmt: skip
    assert people_for(scenario, "team", "helper") == 2
    assert people_for(scenario, "team", "team") == 1


def test_crisis_trained_officers_are_officers_and_not_the_other_way_round() -> None:
    responders = {**TOWN["responders"], "cit": {"title": "CIT", "crew": {"cit_officer": 2}, "transports": True}}
    scenario = town(responders=responders)
    assert people_for(scenario, "cit", "officer") == 2
    assert fills(scenario, "cit", "cit_officer") and not fills(scenario, "patrol", "cit_officer")


def test_a_team_that_refuses_weapons_comes_where_an_officer_goes_too() -> None:
    types = {**TOWN["types"], "suicidal": {"weapon_share": 0.2}}
    both = {"roles": ["clinician", "officer"]}
    scenario = town(types=types, response_plans=plans(both=both, alone={"rank": 2, "roles": ["clinician"]}))
    plan = scenario.response_plans["joint"]
    armed = frozenset({"weapon"})
    assert list(calls_of(scenario, plan)) == [("suicidal", frozenset()), ("suicidal", armed)]
    missing = {name: lacking(scenario, row, "suicidal", armed) for name, row in in_order(plan)}
    assert missing == {"both": [], "alone": ["clinician"]}


def test_slots_count_a_role_as_often_as_one_crew_wants_it() -> None:
    rows = town(response_plans=plans(two={"roles": ["officer", "officer", "anybody"]}, one={"rank": 2, "roles": ["officer"]}))
    wanted = list(rows.response_plans["joint"].alternatives.values())
    assert slots(wanted, ["officer", "clinician"]) == ["anybody", "clinician", "officer", "officer"]


def test_six_roles_fit_beside_anybody_and_seven_do_not() -> None:
    names = [f"car {i}" for i in range(7)]
    roles = {name: ["patrol"] for name in names}

    def seats(n: int) -> dict[str, Any]:
        return {"roles": [*names[:n], "anybody"], "minimum": [names[0]]}

    assert town(roles=roles, response_plans=plans(all=seats(6))).response_plans
    assert "got   8 roles in all plans together" in faults(roles=roles, response_plans=plans(all=seats(7)))


def test_plans_of_one_rank_may_share_no_call() -> None:
    def two(**other: Any) -> dict[str, Any]:
        one = {"takes": ["suicidal"], "alternatives": {"a": {"roles": ["officer"]}}}
        return {"first": {**one, "priorities": [1]}, "second": {**one, **other}}

    assert "rank 1, as first, and both fit suicidal, priority 1" in faults(response_plans=two())
    for apart in ({"priorities": [2, 3]}, {"rank": 2, "priorities": [1]}, {"takes": ["welfare_check"]}):
        assert town(response_plans=two(**apart)).response_plans


def test_a_faulty_responder_hides_no_crew() -> None:
    """What is wrong with patrol is told; that nobody could come is not concluded from it."""
    responders = {**TOWN["responders"], "patrol": {**TOWN["responders"]["patrol"], "turnout_min": -1}}
    told = faults(responders=responders, response_plans=plans(one={"roles": ["officer"]}))
    assert "responders.patrol.turnout_min" in told and "never begin" not in told


def test_two_cars_are_more_than_one_post() -> None:
    assert town(response_plans=plans(two={"roles": ["officer"] * 4}))
    assert "more often than there are posts of patrol" in faults(response_plans=plans(two={"roles": ["officer"] * 5}))


SENTENCES = {
    "suicidal: at once officer and clinician, given up 60 min after the first is there": {
        "a": {"roles": ["officer", "clinician"]}
    },
    "suicidal: at once officer, and clinician as soon as free, clinician in charge, waiting 10 min for all, "
    "then beginning with officer; after 15 min anybody": {
        "a": {"roles": ["officer", "clinician"], "minimum": ["officer"], "full_crew_wait_min": 10, "lead": "clinician"},
        "b": {"rank": 2, "after_min": 15, "roles": ["anybody"]},
    },
    "suicidal: at once clinician and officer, officer standing by, beginning with clinician; else two officers, "
    "given up 20 min after the first is there": {
        "a": {
            "roles": ["clinician", "officer"], "minimum": ["clinician"], "stand_by": ["officer"],
            "sent_together": ["clinician", "officer"],
        },
        "b": {"rank": 2, "roles": ["officer", "officer"], "give_up_min": 20},
    },
}  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_plan_in_words(sentence: str) -> None:
    assert plan_sentences(town(response_plans=plans(**SENTENCES[sentence]))) == [("joint", sentence)]


def test_calls_in_words() -> None:
    which = {"takes": "people", "priorities": [2, 1], "only_if": ["violence_risk", "weapon"], "never_if": ["medical_need"]}
    plan = {**which, "alternatives": {"a": {"roles": ["officer"]}}}
    types = {**TOWN["types"], "suicidal": {"weapon_share": 0.2}}
    [(_, sentence)] = plan_sentences(town(types=types, response_plans={"danger": plan}))
    start = "all calls about people of priority 1 or 2, with weapon or violence risk known, but without known medical need"
    assert sentence == f"{start}: at once officer"


def test_uptake_in_words() -> None:
    channels = {"911": 0.8, "988": 0.2}
    uptake = {"first": {"911": 0.42, "all": 0.9}, "later": {"911": 0.85}, "months": 12}
    scenario = town(demand={**TOWN["demand"], "channels": channels}, uptake=uptake)
    assert uptake_words(scenario) == (
        "plans and remits are followed for 42 % of 911 calls, 85 % after 12 months; for 90 % of other calls"
    )
    assert uptake_words(town()) == ""


def test_calls_that_nobody_would_answer() -> None:
    types = {**TOWN["types"], "suicidal": {"weapon_share": 0.2}}
    alone = plans(a={"roles": ["clinician"]}, b={"rank": 2, "roles": ["peer"], "after_min": 5})
    [warning] = [line for line in plan_warnings(town(types=types, response_plans=alone)) if "served" in line]
    assert warning.startswith("joint: suicidal calls with weapon known would never be served")
    covered = plans(a={"roles": ["clinician", "officer"]})
    assert plan_warnings(town(types=types, response_plans=covered)) == []


def test_asking_for_whom_nobody_is() -> None:
    def patrol_asks(role: str, share: float) -> list[str]:
        asking = {**TOWN["responders"]["patrol"], "asks": {"role": role, "share": {"suicidal": share}, "wait_min": 20}}
        return asking_warnings(town(responders={**TOWN["responders"], "patrol": asking}))

    assert patrol_asks("clinician", 0.2) == patrol_asks("medic", 0) == []
    assert patrol_asks("medic", 0.2) == ["patrol would ask for medic, who is not on the roster, and wait 20 min in vain"]


def test_a_clinician_on_a_screen_joins_and_is_not_sent_at_once() -> None:
    screen = {"title": "Screen", "crew": {"case_manager": 1}, "transports": False, "remote": True, "takes": "people"}
    day = {"days": "all", "start": "08:00", "end": "20:00"}
    responders = {**TOWN["responders"], "screen": {**screen, "shifts": {"day": day}}}
    joins = {"roles": ["officer", "screen"], "sent_together": ["officer"]}
    assert town(responders=responders, response_plans=plans(a=joins)).response_plans
    assert "sent_together without it" in faults(responders=responders, response_plans=plans(a={"roles": ["officer", "screen"]}))


NEVER = {"a": {"roles": ["anybody"]}, "b": {"rank": 2, "roles": ["officer"]}}
TRIED = [
    {"a": {"roles": ["officer"]}, "b": {"rank": 2, "roles": ["anybody"]}},  # a team may be free when no car is
    {"a": {"roles": ["officer", "officer"]}, "b": {"rank": 2, "roles": ["officer", "officer"]}},  # after giving up
    {"a": {"roles": ["officer", "clinician"], "minimum": ["officer"], "sent_together": ["officer", "clinician"]},
     "b": {"rank": 2, "roles": ["officer"]}},
]  # fmt: skip


def test_alternatives_that_are_never_tried() -> None:
    assert plan_warnings(town(response_plans=plans(**NEVER))) == ["joint: b is never tried, since a can go whenever it could"]
    for rows in TRIED:
        assert plan_warnings(town(response_plans=plans(**rows))) == []


ROLES = st.lists(st.sampled_from(["officer", "clinician", "peer", "medic", "anybody", "team", "helper", "nobdy"]), max_size=9)
ALTERNATIVES = st.fixed_dictionaries(
    {"roles": ROLES},
    optional={
        "rank": st.integers(0, 3),
        "after_min": st.integers(-1, 20),
        "minimum": ROLES,
        "sent_together": ROLES,
        "stand_by": ROLES,
        "lead": st.sampled_from(["officer", "clinician", "nobdy"]),
        "settles_as": st.sampled_from(["team", "nobdy"]),
    },
)
PLANS = st.fixed_dictionaries(
    {"alternatives": st.dictionaries(st.sampled_from("abc"), ALTERNATIVES, max_size=3)},
    optional={
        "rank": st.integers(1, 2),
        "takes": st.sampled_from(["all", "people", ["suicidal"], ["welfare_check", "other"], []]),
        "priorities": st.lists(st.integers(1, 4), max_size=2),
        "only_if": st.lists(st.sampled_from(["weapon", "medical_need"]), max_size=2),
        "never_if": st.lists(st.sampled_from(["weapon", "violence_risk"]), max_size=2),
    },
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["x", "y"]), PLANS, min_size=1, max_size=2))
def test_any_plans_load_and_are_told_or_are_faults_with_a_place(given_plans: dict[str, Any]) -> None:
    try:
        scenario = town(roles={"helper": ["peer", "medic"]}, response_plans=given_plans)
    except ScenarioError as told:
        assert all(fault.path and fault.want for fault in told.faults)
        return
    assert len(plan_sentences(scenario)) == len(given_plans)
    plan_warnings(scenario)
