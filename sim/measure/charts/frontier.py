"""The picture of what money reaches: calls against cost, a named point with ranges for every option."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.measure.charts import palette
from sim.measure.charts.difference import mark_x
from sim.measure.charts.page import MARGIN_IN, SMALL, WIDTH_IN, Page, Picture, faint_grid, lines_of
from sim.measure.charts.placing import Placer
from sim.screen import money_words, number

COST, REACHED = "programme_cost_usd", "calls_reached"


def reach_cost_numbers(summaries: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """By option, today first: calls reached and ongoing programme cost, with their 95 % ranges."""
    rows = []
    for k, (name, frame) in enumerate(summaries.items()):
        row: dict[str, Any] = {"option": name, "is_today": k == 0}
        for metric in (REACHED, COST):
            own = frame[(frame["metric"] == metric) & (frame["group"] == "all")]
            for column, ending in (("value", ""), ("low", "_low"), ("high", "_high")):
                row[metric + ending] = float(own[column].iloc[0]) if len(own) else np.nan
        rows.append(row)
    columns = ["option", "is_today", *(metric + ending for metric in (REACHED, COST) for ending in ("", "_low", "_high"))]
    return pd.DataFrame(rows, columns=columns)


def reach_cost_picture(summaries: Mapping[str, pd.DataFrame], period: str, holds: str) -> Picture:
    """A named point an option, with ranges both ways: how many calls for how much."""
    numbers = reach_cost_numbers(summaries)
    high_in, wide_in, left_in = 4.2, WIDTH_IN - 0.95, 0.75
    page = Page(
        "What the money reaches",
        f"Calls reached by programmes against their cost, over {period}, with 95 % ranges. Diamond: today.",
        high_in + 0.75,
        f"Ongoing cost only, one-time cost left out. {holds}",
    )
    drawn = numbers[numbers[REACHED].notna() & numbers[COST].notna()]
    if drawn.empty:
        page.nothing("No programme to show.")
        return Picture("reach_cost", page, numbers, "Nothing to show: no programme.")
    page.text(MARGIN_IN, 0, "calls reached")
    axes = page.axes(left_in, 0.22, wide_in, high_in)
    ends = {m: np.nan_to_num(drawn[[m, f"{m}_low", f"{m}_high"]].to_numpy(np.float64)) for m in (REACHED, COST)}
    axes.set_xlim(0, float(ends[COST].max()) * 1.25 or 1.0)
    axes.set_ylim(0, float(ends[REACHED].max()) * 1.15 or 1.0)
    mark_x(axes, wide_in, is_money=True)
    axes.set_xlabel("programme cost, ongoing, in dollars", size=SMALL)
    axes.yaxis.set_major_formatter(lambda value, _: number(value, 0 if value == round(value) else 1))
    faint_grid(axes, "both")
    looks = [_look(bool(row.is_today), k) for k, row in enumerate(drawn.itertuples())]
    taken = [_point(axes, row, *look) for row, look in zip(drawn.itertuples(), looks, strict=True)]
    placer = Placer(page, axes, [box for boxes in taken for box in boxes])
    names: dict[tuple[float, float], list[str]] = {}
    colours: dict[tuple[float, float], str] = {}
    for row, (colour, _) in zip(drawn.itertuples(), looks, strict=True):
        at = (row.programme_cost_usd, row.calls_reached)
        names[at] = [*names.get(at, [_told(row)])[:-1], *_name(row), _told(row)]  # one text for points that coincide
        colours.setdefault(at, colour)
    placer.place(list(names), ["\n".join(lines) for lines in names.values()], list(colours.values()))
    said = [f"{row.option}: {_told(row)}." for row in drawn.itertuples()]
    return Picture("reach_cost", page, numbers, " ".join(said))


def _told(row: Any) -> str:
    return f"{number(row.calls_reached)} calls, {money_words(row.programme_cost_usd)}"


def _name(row: Any) -> list[str]:
    return lines_of(f"Today: {row.option}" if row.is_today else row.option, 1.9, SMALL, most=2)


def _look(is_today: bool, k: int) -> tuple[str, str]:
    """Colour and marker of a point; the diamond is kept for today."""
    colour, marker = palette.OPTIONS[(k - 1) % len(palette.OPTIONS)]
    return (palette.INK, "D") if is_today else (colour, marker)


def _point(axes: Any, row: Any, colour: str, marker: str) -> list[tuple[float, float, float, float]]:
    """Draw a point with its ranges; the boxes in data units that labels should keep off."""
    x, y = row.programme_cost_usd, row.calls_reached
    boxes = [(x, y, x, y)]
    if not np.isnan(row.calls_reached_low):
        boxes.append((x, row.calls_reached_low, x, row.calls_reached_high))
    if not np.isnan(row.programme_cost_usd_low):
        boxes.append((row.programme_cost_usd_low, y, row.programme_cost_usd_high, y))
    for x0, y0, x1, y1 in boxes[1:]:
        axes.plot([x0, x1], [y0, y1], color=colour, linewidth=1.5, marker="_" if x0 == x1 else "|", markersize=6)
    size, layer = (12.0, 2.5) if row.is_today else (8.0, 3.0)  # today shows from under whatever coincides with it
    look = {"markersize": size, "markeredgecolor": "white", "markeredgewidth": 0.8, "zorder": layer, "clip_on": False}
    axes.plot([x], [y], marker, color=colour, **look)
    return boxes
