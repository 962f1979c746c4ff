"""All that is settled before the first dispatch: calls with their luck, units, shifts, facts, prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from sim.mechanism import Mechanism
from sim.registry import mechanisms, policies
from sim.rules.matching import PolicyParts, always, oldest_of_highest_priority
from sim.scenario.schema import Policy, Scenario
from sim.tables import StayRow, TaskRow
from sim.world.blank import blank_rows
from sim.world.candidates import candidates
from sim.world.clock import Horizon
from sim.world.facts import Facts, Names
from sim.world.following import task_rows
from sim.world.luck import Luck
from sim.world.money import Prices
from sim.world.plan import plan_of
from sim.world.shifts import duty_rows, shift_rows
from sim.world.uptake import draw_uptake
from sim.world.visits import draw_stays

Records = npt.NDArray[Any]


class Params:
    """A policy's parameters as rules see them: whole numbers by name, `_min` read as `_s`, `_share` as `_ppm`."""

    def __init__(self, **values: int) -> None:
        self.__dict__.update(values)

    def __repr__(self) -> str:
        return f"Params({', '.join(f'{k}={v}' for k, v in sorted(vars(self).items()))})"


@dataclass(frozen=True, eq=False)
class World:
    """One replication of one option, ready to be played. `before` holds until `policy_starts_s`, `after` from then on."""

    names: Names
    horizon: Horizon
    seed: int
    replication: int
    calls: Records
    lucks: Records
    units: Records
    shifts: Records
    duties: Records
    facilities: Records
    persons: Records
    stays: Records  # one a call, then other people's; empty where no plan follows stays
    visits_s: npt.NDArray[np.int64]  # [other people's stay] when they come
    tasks: Records  # one a call; empty where no plan follows up
    positions: npt.NDArray[np.int64]  # [second, desk, call-takers from then on][change]
    person_type: npt.NDArray[Any]
    before: Facts
    after: Facts
    policy_before: PolicyParts
    policy_after: PolicyParts
    prices: Prices
    mechanisms: tuple[tuple[Mechanism, dict[str, float]], ...]  # plug-in happenings that are on, with their parameters

    @property
    def begins(self) -> Any:
        return self.horizon.begins

    @property
    def window_start_s(self) -> int:
        return self.horizon.window_start_s

    @property
    def window_end_s(self) -> int:
        return self.horizon.window_end_s

    @property
    def end_s(self) -> int:
        return self.horizon.end_s

    @property
    def policy_starts_s(self) -> int:
        return self.horizon.policy_starts_s

    @property
    def mode(self) -> str:
        return self.horizon.mode


def build_world(scenario: Scenario, replication: int = 0, baseline: Scenario | None = None) -> World:
    """The world of one replication.

    Parameters
    ----------
    replication : int
        Which luck. The same number gives every option the same calls.
    baseline : Scenario, optional
        What is lived until `policy_starts`; the scenario itself if none. It must share the calls: `run`,
        `demand`, `types`, `zones`, `travel`, `people`, the spreads of hand-overs, stays and talks on the phone, and the
        other load of facilities both have (ResultsError otherwise).
    """
    first = scenario if baseline is None else baseline
    plan = plan_of(first, scenario)
    luck = Luck(scenario.run.seed, replication)
    calls, lucks, persons = candidates((first, scenario), plan.horizon, luck, plan.streams, plan.luck_used)
    draw_uptake(first, scenario, plan.horizon.policy_starts_s, calls, luck)
    is_person = plan.after.tables["is_person"] == 1
    stays, visits_s = blank_rows(StayRow, 0), np.zeros(0, np.int64)
    if plan.has_stays:
        stays, visits_s = draw_stays(scenario.stay_spread, calls, is_person[lucks["type"]], plan.visits, luck)
    shifts = shift_rows(plan.roster, luck)
    return World(
        plan.names,
        plan.horizon,
        scenario.run.seed,
        replication,
        calls,
        lucks,
        plan.units.copy(),
        shifts,
        duty_rows(shifts),
        plan.facilities.copy(),
        persons,
        stays,
        visits_s,
        task_rows(calls, lucks) if plan.has_tasks else blank_rows(TaskRow, 0),
        plan.positions,
        is_person,
        plan.before,
        plan.after,
        policy_parts(first.policy),
        policy_parts(scenario.policy),
        plan.prices,
        mechanisms_of(scenario),
    )


def mechanisms_of(scenario: Scenario) -> tuple[tuple[Mechanism, dict[str, float]], ...]:
    """The mechanisms a scenario switches on, in order of their names, with every parameter."""
    entries = [mechanisms.get(name) for name in sorted(scenario.mechanisms)]
    return tuple(
        (
            cast(Mechanism, entry.function),
            {name: parameter.default for name, parameter in entry.params.items()} | scenario.mechanisms[entry.name],
        )
        for entry in entries
    )


def policy_parts(policy: Policy) -> PolicyParts:
    """The registered functions of a scenario's policy with its parameters in rule units."""
    entry = policies.get(policy.name)
    given = policy.model_extra or {}
    values = {}
    rematch = []
    for name, parameter in entry.params.items():
        value = round(float(given.get(name, parameter.default)) * parameter.scale)
        values[rule_name(name, parameter.scale)] = value
        if parameter.rematch and value > 0:
            rematch.append(value)
    return PolicyParts(
        policy.name,
        entry.function,
        entry.facts.get("score_call", oldest_of_highest_priority),
        entry.facts.get("may_commit", always),
        Params(**values),
        tuple(sorted(rematch)),
    )


def rule_name(name: str, scale: int) -> str:
    """A parameter's name inside a rule, where it is whole: minutes become seconds, shares millionths."""
    if scale == 60:
        return name.removesuffix("_min") + "_s"
    if scale == 1_000_000:
        return name.removesuffix("_share") + "_ppm"
    return name
