"""Response plans as tables: roles as bits, who fills them, which chain of alternatives holds for which call.

Two plans that are compared share the slots of roles and the rows of alternatives, so that a call keeps its meaning
while the option's plan takes over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import ResultsError
from sim.keys import threshold
from sim.rules.lifecycle import FLAG_NAMES, N_FLAGS, NOT_FOLLOWED
from sim.scenario.roles import ANYBODY, covered_flags, in_order, minimum_of, people_for, together_of
from sim.scenario.schema import Alternative, ResponsePlan, Scenario
from sim.tables import MAX_SLOTS, AlternativeRow
from sim.world.clock import seconds

Ints = npt.NDArray[np.int64]

N_PRIORITIES = 5  # priorities run from 1 to 4
GIVE_UP_S = 3600  # of the alternative *anybody*


@dataclass(frozen=True)
class Roles:
    """Slots of roles, one bit each in order (the same name twice is two slots), and the alternatives of both plans."""

    slots: tuple[str, ...]
    chains: tuple[tuple[int, str, str], ...]  # which plan (0 baseline's, 1 option's), response plan, alternative

    def bits(self, names: list[str]) -> int:
        """The bits of these roles; a name given twice takes its first two slots."""
        found = 0
        for name, wanted in Counter(names).items():
            own = [i for i, slot in enumerate(self.slots) if slot == name]
            found |= sum(1 << i for i in own[:wanted])
        return found


def roles_of(first: Scenario, second: Scenario) -> Roles:
    """The slots and alternatives of a baseline and an option."""
    plans = [first] if first is second else [first, second]
    wanted: Counter[str] = Counter()
    for plan in plans:
        for names in role_lists(plan):
            wanted |= Counter(names)
    slots = [ANYBODY] * max(wanted.pop(ANYBODY, 1), 1)
    slots += [name for name in sorted(wanted) for _ in range(wanted[name])]
    if len(slots) > MAX_SLOTS:
        raise ResultsError(
            f"the response plans of {first.name!r} and {second.name!r} name {len(slots)} roles: {', '.join(slots)}\n"
            f"  want  at most {MAX_SLOTS} in both together, *anybody* and roles wanted twice counted in"
        )
    chains = [
        (side, name, alternative)
        for side, plan in enumerate(plans)
        for name in sorted(plan.response_plans)
        for alternative, _ in in_order(plan.response_plans[name])
    ]
    return Roles(tuple(slots), tuple(chains))


def role_lists(scenario: Scenario) -> list[list[str]]:
    """Every list of roles a scenario wants at once."""
    lists = [row.roles for plan in scenario.response_plans.values() for row in plan.alternatives.values()]
    for row in scenario.responders.values():
        lists += [[row.asks.role]] if row.asks is not None else []
        lists += [[row.transport_by]] if row.transport_by is not None else []
        lists += [["officer"]] if row.stages else []
    return lists


def fills_table(scenario: Scenario, responders: tuple[str, ...], roles: Roles) -> Ints:
    """[responder][roles open] the roles that a unit of the type takes on; *anybody* only where it fills no other."""
    table = np.zeros((len(responders), 1 << len(roles.slots)), np.int64)
    for r, name in enumerate(responders):
        if name in scenario.responders:
            table[r] = [_filled(scenario, name, roles.slots, wanted) for wanted in range(table.shape[1])]
    return table


def _filled(scenario: Scenario, responder: str, slots: tuple[str, ...], wanted: int) -> int:
    left = {role: people_for(scenario, responder, role) for role in set(slots)}
    taken = anybody = 0
    for i, role in enumerate(slots):
        if wanted >> i & 1 and left[role] > 0:
            left[role] -= 1
            if role == ANYBODY:
                anybody |= 1 << i
            else:
                taken |= 1 << i
    return taken or anybody


def alternative_rows(plans: list[Scenario], responders: tuple[str, ...], roles: Roles) -> tuple[AlternativeRow, ...]:
    """All alternatives; row 0 is the one without a plan: anybody, alone."""
    rows = [AlternativeRow(0, 1, 1, 1, 0, 0, 0, 0, GIVE_UP_S, 0, -1, -1)]
    for i, (side, plan, name) in enumerate(roles.chains, 1):
        row = plans[side].response_plans[plan].alternatives[name]
        follows = i < len(roles.chains) and roles.chains[i][:2] == (side, plan)
        rows.append(_alternative(row, i, roles, responders, i + 1 if follows else -1))
    return tuple(rows)


def _alternative(row: Alternative, i: int, roles: Roles, responders: tuple[str, ...], following: int) -> AlternativeRow:
    return AlternativeRow(
        id=i,
        roles=roles.bits(row.roles),
        minimum=roles.bits(minimum_of(row)),
        together=roles.bits(together_of(row)),
        stand_by=roles.bits(row.stand_by),
        lead=roles.bits([row.lead]) if row.lead is not None else 0,
        after_s=seconds(row.after_min.value),
        full_crew_s=seconds(row.full_crew_wait_min.value),
        give_up_s=seconds(row.give_up_min.value),
        covers=sum(FLAG_NAMES[flag] for flag in covered_flags(row)),
        settles_as=responders.index(row.settles_as) if row.settles_as is not None else -1,
        next=following,
    )


def fits(plan: ResponsePlan, is_person: bool, kind: str, priority: int, flags: int) -> bool:
    """Whether a plan holds for calls of this type, priority and flags."""
    taken = is_person if plan.takes == "people" else plan.takes == "all" or kind in plan.takes
    if not taken or (plan.priorities is not None and priority not in plan.priorities):
        return False
    if any(flags & FLAG_NAMES[flag] for flag in plan.never_if):
        return False
    return not plan.only_if or any(flags & FLAG_NAMES[flag] for flag in plan.only_if)


def plan_table(scenario: Scenario, types: tuple[str, ...], roles: Roles, side: int) -> Ints:
    """[type][priority][flags] first alternative of the response plan that holds, 0 where none does."""
    table = np.zeros((len(types), N_PRIORITIES, N_FLAGS), np.int64)
    starts = {chain[1]: i for i, chain in reversed(list(enumerate(roles.chains, 1))) if chain[0] == side}
    plans = scenario.response_plans
    for name in sorted(plans, key=lambda name: plans[name].rank, reverse=True):  # the lowest rank has the last word
        plan = plans[name]
        for t, kind in enumerate(types):
            for priority in range(1, N_PRIORITIES):
                for flags in range(NOT_FOLLOWED):
                    if fits(plan, scenario.types[kind].person, kind, priority, flags):
                        table[t, priority, flags] = starts[name]
    return table


def ask_table(scenario: Scenario, types: tuple[str, ...], responders: tuple[str, ...]) -> Ints:
    """[type][responder] threshold of asking for somebody else when in charge; `all` means all types about people."""
    table = np.zeros((len(types), len(responders)), np.int64)
    for r, name in enumerate(responders):
        row = scenario.responders.get(name)
        if row is None or row.asks is None:
            continue
        for t, kind in enumerate(types):
            others = row.asks.share.get("all") if scenario.types[kind].person else None
            share = row.asks.share.get(kind, others)
            table[t, r] = int(threshold(share.value)) if share is not None else 0
    return table


def divert_table(scenario: Scenario) -> Ints:
    """[priority of its call][priority of another] 1 where a unit on its way may be sent to the other."""
    table = np.zeros((N_PRIORITIES, N_PRIORITIES), np.int64)
    for own, others in scenario.dispatch.diverts.items():
        for other in others:
            table[own, other] = int(other < own)  # strictly to the more urgent: or units could go round in circles
    return table


def response_tables(scenario: Scenario, names: Any, roles: Roles, side: int) -> dict[str, Ints]:
    """Every table of this file by its name in `Town`."""
    no_need = [threshold(scenario.types[kind].no_need_share.value) for kind in names.types]
    waits = [scenario.types[kind].gives_up_until == "on_scene" for kind in names.types]
    outcomes = scenario.outcomes
    shares = (1.0, outcomes.force_weapon_share.value, outcomes.force_serious_share.value)
    return {
        "plan_of": plan_table(scenario, names.types, roles, side),
        "fills": fills_table(scenario, names.responders, roles),
        "ask_marks": ask_table(scenario, names.types, names.responders),
        "diverts": divert_table(scenario),
        "no_need": np.array(no_need, np.int64),
        "waits_for_arrival": np.array(waits, np.int64),
        "force_ppm": np.rint(np.array(shares) * 1e6).astype(np.int64),
    }
