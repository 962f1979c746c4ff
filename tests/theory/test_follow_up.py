"""Case managers as servers, attempts as trials. Each is reached from scenario YAML alone; seeds were fixed beforehand."""

from __future__ import annotations

import numpy as np

from sim.rules.lifecycle import HOUR_S, Event
from tests.theory.oracle import FAULT, assert_agrees, erlang_b, md1_limited
from tests.theory.played import Ints, Played, play

SUCCESS, ATTEMPTS = 0.35, 4
FIRST_H, EVERY_H, CARE_H = 2, 6, 24


def attempts(played: Played) -> Ints:
    """Attempts made for each call of the window."""
    rows = played.ledger[played.rows(Event.ATTEMPTED)]
    made: Ints = np.bincount(rows["call"], minlength=len(played.world.calls))[played.in_window]
    return made


def mean_hold_h() -> float:
    """Hours that a slot is taken: up to the last attempt, and in care for those who are reached."""
    tried = sum((1 - SUCCESS) ** k for k in range(1, ATTEMPTS))  # mean attempts after the first
    return FIRST_H + EVERY_H * tried + CARE_H * (1 - (1 - SUCCESS) ** ATTEMPTS)


def test_people_are_reached_after_as_many_attempts_as_a_geometric_says() -> None:
    """With room for everybody; and each attempt comes when it is said to. A fault of 5 % of a quarter would show in each."""
    shares = []
    for played in play("follow_up.yaml", 20, ("follow_up.case_managers=1000", "run.days=500")):
        made, opened, reached = attempts(played), played.first(Event.TASK_OPENED), played.first(Event.CONNECTED)
        lapsed = played.first(Event.LAPSED)
        assert (opened == played.calls("received_s")).all() and ((reached >= 0) != (lapsed >= 0)).all()
        assert ((np.maximum(reached, lapsed) - opened) == (FIRST_H + EVERY_H * (made - 1)) * HOUR_S).all()
        assert (made[lapsed >= 0] == ATTEMPTS).all()
        shares.append([float(((reached >= 0) & (made == k)).mean()) for k in range(1, ATTEMPTS + 1)])
    for k, values in enumerate(zip(*shares, strict=True), 1):
        theory = SUCCESS * (1 - SUCCESS) ** (k - 1)
        assert_agrees(values, theory, f"share reached at attempt {k}", ATTEMPTS, FAULT * max(theory, 1 / ATTEMPTS))


def test_a_full_caseload_takes_nobody_on_as_erlang_b_says() -> None:
    load = 10 / 24 * mean_hold_h()
    lapsed = [float((played.first(Event.TASK_OPENED) < 0).mean()) for played in play("follow_up.yaml", 20, ("run.days=1000",))]
    assert_agrees(lapsed, erlang_b(8, load), "share that lapses at once")


def test_tasks_wait_until_due_as_md1_with_a_limit_says() -> None:
    opened = [float((played.first(Event.TASK_OPENED) >= 0).mean()) for played in play("one_case_manager.yaml", 20)]
    assert_agrees(opened, md1_limited(1.2, 1.5), "share taken on before it is due")
