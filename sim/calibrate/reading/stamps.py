"""Texts to moments and minutes, as SQL expressions: which way of writing a column uses, and how to read it.

A style is a family of `strptime` formats that differ only in seconds, fractions and AM or PM, so that a column may leave
out what is zero. Daylight saving time is ignored unless stamps name an offset and the map a zone: local wall clocks are
subtracted as they stand, so intervals across the change are an hour off.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import duckdb

EPOCH = "TIMESTAMP '1900-01-01'"  # the day that strptime gives to times of day
OFFSET = r"(:\d\d(?:[.,]\d+)?)\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)$"
SAMPLE = 2000  # cells on which formats are put in order before the likely styles are tried on all
GLANCE = 50  # of them that tell which styles are likely

_CLOCK = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%n", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p", "%I:%M:%S.%n %p")
_DATES = {  # two digits of a year first: `%Y` would take them for the first century
    "iso": (("%Y-%m-%d",), (" ", "T")),
    "year first": (("%Y/%m/%d", "%Y.%m.%d"), (" ",)),
    "month first": (("%m/%d/%y", "%m/%d/%Y", "%m-%d-%Y", "%m-%d-%y"), (" ", ", ")),
    "day first": (("%d/%m/%y", "%d/%m/%Y", "%d.%m.%Y", "%d.%m.%y", "%d-%m-%Y", "%d-%m-%y"), (" ", ", ")),
    "month by name": (
        ("%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%d/%b/%Y", "%d%b%Y", "%b %d %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y"),
        (" ", ":", ", "),
    ),
    "digits alone": (("%Y%m%d",), (" ", "T", "")),
}


@dataclass(frozen=True)
class Style:
    """A way of writing moments: `kind` is full (day and time), day or time; `family` the order of the day's parts."""

    kind: str
    family: str
    formats: tuple[str, ...]
    has_offset: bool = False
    rest: tuple[str, ...] = ()  # formats of the family that a sample did not show

    @property
    def widened(self) -> Style:
        """The style with the formats that only a few cells may need."""
        return replace(self, formats=(*self.formats, *self.rest), rest=())


def styles() -> list[Style]:
    """The usual ways, those more common in the United States first where two fit."""
    found = []
    for family, (dates, separators) in _DATES.items():
        clocks = (*_CLOCK, "%H%M%S", "%H%M") if family == "digits alone" else _CLOCK
        full = tuple(date + separator + clock for date in dates for separator in separators for clock in clocks)
        found += [Style("full", family, full), Style("day", family, dates)]
    return [*found, Style("time", "time", _CLOCK), Style("time", "time in digits", ("%H%M%S", "%H%M"))]


def given_style(words: str) -> Style:
    """The style that the map states as `strptime` words."""
    has_offset = "%z" in words or "%Z" in words
    kept = words.replace("%z", "").replace("%Z", "").strip()
    has_day = any(part in kept for part in ("%d", "%-d", "%j", "%x", "%c"))
    has_time = any(part in kept for part in ("%H", "%I", "%-H", "%-I", "%X", "%c", "%M"))
    return Style("full" if has_day and has_time else "day" if has_day else "time", "given", (kept,), has_offset)


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def listed_sql(texts: Iterable[str]) -> str:
    """Texts as an SQL list."""
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def stamp_sql(text: str, style: Style, zone: str | None) -> str:
    """TIMESTAMP of a text expression, null where it does not fit; times of day are on the first day of 1900.

    Offsets are taken off; with a zone the moment is that zone's wall clock.
    """
    bare = f"regexp_replace({text}, {quoted(OFFSET)}, '\\1')" if style.has_offset else text
    parsed = f"TRY_CAST(try_strptime({bare}, {listed_sql(style.formats)}) AS TIMESTAMP)"  # fractions would give nanoseconds
    if style.has_offset and zone is not None and style.kind == "full":
        universal = f"{parsed} - to_minutes({_offset_minutes(text)})"
        parsed = f"CASE WHEN {_offset(text)} = '' THEN {parsed} ELSE timezone({quoted(zone)}, timezone('UTC', {universal})) END"
    return parsed


def _offset(text: str) -> str:
    return f"coalesce(regexp_extract({text}, {quoted(OFFSET)}, 2), '')"


def _offset_minutes(text: str) -> str:
    digits = f"rpad(regexp_replace({_offset(text)}, '[^0-9]', '', 'g'), 4, '0')"
    size = f"(CAST(substr({digits}, 1, 2) AS BIGINT) * 60 + CAST(substr({digits}, 3, 2) AS BIGINT))"
    return f"(CASE WHEN {_offset(text)} LIKE '-%' THEN -1 ELSE 1 END * {size})"


def reads_sql(text: str, style: Style) -> str:
    """Whether the style reads a cell; a year of the first centuries is two digits read as four."""
    return f"coalesce({stamp_sql(text, style, None)} >= TIMESTAMP '1000-01-01', false)"


def fits_sql(text: str, style: Style) -> str:
    """Number of cells that the style reads."""
    return f"count(*) FILTER (WHERE {reads_sql(text, style)})"


def likely_styles(database: duckdb.DuckDBPyConnection, table: str, text: str, given: str | None) -> list[Style]:
    """Styles that read some of a sample of the cells, their formats in the order of use."""
    step = max(1, _one(database, f"SELECT count({text}) FROM {table}") // SAMPLE)
    inner = f"SELECT {text} AS x, row_number() OVER () AS r FROM {table} WHERE {text} IS NOT NULL"
    chosen = f"SELECT x, r // {step} AS r FROM ({inner}) WHERE r % {step} = 0 LIMIT {SAMPLE}"
    database.execute(f"CREATE OR REPLACE TEMP TABLE tried AS {chosen}")
    has_offset = _one(database, f"SELECT count(*) FROM tried WHERE regexp_matches(x, {quoted(OFFSET)})") > 0
    candidates = [given_style(given)] if given is not None else [replace(one, has_offset=has_offset) for one in styles()]
    sparse = f"SELECT x FROM tried WHERE r % {max(1, SAMPLE // GLANCE)} = 0 OR r < {GLANCE}"
    seen = _hits(database, sparse, candidates)
    found = []
    for style in (one for one, n in zip(candidates, seen, strict=True) if n):
        hits = _hits(database, "SELECT x FROM tried", [replace(style, formats=(one,)) for one in style.formats])
        in_order = sorted(zip(style.formats, hits, strict=True), key=lambda pair: -pair[1])
        used, rest = (tuple(one for one, n in in_order if bool(n) is is_used) for is_used in (True, False))
        found.append(replace(style, formats=used, rest=rest))
    database.execute("DROP TABLE tried")
    return found


def _hits(database: duckdb.DuckDBPyConnection, cells: str, tried: Sequence[Style]) -> tuple[int, ...]:
    """How many cells each style reads."""
    counts = ", ".join(fits_sql("x", style) for style in tried)
    row: tuple[int, ...] = database.execute(f"SELECT {counts} FROM ({cells})").fetchall()[0]
    return row


def fits(database: duckdb.DuckDBPyConnection, table: str, text: str, tried: Sequence[Style]) -> tuple[int, list[int]]:
    """Number of cells that are not missing, and how many of them each style reads."""
    counts = ", ".join([f"count({text})", *(fits_sql(text, style) for style in tried)])
    [(n, *each)] = database.execute(f"SELECT {counts} FROM {table}").fetchall()
    return int(n), [int(one) for one in each]


def offsets(database: duckdb.DuckDBPyConnection, table: str, text: str) -> set[int | None]:
    """Different offsets named in a column, in minutes; none for stamps without one."""
    minutes = f"CASE WHEN {_offset(text)} <> '' THEN {_offset_minutes(text)} END"
    rows = database.execute(f"SELECT DISTINCT {minutes} FROM {table} WHERE {text} IS NOT NULL LIMIT 100").fetchall()
    return {row[0] for row in rows}


def patterns(database: duckdb.DuckDBPyConnection, table: str, text: str, unfit: str) -> str:
    """The commonest shapes of cells that a condition picks, digits as 9 and letters as A: no cell's own value."""
    shape = f"regexp_replace(regexp_replace(left({text}, 40), '[0-9]', '9', 'g'), '\\p{{L}}+', 'A', 'g')"
    query = f"SELECT {shape} AS s FROM {table} WHERE {text} IS NOT NULL AND {unfit} GROUP BY s ORDER BY count(*) DESC, s LIMIT 3"
    return ", ".join(str(row[0]) for row in database.execute(query).fetchall())


def minutes_sql(text: str, unit: str) -> str:
    """Minutes of a duration written in s, min, h or clock (H:MM:SS or MM:SS), null where it is none."""
    if unit != "clock":
        number = f"try_cast({text} AS DOUBLE)"
        return f"CASE WHEN isfinite({number}) THEN {number} {dict(s='/ 60', min='* 1', h='* 60')[unit]} END"
    parts = f"string_split({text}, ':')"
    part = [f"try_cast({parts}[{i}] AS DOUBLE)" for i in (1, 2, 3)]
    long = f"{part[0]} * 60 + {part[1]} + {part[2]} / 60"
    return f"CASE len({parts}) WHEN 3 THEN {long} WHEN 2 THEN {part[0]} + {part[1]} / 60 END"


def _one(database: duckdb.DuckDBPyConnection, query: str) -> int:
    [(n,)] = database.execute(query).fetchall()
    return int(n)
