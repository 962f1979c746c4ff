"""Pictures of what was learned: how fitted spreads sit on observed intervals, when calls come, how long callers wait.

Each is a function from what was fitted to a `Picture`, with the numbers drawn beside it; counts below the smallest cell
are joined with their neighbours or left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.estimate import Candidate, Fitted, Shape, Spread
from sim.measure.charts import palette
from sim.measure.charts.page import MARGIN_IN, NORMAL, SMALL, WIDTH_IN, Page, Picture, faint_grid
from sim.screen import number, percent, two_digits
from sim.world.quantile import unit_mean

WEEK_H = 168
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BINS_H = (1, 2, 3, 4, 6, 12, 24)  # raw counts are joined until nearly all can be shown
SHOWN_SHARE = 0.95
LEAST_SHOWN = 0.005  # difference of weights
LEAST_SHARE = 0.001
LEFT_IN = 0.62
LOOKS = {  # family -> colour, line, marker where markers are drawn
    "lognormal": (palette.BLUE, "-", "o"),
    "gamma": (palette.VERMILION, (0, (5, 2)), "s"),
    "weibull": (palette.GREEN, (0, (1.5, 1.2)), "^"),
}
MARKED_MIN = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 960, 1440, 4320)
NAMES = {"demand.profile": "calls about people", "demand.other_profile": "other calls"}
LEVELS = np.arange(1, 100) / 100

Floats = npt.NDArray[np.float64]


def pictures(fitted: Fitted, smallest: int) -> Iterator[tuple[str, Picture]]:
    """Every picture with the path of what it shows; draw inside `page.style`."""
    for group in alike(fitted.spreads):
        yield group[0].path, spread_picture(group[0], smallest)
    for shape in fitted.shapes:
        yield shape.path, hours_picture(shape, smallest)
        if shape.months is not None:
            yield f"{shape.path}.months", months_picture(shape)
    if "patience" in fitted.tables:
        yield "patience", patience_picture(fitted.tables["patience"])


def alike(spreads: Sequence[Spread]) -> list[list[Spread]]:
    """Spreads in groups: those of several paths that rest on the same intervals are shown once."""
    groups: dict[tuple[str, str, int, bytes], list[Spread]] = {}
    for spread in spreads:
        groups.setdefault((spread.what, spread.family, spread.n, spread.quantiles.tobytes()), []).append(spread)
    return list(groups.values())


def file_name(path: str) -> str:
    """A path as the name of a file."""
    return re.sub(r"\W+", "_", path).strip("_").lower()


def family_quantiles(candidate: Candidate) -> Floats | None:
    """99 quantiles in minutes of a fitted family, 1 % to 99 %; none for `empirical`."""
    if candidate.family not in LOOKS:
        return None
    parameters = candidate.parameters
    return parameters["mean_min"] * unit_mean(LEVELS, candidate.family, parameters["cv"])


def small_share(share: float) -> str:
    """A share that may be next to nothing."""
    return percent(share, 1) if share >= LEAST_SHARE else f"under {percent(LEAST_SHARE, 1)}"


def spread_numbers(spread: Spread, smallest: int) -> pd.DataFrame:
    """Share within, observed minutes, and minutes of each family tried.

    Observed ones with fewer rows than the smallest cell beyond them are blank: they would be the minutes of single rows.
    """
    beyond = np.minimum(LEVELS, 1 - LEVELS) * spread.n * (1 - spread.zero_share)
    table = pd.DataFrame({"share_within": LEVELS, "observed_min": np.where(beyond >= smallest, spread.quantiles, np.nan)})
    for candidate in spread.candidates:
        quantiles = family_quantiles(candidate)
        if quantiles is not None:
            table[f"{candidate.family}_min"] = quantiles
    return table


def spread_picture(spread: Spread, smallest: int) -> Picture:
    """On the left the share within so many minutes, observed and of each family; on the right one against the other."""
    numbers = spread_numbers(spread, smallest)
    families = [candidate.family for candidate in spread.candidates if f"{candidate.family}_min" in numbers]
    zero = f" {small_share(spread.zero_share)} are zero and left out here." if spread.zero_share else ""
    page = Page(
        f"How long: {spread.what}",
        f"{number(spread.n)} intervals.{zero} The scenario uses: {spread.family}.",
        3.55,
        "Minutes run on a scale of ratios. Left: the closer a line to the dots, the better. Right: the same against the line of "
        "equals; above it the family says longer than was observed.",
    )
    observed = np.maximum(numbers["observed_min"].to_numpy(np.float64), MARKED_MIN[0] / 5)
    wide_in, high_in = 3.05, 2.75
    left = page.axes(LEFT_IN, 0.5, wide_in, high_in)
    right = page.axes(WIDTH_IN - MARGIN_IN - wide_in, 0.5, wide_in, high_in)
    if np.isnan(observed).all():
        page.nothing("Too few intervals to show.")
        return Picture(file_name(spread.path), page, numbers, "Nothing to show: too few intervals.")
    low, high = np.nanmin(observed) / 1.3, np.nanmax(observed) * 1.3
    right.plot([low, high], [low, high], color=palette.GREY, linewidth=0.8)
    left.plot(observed, LEVELS, linestyle="", marker=".", markersize=3.5, color=palette.BLACK)
    for family in families:
        colour, line, marker = LOOKS[family]
        minutes = numbers[f"{family}_min"].to_numpy(np.float64)
        width = 2.2 if family == spread.family else 1.3
        left.plot(np.maximum(minutes, low / 10), LEVELS, color=colour, linestyle=line, linewidth=width)
        right.plot(
            observed, np.maximum(minutes, low / 10), linestyle="", marker=marker, markersize=3.2, markevery=4, color=colour,
            markerfacecolor="none",
        )  # fmt: skip
    for axes, label in ((left, "share within so many minutes"), (right, "minutes by the family, against minutes observed")):
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        _minutes(axes.xaxis, low, high)
        faint_grid(axes, "both")
        axes.set_title(label, size=SMALL, loc="left")
    left.set_ylim(0, 1)
    left.set_yticks([0, 0.25, 0.5, 0.75, 0.9, 1], ["0", "25 %", "50 %", "75 %", "90 %", "100 %"])
    right.set_yscale("log")
    right.set_ylim(low, high)
    _minutes(right.yaxis, low, high)
    _legend(page, families, spread.family)
    middle, most = observed[49], int(np.flatnonzero(np.isfinite(observed))[-1])
    said = f"Observed: half within {two_digits(middle)} min, {percent(LEVELS[most])} within {two_digits(observed[most])} min."
    return Picture(file_name(spread.path), page, numbers, said)


def _legend(page: Page, families: list[str], chosen: str) -> None:
    axes = page.axes(LEFT_IN, 0.0, WIDTH_IN - LEFT_IN - MARGIN_IN, 0.2)
    axes.axis("off")
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 1)
    axes.plot([0.15], [0.5], linestyle="", marker=".", markersize=6, color=palette.BLACK)
    axes.text(0.4, 0.5, "observed" + (", used" if chosen == "empirical" else ""), va="center", size=SMALL)
    for k, family in enumerate(families):
        colour, line, marker = LOOKS[family]
        at = 2.5 + 2.5 * k
        axes.plot([at - 0.35, at + 0.35], [0.5, 0.5], color=colour, linestyle=line, linewidth=1.6)
        axes.plot([at], [0.5], marker=marker, markersize=4, color=colour, markerfacecolor="white")
        axes.text(at + 0.5, 0.5, family + (", used" if family == chosen else ""), va="center", size=SMALL)


def _minutes(axis: Any, low: float, high: float) -> None:
    """Whole, well-known minutes as marks, few enough to stand apart."""
    marks = [mark for mark in MARKED_MIN if low <= mark <= high]
    while len(marks) > 7:
        marks = marks[::2]
    axis.set_ticks(marks, [f"{mark:g}" for mark in marks])
    axis.set_ticks([], minor=True)


def joined(observed: Floats, smallest: int) -> tuple[int, Floats]:
    """Hours joined into one, and calls an hour of the week in each; bins below the smallest cell are not known (nan)."""
    for hours in BINS_H:
        counts = observed.reshape(-1, hours).sum(axis=1)
        is_shown = (counts >= smallest) | (counts == 0)
        if np.mean(is_shown) >= SHOWN_SHARE:
            break
    shown = np.where(is_shown, counts, np.nan)
    return hours, np.repeat(shown / hours, hours)


def hours_numbers(shape: Shape, smallest: int) -> pd.DataFrame:
    """By hour of the week: calls counted (joined where few), fitted weight and its 95 % range."""
    hours, counted = joined(shape.observed, smallest)
    of_week = np.arange(WEEK_H)
    factors = shape.hours_resampled[:, of_week % 24] * shape.weekdays_resampled[:, of_week // 24]
    low, high = np.percentile(shape.hours_of_week * factors, [2.5, 97.5], axis=0)
    return pd.DataFrame(
        {
            "hour_of_week": of_week, "day": np.repeat(DAYS, 24), "hour": of_week % 24, "hours_joined": hours,
            "calls_counted": counted, "weight": shape.hours_of_week, "low": low, "high": high,
        }
    )  # fmt: skip


def hours_picture(shape: Shape, smallest: int) -> Picture:
    """Calls counted in each hour of the week, and the fitted weights with their range."""
    numbers = hours_numbers(shape, smallest)
    what = NAMES.get(shape.path, shape.path)
    hours = int(numbers["hours_joined"].iloc[0])
    joint = "" if hours == 1 else f" Counts are joined over {hours} hours, for single hours hold too few."
    joint += f" Open: fewer than {smallest}." if numbers["calls_counted"].isna().any() else ""
    page = Page(
        f"When {what} come: hours of the week",
        f"Line: the fitted weight, 1 is the average hour; its band: 95 % range. Filled: {number(shape.n)} calls counted, to the "
        f"same scale.{joint}",
        2.55,
    )
    axes = page.axes(LEFT_IN, 0.3, WIDTH_IN - LEFT_IN - MARGIN_IN, 1.95)
    page.text(MARGIN_IN, 0, "weight, average hour = 1", size=SMALL)
    mean = shape.observed.sum() / WEEK_H or 1.0
    edges = np.arange(WEEK_H + 1)
    counted = np.nan_to_num(numbers["calls_counted"].to_numpy(np.float64) / mean)
    axes.stairs(counted, edges, fill=True, color=palette.PALE)
    low, high, weight = (numbers[name].to_numpy(np.float64) for name in ("low", "high", "weight"))
    axes.fill_between(edges, np.append(low, low[-1]), np.append(high, high[-1]), step="post", color=palette.SKY, alpha=0.6)
    axes.stairs(weight, edges, color=palette.BLUE, linewidth=1.5, baseline=None)
    axes.set_xlim(0, WEEK_H)
    axes.set_ylim(0, 1.08 * max(float(counted.max()), float(high.max())))
    axes.set_xticks([24 * day + 12 for day in range(7)], DAYS)
    axes.tick_params(axis="x", length=0)
    for day in range(1, 7):
        axes.axvline(24 * day, color=palette.GREY, linewidth=0.5)
    faint_grid(axes, "y")
    most, least = int(np.argmax(weight)), int(np.argmin(weight))
    said = (
        f"Most in the hour from {DAYS[most // 24]} {most % 24:02d}:00, {two_digits(weight[most])} times the average; least from "
        f"{DAYS[least // 24]} {least % 24:02d}:00, {two_digits(weight[least])} times."
    )
    return Picture(file_name(shape.path), page, numbers, said)


def months_numbers(shape: Shape) -> pd.DataFrame:
    """By month: the weight and its 95 % range where it is known."""
    months = np.ones(12) if shape.months is None else shape.months
    table = pd.DataFrame({"month": MONTHS, "weight": months})
    if shape.months_resampled is not None:
        table["low"], table["high"] = np.percentile(months * shape.months_resampled, [2.5, 97.5], axis=0)
    return table


def months_picture(shape: Shape) -> Picture:
    """Weights of the months as bars, with their ranges."""
    numbers = months_numbers(shape)
    what = NAMES.get(shape.path, shape.path)
    page = Page(f"When {what} come: months", "The average month is 1; lines: 95 % range.", 2.1)
    axes = page.axes(LEFT_IN, 0.1, WIDTH_IN - LEFT_IN - MARGIN_IN, 1.7)
    weight = numbers["weight"].to_numpy(np.float64)
    axes.bar(range(12), weight, color=palette.SKY, edgecolor=palette.BLUE, linewidth=0.8, width=0.7)
    if "low" in numbers:
        axes.vlines(range(12), numbers["low"], numbers["high"], color=palette.INK, linewidth=1.4)
    axes.axhline(1, color=palette.GREY, linewidth=0.8)
    axes.set_xticks(range(12), MONTHS)
    axes.tick_params(axis="x", length=0)
    faint_grid(axes, "y")
    most, least = int(np.argmax(weight)), int(np.argmin(weight))
    said = f"Most in {MONTHS[most]}, {number(weight[most], 2)}; least in {MONTHS[least]}, {number(weight[least], 2)}."
    said = said if weight[most] - weight[least] > LEAST_SHOWN else "All months are alike."
    return Picture(file_name(f"{shape.path}.months"), page, numbers, said)


def patience_picture(curve: pd.DataFrame) -> Picture:
    """Share still waiting after so many minutes, had nobody come: counted (Kaplan-Meier), and by the fitted exponential."""
    page = Page(
        "How long callers wait before they give up",
        "Share still waiting had nobody been sent. Calls that were answered count as waiting until then, and leave the count.",
        2.9,
        "Steps: Kaplan-Meier, without any family. Line: the exponential that the scenario uses.",
    )
    axes = page.axes(LEFT_IN, 0.15, WIDTH_IN - LEFT_IN - MARGIN_IN - 1.5, 2.4)
    minutes = curve["minutes"].to_numpy(np.float64)
    ends = []
    for name, label, look in (
        ("still_waiting", "counted", {"color": palette.BLACK, "drawstyle": "steps-post", "linewidth": 1.2}),
        ("exponential", "exponential", {"color": palette.BLUE, "linestyle": (0, (5, 2)), "linewidth": 1.8}),
    ):
        values = curve[name].to_numpy(np.float64)
        axes.plot(minutes, values, **look)
        ends.append((label, look["color"], float(values[-1])))
    axes.set_xlim(0, float(minutes[-1]) or 1.0)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("minutes since received", size=SMALL)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    faint_grid(axes, "y")
    gap = 0.075
    (first, one, at), (second, other, by) = sorted(ends, key=lambda end: -end[2])
    for label, colour, place in ((first, one, max(at, by + gap)), (second, other, by)):
        axes.annotate(label, (1.02, place / 1.02), xycoords="axes fraction", color=colour, size=NORMAL, va="center")
    said = f"After {two_digits(float(minutes[-1]))} min {percent(at)} ({first}) and {percent(by)} ({second}) would still wait."
    return Picture("patience", page, curve, said)
