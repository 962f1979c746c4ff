"""The normal form of an export: what every layout becomes before anything is fitted, kept on disk and asked by SQL.

Memory stays bounded however long the export is: fits ask for counts by day, or for a sample of intervals.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

FIT, HELD_BACK = 0, 1
TABLES = {
    "calls": {  # one row a call that is used
        "call": ("BIGINT", "number, in order of receipt"),
        "received": ("TIMESTAMP", "local wall clock of `Records.clock`, null where only cells or durations are known"),
        "day": ("DATE", "of received"),
        "year": ("SMALLINT", "of received, or the export's cell"),
        "month": ("TINYINT", "1 to 12"),
        "weekday": ("TINYINT", "0 Monday to 6 Sunday"),
        "hour": ("TINYINT", "0 to 23"),
        "block": ("INTEGER", "what the bootstrap resamples: the day (its number since 1970), else one of 400 groups of rows"),
        "label": ("VARCHAR", "type in the export's words"),
        "type": ("VARCHAR", "a call type of the scenario, or `other`"),
        "final_type": ("VARCHAR", "what it turned out to be, null where not said"),
        "priority": ("TINYINT", "1 to 4, null where not said"),
        "ending": ("VARCHAR", "a word of mapping.ENDINGS, null where not said"),
        "zone": ("VARCHAR", "null where not said"),
        "person": ("UBIGINT", "hash of the person key, null where not said"),
        "queue_min": ("DOUBLE", "received to dispatched, first unit"),
        "response_min": ("DOUBLE", "received to first on scene"),
        "gave_up_min": ("DOUBLE", "received to cancelled or abandoned, calls that ended before any unit was dispatched"),
        "n_units": ("SMALLINT", "units dispatched, null where not said"),
        "part": ("TINYINT", "0 to fit, 1 held back"),
    },
    "visits": {  # one row a unit sent; exports with one row a call have one visit a call
        "call": ("BIGINT", "row of calls"),
        "nth": ("SMALLINT", "1 the first sent"),
        "unit": ("VARCHAR", "the export's word, null where not said"),
        "responder": ("VARCHAR", "a responder type of the scenario"),
        "band": ("TINYINT", "0 night, 1 morning, 2 afternoon, 3 evening (6 hours each), null where no hour is known"),
        "turnout_min": ("DOUBLE", "dispatched to en route"),
        "travel_min": ("DOUBLE", "en route to on scene; dispatched to on scene where no en route is recorded"),
        "on_scene_min": ("DOUBLE", "on scene to leaving with somebody, else to clear"),
        "transport_min": ("DOUBLE", "left scene to at the door"),
        "at_door_min": ("DOUBLE", "at the door to clear"),
        "task_min": ("DOUBLE", "dispatched to clear"),
        "from_zone": ("VARCHAR", "where it set out, null where not said"),
        "type": ("VARCHAR", "of the call"),
        "zone": ("VARCHAR", "of the call"),
        "ending": ("VARCHAR", "of the call"),
        "block": ("INTEGER", "of the call"),
        "part": ("TINYINT", "of the call"),
    },
    "days": {  # one row a calendar day from the first to the last, empty where no day is known
        "day": ("DATE", ""),
        "block": ("INTEGER", "its number since 1970"),
        "weekday": ("TINYINT", "0 Monday to 6 Sunday"),
        "month": ("TINYINT", "1 to 12"),
        "n": ("INTEGER", "calls received, other work included"),
        "is_gap": ("BOOLEAN", "too few calls to believe: the record, not the city, was quiet; left out of rates"),
        "part": ("TINYINT", "0 to fit, 1 held back"),
    },
}


@dataclass(frozen=True)
class Count:
    """What was done to how many: `kind` is read, dropped, repaired, blanked or used; `reason` in words for the note."""

    kind: str
    reason: str
    n: int


@dataclass
class Records:
    """A cleaned export.

    Attributes
    ----------
    database : DuckDBPyConnection
        With the tables of `TABLES`.
    clock : str
        The moment `received` stands for: received, or the first moment the export knows; `cells` or empty where none.
    exposure : float
        Share of each day's calls that the part to fit holds: 1, or one half where rows were held back in turn.
    years : tuple of int
        Calendar years covered, where only cells are known.
    counts : list of Count
        In the order things were done; `read` first, `used` last.
    """

    database: duckdb.DuckDBPyConnection
    clock: str
    exposure: float = 1.0
    years: tuple[int, ...] = ()
    counts: list[Count] = field(default_factory=list)
    files: tuple[Path, ...] = ()
    layout: tuple[str, ...] = ()  # moments, intervals and words the export has, for what can be learned

    def ask(self, query: str) -> pd.DataFrame:
        """Rows of a query over calls, visits and days."""
        return self.database.execute(query).df()

    def one(self, query: str) -> float:
        """The single number a query gives; 0 where it gives nothing."""
        rows = self.database.execute(query).fetchall()  # all of them: a result half read would block what comes next
        return 0.0 if not rows or rows[0][0] is None else float(rows[0][0])

    @property
    def first_day(self) -> dt.date | None:
        """The first calendar day, none where no day is known."""
        rows = self.database.execute("SELECT min(day) FROM days").fetchall()
        return rows[0][0] if rows else None

    @property
    def last_day(self) -> dt.date | None:
        """The last calendar day."""
        rows = self.database.execute("SELECT max(day) FROM days").fetchall()
        return rows[0][0] if rows else None


def make_tables(database: duckdb.DuckDBPyConnection) -> None:
    """Empty tables of the normal form."""
    for table, columns in TABLES.items():
        database.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, (kind, _) in columns.items())})")
