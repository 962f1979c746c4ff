"""Who held the posts: vacancy, leavers, hires, hours that somebody stood in."""

from __future__ import annotations

import pandas as pd

from sim.measure.values import ByRow, count, part, total
from sim.registry import metric

HOUR_S = 3600


@metric("vacant_share", unit="share", of="shifts", better="lower", by=("responder",))
def vacant_share(shifts: pd.DataFrame) -> ByRow:
    """Share of posted hours whose post nobody held, or whose new holder was in training, whoever stood in.

    Definition: in_window_s of shifts with vacancy > 0 / in_window_s of all.
    """
    return part(shifts["in_window_s"], among=shifts["vacancy"] > 0)


@metric("leavers", unit="people", of="shifts", better="lower", by=("responder",))
def leavers(shifts: pd.DataFrame) -> ByRow:
    """Holders of posts who left, counted at the post's next rostered shift in the window.

    Definition: sum of leavers over shifts.
    """
    return count(shifts["leavers"])


@metric("hires", unit="people", of="shifts", by=("responder",))
def hires(shifts: pd.DataFrame) -> ByRow:
    """People hired for posts, counted at the post's next rostered shift in the window, trained or not.

    Definition: sum of hires over shifts.
    """
    return count(shifts["hires"])


@metric("overtime_fill_hours", unit="h", of="shifts", better="lower", by=("responder",))
def overtime_fill_hours(shifts: pd.DataFrame) -> ByRow:
    """Posted hours in the window that somebody worked on overtime.

    Definition: sum of in_window_s / 3600 over shifts with overtime = 1.
    """
    return total(shifts["in_window_s"], HOUR_S, among=shifts["overtime"] == 1)
