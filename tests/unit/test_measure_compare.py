"""Options side by side: paired differences, verdicts, ED diversion with its parts, records beside the simulated."""

from __future__ import annotations

import copy
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.engines import run
from sim.errors import ResultsError
from sim.measure import Measures, measure
from sim.measure.compare import PARTS, diversion, diversion_by_call, paired, pooled
from sim.measure.interval import summarise
from sim.measure.observed import rows
from sim.scenario.schema import Scenario
from sim.world import build_world
from tests.unit import hand
from tests.unit.hand import CAR, STORY, TEAM_1, at


@pytest.fixture(scope="module")
def aspen() -> Measures:
    return measure(hand.ledger(), hand.world())


@pytest.fixture(scope="module")
def option() -> Measures:
    """Aspen with the team sent to call 5, patrol kept for call 8, and the team sent home on time.

    Call 5 is now resolved by the team with no later visit (was: patrol, a visit within 30 days); call 8 is
    reached by patrol and referred (was: an ED visit of their own, nobody reached); call 7 comes second.
    """
    story = [row for row in STORY if row[2] not in (5, 7, 8)]
    story += [
        (at("15:00"), "RECEIVED", 5, -1, None),
        (at("15:00"), "DISPATCHED", 5, TEAM_1, None),
        (at("15:00"), "EN_ROUTE", 5, TEAM_1, None),
        (at("15:10"), "ON_SCENE", 5, TEAM_1, None),
        (at("15:30"), "CLEAR", 5, TEAM_1, "RESOLVED"),
        (at("16:50"), "RECEIVED", 7, -1, None),
        (at("17:00"), "RECEIVED", 8, -1, None),
        (at("17:00"), "DISPATCHED", 8, CAR, None),
        (at("17:00"), "EN_ROUTE", 8, CAR, None),
        (at("17:10"), "ON_SCENE", 8, CAR, None),
        (at("17:30"), "CLEAR", 8, CAR, "REFERRED"),
        (at("17:30"), "DISPATCHED", 7, CAR, None),
        (at("17:30"), "EN_ROUTE", 7, CAR, None),
        (at("17:40"), "ON_SCENE", 7, CAR, None),
        (at("17:50"), "CLEAR", 7, CAR, "HANDLED"),
    ]
    return measure(hand.ledger(sorted(story, key=lambda row: row[0])), hand.world())


def test_diversion_has_four_parts_that_sum(aspen: Measures, option: Measures) -> None:
    by_call = diversion_by_call(aspen.call_facts, option.call_facts)
    assert len(by_call) == 9
    assert by_call["eligible"].sum() == 8
    found = diversion([aspen.call_facts], [option.call_facts]).set_index(["within", "part"])
    visits = found["visits"].to_dict()
    # Call 8: one index visit less, newly reached. Call 5: one later visit less, within 30 days, not 72 hours.
    assert {part: visits["72h", part] for part in ("all", *PARTS)} == {
        "all": 1, "another responder": 0, "newly reached or lost": 1, "recurrence": 0, "later visits": 0,
    }  # fmt: skip
    assert {part: visits["30d", part] for part in ("all", *PARTS)} == {
        "all": 2, "another responder": 0, "newly reached or lost": 1, "recurrence": 0, "later visits": 1,
    }  # fmt: skip
    assert found.loc[("30d", "all"), "per_100_eligible"] == 100 * 2 / 8
    for within, column in (("72h", "ed_visits_72h"), ("30d", "ed_visits_30d")):
        change = paired([aspen], [option]).set_index(["metric", "group"]).loc[(column, "all"), "difference"]
        assert visits[within, "all"] == -change


def test_diversion_against_itself_is_nothing(aspen: Measures) -> None:
    assert (diversion([aspen.call_facts], [aspen.call_facts])["visits"] == 0).all()


def test_the_order_of_rows_does_not_matter(aspen: Measures, option: Measures) -> None:
    turned = option.call_facts.iloc[::-1]
    pd.testing.assert_frame_equal(diversion([aspen.call_facts], [option.call_facts]), diversion([aspen.call_facts], [turned]))


def test_other_calls_cannot_be_compared(aspen: Measures) -> None:
    moved = aspen.call_facts.copy()
    moved.loc[3, "received_s"] += 1
    for other in (moved, aspen.call_facts.iloc[1:]):
        with pytest.raises(ResultsError, match="did not live through the same calls"):
            diversion([aspen.call_facts], [other])


@pytest.mark.parametrize(
    ("change", "word"),
    [({"seed": 2}, "seed"), ({"end_s": 1}, "end_s"), ({"version": 0}, "version"), ({"candidates": "x"}, "the calls")],
)
def test_pairs_must_share_their_life(aspen: Measures, change: dict[str, Any], word: str) -> None:
    other = replace(aspen, setting=replace(aspen.setting, **change))
    with pytest.raises(ResultsError, match=word):
        paired([aspen], [other])
    with pytest.raises(ResultsError, match="cannot be paired"):
        paired([aspen], [])


def metrics_of(values: dict[tuple[str, str, str], float], unit: str) -> pd.DataFrame:
    out = [(*key, value, unit, 20, "simulated", False) for key, value in values.items()]
    return pd.DataFrame(out, columns=["metric", "group", "level", "value", "unit", "n", "kind", "suppressed"])


def lives(aspen: Measures, numbers: list[float], unit: str = "calls") -> list[Any]:
    key = ("calls_reached", "all", "all")
    return [
        SimpleNamespace(metrics=metrics_of({key: v}, unit), setting=replace(aspen.setting, replication=k))
        for k, v in enumerate(numbers)
    ]


def test_paired_differences_have_t_intervals(aspen: Measures) -> None:
    before, after = [300.0, 310.0, 320.0, 330.0], [340.0, 352.0, 359.0, 369.0]
    found = paired(lives(aspen, before), lives(aspen, after)[::-1]).iloc[0]  # in any order
    differences = np.array(after) - np.array(before)  # 40, 42, 39, 39
    low, high = stats.t.interval(0.95, 3, differences.mean(), stats.sem(differences))
    assert (found["baseline"], found["option"], found["difference"], found["n"]) == (315, 355, 40, 4)
    assert (found["low"], found["high"]) == pytest.approx((low, high))
    assert found["verdict"] == "more"


@pytest.mark.parametrize(
    ("after", "margins", "verdict"),
    [
        ([290, 302, 308, 321], None, "fewer"),
        ([301, 311, 320, 331], None, "about the same"),  # within 1 % of 315
        ([300, 310, 320, 330], None, "about the same"),  # not a call of difference
        ([320, 291, 350, 300], None, "cannot tell"),
        ([340, 352, 359, 369], {"calls_reached": 50}, "about the same"),
    ],
)
def test_verdicts(aspen: Measures, after: list[float], margins: dict[str, float] | None, verdict: str) -> None:
    found = paired(lives(aspen, [300, 310, 320, 330]), lives(aspen, after), margins)
    assert found["verdict"].tolist() == [verdict]


def test_one_pair_has_no_range(aspen: Measures) -> None:
    found = paired(lives(aspen, [300]), lives(aspen, [400])).iloc[0]
    assert found["difference"] == 100
    assert np.isnan(found["low"])
    assert found["verdict"] == "cannot tell"


def test_a_level_of_one_side_only(aspen: Measures) -> None:
    """Counts of a programme the baseline lacks are zero there; its shares are not there at all."""
    setting = aspen.setting
    new = {("calls_reached", "programme", "new"): 7.0}
    share = {("reached_share", "programme", "new"): 0.5}
    both = pd.concat([metrics_of(new, "calls"), metrics_of(share, "share")])
    without = both.iloc[:0]
    found = paired([SimpleNamespace(metrics=without, setting=setting)], [SimpleNamespace(metrics=both, setting=setting)])
    by_metric = found.set_index("metric")
    assert by_metric.loc["calls_reached", ["baseline", "option", "difference"]].tolist() == [0, 7, 7]
    assert np.isnan(by_metric.loc["reached_share", "difference"])
    assert by_metric.loc["reached_share", "n"] == 0


def test_summaries(aspen: Measures) -> None:
    found = summarise([m.metrics for m in lives(aspen, [10, 12, 14])]).iloc[0]
    low, high = stats.t.interval(0.95, 2, 12, stats.sem([10, 12, 14]))
    assert (found["value"], found["replications"], found["n"]) == (12, 3, 20)
    assert (found["low"], found["high"]) == pytest.approx((low, high))
    assert np.isnan(summarise([aspen.metrics]).set_index("metric").loc["calls_received", "low"]).all()


@pytest.mark.parametrize(
    ("metric", "observed", "verdict"),
    [
        ("missed_share", 0.85, "agrees"),  # inside the range
        ("missed_off_duty_share", 0.63, "agrees"),  # 1.9 points off
        ("missed_busy_share", 0.21, "off by 6 points"),
        ("calls_reached", 500.0, "agrees"),  # 4 % off
        ("programme_cost_usd", 277_313.0, "off by $32,000"),
        ("received_to_on_scene_p50_min", 20.0, "off by 9.5 min"),
        ("boarding_hours", 3.0, "cannot be tested"),
        ("cost_per_call_reached_usd", 900.0, "cannot be tested"),  # nobody was reached
    ],
)
def test_records_beside_the_simulated(metric: str, observed: float, verdict: str) -> None:
    simulated = [
        ("missed_share", 0.80, 0.74, 0.86, "share"),
        ("missed_off_duty_share", 0.649, 0.64, 0.66, "share"),
        ("missed_busy_share", 0.15, 0.14, 0.16, "share"),
        ("calls_reached", 520.0, 515.0, 525.0, "calls"),
        ("programme_cost_usd", 309_357.0, 305_000.0, 312_000.0, "USD"),
        ("received_to_on_scene_p50_min", 10.5, 10.0, 11.0, "min"),
        ("cost_per_call_reached_usd", np.nan, np.nan, np.nan, "USD per call"),
    ]
    summary = pd.DataFrame(
        [(m, "all", "all", *rest) for m, *rest in simulated], columns=["metric", "group", "level", "value", "low", "high", "unit"]
    )
    record = SimpleNamespace(value=observed, of=None, unit=None, source=["R020", "R021"])
    found = rows({metric: record}, summary)
    assert found["verdict"].tolist() == [verdict]
    assert found["source"].tolist() == ["R020, R021"]


@pytest.mark.parametrize(("days", "verdict"), [(365, "agrees"), (366, "agrees"), (60, "cannot be tested")])
def test_a_record_of_a_year_wants_a_year(days: int, verdict: str) -> None:
    columns = ["metric", "group", "level", "value", "low", "high", "unit"]
    summary = pd.DataFrame([("programme_cost_usd", "all", "all", 100.0, 90.0, 110.0, "USD")], columns=columns)
    record = SimpleNamespace(value=101.0, of=None, unit="USD per year", source=None)
    assert rows({"programme_cost_usd": record}, summary, days)["verdict"].tolist() == [verdict]


def test_records_of_one_programme(aspen: Measures) -> None:
    summary = summarise([aspen.metrics])
    for of, verdict in (("co_response", "agrees"), ("another", "cannot be tested")):
        record = SimpleNamespace(value=2, of=of, unit=None, source=None)
        assert rows({"calls_reached": record}, summary)["verdict"].tolist() == [verdict]


# --- with an engine ---------------------------------------------------------------------------------------------------


@pytest.fixture
def equal_town(small_town: dict[str, Any]) -> dict[str, Any]:
    """The small town with every outcome row equal, *no responder* included, and doors that never close."""
    town = copy.deepcopy(small_town)
    town["outcomes"]["nobody"] = copy.deepcopy(town["outcomes"]["reference"])
    for responder in town["responders"].values():
        responder.pop("effects", None)
    town["facilities"]["centre"]["open"] = "00:00-24:00"
    return town


def measured(data: dict[str, Any], baseline: dict[str, Any], replication: int = 0) -> Measures:
    world = build_world(Scenario.model_validate(data), replication, Scenario.model_validate(baseline))
    return measure(run(world), world)


@pytest.mark.parametrize("change", ["no team", "nobody", "nearest", "two teams"])
def test_null_law(equal_town: dict[str, Any], change: str) -> None:
    """With all outcome rows equal no option diverts anybody, call by call, whoever is sent or not."""
    option = copy.deepcopy(equal_town)
    if change == "nearest":
        option["policy"] = {"name": "nearest"}
    elif change == "two teams":
        option["responders"]["team"]["shifts"]["late"]["posts"] = 2
    else:
        for name in ["team"] if change == "no team" else list(option["responders"]):
            option["responders"][name]["shifts"] = {}
    before, after = measured(equal_town, equal_town), measured(option, equal_town)
    assert not before.call_facts["responder"].astype(str).equals(after.call_facts["responder"].astype(str))
    by_call = diversion_by_call(before.call_facts, after.call_facts)
    assert (by_call.drop(columns=["stream", "number", "eligible"]) == 0).all(axis=None)
    assert (diversion([before.call_facts], [after.call_facts])["visits"] == 0).all()


def test_a_worse_fate_without_help_never_looks_like_diversion(equal_town: dict[str, Any]) -> None:
    worse = {"contact": 1.0, "medical": 0.3, "hold": 0.3, "ed": 0.8, "later_ed_72h": 0.3, "later_ed_30d": 0.5}
    equal_town["outcomes"]["nobody"]["all"] |= worse
    option = copy.deepcopy(equal_town)
    for responder in option["responders"].values():
        responder["shifts"] = {}
    pairs = [(measured(equal_town, equal_town, k), measured(option, equal_town, k)) for k in range(3)]
    found = diversion([b.call_facts for b, _ in pairs], [o.call_facts for _, o in pairs])
    totals = pooled(found).set_index(["within", "part"])
    assert (totals.xs("all", level="part")["visits"] < 0).all()
    assert (totals["verdict"].xs("all", level="part") == "fewer").all()
    for within in ("72h", "30d"):
        assert sum(totals.loc[(within, part), "visits"] for part in PARTS) == pytest.approx(totals.loc[(within, "all"), "visits"])


def test_played_town_adds_up(small_town: dict[str, Any]) -> None:
    found = measured(small_town, small_town)
    totals = found.metrics[found.metrics["group"] == "all"].set_index("metric")["value"]
    missed = [name for name in totals.index if name.startswith("missed_") and name != "missed_share"]
    assert totals[missed].sum() == pytest.approx(totals["missed_share"])
    assert totals["missed_share"] + totals["reached_share"] == pytest.approx(1)
    for name in ("calls_received", "ed_visits", "never_served", "patrol_hours"):
        parts = found.metrics[(found.metrics["metric"] == name) & (found.metrics["group"] == "type")]
        assert parts["value"].sum() == pytest.approx(totals[name]), name
    staffed = found.shifts[found.shifts["staffed"] == 1]["in_window_s"].sum() / 3600
    assert totals["on_duty_hours"] == pytest.approx(staffed + totals["overtime_hours"])
