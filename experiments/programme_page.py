"""docs/validation.md and its picture, from the rows of docs/validation.csv and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from experiments.shared_fit import GRID, START
from sim.measure.charts.page import WIDTH_IN, Page, Picture, faint_grid
from sim.measure.charts.palette import BLACK, BLUE, GREY, VERMILION
from sim.measure.observed import off_by

CASES = ("shipped", "fitted")
HEAD = """# What the simulated programmes publish, beside what the real ones did

Made by `make validation` from every shipped scenario with an `observed` block. Nobody edits the table: misses stay in.

- **Published** is what the programme or its city said, with the weakest grade of the evidence rows it comes from.
- **Simulated** is the mean over {n_lives} lives of the stated period, and in brackets where 95 of 100 such lives lie. Each of
  {n_draws} draws takes every input that has a range from it, so the range holds luck and inputs.
- **Inside** means that the published value lies in that range. Else the miss is told from the mean.
- **Input** means that a number of the scenario rests on the same evidence row, by its ID: nothing is tested. All else is
  **predicted**. A rare thing is easily inside and a wide range says little, so look at the width too: high less low, in
  points for shares, else in per cent of the mean.
- **Others** is the naive predictor: the mean of what the *other* programmes published of the same output in the same unit, where
  two others did. No model is needed for it. Of counts of calls it knows nothing, since cities differ in size.
- **Shared fit** lays three numbers, common to all programmes, over the scenarios:
{parameters}
- They were fitted on every second programme by name, marked (f), and on what these published of calls, shares and minutes
  (verdict *fitted*). The other half never saw the fit. Pooled miss on the half fitted to: {miss}. No shipped file is changed.

## In short

{short}

![Published against simulated, output by output](validation.svg)

## Programme by programme

"""
TAIL = """
## How to read the misses

Most programmes publish how many calls they took and not how many there were for them, when, or how many crews came to
work. Where that is missing the scenario says so at its head, and the range is wide or the miss large. A programme whose
dispatchers did not send it calls, whose calls needed nobody at the scene, or which grew during the year it counted, is
outside what its scenario knows. The endings of people rest on effects against police from few studies: shares of arrest and
hospital are low for civilian teams in life because of whom they are sent to, which screening by the centre explains only in part.

One city in depth, with every fit and what it hides: [Alexandria](validation-alexandria.md), and there the
[textbook cases](validation-alexandria.md#against-theory) that the engine must meet exactly.

Again: `make validation` writes this page, [validation.csv](validation.csv), the picture and `experiments/shared_fit.yaml`.
`tests/validation/test_programmes.py` holds the page to the CSV and replays some of its lives.

Contains information licensed under the Open Government Licence - Toronto.
"""
WORDS = {
    "minutes_after_contact": "{:g} minutes more out of service after each contact",
    "civilian_on_scene_factor": "{:g} times the minutes at the scene of crews without an officer",
    "uptake": "{:.0%} of eligible calls for which the centre follows the plan",
}


def page(found: pd.DataFrame, fit: Mapping[str, Any]) -> str:
    """The whole document, from what was kept of the programmes and of the fit."""
    told = [WORDS[name].format(value).replace("%", " %") + _at_an_end(name, value) for name, value in fit["parameters"].items()]
    head = HEAD.format(
        n_lives=int(found["lives"].iloc[0]),
        n_draws=int(found["draws"].iloc[0]),
        parameters="\n".join(f"  - {line}" for line in told),
        miss="{before:g} before, {after:g} after".format(**fit["pooled_miss"]),
        short="\n".join(f"- {line}" for line in in_short(found)),
    )
    return head + table(found) + "\n" + TAIL


def _at_an_end(name: str, value: float) -> str:
    """A word of warning where the fit went as far as it was let, unless nothing lies beyond."""
    return (
        ", the end of what was tried: no believable number"
        if value in GRID[name][:: len(GRID[name]) - 1] and value != START[name]
        else ""
    )


def judged(found: pd.DataFrame, case: str) -> pd.DataFrame:
    """Rows that test something: predicted outputs, with the shared fit those of the half that never saw it."""
    rows = found[(found[f"{case}_role"] == "predicted") & found[f"{case}_mean"].notna()]
    return rows if case == "shipped" else rows[rows["half"] == "judging"]


def is_inside(rows: pd.DataFrame, case: str) -> pd.Series:
    """Whether the published value lies in the simulated range."""
    return (rows[f"{case}_low"] <= rows["observed"]) & (rows["observed"] <= rows[f"{case}_high"])


def width(rows: pd.DataFrame, case: str) -> pd.Series:
    """High less low: points for shares, per cent of the mean for the rest."""
    span = rows[f"{case}_high"] - rows[f"{case}_low"]
    return 100 * span.where(rows["unit"] == "share", span / rows[f"{case}_mean"].abs())


def in_short(found: pd.DataFrame) -> list[str]:
    """The figures at the top."""
    no_metric = int(found["shipped_mean"].isna().sum())
    n_input = int(((found["shipped_role"] == "input") & found["shipped_mean"].notna()).sum())
    lines = [
        f"{found['programme'].nunique()} programmes, {len(found)} published outputs: {len(judged(found, 'shipped'))} predicted, "
        f"{n_input} inputs, {no_metric} that cannot be tested."
    ]
    both = judged(found, "fitted")
    lines.append(f"As shipped, nothing fitted: {_score(judged(found, 'shipped'), 'shipped')}")
    lines.append(f"With the shared fit, on the half that never saw it: {_score(both, 'fitted')}")
    same = judged(found, "shipped")
    lines.append(f"The same outputs as shipped: {_score(same[same.index.isin(both.index)], 'shipped')}")
    return lines


def _score(rows: pd.DataFrame, case: str) -> str:
    """How many are inside, how often nearer than the naive predictor, how wide the ranges are."""
    if not len(rows):
        return "none."
    rivals = rows[rows["naive"].notna()]
    nearer = (rivals[f"{case}_mean"] - rivals["observed"]).abs() < (rivals["naive"] - rivals["observed"]).abs()
    counts = rivals["unit"] == "calls"
    widths, is_share = width(rows, case), rows["unit"] == "share"
    inside = int(is_inside(rows, case).sum())
    return (
        f"{inside} of {len(rows)} inside ({inside / len(rows):.0%}); nearer than the mean of other programmes for "
        f"{int(nearer.sum())} of the {len(rivals)} that have two others ({int(nearer[~counts].sum())} of {int((~counts).sum())} "
        f"without counts of calls); median width {_median(widths[is_share], 'points')} "
        f"for shares, {_median(widths[~is_share], '% of the mean')} for the rest."
    ).replace("%)", " %)")


def _median(widths: pd.Series, unit: str) -> str:
    return f"{widths.median():.0f} {unit}" if len(widths) else "none"


def table(found: pd.DataFrame) -> str:
    """Programme × published output."""
    head = ["programme", "output", "published", "grade", "simulated", "width", "verdict", "shared fit", "verdict", "others"]
    rows = [[_cell_of_name(row), row.metric, *_cells(row)] for row in found.itertuples(index=False)]
    lines = ["| " + " | ".join(row) + " |" for row in [head, *rows]]
    return "\n".join([lines[0], "| --- " * len(head) + "|", *lines[1:]])


def _cell_of_name(row: Any) -> str:
    return f"{row.programme.replace('_', ' ')}{' (f)' if row.half == 'fitting' else ''}"


def _cells(row: Any) -> Iterable[str]:
    yield f"{number(row.observed, row.unit)} ({row.source.replace(' ', ', ')})"
    yield row.grade
    for case in CASES:
        mean, low, high = (getattr(row, f"{case}_{name}") for name in ("mean", "low", "high"))
        if np.isnan(mean):
            yield from ["", "", "cannot be tested"] if case == "shipped" else ["", ""]
            continue
        yield f"{number(mean, row.unit)} ({number(low, row.unit)} to {number(high, row.unit)})"
        if case == "shipped":
            one = pd.DataFrame([row._asdict()])
            yield f"{width(one, case).iloc[0]:.0f}{'' if row.unit == 'share' else ' %'}"
        yield verdict(row, case)
    yield "" if np.isnan(row.naive) else number(row.naive, row.unit)


def verdict(row: Any, case: str) -> str:
    """`inside`, `off by 6 points`; in brackets where that tests nothing."""
    value, low, high = (getattr(row, f"{case}_{name}") for name in ("mean", "low", "high"))
    role = getattr(row, f"{case}_role")
    text = "inside" if low <= row.observed <= high else f"off by {off_by(abs(value - row.observed), row.unit)}"
    return text if role == "predicted" else f"{role} ({text})"


def number(value: float, unit: str) -> str:
    """A value as people read it: per cent for shares, whole dollars and calls, minutes to one decimal."""
    if unit == "share":
        return f"{100 * value:.0f} %" if value == 0 or value >= 0.1 else f"{100 * value:.1f} %"
    if unit.startswith("USD"):
        return f"${value:,.0f}"
    return f"{value:,.1f}" if value < 100 and unit == "min" else f"{value:,.0f}"


def picture(found: pd.DataFrame) -> Picture:
    """Simulated ranges with the published value in each: shares in per cent, the rest as multiples of what was published."""
    rows = found[found["shipped_mean"].notna()]
    parts = [rows[rows["unit"] == "share"], rows[rows["unit"] != "share"]]
    step, gap = 0.21, 0.75
    heights = [step * len(part) + 0.1 for part in parts]
    score = int(is_inside(judged(found, "shipped"), "shipped").sum())
    drawn = Page(
        f"{score} of {len(judged(found, 'shipped'))} predicted outputs lie where 95 of 100 simulated lives do",
        "Bars: 95 of 100 lives, nothing fitted. Dots: mean. Crosses: what the programme published",
        sum(heights) + 2 * gap,
        "Blue: inside. Vermilion: outside. Grey: an input, so nothing is tested.",
    )
    top = 0.3
    for part, high, title in zip(parts, heights, ("Shares, per cent", "All else, as a multiple of the published"), strict=True):
        drawn.text(0.2, top - 0.28, title, weight="bold")
        _draw(drawn.axes(3.1, top, WIDTH_IN - 3.35, high), part, is_share=title.startswith("Shares"))
        top += high + gap
    told = "For each published output of each programme, the range of simulated lives and the published value."
    return Picture("validation", drawn, found, told)


def _draw(axes: Any, rows: pd.DataFrame, is_share: bool) -> None:
    faint_grid(axes, "x")
    for k, row in enumerate(rows.itertuples(index=False)):
        scale = 100 if is_share else 1 / row.observed
        inside = row.shipped_low <= row.observed <= row.shipped_high
        colour = GREY if row.shipped_role == "input" else BLUE if inside else VERMILION
        axes.plot([scale * row.shipped_low, scale * row.shipped_high], [k, k], color=colour, linewidth=3, solid_capstyle="butt")
        axes.plot(scale * row.shipped_mean, k, "o", color=colour, markersize=5, markeredgecolor="white")
        axes.plot(scale * row.observed, k, "x", color=BLACK, markersize=5)
    labels = [f"{row.programme.replace('_', ' ')}: {row.metric}" for row in rows.itertuples(index=False)]
    axes.set(yticks=range(len(rows)), yticklabels=labels, ylim=(len(rows) - 0.5, -0.5))
    axes.tick_params(axis="y", labelsize=7)
    if is_share:
        axes.set(xlim=(-2, 102))
    else:
        ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10]
        axes.set(xscale="log", xlim=(0.1, 10), xticks=ticks, xticklabels=[f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
