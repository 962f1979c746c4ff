"""Demand as rates and shapes: how many calls are expected, of which type, where and when."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import Purpose
from sim.scenario.number import Profile
from sim.scenario.schema import Scenario
from sim.world import quantile
from sim.world.clock import Horizon, seconds
from sim.world.luck import Luck

Floats = npt.NDArray[np.float64]

DAYS_PER_YEAR = 365.25
HOURS_PER_WEEK = 168


def zone_shares(scenario: Scenario) -> dict[str, float]:
    """Share of people-calls by zone: residents times demand weight."""
    if not scenario.zones:
        return {"town": 1.0}
    weights = {name: zone.population * zone.demand_weight.value for name, zone in scenario.zones.items()}
    total = sum(weights[name] for name in sorted(weights))
    return {name: weights[name] / total for name in sorted(weights)}


def calls_per_day(scenario: Scenario) -> dict[str, float]:
    """Expected calls a day by type, `scale` included, over a year at the level of the first day of the run.

    What units begin themselves is not among them: `initiated_per_day`, and the timetable of outreach.
    """
    demand = scenario.demand
    people = _yearly(demand.calls_per_year, demand.calls_per_1000_per_year, scenario.place.population)
    other = _yearly(demand.other_calls_per_year, demand.other_calls_per_1000_per_year, scenario.place.population)
    own = {row.type for row in demand.outreach.values()}  # nobody rings about these
    others = [name for name, kind in scenario.types.items() if not kind.person and not kind.met_by_units and name not in own]
    rates = {}
    for name in sorted(scenario.types):
        yearly = other / len(others) if name in others else people * _mix(scenario, name)
        rates[name] = yearly * demand.scale.value / DAYS_PER_YEAR
    return rates


def initiated_per_day(scenario: Scenario) -> dict[str, float]:
    """Occasions a day on which a unit that is idle comes across somebody, by type, `scale` included."""
    demand = scenario.demand
    return {name: row.value * demand.scale.value / DAYS_PER_YEAR for name, row in sorted(demand.initiated.items())}


def _mix(scenario: Scenario, name: str) -> float:
    return scenario.demand.mix[name].value if name in scenario.demand.mix else 0.0


def _yearly(total: Any, per_1000: Any, population: int) -> float:
    if total is not None:
        return float(total.value)
    return float(per_1000.value) * population / 1000 if per_1000 is not None else 0.0


def hourly_shape(profile: Profile | None, horizon: Horizon) -> Floats:
    """Relative intensity of each hour of the horizon; its mean over a whole year of the profile is one."""
    hours_of_week = week_shape(profile)
    months = np.ones(12) if profile is None or profile.months is None else np.array(profile.months)
    days_in_month = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    months = months / (np.sum(months * days_in_month) / np.sum(days_in_month))
    dates = [horizon.begins + dt.timedelta(days=day) for day in range(horizon.n_days)]
    by_day = np.array([date.weekday() for date in dates])[:, None] * 24 + np.arange(24)[None, :]
    factor = np.array([months[date.month - 1] for date in dates])
    return np.asarray((hours_of_week[by_day] * factor[:, None]).ravel(), np.float64)


def week_shape(profile: Profile | None) -> Floats:
    """Relative intensity of the 168 hours of a week from Monday midnight, mean one."""
    if profile is None:
        return np.ones(HOURS_PER_WEEK)
    if profile.hours_of_week is not None:
        shape = np.array(profile.hours_of_week, np.float64)
    else:
        weekdays = np.ones(7) if profile.weekdays is None else np.array(profile.weekdays, np.float64)
        hours = np.ones(24) if profile.hours is None else np.array(profile.hours, np.float64)
        shape = (weekdays[:, None] * hours[None, :]).ravel()
    return np.asarray(shape / shape.mean(), np.float64)


def day_effects(scenario: Scenario, horizon: Horizon, luck: Luck) -> Floats:
    """How busy each day is, mean one; addressed by calendar day, shared by all types."""
    cv = scenario.demand.day_effect_cv.value
    if cv == 0:
        return np.ones(horizon.n_days)
    ordinals = horizon.begins.toordinal() + np.arange(horizon.n_days)
    return quantile.lognormal_unit_mean(luck.uniforms(Purpose.DAY_EFFECT, 0, ordinals), cv)


def growth(scenario: Scenario, horizon: Horizon) -> Floats:
    """Demand of each day over that of the first day of the run, whose level is the stated one: compound, in daily steps.

    It holds for all calls, ordinary work too, and for every person's own rate.
    """
    log_year = math.log1p(scenario.demand.growth_per_year.value)
    return quantile.exps(np.arange(horizon.n_days) / DAYS_PER_YEAR * log_year)


def expected_scene_minutes(scenario: Scenario, kind: str, responder: str) -> float:
    """Mean minutes on scene of a responder type at calls of a type, over its crews with and without each practice."""
    row = scenario.types[kind]
    if row.on_scene_min is not None:
        return row.on_scene_min.value
    crew = scenario.responders[responder]
    practices = (crew.practices[name] for name in sorted(crew.practices))
    factor = math.prod(1.0 + practice.share.value * (practice.on_scene_factor.value - 1.0) for practice in practices)
    return crew.on_scene_min.value * row.on_scene_factor.value * factor


def scene_seconds(scenario: Scenario, kind: str, responder: str) -> int:
    """The same in whole seconds, as engines use it."""
    return seconds(expected_scene_minutes(scenario, kind, responder))
