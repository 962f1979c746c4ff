"""The phone: what became of each call there, and each desk hour by hour."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure.columns import Ints, Records, covered_s, is_in_window, named, of_plan
from sim.measure.replay import latest, previous, sorted_by
from sim.measure.soundness import OF_CALL, OF_PHONE
from sim.rules.lifecycle import HOUR_S, CallStatus, Event
from sim.world import World

LEFT_PHONE = ("resolved", "passed on", "abandoned")


def phone_facts(ledger: Records, world: World) -> dict[str, Any]:
    """Columns of `call_facts` about the phone, of every call of the world.

    desk (where it first rang, empty if it came straight to dispatch), answered (0/1), rang_to_answered_s (of the first
    time it was answered, from when the caller last began to ring; -1 never), talk_s (with call-takers of all desks),
    hung_up (how often the caller gave up ringing), handed_on (0/1: to another desk after a talk), left_phone (resolved,
    passed on, abandoned; empty where it is still there or never was), to_dispatch_s (when it came to dispatch, -1 never).
    """
    rows = _rows(ledger)
    event, call, t_s, start, place = (ledger[name][rows] for name in ("event", "call", "t_s", "status_from", "place"))
    n = len(world.calls)
    rings, answers = event == Event.RINGS, event == Event.ANSWERED
    desk, waited, to_dispatch = (np.full(n, -1, np.int64) for _ in range(3))
    desk[call[rings][::-1]] = place[rings][::-1]
    began_s = t_s[latest(rings & (start != CallStatus.RINGING))]
    waited[call[answers][::-1]] = (t_s - began_s)[answers][::-1]
    talked = start == CallStatus.TALKING
    talk = np.bincount(call[talked], (t_s - t_s[latest(answers)])[talked], n).astype(np.int64)
    to_dispatch[call[event == Event.PASSED_ON]] = t_s[event == Event.PASSED_ON]
    straight = np.zeros(n, np.bool_)
    straight[ledger["call"][ledger["event"] == Event.RECEIVED]] = True
    straight &= desk < 0
    gone = (event == Event.ABANDONED) | (event == Event.HUNG_UP)
    left = np.full(n, -1, np.int8)
    for code, way in enumerate((Event.RESOLVED_BY_PHONE, Event.PASSED_ON, Event.ABANDONED)):
        left[call[event == way]] = code
    return {
        "desk": named(desk, world.names.desks),
        "answered": (waited >= 0).astype(np.int8),
        "rang_to_answered_s": waited,
        "talk_s": talk,
        "hung_up": np.bincount(call[gone], minlength=n).astype(np.int8),
        "handed_on": (np.bincount(call[rings & talked], minlength=n) > 0).astype(np.int8),
        "left_phone": named(left, LEFT_PHONE),
        "to_dispatch_s": np.where(straight, world.calls["received_s"], to_dispatch),
    }


def _rows(ledger: Records) -> Ints:
    """Rows of calls on the phone, by call."""
    event, start = ledger["event"], ledger["status_from"]
    on_phone = OF_CALL[event] & ((start == CallStatus.TALKING) | (start == CallStatus.RINGING) | (start == CallStatus.GONE))
    return sorted_by(ledger, "call", OF_PHONE[event] | on_phone)


def triaged(ledger: Records, world: World) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """What the centre took each call for, and its priority, once call-takers have spoken to the caller."""
    calls, lucks = world.calls, world.lucks
    rows = _rows(ledger)
    event, call, t_s, place = (ledger[name][rows] for name in ("event", "call", "t_s", "place"))
    over = (ledger["status_from"][rows] == CallStatus.TALKING) & (event != Event.UNFINISHED)
    desk = place[latest(event == Event.ANSWERED)][over]
    own, t_s = call[over], t_s[over]
    true = lucks["type"][own].astype(np.int64)
    missed = of_plan(world, t_s, lambda facts: facts.tables["missed"][desk, true]) if len(own) else np.zeros(0, np.int64)
    is_other = (lucks["triage_mark"][own] < missed) & (lucks["other_type"][own] >= 0) & (calls["type"][own] == true)
    kind, priority = calls["type"].copy(), calls["priority"].copy()
    other = own[is_other]
    kind[other], priority[other] = lucks["other_type"][other], lucks["other_priority"][other]
    return kind, priority


def desk_hours(ledger: Records, world: World) -> pd.DataFrame:
    """One row per desk and hour of the run, on average over the hour.

    Columns: desk, hour_s (its first second), in_window, positions (call-takers on duty), talking, ringing (calls).
    """
    rows = _rows(ledger)
    event, call, t_s, place = (ledger[name][rows] for name in ("event", "call", "t_s", "place"))
    is_last = np.append(previous(call)[1:] < 0, np.ones(min(len(rows), 1), np.bool_))
    until = np.where(is_last, world.end_s, np.append(t_s[1:], t_s[:1]))
    n_hours = world.end_s // HOUR_S
    hour_s = HOUR_S * np.arange(n_hours, dtype=np.int64)
    frames = []
    for number in range(len(world.names.desks)):
        changes = world.positions[:, world.positions[1] == number]
        start, n_each = changes[0], changes[2]
        held = np.repeat(np.arange(len(start)), n_each)
        found = {"positions": (start[held], np.append(start[1:], world.end_s)[held])}
        for name, what in (("talking", Event.ANSWERED), ("ringing", Event.RINGS)):
            own = (event == what) & (place == number)
            found[name] = (t_s[own], until[own])
        means = {name: covered_s(*ends, n_hours) / HOUR_S for name, ends in found.items()}
        desk = named(np.full(n_hours, number), world.names.desks)
        frames.append(pd.DataFrame({"desk": desk, "hour_s": hour_s, "in_window": is_in_window(world, hour_s), **means}))
    return pd.concat(frames, ignore_index=True)
