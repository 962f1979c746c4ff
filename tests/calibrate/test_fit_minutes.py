"""Minutes: families, the way, setting out, the scene, the door, and patience under censoring."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy import stats

import sim
from sim.calibrate.doubt import blocks_of
from sim.calibrate.estimate import Estimate, Fitted
from sim.calibrate.fits import fit
from sim.calibrate.fits.durations import learn_travel, learn_turnout
from sim.calibrate.fits.families import choose, resampled_cv
from sim.calibrate.fits.patience import curve, learn_patience, mean_patience
from sim.calibrate.fits.scenes import learn_doors, learn_scenes
from sim.calibrate.fits.view import View
from sim.scenario.schema import Scenario
from tests.calibrate.made import MAP, Luck, by_path, calls_on, days_from, is_near, records_of, visits_of

Floats = npt.NDArray[np.float64]

REPEATS = 60
FEWEST = int(stats.binom.ppf(1e-4, REPEATS, 0.94))  # false alarm of one in 10,000 where 94 intervals in 100 hold
LAWS = {
    "lognormal": stats.lognorm(0.9, scale=20),
    "gamma": stats.gamma(3, scale=8),
    "weibull": stats.weibull_min(2.5, scale=30),
}


@pytest.fixture(scope="module")
def base() -> Scenario:
    return sim.load("base.yaml")


def world(name: str, n: int = 3000, n_days: int = 150, **columns: object) -> tuple[pd.DataFrame, Luck]:
    luck, days = Luck("minutes", name), days_from(dt.date(2023, 1, 1), n_days)
    counts = np.full(n_days, n // n_days)
    return calls_on(days, counts, np.arange(counts.sum()) % 24, **{"type": "suicidal", **columns}), luck


@pytest.mark.parametrize("name", LAWS)
def test_the_right_family_is_chosen_with_its_numbers(name: str) -> None:
    """With 2,000 values another family is likelier than the true one in fewer than one sample in 10,000."""
    law = LAWS[name]
    choice = choose(law.ppf(Luck("family", name)(2000)))
    best = next(one for one in choice.candidates if one.family == name)
    assert choice.family == name
    assert choice.reason.startswith(name)
    assert best.distance < 0.05
    mean, variance = law.stats("mv")
    assert choice.cv == pytest.approx(np.sqrt(variance) / mean, rel=0.1)
    assert best.parameters["p90_min"] == pytest.approx(law.ppf(0.9), rel=0.1)
    assert [one.family for one in choice.candidates] == [*LAWS, "empirical"]


def test_two_humps_are_left_as_they_are() -> None:
    luck = Luck("humps")
    values = np.where(luck(2000) < 0.5, 5, 60) * np.exp(0.1 * luck.normal(2000))
    choice = choose(values)
    assert choice.family == "empirical"
    assert "limit 0.05" in choice.reason
    assert choice.cv == pytest.approx(values.std() / values.mean())


def test_values_all_alike_do_no_harm() -> None:
    choice = choose(np.full(100, 15.0))
    assert all(np.isfinite(one.distance) for one in choice.candidates)


@pytest.mark.slow
@pytest.mark.parametrize("name", LAWS)
def test_the_spread_is_held(name: str) -> None:
    law, held = LAWS[name], 0
    mean, variance = law.stats("mv")
    for repeat in range(REPEATS):
        blocks = blocks_of(np.arange(150) + 1000 * repeat)
        block, values = np.repeat(blocks.ids, 4), law.ppf(Luck("cv", name, str(repeat))(600))
        low, high = np.percentile(resampled_cv(values, block, blocks, choose(values)), (2.5, 97.5))
        held += low <= np.sqrt(variance) / mean <= high
    assert held >= FEWEST


def test_the_way_by_its_quantiles_zeros_and_parts_of_day(base: Scenario) -> None:
    calls, luck = world("way", 6000)
    night = np.where(calls["hour"] < 6, 0.7, 1.0)
    minutes = np.where(luck(len(calls)) < 0.1, 0.0, night * 6 * np.exp(0.6 * luck.normal(len(calls))))
    calls["zone"] = np.where(np.arange(len(calls)) % 3 == 0, "north", "south")
    fitted = Fitted()
    learn_travel(View(records_of(calls, visits_of(calls, travel_min=minutes)), MAP, base), fitted)
    found = by_path(fitted)
    assert found["travel.median_min"].value == pytest.approx(np.median(minutes), rel=0.01)
    assert found["travel.p90_min"].value == pytest.approx(np.quantile(minutes, 0.9), rel=0.01)
    assert is_near(found["travel.zero_share"], 0.1)
    night_own, median = found["travel.bands.night"], np.median(minutes)
    assert night_own.value == pytest.approx(np.median(minutes[calls["hour"] < 6]) / median, rel=0.01)
    assert found["travel.bands.evening"].low > night_own.high
    spread = fitted.spreads[0]
    assert len(spread.quantiles) == 99
    assert spread.quantiles[0] > 0
    assert set(fitted.tables["travel_by_zone"]["zone"]) == {"north", "south"}


def test_ways_from_zone_to_zone_where_every_pair_is_known(base: Scenario) -> None:
    calls, luck = world("pairs", 1500)
    start, end = (np.array(["north", "south"])[luck.pick([0.5, 0.5], 1500)] for _ in range(2))
    medians = np.where(start == end, 4.0, 12.0)
    visits = visits_of(calls.assign(zone=end), from_zone=start, travel_min=medians * np.exp(0.4 * luck.normal(1500)))
    for n_pairs, kept in ((4, np.full(1500, True)), (3, (start == end) | (start == "north"))):
        fitted = fit(records_of(calls.assign(zone=end), visits[kept]), MAP, base)
        found, is_whole = by_path(fitted), n_pairs == 4
        assert ("travel.median_min" in found) != is_whole
        assert len(fitted.tables["travel_by_pair"]) == n_pairs
        if is_whole:
            assert is_near(found["travel.table_min.north.south"], 12)
            assert is_near(found["travel.table_min.south.south"], 4)
            assert is_near(found["travel.p90_over_median"], np.exp(0.4 * stats.norm.ppf(0.9)))


def test_half_of_drives_at_zero_minutes_give_no_median(base: Scenario) -> None:
    calls, luck = world("zeros", 600)
    visits = visits_of(calls, travel_min=np.where(luck(len(calls)) < 0.55, 0.0, 5.0))
    fitted = Fitted()
    learn_travel(View(records_of(calls, visits), MAP, base), fitted)
    assert not fitted.spreads
    assert {"travel.median_min", "travel.bands"} == {one.path for one in fitted.unlearned}


def test_turnout_by_responder_and_one_spread(base: Scenario) -> None:
    calls, luck = world("turnout")
    is_ems = luck(len(calls)) < 0.3
    minutes = np.where(is_ems, 4.0, 1.0) * stats.gamma(2, scale=0.5).ppf(luck(len(calls)))
    visits = visits_of(calls, responder=np.where(is_ems, "ems", "patrol"), turnout_min=minutes)
    fitted = Fitted()
    learn_turnout(View(records_of(calls, visits), MAP, base), fitted)
    found = by_path(fitted)
    for name, mean in (("ems", 4.0), ("patrol", 1.0)):
        assert is_near(found[f"responders.{name}.turnout_min"], mean)
    assert fitted.spreads[0].family == "gamma"
    assert is_near(found["turnout_spread.cv"], np.sqrt(0.5))


def test_turnout_is_not_counted_twice_where_the_way_begins_at_dispatch(base: Scenario) -> None:
    calls, luck = world("no turnout")
    fitted = Fitted()
    learn_turnout(View(records_of(calls, visits_of(calls, travel_min=5 + luck(len(calls)))), MAP, base), fitted)
    own = by_path(fitted)["responders.patrol.turnout_min"]
    assert own.value == own.high == 0
    assert "from dispatch" in own.how


def scenes(name: str, base: Scenario) -> tuple[dict[str, Estimate], Fitted]:
    """Patrol needs 40 minutes at factor 1, an ambulance 20; psychosis twice as long as suicidal calls, elders as the base."""
    calls, luck = world(name, 6000)
    kinds = np.array(["suicidal", "psychosis", "elder", "other"])[luck.pick([0.4, 0.2, 0.02, 0.38], len(calls))]
    is_ems = (luck(len(calls)) < 0.3) & (kinds != "other")
    factor = np.select([kinds == "psychosis", kinds == "other"], [2.0, 0.5], 1.0)
    minutes = np.where(is_ems, 20, 40) * factor * stats.gamma(2, scale=0.5).ppf(luck(len(calls)))
    visits = visits_of(calls, responder=np.where(is_ems, "ems", "patrol"), on_scene_min=minutes).assign(type=kinds)
    fitted = Fitted()
    learn_scenes(View(records_of(calls.assign(type=kinds), visits), MAP, base), fitted)
    return by_path(fitted), fitted


@pytest.mark.slow
def test_responders_and_kinds_of_call_are_told_apart(base: Scenario) -> None:
    """What is told apart are ratios, and products; 97.5 % intervals of each, over 40 worlds."""
    held = np.zeros(3, int)
    for repeat in range(40):
        found, _ = scenes(f"scene {repeat}", base)
        patrol, ems = (found[f"responders.{name}.on_scene_min"].resamples for name in ("patrol", "ems"))
        psychosis, suicidal = (found[f"types.{kind}.on_scene_factor"].resamples for kind in ("psychosis", "suicidal"))
        bounds = [np.percentile(own, (1.25, 98.75)) for own in (psychosis / suicidal, patrol / ems, patrol * suicidal)]
        held += [low <= truth <= high for (low, high), truth in zip(bounds, (2, 2, 40), strict=True)]
        assert "types.elder.on_scene_factor" not in found
    assert (held >= stats.binom.ppf(1e-4, 40, 0.95)).all(), held


def test_ordinary_work_and_spreads(base: Scenario) -> None:
    found, fitted = scenes("ordinary", base)
    assert is_near(found["types.other.on_scene_min"], 20)
    spreads = {one.path: one for one in fitted.spreads}
    assert set(spreads) == {f"types.{name}.on_scene_spread" for name in base.types}
    assert spreads["types.suicidal.on_scene_spread"].family == "gamma"
    assert is_near(found["types.suicidal.on_scene_spread.cv"], np.sqrt(0.5))  # with kinds and crews mixed it would be 0.9


def test_without_the_moment_of_leaving_calls_that_went_on_elsewhere_are_left_out(base: Scenario) -> None:
    calls, luck = world("leaving")
    held = luck(len(calls)) < 0.3
    calls["ending"] = np.where(held, "hold", "resolved")
    minutes = np.where(held, 180.0, 30.0) + luck(len(calls))
    fitted = Fitted()
    learn_scenes(View(records_of(calls, visits_of(calls, on_scene_min=minutes)), MAP, base), fitted)
    assert by_path(fitted)["responders.patrol.on_scene_min"].value == pytest.approx(30.5, abs=0.1)


def test_doors_by_kind(base: Scenario) -> None:
    calls, luck = world("doors")
    calls["ending"] = np.array(["hold", "arrest", "resolved"])[luck.pick([0.2, 0.1, 0.7], len(calls))]
    means = calls["ending"].map({"hold": 90.0, "arrest": 30.0}).to_numpy()
    fitted = Fitted()
    minutes = means * stats.gamma(4, scale=0.25).ppf(luck(len(calls)))
    learn_doors(View(records_of(calls, visits_of(calls, at_door_min=minutes)), MAP, base), fitted)
    found = by_path(fitted)
    for name, mean in (("general_hospital", 90), ("university_hospital", 90), ("county_jail", 30)):
        assert is_near(found[f"facilities.{name}.handover_min"], mean)
    assert found["handover_spread.cv"].value == pytest.approx(0.5, abs=0.05)


@pytest.mark.slow
def test_patience_is_read_under_censoring(base: Scenario) -> None:
    """Mean 60 minutes; answers come after 10 on average. Those who give up have waited 8.6 minutes: no measure of patience."""
    held = 0
    for repeat in range(40):
        calls, luck = world(f"patience {repeat}", 3000)
        patience, answer = -60 * np.log(luck(len(calls))), -10 * np.log(luck(len(calls)))
        left = patience < answer
        calls["gave_up_min"], calls["queue_min"] = np.where(left, patience, np.nan), np.where(left, np.nan, answer)
        fitted = Fitted()
        learn_patience(View(records_of(calls), MAP, base), fitted)
        own = by_path(fitted)["types.suicidal.patience_min"]
        held += own.low <= 60 <= own.high
        assert np.nanmean(calls["gave_up_min"]) < own.low / 3
    assert held >= stats.binom.ppf(1e-4, 40, 0.94)


def test_patience_is_the_likeliest_and_the_curve_is_kaplan_and_meiers() -> None:
    waited, left = np.array([1.0, 2.0, 4.0, 9.0]), np.array([True, False, True, False])
    assert mean_patience(waited, left) == pytest.approx(16 / 2, rel=1e-4)
    frame = curve(np.repeat(waited, 10), np.repeat(left, 10), 8.0, 10)
    own = frame.set_index("minutes")["still_waiting"]
    assert own[1] == pytest.approx(3 / 4)
    assert own[5] == pytest.approx(3 / 4 * 1 / 2)
    assert frame["minutes"].max() == 7  # ten callers and more wait no longer


def test_patience_needs_thirty_who_gave_up(base: Scenario) -> None:
    calls, luck = world("few gave up", 600)
    calls["queue_min"] = luck(len(calls)) * 10
    calls["gave_up_min"] = np.where(np.arange(len(calls)) < 29, 5.0, np.nan)
    fitted = Fitted()
    learn_patience(View(records_of(calls), MAP, base), fitted)
    assert not fitted.estimates
    assert fitted.unlearned[0].path == "types.*.patience_min"
