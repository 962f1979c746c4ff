"""The town's tables from a scenario: travel, remits, minutes, thresholds of outcomes, doors.

Two plans that are compared share their names, so every table is laid out over the names of both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import threshold
from sim.registry import outcome_models
from sim.rules.lifecycle import FLAG_NAMES, FacilityKind
from sim.rules.town import Town
from sim.scenario.schema import Scenario
from sim.tables import FacilityRow, ResponderRow, UnitRow
from sim.world.clock import clock_seconds, seconds
from sim.world.demand import scene_seconds

N_FLAGS = 8
ABSENT = -1  # kind of a door that only the other plan has
N_ACUITY = 3
BANDS = ("night", "morning", "afternoon", "evening")
DECISION_TABLES = (
    "contact", "medical", "arrest", "hold", "ed", "crisis_centre", "referral", "force", "later_ed_72h", "later_ed_30d",
)  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What ids stand for: positions in sorted names."""

    zones: tuple[str, ...]
    types: tuple[str, ...]
    responders: tuple[str, ...]
    programmes: tuple[str, ...]
    units: tuple[str, ...]
    facilities: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Facts:
    """A plan's tables as arrays; `town` gives rules what they read."""

    tables: dict[str, npt.NDArray[np.int64]]
    responders: tuple[ResponderRow, ...]
    facilities: tuple[FacilityRow, ...]
    minimum_travel_s: int

    @property
    def takes(self) -> npt.NDArray[np.int64]:
        """[type][flags][responder] 1 where such a call is in the remit."""
        return self.tables["takes"]

    def town(self, units: list[UnitRow], n_idle: list[int], n_on_duty: list[int]) -> Town:
        """The town as nested lists, sharing units and counts with whoever plays."""
        lists: dict[str, Any] = {name: table.tolist() for name, table in self.tables.items()}
        return Town(
            **lists,
            minimum_travel_s=self.minimum_travel_s,
            responders=list(self.responders),
            facilities=list(self.facilities),
            units=units,
            first_unit=first_units([unit.responder for unit in units], len(self.responders)).tolist(),
            n_idle=n_idle,
            n_on_duty=n_on_duty,
        )


def first_units(responder_of_unit: npt.ArrayLike, n_responders: int) -> npt.NDArray[np.int64]:
    """Index of each responder type's first unit, and the number of units; units of a type stand together."""
    return np.searchsorted(np.asarray(responder_of_unit, np.int64), np.arange(n_responders + 1)).astype(np.int64)


def build_facts(scenario: Scenario, names: Names) -> Facts:
    """All tables of one plan over the given names."""
    tables = {
        "travel_s": travel_table(scenario, names.zones),
        "takes": takes_table(scenario, names),
        "is_programme_call": programme_table(scenario, names),
        "on_scene_s": scene_table(scenario, names),
        "is_person": np.array([int(scenario.types[name].person) for name in names.types], np.int64),
        **outcome_tables(scenario, names),
    }
    responders = tuple(_responder_row(scenario, name, names) for name in names.responders)
    facilities = tuple(_facility_row(scenario, name, names) for name in names.facilities)
    return Facts(tables, responders, facilities, seconds(scenario.travel.minimum_min.value))


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


def is_taken(scenario: Scenario, responder: str, kind: str, flags: int) -> bool:
    """Whether a call of this type and flags is in the remit of the responder type."""
    row = scenario.responders.get(responder)
    if row is None:
        return False
    programme = programme_of(scenario, responder)
    remit = row if programme is None else scenario.programmes[programme]
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


def outcome_tables(scenario: Scenario, names: Names) -> dict[str, npt.NDArray[np.int64]]:
    """Thresholds [type][responder, then nobody][acuity] of each decision, by the scenario's outcome model."""
    present = [r for r in names.responders if r in scenario.responders]
    rows = [*present, ""]
    cells = [(t, r, a) for t in names.types for r in rows for a in range(N_ACUITY)]
    grid = {
        "type": np.array([cell[0] for cell in cells], object),
        "responder": np.array([cell[1] for cell in cells], object),
        "acuity": np.array([cell[2] for cell in cells], np.int64),
    }
    entry = outcome_models.get(scenario.outcomes.model)
    params = dict({name: p.default for name, p in entry.params.items()}, **scenario.outcomes.params)
    found = entry.function(scenario, grid, params)
    at = [names.responders.index(r) for r in present] + [len(names.responders)]
    tables = {}
    for decision in DECISION_TABLES:
        table = np.zeros((len(names.types), len(names.responders) + 1, N_ACUITY), np.int64)
        table[:, at, :] = threshold(found[decision]).reshape(len(names.types), len(rows), N_ACUITY)
        tables[decision] = table
    tables["later_ed_30d"] = np.maximum(tables["later_ed_30d"], tables["later_ed_72h"])
    return tables


def _responder_row(scenario: Scenario, name: str, names: Names) -> ResponderRow:
    row = scenario.responders.get(name)
    i = names.responders.index(name)
    if row is None:
        return ResponderRow(i, -1, 0, 0, 0, 0, 0, 0, 0, 0)
    programme = programme_of(scenario, name)
    return ResponderRow(
        id=i,
        programme=-1 if programme is None else names.programmes.index(programme),
        has_officer=int("officer" in row.crew or "cit_officer" in row.crew),
        has_clinician=int("clinician" in row.crew),
        has_medic=int("medic" in row.crew),
        transports=int(row.transports),
        turnout_s=seconds(row.turnout_min.value),
        paperwork_s=seconds(row.paperwork_min.value),
        ambulance_wait_s=seconds(row.ambulance_wait_min.value),
        is_rostered=int(any(shift.posts > 0 for shift in row.shifts.values())),
    )


def _facility_row(scenario: Scenario, name: str, names: Names) -> FacilityRow:
    row = scenario.facilities.get(name)
    i = names.facilities.index(name)
    if row is None:
        return FacilityRow(i, ABSENT, 0, 0, 0, 0)
    opens, closes = row.open.split("-")
    zone = names.zones.index(row.zone) if row.zone is not None else 0
    kind = int(FacilityKind[row.kind.upper()])
    return FacilityRow(i, kind, zone, clock_seconds(opens), clock_seconds(closes), seconds(row.handover_min.value))
