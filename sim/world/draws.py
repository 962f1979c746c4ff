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

Draws are kept within what the number may be (shares in 0 to 1, amounts at 0 or more). A missing bound is the value
itself: nobody's doubt is invented. Shares of one whole (mix, priorities, acuity) are rescaled to sum to one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from scipy import special

from sim.keys import Purpose, draw, name_hash
from sim.scenario.number import Sourced
from sim.scenario.schema import CallType, Scenario

PIECES = {"ci95": float(special.ndtri(0.975)), "sites": float(special.ndtri(0.95)), "years": float(special.ndtri(0.95))}
SHARES_OF_ONE = ("mix", "priorities", "acuity")


def ranged(scenario: Scenario) -> dict[str, Sourced]:
    """Every number that has a range, by its dotted path, in order of path."""
    return {path: number for path, number in sorted(_numbers(scenario, "")) if _width(number) > 0}


def drawn(scenario: Scenario, number: int, baseline: Scenario | None = None) -> Scenario:
    """The scenario with the inputs of draw `number`; the scenario itself for draw 0.

    `baseline` is what the scenario is an option to, if it is one.
    """
    if number == 0:
        return scenario
    shared = {} if baseline is None else ranged(baseline)
    changed = _Draw(scenario.run.seed, number, shared).of(scenario, "")
    assert isinstance(changed, Scenario)
    if scenario.origin is not None:
        changed.set_origin(scenario.origin)
    return changed


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
    """One set of inputs: whose seed, which number, and the baseline's numbers with ranges by path."""

    seed: int
    number: int
    shared: Mapping[str, Sourced]

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
        if _width(number) > 0:
            return number.model_copy(update={"value": self._at(number, path)})
        doubted = self.shared.get(path)
        if doubted is None or doubted.value == 0:
            return number
        value = number.value * self._at(doubted, path) / doubted.value
        return number.model_copy(update={"value": _kept_possible(doubted, value)})

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
