"""Who is at a call: the chain of its units, roles there and coming, when a crew begins, who is in charge."""

from __future__ import annotations

from typing import Any

import pytest

from sim.rules import assembling
from sim.rules.assembling import NONE
from sim.rules.lifecycle import DANGER, MEDICAL_NEED, VIOLENCE_RISK, WEAPON, Status
from sim.tables import CallRow, UnitRow
from tests.unit.corner import (
    ANYBODY,
    CLINICIAN,
    EMS,
    HALF,
    JOINT,
    MEDIC,
    N_TYPES,
    OFFICER,
    PATROL,
    SECOND,
    TEAM,
    alternative,
    call,
    gathered,
    luck,
    responders,
    town,
    unit,
)

PAIR = OFFICER | CLINICIAN
THERE, NEAR, COMING = Status.ON_SCENE, Status.STAGING, Status.EN_ROUTE


def chain(units: list[UnitRow], at_call: CallRow) -> list[int]:
    found, at = [], at_call.first
    while at != NONE:
        found.append(at)
        at = units[at].next
    return found


def crew(*rows: tuple[int, Status, int]) -> list[UnitRow]:
    """Units of (responder type, status, roles)."""
    return [unit(i, responder=responder, status=status, bits=bits) for i, (responder, status, bits) in enumerate(rows)]


def scene(units: list[UnitRow], flags: int = 0, plan: Any = None, **given: Any) -> tuple[Any, CallRow]:
    """A town and a call with all these units at it."""
    return town(units, alternatives=[plan or alternative(0, PAIR)], **given), gathered(call(flags=flags), units)


class TestChain:
    @pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
    def test_units_stand_in_order_of_their_ids_however_they_came(self, order: tuple[int, ...]) -> None:
        units, at_call = [unit(i) for i in range(3)], call()
        for i in order:
            assembling.join(units, at_call, units[i])
        assert chain(units, at_call) == [0, 1, 2]

    @pytest.mark.parametrize("leaves", [0, 1, 2])
    def test_who_leaves_takes_its_roles_along_and_keeps_the_others_together(self, leaves: int) -> None:
        units = crew((PATROL, THERE, OFFICER), (TEAM, COMING, CLINICIAN), (EMS, THERE, MEDIC))
        _, at_call = scene(units)
        assert (at_call.here, at_call.coming) == (OFFICER | MEDIC, CLINICIAN)
        gone = units[leaves].bits
        assembling.part(units, at_call, units[leaves])
        assert chain(units, at_call) == [i for i in range(3) if i != leaves]
        assert at_call.here | at_call.coming == (OFFICER | CLINICIAN | MEDIC) & ~gone
        assert (units[leaves].next, units[leaves].call, units[leaves].bits) == (NONE, NONE, 0)

    def test_the_last_leaves_nobody(self) -> None:
        units = crew((PATROL, THERE, OFFICER))
        _, at_call = scene(units)
        assembling.part(units, at_call, units[0])
        assert (at_call.first, at_call.here) == (NONE, 0)

    def test_the_first_settles_the_alternative_and_each_its_roles(self) -> None:
        units = [unit(0, post=1), unit(1, responder=TEAM), unit(2, responder=EMS)]
        plan = [alternative(0, ANYBODY), alternative(1, PAIR, covers=DANGER)]
        place, at_call = town(units, alternatives=plan), call(priority=2)
        assembling.assign(place, at_call, units[1], 1)
        assert (at_call.plan, at_call.open, at_call.coming, at_call.covered, at_call.unit) == (1, OFFICER, CLINICIAN, DANGER, 1)
        assembling.assign(place, at_call, units[0], 1)
        assert (at_call.open, at_call.coming, at_call.unit, chain(units, at_call)) == (0, PAIR, 1, [0, 1])
        assert (units[0].call, units[0].bits, units[0].priority, units[0].post, units[0].assignments) == (0, OFFICER, 2, NONE, 1)

    def test_a_joint_car_takes_both_roles_and_the_second_of_two_officers_the_second(self) -> None:
        units = [unit(0), unit(1), unit(2, responder=JOINT)]
        place = town(units, alternatives=[alternative(0, PAIR), alternative(1, OFFICER | SECOND)])
        joint, two = call(0), call(1)
        assembling.assign(place, joint, units[2], 0)
        assert (units[2].bits, joint.open) == (PAIR, 0)
        assembling.assign(place, two, units[0], 1)
        assembling.assign(place, two, units[1], 1)
        assert [one.bits for one in units[:2]] == [OFFICER, SECOND]

    def test_alone_means_nobody_else_there_or_coming(self) -> None:
        units = crew((PATROL, THERE, OFFICER), (TEAM, COMING, CLINICIAN))
        _, at_call = scene(units)
        assert not assembling.is_alone(at_call, units[0])
        assert not assembling.is_alone(at_call, units[1])
        assembling.part(units, at_call, units[1])
        assert assembling.is_alone(at_call, units[0])

    def test_who_arrives_is_there_and_not_coming(self) -> None:
        units = crew((PATROL, COMING, OFFICER), (TEAM, COMING, CLINICIAN))
        _, at_call = scene(units)
        assembling.come_there(at_call, units[1])
        assert (at_call.coming, at_call.here) == (OFFICER, CLINICIAN)


class TestSafety:
    @pytest.mark.parametrize(("status", "there"), [(THERE, True), (NEAR, True), (COMING, False)])
    def test_an_officer_at_or_near_the_scene_counts_one_on_the_way_does_not(self, status: Status, there: bool) -> None:
        place, at_call = scene(crew((PATROL, status, OFFICER), (TEAM, THERE, CLINICIAN)))
        assert assembling.is_officer_there(place, at_call) == there

    def test_nobody_else_makes_a_scene_safe(self) -> None:
        assert not assembling.is_officer_there(*scene(crew((TEAM, THERE, CLINICIAN), (EMS, THERE, MEDIC))))

    @pytest.mark.parametrize(("flags", "stages"), [(WEAPON, True), (VIOLENCE_RISK, True), (MEDICAL_NEED, False), (0, False)])
    def test_only_danger_keeps_a_crew_away(self, flags: int, stages: bool) -> None:
        careful = responders(team={"stages": 1})
        units = crew((TEAM, COMING, CLINICIAN))
        place, at_call = scene(units, flags, responders=careful)
        assert assembling.must_stage(place, at_call, units[0]) == stages
        assert not assembling.must_stage(*scene(units, flags), units[0])  # a crew that never stages

    def test_with_an_officer_there_or_in_the_crew_nobody_waits(self) -> None:
        careful = responders(team={"stages": 1}, joint={"stages": 1})
        units = crew((PATROL, THERE, OFFICER), (TEAM, COMING, CLINICIAN))
        assert not assembling.must_stage(*scene(units, WEAPON, responders=careful), units[1])
        units = crew((JOINT, COMING, PAIR))
        assert not assembling.must_stage(*scene(units, WEAPON, responders=careful), units[0])

    def test_who_stands_by_stays_near_however_safe(self) -> None:
        units = crew((PATROL, COMING, OFFICER), (TEAM, COMING, CLINICIAN))
        place, at_call = scene(units, plan=alternative(0, PAIR, stand_by=OFFICER))
        assert [assembling.must_stage(place, at_call, one) for one in units] == [True, False]

    def test_police_are_asked_for_unless_called_already(self) -> None:
        place = town([])
        assert assembling.police_wanted(place, call()) == OFFICER
        for column in ("open", "coming", "here"):
            assert assembling.police_wanted(place, call(**{column: SECOND})) == 0
        assert assembling.police_wanted(town([], officer_bits=0), call()) == 0

    def test_the_first_who_need_not_wait_any_more(self) -> None:
        units = crew((PATROL, NEAR, OFFICER), (TEAM, NEAR, CLINICIAN), (TEAM, NEAR, 0))
        careful = responders(team={"stages": 1})
        standing_by = alternative(0, PAIR, stand_by=OFFICER)
        assert assembling.first_staged(*scene(units, WEAPON, standing_by, responders=careful)) == 1
        assert assembling.first_staged(*scene(units, WEAPON, responders=careful)) == 0
        units[0].status = int(COMING)
        assert assembling.first_staged(*scene(units, WEAPON, standing_by, responders=careful)) == NONE


class TestBeginning:
    def test_all_there_begin_at_once(self) -> None:
        place, at_call = scene(crew((PATROL, THERE, OFFICER), (TEAM, THERE, CLINICIAN)))
        assert assembling.who_begins(place, at_call, 0) >= 0

    def test_the_minimum_begins_once_it_has_waited_for_the_others(self) -> None:
        plan = alternative(0, PAIR, minimum=OFFICER, full_crew_s=600)
        place, at_call = scene(crew((PATROL, THERE, OFFICER), (TEAM, COMING, CLINICIAN)), plan=plan)
        at_call.since_s = 100
        assert [assembling.who_begins(place, at_call, now) >= 0 for now in (100, 699, 700)] == [False, False, True]

    def test_less_than_the_minimum_never_begins(self) -> None:
        plan = alternative(0, PAIR, minimum=OFFICER)
        place, at_call = scene(crew((PATROL, COMING, OFFICER), (TEAM, THERE, CLINICIAN)), plan=plan)
        at_call.since_s = 0
        assert assembling.who_begins(place, at_call, 10**6) == -1

    def test_nobody_begins_from_near_the_scene(self) -> None:
        place, at_call = scene(crew((PATROL, NEAR, OFFICER), (TEAM, NEAR, CLINICIAN)))
        assert at_call.here == PAIR
        assert assembling.who_begins(place, at_call, 10**6) == -1


class TestCharge:
    def test_the_lead_role_then_who_came_first_then_the_lowest_id(self) -> None:
        units = crew((PATROL, THERE, OFFICER), (TEAM, THERE, CLINICIAN), (EMS, THERE, MEDIC))
        place, at_call = scene(units)
        assert assembling.in_charge(place, at_call) == 0
        at_call.unit = 2
        assert assembling.in_charge(place, at_call) == 2
        place.alternatives[0] = alternative(0, PAIR, lead=CLINICIAN)
        assert assembling.in_charge(place, at_call) == 1

    def test_only_who_is_on_scene(self) -> None:
        units = crew((PATROL, NEAR, OFFICER), (TEAM, COMING, CLINICIAN), (EMS, THERE, MEDIC))
        place, at_call = scene(units, plan=alternative(0, PAIR, lead=CLINICIAN))
        at_call.unit = 0
        assert assembling.in_charge(place, at_call) == 2
        units[2].status = int(COMING)
        assert assembling.in_charge(place, at_call) == NONE

    def test_outcomes_are_those_of_who_leads_or_of_the_whole_crew(self) -> None:
        units = crew((PATROL, THERE, OFFICER), (TEAM, THERE, CLINICIAN))
        place, at_call = scene(units, plan=alternative(0, PAIR, settles_as=JOINT))
        assert assembling.outcome_row(place, at_call, units[1], luck()) == JOINT
        at_call.here = CLINICIAN
        assert assembling.outcome_row(place, at_call, units[1], luck()) == TEAM
        place, at_call = scene(units)
        assert assembling.outcome_row(place, at_call, units[1], luck()) == TEAM

    def test_a_crisis_not_recognised_goes_as_with_police_whoever_is_there(self) -> None:
        units = crew((PATROL, THERE, OFFICER), (TEAM, THERE, CLINICIAN))
        place, at_call = scene(units, plan=alternative(0, PAIR, settles_as=JOINT))
        assert assembling.outcome_row(place, at_call, units[1], luck(type=1)) == N_TYPES + 1


class TestAsking:
    def asked_for(self, mark: int = HALF - 1, asks: int = CLINICIAN, **given: int) -> int:
        units = crew((PATROL, THERE, OFFICER))
        marks = [[HALF, 0, 0, 0]]
        place, at_call = scene(units, responders=responders(patrol={"asks": asks}), ask_marks=marks)
        for name, value in given.items():
            setattr(at_call, name, value)
        return assembling.role_to_ask_for(place, at_call, units[0], luck(ask_mark=mark))

    def test_the_low_marks_ask(self) -> None:
        assert self.asked_for() == CLINICIAN
        assert self.asked_for(mark=HALF) == 0

    def test_once_a_call(self) -> None:
        assert self.asked_for(asked=MEDIC) == 0

    @pytest.mark.parametrize("column", ["open", "coming", "here"])
    def test_not_for_whom_is_there_coming_or_called(self, column: str) -> None:
        assert self.asked_for(**{column: CLINICIAN}) == 0
        assert self.asked_for(**{column: MEDIC}) == CLINICIAN

    def test_a_crew_that_asks_for_nobody(self) -> None:
        assert self.asked_for(asks=0) == 0


class TestCarrying:
    def driver(self, *drives: str, units: list[UnitRow]) -> int:
        names = ("patrol", "team", "ems", "joint")
        place, at_call = scene(units, responders=responders(**{name: {"transports": int(name in drives)} for name in names}))
        return assembling.carrier(place, at_call, units[1])

    def test_who_is_in_charge_if_it_drives_else_the_first_there_who_does(self) -> None:
        units = crew((PATROL, THERE, OFFICER), (TEAM, THERE, CLINICIAN), (EMS, THERE, MEDIC))
        assert self.driver("patrol", "team", "ems", units=units) == 1
        assert self.driver("patrol", "ems", units=units) == 0
        assert self.driver("ems", units=units) == 2
        assert self.driver(units=units) == NONE

    def test_nobody_who_is_near_or_on_the_way(self) -> None:
        units = crew((PATROL, NEAR, OFFICER), (TEAM, THERE, CLINICIAN), (EMS, COMING, MEDIC))
        assert self.driver("patrol", "ems", units=units) == NONE
