"""Response plans as tables: slots of roles, who fills them, chains of alternatives, which plan holds for which call."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.rules.lifecycle import DANGER, MEDICAL_NEED, N_FLAGS, NOT_FOLLOWED, VIOLENCE_RISK, WEAPON
from sim.scenario.schema import Scenario
from sim.world import build_world
from sim.world.response import Roles, alternative_rows, ask_table, divert_table, fills_table, plan_table, role_lists, roles_of
from tests.unit.avenue import town

TYPES = ("crisis", "other")
CREWS: dict[str, dict[str, Any]] = {
    "cit": {"crew": {"cit_officer": 1}},
    "joint": {"crew": {"officer": 1, "clinician": 1}},
    "pair": {"crew": {"officer": 2}},
    "patrol": {},
    "team": {"crew": {"clinician": 1, "peer": 1}},
}


def scenario(*lists: list[str], crews: Any = CREWS, **given: Any) -> Scenario:
    """A town whose response plan wants these lists of roles, one alternative after another."""
    return town(crews, {f"a{i}": {"rank": i + 1, "roles": names} for i, names in enumerate(lists)}, **given)


def filled(place: Scenario, responder: str, *wanted: str) -> list[str]:
    """The slots among those wanted that a crew takes on."""
    roles = roles_of(place, place)
    bits = fills_table(place, (responder,), roles)[0, roles.bits(list(wanted))]
    return [slot for i, slot in enumerate(roles.slots) if bits >> i & 1]


def plan_of(place: Scenario, kind: str, priority: int, flags: int = 0) -> str:
    """Name of the response plan that holds, or none."""
    roles = roles_of(place, place)
    row = plan_table(place, TYPES, roles, 0)[TYPES.index(kind), priority, flags]
    return roles.chains[row - 1][1] if row > 0 else "none"


def planned(**plans: dict[str, Any]) -> Scenario:
    alternatives = {"a": {"roles": ["officer"]}}
    return town({"patrol": {}}, response_plans={name: {"alternatives": alternatives, **row} for name, row in plans.items()})


class TestSlots:
    def test_a_role_has_as_many_slots_as_are_wanted_at_once_behind_anybody(self) -> None:
        place = scenario(["officer", "clinician"], ["officer", "officer"], ["clinician"])
        assert roles_of(place, place).slots == ("anybody", "clinician", "officer", "officer")

    def test_anybody_has_its_own_slots_too(self) -> None:
        place = scenario(["anybody", "anybody", "officer"])
        assert roles_of(place, place).slots == ("anybody", "anybody", "officer")

    def test_who_is_asked_for_and_who_makes_a_scene_safe_have_slots(self) -> None:
        asks = {"asks": {"role": "clinician", "share": {"all": 0.1}}, "transport_by": "medic", "stages": True}
        place = town({"team": asks})
        assert sorted(role_lists(place)) == [["clinician"], ["medic"], ["officer"]]
        assert roles_of(place, place).slots == ("anybody", "clinician", "medic", "officer")

    def test_a_name_given_twice_takes_two_bits(self) -> None:
        roles = Roles(("anybody", "clinician", "officer", "officer"), ())
        assert [roles.bits(names) for names in (["officer"], ["officer", "officer"], ["clinician", "anybody"])] == [4, 12, 3]

    def test_both_plans_share_slots_and_rows(self) -> None:
        first, second = scenario(["officer"], ["clinician"]), scenario(["clinician", "clinician"])
        roles = roles_of(first, second)
        assert roles.slots == ("anybody", "clinician", "clinician", "officer")
        assert roles.chains == ((0, "plan", "a0"), (0, "plan", "a1"), (1, "plan", "a0"))
        assert [plan_table(one, TYPES, roles, side)[0, 1, 0] for side, one in enumerate((first, second))] == [1, 3]


class TestFilling:
    def test_a_crew_fills_a_slot_for_each_person(self) -> None:
        place = scenario(["officer", "officer", "clinician"])
        assert filled(place, "patrol", "officer", "officer") == ["officer"]
        assert filled(place, "pair", "officer", "officer") == ["officer", "officer"]
        assert filled(place, "joint", "officer", "officer", "clinician") == ["clinician", "officer"]
        assert filled(place, "team", "officer") == []

    def test_the_second_slot_is_filled_where_the_first_is_taken(self) -> None:
        place = scenario(["officer", "officer"])
        table = fills_table(place, ("patrol",), roles_of(place, place))[0]
        assert [int(table[bits]) for bits in (0b010, 0b100, 0b110)] == [0b010, 0b100, 0b010]

    def test_anybody_only_where_it_fills_no_other(self) -> None:
        place = scenario(["anybody", "officer"])
        assert filled(place, "patrol", "anybody", "officer") == ["officer"]
        assert filled(place, "team", "anybody", "officer") == ["anybody"]
        assert filled(place, "patrol", "anybody") == ["anybody"]

    def test_trained_officers_are_officers_and_not_the_other_way_round(self) -> None:
        place = scenario(["officer", "cit_officer"])
        assert filled(place, "cit", "officer") == ["officer"]
        assert filled(place, "cit", "cit_officer") == ["cit_officer"]
        assert filled(place, "patrol", "cit_officer") == []

    def test_roles_of_the_scenario_stand_for_any_of_their_parts(self) -> None:
        place = scenario(["helper", "helper"], ["car"], roles={"helper": ["peer", "clinician"], "car": ["patrol", "joint"]})
        assert filled(place, "team", "helper", "helper") == ["helper", "helper"]
        assert filled(place, "joint", "helper", "helper") == ["helper"]
        assert [filled(place, name, "car") for name in ("patrol", "joint", "pair")] == [["car"], ["car"], []]

    def test_a_type_the_plan_does_not_have_fills_nothing(self) -> None:
        place = scenario(["officer"])
        assert not fills_table(place, ("nowhere",), roles_of(place, place)).any()


class TestAlternatives:
    def test_the_first_row_is_anybody_alone_and_chains_end_with_their_plan(self) -> None:
        first, second = scenario(["officer"], ["clinician"]), scenario(["officer", "clinician"], ["officer"])
        rows = alternative_rows([first, second], tuple(CREWS), roles_of(first, second))
        assert [row.next for row in rows] == [-1, 2, -1, 4, -1]
        assert [row.id for row in rows] == [0, 1, 2, 3, 4]
        assert (rows[0].roles, rows[0].minimum, rows[0].together, rows[0].covers) == (1, 1, 1, 0)

    def test_two_plans_of_one_town_are_two_chains(self) -> None:
        place = planned(one={}, two={})
        assert [row.next for row in alternative_rows([place], ("patrol",), roles_of(place, place))] == [-1, -1, -1]

    def test_what_is_left_out_is_the_minimum_and_the_minimum_is_all(self) -> None:
        crew = {"roles": ["officer", "clinician", "peer"]}
        lists = {"a": crew, "b": {**crew, "rank": 2, "minimum": ["officer", "peer"]}}
        lists["c"] = {**lists["b"], "rank": 3, "sent_together": ["officer"]}
        place = town(CREWS, lists)
        roles = roles_of(place, place)
        rows = alternative_rows([place], tuple(CREWS), roles)[1:]
        everybody, two, one = (roles.bits(names) for names in (crew["roles"], ["officer", "peer"], ["officer"]))
        assert [(row.roles, row.minimum, row.together) for row in rows] == [
            (everybody, everybody, everybody), (everybody, two, two), (everybody, two, one),
        ]  # fmt: skip

    def test_times_leads_and_officers_who_cover(self) -> None:
        full = {"roles": ["officer", "clinician"], "after_min": 1, "full_crew_wait_min": 2, "give_up_min": 3}
        full |= {"lead": "clinician", "stand_by": ["officer"], "settles_as": "joint"}
        place = town(CREWS, {"a": full, "b": {"rank": 2, "roles": ["clinician"]}})
        roles = roles_of(place, place)
        _, row, other = alternative_rows([place], tuple(CREWS), roles)
        assert (row.after_s, row.full_crew_s, row.give_up_s) == (60, 120, 180)
        assert (row.lead, row.stand_by) == (roles.bits(["clinician"]), roles.bits(["officer"]))
        assert (row.covers, row.settles_as) == (DANGER, tuple(CREWS).index("joint"))
        assert (other.covers, other.lead, other.settles_as, other.give_up_s) == (0, 0, -1, 3600)


class TestPlanOf:
    def test_the_lowest_rank_has_the_last_word(self) -> None:
        for ranks in ((1, 2), (2, 1)):
            place = planned(first={"rank": ranks[0]}, second={"rank": ranks[1]})
            assert plan_of(place, "crisis", 3) == ("first" if ranks[0] == 1 else "second")

    def test_people_all_or_named_types(self) -> None:
        held = [[plan_of(planned(a={"takes": takes}), kind, 3) for kind in TYPES] for takes in ("people", "all", ["other"])]
        assert held == [["a", "none"], ["a", "a"], ["none", "a"]]

    def test_priorities(self) -> None:
        place = planned(urgent={"priorities": [1, 2]}, rest={"rank": 2})
        assert [plan_of(place, "crisis", priority) for priority in (1, 2, 3, 4)] == ["urgent", "urgent", "rest", "rest"]

    def test_flags_that_must_and_must_not_be(self) -> None:
        place = planned(danger={"only_if": ["weapon", "violence_risk"], "never_if": ["medical_need"]})
        held = {flags for flags in range(N_FLAGS) if plan_of(place, "crisis", 2, flags) == "danger"}
        assert held == {WEAPON, VIOLENCE_RISK, WEAPON | VIOLENCE_RISK}
        held = {flags for flags in range(N_FLAGS) if plan_of(planned(a={"never_if": ["weapon"]}), "crisis", 2, flags) == "a"}
        assert held == {0, MEDICAL_NEED, VIOLENCE_RISK, MEDICAL_NEED | VIOLENCE_RISK}

    def test_where_the_centre_does_not_follow_no_plan_holds_and_no_programme_goes(self) -> None:
        programme = {"p": {"units": ["team"], "takes": "people"}}
        world = build_world(scenario(["clinician"], crews={"patrol": {}, "team": {}}, programmes=programme))
        tables = world.after.tables
        assert (tables["plan_of"][0, 1:, :NOT_FOLLOWED] == 1).all()
        assert (tables["plan_of"][:, :, NOT_FOLLOWED:] == 0).all()
        assert tables["takes"][0, [0, NOT_FOLLOWED]].tolist() == [[1, 1], [1, 0]]


class TestOtherTables:
    def test_shares_of_asking_are_by_type_or_for_all_others_about_people(self) -> None:
        asks = {"role": "clinician", "share": {"crisis": 0.25, "all": 0.5}}
        place = town({"patrol": {"asks": asks}, "team": {}})
        assert ask_table(place, TYPES, ("patrol", "team")).tolist() == [[2**30, 0], [0, 0]]
        asks["share"] = {"all": 0.5, "other": 0.25}
        assert ask_table(town({"patrol": {"asks": asks}}), TYPES, ("patrol",)).tolist() == [[2**31], [2**30]]

    @pytest.mark.parametrize("given", [{3: [1, 2]}, {3: [1, 2, 3, 4]}])
    def test_diversion_is_to_the_strictly_more_urgent(self, given: dict[int, list[int]]) -> None:
        table = divert_table(town({"patrol": {}}, dispatch={"diverts": given}))
        assert np.argwhere(table).tolist() == [[3, 1], [3, 2]]

    def test_numbers_of_the_town(self) -> None:
        crisis = {"no_need_share": 0.5, "gives_up_until": "on_scene"}
        shares = {"reference": {"all": {"contact": 1.0}}, "force_weapon_share": 0.1, "force_serious_share": 0.01}
        world = build_world(scenario(["officer", "cit_officer"], crisis=crisis, outcomes=shares))
        tables, numbers = world.after.tables, world.after.numbers
        assert tables["force_ppm"].tolist() == [1_000_000, 100_000, 10_000]
        assert (tables["no_need"].tolist(), tables["waits_for_arrival"].tolist()) == ([2**31, 0], [1, 0])
        assert (numbers["officer_bits"], numbers["has_diversion"], numbers["call_back_s"]) == (0b110, 0, -1)
