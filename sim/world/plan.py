"""All of a world that no luck changes: made once for an option and its baseline, kept for their replications."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from sim.errors import ResultsError
from sim.registry import outcome_models
from sim.scenario.schema import Scenario
from sim.tables import FacilityRow, rows_to_array
from sim.world.clock import Horizon, horizon
from sim.world.demand import Streams, build_streams, zone_shares
from sim.world.facts import Facts, Names, build_facts
from sim.world.luck import luck_used
from sim.world.money import Prices, build_prices
from sim.world.response import roles_of
from sim.world.roster import Roster, build_roster, unit_names, unit_rows
from sim.world.uptake import channel_names

Records = npt.NDArray[Any]

SHARED = ("run", "demand", "types", "zones", "travel", "handover_spread")
KEPT = 8  # plans


@dataclass(frozen=True, eq=False)
class Plan:
    """What a scenario and its baseline settle before any luck. Many worlds share it: nothing in it may be changed."""

    names: Names
    horizon: Horizon
    streams: Streams
    roster: Roster
    units: Records
    facilities: Records
    before: Facts
    after: Facts
    prices: Prices
    luck_used: frozenset[str]  # columns of luck that either plan may ask for


def build_plan(first: Scenario, scenario: Scenario) -> Plan:
    """The plan of a scenario that follows another; ResultsError if the two do not share their calls."""
    check_shared(first, scenario)
    axis = horizon(scenario.run)
    names = _names(first, scenario)
    parts = [(first, 0, axis.policy_starts_s), (scenario, axis.policy_starts_s, axis.end_s)]
    plans = [scenario] if first is scenario else [first, scenario]
    after = build_facts(scenario, names, plans, len(plans) - 1)
    return Plan(
        names,
        axis,
        build_streams(scenario, axis),
        build_roster(names.units, parts if first is not scenario else [(scenario, 0, axis.end_s)], axis),
        unit_rows(names.units, names.responders, names.zones, [first, scenario]),
        rows_to_array(list(after.facilities), FacilityRow),
        after if first is scenario else build_facts(first, names, plans, 0),
        after,
        build_prices(scenario, names),
        luck_used([first, scenario]),
    )


_KEPT: OrderedDict[tuple[Any, ...], tuple[Plan, Scenario, Scenario]] = OrderedDict()


def plan_of(first: Scenario, scenario: Scenario) -> Plan:
    """The plan of these two scenario objects (they are frozen), made once; the outcome models are looked up each time.

    An entry holds on to its scenarios, so that no other object can come to have their identity.
    """
    models = [outcome_models.get(plan.outcomes.model).function for plan in (first, scenario)]
    key = (id(first), id(scenario), *models)
    held = _KEPT.get(key)
    if held is None:
        held = _KEPT[key] = (build_plan(first, scenario), first, scenario)
        while len(_KEPT) > KEPT:
            _KEPT.popitem(last=False)
    return held[0]


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
        return {name: row.model_dump(exclude={"jurisdiction"}) for name, row in value.items()}
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
        channels=channel_names(second),
        roles=roles_of(first, second),
    )


def _unit_key(name: str) -> tuple[str, str, int]:
    responder, shift, post = name.split("/")
    return responder, shift, int(post)
