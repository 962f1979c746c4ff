"""How far counsellors, crisis chairs and teams stand in for each other in the whole city.

Two grids around today: teams against clinicians in the 911 centre, and teams against chairs of the crisis centre. Every
point lives the same lives (the same people, calls and luck). Drawn are lines of equal effect: along one of them as many
people visit an emergency department (ED) within 72 hours, or as many calls are never served.

    python -m experiments.substitution [--replications N] [--out DIR]

A point that is finished is kept in DIR and not played again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd

import sim

mpl.use("Agg")
import matplotlib.pyplot as plt

BASELINE = "whole_city.yaml"
TEAMS = (0, 1, 2, 3, 4)
CLINICIANS = (0, 1, 2, 3)
CHAIRS = (0, 2, 4, 6, 8)
TODAY = {"teams": 1, "clinicians": 1, "chairs": 8}
PATHS = {
    "teams": "responders.mobile_crisis.shifts.daily.posts",
    "clinicians": "phone.desks.clinician_at_911.shifts.day_and_evening.posts",
    "chairs": "facilities.crisis_centre.places",
}
LABELS = {
    "teams": "mobile crisis teams, 10 to 22 h",
    "clinicians": "clinicians in the 911 centre, 10 to 22 h",
    "chairs": "chairs of the crisis centre",
}
METRICS = {"ed_visits_72h": "ED visits within 72 h, a year", "never_served": "calls never served, a year"}
OTHERS = (("clinicians", CLINICIANS), ("chairs", CHAIRS))
INK, LINES = "#333333", ("#0072b2", "#d55e00")  # told apart by the colour-blind, and by solid and dashed


class Point(NamedTuple):
    """A place on a grid: how many of each, the others as today."""

    teams: int
    clinicians: int
    chairs: int

    @property
    def sets(self) -> list[str]:
        """The changes to the baseline."""
        return [f"{PATHS[name]}={value}" for name, value in self._asdict().items() if value != TODAY[name]]


def points() -> list[Point]:
    """Every point of both grids, once."""
    found = [Point(t, c, TODAY["chairs"]) for t in TEAMS for c in CLINICIANS]
    return list(dict.fromkeys(found + [Point(t, TODAY["clinicians"], h) for t in TEAMS for h in CHAIRS]))


def play(job: tuple[Point, int, Path]) -> Path:
    """One life at one point; what the measures say is kept in a file of its own."""
    point, replication, folder = job
    file = folder / f"{point.teams}-{point.clinicians}-{point.chairs}-{replication}.json"
    if not file.is_file():
        scenario = sim.load(BASELINE, sets=point.sets)
        world = sim.build_world(scenario, replication, sim.load(BASELINE))
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
    with get_context("spawn").Pool() as pool:
        for file in pool.imap_unordered(play, jobs):
            files.append(file)
            print(f"\r  {len(files)} of {len(jobs)} lives", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    rows = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(files)]
    return pd.DataFrame(rows).sort_values([*TODAY, "replication"]).reset_index(drop=True)


def means(lives: pd.DataFrame) -> pd.DataFrame:
    """One row a point and metric: mean, and the difference from today with its 95 % range, paired life by life."""
    is_today = (lives[list(TODAY)] == pd.Series(TODAY)).all(axis=1)
    today = lives[is_today].set_index("replication")
    rows = []
    for values, own in lives.groupby(list(TODAY)):
        for metric in METRICS:
            difference = own.set_index("replication")[metric] - today[metric]
            half = 1.96 * difference.std(ddof=1) / np.sqrt(len(difference)) if len(difference) > 1 else float("nan")
            mean = difference.mean()
            rows.append(
                {
                    **dict(zip(TODAY, values, strict=True)),
                    "metric": metric,
                    "mean": round(own[metric].mean(), 2),
                    "minus_today": round(mean, 2),
                    "low": round(mean - half, 2),
                    "high": round(mean + half, 2),
                    "lives": len(own),
                }
            )
    return pd.DataFrame(rows)


def grid(table: pd.DataFrame, metric: str, other: str, levels: Sequence[int]) -> Any:
    """Means [level of the other][teams]; what is not on the axes is as today."""
    fixed = next(name for name in ("clinicians", "chairs") if name != other)
    own = table[(table["metric"] == metric) & (table[fixed] == TODAY[fixed])]
    return own.pivot_table(index=other, columns="teams", values="mean").loc[list(levels), list(TEAMS)].to_numpy()


def draw(table: pd.DataFrame, file: Path, replications: int) -> None:
    """Lines of equal effect, a panel for each metric and pair, with the value at every point played."""
    figure, axes = plt.subplots(2, 2, figsize=(10, 8.6), layout="constrained")
    for row, (metric, title) in enumerate(METRICS.items()):
        for column, (other, levels) in enumerate(OTHERS):
            axis = axes[row][column]
            z = grid(table, metric, other, levels)
            lines = axis.contour(
                TEAMS, levels, z, levels=6, colors=LINES[column], linewidths=1.4, linestyles=("solid", "dashed")[column]
            )
            axis.clabel(lines, fmt="%.0f", fontsize=9)
            for y, level in enumerate(levels):
                for x, n_teams in enumerate(TEAMS):
                    is_today = n_teams == TODAY["teams"] and level == TODAY[other]
                    axis.plot(n_teams, level, "s" if is_today else "o", color=INK, markersize=7 if is_today else 3)
                    axis.annotate(f"{z[y, x]:.0f}", (n_teams, level), (4, 4), textcoords="offset points", fontsize=7, color=INK)
            axis.set_xlabel(LABELS["teams"])
            axis.set_ylabel(LABELS[other])
            axis.set_title(title, fontsize=10, loc="left")
            axis.set_xticks(TEAMS)
            axis.set_yticks(levels)
            axis.margins(0.08)
    figure.suptitle(
        "Along a line the effect is the same. Square: today. Numbers: means of the lives played at each point.",
        fontsize=10,
        x=0.01,
        ha="left",
    )
    figure.supxlabel(
        f"Whole city, a year, {replications} lives at each point; effects on endings are assumed (set: matched)",
        fontsize=8,
        color=INK,
    )
    figure.savefig(file, dpi=130)
    plt.close(figure)


def main(arguments: list[str] | None = None) -> int:
    """Play, tabulate, draw."""
    parser = argparse.ArgumentParser("substitution", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--replications", type=int, default=12)
    parser.add_argument("--out", default="results/substitution")
    args = parser.parse_args(arguments)
    folder = Path(args.out)
    lives = play_all(args.replications, folder / "lives")
    table = means(lives)
    table.to_csv(folder / "substitution.csv", index=False, lineterminator="\n")
    draw(table, folder / "substitution.png", args.replications)
    print(table.to_string(index=False))
    print(f"  Kept in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
