"""Compiled copies of plain rule functions, all in one namespace, with argument types read off their annotations.

Rules carry no decorator and never import numba, so this is where it shows that they could be compiled. A town
is a named tuple of arrays here, of the same members and dimensions as `sim.rules.town.Town`.
"""

from __future__ import annotations

import importlib
import inspect
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import FunctionType, ModuleType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import numba
import numpy as np
from numba.core import types

from sim.registry import Entry, Parameter
from sim.tables import dtype_of
from sim.world.build import rule_name

RUN_AT_IMPORT = {"_unit_moves", "_call_moves"}  # they build tables of lifecycle.py, once, in Python


def plain_functions(module: ModuleType) -> dict[str, FunctionType]:
    """The functions a module defines itself."""
    mine = {name: f for name, f in vars(module).items() if inspect.isfunction(f) and f.__module__ == module.__name__}
    return {name: f for name, f in mine.items() if name not in RUN_AT_IMPORT}


def gather(names: Iterable[str]) -> tuple[dict[str, FunctionType], dict[str, Any]]:
    """Functions and constants of all modules; a constant named twice must mean the same."""
    functions: dict[str, FunctionType] = {}
    constants: dict[str, Any] = {}
    for name in names:
        module = importlib.import_module(name)
        functions |= plain_functions(module)
        for key, value in vars(module).items():
            if key.startswith("__") or key == "annotations" or isinstance(value, FunctionType):
                continue
            known = constants.setdefault(key, value)
            assert known is value or known == value, f"{key} is {known!r} elsewhere and {value!r} in {name}"
    return functions, constants


def compiled_copies(functions: Mapping[str, Callable[..., Any]], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Each function compiled on first use, seeing the compiled copies of the others."""
    home: dict[str, Any] = {"__builtins__": __builtins__, "__name__": "compiled_rules", **constants}
    for name, function in functions.items():
        copy = FunctionType(function.__code__, home, name, function.__defaults__)
        home[name] = numba.njit(copy)
    return {name: home[name] for name in functions}


def params_type(params: Mapping[str, Parameter]) -> Any:
    """What a policy sees as `params`: whole numbers by name, minutes as seconds."""
    names = [rule_name(name, parameter.scale) for name, parameter in params.items()] or ["none"]
    return numba.typeof(namedtuple("Params", names)(*(0 for _ in names)))


def policy_type(entry: Entry, copies: Mapping[str, Any]) -> Any:
    """The parts of a policy as a named tuple of compiled functions."""
    parts = {
        "score_unit": copies[entry.function.__name__],
        "score_call": copies[getattr(entry.facts.get("score_call"), "__name__", "oldest_of_highest_priority")],
        "may_commit": copies[getattr(entry.facts.get("may_commit"), "__name__", "always")],
    }
    members = [numba.typeof(part) for part in parts.values()] + [params_type(entry.params)]
    return types.NamedTuple(members, namedtuple("PolicyParts", [*parts, "params"]))


def numba_type(annotation: Any, named: Mapping[str, Any]) -> Any:
    """Numba's type of an annotation: integers, rows as records, sequences as arrays, classes of `named` by name.

    Of a union the last member counts: a dict in the readable engine is a table in a compiled loop.
    """
    if get_origin(annotation) is UnionType:
        return numba_type(get_args(annotation)[-1], named)
    if annotation in (int, bool):
        return types.int64 if annotation is int else types.boolean
    if getattr(annotation, "__name__", "") in named:
        return named[annotation.__name__]
    if get_origin(annotation) in (Sequence, Iterable, list):
        element = numba_type(get_args(annotation)[0], named)
        if isinstance(element, types.Array):
            return types.Array(element.dtype, element.ndim + 1, "C")
        return types.Array(element, 1, "C")
    if is_dataclass(annotation) and annotation.__name__.endswith("Row"):
        return numba.from_dtype(np.dtype(dtype_of(annotation)))
    if is_dataclass(annotation):
        hints = get_type_hints(annotation)
        members = [numba_type(hints[f.name], named) for f in fields(annotation)]
        return types.NamedTuple(members, namedtuple(annotation.__name__, [f.name for f in fields(annotation)]))
    raise TypeError(f"no compiled type for {annotation!r}: use int, bool, rows and sequences of them")


def signature_of(function: FunctionType, named: Mapping[str, Any]) -> tuple[Any, ...]:
    """Types of the arguments, in order. An argument `params` takes the type of that name in `named`."""
    hints = get_type_hints(function)
    arguments = list(inspect.signature(function).parameters)
    return tuple(named["params"] if name == "params" else numba_type(hints[name], named) for name in arguments)


def returned_type(copy: Any, signature: tuple[Any, ...]) -> Any:
    """Compile for these types; the type numba inferred for the result."""
    copy.compile(signature)
    return copy.overloads[signature].signature.return_type
