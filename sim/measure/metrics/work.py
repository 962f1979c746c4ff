"""What units did with their hours."""

from __future__ import annotations

import pandas as pd

from sim.measure.values import ByRow, Ratio, count, mean_min, part, quotient, total
from sim.registry import metric

HOUR_S = 3600


@metric("time_on_task_mean_min", unit="min", of="crisis_calls", by=("responder", "type", "disposition"))
def time_on_task_mean_min(calls: pd.DataFrame) -> ByRow:
    """Mean time from first dispatched to clear, paperwork not counted; the call's, however many units it had.

    Definition: mean of time_on_task_s / 60, calls a unit cleared.
    """
    return mean_min(calls["time_on_task_s"])


@metric("patrol_hours", unit="h", of="assignments", better="lower", by=("type", "hour_band"))
def patrol_hours(assignments: pd.DataFrame) -> ByRow:
    """Hours of ordinary police units, not of programmes, spent on calls about people; every unit sent counts.

    Definition: sum of hours_s / 3600 (dispatched until it left, and paperwork) over assignments with is_patrol and
    person = true. Hours of units, whatever their crew; they are hours, not dollars, unless a post is cut.
    """
    return total(assignments["hours_s"], HOUR_S, among=assignments["is_patrol"] & assignments["person"])


@metric("patrol_other_hours", unit="h", of="assignments", by=("type", "hour_band"))
def patrol_other_hours(assignments: pd.DataFrame) -> ByRow:
    """Hours of ordinary police units on ordinary work: where they grow as `patrol_hours` fall, freed hours are re-absorbed.

    Definition: sum of hours_s / 3600 over assignments with is_patrol and person = false.
    """
    return total(assignments["hours_s"], HOUR_S, among=assignments["is_patrol"] & ~assignments["person"])


@metric("patrol_idle_hours", unit="h", of="unit_spells")
def patrol_idle_hours(spells: pd.DataFrame) -> ByRow:
    """Hours of ordinary police units on duty and free to be sent; where they grow as `patrol_hours` fall, hours are freed.

    Definition: sum of in_window_s / 3600 over unit_spells with is_patrol and status = IDLE.
    """
    return total(spells["in_window_s"], HOUR_S, among=spells["is_patrol"] & (spells["status"] == "IDLE"))


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
    """Busy share of the hours on duty, paperwork counted as busy; a break is on duty and not busy.

    Definition: in_window_s of unit_spells with status neither IDLE nor BREAK / in_window_s of all.
    """
    return part(spells["in_window_s"], among=(spells["status"] != "IDLE") & (spells["status"] != "BREAK"))


@metric("staging_hours", unit="h", of="unit_spells", by=("responder",))
def staging_hours(spells: pd.DataFrame) -> ByRow:
    """Hours near a scene, waiting until it is safe or standing by.

    Definition: sum of in_window_s / 3600 over unit_spells with status = STAGING.
    """
    return total(spells["in_window_s"], HOUR_S, among=spells["status"] == "STAGING")


@metric("breaks_missed_share", unit="share", of="shifts", better="lower", by=("responder",))
def breaks_missed_share(shifts: pd.DataFrame) -> ByRow:
    """Share of breaks that fell due and were not begun before the next was due or the unit went off duty.

    Definition: sum of break_missed / sum of break_due over shifts; no value where no break falls due.
    """
    return quotient(shifts["break_missed"], shifts["break_due"])


@metric("mutual_aid_hours", unit="h", of="assignments", by=("helps", "responder"))
def mutual_aid_hours(assignments: pd.DataFrame) -> ByRow:
    """Hours of units at calls of a jurisdiction that is not their own, ordinary work included.

    Definition: sum of hours_s / 3600 over assignments with helps, the jurisdiction of the call.
    """
    return total(assignments["hours_s"], HOUR_S, among=assignments["helps"] != "")


@metric("contacts_per_shift", unit="calls per shift", of="assignments, shifts", by=("responder",))
def contacts_per_shift(assignments: pd.DataFrame, shifts: pd.DataFrame) -> Ratio:
    """Calls a unit was on scene of per staffed shift, ordinary work included; a call with two units is a contact of both.

    Definition: sum of contact / sum of begins over shifts, which counts each staffed shift once.
    """
    return Ratio(count(assignments["contact"]), count(shifts["begins"]))
