"""A synthetic export in the shape of a real one, drawn by playing the scenario that was fitted to it.

Columns, layout and words are those of the real export; every row is made up. Calls, units and people have names of their
own, and no day of the real export occurs: dates are 28 years later, where weekdays, months and leap days fall alike, unless
the map names the period. Words of fewer rows than `limits.smallest_cell` are left out.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sim.calibrate.exporting.lives import Life, life_of
from sim.calibrate.exporting.sheet import Shared, Words, kinds_of, sheet_of, write_sheet
from sim.calibrate.exporting.written import look_of
from sim.calibrate.mapping import DEFAULT, IGNORE, MOMENTS, ExportMap
from sim.calibrate.normal import Records
from sim.calibrate.reading.labels import ending_words, meaning_of, priority_words, responder_words, type_words
from sim.calibrate.reading.words import KM_PER_DEGREE
from sim.engines import run
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study.play import register
from sim.world import build_world
from sim.world.demand import calls_per_day

YEARS_ON = 28  # the calendar repeats
WARM_UP_DAYS, RUN_OUT_DAYS = 7, 3
LONGEST_DAYS = 17_000
MOST_UNITS = 100_000
EPOCH = dt.date(2001, 1, 1)  # of exports without any day
SPARE = 1.3  # calls played over calls wanted, where these are counted: nobody is sent to some


def write_synthetic(scenario: Scenario | Path, export_map: ExportMap, records: Records, path: Path) -> None:
    """Write a made-up export that the same map reads, of as many days as the real one, as CSV.

    `scenario`: what was fitted to the records, or its file.
    """
    loaded = scenario if isinstance(scenario, Scenario) else load(scenario)
    register(loaded.plugins)
    look = look_of(records, export_map)
    world = build_world(city_of(loaded, export_map, records))
    life = life_of(world, run(world, "compiled").ledger)
    words = words_of(life, export_map, records)
    sheet = sheet_of(_recorded(life, words, records), export_map, words, look.style)
    write_sheet(sheet.reindex(columns=list(look.header), fill_value=""), path)


def city_of(scenario: Scenario, export_map: ExportMap, records: Records) -> Scenario:
    """The scenario over the period of the records, with the responder types that the map knows."""
    first, last = records.first_day, records.last_day
    if first is None or last is None:
        n_calls, rate = records.one("SELECT count(*) FROM calls"), sum(calls_per_day(scenario).values())
        first, n_days = EPOCH, math.ceil(SPARE * n_calls / max(rate, 1e-9))
    else:
        n_days = (last - first).days + 1
        first = first if export_map.period.first or export_map.period.last else _later(first)
    days = {"days": min(max(n_days, 1), LONGEST_DAYS), "warm_up_days": WARM_UP_DAYS, "run_out_days": RUN_OUT_DAYS}
    axis = {"begins": first - dt.timedelta(days=WARM_UP_DAYS), "policy_starts": None, **days}
    known = set(responder_words(export_map).values())
    crews = {name: row if name in known else row.model_copy(update={"shifts": {}}) for name, row in scenario.responders.items()}
    return scenario.model_copy(update={"run": scenario.run.model_copy(update=axis), "responders": crews})


def _later(day: dt.date) -> dt.date:
    return day.replace(year=day.year + YEARS_ON)


def words_of(life: Life, export_map: ExportMap, records: Records) -> Words:
    """The words of the export, with the share of each among those of the same meaning."""
    smallest = export_map.limits.smallest_cell
    zones = _zones(life, records, smallest)
    return Words(
        types=_shared(records, "type", "label", smallest) if export_map.columns.type else _default_type(export_map),
        priorities={
            int(level): words for level, words in _said(records, "priority", priority_words(export_map), smallest).items()
        },
        endings=_endings(life, export_map, records),
        zones=zones,
        squares=_squares(zones),
        square_degrees=export_map.grid_km / KM_PER_DEGREE,
        from_zones=_shared(records, "zone", "from_zone", smallest, "visits"),
        responders=_even(
            {word: meaning for word, meaning in export_map.responders.items() if word != DEFAULT and "*" not in word}
        ),
        units=_unit_names(life, export_map, records),
        call="SYN",
        person="SYN",
    )


def _default_type(export_map: ExportMap) -> dict[str, Shared]:
    return {type_words(export_map)[DEFAULT]: (("", 1.0),)}


def _shared(records: Records, meaning: str, word: str, smallest: int, table: str = "calls") -> dict[str, Shared]:
    """Words of a column by their meaning, each with its share of the rows."""
    found = records.ask(
        f"SELECT {meaning} AS meaning, {word} AS word, count(*) AS n FROM {table} "
        f"WHERE {meaning} IS NOT NULL AND {word} IS NOT NULL GROUP BY ALL HAVING count(*) >= {smallest} ORDER BY ALL"
    )
    by = found.groupby("meaning", sort=True)
    return {str(name): tuple(zip(own["word"], own["n"] / own["n"].sum(), strict=True)) for name, own in by}


def _said(records: Records, column: str, words: Mapping[str, str], smallest: int) -> dict[str, Shared]:
    """Words of the map for the meanings that the export has often enough."""
    found = records.ask(f"SELECT CAST({column} AS VARCHAR) AS meaning, count(*) AS n FROM calls GROUP BY 1")
    often = set(found.loc[found["n"] >= smallest, "meaning"].dropna())
    return {meaning: shared for meaning, shared in _even(words).items() if meaning in often}


def _even(words: Mapping[str, str]) -> dict[str, Shared]:
    """Words by meaning, all as often; of a pattern, what it holds beside its stars."""
    by: dict[str, list[str]] = {}
    for word, meaning in words.items():
        if word != DEFAULT and (bare := word.replace("*", "").strip()):
            by.setdefault(meaning, []).append(bare)
    return {meaning: tuple((word, 1 / len(own)) for word in own) for meaning, own in by.items()}


def _endings(life: Life, export_map: ExportMap, records: Records) -> dict[str, Shared]:
    """Words of endings; those that the export has no word for take one that the map ignores, or stay empty."""
    words = ending_words(export_map)
    found = _said(records, "ending", words, export_map.limits.smallest_cell)
    ignored = _even(words).get(IGNORE, ())
    return {ending: found.get(ending, ignored) for ending in life.calls["ending"].unique() if ending or ignored}


def _zones(life: Life, records: Records, smallest: int) -> dict[str, Shared]:
    """The export's word for each zone of the life, where their names are alike; else all words, as often as on record."""
    query = f"SELECT zone, count(*) AS n FROM calls WHERE zone IS NOT NULL GROUP BY 1 HAVING n >= {smallest} ORDER BY 1"
    found = records.ask(query)
    shared: Shared = tuple(zip(found["zone"], found["n"] / max(found["n"].sum(), 1), strict=True))
    named = {_plain(word): ((word, 1.0),) for word, _ in shared}
    return {zone: named.get(_plain(zone), shared) for zone in life.calls["zone"].unique()}


def _squares(zones: Mapping[str, Shared]) -> dict[str, tuple[int, int]]:
    """Places of squares of a grid in rows and columns, by their word; the grid lies where no town is."""
    found = {word: re.fullmatch(r"n(\d+) e(\d+)", word) for shared in zones.values() for word, _ in shared}
    return {word: (int(match[1]), int(match[2])) for word, match in found.items() if match is not None}


def _plain(word: str) -> str:
    return "".join(c for c in word.lower() if c.isalnum())


def _unit_names(life: Life, export_map: ExportMap, records: Records) -> list[str]:
    """A name of its own for each unit, that the map takes for the same responder type and no real unit has."""
    words = responder_words(export_map)
    taken = {str(name).lower() for name in records.ask("SELECT DISTINCT unit FROM visits WHERE unit IS NOT NULL")["unit"]}
    names: list[str] = []
    for responder in life.units:
        patterns = [word for word, meaning in words.items() if meaning == responder and "*" in word]
        made = (pattern.replace("*", str(n), 1).replace("*", "") for pattern in (*patterns, "SYN*") for n in range(1, MOST_UNITS))
        name = next(one for one in made if one.lower() not in taken and (meaning_of(one, words) == responder or "SYN" in one))
        taken.add(name.lower())
        names.append(name)
    return names


def _recorded(life: Life, words: Words, records: Records) -> Life:
    """The calls that such an export would hold: of a type it has words for, with the moment its clock goes by.

    Calls that nobody was sent to are left out where it has none. Where it has no days, there are as many calls.
    """
    calls = life.calls
    kept = np.isin(kinds_of(calls), list(words.types))
    first = life.visits.drop_duplicates("call")
    if records.clock in MOMENTS and records.clock not in ("received", "cancelled"):
        first = first[first[f"{records.clock}_s"] >= 0]
        kept &= np.isin(calls["call"], first["call"])
    elif records.one("SELECT count(*) FROM calls ANTI JOIN visits USING (call)") == 0:
        kept &= np.isin(calls["call"], first["call"])
    rows = np.flatnonzero(kept)
    if records.first_day is None:
        rows = rows[: int(records.one("SELECT count(*) FROM calls"))]
    calls = calls.iloc[rows].reset_index(drop=True)
    visits = life.visits[np.isin(life.visits["call"], calls["call"])].reset_index(drop=True)
    return Life(life.begins, calls, visits, life.units, life.replication)
