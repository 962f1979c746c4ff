"""How sure a figure is: means with 95 % ranges over lives and draws, and how much of a range is luck.

Without draws a range is Student's t over replications: luck only. With draws, each draw's mean over its lives is one
value; the figure is their mean and the range their 2.5th to 97.5th percentile, so it holds luck and inputs. What lives
of one draw differ by is luck: their variance, divided by lives a draw, is luck's share of the variance of draw means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure.compare import MARGIN, verdicts
from sim.measure.interval import ADDS_UP, KEYS, mean_range
from sim.study.units import Unit

Floats = npt.NDArray[np.float64]
UNIT = ["draw", "replication"]
RANGE = (2.5, 97.5)  # percentiles of draw means


@dataclass(frozen=True)
class Spread:
    """Figures with their ranges, row by row; `share_luck` is not there where the range cannot be split."""

    value: Floats
    low: Floats
    high: Floats
    n: npt.NDArray[np.int64]
    share_luck: Floats

    @property
    def shares(self) -> dict[str, Floats]:
        """Columns that say what the range is made of."""
        return {"share_luck": self.share_luck, "share_inputs": 1.0 - self.share_luck}


def spread(values: Floats, units: Sequence[Unit]) -> Spread:
    """Mean and range of each row of a table of row × unit; values that are not there are skipped."""
    draws = np.array([unit.draw for unit in units])
    if not draws.any():
        mean, low, high, n = mean_range(values)
        return Spread(mean, low, high, n, np.where(n > 1, 1.0, np.nan))
    means, of_luck = _by_draw(values, draws)
    known = ~np.isnan(means)
    n_draws = known.sum(axis=1)
    low, high = _percentiles(means)
    value = _mean(means)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(known, means - value[:, None], 0.0) ** 2
        share = _mean(of_luck) / (variance.sum(axis=1) / (n_draws - 1))
    one = n_draws < 2
    share_luck = np.where(one | ~np.isfinite(share), np.nan, np.clip(share, 0.0, 1.0))
    return Spread(value, np.where(one, np.nan, low), np.where(one, np.nan, high), (~np.isnan(values)).sum(axis=1), share_luck)


def _by_draw(values: Floats, draws: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Row × draw: the mean over a draw's lives, and the variance of that mean from luck (none with one life)."""
    columns = [values[:, draws == draw] for draw in np.unique(draws)]
    means = np.column_stack([_mean(column) for column in columns])
    of_luck = np.empty_like(means)
    for k, column in enumerate(columns):
        known = ~np.isnan(column)
        n = known.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            squares = np.where(known, column - means[:, k, None], 0.0) ** 2
            of_luck[:, k] = np.where(n > 1, squares.sum(axis=1) / (n - 1) / n, np.nan)
    return means, of_luck


def _mean(values: Floats) -> Floats:
    """Mean of what is there in each row; none where nothing is."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1)
    return mean


def _percentiles(means: Floats) -> tuple[Floats, Floats]:
    """The ends of the range of each row, what is not there skipped."""
    low, high = np.percentile(means, RANGE, axis=1)
    for row in np.flatnonzero(np.isnan(means).any(axis=1)):
        known = means[row][~np.isnan(means[row])]
        if len(known):
            low[row], high[row] = np.percentile(known, RANGE)
    return low, high


def wide(sides: Sequence[pd.DataFrame], units: Sequence[Unit]) -> tuple[pd.DataFrame, list[Floats], list[Floats]]:
    """Metrics tables with draw and replication as row × unit: the rows of any side, then each side's values and n.

    A level missing from a unit is zero where the unit of measure adds up, else not there.
    """
    every = pd.concat([side[[*KEYS, "unit", "kind"]] for side in sides], ignore_index=True)
    rows = every.drop_duplicates(KEYS).astype(str).sort_values(KEYS, kind="stable", ignore_index=True)
    index, columns = pd.MultiIndex.from_frame(rows[KEYS]), pd.MultiIndex.from_tuples(units, names=UNIT)
    fill = np.where(rows["unit"].isin(ADDS_UP), 0.0, np.nan)
    values: list[Floats] = []
    counts: list[Floats] = []
    for side in sides:
        row = index.get_indexer(pd.MultiIndex.from_frame(side[KEYS].astype(str)))
        column = columns.get_indexer(pd.MultiIndex.from_frame(side[UNIT]))
        kept = column >= 0
        for tables, name, start in ((values, "value", fill), (counts, "n", np.zeros(len(rows)))):
            table = np.repeat(start[:, None], len(units), axis=1)
            table[row[kept], column[kept]] = side[name].to_numpy(np.float64)[kept]
            tables.append(table)
    return rows, values, counts


def summarised(metrics: pd.DataFrame, units: Sequence[Unit]) -> pd.DataFrame:
    """One row a metric, group and level of one option.

    Columns: metric, group, level, unit, kind, value, low, high (95 %), n (mean over units), replications (units with
    a value), suppressed, share_luck, share_inputs.
    """
    rows, (values,), (counts,) = wide([metrics], units)
    found = spread(values, units)
    small = metrics.loc[metrics["suppressed"].astype(bool), KEYS].astype(str)
    is_small = pd.MultiIndex.from_frame(rows[KEYS]).isin(pd.MultiIndex.from_frame(small))
    return rows.assign(
        value=found.value,
        low=found.low,
        high=found.high,
        n=counts.mean(axis=1),
        replications=found.n,
        suppressed=is_small,
        **found.shares,
    )


def differences(baseline: pd.DataFrame, option: pd.DataFrame, units: Sequence[Unit]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Option minus baseline of every metric, group and level: over all units, and unit by unit.

    Each unit of the option is paired with the same unit of the baseline, so what both share cancels. The first table
    has the columns of `sim.measure.compare.paired` and the shares of the range; the second has draw, replication,
    metric, group, level, baseline, option, difference.
    """
    rows, (before, after), _ = wide([baseline, option], units)
    neither = np.isnan(before) | np.isnan(after)
    before, after = np.where(neither, np.nan, before), np.where(neither, np.nan, after)
    found = spread(after - before, units)
    of_before, of_after = spread(before, units).value, spread(after, units).value
    total = pd.DataFrame(
        {
            **{key: rows[key] for key in KEYS},
            "baseline": of_before,
            "option": of_after,
            "difference": found.value,
            "low": found.low,
            "high": found.high,
            "n": found.n,
            "unit": rows["unit"],
            "kind": rows["kind"],
            "verdict": verdicts(found.low, found.high, MARGIN * np.abs(of_before)),
            **found.shares,
        }
    )
    each = rows[KEYS].iloc[np.repeat(np.arange(len(rows)), len(units))].reset_index(drop=True)
    numbers = np.tile(np.array(units), (len(rows), 1))
    each.insert(0, "draw", numbers[:, 0])
    each.insert(1, "replication", numbers[:, 1])
    each["baseline"], each["option"], each["difference"] = before.ravel(), after.ravel(), (after - before).ravel()
    return total, each


def diverted(diversions: pd.DataFrame, units: Sequence[Unit]) -> pd.DataFrame:
    """ED visits diverted, over all units: `sim.measure.compare.pooled` with ranges as here and what they are made of.

    `diversions` is what `sim.measure.compare.diversion` gives for the units in order.
    """
    keys = diversions[["within", "part"]].drop_duplicates().reset_index(drop=True)
    found = {}
    for name in ("visits", "per_100_eligible"):
        table = diversions.pivot_table(index=["within", "part"], columns="replication", values=name, dropna=False)
        found[name] = spread(table.reindex(pd.MultiIndex.from_frame(keys)).to_numpy(np.float64), units)
    visits, per_100 = found["visits"], found["per_100_eligible"]
    return keys.assign(
        visits=visits.value,
        visits_low=visits.low,
        visits_high=visits.high,
        per_100_eligible=per_100.value,
        low=per_100.low,
        high=per_100.high,
        n=visits.n,
        kind="assumed",
        verdict=verdicts(visits.low, visits.high, np.zeros(len(keys))),
        **visits.shares,
        per_100_share_luck=per_100.share_luck,
    )
