"""Spreads: mean one or median one whatever the family, zeros included, and the ends of an empirical one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import special, stats

from sim.scenario.number import Duration
from sim.scenario.schema import Travel
from sim.world import quantile
from sim.world.spread import mean_over_median, unit_mean, unit_median, varies

U = (np.arange(200_000) + 0.5) / 200_000
EMPIRICAL = {"family": "empirical", "quantiles": [1.0, 2.0, 4.0, 9.0]}
DURATIONS: list[dict[str, Any]] = [
    {"family": "fixed"},
    {"family": "exponential"},
    *({"family": family, "cv": cv} for family in ("lognormal", "gamma", "weibull") for cv in (0.3, 1.4)),
    EMPIRICAL,
]


@pytest.mark.parametrize("zero", [0.0, 0.25])
@pytest.mark.parametrize("row", DURATIONS, ids=str)
def test_every_spread_has_mean_one_and_its_share_of_zeros(row: dict[str, Any], zero: float) -> None:
    factors = unit_mean(U, Duration.model_validate({**row, "zero_share": zero}))
    assert np.mean(factors) == pytest.approx(1.0, abs=0.005)
    assert np.mean(factors == 0) == pytest.approx(zero, abs=1e-4)
    assert row["family"] == "exponential" or np.all(np.diff(factors) >= -1e-12)  # whose low marks are long
    if "cv" in row and zero == 0:
        assert np.std(factors) == pytest.approx(row["cv"], rel=0.02)


def test_a_weibull_duration_is_the_library_s() -> None:
    power = quantile.weibull_power(0.7)
    want = stats.weibull_min(1 / power, scale=1 / special.gamma(1 + power)).ppf(U)
    assert unit_mean(U, Duration.model_validate({"family": "weibull", "cv": 0.7})) == pytest.approx(want)


@pytest.mark.parametrize("zero", [0.0, 0.3])
@pytest.mark.parametrize("family", ["lognormal", "gamma", "weibull", "empirical"])
def test_travel_keeps_its_median_and_ninetieth_percentile_over_all_drives(family: str, zero: float) -> None:
    own = {"quantiles": EMPIRICAL["quantiles"]} if family == "empirical" else {}
    travel = Travel.model_validate({"median_min": 6, "p90_min": 15, "family": family, "zero_share": zero, **own})
    at = unit_median(np.array([0.5, 0.9]), travel)
    assert at == pytest.approx([1.0, 2.5])
    assert np.mean(unit_median(U, travel) == 0) == pytest.approx(zero, abs=1e-4)
    assert varies(travel)
    assert mean_over_median(travel) == pytest.approx(np.mean(unit_median(U, travel)), rel=0.05)


def test_gamma_and_weibull_travel_are_the_library_s() -> None:
    for family, law in (("gamma", stats.gamma), ("weibull", stats.weibull_min)):
        travel = Travel.model_validate({"median_min": 6, "p90_min": 15, "family": family})
        factors = unit_median(U, travel)
        shape = float(_shape(law, 2.5))
        assert factors == pytest.approx(law(shape).ppf(U) / law(shape).ppf(0.5), rel=1e-6)


def _shape(law: Any, ratio: float) -> float:
    low, high = 0.05, 50.0
    for _ in range(200):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if law(middle).ppf(0.9) / law(middle).ppf(0.5) > ratio else (low, middle)
    return low


def test_an_empirical_spread_meets_its_quantiles_and_halves_beyond_the_last() -> None:
    points = np.array([1.0, 2.0, 4.0, 9.0])
    at = quantile.interpolated(np.array([0.1, 0.2, 0.5, 0.8, 0.9, 0.95]), points)
    assert at == pytest.approx([0.5, 1.0, 3.0, 9.0, 14.0, 19.0])
    assert np.mean(quantile.interpolated(U, points)) == pytest.approx(quantile.mean_of(points), rel=1e-3)


def test_drives_of_one_length_do_not_vary() -> None:
    assert not varies(Travel.model_validate({"median_min": 6}))
    assert unit_median(U[:3], Travel.model_validate({"median_min": 6, "family": "gamma"})) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "row",
    [{"family": "empirical"}, {"family": "gamma", "quantiles": [1, 2, 3]}, {"family": "empirical", "quantiles": [3, 2, 1]}],
    ids=["none", "of another family", "falling"],
)
def test_quantiles_come_with_their_family_and_rise(row: dict[str, Any]) -> None:
    for part, more in ((Duration, {}), (Travel, {"median_min": 6})):
        with pytest.raises(ValidationError, match="quantiles"):
            part.model_validate({**row, **more})
