"""Who was sent to a call and came: one row an assignment of a unit, and what the assignments of a call come to."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure import sweep
from sim.measure.columns import HOUR_BANDS, LEAVINGS, Bools, Ints, Records, is_patrol, named, positions, responder_facts
from sim.measure.replay import previous, sorted_by
from sim.measure.sweep import LEAVES, TURNS_SPELL
from sim.passes import also_as_loop
from sim.rules.lifecycle import HOUR_S, LEAVING_EVENTS, Event, Status
from sim.world import World

LEFT_BY_OF = positions(LEAVING_EVENTS, len(Event))
ON_THE_WAY = (Status.TURNOUT, Status.EN_ROUTE)


def assignments(ledger: Records, world: World) -> pd.DataFrame:
    """One row per unit sent to a call, in order of being sent.

    Columns: call, unit, responder, programme, dispatched_s, on_scene_s (-1 never there; staged is not there), left_s
    (-1 still with the call as the run ended), left_by (CLEAR, RELEASED, CALLED_OFF, RELAY_FAILED or empty),
    paperwork_s (out of service for this call afterwards), hours_s (dispatched until it left, and paperwork; nothing
    where it never left), contact (0/1: there, and not called off), is_patrol, has_officer, has_clinician, helps
    (the jurisdiction of the call where the unit is of another, else empty), and the call's in_window, person, type,
    priority and hour_band.
    """
    call, unit, sent, there, left, left_by, paperwork = assigned(np.ascontiguousarray(ledger), len(world.units), world.end_s)
    responder = world.units["responder"][unit]
    is_after = world.calls["received_s"][call] >= world.policy_starts_s
    officer, clinician, programme = (
        responder_facts(world, name, responder, is_after) for name in ("has_officer", "has_clinician", "programme")
    )
    return pd.DataFrame(
        {
            "call": call,
            "unit": unit,
            "responder": named(responder, world.names.responders),
            "programme": named(programme, world.names.programmes),
            "dispatched_s": sent,
            "on_scene_s": there,
            "left_s": left,
            "left_by": named(LEFT_BY_OF[left_by], LEAVINGS),
            "paperwork_s": paperwork,
            "hours_s": np.where(left >= 0, left - sent, 0) + paperwork,
            "contact": ((there >= 0) & (left_by != Event.CALLED_OFF)).astype(np.int8),
            "is_patrol": is_patrol(world, responder, is_after),
            "has_officer": officer.astype(np.int8),
            "has_clinician": clinician.astype(np.int8),
            "helps": _helped(world, unit, call),
            **_context(world, call),
        },
        copy=False,
    )


def _helped(world: World, unit: Ints, call: Ints) -> pd.Categorical:
    """The jurisdiction of each call to which a unit of another was sent."""
    names = tuple(sorted(set(world.prices.jurisdiction_of)))
    if len(names) < 2:
        return named(np.full(len(call), -1, np.int8), names)
    of_zone = np.array([names.index(name) for name in world.prices.jurisdiction_of] + [-1])
    home, scene = of_zone[world.units["home_zone"][unit]], of_zone[world.calls["zone"][call]]
    return named(np.where(home != scene, scene, -1), names)


def _context(world: World, call: Ints) -> dict[str, Any]:
    calls, kind = world.calls, world.lucks["type"][call]
    received = calls["received_s"][call]
    return {
        "in_window": (received >= world.window_start_s) & (received < world.window_end_s),
        "person": world.person_type[kind],
        "type": named(kind, world.names.types),
        "priority": calls["priority"][call],
        "hour_band": named(received // (6 * HOUR_S) % 4, HOUR_BANDS),
    }


@also_as_loop(sweep.assigned)
def assigned(ledger: Records, n_units: int, end_s: int) -> tuple[npt.NDArray[Any], ...]:
    """Call, unit, sent, on scene, left, left by which event, and paperwork of each assignment, in order of being sent."""
    rows = sorted_by(ledger, "unit", TURNS_SPELL[ledger["event"]])
    event, unit, t_s, call = (ledger[name][rows] for name in ("event", "unit", "t_s", "call"))
    sent = event == Event.DISPATCHED
    own = np.cumsum(sent) - 1  # the latest assignment, in order of (unit, time)
    of_unit = unit[sent][own] if len(own) and sent.any() else np.full(len(own), -1)
    is_own = (own >= 0) & (of_unit == unit)
    n = int(sent.sum())
    there, left, left_by = np.full(n, -1, np.int64), np.full(n, -1, np.int64), np.full(n, -1, np.int8)
    arrived, leaves = is_own & (event == Event.ON_SCENE), is_own & LEAVES[event]
    there[own[arrived]] = t_s[arrived]
    left[own[leaves]], left_by[own[leaves]] = t_s[leaves], event[leaves]
    next_s = np.append(t_s[1:], t_s[:1])
    next_s[np.append(previous(unit)[1:] < 0, np.ones(min(len(unit), 1), np.bool_))] = end_s
    desk = is_own & (event == Event.PAPERWORK) & (call >= 0)
    paperwork = np.bincount(own[desk], (next_s - t_s)[desk], n).astype(np.int64)
    order = np.argsort(rows[sent])
    found = (call[sent], unit[sent], t_s[sent], there, left, left_by, paperwork)
    return tuple(column[order] for column in found)


def crew_facts(ledger: Records, world: World, assigned: pd.DataFrame, received_s: Ints) -> dict[str, npt.NDArray[Any]]:
    """Columns of `call_facts` that rest on all units of a call."""
    n = len(world.calls)
    call, there = assigned["call"].to_numpy(), assigned["on_scene_s"].to_numpy()
    came = there >= 0
    officer, clinician = (came & (assigned[name].to_numpy() == 1) for name in ("has_officer", "has_clinician"))
    first = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(first, call[clinician], there[clinician])
    return {
        "n_units": np.bincount(call, minlength=n).astype(np.int32),
        "n_on_scene": np.bincount(call[came], minlength=n).astype(np.int32),
        "joint": _among(_joint(assigned, officer, clinician), n),
        "officer": _among(call[officer], n),
        "clinician_on_scene_s": np.where(first < np.iinfo(np.int64).max, first - received_s, -1),
        "diverted": np.bincount(_diverted(ledger), minlength=n).astype(np.int32),
        "paperwork_s": np.bincount(call, assigned["paperwork_s"], n).astype(np.int64),
    }


def _among(calls: Ints, n: int) -> npt.NDArray[np.int8]:
    found = np.zeros(n, np.int8)
    found[calls] = 1
    return found


def _joint(assigned: pd.DataFrame, officer: Bools, clinician: Bools) -> Ints:
    """Calls with an officer and a clinician on scene in one second: in one car, or in two whose stays overlap."""
    call = assigned["call"].to_numpy()
    apart = np.flatnonzero(officer ^ clinician)
    apart = apart[np.bincount(call[apart])[call[apart]] > 1]
    if not len(apart):
        return np.asarray(call[officer & clinician], np.int64)
    left = assigned["left_s"].to_numpy()[apart]
    stays = pd.DataFrame(
        {
            "call": call[apart],
            "from_s": assigned["on_scene_s"].to_numpy()[apart],
            "to_s": np.where(left < 0, np.iinfo(np.int64).max, left),
        }
    )
    pairs = stays[officer[apart]].merge(stays[clinician[apart]], on="call")
    together = np.maximum(pairs["from_s_x"], pairs["from_s_y"]) < np.minimum(pairs["to_s_x"], pairs["to_s_y"])
    return np.concatenate([call[officer & clinician], pairs["call"].to_numpy()[together.to_numpy()]]).astype(np.int64)


def _diverted(ledger: Records) -> Ints:
    """Calls from which a unit on its way was taken: called off, alone of its crew, and in the next row sent to another."""
    event, unit, call, t_s = (ledger[name] for name in ("event", "unit", "call", "t_s"))
    rows = np.flatnonzero(event[:-1] == Event.CALLED_OFF)
    rows = rows[(event[rows + 1] == Event.DISPATCHED) & (unit[rows] == unit[rows + 1]) & (t_s[rows] == t_s[rows + 1])]
    is_first = (event[rows - 1] != Event.CALLED_OFF) | (call[rows - 1] != call[rows])  # else a crew is given up
    own = is_first & (call[rows] != call[rows + 1]) & np.isin(ledger["status_from"][rows], ON_THE_WAY)
    return np.asarray(call[rows[own]], np.int64)
