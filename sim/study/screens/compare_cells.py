"""The numbers of a comparison's screen: a row and an option give a cell."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.study.comparison import Comparison
from sim.study.screens.words import NAN, Figure

CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Row:
    """One line of the table: a label, a metric, and how its numbers are written."""

    label: str
    metric: str
    group: str = "all"
    level: str = "all"
    is_money: bool = False
    sign: int = 1  # -1 turns a cost into a cost avoided
    assumed: bool = False
    part: str = ""  # of ED visits diverted


@dataclass(frozen=True)
class Cell:
    """Baseline, difference and verdict of one row for one option."""

    baseline: float
    difference: Figure
    verdict: str

    @property
    def is_there(self) -> bool:
        return self.difference.is_there


def find(comparison: Comparison, i: int, row: Row) -> Cell:
    """The numbers of a row for option `i`."""
    if row.part:
        frame = comparison.diversions[i]
        hit = frame[(frame["within"] == "72h") & (frame["part"] == row.part)]
        if hit.empty:
            return Cell(NAN, Figure(), CANNOT_TELL)
        one = hit.iloc[0]
        return Cell(NAN, Figure(one["per_100_eligible"], one["low"], one["high"]), str(one["verdict"]))
    if row.metric == "avoided":
        return _avoided(comparison, i, row.level)
    frame = comparison.tables[i]
    hit = frame[(frame["metric"] == row.metric) & (frame["group"] == row.group) & (frame["level"] == row.level)]
    if hit.empty:
        return Cell(NAN, Figure(), CANNOT_TELL)
    one = hit.iloc[0]
    return Cell(one["baseline"], Figure(one["difference"], one["low"], one["high"]), str(one["verdict"]))


def _avoided(comparison: Comparison, i: int, payer: str) -> Cell:
    """What a payer of events would pay less: baseline minus option, its crews left out."""
    difference = comparison.event_costs(i, payer)
    spans_zero = math.isnan(difference[1]) or difference[1] <= 0 <= difference[2]
    is_zero = difference == (0.0, 0.0, 0.0)
    return Cell(NAN, Figure(*difference), "about the same" if is_zero else CANNOT_TELL if spans_zero else "more")
