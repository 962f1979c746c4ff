"""Whether a ledger keeps every promise of `invariants.check`, in one loop for numba: yes or no.

Which promise was broken, and where, is for `invariants` to say; `sim.measure.replay` has the same life of a call in
array steps.
"""

from __future__ import annotations

import numpy as np

from sim.measure.sweep import (
    CALL_MOVES,
    CLEAR,
    DISPATCHED,
    ENDS_CALL,
    IS_BESIDE,
    LEADS,
    LEAVES,
    MOVES_UNIT,
    N_CODES,
    ON_SCENE,
    PAPERWORK_ROW,
    RECEIVED,
    RELEASED,
    STAGED,
    TURNED_AWAY,
    UNFINISHED,
    UNIT_MOVES,
    Bools,
    Ints,
    Records,
    codes,
)
from sim.mechanism import FIRST_EVENT
from sim.rules.lifecycle import FORCE_EVENTS, CallStatus, Disposition, Event, Status
from sim.world import World

N_DISPOSITIONS = len(Disposition)
BREAK, OFF_DUTY, STAGING = int(Event.BREAK), int(Status.OFF_DUTY), int(Status.STAGING)
EXPECTED, QUEUED, SENT, GATHERING, WORKING_ON, ENDED, RINGING, TALKING, GONE, _ = (int(status) for status in CallStatus)
UNCALLED = len(CallStatus)  # of a candidate whose later ED visit is told: all that may follow is that nobody called
NOT_CALLED, CALLED_OFF = int(Event.NOT_CALLED), int(Event.CALLED_OFF)
INDUCED, RECURRENT = 1, 2  # bits of a candidate: may not be called, may not come about
HANDLED = int(Disposition.HANDLED)


IS_WRITTEN = ~codes(
    *range(len(Event), FIRST_EVENT), Event.POSITIONS, Event.PLACES, Event.BREAK_DUE, Event.STAY_OVER, Event.TALKED,
    Event.SPILL_DUE, Event.CREW_DUE, Event.LOOK_AGAIN, Event.MECHANISM, Event.MATCH,
)  # fmt: skip
OF_PHONE = codes(Event.RINGS, Event.ANSWERED, Event.HUNG_UP, Event.PASSED_ON)
OF_CALL = OF_PHONE | codes(
    Event.RECEIVED, Event.NOT_CALLED, Event.RESOLVED_BY_PHONE, Event.ESCALATED, Event.CALLED_BACK, Event.CANCELLED,
    Event.ABANDONED, Event.NEVER_SERVED, Event.GIVEN_UP, Event.UNFINISHED,
)  # fmt: skip  # rows of a call that no unit moves
NEEDS_UNIT = MOVES_UNIT & ~codes(Event.TURNED_AWAY)  # who comes without a unit may be turned away too
OF_BOTH = MOVES_UNIT & ~codes(
    Event.AVAILABLE, Event.SHIFT_START, Event.SHIFT_END, Event.OVERTIME, Event.PAPERWORK, Event.BREAK, Event.RELOCATED
)  # rows of a unit at a call
BY_LEAD = codes(
    Event.CLEAR, Event.TRANSPORTING, Event.AT_FACILITY, Event.TURNED_AWAY, Event.ASKED, Event.RECOGNISED,
    *map(Event, FORCE_EVENTS),
)  # fmt: skip
JUST_BEFORE = codes(Event.CALLED_OFF, Event.LATER_ED_72H, Event.LATER_ED_30D)  # an ending keeps the status from before these

STATUS, CREW, LEAD, IS_TOLD, HELD, HELD_S = range(6)  # what is kept of a call


def candidates(world: World) -> Ints:
    """[call] its bits INDUCED, where it may be that nobody calls, and RECURRENT."""
    calls = world.calls
    is_found = (world.before.tables["is_found"] + world.after.tables["is_found"]) > 0
    may_not_call = (calls["is_induced"] == 1) | is_found[calls["type"]]
    return np.asarray(may_not_call * INDUCED + (calls["person"] >= 0) * RECURRENT, np.int64)


def is_sound(
    ledger: Records, received_s: Ints, person: Bools, candidate: Ints, n_units: int, duties: Records, end_s: int
) -> bool:
    """Whether a ledger keeps every promise of calls and units that `invariants.check` makes.

    `person`: whether each call truly is about one; `candidate`: its bits INDUCED and RECURRENT.
    """
    n_calls, before_s = len(received_s), 0
    lives = np.zeros((n_calls, 6), np.int64)
    lives[:, LEAD], lives[:, HELD_S] = -1, -1
    unit_status, call_of_unit, duty = np.full(n_units, OFF_DUTY), np.full(n_units, -1), first_duties(duties, n_units)
    for row in range(len(ledger)):
        t_s, call, unit, event = ledger[row]["t_s"], ledger[row]["call"], ledger[row]["unit"], ledger[row]["event"]
        start, end = ledger[row]["status_from"], ledger[row]["status_to"]
        if (row > 0 and t_s < before_s) or t_s > end_s or not -1 <= ledger[row]["cause"] < row:
            return False
        if not (-1 <= call < n_calls and -1 <= unit < n_units and 0 <= event < N_CODES):
            return False
        before_s = t_s
        is_beside = IS_BESIDE[event] or (event == TURNED_AWAY and unit < 0)
        if not IS_WRITTEN[event] or (NEEDS_UNIT[event] and unit < 0):
            return False
        if call < 0 and (OF_CALL[event] or (OF_BOTH[event] and not is_beside)):
            return False
        if event in (RECEIVED, NOT_CALLED) and received_s[call] != t_s:
            return False
        if event == NOT_CALLED and candidate[call] & INDUCED == 0:
            return False
        if not is_settled(event, ledger[row]["disposition"], call, person):
            return False
        if is_beside:
            continue
        if call >= 0 and event != PAPERWORK_ROW and not lives_on(lives, call, event, unit, t_s, start, end):
            return False
        if unit < 0 or not MOVES_UNIT[event]:
            continue
        if start != unit_status[unit] or end < 0 or UNIT_MOVES[start, event] != end:
            return False
        unit_status[unit] = end
        if event == DISPATCHED and not is_on_duty(duties, duty, unit, t_s):
            return False
        if event == BREAK and not is_on_duty(duties, duty, unit, t_s - 1):  # it may begin as the shift ends
            return False
        if event == DISPATCHED:
            call_of_unit[unit] = call
        elif call >= 0 and call_of_unit[unit] != call:
            return False
    is_latent = (candidate & RECURRENT > 0) & (lives[:, STATUS] == EXPECTED)
    return bool(np.all((received_s >= end_s) | (lives[:, STATUS] == ENDED) | is_latent))


def lives_on(lives: Ints, call: int, event: int, unit: int, t_s: int, start: int, end: int) -> bool:
    """Whether a call may see such a row now; if so, what is kept of the call is moved on."""
    status, lead = lives[call, STATUS], lives[call, LEAD]
    if lives[call, HELD_S] != t_s:
        lives[call, HELD] = GATHERING if status == WORKING_ON and lives[call, IS_TOLD] == 0 else status
    lives[call, HELD_S] = t_s if JUST_BEFORE[event] else -1
    if OF_CALL[event]:
        if unit >= 0 or (start != status and start != lives[call, HELD]) or end < 0 or CALL_MOVES[start, event] != end:
            return False
        if status == UNCALLED and event != NOT_CALLED:
            return False
        if event == RECEIVED or OF_PHONE[event] or ENDS_CALL[event]:
            lives[call, STATUS] = end
        return bool(not ENDS_CALL[event] or event == UNFINISHED or lives[call, CREW] == 0)
    if status == EXPECTED and JUST_BEFORE[event] and event != CALLED_OFF:
        lives[call, STATUS] = UNCALLED
        return True
    if status in (EXPECTED, ENDED, UNCALLED) or (event == RELEASED and (lead == -1 or lead == unit)):
        return False
    if unit >= 0 and status in (RINGING, TALKING, GONE):  # nobody is sent while the call is on the phone
        return False
    if BY_LEAD[event] and lead != unit and start != STAGING:  # who waits near the scene may ask for police
        return False
    if event == DISPATCHED:
        lives[call, CREW] += 1
        if status == QUEUED:
            lives[call, STATUS] = SENT
    elif event == LEADS or (event == ON_SCENE and lives[call, CREW] == 1):
        lives[call, STATUS], lives[call, LEAD], lives[call, IS_TOLD] = WORKING_ON, unit, event == LEADS
    elif event in (ON_SCENE, STAGED) and status == SENT:
        lives[call, STATUS] = GATHERING
    elif LEAVES[event]:
        lives[call, CREW] -= 1
        if event == CLEAR:
            lives[call, STATUS] = ENDED
            return bool(lives[call, CREW] == 0)
        if lives[call, CREW] == 0:
            lives[call, STATUS], lives[call, LEAD], lives[call, IS_TOLD] = QUEUED, -1, 0
    return True


def is_settled(event: int, disposition: int, call: int, person: Bools) -> bool:
    """Whether a row says how a call ended just where it must."""
    if not ENDS_CALL[event] or event == UNFINISHED:
        return disposition == -1
    return bool(HANDLED < disposition < N_DISPOSITIONS if person[call] else disposition == HANDLED)


def first_duties(duties: Records, n_units: int) -> Ints:
    """Row of each unit's first duty, and one past the last of all."""
    found = np.full(n_units + 1, len(duties))
    for row in range(len(duties) - 1, -1, -1):
        found[duties[row]["unit"]] = row
    for unit in range(n_units - 1, -1, -1):
        found[unit] = min(found[unit], found[unit + 1])
    return found


def is_on_duty(duties: Records, duty: Ints, unit: int, t_s: int) -> bool:
    """Whether a unit is on duty; `duty` is moved on to the duty of that time."""
    at = duty[unit]
    while at < len(duties) and duties[at]["unit"] == unit and duties[at]["end_s"] <= t_s:
        at += 1
    duty[unit] = at
    return bool(at < len(duties) and duties[at]["unit"] == unit and duties[at]["start_s"] <= t_s)
