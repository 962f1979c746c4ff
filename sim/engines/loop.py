"""The events of a town as a loop over rows: the compiled twin of the readable engine, in plain Python source.

Loaded plainly it plays with lists of objects (for a debugger and for coverage); loaded by `compiled.py` the same
lines play with arrays of records. It only says what is next: what then happens is in `happenings.py`. It allocates
nothing, and can be left and entered again before any event.
"""

from __future__ import annotations

from typing import Any

from sim.engines.agenda import ENTITY_MASK, FOR_EVER, RANK_BITS, RANK_MASK, TIME_BITS, ask_match, key_of, take_first
from sim.engines.happenings import (
    arrive,
    become_idle,
    drive,
    end_shift,
    give_up,
    hand_over,
    leave,
    match,
    receive,
    set_out,
    start_shift,
)
from sim.engines.moves import move, move_call, note, write_row
from sim.rules.lifecycle import CallStatus, Event

# What `advance` says when it comes back.
DONE = 0  # nothing happens before `until_s` any more
NEED_ROWS = 1  # the ledger is nearly full
NEED_AGENDA = 2  # the agenda is nearly full
PAUSE = 3  # `n_max` events have been played
FAULT = 4  # an illegal move; `w.fault_*` hold it

ROOM = 64  # rows and agenda places kept free before an event, beyond one a unit and what fresh calls may need

# What a world counts while it is played; all begin at 0.
COUNTERS = (
    "now", "n_rows", "n_waiting", "n_fresh", "n_agenda", "next_call", "next_duty", "is_match_due", "is_changed",
    "is_faulty", "fault_entity", "fault_event", "fault_status",
)  # fmt: skip
AVAILABLE = int(Event.AVAILABLE)
CLEAR = int(Event.CLEAR)
SHIFT_END = int(Event.SHIFT_END)
SHIFT_START = int(Event.SHIFT_START)
ABANDONED = int(Event.ABANDONED)
RECEIVED = int(Event.RECEIVED)
EN_ROUTE = int(Event.EN_ROUTE)
ON_SCENE = int(Event.ON_SCENE)
TRANSPORTING = int(Event.TRANSPORTING)
AT_FACILITY = int(Event.AT_FACILITY)
LOOK_AGAIN = int(Event.LOOK_AGAIN)
MATCH = int(Event.MATCH)
POLICY_STARTS = int(Event.POLICY_STARTS)
UNFINISHED = int(Event.UNFINISHED)
ENDED = int(CallStatus.ENDED)


def next_key(w: Any) -> int:
    """Order of the next event: of the agenda, the roster, the calls, or the match of this second, whichever is first."""
    key = w.agenda_keys[0] if w.n_agenda > 0 else FOR_EVER
    if w.next_duty < w.n_duties and w.duty_keys[w.next_duty] < key:
        key = w.duty_keys[w.next_duty]
    if w.next_call < w.n_calls:
        call = w.calls[w.next_call]
        received = key_of(call.received_s, RECEIVED, call.id)
        if received < key:
            key = received
    if w.is_match_due == 1:
        due = key_of(w.now, MATCH, 0)
        if due < key:
            key = due
    return key


def play_unit(w: Any, town: Any, event: int, unit: Any) -> None:
    """What the unit awaited has come."""
    if event == EN_ROUTE:
        set_out(w, town, unit)
    elif event == ON_SCENE:
        arrive(w, town, unit)
    elif event == CLEAR:
        leave(w, town, unit)
    elif event == TRANSPORTING:
        drive(w, town, unit)
    elif event == AT_FACILITY:
        hand_over(w, town, unit)
    elif event == AVAILABLE:
        move(w, town, unit, AVAILABLE, -1, -1)
        become_idle(w, unit)


def play_agenda(w: Any, town: Any, event: int, entity: int, stamp: int) -> None:
    """Play an event of the agenda, unless it is void."""
    if event in (ABANDONED, LOOK_AGAIN):
        call = w.calls[entity]
        if call.stamp == stamp:
            if event == ABANDONED:
                give_up(w, town, call)
            else:
                ask_match(w)
    else:
        unit = town.units[entity]
        if unit.stamp == stamp:
            play_unit(w, town, event, unit)


def play_duty(w: Any, town: Any, event: int, entity: int) -> None:
    """A shift starts or ends, or the option's plan begins."""
    if event == SHIFT_START:
        start_shift(w, town, town.units[entity])
    elif event == SHIFT_END:
        end_shift(w, town, town.units[entity])
    else:
        w.is_changed = 1
        write_row(w, -1, -1, -1, POLICY_STARTS, -1, -1, -1)
        ask_match(w)


def advance(w: Any, before: Any, after: Any, policy_before: Any, policy_after: Any, until_s: int, n_max: int) -> int:
    """Play every event before `until_s`, at most `n_max`; says why it came back."""
    last_key = until_s << TIME_BITS
    played = 0
    town = before if w.is_changed == 0 else after
    policy = policy_before if w.is_changed == 0 else policy_after
    while True:
        if w.n_rows + ROOM + w.n_units > len(w.rows):
            return NEED_ROWS
        if w.n_agenda + ROOM + 2 * w.n_units + w.n_fresh * (1 + w.n_rematch) > len(w.agenda_keys):
            return NEED_AGENDA
        key = next_key(w)
        if key >= last_key:
            return DONE
        if played == n_max:
            return PAUSE
        played += 1
        w.now = key >> TIME_BITS
        event = (key >> RANK_BITS) & RANK_MASK
        entity = key & ENTITY_MASK
        if event == RECEIVED:
            w.next_call += 1
            receive(w, town, w.calls[entity])
        elif event == MATCH:
            match(w, town, policy)
        elif w.next_duty < w.n_duties and w.duty_keys[w.next_duty] == key:
            w.next_duty += 1
            play_duty(w, town, event, entity)
            if event == POLICY_STARTS:
                town = after
                policy = policy_after
                w.n_rematch = w.n_rematch_after
        else:
            stamp = w.agenda_stamps[0]
            take_first(w)
            play_agenda(w, town, event, entity, stamp)
        if w.is_faulty != 0:
            return FAULT


def close(w: Any) -> None:
    """The run is over: calls received and not ended are unfinished, in order."""
    for i in range(w.next_call):
        call = w.calls[i]
        if call.status != ENDED:
            call.disposition = -1
            before = move_call(w, call, UNFINISHED)
            note(w, call, UNFINISHED, before, -1)
