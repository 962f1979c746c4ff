"""A forecast made before, set beside the months it spoke of: `validate RESULTS EXPORT...`.

What it said is read from the folder's own tables, whatever code made them. Which inputs were wrong is `inputs`'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.calibrate.exporting.lived import recorded, seen_by
from sim.calibrate.mapping import read_map
from sim.calibrate.normal import FIT, HELD_BACK, Records
from sim.calibrate.reading.source import check_enough, read_export
from sim.calibrate.validating.asking import ask
from sim.calibrate.validating.beside import beside
from sim.calibrate.validating.inputs import Asked, wrong_inputs
from sim.calibrate.validating.kept_lives import kept_lives
from sim.calibrate.validating.pointing import next_step
from sim.calibrate.validating.posts import in_words, posts_note, teams_of, unclaimed_posts
from sim.calibrate.validating.rows import Terms
from sim.calibrate.validating.scoring import MAP_FILE, map_of, with_teams
from sim.calibrate.validating.verdict import Verdict
from sim.errors import CrisisSimError, ResultsError
from sim.rules.lifecycle import DAY_S
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study.again import option_of
from sim.study.identity import shown
from sim.study.results import Results

MOST_LIVES = 20


def forecast(
    folder: Path, exports: Sequence[Path], map_file: str | Path | None, replications: int | None, workers: int | None
) -> Verdict:
    """What a results folder foresaw beside what was recorded, over the days that both hold.

    Raises
    ------
    ResultsError
        Where the folder is none, was drawn from ranges, or shares no day with the export.
    """
    results = Results(folder)
    record = results.record
    if results.is_drawn:
        hint = "crisis-sim run the scenario with --draws 0, and name that folder"
        raise ResultsError(f"{shown(folder)} holds inputs drawn from their ranges\n  want  the stated values\n  hint  {hint}")
    scenario = option_of(folder, record).scenario
    file = file_of(record, scenario)
    export_map, tree = map_of(map_file, file.parent if file is not None else folder)
    export_map = export_map.model_copy(update={"hold_back": "none"})  # nothing of it was seen when the forecast was made
    records = read_export(exports, export_map, tree)
    check_enough(records, export_map)
    days = _shared_days(records, results, folder)
    _part(records, days)
    has_units = export_map.columns.unit is not None
    answers = ask(records, FIT, days, has_units)
    written, teams = load(file) if file is not None else None, teams_of(export_map, scenario)
    seen = with_teams(seen_by(export_map, records, scenario, days), teams)
    unclaimed = unclaimed_posts(written, seen)
    kept = kept_lives(results, scenario)[: replications or MOST_LIVES]
    lives = [ask(recorded(life, seen), HELD_BACK, days, has_units) for life in kept]
    terms = Terms(True, in_words(unclaimed), export_map.limits.smallest_cell, teams=teams, guessed=frozenset(unclaimed))
    rows = beside(answers, lives, terms)
    inputs = wrong_inputs(Asked(scenario, records, export_map, answers, seen, workers))
    first, last = _day(days, 0), _day(days, -1)
    look = next_step(rows, written or scenario, inputs)
    notes = [fitted_note(record, file, first, last), *posts_note(unclaimed)]
    export, words = ", ".join(shown(name) for name in exports), f"{first} to {last}: {len(days)} days"
    return Verdict(scenario.name, shown(folder), export, words, notes, len(lives), rows, answers, lives, inputs, look)


def file_of(record: dict[str, Any], scenario: Scenario) -> Path | None:
    """The scenario file a folder was made of, if it is still there and says the same."""
    for name in record["inputs"]:
        path = Path(name)
        if path.suffix != ".yaml" or not path.is_file():
            continue
        try:
            if load(path).fingerprint == scenario.fingerprint:
                return path
        except CrisisSimError:  # a part of a scenario, or one that has changed since
            continue
    return None


def _shared_days(records: Records, results: Results, folder: Path) -> pd.DataFrame:
    """Days of the records that lie in the folder's window and are no gaps."""
    setting = results.replications[0]["setting"]
    begins = dt.date.fromisoformat(setting["begins"])
    first = begins + dt.timedelta(days=setting["window_start_s"] // DAY_S)
    last = begins + dt.timedelta(days=setting["window_end_s"] // DAY_S - 1)
    if records.clock == "cells" or records.first_day is None:
        raise ResultsError(
            "the export has no days, so nobody can tell whether they lie in the months foreseen\n"
            "  want  an export with dates\n  hint  name the scenario file instead: its shapes and minutes can be compared"
        )
    inside = f"NOT is_gap AND day BETWEEN DATE '{first}' AND DATE '{last}'"
    days = records.ask(f"SELECT day, block, weekday, month FROM days WHERE {inside} ORDER BY day")
    if not len(days):
        raise ResultsError(
            f"{shown(folder)} and the export share no day\n  got   {first} to {last} simulated, "
            f"{records.first_day} to {records.last_day} recorded\n  want  records of months that were foreseen"
        )
    return days


def _part(records: Records, days: pd.DataFrame) -> None:
    """Make the days that are shared the part that fits look at."""
    inside = f"block BETWEEN {int(days['block'].iloc[0])} AND {int(days['block'].iloc[-1])}"
    for table in ("calls", "visits", "days"):
        records.database.execute(f"UPDATE {table} SET part = CASE WHEN {inside} THEN {FIT} ELSE {HELD_BACK} END").fetchall()


def _day(days: pd.DataFrame, at: int) -> dt.date:
    found: dt.date = pd.Timestamp(days["day"].iloc[at]).date()
    return found


def fitted_note(record: dict[str, Any], file: Path | None, first: dt.date, last: dt.date) -> str:
    """Whether the scenario was fitted to the months it is set beside, where the map beside it says which those were."""
    beside_it = [Path(name).parent / MAP_FILE for name in ([str(file)] if file is not None else record["inputs"])]
    for path in beside_it:
        if path.is_file():
            period = read_map(path)[0].period
            if period.first is not None and period.last is not None:
                fitted = f"It was fitted to {period.first} to {period.last}"
                is_shared = period.first <= last and period.last >= first
                return (
                    f"{fitted}, so to some of these months: this tests no forecast."
                    if is_shared
                    else f"{fitted}, none of these months."
                )
    return "Whether it was fitted to some of these months cannot be known: no map beside it says which it was fitted to."
