"""The agenda of the loop: a heap of events packed into whole numbers, each with the stamp it was made under.

Plain source in the subset numba takes; see `loop.py`. A key is time, then rank of the event, then entity, so keys order
events as declared; live keys are unique, so the order of insertion never shows.
"""

from __future__ import annotations

from typing import Any

RANK_BITS = 26
TIME_BITS = 32
ENTITY_MASK = (1 << RANK_BITS) - 1
RANK_MASK = 63
FOR_EVER = 2**63 - 1


def key_of(t_s: int, event: int, entity: int) -> int:
    """Order of an event: time, then rank, then entity."""
    return (t_s << TIME_BITS) | (event << RANK_BITS) | entity


def put_off(w: Any, event: int, entity: int, seconds: int, stamp: int) -> None:
    """Add an event `seconds` from now."""
    key = key_of(w.now + seconds, event, entity)
    keys = w.agenda_keys
    stamps = w.agenda_stamps
    at = w.n_agenda
    w.n_agenda = at + 1
    while at > 0:
        parent = (at - 1) >> 1
        if keys[parent] <= key:
            break
        keys[at] = keys[parent]
        stamps[at] = stamps[parent]
        at = parent
    keys[at] = key
    stamps[at] = stamp


def take_first(w: Any) -> None:
    """Drop the first event of the agenda."""
    keys = w.agenda_keys
    stamps = w.agenda_stamps
    n = w.n_agenda - 1
    w.n_agenda = n
    if n == 0:
        return
    key = keys[n]
    stamp = stamps[n]
    at = 0
    child = 1
    while child < n:
        if child + 1 < n and keys[child + 1] < keys[child]:
            child += 1
        if key <= keys[child]:
            break
        keys[at] = keys[child]
        stamps[at] = stamps[child]
        at = child
        child = 2 * at + 1
    keys[at] = key
    stamps[at] = stamp


def await_next(w: Any, unit: Any, event: int, seconds: int) -> None:
    """The one event the unit now waits for; whatever it waited for before is void."""
    unit.stamp += 1
    put_off(w, event, unit.id, seconds, unit.stamp)


def ask_match(w: Any) -> None:
    """Have the queue looked at at the end of this second."""
    if w.n_waiting > 0:
        w.is_match_due = 1
