"""A simulated life as a dispatch centre would have it on record: one row a call, one row a unit sent, with every moment.

What nobody at a centre knows (acuity, patience, luck) is not here; paperwork is not either, for a unit is clear before it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.mapping import MOMENTS
from sim.measure.ledger import call_facts
from sim.measure.replay import latest, sorted_by
from sim.rules.lifecycle import LEAVING_EVENTS, Event
from sim.world import World

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

UNANSWERED = {"ABANDONED": "abandoned", "CANCELLED": "cancelled", "GIVEN_UP": "cancelled"}  # ending event -> ending
FIRST = {"dispatched": Event.DISPATCHED, "en_route": Event.EN_ROUTE, "on_scene": Event.ON_SCENE, "left_scene": Event.TRANSPORTING}
TURNS = (*FIRST.values(), Event.AT_FACILITY, *map(Event, LEAVING_EVENTS))
OF_UNITS = tuple(name for name in MOMENTS if name not in ("received", "cancelled"))


@dataclass(frozen=True, eq=False)
class Life:
    """What was received in the measured window.

    Attributes
    ----------
    begins : date
        Midnight of second 0.
    calls : DataFrame
        In order of receipt: call, received_s, cancelled_s (-1 not cancelled), type (as the centre took it), final_type (as
        it turned out), other (ordinary work), priority, ending (a word of mapping.ENDINGS, empty where none is known),
        zone, person (-1 nobody known).
    visits : DataFrame
        In order of being sent: call, unit (row), responder and the seconds of each of `OF_UNITS`, -1 where it never came.
    units : tuple of str
        Responder type of each unit.
    replication : int
        Whose luck.
    """

    begins: dt.date
    calls: pd.DataFrame
    visits: pd.DataFrame
    units: tuple[str, ...]
    replication: int


def life_of(world: World, ledger: Records) -> Life:
    """The calls of the measured window and the units sent to them, read off a ledger."""
    facts = call_facts(ledger, world)
    facts = facts[(facts["in_window"] & (facts["ending"] != "NOT_CALLED")).to_numpy()].reset_index(drop=True)
    visits = _visits(np.ascontiguousarray(ledger), world)
    visits = visits[np.isin(visits["call"], facts["call"])].reset_index(drop=True)
    responders = tuple(world.names.responders[r] for r in world.units["responder"])
    return Life(world.begins, _calls(facts, world), visits, responders, world.replication)


def _calls(facts: pd.DataFrame, world: World) -> pd.DataFrame:
    ending, call = facts["ending"].astype(str), facts["call"].to_numpy()
    is_cleared = (ending == "CLEAR").to_numpy()
    words = np.where(is_cleared, facts["disposition"].astype(str).str.lower(), ending.map(UNANSWERED).fillna(""))
    is_known = (facts["mislabelled"] == 0) | (facts["recognised"] == 1)
    as_sent = facts["dispatched_as"].astype(str)
    ordinary = [name for t, name in enumerate(world.names.types) if not world.person_type[t]]
    return pd.DataFrame(
        {
            "call": call,
            "received_s": facts["received_s"].to_numpy(np.int64),
            "cancelled_s": np.where(ending.isin(UNANSWERED), facts["ended_s"], -1),
            "type": as_sent,
            "final_type": np.where(is_known, facts["type"].astype(str), as_sent),
            "other": as_sent.isin(ordinary),
            "priority": facts["priority"].to_numpy(np.int64),
            "ending": words,
            "zone": facts["zone"].astype(str),
            "person": world.calls["person"][call].astype(np.int64),
        }
    )


def _visits(ledger: Records, world: World) -> pd.DataFrame:
    """Every unit sent to any call, with the first of each moment; the last arrival at a door, where one was full."""
    sent = np.flatnonzero(ledger["event"] == Event.DISPATCHED)
    rows = sorted_by(ledger, "unit", np.isin(ledger["event"], TURNS))
    event, t_s = ledger["event"][rows], ledger["t_s"][rows]
    start = latest(event == Event.DISPATCHED)
    nth = np.searchsorted(sent, rows[start])
    is_own = (event[start] == Event.DISPATCHED) & (ledger["unit"][rows[start]] == ledger["unit"][rows])
    moments = {name: np.full(len(sent), -1, np.int64) for name in OF_UNITS}
    for name, code in FIRST.items():
        own = np.flatnonzero(is_own & (event == code))[::-1]  # the earliest is written last
        moments[name][nth[own]] = t_s[own]
    for name, codes in (("at_door", (Event.AT_FACILITY,)), ("clear", LEAVING_EVENTS)):
        own = np.flatnonzero(is_own & np.isin(event, codes))
        moments[name][nth[own]] = t_s[own]
    unit = ledger["unit"][sent].astype(np.int64)
    return pd.DataFrame(
        {
            "call": ledger["call"][sent].astype(np.int64),
            "unit": unit,
            "responder": np.array(world.names.responders)[world.units["responder"][unit]],
            **{f"{name}_s": moments[name] for name in OF_UNITS},
        }
    )
