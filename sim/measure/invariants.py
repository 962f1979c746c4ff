"""What must hold of every ledger, whoever wrote it. Each check looks at whole columns and names the rows that break it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sim import passes
from sim.errors import LedgerError
from sim.measure.columns import Bools, Records
from sim.measure.replay import latest, previous, replay, sorted_by
from sim.measure.soundness import BY_LEAD, IS_WRITTEN, OF_BOTH, OF_CALL, is_sound
from sim.measure.sweep import CALL_MOVES, ENDS_CALL, MOVES_UNIT, UNIT_MOVES
from sim.rules.lifecycle import CallStatus, Disposition, Event, Status
from sim.world import World

SHOWN = 5  # rows printed of a fault


def check(ledger: Records, world: World) -> None:
    """Raise LedgerError, with the rows, unless the ledger keeps every promise.

    Times do not decrease. Causes precede effects. Every call is received once, at its time, and ends once, with a
    disposition where it must have one; its rows lie between, but for the paperwork. Calls and units move along the
    tables of `lifecycle` only. A unit sent to a call is with no other before it has left that one, and it has left
    when the call ends. Who clears, drives the person or asks for others is in charge; who is released is not. Units
    are sent, and take breaks, while on duty.
    """
    if passes.is_at_work() and _is_sound(ledger, world):
        return
    for part in CHECKS:
        part(ledger, world)


def _is_sound(ledger: Records, world: World) -> bool:
    """Whether one compiled pass finds nothing; if it does, the checks below say what."""
    person = world.person_type[world.lucks["type"]]
    received_s = np.ascontiguousarray(world.calls["received_s"])
    sweep = passes.compiled(is_sound)
    return bool(sweep(np.ascontiguousarray(ledger), received_s, person, len(world.units), world.duties, world.end_s))


def describe(ledger: Records, row: int) -> str:
    """One row of the ledger in words."""
    r = ledger[row]
    kind = Status if r["unit"] >= 0 else CallStatus
    before, after = (kind(code).name if 0 <= code < len(kind) else str(code) for code in (r["status_from"], r["status_to"]))
    event = Event(r["event"]).name if 0 <= r["event"] < len(Event) else r["event"]
    return (
        f"  row {row}  t_s={r['t_s']} event={event} call={r['call']} unit={r['unit']} cause={r['cause']} "
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
    n_units, unit = len(world.units), ledger["unit"]
    _refuse(ledger, f"units are numbered 0 to {n_units - 1}, -1 for none", np.flatnonzero((unit >= n_units) | (unit < -1)))
    _refuse(ledger, f"events are numbered 0 to {len(Event) - 1}", np.flatnonzero((event < 0) | (event >= len(Event))))
    _refuse(ledger, "only what is written down has a row", np.flatnonzero(~IS_WRITTEN[event]))
    nameless = (MOVES_UNIT[event] & (unit < 0)) | ((OF_CALL[event] | OF_BOTH[event]) & (call < 0))
    _refuse(ledger, "a row names the unit and the call it is about", np.flatnonzero(nameless))
    for what, hit in (("received", event == Event.RECEIVED), ("ended", ENDS_CALL[event])):
        rows = np.flatnonzero(hit)
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
    person = world.person_type[world.lucks["type"][ledger["call"][rows]]]
    found = found[rows]
    fits = np.where(person, (found > Disposition.HANDLED) & (found < len(Disposition)), found == Disposition.HANDLED)
    _refuse(ledger, "a call about a person ends with what became of them, ordinary work as HANDLED", rows[~fits])


def _call_moves(ledger: Records, world: World) -> None:
    lives = replay(ledger)
    rows = lives.rows
    event, start, end = (ledger[name][rows] for name in ("event", "status_from", "status_to"))
    before = np.where(previous(ledger["call"][rows]) >= 0, np.roll(rows, 1), -1)

    def refuse(promise: str, wrong: Bools) -> None:
        earlier = dict(zip(rows[wrong].tolist(), before[wrong].tolist(), strict=True))
        _refuse(ledger, promise, rows[wrong], lambda row: earlier[row])

    own = OF_CALL[event]
    known = (start >= 0) & (start < len(CallStatus))
    legal = known & (end >= 0) & (CALL_MOVES[np.where(known, start, 0), event] == end)
    legal &= ((start == lives.status) | (start == lives.held)) & (ledger["unit"][rows] < 0)
    refuse("calls make legal moves only", own & ~legal)
    ends = ENDS_CALL[event] & (event != Event.UNFINISHED)
    refuse("a call ends when every unit has left it", ends & (lives.crew_after != 0))
    outside = np.isin(lives.status, (CallStatus.EXPECTED, CallStatus.ENDED))
    refuse("rows of a call lie between received and ended", ~own & outside)
    unit = ledger["unit"][rows]
    refuse("only the unit in charge does this", BY_LEAD[event] & (unit != lives.lead) & (start != Status.STAGING))
    is_kept = (lives.lead < 0) | (unit == lives.lead)
    refuse("units are released where another is in charge", (event == Event.RELEASED) & is_kept)


def _unit_moves(ledger: Records, world: World) -> None:
    rows = sorted_by(ledger, "unit", MOVES_UNIT[ledger["event"]])
    event, at = ledger["event"][rows], previous(ledger["unit"][rows])
    start, end = ledger["status_from"][rows], ledger["status_to"][rows]
    before = np.where(at >= 0, end[at], int(Status.OFF_DUTY))
    illegal = (start != before) | (end < 0) | (UNIT_MOVES[np.clip(before, 0, len(Status) - 1), event] != end)
    earlier = dict(zip(rows[illegal].tolist(), np.where(at >= 0, rows[at], -1)[illegal].tolist(), strict=True))
    _refuse(ledger, "units make legal moves only", rows[illegal], lambda row: earlier[row])


def _places(ledger: Records, world: World) -> None:
    """Until it is sent anew, a unit names the call it was last sent to."""
    rows = sorted_by(ledger, "unit", MOVES_UNIT[ledger["event"]])
    call, is_sent = ledger["call"][rows], ledger["event"][rows] == Event.DISPATCHED
    is_first = previous(ledger["unit"][rows]) < 0
    sent = latest(is_sent | is_first)
    wrong = (call >= 0) & ((call != call[sent]) | ~is_sent[sent])
    earlier = dict(zip(rows[wrong].tolist(), rows[sent][wrong].tolist(), strict=True))
    _refuse(ledger, "a unit is with one call at a time", rows[wrong], lambda row: earlier[row])


def _duty(ledger: Records, world: World) -> None:
    """Sent, and at rest, only inside a stretch of duty; a break may begin in the second in which the shift ends."""
    rows = np.flatnonzero(np.isin(ledger["event"], (Event.DISPATCHED, Event.BREAK)))
    duties, width = world.duties, world.end_s + 1
    starts = duties["unit"].astype(np.int64) * width + np.minimum(duties["start_s"], world.end_s)
    t_s = ledger["t_s"][rows] - (ledger["event"][rows] == Event.BREAK)
    at = np.searchsorted(starts, ledger["unit"][rows].astype(np.int64) * width + t_s, side="right") - 1
    if len(duties):
        held = (at >= 0) & (duties["unit"][at] == ledger["unit"][rows]) & (duties["end_s"][at] > t_s)
    else:
        held = np.zeros(len(rows), np.bool_)
    _refuse(ledger, "units are sent, and take breaks, while on duty", rows[~held])


CHECKS = (_times, _causes, _calls, _dispositions, _unit_moves, _places, _call_moves, _duty)
