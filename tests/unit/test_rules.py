"""The rules, on towns small enough to work out by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import matching, placing, settling, timing
from sim.rules.lifecycle import (
    MEDICAL_NEED,
    N_FLAGS,
    NEXT_CALL_STATUS,
    NEXT_STATUS,
    CallStatus,
    Disposition,
    Event,
    FacilityKind,
    Status,
    hour_band,
)
from sim.tables import FacilityRow
from tests.unit.corner import (
    ALL,
    DECISIONS,
    EMS,
    HALF,
    MARKS,
    N_TYPES,
    NEAREST,
    PATROL,
    TEAM,
    call,
    luck,
    responders,
    town,
    unit,
)


class TestMatching:
    def test_the_nearest_idle_unit_wins(self) -> None:
        units = [unit(0, zone=1), unit(1, zone=0), unit(2, zone=0, status=Status.ON_SCENE)]
        assert matching.next_match(town(units), NEAREST, [0], [call(0)], 0) == (0, 1, 0)

    def test_a_tie_goes_to_the_longest_idle_then_to_the_lowest_id(self) -> None:
        units = [unit(0, idle_since_s=50), unit(1, idle_since_s=20), unit(2, idle_since_s=20)]
        assert matching.best_unit(town(units), NEAREST, call(0), 1, 0, 0, 100) == 1

    def test_priority_before_age_before_id(self) -> None:
        calls = [call(0, priority=3, received_s=1), call(1, priority=1, received_s=9), call(2, priority=1, received_s=5)]
        assert matching.next_match(town([unit(0)]), NEAREST, [0, 1, 2], calls, 10) == (2, 0, 0)

    def test_a_call_nobody_may_take_blocks_nobody(self) -> None:
        takes = [[[0] * N_TYPES] * N_FLAGS, [[1] * N_TYPES] * N_FLAGS]
        calls = [call(0, priority=1, kind=0), call(1, priority=4, kind=1)]
        assert matching.next_match(town([unit(0)], takes=takes), NEAREST, [0, 1], calls, 0) == (1, 0, 0)

    def test_a_negative_score_is_no_and_a_unit_not_committed_is_not_replaced(self) -> None:
        never = replace(NEAREST, score_unit=lambda *_: -1)
        held = replace(NEAREST, may_commit=lambda t, u, c, now, p: u.id != 1)
        units = [unit(0, zone=1), unit(1, zone=0)]
        assert matching.best_unit(town(units), never, call(0), 1, 0, 0, 0) == -1
        assert matching.best_unit(town(units), held, call(0), 1, 0, 0, 0) == -1

    def test_the_order_of_the_waiting_set_never_shows(self) -> None:
        calls = [call(i, zone=i % 2, priority=1 + i % 3, received_s=i) for i in range(5)]
        found = {
            matching.next_match(town([unit(0), unit(1, zone=1)]), NEAREST, order, calls, 9)
            for order in itertools.permutations(range(5))
        }
        assert len(found) == 1

    def test_servable_means_some_rostered_type_takes_it(self) -> None:
        units = [unit(0)]
        assert matching.is_servable(town(units), call(0))
        assert not matching.is_servable(town(units, responders=responders(patrol={"is_rostered": 0})), call(0))


class TestTiming:
    def test_the_calls_own_mark_scales_travel_and_the_minimum_holds(self) -> None:
        place = town([], minimum_travel_s=120)
        assert timing.travel_seconds(place, unit(0, zone=1), 0, luck(police_travel_ppm=1_500_000), 0) == 900
        assert timing.travel_seconds(place, unit(0, zone=0), 0, luck(), 0) == 120

    def test_each_kind_of_crew_has_traffic_of_its_own(self) -> None:
        place = town([], responders=responders(team={"traffic": 1}, ems={"traffic": 2}))
        own = luck(police_travel_ppm=1, clinician_travel_ppm=2, medic_travel_ppm=3)
        assert [timing.traffic_ppm(place, unit(0, responder=r), own) for r in (PATROL, TEAM, EMS)] == [1, 2, 3]

    def test_the_relay_to_another_centre_is_part_of_the_turnout(self) -> None:
        place = town([], responders=responders(team={"relay_s": 300}))
        assert timing.turnout_seconds(place, unit(0, responder=TEAM, turnout_s=60), luck()) == 360
        assert timing.turnout_seconds(place, unit(0, turnout_s=60), luck()) == 60

    def test_the_mark_of_a_call_scales_its_turnouts_and_not_the_relay(self) -> None:
        place = town([], responders=responders(team={"relay_s": 300}))
        own = luck(turnout_ppm=1_500_000)
        assert timing.turnout_seconds(place, unit(0, responder=TEAM, turnout_s=60), own) == 390
        assert timing.turnout_seconds(place, unit(0, turnout_s=61), own) == 92

    def test_by_screen_there_is_no_way_to_drive_and_no_minimum(self) -> None:
        place = town([], minimum_travel_s=120, responders=responders(team={"is_remote": 1}))
        assert timing.travel_seconds(place, unit(0, zone=1, responder=TEAM), 0, luck(), 0) == 0
        assert timing.travel_seconds(place, unit(0, zone=1, responder=EMS), 0, luck(), 0) == 600

    @pytest.mark.parametrize(("ppm", "seconds"), [(1_000_499, 1000), (1_000_500, 1001), (0, 0)])
    def test_durations_round_to_nearest(self, ppm: int, seconds: int) -> None:
        assert timing.on_scene_seconds(town([]), unit(0), call(0), luck(on_scene_ppm=ppm)) == seconds

    def test_ordinary_police_work_leaves_no_paperwork(self) -> None:
        rows = responders(patrol={"paperwork_s": 500})
        assert timing.paperwork_seconds(town([], responders=rows), unit(0), call(0)) == 500
        assert timing.paperwork_seconds(town([], responders=rows, is_person=[0]), unit(0), call(0)) == 0


class TestSettling:
    @pytest.mark.parametrize(
        ("yes", "ending"),
        [
            ({}, Disposition.NO_CONTACT),
            ({"contact"}, Disposition.RESOLVED),
            ({"contact", "referral"}, Disposition.REFERRED),
            ({"contact", "referral", "crisis_centre"}, Disposition.CRISIS_CENTRE),
            ({"contact", "referral", "crisis_centre", "ed"}, Disposition.ED),
            ({"contact", "ed", "hold"}, Disposition.HOLD),
            ({"contact", "ed", "hold", "arrest"}, Disposition.ARREST),
            ({"contact", "ed", "hold", "arrest", "medical"}, Disposition.ED_MEDICAL),
        ],
    )
    def test_the_chain_ends_at_the_first_yes(self, yes: set[str], ending: Disposition) -> None:
        place = town([], dict.fromkeys(yes, ALL))
        assert settling.settle(place, call(0), luck(), 0) == ending

    def test_known_medical_need_is_medical(self) -> None:
        place = town([], {"contact": ALL})
        assert settling.settle(place, call(0, flags=MEDICAL_NEED), luck(), 0) == Disposition.ED_MEDICAL

    def test_police_work_has_no_person(self) -> None:
        assert settling.settle(town([], is_person=[0]), call(0), luck(), 0) == Disposition.HANDLED

    @given(st.lists(st.integers(0, 2**32), min_size=7, max_size=7), st.lists(st.integers(0, 2**32 - 1), min_size=9, max_size=9),
           st.sampled_from(["arrest", "hold", "ed"]), st.integers(0, 2**32))  # fmt: skip
    def test_a_responder_with_a_lower_harsh_threshold_never_makes_one_call_harsher(
        self, thresholds: list[int], marks: list[int], decision: str, lower: int
    ) -> None:
        harshness = [8, 0, 1, 2, 3, 4, 5, 6, 7]  # by position in the order below
        order = [Disposition.NO_CONTACT, Disposition.RESOLVED, Disposition.REFERRED, Disposition.CRISIS_CENTRE, Disposition.ED,
                 Disposition.HOLD, Disposition.ARREST, Disposition.ED_MEDICAL]  # fmt: skip
        level = {int(d): h for d, h in zip(order, harshness[1:], strict=False)}
        rows = dict(zip(DECISIONS[:7], thresholds, strict=True)) | {"contact": ALL}
        draw = luck(**dict(zip(MARKS[:9], marks, strict=True)))
        usual = settling.settle(town([], rows), call(0), draw, 0)
        better = settling.settle(town([], rows | {decision: min(lower, rows[decision])}), call(0), draw, 0)
        assert level[better] <= level[usual]

    def test_a_later_visit_within_72_hours_counts_as_the_earlier_window(self) -> None:
        place = town([], {"later_ed_72h": 2**31, "later_ed_30d": 2**32})
        high, low = luck(later_ed_mark=2**32 - 1), luck(later_ed_mark=0)
        assert settling.later_ed_hours(place, high, 0, int(Disposition.RESOLVED)) == 72
        assert settling.later_ed_hours(place, low, 0, int(Disposition.RESOLVED)) == 720
        assert settling.later_ed_hours(place, high, 0, int(Disposition.HOLD)) == 0

    def test_a_later_visit_needs_a_person_and_no_visit_before(self) -> None:
        place = town([], {"later_ed_72h": ALL})
        later = {ending: settling.later_ed_hours(place, luck(), 0, int(ending)) for ending in Disposition}
        none = {Disposition.HANDLED, Disposition.ED, Disposition.ED_MEDICAL, Disposition.HOLD}
        assert {ending for ending, hours in later.items() if hours == 0} == none

    @pytest.mark.parametrize(("mark", "level"), [(ALL - 1, 3), (ALL - ALL // 100, 2), (ALL - ALL // 10 - 1, 1), (0, 1)])
    def test_the_highest_marks_mean_the_worst_force(self, mark: int, level: int) -> None:
        place = town([], {"force": ALL}, force_ppm=[1_000_000, 100_000, 5_000])
        assert settling.force_level(place, luck(force_mark=mark), 0, int(Disposition.RESOLVED)) == level

    def test_force_has_the_threshold_of_its_row_and_needs_a_person_met(self) -> None:
        place = town([])
        place.force[0][EMS] = [ALL // 10] * 3
        high, low = luck(force_mark=ALL - 1), luck(force_mark=ALL - ALL // 10 - 1)
        assert settling.force_level(place, high, EMS, int(Disposition.ARREST)) == 3
        assert settling.force_level(place, low, EMS, int(Disposition.ARREST)) == 0
        assert settling.force_level(place, high, TEAM, int(Disposition.ARREST)) == 0
        for ending in (Disposition.HANDLED, Disposition.NO_CONTACT):
            assert settling.force_level(place, high, EMS, int(ending)) == 0

    def test_recognising_is_the_low_marks_of_the_crew_in_charge(self) -> None:
        place = town([], responders=responders(team={"recognises": HALF}))
        assert settling.is_recognised(place, unit(0, responder=TEAM), luck(recognise_mark=HALF - 1))
        assert not settling.is_recognised(place, unit(0, responder=TEAM), luck(recognise_mark=HALF))
        assert not settling.is_recognised(place, unit(0), luck(recognise_mark=0))

    def test_what_a_person_is_counts_not_what_the_centre_takes_them_for(self) -> None:
        place = town([], {"contact": ALL}, is_person=[0, 1])
        for decision in DECISIONS:
            setattr(place, decision, getattr(place, decision) * 2)
        assert settling.settle(place, call(kind=0), luck(type=1), 0) == Disposition.RESOLVED


class TestPlacing:
    DOORS = [  # noqa: RUF012  # read only
        FacilityRow(0, int(FacilityKind.ED), 1, 0, 86_400),
        FacilityRow(1, int(FacilityKind.ED), 0, 0, 86_400),
        FacilityRow(2, int(FacilityKind.CRISIS_CENTRE), 0, 72_000, 14_400),
    ]

    def test_the_nearest_open_door_of_the_kind(self) -> None:
        place = town([], facilities=self.DOORS)
        assert placing.destination(place, call(), int(Disposition.HOLD), 0, 0) == 1
        assert placing.destination(place, call(), int(Disposition.ED), 1, 0) == 0
        assert placing.destination(place, call(), int(Disposition.RESOLVED), 0, 0) == placing.NOWHERE
        assert placing.destination(place, call(), int(Disposition.ARREST), 0, 0) == placing.NOWHERE

    @pytest.mark.parametrize(
        ("hour", "ending"),
        [(19, Disposition.ED), (20, Disposition.CRISIS_CENTRE), (3, Disposition.CRISIS_CENTRE), (4, Disposition.ED)],
    )
    def test_hours_pass_midnight_and_a_closed_centre_means_the_ed(self, hour: int, ending: Disposition) -> None:
        place = town([], facilities=self.DOORS)
        assert placing.placed(place, call(), int(Disposition.CRISIS_CENTRE), 0, hour * 3600) == ending


class TestLifecycle:
    def test_every_legal_move_lands_on_a_status(self) -> None:
        assert {s for row in NEXT_STATUS for s in row} <= {-1, *Status}
        assert {s for row in NEXT_CALL_STATUS for s in row} <= {-1, *CallStatus}

    def test_match_is_the_last_happening_of_a_second_and_an_ended_call_stays_ended(self) -> None:
        assert max(e for e in Event if e != Event.UNFINISHED) == Event.MATCH
        assert set(NEXT_CALL_STATUS[CallStatus.ENDED]) == {-1}

    @pytest.mark.parametrize(("second", "band"), [(0, 0), (6 * 3600 - 1, 0), (6 * 3600, 1), (18 * 3600, 3), (30 * 3600, 1)])
    def test_hour_bands_are_quarters_of_the_day(self, second: int, band: int) -> None:
        assert hour_band(second) == band
