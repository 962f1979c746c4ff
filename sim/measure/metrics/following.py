"""What is done for people after a contact. Only where there is follow-up."""

from __future__ import annotations

import pandas as pd

from sim.measure.values import ByRow, count, mean_min, share
from sim.registry import metric

BY = ("disposition", "age", "housing")


@metric("followups_raised", unit="people", of="tasks", by=BY)
def followups_raised(tasks: pd.DataFrame) -> ByRow:
    """Contacts after which somebody is to follow up.

    Definition: count of tasks.
    """
    return count(tasks["raised_s"] >= 0)


@metric("followups_opened", unit="people", of="tasks", better="higher", by=BY)
def followups_opened(tasks: pd.DataFrame) -> ByRow:
    """Follow-ups that a case manager took on.

    Definition: count of tasks with opened_s not -1.
    """
    return count(tasks["opened_s"] >= 0)


@metric("followups_lapsed", unit="people", of="tasks", better="lower", by=BY)
def followups_lapsed(tasks: pd.DataFrame) -> ByRow:
    """Follow-ups never taken on in time, or in which the person was never reached.

    Definition: count of tasks with lapsed_s not -1.
    """
    return count(tasks["lapsed_s"] >= 0)


@metric("followup_attempts", unit="attempts", of="tasks", by=BY)
def followup_attempts(tasks: pd.DataFrame) -> ByRow:
    """Attempts to reach people, of follow-ups raised in the window.

    Definition: sum of attempts over tasks.
    """
    return count(tasks["attempts"])


@metric("followups_connected", unit="people", of="tasks", better="higher", kind="assumed", by=BY)
def followups_connected(tasks: pd.DataFrame) -> ByRow:
    """Follow-ups in which the person was reached and is in care for a time.

    Definition: count of tasks with connected_s not -1.
    """
    return count(tasks["connected_s"] >= 0)


@metric("followups_connected_share", unit="share", of="tasks", better="higher", kind="assumed", by=BY)
def followups_connected_share(tasks: pd.DataFrame) -> ByRow:
    """Share of follow-ups that came to an end, one way or the other, in which the person was reached.

    Definition: tasks with connected_s not -1 / tasks with connected_s or lapsed_s not -1.
    """
    return share(tasks["connected_s"] >= 0, among=(tasks["connected_s"] >= 0) | (tasks["lapsed_s"] >= 0))


@metric("raised_to_opened_mean_min", unit="min", of="tasks", better="lower", by=BY)
def raised_to_opened_mean_min(tasks: pd.DataFrame) -> ByRow:
    """Mean minutes until a case manager had room, of follow-ups taken on.

    Definition: mean of (opened_s - raised_s) / 60 over tasks with opened_s not -1.
    """
    return mean_min((tasks["opened_s"] - tasks["raised_s"]).where(tasks["opened_s"] >= 0, -1))
