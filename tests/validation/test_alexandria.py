"""docs/validation-alexandria.md holds: what it says is what the kept figures say, and what the model still gives.

The full figures take `experiments/alexandria.py` minutes; here twelve replications of a case must be a sample of
what was kept, and moving a cause must move its figure.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import sim
from experiments import alexandria, toronto_profile
from sim.scenario.load import dump
from sim.study.reckoning import posts_by_hour
from tests.house.source import ROOT

DOCUMENT, KEPT = ROOT / "docs" / "validation-alexandria.md", ROOT / "docs" / "validation_alexandria.csv"
DERIVED_FROM_TARGET = {"D064", "D066", "R062"}
COUNTED_BY_CITY = {"R020", "R021", "R022"}
FEW = alexandria.first(12)
P_FALSE_ALARM = 1e-4


@pytest.fixture(scope="module")
def kept() -> pd.DataFrame:
    return pd.read_csv(KEPT).set_index(["case", "figure"])


def again(kept: pd.DataFrame, case: str) -> pd.DataFrame:
    """Twelve replications of a case as its kept settings say."""
    settings = kept.loc[(case, "busy"), "settings"]
    sets = tuple(settings.split(" ")) if isinstance(settings, str) else ()
    return alexandria.lived((*alexandria.HALF_YEAR, *sets), FEW)


def sources_in(data: Any) -> Iterator[str]:
    """Every `source` under some data."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "source":
                yield from [value] if isinstance(value, str) else value
            else:
                yield from sources_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from sources_in(value)


@pytest.mark.parametrize("path", [alexandria.TOWN, alexandria.FITTED], ids=lambda path: path.stem)
def test_nothing_the_city_counted_went_in(path: Path) -> None:
    data = dump(sim.load(path))
    assert set(sources_in(data["observed"])) & COUNTED_BY_CITY
    used = set(sources_in({key: value for key, value in data.items() if key != "observed"}))
    assert len(used) > 20 and not used & (DERIVED_FROM_TARGET | COUNTED_BY_CITY)


@pytest.mark.parametrize("case", ["predicted", "hours fitted", "both fitted", "8 per 1,000"])
def test_a_few_replications_are_a_sample_of_what_was_kept(kept: pd.DataFrame, case: str) -> None:
    lives = again(kept, case)
    for figure in ("off duty", "busy", "reached", "contacts", "hours a contact"):
        row = kept.loc[(case, figure)]
        n = row["replications"]
        sd = (row["high"] - row["mean"]) / stats.t.ppf(0.975, n - 1) * n**0.5
        off = abs(lives[figure].mean() - row["mean"]) / (sd * (1 / len(lives) + 1 / n) ** 0.5)
        assert off < stats.norm.isf(P_FALSE_ALARM / 2), f"{case}, {figure}: {lives[figure].mean():.2f}, kept {row['mean']:.2f}"


def test_off_duty_is_the_share_of_torontos_week_outside_the_hours(kept: pd.DataFrame) -> None:
    scenario = sim.load(alexandria.TOWN)
    week = np.array(scenario.demand.profile.hours_of_week)
    outside = 100 * float(week[posts_by_hour(scenario.responders["co_responder"]) == 0].sum() / week.sum())
    assert outside == pytest.approx(65.7, abs=0.05)
    assert kept.loc[("predicted", "off duty"), "mean"] == pytest.approx(outside, abs=0.5)
    assert again(kept, "predicted")["off duty"].mean() == pytest.approx(65.6, abs=1)


def test_busy_comes_from_work(kept: pd.DataFrame) -> None:
    """Minutes make the team busy: almost none, almost never; more of them, more often, on the same nights."""
    idle = (f"{alexandria.SCENE}=1", f"{alexandria.DOOR}=1", "travel.median_min=1", "travel.p90_min=1.1")
    no_work = alexandria.lived((*alexandria.HALF_YEAR, *idle), FEW)
    as_it_is, fitted = again(kept, "predicted"), again(kept, "hours fitted")
    assert no_work["busy"].mean() < 1
    assert (as_it_is["busy"] > no_work["busy"]).all() and (fitted["busy"] > as_it_is["busy"]).all()
    assert (fitted["contacts"] < as_it_is["contacts"]).all()
    pd.testing.assert_series_equal(fitted["eligible"], as_it_is["eligible"])
    assert fitted["busy"].mean() == pytest.approx(alexandria.OBSERVED["busy"], abs=1)


def test_document_says_what_was_kept() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    missing = [table for table in alexandria.tables(pd.read_csv(KEPT)) if table not in text]
    assert not missing, "docs/validation-alexandria.md lacks:\n" + "\n\n".join(missing)


def test_fitted_scenario_holds_the_fitted_number(kept: pd.DataFrame) -> None:
    scenario = sim.load(alexandria.FITTED)
    paperwork = scenario.responders["co_responder"].paperwork_min
    assert kept.loc[("hours fitted", "busy"), "settings"] == f"{alexandria.PAPERWORK}={paperwork.value:g}"
    assert paperwork.source == "assumption" and "fitted to R022" in str(paperwork.reason)
    assert sim.load(alexandria.TOWN).responders["co_responder"].paperwork_min.value == 0
    assert "missed_busy_share" not in scenario.observed, "what was fitted cannot be tested"


@pytest.mark.skipif("CRISIS_SIM_DATA" not in os.environ, reason="needs the public extracts named by CRISIS_SIM_DATA (issue 2)")
def test_profile_is_what_the_open_data_say() -> None:
    calls = pd.read_csv(Path(os.environ["CRISIS_SIM_DATA"]) / toronto_profile.SOURCE)
    assert toronto_profile.profile_text(calls) == toronto_profile.TARGET.read_text(encoding="utf-8")
