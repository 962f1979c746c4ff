"""Pictures of a validation: calls by hour of the day, and quantiles of travel and time on scene against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.validating.asking import Answers
from sim.calibrate.validating.levels import Row
from sim.measure.charts import palette
from sim.measure.charts.page import MARGIN_IN, SMALL, WIDTH_IN, Page, Picture, faint_grid

LEFT_IN, GAP_IN, HIGH_IN = 0.65, 0.75, 2.9
SHARES = np.arange(1, 100) / 100
LEAST = 100  # rows a quantile plot takes; of fewer a quantile could be a row's own minutes
PANELS = {"travel": "travel", "on_scene.people": "on scene, calls about people", "on_scene.other": "on scene, other calls"}
RECORDED, SIMULATED = palette.INK, palette.BLUE

Floats = npt.NDArray[np.float64]


def pictures(rows: Sequence[Row], records: Answers, lives: Sequence[Answers], name: str) -> Iterator[Picture]:
    """Those for which there is something to draw; draw inside `page.style`."""
    hours = [row for row in rows if row.section == "single hours"]
    if hours:
        yield hours_picture(hours, name)
    numbers = quantile_numbers(records, lives)
    if len(numbers):
        yield quantile_picture(numbers, name)


def hours_picture(rows: Sequence[Row], name: str) -> Picture:
    """Share of calls by hour of the day, recorded with its interval and simulated with the range of replications."""
    numbers = pd.DataFrame(
        {
            "calls": [row.quantity.removesuffix(" by hour") for row in rows],
            "hour": [int(row.group.split()[0]) for row in rows],
            "recorded": [row.recorded for row in rows],
            "recorded_low": [row.low for row in rows],
            "recorded_high": [row.high for row in rows],
            "simulated": [row.simulated for row in rows],
            "simulated_low": [row.simulated_low for row in rows],
            "simulated_high": [row.simulated_high for row in rows],
        }
    ).round(6)
    title = f"{name}: when calls come, recorded and simulated"
    page = Page(title, "Share of a day's calls by hour of the day, in percent", HIGH_IN + 0.55, _note())
    panels = list(numbers.groupby("calls", sort=False))
    wide = (WIDTH_IN - 2 * MARGIN_IN - LEFT_IN - GAP_IN * (len(panels) - 1)) / len(panels)
    for k, (words, own) in enumerate(panels):
        axes = page.axes(MARGIN_IN + LEFT_IN + k * (wide + GAP_IN), 0.25, wide, HIGH_IN - 0.3)
        hour = own["hour"].to_numpy()
        axes.fill_between(hour, 100 * own["recorded_low"], 100 * own["recorded_high"], color=palette.PALE, linewidth=0)
        axes.plot(hour, 100 * own["recorded"], color=RECORDED, linewidth=1.4, label="recorded")
        spread = [100 * (own["simulated"] - own["simulated_low"]), 100 * (own["simulated_high"] - own["simulated"])]
        axes.errorbar(
            hour, 100 * own["simulated"], spread, color=SIMULATED, fmt="o", markersize=3, elinewidth=0.9, label="simulated"
        )
        axes.set_ylim(bottom=0)
        axes.set_xticks(range(0, 25, 6))
        axes.set_xlabel("hour of the day", size=SMALL)
        axes.set_title(words, size=SMALL, loc="left")
        faint_grid(axes, "y")
        if k == 0:
            axes.set_ylabel("%", size=SMALL)
            axes.legend(frameon=False, fontsize=SMALL, loc="upper left")
    return Picture("validation_hours", page, numbers, f"{title}. The numbers are in the table beside it.")


def quantile_numbers(records: Answers, lives: Sequence[Answers]) -> pd.DataFrame:
    """1 % to 99 % quantiles of each kind of minutes that has `LEAST` rows on both sides."""
    frames = []
    for key, words in PANELS.items():
        own = records.samples.get(key)
        lived = [life.samples[key].values for life in lives if key in life.samples]
        pooled = np.concatenate(lived) if lived else np.zeros(0)
        if own is None or len(own.values) < LEAST or len(pooled) < LEAST:
            continue
        shares = SHARES if len(own.values) >= 10 * LEAST else SHARES[9:-9:10]
        frame = {"minutes_of": words, "share": shares}
        sides = {"recorded": np.quantile(own.values, shares), "simulated": np.quantile(pooled, shares)}
        frames.append(pd.DataFrame({**frame, **sides}))
    return pd.concat(frames, ignore_index=True).round(4) if frames else pd.DataFrame()


def quantile_picture(numbers: pd.DataFrame, name: str) -> Picture:
    """Simulated quantiles against recorded ones; on the line they are the same."""
    title = f"{name}: minutes, simulated against recorded"
    page = Page(title, "Each point is a quantile; points on the line agree, above it the simulation is longer", HIGH_IN + 0.45)
    panels = list(numbers.groupby("minutes_of", sort=False))
    wide = min((WIDTH_IN - 2 * MARGIN_IN - LEFT_IN - GAP_IN * (len(panels) - 1)) / len(panels), HIGH_IN)
    for k, (words, own) in enumerate(panels):
        axes = page.axes(MARGIN_IN + LEFT_IN + k * (wide + GAP_IN), 0.25, wide, HIGH_IN - 0.3)
        _diagonal(axes, own)
        axes.set_title(str(words), size=SMALL, loc="left")
        axes.set_xlabel("recorded, min", size=SMALL)
        if k == 0:
            axes.set_ylabel("simulated, min", size=SMALL)
    return Picture("validation_quantiles", page, numbers, f"{title}. The numbers are in the table beside it.")


def _diagonal(axes: Any, own: pd.DataFrame) -> None:
    most = float(own[["recorded", "simulated"]].to_numpy().max()) * 1.05
    axes.plot([0, most], [0, most], color=palette.GREY, linewidth=0.8)
    axes.plot(own["recorded"], own["simulated"], "o", color=SIMULATED, markersize=3)
    for share, mark in ((0.5, "half"), (0.9, "9 in 10")):
        at = own.iloc[int((own["share"] - share).abs().argmin())]
        axes.plot([at["recorded"]], [at["simulated"]], "s", color=palette.VERMILION, markersize=5)
        axes.annotate(mark, (at["recorded"], at["simulated"]), (6, -10), textcoords="offset points", size=SMALL)
    axes.set_xlim(0, most)
    axes.set_ylim(0, most)
    faint_grid(axes, "both")


def _note() -> str:
    return "Grey: 95 % interval of the recorded share. Bars: least and most of the replications."
