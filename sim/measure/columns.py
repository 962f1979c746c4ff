"""How codes become words and seconds fall in the window: what the derived tables are put together with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.rules.lifecycle import ENDING_EVENTS, HOUR_S, LEAVING_EVENTS, WEEK_H, Disposition, Event, Status
from sim.world import World
from sim.world.facts import Facts

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

HOUR_BANDS = ("night", "morning", "afternoon", "evening")
DISPOSITIONS = tuple(d.name for d in Disposition)
STATUSES = tuple(s.name for s in Status)
ENDINGS = tuple(Event(code).name for code in ENDING_EVENTS)
LEAVINGS = tuple(Event(code).name for code in LEAVING_EVENTS)


def positions(codes: Iterable[int], n: int) -> npt.NDArray[np.int8]:
    """[code] position among the codes, -1 for others; the last is for code -1."""
    table = np.full(n + 1, -1, np.int8)
    for position, code in enumerate(codes):
        table[code] = position
    return table


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


def between(start: Ints, end: Ints) -> Ints:
    """Seconds from one moment to another, -1 where either never came."""
    return np.asarray(np.where((start >= 0) & (end >= 0), end - start, -1), np.int64)


def rows_of(ledger: Records, event: Event) -> tuple[Ints, Ints]:
    """Calls and rows of an event, in order of the ledger."""
    rows = np.flatnonzero(ledger["event"] == event)
    return ledger["call"][rows], rows


def responder_facts(world: World, column: str, responder: Ints, is_after: Bools) -> Ints:
    """A column of `ResponderRow` for each responder type named, by the plan in force; -1 where there is none."""
    before, after = (np.array([getattr(row, column) for row in f.responders] + [-1]) for f in (world.before, world.after))
    if world.before is world.after:
        return np.asarray(after[responder], np.int64)
    return np.asarray(np.where(is_after, after[responder], before[responder]), np.int64)


def is_patrol(world: World, responder: Ints, is_after: Bools) -> Bools:
    """Whether each responder type is ordinary police: a crew with an officer that no programme pays."""
    officer, programme = (responder_facts(world, name, responder, is_after) for name in ("has_officer", "programme"))
    return np.asarray((officer == 1) & (programme < 0), np.bool_)


def covered_s(start_s: npt.ArrayLike, end_s: npt.ArrayLike, n_hours: int) -> Ints:
    """Seconds that intervals lay over each hour of the run, all of them together."""
    edges = HOUR_S * np.arange(n_hours + 1, dtype=np.int64)

    def laid(since_s: npt.ArrayLike) -> Ints:  # seconds up to each edge, had they never ended
        since = np.sort(np.asarray(since_s, np.int64))
        n_before = np.searchsorted(since, edges)
        return np.asarray(n_before * edges - np.append(0, np.cumsum(since))[n_before], np.int64)

    return np.diff(laid(start_s) - laid(end_s))


def of_plan(world: World, t_s: Ints, look: Callable[[Facts], Ints]) -> Ints:
    """What `look` finds in the facts of the plan in force at each time; it gives a number for each time."""
    after = look(world.after)
    if world.before is world.after:
        return np.asarray(after, np.int64)
    return np.asarray(np.where(t_s >= world.policy_starts_s, after, look(world.before)), np.int64)


def places_at(facts: Facts, t_s: Ints, facility: Ints) -> Ints:
    """Places of each facility at each time, -1 any number, as where nobody's stay is followed."""
    if not len(facility):
        return np.zeros(0, np.int64)
    hour = (t_s // HOUR_S + 24 * facts.numbers.get("first_weekday", 0)) % WEEK_H
    stays = np.array([row.stay_s for row in facts.facilities] + [-1])[facility]
    return np.where(stays >= 0, facts.tables["places"][facility, hour], -1)


def is_in_window(world: World, t_s: npt.ArrayLike) -> Bools:
    """Whether each moment lies in the measured window."""
    at = np.asarray(t_s, np.int64)
    return np.asarray((at >= world.window_start_s) & (at < world.window_end_s))
