"""Several at one call: who goes in, who waits near it, who asks for whom, who takes charge and leaves when."""

from __future__ import annotations

from tests.unit.avenue import HIGH, call, lines, story, town

CAREFUL = {"stages": True}
PAIR = {"roles": ["officer", "clinician"]}
ASKING = {"asks": {"role": "clinician", "share": {"all": 0.5}, "wait_min": 20, "takes_charge": True}, "leaves_after_min": 15}
MILD = {"effects": {"matched": {"ed": 0.5}}}  # halves the odds of the ED
MIDDLE = 6 * 2**32 // 10  # a mark that means the ED where half go there, and not where a third do
DRIVEN = {"transport_by": "medic", "ambulance_wait_min": 20}
COMPLETED = {**PAIR, "minimum": ["officer"], "sent_together": PAIR["roles"], "full_crew_wait_min": 5, "settles_as": "joint"}


def test_police_stand_by_and_civilians_go_in() -> None:
    # Only who was with the person has anything to write up.
    place = town({"patrol": {"paperwork_min": 20}, "team": {"paperwork_min": 20}}, {"a": {**PAIR, "stand_by": ["officer"]}})
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a DISPATCHED team
        0 a EN_ROUTE patrol
        0 a EN_ROUTE team
        10 a STAGED patrol
        10 a ON_SCENE team
        10 a LEADS team
        70 a RELEASED patrol
        70 a CLEAR team RESOLVED
        70 a PAPERWORK team
        90 - AVAILABLE team
        """
    )


def test_civilians_stage_until_patrol_is_there() -> None:
    place = town({"patrol": {"turnout_min": 5}, "team": CAREFUL}, {"a": PAIR})
    told = story(place, call(flag="weapon"))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a DISPATCHED team
        0 a EN_ROUTE team
        5 a EN_ROUTE patrol
        10 a STAGED team
        15 a ON_SCENE patrol
        15 a ON_SCENE team
        15 a LEADS team
        75 a RELEASED patrol
        75 a CLEAR team RESOLVED
        """
    )


def test_civilians_who_were_sent_alone_ask_for_patrol() -> None:
    place = town({"patrol": {}, "team": CAREFUL}, {"a": {"roles": ["clinician"]}})
    told = story(place, call(flag="violence_risk"))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED team
        0 a EN_ROUTE team
        10 a STAGED team
        10 a ASKED team
        10 a DISPATCHED patrol
        10 a EN_ROUTE patrol
        20 a ON_SCENE patrol
        20 a ON_SCENE team
        20 a LEADS team
        80 a RELEASED patrol
        80 a CLEAR team RESOLVED
        """
    )


def test_civilians_go_in_where_nothing_is_dangerous() -> None:
    place = town({"patrol": {}, "team": CAREFUL}, {"a": {"roles": ["clinician"]}})
    told = story(place, call(flag="medical_need"))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED team
        0 a EN_ROUTE team
        10 a ON_SCENE team
        70 a CLEAR team ED_MEDICAL
        """
    )


def test_patrol_asks_for_a_clinician_who_takes_charge_and_leaves_in_its_time() -> None:
    # With patrol in charge the person goes to the ED, with the clinician not.
    place = town({"patrol": ASKING, "team": MILD}, {"a": {"roles": ["officer"]}}, reference={"ed": 0.5})
    told = story(place, call(ed_mark=MIDDLE))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        10 a ON_SCENE patrol
        15 a ASKED patrol
        15 a DISPATCHED team
        15 a EN_ROUTE team
        25 a ON_SCENE team
        25 a LEADS team
        40 a RELEASED patrol
        85 a CLEAR team RESOLVED
        """
    )


def test_without_asking_patrol_works_alone() -> None:
    place = town({"patrol": ASKING, "team": MILD}, {"a": {"roles": ["officer"]}}, reference={"ed": 0.5})
    told = story(place, call(ed_mark=MIDDLE, ask_mark=HIGH))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        10 a ON_SCENE patrol
        70 a TRANSPORTING patrol
        80 a AT_FACILITY patrol
        110 a CLEAR patrol ED
        """
    )


def test_who_is_asked_for_in_vain_is_waited_for_a_stated_time() -> None:
    place = town({"patrol": {**ASKING, "on_scene_min": 10}, "team": {"shift": {"start": "12:00"}}}, {"a": {"roles": ["officer"]}})
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        10 a ON_SCENE patrol
        15 a ASKED patrol
        35 a CLEAR patrol RESOLVED
        """
    )


def test_a_crew_that_does_not_drive_asks_for_an_ambulance_and_is_released() -> None:
    place = town({"team": DRIVEN, "ems": {}}, {"a": {"roles": ["clinician"]}}, reference={"ed": 1.0})
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED team
        0 a EN_ROUTE team
        10 a ON_SCENE team
        70 a ASKED team
        70 a DISPATCHED ems
        70 a EN_ROUTE ems
        80 a ON_SCENE ems
        80 a LEADS ems
        80 a RELEASED team
        80 a TRANSPORTING ems
        90 a AT_FACILITY ems
        120 a CLEAR ems ED
        """
    )


def test_another_unit_at_the_scene_takes_the_person_away_and_the_first_is_released() -> None:
    place = town({"patrol": {}, "team": {}}, {"a": {**PAIR, "lead": "clinician"}}, reference={"ed": 1.0})
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a DISPATCHED team
        0 a EN_ROUTE patrol
        0 a EN_ROUTE team
        10 a ON_SCENE patrol
        10 a ON_SCENE team
        10 a LEADS team
        70 a LEADS patrol
        70 a RELEASED team
        70 a TRANSPORTING patrol
        80 a AT_FACILITY patrol
        110 a CLEAR patrol ED
        """
    )


def test_where_no_ambulance_can_be_sent_one_from_outside_comes() -> None:
    place = town({"team": DRIVEN, "ems": {"shift": {"start": "12:00"}}}, {"a": {"roles": ["clinician"]}}, reference={"ed": 1.0})
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED team
        0 a EN_ROUTE team
        10 a ON_SCENE team
        70 a ASKED team
        90 a CLEAR team ED
        """
    )


def test_the_minimum_begins_when_it_has_waited_long_enough() -> None:
    place = town(
        {"patrol": {}, "team": {"turnout_min": 60}},
        {"a": {**PAIR, "minimum": ["officer"], "sent_together": ["officer", "clinician"], "full_crew_wait_min": 15}},
    )
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a DISPATCHED team
        0 a EN_ROUTE patrol
        10 a ON_SCENE patrol
        25 a LEADS patrol
        60 a EN_ROUTE team
        70 a ON_SCENE team
        85 a RELEASED team
        85 a CLEAR patrol RESOLVED
        """
    )


def test_who_completes_the_crew_changes_how_the_call_ends() -> None:
    # Alone patrol would take the person to the ED.
    place = town(
        {"patrol": {}, "team": {"turnout_min": 20}, "joint": {"posts": 0, **MILD}}, {"a": COMPLETED}, reference={"ed": 0.5}
    )
    told = story(place, call(ed_mark=MIDDLE))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a DISPATCHED team
        0 a EN_ROUTE patrol
        10 a ON_SCENE patrol
        15 a LEADS patrol
        20 a EN_ROUTE team
        30 a ON_SCENE team
        75 a RELEASED team
        75 a CLEAR patrol RESOLVED
        """
    )


def test_a_clinician_by_screen_joins_only_once_somebody_is_there() -> None:
    place = town({"patrol": {}, "screen": {"remote": True, "leaves_after_min": 5}}, {"a": {**PAIR, "sent_together": ["officer"]}})
    told = story(place, call())
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        10 a ON_SCENE patrol
        10 a DISPATCHED screen
        10 a EN_ROUTE screen
        10 a ON_SCENE screen
        10 a LEADS patrol
        15 a RELEASED screen
        70 a CLEAR patrol RESOLVED
        """
    )


def test_a_crisis_taken_for_something_else_is_recognised_on_scene() -> None:
    place = town({"patrol": {"recognises_share": 0.5}})
    told = story(place, call(kind="other", truth="crisis"))
    assert told == lines(
        """
        0 a RECEIVED
        0 a DISPATCHED patrol
        0 a EN_ROUTE patrol
        10 a ON_SCENE patrol
        10 a RECOGNISED patrol
        70 a CLEAR patrol RESOLVED
        """
    )


def test_an_ambulance_that_is_asked_for_stages_until_an_officer_is_there() -> None:
    """It cannot take the person away from near the scene; the officer who comes lets it in."""
    crews = {"team": DRIVEN | {"ambulance_wait_min": 90}, "patrol": {"turnout_min": 0}, "ems": CAREFUL}
    told = story(town(crews, {"a": {"roles": ["clinician"]}}, reference={"ed": 1.0}), call(flag="weapon", ed_mark=HIGH))
    events = [line.split(maxsplit=1)[1] for line in told.strip().splitlines()]
    assert events.index("a STAGED ems") < events.index("a ON_SCENE ems") < events.index("a TRANSPORTING ems")
    assert events.index("a ON_SCENE patrol") < events.index("a ON_SCENE ems")
