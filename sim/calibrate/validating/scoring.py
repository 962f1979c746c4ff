"""`validate`: a simulation set beside records. A scenario lives through the months held back; a results folder was there first.

What is compared is `asking`'s and `beside`'s, the page is `verdict_page`'s; a forecast's inputs are `forecast`'s.
"""

from __future__ import annotations

import datetime as dt
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sim.calibrate.exporting.lived import Seen, seen_by
from sim.calibrate.mapping import ExportMap, read_map
from sim.calibrate.normal import FIT, HELD_BACK, Records
from sim.calibrate.reading.source import check_enough, read_export
from sim.calibrate.validating.asking import ask
from sim.calibrate.validating.beside import beside
from sim.calibrate.validating.playing import play_lives
from sim.calibrate.validating.pointing import next_step
from sim.calibrate.validating.posts import in_words, posts_note, teams_of, unclaimed_posts, with_posts_enough
from sim.calibrate.validating.rows import Terms
from sim.calibrate.validating.verdict import Verdict
from sim.calibrate.validating.verdict_page import tell
from sim.errors import ResultsError
from sim.scenario.load import load
from sim.scenario.node import Node
from sim.scenario.schema import Scenario
from sim.study.identity import shown
from sim.study.units import check_count

REPLICATIONS = 5
HOME = Path("results") / "validation"  # where page and table go if nothing is said
A_YEAR = 365
MAP_FILE = "map.yaml"


@dataclass(frozen=True)
class Period:
    """The months records and lives are compared over.

    `days`: those that count, none where no day is known; `part`: of the records; `has_rates`: calls a day may be compared.
    """

    first: dt.date
    n_days: int
    days: pd.DataFrame | None
    part: int
    has_rates: bool
    words: str


def validate_verb(args: Namespace) -> int:
    """`validate SCENARIO_OR_RESULTS EXPORT...`: the exit code does not depend on the verdict."""
    check_count("--workers", args.workers, 1)
    check_count("--replications", args.replications, 1, 1000)
    path, exports = Path(args.file), [Path(name) for name in args.export]
    if path.is_dir():
        from sim.calibrate.validating.forecast import forecast

        verdict = forecast(path, exports, args.map, args.replications, args.workers)
    else:
        verdict = validate(path, exports, args.map, args.replications or REPLICATIONS, args.workers)
    tell(verdict, Path(args.out) if args.out else HOME, args.json)
    return 0


def validate(
    file: Path,
    exports: Sequence[Path],
    map_file: str | Path | None = None,
    replications: int = REPLICATIONS,
    workers: int | None = None,
) -> Verdict:
    """Play a scenario over the months of an export that were held back, and set both side by side.

    Raises
    ------
    ScenarioError, ExportError
        With every fault of scenario, map or export.
    ResultsError
        Where there is no map, or nothing to compare with.
    """
    scenario = load(file)
    export_map, tree = map_of(map_file, file.parent)
    records = read_export(exports, export_map, tree)
    check_enough(records, export_map)
    period = held_back(records, export_map, scenario)
    has_units = export_map.columns.unit is not None
    answers = ask(records, period.part, period.days, has_units)
    teams = teams_of(export_map, scenario)
    seen = with_teams(seen_by(export_map, records, scenario, period.days), teams)
    unclaimed = unclaimed_posts(scenario, seen)
    played, more = with_posts_enough(scenario, unclaimed)
    lives = play_lives(moved(played, period.first, period.n_days), replications, seen, has_units, workers)
    luck = _fitted_luck(records) if period.part == HELD_BACK else 0.0
    guessed = frozenset(teams if more else unclaimed)  # a roster that was changed tells who came of nobody
    terms = Terms(period.has_rates, in_words(unclaimed), export_map.limits.smallest_cell, luck, teams, guessed)
    rows = beside(answers, lives, terms)
    notes = [*_notes(period, export_map), *posts_note(unclaimed), *([more] if more else [])]
    export, look = ", ".join(shown(name) for name in exports), next_step(rows, scenario)
    return Verdict(scenario.name, shown(file), export, period.words, notes, replications, rows, answers, lives, look=look)


def with_teams(seen: Seen, teams: Sequence[str]) -> Seen:
    """The same with every team that the map tells apart: one that never came is on record as that."""
    return replace(seen, responders=tuple(sorted({*seen.responders, *teams}))) if seen.responders else seen


def map_of(map_file: str | Path | None, beside_it: Path) -> tuple[ExportMap, Node]:
    """The map somebody named, or the one `calibrate` left beside the scenario."""
    path = Path(map_file) if map_file is not None else beside_it / MAP_FILE
    if map_file is None and not path.is_file():
        raise ResultsError(f"{shown(path)}: no such file\n  want  the map of the export\n  hint  name it with --map MAP.yaml")
    return read_map(path)


def held_back(records: Records, export_map: ExportMap, scenario: Scenario) -> Period:
    """The part that was not fitted to; all of it where nothing was held back. Undated rows are compared with a year."""
    is_held = export_map.hold_back != "none"
    part = HELD_BACK if is_held else FIT
    if not records.one(f"SELECT count(*) FROM calls WHERE part = {part}"):
        raise ResultsError(
            "no call of the export is in the part held back\n"
            f"  got   hold_back: {export_map.hold_back}\n  want  an export long enough to be parted\n"
            "  hint  hold_back: weeks, or rows"
        )
    of_rows = export_map.hold_back == "rows"
    where = "NOT is_gap" if of_rows else f"NOT is_gap AND part = {part}"
    days = records.ask(f"SELECT day, block, weekday, month FROM days WHERE {where} ORDER BY day")
    if records.clock == "cells" or not len(days):
        years = records.ask(f"SELECT DISTINCT year FROM calls WHERE part = {part} AND year IS NOT NULL ORDER BY 1")["year"]
        first = dt.date(int(years.min()), 1, 1) if len(years) else scenario.run.begins
        n_days = (dt.date(int(years.max()) + 1, 1, 1) - first).days if len(years) else A_YEAR
        words = f"the year from {first}" if n_days <= A_YEAR + 1 else f"{first} to {first + dt.timedelta(days=n_days - 1)}"
        return Period(first, n_days, None, part, False, words)
    first, last = (pd.Timestamp(days["day"].iloc[at]).date() for at in (0, -1))
    held = f", every second of its {export_map.hold_back}" if is_held else ""
    words = f"{first} to {last}{held}: {len(days)} days"
    return Period(first, (last - first).days + 1, days, part, not of_rows, words)


def _fitted_luck(records: Records) -> float:
    held, fitted = (records.one(f"SELECT count(*) FROM calls WHERE part = {part}") for part in (HELD_BACK, FIT))
    return held / fitted if fitted else 0.0


def moved(scenario: Scenario, first: dt.date, n_days: int) -> Scenario:
    """The scenario with its measured window over so many days from the first."""
    begins = first - dt.timedelta(days=scenario.run.warm_up_days)
    run = scenario.run.model_copy(update={"begins": begins, "days": n_days, "policy_starts": None})
    return scenario.model_copy(update={"run": run})


def _notes(period: Period, export_map: ExportMap) -> list[str]:
    notes = []
    if export_map.hold_back == "none":
        notes.append("Nothing was held back: these are the months it was fitted to.")
    if not period.has_rates and period.days is not None:
        notes.append("Every second row was held back, so the number of calls tests nothing and is not compared.")
    if period.days is None:
        notes.append("The export has no days: shares and minutes are compared, calls a day are not.")
    return notes
