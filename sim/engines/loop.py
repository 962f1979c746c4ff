"""The events of a town as a loop over rows: the compiled twin of the readable engine, in plain Python source.

Loaded plainly it plays with lists of objects (for a debugger and for coverage); loaded by `compiled.py` the same
lines play with arrays of records. It only says what is next: what then happens is in `loop_centre.py`,
`loop_scene.py` and `loop_unit.py`. It allocates
nothing, and can be left and entered again before any event.
"""

from __future__ import annotations

from typing import Any

from sim.engines.agenda import ENTITY_MASK, FOR_EVER, RANK_BITS, RANK_MASK, TIME_BITS, ask_match, key_of, take_first
from sim.engines.loop_centre import call_back, escalate, give_up, match, plan_again, withdraw
from sim.engines.loop_doors import end_stay, fill, look_at_doors, reach_door, visit
from sim.engines.loop_following import open_tasks, play_task
from sim.engines.loop_phone import answer_calls, close_desks, end_talk, hang_up, receive, ring_again, spill
from sim.engines.loop_scene import arrive, ask, begin_if_due, fail_relay, give_up_crew, leave, set_off, set_out
from sim.engines.loop_unit import become_idle, end_shift, owe_break, reach_post, release, start_shift
from sim.engines.moves import move, move_call, note, write_row
from sim.rules.lifecycle import CallStatus, Event, Status

# What `advance` says when it comes back.
DONE = 0  # nothing happens before `until_s` any more
NEED_ROWS = 1  # the ledger is nearly full
NEED_AGENDA = 2  # the agenda is nearly full
PAUSE = 3  # `n_max` events have been played
FAULT = 4  # an illegal move; `w.fault_*` hold it

ROOM = 64  # rows and agenda places kept free before an event, beyond what units and fresh calls may need
ROWS_A_UNIT = 8  # a unit may be sent, called off and sent again within one second
ROWS_AN_ENTRY = 6  # of a call that rings, a person at a door, a follow-up that waits

# What a world counts while it is played; all begin at 0.
COUNTERS = (
    "now", "n_rows", "n_waiting", "n_fresh", "n_ringing", "n_at_door", "n_waiting_tasks", "n_on_caseload", "n_agenda",
    "next_call", "next_known", "is_match_due", "is_changed", "is_faulty", "fault_entity", "fault_event", "fault_status",
)  # fmt: skip
AVAILABLE = int(Event.AVAILABLE)
CLEAR = int(Event.CLEAR)
RELEASED = int(Event.RELEASED)
SHIFT_END = int(Event.SHIFT_END)
POSITIONS = int(Event.POSITIONS)
PLACES = int(Event.PLACES)
WALKED_IN = int(Event.WALKED_IN)
STAY_OVER = int(Event.STAY_OVER)
TALKED = int(Event.TALKED)
HUNG_UP = int(Event.HUNG_UP)
RINGS = int(Event.RINGS)
SPILL_DUE = int(Event.SPILL_DUE)
ATTEMPTED = int(Event.ATTEMPTED)
CARE_ENDED = int(Event.CARE_ENDED)
LAPSED = int(Event.LAPSED)
SHIFT_START = int(Event.SHIFT_START)
BREAK_DUE = int(Event.BREAK_DUE)
ABANDONED = int(Event.ABANDONED)
RECEIVED = int(Event.RECEIVED)
ESCALATED = int(Event.ESCALATED)
CALLED_BACK = int(Event.CALLED_BACK)
RELAY_FAILED = int(Event.RELAY_FAILED)
EN_ROUTE = int(Event.EN_ROUTE)
ON_SCENE = int(Event.ON_SCENE)
TRANSPORTING = int(Event.TRANSPORTING)
AT_FACILITY = int(Event.AT_FACILITY)
RELOCATED = int(Event.RELOCATED)
CREW_DUE = int(Event.CREW_DUE)
GIVEN_UP = int(Event.GIVEN_UP)
ASKED = int(Event.ASKED)
CALLED_OFF = int(Event.CALLED_OFF)
LOOK_AGAIN = int(Event.LOOK_AGAIN)
MATCH = int(Event.MATCH)
POLICY_STARTS = int(Event.POLICY_STARTS)
UNFINISHED = int(Event.UNFINISHED)
TURNOUT = int(Status.TURNOUT)
UNDER_WAY = int(Status.EN_ROUTE)
ENDED = int(CallStatus.ENDED)
LATENT = int(CallStatus.LATENT)


def next_key(w: Any) -> int:
    """Order of the next event: of the agenda, the roster, the calls, or the match of this second, whichever is first."""
    key = w.agenda_keys[0] if w.n_agenda > 0 else FOR_EVER
    if w.next_known < w.n_known and w.known_keys[w.next_known] < key:
        key = w.known_keys[w.next_known]
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
        set_off(w, town, unit)
    elif event == AT_FACILITY:
        reach_door(w, town, unit)
    elif event == AVAILABLE:
        move(w, town, unit, AVAILABLE, -1, -1)
        become_idle(w, town, unit)
    elif event == RELEASED:
        release(w, town, unit, w.calls[unit.call])
    elif event == RELOCATED:
        reach_post(w, town, unit)
    elif event == RELAY_FAILED:
        fail_relay(w, town, unit)


def play_call(w: Any, town: Any, event: int, call: Any, stamp: int) -> None:
    """A clock of a call has run down; those of its scene are void once it is in another phase."""
    if call.status == ENDED:
        return
    if event == ABANDONED:
        give_up(w, town, call)
    elif event == HUNG_UP:
        hang_up(w, town, call, stamp)
    elif event == RINGS:
        ring_again(w, town, call)
    elif event == LOOK_AGAIN:
        if call.is_waiting == 1:
            ask_match(w)
    elif event == ESCALATED:
        escalate(w, town, call)
    elif event == CALLED_BACK:
        call_back(w, town, call)
    elif call.stamp == stamp:
        play_phase(w, town, event, call)


def play_phase(w: Any, town: Any, event: int, call: Any) -> None:
    """A clock of the call's present phase has run down."""
    if event == TALKED:
        end_talk(w, town, call)
    elif event == SPILL_DUE:
        spill(w, town, call)
    elif event == ASKED:
        ask(w, town, call)
    elif event == GIVEN_UP:
        give_up_crew(w, town, call)
    else:
        begin_if_due(w, town, call)


def is_of_call(event: int) -> bool:
    """Whether an event of the agenda is a clock of a call, not what a unit awaits."""
    return event in (ABANDONED, ESCALATED, CALLED_BACK, CREW_DUE, GIVEN_UP, ASKED, LOOK_AGAIN, TALKED, HUNG_UP, RINGS, SPILL_DUE)


def is_of_task(event: int) -> bool:
    """Whether it is a clock of a follow-up."""
    return event in (ATTEMPTED, CARE_ENDED, LAPSED)


def play_agenda(w: Any, town: Any, event: int, entity: int, stamp: int) -> None:
    """Play an event of the agenda, unless it is void."""
    if is_of_call(event):
        play_call(w, town, event, w.calls[entity], stamp)
    elif event == STAY_OVER:
        stay = w.stays[entity]
        if stay.stamp == stamp:
            end_stay(w, town, stay)
    elif is_of_task(event):
        play_task(w, town, event, w.tasks[entity])
    else:
        unit = town.units[entity]
        if unit.stamp == stamp:
            play_unit(w, town, event, unit)


def play_duty(w: Any, town: Any, event: int, unit: Any, turnout_s: int, ends_s: int, pace_ppm: int) -> None:
    """A shift starts or ends, or a break falls due."""
    if event == SHIFT_START:
        start_shift(w, town, unit, turnout_s, ends_s, pace_ppm)
    elif event == SHIFT_END:
        unit.is_rostered = 0
        unit.break_owed_s = 0
        if (unit.status == TURNOUT or unit.status == UNDER_WAY) and town.responders[unit.responder].turns_back == 1:
            withdraw(w, town, unit, CALLED_OFF)
        else:
            end_shift(w, town, unit)
    elif unit.is_rostered == 1:
        owe_break(w, town, unit)


def play_known(w: Any, town: Any, event: int, entity: int, at: int) -> None:
    """Something known beforehand: hours of units, desks and doors, or somebody who comes by themselves."""
    if event == POSITIONS:
        town.lines[entity].n_positions = w.known_number[at]
        answer_calls(w, town, entity)
    elif event == PLACES:
        fill(w, town, entity)
    elif event == WALKED_IN:
        visit(w, town, entity)
    else:
        play_duty(w, town, event, town.units[entity], w.known_number[at], w.known_ends_s[at], w.known_pace_ppm[at])


def needs_rows(w: Any) -> bool:
    """Whether the next event might write more rows than there is room for."""
    most: int = ROOM + ROWS_A_UNIT * w.n_units + ROWS_AN_ENTRY * n_waiting_for_anything(w)
    is_short: bool = most > len(w.rows) - w.n_rows
    return is_short


def needs_agenda(w: Any) -> bool:
    """Whether the next event might set more clocks than there is room for."""
    most: int = ROOM + w.n_units * (ROWS_A_UNIT + w.n_clocks) + (w.n_fresh + n_waiting_for_anything(w)) * w.n_clocks
    is_short: bool = most > len(w.agenda_keys) - w.n_agenda
    return is_short


def n_waiting_for_anything(w: Any) -> int:
    """Calls that ring, people at doors, follow-ups not taken on: one event may move them all."""
    n: int = w.n_ringing + w.n_at_door + w.n_waiting_tasks
    return n


def advance(w: Any, before: Any, after: Any, policy_before: Any, policy_after: Any, until_s: int, n_max: int) -> int:
    """Play every event before `until_s`, at most `n_max`; says why it came back."""
    last_key = until_s << TIME_BITS
    played = 0
    town = before if w.is_changed == 0 else after
    policy = policy_before if w.is_changed == 0 else policy_after
    while True:
        if needs_rows(w):
            return NEED_ROWS
        if needs_agenda(w):
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
        elif w.next_known < w.n_known and w.known_keys[w.next_known] == key:
            at = w.next_known
            w.next_known += 1
            if event == POLICY_STARTS:
                w.is_changed = 1
                write_row(w, -1, -1, -1, POLICY_STARTS, -1, -1, -1, -1, -1)
                town = after
                policy = policy_after
                w.n_rematch = w.n_rematch_after
                plan_again(w, town)
                close_desks(w, town)
                look_at_doors(w, town)
                open_tasks(w, town)
                ask_match(w)
            else:
                play_known(w, town, event, entity, at)
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
        if call.status != ENDED and call.status != LATENT:
            call.disposition = -1
            before = move_call(w, call, UNFINISHED)
            note(w, call, UNFINISHED, before, -1)
