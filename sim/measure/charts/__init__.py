"""Pictures of a run and of a comparison, each as SVG and PNG with the numbers drawn in a CSV beside it.

Every picture is a function from tables to a `Picture`: first its numbers, one tidy frame that becomes the CSV,
then the page drawn from that frame alone. `hours` draws time, `places` desks, doors and people, `stacks` shares, `difference` and
`frontier` comparisons, `economics` their worth; `page` holds paper and files, `palette` colours and words. The same tables
give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from sim.measure.charts.difference import HEADLINES, difference_picture
from sim.measure.charts.economics import economics_pictures
from sim.measure.charts.effect_sets import effect_sets_picture
from sim.measure.charts.frontier import reach_cost_picture
from sim.measure.charts.hours import RunTables, waits_picture, week_picture
from sim.measure.charts.page import Picture, keep, style
from sim.measure.charts.places import pictures_of_places
from sim.measure.charts.stacks import cost_picture, disposition_picture, reach_picture

__all__ = [
    "HEADLINES", "Picture", "RunTables", "compare_charts", "compare_pictures", "economics_charts", "run_charts", "run_pictures",
]  # fmt: skip

LUCK_ONLY = "Ranges hold luck only."


def run_pictures(tables: RunTables) -> list[Picture]:
    """Week, waits, reach, dispositions, costs; queue at desks, occupancy and contacts a person where known.

    Draw inside `page.style`.
    """
    always = (week_picture, waits_picture, reach_picture, disposition_picture, cost_picture)
    return [draw(tables) for draw in (*always, *pictures_of_places(tables))]


def run_charts(folder: Path, tables: RunTables) -> list[Path]:
    """Draw one option's results into a folder; the files written."""
    with style():
        return [path for picture in run_pictures(tables) for path in keep(picture, folder)]


def compare_pictures(
    differences: Mapping[str, pd.DataFrame],
    summaries: Mapping[str, pd.DataFrame],
    period: str = "1 year",
    holds: str = LUCK_ONLY,
    metrics: Sequence[str] = HEADLINES,
    effect_sets: pd.DataFrame | None = None,
) -> list[Picture]:
    """Paired differences, calls reached against cost, ED visits under each effect set. Draw inside `page.style`."""
    today = next(iter(summaries), "today")
    pictures = [difference_picture(differences, today, period, holds, metrics), reach_cost_picture(summaries, period, holds)]
    return pictures if effect_sets is None else [*pictures, effect_sets_picture(effect_sets, today, period, holds)]


def compare_charts(
    folder: Path,
    differences: Mapping[str, pd.DataFrame],
    summaries: Mapping[str, pd.DataFrame],
    period: str = "1 year",
    holds: str = LUCK_ONLY,
    metrics: Sequence[str] = HEADLINES,
    effect_sets: pd.DataFrame | None = None,
) -> list[Path]:
    """Draw a comparison into a folder; the files written.

    Parameters
    ----------
    differences : mapping
        Option's name to its paired differences (`sim.measure.compare.paired`), in the order to be shown.
    summaries : mapping
        Name to means with ranges of every metric (metric, group, value, low, high), the baseline first.
    period : str
        What the totals are over, in words.
    holds : str
        What the ranges hold.
    effect_sets : DataFrame, optional
        Differences by option and effect set (option_name, effects, is_own, metric, group, difference, low, high, ...).
    """
    with style():
        pictures = compare_pictures(differences, summaries, period, holds, metrics, effect_sets)
        return [path for picture in pictures for path in keep(picture, folder)]


def economics_charts(folder: Path, table: pd.DataFrame, draws: str, period: str = "1 year") -> list[Path]:
    """Draw what a comparison is worth into a folder, from the rows of `economics.csv`; the files written.

    `draws` is how many draws and lives there were, in words, and `period` what dollars are over.
    """
    with style():
        return [path for picture in economics_pictures(table, draws, period) for path in keep(picture, folder)]
