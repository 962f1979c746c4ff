"""Outreach: visits on a timetable that teams make between calls."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from sim.scenario.number import EndTime, Part, StartTime, days_of


class Outreach(Part):
    """Visits to people who have not called, spread evenly over the hours of its days. `start` after `end` passes midnight.

    Each waits until a team is idle that the type's `only_by` names, to the end of the day's hours; then it is not made.
    """

    type: str  # a call type with `only_by`, whose calls are these visits alone
    visits_per_week: int = Field(ge=1, le=1000)
    days: Annotated[tuple[int, ...], BeforeValidator(days_of)]
    start: StartTime = "09:00"
    end: EndTime = "17:00"
    unhoused: bool = False  # to people without a home
