"""Response plans as `check` tells them: which calls, who goes, what happens after which wait, and what can never happen.

Warnings are about rosters and remits alone; what a policy holds back is not reckoned with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from sim.scenario.number import Sourced
from sim.scenario.roles import (
    ANYBODY,
    FLAGS,
    Flags,
    calls_of,
    fills,
    in_order,
    is_rostered,
    lacking,
    minimum_of,
    together_of,
    who_can,
)
from sim.scenario.schema import Alternative, ResponsePlan, Scenario
from sim.screen import number, percent
from sim.study.screens.words import listed, said

COUNTS = {1: "", 2: "two ", 3: "three ", 4: "four ", 5: "five ", 6: "six ", 7: "seven ", 8: "eight "}


def plan_sentences(scenario: Scenario) -> list[tuple[str, str]]:
    """Name of each plan and what it says, the first to hold first."""
    ordered = sorted(scenario.response_plans.items(), key=lambda item: (item[1].rank, item[0]))
    return [(name, f"{which_calls(plan)}: {what_happens(plan)}") for name, plan in ordered]


def which_calls(plan: ResponsePlan) -> str:
    """`suicidal and psychosis of priority 1 or 2, with a weapon known`."""
    if isinstance(plan.takes, str):
        text = "all calls" if plan.takes == "all" else "all calls about people"
    else:
        text = listed([said(kind) for kind in plan.takes])
    if plan.priorities is not None:
        text += f" of priority {_either([str(n) for n in sorted(plan.priorities)])}"
    if plan.only_if:
        text += f", with {_either(_flag_words(plan.only_if))} known"
    if plan.never_if:
        text += f", {'but ' if plan.only_if else ''}without known {_either(_flag_words(plan.never_if))}"
    return text


def what_happens(plan: ResponsePlan) -> str:
    """Each alternative in a sentence of its own, first tried first."""
    parts = []
    for i, (_, row) in enumerate(in_order(plan)):
        after = row.after_min.value
        when = f"after {number(after)} min" if after > 0 else "at once" if i == 0 else "else"
        parts.append(f"{when} {_crew(row)}")
    return "; ".join(parts)


def _crew(row: Alternative) -> str:
    """Who goes, who stays near, with whom work begins and what ends the wait."""
    every, together, minimum = Counter(row.roles), Counter(together_of(row)), Counter(minimum_of(row))
    text = crew_words(together_of(row))
    if every - together:
        text += f", and {crew_words(list((every - together).elements()))} as soon as free"
    if row.stand_by:
        text += f", {crew_words(row.stand_by)} standing by"
    if row.lead is not None and len(row.roles) > 1:
        text += f", {said(row.lead)} in charge"
    if minimum != every:
        wait = row.full_crew_wait_min.value
        text += (
            f", {f'waiting {number(wait)} min for all, then ' if wait > 0 else ''}beginning with {crew_words(minimum_of(row))}"
        )
    if len(minimum_of(row)) > 1:
        text += f", given up {number(row.give_up_min.value)} min after the first is there"
    return text


def crew_words(roles: Sequence[str]) -> str:
    """`two officers and clinician`."""
    counted = Counter(roles)
    return listed([f"{COUNTS[n]}{said(role)}{'' if n == 1 else _plural(role)}" for role, n in counted.items()])


def _plural(role: str) -> str:
    return " units" if role == ANYBODY else "s"


def _flag_words(flags: Iterable[str]) -> list[str]:
    return [flag.replace("_", " ") for flag in FLAGS if flag in set(flags)]


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def uptake_words(scenario: Scenario) -> str:
    """How often plans and remits are followed, by channel; empty where always."""
    uptake = scenario.uptake
    if uptake is None:
        return ""
    parts = []
    for name, first in uptake.first.items():
        later: Sourced = uptake.later.get(name, first)
        whose = "calls" if name == "all" and len(uptake.first) == 1 else "other calls" if name == "all" else f"{said(name)} calls"
        grows = f", {percent(later.value)} after {number(uptake.months.value)} months" if later.value != first.value else ""
        parts.append(f"for {percent(first.value)} of {whose}{grows}")
    return f"plans and remits are followed {'; '.join(parts)}"


def plan_warnings(scenario: Scenario) -> list[str]:
    """What is no fault and will hardly be meant: calls nobody can answer, alternatives that are never tried."""
    found = []
    for name, plan in sorted(scenario.response_plans.items()):
        calls = list(calls_of(scenario, plan))
        rows = [row for _, row in in_order(plan)]
        stuck = [(kind, flags) for kind, flags in calls if all(lacking(scenario, row, kind, flags) for row in rows)]
        for which in _which(stuck):
            found.append(f"{name}: {which} would never be served, since no alternative can begin for them")
        for (first, before), (second, row) in pairwise(in_order(plan)):
            if calls and _always_before(scenario, before, row, calls):
                found.append(f"{name}: {second} is never tried, since {first} can go whenever it could")
    return found


def asking_warnings(scenario: Scenario) -> list[str]:
    """Crews that would ask at the scene for a role that nobody on the roster fills."""
    found = []
    for name, row in sorted(scenario.responders.items()):
        if row.asks is None or not is_rostered(row) or not any(share.value > 0 for share in row.asks.share.values()):
            continue
        able = [other for other, one in scenario.responders.items() if is_rostered(one) and fills(scenario, other, row.asks.role)]
        if not able:
            wait = number(row.asks.wait_min.value)
            found.append(
                f"{said(name)} would ask for {said(row.asks.role)}, who is not on the roster, and wait {wait} min in vain"
            )
    return found


def _which(calls: list[tuple[str, Flags]]) -> list[str]:
    """Calls in words: types that share the least of flags which make them so."""
    kinds: dict[tuple[str, ...], list[str]] = {}
    for kind in dict.fromkeys(kind for kind, _ in calls):
        own = [flags for other, flags in calls if other == kind]
        least = [flags for flags in own if not any(other < flags for other in own)]
        kinds.setdefault(tuple(" and ".join(_flag_words(flags)) for flags in least), []).append(said(kind))
    return [
        listed(names[:4] if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more types"])
        + (f" calls with {_either(known)} known" if any(known) else " calls")
        for known, names in kinds.items()
    ]


def _always_before(scenario: Scenario, before: Alternative, row: Alternative, calls: list[tuple[str, Flags]]) -> bool:
    """Whether any crew for the second would do for the first, which never has to be given up.

    True where each role the first wants at once can be laid upon another role of the second, whose crews all fill it.
    """
    if len(minimum_of(before)) > 1 or _lacks_somewhere(scenario, before, calls):
        return False
    free = list(together_of(row))
    for role in together_of(before):
        match = next((other for other in free if _is_wider(scenario, before, role, row, other, calls)), None)
        if match is None:
            return False
        free.remove(match)
    return True


def _lacks_somewhere(scenario: Scenario, row: Alternative, calls: list[tuple[str, Flags]]) -> bool:
    """Whether some call of the plan finds no minimum of the alternative on the roster."""
    return any(lacking(scenario, row, kind, flags) for kind, flags in calls)


def _is_wider(
    scenario: Scenario, before: Alternative, role: str, row: Alternative, other: str, calls: list[tuple[str, Flags]]
) -> bool:
    return all(
        set(who_can(scenario, row, other, kind, flags)) <= set(who_can(scenario, before, role, kind, flags))
        for kind, flags in calls
    )
