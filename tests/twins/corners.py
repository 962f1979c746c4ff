"""Towns made so that rare statements matter: each shows at length what random towns show now and then."""

from __future__ import annotations

from typing import Any

from sim.scenario.schema import Scenario
from sim.world import World, build_world

ALL_DAY = {"days": "all", "start": "00:00", "end": "24:00"}
CREWS: dict[str, dict[str, Any]] = {
    "patrol": {"crew": {"officer": 1}, "transports": True},
    "civilian": {"crew": {"clinician": 1}, "transports": False, "takes": "people", "ambulance_wait_min": 15},
    "ems": {"crew": {"medic": 2}, "transports": True, "takes": "people"},
}


def place(population: int, x_km: float) -> dict[str, Any]:
    """A zone on the one road there is."""
    return {"population": population, "x_km": x_km, "y_km": 0.0}


def corner(
    posts: tuple[int, ...] = (3, 2, 1),
    crews: dict[str, dict[str, Any]] | None = None,
    before: dict[str, dict[str, Any]] | None = None,
    **given: Any,
) -> World:
    """A world of two crowded days in three zones with two emergency departments; the arguments say what is special.

    `before`: what the crews of the baseline have instead, which is lived on the first day.
    """
    crisis = {"priorities": {1: 0.3, 2: 0.2, 3: 0.5}, "patience_min": 120, "weapon_share": 0.2, **given.pop("crisis", {})}
    rows = {
        name: {"title": name, "on_scene_min": 50, "turnout_min": 1, "shifts": {"s": ALL_DAY | {"posts": n}}, **row}
        for (name, row), n in zip(CREWS.items(), posts, strict=True)
    }
    for name, row in (crews or {}).items():
        rows[name] |= row
    data: dict[str, Any] = {
        "name": "corner",
        "place": {"population": 1000},
        "run": {"begins": "2027-03-01", "warm_up_days": 1, "days": 1, "run_out_days": 1, "seed": 7},
        "demand": {"calls_per_year": 14_000, "mix": {"crisis": 1.0}, "other_calls_per_year": 6000},
        "types": {"crisis": crisis, "other": {"person": False, "on_scene_min": 30, "patience_min": 240}},
        "zones": {"a": place(5, 0), "b": place(3, 6), "c": place(2, 12)},
        "travel": {"speed_kmh": 25, "within_zone_min": 4, "p90_over_median": 1.4},
        "responders": rows,
        "policy": {"name": "nearest"},
        "facilities": {f"ed_{zone}": {"kind": "ed", "zone": zone, "handover_min": 20} for zone in "ac"},
        "outcomes": {
            "reference": {"all": {"contact": 0.9, "ed": 0.4, "force": 0.3}},
            "nobody": {"all": {"contact": 0.5, "ed": 0.5}},
            "force_weapon_share": 0.5,
            "force_serious_share": 0.2,
        },
    }  # fmt: skip
    option = Scenario.model_validate(data | given)
    if before is None:
        return build_world(option)
    rows = {name: row | before.get(name, {}) for name, row in data["responders"].items()}
    return build_world(option, baseline=Scenario.model_validate(data | given | {"responders": rows}))


def corner_worlds() -> list[World]:
    """All of them."""
    pair = {
        "roles": ["officer", "officer", "clinician"],
        "minimum": ["officer", "officer"],
        "lead": "clinician",
        "give_up_min": 20,
    }
    plans = {"p": {"alternatives": {"crew": {**pair, "rank": 1}, "later": {"rank": 2, "after_min": 12, "roles": ["officer"]}}}}
    both = {"rank": 1, "roles": ["officer", "clinician"], "lead": "clinician"}
    alone = {"p": {"alternatives": {"both": both, "police": {"rank": 2, "after_min": 12, "roles": ["officer"]}}}}
    diverts = {"diverts": {2: [1], 3: [1, 2], 4: [1, 2, 3]}, "call_back_after_min": 25}
    patient = {"gives_up_until": "on_scene", "no_need_share": 0.3, "escalates": {"share": 0.4, "after_min": 30}}
    long_shift = {"s": {"days": "all", "start": "08:00", "end": "07:00", "posts": 3}}
    on_call = {
        **long_shift,
        "t": {"days": "all", "start": "07:00", "end": "08:00", "posts": 1, "on_call": True, "turnout_min": 15},
    }
    resting = {"breaks": {"after_h": 1, "minutes": 30}, "when_idle": "goes_home"}
    quiet = {"calls_per_year": 4000, "mix": {"crisis": 1.0}}
    slow = {"speed_kmh": 8, "within_zone_min": 15, "p90_over_median": 1.4}
    return [
        corner(crews={"patrol": {"shifts": on_call, "on_scene_min": 200, "paperwork_min": 20, **resting}, "ems": resting}),
        corner(crews={name: {**resting, "when_idle": "covers"} for name in CREWS}, demand=quiet),
        corner(before={"patrol": {"turnout_min": 20}, "ems": {"turnout_min": 0}}),
        corner(posts=(4, 2, 1), response_plans=plans),
        corner(posts=(5, 1, 1), response_plans=plans, policy={"name": "reserve", "reserve": 1}, dispatch=diverts),
        corner(posts=(3, 3, 1), response_plans=alone, travel=slow, dispatch=diverts, crisis=patient),
        corner(posts=(5, 2, 1), travel=slow, dispatch=diverts, crisis=patient),
        corner(crisis={"mislabelled": {"share": 0.6, "taken_for": "other"}}, crews={
            "patrol": {"recognises_share": 0.3, "effects": {"matched": {"ed": 0.3, "force": 0.2}},
                       "asks": {"role": "clinician", "share": {"crisis": 0.8}, "after_min": 5, "takes_charge": True}},
            "civilian": {"leaves_after_min": 0, "transport_by": "medic"}}),
    ]  # fmt: skip
