"""Charts of results folders: the tables pictures read, brought together."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from sim.measure.charts import RunTables, compare_charts, economics_charts, run_charts
from sim.scenario.schema import Scenario
from sim.study.comparison import Comparison
from sim.study.effect_sets import effect_sets
from sim.study.results import Results
from sim.study.screens.words import said, span
from sim.study.units import LIVES_A_DRAW, Unit, lives_words
from sim.world.clock import horizon


def titles(scenario: Scenario) -> dict[str, str]:
    """What people call responder types, programmes and desks."""
    desks = {} if scenario.phone is None else scenario.phone.desks
    return {
        **{name: row.title for name, row in desks.items() if row.title is not None},
        **{name: row.title for name, row in scenario.responders.items()},
        **{name: said(name) for name in scenario.programmes},
    }


def run_tables(scenario: Scenario, results: Results) -> RunTables:
    """The tables of one option that pictures read, of the units kept whole; `replication` numbers these one by one."""
    axis = horizon(scenario.run)
    life = f"draw * {LIVES_A_DRAW} + replication"
    lives = f"SELECT DISTINCT {life} FROM call_facts"

    def table(name: str) -> pd.DataFrame:
        columns = f"* EXCLUDE (draw) REPLACE ({life} AS replication)"
        return results.query(f"SELECT {columns} FROM {name} WHERE {life} IN ({lives})", name, "call_facts")

    facts = table("call_facts")
    kept = [unit for unit in results.units if unit.is_kept_whole]
    return RunTables(
        name=scenario.name,
        begins=scenario.run.begins,
        window_start_s=axis.window_start_s,
        window_end_s=axis.window_end_s,
        call_facts=facts,
        shifts=results.query("SELECT * FROM shifts", "shifts"),
        reach=table("reach"),
        costs=table("costs"),
        titles=titles(scenario),
        replications=max(len(kept), 1),
        mean_of="" if not results.is_drawn and kept == results.units else _mean_of(kept, results.units),
        has_persons=(results.tables / "persons.parquet").is_file(),
        **{name: _of_first(results, name) for name in ("occupancy", "desk_hours")},
    )


def _of_first(results: Results, name: str) -> pd.DataFrame | None:
    """A table of the first life, where the scenario has what it tells of."""
    return results.query(f"SELECT * FROM {name}", name) if (results.tables / f"{name}.parquet").is_file() else None


def _mean_of(kept: list[Unit], every: list[Unit]) -> str:
    """`mean of 3 draws, 2 lives each`, `mean of the first 10 draws, 2 lives each, of 40 draws, 2 lives each`."""
    if kept == every:
        return f"mean of {lives_words(every)}"
    return f"mean of the first {lives_words(kept)}, of {lives_words(every)}"


def draw_run(scenario: Scenario, results: Results) -> list[Path]:
    """One option's pictures, in `charts/`."""
    return run_charts(_emptied(results.folder / "charts"), run_tables(scenario, results))


def draw_comparison(comparison: Comparison) -> list[Path]:
    """A comparison's pictures, in `charts/`."""
    names = [comparison.baseline.option.scenario.name, *comparison.names]
    differences = dict(zip(comparison.names, comparison.tables, strict=True))
    summaries: dict[str, pd.DataFrame] = dict(zip(names, comparison.summaries, strict=True))
    period = span(comparison.baseline.option.scenario.run.days)
    holds = f"Ranges hold {comparison.ranges_hold}."
    sets = effect_sets(comparison) if comparison.under else None
    folder = _emptied(comparison.folder / "charts")
    drawn = compare_charts(folder, differences, summaries, period, holds, effect_sets=sets)
    if comparison.economics is None:
        return drawn
    return [*drawn, *economics_charts(folder, comparison.economics.table, lives_words(comparison.units), period)]


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
