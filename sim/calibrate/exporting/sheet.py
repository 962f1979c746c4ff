"""Writes a simulated life as the rows of an export: the columns are those of a map, the words those of its labels.

A map says how an export is read; here the same map says how it is written. What a map leaves open (how dates look,
whether a row is a call or a unit) is a `Style`. The five layouts are in `layouts`, copies of a real export's shape in
`synthetic`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from sim import keys
from sim.calibrate.exporting.lives import OF_UNITS, Life
from sim.calibrate.mapping import MOMENTS, OTHER, ExportMap, Unit
from sim.calibrate.reading.stamps import quoted
from sim.keys import Purpose, name_hash

Texts = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]
Shared = Sequence[tuple[str, float]]  # words with the share of each, which sum to one

ENDS: dict[str, tuple[str, ...]] = {  # interval -> moment it begins with, moments it ends with: the first there is
    "queue": ("received", "dispatched"),
    "turnout": ("dispatched", "en_route"),
    "travel": ("en_route", "on_scene"),
    "response": ("received", "on_scene"),
    "on_scene": ("on_scene", "left_scene", "clear"),
    "transport": ("left_scene", "at_door"),
    "at_door": ("at_door", "clear"),
    "task": ("dispatched", "clear"),
}
SECONDS: dict[Unit, int] = {"s": 1, "min": 60, "h": 3600, "clock": 1}
MONDAY_0 = "Monday 0"  # a format of weekdays that strftime has no word for
CELLS = {"year": "%Y", "month": "%-m", "weekday": "%A", "hour": "%-H"}


@dataclass(frozen=True)
class Words:
    """The export's own words. What has none is written as a blank."""

    types: Mapping[str, Shared]  # call type, or `other`
    priorities: Mapping[int, Shared] = field(default_factory=dict)
    endings: Mapping[str, Shared] = field(default_factory=dict)
    zones: Mapping[str, Shared] = field(default_factory=dict)
    responders: Mapping[str, Shared] = field(default_factory=dict)
    from_zones: Mapping[str, Shared] = field(default_factory=dict)  # where units set out, by the word of the call's zone
    squares: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # north and east, by the word of the zone
    square_degrees: float = 0.0  # side of a square
    units: Sequence[str] = ()  # of each unit of the life
    call: str = "C"  # what call numbers begin with
    person: str = "P"  # and person keys


@dataclass(frozen=True)
class Style:
    """What a map leaves open."""

    rows: Literal["call", "unit", "waves"] = "call"  # waves: several units in one cell
    stamp: str = "%Y-%m-%d %H:%M:%S"  # in strftime's words
    stamps: Mapping[str, str] = field(default_factory=dict)  # of moments that are written otherwise
    date: str = "%Y-%m-%d"  # of a date column
    cells: Mapping[str, str] = field(default_factory=lambda: dict(CELLS))
    places: int = 2  # of durations
    keeps_day: bool = False  # stamps bear the day of the call, past midnight too
    blank: str = ""


def uniforms(what: str, number: Ints, life: Life) -> npt.NDArray[np.float64]:
    """A uniform for each number, of luck that belongs to this column of exports."""
    stream = np.full(len(number), name_hash("export", what), np.int64)
    return keys.uniforms(0, int(Purpose.EXPORT), stream, np.ascontiguousarray(number, np.int64), life.replication)


def sheet_of(life: Life, export_map: ExportMap, words: Words, style: Style) -> pd.DataFrame:
    """The export as texts, one column for each that the map names, in the order of the map."""
    rows = _rows(life, style)
    moments = _moments(rows, life)
    columns: dict[str, Texts] = {}
    for kind, column in export_map.columns.model_dump().items():
        if column is not None:
            columns[column] = _named(kind, rows, words, life)
    columns |= _stamps(moments, life, export_map, style)
    if style.rows == "waves":
        columns |= _waves(life, export_map, words, style)
    for moment, column in export_map.since_received.items():
        if moment != "received":
            columns[column] = _lengths(moments[moment] - moments["received"], export_map.durations_in, style.places)
    for interval, column in export_map.lasting.items():
        columns[column] = _lengths(_length(moments, interval, export_map), export_map.durations_in, style.places)
    sheet = pd.DataFrame({column: texts for column, texts in columns.items()})
    return sheet.fillna(style.blank).replace({"": style.blank}) if style.blank else sheet.fillna("")


def _rows(life: Life, style: Style) -> pd.DataFrame:
    """Calls with the moments of a unit: of the first sent, or a row each."""
    visits = life.visits
    if style.rows != "unit":
        visits = visits.drop_duplicates("call")
    rows = life.calls.merge(visits, on="call", how="left", sort=False)
    numbers = ["unit", *(f"{name}_s" for name in OF_UNITS)]
    rows[numbers] = rows[numbers].fillna(-1).astype(np.int64)
    return rows


def _moments(rows: pd.DataFrame, life: Life) -> pd.DataFrame:
    """Local time of each moment of each row, empty where it never came."""
    midnight = np.datetime64(life.begins, "s")
    found = {}
    for name in MOMENTS:
        t_s = rows[f"{name}_s"].to_numpy(np.int64)
        found[name] = np.where(t_s >= 0, midnight + t_s.astype("timedelta64[s]"), np.datetime64("NaT"))
    return pd.DataFrame(found)


def _named(kind: str, rows: pd.DataFrame, words: Words, life: Life) -> Texts:
    """A column with words; one that cannot be told of a life stays empty."""
    call = rows["call"].to_numpy(np.int64)
    if kind == "call":
        return _numbered(words.call, call)
    if kind in ("type", "final_type"):
        return _drawn(kinds_of(rows, kind), words.types, uniforms("type", call, life))
    if kind == "unit":
        names = np.array([*words.units, ""], object)
        return np.asarray(names[rows["unit"].to_numpy()], np.object_)
    if kind == "person":
        person = rows["person"].to_numpy()
        return np.where(person >= 0, _numbered(words.person, person), "").astype(object)
    if kind == "from_zone":
        zone = _named("zone", rows, words, life)
        return np.where(rows["unit"] >= 0, _drawn(zone, words.from_zones, uniforms("from_zone", call, life)), "")
    if kind in ("latitude", "longitude"):
        inside = 0.25 + uniforms(kind, call, life) / 2  # well inside its square
        at = [words.squares.get(word) for word in _named("zone", rows, words, life)]
        degrees = [
            None if a is None else words.square_degrees * (a[kind == "longitude"] + u) for a, u in zip(at, inside, strict=True)
        ]
        return np.array(["" if one is None else f"{one:.5f}" for one in degrees], object)
    tables: dict[str, tuple[str, Mapping[Any, Shared]]] = {
        "priority": ("priority", words.priorities),
        "disposition": ("ending", words.endings),
        "zone": ("zone", words.zones),
        "responder": ("responder", words.responders),
    }
    if kind not in tables:
        return np.full(len(rows), "", object)
    column, table = tables[kind]
    return _drawn(rows[column].to_numpy(), table, uniforms(column, call, life))


def kinds_of(calls: pd.DataFrame, kind: str = "type") -> Texts:
    """What each call is by a map's words: a call type about people, or `other`."""
    ordinary = calls["other"] & (calls["type"] == calls[kind])
    return np.where(ordinary, OTHER, calls[kind]).astype(object)


def _numbered(prefix: str, number: Ints) -> Texts:
    return np.char.add(prefix, np.char.zfill(number.astype(str), 8)).astype(object)


def _drawn(keys_of: npt.NDArray[Any], table: Mapping[Any, Shared], u: npt.NDArray[np.float64]) -> Texts:
    """A word for each key, by the shares of its words; empty for a key without any."""
    out = np.full(len(keys_of), "", object)
    for key, shared in table.items():
        own = np.flatnonzero(keys_of == key)
        if len(shared):
            edges = np.cumsum([share for _, share in shared])
            chosen = np.searchsorted(edges[:-1] / edges[-1], u[own], side="right")
            out[own] = np.array([word for word, _ in shared], object)[chosen]
    return out


def _stamps(moments: pd.DataFrame, life: Life, export_map: ExportMap, style: Style) -> dict[str, Texts]:
    """Columns with stamps, with the day, and with parts of the date."""
    columns = dict(export_map.stamps)
    if style.rows == "waves":
        columns = {name: column for name, column in columns.items() if name in ("received", "cancelled")}
    if "received" in export_map.since_received:
        columns.setdefault("received", export_map.since_received["received"])
    shown = moments
    if style.keeps_day:
        day = moments["received"].dt.normalize()
        shown = moments.apply(lambda column: column - column.dt.normalize() + day)
    found = _spelt({column: (shown[name], style.stamps.get(name, style.stamp)) for name, column in columns.items()})
    known = moments["received"]
    if export_map.times.date is not None:
        found |= _spelt({export_map.times.date: (known, style.date)})
    if export_map.cells is not None:
        given = {part: column for part, column in export_map.cells.model_dump().items() if column is not None}
        found |= _spelt({column: (known, style.cells[part]) for part, column in given.items()})
    return found


def _spelt(wanted: Mapping[str, tuple[pd.Series, str]]) -> dict[str, Texts]:
    """Times as texts: each column with its format."""
    if not wanted:
        return {}
    times = pd.DataFrame({f"t{i}": times.to_numpy("datetime64[us]") for i, (times, _) in enumerate(wanted.values())})
    parts = [
        f"CAST(isodow(t{i}) - 1 AS VARCHAR)" if format_ == MONDAY_0 else f"strftime(t{i}, {quoted(format_)})"
        for i, (_, format_) in enumerate(wanted.values())
    ]
    with duckdb.connect() as database:
        database.register("times", times)
        texts = database.execute(f"SELECT {', '.join(f'{part} AS c{i}' for i, part in enumerate(parts))} FROM times").df()
    return {column: texts[f"c{i}"].fillna("").to_numpy(object) for i, column in enumerate(wanted)}


def _waves(life: Life, export_map: ExportMap, words: Words, style: Style) -> dict[str, Texts]:
    """One cell a call and moment, with a piece for each unit that had that moment."""
    assert export_map.waves is not None
    wanted = {name: column for name, column in export_map.stamps.items() if name in OF_UNITS}
    visits = life.visits.assign(received_s=0, cancelled_s=-1)
    moments = _moments(visits, life)
    texts = _spelt({name: (moments[name], style.stamps.get(name, style.stamp)) for name in wanted})
    names = np.array(words.units, object)[visits["unit"].to_numpy()]
    pieces = {name: np.where(texts[name] == "", None, names + export_map.waves.sign + texts[name]) for name in wanted}
    table = pd.DataFrame(pieces).assign(call=visits["call"], nth=np.arange(len(visits)))
    between = quoted(export_map.waves.between + ("" if export_map.waves.between.endswith(" ") else " "))
    cells = ", ".join(f"string_agg({name}, {between} ORDER BY nth) AS {name}" for name in wanted)
    with duckdb.connect() as database:
        database.register("pieces", table)
        found = database.execute(f"SELECT call, {cells} FROM pieces GROUP BY call").df().set_index("call")
    found = found.reindex(life.calls["call"]).fillna("")
    return {column: found[name].to_numpy(object) for name, column in wanted.items()}


def _length(moments: pd.DataFrame, interval: str, export_map: ExportMap) -> pd.Series:
    """How long an interval lasted, empty where it did not begin or end; ways begin at dispatch where turnout is not told."""
    start, *ends = ENDS[interval]
    if interval == "travel" and "turnout" not in export_map.lasting:
        start = "dispatched"
    end = moments[ends[0]]
    for name in ends[1:]:
        end = end.fillna(moments[name])
    return end - moments[start]


def _lengths(length: pd.Series, unit: Unit, places: int) -> Texts:
    """Durations as texts in the map's unit."""
    length_s = length.dt.total_seconds().to_numpy()
    known = np.isfinite(length_s)
    whole = np.where(known, length_s, 0).astype(np.int64)
    if unit == "clock":
        texts = [f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}" for s in whole.tolist()]
    else:
        texts = [f"{s / SECONDS[unit]:.{places}f}" for s in whole.tolist()]
    return np.where(known, np.array(texts, object), "").astype(object)


def write_sheet(sheet: pd.DataFrame, path: Path) -> None:
    """Keep it as CSV, with empty cells where texts are empty."""
    with duckdb.connect() as database:
        database.register("sheet", sheet)
        database.execute(f"COPY (SELECT nullif(COLUMNS(*), '') FROM sheet) TO {quoted(path.as_posix())} (HEADER, DELIMITER ',')")
