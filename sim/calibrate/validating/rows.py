"""A recorded and a simulated figure become a row: how far apart, how far luck reaches, and the word for it.

The recorded range is the day-block bootstrap's; the simulated one is over replications. Thresholds are `levels`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.calibrate.validating.asking import Sample
from sim.calibrate.validating.levels import (
    NOT_CLAIMED,
    Row,
    at_least_binomial,
    chance_of,
    distance_of,
    level_of,
    level_of_distance,
    widened,
)
from sim.calibrate.validating.weighing import Weighing

Floats = npt.NDArray[np.float64]
Values = tuple[float, Floats, list[float]]  # recorded, the same of every resample, one of each life

FLEET = ("queue", "response", "patience", "work")  # sections that hang on how many posts there are
WAITED = ("cancelled", "abandoned")  # endings that do
WHO_CAME = "who came"  # each row of it hangs on its own team's posts
NAN = float("nan")


@dataclass(frozen=True)
class Terms:
    """On what terms records and lives are compared.

    Attributes
    ----------
    has_rates : bool
        Whether calls a day may be compared: days are known, and rows were not held back in turn.
    fleet : str
        Why posts are not the city's own; empty where they are.
    smallest : int
        Nothing is compared that rests on fewer.
    fitted_luck : float
        Rows held back over the rows fitted to; 0 where the scenario did not learn from the others.
    teams : tuple of str
        Responder types that the records tell apart.
    guessed : frozenset of str
        Those whose posts are not the city's own.
    """

    has_rates: bool
    fleet: str
    smallest: int
    fitted_luck: float = 0.0
    teams: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Said:
    """What a row says of itself."""

    section: str
    quantity: str
    group: str
    unit: str
    kind: str  # share, rate, length or mean
    sd: float = NAN


class RowMaker:
    """Rows on the same terms, under the same resamples."""

    def __init__(self, weighing: Weighing, terms: Terms) -> None:
        self.weighing, self.terms = weighing, terms

    def row(self, said: Said, values: Values, n: int) -> Row | None:
        """The row of a quantity; none where either side has nothing to say."""
        recorded, resampled, simulated = values
        if not simulated or not np.isfinite([recorded, *simulated]).all():
            return None
        low, high = self.weighing.interval(recorded, resampled)
        mean = float(np.mean(simulated))
        off = mean - recorded
        per, effect_unit = _measure(said, recorded)
        ends = at_least_binomial(recorded, low, high, n) if said.kind == "share" else (low, high)
        bounds = widened(recorded, *ends, 1 / len(simulated) + self.terms.fitted_luck)
        level, why = self._claimed(said.section, said.group, level_of(recorded, *bounds, mean))
        luck_low, luck_high = (per * (bound - recorded) for bound in bounds)
        return Row(
            said.section, said.quantity, said.group, said.unit, recorded, low, high, n, mean, min(simulated), max(simulated),
            per * off, effect_unit, off / recorded if recorded else NAN, luck_low, luck_high, level, why,
        )  # fmt: skip

    def distance(self, section: str, words: str, own: Sample, lives: Sequence[Sample]) -> Row:
        """How far apart two distributions are."""
        simulated = np.sort(np.concatenate([one.values for one in lives]))
        distance, chance = distance_of(own.values, simulated), chance_of(len(own.values), len(simulated))
        apart = [distance_of(own.values, one.values) for one in lives]
        level, why = self._claimed(section, "", level_of_distance(distance, chance))
        return Row(
            section, words, "whole distribution", "share", NAN, NAN, NAN, own.n_all, NAN, min(apart), max(apart),
            distance, "distance", NAN, 0.0, chance, level, why,
        )  # fmt: skip

    def _claimed(self, section: str, group: str, level: str) -> tuple[str, str]:
        """The level and no reason, or that it is not claimed and why."""
        hangs = section in FLEET or (section.startswith("endings") and group in WAITED)
        is_guessed = group in self.terms.guessed if section == WHO_CAME else bool(self.terms.fleet) and hangs
        return (NOT_CLAIMED, self.terms.fleet) if is_guessed else (level, "")


def _measure(said: Said, recorded: float) -> tuple[float, str]:
    """What a difference is multiplied by to be said in which unit."""
    if said.kind == "share":
        return 100.0, "points"
    if said.kind == "mean" and np.isfinite(said.sd):
        return 1 / said.sd if said.sd > 0 else NAN, "standard deviations"
    return 1 / recorded if recorded else NAN, "of the recorded"
