"""Aspen's day counted and priced: every expected number is worked out beside it."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.measure import Measures, measure
from sim.measure.contract import broken, scaled
from sim.measure.costs import UNFUNDED
from sim.measure.reach import REASONS, Presence
from sim.measure.values import ByRow, Values, count
from sim.registry import Entry, cost_items, metric, metrics
from sim.world import Prices
from tests.unit import hand


@pytest.fixture(scope="module")
def aspen() -> Measures:
    return measure(hand.ledger(), hand.world())


def value(found: Measures, name: str, group: str = "all", level: str = "all", column: str = "value") -> Any:
    m = found.metrics
    rows = m[(m["metric"] == name) & (m["group"] == group) & (m["level"] == level)]
    assert len(rows) == 1, (name, group, level, len(rows))
    return rows[column].iloc[0]


def test_reach_gives_the_first_reason_that_applies(aspen: Measures) -> None:
    team = aspen.reach[aspen.reach["responder"] == "team"]
    assert dict(zip(team["call"], team["reason"], strict=True)) == {
        1: "off duty", 2: "reached", 3: "busy", 4: "busy", 5: "passed over", 6: "reached", 8: "not staffed", 10: "ended first",
    }  # fmt: skip
    patrol = aspen.reach[aspen.reach["responder"] == "patrol"]
    assert dict(zip(patrol["call"], patrol["reason"], strict=True)) == {
        1: "reached", 2: "passed over", 3: "reached", 4: "reached", 5: "reached", 6: "passed over",
        7: "reached", 8: "busy", 9: "reached", 10: "passed over",
    }  # fmt: skip


def test_shares_of_missed_calls_add_up(aspen: Measures) -> None:
    # Eight calls in the remit: two reached; missed 1 off duty, 1 not staffed, 2 busy, 1 passed over, 1 ended first.
    assert value(aspen, "calls_eligible") == 8
    assert value(aspen, "calls_reached", "programme", "co_response") == 2
    assert value(aspen, "reached_share") == 0.25
    parts = [value(aspen, f"missed_{reason.replace(' ', '_')}_share") for reason in REASONS[1:-1]]  # there is no phone
    assert parts == [0.125, 0.125, 0.25, 0.125, 0.125]
    assert sum(parts) == value(aspen, "missed_share") == 0.75
    assert bool(value(aspen, "reached_share", column="suppressed")) is True  # of eight people
    assert not value(aspen, "calls_reached", column="suppressed")


def test_waits(aspen: Measures) -> None:
    assert value(aspen, "calls_received") == 9
    assert value(aspen, "other_calls_received") == 1
    assert value(aspen, "never_served") == 2
    assert value(aspen, "never_served", "reason", "abandoned") == value(aspen, "never_served", "reason", "unfinished") == 1
    assert value(aspen, "abandoned") == 1
    # Eight were sent somebody: seven at once, one after 1,495 minutes.
    assert value(aspen, "received_to_dispatched_mean_min") == 1495 / 8
    assert value(aspen, "received_to_dispatched_mean_min", column="n") == 8
    assert value(aspen, "p_wait") == 2 / 9  # calls 8 and 10
    # On scene after 10 minutes six times and 20 once; the 90th percentile is 0.4 of the way from the sixth to the seventh.
    assert value(aspen, "received_to_on_scene_p50_min") == 10
    assert value(aspen, "received_to_on_scene_p90_min") == pytest.approx(14)
    assert value(aspen, "received_to_on_scene_p90_min", "priority", "1") == 10
    assert value(aspen, "received_to_on_scene_mean_min") == pytest.approx(80 / 7)
    assert value(aspen, "on_scene_45min_share") == 1
    assert value(aspen, "other_priority1_to_on_scene_p90_min") == 10


def test_endings(aspen: Measures) -> None:
    assert value(aspen, "ed_visits") == 4  # 1, 2, 8 on their own, 9 on a hold
    assert value(aspen, "ed_visits_72h") == 5  # and 3
    assert value(aspen, "ed_visits_30d") == 6  # and 5
    assert value(aspen, "ed_visits", "responder", "patrol") == 2
    # Seven were served; 1, 2 and 9 of them ended in an ED. The team met two people and one went.
    assert value(aspen, "reported_diversion_share") == 4 / 7
    assert value(aspen, "reported_diversion_share", "responder", "team") == 0.5
    for name, number in {"arrests": 1, "holds": 1, "force": 1, "crisis_centre_visits": 0, "referrals": 1, "resolved": 2}.items():
        assert value(aspen, name) == number, name
    # Of the seven, all met: one arrested, one held, three left where they were. The team does not drive: one ride.
    assert value(aspen, "arrest_share") == value(aspen, "hold_share") == 1 / 7
    assert value(aspen, "met_share") == 1
    assert value(aspen, "settled_share") == 3 / 7
    assert value(aspen, "settled_share", "programme", "co_response") == 0.5
    assert value(aspen, "ambulance_share", "programme", "co_response") == 0.5
    # Eight have an ending, the unfinished call has none.
    assert value(aspen, "disposition_share", "disposition", "ED") == 3 / 8
    shares = aspen.metrics[aspen.metrics["metric"] == "disposition_share"]
    assert shares["value"].sum() == pytest.approx(1)
    assert len(shares) == 8  # HANDLED is no ending of a person


def test_work(aspen: Measures) -> None:
    # Patrol: 120 + 40 + 30 + 30 + 120 minutes on task for calls 1, 3, 4, 5, 9, and 20 of paperwork: six hours.
    assert value(aspen, "patrol_hours") == 6
    assert value(aspen, "time_on_task_mean_min") == pytest.approx(440 / 7)
    assert value(aspen, "posted_hours", "responder", "team") == 8
    assert value(aspen, "on_duty_hours", "responder", "team") == 4.5
    assert value(aspen, "overtime_hours") == 0.5
    # Team: 60 minutes on call 2, 30 of paperwork, 40 on call 6, of 270 on duty.
    assert value(aspen, "utilisation", "responder", "team") == pytest.approx(130 / 270)
    # Patrol: the six hours and 40 minutes of call 7, of 24.
    assert value(aspen, "utilisation", "responder", "patrol") == pytest.approx(400 / 1440)
    assert value(aspen, "contacts_per_shift", "responder", "team") == 2


def test_costs_by_payer_add_up_to_the_cent(aspen: Measures) -> None:
    rows = {(r.item, r.group, r.payer): (round(r.quantity, 6), r.cents) for r in aspen.costs.itertuples()}
    assert rows == {
        ("roster", "patrol", "city"): (24, 192_000),
        # 8 hours posted, 4 of them with nobody there, at 13,000: the grant's day of 60,000, the county the rest.
        ("roster", "team", "grant"): (round(8 * 60 / 104, 6), 60_000),
        ("roster", "team", "county"): (round(8 * 44 / 104, 6), 44_000),
        ("overtime", "team", "county"): (0.5, 9_750),
        ("one_time", "co_response", "county"): (1, 120_000),
        ("ed_visit", "patrol", "hospitals_and_insurers"): (4, 1_080_000),  # 1, 9, and later 3 and 5
        ("ed_visit", "team", "hospitals_and_insurers"): (1, 270_000),
        ("ed_visit", "nobody", "hospitals_and_insurers"): (1, 270_000),
        ("ambulance", "team", "hospitals_and_insurers"): (1, 150_000),
        ("booking", "patrol", "sheriff"): (1, 64_600),
    }
    assert aspen.costs["cents"].dtype == np.int64
    assert value(aspen, "total_cost_usd") * 100 == aspen.costs["cents"].sum()
    payers = aspen.metrics[(aspen.metrics["metric"] == "total_cost_usd") & (aspen.metrics["group"] == "payer")]
    assert round(payers["value"].sum() * 100) == aspen.costs["cents"].sum()


def test_money_of_the_programme(aspen: Measures) -> None:
    assert value(aspen, "programme_cost_usd") == 1137.5  # 1,040 posted and 97.50 overtime
    assert value(aspen, "programme_cost_usd", "payer", "grant") == 600
    assert value(aspen, "programme_one_time_usd", "programme", "co_response") == 1200
    assert value(aspen, "cost_per_call_reached_usd") == 568.75  # for two calls


@pytest.mark.parametrize(
    ("sources", "paid"),
    [
        ({"county": "rest"}, {"county": 113_750}),
        ({"state": "first", "county": "rest"}, {"state": 113_750}),
        ({"a": 365 * 100_000, "b": 365 * 10_000, "county": "rest"}, {"a": 100_000, "b": 10_000, "county": 3_750}),
        ({"a": 365 * 200_000, "county": "rest"}, {"a": 113_750}),
        ({"a": 365 * 100_000}, {"a": 100_000, UNFUNDED: 13_750}),
    ],
)
def test_who_pays_a_programme(sources: dict[str, Any], paid: dict[str, int]) -> None:
    prices = replace(hand.PRICES, programme_payers={"co_response": sources}, one_time_cents={})
    costs = measure(hand.ledger(), hand.world(prices)).costs
    own = costs[costs["programme"] == "co_response"]
    assert own.groupby("payer")["cents"].sum().to_dict() == paid


def test_rates_of_zero_cost_nothing_and_twice_the_rate_twice() -> None:
    def cents(prices: Prices) -> pd.Series:
        return measure(hand.ledger(), hand.world(prices)).costs.groupby(["item", "group"])["cents"].sum()

    assert cents(scaled(hand.PRICES, 0)).sum() == 0
    assert (cents(scaled(hand.PRICES, 2)) == 2 * cents(hand.PRICES)).all()


@pytest.mark.parametrize("entry", [*metrics, *cost_items], ids=lambda entry: entry.name)
def test_aspen_keeps_the_contract(entry: Entry) -> None:
    assert broken(entry, [("day in Aspen", hand.world(), hand.ledger())]) == ""


def test_a_metric_is_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_entries", copy.copy(metrics._entries))

    @metric("slowest_min", unit="min", of="call_facts", by=("responder", "type"))
    def slowest_min(calls: pd.DataFrame) -> float:
        """Longest time from received to on scene.

        Definition: maximum of received_to_on_scene_s / 60.
        """
        return float(calls["received_to_on_scene_s"].max()) / 60

    @metric("arrives_as", unit="share", of="crisis_calls")
    def arrives_as(calls: pd.DataFrame) -> pd.Series:
        """Share of calls by who came first.

        Definition: crisis_calls by responder / all.
        """
        return calls["responder"].value_counts(normalize=True)

    @metric("by_the_first", unit="h", of="unit_spells")
    def by_the_first(spells: pd.DataFrame) -> Values:
        """Depends on the order of rows, which it must not.

        Definition: none.
        """
        return Values(float(spells["start_s"].iloc[0]) if len(spells) else 0.0, len(spells))

    @metric("the_longest", unit="calls", of="crisis_calls", by=("responder",))
    def the_longest(calls: pd.DataFrame) -> ByRow:
        """A row's number rests on the other rows, which only `Values` may.

        Definition: none.
        """
        return count(calls["time_on_task_s"] == calls["time_on_task_s"].max())

    found = measure(hand.ledger(), hand.world())
    assert value(found, "slowest_min") == 20
    assert value(found, "slowest_min", column="n") == 10
    assert value(found, "slowest_min", "responder", "team") == 10
    assert value(found, "arrives_as", "responder", "team") == pytest.approx(2 / 9)
    lives = [("day in Aspen", hand.world(), hand.ledger())]
    assert broken(metrics.get("slowest_min"), lives) == ""
    assert "order of rows" in broken(metrics.get("by_the_first"), lives)
    assert "depends on other rows" in broken(metrics.get("the_longest"), lives)


def test_presence_counts_whole_seconds() -> None:
    # Held from 10 to 19, empty at 20, held again 30 to 34; an interval of no length holds nothing.
    held = Presence([10, 30, 40], [20, 35, 40])
    first = np.array([0, 0, 19, 20, 25, 35, 40, 15])
    last = np.array([9, 10, 25, 29, 30, 60, 40, 15])
    assert held.ever(first, last).tolist() == [False, True, True, False, True, False, False, True]
    # One leaves as another comes: the second between is held.
    assert Presence([0, 10], [10, 20]).ever(np.array([10]), np.array([10])).tolist() == [True]
    assert Presence([], []).ever(np.array([5]), np.array([9])).tolist() == [False]
