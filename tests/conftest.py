"""Fixtures shared by all rooms of the tests."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import settings

import sim.outcomes
import sim.policies

# A gate must not open or close by chance: where CI is set, random towns are the same towns every time.
settings.register_profile("gate", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("gate")

assert sim.outcomes
assert sim.policies


def small_town_responders() -> dict[str, Any]:
    """Two patrol cars, a team that works weekday evenings, two ambulances."""
    day = {"days": "all", "start": "00:00", "end": "24:00", "posts": 2}
    late = {"days": "mon-fri", "start": "16:00", "end": "02:00"}
    return {
        "patrol": {
            "title": "Patrol", "crew": {"officer": 1}, "transports": True,
            "on_scene_min": 60, "turnout_min": 1, "shifts": {"all": day},
        },
        "team": {
            "title": "Team", "crew": {"officer": 1, "clinician": 1}, "transports": False,
            "on_scene_min": 90, "paperwork_min": 45, "ambulance_wait_min": 20,
            "unavailable_share": 0.1, "shifts": {"late": late}, "effects": {"matched": {"arrest": 0.48, "ed": 0.3}},
        },
        "ems": {
            "title": "EMS", "crew": {"medic": 2}, "transports": True, "takes": "people",
            "on_scene_min": 30, "shifts": {"all": day},
        },
    }  # fmt: skip


@pytest.fixture
def small_town() -> dict[str, Any]:
    """Three zones, one patrol car, one team that sleeps, an ambulance; busy enough that calls wait and ties occur."""
    reference = {"contact": 0.8, "medical": 0.1, "arrest": 0.1, "hold": 0.1, "ed": 0.4, "crisis_centre": 0.3, "referral": 0.4}
    reference |= {"force": 0.1, "later_ed_72h": 0.1, "later_ed_30d": 0.2}
    person = {
        "priorities": {1: 0.3, 3: 0.7}, "weapon_share": 0.1, "medical_need_share": 0.1, "patience_min": 180,
        "acuity": {"low": 0.5, "middle": 0.3, "high": 0.2},
    }  # fmt: skip
    ordinary = {"person": False, "on_scene_min": 40, "priorities": {2: 0.5, 3: 0.5}, "patience_min": 300}
    nobody = {"contact": 1.0, "ed": 0.2, "later_ed_72h": 0.1, "later_ed_30d": 0.2}
    return {
        "name": "small town",
        "place": {"population": 3000},
        "run": {"begins": "2027-02-26", "warm_up_days": 2, "days": 14, "run_out_days": 2, "seed": 3},
        "demand": {"calls_per_year": 4000, "mix": {"crisis": 1.0}, "other_calls_per_year": 6000, "day_effect_cv": 0.2},
        "types": {"crisis": person, "other": ordinary},
        "zones": {name: {"population": 1000, "x_km": 3.0 * i, "y_km": 1.0} for i, name in enumerate(("east", "mid", "west"))},
        "travel": {"speed_kmh": 30, "within_zone_min": 4, "p90_over_median": 1.8},
        "responders": small_town_responders(),
        "programmes": {"co_response": {"units": ["team"], "takes": "people", "never_if": ["weapon", "medical_need"]}},
        "policy": {"name": "tiered", "wait_for_programme_min": 10},
        "outcomes": {"reference": {"all": reference}, "nobody": {"all": nobody}},
        "facilities": {
            "ed": {"kind": "ed", "zone": "mid", "handover_min": 60},
            "jail": {"kind": "jail", "zone": "west", "handover_min": 30},
            "centre": {"kind": "crisis_centre", "zone": "east", "handover_min": 10, "open": "08:00-22:00"},
        },
        "rates": {
            "officer_fte_usd": 150000, "clinician_fte_usd": 120000, "medic_fte_usd": 80000,
            "paid_hours_per_fte_year": 2087, "overtime_factor": 1.5,
            "ed_visit_usd": 2700, "ambulance_usd": 1000, "booking_usd": 600, "crisis_centre_visit_usd": 500,
        },
    }  # fmt: skip
