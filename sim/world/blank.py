"""Records that hold nothing but the defaults of their columns."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.tables import dtype_of


def blank_rows(row_class: type, n: int) -> npt.NDArray[Any]:
    """`n` records of a row class: ids, where it has any, count from 0; columns with a default hold it, the others 0."""
    one = np.zeros(1, dtype_of(row_class))
    for column in fields(row_class):
        if column.default is not MISSING:
            one[column.name] = column.default
    rows = np.repeat(one, n)
    if "id" in (rows.dtype.names or ()):
        rows["id"] = np.arange(n)
    return rows
