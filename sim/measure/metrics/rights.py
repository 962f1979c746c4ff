"""Involuntary holds against the criteria for them. No value where the scenario has no `hold_criteria`: they are latent."""

from __future__ import annotations

import pandas as pd

from sim.measure.values import ByRow, count_if
from sim.registry import metric

CARED_FOR = ("HOLD", "ED", "ED_MEDICAL", "CRISIS_CENTRE")
BY = ("type", "priority", "zone", "led_by", "age", "housing", "caller")


@metric("holds_without_criteria", unit="people", of="people_in_crisis", better="lower", kind="assumed", by=BY)
def holds_without_criteria(calls: pd.DataFrame) -> ByRow:
    """People taken to an ED on an involuntary hold who did not meet the criteria for one.

    Definition: count of people_in_crisis with disposition = HOLD and criteria = 0, where criteria are modelled.
    """
    return count_if((calls["disposition"] == "HOLD") & (calls["criteria"] == 0), among=calls["criteria"] >= 0)


@metric("criteria_unmet", unit="people", of="people_in_crisis", better="lower", kind="assumed", by=BY)
def criteria_unmet(calls: pd.DataFrame) -> ByRow:
    """People who met the criteria for a hold and were left without care.

    Definition: count of people_in_crisis with criteria = 1 that ended, not in HOLD, ED, ED_MEDICAL or CRISIS_CENTRE, where
    criteria are modelled. People nobody reached or who did not call count too.
    """
    left = ~calls["disposition"].isin([*CARED_FOR, ""])
    return count_if(left & (calls["criteria"] == 1), among=calls["criteria"] >= 0)
