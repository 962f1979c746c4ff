"""The picture of a comparison: paired differences with their ranges, a panel a metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from sim.measure.charts import palette
from sim.measure.charts.page import MARGIN_IN, SMALL, WIDTH_IN, Page, Picture, faint_grid, height_in, lines_of, width_in
from sim.screen import assumed, estimate, money, money_words, number, range_places, significant_places

HEADLINES = (
    "calls_reached", "programme_cost_usd", "received_to_on_scene_p90_min", "patrol_hours",
    "ed_visits_72h", "arrests", "holds", "force", "never_served",
)  # fmt: skip
NAMES_IN = 1.45
GAP_IN = 0.3
ROW_IN = 0.44
VERDICTS = {"more": ("o", True), "fewer": ("o", True), "about the same": ("s", True)}


def difference_numbers(differences: Mapping[str, pd.DataFrame], metrics: Sequence[str]) -> pd.DataFrame:
    """Totals of the chosen metrics by option, in the order given; metrics without any difference are left out."""
    frames = []
    for metric in metrics:
        for name, frame in differences.items():
            own = frame[(frame["metric"] == metric) & (frame["group"] == "all")]
            frames.append(own.assign(option_name=name))
    columns = ["metric", "option_name", "baseline", "option", "difference", "low", "high", "n", "unit", "kind", "verdict"]
    found = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    found = found[found["difference"].notna()]
    return found[columns].reset_index(drop=True)


def difference_picture(
    differences: Mapping[str, pd.DataFrame], today: str, period: str, holds: str, metrics: Sequence[str] = HEADLINES
) -> Picture:
    """One panel a metric in its own unit, a row an option: a dot with its 95 % range beside a line at no difference."""
    numbers = difference_numbers(differences, metrics)
    shown = list(dict.fromkeys(numbers["metric"]))
    options = list(differences)
    wide = (WIDTH_IN - 2 * MARGIN_IN - NAMES_IN - GAP_IN) / 2
    heads = max((len(_head(numbers[numbers["metric"] == metric], wide)) for metric in shown), default=1)
    head_in = height_in(heads) + 0.1
    block = head_in + ROW_IN * len(options) + 0.5
    n_rows = -(-len(shown) // 2)
    page = Page(
        f"What changes: each option minus {today}",
        f"Difference over {period}, with its 95 % range. The line marks no difference.",
        block * n_rows - 0.15 if shown else 1.0,
        f"● more or fewer · ■ about the same · ○ cannot tell · † rests on assumed effects, the rest is simulated. {holds}",
    )
    if not shown:
        page.nothing("No difference to show.")
    for k, metric in enumerate(shown):
        y_in, right = block * (k // 2), k % 2
        own = numbers[numbers["metric"] == metric].set_index("option_name")
        if not right:
            _option_names(page, options, y_in + head_in)
        x_in = MARGIN_IN + NAMES_IN + right * (wide + GAP_IN)
        _panel(page, (x_in, y_in, head_in), wide, own, options)
    said = [
        f"{palette.words(row.metric, palette.METRICS)}, {row.option_name}: {_value(row, row.unit)}, {row.verdict}."
        for row in numbers.itertuples()
    ]
    return Picture("differences", page, numbers, " ".join(said) or "Nothing to show.")


def _option_names(page: Page, options: list[str], y_in: float) -> None:
    for n, name in enumerate(options):
        lines = lines_of(name, NAMES_IN - 0.12, SMALL, "bold", 2)
        page.text(MARGIN_IN, y_in + ROW_IN * (n + 0.5), "\n".join(lines), va="center", weight="bold", linespacing=1.15)


def _value(row: Any, unit: str) -> str:
    if unit != "USD":
        return estimate(row.difference, row.low, row.high)
    if np.isnan(row.low):
        return money_words(row.difference, signed=True)
    places = min(range_places(row.low, row.high), 0)
    low, high = (money(value, places=places) for value in (row.low, row.high))
    exact = row.low == row.high
    return money(row.difference, signed=True, places=places) + ("" if exact else f" ({low}, {high})")


def _head(own: pd.DataFrame, wide: float) -> list[str]:
    """A panel's heading in lines: what, in which unit."""
    first = own.iloc[0]
    name = palette.words(first["metric"], palette.METRICS)
    name = name[:1].upper() + name[1:]
    unit = {"USD": "dollars", "share": "share, 0 to 1"}.get(first["unit"], first["unit"])
    label = f"{assumed(name) if first['kind'] == 'assumed' else name} ({unit})" if unit else name
    return lines_of(label, wide, SMALL, "bold", 2)


def _panel(page: Page, place: tuple[float, float, float], wide: float, own: pd.DataFrame, options: list[str]) -> None:
    x_in, y_in, head_in = place
    y_in += head_in
    page.text(x_in, y_in - 0.08, "\n".join(_head(own, wide)), va="bottom", weight="bold", linespacing=1.15)
    axes = page.axes(x_in, y_in, wide, ROW_IN * len(options))
    axes.set_ylim(len(options) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    ends = own[["difference", "low", "high"]].to_numpy(np.float64)
    low, high = min(0.0, float(np.nanmin(ends))), max(0.0, float(np.nanmax(ends)))
    pad = 0.08 * (high - low) or 1.0
    axes.set_xlim(low - pad, high + pad)
    mark_x(axes, wide, own["unit"].iloc[0] == "USD")
    faint_grid(axes, "x")
    axes.axvline(0, color=palette.INK, linewidth=1.0)
    for n, option in enumerate(options):
        if option in own.index:
            _dot(axes, own.loc[option], n, wide)


def _dot(axes: Any, row: Any, n: int, wide: float) -> None:
    y = n + 0.2
    marker, filled = VERDICTS.get(row["verdict"], ("o", False))
    if not np.isnan(row["low"]):
        axes.plot([row["low"], row["high"]], [y, y], color=palette.BLUE, linewidth=1.8, solid_capstyle="butt")
        axes.plot([row["low"], row["high"]], [y, y], "|", color=palette.BLUE, markersize=7, linestyle="none")
    face = palette.BLUE if filled else palette.WHITE
    axes.plot([row["difference"]], [y], marker, markersize=6.5, color=palette.BLUE, markerfacecolor=face, zorder=3)
    text = _value(row, row["unit"])
    left, right = axes.get_xlim()
    half = (width_in(text) / 2 + 0.03) * (right - left) / wide
    at = min(max(row["difference"], left + half), right - half) if 2 * half < right - left else (left + right) / 2
    axes.text(at, n - 0.12, text, ha="center", va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})


def mark_x(axes: Any, wide: float, is_money: bool) -> None:
    """Ticks along x with as many labels as have room."""
    left, right = axes.get_xlim()
    for most in (5, 4, 3, 2, 1):
        ticks = [t + 0.0 for t in MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(left, right) if left <= t <= right]
        labels = _labels(ticks, is_money)
        room = wide * (ticks[1] - ticks[0]) / (right - left) if len(ticks) > 1 else wide
        if len(set(labels)) == len(labels) and max(map(width_in, labels), default=0.0) + 0.12 < room:
            break
    axes.set_xticks(ticks, labels)


def _labels(ticks: list[float], is_money: bool) -> list[str]:
    step = ticks[1] - ticks[0] if len(ticks) > 1 else max(map(abs, ticks), default=1.0)
    places = max(significant_places(step, 1), 0)
    if is_money and max(map(abs, ticks), default=0.0) >= 1e6:
        digits = max(significant_places(step / 1e6, 1), 0)
        return ["$0" if t == 0 else f"{money(t / 1e6, places=digits)} m" for t in ticks]
    return [money(t, places=places) if is_money else number(t, places) for t in ticks]
