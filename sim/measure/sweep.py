"""Loops over a whole ledger, for numba: the same answers as the array steps of `spells`, `crews`, `ledger` and `reach`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.mechanism import FIRST_EVENT
from sim.rules.lifecycle import ENDING_EVENTS, LEAVING_EVENTS, NEXT_CALL_STATUS, NEXT_STATUS, WORKING, Event, Status

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

N_CODES = 128  # of events: those of the model, then those of mechanisms


def codes(*events: int) -> Bools:
    """[event] whether it is one of these."""
    return np.isin(np.arange(N_CODES), events)


def _padded(moves: Any) -> Ints:
    """[status][event] status, -1 too for the events of mechanisms."""
    return np.pad(np.array(moves), ((0, 0), (0, N_CODES - len(Event))), constant_values=-1)


UNIT_MOVES = _padded(NEXT_STATUS)
CALL_MOVES = _padded(NEXT_CALL_STATUS)
MOVES_UNIT = np.asarray(UNIT_MOVES.max(axis=0) >= 0)  # [event] whether a unit can be moved by it
ENDS_CALL = codes(*ENDING_EVENTS)
LEAVES = codes(*LEAVING_EVENTS)
IS_WORKING = np.isin(np.arange(len(Status)), WORKING)

RECEIVED, DISPATCHED, ON_SCENE, STAGED = int(Event.RECEIVED), int(Event.DISPATCHED), int(Event.ON_SCENE), int(Event.STAGED)
CLEAR, RELEASED, CALLED_OFF, LEADS = int(Event.CLEAR), int(Event.RELEASED), int(Event.CALLED_OFF), int(Event.LEADS)
UNFINISHED, PAPERWORK_ROW = int(Event.UNFINISHED), int(Event.PAPERWORK)
TURNED_AWAY = int(Event.TURNED_AWAY)
SHIFT_START, SHIFT_END, OVERTIME = int(Event.SHIFT_START), int(Event.SHIFT_END), int(Event.OVERTIME)
LATER_ED_72H, LATER_ED_30D = int(Event.LATER_ED_72H), int(Event.LATER_ED_30D)
FORCE_USED, SERIOUS_FORCE = int(Event.FORCE_USED), int(Event.SERIOUS_FORCE)
OFF_DUTY, PAPERWORK = int(Status.OFF_DUTY), int(Status.PAPERWORK)

# [event] whether it begins another stretch: a unit's status changes, or its hours become overtime or ordinary ones
TURNS_SPELL = np.any((UNIT_MOVES >= 0) & (UNIT_MOVES != np.arange(len(Status))[:, None]), axis=0)
TURNS_SPELL[[SHIFT_START, OVERTIME]] = True

OF_STAY = codes(Event.WALKED_IN, Event.ADMITTED, Event.BOARDS, Event.LEFT)  # people at doors
OF_TASK = codes(
    Event.TASK_RAISED, Event.TASK_OPENED, Event.ATTEMPTED, Event.CONNECTED, Event.LAPSED, Event.CARE_ENDED
)  # follow-up
OF_MECHANISM = np.arange(N_CODES) >= FIRST_EVENT
IS_BESIDE = OF_STAY | OF_TASK | OF_MECHANISM  # of a person after, or beside, the life of their call


def moments(ledger: Records, n_calls: int) -> tuple[npt.NDArray[Any], ...]:
    """As `ledger.moments`."""
    later_72h, later_30d, force = np.zeros(n_calls, np.int8), np.zeros(n_calls, np.int8), np.zeros(n_calls, np.int8)
    received, dispatched, on_scene = np.full(n_calls, -1), np.full(n_calls, -1), np.full(n_calls, -1)
    ended, ending, disposition = np.full(n_calls, -1), np.full(n_calls, -1), np.full(n_calls, -1)
    unit, lead = np.full(n_calls, -1), np.full(n_calls, -1)
    crew, is_gathered, given_up = np.zeros(n_calls, np.int32), np.zeros(n_calls, np.bool_), np.zeros(n_calls, np.int32)
    for row in range(len(ledger)):
        call, event, t_s = ledger[row]["call"], ledger[row]["event"], ledger[row]["t_s"]
        if call < 0:
            continue
        if event == DISPATCHED:
            crew[call] += 1
            if dispatched[call] < 0:
                dispatched[call] = t_s
        elif LEAVES[event]:
            crew[call] -= 1
            if crew[call] == 0:
                given_up[call] += event == CALLED_OFF and is_gathered[call]
                is_gathered[call] = False
        elif event in (ON_SCENE, STAGED):
            is_gathered[call] = True
            if event == ON_SCENE and on_scene[call] < 0:
                on_scene[call], unit[call], lead[call] = t_s, ledger[row]["unit"], ledger[row]["unit"]
        elif event == LEADS:
            lead[call] = ledger[row]["unit"]
        elif event == RECEIVED:
            received[call] = t_s
        elif event == LATER_ED_72H:
            later_72h[call] = 1
        elif event == LATER_ED_30D:
            later_30d[call] = 1
        elif FORCE_USED <= event <= SERIOUS_FORCE:
            force[call] = max(force[call], event - FORCE_USED + 1)
        if ENDS_CALL[event]:
            ended[call], ending[call], disposition[call] = t_s, event, ledger[row]["disposition"]
            if event == CLEAR:
                lead[call] = ledger[row]["unit"]
    return received, dispatched, on_scene, unit, ended, ending, disposition, lead, later_72h, later_30d, force, given_up


def assigned(ledger: Records, n_units: int, end_s: int) -> tuple[npt.NDArray[Any], ...]:
    """As `crews.assigned`."""
    n = 0
    for row in range(len(ledger)):
        n += ledger[row]["event"] == DISPATCHED
    calls, units, left_by = np.full(n, -1, np.int32), np.full(n, -1, np.int32), np.full(n, -1, np.int8)
    sent, there, left, paperwork = np.full(n, -1), np.full(n, -1), np.full(n, -1), np.zeros(n, np.int64)
    own, desk_s = np.full(n_units, -1), np.full(n_units, -1)  # the unit's latest assignment, and since when it writes up
    at = 0
    for row in range(len(ledger)):
        unit, event, t_s = ledger[row]["unit"], ledger[row]["event"], ledger[row]["t_s"]
        if unit < 0 or not TURNS_SPELL[event]:
            continue
        if desk_s[unit] >= 0:
            paperwork[own[unit]] += t_s - desk_s[unit]
            desk_s[unit] = -1
        if event == DISPATCHED:
            calls[at], units[at], sent[at], own[unit] = ledger[row]["call"], unit, t_s, at
            at += 1
        elif own[unit] < 0:
            continue
        elif event == ON_SCENE:
            there[own[unit]] = t_s
        elif LEAVES[event]:
            left[own[unit]], left_by[own[unit]] = t_s, event
        elif event == PAPERWORK_ROW and ledger[row]["call"] >= 0:
            desk_s[unit] = t_s
    for unit in range(n_units):
        if desk_s[unit] >= 0:
            paperwork[own[unit]] += end_s - desk_s[unit]
    return calls, units, sent, there, left, left_by, paperwork


def spells(ledger: Records, n_units: int, end_s: int) -> tuple[npt.NDArray[Any], ...]:
    """As `spells.spells`, in two rounds: one counts the stretches of each unit, one writes them."""
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
            if unit < 0 or not TURNS_SPELL[event]:
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
