"""Calls that take two units at once, against the exact chain. Scenario YAML alone; the seed was fixed beforehand."""

from __future__ import annotations

import numpy as np

from sim.rules.lifecycle import Event
from tests.theory.chains import pairs_lost, pairs_waits
from tests.theory.oracle import assert_agrees
from tests.theory.played import SERVICE_S, play

ONE, TWO = 2, 1  # priority of calls that take one unit, and two


def test_pairs_wait_for_two_idle_units_as_their_chain_says() -> None:
    means: dict[int, list[float]] = {ONE: [], TWO: []}
    for played in play("two_units.yaml", 80):
        wait, priority = played.wait_s(), played.calls("priority")
        for kind, own in means.items():
            own.append(float(wait[priority == kind].mean()))
    one, two = pairs_waits(3, 0.5, 0.5)
    assert_agrees(means[ONE], one * SERVICE_S, "mean wait of calls for one unit", 2)
    assert_agrees(means[TWO], two * SERVICE_S, "mean wait of calls for two units", 2)


def test_pairs_are_lost_without_two_idle_units_as_their_chain_says() -> None:
    shares: dict[int, list[float]] = {ONE: [], TWO: []}
    for played in play("two_units.yaml", 20, ("types.other.patience_min=0", "types.pair.patience_min=0")):
        lost, priority = played.wait_s() < 0, played.calls("priority")
        for kind, own in shares.items():
            own.append(float(lost[priority == kind].mean()))
    one, two = pairs_lost(3, 0.5, 0.5)
    assert_agrees(shares[ONE], one, "share lost of calls for one unit", 2)
    assert_agrees(shares[TWO], two, "share lost of calls for two units", 2)


def test_both_units_are_sent_in_one_second_and_let_go_in_one_second() -> None:
    played = next(play("two_units.yaml", 1, ("run.days=100",)))
    rows, priority = played.ledger, played.world.calls["priority"]
    done = np.zeros(len(priority), np.bool_)
    done[rows["call"][rows["event"] == Event.CLEAR]] = True
    for events, n in (((Event.DISPATCHED,), 2), ((Event.CLEAR, Event.RELEASED), 2)):
        own = rows[np.isin(rows["event"], [int(event) for event in events])]
        own = own[(priority[own["call"]] == TWO) & done[own["call"]]]
        order = np.lexsort((own["t_s"], own["call"]))
        calls, times = own["call"][order].reshape(-1, n), own["t_s"][order].reshape(-1, n)
        assert len(calls) > 100
        assert (calls[:, 0] == calls[:, 1]).all() and (times[:, 0] == times[:, 1]).all()
