"""A city's own records beside the simulated figures: never fitted to, agreeing or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

CLOSE = 0.05  # of the observed value
POINTS = 0.02  # for shares: two points
YEAR_DAYS = (350, 380)  # a window that may be set beside a record of a year
COLUMNS = ["metric", "of", "observed", "value", "low", "high", "difference", "unit", "verdict", "source"]
GROUPS = (
    "all", "programme", "responder", "type", "priority", "payer", "zone", "hour_band", "disposition", "reason", "desk", "channel",
    "facility", "kind", "age", "housing", "caller",
)  # fmt: skip


def rows(observed: Mapping[str, Any], summary: pd.DataFrame, days: int = 365) -> pd.DataFrame:
    """Each observed total beside the simulated one.

    Parameters
    ----------
    observed : mapping
        Metric to its record: `value`, `of` (a level, such as a programme), `source`, as in a scenario.
    summary : DataFrame
        What `interval.summarise` gives.
    days : int
        Length of the measured window; a record whose unit says `per year`, or a sum of money without a unit, wants a year.

    Returns
    -------
    DataFrame
        metric, of, observed, value (simulated), low, high, difference (simulated minus observed), unit, verdict,
        source. The verdict is *agrees* where the observed value lies in the simulated range, or within 5 % (two
        points for a share) of the simulated; else *off by* that much; *cannot be tested* where there is no such
        simulated figure, or the record is of a year and the window is not.
    """
    is_year = YEAR_DAYS[0] <= days <= YEAR_DAYS[1]
    found = [_row(metric, record, summary, is_year) for metric, record in observed.items()]
    return pd.DataFrame(found, columns=COLUMNS)


def _row(metric: str, record: Any, summary: pd.DataFrame, is_year: bool) -> tuple[Any, ...]:
    source = record.source if isinstance(record.source, str | None) else ", ".join(record.source)
    simulated = _find(metric, record.of, summary)
    if not is_year and _is_of_a_year(record.unit, simulated):
        simulated = None
    if simulated is None or np.isnan(simulated["value"]):
        nothing = (np.nan,) * 4
        return (metric, record.of or "", record.value, *nothing, record.unit or "", "cannot be tested", source or "")
    value, low, high, unit = (simulated[name] for name in ("value", "low", "high", "unit"))
    difference = value - record.value
    verdict = _verdict(record.value, value, low, high, unit)
    return (metric, record.of or "", record.value, value, low, high, difference, unit, verdict, source or "")


def _is_of_a_year(unit: str | None, simulated: pd.Series | None) -> bool:
    """Whether a record is of a year: it says so, or is a sum of money that says nothing else."""
    return "year" in unit if unit else simulated is not None and simulated["unit"] == "USD"


def _find(metric: str, of: str | None, summary: pd.DataFrame) -> pd.Series | None:
    """The summary row of a metric: its total, or the level named, programmes before others."""
    own = summary[summary["metric"] == metric]
    for group in ("all",) if of is None else GROUPS:
        hit = own[(own["group"] == group) & (own["level"] == (of or "all"))]
        if len(hit):
            return hit.iloc[0]
    return None


def _verdict(observed: float, value: float, low: float, high: float, unit: str) -> str:
    off = abs(value - observed)
    limit = POINTS if unit == "share" else CLOSE * abs(observed)
    if low <= observed <= high or off <= limit * (1 + 1e-9):
        return "agrees"
    return f"off by {off_by(off, unit)}"


def off_by(off: float, unit: str) -> str:
    """A distance in words: points for shares, dollars for money, else two significant digits and the unit."""
    if unit == "share":
        return f"{off * 100:.0f} points" if off >= 0.015 else f"{off * 100:.1g} points"
    rounded = float(f"{off:.2g}")
    number = f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"
    if unit.startswith("USD"):
        return f"${number}{unit.removeprefix('USD')}"
    return f"{number} {unit}"
