"""Which candidates come about as calls, and what a call leaves behind with a person whose crises recur.

Each candidate of a person is a point (time, height). It comes about while its height is below the person's rate in their present
state, so help removes calls and never reshuffles the rest.
"""

from __future__ import annotations

from sim.rules.lifecycle import Disposition
from sim.rules.town import Town
from sim.tables import CallRow, LuckRow, PersonRow

_PPM = 1_000_000
_NO_CONTACT = int(Disposition.NO_CONTACT)


def rate_ppm(town: Town, person: PersonRow, now: int) -> int:
    """The person's rate now over their own ordinary rate, millionths."""
    rate = _PPM
    if now < person.care_until_s:
        rate = rate * town.care_ppm // _PPM
    if now < person.unresolved_until_s:
        rate = rate * town.unresolved_ppm // _PPM
    return rate


def is_in_crisis(town: Town, person: PersonRow, luck: LuckRow, now: int) -> bool:
    """Whether a candidate crisis comes about: not while the person is away or has a call open."""
    return person.n_away == 0 and person.call < 0 and luck.height_ppm < rate_ppm(town, person, now)


def is_made(town: Town, call: CallRow) -> bool:
    """Whether somebody makes the call: who calls only where a service is seen to come, and a unit only of what it meets."""
    if call.is_induced == 1 and town.is_seen == 0:
        return False
    return town.is_found[call.type] == 0 or is_met(town, call)


def is_met(town: Town, call: CallRow) -> bool:
    """Whether a unit that takes such calls is idle, and so may come across it."""
    for responder in range(len(town.n_idle)):
        if town.n_idle[responder] > 0 and town.takes[call.type][call.flags][responder] == 1:
            return True
    return False


def remember(town: Town, person: PersonRow, call: CallRow, is_unresolved: bool, now: int) -> None:
    """The person's call has ended; a candidate that nobody called about leaves nothing."""
    was_made = person.call == call.id
    person.call = -1
    if was_made and (is_unresolved or call.disposition == _NO_CONTACT):
        person.unresolved_until_s = now + town.unresolved_s


def link_to_care(person: PersonRow, until_s: int) -> None:
    """The person is in care, for a time."""
    person.care_until_s = max(person.care_until_s, until_s)
