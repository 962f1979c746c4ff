"""Larson's hypercube: who is busy how much and who goes where. Scenario YAML alone; the seed was fixed beforehand."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.rules.lifecycle import Event
from tests.theory.chains import hypercube
from tests.theory.oracle import FAULT, assert_agrees
from tests.theory.played import HERE, Floats, Played, play

UNITS = 8
SERVICE_S = 30_000


def busy_shares(played: Played) -> Floats:
    """Share of the window that each unit is with a call."""
    start, end = int(played.world.window_start_s), int(played.world.window_end_s)
    rows = played.ledger
    sent, clear = (rows[rows["event"] == event] for event in (Event.DISPATCHED, Event.CLEAR))
    busy = np.zeros(UNITS)
    for own, sign in ((sent, -1), (clear, 1)):
        busy += sign * np.bincount(own["unit"], np.clip(own["t_s"], start, end), UNITS)
    busy += end * (np.bincount(sent["unit"], minlength=UNITS) - np.bincount(clear["unit"], minlength=UNITS))  # still there
    return busy / (end - start)


def sent_shares(played: Played) -> Floats:
    """Share of the window's dispatches by [unit][zone]."""
    rows = played.ledger[played.ledger["event"] == Event.DISPATCHED]
    rows = rows[played.in_window[rows["call"]]]
    pairs = rows["unit"] * UNITS + played.world.calls["zone"][rows["call"]]
    shares: Floats = np.bincount(pairs, minlength=UNITS * UNITS).reshape(UNITS, UNITS) / float(len(rows))
    return shares


@pytest.mark.parametrize("waits", [False, True], ids=["zero line", "infinite line"])
def test_units_go_where_the_hypercube_says(waits: bool) -> None:
    """Units and zones stand in the order of their names; a fault of 5 % of a pair, or of the mean of all, would show."""
    scenario = sim.load(HERE / "hypercube.yaml")
    table, residents = scenario.travel.table_min, {name: zone.population for name, zone in scenario.zones.items()}
    assert table is not None and scenario.demand.other_calls_per_year is not None
    zones = sorted(residents)
    order = [sorted(range(UNITS), key=lambda unit: table[zones[unit]][zone].value) for zone in zones]
    load = scenario.demand.other_calls_per_year.value * SERVICE_S / 31_557_600
    loads = [load * residents[zone] / sum(residents.values()) for zone in zones]
    busy, sent = hypercube(order, loads, UNITS, waits)
    sets = () if waits else ("types.other.patience_min=0",)
    found = [(busy_shares(played), sent_shares(played)) for played in play("hypercube.yaml", 60, sets)]
    n = UNITS + UNITS * UNITS
    for unit in range(UNITS):
        assert_agrees([float(own[unit]) for own, _ in found], float(busy[unit]), f"busy share of unit {unit}", n)
        for zone in range(UNITS):
            theory, values = float(sent[unit, zone]), [float(own[unit, zone]) for _, own in found]
            assert_agrees(values, theory, f"unit {unit} to zone {zone}", n, FAULT * max(theory, 1 / UNITS**2))
