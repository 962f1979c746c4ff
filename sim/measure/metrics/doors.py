"""Doors and places: how full they are, who waits, boards, is turned away. Only where stays are followed."""

from __future__ import annotations

import pandas as pd

from sim.measure.values import ByRow, count, mean_min, percentile_min, quotient, total
from sim.registry import metric

BY = ("facility", "kind", "whose")
HOUR_S, DAY_S = 3600, 86_400


def _days(stays: pd.DataFrame, kind: str) -> ByRow:
    return total(stays["placed_in_window_s"], DAY_S, among=_is_ours(stays, kind))


def _is_ours(stays: pd.DataFrame, kind: str) -> pd.Series:
    return (stays["whose"] == "calls") & (stays["kind"] == kind) & (stays["followed"] == 1)


def _came_in(stays: pd.DataFrame) -> pd.Series:
    """Let in, in the window if they also arrived in it."""
    return stays["in_window"] & (stays["admitted_s"] >= 0)


@metric("occupancy_share", unit="share", of="occupancy", by=("facility", "kind"))
def occupancy_share(hours: pd.DataFrame) -> ByRow:
    """Share of place-hours that are held, the boarding included; only hours with a limited number of places.

    Definition: sum of placed / sum of places over occupancy with places of 0 or more. Above one where people stay on
    after the number of places has fallen.
    """
    limited = hours["places"] >= 0
    return quotient(_seconds(hours["placed"].where(limited, 0)), (hours["places"] * HOUR_S).where(limited, 0))


@metric("boarding_hours", unit="h", of="stays", better="lower", by=BY)
def boarding_hours(stays: pd.DataFrame) -> ByRow:
    """Hours in the window for which people kept a place while they waited for a bed elsewhere.

    Definition: sum of boarding_in_window_s / 3600 over stays.
    """
    return total(stays["boarding_in_window_s"], HOUR_S)


@metric("boarded", unit="people", of="stays", better="lower", by=BY)
def boarded(stays: pd.DataFrame) -> ByRow:
    """People who arrived in the window and had to board, however briefly.

    Definition: count of stays in_window with boarded_s not -1 and left_s after it, or not left yet.
    """
    waits = (stays["boarded_s"] >= 0) & (stays["left_s"] != stays["boarded_s"])
    return count(stays["in_window"] & waits)


@metric("door_wait_mean_min", unit="min", of="stays", better="lower", by=(*BY, "came"))
def door_wait_mean_min(stays: pd.DataFrame) -> ByRow:
    """Mean minutes at a door before being let in, of people who arrived in the window and were; a bed elsewhere not counted.

    Definition: mean of door_s / 60 over stays in_window with door_s not -1, came not from another facility.
    """
    return mean_min(stays["door_s"].where(_own_arrival(stays), -1))


@metric("door_wait_p90_min", unit="min", of="stays", better="lower", by=(*BY, "came"))
def door_wait_p90_min(stays: pd.DataFrame) -> ByRow:
    """90th percentile of the minutes at a door before being let in, of the same people.

    Definition: 90th percentile of door_s / 60 over stays in_window with door_s not -1, came not from another facility.
    """
    return percentile_min(stays["door_s"], 90, among=_own_arrival(stays).to_numpy())


def _own_arrival(stays: pd.DataFrame) -> pd.Series:
    return stays["in_window"] & (stays["came"] != "from another facility")


@metric("unit_door_wait_hours", unit="h", of="stays", better="lower", by=("facility", "kind"))
def unit_door_wait_hours(stays: pd.DataFrame) -> ByRow:
    """Hours in the window for which units stood at doors with people who were not let in yet.

    Definition: sum of waiting_in_window_s / 3600 over stays with came = by unit.
    """
    return total(stays["waiting_in_window_s"], HOUR_S, among=stays["came"] == "by unit")


@metric("turned_away", unit="people", of="stays", better="lower", by=(*BY, "came"))
def turned_away(stays: pd.DataFrame) -> ByRow:
    """People turned away from a full door, once for each door.

    Definition: count of stays in_window with ended = turned away.
    """
    return count(stays["in_window"] & (stays["ended"] == "turned away"))


@metric("admissions", unit="people", of="stays", by=(*BY, "came"))
def admissions(stays: pd.DataFrame) -> ByRow:
    """People who arrived in the window and were let in, at each facility they came to.

    Definition: count of stays in_window with admitted_s not -1.
    """
    return count(_came_in(stays))


@metric("inpatient_admissions", unit="people", of="stays", kind="assumed", by=("facility", "came"))
def inpatient_admissions(stays: pd.DataFrame) -> ByRow:
    """Admissions to inpatient beds of people whose way began with a call.

    Definition: count of stays in_window with admitted_s not -1, whose = calls, kind = inpatient, followed = 1.
    """
    return count(_came_in(stays) & _is_ours(stays, "inpatient"))


@metric("inpatient_days", unit="days", of="stays", kind="assumed", by=("facility",))
def inpatient_days(stays: pd.DataFrame) -> ByRow:
    """Inpatient days in the window of people whose way began with a call.

    Definition: sum of placed_in_window_s / 86400 over stays with whose = calls, kind = inpatient, followed = 1.
    """
    return _days(stays, "inpatient")


@metric("bookings", unit="people", of="stays", better="lower", kind="assumed", by=("facility",))
def bookings(stays: pd.DataFrame) -> ByRow:
    """Bookings into a jail whose stays are followed, of people arrested at the end of a call.

    Definition: count of stays in_window with admitted_s not -1, whose = calls, kind = jail, followed = 1.
    """
    return count(_came_in(stays) & _is_ours(stays, "jail"))


@metric("jail_days", unit="days", of="stays", better="lower", kind="assumed", by=("facility",))
def jail_days(stays: pd.DataFrame) -> ByRow:
    """Jail days in the window of people whose way began with a call.

    Definition: sum of placed_in_window_s / 86400 over stays with whose = calls, kind = jail, followed = 1.
    """
    return _days(stays, "jail")


@metric("crisis_centre_admissions", unit="people", of="stays", kind="assumed", by=("facility", "came"))
def crisis_centre_admissions(stays: pd.DataFrame) -> ByRow:
    """People let into a crisis centre whose stays are followed; see `crisis_centre_visits` for how calls ended.

    Definition: count of stays in_window with admitted_s not -1, whose = calls, kind = crisis_centre, followed = 1.
    """
    return count(_came_in(stays) & _is_ours(stays, "crisis_centre"))


def _seconds(hours: pd.Series) -> pd.Series:
    return (hours * HOUR_S).round().astype("int64")
