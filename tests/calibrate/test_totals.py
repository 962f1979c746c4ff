"""Totals of an annual report become numbers with the range that a count, or the report, gives them; and a scenario."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from scipy import stats

from sim.calibrate.drafting.chain import ed_share
from sim.calibrate.drafting.draft import write_scenario
from sim.calibrate.drafting.totals import fitted_totals, read_totals
from sim.calibrate.estimate import Fitted
from sim.errors import ExportError
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.world.split import ED_ENDINGS, ending_shares

TOTALS = """\
name: Alder
source: police annual report
as_of: 2025
population: 48000
calls_per_year: 812
other_calls_per_year: {value: 9100, low: 8800, high: 9400}
mix: {suicidal: 240, welfare_check: 310, disturbance: 262}
priorities:
  suicidal: {1: 0.6, 2: 0.4}
  all: {2: 100, 3: 300}
travel: {median_min: 6, p90_min: {value: 14, low: 12, high: 17}}
on_scene_min: {patrol: 38}
on_scene_median_min: {ems: {value: 20, low: 18, high: 22}}
endings: {resolved: 300, referred: 120, crisis_centre: 12, ed: 150, ed_medical: 60, hold: 90, arrest: 30, no_contact: 50}
"""


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load("base.yaml")


def fitted(text: str, base: Scenario, folder: Path) -> Fitted:
    path = folder / "totals.yaml"
    path.write_text(text, encoding="utf-8")
    totals, tree = read_totals(path)
    return fitted_totals(totals, base, tree)


@pytest.fixture
def learned(base: Scenario, tmp_path: Path) -> Fitted:
    return fitted(TOTALS, base, tmp_path)


def range_of(learned: Fitted, path: str) -> tuple[float, float, float]:
    one = next(one for one in learned.estimates if one.path == path)
    return one.value, one.low, one.high


def test_a_count_of_a_year_has_poisson_s_range(learned: Fitted) -> None:
    value, low, high = range_of(learned, "demand.calls_per_year")
    assert value == 812
    assert stats.poisson.sf(811, low) == pytest.approx(0.025), "so few calls that 812 or more come once in forty years"
    assert stats.poisson.cdf(812, high) == pytest.approx(0.025)


def test_a_share_of_counted_calls_has_a_binomial_s_range(learned: Fitted) -> None:
    value, low, high = range_of(learned, "demand.mix.suicidal")
    assert value == pytest.approx(240 / 812)
    assert stats.binom.sf(239, 812, low) == pytest.approx(0.025)
    assert stats.binom.cdf(240, 812, high) == pytest.approx(0.025)


def test_a_stated_range_is_kept_and_a_bare_number_has_none(learned: Fitted) -> None:
    assert range_of(learned, "demand.other_calls_per_year") == (9100, 8800, 9400)
    assert range_of(learned, "travel.p90_min") == (14, 12, 17)
    assert range_of(learned, "travel.median_min") == (6, 6, 6)
    assert any(one.path == "range of travel.median_min" for one in learned.unlearned)
    assert not any(one.path == "range of travel.p90_min" for one in learned.unlearned)


def test_priorities_of_all_hold_for_types_without_their_own(learned: Fitted) -> None:
    assert learned.value("types.suicidal.priorities.1") == 0.6
    assert learned.value("types.welfare_check.priorities.3") == 0.75
    assert learned.value("types.suicidal.priorities.3") is None
    assert learned.value("types.youth.priorities.3") is None, "not in the mix"


def test_a_median_becomes_the_mean_of_its_lognormal(learned: Fitted) -> None:
    value, low, _ = range_of(learned, "responders.ems.on_scene_min")
    assert value == pytest.approx(stats.lognorm(s=math.sqrt(math.log(2)), scale=20).mean()), "of a cv of 1"
    assert low == pytest.approx(0.9 * value)


def test_endings_are_asked_down_the_chain(learned: Fitted, base: Scenario) -> None:
    """812 calls: 50 met nobody; of 762 met, 60 medical, then 30 of 702, 90 of 672, 150 of 582, 12 of 432, 120 of 420."""
    shares = {"contact": 762 / 812, "arrest": 30 / 702, "hold": 90 / 672, "ed": 150 / 582}
    shares |= {"crisis_centre": 12 / 432, "referral": 120 / 420}
    for decision, share in shares.items():
        assert learned.value(f"outcomes.reference.all.{decision}") == pytest.approx(share), decision
    need = (240 * 0.1 + 310 * 0.05 + 262 * 0.02) / 812
    assert {name: base.types[name].medical_need_share.value for name in ("suicidal", "welfare_check", "disturbance")} == {
        "suicidal": 0.1, "welfare_check": 0.05, "disturbance": 0.02,
    }  # fmt: skip
    found = learned.value("outcomes.reference.all.medical")
    assert found is not None
    assert need + (1 - need) * found == pytest.approx(60 / 762), "known need and need found at the scene are all medical endings"


@pytest.mark.parametrize("mix", ["", "mix: {suicidal: 0.5, disturbance: 0.5}\n"])
def test_a_share_of_eds_comes_back_from_the_scenario_drafted(base: Scenario, tmp_path: Path, mix: str) -> None:
    """Played down the chain as the simulator does, where patrol comes to every call."""
    text = f"{mix}share_ed: {{value: 0.4, low: 0.35, high: 0.45}}\n"
    found = fitted(text, base, tmp_path)
    totals, _ = read_totals(tmp_path / "totals.yaml")
    drafted = load(write_scenario(found, totals, base, tmp_path / "out")[0])
    assert ending_at_ed(drafted) == pytest.approx(0.4, abs=1e-3)
    _, low, high = range_of(found, "outcomes.reference.all.ed")
    kinds = {kind: share.value for kind, share in drafted.demand.mix.items()}
    assert (ed_share(base, kinds, low), ed_share(base, kinds, high)) == (pytest.approx(0.35), pytest.approx(0.45))
    assert [one.where for one in found.findings] == ["share_ed"], "what else moves the share of a year is said"


def ending_at_ed(scenario: Scenario) -> float:
    shares = {kind: ending_shares(scenario, kind) for kind in scenario.demand.mix}
    return sum(share.value * sum(shares[kind][name] for name in ED_ENDINGS) for kind, share in scenario.demand.mix.items())


def test_kinds_counted_may_miss_the_calls_of_the_year_by_a_hundredth(base: Scenario, tmp_path: Path) -> None:
    close = fitted("calls_per_year: 1000\nmix: {suicidal: 400, youth: 592}\n", base, tmp_path)
    assert close.value("demand.mix.youth") == pytest.approx(592 / 992)
    shares = fitted("calls_per_year: 1000\nmix: {suicidal: 0.4, youth: 0.6}\n", base, tmp_path)
    assert shares.value("demand.mix.youth") == 0.6


def test_the_scenario_of_totals_holds_them(base: Scenario, tmp_path: Path) -> None:
    (tmp_path / "totals.yaml").write_text(TOTALS, encoding="utf-8")
    totals, tree = read_totals(tmp_path / "totals.yaml")
    written = write_scenario(fitted_totals(totals, base, tree), totals, base, tmp_path / "out")
    assert [path.name for path in written] == ["alder.yaml"], "no profile and no draws: totals hold neither"
    scenario = load(written[0])
    assert scenario.place.population == 48_000
    assert scenario.demand.calls_per_year is not None
    assert scenario.demand.calls_per_year.source == "police annual report"
    assert scenario.demand.calls_per_year.as_of == "2025"
    assert scenario.travel.p90_min is not None
    assert (scenario.travel.p90_min.low, scenario.travel.p90_min.high) == (12, 17)
    assert set(scenario.demand.mix) == {"suicidal", "welfare_check", "disturbance"}
    assert scenario.demand.profile == base.demand.profile
    text = written[0].read_text(encoding="utf-8")
    assert "totals hold no hours of the week" in text


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("calls_per_yaer: 3\n", 1, "did you mean calls_per_year?"),
        ("name: A\nmix: {suicidel: 3}\n", 2, "did you mean suicidal?"),
        ("mix: {suicidal: 0.3, youth: 0.3}\n", 1, "shares that sum to 0.6"),
        ("calls_per_year: 1000\nmix: {suicidal: 400, youth: 500}\n", 2, "nearest kind, or give shares"),
        ("mix: {other: 3}\n", 1, "a call type about people"),
        ("priorities: {youth: {5: 3}}\n", 1, "a priority of 1 to 4"),
        ("on_scene_min: {patrole: 3}\n", 1, "did you mean patrol?"),
        ("calls_per_year: {value: 3, low: 4}\n", 1, "low <= value <= high"),
        ("calls_per_year: -3\n", 1, "greater than or equal to 0"),
        ("share_ed: 0.01\n", 1, "a share from"),
        ("endings: {resolved: 100, ed: 1}\n", 1, "medical needs"),
        ("endings: {no_contact: 100}\n", 1, "got   none"),
        ("endings: {went_home: 100}\n", 1, "resolved"),
        ("- a\n- b\n", 1, "a mapping"),
        ("travel: {p90_min: 3}\n", 1, "travel.median_min"),
    ],
)
def test_faults_name_the_line(base: Scenario, tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ExportError) as caught:
        fitted(text, base, tmp_path)
    assert words in str(caught.value)
    assert caught.value.faults[0].line == line
