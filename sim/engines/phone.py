"""The phone in the readable engine: calls ring at a desk, are answered, resolved, handed on, or passed to dispatch.

`model` is the town being played. A call passed on is the dispatcher's (`centre.py`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.engines.stories import Due
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
from sim.rules.settling import phone_row, settle
from sim.tables import CallRow, LuckRow

if TYPE_CHECKING:
    from sim.engines.readable import PlayedTown

ABANDONED = int(Event.ABANDONED)
ANSWERED = int(Event.ANSWERED)
HUNG_UP = int(Event.HUNG_UP)
PASSED_ON = int(Event.PASSED_ON)
RESOLVED_BY_PHONE = int(Event.RESOLVED_BY_PHONE)
RINGS = int(Event.RINGS)
SPILL_DUE = int(Event.SPILL_DUE)
TALKED = int(Event.TALKED)


def ring(model: PlayedTown, call: CallRow, luck: LuckRow, desk: int) -> None:
    """The call joins the answer queue of a desk as a new caller there."""
    call.rang_s = model.now
    join_queue(model, call, luck, desk)
    patience_s = patience_seconds(model.town, desk, luck)
    if call.status == CallStatus.RINGING and patience_s >= 0:
        model.dispatcher.put_off(call, HUNG_UP, patience_s, partial(hang_up, model, call.rang_s))


def join_queue(model: PlayedTown, call: CallRow, luck: LuckRow, desk: int) -> None:
    """Ring at a desk until somebody is free, the caller hangs up or the call goes to another desk."""
    call.desk = desk
    model.note(call, RINGS, model.move_call(call, RINGS), place=desk)
    model.ringing[call.id] = None
    model.lines[desk].n_ringing += 1
    answer_calls(model, desk)
    row = model.town.desks[desk]
    if call.status == CallStatus.RINGING and row.spills_to >= 0:
        put_off(model, call, SPILL_DUE, row.spill_s, luck)


def put_off(model: PlayedTown, call: CallRow, event: int, seconds: int, luck: LuckRow) -> None:
    """Have something happen on the phone later, if the call is still in its present phase."""
    Due(model.env, event, call.id, seconds, partial(play, model, call, luck, event, call.stamp))


def play(model: PlayedTown, call: CallRow, luck: LuckRow, event: int, stamp: int, _: object) -> None:
    """A clock of the phone has run down."""
    if call.stamp != stamp:
        return
    model.read_clock()
    to = spill_desk(model.town, call)
    if event == TALKED:
        end_talk(model, call, luck)
    elif to >= 0:
        stop_ringing(model, call)
        join_queue(model, call, luck, to)


def stop_ringing(model: PlayedTown, call: CallRow) -> None:
    """Take the call out of its answer queue."""
    del model.ringing[call.id]
    model.lines[call.desk].n_ringing -= 1


def answer_calls(model: PlayedTown, desk: int) -> None:
    """Have free call-takers answer, first come, first served."""
    line = model.lines[desk]
    while line.n_ringing > 0 and is_free(model.town, desk):
        call = model.calls[next_caller(desk, model.ringing, model.calls)]
        luck = model.lucks[call.id]
        stop_ringing(model, call)
        line.n_talking += 1
        model.note(call, ANSWERED, model.move_call(call, ANSWERED), place=desk)
        put_off(model, call, TALKED, talk_seconds(model.town, call, luck), luck)


def end_talk(model: PlayedTown, call: CallRow, luck: LuckRow) -> None:
    """The call-taker knows enough: the call is resolved, goes to another desk, or to dispatch; the next is answered."""
    town = model.town
    desk = call.desk
    model.lines[desk].n_talking -= 1
    triage(town, call, luck)
    if is_resolved(town, call, luck):
        resolve(model, call, luck)
    else:
        to = desk_after(town, call)
        if to >= 0:
            ring(model, call, luck, to)
        else:
            pass_on(model, call, luck)
    answer_calls(model, desk)


def resolve(model: PlayedTown, call: CallRow, luck: LuckRow) -> None:
    """The person is helped on the phone, and nobody is sent."""
    call.row = phone_row(model.town)
    call.disposition = placed(model.town, call, settle(model.town, call, luck, call.row), call.zone, model.now)
    model.note_later_ed(call, luck, call.row)
    model.note(call, RESOLVED_BY_PHONE, model.move_call(call, RESOLVED_BY_PHONE), call.disposition, call.desk)
    model.end_call(call, luck, False, destination(model.town, call, call.disposition, call.zone, model.now))


def pass_on(model: PlayedTown, call: CallRow, luck: LuckRow) -> None:
    """To dispatch."""
    model.note(call, PASSED_ON, model.move_call(call, PASSED_ON), place=call.desk)
    model.dispatcher.enter_queue(call, luck)


def hang_up(model: PlayedTown, rang_s: int, call: CallRow, luck: LuckRow) -> None:
    """The caller has rung long enough, and rings again later or never. Clocks of an earlier ring are void."""
    if call.status != CallStatus.RINGING or call.rang_s != rang_s:
        return
    stop_ringing(model, call)
    if not rings_again(model.town, call, luck):
        model.end_unreached(call, luck, ABANDONED)
        return
    call.rings += 1
    model.note(call, HUNG_UP, model.move_call(call, HUNG_UP), place=call.desk)
    model.dispatcher.put_off(call, RINGS, model.town.desks[call.desk].again_s, partial(ring_again, model))


def ring_again(model: PlayedTown, call: CallRow, luck: LuckRow) -> None:
    """The caller tries once more, at once with dispatch where the plan no longer has the desk."""
    desk = desk_again(model.town, call)
    if desk >= 0:
        ring(model, call, luck, desk)
    else:
        model.note(call, RINGS, model.move_call(call, RINGS), place=call.desk)
        pass_on(model, call, luck)


def close_desks(model: PlayedTown) -> None:
    """Calls that ring at a desk the plan no longer has go straight to dispatch."""
    for call_id in sorted(model.ringing):
        call = model.calls[call_id]
        if not model.town.desks[call.desk].is_there:
            stop_ringing(model, call)
            pass_on(model, call, model.lucks[call_id])
