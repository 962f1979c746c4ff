"""What every chapter of the scenario file is made of: mappings, numbers with their source, days, times, spreads.

The chapters are `schema.py` (demand, streets, money), `phone.py`, `facilities.py` and `people.py`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class Part(BaseModel):
    """A mapping of the file. Unknown keys are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def as_row(raw: Any) -> Any:
    """A number as a file may give it: a bare one as its row, a date in `as_of` as text."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return {"value": raw}
    if isinstance(raw, dict) and isinstance(raw.get("as_of"), (int, dt.date)):
        return {**raw, "as_of": str(raw["as_of"])}
    return raw


class Sourced(Part):
    """A number with where it comes from. A bare number in a file is read as one without a source."""

    value: float
    unit: str | None = None
    source: str | list[str] | None = None
    as_of: str | None = None
    low: float | None = None
    high: float | None = None
    range_kind: Literal["ci95", "sites", "years", "judgement"] | None = None
    reason: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, raw: Any) -> Any:
        return as_row(raw)

    @model_validator(mode="after")
    def _ordered(self) -> Sourced:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            raise ValueError(f"low <= value <= high; got low {low:g}, value {self.value:g}, high {high:g}")
        if self.source == "assumption" and not self.reason:
            raise ValueError('an assumption says why: add reason: "..."')
        return self


def _within(low: float, high: float, what: str) -> Any:
    def check(number: Sourced) -> Sourced:
        for name in ("value", "low", "high"):
            given = getattr(number, name)
            if given is not None and not low <= given <= high:
                raise ValueError(f"{what}; got {name} {given:g}")
        return number

    return AfterValidator(check)


Amount = Annotated[Sourced, _within(0, 1e12, "a number of 0 or more")]
Ratio = Annotated[Sourced, _within(0, 1e6, "a factor of 0 or more")]
ShareOf = Annotated[Sourced, _within(0, 1, "a share between 0 and 1")]
OddsRatio = Annotated[Sourced, _within(1e-4, 1e4, "an odds ratio above 0")]
LogOddsOf = Annotated[Sourced, _within(-10, 10, "a shift of log odds between -10 and 10")]
Coordinate = Annotated[Sourced, _within(-1e5, 1e5, "kilometres")]
Growth = Annotated[Sourced, _within(-0.5, 1.0, "a yearly growth between -0.5 and 1")]
Whole = Annotated[int, Field(ge=0, le=1_000_000)]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def days_of(raw: Any) -> Any:
    """`all`, `mon-thu`, `fri-sun` or a list of day names, as day numbers (Monday 0)."""
    if isinstance(raw, str):
        if raw == "all":
            return tuple(range(7))
        ends = raw.split("-")
        if len(ends) <= 2 and all(day in DAYS for day in ends):
            first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
            return tuple(sorted((first + k) % 7 for k in range((last - first) % 7 + 1)))
    elif isinstance(raw, (list, tuple)) and raw and all(day in DAYS for day in raw):
        return tuple(sorted({DAYS.index(day) for day in raw}))
    elif isinstance(raw, tuple) and all(isinstance(day, int) for day in raw):
        return raw
    raise ValueError("all, a range such as mon-thu, or a list such as [sat, sun]")


def _clock(last: str) -> Any:
    def check(raw: Any) -> Any:
        if not isinstance(raw, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", raw) or raw > last:
            raise ValueError(f"a time of day HH:MM, 00:00 to {last}")
        return raw

    return BeforeValidator(check)


StartTime = Annotated[str, _clock("23:59")]
EndTime = Annotated[str, _clock("24:00")]


class Profile(Part):
    """When calls come, as weights; only their shape counts."""

    source: str | list[str] | None = None
    attribution: str | None = None
    hours: list[float] | None = Field(None, min_length=24, max_length=24)
    weekdays: list[float] | None = Field(None, min_length=7, max_length=7)
    hours_of_week: list[float] | None = Field(None, min_length=168, max_length=168)
    months: list[float] | None = Field(None, min_length=12, max_length=12)


Quantiles = Annotated[list[float], Field(min_length=3, max_length=999)]  # evenly spaced: the k-th of n at k / (n + 1)


def check_quantiles(family: str, quantiles: list[float] | None) -> None:
    """Refuse an empirical spread without its quantiles, quantiles of another family, and a list that does not rise."""
    if (family == "empirical") != (quantiles is not None):
        raise ValueError("quantiles with family empirical, and only there")
    if quantiles is not None and (quantiles[0] < 0 or sorted(quantiles) != quantiles or quantiles[-1] <= quantiles[-2]):
        raise ValueError("quantiles of 0 or more that never fall, the last above the one before")


class Duration(Part):
    """The spread of a duration around its mean."""

    family: Literal["fixed", "exponential", "lognormal", "gamma", "weibull", "empirical"] = "lognormal"
    cv: Ratio = Sourced(value=1.0)  # ignored by fixed (0), exponential (1) and empirical
    zero_share: ShareOf = Sourced(value=0.0)  # exactly zero; the mean is over all
    quantiles: Quantiles | None = None  # empirical: of those above zero, in any unit; only their shape counts

    @model_validator(mode="after")
    def _with_quantiles(self) -> Duration:
        check_quantiles(self.family, self.quantiles)
        return self


class Shift(Part):
    """Hours of `posts` equal places. `start` after `end` passes midnight.

    Posts start `stagger_min` one after another. A crew on call waits at home: it is paid `paid_share` of the hour, and
    takes `turnout_min`.
    """

    days: Annotated[tuple[int, ...], BeforeValidator(days_of)]
    start: StartTime
    end: EndTime
    posts: int = Field(1, ge=0, le=10_000)
    stagger_min: int = Field(0, ge=0, le=24 * 60)
    on_call: bool = False
    paid_share: ShareOf = Sourced(value=1.0)
    turnout_min: Amount | None = None  # none: the responder's own

    @property
    def length_min(self) -> int:
        """From start to end, past midnight unless the end is later in the day."""
        (h, m), (to_h, to_m) = (map(int, text.split(":")) for text in (self.start, self.end))
        length = 60 * (to_h - h) + to_m - m
        return length if length > 0 else length + 24 * 60


Flag = Literal["weapon", "medical_need", "violence_risk"]
Age = Literal["youth", "adult", "elder"]
