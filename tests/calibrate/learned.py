"""Hand-made: one of each kind of thing that can be learned of an export, and the map it came by."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from sim.calibrate.estimate import RESAMPLES, Estimate, Fitted, Shape, Spread, Unlearned
from sim.calibrate.mapping import ExportMap
from sim.keys import Purpose, uniforms

DAYS = (dt.date(2016, 1, 1), dt.date(2017, 12, 31))
SOURCE = "County CAD"
MAP = ExportMap(
    name="Long Creek", source=SOURCE, as_of="2017", population=60_000, stamps={"received": "when"}, responders={"E1": "ems"}
)


def wobble(stream: int, *shape: int) -> np.ndarray:
    """Factors near one."""
    n = int(np.prod(shape))
    u = uniforms(7, Purpose.RESAMPLE, np.full(n, stream, np.int64), np.arange(n, dtype=np.int64), 0)
    return 1 + 0.1 * (u.reshape(shape) - 0.5)


def estimate(path: str, value: float, how: str = "", unit: str = "min") -> Estimate:
    factors = wobble(sum(path.encode()), RESAMPLES)
    return Estimate(path, value, 0.95 * value, 1.05 * value, unit, 900, how or f"counted for {path}", value * factors)


def shape(path: str, has_months: bool) -> Shape:
    weights = np.tile(np.linspace(0.5, 1.5, 24), 7)
    return Shape(
        path=path,
        hours_of_week=weights,
        months=np.linspace(0.9, 1.1, 12) if has_months else None,
        hours_resampled=wobble(1, RESAMPLES, 24),
        weekdays_resampled=wobble(2, RESAMPLES, 7),
        months_resampled=wobble(3, RESAMPLES, 12) if has_months else None,
        observed=np.round(40 * weights),
        n=9_000,
        how="calls counted by hour of the week",
    )


def spread(path: str, family: str, *estimates: Estimate, n: int = 9_000) -> Spread:
    quantiles = np.linspace(1, 60, 99)
    return Spread(path, f"spread of {path}", family, "nearest by AIC", (), quantiles, 0.1, n, estimates)


def everything() -> Fitted:
    """One of each kind of thing that can be learned."""
    by_type = "calls of each type over all"
    fitted = Fitted(
        estimates=[
            estimate("demand.calls_per_year", 812.4, unit="calls a year"),
            estimate("demand.other_calls_per_year", 9_123.0, unit="calls a year"),
            estimate("demand.mix.suicidal", 0.7, by_type, "share"),
            estimate("demand.mix.substance_use", 0.3, by_type, "share"),
            estimate("demand.day_effect_cv", 0.12, unit="standard deviation over mean"),
            estimate("types.suicidal.priorities.1", 0.6, "calls by priority", "share"),
            estimate("types.suicidal.priorities.2", 0.4, "calls by priority", "share"),
            estimate("types.suicidal.patience_min", 95.0),
            estimate("responders.ems.turnout_min", 2.5),
            estimate("responders.ems.on_scene_min", 24.25),
            estimate("outcomes.reference.all.hold", 0.11, unit="share"),
            estimate("outcomes.reference.suicidal.hold", 0.2, unit="share"),
            estimate("note.queue_median_min", 3.0),
        ],
        spreads=[
            spread("travel", "gamma", estimate("travel.median_min", 6.5), estimate("travel.p90_min", 15.0)),
            spread("turnout_spread", "empirical", estimate("turnout_spread.zero_share", 0.1, unit="share")),
            spread("types.suicidal.on_scene_spread", "empirical", estimate("types.suicidal.on_scene_spread.cv", 0.8)),
        ],
        shapes=[shape("demand.profile", True), shape("demand.other_profile", False)],
        unlearned=[Unlearned("facilities", "no column says which door"), Unlearned("rates", "no export holds prices")],
    )
    fitted.tables["zones"] = pd.DataFrame({"zone": ["North/Old", "South"], "calls": [300, 900], "share": [0.25, 0.75]})
    return fitted
