"""Changes of coding: steps put into a record are found to the week, and what only looks like one is left alone."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.calibrate.weaknesses.quality import findings
from sim.calibrate.weaknesses.recoding import DAYS, steps
from tests.calibrate.daily import FIRST, MAP, export, of_kind, records_of, uniforms


@pytest.mark.parametrize("later", [0.04, 0.005])
def test_a_change_of_coding_is_found_to_the_week(later: float) -> None:
    """A code that begins, or is nearly given up, on day 181."""

    def coded(day: int, u: float) -> str:
        return "suicidal" if u < (later if day >= 181 else 0.045 - later) else "other"

    found = of_kind(findings(records_of(export(365, 60, coded)), MAP), "label_change")
    assert len(found) == 1
    since = dt.date.fromisoformat(found[0].where.split(", ")[1])
    assert abs((since - (FIRST + dt.timedelta(days=181))).days) <= 7
    assert f"period.first: {since}" in found[0].says and "suicidal" in found[0].says
    assert (found[0].size > 1) == (later > 0.02)


def test_the_last_of_two_changes_is_where_to_begin() -> None:
    def coded(day: int, u: float) -> str:
        return "suicidal" if u < (0.05 if day < 60 or day >= 240 else 0.002) else "other"

    found = of_kind(findings(records_of(export(400, 60, coded)), MAP), "label_change")
    starts = sorted(dt.date.fromisoformat(finding.where.split(", ")[1]) for finding in found)
    assert [abs((start - FIRST).days - day) <= 7 for start, day in zip(starts, (60, 240), strict=True)] == [True, True]
    assert all(f"period.first: {starts[-1]}" in finding.says for finding in found)


def test_a_season_and_growth_are_no_change_of_coding() -> None:
    """Thirty per cent up and down with the year, a fifth more each year: no step anywhere, in twenty records of three years."""
    day = np.arange(3 * 365)
    share = 0.03 * (1 + 0.3 * np.sin(2 * np.pi * day / 365)) * 1.2 ** (day / 365)
    alarms = 0
    for replication in range(20):
        total = stats.poisson.ppf(uniforms("total", len(day), replication), 80)
        own = stats.binom.ppf(uniforms("own", len(day), replication), total, share)
        alarms += len(steps(own, total, DAYS))
    assert alarms == 0


def test_busy_weeks_alone_are_no_change_of_coding() -> None:
    """The share of a type moves from week to week (cv 1): far more than chance, but no step. In 40 records of 150 weeks."""
    alarms = 0
    for replication in range(40):
        effect = stats.expon.ppf(uniforms("week", 150, replication))
        share = 0.02 * np.repeat(effect, 7)
        total = np.full(len(share), 60.0)
        alarms += len(steps(stats.binom.ppf(uniforms("own", len(share), replication), total, share), total, DAYS))
    assert alarms <= 2  # none in 40 here; without the dispersion there are dozens


def test_months_alone_show_a_change_too() -> None:
    months = np.repeat(np.arange(1, 13), 500)
    types = [
        "suicidal" if u < (0.05 if month >= 7 else 0.001) else "other"
        for u, month in zip(uniforms("m", 6000), months, strict=True)
    ]
    calls = pd.DataFrame(
        {"year": 2014, "month": months, "weekday": np.arange(6000) % 7, "hour": np.arange(6000) % 24, "type": types}
    )
    found = findings(records_of(calls, clock="cells", years=(2014,)), MAP)
    assert [finding.where for finding in of_kind(found, "label_change")] == ["suicidal, 2014-07"]
    assert "period.first: 2014-07-01" in of_kind(found, "label_change")[0].says
    assert "groups of rows" in of_kind(found, "dependence")[0].unit


def test_a_code_that_begins_in_the_first_weeks_is_found_to_the_day() -> None:
    """Too early for a split: twelve days without a call of a type that comes 2.4 times a day."""

    def coded(day: int, u: float) -> str:
        return "suicidal" if u < 0.04 and day >= 12 else "other"

    found = of_kind(findings(records_of(export(365, 60, coded)), MAP), "label_change")
    assert [finding.where for finding in found] == ["suicidal, 2021-01-13"]
    assert "before, practically nothing" in found[0].says


def test_a_code_that_ends_asks_what_took_its_place() -> None:
    def coded(day: int, u: float) -> str:
        return "suicidal" if u < 0.04 and day < 300 else "other"

    found = of_kind(findings(records_of(export(365, 60, coded)), MAP), "label_change")
    assert len(found) == 1 and found[0].says.endswith("Ask which code took its place.")
