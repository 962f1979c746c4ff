"""Desks, doors and people of Dogwood's ledger, cell by cell, and each promise about them broken once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.errors import LedgerError
from sim.measure import Measures, measure
from sim.measure.compare import diversion_by_call
from sim.measure.invariants import CHECKS, check
from sim.measure.soundness import candidates, is_sound
from sim.rules.lifecycle import CallStatus, Event
from sim.study.play import person_calls
from sim.world import World
from tests.unit import dogwood
from tests.unit.dogwood import STORY
from tests.unit.hand import DAY, at


@pytest.fixture(scope="module")
def dog() -> Measures:
    return measure(dogwood.ledger(), dogwood.world())


def minutes(column: pd.Series) -> list[float]:
    return [round(value / 60, 1) if value >= 0 else -1 for value in column]


def total(measures: Measures, metric: str, group: str = "all", level: str = "all") -> float:
    rows = measures.metrics
    return float(rows[(rows["metric"] == metric) & (rows["group"] == group) & (rows["level"] == level)]["value"].item())


def sound(rows: Any, world: World) -> bool:
    person = world.person_type[world.lucks["type"]]
    kinds = candidates(world)
    return bool(is_sound(rows, world.calls["received_s"], person, kinds, len(world.units), world.duties, world.end_s))


def test_dogwood_is_sound_by_both_tellings() -> None:
    for part in CHECKS:
        part(dogwood.ledger(), dogwood.world())
    assert sound(dogwood.ledger(), dogwood.world())


def test_call_facts_tell_the_phone(dog: Measures) -> None:
    facts = dog.call_facts.set_index("call")
    assert facts.index.tolist() == [0, 1, 2, 4, 5]  # the crisis that did not come about is none
    assert facts["ending"].tolist() == ["RESOLVED_BY_PHONE", "CLEAR", "ABANDONED", "RESOLVED_BY_PHONE", "NOT_CALLED"]
    assert facts["reason"].tolist() == ["resolved by phone", "", "abandoned", "resolved by phone", "not called"]
    assert facts["desk"].tolist() == ["callers"] * 4 + [""]
    assert facts["answered"].tolist() == [1, 1, 0, 1, 0]
    assert minutes(facts["rang_to_answered_s"]) == [0, 4, -1, 0, -1]
    assert minutes(facts["talk_s"]) == [20, 3, 0, 1, 0]
    assert facts["hung_up"].tolist() == [0, 0, 2, 0, 0]
    assert facts["handed_on"].tolist() == [1, 0, 0, 0, 0]
    assert facts["left_phone"].tolist() == ["resolved", "passed on", "abandoned", "resolved", ""]
    assert facts["to_dispatch_s"].tolist() == [-1, at("10:08"), -1, -1, -1]
    # Call 1 alone was taken for another type, with that type's priority.
    assert facts["mislabelled"].tolist() == [0, 1, 0, 0, 0]
    assert facts["priority"].tolist() == [2, 4, 2, 2, 2]


def test_call_facts_tell_who_called(dog: Measures) -> None:
    facts = dog.call_facts
    assert facts["caller"].tolist() == ["first contact", "anonymous", "first contact", "repeat caller", "anonymous"]
    assert facts["housing"].tolist() == ["housed", "unhoused", "housed", "housed", "housed"]
    assert minutes(facts["next_contact_s"]) == [150, -1, -1, -1, -1]
    assert facts["later_ed_30d"].tolist() == [0, 0, 0, 1, 1]


def test_stays_pair_their_rows(dog: Measures) -> None:
    stays = dog.more["stays"]
    told = stays[["call", "facility", "came", "ended", "followed"]].to_numpy().tolist()
    assert told == [
        [-1, "ed", "alone", "home", 1],
        [2, "ed", "alone", "home", 1],
        [1, "ed", "by unit", "to another facility", 1],
        [1, "ward", "from another facility", "home", 1],
        [-1, "centre", "alone", "turned away", 1],
    ]
    hours = {name: [(x - DAY) / 3600 if x >= 0 else -1 for x in stays[f"{name}_s"]] for name in ("admitted", "left")}
    assert hours["admitted"] == pytest.approx([9, 10 + 7 / 60, 11, 15, -1])
    assert hours["left"] == pytest.approx([11, 12, 15, 27, -1])
    assert minutes(stays["door_s"]) == [0, 0, 20, 0, -1]
    assert (stays["boarding_in_window_s"] / 3600).tolist() == [0, 0, 2, 0, 0]
    assert (stays["placed_in_window_s"] / 3600).tolist() == pytest.approx([2, 113 / 60, 4, 9, 0])


def test_hours_of_doors_and_desks(dog: Measures) -> None:
    ed = dog.more["occupancy"].query("facility == 'ed'").set_index("hour_s")
    assert ed.loc[at("10:00"), ["places", "placed", "boarding", "waiting"]].tolist() == pytest.approx(
        [2, 1 + 53 / 60, 0, 20 / 60]
    )
    assert ed.loc[at("13:00"), ["placed", "boarding", "waiting"]].tolist() == [1, 1, 0]
    ward = dog.more["occupancy"].query("facility == 'ward'")
    assert ward["placed"].sum() == 12
    desk = dog.more["desk_hours"].query("desk == 'callers'").set_index("hour_s")
    assert desk.loc[at("10:00"), ["positions", "talking", "ringing"]].tolist() == pytest.approx([1, 8 / 60, (4 + 2 + 1) / 60])


def test_follow_up_and_persons(dog: Measures) -> None:
    tasks = dog.more["tasks"]
    assert tasks[["call", "disposition", "attempts"]].to_numpy().tolist() == [[0, "RESOLVED", 1], [4, "REFERRED", 0]]
    assert tasks["connected_s"].tolist() == [at("12:00"), -1]
    assert tasks["lapsed_s"].tolist() == [-1, at("20:31")]
    persons = dog.more["persons"]
    assert persons[["contacts", "contacts_in_run", "connected"]].to_numpy().tolist() == [[2, 2, 1], [1, 1, 0]]
    assert persons["crises_per_year"].tolist() == [4, 1]


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("calls_received", 4),  # who did not call is no call
        ("never_served", 1),  # the one who gave up; who was helped on the phone was served
        ("rang", 4),
        ("answered_share", 3 / 4),
        ("abandoned_on_phone", 1),
        ("answer_mean_s", 80),
        ("answered_20s_share", 2 / 4),
        ("resolved_by_phone", 2),
        ("handed_on", 1),
        ("missed_on_phone_share", 3 / 4),
        ("reached_share", 0),
        ("ed_visits", 2),
        ("ed_visits_30d", 4),  # one after a call, one of who did not call
        ("boarding_hours", 2),
        ("boarded", 1),
        ("door_wait_mean_min", 20 / 3),
        ("unit_door_wait_hours", 1 / 3),
        ("turned_away", 1),
        ("inpatient_admissions", 1),
        ("inpatient_days", 9 / 24),
        ("occupancy_share", (2 + 113 / 60 + 4 + 9) / (2 * 24 + 24)),
        ("contacts", 4),
        ("people_contacted", 3),
        ("top_5_percent_share", 0.05 * 3 * 2 / 4),
        ("connected_after_repeat_share", 1),
        ("followups_raised", 2),
        ("followups_lapsed", 1),
        ("followups_connected_share", 1 / 2),
    ],
)
def test_metrics_of_dogwood(dog: Measures, metric: str, value: float) -> None:
    assert total(dog, metric) == pytest.approx(value)


def test_repeat_contacts_need_the_whole_time_after(dog: Measures) -> None:
    assert np.isnan(total(dog, "repeat_contact_30d_share"))
    town = dogwood.world()
    longer = replace(town, horizon=replace(town.horizon, end_s=40 * DAY))
    found = measure(dogwood.ledger(), longer)
    assert total(found, "repeat_contact_30d_share") == 1 / 4
    assert np.isnan(total(found, "repeat_contact_90d_share"))


def test_groups_of_callers(dog: Measures) -> None:
    assert total(dog, "ed_visits", "housing", "unhoused") == 1
    assert total(dog, "contacts", "caller", "repeat caller") == 1
    assert total(dog, "rang", "desk", "callers") == 4


def test_costs_of_desks_doors_and_case_managers(dog: Measures) -> None:
    costs = dog.costs.set_index(["item", "group"])
    assert costs.loc[("desks", "counsellors"), ["quantity", "cents"]].tolist() == [24, 120_000]
    assert costs.loc[("boarding", "ed"), ["quantity", "cents"]].tolist() == [2, 30_000]
    assert costs.loc[("inpatient_day", "ward"), ["quantity", "cents"]].tolist() == [9 / 24, 45_000]
    assert costs.loc[("case_managers", "case managers"), ["quantity", "cents"]].tolist() == [5, 22_500]
    assert "jail_day" not in costs.index.get_level_values("item")


def test_a_crisis_on_one_side_only_is_recurrence(dog: Measures) -> None:
    town = dogwood.world()
    baseline = dog.call_facts
    without = measure(dogwood.ledger([row for row in STORY if row[2] != 4]), town).call_facts  # Ann did not call again
    found = diversion_by_call(baseline, without)
    assert found["30d", "recurrence"].tolist() == [0, 0, 0, 1, 0]
    assert found["72h", "later visits"].sum() == 0
    kept = [person_calls(side, town) for side in (baseline, without)]
    assert [len(side) for side in kept] == [6, 6]
    assert kept[0]["came"].tolist() == [True, True, True, False, True, True]
    ready = [side.assign(stream=0, number=range(6), received_s=0, in_window=True, person=True) for side in kept]
    assert diversion_by_call(*ready)["30d", "recurrence"].sum() == 1


def row_of(name: str, call: int) -> int:
    return next(i for i, row in enumerate(STORY) if row[1:3] == (name, call))


@pytest.mark.parametrize(
    ("column", "row", "value", "promise"),
    [
        ("person", row_of("RINGS", 0), 1, "names the person of its call"),
        ("person", row_of("DISPATCHED", 1), 0, "names the person of its call"),
        ("place", row_of("RINGS", 0), -1, "a row on the phone names its desk"),
        ("place", row_of("ADMITTED", 1), 3, "a row of a stay its facility"),
        ("place", row_of("LEFT", 2), dogwood.WARD, "a person leaves the place they were let into"),
        ("status_from", row_of("BOARDS", 1), 1, "people at doors make legal moves only"),
        ("status_to", row_of("ADMITTED", 2), 3, "people at doors make legal moves only"),
        ("status_from", row_of("CONNECTED", 0), 1, "follow-up makes legal moves only"),
        ("status_from", row_of("ANSWERED", 0), int(CallStatus.QUEUED), "calls make legal moves only"),
        ("event", row_of("PASSED_ON", 1), int(Event.RINGS), "calls make legal moves only"),
        ("event", row_of("TASK_RAISED", 0), int(Event.TALKED), "only what is written down has a row"),
        ("call", row_of("RECEIVED", 4), 3, "every call is received once; never received: call 4"),
        ("t_s", row_of("NOT_CALLED", 5), at("14:01"), "a call is received at its own time"),
    ],
)
def test_each_broken_promise_is_named(column: str, row: int, value: int, promise: str) -> None:
    rows = dogwood.ledger()
    rows[column][row] = value
    with pytest.raises(LedgerError, match=promise) as raised:
        check(rows, dogwood.world())
    assert "row " in str(raised.value) or "never received" in str(raised.value)


def _facts(**numbers: Any) -> Callable[[World], World]:
    def change(world: World) -> World:
        facts = replace(world.after, **numbers)
        return replace(world, before=facts, after=facts)

    return change


def _doors(**changes: int) -> Callable[[World], World]:
    rows = [replace(row, **changes) if row.id == dogwood.ED else row for row in dogwood.facts().facilities]
    return _facts(facilities=tuple(rows))


def _one_place(world: World) -> World:
    world.after.tables["places"][dogwood.ED] = 1
    return world


def _not_induced(world: World) -> World:
    world.calls["is_induced"] = 0
    return world


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        (lambda world: replace(world, positions=world.positions * [[1], [1], [0]]), "a desk answers while a call-taker is free"),
        (_one_place, "nobody is let into a full facility"),
        (_doors(bays=0), "no more units hand over than there are bays"),
        (_facts(numbers={"has_stays": 1, "caseload": 0}), "case managers take on nobody beyond their caseload"),
        (_not_induced, "only who calls where a service is seen to come may not call"),
    ],
)
def test_what_is_overfull_is_named(change: Callable[[World], World], promise: str) -> None:
    with pytest.raises(LedgerError, match=promise) as raised:
        check(dogwood.ledger(), change(dogwood.world()))
    assert "row " in str(raised.value)


@pytest.mark.parametrize(
    "lost",
    [("PASSED_ON", 1), ("RECEIVED", 4), ("NOT_CALLED", 5), ("RESOLVED_BY_PHONE", 0), ("RINGS", 1), ("ANSWERED", 4)],
)
def test_a_lost_row_is_found_by_both_tellings(lost: tuple[str, int]) -> None:
    rows = np.delete(dogwood.ledger(), row_of(*lost))
    rows["cause"] = -1
    with pytest.raises(LedgerError):
        for part in CHECKS:
            part(rows, dogwood.world())
    assert not sound(rows, dogwood.world())


def test_rows_of_mechanisms_lie_beside_all_others(dog: Measures) -> None:
    rows, town = dogwood.ledger(), dogwood.world()
    own = rows[-1:].copy()
    for name, value in {"call": -1, "cause": -1, "event": 64, "status_from": -1, "status_to": -1, "person": dogwood.ANN}.items():
        own[name] = value
    longer = np.append(rows, own)
    for part in CHECKS:
        part(longer, town)
    assert sound(longer, town)
    pd.testing.assert_frame_equal(measure(longer, town).metrics, dog.metrics)
    own["event"] = 63  # of neither
    with pytest.raises(LedgerError, match="only what is written down has a row"):
        check(np.append(rows, own), town)
