"""Birch's day: calls with several units told in tables, and each promise about their crews broken once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.errors import LedgerError
from sim.measure import Measures, measure
from sim.measure.contract import broken
from sim.measure.invariants import CHECKS, check
from sim.measure.soundness import candidates, is_sound
from sim.registry import Entry, cost_items, metrics
from sim.rules.lifecycle import CallStatus, Event
from sim.world import World
from tests.unit import birch
from tests.unit.birch import C1, C2, CEDAR, P1, P2, STORY
from tests.unit.hand import DAY

Story = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def town() -> Measures:
    return measure(birch.ledger(), birch.world())


def value(found: Measures, name: str, group: str = "all", level: str = "all") -> Any:
    m = found.metrics
    rows = m[(m["metric"] == name) & (m["group"] == group) & (m["level"] == level)]
    assert len(rows) == 1, (name, group, level, len(rows))
    return rows["value"].iloc[0]


def test_who_came_and_who_led(town: Measures) -> None:
    facts = town.call_facts
    first = ["patrol", "patrol", "patrol", "clinician", "clinician", "patrol", "", "", "", "patrol", "patrol"]
    assert facts["responder"].tolist() == first
    assert facts["unit"].tolist() == [P1, P1, P1, C1, C2, CEDAR, -1, -1, -1, P2, P1]
    assert facts["led_by"].tolist() == ["clinician", "clinician", *first[2:]]
    assert facts["reason"].tolist() == [""] * 6 + ["cancelled", "abandoned", "given up", "", ""]
    assert facts["ending"].tolist()[6:9] == ["CANCELLED", "ABANDONED", "GIVEN_UP"]
    # Staged is not on scene: at call 8 nobody was.
    assert facts["n_units"].tolist() == [2, 2, 3, 1, 1, 1, 0, 2, 1, 1, 1]
    assert facts["n_on_scene"].tolist() == [2, 2, 2, 1, 1, 1, 0, 0, 0, 1, 1]
    # Patrol's way to call 0 took 20 minutes, and the clinician was near after 10; all of call 1 took an hour.
    assert facts["received_to_on_scene_s"].tolist()[:3] == [1200, 600, 600]
    assert facts["clinician_on_scene_s"].tolist()[:6] == [1200, 1800, -1, 600, 600, -1]
    assert facts["time_on_task_s"].tolist()[:3] == [3600, 3600, 5400]
    assert facts["paperwork_s"].tolist()[:4] == [1800, 600, 0, 1800]


def test_what_happened_to_calls(town: Measures) -> None:
    facts = town.call_facts
    names = ("joint", "asked", "given_up", "diverted", "called_back", "escalated", "recognised", "mislabelled", "ambulance")
    assert {name: facts.index[facts[name] == 1].tolist() for name in names} == {
        "joint": [0, 1], "asked": [1, 8, 10], "given_up": [2, 8], "diverted": [2], "called_back": [7], "escalated": [7],
        "recognised": [5], "mislabelled": [5], "ambulance": [4],
    }  # fmt: skip
    assert facts.index[facts["officer"] == 1].tolist() == [0, 1, 2, 5, 9, 10]
    assert facts["criteria"].tolist() == [0, 0, 0, 0, 0, 1, 0, 1, 0, -1, 0]
    known = ["type", "dispatched_as", "person", "eligible", "channel"]
    assert facts.loc[5, known].tolist() == ["crisis", "other", True, True, "911"]


def test_every_assignment_has_its_row(town: Measures) -> None:
    told = [
        (r.call, r.unit, (r.dispatched_s - DAY) / 60, (r.left_s - r.dispatched_s) / 60, r.left_by, r.contact, r.paperwork_s / 60)
        for r in town.assignments.itertuples()
    ]
    assert told[:-1] == [
        (0, P1, 540, 40, "RELEASED", 1, 0),
        (0, C1, 540, 60, "CLEAR", 1, 30),
        (1, P1, 600, 40, "RELEASED", 1, 10),
        (1, C2, 615, 45, "CLEAR", 1, 0),
        (2, P1, 660, 40, "CALLED_OFF", 0, 0),
        (2, C1, 660, 15, "CALLED_OFF", 0, 0),
        (3, C1, 675, 40, "CLEAR", 1, 30),
        (2, P2, 700, 50, "CLEAR", 1, 0),
        (4, C2, 710, 260, "CLEAR", 1, 0),
        (5, CEDAR, 720, 60, "CLEAR", 1, 0),
        (7, C1, 811, 5, "RELAY_FAILED", 0, 0),
        (7, P1, 816, 14, "CALLED_OFF", 0, 0),
        (8, C1, 840, 40, "CALLED_OFF", 0, 0),
        (9, P2, 870, 60, "CLEAR", 1, 0),
    ]
    last = town.assignments.iloc[-1]
    assert (last["left_s"], last["left_by"], last["hours_s"]) == (-1, "", 0)  # still there when the run ended
    assert town.assignments["helps"].tolist() == [""] * 9 + ["birch"] + [""] * 5


def test_reach_counts_the_asked_and_the_joint_and_not_the_given_up(town: Measures) -> None:
    own = town.reach[town.reach["responder"] == "clinician"]
    assert dict(zip(own["call"], own["reason"], strict=True)) == {
        0: "reached", 1: "reached", 2: "ended first", 3: "reached", 4: "reached", 5: "busy", 6: "passed over",
        7: "ended first", 8: "ended first",
    }  # fmt: skip


def test_a_plan_not_followed_is_passed_over() -> None:
    world = birch.world()
    world.calls["flags"][6] |= 8  # nobody was sent to it, though clinicians were idle
    own = measure(birch.ledger(), world).reach.query("call == 6 and responder == 'clinician'")
    assert own["reason"].tolist() == ["passed over"]


def test_metrics_of_crews(town: Measures) -> None:
    assert value(town, "joint_share") == 2 / 9
    assert value(town, "clinician_on_scene_share") == 4 / 9
    # After 10, 10, 20 and 30 minutes.
    assert value(town, "received_to_clinician_on_scene_p50_min") == 15
    assert value(town, "received_to_clinician_on_scene_p90_min") == 27
    assert value(town, "units_per_call") == 13 / 8  # to eight calls somebody was sent
    assert value(town, "asked_share") == 1 / 6  # call 8 was never served, call 10 is not in the window
    assert value(town, "crews_given_up") == 2
    assert value(town, "called_off") == 4
    for name in ("given_up", "diverted", "relay_failed", "escalated", "cancelled"):
        assert value(town, name) == 1, name
    assert value(town, "called_off", "responder", "patrol") == 2
    assert value(town, "recognised_share") == value(town, "mislabelled", "dispatched_as", "other") == 1
    assert value(town, "never_served", "reason", "cancelled") == value(town, "never_served", "reason", "given up") == 1


def test_metrics_of_hours(town: Measures) -> None:
    # Patrol with people: 40, 40 and 10 of paperwork, 40, 50, Cedar 60, 14 minutes; ordinary work an hour.
    assert value(town, "patrol_hours") == pytest.approx(254 / 60)
    assert value(town, "patrol_other_hours") == 1
    # Three cars are on duty for 24 hours.
    assert value(town, "patrol_idle_hours") == pytest.approx(72 - 254 / 60 - 1)
    assert value(town, "staging_hours") == pytest.approx(40 / 60)
    assert value(town, "breaks_missed_share", "responder", "clinician") == 0.5
    assert value(town, "mutual_aid_hours", "helps", "birch") == 1
    # Clinicians: 16 hours and ten minutes; 60 + 30, 45, 15, 40 + 30, 260, 5, 40 busy; the break is not.
    assert value(town, "utilisation", "responder", "clinician") == pytest.approx(525 / 970)
    assert value(town, "contacts_per_shift", "responder", "clinician") == 2
    assert value(town, "other_priority1_to_on_scene_p50_min") == 10


def test_rights_are_counted_where_criteria_are_modelled(town: Measures) -> None:
    assert value(town, "holds_without_criteria") == 1  # call 4
    assert value(town, "criteria_unmet") == 2  # 5 arrested, 7 gone
    world = birch.world()
    world.lucks["criteria"] = -1
    found = measure(birch.ledger(), world)
    assert np.isnan(value(found, "holds_without_criteria"))
    assert np.isnan(value(found, "criteria_unmet"))


def test_who_is_helped_pays_for_it(town: Measures) -> None:
    rows = town.costs[town.costs["item"] == "mutual_aid"]
    assert rows[["group", "payer", "cents"]].to_numpy().tolist() == [["birch", "birch", 15_000]]
    assert town.costs.loc[town.costs["item"] == "ambulance", ["group", "cents"]].to_numpy().tolist() == [["clinician", 150_000]]


@pytest.mark.parametrize("entry", [*metrics, *cost_items], ids=lambda entry: entry.name)
def test_birch_keeps_the_contract(entry: Entry) -> None:
    assert broken(entry, [("day in Birch", birch.world(), birch.ledger())]) == ""


def sound(rows: Any, world: World) -> bool:
    person = world.person_type[world.lucks["type"]]
    kinds = candidates(world)
    return bool(is_sound(rows, world.calls["received_s"], person, kinds, len(world.units), world.duties, world.end_s))


def test_birch_is_sound_by_both_tellings() -> None:
    world = birch.world()
    for part in CHECKS:
        part(birch.ledger(), world)
    assert sound(birch.ledger(), world)


def row_of(name: str, call: int, unit: int = -1) -> int:
    return next(i for i, row in enumerate(STORY) if row[1:3] == (name, call) and (unit < 0 or row[3] == unit))


def without(*rows: tuple[Any, ...]) -> Callable[[Story], Story]:
    gone = {row_of(*row) for row in rows}
    return lambda story: [row for i, row in enumerate(story) if i not in gone]


def moved(row: tuple[Any, ...], behind: tuple[Any, ...]) -> Callable[[Story], Story]:
    """The row, at the time of another and directly behind it."""
    old, new = row_of(*row), row_of(*behind)
    told = (STORY[new][0], *STORY[old][1:])
    return lambda story: [r for i, own in enumerate(story) for r in ([own, told] if i == new else [own]) if i != old]


def changed(row: tuple[Any, ...], **values: Any) -> Callable[[Story], Story]:
    own = row_of(*row)
    new = {**dict(zip(("t_s", "name", "call", "unit", "disposition"), STORY[own], strict=True)), **values}
    return lambda story: [tuple(new.values()) if i == own else r for i, r in enumerate(story)]


def added(behind: tuple[Any, ...], *rows: tuple[Any, ...]) -> Callable[[Story], Story]:
    """Rows (name, call, unit) directly behind another, in its second."""
    own = row_of(*behind)
    new = [(STORY[own][0], name, call, unit, None) for name, call, unit in rows]
    return lambda story: [*story[: own + 1], *new, *story[own + 1 :]]


UNIT_MOVES, CALL_MOVES = "units make legal moves only", "calls make legal moves only"
LEFT, LEAD = "a call ends when every unit has left it", "only the unit in charge does this"
OWN, BETWEEN = "a unit is with one call at a time", "rows of a call lie between received and ended"
BROKEN: dict[str, tuple[Callable[[Story], Story], str]] = {
    "sent while at another call": (added(("ON_SCENE", 0, P1), ("DISPATCHED", 1, P1)), UNIT_MOVES),
    "still there at the end": (without(("RELEASED", 0, P1)), UNIT_MOVES),
    "cleared from near the scene": (changed(("STAGED", 0, C1), name="CLEAR", disposition="ED"), "ended once"),
    "off duty while at work": (moved(("SHIFT_END", -1, C1), behind=("DISPATCHED", 8, C1)), UNIT_MOVES),
    "never there, and released": (changed(("CALLED_OFF", 7, P1), name="RELEASED"), UNIT_MOVES),
    "leaves after the end": (moved(("CALLED_OFF", 7, P1), behind=("ABANDONED", 7)), LEFT),
    "leaves after the unit in charge": (moved(("RELEASED", 0, P1), behind=("CLEAR", 0, C1)), LEFT),
    "given up after the end": (moved(("CALLED_OFF", 8, C1), behind=("GIVEN_UP", 8)), LEFT),
    "clears without being in charge": (without(("LEADS", 1, C2)), LEAD),
    "the one in charge is another": (changed(("LEADS", 0, C1), unit=P1), LEAD),
    "asks without being in charge": (added(("LEADS", 1, C2), ("ASKED", 1, P1)), LEAD),
    "recognises without being in charge": (added(("LEADS", 1, C2), ("RECOGNISED", 1, P1)), LEAD),
    "works though the crew gathers": (added(("ON_SCENE", 2, P1), ("FORCE_USED", 2, P1)), LEAD),
    "released from charge": (moved(("LEADS", 1, C2), behind=("RELEASED", 1, P1)), "where another is in charge"),
    "leaves a call by another's number": (changed(("RELEASED", 0, P1), call=2), OWN),
    "arrives at another call": (changed(("ON_SCENE", 1, C2), call=3), OWN),
    "paperwork for another's call": (changed(("PAPERWORK", 1, P1), call=2), OWN),
    "sent before the call was received": (moved(("RECEIVED", 1), behind=("DISPATCHED", 1, P1)), BETWEEN),
    "a row after the end": (moved(("LATER_ED_72H", 7), behind=("ABANDONED", 7)), BETWEEN),
    "escalated with somebody there": (added(("ON_SCENE", 4, C2), ("ESCALATED", 4, -1)), CALL_MOVES),
    "rung back with somebody sent": (moved(("CALLED_BACK", 7), behind=("DISPATCHED", 7, P1)), CALL_MOVES),
    "a crew given up that nobody began": (without(("STAGED", 8, C1), ("ASKED", 8, C1)), CALL_MOVES),
    "a unit's row without a unit": (changed(("RELEASED", 0, P1), unit=-1), "names the unit and the call"),
    "a unit's row without a call": (changed(("EN_ROUTE", 0, P1), call=-1), "names the unit and the call"),
    "a call's row without a call": (changed(("CALLED_BACK", 7), call=-1), "names the unit and the call"),
    "what has no row": (added(("ON_SCENE", 4, C2), ("CREW_DUE", 4, -1)), "written down"),
    "a break off duty": (added(("SHIFT_END", -1, C2), ("SHIFT_START", -1, C1), ("BREAK", -1, C1)), "while on duty"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_promise_is_found_by_both_tellings(name: str) -> None:
    change, promise = BROKEN[name]
    world, ledger = birch.world(), birch.ledger(change(STORY))
    with pytest.raises(LedgerError, match=promise) as raised:
        for part in CHECKS:
            part(ledger, world)
    assert "row " in str(raised.value)
    assert not sound(ledger, world)


def test_statuses_of_calls_are_those_their_units_make() -> None:
    world = birch.world()
    for name, call, column, code in (
        ("UNFINISHED", 10, "status_from", CallStatus.DISPATCHED),
        ("ABANDONED", 7, "status_from", CallStatus.ASSEMBLING),
        ("GIVEN_UP", 8, "status_from", CallStatus.QUEUED),
        ("ESCALATED", 7, "status_to", CallStatus.DISPATCHED),
        ("RECEIVED", 1, "status_from", CallStatus.QUEUED),
    ):
        ledger = birch.ledger()
        ledger[column][row_of(name, call)] = code
        assert not sound(ledger, world)
        with pytest.raises(LedgerError, match="calls make legal moves only"):
            check(ledger, world)
    alone = birch.ledger()  # whether a unit alone works or waits for others, nobody can tell
    assert alone["status_from"][row_of("UNFINISHED", 10)] == CallStatus.ON_SCENE
    alone["status_from"][row_of("UNFINISHED", 10)] = CallStatus.ASSEMBLING
    check(alone, world)


def test_a_crew_off_duty_neither_rests_nor_is_sent() -> None:
    for name, call in (("BREAK", -1), ("DISPATCHED", 8)):
        world, rows = birch.world(), birch.ledger()
        ends_s = int(rows["t_s"][row_of(name, call, C1)]) - 60
        world = replace(world, duties=world.duties.copy())
        world.duties["end_s"][0] = ends_s
        assert not sound(rows, world)
        with pytest.raises(LedgerError, match="units are sent, and take breaks, while on duty"):
            check(rows, world)


def test_a_break_may_begin_in_the_second_the_shift_ends() -> None:
    world, rows = birch.world(), birch.ledger()
    world.duties["end_s"][0] = rows["t_s"][row_of("BREAK", -1, C1)]
    rows = rows[: row_of("DISPATCHED", 7, C1)]
    assert rows["event"][row_of("BREAK", -1, C1)] == Event.BREAK
    for part in CHECKS[-1:]:
        part(rows, world)
