"""Parameter draws: one set of inputs from the ranges the scenario states, apart from luck.

Draw 0 is the stated values. Any other draw takes every number with a range at its own quantile, addressed by the
number's dotted path: two options that share an input share its draw, and an input more moves no other.

What a range means, by its kind:

- `ci95`: a two-piece normal, low and high its 2.5th and 97.5th percentiles, value its median.
- `sites`, `years`: the same with the 5th and 95th percentiles, since a handful of places seldom shows the extremes.
- `judgement`, or no kind: half a triangle on either side, falling from the value to the bound, never beyond.

So the stated value is the median of every number, and half of all draws lie on either side of it however lopsided its
range is. An option that sets a number without a range, where its baseline's has one, shares the baseline's doubt in
proportion: a wage 5 % higher is 5 % higher in every draw.

Numbers estimated together from one record (`resampled`) are drawn together: draw n takes the n-th resampling of the record's
days, as a factor on the stated value. That holds for numbers of the same source, and for those laid over them without a range
of their own, in proportion again.

Draws are kept within what the number may be (shares in 0 to 1, amounts at 0 or more). A missing bound is the value
itself: nobody's doubt is invented. Shares of one whole (mix, priorities, acuity) are rescaled to sum to one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel
from scipy import special

from sim.keys import Purpose, draw, name_hash
from sim.scenario.number import Profile, Sourced
from sim.scenario.resampled import ProfileFactors, Resampled
from sim.scenario.schema import CallType, Demand, Scenario
from sim.world.demand import week_shape

PIECES = {"ci95": float(special.ndtri(0.975)), "sites": float(special.ndtri(0.95)), "years": float(special.ndtri(0.95))}
SHARES_OF_ONE = ("mix", "priorities", "acuity")


def ranged(scenario: Scenario) -> dict[str, Sourced]:
    """Every number that has a range, by its dotted path, in order of path."""
    return {path: number for path, number in sorted(_numbers(scenario, "")) if _width(number) > 0}


def values_at(scenario: Scenario, paths: Sequence[str]) -> list[float]:
    """Values of numbers, named by their dotted paths; in a drawn scenario, as drawn."""
    numbers = dict(_numbers(scenario, ""))
    return [numbers[path].value for path in paths]


def drawn(scenario: Scenario, number: int, baseline: Scenario | None = None) -> Scenario:
    """The scenario with the inputs of draw `number`; the scenario itself for draw 0.

    `baseline` is what the scenario is an option to, if it is one.
    """
    if number == 0:
        return scenario
    shared = {} if baseline is None else ranged(baseline)
    resampled = scenario.resampled or (None if baseline is None else baseline.resampled)
    changed = _Draw(scenario.run.seed, number, shared, resampled).of(scenario, "")
    assert isinstance(changed, Scenario)
    if resampled is not None:
        changed = changed.model_copy(update={"demand": _reshaped(changed.demand, resampled, number)})
    if scenario.origin is not None:
        changed.set_origin(scenario.origin)
    return changed


def _reshaped(demand: Demand, resampled: Resampled, number: int) -> Demand:
    """Demand with the profiles of the record as its n-th resampling has them."""
    update: dict[str, Profile] = {}
    for name, factors in resampled.profiles.items():
        profile = getattr(demand, name)
        if profile is not None and profile.source == resampled.source:
            update[name] = _profile_under(profile, factors, (number - 1) % resampled.n)
    return demand.model_copy(update=dict(update))


def _profile_under(profile: Profile, factors: ProfileFactors, row: int) -> Profile:
    """Weights times the factors of a row: of the hour and the weekday, and of the month."""
    hours = np.ones(24) if factors.hours is None else np.array(factors.hours[row])
    weekdays = np.ones(7) if factors.weekdays is None else np.array(factors.weekdays[row])
    week = week_shape(profile).reshape(7, 24) * weekdays[:, None] * hours[None, :]
    update: dict[str, Any] = {"hours_of_week": week.ravel().tolist(), "hours": None, "weekdays": None}
    if profile.months is not None and factors.months is not None:
        update["months"] = (np.array(profile.months) * np.array(factors.months[row])).tolist()
    return profile.model_copy(update=update)


def quantile(number: Sourced, u: float) -> float:
    """The number at quantile `u` of the distribution its range and kind stand for."""
    low = number.value if number.low is None else number.low
    high = number.value if number.high is None else number.high
    if number.range_kind in PIECES:
        z = float(special.ndtri(u))
        side = number.value - low if z < 0 else high - number.value
        return number.value + z * side / PIECES[number.range_kind]
    if u < 0.5:
        return low + math.sqrt(2 * u) * (number.value - low)
    return high - math.sqrt(2 * (1 - u)) * (high - number.value)


def _width(number: Sourced) -> float:
    low = number.value if number.low is None else number.low
    high = number.value if number.high is None else number.high
    return high - low


def _numbers(value: Any, path: str) -> Iterator[tuple[str, Sourced]]:
    if isinstance(value, Sourced):
        yield path, value
    else:
        for name, inner in _parts(value):
            yield from _numbers(inner, f"{path}.{name}" if path else name)


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        return [(name, getattr(value, name)) for name in type(value).model_fields]
    if isinstance(value, dict):
        return [(str(name), inner) for name, inner in value.items()]
    return []


@dataclass(frozen=True)
class _Draw:
    """One set of inputs: whose seed, which number, the baseline's numbers with ranges by path, and what moved together."""

    seed: int
    number: int
    shared: Mapping[str, Sourced]
    resampled: Resampled | None

    def of(self, value: Any, path: str) -> Any:
        """A part of a scenario with every number in doubt at its draw."""
        if isinstance(value, Sourced):
            return self._of_number(value, path)
        if isinstance(value, dict):
            inner = {k: self.of(v, f"{path}.{k}" if path else str(k)) for k, v in value.items()}
            return _rescaled(inner) if path.rsplit(".", 1)[-1] in SHARES_OF_ONE else inner
        if isinstance(value, BaseModel):
            inner = {name: self.of(v, f"{path}.{name}" if path else name) for name, v in _parts(value)}
            if isinstance(value, CallType) and inner["acuity"] is not None:
                levels = _rescaled({name: getattr(inner["acuity"], name) for name in ("low", "middle", "high")})
                inner["acuity"] = inner["acuity"].model_copy(update=levels)
            return value.model_copy(update=inner)
        return value

    def _of_number(self, number: Sourced, path: str) -> Sourced:
        if self.resampled is not None and path in self.resampled.factors and self._is_of_record(number):
            factors = self.resampled.factors[path]
            value = number.value * factors[(self.number - 1) % len(factors)]
            return number.model_copy(update={"value": _kept_possible(self.shared.get(path, number), value)})
        if _width(number) > 0:
            return number.model_copy(update={"value": self._at(number, path)})
        doubted = self.shared.get(path)
        if doubted is None or doubted.value == 0:
            return number
        value = number.value * self._at(doubted, path) / doubted.value
        return number.model_copy(update={"value": _kept_possible(doubted, value)})

    def _is_of_record(self, number: Sourced) -> bool:
        """Whether a number is the record's, or was laid over it with no range of its own."""
        assert self.resampled is not None
        return number.source == self.resampled.source or _width(number) == 0

    def _at(self, number: Sourced, path: str) -> float:
        words = draw(self.seed, Purpose.PARAMETER, name_hash(path), self.number, 0)
        u = ((words[0] >> 6) * 2**26 + (words[1] >> 6) + 0.5) / 2.0**52
        return _kept_possible(number, quantile(number, u))


def _kept_possible(number: Sourced, value: float) -> float:
    """Within what the number can be: not below 0 where its range is not, not above 1 where its range stays within a share."""
    low = number.value if number.low is None else number.low
    high = number.value if number.high is None else number.high
    if low >= 0:
        value = max(value, 0.0)
    if low >= 0 and high <= 1:
        value = min(value, 1.0)
    return value


def _rescaled(shares: dict[Any, Any]) -> dict[Any, Any]:
    total = sum(shares[name].value for name in sorted(shares))
    if total <= 0:
        return shares
    return {name: share.model_copy(update={"value": share.value / total}) for name, share in shares.items()}
