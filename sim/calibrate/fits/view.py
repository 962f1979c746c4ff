"""What fits see of an export: counts by block and samples of minutes, of the part to fit, never the whole table.

Only whole numbers are added up in SQL, since their sums do not depend on the order of rows; samples come in an order of
their own. So the same rows in another order give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.doubt import Blocks, blocks_of
from sim.calibrate.fits.span import OWN, Span, is_dated, span_of
from sim.calibrate.mapping import OTHER, ExportMap
from sim.calibrate.normal import Records
from sim.scenario.schema import Scenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST = 50_000  # rows of a sample


@dataclass(frozen=True)
class View:
    """An export beside the scenario whose numbers it is to teach."""

    records: Records
    export_map: ExportMap
    base: Scenario

    @property
    def smallest(self) -> int:
        """Nothing is fitted to fewer rows."""
        return self.export_map.limits.smallest_cell

    @cached_property
    def blocks(self) -> Blocks:
        """All blocks with calls to fit, and all days without any."""
        days = f"UNION SELECT block FROM days WHERE {OWN}" if is_dated(self.records) else ""
        query = f"SELECT DISTINCT block FROM calls WHERE {OWN} {days} ORDER BY 1"
        return blocks_of(self.records.ask(query)["block"].to_numpy(np.int64))

    @cached_property
    def types(self) -> dict[str, int]:
        """Calls to fit by type, in order of name."""
        found = self.records.ask(f"SELECT type, count(*) AS n FROM calls WHERE {OWN} AND type IS NOT NULL GROUP BY 1 ORDER BY 1")
        return {str(name): int(n) for name, n in zip(found["type"], found["n"], strict=True)}

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Call types about people that occur."""
        return tuple(name for name in self.types if name in self.base.types and self.base.types[name].person and name != OTHER)

    @cached_property
    def others(self) -> tuple[str, ...]:
        """Types of ordinary work that occur."""
        known = self.base.types
        return tuple(name for name in self.types if name == OTHER or (name in known and not known[name].person))

    @cached_property
    def ordinary(self) -> tuple[str, ...]:
        """Types of ordinary work in the scenario that callers ask for: none that units begin, none on a timetable."""
        scheduled = {row.type for row in self.base.demand.outreach.values()}
        kinds = self.base.types.items()
        return tuple(name for name, row in kinds if not row.person and not row.met_by_units and name not in scheduled)

    @cached_property
    def span(self) -> Span:
        """The time over which calls were counted."""
        return span_of(self.records, self.blocks)

    def of(self, types: Iterable[str]) -> str:
        """SQL that is true for these types."""
        names = ", ".join(f"'{name.replace(chr(39), chr(39) * 2)}'" for name in types)
        return f"type IN ({names})" if names else "false"

    def n(self, table: str, where: str) -> int:
        """How many rows to fit there are."""
        return int(self.records.one(f"SELECT count(*) FROM {table} WHERE {OWN} AND {where}"))

    def counts(self, column: str, where: str, table: str = "calls") -> pd.DataFrame:
        """Rows of `block`, `key`, `n`: calls counted by an expression that is not null."""
        return self.records.ask(
            f"SELECT block, {column} AS key, count(*) AS n FROM {table} WHERE {OWN} AND {where} AND ({column}) IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL"
        ).astype({"block": np.int64, "n": np.int64})

    def grid(self, column: str, where: str, size: int, table: str = "calls") -> Floats:
        """The same as a table of all blocks × whole numbers below `size`."""
        found = self.counts(column, where, table)
        out = np.zeros((len(self.blocks.ids), size))
        out[self.blocks.rows(found["block"].to_numpy()), found["key"].to_numpy(np.int64)] = found["n"].to_numpy()
        return out

    def sample(self, table: str, columns: Sequence[str], where: str = "true") -> pd.DataFrame:
        """At most `MOST` rows of `block` and the columns, the first of which is not null; the same rows of the same export.

        A column is a name, or an expression `AS` a name.
        """
        first, named = columns[0].partition(" AS ")[0], [column.rpartition(" AS ")[2] for column in columns]
        order = "hash(call), call" if table == "calls" else "hash(call, nth), call, nth"
        return self.records.ask(
            f"SELECT block, {', '.join(named)} FROM (SELECT block, {', '.join(columns)} FROM {table} "
            f"WHERE {OWN} AND {where} AND ({first}) IS NOT NULL ORDER BY {order} LIMIT {MOST}) ORDER BY ALL"
        ).astype({"block": np.int64})
