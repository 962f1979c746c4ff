"""What a validation found, before anybody is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.calibrate.validating.asking import Answers
from sim.calibrate.validating.levels import Row


@dataclass(frozen=True)
class Input:
    """An input of a forecast that the months themselves tell otherwise: each value lies outside the other's range.

    `closes`: share of the mean miss that goes when it alone is set right, nan where that was not played; `most_in`: the
    quantity that gains most.
    """

    path: str
    stated: float
    stated_low: float | None
    stated_high: float | None
    estimated: float
    estimated_low: float
    estimated_high: float
    unit: str
    closes: float
    most_in: str


@dataclass(eq=False)
class Verdict:
    """Everything that page, table and screen say.

    Attributes
    ----------
    what, export : str
        The scenario file or results folder, and the files it was set beside.
    period : str
        Which months, in words.
    notes : list of str
        What a reader must know first.
    records, lives : Answers
        What pictures are drawn from.
    inputs : list of Input
        Of a forecast, the one that mattered most first.
    look : str
        Which line to look at next, in words.
    """

    name: str
    what: str
    export: str
    period: str
    notes: list[str]
    replications: int
    rows: list[Row]
    records: Answers
    lives: list[Answers]
    inputs: list[Input] = field(default_factory=list)
    look: str = ""
