"""The one form of every message a user may meet: where, got, want, hint.

Bad input raises one of these, never a bare assert; an assert states what our own code believes.
All faults of a file are collected and raised together (`ScenarioError`), so a planner mends ten at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with one value: its place, what stood there, what should, and how to mend it.

    `line` and `column` count from 1; 0 means the fault belongs to the whole file.
    """

    file: str
    line: int
    column: int
    path: str
    got: str
    want: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        lines = [f"{place}  {self.path}".rstrip(), f"  got   {self.got}", f"  want  {self.want}"]
        if self.hint:
            lines.append(f"  hint  {self.hint}")
        return "\n".join(lines)


class CrisisSimError(Exception):
    """Root of the errors this package raises on purpose. The command line prints it and leaves with code 2."""


class ScenarioError(CrisisSimError):
    """A scenario cannot be used; carries every fault found, in file order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n\n".join(str(fault) for fault in self.faults)


class ExportError(ScenarioError):
    """A dispatch export or its map cannot be used; carries every fault found, as for scenarios."""


class RegistryError(CrisisSimError):
    """A name is unknown (the nearest are listed) or taken twice (both files are named)."""


class RuleError(CrisisSimError):
    """A plug-in breaks a promise of its kind: signature, return type, purity."""


class LedgerError(CrisisSimError):
    """An invariant of the ledger is broken; the message holds the rows."""


class ReplayError(CrisisSimError):
    """A folder run again gave other bytes; the message names what moved."""


class ResultsError(CrisisSimError):
    """A results folder cannot be read, or two of them cannot be compared."""
