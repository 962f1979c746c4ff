"""Who is at a call: units as a chain in order of their ids, roles as bits; when a crew may begin, who is in charge.

`CallRow.first` and `UnitRow.next` are the chain. These functions change rows and nothing else: what is written down,
and who waits for what, is the engines'.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.rules.lifecycle import DANGER, Status
from sim.rules.settling import reference_row
from sim.rules.town import Town
from sim.tables import CallRow, LuckRow, UnitRow

NONE = -1
_STAGING = int(Status.STAGING)
_ON_SCENE = int(Status.ON_SCENE)


def join(units: Sequence[UnitRow], call: CallRow, unit: UnitRow) -> None:
    """Put the unit into the chain of the call."""
    before = NONE
    at = call.first
    while at != NONE and at < unit.id:
        before = at
        at = units[at].next
    unit.next = at
    if before == NONE:
        call.first = unit.id
    else:
        units[before].next = unit.id


def part(units: Sequence[UnitRow], call: CallRow, unit: UnitRow) -> None:
    """Take the unit out of the chain of the call, and its roles off the call."""
    before = NONE
    at = call.first
    while at != unit.id:
        before = at
        at = units[at].next
    if before == NONE:
        call.first = unit.next
    else:
        units[before].next = unit.next
    call.coming &= ~unit.bits
    call.here &= ~unit.bits
    unit.next = NONE
    unit.call = NONE
    unit.bits = 0


def assign(town: Town, call: CallRow, unit: UnitRow, alternative: int) -> None:
    """Give the call a unit, and the unit its roles there; with the first one the alternative is settled."""
    row = town.alternatives[alternative]
    if call.first == NONE:
        call.plan = alternative
        call.open = row.roles
        call.covered = row.covers
        call.unit = unit.id
    bits = town.fills[unit.responder][call.open]
    call.open &= ~bits
    call.coming |= bits
    unit.call = call.id
    unit.post = NONE
    unit.bits = bits
    unit.priority = call.priority
    unit.assignments += 1
    join(town.units, call, unit)


def is_alone(call: CallRow, unit: UnitRow) -> bool:
    """Whether the call has no other unit, there or coming."""
    return call.first == unit.id and unit.next == NONE


def come_there(call: CallRow, unit: UnitRow) -> None:
    """The unit's roles are there now, not coming."""
    call.coming &= ~unit.bits
    call.here |= unit.bits


def is_officer_there(town: Town, call: CallRow) -> bool:
    """Whether an officer is at the scene, or stands by near it."""
    at = call.first
    while at != NONE:
        unit = town.units[at]
        if (unit.status == _ON_SCENE or unit.status == _STAGING) and town.responders[unit.responder].has_officer == 1:
            return True
        at = unit.next
    return False


def must_stage(town: Town, call: CallRow, unit: UnitRow) -> bool:
    """Whether the unit stays near the scene: it stands by, or it is without an officer and waits for one to be there."""
    if unit.bits & town.alternatives[call.plan].stand_by != 0:
        return True
    responder = town.responders[unit.responder]
    if responder.stages == 0 or responder.has_officer == 1 or call.flags & DANGER == 0:
        return False
    return not is_officer_there(town, call)


def police_wanted(town: Town, call: CallRow) -> int:
    """The officer's role, where a unit waits for one whom nobody has called, else 0."""
    if town.officer_bits & (call.open | call.coming | call.here) != 0:
        return 0
    return town.officer_bits & -town.officer_bits


def who_begins(town: Town, call: CallRow, now: int) -> int:
    """The unit that takes charge if work may begin: all are there, or the minimum has waited long enough for them; else -1."""
    row = town.alternatives[call.plan]
    if row.roles & ~call.here == 0 or (row.minimum & ~call.here == 0 and now >= call.since_s + row.full_crew_s):
        return in_charge(town, call)
    return NONE


def in_charge(town: Town, call: CallRow) -> int:
    """The unit on scene that takes charge: the alternative's lead role, else the first that came, else the lowest id, or -1."""
    lead = town.alternatives[call.plan].lead
    best = NONE
    at = call.first
    while at != NONE:
        unit = town.units[at]
        if unit.status == _ON_SCENE:
            if unit.bits & lead != 0:
                return at
            if best == NONE or at == call.unit:
                best = at
        at = unit.next
    return best


def outcome_row(town: Town, call: CallRow, unit: UnitRow, luck: LuckRow) -> int:
    """The row of thresholds that holds with this unit in charge and this crew there."""
    if luck.type != call.type:
        return reference_row(town)
    row = town.alternatives[call.plan]
    if row.settles_as != NONE and row.roles & ~call.here == 0:
        return row.settles_as
    return unit.responder


def role_to_ask_for(town: Town, call: CallRow, unit: UnitRow, luck: LuckRow) -> int:
    """The role the unit in charge will ask for, or 0: once a call, and not for what is there or coming."""
    responder = town.responders[unit.responder]
    if call.asked != 0 or responder.asks & (call.open | call.coming | call.here) != 0:
        return 0
    if luck.ask_mark < town.ask_marks[call.type][unit.responder]:
        return responder.asks
    return 0


def carrier(town: Town, call: CallRow, unit: UnitRow) -> int:
    """The unit on scene that drives the person: the one in charge if it transports, else the first other that does, or -1."""
    if town.responders[unit.responder].transports == 1:
        return unit.id
    at = call.first
    while at != NONE:
        other = town.units[at]
        if other.status == _ON_SCENE and town.responders[other.responder].transports == 1:
            return at
        at = other.next
    return NONE


def first_staged(town: Town, call: CallRow) -> int:
    """The first unit that waits near the scene and need not any more, or -1."""
    at = call.first
    while at != NONE:
        unit = town.units[at]
        if unit.status == _STAGING and not must_stage(town, call, unit):
            return at
        at = unit.next
    return NONE
