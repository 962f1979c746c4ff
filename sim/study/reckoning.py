"""The arithmetic a planner would want before a run: demand, hours, work, a textbook's estimate, posts to FTE, cost.

Expected values only; nothing is drawn. `Textbook` is Erlang's loss formula with the work the teams would have
if they took every call they could: it knows no priorities, no queue and no two calls of one length.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.rules.lifecycle import FLAG_NAMES, HOUR_S
from sim.scenario.schema import Responder, Scenario
from sim.world.clock import clock_seconds, horizon
from sim.world.demand import HOURS_PER_WEEK, calls_per_day, expected_scene_minutes, week_shape, zone_shares
from sim.world.facts import BANDS, is_taken, travel_table
from sim.world.money import crew_usd_per_year, posted_hour_usd
from sim.world.roster import weekly_hours
from sim.world.spread import mean_over_median
from sim.world.thresholds import outcome_tables

Floats = npt.NDArray[np.float64]

MARKS = 2.0**32
WEEKS_PER_YEAR = 365.25 / 7


@dataclass(frozen=True)
class Outlook:
    """One group of responder types (a programme, or one ordinary service) against the calls it takes."""

    name: str
    units: tuple[str, ...]
    calls_per_year: float  # in the remit
    posted_hours_per_week: float
    seen_share: float  # of those calls that come while a post is rostered
    most_on_duty: float  # posts, in the fullest hour
    mean_on_duty: float  # posts, over the hours with any
    task_min: float  # dispatched until available again
    work: float  # mean number of units busy with every call seen, over the hours with any post
    busy_share: float  # of calls seen that a textbook expects to find all of them busy
    fte: float
    usd_per_year: float | None
    crew_words: tuple[tuple[str, float], ...]  # discipline, dollars of one full-time crew member


def outlooks(scenario: Scenario) -> list[Outlook]:
    """Programmes in order of name."""
    return [outlook(scenario, name, sorted(row.units)) for name, row in sorted(scenario.programmes.items())]


def outlook(scenario: Scenario, name: str, units: list[str]) -> Outlook:
    """The arithmetic of one programme."""
    units = [unit for unit in units if unit in scenario.responders]
    demand = eligible_per_hour(scenario, units)
    posts = sum((posts_by_hour(scenario.responders[unit]) for unit in units), np.zeros(HOURS_PER_WEEK))
    covered = np.minimum(posts, 1.0)
    on = posts > 0
    task = task_minutes(scenario, units)
    offered = demand * task / 60
    seen = demand * covered
    busy = np.array([erlang_b(a, c) if c > 0 else 0.0 for a, c in zip(offered, np.maximum(posts, covered), strict=True)])
    rows = [scenario.responders[unit] for unit in units]
    hours = sum(weekly_hours(shift) for row in rows for shift in row.shifts.values())
    return Outlook(
        name,
        tuple(units),
        float(demand.sum() * WEEKS_PER_YEAR),
        hours,
        float(seen.sum() / demand.sum()) if demand.sum() > 0 else 0.0,
        float(posts.max(initial=0.0)),
        float(posts[on].mean()) if on.any() else 0.0,
        task,
        float(offered[on].mean()) if on.any() else 0.0,
        float((busy * seen).sum() / seen.sum()) if seen.sum() > 0 else 0.0,
        sum(fte(scenario, row) for row in rows),
        yearly_usd(scenario, rows),
        crew_words(scenario, rows),
    )


def eligible_per_hour(scenario: Scenario, units: list[str]) -> Floats:
    """Expected calls about people in the remit of any of the units, by hour of the week from Monday midnight."""
    per_day = calls_per_day(scenario)
    total = np.zeros(HOURS_PER_WEEK)
    for name, kind in scenario.types.items():
        if kind.person:
            total += per_day[name] * taken_share(scenario, units, name) / 24 * week_shape(scenario.demand.profile)
    return total


def taken_share(scenario: Scenario, units: list[str], kind: str) -> float:
    """Share of calls of a type whose flags leave them in the remit of any of the units."""
    row = scenario.types[kind]
    shares = {"weapon": row.weapon_share, "medical_need": row.medical_need_share, "violence_risk": row.violence_risk_share}
    total = 0.0
    for raised in itertools.product((False, True), repeat=len(FLAG_NAMES)):
        flags = sum(bit for bit, is_up in zip(FLAG_NAMES.values(), raised, strict=True) if is_up)
        if any(is_taken(scenario, unit, kind, flags) for unit in units):
            chances = [shares[n].value if is_up else 1 - shares[n].value for n, is_up in zip(FLAG_NAMES, raised, strict=True)]
            total += math.prod(chances)
    return total


def posts_by_hour(responder: Responder) -> Floats:
    """Posts rostered in each hour of the week from Monday midnight; part of an hour counts in part."""
    minutes = np.zeros(HOURS_PER_WEEK * 60)
    for shift in responder.shifts.values():
        first = clock_seconds(shift.start) // 60
        for day, post in itertools.product(shift.days, range(shift.posts)):
            at = (day * 1440 + first + post * shift.stagger_min + np.arange(shift.length_min)) % len(minutes)
            minutes[at] += 1
    return np.asarray(minutes.reshape(HOURS_PER_WEEK, 60).mean(axis=1), np.float64)


def erlang_b(offered: float, servers: float) -> float:
    """Share of calls that find all servers busy (Erlang B); between whole numbers of servers, straight."""
    below = math.floor(servers)
    loss = 1.0
    for n in range(1, below + 1):
        loss = offered * loss / (n + offered * loss)
    if servers == below:
        return loss
    after = offered * loss / (below + 1 + offered * loss)
    return loss + (servers - below) * (after - loss)


def travel_minutes(scenario: Scenario) -> float:
    """Mean minutes between two places of the city chosen by demand, traffic included, over the day."""
    shares = zone_shares(scenario)
    table = travel_table(scenario, tuple(shares)) / 60
    weights = np.array(list(shares.values()))
    mean = sum(float(weights @ table[band] @ weights) for band in range(len(BANDS))) / len(BANDS)
    return max(mean * mean_over_median(scenario.travel), scenario.travel.minimum_min.value)


def task_minutes(scenario: Scenario, units: list[str]) -> float:
    """Mean minutes a unit is taken up by a call about a person in the remit: the way, the scene, the door, paperwork."""
    per_day = calls_per_day(scenario)
    weight = {
        (unit, kind): per_day[kind] * taken_share(scenario, [unit], kind) for unit in units for kind in scenario.types
        if scenario.types[kind].person
    }  # fmt: skip
    total = sum(weight.values())
    if total <= 0:
        return 0.0
    way = travel_minutes(scenario)
    door = door_minutes(scenario, units, way)
    minutes = 0.0
    for (unit, kind), n in weight.items():
        row = scenario.responders[unit]
        own = row.turnout_min.value + way + expected_scene_minutes(scenario, kind, unit) + row.paperwork_min.value
        minutes += n * (own + door[unit, kind])
    return minutes / total


def door_minutes(scenario: Scenario, units: list[str], way: float) -> dict[tuple[str, str], float]:
    """Mean minutes after the scene by unit and call type: driving to a door and waiting there, or for an ambulance."""
    types, responders = tuple(sorted(scenario.types)), tuple(sorted(scenario.responders))
    tables = outcome_tables(scenario, types, responders)
    waits = {kind: _mean_handover(scenario, kind) for kind in ("ed", "crisis_centre", "jail")}
    found = {}
    for unit in units:
        row, r = scenario.responders[unit], responders.index(unit)
        for t, kind in enumerate(types):
            shares = ending_shares(
                scenario, kind, {name: table[t, r] / MARKS for name, table in tables.items() if table.ndim == 3}
            )
            minutes = 0.0
            for door, share in shares.items():
                wait = waits[door]
                if wait is not None:
                    minutes += share * (way + wait if row.transports else row.ambulance_wait_min.value)
            found[unit, kind] = minutes
    return found


def ending_shares(scenario: Scenario, kind: str, yes: dict[str, Any]) -> dict[str, float]:
    """Share of people of a call type brought to each kind of door. `yes`: chance of each decision by acuity."""
    row = scenario.types[kind]
    if not row.person:
        return {}
    acuity = row.acuity
    weights = np.array([1.0, 0.0, 0.0] if acuity is None else [acuity.low.value, acuity.middle.value, acuity.high.value])
    need = row.medical_need_share.value
    medical = yes["contact"] * (need + (1 - need) * yes["medical"])
    left = yes["contact"] - medical
    arrest = left * yes["arrest"]
    left = left - arrest
    ed = left * (yes["hold"] + (1 - yes["hold"]) * yes["ed"])
    centre = (left - ed) * yes["crisis_centre"]
    return {name: float(weights @ part) for name, part in (("ed", medical + ed), ("crisis_centre", centre), ("jail", arrest))}


def _mean_handover(scenario: Scenario, kind: str) -> float | None:
    minutes = [door.handover_min.value for door in scenario.facilities.values() if door.kind == kind]
    return sum(minutes) / len(minutes) if minutes else None


def fte(scenario: Scenario, responder: Responder) -> float:
    """Full-time people hired to fill the posts of a responder type."""
    paid = scenario.rates.get("paid_hours_per_fte_year")
    hours = sum(weekly_hours(shift) for shift in responder.shifts.values()) * WEEKS_PER_YEAR
    return hours * responder.relief_factor.value * sum(responder.crew.values()) / paid.value if paid and paid.value else 0.0


def is_priced(scenario: Scenario, responder: Responder) -> bool:
    """Whether the scenario has a rate for everybody in the crew."""
    return "paid_hours_per_fte_year" in scenario.rates and all(f"{d}_fte_usd" in scenario.rates for d in responder.crew)


def yearly_usd(scenario: Scenario, rows: list[Responder]) -> float | None:
    """Expected cost of a year of posted hours, relief, vacancies and overtime included; none where a rate is missing."""
    if not rows or not all(is_priced(scenario, row) for row in rows):
        return None
    return sum(
        posted_hour_usd(scenario, row, shift) * weekly_hours(shift) * WEEKS_PER_YEAR
        for row in rows
        for shift in row.shifts.values()
    )


def crew_words(scenario: Scenario, rows: list[Responder]) -> tuple[tuple[str, float], ...]:
    """Who is in a crew and what each costs full time; empty where units of several crews share the cost."""
    if len(rows) != 1 or not is_priced(scenario, rows[0]):
        return ()
    crew = rows[0].crew
    total = crew_usd_per_year(scenario, rows[0])
    parts = [(name, scenario.rates[f"{name}_fte_usd"].value * n) for name, n in crew.items() if n]
    return tuple(parts) if total else ()


def ordinary_load(scenario: Scenario) -> tuple[float, float] | None:
    """Hours of work a day for ordinary services with everything they take, and hours they are on duty; none if there are none."""
    paid_for = {unit for row in scenario.programmes.values() for unit in row.units}
    units = [name for name, row in scenario.responders.items() if name not in paid_for and "officer" in _discipline(row)]
    posted = sum(weekly_hours(shift) for name in units for shift in scenario.responders[name].shifts.values()) / 7
    if not units or posted == 0:
        return None
    per_day, way = calls_per_day(scenario), travel_minutes(scenario)
    door = door_minutes(scenario, units[:1], way)
    minutes = 0.0
    for kind, n in per_day.items():
        row = scenario.responders[units[0]]
        own = row.turnout_min.value + way + expected_scene_minutes(scenario, kind, units[0]) + row.paperwork_min.value
        minutes += n * taken_share(scenario, units, kind) * (own + door[units[0], kind])
    return minutes / 60, posted


def _discipline(row: Responder) -> str:
    return " ".join(row.crew)


def longest_stay_min(scenario: Scenario) -> tuple[str, float]:
    """The longest mean stay in use, by name: on scene, at a door, out of service, waiting."""
    stays = {f"facilities.{name}.handover_min": door.handover_min.value for name, door in scenario.facilities.items()}
    for name, row in scenario.responders.items():
        if not any(shift.posts for shift in row.shifts.values()):
            continue
        stays[f"responders.{name}.paperwork_min"] = row.paperwork_min.value
        stays[f"responders.{name}.ambulance_wait_min"] = row.ambulance_wait_min.value
        for kind in scenario.types:
            stays[f"minutes on scene of {name} at {kind}"] = expected_scene_minutes(scenario, kind, name)
    for name, kind_row in scenario.types.items():
        if kind_row.patience_min is not None:
            stays[f"types.{name}.patience_min"] = kind_row.patience_min.value
    return max(stays.items(), key=lambda item: item[1], default=("none", 0.0))


def warm_up_min(scenario: Scenario) -> float:
    """Minutes of warm-up before the measured window opens."""
    return horizon(scenario.run).window_start_s / HOUR_S * 60
