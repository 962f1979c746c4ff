"""docs/validation.md holds: its table is what was kept, and what was kept is what the shipped scenarios still give."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from experiments import programme_page, shared_fit
from experiments.programme_lives import Programme, play, programme_of, programmes, unit_of, used
from experiments.programmes import lives_of, naive, rows_of
from sim.registry import metrics
from tests.house.source import ROOT

DOCUMENT, KEPT = ROOT / "docs" / "validation.md", ROOT / "docs" / "validation.csv"
EVERY = programmes()
REPLAYED = ("denver_star_pilot", "portland_psr")
NO_METRIC = {"calls_handled_in_half_a_year"}  # a bound over an unstated period, kept for the reader


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return pd.read_csv(KEPT)


@pytest.fixture(scope="module")
def parameters() -> dict[str, float]:
    return dict(shared_fit.kept()["parameters"])


@pytest.mark.parametrize("programme", EVERY, ids=lambda one: one.name)
def test_published_outputs_are_of_metrics_there_are(programme: Programme) -> None:
    unknown = [metric for metric in programme.outputs if metric not in metrics and metric not in NO_METRIC]
    assert programme.outputs and not unknown
    for metric, record in programme.outputs.items():
        assert record.source and record.unit and record.as_of, metric
        assert unit_of(metric) != "share" or 0 <= record.value <= 1, metric
        groups = metrics.get(metric).facts["by"] if metric in metrics else ()
        owner = record.of in programme.scenario.programmes and "programme" in groups
        crew = record.of in programme.scenario.responders and "responder" in groups
        assert record.of is None or owner or crew, f"{metric} is not counted by {record.of}"


def test_every_programme_is_on_the_page(kept: pd.DataFrame) -> None:
    rows = [(programme.name, metric) for programme in EVERY for metric in programme.outputs]
    assert list(zip(kept["programme"], kept["metric"], strict=True)) == rows, "make validation"
    published = [record.value for programme in EVERY for record in programme.outputs.values()]
    assert kept["observed"].tolist() == published


def test_the_readme_says_what_the_page_says() -> None:
    page = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    counts = re.search(r"As shipped, nothing fitted: (\d+) of (\d+) inside .*?for (\d+) of the (\d+) that have two others", page)
    assert counts is not None
    inside, predicted, nearer, known = counts.groups()
    assert f"Of {predicted} published outputs that nothing was set from, {inside} lie" in readme
    assert f"for {nearer} of the {known} that other programmes" in readme
    assert "Sixteen programmes" in readme and "- 16 programmes" in DOCUMENT.read_text(encoding="utf-8")


def test_what_was_put_in_is_not_called_predicted(kept: pd.DataFrame) -> None:
    for row in kept.itertuples():
        programme = next(one for one in EVERY if one.name == row.programme)
        assert row.shipped_role == ("input" if programme.is_input(row.metric) else "predicted")
        assert row.fitted_role == "fitted" or row.fitted_role == row.shipped_role
        assert row.fitted_role != "fitted" or row.half == "fitting"


def test_evidence_named_by_any_number_is_found() -> None:
    data = {
        "a": {"value": 1, "source": ["A001", "A002"], "reason": "as B003"},
        "observed": {"m": {"value": 2, "source": "C004"}},
        "b": {"c": {"value": 3, "source": "assumption", "reason": "x"}},
    }
    assert set(used(data)) == {"A001", "A002", "B003"}


def test_options_of_a_town_are_not_programmes() -> None:
    assert programme_of(ROOT / "scenarios" / "alexandria_va_evenings.yaml") is None
    assert programme_of(ROOT / "scenarios" / "alexandria_va_fitted.yaml") is None
    assert programme_of(ROOT / "scenarios" / "base.yaml") is None


def test_page_says_what_was_kept(kept: pd.DataFrame) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == programme_page.page(kept, shared_fit.kept()), "make validation"


@pytest.mark.parametrize("name", REPLAYED)
@pytest.mark.parametrize("case", programme_page.CASES)
def test_a_few_lives_are_some_of_those_kept(kept: pd.DataFrame, parameters: dict[str, float], name: str, case: str) -> None:
    programme = next(one for one in EVERY if one.name == name)
    sets = shared_fit.sets_of(programme.scenario, parameters) if case == "fitted" else ()
    lives = [play(life) for life in lives_of(programme, sets, draws=3, lives=2)]
    of = kept[kept["programme"] == name].set_index("metric")
    for metric, values in zip(programme.outputs, zip(*lives, strict=True), strict=True):
        slack = 1e-5 * abs(of.loc[metric, f"{case}_most"])  # six digits are kept
        assert of.loc[metric, f"{case}_least"] - slack <= min(values), metric
        assert max(values) <= of.loc[metric, f"{case}_most"] + slack, metric


def test_shared_fit_moves_what_it_says() -> None:
    programme = next(one for one in EVERY if one.name == "denver_star_pilot")
    responder = programme.scenario.responders["community_responder"]
    sets = shared_fit.sets_of(programme.scenario, {"minutes_after_contact": 30, "civilian_on_scene_factor": 0.5, "uptake": 0.25})
    assert f"responders.community_responder.paperwork_min={responder.paperwork_min.value + 30:g}" in sets
    assert f"responders.community_responder.on_scene_min={responder.on_scene_min.value / 2:g}" in sets
    means = [
        pd.Series(play(life), index=list(programme.outputs))["calls_reached"]
        for changed in ((), sets)
        for life in lives_of(programme, changed, draws=1, lives=1)
    ]
    assert means[1] < 0.6 * means[0], "three of four calls are not sent to the team"


def test_half_of_the_programmes_never_see_the_fit(kept: pd.DataFrame) -> None:
    kept_file = shared_fit.kept()
    names = [programme.name for programme in EVERY]
    assert kept_file["fitting_half"] == shared_fit.fitting_half(names) == sorted(names)[::2]
    assert set(kept_file["fitted_to"]) <= set(kept_file["fitting_half"])
    assert set(kept.loc[kept["half"] == "judging", "programme"]) == set(names) - set(kept_file["fitting_half"])


def test_naive_predictor_is_the_mean_of_two_others_or_more() -> None:
    found = pd.DataFrame({"metric": ["a"] * 3 + ["b"] * 2, "published_unit": ["x"] * 5, "observed": [1.0, 2.0, 6.0, 1.0, 2.0]})
    assert naive(found).fillna(-1).tolist() == [4.0, 3.5, 1.5, -1.0, -1.0]


def test_misses_stay_in_and_inputs_do_not_count() -> None:
    programme = next(one for one in EVERY if one.name == "denver_star_pilot")
    values = pd.DataFrame({metric: [0.4, 0.5, 0.6] for metric in programme.outputs}).to_numpy()
    rows = pd.DataFrame(rows_of(programme, {"shipped": values, "fitted": values}, "judging", (3, 1)))
    assert len(rows) == len(programme.outputs) and not programme_page.is_inside(rows, "shipped").any()
    assert len(programme_page.judged(rows, "shipped")) == (rows["shipped_role"] == "predicted").sum()
    rows.loc[0, "shipped_role"] = "input"
    assert 0 not in programme_page.judged(rows, "shipped").index
