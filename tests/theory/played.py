"""Scenarios of this folder played by the compiled engine: when things happened to each call, how many were where for how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import sim
from sim.rules.lifecycle import HOUR_S, Event
from sim.scenario.number import Profile

HERE = Path(__file__).parent
SERVICE_S = 10_000  # mean service of every scenario here, unless it says otherwise

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Played:
    """One replication: its world, its ledger, and which calls came in the window."""

    world: Any
    ledger: Any
    in_window: Bools

    def first(self, event: Event) -> Ints:
        """Second of the first such row of each call of the window, -1 if there is none."""
        rows = self.ledger[self.ledger["event"] == event][::-1]
        when = np.full(len(self.world.calls), -1, np.int64)
        when[rows["call"]] = rows["t_s"]  # of several the one written last stays
        return when[self.in_window]

    def rows(self, *events: Event, at: str | None = None) -> Bools:
        """Which rows of the ledger are of these events, at this facility or desk if one is named."""
        found: Bools = np.isin(self.ledger["event"], [int(event) for event in events])
        if at is not None:
            names = self.world.names
            found &= self.ledger["place"] == (names.facilities if at in names.facilities else names.desks).index(at)
        return found

    def number(self, come: Bools, go: Bools) -> Ints:
        """How many are there after each row of the ledger, where one more is after some rows and one less after others."""
        there: Ints = np.cumsum(come.astype(np.int64) - go)
        return there

    def shares(self, *numbers: Ints) -> dict[tuple[int, ...], float]:
        """Share of the window's time by numbers that stand together."""
        edges = np.append(self.ledger["t_s"], self.world.end_s).clip(self.world.window_start_s, self.world.window_end_s)
        lasts = np.diff(edges)
        sizes = [int(number.max()) + 1 for number in numbers]
        time = np.bincount(np.ravel_multi_index(numbers, sizes), lasts) / lasts.sum()
        found = np.flatnonzero(time)
        states = np.stack(np.unravel_index(found, sizes), axis=1)
        return dict(zip(map(tuple, states.tolist()), time[found].tolist(), strict=True))

    def at_half_past(self, number: Ints) -> Floats:
        """Mean at half past each hour of the day of a number that stands after each row."""
        halves = np.arange(self.world.window_start_s, self.world.window_end_s, HOUR_S) + HOUR_S // 2
        means: Floats = number[np.searchsorted(self.ledger["t_s"], halves, "right") - 1].reshape(-1, 24).mean(axis=0)
        return means

    def calls(self, column: str) -> Any:
        """A column of the calls of the window."""
        return self.world.calls[column][self.in_window]

    def wait_s(self) -> Ints:
        """Seconds from received to first dispatched of the calls of the window, -1 if never sent."""
        sent = self.first(Event.DISPATCHED)
        return np.where(sent >= 0, sent - self.calls("received_s"), -1)


def play(path: str, replications: int, sets: tuple[str, ...] = ()) -> Iterator[Played]:
    """The first replications of a scenario of this folder, with settings changed as on the command line."""
    scenario = sim.load(HERE / path, sets=sets)
    for replication in range(replications):
        world = sim.build_world(scenario, replication)
        received = world.calls["received_s"]
        in_window = (received >= world.window_start_s) & (received < world.window_end_s)
        yield Played(world, sim.run(world, engine="compiled").ledger, in_window)


def by_hour(per_day: float, profile: Profile | None) -> list[float]:
    """Mean number that comes in each hour of the day."""
    assert profile is not None and profile.hours is not None
    weights = np.array(profile.hours)
    found: list[float] = (per_day * weights / weights.sum()).tolist()
    return found
