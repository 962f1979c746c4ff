"""From derived tables to the tidy `metrics` table: each registered metric, for all and for its groups.

Tables a metric may ask for with `of` (several with commas between, given in that order):

call_facts        one row per call received in the window, ordinary police work too
crisis_calls      those of them about a person
people_in_crisis  those and the people who did not call, for want of a service that would come
reach             call × responder type with the call in its remit
programme_reach   call × programme with the call in its remit; for the total each call once, by any programme
unit_spells       unit × stretch of one status; `in_window_s` is the part that counts
assignments       unit × call it was sent to, calls received in the window
shifts            rostered shifts in the window
costs             priced quantities

Some there are only where the scenario has what they tell of; a metric that reads one is left out elsewhere:

phone_calls       calls received in the window that rang at a desk, ordinary police work too
phone_reach       programme_reach
desk_hours        desk × hour of the window
stays             coming of a person to a facility, in the whole run; the columns `_in_window_s` are what counts
occupancy         facility × hour of the window
contacts          crisis_calls, with what is known of the caller
people            person with a contact in the window; each anonymous one is a person
known_people      those of them with recurrent crises
tasks             follow-up raised in the window

So are groups by `age`, `housing`, `caller`, which any metric of calls may name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import RegistryError
from sim.measure.people import people
from sim.measure.reach import by_any_programme, by_programme
from sim.measure.values import ByRow, Levels, Ratio, Values
from sim.registry import Entry, metrics

SMALL_CELL = 11  # shares of fewer people than this are marked suppressed
ABOUT_PEOPLE = (
    "crisis_calls", "people_in_crisis", "programme_reach", "phone_reach", "reach", "call_facts", "phone_calls", "contacts",
    "people", "known_people", "tasks",
)  # fmt: skip
OPTIONAL = ("phone_calls", "phone_reach", "desk_hours", "stays", "occupancy", "contacts", "people", "known_people", "tasks")
OPTIONAL_GROUPS = ("age", "housing", "caller")
COLUMNS = ["metric", "group", "level", "value", "unit", "n", "kind", "suppressed"]


class Source:
    """A table with its parts by level, cut once for all metrics.

    Attributes
    ----------
    whole : DataFrame
        What a total is taken over.
    apart : mapping
        Column to the table its levels are cut from, where that is not `whole`.
    """

    def __init__(self, whole: pd.DataFrame, apart: Mapping[str, pd.DataFrame] | None = None) -> None:
        self.whole = whole
        self.apart = dict(apart or {})
        self._levels: dict[str, tuple[Levels, list[str]]] = {}
        self._parts: dict[str, dict[str, pd.DataFrame]] = {}

    def has(self, column: str) -> bool:
        """Whether the table can be cut by the column."""
        return column in self.apart or column in self.whole.columns

    def of(self, column: str) -> pd.DataFrame:
        """The table that is cut by the column."""
        return self.apart.get(column, self.whole)

    def levels(self, column: str) -> tuple[Levels, list[str]]:
        """Levels of the rows, and their names in order. The empty name is nobody's, and no level."""
        if column not in self._levels:
            self._levels[column] = _levels_of(self.of(column)[column])
        return self._levels[column]

    def parts(self, column: str) -> dict[str, pd.DataFrame]:
        """Level to rows."""
        if column not in self._parts:
            levels, names = self.levels(column)
            numbers = levels.numbers
            order = np.argsort(numbers, kind="stable")
            cuts = np.searchsorted(numbers[order], np.arange(len(names) + 1))
            rows = {level: order[first:last] for level, first, last in zip(names, cuts, cuts[1:], strict=False)}
            self._parts[column] = {level: self.of(column).take(own) for level, own in rows.items()}
        return self._parts[column]


def _levels_of(column: pd.Series) -> tuple[Levels, list[str]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        numbers, names = column.cat.codes.to_numpy().astype(np.int64), [str(name) for name in column.cat.categories]
    else:
        numbers, found = pd.factorize(column, sort=True)
        names = [str(name) for name in found]
    is_there = np.bincount(numbers + 1, minlength=len(names) + 1)[1:] > 0
    own = sorted(name for name, there in zip(names, is_there, strict=True) if there and name != "")
    at = [own.index(name) if name in own else len(own) for name in (*names, "")]  # the last for what is missing, -1
    return Levels(np.array(at, np.int64)[numbers], len(own)), own


def sources(tables: Mapping[str, pd.DataFrame]) -> dict[str, Source]:
    """The tables metrics may ask for, by name, from those of `measures.derived` and `costs`."""
    counted, reach = in_window(tables["call_facts"]), tables["reach"]
    is_called = counted["reason"] != "not called"
    called = counted if is_called.all() else counted[is_called]
    by_any, apart = by_any_programme(reach), {"programme": by_programme(reach)}
    found = {
        "call_facts": Source(called),
        "crisis_calls": Source(called[called["person"]]),
        "people_in_crisis": Source(counted[counted["person"]]),
        "reach": Source(reach),
        "programme_reach": Source(by_any, apart),
        "unit_spells": Source(tables["unit_spells"]),
        "assignments": Source(in_window(tables["assignments"])),
        "shifts": Source(tables["shifts"]),
        "costs": Source(tables["costs"]),
    }
    if "desk_hours" in tables:
        hours = tables["desk_hours"]
        found["phone_calls"] = Source(called[called["desk"] != ""])
        found["phone_reach"] = Source(by_any, apart)
        found["desk_hours"] = Source(hours[hours["in_window"]])
    if "occupancy" in tables:
        found["stays"] = Source(tables["stays"])
        found["occupancy"] = Source(tables["occupancy"][tables["occupancy"]["in_window"]])
    if "persons" in tables:
        contacts = tables["contacts"]
        everybody = people(tables["persons"], contacts)
        found["contacts"] = Source(contacts)
        found["people"] = Source(everybody)
        found["known_people"] = Source(everybody[everybody["person_id"] >= 0])
    if "tasks" in tables:
        found["tasks"] = Source(in_window(tables["tasks"]))
    return found


def in_window(facts: pd.DataFrame) -> pd.DataFrame:
    """The calls that are counted, or assignments to them: not copied where they are one stretch of rows."""
    marked = facts["in_window"].to_numpy()
    first, n = int(marked.argmax()) if len(marked) else 0, int(marked.sum())
    return facts.iloc[first : first + n] if marked[first : first + n].all() else facts[marked]


def evaluate(tables: Mapping[str, Source]) -> pd.DataFrame:
    """Every registered metric over the tables, as one tidy frame in order of (metric, group, level)."""
    rows = sorted((row for entry in metrics for row in rows_of_metric(entry, tables)), key=lambda row: row[:3])
    return pd.DataFrame(rows, columns=COLUMNS)


def rows_of_metric(entry: Entry, tables: Mapping[str, Source], by_part: bool = False) -> Iterator[tuple[Any, ...]]:
    """One metric, for all and for each level of its groups, as rows of `COLUMNS`.

    `by_part` asks it about the rows of each level, whatever it gives.
    """
    wanted = tables_of(entry)
    unknown = [name for name in wanted if name not in tables]
    if unknown and all(name in OPTIONAL for name in unknown):
        return
    if unknown:
        raise RegistryError(f"metric {entry.name!r} reads {unknown[0]!r}; tables are {', '.join(tables)} ({entry.file})")
    read = [tables[name] for name in wanted]
    said = entry.function(*(source.whole for source in read))
    yield from _tidy(entry, "all", "all", said, len(read[0].whole))
    for column in entry.facts["by"]:
        if not any(source.has(column) for source in read):
            if column in OPTIONAL_GROUPS:
                continue
            raise RegistryError(f"metric {entry.name!r}: no column {column!r} in {', '.join(wanted)} ({entry.file})")
        if isinstance(said, ByRow | Ratio) and not by_part:
            yield from _by_row(entry, column, read, said)
        else:
            yield from _by_part(entry, column, read)


def _by_row(entry: Entry, column: str, read: list[Source], said: ByRow | Ratio) -> Iterator[tuple[Any, ...]]:
    """Levels summed up from what the metric said of each row."""
    if any(column in source.apart for source in read):
        said = entry.function(*(source.of(column) for source in read))
    names = _names(read, column)
    levels = [_renumbered(*source.levels(column), names) if source.has(column) else None for source in read]
    values, n = said.by_level(levels[0], levels[1]) if isinstance(said, Ratio) else said.by_level(levels[0])
    for name, value, rows in zip(names, values.tolist(), n.tolist(), strict=True):
        yield (entry.name, column, name, value, *_tail(entry, rows))


def _names(read: list[Source], column: str) -> list[str]:
    return sorted({name for source in read if source.has(column) for name in source.levels(column)[1]})


def _renumbered(levels: Levels, own: list[str], names: list[str]) -> Levels:
    """Levels numbered among the names of several tables."""
    if own == names:
        return levels
    return Levels(np.array([*map(names.index, own), len(names)], np.int64)[levels.numbers], len(names))


def _by_part(entry: Entry, column: str, read: list[Source]) -> Iterator[tuple[Any, ...]]:
    """Levels by asking the metric about the rows of each."""
    for level in _names(read, column):
        frames = [_part(source, column, level) for source in read]
        yield from _tidy(entry, column, level, entry.function(*frames), len(frames[0]))


def tables_of(entry: Entry) -> list[str]:
    """Names of the tables a metric reads."""
    return [name.strip() for name in entry.facts["of"].split(",")]


def _part(source: Source, column: str, level: str) -> pd.DataFrame:
    if not source.has(column):
        return source.whole
    rows = source.parts(column).get(level)
    return source.of(column).iloc[:0] if rows is None else rows


def _tidy(entry: Entry, group: str, level: str, result: Any, n_rows: int) -> Iterator[tuple[Any, ...]]:
    """Rows of one result. A Series by level makes its own group; within another group it is left out."""
    if isinstance(result, ByRow | Ratio):
        result = result.whole
    elif not isinstance(result, Values):
        result = Values(result, n_rows)
    tail = _tail(entry, int(result.n))
    if not isinstance(result.value, pd.Series):
        yield (entry.name, group, level, float(result.value), *tail)
    elif group == "all":
        column = result.value.index.name or result.value.name
        for name, value in result.value.items():
            yield (entry.name, str(column), str(name) or "none", float(value), *tail)


def _tail(entry: Entry, n: int) -> tuple[Any, ...]:
    facts = entry.facts
    is_small = facts["unit"] == "share" and tables_of(entry)[0] in ABOUT_PEOPLE and n < SMALL_CELL
    return (facts["unit"], n, facts["kind"], is_small)
