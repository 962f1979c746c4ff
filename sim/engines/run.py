"""What an engine gives back, and the one door to engines."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sim.engines.played import Played, Records
from sim.errors import ResultsError, RuleError
from sim.world import World

ENGINES = ("readable", "compiled")


@dataclass(frozen=True, eq=False)
class Run(Played):
    """One world played to its end, by which engine and how long it took."""

    engine: str = ""
    wall_s: float = 0.0

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the ledger's columns in schema order, little-endian."""
        return fingerprint(self.ledger)


def fingerprint(ledger: Records) -> str:
    """SHA-256 over the ledger's columns in schema order, little-endian."""
    digest = hashlib.sha256()
    for name in ledger.dtype.names or ():
        digest.update(ledger[name].astype(ledger.dtype[name].newbyteorder("<")).tobytes())
    return digest.hexdigest()


def run(world: World, engine: str = "readable") -> Run:
    """Play a world to its end. The engine never changes the result.

    `readable` tells the story with SimPy and Mesa; `compiled` plays the same rules through numba, about forty times
    as fast once compiled (RuleError if it cannot take the scenario's policy).
    """
    if engine == "compiled" and world.mechanisms:
        names = ", ".join(mechanism.name for mechanism, _ in world.mechanisms)
        raise RuleError(f"mechanisms are played by the readable engine only: {names}")
    if engine not in ENGINES:
        raise ResultsError(f"unknown engine {engine!r}; engines: {', '.join(ENGINES)}")
    # Imported here: Mesa takes half a second, numba too, and a run needs one of them.
    if engine == "compiled":
        from sim.engines.compiled import play
    else:
        from sim.engines.readable import play
    started = time.perf_counter()
    played = play(world)
    wall_s = time.perf_counter() - started
    return Run(**vars(played), engine=engine, wall_s=wall_s)


def run_with_state(world: World, start: Path | None = None, keep: Path | None = None) -> Run:
    """The same by the compiled engine, from a kept state (`start`), keeping the state it ends with (`keep`), or both.

    ResultsError if `start` is not the state of this world, up to the second it was kept at.
    """
    from sim.engines.state import play_with_state

    if world.mechanisms:
        raise RuleError("mechanisms are played by the readable engine only, which keeps no state")
    started = time.perf_counter()
    played = play_with_state(world, start, keep)
    return Run(**vars(played), engine="compiled", wall_s=time.perf_counter() - started)
