"""Exports in normal form whose truth is known, made from addressed draws: the name of a world is all its luck."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special, stats

from sim.calibrate.estimate import Estimate, Fitted
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Records, make_tables
from sim.keys import Purpose, name_hash, uniforms

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EPOCH = dt.date(1970, 1, 1)
MAP = ExportMap(stamps={"received": "when"})


class Luck:
    """Uniforms of a world, a fresh stream each time they are asked for."""

    def __init__(self, *names: str) -> None:
        self.names, self.asked = names, 0

    def __call__(self, n: int) -> Floats:
        self.asked += 1
        stream = name_hash(*self.names, str(self.asked))
        return uniforms(0, Purpose.PARAMETER, np.full(n, stream, np.int64), np.arange(n), 0)

    def normal(self, n: int) -> Floats:
        return np.asarray(special.ndtri(self(n)), np.float64)

    def poisson(self, means: Floats) -> Ints:
        return np.asarray(stats.poisson.ppf(self(len(means)), means), np.int64)

    def pick(self, shares: Sequence[float], n: int) -> Ints:
        return np.searchsorted(np.cumsum(shares)[:-1], self(n), side="right")


def days_from(first: dt.date, n: int) -> pd.DataFrame:
    """Rows of `days`."""
    dates = [first + dt.timedelta(days=i) for i in range(n)]
    return pd.DataFrame(
        {
            "day": pd.to_datetime(dates),
            "block": [(date - EPOCH).days for date in dates],
            "weekday": [date.weekday() for date in dates],
            "month": [date.month for date in dates],
            "n": 0, "is_gap": False, "part": 0,
        }
    )  # fmt: skip


def calls_on(days: pd.DataFrame, counts: Ints, hour: Ints, **columns: Any) -> pd.DataFrame:
    """So many calls on each day, at these hours, with these further columns."""
    day = np.repeat(np.arange(len(days)), counts)
    own = days.iloc[day].reset_index(drop=True)
    return pd.DataFrame(
        {
            "call": np.arange(len(own)), "received": own["day"] + pd.to_timedelta(hour, unit="h"), "day": own["day"],
            "year": own["day"].dt.year, "month": own["month"], "weekday": own["weekday"], "hour": hour, "block": own["block"],
            "part": 0, **columns,
        }
    )  # fmt: skip


def visits_of(calls: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    """One visit a call."""
    kept = [name for name in ("call", "type", "zone", "ending", "block", "part") if name in calls]
    band = {"band": calls["hour"] // 6} if "hour" in calls else {}
    return calls[kept].assign(nth=1, responder="patrol").assign(**band).assign(**columns)


def records_of(
    calls: pd.DataFrame,
    visits: pd.DataFrame | None = None,
    days: pd.DataFrame | None = None,
    clock: str = "received",
    **more: Any,
) -> Records:
    """Tables of the normal form with these rows; columns that are not there are null."""
    database = duckdb.connect(config={"threads": 1})
    make_tables(database)
    tables: Mapping[str, pd.DataFrame | None] = {"calls": calls, "visits": visits, "days": days}
    for name, frame in tables.items():
        if frame is not None and len(frame):
            database.register("frame", frame)
            database.execute(f"INSERT INTO {name} BY NAME SELECT * FROM frame")
            database.unregister("frame")
    return Records(database, clock, **more)


def by_path(fitted: Fitted) -> dict[str, Estimate]:
    """Every estimate, by its path."""
    return {one.path: one for one in fitted.all_estimates()}


def is_near(one: Estimate, truth: float) -> bool:
    """Within four standard errors: false alarm of less than one in 10,000, where the standard error is right."""
    return abs(one.value - truth) <= 4 * float(one.resamples.std())
