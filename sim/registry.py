"""Named tables of plug-ins: policies, outcome models, metrics, cost items, mechanisms.

Knows names, owners and parameters; knows nothing about what an entry does. A name is taken once; asking
for an unknown one lists the nearest.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.errors import RegistryError


@dataclass(frozen=True)
class Parameter:
    """A number a plug-in takes: default, what it means, unit, bounds (both included).

    Attributes
    ----------
    scale : int
        What a value is multiplied by before a rule sees it, since rules know integers only
        (minutes to seconds: 60; shares to millionths: 1,000,000).
    rematch : bool
        True for a waiting time: the centre looks at a queued call again when it has waited this long.
    """

    default: float
    meaning: str
    unit: str = ""
    low: float = 0.0
    high: float = float(2**31)
    scale: int = 1
    rematch: bool = False


def Count(default: int, meaning: str) -> Parameter:
    """A whole number, 0 or more."""
    return Parameter(default, meaning, "count", 0, 2**31)


def Minutes(default: float, meaning: str) -> Parameter:
    """A duration typed in minutes; a rule sees seconds."""
    return Parameter(default, meaning, "min", 0, 60 * 24 * 366, 60)


def Wait(default: float, meaning: str) -> Parameter:
    """A waiting time typed in minutes after which the centre looks at a queued call again."""
    return Parameter(default, meaning, "min", 0, 60 * 24 * 366, 60, rematch=True)


def Share(default: float, meaning: str = "") -> Parameter:
    """A share between 0 and 1; a rule sees millionths."""
    return Parameter(default, meaning, "share", 0.0, 1.0, 1_000_000)


def LogOdds(default: float, meaning: str = "") -> Parameter:
    """A shift of log odds, between -10 and 10, for outcome models."""
    return Parameter(default, meaning, "log odds", -10.0, 10.0)


@dataclass
class Entry:
    """One registered thing: the function, its parameters, and the facts its kind declares about it."""

    name: str
    function: Callable[..., Any]
    params: Mapping[str, Parameter] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """First sentence of the docstring: what `crisis-sim list` prints."""
        text = " ".join((inspect.getdoc(self.function) or "").split("\n\n")[0].split())
        return text.split(".  ")[0].split(". ")[0].rstrip(".") + "." if text else ""

    @property
    def file(self) -> str:
        return self.facts.get("file") or inspect.getsourcefile(self.function) or "?"


class Registry:
    """A table from names to entries of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, Entry] = {}

    @property
    def a_kind(self) -> str:
        """The kind with its article: `an outcome model`."""
        return f"{'an' if self.kind[0] in 'aeiou' else 'a'} {self.kind}"

    def add(self, entry: Entry) -> None:
        """Take a name. The same function loaded again replaces itself; another one is refused."""
        if not (entry.name.isidentifier() and entry.name == entry.name.lower()):
            raise RegistryError(f"{self.kind} name {entry.name!r} is not snake_case ({entry.file})")
        held = self._entries.get(entry.name)
        if held is not None and held.file != entry.file:
            raise RegistryError(f"{self.kind} {entry.name!r} is registered twice: in {held.file} and in {entry.file}")
        self._entries[entry.name] = entry

    def get(self, name: str) -> Entry:
        """The entry of that name; RegistryError with the nearest three if there is none."""
        if name not in self._entries:
            near = self.nearest(name)
            raise RegistryError(f"unknown {self.kind} {name!r}; nearest: {', '.join(near) or 'none'}")
        return self._entries[name]

    def nearest(self, name: str) -> list[str]:
        """Up to three registered names, most alike first."""
        return difflib.get_close_matches(name, self._entries, 3, 0.3)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries[name] for name in sorted(self._entries))

    def __len__(self) -> int:
        return len(self._entries)


policies = Registry("policy")
outcome_models = Registry("outcome model")
metrics = Registry("metric")
cost_items = Registry("cost item")
mechanisms = Registry("mechanism")


def dispatch_policy(name: str, params: Mapping[str, Parameter] | None = None) -> Callable[[Any], Any]:
    """Register `score_unit(town, unit, call, now, params)` as the policy of that name.

    The decorated function gains two decorators of its own: `.score_call(town, call, now, params)` (which
    waiting call is looked at first: lowest; default priority, then age) and
    `.may_commit(town, unit, call, now, params)` (false holds the chosen unit back; default always true).
    """

    def register(function: Any) -> Any:
        entry = Entry(name, function, dict(params or {}))
        policies.add(entry)

        def part(kind: str) -> Callable[[Any], Any]:
            def take(other: Any) -> Any:
                entry.facts[kind] = other
                return other

            return take

        function.score_call = part("score_call")
        function.may_commit = part("may_commit")
        return function

    return register


def outcome_model(name: str, by: list[str] | None = None, params: Mapping[str, Parameter] | None = None) -> Callable[[Any], Any]:
    """Register `probabilities(scenario, grid, params)` as the outcome model of that name.

    `by` names the columns of the grid it may read: type, responder, acuity.
    """

    def register(function: Any) -> Any:
        outcome_models.add(Entry(name, function, dict(params or {}), {"by": by or ["type", "responder", "acuity"]}))
        return function

    return register


def metric(
    name: str, unit: str, of: str, better: str = "", kind: str = "simulated", by: tuple[str, ...] = ()
) -> Callable[[Any], Any]:
    """Register a metric: a function of one derived table, or of several.

    `unit` as printed; `of` the table it reads, or tables with commas between (`sim.measure.evaluate` lists them);
    `better` is lower, higher or empty when neither; `kind` is `simulated` or `assumed` (rests on outcome rows, shown
    with a dagger); `by` columns of the table whose levels it is computed for as well.
    """

    def register(function: Any) -> Any:
        metrics.add(Entry(name, function, {}, {"unit": unit, "of": of, "better": better, "kind": kind, "by": by}))
        return function

    return register


def cost_item(name: str, rate: str, payer: str, timing: str = "ongoing", unit: str = "each") -> Callable[[Any], Any]:
    """Register a cost item: a function giving quantities in `unit`, priced at scenario rate `rate`.

    It is paid by `payer` unless the scenario says otherwise; its parameters name the tables it reads
    (`sim.measure.costs` lists them).
    """

    def register(function: Any) -> Any:
        cost_items.add(Entry(name, function, {}, {"rate": rate, "payer": payer, "timing": timing, "unit": unit}))
        return function

    return register
