"""A small file of the planner's own, a map or totals, read as scenarios are: every fault with its place, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.errors import ExportError, Fault
from sim.scenario.node import Keys, Node, find, nearest_spot, path_text, plain, shown
from sim.scenario.reading import read_file
from sim.scenario.wording import member, model_of, nearest

Kind = TypeVar("Kind", bound=BaseModel)


def read_checked(
    path: str | Path, kind: type[Kind], what: str, hint: str, prepared: Callable[[Any], Any] = lambda data: data
) -> tuple[Kind, Node]:
    """What a file holds, and its tree of nodes for the places of later faults.

    Parameters
    ----------
    what : str
        The file in words, such as `an export map`.
    hint : str
        How one begins.
    prepared : callable
        Applied to the plain data before it is checked.

    Raises
    ------
    ExportError
        With every fault found.
    """
    reading = read_file(Path(path), Path(path).as_posix())
    if reading.node is None or reading.faults:
        raise ExportError(reading.faults)
    tree = reading.node
    if not tree.rows:
        raise ExportError([Fault(tree.spot.file, 1, 1, "", shown(tree.value), "a mapping", hint)])
    try:
        return kind.model_validate(prepared(plain(tree))), tree
    except ValidationError as error:
        raise ExportError(_faults(tree, error, kind, what, hint)) from None


def _faults(tree: Node, error: ValidationError, kind: type[BaseModel], what: str, begin: str) -> Iterator[Fault]:
    for one in error.errors(include_url=False, include_input=False):
        keys = tuple(step for step in one["loc"] if step != "[key]")
        want, _, got = one["msg"].removeprefix("Value error, ").partition("; got ")
        hint = ""
        if one["type"] == "extra_forbidden":
            near = nearest(str(keys[-1]), _model_at(kind, keys[:-1]).model_fields)
            want, hint = f"a key of {what}", f"did you mean {near}?" if near else begin
        yield fault_at(tree, keys, got, want, hint)


def fault_at(tree: Node, keys: Keys, got: str, want: str, hint: str = "") -> Fault:
    """A fault of the value at a path; its own text where `got` is empty."""
    spot, node = nearest_spot(tree, keys), find(tree, keys)
    value = shown(node.value) if node is not None and not node.rows else (str(keys[-1]) if keys else "the file as a whole")
    return Fault(spot.file, spot.line, spot.column, path_text(keys), got or value, want, hint)


def _model_at(kind: type[BaseModel], keys: Keys) -> type[BaseModel]:
    at: Any = kind
    for step in keys:
        at = member(at, step)
    return (model_of(at) if at is not None else None) or kind
