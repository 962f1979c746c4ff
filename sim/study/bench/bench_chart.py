"""The picture of a bench: six panels of bars, each with its number written beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.measure.charts.page import MARGIN_IN, NORMAL, SMALL, WIDTH_IN, Page, Picture, keep, lines_of, style, width_in
from sim.measure.charts.palette import BLUE, GREY, ORANGE
from sim.screen import significant_places

PANELS = (  # part of the bench, its figure, title
    ("engines", "a call", "A call of the base city, microseconds"),
    ("M/M/8", "a customer", "A customer of M/M/8, microseconds"),
    ("calls in one run", "a ledger row", "A ledger row in longer runs, microseconds"),
    ("units", "a ledger row", "A ledger row in a larger city, microseconds"),
    ("end to end", "share of time, 1 worker", "Where a replication's time goes, % (compiled)"),
    ("start", "whole process", "A fresh process, seconds"),
)
SPELT = {"simpy": "SimPy", "ciw": "Ciw"}
OURS = {"compiled", "crisis-sim"}  # set off where others stand beside them
ROW_IN, HEAD_IN, GAP_IN = 0.3, 0.3, 0.35
COLUMN_IN = (WIDTH_IN - 2 * MARGIN_IN - GAP_IN) / 2


def bench_picture(frame: pd.DataFrame, machine: str) -> Picture:
    """Bars of the main figures; panels without figures are left out."""
    panels = [(frame[(frame["part"] == part) & (frame["figure"] == figure)], title) for part, figure, title in PANELS]
    panels = [(own, title) for own, title in panels if len(own)]
    pairs = [panels[k : k + 2] for k in range(0, len(panels), 2)]
    highs = [HEAD_IN + ROW_IN * max(len(own) for own, _ in pair) + GAP_IN for pair in pairs]
    page = Page("How fast it is", "Medians of one interleaved run; shorter bars are faster.", sum(highs) - GAP_IN, machine)
    y_in = 0.0
    for pair, high_in in zip(pairs, highs, strict=True):
        for k, (own, title) in enumerate(pair):
            _panel(page, MARGIN_IN + k * (COLUMN_IN + GAP_IN), y_in, own, title)
        y_in += high_in
    drawn = pd.concat([own for own, _ in panels]) if panels else frame
    said = [f"{title}: " + ", ".join(f"{row.case} {_value(row)}" for row in own.itertuples()) + "." for own, title in panels]
    return Picture("bench_picture", page, drawn, " ".join(said))


def draw_bench(frame: pd.DataFrame, machine: str, folder: Path) -> list[Path]:
    """Draw the picture into a folder; the files written."""
    with style():
        return keep(bench_picture(frame, machine), folder)


def _value(row: object) -> str:
    value = float(getattr(row, "value")) * (100 if getattr(row, "unit") == "share" else 1)  # noqa: B009  # a row of any frame
    return f"{value:,.{max(significant_places(value), 0)}f}"


def _panel(page: Page, x_in: float, y_in: float, own: pd.DataFrame, title: str) -> None:
    """Names left, bars right, each ending in its value."""
    page.text(x_in, y_in, title, size=NORMAL, weight="bold")
    names = {row.case: lines_of(SPELT.get(row.case, row.case), 1.45, SMALL, most=2) for row in own.itertuples()}
    left_in = max(width_in(line) for lines in names.values() for line in lines) + 0.1
    wide_in = COLUMN_IN - left_in
    axes = page.axes(x_in + left_in, y_in + HEAD_IN, wide_in, ROW_IN * len(own))
    room = wide_in - max(width_in(_value(row)) for row in own.itertuples()) - 0.08
    axes.set_xlim(0, float(own["value"].max()) * wide_in / room)
    axes.set_ylim(len(own) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    stand_beside = any(row.case in OURS for row in own.itertuples())
    for k, row in enumerate(own.itertuples()):
        colour, hatch = (BLUE, "") if row.case in OURS or not stand_beside else (ORANGE, "///")
        axes.barh(k, row.value, 0.62, color=colour, hatch=hatch, edgecolor="white", linewidth=0)
        axes.annotate(_value(row), (row.value, k), (4, 0), textcoords="offset points", va="center", size=SMALL)
        axes.annotate(
            "\n".join(names[row.case]), (0, k), (-5, 0), textcoords="offset points", ha="right", va="center", size=SMALL,
            linespacing=1.0, annotation_clip=False,
        )  # fmt: skip
    axes.spines["left"].set_color(GREY)
