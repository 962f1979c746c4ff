"""While a unit waits: breaks, the end of its shift, the post it makes for."""

from __future__ import annotations

from typing import Any

from sim.scenario.schema import Scenario
from tests.unit.avenue import call, lines, story, town

EARLY = {"shift": {"start": "06:00", "end": "14:00"}}
TWO_DAYS = {"begins": "2027-03-01", "warm_up_days": 1, "days": 1, "run_out_days": 0}


def two_zones(crews: dict[str, Any]) -> Scenario:
    """Ten minutes between, two within; seven tenths of the calls come from the south, the calls of stories from the north."""
    zones = {"north": {"population": 300}, "south": {"population": 700}}
    drives = {a: {b: 2 if a == b else 10 for b in zones} for a in zones}
    return town(crews, zones=zones, travel={"table_min": drives})


def test_a_break_that_falls_due_at_work_is_taken_when_idle_and_one_when_idle_at_once() -> None:
    place = town({"patrol": {**EARLY, "breaks": {"after_h": 2, "minutes": 30}}})
    told = story(place, call(470))
    assert told == lines(
        """
        470 a RECEIVED
        470 a DISPATCHED patrol
        470 a EN_ROUTE patrol
        480 a ON_SCENE patrol
        540 a CLEAR patrol RESOLVED
        540 - BREAK patrol
        570 - AVAILABLE patrol
        720 - BREAK patrol
        750 - AVAILABLE patrol
        """
    )


def test_a_break_that_work_leaves_no_time_for_is_missed() -> None:
    # The next day has its own, four hours into the shift.
    place = town({"patrol": {**EARLY, "on_scene_min": 300, "breaks": {"after_h": 4, "minutes": 30}}}, run=TWO_DAYS)
    told = story(place, call(570))
    assert told == lines(
        """
        570 a RECEIVED
        570 a DISPATCHED patrol
        570 a EN_ROUTE patrol
        580 a ON_SCENE patrol
        840 - OVERTIME patrol
        880 a CLEAR patrol RESOLVED
        2040 - BREAK patrol
        2070 - AVAILABLE patrol
        """
    )


def test_a_unit_on_its_way_at_the_end_of_its_shift_may_turn_back() -> None:
    place = town({"patrol": {**EARLY, "end_of_shift": {"on_the_way": "turns_back"}}, "team": {"shift": {"start": "15:00"}}})
    told = story(place, call(835))
    assert told == lines(
        """
        835 a RECEIVED
        835 a DISPATCHED patrol
        835 a EN_ROUTE patrol
        840 a CALLED_OFF patrol
        900 a DISPATCHED team
        900 a EN_ROUTE team
        910 a ON_SCENE team
        970 a CLEAR team RESOLVED
        """
    )


def test_or_go_on_past_its_end() -> None:
    place = town({"patrol": EARLY})
    told = story(place, call(835))
    assert told == lines(
        """
        835 a RECEIVED
        835 a DISPATCHED patrol
        835 a EN_ROUTE patrol
        840 - OVERTIME patrol
        845 a ON_SCENE patrol
        905 a CLEAR patrol RESOLVED
        """
    )


def test_before_the_end_of_a_shift_only_urgent_calls_are_taken() -> None:
    place = town({"patrol": {**EARLY, "posts": 2, "end_of_shift": {"last_calls_min": 30, "last_priority": 2}}})
    told = story(place, call(809), call(811), call(812, priority=2))
    assert told == lines(
        """
        809 a RECEIVED
        809 a DISPATCHED patrol1
        809 a EN_ROUTE patrol1
        811 b RECEIVED
        812 c RECEIVED
        812 c DISPATCHED patrol2
        812 c EN_ROUTE patrol2
        819 a ON_SCENE patrol1
        822 c ON_SCENE patrol2
        840 - OVERTIME patrol1
        840 - OVERTIME patrol2
        879 a CLEAR patrol1 RESOLVED
        882 c CLEAR patrol2 RESOLVED
        """
    )


def test_an_idle_unit_may_go_home() -> None:
    place = two_zones({"patrol": {"home": "south", "when_idle": "goes_home"}})
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        10 a ON_SCENE patrol
        70 a CLEAR patrol RESOLVED
        80 - RELOCATED patrol
        """
    )


def test_idle_units_may_cover_what_nobody_covers() -> None:
    # Most calls come from the south; after b the car in the north stays there, since the other has gone south.
    place = two_zones({"patrol": {"posts": 2, "home": "north", "when_idle": "covers"}})
    told = story(place, call(20), call(60))
    assert told == lines(
        """
        10 - RELOCATED patrol1
        20 a RECEIVED
        20 a DISPATCHED patrol2
        20 a EN_ROUTE patrol2
        22 a ON_SCENE patrol2
        60 b RECEIVED
        60 b DISPATCHED patrol1
        60 b EN_ROUTE patrol1
        70 b ON_SCENE patrol1
        82 a CLEAR patrol2 RESOLVED
        92 - RELOCATED patrol2
        130 b CLEAR patrol1 RESOLVED
        """
    )
