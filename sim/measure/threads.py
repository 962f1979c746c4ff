"""Which rows of a ledger are of one person's stays: those of their call, or, of people who come without one, by cause."""

from __future__ import annotations

import numpy as np

from sim.measure.columns import Ints, Records
from sim.measure.sweep import OF_STAY
from sim.rules.lifecycle import Event


def stay_rows(ledger: Records) -> Ints:
    """Rows of people at doors: come, let in or turned away without a unit, boarding, gone."""
    event = ledger["event"]
    return np.flatnonzero(OF_STAY[event] | ((event == Event.TURNED_AWAY) & (ledger["unit"] < 0)))


def threads(ledger: Records, rows: Ints, n_calls: int) -> Ints:
    """A number for each row, the same for rows of one stay: that of the call, from `n_calls` on for other people.

    A row of somebody who comes without a call has the row before it as its cause.
    """
    call, cause = ledger["call"][rows].astype(np.int64), ledger["cause"][rows].astype(np.int64)
    root = np.arange(len(rows))
    at = np.searchsorted(rows, cause)
    linked = (call < 0) & (cause >= 0) & (np.append(rows, -1)[at] == cause)
    linked &= np.append(call, 0)[np.where(linked, at, len(rows))] < 0
    root[linked] = at[linked]
    while True:
        further = root[root]
        if (further == root).all():
            return np.asarray(np.where(call >= 0, call, n_calls + root), np.int64)
        root = further
