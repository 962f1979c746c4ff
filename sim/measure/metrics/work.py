"""What units did with their hours."""

from __future__ import annotations

import pandas as pd

from sim.measure.values import ByRow, Ratio, count, mean_min, part, total
from sim.registry import metric

HOUR_S = 3600


@metric("time_on_task_mean_min", unit="min", of="crisis_calls", by=("responder", "type", "disposition"))
def time_on_task_mean_min(calls: pd.DataFrame) -> ByRow:
    """Mean time from dispatched to clear, paperwork not counted.

    Definition: mean of time_on_task_s / 60, calls a unit cleared.
    """
    return mean_min(calls["time_on_task_s"])


@metric("patrol_hours", unit="h", of="crisis_calls", better="lower", by=("type", "hour_band"))
def patrol_hours(calls: pd.DataFrame) -> ByRow:
    """Hours of ordinary police units, not of programmes, spent on calls about people.

    Definition: sum of (time_on_task_s + paperwork_s) / 3600, responder with an officer and no programme. Hours of
    units, whatever their crew; they are hours, not dollars, unless a post is cut.
    """
    own = (calls["has_officer"] == 1) & (calls["programme"] == "")
    return total(calls["time_on_task_s"].clip(lower=0) + calls["paperwork_s"], HOUR_S, among=own)


@metric("posted_hours", unit="h", of="shifts", by=("responder",))
def posted_hours(shifts: pd.DataFrame) -> ByRow:
    """Rostered hours in the window, whether or not a crew came.

    Definition: sum of in_window_s / 3600 over shifts.
    """
    return total(shifts["in_window_s"], HOUR_S)


@metric("on_duty_hours", unit="h", of="unit_spells", by=("responder",))
def on_duty_hours(spells: pd.DataFrame) -> ByRow:
    """Hours with a crew on duty in the window, overtime included.

    Definition: sum of in_window_s / 3600 over unit_spells.
    """
    return total(spells["in_window_s"], HOUR_S)


@metric("overtime_hours", unit="h", of="unit_spells", better="lower", by=("responder",))
def overtime_hours(spells: pd.DataFrame) -> ByRow:
    """Hours at work past the rostered end in the window.

    Definition: sum of in_window_s / 3600 over unit_spells with overtime = 1.
    """
    return total(spells["in_window_s"], HOUR_S, among=spells["overtime"] == 1)


@metric("utilisation", unit="share", of="unit_spells", by=("responder",))
def utilisation(spells: pd.DataFrame) -> ByRow:
    """Busy share of the hours on duty, paperwork counted as busy.

    Definition: in_window_s of unit_spells with status not IDLE / in_window_s of all.
    """
    return part(spells["in_window_s"], among=spells["status"] != "IDLE")


@metric("contacts_per_shift", unit="calls per shift", of="call_facts, shifts", by=("responder",))
def contacts_per_shift(calls: pd.DataFrame, shifts: pd.DataFrame) -> Ratio:
    """Calls reached per staffed shift, ordinary work included.

    Definition: sum of reached / count of shifts with staffed = 1, each unit and day once.
    """
    is_first = ~shifts.duplicated(["unit", "day", "staffed"])
    return Ratio(count(calls["reached"]), count((shifts["staffed"] == 1) & is_first))
