"""Tables derived from a ledger: one row a call, one row a unit and status, one row a shift.

What happened is the ledger's; nothing is counted here. Totals are `metrics`, prices are `costs`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.keys import PPM
from sim.measure import sweep
from sim.measure.invariants import check, sorted_by
from sim.measure.sweep import MOVES_UNIT
from sim.passes import also_as_loop
from sim.rules.lifecycle import (
    ED_DISPOSITIONS,
    ENDING_EVENTS,
    FLAG_NAMES,
    HOUR_S,
    WORKING,
    Disposition,
    Event,
    Status,
)
from sim.world import World

__all__ = ["call_facts", "check", "shift_hours", "unit_spells"]

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

HOUR_BANDS = ("night", "morning", "afternoon", "evening")
DISPOSITIONS = tuple(d.name for d in Disposition)
STATUSES = tuple(s.name for s in Status)
ENDINGS = tuple(Event(code).name for code in ENDING_EVENTS)
UNSERVED = {Event.ABANDONED: "abandoned", Event.NEVER_SERVED: "out of remit", Event.UNFINISHED: "unfinished"}


def _positions(codes: Iterable[int], n: int) -> npt.NDArray[np.int8]:
    """[code] position among the codes, -1 for others; the last is for code -1."""
    table = np.full(n + 1, -1, np.int8)
    for position, code in enumerate(codes):
        table[code] = position
    return table


ENDING_OF = _positions(ENDING_EVENTS, len(Event))
UNSERVED_OF = _positions(UNSERVED, len(Event))
IS_ED = _positions(ED_DISPOSITIONS, len(Disposition)) >= 0


@cache
def words(names: tuple[str, ...], is_ordered: bool = False) -> pd.CategoricalDtype:
    """The column type of these names."""
    return pd.CategoricalDtype(list(names), ordered=is_ordered)


def named(codes: npt.ArrayLike, names: tuple[str, ...]) -> pd.Categorical:
    """Codes as words; -1 is the empty word."""
    at = np.asarray(codes)
    if "" not in names:
        names = (*names, "")
    if len(names) < 2**7:
        at = at.astype(np.int8)
    return pd.Categorical.from_codes(np.where(at < 0, at.dtype.type(names.index("")), at), dtype=words(names))


def overlap_s(start_s: npt.ArrayLike, end_s: npt.ArrayLike, world: World) -> Ints:
    """Seconds of each interval inside the measured window."""
    inside = np.asarray(np.minimum(end_s, world.window_end_s), np.int64)
    inside -= np.maximum(start_s, world.window_start_s)
    return np.maximum(inside, 0, out=inside)


def unit_spells(ledger: Records, world: World) -> pd.DataFrame:
    """One row per unit and stretch of one status on duty, in order of (unit, start).

    Columns: unit, responder, start_s, end_s, status, call (-1 none), overtime (1 past the rostered end),
    in_window_s (the part inside the measured window). Stretches of no length are left out; the last one of
    a unit ends with the run.
    """
    unit, start, end, status, call, overtime = spells(np.ascontiguousarray(ledger), len(world.units), world.end_s)
    return pd.DataFrame(
        {
            "unit": unit,
            "responder": named(world.units["responder"], world.names.responders).take(unit),
            "start_s": start,
            "end_s": end,
            "status": named(status, STATUSES),
            "call": call,
            "overtime": overtime,
            "in_window_s": overlap_s(start, end, world),
        },
        copy=False,
    )


@also_as_loop(sweep.spells)
def spells(ledger: Records, n_units: int, end_s: int) -> tuple[npt.NDArray[Any], ...]:
    """Unit, start, end, status, call and overtime of each stretch, in order of (unit, start)."""
    event = ledger["event"]
    rows = sorted_by(ledger, "unit", MOVES_UNIT[event] & (event != Event.FORCE_USED))
    unit, start, status = ledger["unit"][rows], ledger["t_s"][rows], ledger["status_to"][rows]
    event, call = event[rows], ledger["call"][rows]
    is_last = np.append(unit[1:] != unit[:-1], np.ones(min(len(unit), 1), np.bool_))
    end = np.where(is_last, end_s, np.append(start[1:], start[:1]))
    at_work = np.isin(status, WORKING)
    call = np.where(at_work, call[_last(event == Event.DISPATCHED)], np.where(status == Status.PAPERWORK, call, -1))
    turns = np.isin(event, (Event.SHIFT_START, Event.SHIFT_END, Event.OVERTIME))
    overtime = event[_last(turns)] == Event.OVERTIME
    kept = (end > start) & (status != Status.OFF_DUTY)
    found = (unit, start, end, status, call.astype(np.int32), overtime.astype(np.int8))
    return tuple(column[kept] for column in found)


def _last(marked: npt.NDArray[np.bool_]) -> Ints:
    """For each position, the latest marked one up to it (0 where there is none)."""
    return np.asarray(np.maximum.accumulate(np.where(marked, np.arange(len(marked)), 0)), np.int64)


def shift_hours(world: World) -> pd.DataFrame:
    """One row per rostered shift that touches the measured window, or per piece where the crew is away for a while.

    Columns: unit, responder, day (with the unit, which shift), start_s, end_s, staffed (0 if nobody is there), overtime
    (1 if somebody stands in), on_call, paid_share (of its hours, whoever works them), in_window_s.
    """
    shifts = world.shifts
    inside = overlap_s(shifts["start_s"], shifts["end_s"], world)
    kept = inside > 0
    unit = shifts["unit"][kept]
    return pd.DataFrame(
        {
            "unit": unit,
            "responder": named(world.units["responder"][unit], world.names.responders),
            **{name: shifts[name][kept] for name in ("day", "start_s", "end_s", "staffed", "overtime", "on_call")},
            "paid_share": shifts["paid_ppm"][kept] / PPM,
            "in_window_s": inside[kept],
        },
        copy=False,
    )


def responder_facts(world: World, column: str, responder: Ints, is_after: npt.NDArray[np.bool_]) -> Ints:
    """A column of `ResponderRow` for each call's responder, by the plan in force; -1 where there is no responder."""
    before, after = (np.array([getattr(row, column) for row in f.responders] + [-1]) for f in (world.before, world.after))
    if world.before is world.after:
        return np.asarray(after[responder], np.int64)
    return np.asarray(np.where(is_after, after[responder], before[responder]), np.int64)


def remits(world: World) -> npt.NDArray[np.bool_]:
    """[responder][call] whether the call is in the remit of the responder type, by the plan in force when it was received."""
    calls = world.calls
    kind = calls["type"].astype(np.int64) * world.after.takes.shape[1] + calls["flags"]
    tables = [(facts.takes == 1).reshape(-1, len(world.names.responders)).T for facts in (world.before, world.after)]
    after = tables[1].take(kind, axis=1)
    if world.before is world.after:
        return np.asarray(after, np.bool_)
    return np.asarray(np.where(calls["received_s"] >= world.policy_starts_s, after, tables[0].take(kind, axis=1)), np.bool_)


def _eligible(world: World) -> npt.NDArray[np.bool_]:
    """Whether each call is about a person and in the remit of any programme."""
    is_after = world.calls["received_s"] >= world.policy_starts_s
    before, after = ([row.programme >= 0 for row in facts.responders] for facts in (world.before, world.after))
    found = np.zeros(len(world.calls), np.bool_)
    for taken, paid_before, paid_after in zip(remits(world), before, after, strict=True):
        if paid_before or paid_after:
            found |= taken & np.where(is_after, paid_after, paid_before)
    return np.asarray(found & world.person_type[world.calls["type"]], np.bool_)


def call_facts(ledger: Records, world: World, spells: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per call received in the run, in order of `call`.

    Times are -1 where the thing never happened. `responder` and `unit` are the first on scene, empty and -1
    if nobody came; `programme` pays for that responder. `ed`: the call itself ended in an ED visit, by any
    route. `later_ed_30d` includes 72 h. `reason`: why nobody came (abandoned, out of remit, unfinished).
    `paperwork_s`: out of service for this call afterwards. `ambulance`: a ride to an ED by a medic's unit, or
    for a unit that does not drive people itself. `eligible`: about a person and in some programme's remit.
    """
    n, names = len(world.calls), world.names
    ledger = np.ascontiguousarray(ledger)
    *times, later_72h, later_30d, force = moments(ledger, n)
    received, dispatched, on_scene, unit, ended, ending, disposition = times
    responder = np.where(unit >= 0, world.units["responder"][unit], -1) if len(world.units) else unit
    is_after = world.calls["received_s"] >= world.policy_starts_s
    is_ed = IS_ED[disposition]
    drives, medic, officer, programme = (
        responder_facts(world, c, responder, is_after) for c in ("transports", "has_medic", "has_officer", "programme")
    )
    facts = pd.DataFrame(
        {
            **_known_at_once(world),
            "responder": named(responder, names.responders),
            "programme": named(programme, names.programmes),
            "has_officer": officer.clip(0).astype(np.int8),
            "unit": unit,
            "received_to_dispatched_s": _between(received, dispatched),
            "received_to_on_scene_s": _between(received, on_scene),
            "dispatched_to_on_scene_s": _between(dispatched, on_scene),
            "time_on_task_s": _between(dispatched, np.where(ending == Event.CLEAR, ended, -1)),
            "paperwork_s": _paperwork(ledger, world, spells),
            "ended_s": ended,
            "ending": named(ENDING_OF[ending], ENDINGS),
            "reason": _reason(ending, on_scene),
            "disposition": named(disposition, DISPOSITIONS),
            "ed": is_ed.astype(np.int8),
            "later_ed_72h": later_72h,
            "later_ed_30d": later_72h | later_30d,
            "force": force,
            "reached": (on_scene >= 0).astype(np.int8),
            "ambulance": (is_ed & (unit >= 0) & ((drives == 0) | (medic == 1))).astype(np.int8),
        },
        copy=False,
    )
    return facts if (received >= 0).all() else facts[received >= 0].reset_index(drop=True)


def _known_at_once(world: World) -> dict[str, Any]:
    """Columns of `call_facts` that hold before anybody has done anything."""
    calls, names = world.calls, world.names
    return {
        "call": calls["id"],
        "stream": calls["stream"],
        "number": calls["number"],
        "type": named(calls["type"], names.types),
        "zone": named(calls["zone"], names.zones),
        "priority": calls["priority"],
        **{flag: (calls["flags"] & bit) != 0 for flag, bit in FLAG_NAMES.items()},
        "hour_band": named(calls["received_s"] // (6 * HOUR_S) % 4, HOUR_BANDS),
        "received_s": calls["received_s"],
        "in_window": (calls["received_s"] >= world.window_start_s) & (calls["received_s"] < world.window_end_s),
        "person": world.person_type[calls["type"]],
        "eligible": _eligible(world),
    }


def rows_of(ledger: Records, event: Event) -> tuple[Ints, Ints]:
    """Calls and rows of an event, in order of the ledger."""
    rows = np.flatnonzero(ledger["event"] == event)
    return ledger["call"][rows], rows


def _is_among(calls: Ints, n: int) -> npt.NDArray[np.int8]:
    found = np.zeros(n, np.int8)
    found[calls] = 1
    return found


@also_as_loop(sweep.moments)
def moments(ledger: Records, n_calls: int) -> tuple[npt.NDArray[Any], ...]:
    """Of each call: received, first dispatched, first on scene, by which unit; when, how and as what it ended; or -1.

    Then 0 or 1: a later ED visit within 72 hours, within 30 days; force used.
    """
    found = [np.full(n_calls, -1, np.int64) for _ in range(7)]
    received, dispatched, on_scene, unit, ended, ending, disposition = found
    for column, event in ((received, Event.RECEIVED), (dispatched, Event.DISPATCHED), (on_scene, Event.ON_SCENE)):
        calls, rows = rows_of(ledger, event)
        column[calls[::-1]] = ledger["t_s"][rows[::-1]]
        if event == Event.ON_SCENE:
            unit[calls[::-1]] = ledger["unit"][rows[::-1]]
    for event in map(Event, ENDING_EVENTS):
        calls, rows = rows_of(ledger, event)
        ended[calls], ending[calls], disposition[calls] = ledger["t_s"][rows], event, ledger["disposition"][rows]
    happened = (rows_of(ledger, e)[0] for e in (Event.LATER_ED_72H, Event.LATER_ED_30D, Event.FORCE_USED))
    return (*found, *(_is_among(calls, n_calls) for calls in happened))


def _between(start: Ints, end: Ints) -> Ints:
    return np.asarray(np.where((start >= 0) & (end >= 0), end - start, -1), np.int64)


def _reason(ending: Ints, on_scene: Ints) -> pd.Categorical:
    return named(np.where(on_scene < 0, UNSERVED_OF[ending], np.int8(-1)), tuple(UNSERVED.values()))


def _paperwork(ledger: Records, world: World, spells: pd.DataFrame | None) -> Ints:
    spells = unit_spells(ledger, world) if spells is None else spells
    call = spells["call"].to_numpy()
    own = np.flatnonzero((spells["status"].cat.codes.to_numpy() == Status.PAPERWORK) & (call >= 0))
    seconds = spells["end_s"].to_numpy()[own] - spells["start_s"].to_numpy()[own]
    return np.asarray(np.bincount(call[own], seconds, len(world.calls)), np.int64)
