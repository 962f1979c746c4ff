"""Small towns to try extensions in: empty, quiet, overloaded, without anybody on duty, one that sends crews, one with all parts.

The last has a phone, places that fill, people whose crises recur, others who call only for a team, and follow-up.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import sim.outcomes
import sim.policies
from sim.engines import run
from sim.outcomes.grid import DECISIONS
from sim.scenario.schema import Scenario
from sim.world import World, build_world

REGISTERED_ON_IMPORT = (sim.policies, sim.outcomes)  # the towns use both

CREWS = {"patrol": {"officer": 1}, "team": {"officer": 1, "clinician": 1}, "ems": {"medic": 2}}
DAY = {"days": "all", "start": "00:00", "end": "24:00"}
FTES = ("officer", "clinician", "medic")
VISITS = ("ed_visit", "ambulance", "booking", "crisis_centre_visit")


@cache
def town(n_calls_per_year: float = 4000, posts: int = 2, policy: str = "nearest") -> Scenario:
    """A small town with every kind of responder the rules tell apart; posts 0 leaves nobody on duty."""
    return Scenario.model_validate(_data(n_calls_per_year, posts, policy))


def _data(n_calls_per_year: float, posts: int, policy: str) -> dict[str, Any]:
    shift = DAY | {"posts": posts}
    rates = {f"{who}_fte_usd": 100_000.0 for who in FTES} | {f"{what}_usd": 1000.0 for what in VISITS}
    return {
        "name": "contract town",
        "place": {"population": 3000},
        "run": {"begins": "2027-01-01", "warm_up_days": 0, "days": 6, "run_out_days": 1, "seed": 11},
        "demand": {
            "calls_per_year": n_calls_per_year,
            "mix": {"crisis": 0.7, "welfare": 0.3},
            "other_calls_per_year": n_calls_per_year,
        },
        "types": {
            "crisis": {"priorities": {1: 0.5, 3: 0.5}, "weapon_share": 0.2, "medical_need_share": 0.2, "patience_min": 200},
            "welfare": {"priorities": {2: 0.5, 4: 0.5}, "patience_min": 200},
            "other": {"person": False, "on_scene_min": 30, "patience_min": 200},
        },
        "zones": {name: {"population": 1000, "x_km": 2.0 * i, "y_km": 0.0} for i, name in enumerate("abc")},
        "travel": {"speed_kmh": 30, "within_zone_min": 3, "p90_over_median": 1.5},
        "responders": {name: _responder(name, crew, shift) for name, crew in CREWS.items()},
        "programmes": {"crisis_team": {"units": ["team"], "takes": "people", "never_if": ["weapon"]}},
        "policy": {"name": policy},
        "outcomes": {
            "reference": {"all": dict.fromkeys(DECISIONS, 0.3) | {"contact": 0.8}},
            "nobody": {"all": {"contact": 1.0, "ed": 0.2}},
            "acuity_log_odds": {"high": 1.0},
        },
        "facilities": {kind: {"kind": kind, "zone": "a", "handover_min": 20} for kind in ("ed", "jail", "crisis_centre")},
        "rates": rates | {"paid_hours_per_fte_year": 2087, "overtime_factor": 1.5},
    }


@cache
def crew_town(policy: str = "nearest") -> Scenario:
    """The small town in two jurisdictions that sends officer and clinician, asks for others on scene, and diverts.

    Civilians wait for police where there is danger, and the centre follows the plan for three calls in four.
    """
    data = _data(8000, 2, policy)
    data["zones"]["c"]["jurisdiction"] = "county"
    civilians = _responder("civilians", {"clinician": 1, "peer": 1}, DAY | {"posts": 2})
    asks = {"role": "officer", "share": {"all": 0.3}}
    data["responders"]["civilians"] = civilians | {"stages": True, "transport_by": "medic", "asks": asks}
    data["responders"]["patrol"]["asks"] = {"role": "clinician", "share": {"all": 0.4}, "takes_charge": True}
    data["programmes"]["crisis_team"]["units"] = ["civilians", "team"]
    both = {"roles": ["officer", "clinician"], "minimum": ["officer"], "lead": "clinician", "full_crew_wait_min": 10}
    anyone = {"rank": 2, "after_min": 20, "roles": ["anybody"]}
    data["response_plans"] = {"together": {"takes": ["crisis"], "alternatives": {"both": both, "anyone": anyone}}}
    data["uptake"] = {"first": {"all": 0.75}}
    data["dispatch"] = {"diverts": {3: [1], 4: [1, 2]}, "call_back_after_min": 60}
    data["rates"]["peer_fte_usd"] = 80_000.0
    return Scenario.model_validate(data)


@cache
def whole_town(policy: str = "nearest") -> Scenario:
    """The small town with a phone, places that fill, people whose crises recur, others who call only for a team, follow-up."""
    data = _data(6000, 1, policy)
    data["demand"] |= {"channels": {"911": 0.7, "988": 0.3}, "induced": {"share": 0.1, "seen": ["crisis_team"]}}
    desk = {"shifts": {"day": DAY | {"posts": 1}}, "handling_min": {"all": 6.0}, "patience_min": 2.0}
    callers = desk | {"channels": ["911"], "hands_on": {"desk": "counsellors"}, "wage": "call_taker_hour_usd"}
    callers["rings_again"] = {"share": 0.5}
    spills = {"desk": "callers", "after_min": 1.0}
    counsellors = desk | {"channels": ["988"], "handling_min": {"all": 25.0}, "resolves_share": {"all": 0.6}, "spills": spills}
    data["phone"] = {"desks": {"callers": callers, "counsellors": counsellors}}
    inpatient: dict[str, Any] = {"places": 2, "stay_h": 30.0}
    stays: dict[str, Any] = {
        "ed": {"places": 3, "bays": 1, "stay_h": 5.0, "inpatient_share": 0.4, "other_load": {"per_day": 8.0}}
    }
    stays |= {"jail": {"stay_h": 24.0}, "crisis_centre": {"places": 1, "stay_h": 8.0}, "inpatient": inpatient}
    data["facilities"] = {kind: {"kind": kind, "zone": "a", "handover_min": 20, **row} for kind, row in stays.items()}
    recurrent = {"per_1000": 10.0, "crises_per_year": 40.0, "frailty_cv": 1.0, "care_factor": 0.5, "unresolved_factor": 1.5}
    data["people"] = {
        "ages": {"youth": 0.2, "adult": 0.8},
        "unhoused_share": 0.2,
        "recurrent": recurrent | {"unresolved_days": 7.0},
    }
    raised = {"raised_share": {"resolved": 0.6, "ed": 0.6}, "success_share": 0.5, "care_days": 2.0, "first_after_h": 2.0}
    data["follow_up"] = {
        "case_managers": 1,
        "caseload": 5,
        "due_h": 12.0,
        "every_h": 6.0,
        "wage": "case_manager_fte_usd",
        **raised,
    }
    prices = {"call_taker_hour": 40.0, "case_manager_fte": 90_000.0}
    prices |= {"boarding_hour": 150.0, "inpatient_day": 1200.0, "jail_day": 200.0}
    data["rates"] |= {f"{name}_usd": price for name, price in prices.items()}
    return Scenario.model_validate(data)


def _responder(name: str, crew: dict[str, int], shift: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": name,
        "crew": crew,
        "transports": name not in ("team", "civilians"),
        "takes": "people" if name == "ems" else "all",
        "on_scene_min": 45,
        "shifts": {"day": shift},
        "effects": {"matched": {"arrest": 0.5, "ed": 0.5}},
    }


def towns(policy: str = "nearest") -> Iterator[tuple[str, Scenario]]:
    """Label and scenario of the empty, quiet, overloaded and unstaffed town, of one that sends crews, of one with all parts."""
    yield "empty town", town(0, policy=policy)
    yield "quiet town", town(400, policy=policy)
    yield "overloaded town", town(30_000, posts=1, policy=policy)
    yield "town with nobody on duty", town(4000, posts=0, policy=policy)
    yield "town that sends crews", crew_town(policy)
    yield "town with phone, places and people", whole_town(policy)


@cache
def lives() -> tuple[tuple[str, World, Any], ...]:
    """Label, world and ledger of each town, played once."""
    worlds = [(label, build_world(scenario)) for label, scenario in towns()]
    return tuple((label, world, run(world).ledger) for label, world in worlds)
