"""Means over replications with their ranges: Student's t, 95 %, luck only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

LEVEL = 0.95
KEYS = ["metric", "group", "level"]
ADDS_UP = ("calls", "visits", "people", "h", "USD")  # units in which a level that is not there is a plain zero


@lru_cache(maxsize=256)
def t_quantile(n: int) -> float:
    """Half-width of the 95 % interval of a mean of `n` values, in standard errors."""
    from scipy import stats  # slow to import

    return float(stats.t.ppf(0.5 + LEVEL / 2, n - 1))


def mean_range(values: Floats) -> tuple[Floats, Floats, Floats, npt.NDArray[np.int64]]:
    """Mean, low, high and count of each row of a table of row × replication; values that are not there are skipped.

    With one value there is a mean and no range.
    """
    known = ~np.isnan(values)
    n = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=1) / n
        spread = np.where(known, values - mean[:, None], 0.0)
        error = np.sqrt((spread**2).sum(axis=1) / (n - 1) / n)
    factor = np.array([t_quantile(int(k)) if k > 1 else np.nan for k in n.tolist()])
    half = np.where(n > 1, factor * error, np.nan)
    return mean, mean - half, mean + half, n


def by_replication(frames: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, Floats, Floats]:
    """All rows met in any of the metrics frames, with their values and n as row × replication.

    A level missing from a replication is zero where the unit adds up, else not there.
    """
    columns = [*KEYS, "unit", "kind"]
    every = pd.concat([frame[columns] for frame in frames], ignore_index=True).astype(str)
    rows = every.drop_duplicates(KEYS).sort_values(KEYS, kind="stable", ignore_index=True)
    index = pd.MultiIndex.from_frame(rows[KEYS])
    fill = np.where(rows["unit"].isin(ADDS_UP), 0.0, np.nan)
    values = np.repeat(fill[:, None], len(frames), axis=1)
    counts = np.zeros_like(values)
    for k, frame in enumerate(frames):
        at = index.get_indexer(pd.MultiIndex.from_frame(frame[KEYS].astype(str)))
        values[at, k] = frame["value"].to_numpy(np.float64)
        counts[at, k] = frame["n"].to_numpy(np.float64)
    return rows, values, counts


def summarise(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One row a metric, group and level over replications of one option.

    Columns: metric, group, level, unit, kind, value (mean), low, high (95 % range, luck only; none with one
    replication), n (mean over replications), replications (those with a value), suppressed.
    """
    rows, values, counts = by_replication(frames)
    mean, low, high, n = mean_range(values)
    small = pd.concat([frame.loc[frame["suppressed"].astype(bool), KEYS].astype(str) for frame in frames])
    is_small = pd.MultiIndex.from_frame(rows[KEYS]).isin(pd.MultiIndex.from_frame(small))
    return rows.assign(value=mean, low=low, high=high, n=counts.mean(axis=1), replications=n, suppressed=is_small)
