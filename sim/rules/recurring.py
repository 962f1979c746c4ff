"""People whose crises recur: which of their candidate crises come about, and what a call leaves behind.

Each candidate is a point (time, height). It comes about while its height is below the person's rate in their present
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


def remember(town: Town, person: PersonRow, call: CallRow, is_unresolved: bool, now: int) -> None:
    """The person's call has ended."""
    person.call = -1
    if is_unresolved or call.disposition == _NO_CONTACT:
        person.unresolved_until_s = now + town.unresolved_s


def link_to_care(person: PersonRow, until_s: int) -> None:
    """The person is in care, for a time."""
    person.care_until_s = max(person.care_until_s, until_s)
