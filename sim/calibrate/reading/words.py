"""SQL of the words of a row and of what they mean: types, priority, ending, responder, zone, person."""

from __future__ import annotations

from collections.abc import Mapping

from sim.calibrate.reading.forms import NO_WORD
from sim.calibrate.reading.labels import (
    Dictionary,
    ending_words,
    final_words,
    kept,
    meaning_of,
    priority_words,
    responder_words,
    type_words,
)
from sim.calibrate.reading.moments import Texts
from sim.calibrate.reading.stamps import quoted

KM_PER_DEGREE = 111.32  # of latitude


def words_sql(texts: Texts) -> tuple[list[str], list[str]]:
    """Select items of a query over `raw`, and the joins they need."""
    export_map, at, columns = texts.export_map, texts.raw.at, texts.export_map.columns
    dictionary, joins = Dictionary(texts.database, texts.blame), list[str]()

    def column(name: str) -> str:
        given = getattr(columns, name)
        return f"raw.{at[given]}" if given is not None else NO_WORD

    def meaning(name: str, words: Mapping[str, str]) -> str:
        default = meaning_of(None, words)
        fallback = quoted(default) if default is not None else NO_WORD
        if getattr(columns, name) is None:
            return fallback
        dictionary.make(f"of_{name}", "raw", at[getattr(columns, name)], f"columns.{name}", words)
        joins.append(f"LEFT JOIN of_{name} ON of_{name}.word = {column(name)}")
        return f"coalesce(of_{name}.meaning, {fallback})"

    key = f"CASE WHEN {column('call')} IS NULL THEN hash('row', raw.rowid) ELSE hash({column('call')}) END"
    final = f"CASE WHEN {column('final_type')} IS NOT NULL THEN {kept(meaning('final_type', final_words(export_map)))} END"
    by = "responder" if columns.responder is not None else "unit"
    items = {
        "id": key if columns.call is not None else "CAST(raw.rowid AS UBIGINT)",
        "label": column("type"),
        "type": meaning("type", type_words(export_map)),
        "final_type": final,
        "priority": f"try_cast({meaning('priority', priority_words(export_map))} AS TINYINT)",
        "ending": kept(meaning("disposition", ending_words(export_map))) if columns.disposition is not None else NO_WORD,
        "zone": _zone(texts),
        "from_zone": column("from_zone"),
        "person": f"CASE WHEN {column('person')} IS NOT NULL THEN hash(lower({column('person')})) END",
        "unit": column("unit"),
        "responder_label": column("responder"),
        "responder": meaning(by, responder_words(export_map)),
    }
    return [f"{sql} AS {name}" for name, sql in items.items()], joins


def _zone(texts: Texts) -> str:
    """SQL of the zone: the column's word, else a square of `grid_km` counted from the south-west."""
    columns, at = texts.export_map.columns, texts.raw.at
    if columns.zone is not None:
        return f"raw.{at[columns.zone]}"
    if columns.latitude is None or columns.longitude is None:
        return NO_WORD
    lat, lon = f"try_cast(raw.{at[columns.latitude]} AS DOUBLE)", f"try_cast(raw.{at[columns.longitude]} AS DOUBLE)"
    is_place = f"{lat} BETWEEN -90 AND 90 AND {lon} BETWEEN -180 AND 180 AND ({lat} <> 0 OR {lon} <> 0)"
    edges = f"SELECT min({lat}), min({lon}), round(avg({lat}), 2) FROM raw WHERE {is_place}"
    [(south, west, middle)] = texts.database.execute(edges).fetchall()
    if south is None:
        texts.blame.at_map("columns.latitude", "no cell with a place on earth", "degrees of latitude, and of longitude")
        return NO_WORD
    scale = KM_PER_DEGREE / texts.export_map.grid_km
    north = f"CAST(floor(({lat} - ({south!r})) * {scale!r}) AS INTEGER)"
    east = f"CAST(floor(({lon} - ({west!r})) * {scale!r} * cos(radians({middle!r}))) AS INTEGER)"
    return f"CASE WHEN {is_place} THEN 'n' || {north} || ' e' || {east} END"
