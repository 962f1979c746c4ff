"""What a promise is, and the promises that extensions of every kind make."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from sim.mechanism import Mechanism
from sim.registry import Entry

_RANDOM = {"random", "randint", "rand", "randn", "default_rng", "choice", "shuffle", "uniform"}


@dataclass(frozen=True)
class Promise:
    """One promise of a kind, and how it is tried: the check returns what broke, or an empty string."""

    name: str
    check: Callable[[Entry], str]


def _says_what_it_is(entry: Entry) -> str:
    text = inspect.getdoc(entry.function) or ""
    if len(entry.sentence.split()) < 3:
        return "its docstring needs a first sentence that says what it is"
    if not any(word in text for word in ("Source:", "Definition:")):
        return "its docstring needs a line `Source:` or `Definition:`"
    return ""


def _parameters_are_declared(entry: Entry) -> str:
    poor = [name for name, p in entry.params.items() if not (p.meaning and p.unit and p.low <= p.default <= p.high)]
    return f"parameters without meaning, unit or a default within bounds: {', '.join(poor)}" if poor else ""


def _draws_no_luck(entry: Entry) -> str:
    functions, allowed, hint = (entry.function, *entry.facts.values()), "", "ask for a column"
    declared: Any = entry.function
    if isinstance(declared, Mechanism):
        functions, allowed, hint = tuple(one for one, _ in declared.functions), "uniform", "ask town.uniform"
    for function in functions:
        if not isinstance(function, FunctionType):
            continue
        used = {i.argval for i in dis.get_instructions(function) if isinstance(i.argval, str)} & _RANDOM - {allowed}
        if used:
            return f"uses {', '.join(sorted(used))}; luck belongs to the world, {hint} instead"
    return ""


OF_EVERY_KIND = (
    Promise("says what it is and where it comes from", _says_what_it_is),
    Promise("declares its parameters", _parameters_are_declared),
    Promise("draws no luck of its own", _draws_no_luck),
)
