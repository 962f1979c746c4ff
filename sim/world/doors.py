"""Doors as tables: who is taken, how long a hand-over and a stay last, how many places there are at each hour.

Two plans that are compared share the names of facilities; one that only the other plan has is of no kind (`ABSENT`).
Nothing here is luck; other people's stays and their luck are `visits.py`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.keys import threshold
from sim.rules.lifecycle import HOUR_S, N_FLAGS, WEEK_H, Age, FacilityKind
from sim.scenario.facilities import Facility, Staffed
from sim.scenario.schema import Scenario
from sim.tables import FacilityRow
from sim.world.clock import clock_seconds, seconds
from sim.world.phone import has_any

Ints = npt.NDArray[np.int64]
ABSENT = -1  # kind of a door that only the other plan has
ANY_NUMBER = -1
SENDS_ON = ("crisis_centre", "sobering")  # kinds that send people on when full, unless the facility says otherwise


def facility_rows(scenario: Scenario, facilities: tuple[str, ...], zones: tuple[str, ...]) -> tuple[FacilityRow, ...]:
    """One `FacilityRow` a name."""
    return tuple(_facility_row(scenario.facilities.get(name), i, zones) for i, name in enumerate(facilities))


def _facility_row(row: Facility | None, i: int, zones: tuple[str, ...]) -> FacilityRow:
    if row is None:
        return FacilityRow(i, ABSENT, 0, 0, 0)
    opens_s, closes_s = map(clock_seconds, row.open.split("-"))
    held = row.inpatient_share if row.hold_inpatient_share is None else row.hold_inpatient_share
    when_full = row.when_full or ("next" if row.kind in SENDS_ON else "wait")
    return FacilityRow(
        id=i,
        kind=int(FacilityKind[row.kind.upper()]),
        zone=zones.index(row.zone) if row.zone is not None else 0,
        opens_s=opens_s,
        closes_s=closes_s,
        bays=row.bays if row.bays is not None else ANY_NUMBER,
        stay_s=round(row.stay_h.value * HOUR_S) if row.stay_h is not None else -1,
        waits=int(when_full == "wait"),
        onward=int(threshold(row.inpatient_share.value)),
        hold_onward=int(threshold(held.value)),
    )


def has_stays(scenario: Scenario) -> bool:
    """Whether stays or hand-over bays of any facility are followed."""
    return any(row.stay_h is not None or row.bays is not None for row in scenario.facilities.values())


def door_tables(
    scenario: Scenario, facilities: tuple[str, ...], types: tuple[str, ...], responders: tuple[str, ...]
) -> dict[str, Ints]:
    """What rules read of doors, by facility: hand-over by responder, places by hour of the week, who is taken."""
    rows = [scenario.facilities.get(name) for name in facilities]
    n = len(rows)
    handover = [[0 if row is None else _handover_s(row, name) for name in responders] for row in rows]
    accepts = [
        [[int(row is not None and _takes(row, kind, flags)) for flags in range(N_FLAGS)] for kind in types] for row in rows
    ]
    ages = [[int(row is not None and age.name.lower() in row.ages) for age in Age] for row in rows]
    places = [[ANY_NUMBER] * WEEK_H if row is None else _places(row) for row in rows]
    return {
        "handover_s": np.array(handover, np.int64).reshape(n, len(responders)),
        "places": np.array(places, np.int64).reshape(n, WEEK_H),
        "accepts": np.array(accepts, np.int64).reshape(n, len(types), N_FLAGS),
        "accepts_age": np.array(ages, np.int64).reshape(n, len(Age)),
    }


def _handover_s(row: Facility, responder: str) -> int:
    return seconds(row.handover_by_min.get(responder, row.handover_min).value)


def _takes(row: Facility, kind: str, flags: int) -> bool:
    return (row.takes == "all" or kind in row.takes) and not has_any(flags, row.never_if)


def _places(row: Facility) -> list[int]:
    """Places at each hour of the week from Monday midnight; of several rows of hours that hold, the last by name counts."""
    places = [ANY_NUMBER if row.places is None else row.places] * WEEK_H
    for name in sorted(row.hours):
        for hour in _hours_of(row.hours[name]):
            places[hour] = row.hours[name].places
    return places


def _hours_of(staffed: Staffed) -> list[int]:
    """Hours of the week that begin within these times; an end that is not after the start is the next day's."""
    start_s, end_s = clock_seconds(staffed.start), clock_seconds(staffed.end)
    last_s = end_s if end_s > start_s else end_s + 24 * HOUR_S
    first, last = -(-start_s // HOUR_S), -(-last_s // HOUR_S)
    return [(24 * day + hour) % WEEK_H for day in staffed.days for hour in range(first, last)]
