"""The split of the stated demand into calls about people whose crises recur and calls about everybody else.

Stated totals are what was observed under the status quo, repeats included. Calls about people with recurrent crises come
on top of nothing: what they are expected to make is taken off the stated rate of each type, and the rest is anonymous.

Expected under the plan in force first, in the long run. Where people's own rates never change and nobody is ever away, it
is the sum of their rates. Elsewhere it is estimated by renewal, person by person over the spread of rates, assuming that

- every crisis is met by police as in `outcomes.reference`, whatever the person's state;
- a crisis keeps the person from another for `OPEN_CALL_DAYS`, then for the mean stay where the ending takes them; nobody
  waits for a bed;
- a call with nobody found starts the days with `unresolved_factor` anew; no other call ends them;
- follow-up links people as often as case managers have room, and care then lasts `care_days`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import Fault, ScenarioError
from sim.keys import MARKS
from sim.outcomes.logit import acuity_weights
from sim.rules.lifecycle import Age
from sim.scenario.people import Recurrent
from sim.scenario.schema import Scenario
from sim.world import quantile
from sim.world.demand import DAYS_PER_YEAR, calls_per_day
from sim.world.thresholds import outcome_tables

Floats = npt.NDArray[np.float64]

OPEN_CALL_DAYS = 2 / 24  # from the call to the end of the last unit's work with the person; an assumption
N_RATES = 2_000  # people by which the spread of rates is told, each the middle of an equal share
N_STEPS = 40  # towards shares of time, in care and after a call with nobody found, that agree with the rates they lead to
AGES = tuple(age.name.lower() for age in Age)  # by code
SHOWN = 3  # types in a message
ED_ENDINGS = ("ed", "ed_medical", "hold")


@dataclass(frozen=True)
class Split:
    """Calls a year by type, `scale` included, at the level of the first day."""

    anonymous: dict[str, float]
    recurrent: dict[str, float]


def recurrent_of(scenario: Scenario) -> Recurrent | None:
    """What the scenario says of people with recurrent crises, none if it names nobody."""
    return None if scenario.people is None else scenario.people.recurrent


def n_people(scenario: Scenario) -> int:
    """How many people have recurrent crises."""
    row = recurrent_of(scenario)
    return 0 if row is None else round(row.per_1000.value * scenario.place.population / 1000)


def own_rates(scenario: Scenario, row: Recurrent, u: Floats) -> Floats:
    """Crises a year of people at these quantiles of frailty, `scale` included, in their own ordinary state."""
    return row.crises_per_year.value * scenario.demand.scale.value * quantile.unit_mean(u, row.frailty, row.frailty_cv.value)


def age_shares(scenario: Scenario) -> dict[str, float]:
    """Share of each age group among people whose call type does not say; adults where nothing is said."""
    given = {} if scenario.people is None else scenario.people.ages
    shares = {age: given[age].value for age in AGES if age in given and given[age].value > 0}
    total = sum(shares.values())
    return {age: share / total for age, share in shares.items()} if total > 0 else {"adult": 1.0}


def crisis_mix(scenario: Scenario, age: str) -> dict[str, float]:
    """Types of the crises of a person of this age: those that are of no age or of theirs; all, where none is."""
    row = recurrent_of(scenario)
    given = (row.mix if row is not None else {}) or scenario.demand.mix
    mix = {name: given[name].value for name in sorted(given) if given[name].value > 0}
    fitting = {name: share for name, share in mix.items() if scenario.types[name].age in (None, age)} or mix
    total = sum(fitting.values())
    return {name: share / total for name, share in fitting.items()}


def split_of_demand(scenario: Scenario) -> Split:
    """Both parts of the stated calls; ScenarioError where the recurrent part of a type is more than is stated."""
    stated = {name: rate * DAYS_PER_YEAR for name, rate in calls_per_day(scenario).items()}
    recurrent = dict.fromkeys(stated, 0.0)
    row = recurrent_of(scenario)
    if row is None or n_people(scenario) == 0:
        return Split(stated, recurrent)
    crises = n_people(scenario) * row.crises_per_year.value * scenario.demand.scale.value * long_run(scenario, row)
    for name, share in overall_mix(scenario).items():
        recurrent[name] = crises * share
    excess = [name for name in stated if recurrent[name] > stated[name] * (1 + 1e-9)]
    if excess or (crises > 0 and not any(recurrent.values())):
        raise ScenarioError([_fault(scenario, excess, stated, recurrent)])
    return Split({name: max(stated[name] - recurrent[name], 0.0) for name in stated}, recurrent)


def overall_mix(scenario: Scenario) -> dict[str, float]:
    """Types of the crises of all people with recurrent crises."""
    total: dict[str, float] = {}
    for age, of_people in age_shares(scenario).items():
        for name, share in crisis_mix(scenario, age).items():
            total[name] = total.get(name, 0.0) + of_people * share
    return total


def _fault(scenario: Scenario, excess: list[str], stated: Mapping[str, float], recurrent: Mapping[str, float]) -> Fault:
    spot = scenario.origin.spot("people.recurrent")
    place = (spot.file, spot.line, spot.column) if spot is not None else (scenario.name, 0, 0)
    shown = [f"{recurrent[name]:,.0f} of {stated[name]:,.0f} {name}" for name in excess[:SHOWN]]
    if len(excess) > SHOWN:
        shown.append(f"{len(excess) - SHOWN} types more")
    told = ", ".join(shown) or "no type of crisis"
    want = "no more than the calls of each type that demand states, repeats included"
    hint = "fewer people, fewer crises_per_year, or a mix of their own"
    return Fault(*place, "people.recurrent", f"calls a year about people whose crises recur: {told}", want, hint)


def long_run(scenario: Scenario, row: Recurrent) -> float:
    """Crises of all people with recurrent crises over the sum of their own rates, expected in the long run."""
    window = row.unresolved_days.value if row.unresolved_factor.value != 1 else 0.0
    care_days = scenario.follow_up.care_days.value if scenario.follow_up is not None and row.care_factor.value != 1 else 0.0
    if window == 0 and care_days == 0 and not any(door.stay_h is not None for door in scenario.facilities.values()):
        return 1.0
    away_days, unresolved, linked = _after_a_crisis(scenario)
    factors = (row.care_factor, row.unresolved_factor)
    u = (np.arange(N_RATES) + 0.5) / N_RATES
    own = own_rates(scenario, row, u) / DAYS_PER_YEAR
    if own.max() == 0 or (away_days == 0 and window * unresolved == 0 and care_days * linked == 0):
        return 1.0
    blocked = OPEN_CALL_DAYS + away_days
    in_care, raised = np.zeros(N_RATES), np.zeros(N_RATES)
    for _ in range(N_STEPS):
        care, worse = (1 - share + share * factor.value for share, factor in zip((in_care, raised), factors, strict=True))
        in_care = (in_care + _share_within(own * worse, factors[0].value, care_days, linked, blocked)) / 2
        raised = (raised + _share_within(own * care, factors[1].value, window, unresolved, blocked)) / 2
    free = own * care * worse
    return float((free / (1 + blocked * free)).sum() / own.sum())


def _share_within(rate: Floats, factor: float, days: float, chance: float, blocked: float) -> Floats:
    """Share of time within `days` of the last crisis that started them, as a share `chance` of all does.

    Crises come at this rate while free, `factor` times it within those days, and each blocks for so many days. Those days
    end once nothing has started them anew for their length: the mean busy period of servers whose customers come at
    rate r and all take w is (exp(rw) - 1) / r.
    """
    outside, within = (chance * free / (1 + blocked * free) for free in (rate, rate * factor))
    load = np.minimum(within * days, 500.0)
    busy = np.where(load > 1e-6, (quantile.exps(load) - 1) / np.maximum(load, 1e-6), 1.0) * days
    return np.asarray(busy * outside / (1 + busy * outside), np.float64)


def _after_a_crisis(scenario: Scenario) -> tuple[float, float, float]:
    """Mean days away, share unresolved, share linked to care, after a crisis of a person with recurrent crises."""
    away = unresolved = linked = 0.0
    for name, share in overall_mix(scenario).items():
        endings = ending_shares(scenario, name)
        away += share * _days_away(scenario, endings)
        unresolved += share * endings["no_contact"]
        linked += share * _raised(scenario, endings)
    return away, unresolved, linked * _reached(scenario)


def ending_shares(scenario: Scenario, kind: str) -> dict[str, float]:
    """Share of each ending, and of `contact`, of calls of a type that police answer as in `outcomes.reference`."""
    tables = outcome_tables(scenario, (kind,), ())
    weights = acuity_weights(scenario, kind)
    yes = {name: table[0, 1] / MARKS for name, table in tables.items()}  # rows without responders: nobody, the reference
    left = yes["contact"]
    endings = {"contact": left, "no_contact": 1 - left}
    need = scenario.types[kind].medical_need_share.value
    chain = {"ed_medical": 1 - (1 - need) * (1 - yes["medical"])}
    chain |= {name: yes[name] for name in ("arrest", "hold", "ed", "crisis_centre", "referral")}
    for name, share in chain.items():
        ending = "referred" if name == "referral" else name
        endings[ending], left = left * share, left * (1 - share)
    endings["resolved"] = left
    return {name: float(share @ weights) for name, share in endings.items()}


def _days_away(scenario: Scenario, endings: Mapping[str, float]) -> float:
    """Mean days in hospital, crisis centre or custody after a call."""
    days = endings["arrest"] * _stay_days(scenario, "jail") + endings["crisis_centre"] * _stay_days(scenario, "crisis_centre")
    bed = _stay_days(scenario, "inpatient")
    eds = [row for row in scenario.facilities.values() if row.kind == "ed" and row.stay_h is not None]
    for name in ED_ENDINGS:
        onward = 0.0
        for row in eds:
            share = row.hold_inpatient_share if name == "hold" and row.hold_inpatient_share is not None else row.inpatient_share
            onward += share.value / len(eds)
        days += endings[name] * (_stay_days(scenario, "ed") + onward * bed)
    return days


def _stay_days(scenario: Scenario, kind: str) -> float:
    """Mean over the facilities of a kind that follow stays."""
    hours = [row.stay_h.value for row in scenario.facilities.values() if row.kind == kind and row.stay_h is not None]
    return sum(sorted(hours)) / len(hours) / 24 if hours else 0.0


def _raised(scenario: Scenario, endings: Mapping[str, float]) -> float:
    raised = {} if scenario.follow_up is None else scenario.follow_up.raised_share
    return sum(endings[name] * share.value for name, share in sorted(raised.items()))


def _reached(scenario: Scenario) -> float:
    """Share of follow-ups that end in care: case managers have room, and one of the attempts succeeds."""
    row = scenario.follow_up
    if row is None:
        return 0.0
    success = 1 - math.pow(1 - row.success_share.value, row.attempts)
    trying = (row.first_after_h.value + row.every_h.value * (row.attempts - 1) / 2) / 24
    raised = sum(
        rate * _raised(scenario, ending_shares(scenario, name))
        for name, rate in calls_per_day(scenario).items()
        if scenario.types[name].person and rate > 0
    )
    wanted = raised * (trying + success * row.care_days.value)
    room = row.case_managers * row.caseload
    return success * (min(1.0, room / wanted) if wanted > 0 else 1.0)
