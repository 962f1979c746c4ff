"""The shipped cost items: quantities by group, for `costs` to price. Its first lines say which tables they may ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.measure.costs import CREW, HELPED, NOBODY
from sim.registry import cost_item
from sim.rules.lifecycle import DAY_S, HOUR_S


@cost_item("roster", rate="hour", payer=CREW, unit="h")
def roster(shifts: pd.DataFrame) -> pd.Series:
    """Posted hours in the window, at the crew's hourly cost with relief; absent crews are paid, vacant posts are not.

    Definition: sum of in_window_s / 3600 * paid_share over shifts with overtime = 0, and of in_window_s / 3600 *
    trainee_share over all (trainees are paid beside who stands in for them), by responder. Crews on leave are
    paid, as are breaks, training and court; the relief factor pays for whoever stands in. A vacant post saves its pay
    (paid_share 0); a crew on call is paid its paid_share, called out or not. Hours filled on overtime are cost item
    overtime_fill.
    """
    paid = shifts["paid_share"].where(shifts["overtime"] == 0, 0.0) + shifts["trainee_share"]
    return by_group(shifts["in_window_s"] / HOUR_S * paid, shifts["responder"])


@cost_item("overtime_fill", rate="overtime_hour", payer=CREW, unit="h")
def overtime_fill(shifts: pd.DataFrame) -> pd.Series:
    """Posted hours that somebody works on overtime, since the post is vacant or its crew absent, at the overtime rate.

    Definition: sum of in_window_s / 3600 * paid_share over shifts with overtime = 1, by responder. They cost this
    instead of the hour rate, without relief.
    """
    own = shifts[shifts["overtime"] == 1]
    return by_group(own["in_window_s"] / HOUR_S * own["paid_share"], own["responder"])


@cost_item("overtime", rate="overtime_hour", payer=CREW, unit="h")
def overtime(spells: pd.DataFrame) -> pd.Series:
    """Hours at work past the rostered end, at the overtime rate.

    Definition: sum of in_window_s / 3600 over unit_spells with overtime = 1, by responder.
    """
    late = spells[spells["overtime"] == 1]
    return by_group(late["in_window_s"] / HOUR_S, late["responder"])


@cost_item("one_time", rate="one_time", payer=CREW, timing="one-time", unit="each")
def one_time(one_time: pd.DataFrame) -> pd.Series:
    """One-time amounts of programmes (recruiting, training, equipment), in full, once, whenever they fall.

    Definition: 1 per amount, by programme and label.
    """
    index = pd.MultiIndex.from_frame(one_time[["programme", "label"]])
    return pd.Series(np.ones(len(one_time)), index=index, dtype=float)


@cost_item("ed_visit", rate="ed_visit", payer="hospitals_and_insurers", unit="visit")
def ed_visit(calls: pd.DataFrame) -> pd.Series:
    """Visits to an emergency department, at the end of a call or within 30 days after, by any route.

    Definition: sum of ed + later_ed_30d, by responder first on scene.
    """
    return by_group(calls["ed"].to_numpy() + calls["later_ed_30d"].to_numpy(), calls["responder"])


@cost_item("ambulance", rate="ambulance", payer="hospitals_and_insurers", unit="ride")
def ambulance(calls: pd.DataFrame) -> pd.Series:
    """Ambulance rides to an ED: by a unit with a medic, or for a unit that does not drive people itself.

    Definition: sum of ambulance (the unit in charge at the end decides), by responder first on scene.
    """
    return by_group(calls["ambulance"], calls["responder"])


@cost_item("booking", rate="booking", payer="county", unit="booking")
def booking(calls: pd.DataFrame) -> pd.Series:
    """Jail bookings, one for each arrest.

    Definition: count of disposition = ARREST, by responder first on scene.
    """
    return by_group(calls["disposition"] == "ARREST", calls["responder"])


@cost_item("crisis_centre_visit", rate="crisis_centre_visit", payer="state", unit="visit")
def crisis_centre_visit(calls: pd.DataFrame) -> pd.Series:
    """Visits to a crisis centre at the end of a call.

    Definition: count of disposition = CRISIS_CENTRE, by responder first on scene.
    """
    return by_group(calls["disposition"] == "CRISIS_CENTRE", calls["responder"])


@cost_item("mutual_aid", rate="mutual_aid_hour", payer=HELPED, unit="h")
def mutual_aid(assignments: pd.DataFrame) -> pd.Series:
    """Hours of units of one jurisdiction at calls of another, at the agreed price; who sent them pays the crews as ever.

    Definition: sum of hours_s / 3600 over assignments with helps, by the jurisdiction helped.
    """
    helped = assignments[assignments["helps"] != ""]
    return by_group(helped["hours_s"] / HOUR_S, helped["helps"])


@cost_item("desks", rate="desk_hour", payer="city", unit="h")
def desks(desk_hours: pd.DataFrame) -> pd.Series:
    """Hours of call-takers on duty, at the wage of their desk.

    Definition: sum of positions over desk_hours, by desk.
    """
    return by_group(desk_hours["positions"], desk_hours["desk"])


@cost_item("case_managers", rate="case_manager_hour", payer="county", unit="h")
def case_managers(case_managers: pd.DataFrame) -> pd.Series:
    """Paid hours of case managers, whether or not their caseload is full.

    Definition: case managers × paid hours a full-time year × the window's share of a year.
    """
    return pd.Series(case_managers["hours"].to_numpy(), index=["case managers"][: len(case_managers)], dtype=float)


@cost_item("boarding", rate="boarding_hour", payer="hospitals_and_insurers", unit="h")
def boarding(stays: pd.DataFrame) -> pd.Series:
    """Hours that people, brought by a call or not, keep a place while they wait for a bed elsewhere.

    Definition: sum of boarding_in_window_s / 3600 over stays, by facility.
    """
    return by_group(stays["boarding_in_window_s"] / HOUR_S, stays["facility"])


@cost_item("inpatient_day", rate="inpatient_day", payer="hospitals_and_insurers", unit="day")
def inpatient_day(stays: pd.DataFrame) -> pd.Series:
    """Inpatient days in the window of people whose way began with a call.

    Definition: sum of placed_in_window_s / 86400 over stays with whose = calls, kind = inpatient, followed = 1, by facility.
    """
    return _days(stays, "inpatient")


@cost_item("jail_day", rate="jail_day", payer="county", unit="day")
def jail_day(stays: pd.DataFrame) -> pd.Series:
    """Jail days in the window of people whose way began with a call; only where the jail says how long people stay.

    Definition: sum of placed_in_window_s / 86400 over stays with whose = calls, kind = jail, followed = 1, by facility.
    """
    return _days(stays, "jail")


def _days(stays: pd.DataFrame, kind: str) -> pd.Series:
    own = stays[(stays["whose"] == "calls") & (stays["kind"] == kind) & (stays["followed"] == 1)]
    return by_group(own["placed_in_window_s"] / DAY_S, own["facility"])


def by_group(quantity: Any, group: pd.Series) -> pd.Series:
    """Quantities summed by group; groups with nothing are left out."""
    codes, names = group.cat.codes.to_numpy(), group.cat.categories
    sums = np.bincount(codes, np.asarray(quantity, np.float64), len(names))
    found = pd.Series(sums, index=[name or NOBODY for name in names])
    return found[found != 0]
