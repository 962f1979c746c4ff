"""Numbers estimated together from one record: how they moved together when its days were resampled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.number import Part

Factor = Annotated[float, Field(ge=0, le=1e6)]
Factors = Annotated[list[Factor], Field(min_length=2, max_length=1000)]
Hours = Annotated[list[Factor], Field(min_length=24, max_length=24)]
Weekdays = Annotated[list[Factor], Field(min_length=7, max_length=7)]
Months = Annotated[list[Factor], Field(min_length=12, max_length=12)]


class ProfileFactors(Part):
    """Factors on the weights of a profile, one row a draw."""

    hours: list[Hours] | None = None
    weekdays: list[Weekdays] | None = None
    months: list[Months] | None = None


class Resampled(Part):
    """Joint draws: the first draw multiplies every number by its first factor, and so on; after the last comes the first.

    They hold for numbers and profiles that name the same `source`, and for numbers laid over those without a range of
    their own.
    """

    source: str
    factors: dict[str, Factors] = Field(default_factory=dict)  # dotted path -> factor on the stated value, one a draw
    profiles: dict[Literal["profile", "other_profile"], ProfileFactors] = Field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many draws there are."""
        return next(self._lengths(), 0)

    def _lengths(self) -> Iterator[int]:
        yield from (len(row) for row in self.factors.values())
        for factors in self.profiles.values():
            yield from (len(rows) for rows in (factors.hours, factors.weekdays, factors.months) if rows is not None)

    @model_validator(mode="after")
    def _of_one_length(self) -> Resampled:
        lengths = set(self._lengths())
        if len(lengths) != 1:
            raise ValueError(f"as many factors for every number; got {', '.join(map(str, sorted(lengths))) or 'none'}")
        return self
