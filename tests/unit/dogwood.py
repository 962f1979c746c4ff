"""Dogwood: Aspen with a phone, doors and people who come back, and one day of its ledger written by hand.

Two desks with a call-taker each; an ED of two places and one bay, a ward of one bed, a crisis centre that takes nobody
today; one case manager who can have one person. Two persons are known by name; they have called before in other years.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.rules.lifecycle import (
    NEXT_CALL_STATUS,
    NEXT_STATUS,
    CallStatus,
    Disposition,
    Event,
    FacilityKind,
    StayStatus,
    TaskStatus,
)
from sim.tables import CallRow, DeskRow, FacilityRow, LedgerRow, LuckRow, PersonRow, StayRow, TaskRow, dtype_of, rows_to_array
from sim.world import Facts, World
from sim.world.blank import blank_rows
from tests.unit import hand
from tests.unit.hand import CAR, CRISIS, DAY, at

CALLERS, COUNSELLORS = 0, 1
CENTRE, ED, WARD = 0, 1, 2
ANN, BOB = 0, 1
UNHOUSED, INDUCED = "is_unhoused", "is_induced"

CALLS: list[tuple[int, dict[str, int]]] = [  # received; what is special
    (at("10:00"), {"person": ANN}),  # 0: handed on to a counsellor and resolved; followed up, and reached at once
    (at("10:01"), {UNHOUSED: 1}),  # 1: taken for another type on the phone; by car to a full ED; boards; to the ward
    (at("10:02"), {"person": BOB}),  # 2: hangs up, rings again, gives up; goes to the ED alone
    (at("11:30"), {"person": ANN}),  # 3: does not come about
    (at("12:30"), {"person": ANN}),  # 4: rings again; resolved; nobody has room for the follow-up
    (at("14:00"), {INDUCED: 1}),  # 5: does not call
]

# (when, what, call, unit, disposition, place, statuses of stays and follow-up)
STORY: list[tuple[Any, ...]] = [
    (0, "SHIFT_START", -1, CAR, None, -1, ""),
    (DAY, "POLICY_STARTS", -1, -1, None, -1, ""),
    (at("09:00"), "WALKED_IN", -1, -1, None, ED, "NONE>AT_DOOR"),
    (at("09:00"), "ADMITTED", -1, -1, None, ED, "AT_DOOR>PLACED"),
    (at("10:00"), "RECEIVED", 0, -1, None, -1, ""),
    (at("10:00"), "RINGS", 0, -1, None, CALLERS, ""),
    (at("10:00"), "ANSWERED", 0, -1, None, CALLERS, ""),
    (at("10:01"), "RECEIVED", 1, -1, None, -1, ""),
    (at("10:01"), "RINGS", 1, -1, None, CALLERS, ""),
    (at("10:02"), "RECEIVED", 2, -1, None, -1, ""),
    (at("10:02"), "RINGS", 2, -1, None, CALLERS, ""),
    (at("10:04"), "HUNG_UP", 2, -1, None, CALLERS, ""),
    (at("10:05"), "RINGS", 0, -1, None, COUNSELLORS, ""),
    (at("10:05"), "ANSWERED", 0, -1, None, COUNSELLORS, ""),
    (at("10:05"), "ANSWERED", 1, -1, None, CALLERS, ""),
    (at("10:06"), "RINGS", 2, -1, None, CALLERS, ""),
    (at("10:07"), "ABANDONED", 2, -1, "ED", -1, ""),
    (at("10:07"), "WALKED_IN", 2, -1, None, ED, "NONE>AT_DOOR"),
    (at("10:07"), "ADMITTED", 2, -1, None, ED, "AT_DOOR>PLACED"),
    (at("10:08"), "PASSED_ON", 1, -1, None, CALLERS, ""),
    (at("10:08"), "DISPATCHED", 1, CAR, None, -1, ""),
    (at("10:08"), "EN_ROUTE", 1, CAR, None, -1, ""),
    (at("10:20"), "RESOLVED_BY_PHONE", 0, -1, "RESOLVED", COUNSELLORS, ""),
    (at("10:20"), "TASK_RAISED", 0, -1, None, -1, "NONE>WAITING"),
    (at("10:20"), "TASK_OPENED", 0, -1, None, -1, "WAITING>OPEN"),
    (at("10:20"), "ON_SCENE", 1, CAR, None, -1, ""),
    (at("10:30"), "TRANSPORTING", 1, CAR, None, ED, ""),
    (at("10:40"), "AT_FACILITY", 1, CAR, None, ED, ""),
    (at("11:00"), "LEFT", -1, -1, None, ED, "PLACED>LEFT"),
    (at("11:00"), "ADMITTED", 1, -1, None, ED, "AT_DOOR>PLACED"),
    (at("11:10"), "CLEAR", 1, CAR, "HOLD", ED, ""),
    (at("12:00"), "LEFT", 2, -1, None, ED, "PLACED>LEFT"),
    (at("12:00"), "ATTEMPTED", 0, -1, None, -1, "OPEN>OPEN"),
    (at("12:00"), "CONNECTED", 0, -1, None, -1, "OPEN>CONNECTED"),
    (at("12:30"), "RECEIVED", 4, -1, None, -1, ""),
    (at("12:30"), "RINGS", 4, -1, None, CALLERS, ""),
    (at("12:30"), "ANSWERED", 4, -1, None, CALLERS, ""),
    (at("12:31"), "LATER_ED_72H", 4, -1, None, -1, ""),
    (at("12:31"), "RESOLVED_BY_PHONE", 4, -1, "REFERRED", CALLERS, ""),
    (at("12:31"), "TASK_RAISED", 4, -1, None, -1, "NONE>WAITING"),
    (at("13:00"), "BOARDS", 1, -1, None, ED, "PLACED>BOARDING"),
    (at("14:00"), "LATER_ED_30D", 5, -1, None, -1, ""),
    (at("14:00"), "NOT_CALLED", 5, -1, "RESOLVED", -1, ""),
    (at("15:00"), "LEFT", 1, -1, None, ED, "BOARDING>LEFT"),
    (at("15:00"), "ADMITTED", 1, -1, None, WARD, "LEFT>PLACED"),
    (at("18:00"), "WALKED_IN", -1, -1, None, CENTRE, "NONE>AT_DOOR"),
    (at("18:00"), "TURNED_AWAY", -1, -1, None, CENTRE, "AT_DOOR>LEFT"),
    (at("20:31"), "LAPSED", 4, -1, None, -1, "WAITING>ENDED"),
    (at("03:00", 2), "LEFT", 1, -1, None, WARD, "PLACED>LEFT"),
    (at("06:00", 2), "CARE_ENDED", 0, -1, None, -1, "CONNECTED>ENDED"),
]


def facts() -> Facts:
    """Aspen's crews, and what measures read of desks, doors and follow-up."""
    plain = hand.facts()
    places = np.tile(np.array([[0], [2], [1]]), (1, 168))
    missed = np.zeros((2, 2), np.int64)
    missed[CALLERS, CRISIS] = 2**31
    doors = (
        FacilityRow(CENTRE, int(FacilityKind.CRISIS_CENTRE), 0, 0, DAY, stay_s=7200, waits=0),
        FacilityRow(ED, int(FacilityKind.ED), 0, 0, DAY, bays=1, stay_s=7200),
        FacilityRow(WARD, int(FacilityKind.INPATIENT), 0, 0, DAY, stay_s=43_200),
    )
    desks = (DeskRow(CALLERS, 1), DeskRow(COUNSELLORS, 1))
    numbers = {"has_stays": 1, "caseload": 1, "first_weekday": 0}
    tables = plain.tables | {"places": places, "missed": missed}
    return Facts(tables, numbers, plain.responders, doors, (), desks)


def world() -> World:
    """Dogwood before the first dispatch."""
    aspen, plan = hand.world(), facts()
    calls = rows_to_array(
        [
            CallRow(id=i, stream=CRISIS, number=i, received_s=received, type=CRISIS, zone=0, priority=2, flags=0, **special)
            for i, (received, special) in enumerate(CALLS)
        ],
        CallRow,
    )
    lucks = np.zeros(len(calls), dtype_of(LuckRow))
    lucks["criteria"], lucks["triage_mark"], lucks["other_type"], lucks["other_priority"] = -1, 2**31, 1, 4
    lucks["triage_mark"][1] = 0  # call 1 alone is taken for something else
    persons = blank_rows(PersonRow, 2)
    persons["crises_ppm"] = [4_000_000, 1_000_000]
    return replace(
        aspen,
        names=replace(aspen.names, facilities=("centre", "ed", "ward"), channels=("911",), desks=("callers", "counsellors")),
        calls=calls,
        lucks=lucks,
        facilities=rows_to_array(list(plan.facilities), FacilityRow),
        persons=persons,
        stays=blank_rows(StayRow, len(calls) + 2),
        visits_s=np.array([at("09:00"), at("18:00")]),
        tasks=blank_rows(TaskRow, len(calls)),
        positions=np.array([[0, 0], [CALLERS, COUNSELLORS], [1, 1]]),
        before=plan,
        after=plan,
        prices=replace(
            aspen.prices,
            desk_hour_cents=(4_000.0, 5_000.0),
            case_manager_hour_cents=4_500.0,
            case_managers=1,
            rate_cents={"boarding_hour": 15_000.0, "inpatient_day": 120_000.0, "paid_hours_per_fte_year": 1825.0},
        ),
    )


def ledger(story: list[tuple[Any, ...]] | None = None) -> npt.NDArray[Any]:
    """The story as ledger rows; statuses of units and of calls on the phone come from the tables of legal moves.

    The cause of a row of somebody without a call is the last such row at the same door.
    """
    told = STORY if story is None else story
    units, calls, crews = {CAR: 0}, dict.fromkeys(range(len(CALLS)), CallStatus.EXPECTED), dict[int, set[int]]()
    others: dict[int, int] = {}
    rows = []
    for row, (t_s, name, call, unit, disposition, place, statuses) in enumerate(told):
        event, before, after = Event[name], -1, -1
        if statuses:
            kind = hand_status(event)
            before, after = (int(kind[word]) for word in statuses.split(">"))
        elif call >= 0:
            before = calls[call]
            after = calls[call] = hand.call_after(before, event, unit, crews.setdefault(call, set()), False)
            if NEXT_CALL_STATUS[before][event] >= 0 and unit < 0:
                after = calls[call] = CallStatus(NEXT_CALL_STATUS[before][event])
        if unit >= 0:
            before = units[unit]
            after = units[unit] = NEXT_STATUS[before][event]
        person = CALLS[call][1].get("person", -1) if call >= 0 and unit < 0 else -1
        cause = others.get(place, -1) if statuses and call < 0 and name != "WALKED_IN" else -1
        if statuses and call < 0:
            others[place] = row
        code = -1 if disposition is None else int(Disposition[disposition])
        rows.append((t_s, call, unit, cause, int(event), before, after, code, person, place))
    return np.array(rows, dtype_of(LedgerRow))


def hand_status(event: Event) -> Any:
    """Which statuses a row of this event has."""
    doors = (Event.WALKED_IN, Event.ADMITTED, Event.BOARDS, Event.LEFT, Event.TURNED_AWAY)
    return StayStatus if event in doors else TaskStatus
