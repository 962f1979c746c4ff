"""Candidate calls: all that may come, whatever is done, with what a caller says and what nobody can know.

Anonymous calls and those that are made only where a service is seen come by (type, zone); the crises of people with
recurrent crises come by person. Facts are for the centre, luck for nobody.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from sim.keys import PPM, Purpose
from sim.mechanism import Mechanism
from sim.registry import mechanisms
from sim.scenario.schema import Scenario
from sim.tables import CallRow
from sim.world.arrivals import Streams, arrivals, expected_counts
from sim.world.blank import blank_rows
from sim.world.clock import Horizon
from sim.world.demand import day_effects, growth
from sim.world.luck import TRAFFIC, Deal, Luck, draw_facts, draw_luck
from sim.world.outreach import Visits, scheduled_visits, settle_visits
from sim.world.people import crises, crisis_types, draw_callers, n_layers, person_rows
from sim.world.phone_luck import draw_follow_up, draw_phone
from sim.world.uptake import draw_channels, in_force, label

Ints = npt.NDArray[np.int64]
Records = npt.NDArray[Any]


def candidates(
    plans: tuple[Scenario, Scenario], horizon: Horizon, luck: Luck, streams: Streams, used: frozenset[str]
) -> tuple[Records, Records, Records]:
    """The calls of the horizon, their luck, and the people with recurrent crises.

    Returns `CallRow` and `LuckRow` records of equal length, in order of (received, stream, number), those of people after
    the others of their second, visits last; and `PersonRow` records. `plans`: what is lived until `policy_starts`, and
    what from then on. `used`: columns of luck that are asked for.
    """
    scenario = plans[0]
    types = tuple(sorted(scenario.types))
    kinds = [scenario.types[name] for name in types]
    persons = person_rows(scenario, luck)
    visits = scheduled_visits(scenario, horizon, luck)
    calls, true_type, height, visit = _came(scenario, horizon, luck, streams, persons, visits)
    is_person, is_met = (
        np.array(flags, np.bool_)[true_type] for flags in zip(*((k.person, k.met_by_units) for k in kinds), strict=True)
    )
    draw_channels(scenario, calls, is_person, is_met, visit >= 0, luck)
    sides = in_force(*plans, horizon.policy_starts_s, calls)
    label(sides, types, true_type, calls, luck)
    draw_facts(calls, Deal(luck, kinds, calls["type"].astype(np.int64), calls["stream"], calls["number"]))
    draw_callers(scenario, persons, is_person, calls, true_type, luck)
    rows = np.flatnonzero(is_person)
    calls["lot_ppm"][rows] = np.floor(luck.uniforms(Purpose.LOT, calls["stream"][rows], calls["number"][rows]) * PPM)
    deal = Deal(luck, kinds, true_type, calls["stream"], calls["number"])
    lucks = draw_luck(scenario, deal, used)
    lucks["height_ppm"] = height
    draw_phone(sides, types, deal, lucks, used)
    draw_follow_up(sides, deal, lucks, used)
    settle_visits(calls, lucks, visit, visits)
    for name in ("patience_s", *TRAFFIC):
        lucks[name][is_met] = 0  # the unit is there, now or never
    return calls, lucks, persons


def rate_ceiling(scenario: Scenario) -> float:
    """The highest factor the scenario's mechanisms may together put on the rate of a person's crises."""
    declared = [cast(Mechanism, mechanisms.get(name).function).scaled.get("crisis_rate") for name in scenario.mechanisms]
    return math.prod(max(1.0, row[0]) for row in declared if row is not None)


def _came(
    scenario: Scenario, horizon: Horizon, luck: Luck, streams: Streams, persons: Records, visits: Visits
) -> tuple[Records, Ints, Ints, Ints]:
    """Calls with their address, time, zone and person, in order; the true type, the height and the visit (-1 none) of each."""
    busy = np.repeat(day_effects(scenario, horizon, luck) * growth(scenario, horizon), 24)
    cumulative = expected_counts(streams, busy)
    row, number, received = arrivals(streams, cumulative, luck)
    none = np.full(len(row), -1, np.int64)
    kind, zone = streams.type[row], streams.zone[row]
    parts = [(streams.hash[row], number, received, none, np.zeros_like(none), kind, zone, streams.is_induced[row], none)]
    if len(persons):
        types = tuple(sorted(scenario.types))
        layers = n_layers(scenario, rate_ceiling(scenario))
        stream, number, who, height, received = crises(scenario, persons, layers, cumulative[1], luck)
        kind = crisis_types(scenario, types, persons["age"][who], stream, number, luck)
        zone, none = persons["zone"][who].astype(np.int64), np.full(len(who), -1, np.int64)
        parts.append((stream, number, received, who, height, kind, zone, np.zeros_like(who), none))
    own = np.arange(len(visits.stream))
    none = np.full_like(own, -1)
    zeros = np.zeros_like(own)
    parts.append((visits.stream, visits.number, visits.received_s, none, zeros, visits.type, visits.zone, zeros, own))
    columns: Sequence[Ints] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    received = columns[2]
    order = np.sort(received * len(received) + np.arange(len(received))) % max(len(received), 1)
    stream, number, received, who, height, kind, zone, is_induced, visit = (column[order] for column in columns)
    calls = blank_rows(CallRow, len(order))
    for name, column in (("stream", stream), ("number", number), ("received_s", received), ("person", who), ("zone", zone)):
        calls[name] = column
    calls["is_induced"] = is_induced
    return calls, kind, height, visit
