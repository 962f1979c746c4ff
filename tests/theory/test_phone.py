"""The phone as textbook queues. Each is reached from scenario YAML alone; seeds were fixed beforehand."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.rules.lifecycle import Event
from tests.theory.chains import mean, overflow
from tests.theory.changing_places import steady_days
from tests.theory.oracle import FAULT, assert_agrees, erlang_a, erlang_a_line, erlang_a_waits, erlang_c, mmc_mean_wait
from tests.theory.played import HERE, SERVICE_S, Ints, Played, by_hour, play

SECONDS_PER_YEAR = 31_557_600
DAYS_PER_YEAR = 365.25
TALK_H = 100 / 60  # by hour: mean talk, and mean patience
ENDS_OF_RINGING = (Event.ANSWERED, Event.ABANDONED, Event.HUNG_UP)


def line(played: Played) -> Ints:
    """Calls in the answer queue after each row."""
    return played.number(played.rows(Event.RINGS), played.rows(*ENDS_OF_RINGING))


def answer_s(played: Played) -> Ints:
    """Seconds from ringing to answered of the window's calls, -1 if the caller gave up."""
    answered = played.first(Event.ANSWERED)
    return np.where(answered >= 0, answered - played.first(Event.RINGS), -1)


def gives_up(positions: int, load: float, patience: float) -> tuple[str, ...]:
    """Settings of so many call-takers, calls in erlangs, and patience in talks."""
    return (
        f"phone.desks.centre.shifts.always.posts={positions}",
        f"demand.other_calls_per_year={load * SECONDS_PER_YEAR / SERVICE_S}",
        f"phone.desks.centre.patience_min={patience * SERVICE_S / 60}",
    )


@pytest.mark.parametrize(("positions", "load", "patience"), [(2, 1.2, 0.5), (3, 4.0, 1.0)])
def test_callers_wait_and_hang_up_as_erlang_a_says(positions: int, load: float, patience: float) -> None:
    sets = (*gives_up(positions, load, patience), "run.days=1500")
    found = [(answer_s(one), mean(one.shares(line(one)), 0)) for one in play("phone.yaml", 24, sets)]
    theory = (positions, load, patience)
    assert_agrees([float((wait < 0).mean()) for wait, _ in found], erlang_a(*theory), "share that hangs up", 3)
    assert_agrees([float((wait != 0).mean()) for wait, _ in found], erlang_a_waits(*theory), "share that waits", 3)
    assert_agrees([waiting for _, waiting in found], erlang_a_line(*theory), "mean number waiting", 3)


def test_patient_callers_wait_as_erlang_c_says() -> None:
    found = [answer_s(one) for one in play("phone.yaml", 54)]
    assert all((wait >= 0).all() for wait in found)
    assert_agrees([float((wait > 0).mean()) for wait in found], erlang_c(2, 1.2), "P(wait)", 2)
    assert_agrees([float(wait.mean()) for wait in found], mmc_mean_wait(2, 1.2, SERVICE_S), "mean wait", 2)


def test_call_takers_by_shift_answer_as_kolmogorovs_equations_say() -> None:
    """A fault of 5 % of the busiest hour's calls would show in every hour."""
    scenario = sim.load(HERE / "desk_by_hour.yaml")
    assert scenario.demand.other_calls_per_year is not None
    calls = by_hour(scenario.demand.other_calls_per_year.value / DAYS_PER_YEAR, scenario.demand.other_profile)
    theory = steady_days(calls, [1] * 6 + [3] * 8 + [4] * 8 + [1] * 2, TALK_H, TALK_H)
    found = []
    for played in play("desk_by_hour.yaml", 20, ("run.days=800",)):
        talks = played.number(played.rows(Event.ANSWERED), played.rows(Event.PASSED_ON))
        found.append((played.at_half_past(talks), played.at_half_past(line(played))))
    fault = FAULT * float(np.add(*theory).max())
    for k, what in enumerate(("talking", "ringing")):
        for hour in range(24):
            values = [float(one[k][hour]) for one in found]
            assert_agrees(values, float(theory[k][hour]), f"{what} at {hour} h", 48, fault)


def test_calls_spill_to_a_second_desk_as_their_chain_says() -> None:
    chain = overflow(1, 2, 1.0, 0.8)
    spilt, there = [], []
    for played in play("two_desks.yaml", 20):
        at = {desk: played.rows(Event.RINGS, at=desk) for desk in ("centre", "second")}
        spilt.append(float(at["second"].sum() / at["centre"].sum()))
        there.append(mean(played.shares(played.number(at["second"], played.rows(Event.PASSED_ON, at="second"))), 0))
    assert_agrees(spilt, sum(share for state, share in chain.items() if state[0] == 1), "share that spills", 2)
    assert_agrees(there, mean(chain, 1), "mean number at the second desk", 2)
