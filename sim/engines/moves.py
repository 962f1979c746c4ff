"""Rows and legal moves of the loop: what `TownModel.move` and its kin are for the readable engine.

Plain source in the subset numba takes; see `loop.py`.
"""

from __future__ import annotations

from typing import Any

from sim.rules.lifecycle import NEXT_CALL_STATUS, NEXT_STATUS, Status

OFF_DUTY = int(Status.OFF_DUTY)
IDLE = int(Status.IDLE)
DRIVING = int(Status.TRANSPORTING)
AT_DOOR = int(Status.AT_FACILITY)


def write_row(
    w: Any,
    call: int,
    unit: int,
    cause: int,
    event: int,
    before: int,
    after: int,
    disposition: int,
    person: int,
    place: int,
) -> int:
    """Append a row to the ledger; returns its number."""
    n: int = w.n_rows
    row = w.rows[n]
    row.t_s = w.now
    row.call = call
    row.unit = unit
    row.cause = cause
    row.event = event
    row.status_from = before
    row.status_to = after
    row.disposition = disposition
    row.person = person
    row.place = place
    w.n_rows = n + 1
    return n


def is_at_a_door(status: int) -> bool:
    """Whether a unit is on the way to a facility with somebody, or there."""
    return status in (DRIVING, AT_DOOR)


def fail(w: Any, entity: int, event: int, status: int) -> None:
    """Remember an illegal move; `advance` comes back with FAULT."""
    w.fault_entity = entity
    w.fault_event = event
    w.fault_status = status
    w.is_faulty = 1


def move(w: Any, town: Any, unit: Any, event: int, call: int, disposition: int) -> int:
    """Give the unit its next status, write the row, keep the counts; returns the row."""
    before = unit.status
    after = NEXT_STATUS[before][event]
    if after < 0:
        fail(w, unit.id, event, before)
        return -1
    unit.status = after
    if after != before:
        responder = unit.responder
        if before == IDLE:
            town.n_idle[responder] -= 1
        if after == IDLE:
            town.n_idle[responder] += 1
        if before == OFF_DUTY:
            town.n_on_duty[responder] += 1
        if after == OFF_DUTY:
            town.n_on_duty[responder] -= 1
    place = unit.facility if is_at_a_door(before) or is_at_a_door(after) else -1
    row = write_row(w, call, unit.id, unit.cause, event, before, after, disposition, -1, place)
    unit.cause = row
    return row


def move_call(w: Any, call: Any, event: int) -> int:
    """Give the call its next status and phase; returns the status before."""
    before: int = call.status
    after = NEXT_CALL_STATUS[before][event]
    if after < 0:
        fail(w, call.id, event, before)
        return before
    call.status = after
    call.stamp += 1
    return before


def note(w: Any, call: Any, event: int, before: int, disposition: int) -> None:
    """Write a row about a call that concerns no unit."""
    note_at(w, call, event, before, disposition, -1)


def note_at(w: Any, call: Any, event: int, before: int, disposition: int, place: int) -> None:
    """Write a row about a call at a desk."""
    call.cause = write_row(w, call.id, -1, call.cause, event, before, call.status, disposition, call.person, place)


def dropped(ids: Any, n: int, entity: int) -> int:
    """Take an id out of the first n; the order of what is left never shows. Returns n - 1."""
    for i in range(n):
        if ids[i] == entity:
            ids[i] = ids[n - 1]
            return n - 1
    return n
