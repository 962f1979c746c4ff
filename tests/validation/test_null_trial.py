"""A trial of the size of Indianapolis' comes out null where nothing works, and tells where an effect is planted.

`experiments/null_trial.py` repeats it 200 times; here a few trials, on seeds of their own, must be a sample of that.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import sim
from experiments import null_trial
from sim.rules.lifecycle import CallStatus, Event

FEW, FIRST = 12, 10_000
P_FALSE_ALARM = 1e-4
FAR = float(stats.norm.isf(P_FALSE_ALARM / 2))


@pytest.fixture(scope="module")
def null() -> list[null_trial.Trial]:
    return [null_trial.repeat((1.0, FIRST + k)) for k in range(FEW)]


def test_intervals_hold_one_where_nothing_works(null: list[null_trial.Trial]) -> None:
    errors = np.array([one.standard_error for one in null])
    assert ((errors > 0.17) & (errors < 0.24)).all()  # published: 0.20
    assert sum(not one.excludes_one for one in null) >= stats.binom.ppf(P_FALSE_ALARM, FEW, 0.95)
    assert abs(np.mean([one.log_odds_ratio for one in null])) < FAR * errors.mean() / np.sqrt(FEW)


def test_four_in_ten_of_those_allotted_meet_the_team(null: list[null_trial.Trial]) -> None:
    delivered = np.array([one.delivered_share for one in null])
    assert abs(delivered.mean() - 264 / 686) < FAR * delivered.std(ddof=1) / np.sqrt(FEW) + 0.02  # R030


def test_the_team_meets_nobody_of_the_other_arm() -> None:
    world = sim.build_world(null_trial.scenario_of(1.0), FIRST)
    played = sim.run(world, "compiled")
    team = world.units["responder"][played.ledger["unit"]] == world.names.responders.index(null_trial.TEAM)
    met = np.unique(played.ledger["call"][(played.ledger["event"] == Event.ON_SCENE) & team])
    assert len(met) > 0 and (played.calls["lot_ppm"][met] < 485_000).all()


def test_almost_everybody_is_enrolled_in_the_arm_whose_effect_is_planted() -> None:
    world = sim.build_world(null_trial.scenario_of(1.0), FIRST)
    calls = sim.run(world, "compiled").calls
    came = (calls["person"] >= 0) & ~np.isin(calls["status"], (CallStatus.LATENT, CallStatus.EXPECTED))
    rows = np.flatnonzero(came & null_trial.is_in_hours(calls["received_s"]))
    first = dict(zip(calls["person"][rows[::-1]], rows[::-1], strict=True))
    trial = np.concatenate(null_trial.enrolled(world, calls, 485_000))
    planted = np.array([first[person] for person in calls["person"][trial]])
    assert ((calls["lot_ppm"][planted] < 485_000) != (calls["lot_ppm"][trial] < 485_000)).mean() < 0.06  # 2 of 100


@pytest.mark.slow
def test_an_odds_ratio_of_two_is_seen() -> None:
    trials = [null_trial.repeat((null_trial.PLANTED_FACTOR, FIRST + k)) for k in range(4)]
    mean = np.mean([one.log_odds_ratio for one in trials])
    assert abs(mean - np.log(2)) < FAR * np.mean([one.standard_error for one in trials]) / 2
    assert mean > 0.2
