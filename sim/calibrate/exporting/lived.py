"""A simulated life in the normal form of an export, so that one set of questions is asked of records and of lives.

The days of the life that count are those of the records; what is not on record is left out of the life too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.exporting.lives import OF_UNITS, Life
from sim.calibrate.mapping import OTHER, ExportMap
from sim.calibrate.normal import HELD_BACK, TABLES, Records, make_tables
from sim.rules.lifecycle import DAY_S, HOUR_S
from sim.scenario.schema import Scenario

EPOCH = dt.date(1970, 1, 1).toordinal()
BAND_H = 6
STEPS = {  # interval of a visit -> moment it begins, moment it ends
    "turnout_min": ("dispatched", "en_route"),
    "travel_min": ("en_route", "on_scene"),
    "transport_min": ("left_scene", "at_door"),
    "at_door_min": ("at_door", "clear"),
    "task_min": ("dispatched", "clear"),
}


@dataclass(frozen=True)
class Seen:
    """What of a life a centre with such an export would have on record.

    Attributes
    ----------
    days : DataFrame or None
        Days of the records that count: day, block, weekday, month; none where no day is known.
    longest_min : float
        Longer intervals are left blank, as in the records.
    has_en_route : bool
        Whether the way begins when the unit sets out; else it begins when it is sent.
    one_a_call : bool
        Whether a call has the first unit's times only.
    responders : tuple of str
        Whose visits are on record; empty for everybody's.
    ordinary : tuple of str
        Call types that are ordinary work.
    """

    days: pd.DataFrame | None
    longest_min: float
    has_en_route: bool
    one_a_call: bool
    responders: tuple[str, ...]
    ordinary: tuple[str, ...]


def seen_by(export_map: ExportMap, records: Records, scenario: Scenario, days: pd.DataFrame | None) -> Seen:
    """What the records of an export have of a life."""
    named = {*export_map.stamps, *export_map.since_received, *export_map.lasting}
    found = records.ask("SELECT DISTINCT responder FROM visits WHERE responder IS NOT NULL ORDER BY 1")["responder"]
    return Seen(
        days=days,
        longest_min=60 * export_map.limits.longest_h,
        has_en_route=bool(named & {"en_route", "turnout", "travel"}),
        one_a_call=records.one("SELECT max(nth) FROM visits") <= 1,
        responders=tuple(str(name) for name in found if name in scenario.responders),
        ordinary=tuple(name for name, kind in scenario.types.items() if not kind.person),
    )


def recorded(life: Life, seen: Seen) -> Records:
    """The calls of a life and the visits to them, in memory; all of them count as held back."""
    database = duckdb.connect(config={"threads": 1})
    database.execute("SET enable_progress_bar = false")
    make_tables(database)
    visits = _visits(life, seen)
    calls = _calls(life, visits, seen)
    calls = calls[_is_counted(calls["block"].to_numpy(), seen)]
    kept = visits[visits["call"].isin(calls["call"]) & _is_on_record(visits, seen)]
    _fill(database, "calls", calls)
    _fill(database, "visits", kept.merge(calls[["call", "type", "zone", "ending", "block"]], on="call"))
    if seen.days is not None:
        _fill(database, "days", seen.days.assign(n=0, is_gap=False, part=HELD_BACK))
    return Records(database, "received")


def _is_counted(block: npt.NDArray[np.int64], seen: Seen) -> npt.NDArray[np.bool_]:
    return np.ones(len(block), np.bool_) if seen.days is None else np.isin(block, seen.days["block"])


def _is_on_record(visits: pd.DataFrame, seen: Seen) -> pd.Series:
    own = visits["responder"].isin(seen.responders) if seen.responders else pd.Series(True, visits.index)
    return own & (visits["nth"] == 1) if seen.one_a_call else own


def _calls(life: Life, visits: pd.DataFrame, seen: Seen) -> pd.DataFrame:
    calls = life.calls
    received = calls["received_s"].to_numpy(np.int64)
    block = received // DAY_S + life.begins.toordinal() - EPOCH
    moment = pd.to_datetime(block * DAY_S + received % DAY_S, unit="s")
    first = visits.groupby("call")[["dispatched_s"]].min()
    there = visits[visits["on_scene_s"] >= 0].groupby("call")[["on_scene_s"]].min()
    sent = first["dispatched_s"].reindex(calls["call"]).to_numpy()
    came = there["on_scene_s"].reindex(calls["call"]).to_numpy()
    gone = calls["cancelled_s"].to_numpy(np.float64)
    return pd.DataFrame(
        {
            "call": calls["call"],
            "received": moment,
            "day": moment.normalize(),
            "year": moment.year,
            "month": moment.month,
            "weekday": moment.day_of_week,
            "hour": moment.hour,
            "block": block,
            "label": "",
            "type": _types(calls["type"], seen),
            "final_type": _types(calls["final_type"], seen),
            "priority": calls["priority"],
            "ending": calls["ending"].replace("", None),
            "zone": calls["zone"].replace("", None),
            "queue_min": _blanked((sent - received) / 60, seen),
            "response_min": _blanked((came - received) / 60, seen),
            "gave_up_min": _blanked(np.where((gone >= 0) & np.isnan(sent), gone - received, np.nan) / 60, seen),
            "n_units": visits.groupby("call").size().reindex(calls["call"], fill_value=0).to_numpy(),
            "part": HELD_BACK,
        }
    )


def _types(types: pd.Series, seen: Seen) -> pd.Series:
    return types.astype(str).where(~types.isin(seen.ordinary), OTHER)


def _visits(life: Life, seen: Seen) -> pd.DataFrame:
    visits = life.visits.sort_values(["call", "dispatched_s"], kind="stable").reset_index(drop=True)
    moment = {name: visits[f"{name}_s"].to_numpy(np.float64) for name in OF_UNITS}
    moment = {name: np.where(at < 0, np.nan, at) for name, at in moment.items()}
    steps = dict(STEPS)
    if not seen.has_en_route:
        steps |= {"travel_min": ("dispatched", "on_scene")}
        del steps["turnout_min"]
    lasted = {name: moment[end] - moment[start] for name, (start, end) in steps.items()}
    left = np.where(np.isnan(moment["left_scene"]), moment["clear"], moment["left_scene"])
    lasted["on_scene_min"] = left - moment["on_scene"]
    sent_s = visits["dispatched_s"].to_numpy(np.int64)
    return pd.DataFrame(
        {
            "call": visits["call"],
            "nth": visits.groupby("call").cumcount() + 1,
            "unit": visits["unit"].astype(str),
            "responder": visits["responder"],
            "band": sent_s // (BAND_H * HOUR_S) % 4,
            **{name: _blanked(seconds / 60, seen) for name, seconds in lasted.items()},
            "part": HELD_BACK,
            "dispatched_s": visits["dispatched_s"],
            "on_scene_s": visits["on_scene_s"],
        }
    )


def _blanked(minutes: npt.NDArray[np.float64], seen: Seen) -> npt.NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        return np.where(minutes > seen.longest_min, np.nan, minutes)


def _fill(database: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    columns: Mapping[str, tuple[str, str]] = TABLES[table]
    there = [name for name in columns if name in rows.columns]
    chosen = ", ".join(f"CAST({_known(name, columns[name][0])} AS {columns[name][0]})" for name in there)
    database.register("rows", rows[there])
    database.execute(f"INSERT INTO {table} ({', '.join(there)}) SELECT {chosen} FROM rows")
    database.unregister("rows")


def _known(name: str, kind: str) -> str:
    return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END" if kind == "DOUBLE" else name
