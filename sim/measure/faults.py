"""How a broken promise of a ledger is told: the promise, and the rows that break it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sim.errors import LedgerError
from sim.measure.columns import Records
from sim.measure.sweep import OF_STAY, OF_TASK
from sim.rules.lifecycle import CallStatus, Event, Status, StayStatus, TaskStatus

SHOWN = 5  # rows printed of a fault


def describe(ledger: Records, row: int) -> str:
    """One row of the ledger in words."""
    r = ledger[row]
    kind = statuses_of(int(r["event"]), int(r["unit"]))
    before, after = (kind(code).name if 0 <= code < len(kind) else str(code) for code in (r["status_from"], r["status_to"]))
    event = Event(r["event"]).name if 0 <= r["event"] < len(Event) else r["event"]
    more = "".join(f" {name}={r[name]}" for name in ("person", "place") if r[name] >= 0)
    return (
        f"  row {row}  t_s={r['t_s']} event={event} call={r['call']} unit={r['unit']} cause={r['cause']} "
        f"status {before} -> {after} disposition={r['disposition']}{more}"
    )


def statuses_of(event: int, unit: int) -> type[Status] | type[CallStatus] | type[StayStatus] | type[TaskStatus]:
    """What codes of statuses mean on a row."""
    if unit >= 0:
        return Status
    if not 0 <= event < len(Event):
        return CallStatus
    if OF_STAY[event] or event == Event.TURNED_AWAY:
        return StayStatus
    return TaskStatus if OF_TASK[event] else CallStatus


def refuse_rows(ledger: Records, promise: str, rows: npt.ArrayLike, before: Callable[[int], int] | None = None) -> None:
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
