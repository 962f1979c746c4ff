"""What is known and what is assumed: a comparison's differences under every effect set, and split by the null set.

Under `null` every responder does as police do, so what differs there is *operations*: rosters, delays, reach. The rest
of a difference, own set minus null, is the *assumed effect*. Both are paired life by life, as the difference itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.measure.interval import KEYS
from sim.study.comparison import Comparison
from sim.study.doubt import UNIT, spread, wide
from sim.study.effects import NULL

ASSUMED = "assumed"
OF_SETS = ["option_name", *KEYS, "effects", "is_own", "baseline", "option", "difference", "low", "high", "n", "unit", "verdict"]
OF_UNITS = ["option_name", *KEYS, "effects", *UNIT, "baseline", "option", "difference"]
PARTS = ("difference", "operations", "assumed_effect")


def by_set(comparison: Comparison) -> Iterator[tuple[str, Comparison]]:
    """The comparison under its own effect set, then under each other."""
    yield comparison.effects, comparison
    yield from comparison.under


def effect_sets(comparison: Comparison) -> pd.DataFrame:
    """Differences of everything that rests on assumed effects, by option and effect set, own first."""
    frames = []
    for effects, one in by_set(comparison):
        rows = one.tidy()
        frames.append(rows[rows["kind"] == ASSUMED].assign(effects=effects, is_own=one is comparison))
    found = pd.concat(frames, ignore_index=True)[OF_SETS]
    place = {name: k for k, name in enumerate(comparison.names)}
    return found.sort_values("option_name", key=lambda names: names.map(place), kind="stable", ignore_index=True)


def effect_sets_by_unit(comparison: Comparison) -> pd.DataFrame:
    """The same of every draw and replication, metrics only."""
    frames = []
    for effects, one in by_set(comparison):
        assumed = pd.concat([frame.loc[frame["kind"] == ASSUMED, KEYS] for frame in one.tables]).drop_duplicates()
        frames.append(one.by_unit.merge(assumed, on=KEYS).assign(effects=effects))
    return pd.concat(frames, ignore_index=True)[OF_UNITS]


def effect_split(comparison: Comparison) -> pd.DataFrame:
    """Each difference of a metric that rests on assumed effects as operations and assumed effect, which sum to it."""
    null = dict(by_set(comparison))[NULL]
    frames = []
    for i, name in enumerate(comparison.names):
        sides = [one.metrics[k] for one in (comparison, null) for k in (0, i + 1)]
        frames.append(_split(sides, comparison).assign(option_name=name))
    columns = [part + end for part in PARTS for end in ("", "_low", "_high")]
    return pd.concat(frames, ignore_index=True)[["option_name", *KEYS, *columns, "n", "unit"]]


def _split(sides: list[pd.DataFrame], comparison: Comparison) -> pd.DataFrame:
    rows, values, _ = wide([side[side["kind"] == ASSUMED] for side in sides], comparison.units)
    unknown = np.isnan(values).any(axis=0)
    before, after, null_before, null_after = (np.where(unknown, np.nan, side) for side in values)
    parts = {"difference": after - before, "operations": null_after - null_before}
    parts["assumed_effect"] = parts["difference"] - parts["operations"]
    for name, part in parts.items():
        found = spread(part, comparison.units)
        rows = rows.assign(**{name: found.value, f"{name}_low": found.low, f"{name}_high": found.high, "n": found.n})
    return rows
