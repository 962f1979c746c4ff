"""What was learned of one number, one spread or one shape, with how sure it is; and what was not learned, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RESAMPLES = 200  # of the day-block bootstrap; intervals rest on them
KEPT = 50  # of them that go into the scenario as joint draws


@dataclass(frozen=True, eq=False)
class Estimate:
    """A number of the scenario.

    Attributes
    ----------
    path : str
        Dotted path in the scenario, such as `demand.mix.suicidal`; `place`-less facts for the note alone begin with `note.`.
    value, low, high : float
        Estimate and 95 % interval.
    unit : str
        As a planner says it.
    n : int
        Rows it rests on.
    how : str
        One sentence for the note and the YAML comment: what was counted or fitted.
    resamples : array, shape (RESAMPLES,)
        The estimate under each resampling of days; the same resample number is the same world for every estimate.
    """

    path: str
    value: float
    low: float
    high: float
    unit: str
    n: int
    how: str
    resamples: Floats = field(repr=False)


@dataclass(frozen=True, eq=False)
class Candidate:
    """One family tried on a sample of intervals."""

    family: str  # lognormal, gamma, weibull or empirical
    aic: float  # nan for empirical
    distance: float  # Kolmogorov's, fitted against observed, over positive intervals
    parameters: dict[str, float]  # as the scenario writes them: median_min, p90_min, mean_min, cv


@dataclass(frozen=True, eq=False)
class Spread:
    """How a kind of interval varies.

    `family` is what the scenario uses: the best by AIC, or `empirical` where none comes near (`distance` above 0.05);
    `reason` says which and why. `quantiles` are 99 evenly spaced ones (1 % to 99 %) of the positive intervals, in minutes.
    """

    path: str  # scenario path of the mapping that holds it: travel, turnout_spread, types.suicidal.on_scene_spread, ...
    what: str  # words for the note: "travel, all calls"
    family: str
    reason: str
    candidates: tuple[Candidate, ...]
    quantiles: Floats
    zero_share: float
    n: int
    estimates: tuple[Estimate, ...]  # median_min and p90_min, or cv, zero_share: what goes into the scenario


@dataclass(frozen=True, eq=False)
class Shape:
    """When calls come: weights with mean one.

    `hours_resampled` (RESAMPLES, 24), `weekdays_resampled` (RESAMPLES, 7) and `months_resampled` (RESAMPLES, 12) are factors
    on the weights, near one.
    """

    path: str  # demand.profile or demand.other_profile
    hours_of_week: Floats  # 168, from Monday midnight
    months: Floats | None  # 12, none where the export does not cover a year
    hours_resampled: Floats
    weekdays_resampled: Floats
    months_resampled: Floats | None
    observed: Floats  # 168 raw counts per hour of that kind, for the plot
    n: int
    how: str


@dataclass(frozen=True)
class Unlearned:
    """A number that the export cannot tell, left at its default."""

    path: str
    why: str


@dataclass(frozen=True)
class Finding:
    """A weakness of the export, for the data-quality note.

    `kind` is one of gap, heap, label_change, heaping, mislabelling, midnight, duplicate, censored, missing, impossible, coverage,
    small_cells, dependence. `size` is nan where it is too small to show.
    """

    kind: str
    where: str  # period, column or label; never a row
    size: float
    unit: str
    says: str  # a sentence a planner understands, with what was done about it


@dataclass
class Fitted:
    """All that was learned of an export."""

    estimates: list[Estimate] = field(default_factory=list)
    spreads: list[Spread] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    unlearned: list[Unlearned] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    tables: dict[str, Any] = field(default_factory=dict)  # named DataFrames for the note: label counts, patience curve, ...

    def value(self, path: str) -> float | None:
        """The estimate at a path, none where there is none."""
        found = [one for one in self.all_estimates() if one.path == path]
        return found[0].value if found else None

    def all_estimates(self) -> list[Estimate]:
        """Every estimate, those of spreads included."""
        return [*self.estimates, *(one for spread in self.spreads for one in spread.estimates)]
