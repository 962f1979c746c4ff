"""One life of a results folder: its world and its ledger, read where the folder keeps it, else played again.

Whole ledgers are kept of the very first unit only. A ledger read or played must be the one the folder's record names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.engines import run
from sim.engines.run import fingerprint
from sim.errors import ReplayError, ResultsError
from sim.measure.faults import statuses_of
from sim.rules.lifecycle import Disposition, Event
from sim.study.again import moved, option_of
from sim.study.identity import code_hash, shown
from sim.study.naming import event_names, is_on_phone, words
from sim.study.play import world_of
from sim.study.results import Results, unit_in
from sim.study.story.facts import Story
from sim.study.units import Unit
from sim.tables import LedgerRow, dtype_of
from sim.world import World

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Life:
    """A world and its ledger."""

    name: str
    world: World
    ledger: Records

    def story(self, call: int) -> Story:
        """The story of one call."""
        return Story(self.world, self.ledger, call)

    def is_received(self, call: int) -> bool:
        """Whether there is such a call, and it came in before the run ended."""
        return call >= 0 and bool(np.any((self.ledger["call"] == call) & (self.ledger["event"] == Event.RECEIVED)))


def unit_of(results: Results, draw: int | None, replication: int | None) -> Unit:
    """The unit asked for, the folder's first where nothing is; ResultsError where the folder has none such."""
    for unit in results.units:
        if draw in (None, unit.draw) and replication in (None, unit.replication):
            return unit
    held = "; ".join(map(str, results.units[:4])) + ("; ..." if len(results.units) > 4 else "")
    asked = [f"--{name} {value}" for name, value in (("draw", draw), ("replication", replication)) if value is not None]
    raise ResultsError(f"{shown(results.folder)}\n  got   {' '.join(asked)}\n  want  a life this folder holds: {held}")


def life_of(results: Results, unit: Unit) -> Life:
    """The life of a unit; ReplayError where it does not come out as it was kept."""
    record = results.record
    option = option_of(results.folder, record)
    world = world_of(option, unit)
    if unit == results.units[0] and record["versions"].get("code") == code_hash():
        life = Life(option.scenario.name, world, kept_ledger(results, world))
    else:
        played = run(world)
        life = Life(option.scenario.name, world, played.ledger)
    kept = next(one["ledger"] for one in results.replications if unit_in(one) == unit)
    if fingerprint(life.ledger) != kept:
        changed = "; ".join(moved(record)) or "nothing known has moved"
        raise ReplayError(
            f"{shown(results.folder)}  {unit}\n  got   another ledger than the one kept ({changed})\n"
            "  want  the same bytes\n  hint  run the scenario again, and explain that folder"
        )
    return life


def kept_ledger(results: Results, world: World) -> Records:
    """The ledger a folder keeps, names turned into codes again."""
    frame = results.query("SELECT * FROM ledger ORDER BY row", "ledger")
    rows = np.zeros(len(frame), dtype_of(LedgerRow))
    for name in ("t_s", "call", "cause", "person"):
        rows[name] = frame[name].to_numpy()
    rows["unit"] = _codes(frame["unit"], world.names.units)
    rows["event"] = _codes(frame["event"], tuple(name or str(code) for code, name in enumerate(event_names(world))))
    rows["disposition"] = _codes(frame["disposition"], tuple(words(Disposition)))
    desks, facilities = _codes(frame["place"], world.names.desks), _codes(frame["place"], world.names.facilities)
    rows["place"] = np.where(is_on_phone(rows["event"]), desks, facilities)
    kinds = [statuses_of(*row) for row in zip(rows["event"].tolist(), rows["unit"].tolist(), strict=True)]
    for kind in set(kinds):
        own = np.array([one is kind for one in kinds])
        for name in ("status_from", "status_to"):
            rows[name][own] = _codes(frame[name][own], tuple(words(kind)))
    return rows


def _codes(column: pd.Series, names: tuple[str, ...]) -> Ints:
    """Positions among the names, -1 for others."""
    return np.asarray(pd.Index(names).get_indexer(column), np.int64)


def worth_reading(ledger: Records) -> list[tuple[str, int]]:
    """Three calls, each with why: the longest wait, the most units, one whose unit was sent elsewhere, else others."""
    calls, rows = ledger["call"], np.flatnonzero(ledger["event"] == Event.DISPATCHED)
    found: list[tuple[str, int]] = []
    if not len(rows):
        return found
    received = np.full(int(calls.max()) + 1, -1)
    came_in = np.flatnonzero(ledger["event"] == Event.RECEIVED)
    received[calls[came_in]] = ledger["t_s"][came_in]
    first = rows[np.unique(calls[rows], return_index=True)[1]]
    found.append(("longest wait", int(calls[first[np.argmax(ledger["t_s"][first] - received[calls[first]])]])))
    pairs = np.unique(np.stack([calls[rows], ledger["unit"][rows]]), axis=1)
    n_units = np.bincount(pairs[0])
    if n_units.max() > 1:
        found.append(("most units", int(n_units.argmax())))
    off = rows[1:][ledger["event"][rows[1:] - 1] == Event.CALLED_OFF] - 1
    diverted = off[(ledger["unit"][off] == ledger["unit"][off + 1]) & (calls[off] != calls[off + 1])]
    if len(diverted):
        found.append(("a unit diverted", int(calls[diverted[0]])))
    for why, event in (("given up by the caller", Event.ABANDONED), ("force used", Event.FORCE_USED)):
        of_event = calls[ledger["event"] == event]
        found += [(why, int(of_event[0]))] if len(of_event) else []
    return found[:3]
