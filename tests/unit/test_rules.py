"""The rules, on towns small enough to work out by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import matching, placing, settling, timing
from sim.rules.lifecycle import (
    MEDICAL_NEED,
    NEXT_CALL_STATUS,
    NEXT_STATUS,
    CallStatus,
    Disposition,
    Event,
    FacilityKind,
    Status,
    hour_band,
)
from sim.tables import CallRow, FacilityRow, LuckRow, ResponderRow, UnitRow

HALF = 2**31
DECISIONS = ("contact", "medical", "arrest", "hold", "ed", "crisis_centre", "referral", "force", "later_ed_72h", "later_ed_30d")
MARKS = [f"{name}_mark" for name in DECISIONS[:8]] + ["later_ed_mark"]


def responder(i: int, **given: int) -> ResponderRow:
    values = {"programme": -1, "has_officer": 1, "has_clinician": 0, "has_medic": 0, "transports": 1, "turnout_s": 60}
    values |= {"paperwork_s": 0, "ambulance_wait_s": 0, "is_rostered": 1}
    return ResponderRow(id=i, **{**values, **given})


def unit(i: int, zone: int = 0, responder: int = 0, status: Status = Status.IDLE, idle_since_s: int = 0) -> UnitRow:
    return UnitRow(id=i, responder=responder, home_zone=zone, zone=zone, status=int(status), idle_since_s=idle_since_s)


def call(i: int, zone: int = 0, priority: int = 3, received_s: int = 0, flags: int = 0, kind: int = 0) -> CallRow:
    return CallRow(id=i, stream=0, number=i, received_s=received_s, type=kind, zone=zone, priority=priority, flags=flags)


def luck(**given: int) -> LuckRow:
    values = {"patience_s": -1, "acuity": 0, "travel_ppm": 1_000_000, "on_scene_ppm": 1_000_000, "handover_ppm": 1_000_000}
    return LuckRow(**{**values, **dict.fromkeys(MARKS, HALF), **given})


def town(units: list[UnitRow], rows: dict[str, int] | None = None, **given: Any) -> Any:
    """Two zones 100 s within, 600 s between; one person type, everything taken; `rows` are thresholds for all."""
    tables = {name: [[[(rows or {}).get(name, 0)] * 3] * 2] for name in DECISIONS}
    facts = {
        "travel_s": [[[100, 600], [600, 100]]] * 4, "takes": [[[1, 1]] * 8], "on_scene_s": [[1000, 1000]], "is_person": [1],
        "minimum_travel_s": 0, "responders": [responder(0)], "facilities": [],
        "units": units, "n_idle": [len(units)], "n_on_duty": [len(units)], "first_unit": [0, len(units)],
    }  # fmt: skip
    return SimpleNamespace(**tables, **{**facts, **given})


NEAREST = matching.PolicyParts(
    "nearest",
    lambda t, u, c, now, p: t.travel_s[hour_band(now)][u.zone][c.zone],
    matching.oldest_of_highest_priority,
    matching.always,
    None,
)


class TestMatching:
    def test_the_nearest_idle_unit_wins(self) -> None:
        units = [unit(0, zone=1), unit(1, zone=0), unit(2, zone=0, status=Status.ON_SCENE)]
        assert matching.next_match(town(units), NEAREST, [0], [call(0)], 0) == (0, 1)

    def test_a_tie_goes_to_the_longest_idle_then_to_the_lowest_id(self) -> None:
        units = [unit(0, idle_since_s=50), unit(1, idle_since_s=20), unit(2, idle_since_s=20)]
        assert matching.best_unit(town(units), NEAREST, call(0), 100) == 1

    def test_priority_before_age_before_id(self) -> None:
        calls = [call(0, priority=3, received_s=1), call(1, priority=1, received_s=9), call(2, priority=1, received_s=5)]
        assert matching.next_match(town([unit(0)]), NEAREST, [0, 1, 2], calls, 10) == (2, 0)

    def test_a_call_nobody_may_take_blocks_nobody(self) -> None:
        takes = [[[0]] * 8, [[1]] * 8]
        calls = [call(0, priority=1, kind=0), call(1, priority=4, kind=1)]
        assert matching.next_match(town([unit(0)], takes=takes), NEAREST, [0, 1], calls, 0) == (1, 0)

    def test_a_negative_score_is_no_and_a_unit_not_committed_is_not_replaced(self) -> None:
        never = replace(NEAREST, score_unit=lambda *_: -1)
        held = replace(NEAREST, may_commit=lambda t, u, c, now, p: u.id != 1)
        units = [unit(0, zone=1), unit(1, zone=0)]
        assert matching.best_unit(town(units), never, call(0), 0) == -1
        assert matching.best_unit(town(units), held, call(0), 0) == -1

    def test_the_order_of_the_waiting_set_never_shows(self) -> None:
        calls = [call(i, zone=i % 2, priority=1 + i % 3, received_s=i) for i in range(5)]
        found = {
            matching.next_match(town([unit(0), unit(1, zone=1)]), NEAREST, order, calls, 9)
            for order in itertools.permutations(range(5))
        }
        assert len(found) == 1

    def test_servable_means_some_rostered_type_takes_it(self) -> None:
        assert matching.is_servable(town([]), call(0))
        assert not matching.is_servable(town([], responders=[responder(0, is_rostered=0)]), call(0))


class TestTiming:
    def test_the_calls_own_mark_scales_travel_and_the_minimum_holds(self) -> None:
        place = town([], minimum_travel_s=120)
        assert timing.travel_seconds(place, unit(0, zone=1), 0, luck(travel_ppm=1_500_000), 0) == 900
        assert timing.travel_seconds(place, unit(0, zone=0), 0, luck(), 0) == 120

    @pytest.mark.parametrize(("ppm", "seconds"), [(1_000_499, 1000), (1_000_500, 1001), (0, 0)])
    def test_durations_round_to_nearest(self, ppm: int, seconds: int) -> None:
        assert timing.on_scene_seconds(town([]), unit(0), call(0), luck(on_scene_ppm=ppm)) == seconds

    def test_ordinary_police_work_leaves_no_paperwork(self) -> None:
        rows = [responder(0, paperwork_s=500)]
        assert timing.paperwork_seconds(town([], responders=rows), unit(0), call(0)) == 500
        assert timing.paperwork_seconds(town([], responders=rows, is_person=[0]), unit(0), call(0)) == 0


class TestSettling:
    ALL = 2**32

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
        place = town([], dict.fromkeys(yes, self.ALL))
        assert settling.settle(place, call(0), luck(), 0) == ending

    def test_known_medical_need_is_medical(self) -> None:
        place = town([], {"contact": self.ALL})
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
        rows = dict(zip(DECISIONS[:7], thresholds, strict=True)) | {"contact": self.ALL}
        draw = luck(**dict(zip(MARKS, marks, strict=True)))
        usual = settling.settle(town([], rows), call(0), draw, 0)
        better = settling.settle(town([], rows | {decision: min(lower, rows[decision])}), call(0), draw, 0)
        assert level[better] <= level[usual]

    def test_a_later_visit_within_72_hours_counts_as_the_earlier_window(self) -> None:
        place = town([], {"later_ed_72h": 2**31, "later_ed_30d": 2**32})
        high, low = luck(later_ed_mark=2**32 - 1), luck(later_ed_mark=0)
        assert settling.later_ed_hours(place, call(0), high, 0, int(Disposition.RESOLVED)) == 72
        assert settling.later_ed_hours(place, call(0), low, 0, int(Disposition.RESOLVED)) == 720
        assert settling.later_ed_hours(place, call(0), high, 0, int(Disposition.HOLD)) == 0


class TestPlacing:
    DOORS = [  # noqa: RUF012  # read only
        FacilityRow(0, int(FacilityKind.ED), 1, 0, 86_400, 60),
        FacilityRow(1, int(FacilityKind.ED), 0, 0, 86_400, 60),
        FacilityRow(2, int(FacilityKind.CRISIS_CENTRE), 0, 72_000, 14_400, 60),
    ]

    def test_the_nearest_open_door_of_the_kind(self) -> None:
        place = town([], facilities=self.DOORS)
        assert placing.destination(place, int(Disposition.HOLD), 0, 0) == 1
        assert placing.destination(place, int(Disposition.ED), 1, 0) == 0
        assert placing.destination(place, int(Disposition.RESOLVED), 0, 0) == placing.NOWHERE
        assert placing.destination(place, int(Disposition.ARREST), 0, 0) == placing.NOWHERE

    @pytest.mark.parametrize(
        ("hour", "ending"),
        [(19, Disposition.ED), (20, Disposition.CRISIS_CENTRE), (3, Disposition.CRISIS_CENTRE), (4, Disposition.ED)],
    )
    def test_hours_pass_midnight_and_a_closed_centre_means_the_ed(self, hour: int, ending: Disposition) -> None:
        place = town([], facilities=self.DOORS)
        assert placing.placed(place, int(Disposition.CRISIS_CENTRE), 0, hour * 3600) == ending


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
