"""Whether a responder type came to the calls it takes, and if not, the first reason why.

Over the calls in its remit a responder type *reached* a call if a unit of it was on scene before the call
ended. Otherwise the first of these that applies, looking at the time the call waited (received until a unit
was sent, or until it ended unsent):

off duty     none was rostered
not staffed  some were rostered, and the crews of all were absent
busy         some were on duty, and all were at work, doing paperwork or sent elsewhere
passed over  one was idle, but policy, area or uptake said no
ended first  one was sent, and the call ended before it was there

Missed by a type is not *never served*: patrol serves most missed calls.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure.ledger import is_taken, named, responder_facts
from sim.rules.lifecycle import ENDING_EVENTS, Event
from sim.world import World

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

REASONS = ("off duty", "not staffed", "busy", "passed over", "ended first", "reached")  # ever closer to the call
CONTEXT = ["type", "zone", "priority", "hour_band"]


class Presence:
    """Which seconds are held by at least one of many intervals, each from its start up to its end."""

    def __init__(self, start_s: npt.ArrayLike, end_s: npt.ArrayLike) -> None:
        starts, ends = np.asarray(start_s, np.int64), np.asarray(end_s, np.int64)
        times = np.concatenate([starts, ends])
        steps = np.repeat(np.array([1, -1]), [len(starts), len(ends)])
        order = np.argsort(times, kind="stable")
        self.times = times[order]
        held = np.cumsum(steps[order]) > 0
        if len(times):  # within one second only the last count stands
            held &= np.append(self.times[1:] != self.times[:-1], True)
        self.n_held = np.concatenate([[0, 0], np.cumsum(held)])  # [k + 1]: held steps among the first k

    def ever(self, first_s: Ints, last_s: Ints) -> Bools:
        """Whether the count is above zero in any second from `first_s` to `last_s`, both included."""
        first = np.searchsorted(self.times, first_s, side="right")
        last = np.searchsorted(self.times, last_s, side="right")
        return np.asarray(self.n_held[last + 1] - self.n_held[first] > 0)


def waits(ledger: Records, world: World) -> tuple[Ints, Ints]:
    """First and last second in which each call waited for a unit to be sent.

    The second in which a unit is sent counts, since the choice is made at its end; the second in which an
    unsent call ends does not, unless it is the one in which it was received.
    """
    received = world.calls["received_s"].astype(np.int64)
    last = np.full(len(received), world.end_s, np.int64)
    ends = ledger[np.isin(ledger["event"], ENDING_EVENTS)]
    last[ends["call"]] = ends["t_s"] - 1
    sent = ledger[ledger["event"] == Event.DISPATCHED][::-1]
    last[sent["call"]] = sent["t_s"]
    return received, np.maximum(last, received)


def reach_table(ledger: Records, world: World, facts: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """One row per call received in the window and responder type with the call in its remit.

    Columns: call, responder, programme (empty for ordinary service), reason (ordered), person, and the call's
    type, zone, priority and hour band.
    """
    first, last = waits(ledger, world)
    in_window = np.zeros(len(world.calls), np.bool_)
    in_window[facts["call"].to_numpy()[facts["in_window"].to_numpy()]] = True
    unit_types = np.append(world.units["responder"], -1)
    sent, arrived = (
        (rows["call"], unit_types[rows["unit"]])
        for rows in (ledger[ledger["event"] == e] for e in (Event.DISPATCHED, Event.ON_SCENE))
    )
    calls, codes = [], []
    for r in range(len(world.names.responders)):
        own = np.flatnonzero(in_window & is_taken(world, r))
        calls.append(own)
        found = np.zeros(len(world.calls), np.int8)
        found[own] = _reasons(world, r, spells, first[own], last[own])
        for code, (call, kind) in ((4, sent), (5, arrived)):
            found[call[kind == r]] = code
        codes.append(found[own])
    n_each = [len(own) for own in calls]
    responder = np.repeat(np.arange(len(n_each)), n_each)
    call = np.concatenate([np.zeros(0, np.int64), *calls])
    is_after = world.calls["received_s"][call] >= world.policy_starts_s
    at = np.searchsorted(facts["call"].to_numpy(), call)
    return pd.DataFrame(
        {
            "call": call,
            "responder": named(responder, world.names.responders),
            "programme": named(responder_facts(world, "programme", responder, is_after), world.names.programmes),
            "reason": _ordered(np.concatenate([np.zeros(0, np.int8), *codes])),
            "person": facts["person"].to_numpy()[at],
            **{name: facts[name].array.take(at) for name in CONTEXT},
        },
        copy=False,
    )


def _ordered(codes: npt.NDArray[Any]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, list(REASONS), ordered=True)


def _reasons(world: World, responder: int, spells: pd.DataFrame, first: Ints, last: Ints) -> npt.NDArray[np.int8]:
    """Codes of the reason among the first four, for calls no unit of the type was sent to."""
    shifts = world.shifts[world.units["responder"][world.shifts["unit"]] == responder]
    staffed = shifts[shifts["staffed"] == 1]
    own = (spells["responder"].cat.codes.to_numpy() == responder) & (spells["status"] == "IDLE").to_numpy()
    idle = spells.loc[own, ["start_s", "end_s"]].to_numpy()
    is_rostered = Presence(shifts["start_s"], shifts["end_s"]).ever(first, last)
    is_staffed = Presence(staffed["start_s"], staffed["end_s"]).ever(first, last)
    is_idle = Presence(idle[:, 0], idle[:, 1]).ever(first, last)
    return np.asarray(np.select([~is_rostered, ~is_staffed, ~is_idle], [0, 1, 2], 3), np.int8)


def by_programme(reach: pd.DataFrame) -> pd.DataFrame:
    """One row per call about a person and programme with it in its remit: the closest any of its responder types came.

    A programme is off duty when all its types are, busy when those on duty are, and so on.
    """
    return _closest(reach[(reach["programme"] != "") & reach["person"]], ["programme", "call"])


def by_any_programme(reach: pd.DataFrame) -> pd.DataFrame:
    """One row per call about a person in the remit of some programme: the closest any programme came."""
    return _closest(reach[(reach["programme"] != "") & reach["person"]], ["call"])


def _closest(reach: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    order = np.lexsort([-reach["reason"].cat.codes.to_numpy(), *(_codes(reach[key]) for key in reversed(keys))])
    rows = reach.take(order)
    first = np.zeros(len(rows), np.bool_)
    for key in keys:
        codes = _codes(rows[key])
        first[:1] = True
        first[1:] |= codes[1:] != codes[:-1]
    return rows[first].drop(columns="responder").reset_index(drop=True)


def _codes(column: pd.Series) -> npt.NDArray[Any]:
    return np.asarray(column.cat.codes if isinstance(column.dtype, pd.CategoricalDtype) else column)
