"""What was learned becomes a scenario that loads without a fault, says what it rests on, and keeps to the numbers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from sim.calibrate.drafting.draft import scenario_estimates, write_scenario
from sim.calibrate.estimate import KEPT, Fitted
from sim.calibrate.fits.contrasts import Together, move_kinds
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.scenario.sourcing import sourcing
from sim.world.draws import drawn
from tests.calibrate.learned import DAYS, MAP, SOURCE, estimate, everything, shape, spread


def test_every_number_learned_is_in_force(folder: Path) -> None:
    found = {number.path: number for number in sourcing(load(folder / "long_creek.yaml")) if number.source == SOURCE}
    expected = {one.path: one for one in scenario_estimates(everything())}
    assert set(found) == set(expected)
    for path, one in expected.items():
        assert found[path].value == pytest.approx(one.value, rel=1e-3), path
        assert found[path].low == pytest.approx(one.low, rel=1e-3), path
        assert found[path].unit == one.unit


def test_nothing_of_the_base_hides_what_was_learned(folder: Path) -> None:
    scenario = load(folder / "long_creek.yaml")
    assert scenario.demand.calls_per_1000_per_year is None
    assert scenario.demand.other_calls_per_1000_per_year is None
    assert set(scenario.demand.mix) == {"suicidal", "substance_use"}
    assert set(scenario.types["suicidal"].priorities) == {1, 2}
    assert set(scenario.types["psychosis"].priorities) == {1, 2, 3}, "not learned, so the base's"
    assert scenario.travel.speed_kmh is None
    reference = scenario.outcomes.reference
    assert [kind for kind, row in reference.items() if "hold" in row] == ["all", "suicidal"]
    assert "ed" in reference["youth"], "not learned, so the base's"


def test_kinds_moved_together_keep_their_difference(base: Scenario, tmp_path: Path) -> None:
    """A share learned of all calls does not take the base's rows by kind out where these were moved to it."""
    of_all = estimate("outcomes.reference.all.hold", 0.3, unit="share")
    fitted = Fitted(estimates=[of_all])
    shares = np.concatenate([[of_all.value], of_all.resamples])
    move_kinds(base, fitted, Together("all kinds", {"suicidal": 50, "psychosis": 50}, {"hold": (shares, 100.0)}))
    write_scenario(fitted, MAP, base, tmp_path)
    found = {
        kind: row["hold"].value for kind, row in load(tmp_path / "long_creek.yaml").outcomes.reference.items() if "hold" in row
    }
    of_base = {kind: row["hold"].value for kind, row in base.outcomes.reference.items() if "hold" in row}
    assert set(found) == set(of_base)
    assert found.pop("all") == pytest.approx(0.3)
    del of_base["all"]
    assert sorted(found, key=lambda kind: (found[kind], kind)) == sorted(of_base, key=lambda kind: (of_base[kind], kind))
    assert (found["suicidal"] + found["psychosis"]) / 2 == pytest.approx(0.3, rel=1e-3)


def test_spreads_keep_their_family_and_quantiles(folder: Path) -> None:
    scenario = load(folder / "long_creek.yaml")
    assert scenario.travel.family == "gamma"
    assert scenario.turnout_spread is not None
    assert scenario.turnout_spread.quantiles == scenario.types["suicidal"].on_scene_spread.quantiles
    assert scenario.turnout_spread.quantiles == pytest.approx(np.linspace(1, 60, 99), rel=1e-3)
    assert scenario.turnout_spread.zero_share.value == pytest.approx(0.1)


def test_profiles_are_the_shapes(folder: Path) -> None:
    demand = load(folder / "long_creek.yaml").demand
    assert demand.profile is not None
    assert demand.profile.hours_of_week == pytest.approx(shape("demand.profile", True).hours_of_week, abs=1e-3)
    assert demand.profile.months == pytest.approx(np.linspace(0.9, 1.1, 12), abs=1e-3)
    assert demand.other_profile is not None
    assert demand.other_profile.months is None
    assert demand.other_profile.source == SOURCE


def test_draws_are_the_resamples(folder: Path) -> None:
    """Draw n is the world of resample n, for every number alike; draw KEPT + 1 begins again."""
    scenario = load(folder / "long_creek.yaml")
    assert scenario.resampled is not None
    assert scenario.resampled.n == KEPT
    learned = {one.path: one for one in scenario_estimates(everything())}
    for number in (1, 17, KEPT + 1):
        other = drawn(scenario, number)
        row = (number - 1) % KEPT
        for path, value in (
            ("demand.calls_per_year", other.demand.calls_per_year),
            ("types.suicidal.patience_min", other.types["suicidal"].patience_min),
            ("travel.p90_min", other.travel.p90_min),
        ):
            assert value is not None
            assert value.value == pytest.approx(learned[path].resamples[row], rel=1e-3), path
        assert sum(share.value for share in other.demand.mix.values()) == pytest.approx(1)


def test_the_head_says_where_it_is_from_and_what_was_not_learned(folder: Path) -> None:
    text = (folder / "long_creek.yaml").read_text(encoding="utf-8")
    head = text[: text.index("extends:")]
    said = " ".join(re.sub(r"\n# *", " ", head).split())
    for words in (SOURCE, "1 Jan 2016 to 31 Dec 2017", "facilities: no column says which door", "rates: no export holds prices"):
        assert words in said
    lines = text.splitlines()
    assert len(lines) < 250
    assert max(map(len, lines)) <= 130
    assert "queue_median_min" not in text


@pytest.mark.parametrize("name", ['O"Neil: {x} # 1', "Straße 9", "null"])
def test_any_name_and_source_can_be_written(base: Scenario, tmp_path: Path, name: str) -> None:
    awkward = MAP.model_copy(update={"name": name, "source": name})
    written = write_scenario(everything(), awkward, base, tmp_path, DAYS)
    scenario = load(written[-1] if written[-1].parent == tmp_path else next(p for p in written if p.parent == tmp_path))
    assert scenario.name == name
    assert scenario.resampled is not None
    assert scenario.resampled.source == name


def test_a_quantile_recorded_to_the_minute_may_repeat(base: Scenario, tmp_path: Path) -> None:
    heaped = spread("turnout_spread", "empirical")
    heaped.quantiles[90:] = 60
    write_scenario(Fitted(spreads=[heaped]), MAP, base, tmp_path)
    found = load(tmp_path / "long_creek.yaml").turnout_spread
    assert found is not None
    assert found.quantiles is not None
    assert found.quantiles[-2] == 60 < found.quantiles[-1] < 61


@pytest.mark.parametrize(("n", "n_quantiles"), [(9_000, 99), (400, 35), (120, 9), (20, 3)])
def test_few_rows_give_few_quantiles(base: Scenario, tmp_path: Path, n: int, n_quantiles: int) -> None:
    """Between two of them lie at least ten of the nine tenths that are above zero, so none is one call's minutes."""
    write_scenario(Fitted(spreads=[spread("turnout_spread", "empirical", n=n)]), MAP, base, tmp_path)
    found = load(tmp_path / "long_creek.yaml").turnout_spread
    assert found is not None
    assert found.quantiles is not None
    assert len(found.quantiles) == n_quantiles
    at = np.arange(1, n_quantiles + 1) / (n_quantiles + 1)
    assert found.quantiles == pytest.approx(1 + 59 * (at - 0.01) / 0.98, rel=1e-3)


@pytest.mark.parametrize(
    "how",
    [
        'calls said to be "x: y" # not z, {a: b} and [c, d]; 50 % of a\\b, it\'s - so: "q"',
        "a, " * 120 + "end",
        "unbroken" * 40,
        "x",
        "a reason: with a colon, and another: one, that goes on for so long that it has to be folded somewhere on the way",
    ],
)
def test_a_reason_reads_back_as_it_was(base: Scenario, tmp_path: Path, how: str) -> None:
    write_scenario(Fitted(estimates=[estimate("demand.day_effect_cv", 0.2, how)]), MAP, base, tmp_path)
    assert load(tmp_path / "long_creek.yaml").demand.day_effect_cv.reason == how
