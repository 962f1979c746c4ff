"""What the words of an export mean: labels looked up in the map, as small tables that queries join.

An exact word wins, then the longest pattern that fits (`*` stands for anything), then `default`. Case does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import duckdb

from sim.calibrate.mapping import DEFAULT, IGNORE, OTHER, ExportMap, Labels
from sim.calibrate.reading.blame import Blame
from sim.calibrate.reading.stamps import quoted

MOST_LABELS = 50_000  # more different words than any list of codes has


def meaning_of(label: str | None, words: Mapping[str, str]) -> str | None:
    """The meaning of a label, none where neither the map nor a default gives one."""
    tidy = None if label is None else label.strip().lower()
    lowered = {word.strip().lower(): meaning for word, meaning in words.items()}
    if tidy is not None and tidy in lowered and tidy != DEFAULT:
        return lowered[tidy]
    fitting = [word for word in lowered if "*" in word and tidy is not None and _pattern(word).fullmatch(tidy)]
    if fitting:
        return lowered[max(fitting, key=lambda word: (len(word), word))]
    return lowered.get(DEFAULT)


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in word.split("*")), re.DOTALL)


def picks(labels: Iterable[Labels], at: Mapping[str, str]) -> str:
    """SQL condition that is true for rows picked by any of the labels."""
    tests = [f"coalesce({_like(at[one.column], word)}, false)" for one in labels for word in one.are]
    return " OR ".join(tests) if tests else "false"


def _like(column: str, word: str) -> str:
    escaped = re.sub(r"([%_\\])", r"\\\1", word.strip().lower()).replace("*", "%")
    return f"lower({column}) LIKE {quoted(escaped)} ESCAPE '\\'"


class Dictionary:
    """Small tables of words and their meanings, made from the words that an export has."""

    def __init__(self, database: duckdb.DuckDBPyConnection, blame: Blame) -> None:
        self.database, self.blame = database, blame

    def make(self, name: str, source: str, column: str, path: str, words: Mapping[str, str]) -> None:
        """A table `name` of (word, meaning) for the words of a column of `source`; null meanings are left out."""
        query = f"SELECT DISTINCT {column} FROM {source} WHERE {column} IS NOT NULL LIMIT {MOST_LABELS + 1}"
        found = sorted(str(row[0]) for row in self.database.execute(query).fetchall())
        if len(found) > MOST_LABELS:
            self.blame.at_map(path, f"more than {MOST_LABELS} different words", "a column with labels", "free text is no label")
            return
        meanings = [[word, meaning] for word in found if (meaning := meaning_of(word, words)) is not None]
        self.database.execute(f"CREATE OR REPLACE TABLE {name} (word VARCHAR, meaning VARCHAR)")
        for start in range(0, len(meanings), 1000):
            rows = ", ".join(f"({quoted(word)}, {quoted(meaning)})" for word, meaning in meanings[start : start + 1000])
            self.database.execute(f"INSERT INTO {name} VALUES {rows}")


def type_words(export_map: ExportMap) -> dict[str, str]:
    """Labels to call types; other work where the map has no default."""
    return {DEFAULT: OTHER, **export_map.types}


def final_words(export_map: ExportMap) -> dict[str, str]:
    """Labels of what calls turned out to be; those of the type where the map has none of their own."""
    return dict(export_map.final_types or type_words(export_map))


def priority_words(export_map: ExportMap) -> dict[str, str]:
    """Labels to priorities as texts; the digits 1 to 4 mean themselves where the map has none."""
    return {label: str(level) for label, level in export_map.priorities.items()} or {digit: digit for digit in "1234"}


def ending_words(export_map: ExportMap) -> dict[str, str]:
    """Labels to endings; ignored ones are left out by those who join."""
    return {label: str(ending) for label, ending in export_map.dispositions.items()}


def responder_words(export_map: ExportMap) -> dict[str, str]:
    """Labels of responders or units to responder types."""
    return {DEFAULT: "patrol", **export_map.responders}


def kept(meaning: str) -> str:
    """SQL: a meaning, null where the map says to ignore it."""
    return f"nullif({meaning}, {quoted(IGNORE)})"
