"""How far counsellors, crisis chairs and teams stand in for each other in the whole city.

Two grids around today: mobile teams against counsellors in the 911 centre, and teams against chairs of the crisis centre.
Every point lives the same lives (the same people, calls and luck), so points are compared life by life. Drawn are lines
of equal effect: along one of them as many people visit an emergency department (ED) within 72 hours, or as many calls
are never served (abandoned, or nobody came), as the label says more or fewer than today.

    python -m experiments.substitution [--replications N] [--out DIR]

Out: a picture, its numbers, and how many counsellors or chairs go with each number of teams where the effect is as
today. Twelve lives a point take some five minutes on two cores, and one or two more the first time, when the engine is
compiled. A life that is finished is kept in DIR and not played again: remove DIR/lives after a change of the model.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

import sim
from sim.measure.charts.page import MARGIN_IN, SMALL, WIDTH_IN, Page, Picture, faint_grid, keep, style
from sim.measure.charts.palette import BLUE, GREY, INK, VERMILION, WHITE
from sim.scenario.schema import Scenario
from sim.screen import progress

Floats = npt.NDArray[np.float64]
BASELINE = "whole_city.yaml"
TEAMS = (0, 1, 2, 3)
TODAY = {"teams": 1, "counsellors": 1, "chairs": 8}
OTHERS = {"counsellors": (0, 1, 2), "chairs": (0, 2, 4, 8)}  # against teams, each on a grid of its own
PATHS = {
    "teams": "responders.mobile_crisis.shifts.daily.posts",
    "counsellors": "phone.desks.clinician_at_911.shifts.day_and_evening.posts",
    "chairs": "facilities.crisis_centre.places",
}
LABELS = {
    "teams": "mobile crisis teams, 10 to 22 h",
    "counsellors": "counsellors in the 911 centre, 10 to 22 h",
    "chairs": "chairs of the crisis centre",
}
METRICS = {"ed_visits_72h": "ED visits within 72 h", "never_served": "calls never served"}
LOOKS = {"ed_visits_72h": (BLUE, "solid"), "never_served": (VERMILION, "dashed")}


class Point(NamedTuple):
    """A place on a grid: how many of each."""

    teams: int
    counsellors: int
    chairs: int

    @property
    def sets(self) -> list[str]:
        """The changes to the baseline."""
        return [f"{PATHS[name]}={value}" for name, value in self._asdict().items() if value != TODAY[name]]


def points() -> list[Point]:
    """Every point of both grids, once."""
    found = [Point(**{**TODAY, "teams": t, other: n}) for other, levels in OTHERS.items() for t in TEAMS for n in levels]
    return list(dict.fromkeys(found))


@cache
def baseline() -> Scenario:
    """Today, whose calls every point lives through."""
    return sim.load(BASELINE)


def play(job: tuple[Point, int, Path]) -> Path:
    """One life at one point; what the measures say is kept in a file of its own."""
    point, replication, folder = job
    file = folder / f"{point.teams}-{point.counsellors}-{point.chairs}-{replication}.json"
    if not file.is_file():
        world = sim.build_world(sim.load(BASELINE, sets=point.sets), replication, baseline())
        metrics = sim.measure(sim.run(world, "compiled"), world).metrics
        whole = metrics[metrics["group"] == "all"].set_index("metric")["value"]
        said = {**point._asdict(), "replication": replication, **{name: float(whole[name]) for name in METRICS}}
        half = file.with_suffix(".half")
        half.write_text(json.dumps(said), encoding="utf-8")
        half.replace(file)
    return file


def play_all(replications: int, folder: Path) -> pd.DataFrame:
    """All lives of all points, those kept from before included; a row each."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [(point, replication, folder) for replication in range(replications) for point in points()]
    files = []
    with get_context("spawn").Pool() as pool, progress(len(jobs), "Lives") as advance:
        for file in pool.imap_unordered(play, jobs):
            files.append(file)
            advance(1)
    return pd.DataFrame([json.loads(file.read_text(encoding="utf-8")) for file in sorted(files)])


def by_life(lives: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Minus today, life by life: a row a life, a column a point."""
    wide = lives.pivot(index="replication", columns=list(TODAY), values=metric)
    return wide.sub(wide[tuple(TODAY.values())], axis=0)


def numbers(lives: pd.DataFrame) -> pd.DataFrame:
    """One row a metric and point: its mean, and minus today with the 95 % range and whether it can be told from none."""
    rows = []
    for metric in METRICS:
        minus, means = by_life(lives, metric), lives.groupby(list(TODAY))[metric].mean()
        n = len(minus)
        for values, own in minus.items():
            point = dict(zip(TODAY, values, strict=True))
            half = stats.t.ppf(0.975, n - 1) * own.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
            low, high = own.mean() - half, own.mean() + half
            told = "today" if point == TODAY else "cannot tell" if not (low > 0 or high < 0) else "differs"
            sizes = {"mean": means[values], "minus_today": own.mean(), "low": low, "high": high}
            rows.append({"metric": metric, **point, **{k: round(v, 2) for k, v in sizes.items()}, "verdict": told, "lives": n})
    return pd.DataFrame(rows)


def grid(minus: pd.Series, other: str) -> Floats:
    """Minus today [level of the other][teams], the third as today."""
    cells = [[minus[Point(**{**TODAY, "teams": t, other: level})] for t in TEAMS] for level in OTHERS[other]]
    return np.array(cells, np.float64)


def as_today(effects: Sequence[float], levels: Sequence[int]) -> float:
    """The level at which the effect is as today, on straight lines between the levels played; none: not a number.

    Seen from the most of it: what is wanted is how little of the other is enough.
    """
    for k in range(len(levels) - 1, 0, -1):
        upper, lower = effects[k], effects[k - 1]
        if upper <= 0.0 <= lower and lower > upper:
            return float(levels[k] + (levels[k - 1] - levels[k]) * upper / (upper - lower))
    return float("nan")


def exchange(lives: pd.DataFrame) -> pd.DataFrame:
    """How much of the other goes with each number of teams where the effect is as today; ranges by leaving out each life."""
    rows = []
    for metric in METRICS:
        minus = by_life(lives, metric)
        n = len(minus)
        without = [minus.drop(index=life).mean() for life in minus.index] if n > 1 else []
        for other, levels in OTHERS.items():
            for k, teams in enumerate(TEAMS):
                if teams == TODAY["teams"]:
                    continue
                found = as_today(grid(minus.mean(), other)[:, k].tolist(), levels)
                again = np.array([as_today(grid(one, other)[:, k].tolist(), levels) for one in without])
                half = stats.t.ppf(0.975, n - 1) * np.sqrt((n - 1) * again.var()) if n > 1 else np.nan
                sizes = {"as_today": found, "low": max(found - half, levels[0]), "high": min(found + half, levels[-1])}
                if np.isnan(half):  # some lives decide whether there is such a level at all
                    sizes |= {"low": np.nan, "high": np.nan}
                rows.append({"metric": metric, "teams": teams, "other": other, **{s: round(v, 2) for s, v in sizes.items()}})
    return pd.DataFrame(rows)


def step(z: Floats) -> float:
    """Distance between lines: 1, 2 or 5 times a power of ten, so that about six lines are drawn."""
    wanted = max(float(np.ptp(z)), 1.0) / 6
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(min((m * power for m in (1, 2, 5, 10)), key=lambda size: abs(np.log(size / wanted))))


def is_told(own: pd.DataFrame, other: str) -> bool:
    """Whether most points of a panel differ from today beyond their ranges."""
    return float(grid(own["verdict"].eq("differs").astype(float), other).mean()) > 0.5


def contours(axes: Any, own: pd.DataFrame, metric: str, other: str) -> None:
    """Lines of equal effect, grey where most points cannot be told from today; labels stand between the points."""
    colour, line = LOOKS[metric]
    z, levels = grid(own["minus_today"], other), OTHERS[other]
    size = step(z)
    at = np.arange(np.ceil(z.min() / size), np.floor(z.max() / size) + 1) * size
    colour = colour if is_told(own, other) else GREY
    lines = axes.contour(TEAMS, levels, z, levels=at, colors=colour, linewidths=np.where(at == 0, 2.8, 1.0), linestyles=line)
    for level in at[at != 0]:
        for left in (1, 2, 0):
            column = 0.3 * z[:, left] + 0.7 * z[:, left + 1] - level
            crossed = np.flatnonzero(np.sign(column[:-1]) != np.sign(column[1:]))
            if len(crossed):
                k = crossed[0]
                y = levels[k] + (levels[k + 1] - levels[k]) * column[k] / (column[k] - column[k + 1])
                axes.clabel(lines, [level], fmt=lambda value: f"{value:+,.0f}", fontsize=SMALL - 0.5, manual=[(left + 0.7, y)])
                break


def panel(axes: Any, table: pd.DataFrame, metric: str, other: str) -> None:
    """Lines of equal effect, and at every point played what was found there."""
    own = table[table["metric"] == metric].set_index(list(TODAY))
    levels = OTHERS[other]
    contours(axes, own, metric, other)
    for level in levels:
        for teams in TEAMS:
            row = own.loc[Point(**{**TODAY, "teams": teams, other: level})]
            differs = row["verdict"] == "differs"
            marker = "s" if row["verdict"] == "today" else "o"
            fill = INK if differs or marker == "s" else WHITE
            axes.plot(teams, level, marker, color=INK, markerfacecolor=fill, markersize=7 if marker == "s" else 4.5, zorder=3)
            text = "today" if marker == "s" else f"{row['minus_today']:+,.0f}" + ("" if differs else " ?")
            box = {"facecolor": WHITE, "edgecolor": "none", "alpha": 0.8, "pad": 0.6}
            axes.annotate(text, (teams, level), (5, 5), textcoords="offset points", size=SMALL - 1, color=INK, bbox=box, zorder=4)
    axes.set_xticks(TEAMS)
    axes.set_yticks(levels)
    axes.set_xlim(-0.15, TEAMS[-1] + 0.55)
    axes.set_ylim(levels[0] - 0.06 * levels[-1], levels[-1] * 1.13)
    axes.set_xlabel(LABELS["teams"], size=SMALL)
    faint_grid(axes, "both")


def picture(table: pd.DataFrame) -> Picture:
    """A panel for each metric and pair."""
    high_in, wide_in, left_in = 2.55, 3.2, 0.5
    lives = int(table["lives"].iloc[0])
    panels = [(table[table["metric"] == metric].set_index(list(TODAY)), other) for metric in METRICS for other in OTHERS]
    grey = "" if all(is_told(*one) for one in panels) else " Grey lines: most points cannot."
    page = Page(
        "What stands in for what: counsellors, crisis chairs, teams",
        "The whole city, a year. Along a line the effect is the same, along the thick one as today; numbers are minus today's. "
        "Filled point: differs from today. Open point, ?: cannot be told from it (95 % ranges)." + grey,
        2 * (high_in + 0.85) - 0.2,
        f"Means of {lives} lives, the same at every point, inputs at their stated values. How contacts end is assumed (set: "
        "matched). Never served: abandoned, or nobody came. Straight lines between the points played. Chairs also serve "
        "people who come by themselves; some of them need ward beds, and where wards are full, cars wait at hospital doors.",
    )
    for row, (metric, title) in enumerate(METRICS.items()):
        own = table[table["metric"] == metric]
        today = own.loc[own["verdict"] == "today", "mean"].iloc[0]
        for column, other in enumerate(OTHERS):
            x_in, y_in = left_in + column * (WIDTH_IN - MARGIN_IN + 0.1) / 2, row * (high_in + 0.85)
            page.text(x_in - 0.3, y_in, f"{title[:1].upper()}{title[1:]} (today {today:,.0f})", weight="bold")
            page.text(x_in - 0.3, y_in + 0.16, LABELS[other], color=GREY)
            panel(page.axes(x_in, y_in + 0.36, wide_in, high_in - 0.1), table, metric, other)
    return Picture("substitution", page, table, " ".join(sentences(table)))


def sentences(table: pd.DataFrame) -> list[str]:
    """What differs from today, one change at a time."""
    said = []
    for metric, title in METRICS.items():
        own = table[table["metric"] == metric].set_index(list(TODAY))
        for name, levels in {"teams": TEAMS, **OTHERS}.items():
            found = [(level, own.loc[Point(**{**TODAY, name: level})]) for level in levels if level != TODAY[name]]
            parts = [
                f"{level}: {row.minus_today:+,.0f} ({row.low:,.0f} to {row.high:,.0f})"
                + ("" if row.verdict == "differs" else " cannot tell")
                for level, row in found
            ]
            said.append(f"{title[:1].upper()}{title[1:]}, minus today, {name} {'; '.join(parts)}.")
    return said


def main(arguments: list[str] | None = None) -> int:
    """Play, tabulate, draw."""
    parser = argparse.ArgumentParser("substitution", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--replications", type=int, default=12)
    parser.add_argument("--out", default="results/substitution")
    args = parser.parse_args(arguments)
    folder = Path(args.out)
    lives = play_all(args.replications, folder / "lives")
    table = numbers(lives)
    with style():
        paths = keep(picture(table), folder)
    swaps = exchange(lives)
    swaps.to_csv(folder / "substitution_as_today.csv", index=False, lineterminator="\n")
    print("\n".join(sentences(table)))
    print("\nWhere the effect is as today\n" + swaps.to_string(index=False, na_rep="none"))
    print(f"  Kept: {', '.join(str(path) for path in paths)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
