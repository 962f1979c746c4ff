"""Where the faults of an export are said to be: at a line of its map, or in the export as a whole. All are raised together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sim.errors import ExportError, Fault
from sim.scenario.node import Node, nearest_spot, shortened


class Blame:
    """Faults of an export and its map, collected until `settle`."""

    def __init__(self, files: Sequence[Path], tree: Node | None) -> None:
        self.export = files[0].as_posix() if files else "the export"
        self.tree = tree
        self.faults: list[Fault] = []

    def at_map(self, path: str, got: str, want: str, hint: str = "") -> None:
        """A fault of a line of the map, such as `stamps.received`; of the export where the map has no lines."""
        if self.tree is None:
            self.faults.append(Fault(self.export, 0, 0, path, got, want, hint))
            return
        keys = tuple(int(step[1:-1]) if step[0] == "[" else step for step in re.findall(r"\[\d+\]|[^.\[\]]+", path))
        spot = nearest_spot(self.tree, keys)
        self.faults.append(Fault(spot.file, spot.line, spot.column, path, got, want, hint))

    def at_export(self, got: str, want: str, hint: str = "", file: Path | None = None, line: int = 0) -> None:
        """A fault of the export, or of one of its files."""
        name = self.export if file is None else file.as_posix()
        self.faults.append(Fault(name, line, 1 if line else 0, "", got, want, hint))

    def settle(self) -> None:
        """Nothing, where no fault was found.

        Raises
        ------
        ExportError
            With every fault found so far.
        """
        if self.faults:
            raise ExportError(self.faults)


def translated(error: Exception) -> str:
    """The first line of a library's message, without the texts it quotes, which may be a row's own."""
    words = getattr(error, "strerror", None) or str(error)
    first = (words.strip().splitlines() or [type(error).__name__])[0]
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "...", re.sub(r"^([A-Z][\w-]* )+Error: ", "", first))
    return shortened("".join(letter if letter.isprintable() else "?" for letter in bare), 120)
