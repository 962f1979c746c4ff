"""Who fills which role of a response plan, and which calls a plan is for, read from the scenario alone.

Disciplines, `anybody`, names of `roles` and names of responder types are roles. Bits and thresholds are the world's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Protocol, get_args

from sim.scenario.number import Flag
from sim.scenario.schema import Alternative, CallType, Discipline, Programme, Responder, ResponsePlan

ANYBODY = "anybody"
DISCIPLINES: tuple[str, ...] = get_args(Discipline)
OFFICERS = ("officer", "cit_officer")  # the second counts as the first too
FLAGS: tuple[str, ...] = get_args(Flag)
COVERED = frozenset({"weapon", "violence_risk"})  # flags that bar nobody where an officer goes

Flags = frozenset[str]


class Parts(Protocol):
    """What of a scenario says who can come."""

    @property
    def types(self) -> Mapping[str, CallType]: ...

    @property
    def responders(self) -> Mapping[str, Responder]: ...

    @property
    def programmes(self) -> Mapping[str, Programme]: ...

    @property
    def roles(self) -> Mapping[str, list[str]]: ...


def people_for(parts: Parts, responder: str, role: str) -> int:
    """How many of a crew are what a role wants; a type asked for by name, or anybody, counts as one."""
    row = parts.responders[responder]
    if role in (ANYBODY, responder):
        return 1
    if role in DISCIPLINES:
        return sum(row.crew.get(name, 0) for name in (OFFICERS if role == "officer" else (role,)))  # type: ignore[call-overload]
    members = (member for member in parts.roles.get(role, ()) if member in DISCIPLINES or member == responder)
    return sum(people_for(parts, responder, member) for member in members)


def fills(parts: Parts, responder: str, role: str) -> bool:
    """Whether a unit of the responder type can take the role."""
    return people_for(parts, responder, role) > 0


def covered_flags(alternative: Alternative) -> Flags:
    """Flags that bar nobody from the alternative, since an officer is among its roles."""
    return COVERED if any(role in OFFICERS for role in alternative.roles) else frozenset()


def is_rostered(row: Responder) -> bool:
    """Whether a post of the responder type is ever on the roster."""
    return any(shift.posts > 0 for shift in row.shifts.values())


def takes_call(parts: Parts, responder: str, kind: str, flags: Flags) -> bool:
    """Whether a call of this type and flags is in the remit of the responder type; its programme's counts, where it has one."""
    row = parts.responders[responder]
    paying = next((name for name in sorted(parts.programmes) if responder in parts.programmes[name].units), None)
    remit = row if paying is None else parts.programmes[paying]
    return not flags & {*row.never_if, *remit.never_if} and _names(parts, remit.takes, kind)


def _names(parts: Parts, takes: list[str] | str, kind: str) -> bool:
    return takes == "all" or (takes == "people" and parts.types[kind].person) or (isinstance(takes, list) and kind in takes)


def kinds_of(parts: Parts, plan: ResponsePlan) -> list[str]:
    """Call types the plan is for."""
    return [kind for kind in parts.types if _names(parts, plan.takes, kind)]


def flags_of(plan: ResponsePlan) -> list[Flags]:
    """Every set of flags with which a call falls under the plan."""
    every = [frozenset(some) for n in range(len(FLAGS) + 1) for some in combinations(FLAGS, n)]
    return [flags for flags in every if not flags & set(plan.never_if) and (not plan.only_if or flags & set(plan.only_if))]


def calls_of(parts: Parts, plan: ResponsePlan) -> Iterator[tuple[str, Flags]]:
    """Type and flags of the calls of a plan that can occur."""
    for kind in kinds_of(parts, plan):
        known = {name for name in FLAGS if _may_be(getattr(parts.types[kind], f"{name}_share"))}
        yield from ((kind, flags) for flags in flags_of(plan) if flags <= known)


def _may_be(share: object) -> bool:
    return max(getattr(share, "value", 0.0), getattr(share, "high", None) or 0.0) > 0


def in_order(plan: ResponsePlan) -> list[tuple[str, Alternative]]:
    """Alternatives with their names, first tried first."""
    return sorted(plan.alternatives.items(), key=lambda item: (item[1].rank, item[0]))


def minimum_of(alternative: Alternative) -> list[str]:
    """Roles without which nobody begins."""
    return alternative.roles if alternative.minimum is None else alternative.minimum


def together_of(alternative: Alternative) -> list[str]:
    """Roles sent in one second or not at all."""
    return minimum_of(alternative) if alternative.sent_together is None else alternative.sent_together


def who_can(parts: Parts, alternative: Alternative, role: str, kind: str, flags: Flags) -> list[str]:
    """Rostered responder types that fill a role of the alternative at such a call."""
    left = flags - covered_flags(alternative)
    return [
        name
        for name, row in parts.responders.items()
        if is_rostered(row) and fills(parts, name, role) and takes_call(parts, name, kind, left)
    ]


def lacking(parts: Parts, alternative: Alternative, kind: str, flags: Flags) -> list[str]:
    """Roles of the minimum, each once, for which the roster never has enough people at such a call."""
    short = []
    for role, n in Counter(minimum_of(alternative)).items():
        who = who_can(parts, alternative, role, kind, flags)
        most = sum(
            people_for(parts, name, role) * shift.posts for name in who for shift in parts.responders[name].shifts.values()
        )
        if most < n:
            short.append(role)
    return short


def slots(alternatives: list[Alternative], asked: list[str]) -> list[str]:
    """Role slots of all plans together, in order of name: anybody, and each role as often as one alternative wants it."""
    most: Counter[str] = Counter(dict.fromkeys([ANYBODY, *asked], 1))
    for alternative in alternatives:
        most |= Counter(alternative.roles)
    return sorted(most.elements())
