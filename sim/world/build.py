"""All that is settled before the first dispatch: calls with their luck, units, shifts, facts, prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from sim.registry import policies
from sim.rules.matching import PolicyParts, always, oldest_of_highest_priority
from sim.scenario.schema import Policy, Scenario
from sim.world.clock import Horizon
from sim.world.demand import candidates
from sim.world.facts import Facts, Names
from sim.world.luck import Luck
from sim.world.money import Prices
from sim.world.plan import plan_of
from sim.world.shifts import duty_rows, shift_rows
from sim.world.uptake import draw_uptake

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
    person_type: npt.NDArray[Any]
    before: Facts
    after: Facts
    policy_before: PolicyParts
    policy_after: PolicyParts
    prices: Prices

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
        `demand`, `types`, `zones`, `travel` and `handover_spread` (ResultsError otherwise).
    """
    first = scenario if baseline is None else baseline
    plan = plan_of(first, scenario)
    luck = Luck(scenario.run.seed, replication)
    calls, lucks = candidates(scenario, plan.horizon, luck, plan.streams, plan.luck_used)
    draw_uptake(first, scenario, plan.horizon.policy_starts_s, calls, luck)
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
        plan.after.tables["is_person"] == 1,
        plan.before,
        plan.after,
        policy_parts(first.policy),
        policy_parts(scenario.policy),
        plan.prices,
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
