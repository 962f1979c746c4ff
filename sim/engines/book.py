"""The ledger of the readable engine while it is written."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.tables import LedgerRow, columns, dtype_of


class Book:
    """The ledger while it is written: one flat run of integers, ten a row."""

    WIDTH = len(columns(LedgerRow))

    def __init__(self) -> None:
        self._values = array("q")
        self._n = 0
        self.listener: Callable[[int, int, int], None] | None = None  # told (call, event, row) of every row

    def write(
        self,
        t_s: int,
        call: int,
        unit: int,
        cause: int,
        event: int,
        before: int,
        after: int,
        disposition: int = -1,
        person: int = -1,
        place: int = -1,
        quietly: bool = False,
    ) -> int:
        """Append a row; returns its number. `quietly`: nobody is told."""
        self._values.extend((t_s, call, unit, cause, event, before, after, disposition, person, place))
        row = self._n
        self._n = row + 1
        if self.listener is not None and not quietly:
            self.listener(call, event, row)
        return row

    def ledger(self) -> npt.NDArray[Any]:
        """The rows as records."""
        table = np.frombuffer(self._values, np.int64).reshape(-1, self.WIDTH) if self._n else np.zeros((0, self.WIDTH), np.int64)
        out = np.zeros(self._n, dtype_of(LedgerRow))
        for i, name in enumerate(columns(LedgerRow)):
            out[name] = table[:, i]
        return out
