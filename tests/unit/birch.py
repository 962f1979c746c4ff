"""Birch: a town where several go to one call, and one day of its ledger written by hand.

Two clinicians, who drive nobody and have a break due after four hours, two patrol cars, and one of the neighbouring
town of Cedar. The measured day is the second of three.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.rules.lifecycle import N_FLAGS, VIOLENCE_RISK
from sim.tables import CallRow, DutyRow, ResponderRow, ShiftRow, UnitRow, rows_to_array
from sim.world import Facts, World
from tests.unit import hand
from tests.unit.hand import DAY, at

CRISIS, OTHER = 0, 1
CLINICIAN, PATROL = 0, 1
C1, C2, P1, P2, CEDAR = range(5)

CALLS = [  # received, what the centre takes it for, priority, flags; what it truly is, criteria; and what is special
    (at("09:00"), CRISIS, 2, VIOLENCE_RISK, CRISIS, 0),  # 0: a clinician waits near the scene for patrol, and leads
    (at("10:00"), CRISIS, 2, 0, CRISIS, 0),  # 1: patrol asks for a clinician, who takes charge
    (at("11:00"), CRISIS, 2, 0, CRISIS, 0),  # 2: loses its clinician to call 3, gives its crew up, is served by the next
    (at("11:15"), CRISIS, 1, 0, CRISIS, 0),  # 3: more urgent
    (at("11:50"), CRISIS, 3, 0, CRISIS, 0),  # 4: a clinician alone, past the shift and without a break; a hold
    (at("12:00"), OTHER, 1, 0, CRISIS, 1),  # 5: taken for ordinary work, recognised by the car from Cedar
    (at("13:00"), CRISIS, 4, 0, CRISIS, 0),  # 6: rung back, needs nobody
    (at("13:05"), CRISIS, 4, 0, CRISIS, 1),  # 7: rung back, grows worse, loses a clinician; gives up with patrol on its way
    (at("14:00"), CRISIS, 2, VIOLENCE_RISK, CRISIS, 0),  # 8: a clinician waits near the scene in vain
    (at("14:30"), OTHER, 1, 0, OTHER, -1),  # 9: ordinary work
    (at("23:50", 2), CRISIS, 2, 0, CRISIS, 0),  # 10: at work when the run ends, outside the measured day
]

# (when, what, call, unit, disposition)
STORY: list[tuple[Any, ...]] = [
    (0, "SHIFT_START", -1, P1, None),
    (0, "SHIFT_START", -1, P2, None),
    (0, "SHIFT_START", -1, CEDAR, None),
    (DAY, "POLICY_STARTS", -1, -1, None),
    (at("08:00"), "SHIFT_START", -1, C1, None),
    (at("08:00"), "SHIFT_START", -1, C2, None),
    (at("09:00"), "RECEIVED", 0, -1, None),
    (at("09:00"), "DISPATCHED", 0, P1, None),
    (at("09:00"), "DISPATCHED", 0, C1, None),
    (at("09:00"), "EN_ROUTE", 0, C1, None),
    (at("09:00"), "EN_ROUTE", 0, P1, None),
    (at("09:10"), "STAGED", 0, C1, None),
    (at("09:20"), "ON_SCENE", 0, P1, None),
    (at("09:20"), "ON_SCENE", 0, C1, None),
    (at("09:20"), "LEADS", 0, C1, None),
    (at("09:40"), "RELEASED", 0, P1, None),
    (at("10:00"), "CLEAR", 0, C1, "RESOLVED"),
    (at("10:00"), "RECEIVED", 1, -1, None),
    (at("10:00"), "PAPERWORK", 0, C1, None),
    (at("10:00"), "DISPATCHED", 1, P1, None),
    (at("10:00"), "EN_ROUTE", 1, P1, None),
    (at("10:10"), "ON_SCENE", 1, P1, None),
    (at("10:15"), "ASKED", 1, P1, None),
    (at("10:15"), "DISPATCHED", 1, C2, None),
    (at("10:15"), "EN_ROUTE", 1, C2, None),
    (at("10:30"), "AVAILABLE", -1, C1, None),
    (at("10:30"), "ON_SCENE", 1, C2, None),
    (at("10:30"), "LEADS", 1, C2, None),
    (at("10:40"), "RELEASED", 1, P1, None),
    (at("10:40"), "PAPERWORK", 1, P1, None),
    (at("10:50"), "AVAILABLE", -1, P1, None),
    (at("11:00"), "CLEAR", 1, C2, "REFERRED"),
    (at("11:00"), "RECEIVED", 2, -1, None),
    (at("11:00"), "DISPATCHED", 2, P1, None),
    (at("11:00"), "DISPATCHED", 2, C1, None),
    (at("11:00"), "EN_ROUTE", 2, C1, None),
    (at("11:00"), "EN_ROUTE", 2, P1, None),
    (at("11:10"), "ON_SCENE", 2, P1, None),
    (at("11:15"), "RECEIVED", 3, -1, None),
    (at("11:15"), "CALLED_OFF", 2, C1, None),
    (at("11:15"), "DISPATCHED", 3, C1, None),
    (at("11:15"), "EN_ROUTE", 3, C1, None),
    (at("11:25"), "ON_SCENE", 3, C1, None),
    (at("11:40"), "CALLED_OFF", 2, P1, None),
    (at("11:40"), "DISPATCHED", 2, P2, None),
    (at("11:40"), "EN_ROUTE", 2, P2, None),
    (at("11:50"), "RECEIVED", 4, -1, None),
    (at("11:50"), "ON_SCENE", 2, P2, None),
    (at("11:50"), "DISPATCHED", 4, C2, None),
    (at("11:50"), "EN_ROUTE", 4, C2, None),
    (at("11:55"), "CLEAR", 3, C1, "RESOLVED"),
    (at("11:55"), "PAPERWORK", 3, C1, None),
    (at("12:00"), "RECEIVED", 5, -1, None),
    (at("12:00"), "ON_SCENE", 4, C2, None),
    (at("12:00"), "TRANSPORTING", 2, P2, None),
    (at("12:00"), "DISPATCHED", 5, CEDAR, None),
    (at("12:00"), "EN_ROUTE", 5, CEDAR, None),
    (at("12:05"), "AT_FACILITY", 2, P2, None),
    (at("12:20"), "ON_SCENE", 5, CEDAR, None),
    (at("12:20"), "RECOGNISED", 5, CEDAR, None),
    (at("12:20"), "FORCE_USED", 5, CEDAR, None),
    (at("12:25"), "AVAILABLE", -1, C1, None),
    (at("12:25"), "BREAK", -1, C1, None),
    (at("12:30"), "CLEAR", 2, P2, "ED"),
    (at("12:55"), "AVAILABLE", -1, C1, None),
    (at("13:00"), "CLEAR", 5, CEDAR, "ARREST"),
    (at("13:00"), "RECEIVED", 6, -1, None),
    (at("13:05"), "RECEIVED", 7, -1, None),
    (at("13:10"), "RELOCATED", -1, P1, None),
    (at("13:20"), "CANCELLED", 6, -1, "RESOLVED"),
    (at("13:25"), "CALLED_BACK", 7, -1, None),
    (at("13:30"), "ESCALATED", 7, -1, None),
    (at("13:31"), "DISPATCHED", 7, C1, None),
    (at("13:36"), "RELAY_FAILED", 7, C1, None),
    (at("13:36"), "DISPATCHED", 7, P1, None),
    (at("13:37"), "EN_ROUTE", 7, P1, None),
    (at("13:50"), "CALLED_OFF", 7, P1, None),
    (at("13:50"), "LATER_ED_72H", 7, -1, None),
    (at("13:50"), "ABANDONED", 7, -1, "NO_CONTACT"),
    (at("14:00"), "RECEIVED", 8, -1, None),
    (at("14:00"), "DISPATCHED", 8, C1, None),
    (at("14:00"), "EN_ROUTE", 8, C1, None),
    (at("14:10"), "STAGED", 8, C1, None),
    (at("14:10"), "ASKED", 8, C1, None),
    (at("14:30"), "RECEIVED", 9, -1, None),
    (at("14:30"), "DISPATCHED", 9, P2, None),
    (at("14:30"), "EN_ROUTE", 9, P2, None),
    (at("14:40"), "CALLED_OFF", 8, C1, None),
    (at("14:40"), "GIVEN_UP", 8, -1, "ED"),
    (at("14:40"), "ON_SCENE", 9, P2, None),
    (at("15:30"), "CLEAR", 9, P2, "HANDLED"),
    (at("16:00"), "SHIFT_END", -1, C1, None),
    (at("16:00"), "OVERTIME", -1, C2, None),
    (at("16:10"), "CLEAR", 4, C2, "HOLD"),
    (at("16:10"), "SHIFT_END", -1, C2, None),
    (at("23:50", 2), "RECEIVED", 10, -1, None),
    (at("23:50", 2), "DISPATCHED", 10, P1, None),
    (at("23:50", 2), "EN_ROUTE", 10, P1, None),
    (at("23:58", 2), "ON_SCENE", 10, P1, None),
    (at("23:59", 2), "ASKED", 10, P1, None),
    (at("24:00", 2), "UNFINISHED", 10, -1, None),
]

SHIFTS = [
    (C1, at("08:00"), at("16:00"), 1),
    (C2, at("08:00"), at("16:00"), 1),
    *((unit, 0, 3 * DAY, 1) for unit in (P1, P2, CEDAR)),
]

PRICES = replace(
    hand.PRICES,
    hour_cents=(0.0, 0.0),
    overtime_hour_cents=(0.0, 0.0),
    rate_cents={"mutual_aid_hour": 15_000.0, "ambulance": 150_000.0},
    programme_payers={},
    one_time_cents={},
    programme_of=("co_response", None),
    jurisdiction_of=("birch", "cedar"),
)


def facts() -> Facts:
    """Clinicians take every crisis, patrol everything."""
    takes = np.ones((2, N_FLAGS, 2), np.int64)
    takes[OTHER, :, CLINICIAN] = 0
    takes[:, N_FLAGS // 2 :, CLINICIAN] = 0  # where the centre does not follow the plan
    clinician = ResponderRow(CLINICIAN, 0, 0, 1, 0, 0, 0, 0, 1, break_after_s=4 * 3600, break_s=1800)
    patrol = ResponderRow(PATROL, -1, 1, 0, 0, 1, 0, 0, 1)
    return Facts({"takes": takes, "is_found": np.zeros(2, np.int64)}, {}, (clinician, patrol), (), ())


def world() -> World:
    """Birch before the first dispatch."""
    calls = [
        CallRow(id=i, stream=kind, number=i, received_s=received, type=kind, zone=0, priority=priority, flags=flags)
        for i, (received, kind, priority, flags, *_) in enumerate(CALLS)
    ]
    lucks = hand.lucks(calls)
    lucks["type"], lucks["criteria"] = np.array([row[4:] for row in CALLS]).T
    plan, first = facts(), hand.world(PRICES)
    names = replace(
        first.names,
        zones=("birch", "cedar"),
        responders=("clinician", "patrol"),
        units=("clinician/day/1", "clinician/day/2", "patrol/all/1", "patrol/all/2", "patrol/cedar/1"),
    )
    homes = [(C1, CLINICIAN, 0), (C2, CLINICIAN, 0), (P1, PATROL, 0), (P2, PATROL, 0), (CEDAR, PATROL, 1)]
    return replace(
        first,
        names=names,
        calls=rows_to_array(calls, CallRow),
        lucks=lucks,
        units=rows_to_array([UnitRow(unit, responder, home, home) for unit, responder, home in homes], UnitRow),
        shifts=rows_to_array([ShiftRow(*row) for row in SHIFTS], ShiftRow),
        duties=rows_to_array([DutyRow(*row[:3]) for row in SHIFTS], DutyRow),
        before=plan,
        after=plan,
    )


def ledger(story: list[tuple[Any, ...]] | None = None) -> npt.NDArray[Any]:
    """The story as ledger rows."""
    return hand.ledger(STORY if story is None else story)
