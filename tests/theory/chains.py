"""Exact Markov chains of queues with no closed form, solved numerically. They share nothing with the simulator.

A chain is a function from a state to its moves, (rate, state); waiting lines are cut at `LONGEST`, where arrivals turn
away. Mean services are one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

State = tuple[int, ...]
Moves = Callable[[State], list[tuple[float, State]]]

LONGEST = 120


def steady_state(moves: Moves, start: State) -> dict[State, float]:
    """Share of time in every state that can be reached from `start`."""
    number = {start: 0}
    found = [start]
    entries: list[tuple[float, int, int]] = []
    for state in found:  # grows as it is read
        for rate, after in moves(state):
            if after not in number:
                number[after] = len(found)
                found.append(after)
            entries.append((rate, number[after], number[state]))
            entries.append((-rate, number[state], number[state]))
    rates, to, of = (np.array(column) for column in zip(*entries, strict=True))
    n = len(found)
    # The last balance equation follows from the others; in its place the shares sum to one.
    kept = to < n - 1
    rows, columns = np.append(to[kept], np.full(n, n - 1)), np.append(of[kept], np.arange(n))
    balance = sparse.csc_matrix((np.append(rates[kept], np.ones(n)), (rows, columns)), (n, n))
    shares: Any = spsolve(balance, np.eye(1, n, n - 1)[0])
    return dict(zip(found, shares.tolist(), strict=True))


def mean(shares: dict[State, float], place: int) -> float:
    """Mean of one number of the state."""
    return sum(share * state[place] for state, share in shares.items())


def cut_off_waits(servers: int, kept: int, loads: tuple[float, float]) -> tuple[float, float]:
    """Mean wait of the upper and the lower class, in services, where `kept` servers take the upper class only.

    Schaack and Larson 1986, An N-server cutoff priority queue. State: busy, upper waiting, lower waiting.
    """

    def moves(state: State) -> list[tuple[float, State]]:
        busy, upper, lower = state
        found = []
        if upper < LONGEST:
            found.append((loads[0], _start(busy, upper + 1, lower)))
        if lower < LONGEST:
            found.append((loads[1], _start(busy, upper, lower + 1)))
        if busy > 0:
            found.append((float(busy), _start(busy - 1, upper, lower)))
        return found

    def _start(busy: int, upper: int, lower: int) -> State:
        if upper > 0 and busy < servers:
            return busy + 1, upper - 1, lower
        if lower > 0 and servers - busy > kept:
            return busy + 1, upper, lower - 1
        return busy, upper, lower

    shares = steady_state(moves, (0, 0, 0))
    return mean(shares, 1) / loads[0], mean(shares, 2) / loads[1]


def _pairs_moves(servers: int, singles: float, pairs: float, longest: int) -> Moves:
    """Calls for one server and more urgent ones for two at once, who both stay for one service; nobody blocks anybody.

    State: singles served, pairs served, singles waiting, pairs waiting.
    """

    def start(one: int, two: int, q_one: int, q_two: int) -> State:
        while q_two > 0 and servers - one - 2 * two >= 2:
            two, q_two = two + 1, q_two - 1
        while q_one > 0 and servers - one - 2 * two >= 1:
            one, q_one = one + 1, q_one - 1
        return one, two, q_one, q_two

    def moves(state: State) -> list[tuple[float, State]]:
        one, two, q_one, q_two = state
        found = []
        for rate, after in ((singles, start(one, two, q_one + 1, q_two)), (pairs, start(one, two, q_one, q_two + 1))):
            if after[2] <= longest and after[3] <= longest:
                found.append((rate, after))
        if one > 0:
            found.append((float(one), start(one - 1, two, q_one, q_two)))
        if two > 0:
            found.append((float(two), start(one, two - 1, q_one, q_two)))
        return found

    return moves


def pairs_waits(servers: int, singles: float, pairs: float) -> tuple[float, float]:
    """Mean wait, in services, of calls for one server and of those for two. Rates: calls a mean service.

    After Green 1980, A queueing system in which customers require a random number of servers.
    """
    shares = steady_state(_pairs_moves(servers, singles, pairs, LONGEST), (0, 0, 0, 0))
    return mean(shares, 2) / singles, mean(shares, 3) / pairs


def pairs_lost(servers: int, singles: float, pairs: float) -> tuple[float, float]:
    """Share lost of calls for one server and of those for two, where nobody waits."""
    shares = steady_state(_pairs_moves(servers, singles, pairs, 0), (0, 0, 0, 0))
    idle = {state: servers - state[0] - 2 * state[1] for state in shares}
    return sum(p for s, p in shares.items() if idle[s] < 1), sum(p for s, p in shares.items() if idle[s] < 2)


def hypercube(order: Sequence[Sequence[int]], loads: Sequence[float], units: int, waits: bool) -> tuple[Any, Any]:
    """Busy share [unit], and share of all dispatches [unit][zone] of Larson's hypercube.

    `order`: by zone, the units from the first to the last choice; `loads`: by zone, calls a mean service. With all
    units busy calls are lost, or wait in one line (`waits`). Larson 1974, A hypercube queuing model for facility
    location and redistricting. State: the set of busy units as bits, calls waiting.
    """
    everybody = 2**units - 1

    def first(busy: int, zone: int) -> int:
        return next(unit for unit in order[zone] if not busy >> unit & 1)

    def moves(state: State) -> list[tuple[float, State]]:
        busy, line = state
        come: list[tuple[float, State]]
        if busy == everybody:
            come = [(float(sum(loads)), (busy, line + 1))] if waits and line < LONGEST else []
        else:
            come = [(load, (busy | 1 << first(busy, zone), 0)) for zone, load in enumerate(loads)]
        after: list[State] = [(busy, line - 1) if line > 0 else (busy & ~(1 << unit), 0) for unit in range(units)]
        return come + [(1.0, after[unit]) for unit in range(units) if busy >> unit & 1]

    shares = steady_state(moves, (0, 0))
    busy_share, sent = np.zeros(units), np.zeros((units, len(loads)))
    for (busy, _), share in shares.items():
        busy_share += share * np.array([busy >> unit & 1 for unit in range(units)])
        for zone, load in enumerate(loads):
            if busy < everybody:
                sent[first(busy, zone), zone] += share * load
            elif waits:
                sent[:, zone] += share * load / units  # whoever is free first takes it
    return busy_share, sent / sent.sum()


def tandem(places: int, beds: int, rates: tuple[float, float, float], waits: bool) -> dict[State, float]:
    """Share of time by (treated, boarding, in bed, at the door) where everybody needs a bed after treatment.

    `rates`: of arrivals, of treatments ending, of beds being left. With no place free people go away, or wait (`waits`);
    with no bed free they keep their place. Two stages with blocking after service: Perros 1994, Queueing networks with
    blocking.
    """
    come, treat, leave = rates

    def start(treated: int, boarding: int, in_bed: int, at_door: int) -> State:
        if boarding > 0 and in_bed < beds:
            boarding, in_bed = boarding - 1, in_bed + 1
        if at_door > 0 and treated + boarding < places:
            treated, at_door = treated + 1, at_door - 1
        return treated, boarding, in_bed, at_door

    def moves(state: State) -> list[tuple[float, State]]:
        treated, boarding, in_bed, at_door = state
        found = []
        if treated + boarding < places or (waits and at_door < LONGEST):
            found.append((come, start(treated, boarding, in_bed, at_door + 1)))
        if treated > 0:
            found.append((treated * treat, start(treated - 1, boarding + 1, in_bed, at_door)))
        if in_bed > 0:
            found.append((in_bed * leave, start(treated, boarding, in_bed - 1, at_door)))
        return found

    return steady_state(moves, (0, 0, 0, 0))


def overflow(first: int, second: int, load: float, ratio: float) -> dict[State, float]:
    """Share of time by (talks at the first desk, calls at the second, waiting or not).

    Who finds the `first` desk full goes to the `second` and waits there; its talks take `ratio` of those at the first,
    whose mean is one. After Wilkinson 1956, Theories for toll traffic engineering in the U.S.A.
    """

    def moves(state: State) -> list[tuple[float, State]]:
        one, two = state
        found: list[tuple[float, State]] = [(load, (one + 1, two) if one < first else (one, min(two + 1, LONGEST)))]
        if one > 0:
            found.append((float(one), (one - 1, two)))
        if two > 0:
            found.append((min(two, second) / ratio, (one, two - 1)))
        return found

    return steady_state(moves, (0, 0))
