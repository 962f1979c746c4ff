"""What `check` says of people whose crises recur: how much of the stated demand they make, and how few make much of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from sim.scenario.schema import Scenario
from sim.screen import number, percent, two_digits
from sim.world.split import N_RATES, Split, n_people, own_rates, recurrent_of, split_of_demand

BUSIEST = 0.05  # of all people somebody calls about in a year


def recurrent_data(scenario: Scenario) -> dict[str, Any] | None:
    """Both parts of the stated calls about people, as plain data; none where nobody is known by name."""
    if recurrent_of(scenario) is None:
        return None
    split = split_of_demand(scenario)
    return {
        "people": n_people(scenario),
        "recurrent_calls_per_year": {name: split.recurrent[name] for name in _about_people(scenario)},
        "anonymous_calls_per_year": {name: split.anonymous[name] for name in _about_people(scenario)},
        "busiest_share": BUSIEST,
        "calls_of_busiest_share": busiest_share(scenario, split),
    }


def recurrent_words(scenario: Scenario) -> str:
    """One sentence or two, nothing where nobody is known by name."""
    data = recurrent_data(scenario)
    if data is None:
        return ""
    recurrent, anonymous = (sum(data[f"{part}_calls_per_year"].values()) for part in ("recurrent", "anonymous"))
    total = recurrent + anonymous
    if total == 0:
        return "no calls about people"
    return (
        f"{number(data['people'])} people with recurrent crises make {number(recurrent)} of them "
        f"({percent(recurrent / total)}), {two_digits(recurrent / max(data['people'], 1))} each; the other {number(anonymous)} "
        f"are about somebody new. The {percent(BUSIEST)} of people with most calls make {percent(data['calls_of_busiest_share'])}"
    )


def _about_people(scenario: Scenario) -> list[str]:
    return [name for name in sorted(scenario.types) if scenario.types[name].person]


def busiest_share(scenario: Scenario, split: Split, busiest: float = BUSIEST) -> float:
    """Share of a year's calls about people that the busiest share of the people in them make, as expected.

    Each anonymous call is another person; a person with recurrent crises has a Poisson number in the year.
    """
    row = recurrent_of(scenario)
    alone = sum(split.anonymous[name] for name in _about_people(scenario))
    n = n_people(scenario)
    rates = np.zeros(1)
    if row is not None and n > 0:
        rates = own_rates(scenario, row, (np.arange(N_RATES) + 0.5) / N_RATES)
        stated = sum(split.recurrent[name] for name in _about_people(scenario)) / n
        rates = rates * (stated / rates.mean()) if stated > 0 else rates * 0.0
    most = math.ceil(rates.max() + 8 * math.sqrt(rates.max()) + 8)
    counts = np.arange(most + 1)
    at_most = special.pdtr(counts[None, :], rates[:, None]).mean(axis=0) * n
    people = np.diff(at_most, prepend=0.0)  # by number of calls in the year
    people[0], people[1] = 0.0, people[1] + alone
    calls = people * counts
    if calls.sum() == 0:
        return 0.0
    people_from_top, calls_from_top = (np.concatenate([[0.0], np.cumsum(column[::-1])]) for column in (people, calls))
    return float(np.interp(busiest * people_from_top[-1], people_from_top, calls_from_top) / calls.sum())
