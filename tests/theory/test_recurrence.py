"""People whose crises recur, against closed forms. Each is reached from scenario YAML alone; seeds were fixed beforehand."""

from __future__ import annotations

import pytest

import sim
from sim.rules.lifecycle import DAY_S, Event
from tests.theory.oracle import assert_agrees
from tests.theory.played import HERE, Played, play
from tests.theory.recurrence import away, hastened, in_care, over_people

PEOPLE = 100
PER_YEAR = 12.0
DAYS_PER_YEAR = 365.25


def years(played: Played) -> float:
    """Length of the window."""
    return float(played.world.window_end_s - played.world.window_start_s) / DAY_S / DAYS_PER_YEAR


def crises_per_year(path: str, replications: int, sets: tuple[str, ...] = (), people: int = PEOPLE) -> list[float]:
    """Crises a year and person in each replication."""
    found = []
    for played in play(path, replications, sets):
        assert len(played.world.persons) == people
        came = (played.first(Event.RECEIVED) >= 0) & (played.calls("person") >= 0)
        found.append(float(came.sum()) / years(played) / people)
    return found


def test_people_without_memory_are_in_crisis_as_often_as_stated() -> None:
    assert_agrees(crises_per_year("person.yaml", 20), PER_YEAR, "crises a year")


@pytest.mark.parametrize(("factor", "connects"), [(0.4, 0.5), (0.0, 1.0), (0.8, 0.9)])
def test_care_makes_crises_as_rare_as_renewal_says(factor: float, connects: float) -> None:
    sets = (f"people.recurrent.care_factor={factor}", f"follow_up.raised_share.resolved={connects}")
    theory = in_care(PER_YEAR, factor, connects, 40 / DAYS_PER_YEAR)
    assert_agrees(crises_per_year("in_care.yaml", 20, sets), theory, "crises a year")


@pytest.mark.parametrize("scene_days", [0, 10], ids=["calls that take no time", "calls of ten days"])
def test_time_away_and_with_a_call_makes_crises_as_rare_as_renewal_says(scene_days: int) -> None:
    found = crises_per_year("in_jail.yaml", 20, (f"types.crisis.on_scene_min={scene_days * 24 * 60}",))
    assert_agrees(found, away(PER_YEAR, (20 + scene_days) / DAYS_PER_YEAR), "crises a year")


def test_unresolved_contacts_bring_the_next_crisis_as_much_sooner_as_renewal_says() -> None:
    theory = hastened(PER_YEAR, 2.5, 15 / DAYS_PER_YEAR)
    assert_agrees(crises_per_year("unresolved.yaml", 20), theory, "crises a year")


@pytest.mark.parametrize("family", ["gamma", "lognormal"])
def test_unlike_people_are_away_as_often_as_renewal_says(family: str) -> None:
    """Those in crisis most often are also away most often."""
    people = 1000
    sets = (
        f"people.recurrent.frailty={family}",
        "people.recurrent.frailty_cv=1",
        "people.recurrent.per_1000=1000",
        f"demand.calls_per_year={people * PER_YEAR + 1000}",
        "run.days=365",
    )
    theory = over_people(lambda rate: away(rate, 20 / DAYS_PER_YEAR), PER_YEAR, 1.0, family)
    assert_agrees(crises_per_year("in_jail.yaml", 20, sets, people), theory, "crises a year")


@pytest.mark.parametrize("path", ["in_care.yaml", "in_jail.yaml", "unresolved.yaml"])
def test_calls_about_them_and_about_others_make_up_the_stated_total(path: str) -> None:
    """Whatever memory does to the first, since the stated total was observed with it."""
    stated = sim.load(HERE / path).demand.calls_per_year
    assert stated is not None
    found = [float((played.first(Event.RECEIVED) >= 0).sum()) / years(played) for played in play(path, 20)]
    assert_agrees(found, stated.value, "calls a year")
