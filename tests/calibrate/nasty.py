"""What a calibration might have learned, made by hand; labels are as nasty as an export can have them."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pandas as pd

from sim.calibrate.estimate import RESAMPLES, Candidate, Estimate, Finding, Fitted, Shape, Spread, Unlearned
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Count, Records, make_tables
from sim.calibrate.noting.charts import LEVELS
from sim.world.quantile import unit_mean

NASTY = '=HYPERLINK("http://x.example")<script>alert(1)</script>&"\''
MAP = ExportMap(name=f"Town {NASTY}", source="+county, CAD", stamps={"received": "Received"})
WAVE = 1 + 0.04 * np.sin(np.arange(RESAMPLES))  # how resamples lie about an estimate


def estimate(path: str, value: float, unit: str = "share", how: str = "counted") -> Estimate:
    resamples = value * WAVE
    return Estimate(path, value, float(resamples.min()), float(resamples.max()), unit, 1234, how, resamples)


def spread(path: str = "travel", family: str = "lognormal", n: int = 2000, zero_share: float = 0.0) -> Spread:
    tried = tuple(
        Candidate(name, aic, distance, {"mean_min": 9.0, "cv": 0.8, "median_min": 7.0, "p90_min": 17.0})
        for name, aic, distance in (("lognormal", 100.0, 0.02), ("gamma", 130.5, 0.06), ("weibull", 160.0, 0.07))
    )
    observed = 9 * unit_mean(LEVELS, "lognormal", 0.8)
    known = (*tried, Candidate("empirical", math.nan, 0.0, {}))
    estimates = (estimate(f"{path}.cv", 0.8, "standard deviation over mean"),)
    return Spread(path, "travel, all drives", family, "lognormal fits best", known, observed, zero_share, n, estimates)


def shape(path: str = "demand.profile", per_hour: float = 30.0, months: bool = True) -> Shape:
    weights = 1 + 0.5 * np.sin(2 * np.pi * np.arange(168) / 24)
    observed = np.round(weights * per_hour)
    factors = np.ones((RESAMPLES, 24)) * WAVE[:, None]
    of_months = np.ones((RESAMPLES, 12)) * WAVE[:, None] if months else None
    by_month = np.linspace(0.9, 1.1, 12) if months else None
    weekdays, n = np.ones((RESAMPLES, 7)), int(observed.sum())
    return Shape(path, weights, by_month, factors, weekdays, of_months, observed, n, "counted and smoothed")


def fitted() -> Fitted:
    minutes = np.array([1.0, 5.0, 20.0, 60.0])
    patience = pd.DataFrame({"minutes": minutes, "still_waiting": [0.99, 0.9, 0.7, 0.4], "exponential": np.exp(-minutes / 60)})
    return Fitted(
        [estimate("demand.calls_per_year", 2650, "calls a year"), estimate("demand.mix.suicidal", 0.31, how=NASTY)],
        [spread(), spread("types.suicidal.on_scene_spread", "empirical", 300)],
        [shape(), shape("demand.other_profile", 2.0, months=False)],
        [Unlearned("responders.*.paperwork_min", "no record sees it")],
        [
            Finding("gap", "2021-02-10", 1.0, "days", "A day is left out."),
            Finding("midnight", NASTY, math.nan, "rows", "Repaired."),
        ],
        {"patience": patience, "labels": pd.DataFrame({"label": [NASTY], "type": ["suicidal"], "n": [800]})},
    )


def records() -> Records:
    """500 calls of one type, and 7 of another, which are too few to show."""
    database = duckdb.connect()
    make_tables(database)
    database.execute("INSERT INTO calls (call, type, label, part) SELECT i, 'suicidal', 'x', i % 2 FROM range(500) t(i)")
    database.execute("INSERT INTO calls (call, type, label, part) SELECT i, 'elder', 'y', 0 FROM range(7) t(i)")
    counts = [Count("read", "rows", 900), Count("dropped", NASTY, 393), Count("blanked", "travel below zero", 3)]
    return Records(database, "on_scene", counts=[*counts, Count("used", "calls", 507)], years=(2014,))
