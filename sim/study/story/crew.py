"""Which crew a call wanted at each of its rows: the alternative tried, the roles open, who was asked for, when work began.

The ledger names no alternative. It is the first of the chain whose time had come and whose roles the units sent in that
second fill: an earlier one would have been sent instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sim.rules.lifecycle import LEAVING_EVENTS, Event, Status
from sim.study.story.facts import ARRIVALS, Moment, Story
from sim.tables import AlternativeRow

NONE = -1
URGENT = 1


class Wanted(NamedTuple):
    """Roles that were wanted when a unit was sent, under which alternative, and those the unit took on."""

    alternative: AlternativeRow
    roles: int
    bits: int


def first_alternative(story: Story, t_s: int, priority: int) -> int:
    """Row of the alternative a call of this priority begins with, by the plan in force."""
    call = story.candidate
    return int(story.facts(t_s).tables["plan_of"][int(call["type"])][priority][int(call["flags"])])


def chain_from(story: Story, at: int) -> list[AlternativeRow]:
    """An alternative and those tried after it."""
    rows, found = story.world.after.alternatives, []
    while at != NONE:
        found.append(rows[at])
        at = rows[at].next
    return found


def plan_of(story: Story) -> list[AlternativeRow]:
    """The alternatives by which the call may be answered, in order, as of when it came in."""
    call = story.candidate
    return chain_from(story, first_alternative(story, int(call["received_s"]), int(call["priority"])))


class _Walk:
    """The call's crew while its rows are gone through."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.chain = plan_of(story)[0].id
        self.priority = int(story.candidate["priority"])
        self.held: dict[int, int] = {}
        self.arrived: set[int] = set()
        self.asked = 0
        self.current = plan_of(story)[0]
        self.found: dict[int, Wanted] = {}

    def go(self, m: Moment) -> None:
        """Take one row into account."""
        if m.event is Event.DISPATCHED:
            self._send(m)
        elif m.event in ARRIVALS:
            self.arrived.add(m.unit)
        elif m.event in LEAVING_EVENTS:
            self._leave(m)
        elif m.event is Event.ASKED:
            self.asked |= asked_roles(self.story, m)
        elif m.event is Event.ESCALATED:
            if self.chain == first_alternative(self.story, m.t_s, self.priority):
                self.chain = first_alternative(self.story, m.t_s, URGENT)
            self.priority = URGENT
        elif m.event is Event.POLICY_STARTS and not self.held:
            self.chain = first_alternative(self.story, m.t_s, self.priority)

    def _send(self, m: Moment) -> None:
        if not self.held:
            self.current = self._alternative(m)
        fills = self.story.facts(m.t_s).tables["fills"][int(self.story.world.units["responder"][m.unit])]
        taken = 0
        for bits in self.held.values():
            taken |= bits
        open_roles = (self.current.roles | self.asked) & ~taken or self.current.roles
        together = open_roles & self.current.together
        together = together if int(fills[together]) else 0
        self.held[m.unit] = bits = int(fills[open_roles])
        self.found[m.row] = Wanted(self.current, together or open_roles, bits)

    def _leave(self, m: Moment) -> None:
        """Who leaves the call; a crew that had somebody there and is called off to the last gives up its alternative."""
        self.held.pop(m.unit, None)
        if not self.held and self.arrived and m.event is Event.CALLED_OFF:
            self.chain = self.current.next
            self.arrived.clear()

    def _alternative(self, m: Moment) -> AlternativeRow:
        fills = self.story.facts(m.t_s).tables["fills"]
        chain = chain_from(self.story, self.chain) or [self.current]
        due = [row for row in chain if row.after_s <= m.t_s - int(self.story.candidate["received_s"])] or chain[:1]
        sent = [one.unit for one in self.story.all_of(Event.DISPATCHED) if one.t_s == m.t_s and one.row >= m.row]
        for row in due:
            left = row.together
            for unit in sent:
                left &= ~int(fills[int(self.story.world.units["responder"][unit])][left])
            if row.together and left == 0:
                return row
        return due[-1]


def wanted_roles(story: Story) -> dict[int, Wanted]:
    """For each row that sends a unit: what was wanted, and what it took on."""
    walk = _Walk(story)
    for m in story.moments:
        walk.go(m)
    return walk.found


def asked_roles(story: Story, m: Moment) -> int:
    """The roles asked for: an officer by those who wait for one, help after a stated time at work, a way to a door after it."""
    if story.ledger[m.row]["status_from"] == Status.STAGING:
        officers = story.facts(m.t_s).numbers["officer_bits"]
        return officers & -officers
    responder = story.responder(m.unit, m.t_s)
    in_charge = story.last(Event.LEADS, Event.ON_SCENE, before_row=m.row, unit=m.unit)
    is_for_help = in_charge is not None and m.t_s - in_charge.t_s == responder.ask_after_s
    return responder.asks if responder.asks and is_for_help else responder.transport_bits or responder.asks


def begins(story: Story, wants: Mapping[int, Wanted], arrival: Moment) -> Moment | None:
    """When work begins after the first arrival: then, where it brings the crew that may; else when a unit takes charge."""
    sent = story.last(Event.DISPATCHED, before_row=arrival.row, unit=arrival.unit)
    if sent is not None and arrival.event is Event.ON_SCENE:
        row, bits = wants[sent.row].alternative, wants[sent.row].bits
        if not row.roles & ~bits or (not row.minimum & ~bits and not row.full_crew_s):
            return arrival
    leads = story.first(Event.LEADS, after_row=arrival.row)
    return leads if leads is not None and story.assembling_from(leads.row) == arrival else None
