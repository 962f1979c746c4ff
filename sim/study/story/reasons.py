"""Why a story went as it did: who was sent and why, what kept the others, what a call waited for, whom it asked for.

A policy's reasons are its own: of an idle unit that was not sent, only that is said.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.rules.lifecycle import Event, Status
from sim.study.screens.words import listed, said
from sim.study.story.choice import Choice, Standing
from sim.study.story.crew import Wanted, asked_roles, begins, plan_of, wanted_roles
from sim.study.story.facts import ARRIVALS, Moment, Story
from sim.study.story.names import Speech, capital, lasted
from sim.study.story.words import BUSY, FREED
from sim.tables import ResponderRow

KEPT: dict[str, Callable[[ResponderRow], bool]] = {  # parameter of a policy -> for whom calls wait so long
    "wait_for_programme_s": lambda row: row.programme >= 0,
    "wait_for_joint_car_s": lambda row: bool(row.has_officer and row.has_clinician),
    "wait_for_team_s": lambda row: not row.has_officer and (row.programme >= 0 or bool(row.has_clinician)),
}
MAX_NAMED = 3  # units named one by one; more are counted


class Reasons:
    """The causes in one story, in words."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.say = Speech(story)
        self.wants: dict[int, Wanted] = wanted_roles(story)

    # -- whom the centre could send

    def choice_at_receipt(self, m: Moment) -> Choice:
        """All units when the call came in: just before one was sent, where that was at once."""
        wanted = covers = 0
        for alternative in plan_of(self.story):
            wanted |= alternative.roles
            covers |= alternative.covers
        sent = self.story.first(Event.DISPATCHED)
        row = sent.row if sent is not None and sent.t_s == m.t_s else self.story.end_of(m.t_s)
        return Choice(self.story, row, m.t_s, wanted, self.story.priority(row), covers)

    def plan(self) -> str:
        """What the response plan asks for; empty where anybody goes."""
        plan = plan_of(self.story)
        if not plan[0].id:
            return ""
        told = []
        for i, row in enumerate(plan):
            least = f" (at least {self.say.roles(row.minimum)})" if row.minimum != row.roles else ""
            later = f"from {lasted(row.after_s)} on, " if row.after_s else ""
            told.append(f"{'failing that, ' if i else ''}{later}{self.say.roles(row.roles)}{least}")
        return f"Its response plan asks for {'; '.join(told)}."

    def why_it_waits(self, choice: Choice) -> str:
        """What keeps a call that nobody is sent to at once."""
        kept = self._kept_for(choice)
        if kept:
            return kept
        standings = [one for r in choice.takers for one in choice.of(r)]
        if all(one.status is Status.OFF_DUTY for one in standings):
            return "It waits: every unit that takes such calls is off duty."
        lacking = self._not_idle(choice)
        if not choice.idle or lacking == 1:
            return "It waits: no unit that takes such calls is idle."
        if lacking:
            return f"It waits: nobody idle could come as {self.say.any_role(lacking)}."
        return (
            f"It waits: {self.say.counted(choice.idle)} idle but not sent by the policy ({self.story.policy(choice.t_s).name})."
        )

    def _not_idle(self, choice: Choice) -> int:
        """Roles of the first alternative that none of the idle units fills."""
        left = plan_of(self.story)[0].together
        for one in choice.idle:
            left &= ~int(self.story.facts(choice.t_s).tables["fills"][one.responder][left])
        return left

    def _kept_for(self, choice: Choice) -> str:
        """Where a policy has calls wait for a kind of unit that is on duty but busy, while somebody else is idle."""
        facts, policy, call = self.story.facts(choice.t_s), self.story.policy(choice.t_s), self.story.candidate
        parameter = next((name for name in KEPT if getattr(policy.params, name, 0)), None)
        is_urgent = int(call["priority"]) < int(getattr(policy.params, "wait_from_priority", 1))
        if parameter is None or is_urgent or plan_of(self.story)[0].id:
            return ""
        is_waited_for = KEPT[parameter]
        teams = [r for r in choice.takers if is_waited_for(facts.responders[r])]
        on_duty = sorted({one.responder for r in teams for one in choice.of(r) if one.status is not Status.OFF_DUTY})
        others = [one for one in choice.idle if one.responder not in teams]
        if not on_duty or not others or len(others) < len(choice.idle):
            return ""
        programmes = {r: facts.responders[r].programme for r in on_duty}
        named = [said(self.say.names.programmes[p]) if p >= 0 else self.say.responder(r) for r, p in programmes.items()]
        return (
            f"It is kept for {listed(list(dict.fromkeys(named)))}, on duty but busy, for up to "
            f"{lasted(int(getattr(policy.params, parameter)))}; meanwhile others ({self.say.counted(others)}) are idle but not "
            f"sent by the policy ({policy.name})."
        )

    def roll(self, choice: Choice) -> str:
        """What the units of each type that takes such calls are doing; then who is idle and does not take them."""
        told = [f"{self.say.responder(r)}: {self.standing(choice, r)}" for r in sorted(choice.takers) if choice.of(r)]
        unwilling = {one.responder for one in choice.standings if one.status is Status.IDLE} - choice.takers
        if unwilling:
            told.append(f"{listed([self.say.responder(r) for r in sorted(unwilling)])}: idle, but not for such calls")
        return f"{capital('; '.join(told))}." if told else ""

    def standing(self, choice: Choice, responder: int) -> str:
        """`3 idle, 18 busy`; `1 busy (co-responder 1 on scene of call 1039)`; `off duty`."""
        own = choice.of(responder)
        off = [one for one in own if one.status is Status.OFF_DUTY]
        free = [one for one in own if one.status is Status.IDLE]
        n_late = sum(choice.is_late(one.unit) for one in free)
        n_idle = len(free) - n_late
        n_absent = sum(choice.is_absent(one.unit) for one in off)
        busy = [one for one in own if one.status not in (Status.IDLE, Status.OFF_DUTY)]
        told = [f"{n_idle} idle" + (", to join by screen" if choice.is_only_by_screen(responder) else "")] if n_idle else []
        told += [f"{n_late} too near the end of its shift"] if n_late else []
        if busy:
            named = ", ".join(f"{self.say.unit(one.unit)} {self.busy(one)}" for one in busy)
            told.append(f"{len(busy)} busy" + (f" ({named})" if len(busy) <= MAX_NAMED else ""))
        told += [f"{n_absent} rostered without a crew"] if n_absent else []
        if len(off) > n_absent:
            told.append("off duty" if len(off) == len(own) else f"{len(off) - n_absent} off duty")
        return ", ".join(told)

    def busy(self, one: Standing) -> str:
        """What a busy unit does, and for which call."""
        words = BUSY[one.status]
        if one.call == self.story.call:
            return words.replace("call {}", "this call")
        return words.format(one.call) if one.call >= 0 else words.split(" for ")[0]

    # -- why this unit

    def why_sent(self, m: Moment) -> str:
        """`Patrol 3 is sent: the nearest of 4 idle units that take such calls (3 patrol, 1 EMS), about 6 min away; idle ...`."""
        before, name = self.story.before(m), capital(self.say.unit(m.unit))
        if before is not None and self.story.diverted_to(before) == m:
            priority = int(self.story.world.calls[before.call]["priority"])
            less = f"call {before.call}, which is less urgent (priority {priority})"
            return f"{name} is taken off {less}, and sent here{self._as_asked(m)}."
        wanted = self.wants[m.row]
        choice = Choice(self.story, m.row, m.t_s, wanted.roles, self.story.priority(m.row), wanted.alternative.covers)
        return (
            f"{name}{self._lent(m)} is sent{self._as_asked(m)}{self._waited(m)}: {self._nearest(choice, m)}{self._idle_since(m)}."
        )

    def _lent(self, m: Moment) -> str:
        whose = self.story.facts(m.t_s).tables["jurisdiction"]
        is_own = whose[int(self.story.world.units["home_zone"][m.unit])] == whose[self.story.zone]
        return "" if is_own else ", of another jurisdiction,"

    def _as_asked(self, m: Moment) -> str:
        asked = self.story.last(Event.ASKED, before_row=m.row)
        return ", as asked for" if asked is not None and self.story.first(Event.DISPATCHED, after_row=asked.row) == m else ""

    def _waited(self, m: Moment) -> str:
        received = self.story.received
        is_first = self.story.first(Event.DISPATCHED) == m
        return f" after {lasted(m.t_s - received.t_s)}" if is_first and received is not None and m.t_s > received.t_s else ""

    def _nearest(self, choice: Choice, m: Moment) -> str:
        """Why this one of the idle units that would do, as far as distance and time idle tell."""
        away = f", about {lasted(choice.away_s[m.unit])} away" if choice.away_s.get(m.unit) else ""
        could = "that take such calls" if choice.wanted == 1 else f"that could come as {self.say.any_role(choice.wanted)}"
        if len(choice.idle) <= 1:
            return f"the only idle unit {could.replace('take', 'takes')}{away}"
        of_all = f"{len(choice.idle)} idle units {could} ({self.say.counted(choice.idle)})"
        rivals = choice.rivals(m.unit)
        if rivals is None:
            return f"one of {of_all}{away}"
        nearer, as_near = rivals
        if nearer:
            named = self.say.units(nearer) if len(nearer) <= MAX_NAMED else f"{len(nearer)} of {of_all}"
            return f"the policy's choice{away}; nearer, and idle but not sent by the policy: {named}"
        if not as_near:
            return f"the nearest of {of_all}{away}"
        return f"no other of {of_all} is nearer{' or idle longer' if choice.is_idle_longest(m.unit, as_near) else ''}{away}"

    def _idle_since(self, m: Moment) -> str:
        freed = self.story.before(m)
        if freed is None or freed.event not in FREED:
            return ""
        since = "from this minute" if freed.t_s == m.t_s else f"since {self.say.clock(freed.t_s)}"
        if freed.event is Event.RELOCATED:
            return f"; idle, {FREED[freed.event]} {since}"
        return f"; idle {since}, {self.freed(freed)}"

    def freed(self, m: Moment) -> str:
        """How a unit came to be idle by a row."""
        words = FREED[m.event]
        if m.event is not Event.AVAILABLE:
            return words.format(m.call)
        before = self.story.before(m)
        if before is None or before.event is Event.BREAK:
            return words.format("break")
        return words.format(f"paperwork for call {before.call}" if before.call >= 0 else "paperwork")

    # -- at the scene

    def begins(self, m: Moment) -> Moment | None:
        """When the work of the crew that is gathering, or has gathered, as of a moment begins."""
        since = self.story.assembling_from(m.row)
        return None if since is None else begins(self.story, self.wants, since)

    def who_is_missing(self, m: Moment) -> str:
        """What an arrival has to wait for before work can begin, and how long at most; empty where it begins."""
        begun = self.begins(m)
        if begun is not None and begun.t_s <= m.t_s:
            return ""
        since, sent = self.story.assembling_from(m.row), self.story.last(Event.DISPATCHED, before_row=m.row)
        if since is None or sent is None:
            return ""
        row, there = self.wants[sent.row].alternative, self._bits_there(m)
        lacking, limit_s = row.minimum & ~there, row.full_crew_s
        if lacking:
            limit_s = row.give_up_s
        coming = self.story.is_coming(m.row)
        whom = self.say.units(coming) if coming else self.say.roles(lacking or row.roles & ~there)
        left_s = since.t_s + limit_s - m.t_s
        most = f", for {lasted(left_s)} at most" if left_s > 0 else ""
        return f"{whom}{'' if coming else ', whom nobody could send yet'}{most}" if whom else ""

    def _bits_there(self, m: Moment) -> int:
        """Roles of the units on scene or staged."""
        found = 0
        for unit in self.story.is_there(m.row):
            sent = self.story.last(Event.DISPATCHED, before_row=m.row, unit=unit)
            found |= self.wants[sent.row].bits if sent is not None else 0
        return found

    def asked(self, m: Moment) -> str:
        """Whom the unit in charge asks for, and who came."""
        bits = asked_roles(self.story, m)
        carries = bool(bits) and bits == self.story.responder(m.unit, m.t_s).transport_bits
        what = (self.say.roles(bits) if bits else "somebody else") + (" to take the person away" if carries else "")
        came = self.who_came(m)
        answer = "nobody comes"
        if came is not None:
            answer = f"{self.say.unit(came.unit)} comes " + (
                f"after {lasted(came.t_s - m.t_s)}" if came.t_s > m.t_s else "at once"
            )
        return f"{capital(self.say.unit(m.unit))} asks for {what}; {answer}."

    def who_came(self, asked: Moment) -> Moment | None:
        """The first to arrive that was sent after somebody was asked for."""
        for one in self.story.all_of(*ARRIVALS):
            sent = self.story.last(Event.DISPATCHED, before_row=one.row, unit=one.unit)
            if sent is not None and sent.row > asked.row:
                return one
        return None

    def why_called_off(self, m: Moment) -> str:
        """Diverted, turned back at the end of a shift, too late, or given up with the crew."""
        sent_on, following = self.story.diverted_to(m), self.story.after(m)
        if sent_on is not None:
            return f"is called off to a more urgent call, {sent_on.call}"
        sent = self.story.last(Event.DISPATCHED, before_row=m.row, unit=m.unit)
        is_late = sent is not None and self.story.first(Event.OVERTIME, after_row=sent.row, unit=m.unit) is not None
        if following is not None and following.t_s == m.t_s and following.event is Event.SHIFT_END and not is_late:
            return "turns back: its shift ends"
        since = self.story.assembled_before(m)
        ending = self.story.ending
        if since is not None and begins(self.story, self.wants, since) is None:
            return f"is called off: the crew has not come together in {lasted(m.t_s - since.t_s)}"
        if ending is not None and ending.t_s == m.t_s:
            return f"is called off: {'the caller gives up' if ending.event is Event.ABANDONED else 'the call is over'}"
        return "is called off: it is no longer wanted here"
