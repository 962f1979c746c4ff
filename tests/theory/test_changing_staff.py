"""Calls by hour and staff by shift against Kolmogorov's equations. Scenario YAML alone; the seed was fixed beforehand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

import sim
from sim.rules.lifecycle import DAY_S, HOUR_S, Event
from tests.theory.changing_staff import steady_days, unlimited_staff
from tests.theory.oracle import FAULT, assert_agrees
from tests.theory.played import HERE, Played, play

EARLY, LATE, NIGHT = 6, 14, 22
SERVICE_H = 100 / 60
SERVERS = [2] * EARLY + [3] * (LATE - EARLY) + [4] * (NIGHT - LATE) + [2] * (24 - NIGHT)


def calls_per_hour() -> list[float]:
    """Mean number of calls received in each hour of the day."""
    demand = sim.load(HERE / "changing_staff.yaml").demand
    assert demand.other_profile is not None and demand.other_profile.hours is not None and demand.other_calls_per_year is not None
    weights = np.array(demand.other_profile.hours)
    by_hour: list[float] = (demand.other_calls_per_year.value / 365.25 * weights / weights.sum()).tolist()
    return by_hour


def by_hour(played: Played) -> npt.NDArray[np.float64]:
    """[share delayed, number of calls in the town at half past][hour] of one replication."""
    hour = played.calls("received_s") % DAY_S // HOUR_S
    delayed = np.bincount(hour, played.wait_s() > 0, 24) / np.bincount(hour, minlength=24)
    halves = np.arange(played.world.window_start_s, played.world.window_end_s, HOUR_S) + HOUR_S // 2
    rows = played.ledger
    received, clear = (np.searchsorted(rows["t_s"][rows["event"] == e], halves, "right") for e in (Event.RECEIVED, Event.CLEAR))
    return np.array([delayed, (received - clear).reshape(-1, 24).mean(axis=0)])


def test_staff_by_shift_serves_as_kolmogorovs_equations_say() -> None:
    """A fault of 5 % of the busiest hour's would show in every hour."""
    theory = steady_days(calls_per_hour(), SERVERS, SERVICE_H, (EARLY, LATE, NIGHT))
    found = np.array([by_hour(played) for played in play("changing_staff.yaml", 50)])
    for k, (what, expected) in enumerate(vars(theory).items()):
        fault = FAULT * float(expected.max())
        for hour in range(24):
            assert_agrees(found[:, k, hour].tolist(), float(expected[hour]), f"{what} at {hour} h", 48, fault)


def test_more_staff_than_needed_holds_as_many_calls_as_palm_and_khinchine_say() -> None:
    theory = unlimited_staff(calls_per_hour(), SERVICE_H, 1.2)
    played = list(play("plenty.yaml", 30))
    assert all((one.wait_s() == 0).all() for one in played)
    found = np.array([by_hour(one)[1] for one in played])
    for hour in range(24):
        assert_agrees(found[:, hour].tolist(), float(theory[hour]), f"calls in the town at {hour} h", 24)
