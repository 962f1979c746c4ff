"""One replication, measured: the derived tables, and what it must share with another to be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure.costs import cost_table
from sim.measure.crews import assignments
from sim.measure.doors import occupancy, stays
from sim.measure.evaluate import evaluate, sources
from sim.measure.invariants import check
from sim.measure.ledger import call_facts
from sim.measure.people import contacts, persons, tasks
from sim.measure.phone import desk_hours
from sim.measure.reach import reach_table
from sim.measure.spells import shift_hours, unit_spells
from sim.tables import FORMAT_VERSION
from sim.world import World

CANDIDATE = ("stream", "number", "received_s")
ALWAYS = ("call_facts", "unit_spells", "assignments", "reach", "costs", "shifts")
MORE = ("stays", "occupancy", "desk_hours", "persons", "tasks")


@dataclass(frozen=True)
class Setting:
    """Which life was lived: two measures can be compared only if all of it is the same."""

    seed: int
    replication: int
    begins: str
    window_start_s: int
    window_end_s: int
    end_s: int
    policy_starts_s: int
    candidates: str  # SHA-256 of (stream, number, received_s) of every call
    version: int = FORMAT_VERSION


@dataclass(frozen=True, eq=False)
class Measures:
    """One replication, measured.

    Attributes
    ----------
    call_facts : DataFrame
        One row a call of the whole run; `in_window` marks those that are counted.
    unit_spells : DataFrame
        One row a unit and stretch of one status.
    assignments : DataFrame
        One row a unit sent to a call, in the whole run.
    reach : DataFrame
        One row a call in the window and responder type that takes it, with the reason it came or did not.
    costs : DataFrame
        One row a cost item, group and payer, in cents.
    metrics : DataFrame
        Tidy: metric, group, level, value, unit, n, kind, suppressed.
    shifts : DataFrame
        One row a rostered shift in the window.
    more : mapping
        Tables only some scenarios have, by name. With stays or hand-over bays `stays`, one row a coming to a facility, and
        `occupancy`, facility × hour; with a phone `desk_hours`, desk × hour; with recurrent crises `persons`, one row each;
        with follow-up `tasks`, one row each.
    """

    call_facts: pd.DataFrame
    unit_spells: pd.DataFrame
    assignments: pd.DataFrame
    reach: pd.DataFrame
    costs: pd.DataFrame
    metrics: pd.DataFrame
    shifts: pd.DataFrame
    more: Mapping[str, pd.DataFrame]
    setting: Setting


def measure(ledger: Any, world: World) -> Measures:
    """Check a run's ledger, derive its tables, price it, and take every registered measure.

    Parameters
    ----------
    ledger : Run or record array
        What an engine gave, or rows of `LedgerRow` from elsewhere.
    world : World
        The world it was played in.
    """
    rows: npt.NDArray[Any] = getattr(ledger, "ledger", ledger)
    check(rows, world)
    tables = derived(rows, world)
    tables["costs"] = cost_table(tables, world)
    metrics = evaluate(sources(tables))
    more = {name: tables[name] for name in MORE if name in tables}
    return Measures(**{name: tables[name] for name in ALWAYS}, metrics=metrics, more=more, setting=setting_of(world))


def derived(ledger: npt.NDArray[Any], world: World) -> dict[str, pd.DataFrame]:
    """Every table but costs and metrics, by name: those of `Measures`, the ones in `more`, and `contacts`."""
    spells = unit_spells(ledger, world)
    assigned = assignments(ledger, world)
    facts = call_facts(ledger, world, assigned)
    tables = {
        "call_facts": facts,
        "unit_spells": spells,
        "assignments": assigned,
        "reach": reach_table(ledger, world, facts, spells),
        "shifts": shift_hours(world, spells),
    }
    if len(world.stays):
        coming = stays(ledger, world)
        tables |= {"stays": coming.drop(columns="_until_s"), "occupancy": occupancy(coming, world)}
    if world.names.desks:
        tables["desk_hours"] = desk_hours(ledger, world)
    if len(world.tasks):
        tables["tasks"] = tasks(ledger, world)
    if len(world.persons):
        tables |= {"persons": persons(facts, tables.get("tasks"), world), "contacts": contacts(facts, world)}
    return tables


def setting_of(world: World) -> Setting:
    """The life a world holds."""
    return Setting(
        world.seed,
        world.replication,
        str(world.begins),
        world.window_start_s,
        world.window_end_s,
        world.end_s,
        world.policy_starts_s,
        candidates_hash(world.calls),
    )


def candidates_hash(calls: Any) -> str:
    """SHA-256 of the random identities and times of calls, in order; `calls` is the world's rows or call_facts."""
    digest = hashlib.sha256()
    columns = [np.asarray(calls[name], "<i8") for name in CANDIDATE]
    identity = columns[0] << 31 | columns[1]
    order = np.argsort(identity)
    if (np.diff(identity[order]) == 0).any():
        order = np.lexsort(columns[::-1])
    for column in columns:
        digest.update(column[order].tobytes())
    return digest.hexdigest()
