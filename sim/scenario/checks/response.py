"""Response plans: roles that exist, crews that can come, alternatives whose order means something, one plan for each call."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

from sim.scenario.checks.sound import Checker
from sim.scenario.node import Keys
from sim.scenario.roles import (
    ANYBODY,
    DISCIPLINES,
    FLAGS,
    calls_of,
    fills,
    flags_of,
    in_order,
    is_rostered,
    kinds_of,
    lacking,
    minimum_of,
    slots,
    together_of,
    who_can,
)
from sim.scenario.schema import Alternative, ResponsePlan
from sim.scenario.wording import listed
from sim.tables import MAX_SLOTS


def role_names(checker: Checker) -> list[str]:
    """Every name a role may have."""
    return list(dict.fromkeys([*DISCIPLINES, ANYBODY, *checker.names("roles"), *checker.names("responders")]))


def check_roles(checker: Checker) -> None:
    """Further roles have names of their own, and hold disciplines or responder types."""
    responders = checker.names("responders")
    for name, members in checker.sound.roles.items():
        if name in (*DISCIPLINES, ANYBODY, *responders):
            what = "a responder type" if name in responders else "a role that is always there"
            checker.fault(("roles", name), f"the name {name!r}, which is {what}", "a name of its own", at_key=True)
        if not members:
            checker.fault(("roles", name), "nobody", "disciplines or responder types, such as [clinician, peer]", at_key=True)
        for i, member in enumerate(members):
            checker.known(("roles", name, i), member, [*DISCIPLINES, *responders], "a discipline or a responder type")


def check_plans(checker: Checker) -> None:
    """Each plan by itself, then all of them together."""
    for name, plan in checker.sound.response_plans.items():
        keys: Keys = ("response_plans", name)
        if isinstance(plan.takes, list):
            for i, kind in enumerate(plan.takes):
                checker.known((*keys, "takes", i), kind, checker.names("types"), "a call type of types")
        if plan.takes == [] or plan.priorities == [] or not flags_of(plan):
            checker.fault(keys, "a plan that fits no call", "types, priorities and flags that some call has", at_key=True)
        for label, alternative in plan.alternatives.items():
            _check_alternative(checker, (*keys, "alternatives", label), plan, alternative)
        _check_order(checker, keys, plan)
    _check_slots(checker)
    if _is_whole(checker, "types"):
        _check_one_plan_a_call(checker)


def _is_whole(checker: Checker, *sections: str) -> bool:
    return all(len(getattr(checker.sound, name)) == len(checker.names(name)) for name in sections)


def _check_alternative(checker: Checker, keys: Keys, plan: ResponsePlan, row: Alternative) -> None:
    names = role_names(checker)
    for i, role in enumerate(row.roles):
        checker.known((*keys, "roles", i), role, names, "a role")
    is_part = [_check_part(checker, keys, row, part) for part in ("minimum", "sent_together", "stand_by")]
    if row.lead is not None:
        checker.known((*keys, "lead"), row.lead, dict.fromkeys(row.roles), "one of its roles")
        if row.lead in row.roles and row.roles.count(row.lead) == row.stand_by.count(row.lead):
            checker.fault((*keys, "lead"), f"{row.lead!r}, which stands by", "a role that goes to the scene")
    if row.settles_as is not None:
        checker.known((*keys, "settles_as"), row.settles_as, checker.names("responders"), "a responder type of responders")
    if not all(is_part) or not set(row.roles) <= set(names):
        return
    if not Counter(minimum_of(row)) - Counter(row.stand_by):
        part = "stand_by" if row.minimum is None else "minimum"
        checker.fault(
            (*keys, part), "a minimum that only stands by", "somebody of the minimum who goes to the scene", at_key=True
        )
    elif _is_whole(checker, "types", "responders", "programmes", "roles"):
        _check_can_begin(checker, keys, plan, row)


def _check_part(checker: Checker, keys: Keys, row: Alternative, part: str) -> bool:
    """Whether the roles of a part are roles of the alternative, none more often than there."""
    given: list[str] | None = getattr(row, part)
    seen: Counter[str] = Counter()
    before = len(checker.faults)
    for i, role in enumerate(given or ()):
        seen[role] += 1
        checker.known((*keys, part, i), role, dict.fromkeys(row.roles), "one of its roles")
        if 0 < row.roles.count(role) < seen[role]:
            checker.fault((*keys, part, i), f"{role!r} once more than roles has it", "no more of a role than under roles")
    return len(checker.faults) == before


def _check_can_begin(checker: Checker, keys: Keys, plan: ResponsePlan, row: Alternative) -> None:
    """Some call of the plan must find its minimum on the roster, and somebody to drive there."""
    part = "roles" if row.minimum is None else "minimum"
    minimum = minimum_of(row)
    by_screen = [role for role in dict.fromkeys(row.roles) if _is_by_screen(checker, role)]
    if len(by_screen) == len(set(row.roles)):
        want = "beside it a role that somebody at the scene fills"
        checker.fault((*keys, "roles"), f"only {listed(by_screen)}, by screen", want, at_key=True)
        return
    if at_once := [role for role in by_screen if role in together_of(row)]:
        at = (*keys, part if row.sent_together is None else "sent_together")
        hint = "it joins as soon as somebody is at the scene"
        checker.fault(at, f"{at_once[0]!r} at once, by screen", "sent_together without it", hint, at_key=True)
        return
    short = [lacking(checker.sound, row, kind, flags) for kind, flags in calls_of(checker.sound, plan)]
    if short and all(short):
        always = [role for role in dict.fromkeys(minimum) if all(role in one for one in short)] or short[0]
        got, hint = _why(checker, row, always[0], plan)
        want = "a minimum that the roster can fill: this alternative can never begin"
        i = minimum.index(always[0])
        checker.fault((*keys, part, i), got, want, hint)


def _is_by_screen(checker: Checker, role: str) -> bool:
    able = [row.remote for name, row in checker.sound.responders.items() if fills(checker.sound, name, role)]
    return bool(able) and all(able)


def _why(checker: Checker, row: Alternative, role: str, plan: ResponsePlan) -> tuple[str, str]:
    """What a role lacks, and how to mend it."""
    sound = checker.sound
    able = [name for name in sound.responders if fills(sound, name, role)]
    rostered = [name for name in able if is_rostered(sound.responders[name])]
    if not able:
        return f"{role!r}, which no responder type fills", "a responder type whose crew has it, or another role"
    if not rostered:
        return f"{role!r}, which only {listed(able)} would fill, without any post", f"give responders.{able[0]} shifts"
    if not any(who_can(sound, row, role, kind, flags) for kind, flags in calls_of(sound, plan)):
        hint = "see takes and never_if; an officer among the roles answers for weapon and violence_risk"
        return f"{role!r}, and {listed(rostered)} takes none of these calls", hint
    return f"{role!r} more often than there are posts of {listed(rostered)}", "fewer of the role, or more posts"


def _check_order(checker: Checker, keys: Keys, plan: ResponsePlan) -> None:
    """Alternatives have ranks of their own, and none may be tried before the one it is to follow."""
    held: dict[int, str] = {}
    for label, row in plan.alternatives.items():
        if row.rank in held:
            hint = "1 is tried first"
            at = (*keys, "alternatives", label, "rank")
            checker.fault(at, f"rank {row.rank}, as {held[row.rank]}", "a rank of its own", hint)
        held.setdefault(row.rank, label)
    ordered = in_order(plan)
    for (first, before), (label, row) in pairwise(ordered):
        if row.rank > before.rank and row.after_min.value < before.after_min.value:
            at = (*keys, "alternatives", label, "after_min")
            got = f"{row.after_min.value:g}, earlier than {first} before it"
            checker.fault(at, got, f"{before.after_min.value:g} or more", "a later rank with an earlier time would go first")


def _check_slots(checker: Checker) -> None:
    """Roles are bits, and there are only so many."""
    rows = checker.sound.responders.values()
    asked = [role for row in rows for role in (row.asks.role if row.asks else None, row.transport_by) if role is not None]
    asked += ["officer" for row in rows if row.stages]  # whom they wait for
    wanted = [row for plan in checker.sound.response_plans.values() for row in plan.alternatives.values()]
    every = slots(wanted, asked)
    if len(every) > MAX_SLOTS and wanted:
        hint = f"with those that crews ask for: {', '.join(every)}; a name under roles may stand for several"
        got = f"{len(every)} roles in all plans together"
        checker.fault(
            ("response_plans",), got, f"{MAX_SLOTS} or fewer, anybody included; two of a role are two", hint, at_key=True
        )


def _check_one_plan_a_call(checker: Checker) -> None:
    """Of two plans of one rank, no call may fit both."""
    for (first, one), (second, other) in combinations(checker.sound.response_plans.items(), 2):
        if one.rank != other.rank:
            continue
        kinds = [kind for kind in kinds_of(checker.sound, one) if kind in kinds_of(checker.sound, other)]
        priorities = sorted(set(one.priorities or (1, 2, 3, 4)) & set(other.priorities or (1, 2, 3, 4)))
        flags = [some for some in flags_of(one) if some in flags_of(other)]
        if kinds and priorities and flags:
            known = [name.replace("_", " ") for name in FLAGS if name in flags[0]]
            fit = f"{kinds[0]}, priority {priorities[0]}" + (f", {' and '.join(known)} known" if known else "")
            got = f"rank {other.rank}, as {first}, and both fit {fit}"
            hint = f"of plans that fit a call the lowest rank holds: give {first} or {second} another"
            checker.fault(("response_plans", second, "rank"), got, "one plan for each call", hint)
