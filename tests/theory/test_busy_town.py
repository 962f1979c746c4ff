"""Little's law on every queue of one busy town, and nobody who waits while there is room. The seed was fixed beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from sim.rules.lifecycle import CallStatus, Event, Status, StayStatus, TaskStatus
from tests.theory.chains import mean
from tests.theory.oracle import assert_agrees
from tests.theory.played import Bools, Played, play

POSITIONS, BAYS, SLOTS = 1, 1, 30
PLACES = {"hospital": 12, "ward": 14, "cells": 4}
RUNS = 20


@dataclass(frozen=True, eq=False)
class Line:
    """A place where people wait."""

    name: str
    come: Bools  # rows after which one more waits
    go: Bools  # rows after which one less waits; their cause is the row that came
    is_full: Bools  # after each row: there is no room for who waits here


@pytest.fixture(scope="module")
def towns() -> list[Played]:
    return list(play("busy.yaml", RUNS))


def before(played: Played, status: int) -> Bools:
    """Rows about no unit whose former status is this."""
    found: Bools = (played.ledger["unit"] < 0) & (played.ledger["status_from"] == status)
    return found


def answer_queues(played: Played) -> Iterator[Line]:
    """Those of the desks: a call that spills leaves one and joins another."""
    gone = before(played, CallStatus.RINGING)
    for number, desk in enumerate(played.world.names.desks):
        talk_ends = played.rows(Event.PASSED_ON, Event.RESOLVED_BY_PHONE, at=desk)
        talking = played.number(played.rows(Event.ANSWERED, at=desk), talk_ends)
        joined = played.ledger["place"][played.ledger["cause"]] == number
        yield Line(f"answer queue of {desk}", played.rows(Event.RINGS, at=desk), gone & joined, talking == POSITIONS)


def dispatch_queue(played: Played) -> Line:
    """Calls for which no car is free."""
    given_up = played.rows(Event.ABANDONED) & before(played, CallStatus.QUEUED)
    of_unit = played.ledger["unit"] >= 0
    idle = played.number(*(of_unit & (played.ledger[column] == Status.IDLE) for column in ("status_to", "status_from")))
    return Line("dispatch", played.rows(Event.PASSED_ON), played.rows(Event.DISPATCHED) | given_up, idle == 0)


def doors(played: Played) -> Iterator[Line]:
    """People at a door, on foot or with the car that brings them: those on foot need no bay, but a place."""
    for facility in ("hospital", "cells"):
        admitted = played.rows(Event.ADMITTED, at=facility)
        placed = played.number(admitted, played.rows(Event.LEFT, at=facility))
        arrived = played.rows(Event.AT_FACILITY, at=facility)
        by_car = admitted & arrived[played.ledger["cause"]]
        handing_over = played.number(by_car, played.rows(Event.CLEAR, at=facility))
        no_place = placed == PLACES[facility]
        no_bay = (handing_over == BAYS) if facility == "hospital" else np.zeros_like(no_place)
        yield Line(f"cars at {facility}", arrived, by_car, no_place | no_bay)
        walked_in = played.rows(Event.WALKED_IN, at=facility)
        if walked_in.any():
            yield Line(f"people on foot at {facility}", walked_in, admitted & ~by_car, no_place)


def boarding(played: Played) -> Line:
    """People in the ED whose treatment is over, until the ward has a bed."""
    left = played.rows(Event.LEFT, at="hospital") & before(played, StayStatus.BOARDING)
    in_ward = played.number(played.rows(Event.ADMITTED, at="ward"), played.rows(Event.LEFT, at="ward"))
    return Line("boarding", played.rows(Event.BOARDS, at="hospital"), left, in_ward == PLACES["ward"])


def caseload(played: Played) -> Line:
    """Follow-ups for which no case manager has room."""
    waited, tried = (before(played, status) for status in (TaskStatus.WAITING, TaskStatus.OPEN))
    opened, lapsed = played.rows(Event.TASK_OPENED), played.rows(Event.LAPSED)
    taken = played.number(opened, played.rows(Event.CARE_ENDED) | (lapsed & tried))
    return Line("caseload", played.rows(Event.TASK_RAISED), opened | (lapsed & waited), taken == SLOTS)


def lines(played: Played) -> list[Line]:
    """Every place where somebody waits."""
    return [*answer_queues(played), dispatch_queue(played), *doors(played), boarding(played), caseload(played)]


def test_littles_law_holds_in_every_queue(towns: list[Played]) -> None:
    """Mean number waiting = arrivals x mean wait, where each wait is told by the row that ends it and the row it follows."""
    found: dict[str, list[float]] = {}
    for played in towns:
        rows, world = played.ledger, played.world
        for line in lines(played):
            came_s = rows["t_s"][rows["cause"][line.go]]
            in_window = (came_s >= world.window_start_s) & (came_s < world.window_end_s)
            waited_s = float((rows["t_s"][line.go] - came_s)[in_window].sum())
            number = mean(played.shares(played.number(line.come, line.go)), 0)
            ratio = waited_s / number / float(world.window_end_s - world.window_start_s)
            found.setdefault(line.name, []).append(round(ratio, 9))  # sums of floats are not exact
    for name, values in found.items():
        assert_agrees(values, 1.0, f"waits told by rows over waits told by numbers, {name}", len(found))


def test_nobody_waits_while_there_is_room(towns: list[Played]) -> None:
    for played in towns:
        is_last = np.diff(played.ledger["t_s"], append=-1) != 0  # of its second
        for line in lines(played):
            waiting = played.number(line.come, line.go)
            assert (waiting >= 0).all() and waiting.max() > 0, line.name
            idle = np.flatnonzero(is_last & (waiting > 0) & ~line.is_full)
            assert len(idle) == 0, f"{line.name}: row {idle[0]} leaves {waiting[idle[0]]} waiting with room for one"
