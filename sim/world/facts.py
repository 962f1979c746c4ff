"""The town's tables from a scenario: travel, remits, minutes, thresholds of outcomes, doors.

Two plans that are compared share their names, so every table is laid out over the names of both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.rules.lifecycle import FLAG_NAMES, N_FLAGS, NOT_FOLLOWED
from sim.rules.town import Town
from sim.scenario.roles import OFFICERS
from sim.scenario.schema import Scenario
from sim.tables import (
    MAX_SLOTS,
    AlternativeRow,
    DeskRow,
    DoorRow,
    FacilityRow,
    LineRow,
    PersonRow,
    ResponderRow,
    UnitRow,
)
from sim.world.clock import seconds
from sim.world.demand import scene_seconds, zone_shares
from sim.world.doors import door_tables, facility_rows, has_stays
from sim.world.following import following_numbers, raises_table
from sim.world.phone import desk_rows, phone_tables
from sim.world.response import Roles, alternative_rows, response_tables
from sim.world.service import responder_row
from sim.world.thresholds import outcome_tables

BANDS = ("night", "morning", "afternoon", "evening")


@dataclass(frozen=True)
class Names:
    """What ids stand for: positions in sorted names."""

    zones: tuple[str, ...]
    types: tuple[str, ...]
    responders: tuple[str, ...]
    programmes: tuple[str, ...]
    units: tuple[str, ...]
    facilities: tuple[str, ...]
    channels: tuple[str, ...]
    roles: Roles
    desks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Facts:
    """A plan's tables as arrays and its single numbers; `town` gives rules what they read."""

    tables: dict[str, npt.NDArray[np.int64]]
    numbers: dict[str, int]
    responders: tuple[ResponderRow, ...]
    facilities: tuple[FacilityRow, ...]
    alternatives: tuple[AlternativeRow, ...]
    desks: tuple[DeskRow, ...] = ()

    @property
    def takes(self) -> npt.NDArray[np.int64]:
        """[type][flags][responder] 1 where such a call is in the remit."""
        return self.tables["takes"]

    def town(
        self,
        units: list[UnitRow],
        persons: Sequence[PersonRow],
        lines: list[LineRow],
        doors: list[DoorRow],
        n_idle: list[int],
        n_on_duty: list[int],
    ) -> Town:
        """The town as nested lists, sharing units, persons, desks, doors and counts with whoever plays."""
        facts: dict[str, Any] = {name: table.tolist() for name, table in self.tables.items()} | self.numbers
        return Town(
            **facts,
            alternatives=list(self.alternatives),
            picked=[0] * MAX_SLOTS,
            responders=list(self.responders),
            facilities=list(self.facilities),
            units=units,
            first_unit=first_units([unit.responder for unit in units], len(self.responders)).tolist(),
            persons=persons,
            desks=list(self.desks),
            lines=lines,
            doors=doors,
            n_idle=n_idle,
            n_on_duty=n_on_duty,
        )


def first_units(responder_of_unit: npt.ArrayLike, n_responders: int) -> npt.NDArray[np.int64]:
    """Index of each responder type's first unit, and the number of units; units of a type stand together."""
    return np.searchsorted(np.asarray(responder_of_unit, np.int64), np.arange(n_responders + 1)).astype(np.int64)


def build_facts(scenario: Scenario, names: Names, plans: list[Scenario], side: int) -> Facts:
    """All tables of one of the plans (the side's) over the given names."""
    tables = {
        "travel_s": travel_table(scenario, names.zones),
        "takes": takes_table(scenario, names),
        "is_programme_call": programme_table(scenario, names),
        "on_scene_s": scene_table(scenario, names),
        "is_found": np.array([int(scenario.types[name].met_by_units) for name in names.types], np.int64),
        "is_person": np.array([int(scenario.types[name].person) for name in names.types], np.int64),
        **outcome_tables(scenario, names.types, names.responders),
        **response_tables(scenario, names, names.roles, side),
        **zone_tables(scenario, names.zones),
        **phone_tables(scenario, names.desks, names.types, names.channels),
        **door_tables(scenario, names.facilities, names.types, names.responders),
        "raises": raises_table(scenario),
    }
    responders = tuple(
        responder_row(scenario, name, i, programme_id(scenario, name, names), names.roles)
        for i, name in enumerate(names.responders)
    )
    facilities = facility_rows(scenario, names.facilities, names.zones)
    call_back = scenario.dispatch.call_back_after_min
    numbers = {
        "minimum_travel_s": seconds(scenario.travel.minimum_min.value),
        "officer_bits": sum(1 << i for i, role in enumerate(names.roles.slots) if role in OFFICERS),
        "has_diversion": int(tables["diverts"].any()),
        "call_back_s": seconds(call_back.value) if call_back is not None else -1,
        "cover_s": seconds(scenario.dispatch.cover_min.value),
        "first_weekday": scenario.run.begins.weekday(),
        "has_stays": int(has_stays(scenario)),
        **following_numbers(scenario),
    }
    alternatives = alternative_rows(plans, names.responders, names.roles)
    return Facts(tables, numbers, responders, facilities, alternatives, desk_rows(scenario, names.desks))


def zone_tables(scenario: Scenario, zones: tuple[str, ...]) -> dict[str, npt.NDArray[np.int64]]:
    """Whose each zone is, and its share of the calls about people."""
    owners = [scenario.zones[zone].jurisdiction if zone in scenario.zones else "" for zone in zones]
    shares = zone_shares(scenario)
    return {
        "jurisdiction": np.array([sorted(set(owners)).index(owner) for owner in owners], np.int64),
        "demand_ppm": np.array([round(shares[zone] * 1e6) for zone in zones], np.int64),
    }


def travel_table(scenario: Scenario, zones: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Expected travel seconds [hour band][from][to]."""
    minutes = np.array([[_minutes(scenario, a, b) for b in zones] for a in zones])
    bands = [getattr(scenario.travel.bands, name).value for name in BANDS]
    return np.asarray(np.rint(np.array(bands)[:, None, None] * minutes[None, :, :] * 60), np.int64)


def _minutes(scenario: Scenario, a: str, b: str) -> float:
    travel = scenario.travel
    if travel.table_min is not None:
        return travel.table_min[a][b].value
    if travel.median_min is not None:
        return travel.median_min.value
    within = travel.within_zone_min.value if travel.within_zone_min is not None else 0.0
    if a == b or travel.speed_kmh is None:
        return within
    start, end = scenario.zones[a], scenario.zones[b]
    if start.x_km is None or start.y_km is None or end.x_km is None or end.y_km is None:
        return within
    km = math.hypot(start.x_km.value - end.x_km.value, start.y_km.value - end.y_km.value)
    return max(within, km * travel.detour_factor.value / travel.speed_kmh.value * 60)


def programme_of(scenario: Scenario, responder: str) -> str | None:
    """The programme that pays for a responder type, or none: it is ordinary service."""
    return next((name for name in sorted(scenario.programmes) if responder in scenario.programmes[name].units), None)


def programme_id(scenario: Scenario, responder: str, names: Names) -> int:
    """Row of the programme that pays for a responder type, -1 for ordinary service."""
    programme = programme_of(scenario, responder)
    return -1 if programme is None else names.programmes.index(programme)


def is_taken(scenario: Scenario, responder: str, kind: str, flags: int) -> bool:
    """Whether a call of this type and flags is in the remit of the responder type."""
    row = scenario.responders.get(responder)
    if row is None:
        return False
    programme = programme_of(scenario, responder)
    remit = row if programme is None else scenario.programmes[programme]
    if programme is not None and flags & NOT_FOLLOWED:
        return False
    only_by = scenario.types[kind].only_by
    if only_by is not None and responder not in only_by:
        return False
    barred = {*row.never_if, *remit.never_if}
    if any(flags & FLAG_NAMES[flag] for flag in barred):
        return False
    if remit.takes == "all":
        return True
    if remit.takes == "people":
        return scenario.types[kind].person
    return kind in remit.takes


def takes_table(scenario: Scenario, names: Names) -> npt.NDArray[np.int64]:
    """[type][flags][responder] 1 where the call is in the remit."""
    return np.array(
        [
            [[int(is_taken(scenario, r, kind, flags)) for r in names.responders] for flags in range(N_FLAGS)]
            for kind in names.types
        ],
        np.int64,
    )


def programme_table(scenario: Scenario, names: Names) -> npt.NDArray[np.int64]:
    """[type][flags] 1 where the call is in the remit of some programme."""
    paid = [name for name in scenario.responders if programme_of(scenario, name) is not None]
    return np.array(
        [[int(any(is_taken(scenario, r, kind, flags) for r in paid)) for flags in range(N_FLAGS)] for kind in names.types],
        np.int64,
    )


def scene_table(scenario: Scenario, names: Names) -> npt.NDArray[np.int64]:
    """Mean seconds on scene [type][responder]; 0 for a responder the plan does not have."""
    return np.array(
        [[scene_seconds(scenario, kind, r) if r in scenario.responders else 0 for r in names.responders] for kind in names.types],
        np.int64,
    )
