"""Exports in the normal form, made by hand day by day, with addressed draws where chance is wanted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from sim import keys
from sim.calibrate.estimate import Finding
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import TABLES, Records, make_tables
from sim.keys import Purpose, name_hash

FIRST = dt.date(2021, 1, 1)
MAP = ExportMap(stamps={"received": "Received"})
Floats = npt.NDArray[np.float64]


def uniforms(name: str, n: int, replication: int = 0) -> Floats:
    """Addressed uniforms for making an export."""
    streams = np.full(n, name_hash("test", name), np.int64)
    return keys.uniforms(0, Purpose.LOT, streams, np.arange(n), replication)


def records_of(calls: pd.DataFrame, visits: pd.DataFrame | None = None, **other: Any) -> Records:
    """Records of calls with a `received` each (or not), the rest of the normal form filled up."""
    database = duckdb.connect()
    make_tables(database)
    frame = calls.copy()
    frame["call"] = np.arange(len(frame))
    if "received" in frame:
        stamp = pd.to_datetime(frame["received"])
        frame["day"], frame["hour"] = stamp.dt.date, stamp.dt.hour
        frame["year"], frame["month"], frame["weekday"] = stamp.dt.year, stamp.dt.month, stamp.dt.day_of_week
        frame["block"] = (stamp.dt.normalize() - pd.Timestamp("1970-01-01")).dt.days
        _days(database, stamp, other.pop("gaps", ()))
    elif "block" not in frame:
        frame["block"] = np.arange(len(frame)) % 400
    frame["part"] = frame.get("part", 0)
    _fill(database, "calls", frame)
    if visits is not None:
        _fill(database, "visits", visits.assign(part=0, nth=1))
    return Records(database, other.pop("clock", "received"), **other)


def _fill(database: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    named = [column for column in TABLES[table] if column in frame]
    database.register("incoming", frame[named])
    database.execute(f"INSERT INTO {table} ({', '.join(named)}) SELECT {', '.join(named)} FROM incoming")
    database.unregister("incoming")


def _days(database: duckdb.DuckDBPyConnection, stamp: pd.Series, gaps: tuple[dt.date, ...]) -> None:
    every = pd.date_range(stamp.min().normalize(), stamp.max().normalize())
    n = stamp.dt.normalize().value_counts().reindex(every, fill_value=0)
    frame = pd.DataFrame({"day": every.date, "n": n.to_numpy(), "weekday": every.day_of_week, "month": every.month})
    frame["block"] = (every - pd.Timestamp("1970-01-01")).days
    frame["is_gap"] = frame["day"].isin(gaps)
    _fill(database, "days", frame.assign(part=0))


def export(
    days: int, per_day: int | Callable[[int], int], type_of: Callable[[int, float], str], replication: int = 0
) -> pd.DataFrame:
    """So many calls a day at uniform times; the type of each from its day and a uniform number."""
    counts = [per_day(day) if callable(per_day) else per_day for day in range(days)]
    day = np.repeat(np.arange(days), counts)
    seconds = uniforms("time", len(day), replication) * 86_400
    received = pd.Timestamp(FIRST) + pd.to_timedelta(day, "D") + pd.to_timedelta(np.floor(seconds), "s")
    luck = uniforms("type", len(day), replication)
    types = [type_of(int(d), float(u)) for d, u in zip(day, luck, strict=True)]
    return pd.DataFrame({"received": received, "type": types, "label": types})


def quiet(_: int, u: float) -> str:
    return "suicidal" if u < 0.04 else "other"


def of_kind(found: list[Finding], kind: str) -> list[Finding]:
    return [finding for finding in found if finding.kind == kind]
