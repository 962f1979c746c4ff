"""Who called: age and housing, who called before and again, and everybody's follow-up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.measure.columns import DISPOSITIONS, Bools, Ints, Records, is_in_window, named
from sim.measure.replay import previous
from sim.rules.lifecycle import Age, Event
from sim.world import World

AGES = tuple(age.name.lower() for age in Age)
HOUSING = ("housed", "unhoused")
CALLERS = ("anonymous", "first contact", "repeat caller")


def has_groups(world: World) -> bool:
    """Whether ages, homes or persons of callers are known."""
    calls = world.calls
    return bool(len(world.persons) or (calls["age"] != Age.ADULT).any() or (calls["is_unhoused"] == 1).any())


def people_facts(world: World, received: Bools) -> dict[str, Any]:
    """Columns of `call_facts` about who called, of every call of the world; `received`: whether it came about.

    age, housing, person_id (person with recurrent crises, -1 anybody else), caller (anonymous, first contact in the
    run, repeat caller), next_contact_s (until the same person's next call, -1 none in the run).
    """
    calls = world.calls
    who = calls["person"].astype(np.int64)
    own = np.flatnonzero(received & (who >= 0))
    own = own[np.argsort(who[own], kind="stable")]  # by person, then by time
    before = previous(who[own])
    again = np.zeros(len(calls), np.bool_)
    again[own[before >= 0]] = True
    next_s = np.full(len(calls), -1, np.int64)
    later, earlier = own[before >= 0], own[before[before >= 0]]
    next_s[earlier] = calls["received_s"][later] - calls["received_s"][earlier]
    return {
        "age": named(calls["age"], AGES),
        "housing": named(calls["is_unhoused"], HOUSING),
        "person_id": calls["person"],
        "caller": named(np.where(who < 0, 0, np.where(again, 2, 1)), CALLERS),
        "next_contact_s": next_s,
    }


def contacts(facts: pd.DataFrame, world: World) -> pd.DataFrame:
    """Calls about people received in the window, with `followed_s`: how long the run goes on after each."""
    own = facts[facts["in_window"] & facts["person"] & (facts["ending"] != "NOT_CALLED")]
    return own.assign(followed_s=world.end_s - own["received_s"])


def persons(facts: pd.DataFrame, tasks: pd.DataFrame | None, world: World) -> pd.DataFrame:
    """One row per person with recurrent crises.

    Columns: person_id, zone, age, housing, crises_per_year (in their ordinary state), contacts (calls about them in
    the window), contacts_in_run, connected (0/1: reached by follow-up at least once in the run).
    """
    rows, n = world.persons, len(world.persons)
    own = facts[(facts["person_id"] >= 0) & (facts["ending"] != "NOT_CALLED")]
    who = own["person_id"].to_numpy()
    connected = np.zeros(n, np.int8)
    if tasks is not None:
        reached = tasks.loc[(tasks["person_id"] >= 0) & (tasks["connected_s"] >= 0), "person_id"]
        connected[reached.to_numpy()] = 1
    return pd.DataFrame(
        {
            "person_id": rows["id"],
            "zone": named(rows["zone"], world.names.zones),
            "age": named(rows["age"], AGES),
            "housing": named(rows["is_unhoused"], HOUSING),
            "crises_per_year": rows["crises_ppm"] / 1e6,
            "contacts": np.bincount(who[own["in_window"]], minlength=n).astype(np.int32),
            "contacts_in_run": np.bincount(who, minlength=n).astype(np.int32),
            "connected": connected,
        }
    )


def people(persons: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """One row per person with a contact in the window; who is not known to return counts as one person each.

    Columns: person_id (-1 anonymous), age, housing, contacts, connected.
    """
    columns = ["person_id", "age", "housing"]
    known = persons.loc[persons["contacts"] > 0, [*columns, "contacts", "connected"]]
    others = contacts.loc[contacts["person_id"] < 0, columns].assign(contacts=1, connected=0)
    return pd.concat([known, others], ignore_index=True)


def tasks(ledger: Records, world: World) -> pd.DataFrame:
    """One row per follow-up raised, in order of the ledger.

    Columns: call, person_id, disposition (that raised it), raised_s, opened_s (a case manager took it on), attempts,
    connected_s, lapsed_s (never taken on in time, or never reached), care_ended_s (each -1 where it never came), in_window
    (raised in it), age, housing.
    """
    event, call, t_s = ledger["event"], ledger["call"], ledger["t_s"]
    own = call[event == Event.TASK_RAISED].astype(np.int64)

    def when(what: Event) -> Ints:
        found = np.full(len(world.calls), -1, np.int64)
        found[call[event == what]] = t_s[event == what]
        return np.asarray(found[own], np.int64)

    ended = ledger["disposition"] >= 0
    disposition = np.full(len(world.calls), -1, np.int8)
    disposition[call[ended]] = ledger["disposition"][ended]
    tried = np.bincount(call[event == Event.ATTEMPTED], minlength=len(world.calls))
    raised = when(Event.TASK_RAISED)
    return pd.DataFrame(
        {
            "call": own.astype(np.int32),
            "person_id": world.calls["person"][own],
            "disposition": named(disposition[own], DISPOSITIONS),
            "raised_s": raised,
            "opened_s": when(Event.TASK_OPENED),
            "attempts": tried[own].astype(np.int32),
            "connected_s": when(Event.CONNECTED),
            "lapsed_s": when(Event.LAPSED),
            "care_ended_s": when(Event.CARE_ENDED),
            "in_window": is_in_window(world, raised),
            "age": named(world.calls["age"][own], AGES),
            "housing": named(world.calls["is_unhoused"][own], HOUSING),
        }
    )
