"""One call's story in plain sentences: a sentence a ledger row, in the present tense."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sim.rules.lifecycle import LEAVING_EVENTS, NOT_FOLLOWED, Disposition, Event, FacilityKind
from sim.study.screens.words import MONTHS, said
from sim.study.story.beyond import BEYOND, comes_in, is_of
from sim.study.story.facts import ARRIVALS, Moment, Story
from sim.study.story.names import capital, lasted
from sim.study.story.reasons import Reasons
from sim.study.story.words import ALONE, DAYS, DOORS, ENDINGS, FLAGS, FORCE, HOURS
from sim.world.uptake import VISIT

ED_IN_FULL = "emergency room (ED)"  # at first use
LATER = (Event.LATER_ED_72H, Event.LATER_ED_30D)


class Teller:
    """Says one story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.why = Reasons(story)
        self.say = self.why.say

    @property
    def received_s(self) -> int:
        return int(self.story.candidate["received_s"])

    def heading(self) -> str:
        """`Sat 14 Aug 2027, 20:41: welfare check, priority 3, zone north, weapon.`."""
        call, date = self.story.candidate, self.story.world.horizon.date(self.received_s)
        day = f"{DAYS[date.weekday()]} {date.day} {MONTHS[date.month - 1]} {date.year}"
        flags = [word for bit, word in FLAGS.items() if int(call["flags"]) & bit]
        about = [said(self.say.names.types[int(call["type"])]), f"priority {int(call['priority'])}"]
        zones = self.say.names.zones
        about += [f"zone {said(zones[self.story.zone])}"] if len(zones) > 1 else []
        about += flags
        return f"{day}, {self.say.clock(self.received_s)}: {', '.join(about)}."

    def lines(self) -> list[tuple[int, str]]:
        """What to say, and of which second; a later visit behind the ending that leaves it open."""
        order = sorted(self.story.moments, key=lambda m: (m.t_s, m.event in LATER, m.row))
        told, is_explained = [], False
        for m in order:
            text = SENTENCES[m.event](self, m)
            told.append((m.t_s, text.replace(ED_IN_FULL, "ED") if is_explained else text))
            is_explained = is_explained or ED_IN_FULL in text
        return [(t_s, text) for t_s, text in told if text]

    def unit(self, m: Moment) -> str:
        """The unit at the start of a sentence."""
        return capital(self.say.unit(m.unit))

    def alone(self, m: Moment) -> str:
        """What becomes of a person nobody came to."""
        return ALONE[Disposition(m.disposition)] if m.disposition >= 0 else "how it went on is not known"

    def age(self, m: Moment) -> str:
        """How long after the call came in."""
        return lasted(m.t_s - self.received_s)

    def way(self, m: Moment) -> str:
        """How long it took, since the call for the first one there, since it was sent for others."""
        first = self.story.first(*ARRIVALS)
        if first is not None and first.row == m.row:
            return f"{self.age(m)} after the call came in"
        sent = self.story.last(Event.DISPATCHED, before_row=m.row, unit=m.unit)
        return f"{lasted(m.t_s - sent.t_s)} after it was sent" if sent is not None else "now"

    def at_dispatch(self, m: Moment) -> list[str]:
        """Whom the centre could send, as the call comes to dispatch; where nobody is sent, why it waits."""
        sent = self.story.first(Event.DISPATCHED)
        choice, told = self.why.choice_at_receipt(m), [self.why.plan()]
        if choice.takers and self.story.first(Event.NEVER_SERVED) is None:
            told += [] if sent is not None and sent.t_s == m.t_s else [self.why.why_it_waits(choice)]
            told.append(self.why.roll(choice))
        return told

    def door(self, m: Moment) -> str:
        """`the general hospital (emergency room)`."""
        at = self.story.door(m)
        if at < 0:
            return "a door"
        kind, name = DOORS[FacilityKind(int(self.story.facts(m.t_s).facilities[at].kind))], said(self.say.names.facilities[at])
        return f"the {kind}" if kind in name else f"{name} ({kind})"


def _received(teller: Teller, m: Moment) -> str:
    """What the centre takes it for, and whom it could send."""
    told = [comes_in(teller)]
    if teller.story.truth != teller.story.label(m.row):
        taken, truth = (teller.say.type(type_) for type_ in (teller.story.label(m.row), teller.story.truth))
        told.append(f"It takes it for {taken}; in truth it is {truth}.")
    if int(teller.story.candidate["flags"]) & NOT_FOLLOWED:
        told.append("The centre does not follow its response plan here: no programme's unit is thought of.")
    if teller.story.first(Event.RINGS) is None:
        told += teller.at_dispatch(m)
    return " ".join(filter(None, told))


def _never_served(teller: Teller, m: Moment) -> str:
    return f"No responder on any roster takes such a call, so nobody comes; {teller.alone(m)}."


def _escalated(teller: Teller, _: Moment) -> str:
    return "The crisis grows worse while nobody is there: the call becomes priority 1."


def _called_back(teller: Teller, m: Moment) -> str:
    return f"The centre rings the caller back after {teller.age(m)}: somebody is still needed."


def _cancelled(teller: Teller, m: Moment) -> str:
    return f"The centre rings the caller back after {teller.age(m)}: nobody is needed any more. The call ends; {teller.alone(m)}."


def _abandoned(teller: Teller, m: Moment) -> str:
    if is_of(teller, VISIT):
        return f"No team has been free for {teller.age(m)}, and the hours of the visit are over: it is not made."
    sent, off = (teller.story.all_of(event) for event in (Event.DISPATCHED, Event.CALLED_OFF))
    state = "with nobody on the way" if sent else "and nobody was sent"
    if off and off[-1].t_s == m.t_s:
        state = "with somebody still on the way" if teller.story.assembled_before(m) is None else "when its crew is called off"
    return f"The caller gives up after {teller.age(m)}, {state}. The call ends; {teller.alone(m)}."


def _unfinished(teller: Teller, _: Moment) -> str:
    return "The simulated time ends here, and the call with it: how it would have ended is not known."


def _given_up(teller: Teller, m: Moment) -> str:
    since = teller.story.assembled_before(m)
    waited = f" after {lasted(m.t_s - since.t_s)}" if since is not None else ""
    return f"The crew that the response plan asks for has not come together{waited}. The call is given up; {teller.alone(m)}."


def _dispatched(teller: Teller, m: Moment) -> str:
    return teller.why.why_sent(m)


def _en_route(teller: Teller, m: Moment) -> str:
    sent = teller.story.last(Event.DISPATCHED, before_row=m.row, unit=m.unit)
    if sent is None or sent.t_s == m.t_s:
        return ""
    return f"{teller.unit(m)} sets out, {lasted(m.t_s - sent.t_s)} after it was sent."


def _relay_failed(teller: Teller, m: Moment) -> str:
    return f"{teller.unit(m)} belongs to another dispatch centre, which does not send it; it is not asked again for this call."


def _on_scene(teller: Teller, m: Moment) -> str:
    """Arrived, or gone in after staging; and what it then waits for."""
    staged = teller.story.last(Event.STAGED, before_row=m.row, unit=m.unit)
    sent = teller.story.last(Event.DISPATCHED, before_row=m.row, unit=m.unit)
    if staged is not None and sent is not None and staged.row > sent.row:
        told = f"{teller.unit(m)} goes in after {lasted(m.t_s - staged.t_s)}: an officer is there"
    elif teller.story.responder(m.unit, m.t_s).is_remote:
        told = f"{teller.unit(m)} joins by screen"
    else:
        told = f"{teller.unit(m)} is on scene, {teller.way(m)}"
    missing = teller.why.who_is_missing(m)
    return f"{told}, and waits for {missing}." if missing else f"{told}."


def _staged(teller: Teller, m: Moment) -> str:
    if teller.story.responder(m.unit, m.t_s).stages and teller.story.is_dangerous():
        why = "waits near the scene until an officer is there"
    else:
        why = "stands by near the scene, as the response plan says"
    missing = teller.why.who_is_missing(m)
    return f"{teller.unit(m)} {why}, {teller.way(m)}{f'; the work waits for {missing}' if missing else ''}."


def _leads(teller: Teller, m: Moment) -> str:
    """Who is in charge now; and where that begins the work, after how long and without whom."""
    begun, arrived = teller.why.begins(m), teller.story.assembling_from(m.row)
    told = f"{teller.unit(m)} takes charge"
    if begun != m:
        former = teller.story.last(Event.LEADS, before_row=m.row) or begun
        return f"{told} from {teller.say.unit(former.unit)}." if former is not None and former.unit != m.unit else f"{told}."
    if arrived is None or m.t_s == arrived.t_s:
        return f"{told}."
    coming = teller.story.is_coming(m.row)
    without = f", without {teller.say.units(coming)}, still on the way" if coming else ""
    return f"{told}, and the work begins {lasted(m.t_s - arrived.t_s)} after the first was there{without}."


def _recognised(teller: Teller, m: Moment) -> str:
    taken = teller.say.type(teller.story.label(m.row))
    return f"{teller.unit(m)} sees what it is: {teller.say.type(teller.story.truth)}, not {taken}."


def _force_used(teller: Teller, m: Moment) -> str:
    return f"{teller.unit(m)} uses force {FORCE[m.event]}."


def _asked(teller: Teller, m: Moment) -> str:
    return teller.why.asked(m)


def _called_off(teller: Teller, m: Moment) -> str:
    is_last = not teller.story.is_coming(m.row) and not teller.story.is_there(m.row)
    ending = teller.story.ending
    waits = ", and the call waits again" if is_last and (ending is None or ending.t_s > m.t_s) else ""
    return f"{teller.unit(m)} {teller.why.why_called_off(m)}{waits}."


def _transporting(teller: Teller, m: Moment) -> str:
    return f"{teller.unit(m)} leaves the scene with the person for {teller.door(m)}."


def _at_facility(teller: Teller, m: Moment) -> str:
    left = teller.story.first(Event.TURNED_AWAY, *map(Event, LEAVING_EVENTS), after_row=m.row, unit=m.unit)
    is_let_in = left is not None and left.event is not Event.TURNED_AWAY
    spent = f": {lasted(left.t_s - m.t_s)} at the door" if left is not None and is_let_in else ""
    return f"{teller.unit(m)} is at {teller.door(m)}{spent}."


def _clear(teller: Teller, m: Moment) -> str:
    """The ending, and how long it all took."""
    word = ENDINGS[Disposition(m.disposition)] if m.disposition >= 0 else "over"
    ride = ""
    driven = teller.story.last(Event.TRANSPORTING, before_row=m.row) is not None
    if not driven and "ED" in word and not teller.story.responder(m.unit, m.t_s).transports:
        ride = ", by ambulance"
    total = f"{lasted(m.t_s - teller.received_s)} from call to clear"
    out = sum(teller.story.seconds_on(unit) for unit in teller.story.units)
    if out != m.t_s - teller.received_s:
        total += f"; {lasted(out)} of units' time, paperwork included"
    return f"{teller.unit(m)} clears the call: {word}{ride}. {total}."


def _released(teller: Teller, m: Moment) -> str:
    arrived = teller.story.last(*ARRIVALS, before_row=m.row, unit=m.unit)
    stay = f" after {lasted(m.t_s - arrived.t_s)} there" if arrived is not None else ""
    driven = teller.story.first(Event.TRANSPORTING, after_row=m.row)
    ending, why = teller.story.ending, "; the others stay"
    if driven is not None and driven.t_s == m.t_s:
        why = ", as the person is taken away"
    elif ending is not None and ending.t_s == m.t_s:
        why = ", as the call ends"
    return f"{teller.unit(m)} leaves{stay}{why}."


def _paperwork(teller: Teller, m: Moment) -> str:
    over = teller.story.after(m)
    if over is None:
        return f"{teller.unit(m)} does its paperwork to the end of the simulated time."
    rest = ", when its shift ends; the rest waits" if over.event is Event.SHIFT_END else ""
    return f"{teller.unit(m)} does its paperwork until {teller.say.clock(over.t_s)}{rest}."


def _own_hours(teller: Teller, m: Moment) -> str:
    return f"{teller.unit(m)} {HOURS[m.event]}."


def _later_ed(teller: Teller, m: Moment) -> str:
    span = "within 72 hours" if m.event is Event.LATER_ED_72H else "later than 72 hours and within 30 days"
    return f"After this ending the person visits an emergency room (ED) {span}."


SENTENCES: Mapping[Event, Callable[[Teller, Moment], str]] = {
    **BEYOND,
    Event.AVAILABLE: _own_hours,
    Event.CLEAR: _clear,
    Event.RELEASED: _released,
    Event.SHIFT_END: _own_hours,
    Event.OVERTIME: _own_hours,
    Event.SHIFT_START: _own_hours,
    Event.ABANDONED: _abandoned,
    Event.NEVER_SERVED: _never_served,
    Event.RECEIVED: _received,
    Event.ESCALATED: _escalated,
    Event.CALLED_BACK: _called_back,
    Event.CANCELLED: _cancelled,
    Event.RELAY_FAILED: _relay_failed,
    Event.EN_ROUTE: _en_route,
    Event.ON_SCENE: _on_scene,
    Event.STAGED: _staged,
    Event.TRANSPORTING: _transporting,
    Event.AT_FACILITY: _at_facility,
    Event.RELOCATED: _own_hours,
    Event.GIVEN_UP: _given_up,
    Event.ASKED: _asked,
    Event.LEADS: _leads,
    Event.RECOGNISED: _recognised,
    **dict.fromkeys(FORCE, _force_used),
    Event.LATER_ED_72H: _later_ed,
    Event.LATER_ED_30D: _later_ed,
    Event.PAPERWORK: _paperwork,
    Event.BREAK: _own_hours,
    Event.CALLED_OFF: _called_off,
    Event.DISPATCHED: _dispatched,
    Event.UNFINISHED: _unfinished,
}
