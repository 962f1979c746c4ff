"""How the times of an export are read: the style of each column, and SQL for moments, durations and parts of dates."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Count
from sim.calibrate.reading.blame import Blame
from sim.calibrate.reading.forms import NO_STAMP
from sim.calibrate.reading.opening import ZERO_CLOCKS, Raw
from sim.calibrate.reading.stamps import (
    EPOCH,
    Style,
    fits,
    given_style,
    likely_styles,
    listed_sql,
    minutes_sql,
    offsets,
    patterns,
    quoted,
    reads_sql,
    stamp_sql,
)

MOST_UNREADABLE = 0.05  # share of the cells of a column; more is a fault of the map
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass
class Texts:
    """How the times of an export are read: the style of each column, and SQL for each moment before repairs."""

    database: duckdb.DuckDBPyConnection
    export_map: ExportMap
    raw: Raw
    blame: Blame
    counts: list[Count] = field(default_factory=list)
    found: dict[str, Style] = field(default_factory=dict)  # path in the map -> style
    empty: set[str] = field(default_factory=set)  # paths whose column has no value at all

    def one(self, query: str) -> int:
        """The whole number a query gives, 0 where it gives none."""
        rows = self.database.execute(query).fetchall()
        return 0 if not rows or rows[0][0] is None else int(rows[0][0])

    def column_of(self, moment: str) -> str:
        """The place of a moment's stamps in the raw table."""
        return self.raw.at[{str(name): column for name, column in self.export_map.stamps.items()}[moment]]

    def stamp_text(self, column: str) -> str:
        """SQL of a stamp's text, missing where the map says that midnight means missing."""
        zero = [word.strip() for word in self.export_map.times.missing if word.strip() in ZERO_CLOCKS]
        at = self.raw.at[column]
        return f"CASE WHEN NOT list_contains({listed_sql(zero)}, {at}) THEN {at} END" if zero else at

    def choose(self, sources: dict[str, tuple[str, str]], kinds: dict[str, tuple[str, ...]]) -> None:
        """Take for each path the style that fits most of its cells; ties go to the order of days that fits most over all.

        `sources` gives path -> (table, SQL of the text), `kinds` the kinds of style a path may have.
        """
        self._check_format()
        tried: dict[str, tuple[int, list[tuple[Style, int]]]] = {}
        for path, (table, text) in sources.items():
            given = self.export_map.times.format if path.startswith("stamps.") else None
            likely = [one for one in likely_styles(self.database, table, text, given) if one.kind in kinds[path]]
            n, each = fits(self.database, table, text, likely)
            tried[path] = n, list(zip(likely, each, strict=True))
        total: dict[str, int] = {}
        for _, pairs in tried.values():
            for style, n in pairs:
                total[style.family] = total.get(style.family, 0) + n
        for path, (n, pairs) in tried.items():
            if n == 0:
                self.empty.add(path)
                continue
            best = max(pairs, key=lambda pair: (pair[1], total[pair[0].family]), default=None)
            if best is not None and best[1] < n:
                best = best[0].widened, fits(self.database, *sources[path], [best[0].widened])[1][0]
            self._settle(path, *sources[path], n, best)

    def _check_format(self) -> None:
        words = self.export_map.times.format
        try:
            if words is not None:
                self.database.execute(f"SELECT try_strptime('', {quoted(given_style(words).formats[0])})").fetchall()
        except duckdb.Error:
            self.blame.at_map("times.format", repr(words), "strptime words such as %m/%d/%Y %H:%M:%S")
            self.blame.settle()

    def _settle(self, path: str, table: str, text: str, n: int, best: tuple[Style, int] | None) -> None:
        """Keep the best style of a column if it reads all but a few of its `n` cells."""
        n_unfit = n if best is None else n - best[1]
        if best is not None and n_unfit <= MOST_UNREADABLE * n:
            self.found[path] = best[0]
            if n_unfit:
                self.counts.append(Count("blanked", f"stamps of {path.split('.')[-1]} that could not be read", n_unfit))
            return
        unfit = f"NOT {reads_sql(text, best[0])}" if best is not None else "true"
        unlike = "unlike the others" if best is not None else "that are no known stamps"
        got = f"{n_unfit} of {n} cells {unlike}, written {patterns(self.database, table, text, unfit)}"
        given = self.export_map.times.format if path.startswith("stamps.") else None
        want = f"stamps written {given}" if given is not None else "stamps all written one way"
        self.blame.at_map(path, got, want, "say how they are written in times.format, or add missing words to times.missing")

    def check_offsets(self, sources: dict[str, tuple[str, str]]) -> None:
        """Fault where stamps name several offsets and the map no zone, or a zone that is none."""
        zone = self.export_map.times.zone
        if zone is not None:
            names = "SELECT count(*) FROM pg_timezone_names() WHERE name = ?"
            if not self.database.execute(names, [zone]).fetchall()[0][0]:
                self.blame.at_map("times.zone", repr(zone), "a time zone such as America/Denver")
            return
        with_offset = [path for path, style in self.found.items() if style.has_offset]
        named = {one for path in with_offset for one in offsets(self.database, *sources[path])}
        if len(named) > 1:
            got = f"{len(named)} different offsets from universal time"
            self.blame.at_map("times.zone", got, "the time zone of the place, such as America/Denver")

    def day_sql(self) -> str | None:
        """SQL of the day of the row where times of day stand alone, none where nothing says it."""
        column = self.export_map.times.date
        if column is not None and "times.date" in self.found:
            stamp = stamp_sql(self.stamp_text(column), self.found["times.date"], self.export_map.times.zone)
            return f"date_trunc('day', {stamp})"
        received = self.found.get("stamps.received")
        if received is not None and received.kind != "time":
            text = self.stamp_text(self.export_map.stamps["received"])
            return f"date_trunc('day', {stamp_sql(text, received, self.export_map.times.zone)})"
        return None

    def moment_sql(self, moment: str, text: str, day: str | None = None) -> str:
        """SQL of a moment before repairs; times of day stand on `day`, or on the day of their row."""
        style = self.found.get(f"stamps.{moment}")
        if style is None:
            return NO_STAMP
        stamp = stamp_sql(text, style, self.export_map.times.zone)
        return f"{day or self.day_sql()} + ({stamp} - {EPOCH})" if style.kind == "time" else stamp

    def check_numbers(self, path: str, column: str, number: str, want: str) -> None:
        """Fault where many cells give no number; the few are blanked and counted."""
        at = self.raw.at[column]
        [(n, n_fit)] = self.database.execute(f"SELECT count({at}), count({number}) FROM raw").fetchall()
        if n - n_fit > MOST_UNREADABLE * n:
            got = f"{n - n_fit} of {n} cells such as {patterns(self.database, 'raw', at, f'({number}) IS NULL')}"
            self.blame.at_map(path, got, want, "add missing words to times.missing")
        elif n > n_fit:
            self.counts.append(Count("blanked", f"cells of {path.split('.')[-1]} that could not be read", n - n_fit))


def minutes_at(texts: Texts, path: str, column: str) -> str:
    """SQL of a column of durations in minutes, after it was checked."""
    unit = texts.export_map.durations_in
    minutes = minutes_sql(texts.raw.at[column], unit)
    shape = "H:MM:SS or MM:SS" if unit == "clock" else f"numbers, in {unit} as durations_in says"
    texts.check_numbers(path, column, minutes, shape)
    return minutes


def cells_sql(texts: Texts) -> dict[str, str]:
    """SQL of year, month, weekday and hour from columns of their own; null where there are none."""
    found = dict.fromkeys(("year", "month", "weekday", "hour"), "CAST(NULL AS INTEGER)")
    cells = texts.export_map.cells
    for part, column in (cells.model_dump() if cells is not None else {}).items():
        if column is None:
            continue
        at = texts.raw.at[column]
        whole = f"try_cast(try_cast(split_part({at}, ':', 1) AS DOUBLE) AS INTEGER)"
        low, high = {"year": (1900, 2200), "month": (1, 12), "weekday": (0, 6), "hour": (0, 23)}[part]
        number = f"CASE WHEN {whole} BETWEEN {low} AND {high} THEN {whole} END"
        if part in ("month", "weekday"):
            names, first = (_MONTHS, 1) if part == "month" else (_WEEKDAYS, 0)
            place = f"nullif(list_position({listed_sql(names)}, lower(left({at}, 3))), 0)"
            number = f"coalesce(CAST({place} - 1 + {first} AS INTEGER), {number})"
        texts.check_numbers(f"cells.{part}", column, number, f"whole numbers from {low} to {high}")
        found[part] = number
    return found


def believed(texts: Texts, table: str, names: tuple[str, ...]) -> dict[str, str]:
    """SQL of intervals in minutes, null where below zero or too long to be true; how many of each is counted."""
    longest_h = texts.export_map.limits.longest_h
    longest = f"{longest_h * 60!r}"
    tests = [f"count(*) FILTER (WHERE {name} < 0), count(*) FILTER (WHERE {name} > {longest})" for name in names]
    [found] = texts.database.execute(f"SELECT {', '.join(tests)} FROM {table}").fetchall()
    for i, name in enumerate(names):
        words = name.removesuffix("_min").replace("_", " ")
        for n, why in ((found[2 * i], "below zero"), (found[2 * i + 1], f"above {longest_h:g} h")):
            texts.counts.extend([Count("blanked", f"{words} {why}", int(n))] if n else [])
    return {name: f"CASE WHEN {name} BETWEEN 0 AND {longest} THEN {name} END" for name in names}
