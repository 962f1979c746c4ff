"""People whose crises recur: who they are, and their candidate crises as points (time, height).

A person's heights come in layers of one times their own rate, each layer a Poisson process with luck of its own: a higher
ceiling adds layers, a further person adds theirs, and nobody else's candidates move.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import Fault, ScenarioError
from sim.keys import PPM, Purpose, name_hash
from sim.rules.lifecycle import HOUR_S, Age
from sim.scenario.schema import Scenario
from sim.tables import PersonRow
from sim.world.arrivals import points
from sim.world.blank import blank_rows
from sim.world.demand import DAYS_PER_YEAR, zone_shares
from sim.world.luck import Luck
from sim.world.split import AGES, age_shares, crisis_mix, n_people, own_rates, recurrent_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Records = npt.NDArray[Any]

PERSON = "person"  # first name of their streams
CRISIS_BITS = 13  # number of a crisis: person << 13 | its place in its layer
MAX_CRISES = 1 << CRISIS_BITS  # of one person in one layer
MAX_PEOPLE = 1 << (31 - CRISIS_BITS)
ZONE, AGE, HOUSING = 1, 2, 3  # occasions of what a person is


def person_rows(scenario: Scenario, luck: Luck) -> Records:
    """One `PersonRow` a person with recurrent crises, each by their own luck; none where the scenario names nobody."""
    row, n = recurrent_of(scenario), n_people(scenario)
    if row is None or n == 0:
        return blank_rows(PersonRow, 0)
    if n > MAX_PEOPLE:
        raise ScenarioError([_fault(scenario, f"{n:,} people", f"at most {MAX_PEOPLE:,}")])
    persons, who, stream = blank_rows(PersonRow, n), np.arange(n), name_hash(PERSON)
    own = own_rates(scenario, row, luck.uniforms(Purpose.PERSON, stream, who))
    persons["crises_ppm"] = np.rint(own * PPM)
    shares = zone_shares(scenario)
    persons["zone"] = chosen([shares[name] for name in sorted(shares)], luck.uniforms(Purpose.PERSON, stream, who, ZONE))
    persons["age"] = _ages(scenario, luck.uniforms(Purpose.PERSON, stream, who, AGE))
    assert scenario.people is not None
    unhoused = scenario.people.recurrent_unhoused_share or scenario.people.unhoused_share
    persons["is_unhoused"] = luck.uniforms(Purpose.PERSON, stream, who, HOUSING) < unhoused.value
    return persons


def _ages(scenario: Scenario, u: Floats) -> Ints:
    shares = age_shares(scenario)
    return np.array([AGES.index(age) for age in shares])[chosen(list(shares.values()), u)]


def chosen(shares: list[float], u: Floats) -> Ints:
    """Index of the share each uniform falls into; the last takes what rounding leaves."""
    return np.searchsorted(np.cumsum(shares)[:-1], u, side="right").astype(np.int64)


def n_layers(scenario: Scenario, ceiling: float = 1.0) -> int:
    """Layers of heights: as high as any state may raise a person's rate over their own, times `ceiling`."""
    row = recurrent_of(scenario)
    if row is None:
        return 0
    highest = max(1.0, row.care_factor.value) * max(1.0, row.unresolved_factor.value) * ceiling
    return math.ceil(highest - 1e-9)


def crises(
    scenario: Scenario, persons: Records, layers: int, cumulative: Floats, luck: Luck
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Stream, number, person, height in millionths and received second of every candidate crisis, by (stream, person, number).

    `cumulative`: crises expected up to the end of each hour of a person who has one a day.
    """
    names = sorted((name_hash(PERSON, str(layer)), layer) for layer in range(layers))
    n = len(persons)
    hashes, layer = np.array(names, np.int64).reshape(-1, 2).T
    who, stream, layer = np.tile(np.arange(n), layers), np.repeat(hashes, n), np.repeat(layer, n)
    rate = (persons["crises_ppm"] / PPM / DAYS_PER_YEAR)[who]
    row, number, sums = points(stream, who << CRISIS_BITS, rate * cumulative[-1], luck)
    if (number >= MAX_CRISES).any():
        most = f"a person with {round(rate.max() * cumulative[-1]):,} crises in the run"
        raise ScenarioError([_fault(scenario, most, f"fewer than {MAX_CRISES:,} each")])
    edges = np.arange(len(cumulative) + 1) * float(HOUR_S)
    came = np.interp(sums / rate[row], np.concatenate([[0.0], cumulative]), edges)
    received = np.minimum(np.floor(came), edges[-1] - 1).astype(np.int64)  # rounding may reach the end
    number += who[row] << CRISIS_BITS
    u = luck.uniforms(Purpose.CRISIS, stream[row], number)
    height = layer[row] * PPM + np.floor(u * PPM).astype(np.int64)
    return stream[row], number, who[row], height, received


def _fault(scenario: Scenario, got: str, want: str) -> Fault:
    spot = scenario.origin.spot("people.recurrent")
    place = (spot.file, spot.line, spot.column) if spot is not None else (scenario.name, 0, 0)
    return Fault(*place, "people.recurrent", got, want, "a lower per_1000, crises_per_year or frailty_cv, or a shorter run")


def crisis_types(scenario: Scenario, types: tuple[str, ...], age: Ints, stream: Ints, number: Ints, luck: Luck) -> Ints:
    """Type of each candidate crisis, of those that people of its person's age have."""
    u = luck.uniforms(Purpose.CRISIS, stream, number, 1)
    found = np.zeros(len(u), np.int64)
    for code in np.unique(age):
        mix = crisis_mix(scenario, AGES[code])
        rows = np.flatnonzero(age == code)
        found[rows] = np.array([types.index(name) for name in mix])[chosen(list(mix.values()), u[rows])]
    return found


def draw_callers(
    scenario: Scenario, persons: Records, is_person: npt.NDArray[np.bool_], calls: Records, true_type: Ints, luck: Luck
) -> None:
    """Fill in the age group and the housing of those whom calls are about; a person's are their own."""
    kinds = [scenario.types[name].age for name in sorted(scenario.types)]
    stated = np.array([-1 if age is None else AGES.index(age) for age in kinds], np.int64)[true_type]
    calls["age"] = np.where(stated >= 0, stated, Age.ADULT)
    if scenario.people is None:
        return
    rows = np.flatnonzero(is_person & (stated < 0) & (calls["person"] < 0))
    if len(age_shares(scenario)) > 1:
        calls["age"][rows] = _ages(scenario, luck.uniforms(Purpose.CALLER, calls["stream"][rows], calls["number"][rows]))
    else:
        calls["age"][rows] = _ages(scenario, np.zeros(len(rows)))
    if scenario.people.unhoused_share.value > 0:
        rows = np.flatnonzero(is_person & (calls["person"] < 0))
        u = luck.uniforms(Purpose.CALLER, calls["stream"][rows], calls["number"][rows], 1)
        calls["is_unhoused"][rows] = u < scenario.people.unhoused_share.value
    rows = np.flatnonzero(calls["person"] >= 0)
    for name in ("age", "is_unhoused"):
        calls[name][rows] = persons[name][calls["person"][rows]]
