"""What must hold of every ledger, whoever wrote it. Each check looks at whole columns and names the rows that break it."""

from __future__ import annotations

import numpy as np

from sim import passes
from sim.errors import LedgerError
from sim.measure.columns import Bools, Records
from sim.measure.conserved import CONSERVED
from sim.measure.faults import SHOWN, describe
from sim.measure.faults import refuse_rows as _refuse
from sim.measure.replay import is_beside, latest, previous, replay, sorted_by
from sim.measure.soundness import (
    BY_LEAD,
    INDUCED,
    IS_WRITTEN,
    JUST_BEFORE,
    NEEDS_UNIT,
    OF_BOTH,
    OF_CALL,
    RECURRENT,
    candidates,
    is_sound,
)
from sim.measure.sweep import CALL_MOVES, ENDS_CALL, MOVES_UNIT, N_CODES, UNIT_MOVES
from sim.rules.lifecycle import CallStatus, Disposition, Event, Status
from sim.world import World


def check(ledger: Records, world: World) -> None:
    """Raise LedgerError, with the rows, unless the ledger keeps every promise.

    Times do not decrease. Causes precede effects. Every call is received once, at its time, and ends once, with a
    disposition where it must have one; its rows lie between, but for the paperwork and for what becomes of the person.
    A candidate of a person with recurrent crises may not come about, and then has no row; who calls only where a
    service is seen to come may not call. Calls and units move along the tables of `lifecycle` only. A unit sent to a
    call is with no other before it has left that one, and it has left when the call ends; nobody is sent while it is
    on the phone. Who clears, drives the person or asks for others is in charge; who is released is not. Units are
    sent, and take breaks, while on duty. What holds of desks, doors and follow-up is in `conserved`.
    """
    if not (passes.is_at_work() and _is_sound(ledger, world)):
        for part in CHECKS:
            part(ledger, world)
    for part in CONSERVED:
        part(ledger, world)


def _is_sound(ledger: Records, world: World) -> bool:
    """Whether one compiled pass finds nothing; if it does, the checks below say what."""
    person = world.person_type[world.lucks["type"]]
    received_s = np.ascontiguousarray(world.calls["received_s"])
    sweep = passes.compiled(is_sound)
    kinds = candidates(world)
    return bool(sweep(np.ascontiguousarray(ledger), received_s, person, kinds, len(world.units), world.duties, world.end_s))


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
    _refuse(ledger, f"events are numbered 0 to {N_CODES - 1}", np.flatnonzero((event < 0) | (event >= N_CODES)))
    _refuse(ledger, "only what is written down has a row", np.flatnonzero(~IS_WRITTEN[event]))
    nameless = (NEEDS_UNIT[event] & (unit < 0)) | ((OF_CALL[event] | OF_BOTH[event]) & (call < 0) & ~is_beside(ledger))
    _refuse(ledger, "a row names the unit and the call it is about", np.flatnonzero(nameless))
    kinds, rows = candidates(world), np.flatnonzero(event == Event.NOT_CALLED)
    _refuse(ledger, "only who calls where a service is seen to come may not call", rows[kinds[call[rows]] & INDUCED == 0])
    uncalled = np.bincount(call[rows], minlength=n)
    comes_about = np.bincount(call[~is_beside(ledger) & (call >= 0)], minlength=n) > 0
    for what, hit in (("received", event == Event.RECEIVED), ("ended", ENDS_CALL[event])):
        rows = np.flatnonzero(hit)
        times = np.bincount(call[rows], minlength=n) + (uncalled if what == "received" else 0)
        _refuse(ledger, f"a call is {what} once", rows[times[call[rows]] > 1])
        missing = (times == 0) & (world.calls["received_s"] < world.end_s) & (comes_about | (kinds & RECURRENT == 0))
        missing = np.flatnonzero(missing)
        if len(missing):
            listed = ", ".join(map(str, missing[:SHOWN].tolist()))
            more = "" if len(missing) <= SHOWN else f" and {len(missing) - SHOWN} more"
            last = "\n".join(describe(ledger, r) for r in np.flatnonzero(call == missing[0])[-2:].tolist())
            raise LedgerError(f"every call is {what} once; never {what}: call {listed}{more}\n{last}".rstrip())
    rows = np.flatnonzero((event == Event.RECEIVED) | (event == Event.NOT_CALLED))
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
    is_next = np.append(previous(ledger["call"][rows])[1:] >= 0, np.zeros(min(len(rows), 1), np.bool_))
    is_uncalled = is_next & (np.roll(event, -1) == Event.NOT_CALLED) & JUST_BEFORE[event] & (event != Event.CALLED_OFF)
    refuse("rows of a call lie between received and ended", ~own & outside & ~is_uncalled)
    unit = ledger["unit"][rows]
    on_phone = np.isin(lives.status, (CallStatus.RINGING, CallStatus.TALKING, CallStatus.GONE))
    refuse("nobody is sent while a call is on the phone", on_phone & (unit >= 0))
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
