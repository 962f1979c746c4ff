"""One call's story in a paragraph to set beside another option's: the same rows in a few words each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sim.rules.lifecycle import ED_DISPOSITIONS, LEAVING_EVENTS, Disposition, Event, Status
from sim.study.screens.words import said
from sim.study.story.facts import Moment
from sim.study.story.names import capital, lasted
from sim.study.story.sentences import Teller
from sim.study.story.words import BRIEF, BY_PHONE, FORCE, FREED


class Paragraph:
    """The clauses of one story, in order."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.story, self.say, self.why = teller.story, teller.say, teller.why

    def text(self) -> str:
        """`Programme off duty; patrol 11 on scene 21:09; ED; clear 00:24 +1 day.`."""
        told = [CLAUSES[m.event](self, m) for m in self.story.moments if m.event in CLAUSES]
        told.append(_aftermath(self))
        return capital("; ".join(filter(None, told))) + "."

    def at(self, m: Moment) -> str:
        """The time of day."""
        return self.say.clock(m.t_s)

    def unit(self, m: Moment) -> str:
        """The unit, within a sentence."""
        return self.say.unit(m.unit)


def _missed(page: Paragraph, m: Moment) -> str:
    """Programmes that take such calls and are not sent to this one first, with what kept them."""
    choice = page.why.choice_at_receipt(m)
    facts, sent = page.story.facts(m.t_s), page.story.all_of(Event.DISPATCHED)
    first = {int(page.story.world.units["responder"][one.unit]) for one in sent if one.t_s == m.t_s}
    told = []
    for r in sorted(choice.takers):
        own = choice.of(r)
        if facts.responders[r].programme < 0 or r in first or not own or facts.responders[r].is_remote:
            continue
        if any(one.responder == r for one in choice.idle):
            told.append(f"{page.say.responder(r)} idle but not sent by the policy")
        elif all(one.status is Status.OFF_DUTY and not choice.is_absent(one.unit) for one in own):
            told.append(f"{page.say.responder(r)} off duty")
        else:
            told.append(f"{page.say.responder(r)}: {page.why.standing(choice, r)}")
    return ", ".join(told)


def _sent(page: Paragraph, m: Moment) -> str:
    """A programme's unit with what freed it; a wait; who comes as asked for."""
    received, told = page.story.received, ""
    before = page.story.before(m)
    is_free = before is not None and before.event in FREED and before.event is not Event.RELOCATED
    if page.story.responder(m.unit, m.t_s).programme >= 0 and before is not None and is_free:
        told = f"{page.unit(m)} free since {page.say.clock(before.t_s)}, {page.why.freed(before)}"
    if page.story.first(Event.DISPATCHED) == m and received is not None and m.t_s > received.t_s:
        wait = f"sent after {lasted(m.t_s - received.t_s)}"
        return f"{told}, {wait}" if told else f"{page.unit(m)} {wait}"
    return told


def _arrived(page: Paragraph, m: Moment) -> str:
    there = "by screen" if page.story.responder(m.unit, m.t_s).is_remote else "on scene"
    return f"{page.unit(m)} {there} {page.at(m)}"


def _staged(page: Paragraph, m: Moment) -> str:
    return f"{page.unit(m)} waits nearby {page.at(m)}"


def _leads(page: Paragraph, m: Moment) -> str:
    begun, since = page.why.begins(m), page.story.assembling_from(m.row)
    if begun == m and since is not None:
        return f"work begins {page.at(m)}, {page.unit(m)} in charge" if m.t_s > since.t_s else ""
    return f"{page.unit(m)} in charge {page.at(m)}"


def _asked(page: Paragraph, m: Moment) -> str:
    told = page.why.asked(m).rstrip(".").replace("; ", ", ")
    return page.unit(m) + told[len(page.unit(m)) :]


def _called_off(page: Paragraph, m: Moment) -> str:
    ending = page.story.ending
    is_over = ending is not None and ending.t_s == m.t_s
    return "" if is_over else f"{page.unit(m)} {page.why.why_called_off(m)} ({page.at(m)})"


def _relay_failed(page: Paragraph, m: Moment) -> str:
    return f"{page.unit(m)} not sent by its own dispatch centre"


def _recognised(page: Paragraph, m: Moment) -> str:
    return f"seen to be {page.say.type(page.story.truth)} {page.at(m)}"


def _force_used(page: Paragraph, m: Moment) -> str:
    return f"force used {FORCE[m.event]} {page.at(m)}"


def _door(page: Paragraph, m: Moment) -> str:
    leaves = (Event.TURNED_AWAY, *map(Event, LEAVING_EVENTS))
    at, left = page.story.door(m), page.story.first(*leaves, after_row=m.row, unit=m.unit)
    name = said(page.say.names.facilities[at]) if at >= 0 else "a door"
    spent = f", door {lasted(left.t_s - m.t_s)}" if left is not None else ""
    return f"{name} {page.at(m)}{spent}"


def _released(page: Paragraph, m: Moment) -> str:
    ending = page.story.ending
    return "" if ending is not None and ending.t_s == m.t_s else f"{page.unit(m)} leaves {page.at(m)}"


def _grown_worse(page: Paragraph, m: Moment) -> str:
    return f"priority 1 from {page.at(m)}"


def _called_back(page: Paragraph, m: Moment) -> str:
    return f"still wanted when rung back {page.at(m)}"


def _clear(page: Paragraph, m: Moment) -> str:
    return f"{BRIEF[Disposition(m.disposition)]}; clear {page.at(m)}" if m.disposition >= 0 else f"clear {page.at(m)}"


def _unreached(page: Paragraph, m: Moment) -> str:
    """An ending without anybody on scene."""
    words = {
        Event.ABANDONED: f"the caller gives up {page.at(m)}",
        Event.CANCELLED: f"nobody needed any more {page.at(m)}",
        Event.GIVEN_UP: f"given up without a crew {page.at(m)}",
        Event.NEVER_SERVED: "no responder takes such a call",
    }
    return f"{words[m.event]}; {page.teller.alone(m)}"


def _unfinished(page: Paragraph, m: Moment) -> str:
    return f"not over when the simulated time ends {page.at(m)}"


def _aftermath(page: Paragraph) -> str:
    """Whether an ED saw the person in the end."""
    later = page.story.first(Event.LATER_ED_72H, Event.LATER_ED_30D)
    if later is not None:
        return "ED within 72 hours" if later.event is Event.LATER_ED_72H else "ED within 30 days"
    ending = page.story.ending
    settled = -1 if ending is None else ending.disposition
    return "no ED visit" if settled > Disposition.HANDLED and settled not in ED_DISPOSITIONS else ""


def _received(page: Paragraph, m: Moment) -> str:
    """Who is missed, where the call comes straight to dispatch."""
    return _missed(page, m) if page.story.first(Event.RINGS) is None else ""


def _by_phone(page: Paragraph, m: Moment) -> str:
    return f"resolved on the phone {page.at(m)}: {BY_PHONE[Disposition(m.disposition)]}"


def _turned_away(page: Paragraph, m: Moment) -> str:
    return f"turned away {page.at(m)}"


def _boards(page: Paragraph, m: Moment) -> str:
    return f"boards from {page.at(m)}"


def _connected(page: Paragraph, m: Moment) -> str:
    return f"in care from {page.at(m)}"


CLAUSES: Mapping[Event, Callable[[Paragraph, Moment], str]] = {
    Event.RECEIVED: _received,
    Event.PASSED_ON: _missed,
    Event.RESOLVED_BY_PHONE: _by_phone,
    Event.TURNED_AWAY: _turned_away,
    Event.BOARDS: _boards,
    Event.CONNECTED: _connected,
    Event.DISPATCHED: _sent,
    Event.ON_SCENE: _arrived,
    Event.STAGED: _staged,
    Event.LEADS: _leads,
    Event.ASKED: _asked,
    Event.CALLED_OFF: _called_off,
    Event.RELAY_FAILED: _relay_failed,
    Event.RECOGNISED: _recognised,
    **dict.fromkeys(FORCE, _force_used),
    Event.AT_FACILITY: _door,
    Event.RELEASED: _released,
    Event.ESCALATED: _grown_worse,
    Event.CALLED_BACK: _called_back,
    Event.CLEAR: _clear,
    Event.ABANDONED: _unreached,
    Event.CANCELLED: _unreached,
    Event.GIVEN_UP: _unreached,
    Event.NEVER_SERVED: _unreached,
    Event.UNFINISHED: _unfinished,
}
