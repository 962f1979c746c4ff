"""A first map of an export, guessed from its header and a sample of its cells, for a planner to mend.

Nothing is certain here: every line says what it was taken from, and what was not understood is listed. Only the words of
types, priorities and endings that occur often are written down, never a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from sim.calibrate.mapping import ENDINGS, OTHER
from sim.calibrate.reading.guessed_words import ENDING_WORDS, TYPE_WORDS, UNIT_WORDS, best
from sim.calibrate.reading.opening import first_rows
from sim.study.template import quoted

SAMPLE = 20_000  # rows whose cells are looked at
SMALLEST = 10  # a word of fewer rows is not written down
MOST_WORDS = 60
MISSING = ["", "null", "nan", "na", "n/a", "none", "-"]
LOOKS = {  # kind of cell -> what it looks like
    "wave": r"^[^,=]+=\s*\d{1,2}:\d\d.*",
    "stamp": r"^\s*(\d{1,4}[-/.]\w{1,3}[-/.]\d{2,4}|\w{3} \d{1,2},? \d{4}).*",
    "time": r"^\s*\d{1,2}:\d\d(:\d\d)?\s*([AaPp][Mm])?\s*$",
    "number": r"^\s*-?\d+(\.\d+)?\s*$",
}
MOMENT_NAMES = {  # moment -> what a column of it is called, letters and figures only
    "received": r"received|calldate|calltime|created?|opened|opentime|incidentdatetime|eventdatetime|pickup",
    "cancelled": r"cancel|abandon",
    "dispatched": r"dispatch|assigned",
    "en_route": r"enroute|responding|rolling",
    "left_scene": r"tohospital|transporting|leftscene|departscene|leavescene|begintransport",
    "at_door": r"athospital|hospitalarriv|arrivehospital|atdestination|arrivedestination",
    "on_scene": r"onscene|atscene|arriv",
    "clear": r"clear|closed|closetime|completed|available|finished",
}
INTERVAL_NAMES = {
    "queue": r"queue|holdtime|waittime|calltodispatch",
    "turnout": r"turnout|chute|reaction",
    "travel": r"travel|drivetime",
    "response": r"response",
    "on_scene": r"onscene|scenetime|timeatscene",
    "task": r"timeontask|servicetime|totaltime|duration|minutesspent",
}
WORD_NAMES = {
    "final_type": r"final.*(type|nature|code|description|class)|clearancedesc|clearancegroup",
    "type": r"calltype|initialtype|eventtype|incidenttype|nature|problem|callcategory|^type|description",
    "priority": r"priority|urgency",
    "disposition": r"disposition|outcome|result|apprehension|clearance|clearcode",
    "from_zone": r"fromzone|startzone|originzone",
    "zone": r"zone|district|beat|division|neighbou?rhood|^hood|precinct|sector|area",
    "person": r"person(id|key)?$|client(id|key)?$|subject(id|key)?$|patient(id|key)?$",
    "unit": r"^unit|callsign|unitid",
    "latitude": r"^lat",
    "longitude": r"^lon|^lng",
    "channel": r"channel|callsource|howreceived|origin",
    "call": r"incident(row|number|id|no|num)?$|call(id|number|no|key)$|event(id|number|no)$|casenumber|cadnumber|eventnumber",
}
CELL_NAMES = {"year": r"year$", "month": r"month$", "weekday": r"dow$|weekday|dayofweek", "hour": r"hour$"}
PATROL = "patrol"
OWN_WORK = r"officer init|self.?init|on.?view|traffic stop"
UNITS = {"s": r"sec|secs|seconds|_s$", "h": r"hours|hrs|_h$"}


@dataclass
class Seen:
    """What one column looks like: the kind most of its cells are of, and how often a cell is filled and said again."""

    name: str
    at: str  # its place in the sample
    kind: str
    n_filled: int
    n_different: int


@dataclass
class Guess:
    """Columns taken for something."""

    stamps: dict[str, Seen] = field(default_factory=dict)
    since: dict[str, Seen] = field(default_factory=dict)
    lasting: dict[str, Seen] = field(default_factory=dict)
    words: dict[str, Seen] = field(default_factory=dict)
    cells: dict[str, Seen] = field(default_factory=dict)
    date: Seen | None = None  # of the day, where stamps are times of day
    left: list[Seen] = field(default_factory=list)


def first_map(files: Sequence[Path]) -> str:
    """The text of a map for these files.

    Raises
    ------
    ExportError
        Where a file cannot be read.
    """
    with duckdb.connect() as database:
        columns = first_rows(database, Path(files[0]), SAMPLE)
        for i in range(len(columns)):
            database.execute(f"UPDATE sample SET c{i} = NULL WHERE list_contains(?, lower(trim(c{i})))", [MISSING])
        seen = [_seen(database, column, f"c{i}") for i, column in enumerate(columns)]
        return "\n".join(_lines(database, _guessed(seen), [Path(file).name for file in files])) + "\n"


def _seen(database: duckdb.DuckDBPyConnection, column: str, name: str) -> Seen:
    counts = ", ".join(f"count(*) FILTER (regexp_full_match({name}, ?))" for _ in LOOKS)
    patterns = [f"(?s){pattern}" for pattern in LOOKS.values()]
    query = f"SELECT count({name}) FILTER (trim({name}) <> ''), count(DISTINCT {name}), {counts} FROM sample"
    row = database.execute(query, patterns).fetchone()
    assert row is not None
    n_filled, n_different, *found = row
    kinds = [kind for kind, n in zip(LOOKS, found, strict=True) if n_filled and n >= 0.8 * n_filled]
    return Seen(column, name, kinds[0] if kinds else "text", int(n_filled), int(n_different))


def plain(name: str) -> str:
    """A column's name as it is matched: lower-case letters and figures."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _named(name: str, among: Mapping[str, str]) -> str | None:
    return next((what for what, pattern in among.items() if re.search(pattern, plain(name))), None)


def _guessed(seen: Iterable[Seen]) -> Guess:
    guess = Guess()
    for one in seen:
        if not _placed(guess, one):
            guess.left.append(one)
    if not any(one.kind in ("time", "wave") for one in guess.stamps.values()):
        guess.left += [] if guess.date is None else [guess.date]
        guess.date = None
    elif guess.date is None:
        guess.date = next((one for one in guess.left if one.kind == "stamp"), None)
    return guess


def _placed(guess: Guess, one: Seen) -> bool:
    """Put a column where its name and its cells say it belongs; whether that was anywhere."""
    moment, interval = _named(one.name, MOMENT_NAMES), _named(one.name, INTERVAL_NAMES)
    cell, word = _named(one.name, CELL_NAMES), _named(one.name, WORD_NAMES)
    if one.n_filled == 0:
        return False
    if one.kind in ("stamp", "time", "wave") and moment is not None:
        return _first(guess.stamps, moment, one)
    if one.kind == "stamp" and plain(one.name).endswith("date"):
        guess.date = guess.date or one
        return True
    if one.kind in ("number", "time") and interval is not None:
        return _first(guess.lasting, interval, one)
    if one.kind == "number" and moment not in (None, "received") and word is None:
        return _first(guess.since, str(moment), one)
    if cell is not None and one.n_different <= 100:
        return _first(guess.cells, cell, one)
    if word is not None and one.kind in ("text", "number"):
        return _first(guess.words, word, one)
    return False


def _first(among: dict[str, Seen], what: str, one: Seen) -> bool:
    """Take a column unless one with more cells is there already."""
    held = among.get(what)
    if held is not None and (held.n_filled >= one.n_filled and not (held.kind == "number" and one.kind == "text")):
        return False
    among[what] = one
    return True


def _lines(database: duckdb.DuckDBPyConnection, guess: Guess, names: list[str]) -> Iterable[str]:
    yield f"# A first map of {', '.join(names)}, guessed. Look at every line, mend it, then:"
    yield "# crisis-sim calibrate EXPORT --map THIS_FILE --out FOLDER"
    yield "name: Our city                 # yours?"
    yield 'source: "dispatch export"      # yours? written beside every number learned from it'
    yield "# population: 100000           # yours? residents"
    yield from _part("columns", guess.words)
    yield from _part("stamps", guess.stamps)
    if any(one.kind == "wave" for one in guess.stamps.values()):
        yield 'waves: {between: ",", sign: "="}     # several units in one cell'
    if guess.date is not None:
        yield f"times: {{date: {quoted(guess.date.name)}}}     # the day that times of day belong to"
    yield from _part("since_received", guess.since)
    yield from _part("lasting", guess.lasting)
    if guess.since or guess.lasting:
        yield f"durations_in: {_unit([*guess.since.values(), *guess.lasting.values()])}     # s, min, h, or clock for H:MM:SS"
    yield from _part("cells", guess.cells)
    if not (guess.stamps or guess.since or guess.lasting or guess.cells):
        yield "stamps: {}     # no column with times was recognised: name them, received, dispatched, en_route, on_scene, clear"
    yield from _words(database, guess)
    if guess.left:
        yield f"# Not understood: {', '.join(one.name for one in guess.left)}"


def _part(title: str, columns: Mapping[str, Seen]) -> Iterable[str]:
    if columns:
        yield f"{title}:"
        yield from (f"  {what}: {quoted(one.name)}" for what, one in columns.items())


def _unit(columns: Sequence[Seen]) -> str:
    if all(one.kind == "time" for one in columns):
        return "clock"
    return next((unit for unit, pattern in UNITS.items() if any(re.search(pattern, one.name.lower()) for one in columns)), "min")


def _words(database: duckdb.DuckDBPyConnection, guess: Guess) -> Iterable[str]:
    if "type" in guess.words:
        yield from _types(database, guess.words["type"])
    if "priority" in guess.words:
        yield "priorities:   # label: 1 (most urgent) to 4"
        levels = sorted(label for label, _ in _labels(database, guess.words["priority"]))
        yield from (f"  {quoted(label)}: {_level(label, i)}     # yours?" for i, label in enumerate(levels))
    if "disposition" in guess.words:
        yield from _endings(database, guess.words["disposition"])
    yield from _responders(database, guess)


def _types(database: duckdb.DuckDBPyConnection, column: Seen) -> Iterable[str]:
    labels = _labels(database, column)
    meant = [(label, n, best(label, TYPE_WORDS)) for label, n in labels]
    yield "types:        # label: a call type of base.yaml, other (ordinary work) or ignore; * stands for anything"
    yield f"              # {', '.join(dict.fromkeys(kind for kind in TYPE_WORDS.values() if kind != 'ignore'))}"
    yield from (f"  {quoted(label)}: {kind}     # yours? {n:,} of the rows" for label, n, kind in meant if kind is not None)
    yield f"  default: {OTHER}"
    yield from _told("Taken for ordinary work", [label for label, _, kind in meant if kind is None])
    own = [quoted(label) for label, _ in labels if re.search(OWN_WORK, label.lower())]
    if own:
        yield f"self_initiated:     # yours?\n  - column: {quoted(column.name)}\n    are: [{', '.join(own)}]"


def _responders(database: duckdb.DuckDBPyConnection, guess: Guess) -> Iterable[str]:
    """Kinds of unit by the letters their names begin with, from a column of units or the cells of waves."""
    column = guess.words.get("unit") or next((one for one in guess.stamps.values() if one.kind == "wave"), None)
    if column is None:
        return
    label = f"regexp_extract({column.at}, '^\\s*([A-Za-z]+)', 1)"
    query = f"SELECT {label} AS label, count(*) AS n FROM sample WHERE {label} <> '' GROUP BY 1 HAVING n >= {SMALLEST}"
    kinds = database.execute(f"{query} ORDER BY n DESC, label LIMIT {MOST_WORDS}").fetchall()
    yield "responders:   # label of unit: responder type, see crisis-sim list responders; a team is on duty only if it is named"
    yield from (f"  {quoted(f'{kind}*')}: {best(kind, UNIT_WORDS) or PATROL}     # yours? {n:,} of the rows" for kind, n in kinds)
    yield f"  default: {PATROL}"


def _endings(database: duckdb.DuckDBPyConnection, column: Seen) -> Iterable[str]:
    meant = []
    for label, _ in _labels(database, column):
        asked = f"{column.name} {label}" if label.lower() in ("yes", "y", "true", "1") else label
        meant.append((label, best(asked, ENDING_WORDS)))
    known = [f"  {quoted(label)}: {ending}     # yours?" for label, ending in meant if ending is not None]
    yield f"dispositions:{'' if known else ' {}'} # label: {', '.join(ENDINGS)} or ignore"
    yield from known
    yield from _told("Endings left out", [label for label, ending in meant if ending is None])


def _told(what: str, labels: Sequence[str]) -> Iterable[str]:
    if labels:
        yield f"# {what}: {'; '.join(' '.join(label.split()) for label in labels)}"


def _labels(database: duckdb.DuckDBPyConnection, column: Seen) -> list[tuple[str, int]]:
    """Words of a column that occur often, the commonest first."""
    name = column.at
    query = f"SELECT trim({name}) AS label, count(*) AS n FROM sample WHERE trim({name}) <> '' GROUP BY 1 HAVING n >= {SMALLEST}"
    return database.execute(f"{query} ORDER BY n DESC, label LIMIT {MOST_WORDS}").fetchall()


def _level(label: str, place: int) -> int:
    """A priority: its own figure, high, medium or low, else its place in the alphabet."""
    words = {"emerg": 1, "high": 1, "urgent": 1, "med": 2, "routine": 3, "low": 3}
    figure = re.search(r"\d", label)
    if figure is not None:
        return min(max(int(figure[0]), 1), 4)
    return next((level for word, level in words.items() if word in label.lower()), min(place + 1, 4))
