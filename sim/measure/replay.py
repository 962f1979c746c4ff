"""The life of every call, read off a ledger in array steps: how it stood before each row, who was with it, who led.

A call's status is not written on the rows of its units. While nobody is assigned it is on the phone or queued; once
somebody is there, they gather until one takes charge: by a row that says so, or as the only unit assigned when it comes
on scene. Rows of the person's stay and follow-up are no part of the life of a call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.measure.columns import Bools, Ints, Records
from sim.measure.soundness import JUST_BEFORE
from sim.measure.sweep import ENDS_CALL, IS_BESIDE, LEAVES, N_CODES
from sim.rules.lifecycle import CallStatus, Event

UNASSIGNED = np.full(N_CODES, -1)  # [event] status of a call nobody is assigned to, from this row on; -1 as before
for _event, _status in (
    (Event.RECEIVED, CallStatus.QUEUED),
    (Event.RINGS, CallStatus.RINGING),
    (Event.ANSWERED, CallStatus.TALKING),
    (Event.HUNG_UP, CallStatus.GONE),
    (Event.PASSED_ON, CallStatus.QUEUED),
):
    UNASSIGNED[_event] = _status


@dataclass(frozen=True, eq=False)
class Replay:
    """Rows that name a call, those of paperwork, stays and follow-up apart, sorted by call and then as in the ledger.

    Attributes
    ----------
    status : array
        Of the call before the row.
    held : array
        The status the row may also start from: that before units were called off in the same second; gathering where
        a unit alone may be waiting for others.
    crew, crew_after : array
        Units assigned before and after the row.
    is_gathered : array
        Whether any of these had come to the scene, or near it.
    lead : array
        Unit in charge before the row, -1 none.
    """

    rows: Ints
    status: Ints
    held: Ints
    crew: Ints
    crew_after: Ints
    is_gathered: Bools
    lead: Ints


def replay(ledger: Records) -> Replay:
    """Every call's life."""
    rows = sorted_by(ledger, "call", (ledger["event"] != Event.PAPERWORK) & ~is_beside(ledger))
    event, unit, t_s, call = (ledger[name][rows] for name in ("event", "unit", "t_s", "call"))
    at = np.arange(len(rows))
    is_first = previous(call) < 0
    first = latest(is_first)
    change = (event == Event.DISPATCHED).astype(np.int64) - LEAVES[event]
    crew = np.cumsum(change) - change
    crew -= crew[first]
    since = latest(is_first | (crew <= 0))  # nobody was assigned before this row
    is_gathered = earlier(np.isin(event, (Event.ON_SCENE, Event.STAGED))) >= since
    led = earlier((event == Event.LEADS) | ((event == Event.ON_SCENE) & (crew == 1)))
    lead = np.where(led >= since, unit[led], -1)
    asked = earlier(UNASSIGNED[event] >= 0)
    status = np.select(
        [earlier(ENDS_CALL[event]) >= first, earlier(event == Event.RECEIVED) < first, crew <= 0, lead >= 0, is_gathered],
        [CallStatus.ENDED, CallStatus.EXPECTED, UNASSIGNED[event[asked]], CallStatus.ON_SCENE, CallStatus.ASSEMBLING],
        CallStatus.DISPATCHED,
    )
    is_alone = (status == CallStatus.ON_SCENE) & (event[led] != Event.LEADS)
    before = np.maximum(at - 1, 0)
    runs_on = ~is_first & JUST_BEFORE[event[before]] & (t_s[before] == t_s)
    held = np.where(is_alone, CallStatus.ASSEMBLING, status)[latest(~runs_on)]
    return Replay(rows, status, held, crew, crew + change, is_gathered, lead)


def is_beside(ledger: Records) -> Bools:
    """Whether each row is of a person's stay or follow-up, and not of the life of a call."""
    event = ledger["event"]
    return np.asarray(IS_BESIDE[event] | ((event == Event.TURNED_AWAY) & (ledger["unit"] < 0)))


def sorted_by(ledger: Records, column: str, wanted: Bools) -> Ints:
    """Row numbers of the wanted rows, by `call` or `unit`, then in order of the ledger."""
    rows = np.flatnonzero(wanted & (ledger[column] >= 0))
    keys = ledger[column][rows]
    small = len(keys) > 0 and int(keys.max()) < 2**15
    return np.asarray(rows[np.argsort(keys.astype(np.int16) if small else keys, kind="stable")], np.int64)


def previous(keys: Ints) -> Ints:
    """For keys sorted into runs: position of the one before in the same run, or -1."""
    at = np.arange(len(keys)) - 1
    at[np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]] = -1
    return at


def latest(marked: Bools) -> Ints:
    """For each position, the latest marked one up to it (0 where there is none)."""
    return np.asarray(np.maximum.accumulate(np.where(marked, np.arange(len(marked)), 0)), np.int64)


def earlier(marked: Bools) -> Ints:
    """For each position, the latest marked one before it (-1 where there is none)."""
    found = np.maximum.accumulate(np.where(marked, np.arange(len(marked)), -1))
    return np.concatenate([np.full(min(len(found), 1), -1), found[:-1]]).astype(np.int64)
