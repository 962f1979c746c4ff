"""Street: a town of three cars, a crisis team, an ambulance and a clinician by screen, whose ledgers are written by hand.

The world is built as any other; its calls are then replaced by those of one story, so that rows can say what happens.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.rules.lifecycle import NEXT_CALL_STATUS, NEXT_STATUS, CallStatus, Disposition, Event, Status
from sim.scenario.schema import Scenario
from sim.study.play import register
from sim.study.story.facts import Story
from sim.tables import CallRow, LedgerRow, LuckRow, dtype_of
from sim.world import World, build_world
from sim.world.blank import blank_rows

Told = tuple[str, str, int, str | None, str | None]  # when, what, call, unit, disposition
DAY = 86_400
AT_A_DOOR = {int(Status.TRANSPORTING), int(Status.AT_FACILITY)}
CREWS: dict[str, dict[str, Any]] = {
    "patrol": {"crew": {"officer": 1}, "transports": True, "shifts": {"all_day": 3}, "asks": "clinician"},
    "team": {"crew": {"clinician": 1, "peer": 1}, "transports": False, "shifts": {"late": 2}, "stages": True},
    "ems": {"crew": {"medic": 2}, "transports": True, "shifts": {"all_day": 1}},
    "screen": {"crew": {"clinician": 1}, "transports": False, "shifts": {"all_day": 1}, "remote": True},
}
HOURS = {"all_day": ("00:00", "24:00"), "late": ("12:00", "22:00")}
PLAN = {"takes": ["crisis"], "only_if": ["weapon"]}
JOINT = {"roles": ["officer", "clinician"], "minimum": ["officer"], "full_crew_wait_min": 15, "give_up_min": 40}


def at(clock: str) -> int:
    """Seconds of a time of day, `24:30` being half past midnight of the next."""
    hours, minutes = clock.split(":")
    return DAY + int(hours) * 3600 + int(minutes) * 60


def scenario(plan: dict[str, Any] | None = None, **changes: Any) -> Scenario:
    """The town; `plan` is the response plan of crises with a weapon, by names of alternatives."""
    responders: dict[str, Any] = {}
    for name, row in CREWS.items():
        shifts = {
            shift: {"days": "all", "start": HOURS[shift][0], "end": HOURS[shift][1], "posts": n}
            for shift, n in row["shifts"].items()
        }
        rest = {key: value for key, value in row.items() if key not in ("shifts", "asks")}
        responders[name] = {"title": name, "home": "north", **rest, "shifts": shifts}
    responders["patrol"]["asks"] = {"role": "clinician", "share": {"all": 0.5}}
    responders["team"] |= {"transport_by": "medic", "home": "south"}
    data: dict[str, Any] = {
        "name": "Street",
        "place": {"population": 1000},
        "run": {"begins": dt.date(2027, 8, 13), "warm_up_days": 1, "days": 2, "run_out_days": 0},
        "demand": {"calls_per_year": 100, "mix": {"crisis": 1.0}, "other_calls_per_year": 100},
        "types": {
            "crisis": {"acuity": {"low": 1.0, "middle": 0.0, "high": 0.0}},
            "noise": {"person": False},
            "other": {"person": False},
        },
        "zones": {"north": {"population": 500, "x_km": 0, "y_km": 5}, "south": {"population": 500, "x_km": 0, "y_km": 0}},
        "travel": {"speed_kmh": 30, "detour_factor": 1.0, "within_zone_min": 4},
        "responders": responders,
        "programmes": {"crisis_team": {"units": ["team"], "takes": ["crisis"]}},
        "policy": {"name": "tiered", "wait_for_programme_min": 10, "wait_from_priority": 2},
        "response_plans": {"armed": {**PLAN, "alternatives": plan or {"joint": JOINT}}},
        "facilities": {"general_ed": {"kind": "ed", "zone": "south", "handover_min": 30}},
        **changes,
    }
    return Scenario.model_validate(data)


def world(calls: list[dict[str, Any]], **changes: Any) -> World:
    """The town with these calls; of each `at`, `type`, `priority`, `zone`, `flags`, `truth` may be given."""
    register(["sim.policies", "sim.outcomes"])
    built = build_world(scenario(**changes))
    names = built.names
    rows, lucks = blank_rows(CallRow, len(calls)), np.zeros(len(calls), dtype_of(LuckRow))
    for i, call in enumerate(calls):
        kind = call.get("type", "crisis")
        rows[i]["id"], rows[i]["received_s"] = i, at(call["at"])
        rows[i]["type"], rows[i]["zone"] = names.types.index(kind), names.zones.index(call.get("zone", "north"))
        rows[i]["priority"], rows[i]["flags"] = call.get("priority", 2), call.get("flags", 0)
        lucks[i]["type"] = names.types.index(call.get("truth", kind))
    return dataclasses.replace(built, calls=rows, lucks=lucks)


def ledger(town: World, told: list[Told]) -> npt.NDArray[Any]:
    """Rows as told, behind the starts of all shifts of cars that begin at midnight: statuses from the legal moves."""
    all_day = [name for name in town.names.units if "/all_day/" in name]
    begun: list[Told] = [("-24:00", "SHIFT_START", -1, name, None) for name in all_day]
    units: dict[int, int] = {}
    calls: dict[int, int] = {}
    rows = []
    for clock, name, call, unit_name, disposition in [*begun, *told]:
        event, unit = Event[name], town.names.units.index(unit_name) if unit_name else -1
        before = calls.get(call, int(CallStatus.EXPECTED))
        if call >= 0 and NEXT_CALL_STATUS[before][event] >= 0:
            calls[call] = NEXT_CALL_STATUS[before][event]
        after = calls.get(call, before)
        if unit >= 0:
            before = units.get(unit, 0)
            after = units[unit] = NEXT_STATUS[before][event]
            assert after >= 0, f"{clock} {name} of {unit_name} is no move"
        ending = -1 if disposition is None else Disposition[disposition]
        place = 0 if unit >= 0 and {before, after} & AT_A_DOOR else -1  # the town has one
        rows.append((at(clock), call, unit, -1, event, before, after, ending, -1, place))
    return np.array(rows, dtype_of(LedgerRow))


def story(calls: list[dict[str, Any]], told: list[Told], call: int = 0, **changes: Any) -> Story:
    """The story of one call of such a ledger."""
    town = world(calls, **changes)
    return Story(town, ledger(town, told), call)


BUSY: dict[str, Any] = {  # everything a call may live through, often
    "types": {
        "crisis": {
            "acuity": {"low": 0.5, "middle": 0.3, "high": 0.2},
            "priorities": {1: 0.2, 2: 0.4, 3: 0.4},
            "weapon_share": 0.3,
            "violence_risk_share": 0.2,
            "patience_min": 60,
            "gives_up_until": "on_scene",
            "escalates": {"share": 0.3, "after_min": 20},
            "no_need_share": 0.3,
            "mislabelled": {"share": 0.2, "taken_for": "other"},
        },
        "other": {"person": False, "on_scene_min": 40, "priorities": {1: 0.1, 4: 0.9}},
    },
    "response_plans": {
        "armed": {
            "takes": ["crisis"],
            "only_if": ["weapon"],
            "alternatives": {
                "joint": {"roles": ["officer", "clinician"], "full_crew_wait_min": 5, "give_up_min": 2, "lead": "clinician"},
                "two": {"rank": 2, "after_min": 5, "roles": ["officer", "officer"], "minimum": ["officer"]},
                "any": {"rank": 3, "after_min": 15, "roles": ["anybody"]},
            },
        },
        "soft": {
            "rank": 2,
            "takes": ["crisis"],
            "priorities": [2, 3],
            "alternatives": {
                "a": {"roles": ["clinician", "officer"], "minimum": ["clinician"], "stand_by": ["officer"], "give_up_min": 6},
            },
        },
    },
    "dispatch": {"diverts": {2: [1], 3: [1, 2], 4: [1, 2]}, "call_back_after_min": 15},
    "uptake": {"first": {"all": 0.8}},
    "outcomes": {"reference": {"all": {"contact": 0.9, "ed": 0.4, "force": 0.3, "later_ed_72h": 0.1, "later_ed_30d": 0.2}}},
    "policy": {"name": "nearest"},
}
HABITS: dict[str, dict[str, Any]] = {
    "patrol": {
        "on_scene_min": 40,
        "paperwork_min": 20,
        "turnout_min": 1,
        "recognises_share": 0.5,
        "asks": {"role": "clinician", "share": {"all": 0.6}, "wait_min": 20, "takes_charge": True},
        "leaves_after_min": 10,
        "breaks": {"after_h": 3, "minutes": 30},
        "when_idle": "goes_home",
    },
    "team": {
        "on_scene_min": 60,
        "paperwork_min": 30,
        "relay": {"delay_min": 3, "fails_share": 0.2},
        "end_of_shift": {"last_calls_min": 60, "on_the_way": "turns_back"},
    },
    "ems": {"on_scene_min": 30},
    "screen": {"on_scene_min": 20},
}


def busy_street() -> World:
    """The town as it is played on a week with too much to do."""
    register(["sim.policies", "sim.outcomes"])
    demand = {
        "calls_per_year": 20000,
        "mix": {"crisis": 1.0},
        "other_calls_per_year": 20000,
        "channels": {"911": 0.6, "988": 0.4},
    }
    plain = scenario(demand=demand, **BUSY).model_dump(mode="json", exclude_none=True)
    for name, habits in HABITS.items():
        plain["responders"][name] |= habits
        for shift in plain["responders"][name]["shifts"].values():
            shift["days"] = "all"
    return build_world(Scenario.model_validate(plain))
