"""The phone: groups of call-takers, each with one answer queue, and what becomes of a call there."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.number import Amount, Duration, Flag, Part, ShareOf, Shift, Sourced


class RingAgain(Part):
    """What callers do who hung up unanswered: a share rings again, once."""

    share: ShareOf
    after_min: Amount = Sourced(value=2.0)
    desk: str | None = None  # none: the same


class Spill(Part):
    """Calls unanswered so long go to another desk, keeping their age."""

    desk: str
    after_min: Amount


class HandOn(Part):
    """Calls that the desk has not resolved and that another desk takes."""

    desk: str
    takes: list[str] | Literal["people"] = "people"
    never_if: list[Flag] = Field(default_factory=lambda: ["weapon", "medical_need"])  # type: ignore[arg-type]
    only_if_free: bool = True  # else they wait in its queue


class Desk(Part):
    """A group of call-takers: 911 call-takers, 988 counsellors, a clinician in the 911 centre.

    `handling_min` is the mean on the phone, by call type or for `all` the others.
    """

    title: str | None = None
    channels: list[str] = Field(default_factory=list)  # whose calls ring here first
    shifts: dict[str, Shift] = Field(default_factory=dict)  # `posts` are positions
    handling_min: dict[str, Amount] = Field(default_factory=dict)
    patience_min: Amount | None = None  # mean in the queue, exponential; none: waits for ever
    rings_again: RingAgain | None = None
    spills: Spill | None = None
    hands_on: HandOn | None = None
    sensitivity_share: ShareOf | None = None  # of crises seen as such; none: as `mislabelled` of the types says
    false_alarm_share: ShareOf = Sourced(value=0.0)  # of ordinary police work, taken for `phone.false_alarm_as`
    resolves_share: dict[str, ShareOf] = Field(default_factory=dict)  # by call type, `all` for the other types about people
    never_if: list[Flag] = Field(default_factory=lambda: ["weapon", "medical_need"])  # type: ignore[arg-type]  # never resolved
    wage: str | None = None  # the rate its hours cost; none: free


class Phone(Part):
    """The phone stage. Calls of a channel without a desk come straight to dispatch."""

    desks: dict[str, Desk] = Field(min_length=1)
    false_alarm_as: str | None = None  # a call type about people
    handling_spread: Duration = Duration()  # one for all desks: it is the call's luck
