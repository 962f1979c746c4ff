"""Who goes first: the mean wait of each class against its formula. Scenario YAML alone; seeds were fixed beforehand."""

from __future__ import annotations

import pytest

from sim.rules.lifecycle import Event
from tests.theory.chains import cut_off_waits
from tests.theory.oracle import assert_agrees, cobham, preemptive_repeat, priority_mg1
from tests.theory.played import SERVICE_S, play

YEAR_S = 31_557_600


def mean_waits(path: str, sets: tuple[str, ...], classes: int) -> list[list[float]]:
    """Mean seconds from received to dispatched, by class, of each of 40 replications."""
    found: list[list[float]] = [[] for _ in range(classes)]
    for played in play(path, 40, sets):
        wait, priority = played.wait_s(), played.calls("priority")
        for k, own in enumerate(found):
            own.append(float(wait[priority == k + 1].mean()))
    return found


def per_year(load: float) -> float:
    """Calls a year that offer so many erlangs."""
    return load * YEAR_S / SERVICE_S


@pytest.mark.parametrize(("servers", "shares"), [(1, [0.4, 0.6]), (2, [0.2, 0.3, 0.5]), (3, [0.1, 0.2, 0.3, 0.4])])
def test_classes_wait_as_cobham_says(servers: int, shares: list[float]) -> None:
    load = 0.6 * servers
    sets = (
        f"demand.other_calls_per_year={per_year(load)}",
        f"responders.server.shifts.always.posts={servers}",
        *(f"types.other.priorities.{k + 1}={share}" for k, share in enumerate(shares)),
    )
    means = mean_waits("priority.yaml", sets, len(shares))
    for k, theory in enumerate(cobham(servers, [share * load for share in shares], SERVICE_S)):
        assert_agrees(means[k], theory, f"mean wait of class {k + 1} of {len(shares)}", len(shares))


def test_classes_of_unlike_services_wait_as_pollaczek_khinchine_and_cobham_say() -> None:
    means = mean_waits("two_services.yaml", (), 2)
    theory = priority_mg1([0.2, 0.4], [SERVICE_S / 2, SERVICE_S], [0.0, 0.8])
    assert_agrees(means[0], theory[0], "mean wait of the short", 2)
    assert_agrees(means[1], theory[1], "mean wait of the long", 2)


@pytest.mark.parametrize("stage", ["travel.median_min", "responders.server.turnout_min"])
def test_a_unit_on_its_way_that_may_be_diverted_is_a_server_that_repeats_what_was_cut_short(stage: str) -> None:
    """The upper class never notices the lower."""
    means: list[list[float]] = [[], []]
    for played in play("preemptive.yaml", 40, (f"{stage}={SERVICE_S / 60}",)):
        stay = played.first(Event.ON_SCENE) - played.calls("received_s")
        for k, own in enumerate(means):
            own.append(float(stay[played.calls("priority") == k + 1].mean()))
    upper, lower = preemptive_repeat((0.3 / SERVICE_S, 0.3 / SERVICE_S), SERVICE_S)
    assert_agrees(means[0], upper, f"mean stay of the upper class, {stage}", 2)
    assert_agrees(means[1], lower, f"mean stay of the lower class, {stage}", 2)


@pytest.mark.parametrize(("kept", "loads"), [(0, (1.2, 0.4)), (1, (1.2, 0.4)), (2, (1.2, 0.1))])
def test_units_kept_back_serve_as_the_cut_off_chain_says(kept: int, loads: tuple[float, float]) -> None:
    sets = (
        f"policy.reserve={kept}",
        f"demand.other_calls_per_year={per_year(sum(loads))}",
        *(f"types.other.priorities.{k + 1}={load / sum(loads)}" for k, load in enumerate(loads)),
    )
    means = mean_waits("reserve.yaml", sets, 2)
    for k, theory in enumerate(cut_off_waits(3, kept, loads)):
        assert_agrees(means[k], theory * SERVICE_S, f"mean wait of class {k + 1}, {kept} kept", 2)
