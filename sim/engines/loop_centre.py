"""What the dispatch centre does in the loop, line by line the twin of `centre.py`.

Plain source in the subset numba takes. Clocks of waiting calls look at the call's state when they run down.
"""

from __future__ import annotations

from typing import Any

from sim.engines.agenda import ask_match, await_next, put_off
from sim.engines.loop_following import end_call
from sim.engines.loop_unit import CALLED_OFF, call_off_all, part_with, settle_down
from sim.engines.moves import IDLE, dropped, move, move_call, note
from sim.rules.assembling import assign
from sim.rules.lifecycle import CallStatus, Event
from sim.rules.matching import is_servable, next_match, next_of_crew
from sim.rules.placing import destination, placed
from sim.rules.settling import later_ed_hours, nobody_row, settle
from sim.rules.timing import turnout_seconds

ABANDONED = int(Event.ABANDONED)
NEVER_SERVED = int(Event.NEVER_SERVED)
ESCALATED = int(Event.ESCALATED)
CALLED_BACK = int(Event.CALLED_BACK)
CANCELLED = int(Event.CANCELLED)
RELAY_FAILED = int(Event.RELAY_FAILED)
EN_ROUTE = int(Event.EN_ROUTE)
LATER_ED_72H = int(Event.LATER_ED_72H)
LATER_ED_30D = int(Event.LATER_ED_30D)
LOOK_AGAIN = int(Event.LOOK_AGAIN)
DISPATCHED = int(Event.DISPATCHED)
QUEUED = int(CallStatus.QUEUED)
SENT = int(CallStatus.DISPATCHED)
URGENT = 1


def start_waiting(w: Any, call: Any) -> None:
    """Have the centre find somebody for the call."""
    if call.is_waiting == 0:
        call.is_waiting = 1
        w.waiting[w.n_waiting] = call.id
        w.n_waiting += 1


def stop_waiting(w: Any, call: Any) -> None:
    """Take a call out of the waiting set; the order inside the set never shows."""
    if call.is_waiting == 0:
        return
    call.is_waiting = 0
    w.n_waiting = dropped(w.waiting, w.n_waiting, call.id)


def enter_queue(w: Any, town: Any, call: Any) -> None:
    """Queue a call under its response plan, or end it at once where no responder of any hour takes such calls."""
    call.queued_s = w.now
    call.chain = town.plan_of[call.type][call.priority][call.flags]
    if not is_servable(town, call):
        end_unreached(w, town, call, NEVER_SERVED)
        return
    start_waiting(w, call)
    w.fresh[w.n_fresh] = call.id
    w.n_fresh += 1
    ask_match(w)
    escalates_s = w.lucks[call.id].escalates_s
    if escalates_s >= 0:
        put_off(w, ESCALATED, call.id, max(call.received_s + escalates_s - w.now, 0), 0)


def match(w: Any, town: Any, policy: Any) -> None:
    """Send units to waiting calls until no more can be sent; then start the clocks of calls left waiting."""
    w.is_match_due = 0
    while w.n_waiting > 0:
        call_id, unit_id, alternative = next_match(town, policy, w.waiting[: w.n_waiting], w.calls, w.now)
        if call_id < 0:
            break
        send_crew(w, town, policy, w.calls[call_id], unit_id, alternative)
    for i in range(w.n_fresh):
        call = w.calls[w.fresh[i]]
        if call.status == QUEUED or town.waits_for_arrival[call.type] == 1:
            start_clocks(w, town, call)
    w.n_fresh = 0


def send_crew(w: Any, town: Any, policy: Any, call: Any, unit_id: int, alternative: int) -> None:
    """Send a unit, and with it those who are sent in the same second or not at all."""
    while unit_id >= 0:
        send(w, town, call, town.units[unit_id], alternative)
        if call.open & town.alternatives[alternative].together == 0:
            break
        unit_id = next_of_crew(town, policy, call, w.now)


def send(w: Any, town: Any, call: Any, unit: Any, alternative: int) -> None:
    """Assign a unit to a call, away from a less urgent one if it was on its way there."""
    if unit.status != IDLE:
        take_away(w, town, unit, CALLED_OFF)
    assign(town, call, unit, alternative)
    if call.status == QUEUED:
        move_call(w, call, DISPATCHED)
    if call.open == 0:
        stop_waiting(w, call)
    unit.cause = call.cause
    call.cause = move(w, town, unit, DISPATCHED, call.id, -1)
    responder = town.responders[unit.responder]
    if w.lucks[call.id].relay_mark < responder.relay_fails:
        await_next(w, unit, RELAY_FAILED, responder.relay_s)
    else:
        await_next(w, unit, EN_ROUTE, turnout_seconds(town, unit, w.lucks[call.id]))


def start_clocks(w: Any, town: Any, call: Any) -> None:
    """Patience, the call back, and the ages at which the policy or the plan looks again."""
    call.is_clocked = 1
    waited_s = w.now - call.queued_s
    patience_s = w.lucks[call.id].patience_s
    if patience_s >= 0:
        put_off(w, ABANDONED, call.id, max(patience_s - waited_s, 0), 0)
    if town.call_back_s >= waited_s:
        put_off(w, CALLED_BACK, call.id, town.call_back_s - waited_s, 0)
    ages_s = w.rematch_s if w.is_changed == 0 else w.rematch_after_s
    for k in range(w.n_rematch):
        if ages_s[k] >= waited_s:
            put_off(w, LOOK_AGAIN, call.id, ages_s[k] - waited_s, 0)
    alternative = call.chain
    while alternative >= 0:
        row = town.alternatives[alternative]
        if row.after_s > waited_s:
            put_off(w, LOOK_AGAIN, call.id, row.after_s - waited_s, 0)
        alternative = row.next


def wait_again(w: Any, town: Any, call: Any) -> None:
    """A call is back in the queue with its age; a caller whose patience has run out leaves now."""
    if call.is_clocked == 0:
        start_clocks(w, town, call)
    elif 0 <= w.lucks[call.id].patience_s <= w.now - call.queued_s:
        put_off(w, ABANDONED, call.id, 0, 0)
    ask_match(w)


def give_up(w: Any, town: Any, call: Any) -> None:
    """The caller gives up: before anybody has been sent, or, for some types, before anybody is there."""
    if call.status == QUEUED or (call.status == SENT and town.waits_for_arrival[call.type] == 1):
        call_off_all(w, town, call)
        end_unreached(w, town, call, ABANDONED)


def call_back(w: Any, town: Any, call: Any) -> None:
    """The centre rings a caller who is still queued: somebody is still needed, or nobody any more."""
    if call.status != QUEUED:
        return
    if w.lucks[call.id].call_back_mark < town.no_need[call.type]:
        end_unreached(w, town, call, CANCELLED)
    else:
        before = move_call(w, call, CALLED_BACK)
        note(w, call, CALLED_BACK, before, -1)


def escalate(w: Any, town: Any, call: Any) -> None:
    """The crisis grows worse while nobody is there: the call is now as urgent as any."""
    if (call.status != QUEUED and call.status != SENT) or call.priority == URGENT:
        return
    plans = town.plan_of[call.type]
    if call.chain == plans[call.priority][call.flags]:
        call.chain = plans[URGENT][call.flags]
    call.priority = URGENT
    at = call.first
    while at >= 0:
        town.units[at].priority = URGENT
        at = town.units[at].next
    before = move_call(w, call, ESCALATED)
    note(w, call, ESCALATED, before, -1)
    ask_match(w)


def plan_again(w: Any, town: Any) -> None:
    """Put the calls to which nobody has been sent under the plans that hold now."""
    for i in range(w.n_waiting):
        call = w.calls[w.waiting[i]]
        if call.status == QUEUED:
            call.chain = town.plan_of[call.type][call.priority][call.flags]


def take_away(w: Any, town: Any, unit: Any, event: int) -> None:
    """Take a unit off a call it has not reached: its role is open again, and without any unit the call is queued again."""
    call = w.calls[unit.call]
    wanted = unit.bits
    part_with(w, town, unit, call, event, -1)
    start_waiting(w, call)
    if call.first < 0 and call.status == SENT:
        move_call(w, call, CALLED_OFF)
        queue_again(w, town, call)
    else:
        call.open |= wanted
        ask_match(w)


def queue_again(w: Any, town: Any, call: Any) -> None:
    """A call has no unit any more: it keeps its age and waits for another."""
    call.open = 0
    call.covered = 0
    start_waiting(w, call)
    wait_again(w, town, call)


def withdraw(w: Any, town: Any, unit: Any, event: int) -> None:
    """A unit on its way turns back, or was never sent by its own centre."""
    call_id = unit.call
    take_away(w, town, unit, event)
    settle_down(w, town, unit, 0, call_id)


def note_later_ed(w: Any, town: Any, call: Any) -> None:
    """Write the later ED visit an ending leaves open, if the person's mark says so."""
    hours = later_ed_hours(town, w.lucks[call.id], call.row, call.disposition)
    if hours == 72:
        note(w, call, LATER_ED_72H, call.status, -1)
    elif hours > 0:
        note(w, call, LATER_ED_30D, call.status, -1)


def end_unreached(w: Any, town: Any, call: Any, event: int) -> None:
    """End a call nobody has helped: what becomes of the person is the chain's row for nobody."""
    stop_waiting(w, call)
    call.row = nobody_row(town)
    call.disposition = placed(town, call, settle(town, call, w.lucks[call.id], call.row), call.zone, w.now)
    note_later_ed(w, town, call)
    before = move_call(w, call, event)
    note(w, call, event, before, call.disposition)
    end_call(w, town, call, True, destination(town, call, call.disposition, call.zone, w.now))
