"""Scheduled visits of outreach: candidates at fixed times, whose luck is their own.

A visit's number is its week and its place in it, so that further weeks and further visits only add numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import Purpose, name_hash
from sim.rules.lifecycle import DAY_S
from sim.scenario.outreach import Outreach
from sim.scenario.schema import Scenario
from sim.world.arrivals import OUTREACH
from sim.world.clock import Horizon, clock_seconds
from sim.world.demand import zone_shares
from sim.world.luck import Luck
from sim.world.people import chosen

Ints = npt.NDArray[np.int64]
Records = npt.NDArray[Any]

WEEK_DAYS = 7
VISIT_BITS = 10  # number of a visit: week << 10 | its place in the week
ZONE = 2  # occasion of where a visit goes
LAST = 4  # their priority: between calls


@dataclass(frozen=True, eq=False)
class Visits:
    """One element a visit, in order of (name of the outreach, time)."""

    stream: Ints
    number: Ints
    received_s: Ints
    ends_s: Ints  # it is made before, or not at all
    type: Ints
    zone: Ints
    is_unhoused: Ints


def scheduled_visits(scenario: Scenario, horizon: Horizon, luck: Luck) -> Visits:
    """All visits whose time comes within the horizon."""
    types, shares = sorted(scenario.types), zone_shares(scenario)
    rows = [np.zeros((7, 0), np.int64)]
    for name, row in sorted(scenario.demand.outreach.items()):
        number, received_s, ends_s = timetable(row, horizon)
        stream = np.full(len(number), name_hash(OUTREACH, name))
        u = luck.uniforms(Purpose.CALLER, stream, number, ZONE)
        zone = chosen([shares[zone] for zone in sorted(shares)], u)
        kind, unhoused = (np.full(len(number), value) for value in (types.index(row.type), int(row.unhoused)))
        rows.append(np.stack([stream, number, received_s, ends_s, kind, zone, unhoused]))
    return Visits(*np.concatenate(rows, axis=1))


def timetable(row: Outreach, horizon: Horizon) -> tuple[Ints, Ints, Ints]:
    """Number, second and end of the hours of every visit in the horizon; weeks begin on Monday.

    The hours of a week's days, one after another, are cut into as many equal parts as there are visits, and each comes in
    the middle of its part.
    """
    opens, closes = clock_seconds(row.start), clock_seconds(row.end)
    length, n = closes - opens + (DAY_S if closes <= opens else 0), row.visits_per_week
    into = (2 * np.arange(n) + 1) * len(row.days) * length // (2 * n)
    first = -horizon.begins.weekday()  # the Monday of the first week
    weeks = np.arange(-1, horizon.n_days // WEEK_DAYS + 2)[:, None]  # Sunday night reaches into the first day
    day = first + weeks * WEEK_DAYS + np.array(sorted(row.days))[into // length][None, :]
    begun_s = (day * DAY_S + opens).ravel()
    received_s = begun_s + np.tile(into % length, len(weeks))
    number = ((weeks + 1 << VISIT_BITS) + np.arange(n)[None, :]).ravel()
    inside = (received_s >= 0) & (received_s < horizon.end_s)
    return number[inside], received_s[inside], (begun_s + length)[inside]


def settle_visits(calls: Records, lucks: Records, visit: Ints, visits: Visits) -> None:
    """What holds of visits alone: they come after all calls and are made by the end of their hours, or not at all.

    `visit`: [call] index of its visit, -1 for what is none.
    """
    rows = np.flatnonzero(visit >= 0)
    own = visit[rows]
    calls["priority"][rows] = LAST
    homeless = rows[visits.is_unhoused[own] == 1]
    calls["is_unhoused"][homeless] = 1
    lucks["patience_s"][rows] = (visits.ends_s - visits.received_s)[own]
