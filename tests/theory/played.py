"""Scenarios of this folder played by the compiled engine, and when things happened to each call of the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import sim
from sim.rules.lifecycle import Event

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
