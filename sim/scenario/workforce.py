"""Who holds the posts over months: holders leave, others are hired and trained, and stand-ins grow tired."""

from __future__ import annotations

from typing import Literal

from sim.scenario.number import Amount, Part, Ratio, ShareOf, Sourced


class Workforce(Part):
    """Holders of posts leave at the first of a month; a post is empty until somebody is hired, and trained.

    Vacancy comes out of it. `vacancy_share` is then only how many posts are empty at first.
    """

    monthly_attrition_share: ShareOf  # of the holders who served the month before
    hiring_months: Amount  # mean, from leaving until somebody is hired
    hiring_spread: Literal["fixed", "exponential"] = "fixed"
    training_months: Amount = Sourced(value=0.0)  # from being hired until on the roster; paid
    overtime_hour_factor: Ratio = Sourced(value=1.0)  # on attrition, for each hour a week a post was filled on overtime
    programme_factor: Ratio = Sourced(value=1.0)  # on attrition while a programme pays for the type


class Fatigue(Part):
    """What a shift on top of one's own does to whoever works it."""

    on_scene_factor: Ratio
