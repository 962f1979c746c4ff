"""What a column is, and how rows become records and back."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, get_args, get_type_hints

import numpy as np


@dataclass(frozen=True)
class Column:
    """What one column holds. `type` is a NumPy type string."""

    type: str
    unit: str
    meaning: str


I1 = "i1"
I2 = "i2"
I4 = "i4"
U4 = "u4"
I8 = "i8"


@cache
def columns(row_class: type) -> dict[str, Column]:
    """Name to column, in order."""
    hints = get_type_hints(row_class, include_extras=True)
    return {f.name: get_args(hints[f.name])[1] for f in fields(row_class)}


@cache
def dtype_of(row_class: type) -> np.dtype[Any]:
    """The packed record type of a row class, little-endian."""
    return np.dtype([(name, "<" + c.type) for name, c in columns(row_class).items()], align=True)


def rows_to_array(rows: list[Any], row_class: type) -> np.ndarray[Any, Any]:
    """Objects to records, column order kept."""
    names = list(columns(row_class))
    return np.array([tuple(getattr(row, name) for name in names) for row in rows], dtype=dtype_of(row_class))


def array_to_rows(array: np.ndarray[Any, Any], row_class: type) -> list[Any]:
    """Records to plain objects, for engines that play with objects."""
    return [row_class(*record) for record in array.tolist()]
