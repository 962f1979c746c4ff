"""The picture of what rests on assumed effects: ED visits of each option under every effect set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.measure.charts import palette
from sim.measure.charts.difference import mark_x
from sim.measure.charts.page import MARGIN_IN, SMALL, WIDTH_IN, Page, Picture, faint_grid, lines_of, width_in
from sim.screen import estimate

METRIC = "ed_visits_72h"
COLUMNS = ["option_name", "effects", "is_own", "baseline", "option", "difference", "low", "high", "n", "unit", "verdict"]
NAMES_IN, SET_IN, GAP_IN, ROW_IN, BETWEEN_IN = 1.35, 1.05, 0.2, 0.25, 0.16


def effect_sets_numbers(effect_sets: pd.DataFrame) -> pd.DataFrame:
    """Differences in ED visits within 72 hours by option and effect set, own first."""
    own = effect_sets[(effect_sets["metric"] == METRIC) & (effect_sets["group"] == "all") & effect_sets["difference"].notna()]
    return own[COLUMNS].reset_index(drop=True)


def effect_sets_picture(effect_sets: pd.DataFrame, today: str, period: str, holds: str) -> Picture:
    """A dot with its 95 % range for each option and effect set, beside a line at no difference."""
    numbers = effect_sets_numbers(effect_sets)
    options = list(dict.fromkeys(numbers["option_name"]))
    blocks = [numbers[numbers["option_name"] == name] for name in options]
    high_in = sum(ROW_IN * len(block) + BETWEEN_IN for block in blocks)
    page = Page(
        "How much rests on assumed effects: ED visits within 72 h",
        f"Each option minus {today}, over {period}, under each effect set, with 95 % ranges. The line marks no difference.",
        high_in + 0.45 if options else 1.0,
        "matched: the best studies · null: every responder does as police do, operations alone · adverse: the unfavourable "
        f"studies · filled: more or fewer, open: cannot tell or about the same. {holds}",
    )
    if not options:
        page.nothing("No difference to show.")
        return Picture("effect_sets", page, numbers, "Nothing to show.")
    x_in = MARGIN_IN + NAMES_IN + SET_IN
    values_in = WIDTH_IN - MARGIN_IN - max(width_in(_told(row)) for row in numbers.itertuples())
    wide = values_in - GAP_IN - x_in
    axes = page.axes(x_in, 0, wide, high_in)
    _scale(axes, numbers, high_in, wide)
    y_in = BETWEEN_IN / 2
    for name, block in zip(options, blocks, strict=True):
        lines = lines_of(name, NAMES_IN - 0.12, SMALL, "bold", 2)
        middle = y_in + ROW_IN * len(block) / 2
        page.text(MARGIN_IN, middle, "\n".join(lines), va="center", weight="bold", linespacing=1.15)
        for row in block.itertuples():
            label = f"{row.effects} (own)" if row.is_own and row.effects != "own" else str(row.effects)
            page.text(MARGIN_IN + NAMES_IN, y_in + ROW_IN / 2, label, va="center")
            page.text(values_in, y_in + ROW_IN / 2, _told(row), va="center")
            _dot(axes, row, y_in + ROW_IN / 2)
            y_in += ROW_IN
        y_in += BETWEEN_IN
    said = [f"{row.option_name}, {row.effects}: {_told(row)}, {row.verdict}." for row in numbers.itertuples()]
    return Picture("effect_sets", page, numbers, " ".join(said))


def _scale(axes: Any, numbers: pd.DataFrame, high_in: float, wide: float) -> None:
    ends = numbers[["difference", "low", "high"]].to_numpy(np.float64)
    low, high = min(0.0, float(np.nanmin(ends))), max(0.0, float(np.nanmax(ends)))
    pad = 0.06 * (high - low) or 1.0
    axes.set_xlim(low - pad, high + pad)
    axes.set_ylim(high_in, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    mark_x(axes, wide, is_money=False)
    faint_grid(axes, "x")
    axes.axvline(0, color=palette.INK, linewidth=1.0)


def _dot(axes: Any, row: Any, y: float) -> None:
    colour, marker = palette.EFFECTS.get(row.effects, (palette.GREY, "D"))
    if not np.isnan(row.low):
        axes.plot([row.low, row.high], [y, y], color=colour, linewidth=1.8, solid_capstyle="butt")
        axes.plot([row.low, row.high], [y, y], "|", color=colour, markersize=7, linestyle="none")
    face = colour if row.verdict in ("more", "fewer") else palette.WHITE
    axes.plot([row.difference], [y], marker, markersize=6.5, color=colour, markerfacecolor=face, zorder=3)


def _told(row: Any) -> str:
    return estimate(row.difference, row.low, row.high)
