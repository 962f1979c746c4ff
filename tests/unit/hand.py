"""Aspen: a town of one patrol car and one co-response team, and one day of its ledger written by hand.

The measured day is the second of three. The team is on from 12:00 to 16:00; a second team is rostered 14:00 to
18:00 and nobody came; a night team is on from 22:00 of the third day. The team takes crises without a weapon.
"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.rules.lifecycle import ENDING_EVENTS, LEAVING_EVENTS, N_FLAGS, NEXT_STATUS, CallStatus, Disposition, Event
from sim.rules.matching import PolicyParts, always, oldest_of_highest_priority
from sim.tables import (
    CallRow,
    DutyRow,
    FacilityRow,
    LedgerRow,
    LuckRow,
    PersonRow,
    ResponderRow,
    ShiftRow,
    StayRow,
    TaskRow,
    UnitRow,
    dtype_of,
    rows_to_array,
)
from sim.world import Facts, Horizon, Names, Prices, World
from sim.world.response import Roles

DAY = 86_400
CRISIS, OTHER = 0, 1
PATROL, TEAM = 0, 1
CAR, TEAM_1, TEAM_2, NIGHT = 0, 1, 2, 3
WEAPON = 1


def at(clock: str, day: int = 1) -> int:
    """Seconds of a time of day; day 1 is the measured one."""
    hours, minutes = clock.split(":")
    return day * DAY + int(hours) * 3600 + int(minutes) * 60


CALLS = [  # received, type, priority, flags; and what is special
    (at("01:00", 0), OTHER, 2, 0),  # 0: before the measured day, so nothing counts it
    (at("10:00"), CRISIS, 2, 0),  # 1: the team is off duty; patrol drives to the ED
    (at("12:30"), CRISIS, 1, 0),  # 2: reached by the team; ED by ambulance, since the team does not drive people
    (at("13:00"), CRISIS, 3, 0),  # 3: the team is at work on 2; patrol resolves it; ED within 72 hours
    (at("13:50"), CRISIS, 2, 0),  # 4: the team does paperwork; patrol uses force and arrests
    (at("15:00"), CRISIS, 2, 0),  # 5: the team is idle, and patrol is sent; referred; ED within 30 days
    (at("15:50"), CRISIS, 2, 0),  # 6: reached by the team, which stays half an hour past its shift
    (at("16:50"), OTHER, 1, 0),  # 7: ordinary work, which keeps patrol busy
    (at("17:00"), CRISIS, 2, 0),  # 8: only the absent team is rostered; the caller gives up; ED on their own
    (at("19:00"), CRISIS, 1, WEAPON),  # 9: not in the team's remit; patrol; an involuntary hold
    (at("23:00"), CRISIS, 4, 0),  # 10: waits until the night team is sent, five minutes before the run ends
]

# (when, what, call, unit, disposition)
STORY = [
    (0, "SHIFT_START", -1, CAR, None),
    (at("01:00", 0), "RECEIVED", 0, -1, None),
    (at("01:00", 0), "DISPATCHED", 0, CAR, None),
    (at("01:00", 0), "EN_ROUTE", 0, CAR, None),
    (at("01:10", 0), "ON_SCENE", 0, CAR, None),
    (at("01:30", 0), "CLEAR", 0, CAR, "HANDLED"),
    (DAY, "POLICY_STARTS", -1, -1, None),
    (at("10:00"), "RECEIVED", 1, -1, None),
    (at("10:00"), "DISPATCHED", 1, CAR, None),
    (at("10:00"), "EN_ROUTE", 1, CAR, None),
    (at("10:10"), "ON_SCENE", 1, CAR, None),
    (at("10:40"), "TRANSPORTING", 1, CAR, None),
    (at("10:50"), "AT_FACILITY", 1, CAR, None),
    (at("12:00"), "CLEAR", 1, CAR, "ED"),
    (at("12:00"), "SHIFT_START", -1, TEAM_1, None),
    (at("12:30"), "RECEIVED", 2, -1, None),
    (at("12:30"), "DISPATCHED", 2, TEAM_1, None),
    (at("12:30"), "EN_ROUTE", 2, TEAM_1, None),
    (at("12:40"), "ON_SCENE", 2, TEAM_1, None),
    (at("13:00"), "RECEIVED", 3, -1, None),
    (at("13:00"), "DISPATCHED", 3, CAR, None),
    (at("13:00"), "EN_ROUTE", 3, CAR, None),
    (at("13:10"), "ON_SCENE", 3, CAR, None),
    (at("13:30"), "CLEAR", 2, TEAM_1, "ED"),
    (at("13:30"), "PAPERWORK", 2, TEAM_1, None),
    (at("13:40"), "LATER_ED_72H", 3, -1, None),
    (at("13:40"), "CLEAR", 3, CAR, "RESOLVED"),
    (at("13:50"), "RECEIVED", 4, -1, None),
    (at("13:50"), "DISPATCHED", 4, CAR, None),
    (at("13:50"), "EN_ROUTE", 4, CAR, None),
    (at("14:00"), "AVAILABLE", -1, TEAM_1, None),
    (at("14:10"), "ON_SCENE", 4, CAR, None),
    (at("14:10"), "FORCE_USED", 4, CAR, None),
    (at("14:20"), "CLEAR", 4, CAR, "ARREST"),
    (at("14:20"), "PAPERWORK", 4, CAR, None),
    (at("14:40"), "AVAILABLE", -1, CAR, None),
    (at("15:00"), "RECEIVED", 5, -1, None),
    (at("15:00"), "DISPATCHED", 5, CAR, None),
    (at("15:00"), "EN_ROUTE", 5, CAR, None),
    (at("15:10"), "ON_SCENE", 5, CAR, None),
    (at("15:30"), "LATER_ED_30D", 5, -1, None),
    (at("15:30"), "CLEAR", 5, CAR, "REFERRED"),
    (at("15:50"), "RECEIVED", 6, -1, None),
    (at("15:50"), "DISPATCHED", 6, TEAM_1, None),
    (at("15:50"), "EN_ROUTE", 6, TEAM_1, None),
    (at("16:00"), "OVERTIME", -1, TEAM_1, None),
    (at("16:00"), "ON_SCENE", 6, TEAM_1, None),
    (at("16:30"), "CLEAR", 6, TEAM_1, "RESOLVED"),
    (at("16:30"), "SHIFT_END", -1, TEAM_1, None),
    (at("16:50"), "RECEIVED", 7, -1, None),
    (at("16:50"), "DISPATCHED", 7, CAR, None),
    (at("16:50"), "EN_ROUTE", 7, CAR, None),
    (at("17:00"), "RECEIVED", 8, -1, None),
    (at("17:00"), "ON_SCENE", 7, CAR, None),
    (at("17:20"), "ABANDONED", 8, -1, "ED"),
    (at("17:30"), "CLEAR", 7, CAR, "HANDLED"),
    (at("19:00"), "RECEIVED", 9, -1, None),
    (at("19:00"), "DISPATCHED", 9, CAR, None),
    (at("19:00"), "EN_ROUTE", 9, CAR, None),
    (at("19:10"), "ON_SCENE", 9, CAR, None),
    (at("19:40"), "TRANSPORTING", 9, CAR, None),
    (at("20:00"), "AT_FACILITY", 9, CAR, None),
    (at("21:00"), "CLEAR", 9, CAR, "HOLD"),
    (at("23:00"), "RECEIVED", 10, -1, None),
    (at("22:00", 2), "SHIFT_START", -1, NIGHT, None),
    (at("23:55", 2), "DISPATCHED", 10, NIGHT, None),
    (at("23:55", 2), "EN_ROUTE", 10, NIGHT, None),
    (at("24:00", 2), "UNFINISHED", 10, -1, None),
]

SHIFTS = [
    (CAR, 0, 3 * DAY, 1),
    (TEAM_1, at("12:00"), at("16:00"), 1),
    (TEAM_2, at("14:00"), at("18:00"), 0),
    (NIGHT, at("22:00", 2), at("24:00", 2), 1),
]

PRICES = Prices(
    hour_cents=(8_000.0, 13_000.0),
    overtime_hour_cents=(12_000.0, 19_500.0),
    rate_cents={"ed_visit": 270_000.0, "ambulance": 150_000.0, "booking": 64_600.0},
    payer={"booking": "sheriff"},
    programme_payers={"co_response": {"grant": 365 * 60_000, "county": "rest"}},  # 60,000 cents for the one day measured
    one_time_cents={"co_response": {"radios": 120_000}},
    programme_of=(None, "co_response"),
    payer_of_responder=("city", "city"),
    jurisdiction_of=("city",),
)


def facts() -> Facts:
    """Patrol takes everything, the team crises without a weapon; only remits are read."""
    takes = np.zeros((2, N_FLAGS, 2), np.int64)
    takes[:, :, PATROL] = 1
    takes[CRISIS, [flags for flags in range(N_FLAGS) if not flags & WEAPON], TEAM] = 1
    patrol = ResponderRow(PATROL, -1, 1, 0, 0, 1, 0, 0, 1)
    team = ResponderRow(TEAM, 0, 1, 1, 0, 0, 0, 0, 1)
    return Facts({"takes": takes, "is_found": np.zeros(2, np.int64)}, {}, (patrol, team), (), ())


def lucks(calls: list[CallRow]) -> npt.NDArray[Any]:
    """Luck nobody asks for: each call is what the centre takes it for, and criteria of a hold are not modelled."""
    rows = np.zeros(len(calls), dtype_of(LuckRow))
    rows["type"], rows["criteria"] = [call.type for call in calls], -1
    return rows


def world(prices: Prices = PRICES) -> World:
    """Aspen before the first dispatch."""
    calls = [
        CallRow(id=i, stream=kind, number=i, received_s=received, type=kind, zone=0, priority=priority, flags=flags)
        for i, (received, kind, priority, flags) in enumerate(CALLS)
    ]
    units = [UnitRow(i, PATROL if i == CAR else TEAM, 0, 0) for i in range(4)]
    plan = facts()
    policy = PolicyParts("by hand", lambda *_: 0, oldest_of_highest_priority, always, SimpleNamespace())
    return World(
        names=Names(
            ("town",),
            ("crisis", "other"),
            ("patrol", "team"),
            ("co_response",),
            ("patrol/all/1", "team/late/1", "team/late/2", "team/night/1"),
            (),
            ("911",),
            Roles((), ()),
        ),
        horizon=Horizon(dt.date(2027, 3, 1), DAY, 2 * DAY, 3 * DAY, DAY),
        seed=1,
        replication=0,
        calls=rows_to_array(calls, CallRow),
        lucks=lucks(calls),
        units=rows_to_array(units, UnitRow),
        shifts=rows_to_array([ShiftRow(*row) for row in SHIFTS], ShiftRow),
        duties=rows_to_array([DutyRow(*row[:3]) for row in SHIFTS if row[3]], DutyRow),
        facilities=np.zeros(0, dtype_of(FacilityRow)),
        persons=np.zeros(0, dtype_of(PersonRow)),
        stays=np.zeros(0, dtype_of(StayRow)),
        visits_s=np.zeros(0, np.int64),
        tasks=np.zeros(0, dtype_of(TaskRow)),
        positions=np.zeros((3, 0), np.int64),
        person_type=np.array([True, False]),
        before=plan,
        after=plan,
        policy_before=policy,
        policy_after=policy,
        prices=prices,
        mechanisms=(),
    )


def ledger(story: list[tuple[Any, ...]] | None = None) -> npt.NDArray[Any]:
    """The story as ledger rows.

    Statuses of units come from the table of legal moves, of calls from who is with them; a cause is the latest row of
    the call or unit.
    """
    told = STORY if story is None else story
    units: dict[int, int] = {}
    calls: dict[int, CallStatus] = {}
    crews: dict[int, set[int]] = {}
    latest: dict[tuple[str, int], int] = {}
    rows = []
    for row, (t_s, name, call, unit, disposition) in enumerate(told):
        event = Event[name]
        before, after = (calls.get(call, CallStatus.EXPECTED), CallStatus.EXPECTED) if call >= 0 else (-1, -1)
        if call >= 0:
            is_last = any((t_s, ending, call) == other[:3] for other in told[row:] for ending in ("ABANDONED", "GIVEN_UP"))
            calls[call] = after = call_after(CallStatus(before), event, unit, crews.setdefault(call, set()), is_last)
        if unit >= 0:
            before = units.get(unit, 0)
            after = units[unit] = NEXT_STATUS[before][event]
        cause = max(latest.get(("unit", unit), -1), latest.get(("call", call), -1))
        latest |= {key: row for key in (("unit", unit), ("call", call)) if key[1] >= 0}
        code = -1 if disposition is None else int(Disposition[disposition])
        rows.append((t_s, call, unit, cause, int(event), before, after, code, -1, -1))
    return np.array(rows, dtype_of(LedgerRow))


def call_after(before: CallStatus, event: Event, unit: int, crew: set[int], is_last: bool) -> CallStatus:
    """Where a call stands after a row; `crew` is who is assigned, and is brought up to date.

    In its last second a call whose caller or crew gives up stands as it did until it has ended.
    """
    if event == Event.DISPATCHED:
        crew.add(unit)
        return CallStatus.DISPATCHED if before == CallStatus.QUEUED else before
    if event in LEAVING_EVENTS:
        crew.discard(unit)
    if event in ENDING_EVENTS:
        return CallStatus.ENDED
    if event == Event.RECEIVED or (event in LEAVING_EVENTS and not crew and not is_last and before != CallStatus.ENDED):
        return CallStatus.QUEUED
    if event == Event.LEADS or (event == Event.ON_SCENE and crew == {unit}):
        return CallStatus.ON_SCENE
    if event in (Event.ON_SCENE, Event.STAGED) and before == CallStatus.DISPATCHED:
        return CallStatus.ASSEMBLING
    return before
