"""Where there is no export: the totals of an annual report as a small file, and what can be learned from them.

A count brings its chance with it: calls a year vary as Poisson's law says, shares of counted calls as a binomial's. Any other
number has the range its file states, or none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, field_validator, model_validator

from sim.calibrate.checked import fault_at, read_checked
from sim.calibrate.drafting.chain import chain, ed_share_left
from sim.calibrate.drafting.chance import binomial_range, poisson_range
from sim.calibrate.estimate import Estimate, Finding, Fitted, Unlearned
from sim.calibrate.mapping import DEFAULT, Ending
from sim.errors import ExportError
from sim.scenario.node import Keys, Node
from sim.scenario.number import Part, as_row
from sim.scenario.schema import Scenario
from sim.scenario.wording import nearest

EVERY = "all"
NEAR = 0.01  # of the calls of a year, by which the kinds counted may miss them
HINT = "a first file of totals: docs/calibrate.md"
WAY = "minutes under way, as reported"
OF_EDS = (
    "This share is met where patrol comes to every call; outcomes.reference.all.ed is what it leaves for people neither held, "
    "arrested nor in medical need. Crews with effects of their own, and callers nobody reaches, move the share of a played year."
)
SILENT = (  # what no total tells
    ("demand.profile", "totals hold no hours of the week"),
    ("demand.day_effect_cv", "totals hold no days"),
    ("types.*.patience_min", "totals hold no waits of callers who gave up"),
    ("types.*.on_scene_spread", "totals hold no single calls"),
    ("zones", "totals hold no places"),
)


class Figure(Part):
    """A number, bare or as {value, low, high}."""

    value: float = Field(ge=0)
    low: float | None = Field(None, ge=0)
    high: float | None = Field(None, ge=0)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, raw: Any) -> Any:
        return as_row(raw)

    @model_validator(mode="after")
    def _ordered(self) -> Figure:
        low, high = (self.value if bound is None else bound for bound in (self.low, self.high))
        if not low <= self.value <= high:
            raise ValueError(f"low <= value <= high; got {low:g}, {self.value:g}, {high:g}")
        return self


class Ways(Part):
    """Minutes from under way to on scene."""

    median_min: Figure
    p90_min: Figure | None = None


class Totals(Part):
    """What a town has counted. Of `mix`, `priorities` and `endings` either calls or shares that sum to one."""

    name: str = "Our city"
    source: str = "annual report"  # written beside every number learned from it
    as_of: str | None = None
    population: int | None = Field(None, gt=0)
    base: str = "base.yaml"  # the scenario whose defaults stand where nothing was learned
    calls_per_year: Figure | None = None  # about people in crisis
    other_calls_per_year: Figure | None = None  # ordinary police work
    mix: dict[str, Figure] = Field(default_factory=dict)  # call type -> calls or share
    priorities: dict[str, dict[str, Figure]] = Field(default_factory=dict)  # call type, or all -> 1 to 4 -> calls or share
    travel: Ways | None = None
    on_scene_min: dict[str, Figure] = Field(default_factory=dict)  # responder type -> mean minutes
    on_scene_median_min: dict[str, Figure] = Field(default_factory=dict)  # responder type -> median, where no mean is known
    share_ed: Figure | None = None  # of all these calls, those that ended at an ED
    endings: dict[Ending, Figure] = Field(default_factory=dict)  # word -> calls or share

    @field_validator("as_of", mode="before")
    @classmethod
    def _text(cls, raw: Any) -> Any:
        return raw if raw is None else str(raw)

    @model_validator(mode="after")
    def _makes_sense(self) -> Totals:
        if self.share_ed is not None and self.endings:
            raise ValueError("share_ed or endings; got both")
        both = sorted(set(self.on_scene_min) & set(self.on_scene_median_min))
        if both:
            raise ValueError(f"a mean or a median for {both[0]}; got both")
        wholes: list[tuple[str, Mapping[Any, Figure]]] = [("mix", self.mix), ("endings", self.endings)]
        for name, shares in (*wholes, *((f"priorities of {kind}", row) for kind, row in self.priorities.items())):
            total = sum(one.value for one in shares.values())
            if shares and not _are_counts(shares) and abs(total - 1) > 0.005:
                raise ValueError(f"{name}: calls, or shares that sum to 1; got shares that sum to {total:.4g}")
        return self

    @property
    def responders(self) -> Mapping[str, str]:
        """Responder types the totals speak of; patrol where they name none."""
        return {name: name for name in (*self.on_scene_min, *self.on_scene_median_min)} or {DEFAULT: "patrol"}


def read_totals(path: str | Path) -> tuple[Totals, Node]:
    """The totals in a file, and its tree of nodes for the places of later faults.

    Raises
    ------
    ExportError
        With every fault found.
    """
    return read_checked(path, Totals, "a file of totals", HINT)


def fitted_totals(totals: Totals, base: Scenario, tree: Node) -> Fitted:
    """What the totals tell, in the form an export gives; no resamples, so every number is drawn on its own.

    Raises
    ------
    ExportError
        Where a name is no type of call or responder of the base, or an ending cannot be.
    """
    _check_names(totals, base, tree)
    _check_sum(totals, tree)
    fitted = Fitted(estimates=list(_estimates(totals, base)))
    try:
        fitted.estimates += _endings(totals, base)
    except ValueError as error:
        want, _, got = str(error).partition("; got ")
        raise ExportError([fault_at(tree, ("share_ed" if totals.share_ed else "endings",), got, want)]) from None
    if totals.share_ed is not None:
        fitted.findings.append(Finding("coverage", "share_ed", totals.share_ed.value, "share of calls", OF_EDS))
    learned = {one.path for one in fitted.estimates}
    fitted.unlearned = [Unlearned(path, why) for path, why in SILENT] + [
        Unlearned(path, "not in the file of totals")
        for path in ("demand.calls_per_year", "demand.other_calls_per_year", "demand.mix", "travel.median_min")
        if not any(one.startswith(path) for one in learned)
    ]
    bare = sorted(one.path for one in fitted.estimates if one.low == one.high)
    if bare:
        why = "no range was stated and none follows from a count: it is taken as certain; give {value, low, high}"
        fitted.unlearned += [Unlearned(f"range of {path}", why) for path in bare]
    return fitted


def _check_names(totals: Totals, base: Scenario, tree: Node) -> None:
    people = [name for name, kind in base.types.items() if kind.person]
    named: list[tuple[Keys, str, list[str]]] = [(("mix", name), "a call type about people", people) for name in totals.mix]
    kinds = [*base.types, EVERY]
    named += [(("priorities", name), "a call type, or all", kinds) for name in totals.priorities]
    levels = ["1", "2", "3", "4"]
    named += [(("priorities", kind, n), "a priority of 1 to 4", levels) for kind, row in totals.priorities.items() for n in row]
    for part in ("on_scene_min", "on_scene_median_min"):
        named += [((part, name), "a responder type", list(base.responders)) for name in getattr(totals, part)]
    faults = []
    for keys, what, known in named:
        if keys[-1] not in known:
            near = nearest(str(keys[-1]), known)
            hint = f"did you mean {near}?" if near else ""
            faults.append(fault_at(tree, keys, repr(keys[-1]), f"{what}: {', '.join(known)}", hint))
    if faults:
        raise ExportError(faults)


def _check_sum(totals: Totals, tree: Node) -> None:
    """Kinds that were counted are all the calls of the year, or their shares would be of something else."""
    counted = sum(one.value for one in totals.mix.values())
    year = totals.calls_per_year
    if year is None or not _are_counts(totals.mix) or abs(counted - year.value) <= NEAR * year.value:
        return
    got, want = f"kinds with {counted:,.10g} calls together", f"calls that sum to calls_per_year, {year.value:,.10g}"
    hint = "count the rest under the nearest kind, or give shares that sum to 1"
    raise ExportError([fault_at(tree, ("mix",), got, want, hint)])


def _estimates(totals: Totals, base: Scenario) -> Iterator[Estimate]:
    for key, what in (("calls_per_year", "crisis calls"), ("other_calls_per_year", "other calls")):
        figure = getattr(totals, key)
        if figure is not None:
            yield _count(f"demand.{key}", figure, what)
    yield from shares_of("demand.mix", totals.mix, "calls of each type over all of them")
    for kind, row in totals.priorities.items():
        kinds = [kind] if kind != EVERY else [name for name in totals.mix or base.demand.mix if name not in totals.priorities]
        for name in kinds:
            yield from shares_of(f"types.{name}.priorities", row, "calls of each priority over all of them")
    if totals.travel is not None:
        yield _stated("travel.median_min", totals.travel.median_min, "min", WAY)
        if totals.travel.p90_min is not None:
            yield _stated("travel.p90_min", totals.travel.p90_min, "min", WAY)
    for name, figure in totals.on_scene_min.items():
        yield _stated(f"responders.{name}.on_scene_min", figure, "min", "mean, as reported")
    cv = float(np.mean([kind.on_scene_spread.cv.value for kind in base.types.values() if kind.person]))
    for name, figure in totals.on_scene_median_min.items():
        how = f"mean of a lognormal with the reported median and a cv of {cv:g}, as the types of {base.name} have"
        yield _stated(f"responders.{name}.on_scene_min", figure, "min", how, math.sqrt(1 + cv * cv))


def _endings(totals: Totals, base: Scenario) -> Iterator[Estimate]:
    """Answers of the chain: from endings counted or shared out, or the one share of EDs laid on the base's other answers."""
    mix = {name: one.value for name, one in totals.mix.items()} or {name: one.value for name, one in base.demand.mix.items()}
    if totals.share_ed is not None:
        ends = [totals.share_ed.value if end is None else end for end in (totals.share_ed.low, totals.share_ed.high)]
        value, low, high = (ed_share_left(base, mix, share) for share in (totals.share_ed.value, *ends))
        how = (
            "of those not held, arrested or in medical need, so that the reported share of all calls ends at an ED where patrol "
            "comes to every one; holds, arrests and medical needs are the base's"
        )
        yield _estimate("outcomes.reference.all.ed", value, low, high, "share", 0, how)
    if totals.endings:
        calls = {str(name): one.value for name, one in totals.endings.items()}
        for decision, (yes, asked) in chain(base, mix, calls).items():
            share, n = yes / asked, asked if _are_counts(totals.endings) else 0
            bounds = binomial_range(yes, asked) if n else (share, share)
            how = "endings counted, over the calls that got as far as that question"
            yield _estimate(f"outcomes.reference.all.{decision}", share, *bounds, "share", round(n), how)


def shares_of(path: str, row: Mapping[str, Figure], how: str) -> Iterator[Estimate]:
    """Shares of one whole, from calls (with the chance of a count) or from shares (with the ranges stated)."""
    total = sum(one.value for one in row.values())
    is_count = _are_counts(row)
    for name, one in row.items():
        if is_count:
            bounds, words = binomial_range(one.value, total), f"{how}; range: chance alone"
            yield _estimate(f"{path}.{name}", one.value / total, *bounds, "share", round(one.value), words)
        else:
            yield _stated(f"{path}.{name}", one, "share", how)


def _count(path: str, one: Figure, what: str) -> Estimate:
    """A yearly count; its range is that of chance unless one is stated."""
    if one.low is not None or one.high is not None:
        return _stated(path, one, "calls a year", f"{what} a year, as reported")
    how = f"{what} counted in a year; range: chance alone (Poisson)"
    return _estimate(path, one.value, *poisson_range(one.value), "calls a year", round(one.value), how)


def _stated(path: str, one: Figure, unit: str, how: str, factor: float = 1.0) -> Estimate:
    low, high = (one.value if bound is None else bound for bound in (one.low, one.high))
    return _estimate(path, factor * one.value, factor * low, factor * high, unit, 0, how)


def _estimate(path: str, value: float, low: float, high: float, unit: str, n: int, how: str) -> Estimate:
    return Estimate(path, value, low, high, unit, n, how, np.empty(0))


def _are_counts(row: Mapping[Any, Figure]) -> bool:
    """Calls rather than shares: some number above one."""
    return any(one.value > 1 for one in row.values())
