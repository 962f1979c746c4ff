"""Doors as tables, people who come without a call, and the luck of stays: what is stated, and who leaves whom alone."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from sim.errors import ResultsError
from sim.keys import MARKS
from sim.rules.lifecycle import MEDICAL_NEED, WEAPON, Disposition, Event
from sim.scenario.schema import Scenario
from sim.world import build_world
from sim.world.hours import known_events

DAY, HOUR = 86_400, 3600
CENTRE, ED, JAIL = range(3)


@pytest.fixture
def door_town(small_town: dict[str, Any]) -> dict[str, Any]:
    """The small town with stays at its ED and its crisis centre; other people come to both."""
    small_town["run"]["policy_starts"] = "2027-03-06"
    small_town["stay_spread"] = {"family": "gamma", "cv": 0.5}
    small_town["facilities"]["ed"] |= {
        "stay_h": 5, "bays": 3, "places": 20, "inpatient_share": 0.1, "hold_inpatient_share": 0.5,
        "handover_by_min": {"ems": 25}, "other_load": {"per_day": 48, "profile": {"hours": [0.5] * 12 + [1.5] * 12}},
    }  # fmt: skip
    evening = {"days": "fri", "start": "20:00", "end": "02:00", "places": 9}
    small_town["facilities"]["centre"] |= {
        "stay_h": 20, "places": 6, "hours": {"evening": evening}, "takes": ["crisis"], "never_if": ["weapon"],
        "ages": ["adult"], "other_load": {"per_day": 12}, "open": "08:30-22:00",
    }  # fmt: skip
    return small_town


def built(data: dict[str, Any], baseline: dict[str, Any] | None = None, replication: int = 0) -> Any:
    first = None if baseline is None else Scenario.model_validate(baseline)
    return build_world(Scenario.model_validate(data), replication, first)


def visitors(world: Any, facility: str) -> list[tuple[int, ...]]:
    """When each visitor of a facility comes, and their luck."""
    rows = world.stays[len(world.calls) :]
    own = rows["facility"] == world.names.facilities.index(facility)
    columns = (world.visits_s[own], rows["stay_ppm"][own], rows["onward_mark"][own])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_tables_say_what_the_file_says(door_town: dict[str, Any]) -> None:
    world = built(door_town)
    tables, (centre, ed, jail) = world.after.tables, world.after.facilities
    assert (world.names.facilities, world.names.responders) == (("centre", "ed", "jail"), ("ems", "patrol", "team"))
    assert tables["handover_s"].tolist() == [[600, 600, 600], [1500, 3600, 3600], [1800, 1800, 1800]]
    assert (ed.bays, ed.stay_s, ed.waits, centre.bays, centre.stay_s, centre.waits) == (3, 5 * HOUR, 1, -1, 20 * HOUR, 0)
    assert (jail.bays, jail.stay_s, jail.waits, jail.onward) == (-1, -1, 1, 0)
    assert [mark / MARKS for mark in (ed.onward, ed.hold_onward)] == pytest.approx([0.1, 0.5])
    assert tables["places"][CENTRE].tolist() == [9 if 24 * 4 + 20 <= hour < 24 * 4 + 26 else 6 for hour in range(168)]
    assert (tables["places"][ED] == 20).all()
    assert (tables["places"][JAIL] == -1).all()
    crisis, other = 0, 1
    assert tables["accepts"][CENTRE, crisis, [0, MEDICAL_NEED, WEAPON]].tolist() == [1, 1, 0]
    assert not tables["accepts"][CENTRE, other].any()
    assert tables["accepts"][ED].all()
    assert tables["accepts_age"].tolist() == [[0, 1, 0], [1, 1, 1], [1, 1, 1]]
    assert world.after.numbers["has_stays"] == 1
    assert world.after.numbers["first_weekday"] == 4


def test_a_full_door_does_what_is_stated(door_town: dict[str, Any]) -> None:
    door_town["facilities"]["centre"]["when_full"] = "wait"
    door_town["facilities"]["ed"]["when_full"] = "next"
    assert [row.waits for row in built(door_town).after.facilities] == [1, 0, 1]


def test_a_door_of_one_plan_is_none_in_the_other(door_town: dict[str, Any]) -> None:
    without = copy.deepcopy(door_town)
    del without["facilities"]["centre"]
    world = built(door_town, without)
    assert [row.kind for row in world.before.facilities] == [-1, 0, 2]
    assert (world.before.tables["places"][CENTRE] == -1).all()
    assert not world.before.tables["accepts"][CENTRE].any()
    came_s = np.array(visitors(world, "centre"))[:, 0]
    assert came_s.min() >= world.policy_starts_s, "nobody comes to a centre before it opens"


def test_as_many_come_as_stated_and_only_while_open(door_town: dict[str, Any]) -> None:
    door_town["run"] |= {"warm_up_days": 0, "days": 200, "run_out_days": 0}
    world = built(door_town)
    for name, per_day in (("ed", 48), ("centre", 12)):
        n, expected = len(visitors(world, name)), 200 * per_day
        assert abs(n - expected) < 4 * expected**0.5, name
    second = np.array(visitors(world, "centre"))[:, 0] % DAY
    assert second.min() >= 8.5 * HOUR
    assert second.max() < 22 * HOUR
    mornings = (second < 12 * HOUR).mean()
    assert abs(mornings - 3.5 / 13.5) < 4 * (0.25 / len(second)) ** 0.5
    evenings = (np.array(visitors(world, "ed"))[:, 0] % DAY >= 12 * HOUR).mean()
    assert abs(evenings - 0.75) < 4 * (0.1875 / (200 * 48)) ** 0.5, "as the profile has it"


def test_stays_have_their_spread_and_marks_are_even(door_town: dict[str, Any]) -> None:
    door_town["run"]["days"] = 200
    world = built(door_town)
    rows = world.stays[len(world.calls) :]
    assert rows["stay_ppm"].mean() / 1e6 == pytest.approx(1.0, abs=0.02)
    assert rows["stay_ppm"].std() / 1e6 == pytest.approx(0.5, abs=0.02)
    assert (rows["onward_mark"] < MARKS // 10).mean() == pytest.approx(0.1, abs=0.015)
    people = world.stays[: len(world.calls)][world.lucks["type"] == 0]
    assert people["stay_ppm"].std() / 1e6 == pytest.approx(0.5, abs=0.05)
    assert not np.isin(people["onward_mark"], rows["onward_mark"]).mean() > 0.01, "nobody shares a visitor's luck"


def test_the_rows_of_calls_come_first_and_visitors_in_order(door_town: dict[str, Any]) -> None:
    world = built(door_town)
    assert (world.stays["id"] == np.arange(len(world.stays))).all()
    assert (world.stays["facility"][: len(world.calls)] == -1).all()
    assert (np.diff(world.visits_s) >= 0).all()
    known = known_events(world)
    rows = known["event"] == Event.WALKED_IN
    assert known["t_s"][rows].tolist() == world.visits_s.tolist()
    assert sorted(known["entity"][rows]) == list(range(len(world.calls), len(world.stays)))
    keys = list(zip(*(known[name].tolist() for name in ("t_s", "event", "entity")), strict=True))
    assert keys == sorted(keys)


def test_engines_are_told_when_there_are_more_places(door_town: dict[str, Any]) -> None:
    more = copy.deepcopy(door_town)
    more["facilities"]["ed"]["places"] = 21
    world = built(more, door_town)
    known = known_events(world)
    rows = known["event"] == Event.PLACES
    rises = list(zip(known["t_s"][rows].tolist(), known["entity"][rows].tolist(), strict=True))
    fridays = [day for day in range(18) if day % 7 == 0]
    assert rises == sorted([*((day * DAY + 20 * HOUR, CENTRE) for day in fridays), (world.policy_starts_s, ED)])


def test_without_stays_nothing_of_them_is_drawn(small_town: dict[str, Any], door_town: dict[str, Any]) -> None:
    plain = copy.deepcopy(door_town)
    for row in plain["facilities"].values():
        for key in ("stay_h", "bays", "other_load"):
            row.pop(key, None)
    without, with_stays = built(plain), built(door_town)
    assert len(without.stays) == len(without.visits_s) == 0
    assert not np.isin(known_events(without)["event"], [Event.PLACES, Event.WALKED_IN]).any()
    assert without.calls.tobytes() == with_stays.calls.tobytes()
    assert without.lucks.tobytes() == with_stays.lucks.tobytes()


def _more_chairs(data: dict[str, Any]) -> None:
    data["facilities"]["centre"]["places"] = 12
    data["facilities"]["centre"]["stay_h"] = 10


def _another_team(data: dict[str, Any]) -> None:
    data["responders"]["team"]["shifts"]["extra"] = {"days": "all", "start": "01:00", "end": "02:00", "posts": 3}


def _another_door(data: dict[str, Any]) -> None:
    data["facilities"]["annex"] = {"kind": "sobering", "zone": "mid", "stay_h": 8, "places": 4, "other_load": {"per_day": 5}}


def _follow_up(data: dict[str, Any]) -> None:
    data["follow_up"] = {"case_managers": 2, "raised_share": {"resolved": 0.5}, "success_share": 0.4}


@pytest.mark.parametrize("change", [_more_chairs, _another_team, _another_door, _follow_up])
def test_an_option_leaves_everybody_else_alone(door_town: dict[str, Any], change: Any) -> None:
    other = copy.deepcopy(door_town)
    change(other)
    one, two = built(door_town), built(other, door_town)
    assert one.calls.tobytes() == two.calls.tobytes()
    assert one.stays[: len(one.calls)].tobytes() == two.stays[: len(two.calls)].tobytes()
    for name in ("ed", "centre"):
        assert visitors(one, name) == visitors(two, name)


def test_longer_hours_spread_the_same_people_and_only_from_then_on(door_town: dict[str, Any]) -> None:
    longer = copy.deepcopy(door_town)
    longer["facilities"]["centre"]["open"] = "00:00-24:00"
    one, two = built(door_town), built(longer, door_town)
    before = [[row for row in visitors(world, "centre") if row[0] < world.policy_starts_s] for world in (one, two)]
    assert before[0] == before[1] != []
    assert [row[1:] for row in visitors(one, "centre")] == [row[1:] for row in visitors(two, "centre")]
    assert visitors(one, "ed") == visitors(two, "ed")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("facilities", "ed", "other_load"), {"per_day": 50}),
        (("stay_spread",), {"cv": 2}),
        (("people",), {"unhoused_share": 0.1}),
    ],
)
def test_options_share_other_peoples_stays(door_town: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    other = copy.deepcopy(door_town)
    part: Any = other
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    with pytest.raises(ResultsError, match=r"\.".join(path)):
        built(other, door_town)


def test_endings_raise_follow_up_in_their_shares(door_town: dict[str, Any]) -> None:
    _follow_up(door_town)
    world = built(door_town)
    raises = world.after.tables["raises"] / MARKS
    assert raises.tolist() == pytest.approx([0.5 if ending == Disposition.RESOLVED else 0.0 for ending in Disposition])
    numbers = world.after.numbers
    assert numbers["caseload"] == 2 * 25
    assert (numbers["due_s"], numbers["first_attempt_s"], numbers["attempt_every_s"]) == (72 * HOUR, 24 * HOUR, 48 * HOUR)
    assert (numbers["max_attempts"], numbers["care_s"]) == (3, 90 * DAY)
    assert (world.tasks["id"] == np.arange(len(world.calls))).all()
    assert (world.tasks["needed"] == world.lucks["attempts"]).all()


@pytest.mark.parametrize(("posts", "is_seen"), [(1, 1), (0, 0)])
def test_people_see_a_programme_that_is_on_the_roster(door_town: dict[str, Any], posts: int, is_seen: int) -> None:
    door_town["demand"]["induced"] = {"share": 0.1, "seen": ["co_response"]}
    door_town["responders"]["team"]["shifts"]["late"]["posts"] = posts
    assert built(door_town).after.numbers["is_seen"] == is_seen
