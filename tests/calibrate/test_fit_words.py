"""Kinds of call, priorities and endings: shares that were put in come out, and sum to what they must."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import sim
from sim.calibrate.estimate import Estimate, Fitted
from sim.calibrate.fits.endings import learn_endings
from sim.calibrate.fits.mix import learn_mix, learn_priorities
from sim.calibrate.fits.view import View
from sim.calibrate.mapping import ExportMap
from sim.outcomes.grid import reference
from sim.scenario.number import Sourced
from sim.scenario.schema import Scenario
from sim.world.split import ending_shares
from tests.calibrate.made import Luck, by_path, calls_on, days_from, is_near, records_of, visits_of

REPEATS = 60
FEWEST = int(stats.binom.ppf(1e-4, REPEATS, 0.94))  # false alarm of one in 10,000 where 94 intervals in 100 hold
WORDS = ("resolved", "referred", "crisis_centre", "ed", "ed_medical", "hold", "arrest", "no_contact")
TYPES = {"S": "suicidal", "W": "welfare_check", "P": "psychosis", "Y": "youth", "E": "elder", "default": "other"}
MAP = ExportMap(stamps={"received": "when"}, types=TYPES, dispositions={word: word for word in WORDS})


@pytest.fixture(scope="module")
def base() -> Scenario:
    return sim.load("base.yaml")


def world(name: str, mix: Mapping[str, float], a_day: float = 20, n_days: int = 200) -> tuple[pd.DataFrame, Luck]:
    luck, days = Luck("words", name), days_from(dt.date(2023, 1, 1), n_days)
    counts = luck.poisson(np.full(n_days, a_day))
    n = int(counts.sum())
    kinds = np.array(list(mix))[luck.pick(list(mix.values()), n)]
    return calls_on(days, counts, np.zeros(n, int), type=kinds), luck


def mix_of(calls: pd.DataFrame, base: Scenario, export_map: ExportMap = MAP) -> dict[str, Estimate]:
    fitted = Fitted()
    learn_mix(View(records_of(calls), export_map, base), fitted)
    return by_path(fitted)


@pytest.mark.slow
def test_the_mix_holds_the_truth_and_sums_to_one(base: Scenario) -> None:
    truth = {"suicidal": 0.12, "welfare_check": 0.06, "psychosis": 0.02}
    held = 0
    for repeat in range(REPEATS):
        found = mix_of(world(str(repeat), {**truth, "other": 0.8})[0], base)
        held += all(
            found[f"demand.mix.{name}"].low <= 5 * share <= found[f"demand.mix.{name}"].high for name, share in truth.items()
        )
        assert sum(one.value for one in found.values()) == pytest.approx(1)
        assert sum(one.resamples for one in found.values()) == pytest.approx(1)
    assert held >= stats.binom.ppf(1e-4, REPEATS, 0.94**2)  # three shares at once, two of them free


def test_every_kind_of_the_base_is_spoken_of(base: Scenario) -> None:
    found = mix_of(world("kinds", {"suicidal": 0.5, "welfare_check": 0.4995, "youth": 0.0005})[0], base)
    assert {f"demand.mix.{name}" for name in base.demand.mix} == set(found)
    assert found["demand.mix.homelessness"].value == found["demand.mix.homelessness"].high == 0
    assert "no label" in found["demand.mix.homelessness"].how


def test_kinds_with_few_calls_are_counted_together(base: Scenario) -> None:
    """Seven calls about youth and eight about elders: neither count is shown, both together are split as in the base."""
    export_map = MAP.model_copy(update={"types": {"S": "suicidal", "Y": "youth", "E": "elder"}})
    calls, _ = world("few", {"suicidal": 1.0}, 10, 100)
    calls.loc[:6, "type"], calls.loc[7:14, "type"] = "youth", "elder"
    found = mix_of(calls, base, export_map)
    youth, elder = found["demand.mix.youth"], found["demand.mix.elder"]
    assert youth.value + elder.value == pytest.approx(15 / len(calls), rel=0.01)
    assert youth.value / elder.value == pytest.approx(base.demand.mix["youth"].value / base.demand.mix["elder"].value)
    assert youth.low == 0
    assert youth.high >= 10 / len(calls)
    assert youth.n == len(calls)
    calls.loc[:14, "type"] = "suicidal"
    calls.loc[:2, "type"] = "youth"
    three = mix_of(calls, base, export_map)
    calls.loc[:2, "type"] = "suicidal"
    none = mix_of(calls, base, export_map)
    assert three["demand.mix.youth"].value == pytest.approx(
        none["demand.mix.youth"].value, rel=0.01
    )  # three calls and none read alike


def test_priorities_by_kind_and_few_levels_folded(base: Scenario) -> None:
    calls, luck = world("priorities", {"suicidal": 0.3, "other": 0.7}, 20, 300)
    calls["priority"] = np.where(calls["type"] == "other", 4, 1 + luck.pick([0.6, 0.4], len(calls)))
    calls.loc[calls.index[calls["type"] == "other"][:5], "priority"] = 2
    fitted = Fitted()
    learn_priorities(View(records_of(calls), MAP, base), fitted)
    found = by_path(fitted)
    assert set(found) == {"types.suicidal.priorities.1", "types.suicidal.priorities.2", "types.other.priorities.4"}
    assert found["types.other.priorities.4"].value == 1  # five calls of another priority are not told
    first = found["types.suicidal.priorities.1"]
    assert is_near(first, 0.6)
    assert first.value + found["types.suicidal.priorities.2"].value == pytest.approx(1)


TRUTH = {"contact": 0.85, "medical": 0.1, "arrest": 0.05, "hold": 0.2, "ed": 0.25, "crisis_centre": 0.1, "referral": 0.3}


def city(base: Scenario, shares: Mapping[str, float]) -> Scenario:
    """The base with these shares of the chain for every type."""
    rows = {"all": {name: Sourced(value=share) for name, share in shares.items()}}
    return base.model_copy(update={"outcomes": base.outcomes.model_copy(update={"reference": rows})})


def ended(calls: pd.DataFrame, luck: Luck, base: Scenario, shares: Mapping[str, float] = TRUTH) -> pd.DataFrame:
    """Calls that end as the simulator would have them end when patrol answers, severity and known medical need with it."""
    expected = ending_shares(city(base, shares), "suicidal")
    words = [name for name in WORDS if expected[name] > 0]
    return calls.assign(ending=np.array(words)[luck.pick([expected[name] for name in words], len(calls))])


def endings_of(calls: pd.DataFrame, base: Scenario, export_map: ExportMap = MAP, **visit: object) -> Fitted:
    fitted = Fitted()
    learn_endings(View(records_of(calls, visits_of(calls, **visit)), export_map, base), fitted)
    return fitted


@pytest.mark.slow
def test_the_chain_comes_out_with_severity_and_known_medical_need(base: Scenario) -> None:
    held = dict.fromkeys(TRUTH, 0)
    for repeat in range(REPEATS):
        calls, luck = world(f"chain {repeat}", {"suicidal": 1.0}, 8)
        found = by_path(endings_of(ended(calls, luck, base), base))
        for decision, share in TRUTH.items():
            one = found[f"outcomes.reference.suicidal.{decision}"]
            held[decision] += one.low <= share <= one.high
    assert min(held.values()) >= FEWEST, held


def test_all_types_together_and_each_with_calls_enough(base: Scenario) -> None:
    calls, luck = world("both", {"suicidal": 0.9, "psychosis": 0.08, "elder": 0.02}, 10)
    fitted = endings_of(ended(calls, luck, base), base)
    types = {path.split(".")[2] for path, one in by_path(fitted).items() if "the base's difference" not in one.how}
    assert types == {"all", "suicidal", "psychosis"}
    assert "outcomes.reference.elder" in {one.path for one in fitted.unlearned}


def odds_over(found: Mapping[str, Estimate], base: Scenario, kinds: Sequence[str], decision: str) -> list[float]:
    """Log odds less the base's: what each kind was moved by."""
    own = {kind: found[f"outcomes.reference.{kind}.{decision}"].value for kind in kinds}
    return [float(special.logit(own[kind]) - special.logit(reference(base, kind, decision))) for kind in kinds]


def test_kinds_without_shares_of_their_own_keep_the_base_s_difference(base: Scenario) -> None:
    """Nine kinds with few calls each: half of all are held, those held most in the base still most, and the sum is right."""
    kinds = [name for name in base.demand.mix if name != "follow_up"]
    calls, luck = world("differences", dict.fromkeys(kinds, 1 / len(kinds)), 3)
    calls = calls.assign(ending=np.where(luck(len(calls)) < 0.5, "hold", "resolved"))
    found = by_path(endings_of(calls, base, MAP.model_copy(update={"dispositions": {"Yes": "hold", "No": "resolved"}})))
    moved = odds_over(found, base, [*kinds, "follow_up"], "hold")
    assert moved == pytest.approx([moved[0]] * len(moved))
    assert moved[0] > 1
    n = calls["type"].value_counts()
    for draw in (np.mean, lambda resamples: resamples[17]):
        shares = {kind: float(draw(found[f"outcomes.reference.{kind}.hold"].resamples)) for kind in kinds}
        together = sum(n[kind] * share for kind, share in shares.items()) / n.sum()
        assert together == pytest.approx(float(draw(found["outcomes.reference.all.hold"].resamples)), abs=1e-6)


def test_what_a_large_kind_does_is_not_laid_on_the_small_ones(base: Scenario) -> None:
    """Suicidal callers, half of all, are all but always held and the others hardly ever: these keep to their own level."""
    small = ("youth", "elder", "homelessness", "domestic")
    calls, luck = world("large", {"suicidal": 0.7, **dict.fromkeys(small, 0.075)}, 5)
    often = np.where(calls["type"] == "suicidal", 0.9, 0.1)
    calls = calls.assign(ending=np.where(luck(len(calls)) < often, "hold", "resolved"))
    export_map = MAP.model_copy(update={"dispositions": {"Yes": "hold", "No": "resolved"}})
    fitted = endings_of(calls, base, export_map)
    found, n = by_path(fitted), calls["type"].value_counts()
    assert max(n[kind] for kind in small) < 100 < sum(n[kind] for kind in small)
    held = sum(n[kind] * found[f"outcomes.reference.{kind}.hold"].value for kind in small) / sum(n[kind] for kind in small)
    assert held < 0.2 < 0.6 < found["outcomes.reference.all.hold"].value
    few = calls[(calls["type"] == "suicidal") | (calls.index % 4 == 0)]
    found = by_path(endings_of(few, base, export_map))
    assert sum(odds_over(found, base, ["youth"], "hold")) > 0, "too few of the small kinds even together: moved with all"


def test_one_word_alone_is_read_through_what_the_base_says_before_it(base: Scenario) -> None:
    """Holds only: how many calls get as far as that question is the base's, and the share of all calls comes out."""
    calls, luck = world("holds", {"suicidal": 1.0}, 30)
    calls = calls.assign(ending=np.where(luck(len(calls)) < 0.21, "hold", "resolved"))
    export_map = MAP.model_copy(update={"dispositions": {"Yes": "hold", "No": "resolved"}})
    fitted = endings_of(calls, base, export_map)
    found = by_path(fitted)
    assert {path.rsplit(".", 1)[-1] for path in found} == {"hold"}
    assert "the base's difference" not in found["outcomes.reference.suicidal.hold"].how
    own, row = found["outcomes.reference.suicidal.hold"], base.outcomes.reference["suicidal"]
    shares = {name: share.value for name, share in {**base.outcomes.reference["all"], **row}.items()}
    expected = ending_shares(city(base, shares | {"hold": own.value}), "suicidal")
    assert expected["hold"] == pytest.approx((calls["ending"] == "hold").mean(), abs=1e-6)
    assert "as in the base" in own.how
    assert "outcomes.reference.*.ed" in {one.path for one in fitted.unlearned}


@pytest.mark.parametrize("case", ["no calm word", "not patrol", "no words"])
def test_where_the_chain_cannot_be_read_it_is_said(base: Scenario, case: str) -> None:
    calls, luck = world("cannot", {"suicidal": 1.0}, 10, 60)
    calls, export_map, visit = ended(calls, luck, base), MAP, {}
    if case == "no calm word":
        calls = calls.assign(ending=calls["ending"].where(calls["ending"] == "hold"))
        export_map = MAP.model_copy(update={"dispositions": {"Yes": "hold"}})
    elif case == "not patrol":
        visit = {"responder": "ems"}
    else:
        export_map = MAP.model_copy(update={"dispositions": {}})
    fitted = endings_of(calls, base, export_map, **visit)
    assert not fitted.estimates
    assert [one.path for one in fitted.unlearned] == ["outcomes.reference"]


def test_ambulances_for_known_medical_need_leave_patrol_none_of_it(base: Scenario) -> None:
    """Calls with a known need go to the ED by ambulance: none of patrol's is taken off, and its share comes out."""
    calls, luck = world("ambulance", {"suicidal": 1.0}, 40)
    is_known = luck(len(calls)) < base.types["suicidal"].medical_need_share.value
    calls = calls.assign(ending=np.where(is_known, "ed_medical", np.where(luck(len(calls)) < 0.08, "ed_medical", "resolved")))
    found = by_path(endings_of(calls, base, responder=np.where(is_known, "ems", "patrol")))
    own = found["outcomes.reference.suicidal.medical"]
    assert own.value == pytest.approx(0.08, abs=0.02)  # four standard errors of each share
