"""Who is sent where several are wanted: crews sent together, substitutes, diversion, last calls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.rules import matching
from sim.rules.lifecycle import N_FLAGS, VIOLENCE_RISK, WEAPON, Status
from sim.tables import AlternativeRow, CallRow
from tests.unit.corner import (
    ANYBODY,
    CLINICIAN,
    EMS,
    JOINT,
    MEDIC,
    NEAREST,
    OFFICER,
    PATROL,
    SECOND,
    TEAM,
    alternative,
    call,
    responders,
    town,
    unit,
)

PAIR = OFFICER | CLINICIAN


def first_of_crew(place: Any, wanted: CallRow, policy: Any = NEAREST, now: int = 0) -> int:
    """The first of the crew of the one alternative; whatever is found, the search leaves nothing behind."""
    before = list(place.n_idle), wanted.open
    found = matching.first_of_crew(place, policy, wanted, 0, now)
    assert (place.n_idle, wanted.open) == before
    return found


def take(bits: int, **given: int) -> list[AlternativeRow]:
    return [alternative(0, bits, **given)]


class TestWanted:
    def test_it_takes_the_call_and_fills_a_role_that_is_open(self) -> None:
        place = town([])
        assert matching.is_wanted(place, call(), PATROL, OFFICER, 0)
        assert not matching.is_wanted(place, call(), PATROL, CLINICIAN | MEDIC, 0)
        place.takes[0] = [[0, 1, 1, 1]] * N_FLAGS
        assert not matching.is_wanted(place, call(), PATROL, OFFICER, 0)

    def test_flags_that_an_officer_covers_bar_nobody(self) -> None:
        place = town([], takes=[[[1, int(flags == 0), 1, 1] for flags in range(N_FLAGS)]])
        armed = call(flags=WEAPON | VIOLENCE_RISK)
        assert not matching.is_wanted(place, armed, TEAM, CLINICIAN, WEAPON)
        assert matching.is_wanted(place, armed, TEAM, CLINICIAN, WEAPON | VIOLENCE_RISK)

    def test_a_type_that_failed_is_not_sent_again(self) -> None:
        wanted = call(barred=1 << TEAM)
        assert not matching.is_wanted(town([]), wanted, TEAM, CLINICIAN, 0)
        assert matching.is_wanted(town([]), wanted, JOINT, CLINICIAN, 0)

    def test_by_screen_only_where_somebody_is(self) -> None:
        place = town([], responders=responders(team={"is_remote": 1}))
        assert not matching.is_wanted(place, call(coming=OFFICER), TEAM, CLINICIAN, 0)
        assert matching.is_wanted(place, call(here=OFFICER), TEAM, CLINICIAN, 0)


class TestLastCalls:
    @pytest.mark.parametrize(("now", "priority", "late"), [(699, 4, False), (700, 3, True), (700, 2, False), (999, 1, False)])
    def test_near_the_end_only_urgent_calls(self, now: int, priority: int, late: bool) -> None:
        place = town([unit(0, ends_s=1000)], responders=responders(patrol={"last_calls_s": 300, "last_priority": 2}))
        assert matching.is_too_late(place, place.units[0], call(priority=priority), now) == late
        assert matching.best_idle(place, NEAREST, call(priority=priority), ANYBODY, 0, 0, now) == (-1 if late else 0)


class TestServable:
    def test_each_unit_of_a_type_fills_a_slot(self) -> None:
        plan = take(OFFICER | SECOND)
        assert not matching.is_servable(town([unit(0)], alternatives=plan), call())
        assert matching.is_servable(town([unit(0), unit(1)], alternatives=plan), call())

    def test_the_minimum_counts_and_any_alternative_from_the_first_not_given_up(self) -> None:
        plan = [alternative(0, PAIR, minimum=CLINICIAN, next=1), alternative(1, OFFICER)]
        assert matching.is_servable(town([unit(0, responder=TEAM)], alternatives=plan), call())
        assert matching.is_servable(town([unit(0)], alternatives=plan), call())
        assert not matching.is_servable(town([unit(0, responder=TEAM)], alternatives=plan), call(chain=1))


class TestOnTheWay:
    UNITS = staticmethod(lambda: [unit(i, zone=1, status=Status.EN_ROUTE, priority=3) for i in range(2)])

    def place(self, units: Any, **given: Any) -> Any:
        diverts = [[int(own == 3 and other == 1) for other in range(5)] for own in range(5)]
        return town(units, diverts=diverts, has_diversion=1, **given)

    def best(self, place: Any, urgent: CallRow) -> int:
        return matching.best_unit(place, NEAREST, urgent, ANYBODY, 0, 0, 0)

    def test_from_a_less_urgent_call_the_nearer_one_and_only_as_the_table_allows(self) -> None:
        units = self.UNITS()
        assert self.best(self.place(units), call(priority=1)) == 0
        units[1].zone = 0
        assert self.best(self.place(units), call(priority=1)) == 1
        assert self.best(self.place(units), call(priority=2)) == -1
        assert self.best(town(units), call(priority=1)) == -1

    def test_an_idle_one_first_however_far(self) -> None:
        units = [*self.UNITS(), unit(2, zone=1)]
        units[0].zone = 0
        assert self.best(self.place(units), call(priority=1)) == 2

    @pytest.mark.parametrize(
        ("change", "value"),
        [("status", Status.ON_SCENE), ("status", Status.STAGING), ("is_rostered", 0), ("priority", 2)],
    )
    def test_not_from_a_scene_nor_past_its_shift_nor_from_another_urgent_call(self, change: str, value: int) -> None:
        units = self.UNITS()[:1]
        setattr(units[0], change, int(value))
        assert self.best(self.place(units), call(priority=1)) == -1

    def test_the_policy_may_say_no_and_a_unit_thought_of_is_taken(self) -> None:
        place = self.place(self.UNITS())
        never = replace(NEAREST, score_unit=lambda *_: -1)
        assert matching.best_on_the_way(place, never, call(priority=1), ANYBODY, 0, 0, 0) == -1
        place.picked[0] = 0
        assert matching.best_on_the_way(place, NEAREST, call(priority=1), ANYBODY, 0, 1, 0) == 1


class TestCrews:
    def test_both_or_nobody(self) -> None:
        both = [unit(0), unit(1, responder=TEAM)]
        assert first_of_crew(town(both, alternatives=take(PAIR)), call()) == 0
        assert first_of_crew(town(both[:1], alternatives=take(PAIR)), call()) == -1

    def test_roles_not_sent_together_hold_nobody_back(self) -> None:
        assert first_of_crew(town([unit(0)], alternatives=take(PAIR, together=OFFICER)), call()) == 0

    def test_one_unit_is_not_two(self) -> None:
        two = take(OFFICER | SECOND)
        assert first_of_crew(town([unit(0)], alternatives=two), call()) == -1
        assert first_of_crew(town([unit(0), unit(1)], alternatives=two), call()) == 0

    def test_a_joint_car_is_a_crew_alone(self) -> None:
        assert first_of_crew(town([unit(0, responder=JOINT)], alternatives=take(PAIR)), call()) == 0

    def test_a_second_of_the_crew_may_be_on_its_way_elsewhere(self) -> None:
        units = [unit(0), unit(1, responder=TEAM, status=Status.EN_ROUTE, priority=3)]
        diverts = [[int(own == 3 and other == 1) for other in range(5)] for own in range(5)]
        place = town(units, alternatives=take(PAIR), diverts=diverts, has_diversion=1)
        assert first_of_crew(place, call(priority=1)) == 0
        assert first_of_crew(place, call(priority=2)) == -1

    def test_the_policy_sees_the_crew_as_it_will_be_sent(self) -> None:
        seen: list[tuple[int, int, list[int]]] = []

        def may_commit(place: Any, one: Any, wanted: CallRow, now: int, params: Any) -> bool:
            seen.append((one.id, wanted.open, list(place.n_idle)))
            return True

        place = town([unit(0), unit(1, responder=TEAM)], alternatives=take(PAIR | MEDIC, together=PAIR))
        assert first_of_crew(place, call(open=ANYBODY), replace(NEAREST, may_commit=may_commit)) == 0
        assert seen == [(0, PAIR | MEDIC, [1, 1, 0, 0]), (1, CLINICIAN | MEDIC, [0, 1, 0, 0])]

    @pytest.mark.parametrize("held", [0, 1])
    def test_one_unit_that_is_not_committed_keeps_all_at_home(self, held: int) -> None:
        policy = replace(NEAREST, may_commit=lambda t, u, c, now, p: u.id != held)
        assert first_of_crew(town([unit(0), unit(1, responder=TEAM)], alternatives=take(PAIR)), call(), policy) == -1


class TestAlternatives:
    PLAN = (alternative(0, PAIR, next=1), alternative(1, MEDIC, after_s=100, next=2), alternative(2, ANYBODY, after_s=200))

    def found(self, units: Any, wanted: CallRow, now: int) -> tuple[int, int]:
        return matching.first_alternative(town(units, alternatives=list(self.PLAN)), NEAREST, wanted, now)

    def test_the_first_whose_crew_is_there(self) -> None:
        units = [unit(0), unit(1, responder=TEAM), unit(2, responder=EMS)]
        assert self.found(units, call(), 500) == (0, 0)
        assert self.found([units[0], replace(units[2], id=1)], call(), 500) == (1, 1)
        assert self.found(units[:1], call(), 500) == (2, 0)

    def test_not_before_the_call_is_old_enough(self) -> None:
        units = [unit(0, responder=EMS)]
        assert self.found(units, call(received_s=50), 149) == (-1, -1)
        assert self.found(units, call(received_s=50), 150) == (1, 0)
        assert self.found([unit(0)], call(), 199) == (-1, -1)

    def test_none_that_was_given_up(self) -> None:
        assert self.found([unit(0), unit(1, responder=TEAM)], call(chain=1), 500) == (2, 0)
        assert self.found([unit(0), unit(1, responder=TEAM)], call(chain=-1), 500) == (-1, -1)


class TestTheRest:
    def test_roles_sent_together_before_the_others(self) -> None:
        plan = take(PAIR | MEDIC, together=PAIR)
        place = town([unit(0, responder=TEAM, zone=1), unit(1, responder=EMS)], alternatives=plan)
        assert matching.next_of_crew(place, NEAREST, call(plan=0, open=CLINICIAN | MEDIC), 0) == 0
        assert matching.next_of_crew(place, NEAREST, call(plan=0, open=MEDIC), 0) == 1

    def test_a_call_with_units_gets_its_next_one_under_the_plan_it_has(self) -> None:
        plan = [alternative(0, ANYBODY), alternative(1, PAIR)]
        place = town([unit(0), unit(1, responder=TEAM)], alternatives=plan)
        gathering = call(first=0, plan=1, open=CLINICIAN)
        assert matching.next_match(place, NEAREST, [0], [gathering], 0) == (0, 1, 1)

    def test_where_nobody_is_idle_units_on_their_way_still_count(self) -> None:
        place = town([unit(0, status=Status.EN_ROUTE, priority=3)], diverts=[[1] * 5] * 5)
        assert not matching.is_anyone_idle(place)
        assert matching.next_match(place, NEAREST, [0], [call()], 0) == (-1, -1, -1)
        place.has_diversion = 1
        assert matching.next_match(place, NEAREST, [0], [call()], 0) == (0, 0, 0)
