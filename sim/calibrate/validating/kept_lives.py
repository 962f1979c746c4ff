"""Lives as a results folder keeps them: calls of the units kept whole, and what units did in the very first."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.exporting.lives import OF_UNITS, UNANSWERED, Life
from sim.scenario.schema import Scenario
from sim.study.results import Results

CALLS = (
    "call, received_s, received_to_dispatched_s, received_to_on_scene_s, ended_s, ending, disposition, type, dispatched_as, "
    "mislabelled, recognised, priority, zone"
)
Ints = npt.NDArray[np.int64]


def kept_lives(results: Results, scenario: Scenario) -> list[Life]:
    """The lives of a folder's first units, in order; only the first has visits of every unit sent.

    The others have the one visit that a call's own row tells of: when somebody was sent and when somebody was there.
    """
    begins = dt.date.fromisoformat(results.replications[0]["setting"]["begins"])
    facts = results.by_unit("call_facts", CALLS, "in_window AND ending <> 'NOT_CALLED'")
    first = results.units[0]
    lives = []
    for unit, frame in facts.items():
        visits = _visits(results) if unit == first else _first_visits(frame)
        visits = visits[visits["call"].isin(frame["call"])].reset_index(drop=True)
        lives.append(Life(begins, _calls(frame, scenario), visits, (), unit.replication))
    return lives


def _calls(facts: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    ending, as_sent = facts["ending"].astype(str), facts["dispatched_as"].astype(str)
    is_known = (facts["mislabelled"] == 0) | (facts["recognised"] == 1)
    ordinary = [name for name, kind in scenario.types.items() if not kind.person]
    return pd.DataFrame(
        {
            "call": facts["call"],
            "received_s": facts["received_s"].to_numpy(np.int64),
            "cancelled_s": np.where(ending.isin(UNANSWERED), facts["ended_s"], -1),
            "type": as_sent,
            "final_type": facts["type"].astype(str).where(is_known, as_sent),
            "other": as_sent.isin(ordinary),
            "priority": facts["priority"].to_numpy(np.int64),
            "ending": facts["disposition"].astype(str).str.lower().where(ending == "CLEAR", ending.map(UNANSWERED).fillna("")),
            "zone": facts["zone"].astype(str),
            "person": -1,
        }
    )


def _first_visits(facts: pd.DataFrame) -> pd.DataFrame:
    sent = facts[facts["received_to_dispatched_s"] >= 0]
    there = sent["received_to_on_scene_s"].to_numpy(np.int64)
    received = sent["received_s"].to_numpy(np.int64)
    moments = {f"{name}_s": np.full(len(sent), -1, np.int64) for name in OF_UNITS}
    moments["dispatched_s"] = received + sent["received_to_dispatched_s"].to_numpy(np.int64)
    moments["on_scene_s"] = np.where(there >= 0, received + there, -1)
    return pd.DataFrame({"call": sent["call"].to_numpy(), "unit": -1, "responder": "", **moments})


def _visits(results: Results) -> pd.DataFrame:
    """Assignments with the moments between, which are stretches of a unit's day."""
    sent = results.query("SELECT call, unit, responder, dispatched_s, on_scene_s, left_s FROM assignments", "assignments")
    spells = results.query(
        "SELECT unit, call, status, start_s, end_s FROM unit_spells "
        "WHERE call >= 0 AND status IN ('EN_ROUTE', 'TRANSPORTING', 'AT_FACILITY') "
        "WINDOW one AS (PARTITION BY unit ORDER BY start_s) "
        "QUALIFY NOT coalesce(lag(status) OVER one = status AND lag(end_s) OVER one = start_s, false) "  # overtime cuts them
        "ORDER BY unit, start_s",
        "unit_spells",
    )
    visits = pd.DataFrame({"call": sent["call"], "unit": sent["unit"], "responder": sent["responder"].astype(str)})
    moments = {name: np.full(len(sent), -1, np.int64) for name in OF_UNITS}
    moments |= {"dispatched": sent["dispatched_s"].to_numpy(np.int64), "on_scene": sent["on_scene_s"].to_numpy(np.int64)}
    moments["clear"] = sent["left_s"].to_numpy(np.int64)
    owner = _owner(sent, spells)
    drives = _at(spells, owner, "EN_ROUTE", "start_s", len(sent), is_last=False)
    no_drive = np.where(moments["on_scene"] >= 0, moments["on_scene"], -1)  # no time at all: there as soon as it set out
    moments["en_route"] = np.where(drives >= 0, drives, no_drive)
    moments["left_scene"] = _at(spells, owner, "TRANSPORTING", "start_s", len(sent), is_last=False)
    moments["at_door"] = _at(spells, owner, "AT_FACILITY", "start_s", len(sent), is_last=True)
    return visits.assign(**{f"{name}_s": moments[name] for name in OF_UNITS})


def _owner(sent: pd.DataFrame, spells: pd.DataFrame) -> Ints:
    """Row of the assignment that each stretch belongs to: the latest of that unit by then."""
    lap = int(max(sent["dispatched_s"].max(), spells["start_s"].max(), 0)) + 1 if len(sent) and len(spells) else 1
    keys = sent["unit"].to_numpy(np.int64) * lap + sent["dispatched_s"].to_numpy(np.int64)
    order = np.argsort(keys, kind="stable")
    found = np.searchsorted(keys[order], spells["unit"].to_numpy(np.int64) * lap + spells["start_s"].to_numpy(np.int64), "right")
    return np.asarray(order[np.maximum(found - 1, 0)] if len(order) else np.zeros(len(spells)), np.int64)


def _at(spells: pd.DataFrame, owner: Ints, status: str, end: str, n: int, is_last: bool) -> Ints:
    out = np.full(n, -1, np.int64)
    own = np.flatnonzero((spells["status"] == status).to_numpy())
    own = own if is_last else own[::-1]  # what is written last stays
    out[owner[own]] = spells[end].to_numpy(np.int64)[own]
    return out
