"""What is asked of records and of simulated lives alike: counts by day and word, and samples of minutes.

Answers are small whatever the export's length, so that a life can be played in another process and only they come back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.mapping import OTHER
from sim.calibrate.normal import Records

Floats = npt.NDArray[np.float64]
MOST = 20_000  # rows of a sample, of records and of each life

PEOPLE, ORDINARY = f"type <> '{OTHER}'", f"type = '{OTHER}'"
WHO = {"people": PEOPLE, "other": ORDINARY}


@dataclass(frozen=True)
class Counted:
    """Calls counted by a word; from `visits`, each once for every word of its visits."""

    name: str
    key: str
    where: str = "true"
    table: str = "calls"


@dataclass(frozen=True)
class Sampled:
    """Minutes of calls or of visits."""

    name: str
    table: str
    column: str
    where: str = "true"


COUNTED = (
    *(Counted(f"hour.{who}", "hour", where) for who, where in WHO.items()),
    *(Counted(f"weekday.{who}", "weekday", where) for who, where in WHO.items()),
    Counted("mix", "type", PEOPLE),
    *(Counted(f"priority.{who}", "priority", where) for who, where in WHO.items()),
    Counted("ending", "ending", PEOPLE),
    Counted("sent", "CASE WHEN gave_up_min IS NOT NULL THEN 'gave up' WHEN n_units > 0 THEN 'sent' END"),
    Counted("came", "responder", table="visits"),
    Counted("came.people", "responder", PEOPLE, "visits"),
)
SAMPLED = (
    Sampled("queue", "calls", "queue_min"),
    Sampled("response", "calls", "response_min"),
    Sampled("patience", "calls", "gave_up_min"),
    Sampled("units", "calls", "n_units", "n_units > 0"),
    Sampled("travel", "visits", "travel_min"),
    *(Sampled(f"on_scene.{who}", "visits", "on_scene_min", where) for who, where in WHO.items()),
    Sampled("transport", "visits", "transport_min"),
    Sampled("at_door", "visits", "at_door_min", "ending IN ('ed', 'ed_medical', 'hold')"),
    Sampled("task", "visits", "task_min"),
)


@dataclass(eq=False)
class Sample:
    """Some minutes, each with the block it belongs to, in order of size; `n_all` is how many there are."""

    values: Floats
    block: npt.NDArray[np.int64]
    n_all: int

    def quantile(self, share: float) -> float:
        """The value that so many are at or below."""
        return float(np.quantile(self.values, share)) if len(self.values) else float("nan")


@dataclass(eq=False)
class Answers:
    """What records or one life answered.

    Attributes
    ----------
    counts : mapping
        By name of `COUNTED`: block, key (a word), n.
    samples : mapping
        By name of `SAMPLED`; turnout as `turnout.<responder type>`.
    days : DataFrame
        Each day that counts: block, weekday, month, people, other, visits; empty where no day is known.
    units_a_day : float
        Different units sent on a day, nan where units have no names.
    """

    counts: dict[str, pd.DataFrame] = field(default_factory=dict)
    samples: dict[str, Sample] = field(default_factory=dict)
    days: pd.DataFrame = field(default_factory=pd.DataFrame)
    units_a_day: float = float("nan")

    @cached_property
    def blocks(self) -> npt.NDArray[np.int64]:
        """Every block there is, in order."""
        found = [frame["block"].to_numpy() for frame in self.counts.values()]
        found += [sample.block for sample in self.samples.values()]
        found += [self.days["block"].to_numpy()] if len(self.days) else []
        return np.unique(np.concatenate(found)).astype(np.int64) if found else np.zeros(0, np.int64)

    def tally(self, name: str) -> pd.DataFrame:
        """Counts as block × word, none where nothing was counted."""
        frame = self.counts[name]
        return frame.pivot_table(index="block", columns="key", values="n", aggfunc="sum", fill_value=0)


def ask(records: Records, part: int, days: pd.DataFrame | None, has_units: bool) -> Answers:
    """Put every question to the rows of a part.

    Parameters
    ----------
    days : DataFrame, optional
        The days that count: block, weekday, month; none where no day is known, and then all rows do.
    has_units : bool
        Whether units have names.
    """
    own, found = f"part = {int(part)}", Answers()
    if days is not None:
        records.database.register("given_days", days[["block", "weekday", "month"]])
        records.database.execute("CREATE OR REPLACE TEMP TABLE counted_days AS SELECT * FROM given_days")
        records.database.unregister("given_days")
        own += " AND block IN (SELECT block FROM counted_days)"
        found.days = _days(records, own)
    for one in (*COUNTED, *_endings(records)):
        frame = records.ask(
            f"SELECT block, CAST({one.key} AS VARCHAR) AS key, count(DISTINCT call) AS n FROM {one.table} "
            f"WHERE {own} AND {one.where} AND ({one.key}) IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        if len(frame):
            found.counts[one.name] = frame.astype({"block": np.int64, "n": np.int64})
    for each in (*SAMPLED, *_turnouts(records)):
        sample = _sample(records, each, own)
        if len(sample.values):
            found.samples[each.name] = sample
    if has_units and len(found.days):
        query = f"SELECT count(*) FROM (SELECT DISTINCT block, unit FROM visits WHERE {own} AND unit IS NOT NULL)"
        found.units_a_day = records.one(query) / len(found.days)
    return found


def _endings(records: Records) -> list[Counted]:
    kinds = records.ask(f"SELECT DISTINCT type AS name FROM calls WHERE {PEOPLE} AND ending IS NOT NULL ORDER BY 1")
    names = [str(name) for name in kinds["name"]]
    return [Counted(f"ending.{name}", "ending", f"type = '{name}'") for name in names]


def _turnouts(records: Records) -> list[Sampled]:
    kinds = records.ask("SELECT DISTINCT responder AS name FROM visits WHERE turnout_min IS NOT NULL ORDER BY 1")
    names = [str(name) for name in kinds["name"].dropna()]
    return [Sampled(f"turnout.{name}", "visits", "turnout_min", f"responder = '{name}'") for name in names]


def _sample(records: Records, one: Sampled, own: str) -> Sample:
    """At most `MOST` rows, the same of the same rows; `nth` keeps several units of a call apart."""
    where = f"{own} AND {one.where} AND {one.column} IS NOT NULL"
    order = "hash(call), call" if one.table == "calls" else "hash(call, nth), call, nth"
    frame = records.ask(
        f"SELECT value, block FROM (SELECT {one.column} AS value, block FROM {one.table} WHERE {where} "
        f"ORDER BY {order} LIMIT {MOST}) ORDER BY value, block"
    )
    n_all = int(records.one(f"SELECT count(*) FROM {one.table} WHERE {where}"))
    return Sample(frame["value"].to_numpy(np.float64), frame["block"].to_numpy(np.int64), n_all)


def _days(records: Records, own: str) -> pd.DataFrame:
    return records.ask(
        f"""SELECT block, weekday, month,
            coalesce(people, 0) AS people, coalesce(other, 0) AS other, coalesce(visits, 0) AS visits
        FROM counted_days
        LEFT JOIN (SELECT block, count(*) FILTER ({PEOPLE}) AS people, count(*) FILTER ({ORDINARY}) AS other
            FROM calls WHERE {own} GROUP BY block) USING (block)
        LEFT JOIN (SELECT block, count(*) AS visits FROM visits WHERE {own} GROUP BY block) USING (block)
        ORDER BY block"""
    )
