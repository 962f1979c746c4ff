"""The tables derived from Aspen's ledger, cell by cell, and each promise of a ledger broken once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.errors import LedgerError
from sim.measure import Measures, measure
from sim.measure.invariants import check
from sim.measure.ledger import call_facts
from sim.measure.spells import shift_hours, unit_spells
from sim.rules.lifecycle import Event, Status
from tests.unit import hand
from tests.unit.hand import CAR, NIGHT, STORY, TEAM_1, at


@pytest.fixture(scope="module")
def aspen() -> Measures:
    return measure(hand.ledger(), hand.world())


def test_call_facts_tell_each_call(aspen: Measures) -> None:
    facts = aspen.call_facts
    assert facts["call"].tolist() == list(range(11))
    assert facts["responder"].tolist() == [
        "patrol",
        "patrol",
        "team",
        "patrol",
        "patrol",
        "patrol",
        "team",
        "patrol",
        "",
        "patrol",
        "",
    ]
    assert facts["programme"].tolist() == ["", "", "co_response", "", "", "", "co_response", "", "", "", ""]
    assert facts["unit"].tolist() == [0, 0, 1, 0, 0, 0, 1, 0, -1, 0, -1]
    assert facts["in_window"].tolist() == [False] + [True] * 10
    assert facts["person"].tolist() == [k not in (0, 7) for k in range(11)]
    # A weapon puts call 9 outside the only programme's remit.
    assert facts["eligible"].tolist() == [k not in (0, 7, 9) for k in range(11)]
    assert facts["weapon"].tolist() == [k == 9 for k in range(11)]
    assert facts["ending"].tolist()[8:] == ["ABANDONED", "CLEAR", "UNFINISHED"]
    assert facts["reason"].tolist() == [""] * 8 + ["abandoned", "", "unfinished"]
    assert facts["disposition"].tolist() == [
        "HANDLED", "ED", "ED", "RESOLVED", "ARREST", "REFERRED", "RESOLVED", "HANDLED", "ED", "HOLD", "",
    ]  # fmt: skip
    assert facts["hour_band"].tolist()[:3] == ["night", "morning", "afternoon"]


def test_call_facts_hold_every_interval(aspen: Measures) -> None:
    facts = aspen.call_facts
    minutes = {name: (facts[name] / 60).round(2).tolist() for name in facts.columns if name.endswith("_s")}
    gone = round(-1 / 60, 2)
    # Call 10 waited from 23:00 to 23:55 of the day after: 24 h 55 min.
    assert minutes["received_to_dispatched_s"] == [0] * 8 + [gone, 0, 1495]
    assert minutes["received_to_on_scene_s"] == [10, 10, 10, 10, 20, 10, 10, 10, gone, 10, gone]
    assert minutes["dispatched_to_on_scene_s"] == [10, 10, 10, 10, 20, 10, 10, 10, gone, 10, gone]
    assert minutes["time_on_task_s"] == [30, 120, 60, 40, 30, 30, 40, 40, gone, 120, gone]
    assert minutes["paperwork_s"] == [0, 0, 30, 0, 20, 0, 0, 0, 0, 0, 0]


def test_visits_force_and_rides(aspen: Measures) -> None:
    facts = aspen.call_facts
    marked = {
        name: facts.index[facts[name] == 1].tolist() for name in ("ed", "later_ed_72h", "later_ed_30d", "force", "ambulance")
    }
    # Patrol drove 1 and 9 itself, 8 went alone: only the team's call 2 needed an ambulance.
    assert marked == {"ed": [1, 2, 8, 9], "later_ed_72h": [3], "later_ed_30d": [3, 5], "force": [4], "ambulance": [2]}


def test_spells_of_the_team(aspen: Measures) -> None:
    spells = aspen.unit_spells
    team = spells[spells["unit"] == TEAM_1]
    hours = [
        (round((r.start_s - hand.DAY) / 3600, 2), round((r.end_s - hand.DAY) / 3600, 2), r.status, r.call, r.overtime)
        for r in team.itertuples()
    ]
    assert hours == [
        (12, 12.5, "IDLE", -1, 0),
        (12.5, 12.67, "EN_ROUTE", 2, 0),  # turnout of no length is left out
        (12.67, 13.5, "ON_SCENE", 2, 0),
        (13.5, 14, "PAPERWORK", 2, 0),
        (14, 15.83, "IDLE", -1, 0),
        (15.83, 16, "EN_ROUTE", 6, 0),
        (16, 16.5, "ON_SCENE", 6, 1),
    ]
    night = spells[spells["unit"] == NIGHT]
    assert night["end_s"].max() == 3 * hand.DAY  # the last spell ends with the run
    assert night["in_window_s"].sum() == 0
    # The car is on duty for three days, one of them measured; being on scene with force used is one spell.
    car = spells[spells["unit"] == CAR]
    assert (car["end_s"] - car["start_s"]).sum() == 3 * hand.DAY
    assert car["in_window_s"].sum() == hand.DAY
    assert len(car[(car["call"] == 4) & (car["status"] == "ON_SCENE")]) == 1


def test_shifts_in_the_window(aspen: Measures) -> None:
    hours = [(r.responder, r.in_window_s / 3600, r.staffed) for r in aspen.shifts.itertuples()]
    assert hours == [("patrol", 24, 1), ("team", 4, 1), ("team", 4, 0)]


def test_a_run_of_nothing_measures_to_nothing() -> None:
    world = hand.world()
    nothing = {name: getattr(world, name)[:0] for name in ("calls", "lucks", "shifts", "duties")}
    empty = replace(world, **nothing)
    found = measure(hand.ledger([]), empty)
    assert len(found.call_facts) == len(found.unit_spells) == len(found.reach) == 0
    totals = found.metrics[found.metrics["group"] == "all"].set_index("metric")
    assert totals.loc["calls_received", "value"] == 0
    assert np.isnan(totals.loc["reached_share", "value"])
    assert totals.loc["total_cost_usd", "value"] == 1200.0  # the radios, bought whether or not anybody calls


def without(t_s: int, name: str, call: int = -1) -> list[tuple[Any, ...]]:
    kept = [row for row in STORY if row[:3] != (t_s, name, call)]
    assert len(kept) == len(STORY) - 1
    return kept


def test_a_sound_ledger_passes() -> None:
    check(hand.ledger(), hand.world())


def row_of(name: str, call: int) -> int:
    return next(i for i, row in enumerate(STORY) if row[1] == name and row[2] == call)


@pytest.mark.parametrize(
    ("column", "row", "value", "promise"),
    [
        ("t_s", row_of("ON_SCENE", 3), at("09:00"), "times never decrease"),
        ("cause", row_of("ON_SCENE", 3), row_of("ON_SCENE", 3), "a cause is an earlier row"),
        ("call", row_of("CLEAR", 3), 11, "calls are numbered 0 to 10"),
        ("unit", row_of("ON_SCENE", 3), 4, "units are numbered 0 to 3"),
        ("call", row_of("RECEIVED", 3), 2, "a call is received once"),
        ("call", row_of("CLEAR", 3), 2, "a call is ended once"),
        ("disposition", row_of("ON_SCENE", 3), 1, "only a row that ends a call has a disposition"),
        ("disposition", row_of("CLEAR", 3), 0, "ends with what became of them"),
        ("disposition", row_of("CLEAR", 7), 1, "ordinary work as HANDLED"),
        ("status_to", row_of("ON_SCENE", 3), int(Status.STAGING), "units make legal moves only"),
        ("status_from", row_of("RECEIVED", 3), 1, "calls make legal moves only"),
        ("event", row_of("EN_ROUTE", 3), int(Event.AVAILABLE), "units make legal moves only"),
        ("unit", row_of("ON_SCENE", 3), TEAM_1, "units make legal moves only"),
        ("call", row_of("EN_ROUTE", 3), 2, "a unit is with one call at a time"),
    ],
)
def test_each_broken_promise_is_named_with_its_rows(column: str, row: int, value: int, promise: str) -> None:
    ledger = hand.ledger()
    ledger[column][row] = value
    with pytest.raises(LedgerError, match=promise) as raised:
        check(ledger, hand.world())
    assert "row " in str(raised.value)


def test_a_call_that_never_ends_is_named() -> None:
    with pytest.raises(LedgerError, match="never ended: call 8"):
        check(hand.ledger(without(at("17:20"), "ABANDONED", 8)), hand.world())


def test_a_unit_sent_off_duty_is_named() -> None:
    world = hand.world()
    world.duties["end_s"][1] = at("15:00")  # the team's day cut short, the ledger as it was
    with pytest.raises(LedgerError, match="units are sent, and take breaks, while on duty") as raised:
        check(hand.ledger(), world)
    assert "call=6 unit=1" in str(raised.value)


def test_tables_alone_need_no_check() -> None:
    world = hand.world()
    ledger = hand.ledger()
    assert len(call_facts(ledger, world)) == 11
    assert unit_spells(ledger, world)["unit"].is_monotonic_increasing
    assert len(shift_hours(world, unit_spells(ledger, world))) == 3


def test_the_public_name_works_after_the_room_was_imported() -> None:
    import sim

    assert len(sim.measure(hand.ledger(), hand.world()).call_facts) == 11
