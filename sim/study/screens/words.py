"""Words that all screens share: names, days, spans of time, rounded shares that add up."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sim.scenario.number import Sourced
from sim.scenario.schema import Scenario
from sim.world.clock import horizon

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UPPER = {"ed": "ED", "ems": "EMS", "cit": "CIT"}
NAN = float("nan")
UNBROKEN = "\u00a0"


def said(name: str) -> str:
    """A row's name as a sentence says it: `cit_patrol` is `CIT patrol`, `co_response` is `co-response`."""
    return " ".join(UPPER.get(word, word) for word in name.split("_")).replace("co re", "co-re")


def dotted(parts: Sequence[str]) -> str:
    """`a b · c d`, breaking between parts only when wrapped (see `unbroken`)."""
    return " · ".join(part.replace(" ", UNBROKEN) for part in parts)


def unbroken(lines: Sequence[str]) -> list[str]:
    """Wrapped lines with plain blanks again."""
    return [line.replace(UNBROKEN, " ") for line in lines]


def day(date: dt.date) -> str:
    """`1 Jul 2027`, whatever the locale."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def span(days: int) -> str:
    """`1 year`, `28 days`."""
    return "1 year" if days in (365, 366) else f"{days} day{'' if days == 1 else 's'}"


def period(days: int) -> str:
    """What a total is of: `a year`, `in 28 days`."""
    return "a year" if days in (365, 366) else f"in {span(days)}"


def window(scenario: Scenario) -> tuple[dt.date, dt.date]:
    """First and last day of the measured window."""
    axis = horizon(scenario.run)
    return axis.date(axis.window_start_s), axis.date(axis.window_end_s - 1)


def cited(number: Sourced | None) -> str:
    """` (C027)`: the first source of a number, or nothing."""
    if number is None or not number.source:
        return ""
    return f" ({number.source if isinstance(number.source, str) else number.source[0]})"


def whole_shares(shares: Sequence[float], total: int = 100) -> list[int]:
    """Shares as whole numbers that add up to what they add up to, rounded; the largest remainders go up."""
    exact = [0.0 if math.isnan(share) else share * total for share in shares]
    rounded = [math.floor(value + 1e-9) for value in exact]
    short = round(sum(exact)) - sum(rounded)
    order = sorted(range(len(exact)), key=lambda i: (rounded[i] - exact[i], i))
    for i in order[: max(short, 0)]:
        rounded[i] += 1
    return rounded


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


@dataclass(frozen=True)
class Figure:
    """One metric's mean over replications with its range."""

    value: float = NAN
    low: float = NAN
    high: float = NAN
    n: float = 0.0

    @property
    def is_there(self) -> bool:
        return not math.isnan(self.value)


class Figures:
    """A summary of metrics, looked up by metric, group and level."""

    def __init__(self, summary: pd.DataFrame) -> None:
        columns = ["metric", "group", "level", "value", "low", "high", "n"]
        rows = summary[columns].itertuples(index=False, name=None)
        self._rows = {row[:3]: Figure(*map(float, row[3:])) for row in rows}

    def get(self, metric: str, group: str = "all", level: str = "all") -> Figure:
        """The figure, or one that is not there."""
        return self._rows.get((metric, group, level), Figure())

    def levels(self, metric: str, group: str) -> list[str]:
        """Levels of a group a metric has."""
        return sorted(level for name, g, level in self._rows if name == metric and g == group)
