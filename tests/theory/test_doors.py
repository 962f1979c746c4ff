"""Doors and places as textbook queues. Each is reached from scenario YAML alone; seeds were fixed beforehand."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

import sim
from sim.rules.lifecycle import Disposition, Event, StayStatus
from tests.theory.chains import mean, tandem
from tests.theory.changing_places import steady_days
from tests.theory.changing_staff import unlimited_staff
from tests.theory.oracle import FAULT, assert_agrees, erlang_b, mg1_mean_wait
from tests.theory.played import HERE, SERVICE_S, Ints, Played, by_hour, play

DAYS_PER_YEAR = 365.25


def people_in(played: Played, facility: str) -> Ints:
    """Who holds a place after each row."""
    return played.number(played.rows(Event.ADMITTED, at=facility), played.rows(Event.LEFT, at=facility))


@pytest.mark.parametrize("path", ["door_by_hour.yaml", "door_by_hour_and_car.yaml"])
def test_a_door_without_limits_holds_as_many_as_palm_and_khinchine_say(path: str) -> None:
    scenario = sim.load(HERE / path)
    load = scenario.facilities["hospital"].other_load
    assert load is not None
    theory = unlimited_staff(by_hour(load.per_day.value, load.profile), 8, 1.2)
    if scenario.demand.calls_per_year is not None:
        per_day = scenario.demand.calls_per_year.value / DAYS_PER_YEAR
        theory = theory + unlimited_staff(by_hour(per_day, scenario.demand.profile), 8, 1.2, first_h=1)
    found = np.array([played.at_half_past(people_in(played, "hospital")) for played in play(path, 20)])
    for hour in range(24):
        assert_agrees(found[:, hour].tolist(), float(theory[hour]), f"people in the hospital at {hour} h", 24)


def test_places_by_shift_fill_as_kolmogorovs_equations_say() -> None:
    """A fault of 5 % of the busiest hour's people would show in every hour."""
    load = sim.load(HERE / "door_by_shift.yaml").facilities["hospital"].other_load
    assert load is not None
    places = [2] * 6 + [3] * 8 + [4] * 8 + [2] * 2
    theory = steady_days(by_hour(load.per_day.value, load.profile), places, 100 / 60, inf)
    found = []
    for played in play("door_by_shift.yaml", 20):
        at_door = played.number(played.rows(Event.WALKED_IN), played.rows(Event.ADMITTED))
        found.append((played.at_half_past(people_in(played, "hospital")), played.at_half_past(at_door)))
    fault = FAULT * float(np.add(*theory).max())
    for k, what in enumerate(("in a place", "at the door")):
        for hour in range(24):
            values = [float(one[k][hour]) for one in found]
            assert_agrees(values, float(theory[k][hour]), f"{what} at {hour} h", 48, fault)


def tandem_states(played: Played) -> dict[tuple[int, ...], float]:
    """Share of the window's time by (treated, boarding, in bed, at the door)."""
    left, boards = played.rows(Event.LEFT, at="hospital"), played.rows(Event.BOARDS, at="hospital")
    boarding = played.number(boards, left & (played.ledger["status_from"] == StayStatus.BOARDING))
    gone = played.rows(Event.ADMITTED, at="hospital") | played.rows(Event.TURNED_AWAY, at="hospital")
    at_door = played.number(played.rows(Event.WALKED_IN, at="hospital"), gone)
    return played.shares(people_in(played, "hospital") - boarding, boarding, people_in(played, "ward"), at_door)


def tandem_rates(per_day: float) -> tuple[float, float, float]:
    """Arrivals, ends of treatment and beds left, an hour."""
    return per_day / 24, 1 / 5, 1 / 4


@pytest.mark.parametrize("beds", [1, 2])
def test_a_full_ward_blocks_the_ed_as_the_chain_says_where_people_go_away(beds: int) -> None:
    """A fault of 5 % of a state, or of a typical one, would show in every state."""
    chain = tandem(2, beds, tandem_rates(6), waits=False)
    found = [tandem_states(played) for played in play("tandem.yaml", 30, (f"facilities.ward.places={beds}",))]
    assert all(set(one) <= set(chain) for one in found)
    for state, share in chain.items():
        fault = FAULT * max(share, 1 / len(chain))
        assert_agrees([one.get(state, 0.0) for one in found], share, f"state {state}", len(chain), fault)


@pytest.mark.parametrize(("beds", "per_day"), [(1, 3), (2, 4)])
def test_a_full_ward_blocks_the_ed_as_the_chain_says_where_people_wait(beds: int, per_day: float) -> None:
    """A fault of 5 % of the people at the door and in the ED would show in each of them."""
    chain = tandem(2, beds, tandem_rates(per_day), waits=True)
    fault = FAULT * sum(mean(chain, place) for place in (0, 1, 3))
    rules = ("facilities.hospital.when_full=wait", f"facilities.ward.places={beds}")
    found = [tandem_states(one) for one in play("tandem.yaml", 40, (*rules, f"facilities.hospital.other_load.per_day={per_day}"))]
    for place, what in enumerate(("treated", "boarding", "in bed", "at the door")):
        assert_agrees([mean(one, place) for one in found], mean(chain, place), f"mean number {what}", 5, fault)
    waits = [sum(share for state, share in one.items() if state[0] + state[1] == 2) for one in (chain, *found)]
    assert_agrees(waits[1:], waits[0], "share of time the ED is full", 5)


def test_cars_wait_for_the_bay_as_pollaczek_and_khinchine_say() -> None:
    waits = []
    for played in play("bays.yaml", 40):
        came, begun = played.first(Event.AT_FACILITY), played.first(Event.ADMITTED)
        assert (begun >= came).all() and (came >= 0).all()
        waits.append(begun - came)
    assert_agrees([float((wait > 0).mean()) for wait in waits], 0.5, "P(wait)", 2)
    assert_agrees([float(wait.mean()) for wait in waits], mg1_mean_wait(0.5, SERVICE_S, 0.5), "mean wait", 2)


def test_full_chairs_send_people_to_the_ed_as_erlang_b_says() -> None:
    """However long stays are spread: a chair is held for the hand-over, always half an hour, and then 6 h on average."""
    load = 3786.91 / DAYS_PER_YEAR / 24 * 6.5
    shares = []
    for played in play("chairs.yaml", 20, ("run.days=1500",)):
        rows = played.ledger[played.rows(Event.CLEAR)]
        shares.append(float((rows["disposition"] == Disposition.ED).mean()))
    assert_agrees(shares, erlang_b(4, load), "share sent on to the ED")
