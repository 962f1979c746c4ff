"""All that is settled before the first dispatch: calls with their luck, units, shifts, facts, prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from sim.errors import ResultsError
from sim.registry import policies
from sim.rules.matching import PolicyParts, always, oldest_of_highest_priority
from sim.scenario.schema import Policy, Scenario
from sim.tables import FacilityRow, rows_to_array
from sim.world.clock import Horizon, horizon
from sim.world.demand import Luck, candidates, zone_shares
from sim.world.facts import Facts, Names, build_facts
from sim.world.money import Prices, build_prices
from sim.world.roster import duty_rows, shift_rows, unit_names, unit_rows

Records = npt.NDArray[Any]

SHARED = ("run", "demand", "types", "zones", "travel", "handover_spread")


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
    check_shared(first, scenario)
    axis = horizon(scenario.run)
    luck = Luck(scenario.run.seed, replication)
    names = _names(first, scenario)
    calls, lucks = candidates(scenario, axis, luck)
    plans = [(first, 0, axis.policy_starts_s), (scenario, axis.policy_starts_s, axis.end_s)]
    shifts = shift_rows(names.units, plans if first is not scenario else [(scenario, 0, axis.end_s)], axis, luck)
    after = build_facts(scenario, names)
    before = after if first is scenario else build_facts(first, names)
    return World(
        names,
        axis,
        scenario.run.seed,
        replication,
        calls,
        lucks,
        unit_rows(names.units, names.responders, names.zones, [first, scenario]),
        shifts,
        duty_rows(shifts),
        rows_to_array(list(after.facilities), FacilityRow),
        after.tables["is_person"] == 1,
        before,
        after,
        policy_parts(first.policy),
        policy_parts(scenario.policy),
        build_prices(scenario, names),
    )


def check_shared(first: Scenario, second: Scenario) -> None:
    """Raise ResultsError where two scenarios would not live through the same calls."""
    moved = [part for part in SHARED if _plain(first, part) != _plain(second, part)]
    if first.place.population != second.place.population:
        moved.append("place.population")
    if moved:
        raise ResultsError(
            f"{first.name!r} and {second.name!r} do not share their calls: {', '.join(moved)} differ.\n"
            "  want  options that change rosters, programmes, policy, doors or prices, and leave the calls alone\n"
            "  hint  to ask about other demand, change it in the baseline, or add --set demand.scale=1.2 to the whole comparison"
        )


def _plain(scenario: Scenario, part: str) -> Any:
    value = getattr(scenario, part)
    if part == "run":
        return value.model_dump(exclude={"replications"})
    if part == "types":
        skip = {"on_scene_min", "on_scene_factor"}
        return {name: row.model_dump(exclude=skip) for name, row in value.items()}
    if part == "zones":
        return {name: row.model_dump() for name, row in value.items()}
    return value.model_dump()


def _names(first: Scenario, second: Scenario) -> Names:
    plans = (first, second)
    return Names(
        zones=tuple(zone_shares(second)),
        types=tuple(sorted(second.types)),
        responders=tuple(sorted({name for plan in plans for name in plan.responders})),
        programmes=tuple(sorted({name for plan in plans for name in plan.programmes})),
        units=tuple(sorted({name for plan in plans for name in unit_names(plan)}, key=_unit_key)),
        facilities=tuple(sorted({name for plan in plans for name in plan.facilities})),
    )


def _unit_key(name: str) -> tuple[str, str, int]:
    responder, shift, post = name.split("/")
    return responder, shift, int(post)


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
