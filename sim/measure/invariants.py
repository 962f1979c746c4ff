"""What must hold of every ledger, whoever wrote it. Each check looks at whole columns and names the rows that break it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from sim import passes
from sim.errors import LedgerError
from sim.measure.sweep import CALL_AFTER, CALL_MOVES, ENDS_CALL, IS_WORKING, MOVES_CALL, MOVES_UNIT, UNIT_MOVES, is_sound
from sim.rules.lifecycle import CallStatus, Disposition, Event, Status
from sim.world import World

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

SHOWN = 5  # rows printed of a fault


def check(ledger: Records, world: World) -> None:
    """Raise LedgerError, with the rows, unless the ledger keeps every promise.

    Times do not decrease. Causes precede effects. Every call is received once, at its time, and ends once,
    with a disposition where it must have one. Calls and units move along the tables of `lifecycle` only.
    A unit works for one call at a time, and a call has the unit that was sent. Units are sent while on duty.
    """
    if passes.is_at_work() and _is_sound(ledger, world):
        return
    for part in CHECKS:
        part(ledger, world)


def _is_sound(ledger: Records, world: World) -> bool:
    """Whether one compiled pass finds nothing; if it does, the checks below say what."""
    person = world.person_type[world.calls["type"]]
    received_s = np.ascontiguousarray(world.calls["received_s"])
    sweep = passes.compiled(is_sound)
    return bool(sweep(np.ascontiguousarray(ledger), received_s, person, len(world.units), world.duties, world.end_s))


def describe(ledger: Records, row: int) -> str:
    """One row of the ledger in words."""
    r = ledger[row]
    kind = Status if r["unit"] >= 0 else CallStatus
    before, after = (kind(code).name if 0 <= code < len(kind) else str(code) for code in (r["status_from"], r["status_to"]))
    return (
        f"  row {row}  t_s={r['t_s']} event={Event(r['event']).name} call={r['call']} unit={r['unit']} cause={r['cause']} "
        f"status {before} -> {after} disposition={r['disposition']}"
    )


def _refuse(ledger: Records, promise: str, rows: npt.ArrayLike, before: Callable[[int], int] | None = None) -> None:
    """Raise if there are rows. `before` gives a row to show ahead of each, -1 for none."""
    found = np.atleast_1d(np.asarray(rows, np.int64))
    if not len(found):
        return
    lines = [f"{promise}; {len(found)} row{'s' if len(found) > 1 else ''} break{'s' if len(found) == 1 else ''} it"]
    for row in found[:SHOWN].tolist():
        earlier = before(row) if before is not None else -1
        lines += [describe(ledger, r) for r in (earlier, row) if r >= 0]
    if len(found) > SHOWN:
        lines.append(f"  and {len(found) - SHOWN} more")
    raise LedgerError("\n".join(lines))


def _times(ledger: Records, world: World) -> None:
    rows = np.flatnonzero(np.diff(ledger["t_s"]) < 0) + 1
    _refuse(ledger, "times never decrease", rows, lambda row: row - 1)
    _refuse(ledger, "nothing happens after the run has ended", np.flatnonzero(ledger["t_s"] > world.end_s))


def _causes(ledger: Records, world: World) -> None:
    cause = ledger["cause"]
    _refuse(ledger, "a cause is an earlier row", np.flatnonzero((cause >= np.arange(len(ledger))) | (cause < -1)))


def _calls(ledger: Records, world: World) -> None:
    call, event = ledger["call"], ledger["event"]
    n = len(world.calls)
    _refuse(ledger, f"calls are numbered 0 to {n - 1}, -1 for none", np.flatnonzero((call >= n) | (call < -1)))
    n_units = len(world.units)
    _refuse(ledger, f"units are numbered 0 to {n_units - 1}, -1 for none", np.flatnonzero(ledger["unit"] >= n_units))
    for what, hit in (("received", event == Event.RECEIVED), ("ended", ENDS_CALL[event])):
        rows = np.flatnonzero(hit)
        _refuse(ledger, f"a row by which a call is {what} names the call", rows[call[rows] < 0])
        times = np.bincount(call[rows], minlength=n)
        _refuse(ledger, f"a call is {what} once", rows[times[call[rows]] > 1])
        missing = np.flatnonzero((times == 0) & (world.calls["received_s"] < world.end_s))
        if len(missing):
            listed = ", ".join(map(str, missing[:SHOWN].tolist()))
            more = "" if len(missing) <= SHOWN else f" and {len(missing) - SHOWN} more"
            last = "\n".join(describe(ledger, r) for r in np.flatnonzero(call == missing[0])[-2:].tolist())
            raise LedgerError(f"every call is {what} once; never {what}: call {listed}{more}\n{last}".rstrip())
    rows = np.flatnonzero(event == Event.RECEIVED)
    late = ledger["t_s"][rows] != world.calls["received_s"][call[rows]]
    _refuse(ledger, "a call is received at its own time", rows[late])


def _dispositions(ledger: Records, world: World) -> None:
    event, found = ledger["event"], ledger["disposition"]
    settled = ENDS_CALL[event] & (event != Event.UNFINISHED)
    _refuse(ledger, "only a row that ends a call has a disposition", np.flatnonzero(~settled & (found != -1)))
    rows = np.flatnonzero(settled)
    person = world.person_type[world.calls["type"][ledger["call"][rows]]]
    found = found[rows]
    fits = np.where(person, (found > Disposition.HANDLED) & (found < len(Disposition)), found == Disposition.HANDLED)
    _refuse(ledger, "a call about a person ends with what became of them, ordinary work as HANDLED", rows[~fits])


def _previous(keys: Ints) -> Ints:
    """For keys sorted into runs: position of the one before in the same run, or -1."""
    at = np.arange(len(keys)) - 1
    at[np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]] = -1
    return at


def sorted_by(ledger: Records, column: str, wanted: npt.NDArray[np.bool_]) -> Ints:
    """Row numbers of the wanted rows, by `call` or `unit`, then in order of the ledger."""
    rows = np.flatnonzero(wanted & (ledger[column] >= 0))
    keys = ledger[column][rows]
    small = len(keys) > 0 and int(keys.max()) < 2**15
    return np.asarray(rows[np.argsort(keys.astype(np.int16) if small else keys, kind="stable")], np.int64)


def _call_moves(ledger: Records, world: World) -> None:
    rows = sorted_by(ledger, "call", MOVES_CALL[ledger["event"]])
    event, at = ledger["event"][rows], _previous(ledger["call"][rows])
    before = np.where(at >= 0, CALL_AFTER[event[at]], int(CallStatus.EXPECTED))
    illegal = CALL_MOVES[before, event] < 0
    unit_less = ledger["unit"][rows] < 0
    illegal |= unit_less & ((ledger["status_from"][rows] != before) | (ledger["status_to"][rows] != CALL_AFTER[event]))
    earlier = dict(zip(rows[illegal].tolist(), np.where(at >= 0, rows[at], -1)[illegal].tolist(), strict=True))
    _refuse(ledger, "calls make legal moves only", rows[illegal], lambda row: earlier[row])


def _unit_moves(ledger: Records, world: World) -> None:
    rows = sorted_by(ledger, "unit", MOVES_UNIT[ledger["event"]])
    event, at = ledger["event"][rows], _previous(ledger["unit"][rows])
    start, end = ledger["status_from"][rows], ledger["status_to"][rows]
    before = np.where(at >= 0, end[at], int(Status.OFF_DUTY))
    illegal = (start != before) | (UNIT_MOVES[before, event] != end)
    earlier = dict(zip(rows[illegal].tolist(), np.where(at >= 0, rows[at], -1)[illegal].tolist(), strict=True))
    _refuse(ledger, "units make legal moves only", rows[illegal], lambda row: earlier[row])


def _places(ledger: Records, world: World) -> None:
    """At work a unit stays with the call it was sent to, and a call with the unit sent to it."""
    event = ledger["event"]
    of_call = MOVES_UNIT[event] & (IS_WORKING[ledger["status_to"]] | (event == Event.CLEAR)) & (ledger["call"] >= 0)
    for key, other, promise in (
        ("unit", "call", "a unit is with one call at a time"),
        ("call", "unit", "a call is served by the unit that was sent"),
    ):
        rows = sorted_by(ledger, key, of_call & (ledger["unit"] >= 0))
        sent = np.maximum.accumulate(np.where(event[rows] == Event.DISPATCHED, np.arange(len(rows)), 0)) if len(rows) else rows
        wrong = ledger[other][rows] != ledger[other][rows[sent]]
        earlier = dict(zip(rows[wrong].tolist(), rows[sent][wrong].tolist(), strict=True))
        _refuse(ledger, promise, rows[wrong], lambda row, earlier=earlier: earlier[row])  # type: ignore[misc]  # bound now


def _duty(ledger: Records, world: World) -> None:
    """Sent only inside a stretch of duty."""
    rows = np.flatnonzero(ledger["event"] == Event.DISPATCHED)
    duties, width = world.duties, world.end_s + 1
    starts = duties["unit"].astype(np.int64) * width + np.minimum(duties["start_s"], world.end_s)
    at = np.searchsorted(starts, ledger["unit"][rows].astype(np.int64) * width + ledger["t_s"][rows], side="right") - 1
    if len(duties):
        held = (at >= 0) & (duties["unit"][at] == ledger["unit"][rows]) & (duties["end_s"][at] > ledger["t_s"][rows])
    else:
        held = np.zeros(len(rows), np.bool_)
    _refuse(ledger, "units are sent while on duty", rows[~held])


CHECKS = (_times, _causes, _calls, _dispositions, _call_moves, _unit_moves, _places, _duty)
