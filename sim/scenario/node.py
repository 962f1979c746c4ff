"""Values of a scenario with the place each was written at, and what each replaced.

A tree of nodes is what a file becomes before it is checked. Nodes are never changed in place; merging makes new ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Scalar = str | int | float | bool | dt.date | None
Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Spot:
    """Where something was written. Line and column count from 1; line 0 is no line of a file."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, eq=False)
class Node:
    """One value: a scalar, a mapping of nodes or a list of nodes.

    Attributes
    ----------
    spot : Spot
        Where the value stands; `key` is where the key before it stands.
    before : Node, optional
        The value it replaced or was laid over.
    is_whole : bool
        True for a mapping that replaces another instead of being laid over it.
    """

    value: Scalar | Mapping[str, Node] | Sequence[Node]
    spot: Spot
    key: Spot
    before: Node | None = None
    is_whole: bool = False

    @property
    def rows(self) -> Mapping[str, Node]:
        """The members of a mapping; none for anything else."""
        return self.value if isinstance(self.value, Mapping) else {}

    @property
    def items(self) -> Sequence[Node]:
        """The members of a list; none for anything else."""
        return self.value if isinstance(self.value, list) else []

    @property
    def history(self) -> list[Node]:
        """The values that stood here, oldest first, with this one last."""
        found: list[Node] = []
        node: Node | None = self
        while node is not None:
            found.append(node)
            node = node.before
        return found[::-1]

    def child(self, step: str | int) -> Node | None:
        """The member of that key or position, or none."""
        if isinstance(step, int) and not self.rows:
            return self.items[step] if 0 <= step < len(self.items) else None
        return self.rows.get(str(step))


def find(node: Node, keys: Keys) -> Node | None:
    """The node at the end of a path, or none."""
    found: Node | None = node
    for step in keys:
        found = found.child(step) if found is not None else None
    return found


def nearest_spot(node: Node, keys: Keys) -> Spot:
    """Where the value at the path stands, else where the key of its closest ancestor does."""
    depth, closest = 0, node
    while depth < len(keys) and (below := closest.child(keys[depth])) is not None:
        depth, closest = depth + 1, below
    return closest.spot if depth == len(keys) else closest.key


def plain(node: Node, keys: Keys = ()) -> Any:
    """The tree as plain data. A row set to null is left out: null removes. `effects: null` is a value of its own."""
    if isinstance(node.value, Mapping):
        return {
            name: plain(child, (*keys, name))
            for name, child in node.value.items()
            if child.value is not None or (*keys, name) == ("effects",)
        }
    if isinstance(node.value, list):
        return [plain(child, (*keys, i)) for i, child in enumerate(node.value)]
    return node.value


def from_data(data: Any, spot: Spot) -> Node:
    """Plain data as a tree; every value stands at the same spot."""
    if isinstance(data, Mapping):
        return Node({str(name): from_data(value, spot) for name, value in data.items()}, spot, spot)
    if isinstance(data, (list, tuple)):
        return Node([from_data(value, spot) for value in data], spot, spot)
    return Node(data, spot, spot)


def leaves(node: Node, keys: Keys = ()) -> Iterator[tuple[Keys, Node]]:
    """Every value that is no mapping, with its path; a number with its source is one value."""
    if isinstance(node.value, Mapping) and not is_number(node):
        for name, child in node.value.items():
            yield from leaves(child, (*keys, name))
    else:
        yield keys, node


def is_number(node: Node) -> bool:
    """Whether this is a number written out as {value, source, ...}."""
    value = node.rows.get("value")
    return value is not None and not isinstance(value.value, (Mapping, list))


def path_text(keys: Keys) -> str:
    """`responders.patrol.shifts.day`, `takes[2]`: a path as people read it."""
    text = ""
    for step in keys:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if step.isprintable() and 0 < len(step) <= 60 else shortened(repr(step)))
    return text


def shortened(text: str, length: int = 60) -> str:
    """The text, cut where it is too long for a message."""
    return text if len(text) <= length else text[: length - 3] + "..."


def shown(value: Any) -> str:
    """A value as a message shows it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return shortened("a mapping with " + ", ".join(path_text((name,)) for name in value)) if value else "an empty mapping"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str):
        return shortened(repr(value))
    return shortened(str(value))
