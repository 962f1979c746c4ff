"""Where every value of a scenario came from: files read, and who set what over whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.scenario.node import Keys, Node, Spot, find, leaves, nearest_spot, path_text, plain


@dataclass(frozen=True)
class Setting:
    """One line that set a value. `value` is plain data; None where the line removed the row."""

    file: str
    line: int
    column: int
    value: Any


@dataclass(frozen=True, eq=False)
class Origin:
    """The files of a scenario and the tree of its values with their places.

    Attributes
    ----------
    files : tuple of str
        As they were read: the scenario asked for, what it extends in turn, then responder and other files.
    base_files : frozenset of str
        Those whose numbers count as defaults, not as the user's own.
    """

    tree: Node
    files: tuple[str, ...]
    base_files: frozenset[str] = frozenset()
    evidence: dict[str, dict[str, str]] = field(default_factory=dict)

    def chain(self, path: str) -> list[Setting]:
        """The lines that set the value at a dotted path, oldest first; empty for a path no file sets."""
        node = find(self.tree, path_keys(path))
        if node is None:
            return []
        return [Setting(n.spot.file, n.spot.line, n.spot.column, plain(n)) for n in node.history]

    def under(self, path: str) -> list[str]:
        """Dotted paths of the values at or below a path."""
        keys = path_keys(path)
        node = find(self.tree, keys)
        return [] if node is None else [path_text(found) for found, _ in leaves(node, keys)]

    def spot(self, path: str) -> Spot:
        """Where the value at a path stands; for one no file sets, the mapping it would be in."""
        return nearest_spot(self.tree, path_keys(path))


def path_keys(path: str) -> Keys:
    """`responders.patrol.takes[2]` as steps."""
    steps: list[str | int] = []
    for part in path.replace("[", ".[").split("."):
        if part.startswith("[") and part.endswith("]") and part[1:-1].isdecimal():
            steps.append(int(part[1:-1]))
        elif part:
            steps.append(part)
    return tuple(steps)
