"""Towns with phones, doors and people made so that rare statements matter, each for one of them."""

from __future__ import annotations

from typing import Any

from sim.scenario.schema import Scenario
from sim.world import World, build_world

Data = dict[str, Any]
ALL_DAY = {"days": "all", "start": "00:00", "end": "24:00"}
NIGHT = {"a": {"days": "all", "start": "20:00", "end": "23:00", "posts": 1}}
EVERYBODY = {"contact": 1.0, "hold": 0.3, "ed": 0.4, "crisis_centre": 0.8, "referral": 0.5}
FOLLOW_UP = {
    "case_managers": 4, "caseload": 3, "success_share": 0.5, "due_h": 6, "first_after_h": 1, "every_h": 1, "care_days": 0.1,
    "raised_share": {"resolved": 1.0, "referred": 1.0, "ed": 1.0, "crisis_centre": 1.0},
}  # fmt: skip
PEOPLE = {
    "unhoused_share": 0.5,
    "ages": {"adult": 0.7, "youth": 0.3},
    "recurrent": {
        "per_1000": 10, "crises_per_year": 300, "frailty_cv": 0.5, "care_factor": 0.2, "unresolved_factor": 3,
        "unresolved_days": 0.3,
    },
}  # fmt: skip


def town(**given: Any) -> Data:
    """A town of two crowded days in two zones, four cars and one ED; the arguments say what is special."""
    cars = {"crew": {"officer": 1}, "transports": True, "on_scene_min": 30, "turnout_min": 1, "title": "a car"}
    data: Data = {
        "name": "corner",
        "place": {"population": 1000},
        "run": {"begins": "2027-03-01", "warm_up_days": 1, "days": 1, "run_out_days": 0, "seed": 7},
        "demand": {
            "calls_per_year": 25_000,
            "mix": {"crisis": 0.7, "welfare": 0.3},
            "other_calls_per_year": 4000,
            "channels": {"911": 0.6, "988": 0.4},
        },
        "types": {
            "crisis": {"priorities": {1: 0.4, 3: 0.6}, "weapon_share": 0.2, "patience_min": 240},
            "welfare": {"patience_min": 120, "mislabelled": {"share": 0.4, "taken_for": "other"}},
            "other": {"person": False, "on_scene_min": 20, "patience_min": 240, "priorities": {1: 0.5, 4: 0.5}},
        },
        "zones": {
            "a": {"population": 500, "x_km": 0.0, "y_km": 0.0},
            "b": {"population": 500, "x_km": 5.0, "y_km": 0.0},
        },
        "travel": {"speed_kmh": 30, "within_zone_min": 4, "p90_over_median": 1.4},
        "responders": {"patrol": cars | {"shifts": {"s": ALL_DAY | {"posts": 4}}}},
        "policy": {"name": "nearest"},
        "facilities": {"ed": door("ed", "a")},
        "outcomes": {
            "reference": {"all": EVERYBODY},
            "nobody": {"all": {"contact": 1.0, "ed": 0.5, "arrest": 0.3}},
            "phone": {"all": {"later_ed_72h": 0.3, "later_ed_30d": 0.5, "ed": 0.2}},
        },
    }
    return data | given


def door(kind: str, zone: str, **given: Any) -> Data:
    """A facility people stay at for two hours."""
    return {"kind": kind, "zone": zone, "stay_h": 2, "handover_min": 10, **given}


def desk(**given: Any) -> Data:
    """A desk at which people wait all morning."""
    return {"shifts": NIGHT, "handling_min": {"all": 6}, "patience_min": 300, **given}


def change(before: Data, after: Data) -> World:
    """The second town, with the first one lived until its plan starts."""
    return build_world(Scenario.model_validate(after), baseline=Scenario.model_validate(before))


def phone_changes() -> list[World]:
    """Desks that go while people ring there, or while somebody who hung up is about to ring again; and desks that come."""
    again = {"share": 1.0, "after_min": 500, "desk": "line"}
    both = {"line": desk(channels=["988"]), "alarm": desk(channels=["911"], rings_again=again, patience_min=60)}
    alone = {"alarm": desk(channels=["911"])}
    nurse = desk(shifts={"a": ALL_DAY | {"posts": 2}}, resolves_share={"all": 0.3})
    hands_on = {"desk": "nurse", "only_if_free": True, "never_if": []}
    with_nurse = {"alarm": desk(channels=["911", "988"], shifts=nurse["shifts"], hands_on=hands_on), "nurse": nurse}
    aide = {"aide": nurse, "line": desk(channels=["988"], spills={"desk": "aide", "after_min": 20}, patience_min=60)}
    aide["alarm"] = desk(channels=["911"], shifts=nurse["shifts"], hands_on=hands_on | {"desk": "aide", "only_if_free": False})
    spills = {"alarm": desk(channels=["911"], spills={"desk": "nurse", "after_min": 30}), "nurse": nurse}
    found = [(both, alone), (alone, both), (with_nurse, alone), (with_nurse, spills), (spills, both), (aide, both), (both, aide)]
    towns = [(town(phone={"desks": first}), town(phone={"desks": second})) for first, second in found]
    towns += [(town(phone={"desks": both}), town()), (town(), town(phone={"desks": with_nurse}))]
    return [change(*pair) for pair in towns]


def door_changes() -> list[World]:
    """Doors with little room that gain or lose it, wards that come and go, and doors that go while people wait there."""
    small = {"ed": door("ed", "a", places=3, bays=1, handover_min=40, inpatient_share=0.7), "jail": door("jail", "b", places=1)}
    centre = {"centre": door("crisis_centre", "b", places=2, other_load={"per_day": 6}, ages=["adult"], open="08:00-20:00")}
    ward = {"ward": door("inpatient", "b", places=2, stay_h=5), "ward_a": door("inpatient", "a", places=1, never_if=["weapon"])}
    slow_ward = {"ward": door("inpatient", "a", places=1, stay_h=90)}
    large = {"ed": door("ed", "a", places=6, when_full="next"), "ed_b": door("ed", "b", places=1, when_full="next", bays=1)}
    hours = {"day": {"days": "all", "start": "09:00", "end": "17:00", "places": 5}}
    by_day = {"ed": door("ed", "a", places=1, hours=hours, inpatient_share=0.5), "ward": ward["ward"] | {"hours": hours}}
    more_bays = {"ed": small["ed"] | {"bays": 4}}
    bare = {"ed": {"kind": "ed", "zone": "a", "handover_min": 10}}
    pairs = [
        (small | ward, small | centre), (small | centre, large | centre | ward), (large | centre | ward, small | ward),
        (by_day, by_day), (small | ward, bare), (bare, small | ward), (small | slow_ward, small), (small, small | ward),
        (small, more_bays), (small | slow_ward, small | ward), (small | slow_ward, centre | bare),
    ]  # fmt: skip
    many_cars = {"patrol": town()["responders"]["patrol"] | {"shifts": {"s": ALL_DAY | {"posts": 12}}}}
    common = {"people": PEOPLE, "responders": many_cars}
    return [change(town(facilities=first, **common), town(facilities=second, **common)) for first, second in pairs]


def people_changes() -> list[World]:
    """People who are reached, live with services, and are looked after under one plan and not under the other."""
    home = {"ed": door("ed", "a"), "home": door("housing", "a", stay_h=8, places=6), "care": door("treatment", "b", stay_h=15)}
    full = home | {"care": door("treatment", "b", stay_h=40, places=3, when_full="next")}
    few = FOLLOW_UP | {"case_managers": 1, "attempts": 2, "success_share": 0.3}
    long = FOLLOW_UP | {"care_days": 0.5, "due_h": 1}
    known = [
        town(facilities=home, people=PEOPLE, follow_up=FOLLOW_UP),
        town(facilities=full, people=PEOPLE, follow_up=few),
        town(people=PEOPLE, follow_up=long),
        town(facilities=full, people=PEOPLE),
    ]
    met = [begun(row) for row in known]
    alone = town(people=PEOPLE, follow_up=long, facilities={"ed": {"kind": "ed"}})
    pairs = [(known[0], known[1]), (known[1], known[3]), (known[3], known[0]), (met[0], met[2]), (alone, alone)]
    return [change(*pair) for pair in pairs]


def begun(data: Data) -> Data:
    """The same town, in which cars come across people, and visit others, when they are idle."""
    met, visit = {"met_by_units": True, "only_by": ["patrol"], "age": "youth"}, {"only_by": ["patrol"]}
    outreach = {"round": {"type": "visit", "days": "all", "visits_per_week": 60, "unhoused": True}}
    demand = data["demand"] | {"initiated": {"met": 9000}, "outreach": outreach}
    return data | {"types": data["types"] | {"met": met, "visit": visit}, "demand": demand}


def coupled_corners() -> list[World]:
    """All of them."""
    return [*phone_changes(), *door_changes(), *people_changes()]
