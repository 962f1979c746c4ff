"""What is true of the known city of `closed_loop`, for every number that calibration may give.

Most numbers stand in the scenario. Some are of what a centre sees, and follow from the scenario without any luck: shares
of the week, travel over all hours, endings over all types.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.calibrate.estimate import Shape
from sim.keys import MARKS
from sim.outcomes.logit import acuity_weights
from sim.scenario.schema import Scenario
from sim.world.demand import calls_per_day, week_shape
from sim.world.facts import BANDS
from sim.world.spread import unit_mean, unit_median
from sim.world.thresholds import outcome_tables

Floats = npt.NDArray[np.float64]

BLOCKS = ("0-4 h", "4-8 h", "8-12 h", "12-16 h", "16-20 h", "20-24 h")
DAYS_IN_MONTH = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
CHAIN = ("medical", "arrest", "hold", "ed", "crisis_centre", "referral")
EVEN = (np.arange(1000) + 0.5) / 1000  # quantiles


def truths(scenario: Scenario, paths: Iterable[str], from_dispatch: bool) -> dict[str, float | None]:
    """The truth of each number, none where the city has no such number.

    `*` in a path stands for any type about people, or any hospital: there the city makes no difference. `from_dispatch`:
    the way is counted from when a unit was sent, so that turnout is part of it and nothing is left to learn of turnout.
    """
    known = derived(scenario, from_dispatch)
    kind = next(name for name, share in scenario.demand.mix.items() if share.value > 0)
    door = next(name for name, row in scenario.facilities.items() if row.kind == "ed")
    found: dict[str, float | None] = {}
    for path in paths:
        own = path.replace("types.*", f"types.{kind}").replace("facilities.*", f"facilities.{door}")
        found[path] = known[path] if path in known else stated(scenario, own)
    return found


def stated(scenario: Scenario, path: str) -> float | None:
    """The number that stands at a dotted path of the scenario, none where there is none."""
    at: Any = scenario
    for step in path.split("."):
        if isinstance(at, dict):
            at = next((value for key, value in at.items() if str(key) == step), None)
        else:
            at = getattr(at, step, None)
    value = getattr(at, "value", at)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def derived(scenario: Scenario, from_dispatch: bool = False) -> dict[str, float]:
    """What follows from the scenario and is not written in it, or is meant otherwise than it is written there."""
    found = _turnout(scenario, from_dispatch) | _travel(scenario, from_dispatch) | _endings(scenario)
    for name in ("profile", "other_profile"):
        profile = getattr(scenario.demand, name)
        months = np.ones(12) if profile is None or profile.months is None else np.array(profile.months)
        found |= shares_of(f"demand.{name}", week_shape(profile), months)
    return found


def shares_of(path: str, hours_of_week: Floats, months: Floats | None) -> dict[str, float]:
    """Shares of calls by four hours of the day and at weekends, and months over an even year."""
    week = hours_of_week.reshape(7, 24) / hours_of_week.sum()
    found = {f"{path}: {name}": float(week[:, 4 * i : 4 * i + 4].sum()) for i, name in enumerate(BLOCKS)}
    found[f"{path}: weekend"] = float(week[5:].sum())
    if months is not None:
        even = months / ((months * DAYS_IN_MONTH).sum() / DAYS_IN_MONTH.sum())
        found |= {f"{path}: month {i + 1}": float(factor) for i, factor in enumerate(even)}
    return found


def estimated_shares(shape: Shape) -> dict[str, tuple[float, float, float]]:
    """The same of a fitted shape, each with its 95 % interval."""
    value = shares_of(shape.path, shape.hours_of_week, shape.months)
    samples: dict[str, list[float]] = {name: [] for name in value}
    for r in range(len(shape.hours_resampled)):
        factors = shape.weekdays_resampled[r][:, None] * shape.hours_resampled[r][None, :]
        months = None if shape.months is None or shape.months_resampled is None else shape.months * shape.months_resampled[r]
        for name, share in shares_of(shape.path, (shape.hours_of_week.reshape(7, 24) * factors).ravel(), months).items():
            samples[name].append(share)
    return {name: (value[name], *np.percentile(samples[name], [2.5, 97.5]).tolist()) for name in value}


def _travel(scenario: Scenario, from_dispatch: bool) -> dict[str, float]:
    """Median and 90th percentile of all drives, zeros included, and each part of the day over that median."""
    travel = scenario.travel
    if travel.median_min is None:
        return {}
    rates = calls_per_day(scenario)
    weights = np.zeros(4)
    for name, kind in scenario.types.items():
        profile = scenario.demand.profile if kind.person else scenario.demand.other_profile
        weights += rates[name] * week_shape(profile).reshape(7, 4, 6).sum(axis=(0, 2))
    bands = travel.median_min.value * np.array([getattr(travel.bands, name).value for name in BANDS])
    drives = bands[:, None] * unit_median(EVEN, travel)[None, :]
    if from_dispatch and scenario.turnout_spread is not None:
        turnouts = scenario.responders["patrol"].turnout_min.value * unit_mean(EVEN, scenario.turnout_spread)
        drives = (drives[:, :, None] + turnouts[None, None, :]).reshape(4, -1)
    at = drives.ravel()
    found = {"median": _quantile(at, np.repeat(weights, drives.shape[1]), 0.5)}
    found["p90"] = _quantile(at, np.repeat(weights, drives.shape[1]), 0.9)
    known = {f"travel.{name}_min": value for name, value in found.items()}
    known |= {f"travel.bands.{name}": float(np.median(own)) / found["median"] for name, own in zip(BANDS, drives, strict=True)}
    return known


def _quantile(values: Floats, weights: Floats, share: float) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, share * reached[-1])])


def _turnout(scenario: Scenario, from_dispatch: bool) -> dict[str, float]:
    """The share that is nothing in whole seconds, though the scenario has none that is nothing."""
    spread = scenario.turnout_spread
    if spread is None:
        return {}
    fine = (np.arange(1_000_000) + 0.5) / 1_000_000
    turnout_s = 60 * scenario.responders["patrol"].turnout_min.value * unit_mean(fine, spread)
    share = float(np.mean(turnout_s < 0.5))
    if from_dispatch:  # a way is nothing where turnout and drive are
        return {"responders.patrol.turnout_min": np.nan, "travel.zero_share": share * scenario.travel.zero_share.value}
    return {"turnout_spread.zero_share": share}


def seen_endings(scenario: Scenario, kind: str) -> dict[str, tuple[float, float]]:
    """Of each decision at calls of a type that police answer: share who get as far, and share of them with a yes.

    Harsh decisions take the more acute first, so later shares are below those stated, which are over all levels of acuity.
    """
    tables = outcome_tables(scenario, (kind,), ())
    yes = {name: table[0, 1] / MARKS for name, table in tables.items()}
    left = acuity_weights(scenario, kind)
    found = {"contact": (1.0, float(left @ yes["contact"]))}
    left, need = left * yes["contact"], scenario.types[kind].medical_need_share.value
    for name in CHAIN:
        if name == "medical":
            left = left * (1 - need)
        found[name] = (float(left.sum()), float(left @ yes[name] / left.sum()))
        left = left * (1 - yes[name])
    return found


def _endings(scenario: Scenario) -> dict[str, float]:
    """Decisions over all types about people: stated shares weighted by how many calls of each type get as far."""
    mix = {name: share.value for name, share in scenario.demand.mix.items() if share.value > 0}
    seen = {name: seen_endings(scenario, name) for name in mix}
    found = {}
    for decision in ("contact", *CHAIN):
        weights = {name: mix[name] * seen[name][decision][0] for name in mix}
        stated_of = {name: _reference(scenario, name, decision) for name in mix}
        found[f"outcomes.reference.all.{decision}"] = sum(weights[n] * stated_of[n] for n in mix) / sum(weights.values())
        found |= {f"outcomes.reference.{name}.{decision}": stated_of[name] for name in mix}
    return found


def _reference(scenario: Scenario, kind: str, decision: str) -> float:
    rows = scenario.outcomes.reference
    return next(float(row[decision].value) for row in (rows.get(kind, {}), rows["all"]) if decision in row)  # type: ignore[index]
