"""All of a world that no luck changes: made once for an option and its baseline, kept for their replications."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import ResultsError
from sim.registry import outcome_models
from sim.scenario.schema import Scenario
from sim.tables import FacilityRow, rows_to_array
from sim.world.arrivals import Streams, build_streams
from sim.world.clock import Horizon, horizon
from sim.world.demand import zone_shares
from sim.world.doors import has_stays
from sim.world.facts import Facts, Names, build_facts
from sim.world.luck import luck_used
from sim.world.money import Prices, build_prices
from sim.world.phone import desk_names, positions_over_time
from sim.world.response import roles_of
from sim.world.roster import Roster, build_roster, unit_names, unit_rows
from sim.world.uptake import channel_names
from sim.world.visits import Visits, build_visits

Records = npt.NDArray[Any]

SHARED = ("run", "demand", "types", "zones", "travel", "handover_spread", "stay_spread", "people", "mechanisms")
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
    positions: npt.NDArray[np.int64]  # [second, desk, call-takers from then on][change]
    visits: Visits
    has_stays: bool  # whether either plan follows stays or bays
    has_tasks: bool  # whether either plan follows up


def build_plan(first: Scenario, scenario: Scenario) -> Plan:
    """The plan of a scenario that follows another; ResultsError if the two do not share their calls."""
    check_shared(first, scenario)
    axis = horizon(scenario.run)
    names = _names(first, scenario)
    plans = [scenario] if first is scenario else [first, scenario]
    halves = [(first, 0, min(axis.policy_starts_s, axis.end_s)), (scenario, axis.policy_starts_s, axis.end_s)]
    after = build_facts(scenario, names, plans, len(plans) - 1)
    return Plan(
        names,
        axis,
        build_streams(first, axis),
        build_roster(names.units, halves if first is not scenario else [(scenario, 0, axis.end_s)], axis),
        unit_rows(names.units, names.responders, names.zones, [first, scenario]),
        rows_to_array(list(after.facilities), FacilityRow),
        after if first is scenario else build_facts(first, names, plans, 0),
        after,
        build_prices(scenario, names),
        luck_used([first, scenario]),
        positions_over_time(halves, names.desks, axis),
        build_visits(halves, names.facilities, axis),
        any(has_stays(plan) for plan in plans),
        any(plan.follow_up is not None for plan in plans),
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
    moved += _moved_within(first, second)
    if moved:
        raise ResultsError(
            f"{first.name!r} and {second.name!r} do not share their calls: {', '.join(moved)} differ.\n"
            "  want  options that change rosters, programmes, policy, doors or prices, and leave the calls alone\n"
            "  hint  to ask about other demand, change it in the baseline, or add --set demand.scale=1.2 to the whole comparison"
        )


def _moved_within(first: Scenario, second: Scenario) -> list[str]:
    """Parts of doors and desks that both have and must share: other people's stays, the spread of talks."""
    moved = []
    for name in sorted(first.facilities.keys() & second.facilities.keys()):
        if first.facilities[name].other_load != second.facilities[name].other_load:
            moved.append(f"facilities.{name}.other_load")
    if first.phone is not None and second.phone is not None and first.phone.handling_spread != second.phone.handling_spread:
        moved.append("phone.handling_spread")
    return moved


def _plain(scenario: Scenario, part: str) -> Any:
    value = getattr(scenario, part)
    if part == "mechanisms":
        return value
    if value is None:
        return None
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
        desks=desk_names(plans),
    )


def _unit_key(name: str) -> tuple[str, str, int]:
    responder, shift, post = name.split("/")
    return responder, shift, int(post)
