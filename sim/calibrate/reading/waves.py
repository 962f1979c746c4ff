"""Cells that hold several units, such as `M5=07:05:17, WAVE12=07:03:23`, parted into one row a unit."""

from __future__ import annotations

from collections.abc import Sequence

from sim.calibrate.reading.forms import NO_STAMP
from sim.calibrate.reading.labels import Dictionary, meaning_of, responder_words
from sim.calibrate.reading.midnight import repaired
from sim.calibrate.reading.moments import Texts
from sim.calibrate.reading.stamps import listed_sql, quoted


def split_waves(texts: Texts, moments: Sequence[str]) -> None:
    """A table `wave_<moment>` for each moment: row, unit and the piece of text that is its stamp.

    A piece without a unit's name is one without a name.
    """
    waves = texts.export_map.waves
    assert waves is not None  # or there are no such moments
    sign, missing = quoted(waves.sign), [word.strip().lower() for word in ("", *texts.export_map.times.missing)]
    for moment in moments:
        at = texts.column_of(moment)
        pieces = f"unnest(string_split({at}, {quoted(waves.between)}))"
        parts = f"SELECT rowid AS row, {pieces} AS part FROM raw WHERE {at} IS NOT NULL"
        place = f"instr(part, {sign})"
        unit = f"CASE WHEN {place} > 0 THEN nullif(trim(left(part, {place} - 1)), '') END"
        piece = f"trim(CASE WHEN {place} > 0 THEN substr(part, {place} + {len(waves.sign)}) ELSE part END)"
        split = f"SELECT row, {unit} AS unit, {piece} AS piece FROM ({parts})"
        kept = f"NOT list_contains({listed_sql(missing)}, lower(piece))"
        texts.database.execute(f"CREATE TABLE wave_{moment} AS SELECT * FROM ({split}) WHERE {kept}")


def make_sent_of_waves(texts: Texts, moments: Sequence[str]) -> None:
    """The table `sent`; a unit named twice in a call has its first moments."""
    day = texts.day_sql() or NO_STAMP
    texts.database.execute(f"CREATE TABLE dated AS SELECT rowid AS row, {day} AS raw_day FROM raw")
    pieces = " UNION ALL ".join(f"SELECT row, unit, {quoted(moment)} AS moment, piece FROM wave_{moment}" for moment in moments)
    each = ", ".join(
        f"min(CASE WHEN moment = {quoted(moment)} THEN {texts.moment_sql(moment, 'piece', 'raw_day')} END) AS raw_{moment}"
        for moment in moments
    )
    units = f"SELECT row, unit, {each} FROM ({pieces}) JOIN dated USING (row) GROUP BY row, unit"
    received = "received" if "received" in texts.export_map.stamps else NO_STAMP
    words = f"rows.id, rows.from_zone, rows.responder_label, {received} AS call_received"
    base = f"SELECT units.*, {words} FROM ({units}) AS units JOIN rows USING (row) WHERE rows.why IS NULL"
    start = f"coalesce(call_received, max(raw_{moments[0]}) OVER (PARTITION BY row))"
    texts.database.execute(f"CREATE TABLE parted AS SELECT *, {', '.join(repaired(moments, start))} FROM ({base})")
    by = "responder_label" if texts.export_map.columns.responder is not None else "unit"
    words_of = responder_words(texts.export_map)
    Dictionary(texts.database, texts.blame).make("of_sent", "parted", by, "waves", words_of)
    meaning = f"coalesce(of_sent.meaning, {quoted(meaning_of(None, words_of) or '')}) AS responder"
    texts.database.execute(f"CREATE TABLE sent AS SELECT parted.*, {meaning} FROM parted LEFT JOIN of_sent ON word = parted.{by}")
    for table in ("parted", "dated", *(f"wave_{moment}" for moment in moments)):
        texts.database.execute(f"DROP TABLE {table}")
