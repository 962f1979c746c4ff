"""What rosters as worked cost: 210 posted hours of a week at 100 dollars, relief 1.2, overtime half as dear again."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from sim.engines import run
from sim.measure import Measures, measure
from sim.scenario.schema import Scenario
from sim.study.reckoning import posts_by_hour
from sim.world import build_world
from sim.world.money import posted_hour_usd
from tests.unit.rostered import shift, town

HOURS = 210
HOUR = 120.0  # relief included
OVERTIME_HOUR = 150.0


def paid(**team: Any) -> dict[str, Any]:
    rates = {"clinician_fte_usd": 200_000, "paid_hours_per_fte_year": 2000, "overtime_factor": 1.5}
    return town(relief_factor=1.2, **team) | {"rates": rates}


def measured(data: dict[str, Any]) -> Measures:
    world = build_world(Scenario.model_validate(data))
    return measure(run(world), world)


def bill(data: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Hours and dollars of each cost item."""
    costs = measured(data).costs
    return {row.item: (row.quantity, row.cents / 100) for row in costs.itertuples()}


PLAIN = {"roster": (HOURS, HOURS * HOUR)}
FILLED = {"overtime_fill": (HOURS, HOURS * OVERTIME_HOUR)}


@pytest.mark.parametrize(
    ("team", "expected"),
    [
        ({}, PLAIN),
        ({"unavailable_share": 1}, PLAIN),
        ({"vacancy_share": 1}, {}),
        ({"vacancy_share": 1, "overtime_fill_share": 1}, FILLED),
        ({"unavailable_share": 1, "overtime_fill_share": 1}, FILLED),
        ({"overtime_fill_share": 1}, PLAIN),
        ({"away": {"training": {"share": 1, "from_h": 2, "hours": 3}}}, PLAIN),
        ({"vacancy_share": 1, "overtime_fill_share": 1, "away": {"court": {"share": 1, "hours": 3}}}, FILLED),
        ({"breaks": {"after_h": 4, "minutes": 30}}, PLAIN),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_who_is_paid(team: dict[str, Any], expected: dict[str, Any]) -> None:
    assert bill(paid(**team)) == expected


def test_hours_on_call_are_paid_in_part_whoever_waits() -> None:
    rows = {"day": shift(posts=3, on_call=True, paid_share=0.25)}
    assert bill(paid(shifts=rows)) == {"roster": (HOURS / 4, HOURS / 4 * HOUR)}
    filled = paid(shifts=rows, vacancy_share=1, overtime_fill_share=1)
    assert bill(filled) == {"overtime_fill": (HOURS / 4, HOURS / 4 * OVERTIME_HOUR)}


SHARES = ("vacancy_share", "unavailable_share", "overtime_fill_share")


def reckoned(shares: dict[str, float]) -> float:
    scenario = Scenario.model_validate(paid(**shares))
    team = scenario.responders["team"]
    return posted_hour_usd(scenario, team, team.shifts["day"])


def test_a_posted_hour_is_reckoned_as_it_is_billed() -> None:
    corners = {}
    for corner in itertools.product((0.0, 1.0), repeat=3):
        shares = dict(zip(SHARES, corner, strict=True))
        corners[corner] = reckoned(shares)
        assert corners[corner] * HOURS == pytest.approx(sum(usd for _, usd in bill(paid(**shares)).values())), shares
    between = {"vacancy_share": 0.3, "unavailable_share": 0.2, "overtime_fill_share": 0.6}
    weighed = 0.0
    for corner, usd in corners.items():
        chance = 1.0
        for name, is_so in zip(SHARES, corner, strict=True):
            chance *= between[name] if is_so else 1 - between[name]
        weighed += chance * usd
    assert reckoned(between) == pytest.approx(weighed)


def test_a_shift_in_pieces_is_one_shift_in_which_units_are_missed_for_a_while() -> None:
    found = measured(paid(away={"training": {"share": 1, "from_h": 2, "hours": 3}}))
    metrics = found.metrics[found.metrics["group"] == "all"].set_index("metric")
    assert metrics.loc["contacts_per_shift", "n"] == 21
    assert metrics.loc["posted_hours", "value"] == HOURS
    assert metrics.loc["on_duty_hours", "value"] == HOURS - 21 * 3
    assert found.shifts[["staffed", "overtime", "on_call", "paid_share"]].drop_duplicates().values.tolist() == [
        [1, 0, 0, 1], [0, 0, 0, 1],
    ]  # fmt: skip


def test_posts_by_hour_know_the_stagger() -> None:
    scenario = Scenario.model_validate(town(shifts={"day": shift("08:00", "10:00", posts=3, stagger_min=90)}))
    assert posts_by_hour(scenario.responders["team"])[7:15].tolist() == [0, 1, 1.5, 1, 1.5, 1, 0, 0]
