"""Raw table to `rows` (one row a row of the export, its moments repaired and its words understood) and `sent` (one a unit).

Rows that are no calls of the public stay here with a reason in `why`; `calls.py` goes on with the others.
"""

from __future__ import annotations

from dataclasses import replace

from sim.calibrate.normal import Count
from sim.calibrate.reading.forms import NO_STAMP, Form
from sim.calibrate.reading.labels import picks
from sim.calibrate.reading.midnight import repaired
from sim.calibrate.reading.moments import Texts, cells_sql, minutes_at
from sim.calibrate.reading.stamps import EPOCH
from sim.calibrate.reading.waves import make_sent_of_waves, split_waves
from sim.calibrate.reading.words import words_sql

DROPPED = {
    "duplicate": "rows that repeat another",
    "test": "test calls",
    "own": "officers' own work, no demand of callers",
}
MIDNIGHT = "stamps after midnight that carried the day before"


def make_rows(texts: Texts, form: Form) -> Form:
    """Make the tables `rows` and, where calls have several units, `sent`; the form without moments that have no value at all.

    Raises
    ------
    ExportError
        With every column that cannot be read.
    """
    if form.waves:
        split_waves(texts, form.waves)
    form = _choose_styles(texts, form)
    lasting = {name: minutes_at(texts, f"lasting.{name}", column) for name, column in texts.export_map.lasting.items()}
    since = {str(name): minutes_at(texts, f"since_received.{name}", at) for name, at in texts.export_map.since_received.items()}
    cells = cells_sql(texts)
    words, joins = words_sql(texts)
    _check_days(texts, form)
    texts.blame.settle()
    items = ["raw.rowid AS row", f"{_why(texts)} AS why", *words]
    items += [f"{minutes} AS lasting_{name}" for name, minutes in lasting.items()]
    items += [f"{number} AS cell_{part}" for part, number in cells.items()]
    items += [f"{_raw_moment(texts, moment, since.get(moment), form)} AS raw_{moment}" for moment in form.of_rows]
    start = NO_STAMP
    if form.is_grouped and form.clock == "dispatched" and not form.waves:
        start = "max(raw_dispatched) OVER (PARTITION BY id)"
    raw = f" EXCLUDE ({', '.join(f'raw_{moment}' for moment in form.of_rows)})" if form.of_rows else ""
    base = f"SELECT {', '.join(items)} FROM raw LEFT JOIN twins USING (row_hash) {' '.join(joins)}"
    query = f"SELECT *{raw}, {', '.join(repaired(form.of_rows, start))} FROM ({base})"
    latest = "" if not form.of_rows else f" EXCLUDE ({', '.join(f'latest_{moment}' for moment in form.of_rows)})"
    texts.database.execute(f"CREATE TABLE rows AS SELECT *{latest} FROM ({query})")
    if form.waves:
        make_sent_of_waves(texts, form.waves)
    elif form.is_grouped:
        _make_sent(texts, form)
    _count(texts, form)
    return form


def _choose_styles(texts: Texts, form: Form) -> Form:
    """Find how each column of stamps is written. Moments whose column is empty are as good as unmapped, but for the clock."""
    sources: dict[str, tuple[str, str]] = {}
    kinds: dict[str, tuple[str, ...]] = {}
    for moment, column in texts.export_map.stamps.items():
        path = f"stamps.{moment}"
        sources[path] = (f"wave_{moment}", "piece") if moment in form.waves else ("raw", texts.stamp_text(column))
        kinds[path] = ("full", "time", "day")
    if texts.export_map.times.date is not None:
        sources["times.date"] = ("raw", texts.stamp_text(texts.export_map.times.date))
        kinds["times.date"] = ("full", "day")
    texts.choose(sources, kinds)
    texts.check_offsets(sources)
    for path in sorted(texts.empty & {f"stamps.{form.clock}", "times.date"}):
        hint = "name another column, or leave the line out"
        texts.blame.at_map(path, "a column without a single value", "when each call was", hint)
    filled = {path.removeprefix("stamps.") for path in texts.found} | set(texts.export_map.since_received)
    filled |= {"received"} if form.is_relative else set()
    return replace(form, moments=tuple(moment for moment in form.moments if moment in filled))


def _check_days(texts: Texts, form: Form) -> None:
    """Times of day need a day, and times since the call need the call's own."""
    lone = [path for path, style in texts.found.items() if style.kind == "time"]
    if lone and texts.day_sql() is None and not texts.blame.faults:
        hint = "name the column with the day of the call in times.date"
        texts.blame.at_map(lone[0], "times of day without a day", "stamps with a day, or a column with it", hint)
    for moment in texts.export_map.since_received:
        if form.waves and moment != "cancelled":
            texts.blame.at_map(f"since_received.{moment}", "times since the call beside cells with several units", "one of them")
        elif not form.has_start:
            want = "a column with the call's own time in stamps.received"
            texts.blame.at_map(f"since_received.{moment}", "times since a call that has none", want)


def _raw_moment(texts: Texts, moment: str, since: str | None, form: Form) -> str:
    """SQL of a moment before repairs: its stamp, else the call's own and the time since."""
    column = texts.export_map.stamps.get(moment)  # type: ignore[call-overload]  # a moment, as text
    stamp = texts.moment_sql(moment, texts.stamp_text(column)) if column is not None else None
    if form.is_relative and moment == "received":
        return EPOCH
    if since is None:
        return stamp or NO_STAMP
    start = EPOCH if form.is_relative else texts.moment_sql("received", texts.stamp_text(texts.export_map.stamps["received"]))
    later = f"{start} + to_microseconds(CAST(round({since} * 60) AS BIGINT) * 1000000)"
    return later if stamp is None else f"coalesce({stamp}, {later})"


def _why(texts: Texts) -> str:
    """SQL of the reason why a row is no call of the public, null where it is one; makes the table of rows that come twice."""
    export_map = texts.export_map
    twins = "SELECT row_hash, min(rowid) AS first FROM raw GROUP BY row_hash HAVING count(*) > 1"
    if not export_map.stamps and export_map.columns.call is None:  # then equal rows may well be different calls
        twins += " LIMIT 0"
    texts.database.execute(f"CREATE TABLE twins AS {twins}")
    test, own = picks(export_map.test_calls, texts.raw.at), picks(export_map.self_initiated, texts.raw.at)
    return f"CASE WHEN raw.rowid > twins.first THEN 'duplicate' WHEN {test} THEN 'test' WHEN {own} THEN 'own' END"


def _make_sent(texts: Texts, form: Form) -> None:
    """The table `sent` of rows a unit each; rows that say the same of a unit once more, as one a disposition do, are one."""
    same = ["id", "unit", "responder", "responder_label", "from_zone", *form.of_rows]
    same += [f"lasting_{name}" for name in form.lasting]
    apart = "CASE WHEN unit IS NULL THEN row END"
    query = f"SELECT {', '.join(same)}, min(row) AS row FROM rows WHERE why IS NULL GROUP BY {', '.join(same)}, {apart}"
    texts.database.execute(f"CREATE TABLE sent AS {query}")


def _count(texts: Texts, form: Form) -> None:
    found = dict(texts.database.execute("SELECT why, count(*) FROM rows WHERE why IS NOT NULL GROUP BY why").fetchall())
    texts.counts.extend(Count("dropped", reason, found[why]) for why, reason in DROPPED.items() if why in found)
    moved = texts.one("SELECT sum(n_repaired) FROM rows WHERE why IS NULL")
    if form.waves:
        moved += texts.one("SELECT sum(n_repaired) FROM sent")
    elif form.is_grouped:
        n_again = texts.one("SELECT count(*) FROM rows WHERE why IS NULL") - texts.one("SELECT count(*) FROM sent")
        texts.counts.extend([Count("dropped", "rows that say the same of a unit again", n_again)] if n_again else [])
    texts.counts.extend([Count("repaired", MIDNIGHT, moved)] if moved else [])
