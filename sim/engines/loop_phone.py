"""The phone in the loop, line by line the twin of `phone.py`, and how a candidate becomes a call.

Plain source in the subset numba takes.
"""

from __future__ import annotations

from typing import Any

from sim.engines.agenda import put_off
from sim.engines.loop_centre import ABANDONED, end_unreached, enter_queue, note_later_ed
from sim.engines.loop_following import end_call
from sim.engines.moves import dropped, move_call, note, note_at
from sim.rules.answering import (
    desk_after,
    desk_again,
    is_free,
    is_resolved,
    next_caller,
    patience_seconds,
    rings_again,
    spill_desk,
    talk_seconds,
    triage,
)
from sim.rules.lifecycle import CallStatus, Event
from sim.rules.placing import destination, placed
from sim.rules.recurring import is_in_crisis, is_made
from sim.rules.settling import phone_row, settle

RECEIVED = int(Event.RECEIVED)
NOT_CALLED = int(Event.NOT_CALLED)
ANSWERED = int(Event.ANSWERED)
HUNG_UP = int(Event.HUNG_UP)
PASSED_ON = int(Event.PASSED_ON)
RESOLVED_BY_PHONE = int(Event.RESOLVED_BY_PHONE)
RINGS = int(Event.RINGS)
SPILL_DUE = int(Event.SPILL_DUE)
TALKED = int(Event.TALKED)
RINGING = int(CallStatus.RINGING)
LATENT = int(CallStatus.LATENT)


def receive(w: Any, town: Any, call: Any) -> None:
    """A candidate comes about or not; if so it rings at a desk, or comes straight to dispatch."""
    if call.person >= 0 and not is_in_crisis(town, town.persons[call.person], w.lucks[call.id], w.now):
        call.status = LATENT
        return
    if not is_made(town, call):
        end_unreached(w, town, call, NOT_CALLED)
        return
    before = move_call(w, call, RECEIVED)
    note(w, call, RECEIVED, before, -1)
    if call.person >= 0:
        person = town.persons[call.person]
        person.call = call.id
        person.n_contacts += 1
    desk = town.desk_of[call.channel]
    if desk >= 0:
        ring(w, town, call, desk)
    else:
        enter_queue(w, town, call)


def ring(w: Any, town: Any, call: Any, desk: int) -> None:
    """The call joins the answer queue of a desk as a new caller there."""
    call.rang_s = w.now
    join_queue(w, town, call, desk)
    patience_s = patience_seconds(town, desk, w.lucks[call.id])
    if call.status == RINGING and patience_s >= 0:
        put_off(w, HUNG_UP, call.id, patience_s, call.rang_s)


def join_queue(w: Any, town: Any, call: Any, desk: int) -> None:
    """Ring at a desk until somebody is free, the caller hangs up or the call goes to another desk."""
    call.desk = desk
    before = move_call(w, call, RINGS)
    note_at(w, call, RINGS, before, -1, desk)
    w.ringing[w.n_ringing] = call.id
    w.n_ringing += 1
    town.lines[desk].n_ringing += 1
    answer_calls(w, town, desk)
    row = town.desks[desk]
    if call.status == RINGING and row.spills_to >= 0:
        put_off(w, SPILL_DUE, call.id, row.spill_s, call.stamp)


def spill(w: Any, town: Any, call: Any) -> None:
    """Unanswered so long, the call goes to another desk."""
    to = spill_desk(town, call)
    if to >= 0:
        stop_ringing(w, town, call)
        join_queue(w, town, call, to)


def stop_ringing(w: Any, town: Any, call: Any) -> None:
    """Take the call out of its answer queue."""
    w.n_ringing = dropped(w.ringing, w.n_ringing, call.id)
    town.lines[call.desk].n_ringing -= 1


def answer_calls(w: Any, town: Any, desk: int) -> None:
    """Have free call-takers answer, first come, first served."""
    line = town.lines[desk]
    while line.n_ringing > 0 and is_free(town, desk):
        call = w.calls[next_caller(desk, w.ringing[: w.n_ringing], w.calls)]
        stop_ringing(w, town, call)
        line.n_talking += 1
        before = move_call(w, call, ANSWERED)
        note_at(w, call, ANSWERED, before, -1, desk)
        put_off(w, TALKED, call.id, talk_seconds(town, call, w.lucks[call.id]), call.stamp)


def end_talk(w: Any, town: Any, call: Any) -> None:
    """The call-taker knows enough: the call is resolved, goes to another desk, or to dispatch; the next is answered."""
    desk = call.desk
    luck = w.lucks[call.id]
    town.lines[desk].n_talking -= 1
    triage(town, call, luck)
    if is_resolved(town, call, luck):
        resolve(w, town, call)
    else:
        to = desk_after(town, call)
        if to >= 0:
            ring(w, town, call, to)
        else:
            pass_on(w, town, call)
    answer_calls(w, town, desk)


def resolve(w: Any, town: Any, call: Any) -> None:
    """The person is helped on the phone, and nobody is sent."""
    call.row = phone_row(town)
    call.disposition = placed(town, call, settle(town, call, w.lucks[call.id], call.row), call.zone, w.now)
    note_later_ed(w, town, call)
    before = move_call(w, call, RESOLVED_BY_PHONE)
    note_at(w, call, RESOLVED_BY_PHONE, before, call.disposition, call.desk)
    end_call(w, town, call, False, destination(town, call, call.disposition, call.zone, w.now))


def pass_on(w: Any, town: Any, call: Any) -> None:
    """To dispatch."""
    before = move_call(w, call, PASSED_ON)
    note_at(w, call, PASSED_ON, before, -1, call.desk)
    enter_queue(w, town, call)


def hang_up(w: Any, town: Any, call: Any, rang_s: int) -> None:
    """The caller has rung long enough, and rings again later or never. Clocks of an earlier ring are void."""
    if call.status != RINGING or call.rang_s != rang_s:
        return
    stop_ringing(w, town, call)
    if not rings_again(town, call, w.lucks[call.id]):
        end_unreached(w, town, call, ABANDONED)
        return
    call.rings += 1
    before = move_call(w, call, HUNG_UP)
    note_at(w, call, HUNG_UP, before, -1, call.desk)
    put_off(w, RINGS, call.id, town.desks[call.desk].again_s, 0)


def ring_again(w: Any, town: Any, call: Any) -> None:
    """The caller tries once more, at once with dispatch where the plan no longer has the desk."""
    desk = desk_again(town, call)
    if desk >= 0:
        ring(w, town, call, desk)
    else:
        before = move_call(w, call, RINGS)
        note_at(w, call, RINGS, before, -1, call.desk)
        pass_on(w, town, call)


def ringing_nowhere(w: Any, town: Any) -> int:
    """The call of the lowest id that rings at a desk the plan no longer has, or -1."""
    best = -1
    for i in range(w.n_ringing):
        call = w.calls[w.ringing[i]]
        if town.desks[call.desk].is_there == 0 and (best < 0 or call.id < best):
            best = call.id
    return best


def close_desks(w: Any, town: Any) -> None:
    """Calls that ring at a desk the plan no longer has go straight to dispatch."""
    while True:
        call_id = ringing_nowhere(w, town)
        if call_id < 0:
            return
        call = w.calls[call_id]
        stop_ringing(w, town, call)
        pass_on(w, town, call)
