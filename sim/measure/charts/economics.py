"""Pictures of worth for money under doubt: the best option at each price, what knowing inputs is worth, which inputs swing it.

All three are drawn from the rows of `economics.csv`: measure, option_name, input, price_usd, value, error, low, high, status.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.measure.charts import palette
from sim.measure.charts.difference import mark_x
from sim.measure.charts.page import (
    MARGIN_IN,
    SMALL,
    WIDTH_IN,
    Page,
    Picture,
    faint_grid,
    height_in,
    lines_of,
    spread,
    width_in,
)
from sim.screen import DAGGER, money, money_words, percent

VISIT = f"ED visit averted within 72 h {DAGGER}"
GAP_IN, ROW_IN, LABEL_IN = 0.2, 0.32, 2.75
MARK_EVERY = 8  # prices between two marks of a line
HOLDS = "Of conditional means, luck excluded."


def economics_pictures(table: pd.DataFrame, draws: str, period: str) -> list[Picture]:
    """CEAC with CEAF, values of knowledge, and swings by single inputs. Draw inside `page.style`.

    `draws` is how many there were and `period` what dollars are over, both in words.
    """
    return [acceptability_picture(table, draws), knowledge_picture(table, draws, period), swings_picture(table, draws, period)]


def acceptability_picture(table: pd.DataFrame, draws: str) -> Picture:
    """Share of draws in which each option is best, against the price of a visit averted; a band follows the best on average."""
    own = table[table["measure"] == "best_share"]
    numbers = own[["option_name", "price_usd", "value", "error", "status"]].rename(columns={"value": "best_share"})
    numbers = numbers.reset_index(drop=True)
    page = Page(
        "Which option is best, and how sure that is",
        f"Share of draws in which each would give most for its cost to all payers, by what one {VISIT} is worth. The grey band "
        "follows the option that is best on average.",
        4.45,
        f"Ongoing cost, one-time cost left out; price on top of what the visit itself costs. {draws}. {HOLDS}",
    )
    names = list(dict.fromkeys(numbers["option_name"]))
    labels = {name: "\n".join(lines_of(name, 1.35, SMALL, "bold", 2)) for name in names}
    room = max(width_in(line, SMALL, "bold") for label in labels.values() for line in label.splitlines()) + 0.4
    wide, high = WIDTH_IN - MARGIN_IN - 0.55 - room - 0.1, 3.85
    axes = page.axes(MARGIN_IN + 0.45, 0.1, wide, high)
    axes.set_xlim(numbers["price_usd"].min(), numbers["price_usd"].max())
    axes.set_ylim(0, 1)
    axes.set_yticks(np.linspace(0, 1, 6), [percent(share) for share in np.linspace(0, 1, 6)])
    mark_x(axes, wide, is_money=True)
    axes.set_xlabel(f"worth of one {VISIT}", size=SMALL)
    faint_grid(axes, "both")
    _band(axes, numbers)
    _lines(page, axes, numbers, labels, (wide, high))
    said = [
        f"{row.option_name} at {money(row.price_usd)}: {percent(row.best_share)}." for row in numbers.itertuples() if row.status
    ]
    return Picture("acceptability", page, numbers, "Best on average, with its share of draws: " + " ".join(said))


def _lines(page: Page, axes: Any, numbers: pd.DataFrame, labels: dict[str, str], size: tuple[float, float]) -> None:
    """A line with marks an option, led to its name on the right; `size` is that of the axes in inches."""
    wide, high = size
    ends = []
    for k, name in enumerate(labels):
        line = numbers[numbers["option_name"] == name]
        colour, marker = _look(k)
        marks = {"marker": marker, "markersize": 6, "markevery": (2 * k % MARK_EVERY, MARK_EVERY), "clip_on": False}
        axes.plot(line["price_usd"], line["best_share"], color=colour, linewidth=1.6, zorder=3, **marks)
        ends.append(high * (1 - float(line["best_share"].iloc[-1])))
    gap = height_in(max(label.count("\n") + 1 for label in labels.values())) + 0.05
    for k, (label, end, y_in) in enumerate(zip(labels.values(), ends, spread(ends, gap, 0.05, high - 0.05), strict=True)):
        colour, marker = _look(k)
        lead = {"transform": axes.transAxes, "color": colour, "clip_on": False}
        axes.plot([1.0, 1.0 + 0.2 / wide], [1 - end / high, 1 - y_in / high], linewidth=0.8, **lead)
        axes.plot([1.0 + 0.26 / wide], [1 - y_in / high], marker, markersize=6, **lead)
        page.text(MARGIN_IN + 0.81 + wide, 0.1 + y_in, label, va="center", weight="bold", linespacing=1.15)


def _look(k: int) -> tuple[str, str]:
    """Colour and marker of an option; the diamond is kept for the baseline."""
    return (palette.INK, "D") if k == 0 else palette.OPTIONS[(k - 1) % len(palette.OPTIONS)]


def _band(axes: Any, numbers: pd.DataFrame) -> None:
    """The frontier: a broad pale line along whichever option is best on average, broken where that changes."""
    best = numbers[numbers["status"] != ""].sort_values("price_usd")
    runs = (best["option_name"] != best["option_name"].shift()).cumsum()
    for _, run in best.groupby(runs):
        axes.plot(run["price_usd"], run["best_share"], color=palette.PALE, linewidth=11, solid_capstyle="round", zorder=2)


def knowledge_picture(table: pd.DataFrame, draws: str, period: str) -> Picture:
    """Bars of what knowing all inputs, and each group alone, is worth, at the price where the first is largest."""
    every, single = table[table["measure"] == "evpi_usd"], table[table["measure"] == "evppi_usd"]
    price = _price(every)
    parts = [every[every["price_usd"] == price].assign(input="all inputs"), single[single["price_usd"] == price]]
    numbers = pd.concat(parts)[["input", "price_usd", "value", "error", "status"]]
    numbers = numbers.sort_values("value", ascending=False, kind="stable", ignore_index=True).rename(
        columns={"value": "worth_usd"}
    )
    page = Page(
        "What it is worth to know more",
        f"Value of perfect parameter knowledge over {period}, at {money(price)} per {VISIT}, where doubt costs most. Lines: "
        "95 % range of the estimate.",
        ROW_IN * len(numbers) + 0.4,
        f"Filled: more than chance would give; open: no more. Values do not add up. {draws}. {HOLDS}",
    )
    values_in, wide, axes = _rows(page, numbers["input"].tolist(), [_worth(row) for row in numbers.itertuples()])
    axes.set_xlim(0, float((numbers["worth_usd"] + 1.96 * numbers["error"].fillna(0)).max()) * 1.05 or 1.0)
    mark_x(axes, wide, is_money=True)
    for k, row in enumerate(numbers.itertuples()):
        colour = palette.INK if row.input == "all inputs" else palette.BLUE
        face = palette.WHITE if row.status else colour
        axes.barh(k, row.worth_usd, 0.55, facecolor=face, edgecolor=colour, linewidth=1.2)
        ends = [max(row.worth_usd - 1.96 * row.error, 0.0), row.worth_usd + 1.96 * row.error]
        axes.plot(ends, [k, k], color=palette.GREY, linewidth=1.4, marker="|", markersize=6)
        page.text(values_in, ROW_IN * (k + 0.5), _worth(row), va="center")
    said = [f"{row.input}: {_worth(row)}{', ' + row.status if row.status else ''}." for row in numbers.itertuples()]
    return Picture("knowledge", page, numbers, " ".join(said))


def swings_picture(table: pd.DataFrame, draws: str, period: str) -> Picture:
    """A tornado: net benefit of one option over another with a single input at its 10th and at its 90th percentile."""
    own = table[table["measure"] == "swing_usd"]
    numbers = own[["option_name", "input", "price_usd", "value", "low", "high", "status"]].reset_index(drop=True)
    numbers = numbers.rename(columns={"value": "mean_usd", "low": "at_p10_usd", "high": "at_p90_usd"})
    contest = numbers["option_name"].iloc[0] if len(numbers) else ""
    price = f" at {money(numbers['price_usd'].iloc[0])} per {VISIT}" if len(numbers) else ""
    page = Page(
        "Which single inputs swing it",
        f"{contest}: net benefit over {period}{price}, the input at its 10th (orange, hatched) and 90th percentile (blue)."
        if len(numbers)
        else "Net benefit with a single input low and high.",
        ROW_IN * len(numbers) + 0.4 if len(numbers) else 1.0,
        f"Straight lines through the draws. Filled: told from chance among all inputs; open: cannot tell. {draws}. {HOLDS}",
    )
    if numbers.empty:
        page.nothing("No input to show.")
        return Picture("swings", page, numbers, "Nothing to show.")
    told = [f"{money_words(row.at_p10_usd)} to {money_words(row.at_p90_usd)}" for row in numbers.itertuples()]
    values_in, wide, axes = _rows(page, [_end_of(path) for path in numbers["input"]], told)
    ends = numbers[["at_p10_usd", "at_p90_usd"]].to_numpy(np.float64)
    low, high = min(float(ends.min()), 0.0), max(float(ends.max()), 0.0)
    axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))
    mark_x(axes, wide, is_money=True)
    axes.axvline(0, color=palette.INK, linewidth=1.0)
    for k, row in enumerate(numbers.itertuples()):
        for end, colour, hatch in ((row.at_p10_usd, palette.ORANGE, "///"), (row.at_p90_usd, palette.BLUE, "")):
            face = palette.WHITE if row.status else colour
            look = {"facecolor": face, "edgecolor": palette.INK if hatch and not row.status else colour, "hatch": hatch}
            axes.barh(k, end - row.mean_usd, 0.55, left=row.mean_usd, linewidth=1.2, **look)
        page.text(values_in, ROW_IN * (k + 0.5), told[k], va="center")
    said = [
        f"{row.input}: {words}{', ' + row.status if row.status else ''}."
        for row, words in zip(numbers.itertuples(), told, strict=True)
    ]
    return Picture("swings", page, numbers, f"{contest}. " + " ".join(said))


def _rows(page: Page, labels: list[str], values: list[str]) -> tuple[float, float, Any]:
    """Axes with a row a label, room kept for values: where these begin, the width of the axes, the axes."""
    values_in = WIDTH_IN - MARGIN_IN - max(map(width_in, values))
    x_in = MARGIN_IN + min(max(map(width_in, labels)) + 0.12, LABEL_IN)
    wide = values_in - GAP_IN - x_in
    axes = page.axes(x_in, 0, wide, ROW_IN * len(labels))
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    faint_grid(axes, "x")
    for k, label in enumerate(labels):
        page.text(MARGIN_IN, ROW_IN * (k + 0.5), label, va="center")
    return values_in, wide, axes


def _price(every: pd.DataFrame) -> float:
    """The price at which knowing all is worth most; the middle one where it is worth nothing at any."""
    worth, prices = every["value"].to_numpy(np.float64), every["price_usd"].to_numpy(np.float64)
    return float(prices[worth.argmax()] if worth.max() > 0 else prices[len(prices) // 2])


def _worth(row: Any) -> str:
    return money_words(row.worth_usd) + (
        "" if np.isnan(row.error) or not row.worth_usd else f" ± {money_words(1.96 * row.error)}"
    )


def _end_of(path: str) -> str:
    """As much of a dotted path as there is room for, from its end."""
    parts = path.split(".")
    for k in range(len(parts)):
        shown = ("…" if k else "") + ".".join(parts[k:])
        if width_in(shown) <= LABEL_IN - 0.12:
            return shown
    return parts[-1]
