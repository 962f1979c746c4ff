"""What a mechanism that does nothing must not change: the same calls, units, events and endings at the same seconds."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engines import run
from sim.rules.lifecycle import Event
from sim.scenario.schema import Scenario
from sim.world import build_world
from tests.laws.coupled import ALWAYS, Data, coupled_data, either, follow_ups, houses, peoples
from tests.laws.laws_of_coupled import OF_STAY

TOWNS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
OF_PHONE = (Event.RINGS, Event.ANSWERED, Event.PASSED_ON)
OF_IDLE_FOLLOW_UP = (Event.TASK_RAISED, Event.LAPSED)


def story(data: Data, dropped: tuple[Event, ...] = ()) -> list[tuple[int, ...]]:
    """Second, call, unit, event and disposition of every row, those about no unit of the dropped events left out."""
    ledger = run(build_world(Scenario.model_validate(data))).ledger
    kept = ledger[~((ledger["unit"] < 0) & [event in dropped for event in ledger["event"]])]
    return [tuple(row) for row in kept[["t_s", "call", "unit", "event", "disposition"]].tolist()]


def without(data: Data, *parts: str) -> Data:
    """A copy that lacks these chapters."""
    return {name: copy.deepcopy(value) for name, value in data.items() if name not in parts}


@st.composite
def idle_phones(draw: st.DrawFn, channels: list[str]) -> Data:
    """Enough call-takers who take no time, see every call for what it is and resolve none."""
    desk = {
        "shifts": {"a": ALWAYS | {"posts": 500}},
        "sensitivity_share": 1.0,
        "handling_min": either(draw, {}, {"all": 0}),
        "rings_again": either(draw, None, {"share": 1.0}),
        "spills": either(draw, None, {"desk": "second", "after_min": 1}),
        "hands_on": either(draw, None, {"desk": "second", "only_if_free": False}, {"desk": "second", "takes": ["other"]}),
    }
    second = {"shifts": {"a": ALWAYS | {"posts": 500}}, "sensitivity_share": 1.0}
    return {"desks": {"first": desk | {"channels": channels}, "second": second}}


@TOWNS
@given(coupled_data(), st.data())
def test_a_phone_that_does_nothing_is_no_phone(data: Data, drawn: Any) -> None:
    bare = without(data, "phone")
    for kind in bare["types"].values():
        kind.pop("mislabelled", None)
    channels = sorted(bare["demand"]["channels"]) or ["911"]
    phone = drawn.draw(idle_phones(channels if drawn.draw(st.booleans()) else channels[:1]))
    assert story(bare) == story(bare | {"phone": phone}, OF_PHONE)


@TOWNS
@given(coupled_data(), follow_ups(), st.sampled_from([(0, 25), (3, 0)]))
def test_case_managers_without_room_are_none(data: Data, follow_up: Data, room: tuple[int, int]) -> None:
    bare = without(data, "follow_up")
    idle = follow_up | {"case_managers": room[0], "caseload": room[1]}
    assert story(bare) == story(bare | {"follow_up": idle}, OF_IDLE_FOLLOW_UP)


@TOWNS
@given(coupled_data(), st.data())
def test_stays_where_there_is_always_room_change_nothing(data: Data, drawn: Any) -> None:
    """Nobody is known by name here: those would be away while they stay."""
    limits = {"places": None, "hours": {}, "bays": None}
    doors = drawn.draw(houses(tuple(data["zones"])))
    roomy = {name: row | limits for name, row in doors.items()}
    handed_over = {name: row | {"stay_h": None, "other_load": None} for name, row in roomy.items()}
    bare = without(data, "people", "facilities")
    assert story(bare | {"facilities": handed_over}) == story(bare | {"facilities": roomy}, OF_STAY)


@TOWNS
@given(coupled_data(), peoples())
def test_ages_and_housing_that_no_door_asks_for_change_nothing(data: Data, people: Data) -> None:
    bare = without(data, "people")
    bare["facilities"].pop("home", None)
    for row in bare["facilities"].values():
        row.pop("ages", None)
    people.pop("recurrent", None)
    assert story(bare) == story(bare | {"people": people})
