"""Follow-up, care and induced demand as numbers: which endings are followed up, by how many, and what care changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import PPM, threshold
from sim.rules.lifecycle import DAY_S, HOUR_S, Disposition
from sim.scenario.number import Sourced
from sim.scenario.schema import Scenario
from sim.tables import TaskRow
from sim.world.blank import blank_rows

Records = npt.NDArray[Any]
NOBODY = -1  # caseload where nothing is followed up


def raises_table(scenario: Scenario) -> npt.NDArray[np.int64]:
    """[disposition] threshold of its being followed up; ordinary police work never is."""
    raised = {} if scenario.follow_up is None else scenario.follow_up.raised_share
    shares: dict[str, float] = {name: share.value for name, share in raised.items()}
    return threshold([shares.get(disposition.name.lower(), 0.0) for disposition in Disposition])


def following_numbers(scenario: Scenario) -> dict[str, int]:
    """The single numbers that rules read about people and what is done for them afterwards."""
    return {**_follow_up(scenario), **_recurrence(scenario), "is_seen": int(is_seen(scenario))}


def _follow_up(scenario: Scenario) -> dict[str, int]:
    row = scenario.follow_up
    if row is None:
        names = ("due_s", "first_attempt_s", "attempt_every_s", "max_attempts", "care_s")
        return dict.fromkeys(names, 0) | {"caseload": NOBODY}
    return {
        "caseload": row.case_managers * row.caseload,
        "due_s": _hours(row.due_h),
        "first_attempt_s": _hours(row.first_after_h),
        "attempt_every_s": _hours(row.every_h),
        "max_attempts": row.attempts,
        "care_s": round(row.care_days.value * DAY_S),
    }


def _recurrence(scenario: Scenario) -> dict[str, int]:
    row = None if scenario.people is None else scenario.people.recurrent
    if row is None:
        return {"care_ppm": PPM, "unresolved_ppm": PPM, "unresolved_s": 0}
    return {
        "care_ppm": round(row.care_factor.value * PPM),
        "unresolved_ppm": round(row.unresolved_factor.value * PPM),
        "unresolved_s": round(row.unresolved_days.value * DAY_S),
    }


def _hours(number: Sourced) -> int:
    return round(number.value * HOUR_S)


def is_seen(scenario: Scenario) -> bool:
    """Whether a programme for which people call who else would not has posts on the roster."""
    if scenario.demand.induced is None:
        return False
    programmes = [scenario.programmes[name] for name in scenario.demand.induced.seen if name in scenario.programmes]
    crews = [scenario.responders[unit] for row in programmes for unit in row.units if unit in scenario.responders]
    return any(shift.posts > 0 for crew in crews for shift in crew.shifts.values())


def task_rows(calls: Records, lucks: Records) -> Records:
    """One `TaskRow` a call, none raised yet."""
    rows = blank_rows(TaskRow, len(calls))
    rows["person"], rows["needed"] = calls["person"], lucks["attempts"]
    return rows
