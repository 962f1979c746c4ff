"""While a call waits: units diverted, crews given up, callers who leave or are rung back, other dispatch centres."""

from __future__ import annotations

from tests.unit.avenue import HIGH, call, lines, story, town

PAIR = {"roles": ["officer", "clinician"]}
TWO_DAYS = {"begins": "2027-03-01", "warm_up_days": 1, "days": 1, "run_out_days": 0}
NOON = {"patrol": {}, "team": {"shift": {"start": "12:00", "end": "20:00"}}}
RELAYED = {"relay": {"delay_min": 6, "fails_share": 0.5}}
CLINICIAN_FIRST = {"a": {"roles": ["clinician"]}, "b": {"rank": 2, "roles": ["officer"]}}
BY_PRIORITY = {
    "soft": {"priorities": [2, 3, 4], "alternatives": {"a": {"roles": ["clinician"]}}},
    "urgent": {"priorities": [1], "alternatives": {"a": {"roles": ["officer"]}}},
}
GIVING_UP = {
    "a": {**PAIR, "sent_together": ["officer"], "give_up_min": 20},
    "b": {"rank": 2, "roles": ["clinician"]},
    "c": {**PAIR, "rank": 3, "sent_together": ["officer"], "give_up_min": 30},
}


def test_a_call_whose_unit_is_diverted_keeps_its_age() -> None:
    # A goes before c, of the same priority and received while a was without a unit.
    place = town({"patrol": {"on_scene_min": 5}}, dispatch={"diverts": {3: [1]}})
    told = story(place, call(), call(5, priority=1), call(6))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        5 b RECEIVED
        5 a CALLED_OFF patrol
        5 b DISPATCHED patrol
        5 b EN_ROUTE patrol
        6 c RECEIVED
        15 b ON_SCENE patrol
        20 b CLEAR patrol RESOLVED
        20 a DISPATCHED patrol
        20 a EN_ROUTE patrol
        30 a ON_SCENE patrol
        35 a CLEAR patrol RESOLVED
        35 c DISPATCHED patrol
        35 c EN_ROUTE patrol
        45 c ON_SCENE patrol
        50 c CLEAR patrol RESOLVED
        """
    )


def test_a_caller_whose_unit_is_diverted_has_waited_since_the_call() -> None:
    place = town({"patrol": {"on_scene_min": 5}}, dispatch={"diverts": {3: [1]}}, crisis={"patience_min": 7})
    told = story(place, call(patience_s=420), call(5, priority=1))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        5 b RECEIVED
        5 a CALLED_OFF patrol
        5 b DISPATCHED patrol
        5 b EN_ROUTE patrol
        7 a ABANDONED RESOLVED
        15 b ON_SCENE patrol
        20 b CLEAR patrol RESOLVED
        """
    )


def test_nobody_is_diverted_to_a_call_that_the_table_leaves_out() -> None:
    place = town({"patrol": {"on_scene_min": 5}}, dispatch={"diverts": {3: [1]}})
    told = story(place, call(), call(5, priority=2))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        5 b RECEIVED
        10 a ON_SCENE patrol
        15 a CLEAR patrol RESOLVED
        15 b DISPATCHED patrol
        15 b EN_ROUTE patrol
        25 b ON_SCENE patrol
        30 b CLEAR patrol RESOLVED
        """
    )


def test_a_crew_given_up_is_followed_by_later_alternatives_only_and_at_last_the_call_ends() -> None:
    # B could never be sent: its clinician comes at noon.
    place = town({"patrol": {}, "team": {"shift": {"start": "12:00"}}}, GIVING_UP)
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        10 a ON_SCENE patrol
        30 a CALLED_OFF patrol
        30 a DISPATCHED patrol
        30 a EN_ROUTE patrol
        40 a ON_SCENE patrol
        70 a CALLED_OFF patrol
        70 a GIVEN_UP RESOLVED
        """
    )


def test_patience_that_ran_out_on_the_way_counts_when_the_unit_is_diverted() -> None:
    place = town({"patrol": {"on_scene_min": 5}}, dispatch={"diverts": {3: [1]}}, crisis={"patience_min": 20})
    told = story(place, call(), call(1, patience_s=1200), call(22, priority=1))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        1 b RECEIVED
        10 a ON_SCENE patrol
        15 a CLEAR patrol RESOLVED
        15 b DISPATCHED patrol
        15 b EN_ROUTE patrol
        22 c RECEIVED
        22 b CALLED_OFF patrol
        22 c DISPATCHED patrol
        22 b ABANDONED RESOLVED
        22 c EN_ROUTE patrol
        32 c ON_SCENE patrol
        37 c CLEAR patrol RESOLVED
        """
    )


def test_a_substitute_goes_when_the_call_is_old_enough() -> None:
    place = town(NOON, {"a": {"roles": ["clinician"]}, "b": {"rank": 2, "after_min": 15, "roles": ["officer"]}})
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        15 a DISPATCHED patrol
        15 a EN_ROUTE patrol
        25 a ON_SCENE patrol
        85 a CLEAR patrol RESOLVED
        """
    )


def test_a_caller_may_leave_with_a_unit_on_its_way() -> None:
    place = town({"patrol": {}}, crisis={"patience_min": 8, "gives_up_until": "on_scene"})
    told = story(place, call(patience_s=480))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        8 a CALLED_OFF patrol
        8 a ABANDONED RESOLVED
        """
    )


def test_else_a_caller_stays_once_somebody_is_sent() -> None:
    place = town({"patrol": {}}, crisis={"patience_min": 8})
    told = story(place, call(patience_s=480))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        10 a ON_SCENE patrol
        70 a CLEAR patrol RESOLVED
        """
    )


def test_who_is_rung_back_may_need_nobody_any_more() -> None:
    place = town({"patrol": {}}, crisis={"no_need_share": 0.5}, dispatch={"call_back_after_min": 20})
    told = story(place, call(kind="other"), call(1), call(2, call_back_mark=HIGH))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        1 b RECEIVED
        2 c RECEIVED
        10 a ON_SCENE patrol
        21 b CANCELLED RESOLVED
        22 c CALLED_BACK
        70 a CLEAR patrol HANDLED
        70 c DISPATCHED patrol
        70 c EN_ROUTE patrol
        80 c ON_SCENE patrol
        140 c CLEAR patrol RESOLVED
        """
    )


def test_a_crisis_that_grows_worse_goes_before_others() -> None:
    place = town({"patrol": {}}, crisis={"escalates": {"share": 0.5, "after_min": 9}})
    told = story(place, call(kind="other"), call(1, priority=2), call(2, escalates_s=600))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        1 b RECEIVED
        2 c RECEIVED
        10 a ON_SCENE patrol
        12 c ESCALATED
        70 a CLEAR patrol HANDLED
        70 c DISPATCHED patrol
        70 c EN_ROUTE patrol
        80 c ON_SCENE patrol
        140 c CLEAR patrol RESOLVED
        140 b DISPATCHED patrol
        140 b EN_ROUTE patrol
        150 b ON_SCENE patrol
        210 b CLEAR patrol RESOLVED
        """
    )


def test_a_crisis_that_grows_worse_comes_under_the_plan_of_urgent_calls() -> None:
    # Its clinician would come at noon.
    place = town({"patrol": {}, "team": {"shift": {"start": "12:00"}}}, response_plans=BY_PRIORITY)
    told = story(place, call(escalates_s=600))
    assert told == lines(
        """
        0 a RECEIVED
        10 a ESCALATED
        10 a DISPATCHED patrol
        10 a EN_ROUTE patrol
        20 a ON_SCENE patrol
        80 a CLEAR patrol RESOLVED
        """
    )


def test_a_call_that_waits_comes_under_the_plan_that_begins() -> None:
    # Until the second midnight it waits for a clinician, who comes at noon.
    place = town(NOON, {"a": {"roles": ["officer"]}}, run=TWO_DAYS)
    told = story(place, call(1430), before=town(NOON, {"a": {"roles": ["clinician"]}}, run=TWO_DAYS))
    assert told == lines(
        """
        1430 a RECEIVED
        1440 a DISPATCHED patrol
        1440 a EN_ROUTE patrol
        1450 a ON_SCENE patrol
        1510 a CLEAR patrol RESOLVED
        """
    )


def test_where_another_centre_sends_nobody_another_type_goes() -> None:
    place = town({"team": RELAYED, "patrol": {}}, CLINICIAN_FIRST)
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED team
        6 a RELAY_FAILED team
        6 a DISPATCHED patrol
        6 a EN_ROUTE patrol
        16 a ON_SCENE patrol
        76 a CLEAR patrol RESOLVED
        """
    )


def test_where_it_sends_somebody_the_relay_takes_its_time() -> None:
    place = town({"team": RELAYED, "patrol": {}}, CLINICIAN_FIRST)
    told = story(place, call(relay_mark=HIGH))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED team
        6 a EN_ROUTE team
        16 a ON_SCENE team
        76 a CLEAR team RESOLVED
        """
    )
