"""From derived tables to the tidy `metrics` table: each registered metric, for all and for its groups.

Tables a metric may ask for with `of` (several with commas between, given in that order):

call_facts       one row per call received in the window, ordinary police work too
crisis_calls     those of them about a person
reach            call × responder type with the call in its remit
programme_reach  call × programme with the call in its remit; for the total each call once, by any programme
unit_spells      unit × stretch of one status; `in_window_s` is the part that counts
shifts           rostered shifts in the window
costs            priced quantities
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from sim.errors import RegistryError
from sim.measure.reach import by_any_programme, by_programme
from sim.measure.values import Values
from sim.registry import Entry, metrics

SMALL_CELL = 11  # shares of fewer people than this are marked suppressed
ABOUT_PEOPLE = ("crisis_calls", "programme_reach", "reach", "call_facts")
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
        self._parts: dict[str, dict[str, pd.DataFrame]] = {}

    def has(self, column: str) -> bool:
        """Whether the table can be cut by the column."""
        return column in self.apart or column in self.whole.columns

    def parts(self, column: str) -> dict[str, pd.DataFrame]:
        """Level to rows, in order of level; the empty level is nobody's."""
        if column not in self._parts:
            frame = self.apart.get(column, self.whole)
            groups = frame.groupby(column, observed=True, sort=True)
            self._parts[column] = {str(level): rows for level, rows in groups if level != ""}
        return self._parts[column]


def sources(
    facts: pd.DataFrame, reach: pd.DataFrame, spells: pd.DataFrame, shifts: pd.DataFrame, costs: pd.DataFrame
) -> dict[str, Source]:
    """The tables metrics may ask for, by name."""
    in_window = facts[facts["in_window"]]
    return {
        "call_facts": Source(in_window),
        "crisis_calls": Source(in_window[in_window["person"]]),
        "reach": Source(reach),
        "programme_reach": Source(by_any_programme(reach), {"programme": by_programme(reach)}),
        "unit_spells": Source(spells),
        "shifts": Source(shifts),
        "costs": Source(costs),
    }


def evaluate(tables: Mapping[str, Source]) -> pd.DataFrame:
    """Every registered metric over the tables, as one tidy frame in order of (metric, group, level)."""
    rows = [row for entry in metrics for row in rows_of_metric(entry, tables)]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(COLUMNS[:3], kind="stable", ignore_index=True)


def rows_of_metric(entry: Entry, tables: Mapping[str, Source]) -> Iterator[tuple[Any, ...]]:
    """One metric, for all and for each level of its groups, as rows of `COLUMNS`."""
    wanted = tables_of(entry)
    unknown = [name for name in wanted if name not in tables]
    if unknown:
        raise RegistryError(f"metric {entry.name!r} reads {unknown[0]!r}; tables are {', '.join(tables)} ({entry.file})")
    read = [tables[name] for name in wanted]
    yield from _tidy(entry, "all", "all", [source.whole for source in read])
    for column in entry.facts["by"]:
        if not any(source.has(column) for source in read):
            raise RegistryError(f"metric {entry.name!r}: no column {column!r} in {', '.join(wanted)} ({entry.file})")
        for level in _levels(read, column):
            yield from _tidy(entry, column, level, [_part(source, column, level) for source in read])


def tables_of(entry: Entry) -> list[str]:
    """Names of the tables a metric reads."""
    return [name.strip() for name in entry.facts["of"].split(",")]


def _levels(read: list[Source], column: str) -> list[str]:
    return sorted({level for source in read if source.has(column) for level in source.parts(column)})


def _part(source: Source, column: str, level: str) -> pd.DataFrame:
    if not source.has(column):
        return source.whole
    rows = source.parts(column).get(level)
    return source.apart.get(column, source.whole).iloc[:0] if rows is None else rows


def _tidy(entry: Entry, group: str, level: str, frames: list[pd.DataFrame]) -> Iterator[tuple[Any, ...]]:
    """Rows of one result. A Series by level makes its own group; within another group it is left out."""
    result = entry.function(*frames)
    if not isinstance(result, Values):
        result = Values(result, len(frames[0]))
    facts = entry.facts
    is_small = facts["unit"] == "share" and tables_of(entry)[0] in ABOUT_PEOPLE and result.n < SMALL_CELL
    tail = (facts["unit"], int(result.n), facts["kind"], is_small)
    if not isinstance(result.value, pd.Series):
        yield (entry.name, group, level, float(result.value), *tail)
    elif group == "all":
        column = result.value.index.name or result.value.name
        for name, value in result.value.items():
            yield (entry.name, str(column), str(name) or "none", float(value), *tail)
