"""Every column there is: name, type, unit, meaning, and whether a dispatch centre can see it.

Row classes are the only definition of an entity. Their annotations give mypy its `int`, numba its record
type, the readable engine its objects and Mesa agents their base; files, checks and the documentation read
the same lines. Null is -1 everywhere; there is no NaN in an integer column.
"""

from __future__ import annotations

from sim.tables.call import CallRow, LedgerRow, LuckRow
from sim.tables.column import Column, array_to_rows, columns, dtype_of, rows_to_array
from sim.tables.places import DeskRow, DoorRow, FacilityRow, LineRow, PersonRow, StayRow, TaskRow
from sim.tables.street import AlternativeRow, DutyRow, ResponderRow, ShiftRow, UnitRow

MAX_SLOTS = 7  # roles of all plans together: bits of a call, one byte
FORMAT_VERSION = 3  # of the ledger and of results folders

__all__ = [
    "FORMAT_VERSION",
    "MAX_SLOTS",
    "AlternativeRow",
    "CallRow",
    "Column",
    "DeskRow",
    "DoorRow",
    "DutyRow",
    "FacilityRow",
    "LedgerRow",
    "LineRow",
    "LuckRow",
    "PersonRow",
    "ResponderRow",
    "ShiftRow",
    "StayRow",
    "TaskRow",
    "UnitRow",
    "array_to_rows",
    "columns",
    "dtype_of",
    "rows_to_array",
]
