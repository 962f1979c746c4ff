"""Figures of a validation as cells of a table: value and range rounded alike, ends that differ never shown as equal."""

from __future__ import annotations

import math

from sim.calibrate.validating.levels import Row
from sim.calibrate.validating.verdict import Input
from sim.screen import NONE, number, range_places, significant_places

MOST_PLACES = 9


def label(row: Row) -> str:
    """`travel: half within`."""
    return f"{row.quantity}: {row.group}" if row.group not in row.quantity else row.quantity


def recorded(row: Row) -> str:
    """`21.3 % (20.6, 22.1)`."""
    if row.effect_unit == "distance":
        return ""
    scale, unit = _scaled(row)
    low, high = scale * row.low, scale * row.high
    places = _places(low, high)
    return f"{number(scale * row.recorded, places)}{unit} ({number(low, places)}, {number(high, places)})"


def simulated(row: Row) -> str:
    """`21.6 %`, rounded as the recorded one."""
    if row.effect_unit == "distance":
        return ""
    scale, unit = _scaled(row)
    return f"{number(scale * row.simulated, _places(scale * row.low, scale * row.high))}{unit}"


def effect(row: Row) -> str:
    """`+3.1 points (+45 %)`: the difference in its unit, and in per cent of the recorded value."""
    if row.effect_unit == "distance":
        return f"distance {row.effect:.2f}"
    relative = f"{short(100 * row.relative)} %" if math.isfinite(row.relative) else ""
    if row.effect_unit == "of the recorded" or not math.isfinite(row.effect):
        return relative
    off = short(row.effect, 2 if row.effect_unit == "standard deviations" else 1)
    return f"{off} {_unit(row)}" + (f" ({relative})" if relative else "")


def luck(row: Row) -> str:
    """`-1.2 to +1.4 points`: how far luck alone may move the difference."""
    if row.effect_unit == "distance":
        return f"0 to {row.luck_high:.2f}"
    by = 100 if row.effect_unit == "of the recorded" else 1
    low, high = by * row.luck_low, by * row.luck_high
    if not math.isfinite(low + high):
        return NONE
    places = _places(low, high)
    return f"{number(low, places, signed=True)} to {number(high, places, signed=True)} {_unit(row)}"


def short(value: float, most: int = 1) -> str:
    """A signed difference in two significant digits, with so many decimals at most."""
    return number(value, min(max(significant_places(value), 0), most), signed=True)


def _unit(row: Row) -> str:
    return {"of the recorded": "%", "standard deviations": "sd"}.get(row.effect_unit, row.effect_unit)


def _scaled(row: Row) -> tuple[float, str]:
    return (100.0, " %") if row.unit == "share" else (1.0, "" if row.unit in ("ratio", "units") else f" {row.unit}")


def _places(low: float, high: float) -> int:
    """Decimals of a range: a digit of its width at least, and as many as tell its ends apart."""
    places = max(range_places(low, high), significant_places(high - low, 1), 0)
    while low < high and places < MOST_PLACES and number(low, places) == number(high, places):
        places += 1
    return places


def stated(one: Input) -> str:
    """What a forecast put in, with its range if it had one."""
    has_range = one.stated_low is not None or one.stated_high is not None
    return _ranged(one.stated, one.stated_low, one.stated_high) if has_range else _figure(one.stated)


def estimated(one: Input) -> str:
    """What the months say of it."""
    return _ranged(one.estimated, one.estimated_low, one.estimated_high)


def closes(one: Input) -> str:
    """Share of the miss that goes with it."""
    return f"{100 * one.closes:.0f} %" if one.closes == one.closes else "not played"


def _ranged(value: float, low: float | None, high: float | None) -> str:
    ends = [value if end is None else end for end in (low, high)]
    places = max(_places(*ends), significant_places(value, 3), 0)
    return f"{number(value, places)} ({number(ends[0], places)} to {number(ends[1], places)})"


def _figure(value: float) -> str:
    return number(value, max(significant_places(value, 3), 0))
