"""How often calibration finds the numbers of a city that is known, and whether its 95 % intervals are right 95 times in 100.

The city of `closed_loop.yaml` is simulated, exported in five layouts as real dispatch centres would, read and fitted, with
luck of its own each time. For every number that a layout can tell: how often the interval holds the truth, how far off the
estimate is on average, how wide the interval is.

    python -m experiments.closed_loop [--repeats N] [--out DIR]
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import sim
from experiments.known_city import estimated_shares, truths
from sim.calibrate.exporting.layouts import LAYOUTS, write_export
from sim.calibrate.exporting.lives import life_of
from sim.calibrate.fits import fit
from sim.calibrate.fits.contrasts import FEW
from sim.calibrate.mapping import ExportMap
from sim.calibrate.reading.source import read_export
from sim.measure.charts import palette
from sim.measure.charts.page import MARGIN_IN, WIDTH_IN, Page, Picture, faint_grid, keep, style
from sim.screen import progress

CITY = Path(__file__).with_suffix(".yaml")
DOCS = Path(__file__).parents[1] / "docs"
PROCESSES = 2
LOWEST = 0.85  # coverage of a single number that is looked into
NUMBERS = ("truth", "coverage", "mean", "bias", "error", "width", "bias_se")
LIMITS = [
    "Some truths are of what a centre sees, not of what the scenario states, and follow from it without luck: median and 90th",
    "percentile of all drives (the scenario's are before parts of the day), endings over all types, turnouts that round to no",
    "second. Where only lengths are kept, the way is counted from dispatch, so its truth holds turnout too; and such files hold",
    "dispatched calls only, so shares of types and priorities miss callers who gave up: here 2 of 100, which shows as a small",
    "bias against the kinds that wait longest.",
]
GROUPS = {  # what a path's parameters are called together, in the order of the picture
    r"demand\.(other_)?calls_per_year": "calls a year",
    r"demand\.day_effect_cv": "busy days",
    r"demand\.mix\.": "mix of types",
    r"priorities\.": "priorities",
    r"profile: \d": "hours of the day",
    r"profile: weekend": "weekend",
    r"profile: month": "months",
    r"travel\.bands": "travel by part of the day",
    r"travel\.": "travel",
    r"turnout": "turnout",
    r"on_scene": "time on scene",
    r"handover": "hand-over",
    r"patience": "patience",
    r"outcomes\.": "endings",
}


def group_of(path: str) -> str:
    """The group of a parameter, empty for a fact that is no number of a scenario."""
    return next((name for pattern, name in GROUPS.items() if re.search(pattern, path)), "")


def once(path: str) -> str:
    """One name for a number that is learned for all types or doors together, so that it counts once."""
    path = re.sub(r"^types\.(?!other\.)\w+\.(on_scene_spread|patience_min)", r"types.*.\1", path)
    return re.sub(r"^facilities\.\w+_hospital\.handover_min", "facilities.*.handover_min", path)


def repeat(number: int, layouts: Iterable[str] = tuple(LAYOUTS), sets: Iterable[str] = ()) -> pd.DataFrame:
    """One life of the city, with `sets` laid over it, learned from each layout: a row a layout and number.

    Columns: repeat, layout, parameter, truth (nan where the city has no such number), value, low, high, n; and rows without a
    value for what stayed unlearned, with `why`.
    """
    scenario = sim.load(CITY, sets)
    world = sim.build_world(scenario, number)
    life = life_of(world, sim.run(world, "compiled").ledger)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for layout in layouts:
            path = Path(folder) / f"{layout}.csv"
            written = write_export(life, layout, path)
            written["times"]["format"] = LAYOUTS[layout].stamp  # stated, since trying all formats takes longest
            export_map = ExportMap.model_validate(written)
            fitted = fit(read_export([path], export_map), export_map, sim.load(export_map.base))
            own = [
                one for one in fitted.all_estimates() if not one.how.startswith(FEW)
            ]  # else the base's difference between kinds
            found = {once(one.path): (one.value, one.low, one.high, one.n) for one in own}
            for shape in fitted.shapes:
                found |= {name: (*numbers, shape.n) for name, numbers in estimated_shares(shape).items()}
            rows += [
                {"repeat": number, "layout": layout, "parameter": name, "value": v, "low": low, "high": high, "n": n, "why": ""}
                for name, (v, low, high, n) in found.items()
            ]
            rows += [{"repeat": number, "layout": layout, "parameter": u.path, "why": u.why} for u in fitted.unlearned]
    tables = []
    for layout, own in pd.DataFrame(rows).groupby("layout", sort=False):
        known = truths(scenario, own["parameter"].unique(), from_dispatch=layout == "lengths")
        tables.append(own.assign(truth=own["parameter"].map(known).astype(float)))
    return pd.concat(tables, ignore_index=True)


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """A row a layout and number that has a truth: coverage, bias and median width, the last two in hundredths of the truth."""
    own = table[table["value"].notna() & table["truth"].notna()].copy()
    own["group"] = own["parameter"].map(group_of)
    own = own[own["group"] != ""]
    own["holds"] = (own["low"] <= own["truth"]) & (own["truth"] <= own["high"])
    own["off"], own["wide"] = own["value"] - own["truth"], own["high"] - own["low"]
    by = own.groupby(["layout", "group", "parameter"], sort=False)
    found = by.agg(
        truth=("truth", "first"), repeats=("repeat", "size"), coverage=("holds", "mean"), mean=("value", "mean"),
        bias=("off", "mean"), error=("off", "std"), width=("wide", "median"),
    ).reset_index()  # fmt: skip
    found["bias_se"] = found["error"] / np.sqrt(found["repeats"])
    order = {name: i for i, name in enumerate([*LAYOUTS, *GROUPS.values()])}
    return found.sort_values(["layout", "group", "parameter"], key=lambda c: c.map(order) if c.name != "parameter" else c)


def pooled(found: pd.DataFrame) -> pd.Series:
    """Coverage by layout and in all, every interval counting once."""
    held = found["coverage"] * found["repeats"]
    by = held.groupby(found["layout"], sort=False).sum() / found["repeats"].groupby(found["layout"], sort=False).sum()
    return pd.concat([by, pd.Series({"all": held.sum() / found["repeats"].sum()})])


def unlearned(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """What each layout cannot tell though another can, or no layout can: parameter, layouts, why."""
    never = table[table["value"].isna()].drop_duplicates(["layout", "parameter"])
    told = {layout: set(own["parameter"]) for layout, own in found.groupby("layout")}
    rows = [row for row in never.itertuples() if row.parameter not in told.get(row.layout, set())]
    frame = pd.DataFrame([(row.parameter, row.layout, row.why) for row in rows], columns=["parameter", "layout", "why"])
    return frame.groupby(["parameter", "why"], sort=False)["layout"].agg(", ".join).reset_index()


def picture(found: pd.DataFrame, repeats: int) -> Picture:
    """Coverage of every number: a row a group, a panel a layout."""
    groups = [name for name in dict.fromkeys(GROUPS.values()) if name in set(found["group"])]
    names_in, row_in, gap_in = 1.75, 0.27, 0.12
    wide = (WIDTH_IN - 2 * MARGIN_IN - names_in) / len(LAYOUTS) - gap_in
    total = pooled(found)
    page = Page(
        "Does calibration find what it was given?",
        f"A known city, exported and learned again {repeats} times in each of five layouts. A point is a number: how many of 100 "
        "of its 95 % intervals hold the truth. The line marks 95.",
        row_in * len(groups) + 0.85,
        f"In all {100 * total['all']:.1f} of 100 intervals hold the truth. Grey band: where a point lies 99 times in 100 if its "
        "intervals are right. A layout without a point in a row cannot tell these numbers.",
    )
    for g, group in enumerate(groups):
        page.text(MARGIN_IN, 0.42 + row_in * (g + 0.5), group[:1].upper() + group[1:], va="center")
    spare = 2.576 * np.sqrt(95 * 5 / repeats)
    for k, layout in enumerate(LAYOUTS):
        x_in = MARGIN_IN + names_in + k * (wide + gap_in)
        page.text(x_in, 0.13, layout, weight="bold", va="baseline")
        page.text(x_in, 0.3, f"{100 * total[layout]:.1f} of 100", va="baseline")
        axes = page.axes(x_in, 0.42, wide, row_in * len(groups))
        axes.axvspan(95 - spare, min(95 + spare, 100), color=palette.PALE, alpha=0.6, linewidth=0)
        axes.axvline(95, color=palette.INK, linewidth=0.8)
        own = found[found["layout"] == layout]
        for g, group in enumerate(groups):
            shown = 100 * own.loc[own["group"] == group, "coverage"].sort_values().to_numpy()
            y = g + 0.5 * (np.arange(len(shown)) + 0.5) / max(len(shown), 1) - 0.25
            axes.plot(np.maximum(shown, 71), y, "o", color=palette.BLUE, markersize=3, alpha=0.75, clip_on=False)
        axes.set_ylim(len(groups) - 0.5, -0.5)
        axes.set_xlim(70, 100)
        axes.set_xticks([75, 85, 95])
        axes.set_yticks([])
        faint_grid(axes, "x")
    said = " ".join(f"{name}: {100 * share:.1f} of 100." for name, share in total.items())
    return Picture("closed_loop", page, found, f"Intervals that hold the truth. {said}")


def page_of(found: pd.DataFrame, missing: pd.DataFrame, repeats: int) -> str:
    """The documentation's page."""
    total = pooled(found)
    worst = found.sort_values("coverage", kind="stable").drop_duplicates("parameter").head(5)
    lines = [
        "# Does calibration find what it was given?",
        "",
        "<!-- Written by `python -m experiments.closed_loop`; do not edit. -->",
        "",
        f"A city known to the last number ([its scenario](../experiments/closed_loop.yaml)) is simulated {repeats} times,",
        "exported as five dispatch centres would, read and fitted again. A 95 % interval should hold the truth 95 times in 100.",
        "",
        "![Coverage of every number by layout](pictures/closed_loop.png)",
        "",
        "| layout | intervals that hold the truth | numbers learned |",
        "|---|---|---|",
    ]
    lines += [f"| {layout} | {100 * total[layout]:.1f} % | {(found['layout'] == layout).sum()} |" for layout in total.index[:-1]]
    lines += [f"| all | {100 * total['all']:.1f} % | {len(found)} |", ""]
    shown = ", ".join(f"`{row.parameter}` {100 * row.coverage:.0f} %" for row in worst.itertuples())
    lines += [f"The lowest single numbers: {shown}. Every row is in [closed_loop.csv](closed_loop.csv).", ""]
    lines += [f"| numbers | {' | '.join(LAYOUTS)} | lowest | bias | width |", "|---|" + "---|" * (len(LAYOUTS) + 3)]
    for group, own in found.groupby("group", sort=False):
        by = own.groupby("layout")["coverage"].mean()
        cells = " | ".join(f"{100 * by[layout]:.1f} %" if layout in by else "" for layout in LAYOUTS)
        off, wide = (100 * (own[name] / own["truth"].abs())[own["truth"] != 0].median() for name in ("bias", "width"))
        n = own["parameter"].nunique()
        lines.append(f"| {group} ({n}) | {cells} | {100 * own['coverage'].min():.0f} % | {off:+.1f} % | {wide:.1f} % |")
    lines += [
        "",
        "Lowest: of a single number. Bias (of the estimates, median) and width (of the intervals, median) are in hundredths",
    ]
    lines += [
        "of the truth. The four layouts with stamps hold the same facts, so their intervals are right or wrong together.",
        "",
    ]
    lines += LIMITS
    lines += ["", "## What a layout cannot tell", ""]
    lines += ["| number | layouts | why |", "|---|---|---|"]
    every = ", ".join(LAYOUTS)
    lines += [
        f"| `{row.parameter}` | {'all' if row.layout == every else row.layout} | {row.why} |" for row in missing.itertuples()
    ]
    return "\n".join(lines) + "\n"


def write(table: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Table, picture and page of all repeats; the table."""
    repeats = table["repeat"].nunique()
    found = coverage(table)
    folder.mkdir(parents=True, exist_ok=True)
    shown = found.assign(**{name: found[name].map(lambda x: float(f"{x:.6g}")) for name in NUMBERS})
    shown.to_csv(folder / "closed_loop.csv", index=False, lineterminator="\n")
    with style():
        for path in keep(picture(shown, repeats), folder / "pictures"):
            if path.suffix == ".csv":
                path.unlink()  # it is closed_loop.csv
    (folder / "closed_loop.md").write_text(page_of(shown, unlearned(table, found), repeats), encoding="utf-8")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Play, learn, count, draw, write."""
    parser = argparse.ArgumentParser("closed_loop", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--out", default=str(DOCS))
    args = parser.parse_args(arguments)
    tables = []
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool, progress(args.repeats, "Cities learned") as advance:
        for table in pool.map(repeat, range(args.repeats)):
            tables.append(table)
            advance(1)
    found = write(pd.concat(tables, ignore_index=True), Path(args.out))
    print("Intervals that hold the truth, of 100")
    print("\n".join(f"  {name:10} {100 * share:.1f}" for name, share in pooled(found).items()))
    low = found[found["coverage"] < LOWEST]
    print(low.to_string(index=False) if len(low) else f"No number below {100 * LOWEST:.0f}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
