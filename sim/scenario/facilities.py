"""Doors and places: where people are brought, how long they stay, what a full door does."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.number import (
    Age,
    Amount,
    EndTime,
    Flag,
    Part,
    Profile,
    ShareOf,
    Sourced,
    StartTime,
    Whole,
    days_of,
)

Kind = Literal["ed", "crisis_centre", "sobering", "inpatient", "jail", "housing", "treatment"]


class Staffed(Part):
    """Another number of places at some hours."""

    days: Annotated[tuple[int, ...], BeforeValidator(days_of)]
    start: StartTime
    end: EndTime
    places: Whole


class OtherLoad(Part):
    """People who come without a call: they take places too."""

    per_day: Amount
    profile: Profile | None = None  # none: even over the year


class Facility(Part):
    """A door people are brought to, or a service they are linked to.

    Without `places` a facility takes everybody; without `stay_h` nobody is followed once handed over.
    """

    kind: Kind
    zone: str | None = None
    open: str = Field("00:00-24:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")
    handover_min: Amount = Sourced(value=0.0)
    handover_by_min: dict[str, Amount] = Field(default_factory=dict)  # by responder type, where it differs
    bays: Whole | None = None  # hand-overs at the same time; none: any number
    takes: list[str] | Literal["all"] = "all"  # call types
    ages: list[Age] = Field(default_factory=lambda: ["youth", "adult", "elder"])  # type: ignore[arg-type]
    never_if: list[Flag] = Field(default_factory=list)
    places: Whole | None = None  # none: any number
    hours: dict[str, Staffed] = Field(default_factory=dict)  # other numbers of places at some hours
    stay_h: Amount | None = None  # mean
    when_full: Literal["wait", "next"] | None = None  # none: crisis and sobering centres send on, the others let wait
    inpatient_share: ShareOf = Sourced(value=0.0)  # of stays, that end in need of an inpatient bed
    hold_inpatient_share: ShareOf | None = None  # of stays on a hold; none: the same
    other_load: OtherLoad | None = None
