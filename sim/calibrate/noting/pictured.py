"""The sections of the data-quality note that hold pictures: spreads, hours and months, patience; a table beside each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from sim.calibrate.estimate import Fitted, Shape, Spread
from sim.calibrate.noting.chapters import path_words
from sim.calibrate.noting.charts import DAYS, MONTHS, NAMES, alike, hours_numbers, months_numbers, small_share, spread_numbers
from sim.calibrate.noting.digits import places_apart
from sim.calibrate.noting.web import folded, heading, paragraph, said, table
from sim.screen import number, percent

Drawn = Mapping[str, str]  # path of what is shown -> the finished picture
FIGURES = "The figures behind the picture"
SHOWN_LEVELS = (10, 25, 50, 75, 90, 95, 99)


def spreads(fitted: Fitted, drawn: Drawn, smallest: int) -> Iterator[str]:
    """For each kind of interval: which family and why, the picture, and the tables behind it."""
    if fitted.spreads:
        yield paragraph(
            "Three families were fitted to each kind of interval. AIC compares them: the smallest fits best for its number of "
            "parameters. Distance is the largest gap between the shares within so many minutes, observed and fitted; where even "
            "the best is more than 0.05 away, the observed quantiles themselves are used."
        )
    for group in alike(fitted.spreads):
        spread = group[0]
        yield heading(spread.what[:1].upper() + spread.what[1:])
        zero = f" Of them {small_share(spread.zero_share)} are exactly zero." if spread.zero_share else ""
        yield paragraph(f"Used: {spread.reason.rstrip('.')}. It rests on {number(spread.n)} intervals.{zero}")
        if len(group) > 1:
            yield f"<p>The same goes for: {', '.join(path_words(one.path) for one in group[1:])}.</p>"
        yield drawn.get(spread.path, "")
        yield folded(f"{FIGURES}: {spread.what}", [_candidates(spread), _levels(spread, smallest)])


def _candidates(spread: Spread) -> str:
    best = min((one.aic for one in spread.candidates if not math.isnan(one.aic)), default=math.nan)
    rows = [
        (
            said(one.family) + (" (used)" if one.family == spread.family else ""),
            number(one.aic, 1), number(one.aic - best, 1), number(one.distance, 3),
        )
        for one in spread.candidates
    ]  # fmt: skip
    caption = f"Families tried: {spread.what}"
    return table(caption, ("Family", "AIC", "AIC above the best", "Distance"), rows, numeric=(1, 2, 3))


def _levels(spread: Spread, smallest: int) -> str:
    numbers = spread_numbers(spread, smallest)
    names = [name for name in numbers if name != "share_within"]
    rows = [(f"{level} %", *(_minutes(numbers[name][level - 1]) for name in names)) for level in SHOWN_LEVELS]
    heads = [name.removesuffix("_min") for name in names]
    return table(f"Minutes within which so many are: {spread.what}", ("Share", *heads), rows, numeric=range(1, len(names) + 1))


def _minutes(value: float) -> str:
    return number(value, 1 if value < 100 else 0)


def hours(fitted: Fitted, drawn: Drawn, smallest: int) -> Iterator[str]:
    """Weights of the hours of the week and of the months, pictures and tables."""
    for shape in fitted.shapes:
        what = NAMES.get(shape.path, shape.path)
        yield heading(what[:1].upper() + what[1:])
        yield paragraph(f"{shape.how[:1].upper()}{shape.how[1:].rstrip('.')}.")
        yield drawn.get(shape.path, "")
        months = [_months(shape, what)] if shape.months is not None else []
        yield drawn.get(f"{shape.path}.months", "")
        yield folded(f"{FIGURES}: {what}", [_week(shape, what, smallest), *months])


def _week(shape: Shape, what: str, smallest: int) -> str:
    weights = hours_numbers(shape, smallest)["weight"].to_numpy(np.float64).reshape(7, 24)
    rows = [(day, *(number(weight, 2) for weight in row)) for day, row in zip(DAYS, weights, strict=True)]
    heads = ("", *(f"{hour:02d}" for hour in range(24)))
    return table(f"Weights by weekday and hour, {what}", heads, rows, numeric=range(1, 25), dense=True)


def _months(shape: Shape, what: str) -> str:
    numbers, places = months_numbers(shape), 2
    if "low" in numbers:
        places = max([2, *(places_apart(low, high) for low, high in zip(numbers["low"], numbers["high"], strict=True))])
    rows = [("Weight", *(number(weight, places) for weight in numbers["weight"]))]
    if "low" in numbers:
        rows += [(label, *(number(x, places) for x in numbers[bound])) for label, bound in (("from", "low"), ("to", "high"))]
    return table(f"Weights by month, {what}", ("", *MONTHS), rows, numeric=range(1, 13))


def patience(fitted: Fitted, drawn: Drawn) -> Iterator[str]:
    """How long callers wait before they give up, where it was learned."""
    if "patience" in drawn:
        yield paragraph(
            "Callers who were answered might have waited longer, so waits that ended well count as at least so long. Steps that "
            "lie far from the line say that waiting is not as the exponential has it."
        )
        yield drawn["patience"]
        curve: pd.DataFrame = fitted.tables["patience"]
        at = np.unique(np.linspace(0, len(curve) - 1, 9).round().astype(int))
        rows = [
            (number(row.minutes, 1), percent(row.still_waiting), percent(row.exponential))
            for row in curve.iloc[at].itertuples(index=False)
        ]
        yield table("Share still waiting, had nobody been sent", ("Minutes", "Counted", "Exponential"), rows, numeric=(1, 2))
