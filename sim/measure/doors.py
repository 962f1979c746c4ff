"""People at doors: one row a stay at a facility, and how full each facility was hour by hour. Units are nobody's stay."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from sim.measure.columns import Bools, Ints, Records, between, covered_s, is_in_window, named, of_plan, overlap_s, places_at
from sim.measure.threads import stay_rows, threads
from sim.rules.lifecycle import HOUR_S, Event, FacilityKind, StayStatus
from sim.world import World
from sim.world.facts import Facts

KINDS = tuple(kind.name.lower() for kind in FacilityKind)
CAME = ("by unit", "alone", "from another facility")
ENDED = ("home", "to another facility", "turned away")
WHOSE = ("calls", "other people")


def stays(ledger: Records, world: World) -> pd.DataFrame:
    """One row per coming of a person to a facility, in order of arrival; only facilities where stays or bays are followed.

    Columns: call (-1 other people), whose (calls, other people), facility, kind, came (by unit, alone, from another
    facility), arrived_s, admitted_s, boarded_s (the stay was over, and no bed free elsewhere), left_s (each -1 where
    it never came), ended (home, to another facility, turned away, empty while it lasts), door_s (arrived to admitted,
    -1 never), followed (1 if the facility says how long people stay, 0 if only hand-overs take turns), in_window
    (arrived in it), placed_in_window_s, boarding_in_window_s, waiting_in_window_s (their parts inside it).
    """
    rows, thread = _rows(ledger, world)
    event, start, t_s = (ledger[name][rows] for name in ("event", "status_from", "t_s"))
    alone = event == Event.WALKED_IN
    onward = (event == Event.ADMITTED) & (start == StayStatus.LEFT)
    begins = alone | onward | (event == Event.AT_FACILITY)
    visit = np.cumsum(begins) - 1
    n = int(begins.sum())
    arrived = t_s[begins].astype(np.int64)
    times = {name: np.full(n, -1, np.int64) for name in ("admitted_s", "boarded_s", "left_s")}
    for name, what in (("admitted_s", Event.ADMITTED), ("boarded_s", Event.BOARDS), ("left_s", Event.LEFT)):
        times[name][visit[event == what]] = t_s[event == what]
    turned = np.full(n, -1, np.int64)
    turned[visit[event == Event.TURNED_AWAY]] = t_s[event == Event.TURNED_AWAY]
    follows = np.append(onward[begins][1:] & (np.diff(thread[begins]) == 0), np.zeros(min(n, 1), np.bool_))
    ended = np.select([turned >= 0, follows, times["left_s"] >= 0], [2, 1, 0], -1)
    facility, call = (ledger[name][rows[begins]].astype(np.int64) for name in ("place", "call"))
    admitted, boarded, left = times.values()
    gone = np.where(left >= 0, left, world.end_s)
    waited = np.where(admitted >= 0, admitted, np.where(turned >= 0, turned, world.end_s))
    frame = pd.DataFrame(
        {
            "call": call.astype(np.int32),
            "whose": named((call < 0).astype(np.int8), WHOSE),
            "facility": named(facility, world.names.facilities),
            "kind": named(kinds_of(world)[facility], KINDS),
            "came": named(np.select([alone, onward], [1, 2], 0)[begins], CAME),
            "arrived_s": arrived,
            **times,
            "ended": named(ended, ENDED),
            "door_s": between(arrived, admitted),
            "followed": (_stays_followed(world, arrived, facility)).astype(np.int8),
            "in_window": is_in_window(world, arrived),
            "placed_in_window_s": overlap_s(np.where(admitted >= 0, admitted, gone), gone, world),
            "boarding_in_window_s": overlap_s(np.where(boarded >= 0, boarded, gone), gone, world),
            "waiting_in_window_s": overlap_s(arrived, waited, world),
            "_until_s": waited,
        }
    )
    return frame.sort_values(["arrived_s", "call"], kind="stable", ignore_index=True)


def _rows(ledger: Records, world: World) -> tuple[Ints, Ints]:
    """Rows of stays and of units that come to doors where turns are taken, by stay, and the number of each row's stay."""
    event, unit = ledger["event"], ledger["unit"]
    at_door = np.flatnonzero(((event == Event.AT_FACILITY) | (event == Event.TURNED_AWAY)) & (unit >= 0))
    at_door = at_door[_takes_turns(world, ledger["t_s"][at_door], ledger["place"][at_door].astype(np.int64))]
    own = stay_rows(ledger)
    thread = np.concatenate([threads(ledger, own, len(world.calls)), ledger["call"][at_door]]).astype(np.int64)
    rows = np.concatenate([own, at_door])
    order = np.lexsort([rows, thread])
    return rows[order], thread[order]


def kinds_of(world: World) -> Ints:
    """Kind of each facility; the last is for none."""
    both = [[row.kind for row in facts.facilities] for facts in (world.before, world.after)]
    return np.append(np.max(np.array(both, np.int64).reshape(2, -1), axis=0), -1)


def _stays_followed(world: World, t_s: Ints, facility: Ints) -> Bools:
    def look(facts: Facts) -> Ints:
        return np.array([row.stay_s >= 0 for row in facts.facilities] + [False], np.int64)[facility]

    return np.asarray(of_plan(world, t_s, look) == 1)


def _takes_turns(world: World, t_s: Ints, facility: Ints) -> Bools:
    def look(facts: Facts) -> Ints:
        turns = [row.stay_s >= 0 or row.bays >= 0 for row in facts.facilities]
        return np.array([*turns, False], np.int64)[facility] * facts.numbers.get("has_stays", 0)

    return np.asarray(of_plan(world, t_s, look) == 1)


def occupancy(stays: pd.DataFrame, world: World) -> pd.DataFrame:
    """One row per facility where people stay and hour of the run: how many, on average over the hour.

    Columns: facility, kind, hour_s (its first second), in_window, places (-1 any number), placed (who hold a place, the
    boarding too), boarding, waiting (at the door, with a unit or without).
    """
    n_hours = world.end_s // HOUR_S
    hour_s = HOUR_S * np.arange(n_hours, dtype=np.int64)
    code = stays["facility"].cat.codes.to_numpy()
    left = np.where(stays["left_s"] >= 0, stays["left_s"], world.end_s)
    ways = {
        "placed": (stays["admitted_s"].to_numpy(), left),
        "boarding": (stays["boarded_s"].to_numpy(), left),
        "waiting": (stays["arrived_s"].to_numpy(), stays["_until_s"].to_numpy()),
    }
    frames = []
    for number in np.flatnonzero(_is_followed_ever(world)).tolist():
        facility = np.full(n_hours, number)
        found = {}
        for name, (start, end) in ways.items():
            own = (code == number) & (start >= 0)
            found[name] = covered_s(start[own], end[own], n_hours) / HOUR_S
        frames.append(
            pd.DataFrame(
                {
                    "facility": named(facility, world.names.facilities),
                    "kind": named(kinds_of(world)[facility], KINDS),
                    "hour_s": hour_s,
                    "in_window": is_in_window(world, hour_s),
                    "places": of_plan(world, hour_s, partial(places_at, t_s=hour_s, facility=facility)),
                    **found,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _is_followed_ever(world: World) -> Bools:
    """Whether either plan says how long people stay at each facility."""
    both = [[row.stay_s >= 0 for row in facts.facilities] for facts in (world.before, world.after)]
    return np.asarray(np.any(np.array(both, np.bool_).reshape(2, -1), axis=0))
