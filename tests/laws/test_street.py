"""Laws of crews that meet, wait, ask, are diverted and given up, read off the rows by code that shares nothing with engines."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import HealthCheck, given, settings

from sim.engines import run
from sim.engines.readable import open_town
from sim.measure.invariants import check
from sim.rules.lifecycle import DANGER, ENDING_EVENTS, LEAVING_EVENTS, CallStatus, Event, Status
from sim.scenario.schema import Scenario
from sim.world import World, build_world
from tests.laws.strategies import streets

TOWNS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
WITH_A_PERSON = (Event.LEADS, Event.FORCE_USED, Event.TRANSPORTING, Event.AT_FACILITY, Event.CLEAR)


def played(scenario: Scenario) -> tuple[World, Any]:
    world = build_world(scenario)
    return world, run(world)


def by_call(ledger: Any) -> dict[int, list[Any]]:
    """Rows of each call, in order."""
    found = defaultdict(list)
    for row in ledger:
        if row["call"] >= 0:
            found[int(row["call"])].append(row)
    return found


@TOWNS
@given(streets())
def test_the_shipped_check_finds_nothing(scenario: Scenario) -> None:
    world, result = played(scenario)
    check(result.ledger, world)


@TOWNS
@given(streets())
def test_no_call_is_lost_and_nobody_stays_at_one_that_has_ended(scenario: Scenario) -> None:
    world, result = played(scenario)
    rows = by_call(result.ledger)
    assert sorted(rows) == list(range(len(world.calls)))
    for call, own in rows.items():
        events = [int(row["event"]) for row in own]
        assert events[0] == Event.RECEIVED
        assert events.count(Event.RECEIVED) == 1
        assert sum(event in ENDING_EVENTS for event in events) == 1, call
        at_call: set[int] = set()
        for row in own:
            if row["event"] == Event.DISPATCHED:
                at_call.add(int(row["unit"]))
            elif row["event"] in LEAVING_EVENTS:
                at_call.remove(int(row["unit"]))
            if row["event"] in ENDING_EVENTS and row["event"] != Event.UNFINISHED:
                assert not at_call, (call, "units left behind", at_call)
        after = events[next(i for i, e in enumerate(events) if e in ENDING_EVENTS) + 1 :]
        assert set(after) <= {Event.PAPERWORK}


@TOWNS
@given(streets())
def test_no_unit_is_booked_twice_or_leaves_somebody_it_is_in_charge_of(scenario: Scenario) -> None:
    _, result = played(scenario)
    call_of: dict[int, int] = {}
    leads: dict[int, int] = {}
    for row in result.ledger:
        unit, call, event = int(row["unit"]), int(row["call"]), int(row["event"])
        if unit < 0:
            continue
        if event == Event.DISPATCHED:
            assert unit not in call_of
            assert row["status_from"] == Status.IDLE
            call_of[unit] = call
        elif event in LEAVING_EVENTS:
            assert call_of.pop(unit) == call
            if event in (Event.RELEASED, Event.CALLED_OFF, Event.RELAY_FAILED):
                assert leads.get(call) != unit, "a unit in charge was let go"
            if event == Event.CALLED_OFF and call in leads:
                assert row["status_from"] in (Status.TURNOUT, Status.EN_ROUTE), "called off from a call being worked on"
            if event in (Event.RELEASED, Event.CLEAR):
                assert row["status_from"] >= Status.STAGING
        elif unit in call_of and event not in (Event.OVERTIME, Event.SHIFT_START):
            assert call_of[unit] == call
            if event in WITH_A_PERSON:
                assert row["status_from"] not in (Status.TURNOUT, Status.EN_ROUTE, Status.STAGING)
            if event == Event.LEADS:
                leads[call] = unit


@TOWNS
@given(streets())
def test_a_crew_that_waits_for_others_is_let_go_in_time(scenario: Scenario) -> None:
    """No deadlock: from the first unit there to work, or to everybody leaving, passes no more than the plan's limit."""
    town = open_town(build_world(scenario), step_s=300)
    while town.running:
        town.step()
        for call in town.calls.values():
            if call.status == CallStatus.ASSEMBLING:
                assert town.now - call.since_s <= town.town.alternatives[call.plan].give_up_s, call


@TOWNS
@given(streets())
def test_civilians_stay_away_from_danger_until_an_officer_is_there(scenario: Scenario) -> None:
    world, result = played(scenario)
    responders = world.after.responders
    there: dict[int, set[int]] = defaultdict(set)
    for row in result.ledger:
        unit, call = int(row["unit"]), int(row["call"])
        if unit < 0 or call < 0:
            continue
        kind = responders[world.units[unit]["responder"]]
        if row["event"] in (Event.ON_SCENE, Event.STAGED):
            there[call].add(unit)
            if row["event"] == Event.ON_SCENE and kind.stages and world.calls[call]["flags"] & DANGER:
                assert any(responders[world.units[u]["responder"]].has_officer for u in there[call]), (call, unit)
        elif row["event"] in LEAVING_EVENTS:
            there[call].discard(unit)


@TOWNS
@given(streets())
def test_diversion_goes_only_to_more_urgent_calls_as_the_table_says(scenario: Scenario) -> None:
    world, result = played(scenario)
    diverts = world.after.tables["diverts"]
    priority = world.calls["priority"].astype(int)
    rows = result.ledger
    for i, row in enumerate(rows):
        if row["event"] == Event.ESCALATED:
            priority[row["call"]] = 1
        if row["event"] != Event.DISPATCHED:
            continue
        before = [r for r in rows[max(i - 60, 0) : i] if r["unit"] == row["unit"] and r["t_s"] == row["t_s"]]
        if before and before[-1]["event"] == Event.CALLED_OFF and before[-1]["cause"] >= 0:
            left = before[-1]["call"]
            taken_on_the_way = before[-1]["status_from"] in (Status.TURNOUT, Status.EN_ROUTE)
            if taken_on_the_way and left != row["call"] and rows[i - 1]["unit"] == row["unit"]:
                is_free = not any(r["call"] == left and r["event"] in ENDING_EVENTS for r in rows[:i])
                assert not is_free or diverts[priority[left], priority[row["call"]]] == 1


@TOWNS
@given(streets())
def test_nobody_is_sent_off_shift_or_on_a_break(scenario: Scenario) -> None:
    world, result = played(scenario)
    duties = defaultdict(list)
    for duty in world.duties:
        duties[int(duty["unit"])].append((int(duty["start_s"]), int(duty["end_s"])))
    for row in result.ledger[result.ledger["event"] == Event.DISPATCHED]:
        assert any(start <= row["t_s"] < end for start, end in duties[int(row["unit"])])
