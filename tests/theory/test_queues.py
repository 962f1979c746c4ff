"""The model with everything off is a textbook queue. Each is reached from scenario YAML alone; seeds were fixed beforehand."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.rules.lifecycle import Event
from tests.theory.oracle import assert_agrees, erlang_a, erlang_b, erlang_c, mg1_mean_wait, mmc_mean_wait
from tests.theory.played import HERE, SERVICE_S, Ints, play


def waits(path: str, replications: int, sets: tuple[str, ...] = ()) -> list[Ints]:
    """Seconds from received to dispatched of the window's calls, -1 if lost; one array a replication."""
    return [played.wait_s() for played in play(path, replications, sets)]


def test_mmc_waits_as_erlang_c_says() -> None:
    runs = waits("mmc.yaml", 44)
    assert all((run >= 0).all() for run in runs)
    assert_agrees([float((run > 0).mean()) for run in runs], erlang_c(2, 1.2), "P(wait)")
    assert_agrees([float(run.mean()) for run in runs], mmc_mean_wait(2, 1.2, SERVICE_S), "mean wait")


def test_mmcc_loses_as_erlang_b_says() -> None:
    runs = waits("loss.yaml", 12, ("run.days=900",))
    assert_agrees([float((run < 0).mean()) for run in runs], erlang_b(2, 1.2), "share lost")
    assert all(set(np.unique(run)) <= {-1, 0} for run in runs)


def test_callers_give_up_as_erlang_a_says() -> None:
    runs = waits("mmc.yaml", 20, (f"types.other.patience_min={SERVICE_S / 2 / 60}",))
    assert_agrees([float((run < 0).mean()) for run in runs], erlang_a(2, 1.2, 0.5), "share that gives up")


@pytest.mark.parametrize(("family", "cv"), [("fixed", 0.0), ("exponential", 1.0), ("gamma", 0.5), ("lognormal", 0.8)])
def test_mg1_waits_as_pollaczek_and_khinchine_say(family: str, cv: float) -> None:
    sets = (f"types.other.on_scene_spread.family={family}", f"types.other.on_scene_spread.cv={max(cv, 0.01)}")
    runs = waits("mg1.yaml", 40, sets)
    assert_agrees([float(run.mean()) for run in runs], mg1_mean_wait(0.5, SERVICE_S, cv), f"mean wait, {family}")


def test_littles_law_holds_in_the_queue_and_at_work() -> None:
    """Time-average number = arrival rate x mean time, an identity over a window that opens and closes empty."""
    world = sim.build_world(sim.load(HERE / "mmc.yaml", sets=("run.days=60",)))
    ledger = sim.run(world).ledger
    moves = {Event.RECEIVED: (1, 0), Event.DISPATCHED: (-1, 1), Event.CLEAR: (0, -1), Event.UNFINISHED: (0, 0)}
    queue = work = 0
    area = np.zeros(2)
    ended_at: dict[int, list[int]] = {}
    last = 0
    for row in ledger:
        if row["event"] not in moves:
            continue
        t = int(row["t_s"])
        area += np.array([queue, work]) * (t - last)
        last = t
        step = moves[Event(row["event"])]
        queue, work = queue + step[0], work + step[1]
        ended_at.setdefault(int(row["call"]), []).append(t)
    complete = [times for times in ended_at.values() if len(times) == 3]
    partial = [times for times in ended_at.values() if len(times) < 3]
    waited = sum(t[1] - t[0] for t in complete) + sum((t[1] if len(t) > 1 else last) - t[0] for t in partial)
    worked = sum(t[2] - t[1] for t in complete) + sum(last - t[1] for t in partial if len(t) > 1)
    assert area.tolist() == [waited, worked]
    assert worked / last == pytest.approx(1.2, rel=0.2)
