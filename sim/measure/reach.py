"""Whether a responder type came to the calls it takes, and if not, the first reason why.

Over the calls in its remit, by what they truly are, a responder type *reached* a call if a unit of it was on scene
before the call ended: sent at first, together with others, or asked for from the scene. A unit that only stood near the
scene, and a crew that was given up, reached nobody. Otherwise the first of these that applies, looking at the time the
call waited (come to dispatch until a first unit was sent, or until it ended unsent):

on the phone  the call never came to dispatch: it was resolved there, or the caller gave up ringing
off duty      none was rostered
not staffed   some were rostered, and all were absent, vacant or away in training or court
busy          some were on duty, and all were at work, at rest, doing paperwork or sent elsewhere
passed over   one was idle, but policy, area or uptake said no: the centre preferred others, did not follow the plan, or
              took the call for something else
ended first   one was sent, and the call ended or did without it before it was there

Missed by a type is not *never served*: patrol serves most missed calls.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure import sweep
from sim.measure.columns import Bools, Ints, Records, named, responder_facts, rows_of, words
from sim.measure.ledger import remits
from sim.passes import also_as_loop
from sim.rules.lifecycle import Event, Status
from sim.world import World

REASONS = ("on the phone", "off duty", "not staffed", "busy", "passed over", "ended first", "reached")  # ever closer
CONTEXT = ["type", "zone", "priority", "hour_band"]


class Presence:
    """Which seconds are held by at least one of many intervals, each from its start up to its end."""

    def __init__(self, start_s: npt.ArrayLike, end_s: npt.ArrayLike) -> None:
        starts, ends = np.asarray(start_s, np.int64), np.asarray(end_s, np.int64)
        held = starts < ends
        self.starts, self.ends = np.sort(starts[held]), np.sort(ends[held])

    def ever(self, first_s: Ints, last_s: Ints) -> Bools:
        """Whether any second from `first_s` to `last_s` is held: more began by the last than were over by the first."""
        return is_ever_held(self.starts, self.ends, first_s, last_s)


@also_as_loop(sweep.is_ever_held)
def is_ever_held(starts: Ints, ends: Ints, first_s: Ints, last_s: Ints) -> Bools:
    """See `Presence`."""
    n_began = np.searchsorted(starts, last_s, side="right")
    return np.asarray(n_began > np.searchsorted(ends, first_s, side="right"))


def waits(world: World, facts: pd.DataFrame) -> tuple[Ints, Ints]:
    """First and last second in which each call waited at dispatch for a unit to be sent.

    The second in which a unit is sent counts, since the choice is made at its end; the second in which an
    unsent call ends does not, unless it is the one in which it came to dispatch.
    """
    received = world.calls["received_s"].astype(np.int64)
    if "to_dispatch_s" in facts:
        received[facts["call"].to_numpy()] = np.maximum(facts["to_dispatch_s"], facts["received_s"])
    last = np.full(len(received), world.end_s, np.int64)
    wait_s, ended_s = facts["received_to_dispatched_s"].to_numpy(), facts["ended_s"].to_numpy()
    last[facts["call"].to_numpy()] = np.where(wait_s >= 0, facts["received_s"].to_numpy() + wait_s, ended_s - 1)
    return received, np.maximum(last, received)


def reach_table(ledger: Records, world: World, facts: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """One row per call received in the window and responder type with the call in its remit.

    Columns: call, responder, programme (empty for ordinary service), reason (ordered), person, and the call's
    type, zone, priority and hour band.
    """
    first, last = waits(world, facts)
    in_window = np.zeros(len(world.calls), np.bool_)
    in_window[facts["call"].to_numpy()] = (facts["in_window"] & (facts["reason"] != "not called")).to_numpy()
    found = np.full((len(world.names.responders) + 1, len(world.calls)), -1, np.int8)  # the last row is of no unit
    for code, event in ((REASONS.index("ended first"), Event.DISPATCHED), (REASONS.index("reached"), Event.ON_SCENE)):
        call, rows = rows_of(ledger, event)
        found[np.append(world.units["responder"], -1)[ledger["unit"][rows]], call] = code
    given_up = rows_of(ledger, Event.GIVEN_UP)[0]
    found[:, given_up] = np.minimum(found[:, given_up], REASONS.index("ended first"))
    if "to_dispatch_s" in facts:
        found[:, facts.loc[facts["to_dispatch_s"] < 0, "call"]] = REASONS.index("on the phone")
    taken = remits(world)
    idle = np.flatnonzero(spells["status"].cat.codes.to_numpy() == Status.IDLE)
    idle_type = spells["responder"].cat.codes.to_numpy()[idle]
    order = np.argsort(idle_type, kind="stable")
    idle_s = np.stack([spells[name].to_numpy()[idle[order]] for name in ("start_s", "end_s")])
    cuts = np.searchsorted(idle_type[order], np.arange(len(world.names.responders) + 1))
    calls, codes = [], []
    for r, (own_found, own_taken) in enumerate(zip(found, taken, strict=False)):
        own = np.flatnonzero(in_window & own_taken)
        missed = own[own_found[own] < 0]
        own_found[missed] = _reasons(world, r, idle_s[:, cuts[r] : cuts[r + 1]], first[missed], last[missed])
        calls.append(own)
        codes.append(own_found[own])
    n_each = [len(own) for own in calls]
    responder = np.repeat(np.arange(len(n_each)), n_each)
    call = np.concatenate([np.zeros(0, np.int64), *calls])
    is_after = (world.calls["received_s"] >= world.policy_starts_s)[call]
    at = call if len(facts) == len(world.calls) else np.searchsorted(facts["call"].to_numpy(), call)
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
    return pd.Categorical.from_codes(codes, dtype=words(REASONS, is_ordered=True))


def _reasons(world: World, responder: int, idle_s: Ints, first: Ints, last: Ints) -> npt.NDArray[np.int8]:
    """Codes of the reason from *off duty* to *passed over*, for calls no unit of the type was sent to."""
    shifts = world.shifts[world.units["responder"][world.shifts["unit"]] == responder]
    staffed = shifts[shifts["staffed"] == 1]
    there: tuple[Any, ...] = (
        (shifts["start_s"], shifts["end_s"]),
        (staffed["start_s"], staffed["end_s"]),
        idle_s,
    )
    lowest = REASONS.index("off duty")
    reasons = np.full(len(first), lowest + len(there), np.int8)
    left = np.arange(len(first))
    for code, (start_s, end_s) in enumerate(there, lowest):
        is_there = Presence(start_s, end_s).ever(first[left], last[left])
        reasons[left[~is_there]] = code
        left = left[is_there]
    return reasons


def by_programme(reach: pd.DataFrame) -> pd.DataFrame:
    """One row per call about a person and programme with it in its remit: the closest any of its responder types came.

    A programme is off duty when all its types are, busy when those on duty are, and so on.
    """
    return _closest(reach, ["programme", "call"])


def by_any_programme(reach: pd.DataFrame) -> pd.DataFrame:
    """One row per call about a person in the remit of some programme: the closest any programme came."""
    return _closest(reach, ["call"])


def _closest(reach: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Of rows about a person and some programme, the first with the highest reason of each group, in order of the keys."""
    own = np.flatnonzero((reach["programme"] != "").to_numpy() & reach["person"].to_numpy())
    group = np.zeros(len(own), np.int64)
    for key in keys:
        codes = _codes(reach[key])[own].astype(np.int64)
        group = group * (int(codes.max(initial=0)) + 1) + codes
    distance = len(REASONS) - 1 - _codes(reach["reason"])[own].astype(np.int64)
    packed = np.sort((group * len(REASONS) + distance) * len(own) + np.arange(len(own)))
    group = packed // (len(REASONS) * max(len(own), 1))
    is_first = np.diff(group, prepend=-1) != 0
    return reach.drop(columns="responder").take(own[packed[is_first] % max(len(own), 1)]).reset_index(drop=True)


def _codes(column: pd.Series) -> npt.NDArray[Any]:
    return np.asarray(column.cat.codes if isinstance(column.dtype, pd.CategoricalDtype) else column)
