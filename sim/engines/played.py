"""What every engine gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

Records = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Played:
    """One world played to its end: the ledger, and the rows of calls, units, people, stays and follow-ups as they stand."""

    ledger: Records
    calls: Records
    units: Records
    persons: Records
    stays: Records
    tasks: Records
    mechanisms: dict[str, Records] = field(default_factory=dict)  # by name: what each wrote of people's state


TABLES = ("ledger", "calls", "units", "persons", "stays", "tasks")
