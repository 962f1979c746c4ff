"""People: age and housing of callers, those whose crises recur, and what is done for them afterwards."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.number import Age, Amount, Part, Ratio, ShareOf, Sourced, Whole

Ending = Literal["resolved", "referred", "crisis_centre", "ed", "ed_medical", "hold", "arrest", "no_contact"]


class Recurrent(Part):
    """People with recurrent crises, each with a rate of their own; everybody else's calls are anonymous.

    Rates are those of the status quo. `check` says how much of the stated demand they make up.
    """

    per_1000: Amount  # people per 1,000 residents
    crises_per_year: Amount  # mean over them
    frailty: Literal["gamma", "lognormal"] = "gamma"
    frailty_cv: Ratio  # standard deviation over mean of the rates of different people
    mix: dict[str, ShareOf] = Field(default_factory=dict)  # of their crises; none: as of all calls about people
    care_factor: Ratio = Sourced(value=1.0)  # on the rate while in care
    unresolved_factor: Ratio = Sourced(value=1.0)  # on the rate after a contact that resolved nothing
    unresolved_days: Amount = Sourced(value=0.0)


class People(Part):
    """Who callers are."""

    ages: dict[Age, ShareOf] = Field(default_factory=dict)  # of calls whose type does not say; none: adults
    unhoused_share: ShareOf = Sourced(value=0.0)  # of anonymous calls
    recurrent_unhoused_share: ShareOf | None = None  # of people with recurrent crises; none: the same
    recurrent: Recurrent | None = None


class FollowUp(Part):
    """Case managers ring and visit people after a contact; who is reached is in care for a time and on the caseload."""

    case_managers: Whole
    caseload: Whole = 25  # people each can have
    raised_share: dict[Ending, ShareOf]  # of endings that are to be followed up
    due_h: Amount = Sourced(value=72.0)  # not taken on by then, it lapses
    first_after_h: Amount = Sourced(value=24.0)
    every_h: Amount = Sourced(value=48.0)
    attempts: int = Field(3, ge=1, le=100)
    success_share: ShareOf  # of attempts
    care_days: Amount = Sourced(value=90.0)
    wage: str | None = None  # the rate a case manager costs a year; none: free
