"""The map of an export: which column holds what, and which label means what, as typed objects.

A planner writes it once a dispatch centre, by hand or from `guess.py`. It holds column names, label words and rules, never
a row. Reading it gives every fault with its line, as scenarios do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from sim.calibrate.checked import read_checked
from sim.scenario.node import Node
from sim.scenario.number import Part

MOMENTS = ("received", "dispatched", "en_route", "on_scene", "left_scene", "at_door", "clear", "cancelled")
INTERVALS = ("queue", "turnout", "travel", "response", "on_scene", "transport", "at_door", "task")
ENDINGS = (
    "resolved", "referred", "crisis_centre", "ed", "ed_medical", "hold", "arrest", "no_contact",
    "handled", "cancelled", "abandoned",
)  # fmt: skip
Moment = Literal["received", "dispatched", "en_route", "on_scene", "left_scene", "at_door", "clear", "cancelled"]
Interval = Literal["queue", "turnout", "travel", "response", "on_scene", "transport", "at_door", "task"]
Unit = Literal["s", "min", "h", "clock"]  # clock: H:MM:SS or MM:SS
Ending = Literal[
    "resolved", "referred", "crisis_centre", "ed", "ed_medical", "hold", "arrest", "no_contact",
    "handled", "cancelled", "abandoned", "ignore",
]  # fmt: skip
DEFAULT = "default"
OTHER = "other"  # ordinary police work
IGNORE = "ignore"


class Columns(Part):
    """Columns with words. None: the export does not say."""

    call: str | None = None  # rows with the same value are one call, a row each unit; none: a row is a call
    type: str | None = None
    final_type: str | None = None  # what it turned out to be
    priority: str | None = None
    disposition: str | None = None
    zone: str | None = None
    from_zone: str | None = None  # where the unit set out
    latitude: str | None = None  # with longitude instead of a zone: squares of `grid_km`
    longitude: str | None = None
    person: str | None = None  # any key of the person; hashed as it is read
    unit: str | None = None
    responder: str | None = None
    channel: str | None = None

    @model_validator(mode="after")
    def _with_both_coordinates(self) -> Columns:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude, or neither")
        return self


class Times(Part):
    """How stamps are written."""

    format: str | None = None  # strptime words; none: the usual ones are tried, the one that fits all is taken
    date: str | None = None  # column with the day of the call, where stamps are times of day
    zone: str | None = None  # of stamps that name an offset, such as America/Denver; none: they are local
    missing: list[str] = Field(default_factory=lambda: ["", "NULL", "null", "NaN", "NA", "N/A", "-", "00:00", "00:00:00"])


class Waves(Part):
    """Several units in one cell: `M5=07:05:17, WAVE12=07:03:23`."""

    between: str = ","
    sign: str = "="


class Cells(Part):
    """Parts of the date in columns of their own, where there are no stamps."""

    year: str | None = None
    month: str | None = None  # number or English name
    weekday: str | None = None  # English name, or 0 to 6 from Monday
    hour: str | None = None  # 0 to 23


class Period(Part):
    """Days that are used; none: all."""

    first: dt.date | None = None
    last: dt.date | None = None


class Labels(Part):
    """Rows picked by the words of one column; `*` stands for anything, case does not count."""

    column: str
    are: list[str] = Field(min_length=1)


class Limits(Part):
    """What is too long to be true: such intervals are left blank and counted."""

    longest_h: Annotated[float, Field(gt=0, le=24 * 366)] = 24.0
    smallest_cell: Annotated[int, Field(ge=1, le=1000)] = 10  # counts below are not shown, and nothing is fitted to fewer


class ExportMap(Part):
    """What the columns and words of an export mean."""

    name: str = "Our city"
    source: str = "dispatch export"  # written beside every number learned from it
    as_of: str | None = None
    population: int | None = Field(None, gt=0)
    base: str = "base.yaml"  # the scenario whose defaults stand where nothing was learned
    columns: Columns = Columns()
    stamps: dict[Moment, str] = Field(default_factory=dict)  # moment -> column
    times: Times = Times()
    waves: Waves | None = None  # set: stamps after `received` hold several units in one cell
    since_received: dict[Moment, str] = Field(default_factory=dict)  # moment -> column with the time since the call
    lasting: dict[Interval, str] = Field(default_factory=dict)  # interval -> column
    durations_in: Unit = "min"  # of `since_received` and `lasting`
    cells: Cells | None = None
    grid_km: float = Field(2.0, gt=0, le=100)
    types: dict[str, str] = Field(default_factory=lambda: {DEFAULT: OTHER})  # label -> call type, other or ignore
    final_types: dict[str, str] = Field(default_factory=dict)  # none: as types
    priorities: dict[str, int] = Field(default_factory=dict)  # label -> 1 to 4
    dispositions: dict[str, Ending] = Field(default_factory=dict)
    responders: dict[str, str] = Field(default_factory=lambda: {DEFAULT: "patrol"})  # label of responder, else of unit
    test_calls: list[Labels] = Field(default_factory=list)
    self_initiated: list[Labels] = Field(default_factory=list)  # officers' own work: counted, no demand of callers
    period: Period = Period()
    hold_back: Literal["none", "years", "months", "weeks", "rows"] = "none"  # every second one is kept for `validate`
    limits: Limits = Limits()

    @field_validator("as_of", mode="before")
    @classmethod
    def _text(cls, raw: Any) -> Any:
        return raw if raw is None else str(raw)

    @model_validator(mode="after")
    def _has_something(self) -> ExportMap:
        if not (self.stamps or self.since_received or self.lasting or self.cells):
            raise ValueError("a column with times: stamps, since_received, lasting or cells")
        wrong = sorted(str(level) for level in self.priorities.values() if level not in (1, 2, 3, 4))
        if wrong:
            raise ValueError(f"priorities of 1 to 4; got {', '.join(wrong)}")
        return self

    def named_columns(self) -> Iterator[tuple[str, str]]:
        """Each column of the export that the map names, with the path in the map that names it."""
        for part in ("stamps", "since_received", "lasting"):
            yield from ((f"{part}.{moment}", column) for moment, column in getattr(self, part).items())
        for part in ("columns", "cells"):
            inner = getattr(self, part)
            if inner is not None:
                yield from ((f"{part}.{key}", column) for key, column in inner.model_dump().items() if column is not None)
        if self.times.date is not None:
            yield "times.date", self.times.date
        for part in ("test_calls", "self_initiated"):
            yield from ((f"{part}[{i}].column", labels.column) for i, labels in enumerate(getattr(self, part)))


def read_map(path: str | Path) -> tuple[ExportMap, Node]:
    """The map in a file, and its tree of nodes for the places of later faults.

    Raises
    ------
    ExportError
        With every fault found.
    """
    return read_checked(path, ExportMap, "an export map", "begin with: crisis-sim calibrate EXPORT --guess", _as_texts)


def _as_texts(data: Any) -> Any:
    """Labels that YAML reads as numbers or dates are words here."""
    if isinstance(data, Mapping):
        words = {str(key): _as_texts(value) for key, value in data.items()}
        if "are" in words and isinstance(words["are"], list):
            words["are"] = [str(word) for word in words["are"]]
        return words
    return data
