"""Laws every ledger keeps, whatever the town: read off the rows alone, by code that shares nothing with the engine."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import given, settings

from sim.engines import run
from sim.rules.lifecycle import ENDING_EVENTS, Event, Status
from sim.scenario.schema import Scenario
from sim.world import World, build_world
from tests.laws.strategies import scenarios

SENDS_AT_ONCE = ("nearest", "police_first", "sector", "expected_coverage")
TOWNS = settings(max_examples=60, deadline=None)


def played(scenario: Scenario) -> tuple[World, Any]:
    world = build_world(scenario)
    return world, run(world)


@TOWNS
@given(scenarios())
def test_every_call_is_received_once_and_ends_once(scenario: Scenario) -> None:
    world, result = played(scenario)
    events = defaultdict(list)
    for row in result.ledger:
        if row["call"] >= 0:
            events[int(row["call"])].append(int(row["event"]))
    assert sorted(events) == list(range(len(world.calls)))
    for call, seen in events.items():
        assert seen[0] == Event.RECEIVED, call
        assert seen.count(Event.RECEIVED) == 1
        endings = [event for event in seen if event in ENDING_EVENTS]
        assert len(endings) == 1, (call, [Event(e).name for e in seen])
        after = seen[seen.index(endings[0]) + 1 :]
        assert set(after) <= {Event.PAPERWORK}, (call, [Event(e).name for e in after])


@TOWNS
@given(scenarios())
def test_no_unit_is_in_two_places_and_statuses_chain(scenario: Scenario) -> None:
    world, result = played(scenario)
    status = dict.fromkeys(range(len(world.units)), int(Status.OFF_DUTY))
    at_call: dict[int, int] = {}
    for row in result.ledger:
        unit = int(row["unit"])
        if unit < 0:
            continue
        assert row["status_from"] == status[unit]
        status[unit] = int(row["status_to"])
        event, call = int(row["event"]), int(row["call"])
        if event == Event.DISPATCHED:
            assert unit not in at_call
            at_call[unit] = call
        elif event in (Event.EN_ROUTE, Event.ON_SCENE, Event.FORCE_USED, Event.TRANSPORTING, Event.AT_FACILITY, Event.CLEAR):
            assert at_call[unit] == call
            if event == Event.CLEAR:
                del at_call[unit]
    assert [int(u) for u in result.units["status"]] == [status[i] for i in range(len(world.units))]


@TOWNS
@given(scenarios())
def test_nobody_is_sent_off_shift_and_late_work_is_overtime(scenario: Scenario) -> None:
    world, result = played(scenario)
    duties = defaultdict(list)
    for duty in world.duties:
        duties[int(duty["unit"])].append((int(duty["start_s"]), int(duty["end_s"])))
    late = set()
    for row in result.ledger:
        unit, t = int(row["unit"]), int(row["t_s"])
        on = any(start <= t < end for start, end in duties[unit])
        if row["event"] == Event.DISPATCHED:
            assert on
        elif row["event"] == Event.OVERTIME:
            late.add(unit)
        elif row["event"] in (Event.SHIFT_END, Event.SHIFT_START):
            late.discard(unit)
        elif row["event"] in (Event.EN_ROUTE, Event.ON_SCENE, Event.TRANSPORTING, Event.AT_FACILITY) and not on:
            assert unit in late or any(end == t for _, end in duties[unit])


@TOWNS
@given(scenarios())
def test_time_never_runs_back_and_causes_precede_effects(scenario: Scenario) -> None:
    _, result = played(scenario)
    times = result.ledger["t_s"]
    assert (times[1:] >= times[:-1]).all()
    for i, cause in enumerate(result.ledger["cause"].tolist()):
        assert -1 <= cause < i
        if cause >= 0:
            effect, before = result.ledger[i], result.ledger[cause]
            assert effect["call"] == before["call"] or effect["unit"] == before["unit"]


@TOWNS
@given(scenarios())
def test_remits_hold_and_idle_eligible_units_leave_no_call_waiting(scenario: Scenario) -> None:
    world, result = played(scenario)
    for row in result.ledger[result.ledger["event"] == Event.DISPATCHED]:
        call, unit = world.calls[row["call"]], world.units[row["unit"]]
        assert world.after.takes[call["type"], call["flags"], unit["responder"]] == 1
    if scenario.policy.name not in SENDS_AT_ONCE:
        return  # may hold calls back
    _check_no_idle_unit_beside_a_waiting_call(world, result.ledger)


def _check_no_idle_unit_beside_a_waiting_call(world: World, ledger: Any) -> None:
    idle: set[int] = set()
    waiting: set[int] = set()
    for i, row in enumerate(ledger):
        event, call, unit = int(row["event"]), int(row["call"]), int(row["unit"])
        if unit >= 0:
            (idle.add if row["status_to"] == Status.IDLE else idle.discard)(unit)
        if event == Event.RECEIVED:
            waiting.add(call)
        elif event == Event.DISPATCHED or event in ENDING_EVENTS:
            waiting.discard(call)
        if i + 1 == len(ledger) or ledger[i + 1]["t_s"] > row["t_s"]:
            for c in waiting:
                for u in idle:
                    kind, flags = world.calls[c]["type"], world.calls[c]["flags"]
                    assert world.after.takes[kind, flags, world.units[u]["responder"]] == 0
