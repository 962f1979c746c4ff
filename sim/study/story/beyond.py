"""Sentences of what lies before and behind the way of units: the plan, the phone, places, and follow-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sim.rules.lifecycle import Disposition, Event
from sim.study.screens.words import said
from sim.study.story.facts import Moment
from sim.study.story.names import capital, lasted
from sim.study.story.words import BY_PHONE
from sim.world.uptake import TEAM, VISIT

if TYPE_CHECKING:
    from sim.study.story.sentences import Teller

ON_PHONE = (Event.RINGS, Event.ANSWERED, Event.HUNG_UP, Event.PASSED_ON)
AT_DOORS = (Event.WALKED_IN, Event.ADMITTED, Event.BOARDS, Event.LEFT, Event.TURNED_AWAY)


def desk(teller: Teller, m: Moment) -> str:
    """The desk a row on the phone names."""
    place = int(teller.story.ledger["place"][m.row])
    return said(teller.say.names.desks[place]) if place >= 0 else "a desk"


def is_of(teller: Teller, channel: str) -> bool:
    """Whether the call came in by a channel."""
    names = teller.say.names.channels
    return names[int(teller.story.candidate["channel"])] == channel


def comes_in(teller: Teller) -> str:
    """How it begins: somebody calls, a unit comes across somebody, a visit falls due."""
    if is_of(teller, TEAM):
        return "A unit that is idle comes across the person."
    if is_of(teller, VISIT):
        return "A visit on the timetable of outreach falls due."
    channels = teller.say.names.channels
    by = f" by {said(channels[int(teller.story.candidate['channel'])])}" if len(channels) > 1 else ""
    return f"The centre receives the call{by}."


def _since(teller: Teller, m: Moment, *events: Event) -> str:
    """How long ago the last of these was."""
    before = teller.story.last(*events, before_row=m.row)
    return lasted(m.t_s - before.t_s) if before is not None else "a while"


def _rings(teller: Teller, m: Moment) -> str:
    """A new caller, one that spills over, one handed on, one that rings again."""
    before = teller.story.last(*ON_PHONE, before_row=m.row)
    answered = teller.story.first(Event.ANSWERED, after_row=m.row)
    wait = "" if answered is not None and answered.t_s == m.t_s else ", where it rings"
    if before is None:
        return f"The call comes to {desk(teller, m)}{wait}."
    if before.event is Event.ANSWERED:
        return f"After {lasted(m.t_s - before.t_s)} on the phone it is handed on to {desk(teller, m)}{wait}."
    if before.event is Event.HUNG_UP:
        return f"The caller rings again, {lasted(m.t_s - before.t_s)} later, at {desk(teller, m)}."
    return f"Unanswered for {lasted(m.t_s - before.t_s)}, the call goes over to {desk(teller, m)}{wait}."


def _answered(teller: Teller, m: Moment) -> str:
    waited = _since(teller, m, Event.RINGS)
    return f"{capital(desk(teller, m))} answers" + (f" after {waited}." if waited != "0 s" else " at once.")


def _hung_up(teller: Teller, m: Moment) -> str:
    return f"Nobody has answered for {_since(teller, m, Event.RINGS)}: the caller hangs up."


def _passed_on(teller: Teller, m: Moment) -> str:
    """To dispatch; what the centre takes it for now, and whom it could send."""
    before = teller.story.last(*ON_PHONE, before_row=m.row)
    talked = f" after {lasted(m.t_s - before.t_s)} on the phone" if before is not None and before.event is Event.ANSWERED else ""
    return " ".join(filter(None, [f"The call comes to dispatch{talked}.", *teller.at_dispatch(m)]))


def _resolved_by_phone(teller: Teller, m: Moment) -> str:
    talked = _since(teller, m, Event.ANSWERED)
    return f"After {talked} on the phone the call ends there, and nobody is sent: {BY_PHONE[Disposition(m.disposition)]}."


def _not_called(teller: Teller, m: Moment) -> str:
    if is_of(teller, TEAM):
        return f"No unit is idle that could come across the person; {teller.alone(m)}."
    return f"Nobody calls, for want of a service that would come; {teller.alone(m)}."


def _walked_in(teller: Teller, m: Moment) -> str:
    return f"The person is at {teller.door(m)} without a unit."


def _admitted(teller: Teller, m: Moment) -> str:
    came = teller.story.last(Event.WALKED_IN, Event.AT_FACILITY, Event.LEFT, before_row=m.row)
    waited = f" after {lasted(m.t_s - came.t_s)}" if came is not None and came.t_s < m.t_s else ""
    return f"{capital(teller.door(m))} lets the person in{waited}."


def _boards(teller: Teller, m: Moment) -> str:
    spent = _since(teller, m, Event.ADMITTED)
    return f"The stay is over after {spent}, and a bed elsewhere is wanted: until one is free the person boards there."


def _left(teller: Teller, m: Moment) -> str:
    onward = teller.story.first(Event.ADMITTED, after_row=m.row)
    boarded = teller.story.last(Event.BOARDS, before_row=m.row)
    let_in = teller.story.last(Event.ADMITTED, before_row=m.row)
    waited = boarded is not None and let_in is not None and boarded.row > let_in.row
    spent = f" after boarding for {lasted(m.t_s - boarded.t_s)}" if waited and boarded is not None else ""
    if not waited and let_in is not None:
        spent = f" after {lasted(m.t_s - let_in.t_s)}"
    where = ", for a bed elsewhere" if onward is not None and onward.t_s == m.t_s else ""
    return f"The person leaves {teller.door(m)}{spent}{where}."


def _turned_away(teller: Teller, m: Moment) -> str:
    if m.unit < 0:
        return f"{capital(teller.door(m))} is full and turns the person away."
    return f"{capital(teller.door(m))} is full: {teller.say.unit(m.unit)} drives on with the person."


def _task_raised(teller: Teller, m: Moment) -> str:
    return "Somebody is to follow up."


def _task_opened(teller: Teller, m: Moment) -> str:
    waited = _since(teller, m, Event.TASK_RAISED)
    return "A case manager takes it on" + (f" after {waited}." if waited != "0 s" else " at once.")


def _attempted(teller: Teller, m: Moment) -> str:
    nth = len([one for one in teller.story.all_of(Event.ATTEMPTED) if one.row <= m.row])
    reached = teller.story.first(Event.CONNECTED, after_row=m.row)
    if reached is not None and reached.t_s == m.t_s:
        return f"Attempt {nth} reaches the person."
    return f"Attempt {nth} does not reach the person."


def _connected(teller: Teller, m: Moment) -> str:
    return "The person is in care for a time."


def _lapsed(teller: Teller, m: Moment) -> str:
    if teller.story.last(Event.TASK_OPENED, before_row=m.row) is None:
        return f"No case manager has had room for {_since(teller, m, Event.TASK_RAISED)}: the follow-up lapses."
    return "The follow-up lapses: the person was not reached."


def _care_ended(teller: Teller, m: Moment) -> str:
    return "The time in care is over."


def _policy_starts(teller: Teller, m: Moment) -> str:
    return "The scenario's own plan takes over from the one before it."


BEYOND: Mapping[Event, Callable[[Teller, Moment], str]] = {
    Event.POLICY_STARTS: _policy_starts,
    Event.RINGS: _rings,
    Event.ANSWERED: _answered,
    Event.HUNG_UP: _hung_up,
    Event.PASSED_ON: _passed_on,
    Event.RESOLVED_BY_PHONE: _resolved_by_phone,
    Event.NOT_CALLED: _not_called,
    Event.WALKED_IN: _walked_in,
    Event.ADMITTED: _admitted,
    Event.BOARDS: _boards,
    Event.LEFT: _left,
    Event.TURNED_AWAY: _turned_away,
    Event.TASK_RAISED: _task_raised,
    Event.TASK_OPENED: _task_opened,
    Event.ATTEMPTED: _attempted,
    Event.CONNECTED: _connected,
    Event.LAPSED: _lapsed,
    Event.CARE_ENDED: _care_ended,
}
