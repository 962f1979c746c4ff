"""Loops over a whole ledger, for numba: the same answers as the array steps of `invariants` and `ledger`.

`is_sound` says yes or no; which promise was broken, and where, is for `invariants` to say.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.rules.lifecycle import ENDING_EVENTS, NEXT_CALL_STATUS, NEXT_STATUS, WORKING, CallStatus, Disposition, Event, Status

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

UNIT_MOVES = np.array(NEXT_STATUS)
CALL_MOVES = np.array(NEXT_CALL_STATUS)
MOVES_UNIT = np.asarray(UNIT_MOVES.max(axis=0) >= 0)  # [event] whether a unit can be moved by it
MOVES_CALL = np.asarray(CALL_MOVES.max(axis=0) >= 0)
CALL_AFTER = CALL_MOVES.max(axis=0)  # [event] status of a call after it; one for each event
ENDS_CALL = np.isin(np.arange(len(Event)), ENDING_EVENTS)
IS_WORKING = np.isin(np.arange(len(Status)), WORKING)

N_EVENTS, N_DISPOSITIONS = len(Event), len(Disposition)
RECEIVED, DISPATCHED, ON_SCENE = int(Event.RECEIVED), int(Event.DISPATCHED), int(Event.ON_SCENE)
CLEAR, UNFINISHED = int(Event.CLEAR), int(Event.UNFINISHED)
SHIFT_START, SHIFT_END = int(Event.SHIFT_START), int(Event.SHIFT_END)
OVERTIME, FORCE_USED = int(Event.OVERTIME), int(Event.FORCE_USED)
LATER_ED_72H, LATER_ED_30D = int(Event.LATER_ED_72H), int(Event.LATER_ED_30D)
OFF_DUTY, PAPERWORK = int(Status.OFF_DUTY), int(Status.PAPERWORK)
EXPECTED, ENDED = int(CallStatus.EXPECTED), int(CallStatus.ENDED)
HANDLED = int(Disposition.HANDLED)


def is_sound(ledger: Records, received_s: Ints, person: Bools, n_units: int, duties: Records, end_s: int) -> bool:
    """Whether a ledger keeps every promise of `invariants.check`."""
    n_calls = len(received_s)
    call_status, unit_of_call = np.full(n_calls, EXPECTED), np.full(n_calls, -1)
    unit_status, call_of_unit = np.full(n_units, OFF_DUTY), np.full(n_units, -1)
    duty = first_duties(duties, n_units)
    before_s = 0
    for row in range(len(ledger)):
        t_s, call, unit, event = ledger[row]["t_s"], ledger[row]["call"], ledger[row]["unit"], ledger[row]["event"]
        start, end = ledger[row]["status_from"], ledger[row]["status_to"]
        if (row > 0 and t_s < before_s) or t_s > end_s or not -1 <= ledger[row]["cause"] < row:
            return False
        if not (-1 <= call < n_calls and -1 <= unit < n_units and 0 <= event < N_EVENTS):
            return False
        before_s = t_s
        if event == RECEIVED and (call < 0 or received_s[call] != t_s):
            return False
        if not is_settled(event, ledger[row]["disposition"], call, person):
            return False
        if MOVES_CALL[event] and call >= 0:
            status = call_status[call]
            if CALL_MOVES[status, event] < 0 or (unit < 0 and (start != status or end != CALL_AFTER[event])):
                return False
            call_status[call] = CALL_AFTER[event]
        if unit < 0 and event == DISPATCHED:
            return False
        if unit < 0 or not MOVES_UNIT[event]:
            continue
        if start != unit_status[unit] or UNIT_MOVES[start, event] != end:
            return False
        unit_status[unit] = end
        if event == DISPATCHED:
            if call < 0 or not is_on_duty(duties, duty, unit, t_s):
                return False
            call_of_unit[unit], unit_of_call[call] = call, unit
        elif call >= 0 and (IS_WORKING[end] or event == CLEAR) and (call_of_unit[unit] != call or unit_of_call[call] != unit):
            return False
    return bool(np.all((received_s >= end_s) | (call_status == ENDED)))


def is_settled(event: int, disposition: int, call: int, person: Bools) -> bool:
    """Whether a row says how a call ended just where it must."""
    if not ENDS_CALL[event] or event == UNFINISHED:
        return disposition == -1 and (call >= 0 or event != UNFINISHED)
    if call < 0:
        return False
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


def moments(ledger: Records, n_calls: int) -> tuple[npt.NDArray[Any], ...]:
    """As `ledger.moments`."""
    later_72h, later_30d, force = np.zeros(n_calls, np.int8), np.zeros(n_calls, np.int8), np.zeros(n_calls, np.int8)
    received, dispatched, on_scene = np.full(n_calls, -1), np.full(n_calls, -1), np.full(n_calls, -1)
    unit, ended, ending, disposition = np.full(n_calls, -1), np.full(n_calls, -1), np.full(n_calls, -1), np.full(n_calls, -1)
    for row in range(len(ledger)):
        call, event, t_s = ledger[row]["call"], ledger[row]["event"], ledger[row]["t_s"]
        if call < 0:
            continue
        if ENDS_CALL[event]:
            ended[call], ending[call], disposition[call] = t_s, event, ledger[row]["disposition"]
        elif event == RECEIVED:
            received[call] = t_s
        elif event == DISPATCHED and dispatched[call] < 0:
            dispatched[call] = t_s
        elif event == ON_SCENE and on_scene[call] < 0:
            on_scene[call], unit[call] = t_s, ledger[row]["unit"]
        elif event == LATER_ED_72H:
            later_72h[call] = 1
        elif event == LATER_ED_30D:
            later_30d[call] = 1
        elif event == FORCE_USED:
            force[call] = 1
    return received, dispatched, on_scene, unit, ended, ending, disposition, later_72h, later_30d, force


def spells(ledger: Records, n_units: int, end_s: int) -> tuple[npt.NDArray[Any], ...]:
    """As `ledger.spells`, in two rounds: one counts the stretches of each unit, one writes them."""
    at = np.zeros(n_units, np.int64)
    units, statuses, overtime = np.empty(0, np.int32), np.empty(0, np.int8), np.empty(0, np.int8)
    starts, ends, calls = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32)
    for is_writing in (False, True):
        since, doing, call_of = np.zeros(n_units, np.int64), np.full(n_units, OFF_DUTY), np.full(n_units, -1)
        sent, is_late = np.full(n_units, -1), np.zeros(n_units, np.int8)
        if is_writing:
            n = at.sum()
            units, statuses, overtime = np.empty(n, np.int32), np.empty(n, np.int8), np.empty(n, np.int8)
            starts, ends, calls = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int32)
            at = np.cumsum(at) - at
        for row in range(len(ledger) + n_units):  # behind the last row every unit's stretch ends with the run
            is_row = row < len(ledger)
            unit = ledger[row]["unit"] if is_row else row - len(ledger)
            event = ledger[row]["event"] if is_row else SHIFT_END
            if unit < 0 or not MOVES_UNIT[event] or event == FORCE_USED:
                continue
            t_s = ledger[row]["t_s"] if is_row else end_s
            if t_s > since[unit] and doing[unit] != OFF_DUTY:
                if is_writing:
                    i = at[unit]
                    units[i], statuses[i], overtime[i] = unit, doing[unit], is_late[unit]
                    starts[i], ends[i], calls[i] = since[unit], t_s, call_of[unit]
                at[unit] += 1
            if not is_row:
                continue
            since[unit], doing[unit] = t_s, ledger[row]["status_to"]
            if not is_writing:
                continue
            if event == DISPATCHED:
                sent[unit] = ledger[row]["call"]
            elif event in (SHIFT_START, SHIFT_END, OVERTIME):
                is_late[unit] = event == OVERTIME
            call_of[unit] = sent[unit] if IS_WORKING[doing[unit]] else ledger[row]["call"] if doing[unit] == PAPERWORK else -1
    return units, starts, ends, statuses, calls, overtime


def is_ever_held(starts: Ints, ends: Ints, first_s: Ints, last_s: Ints) -> Bools:
    """As `reach.is_ever_held`; quick where `first_s` ascends."""
    held = np.empty(len(first_s), np.bool_)
    began, over = 0, 0
    for i in range(len(first_s)):
        if i > 0 and first_s[i] < first_s[i - 1]:
            began, over = 0, 0
        while began < len(starts) and starts[began] <= first_s[i]:
            began += 1
        while over < len(ends) and ends[over] <= first_s[i]:
            over += 1
        held[i] = began > over or (began < len(starts) and starts[began] <= last_s[i])
    return held
