"""What a metric returns, and the few ways of counting that most metrics need. All take columns, none loops.

In columns of seconds -1 means it never happened; such calls are left out of means and percentiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

NAN = float("nan")


@dataclass(frozen=True)
class Values:
    """A metric's value and the number of rows it rests on.

    `value` may be a Series whose index holds levels and is named after what they are levels of. A metric may
    also return a plain number or Series: its `n` is then the number of rows it was given.
    """

    value: float | pd.Series
    n: int


def count(marked: Any) -> Values:
    """How many are marked, of all."""
    return Values(float(np.sum(marked)), len(marked))


def share(marked: Any) -> Values:
    """Marked over all; no value where there are none."""
    return Values(float(np.mean(marked)) if len(marked) else NAN, len(marked))


def ratio(over: float, under: float, n: int) -> Values:
    """One total over another; no value where the second is nothing."""
    return Values(over / under if under > 0 else NAN, n)


def happened(seconds: pd.Series) -> Any:
    """The seconds of those for whom it happened."""
    known = seconds.to_numpy()
    return known[known >= 0]


def mean_min(seconds: pd.Series) -> Values:
    """Mean in minutes."""
    known = happened(seconds)
    return Values(float(np.mean(known)) / 60 if len(known) else NAN, len(known))


def percentile_min(seconds: pd.Series, percent: float) -> Values:
    """Percentile in minutes, straight between the two nearest ranks."""
    known = happened(seconds)
    return Values(float(np.percentile(known, percent)) / 60 if len(known) else NAN, len(known))
