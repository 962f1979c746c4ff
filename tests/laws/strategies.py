"""Random small towns for laws: coarse clocks for ties, overload, empty days, no unit at all, shifts past midnight."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim.scenario.schema import Scenario

HOURS = [f"{h:02d}:00" for h in range(24)]
POLICIES = (
    {"name": "nearest"}, {"name": "police_first"}, {"name": "tiered"}, {"name": "tiered", "wait_for_programme_min": 20},
    {"name": "co_response"}, {"name": "secondary_response"}, {"name": "clinician_first"}, {"name": "reserve", "reserve": 1},
    {"name": "sector"}, {"name": "expected_coverage"}, {"name": "mutual_aid"},
)  # fmt: skip
ROLES = ("officer", "clinician", "medic", "anybody")
DECISIONS = ("contact", "medical", "arrest", "hold", "ed", "crisis_centre", "referral", "force", "later_ed_72h", "later_ed_30d")
FAMILIES = ("fixed", "exponential", "lognormal", "gamma", "weibull", "empirical")


@st.composite
def shifts(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(st.sampled_from(HOURS))
    end = draw(st.sampled_from([h for h in [*HOURS[1:], "24:00"] if h != start]))
    return {
        "days": draw(st.sampled_from(["all", "mon-fri", "sat-sun", "fri-mon"])),
        "start": start,
        "end": end,
        "posts": draw(st.integers(0, 2)),
    }


@st.composite
def rows_of_outcomes(draw: st.DrawFn) -> dict[str, float]:
    return {name: draw(st.sampled_from([0.0, 0.2, 0.5, 1.0])) for name in DECISIONS}


@st.composite
def spreads(draw: st.DrawFn) -> dict[str, Any]:
    family = draw(st.sampled_from(FAMILIES))
    own = {"quantiles": [0.0, 2.0, 3.0, 9.0]} if family == "empirical" else {}
    return {"family": family, "cv": 1.0, "zero_share": draw(st.sampled_from([0.0, 0.0, 0.3])), **own}


@st.composite
def ways(draw: st.DrawFn) -> dict[str, Any]:
    family = draw(st.sampled_from(FAMILIES[2:]))
    return {
        "speed_kmh": 30,
        "within_zone_min": draw(st.sampled_from([0, 5])),
        "p90_over_median": draw(st.sampled_from([1.0, 2.0])),
        "family": family,
        "zero_share": draw(st.sampled_from([0.0, 0.2])),
        **({"quantiles": [0.5, 1.0, 2.0, 4.0]} if family == "empirical" else {}),
    }


@st.composite
def call_types(draw: st.DrawFn, person: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "person": person,
        "priorities": draw(st.sampled_from([{1: 1.0}, {1: 0.5, 3: 0.5}, {2: 0.2, 3: 0.3, 4: 0.5}])),
        "on_scene_spread": draw(spreads()),
        "patience_min": draw(st.sampled_from([None, 0, 30, 240])),
    }
    if person:
        share = st.sampled_from([0.0, 0.3])
        row |= {"weapon_share": draw(share), "medical_need_share": draw(share), "violence_risk_share": draw(share)}
        row["acuity"] = {"low": 0.5, "middle": 0.3, "high": 0.2}
    else:
        row["on_scene_min"] = draw(st.sampled_from([10, 60, 240]))
    return row


@st.composite
def responders(draw: st.DrawFn, crew: dict[str, int], takes: Any) -> dict[str, Any]:
    minutes = st.sampled_from([0, 1, 30, 60])
    return {
        "title": "a crew",
        "crew": crew,
        "transports": draw(st.booleans()),
        "takes": takes,
        "turnout_min": draw(minutes),
        "on_scene_min": draw(st.sampled_from([0, 30, 60, 300])),
        "paperwork_min": draw(st.sampled_from([0, 0, 60, 200])),
        "ambulance_wait_min": draw(minutes),
        "unavailable_share": draw(st.sampled_from([0.0, 0.3])),
        "shifts": {name: draw(shifts()) for name in draw(st.sampled_from([["a"], ["a", "b"], []]))},
        "effects": {"matched": {"arrest": 0.5, "ed": 0.4, "referral": 1.7}},
    }


@st.composite
def scenario_data(draw: st.DrawFn) -> dict[str, Any]:
    """Plain data of a whole small scenario of 2 to 4 days."""
    zones = {
        name: {"population": 500, "x_km": i * 2.0, "y_km": 0.0}
        for i, name in enumerate(draw(st.sampled_from([["n"], ["n", "s", "w"]])))
    }
    types = {"crisis": draw(call_types(True)), "welfare": draw(call_types(True)), "other": draw(call_types(False))}
    handover = draw(st.sampled_from([0, 60]))
    policy: dict[str, Any] = draw(st.sampled_from(POLICIES))
    zone = next(iter(zones))
    return {
        "name": "town",
        "place": {"population": 1000},
        "run": {
            "begins": "2027-02-26",
            "warm_up_days": 0,
            "days": draw(st.integers(1, 3)),
            "run_out_days": 1,
            "seed": draw(st.integers(0, 2**40)),
        },
        "demand": {
            "calls_per_year": draw(st.sampled_from([0, 2000, 20000])),
            "mix": {"crisis": 0.6, "welfare": 0.4},
            "other_calls_per_year": draw(st.sampled_from([0, 5000, 40000])),
            "day_effect_cv": draw(st.sampled_from([0, 0.3])),
        },
        "types": types,
        "zones": zones,
        "travel": draw(ways()),
        "turnout_spread": draw(st.none() | spreads()),
        "responders": {
            "patrol": draw(responders({"officer": 1}, "all")),
            "team": draw(responders({"officer": 1, "clinician": 1}, "people")),
            "ems": draw(responders({"medic": 2}, "people")),
            **draw(st.sampled_from([{}, {"civilians": {"clinician": 1, "peer": 1}}]).flatmap(others)),
        },
        "programmes": {
            "crisis_team": {"units": ["team"], "takes": draw(st.sampled_from(["people", ["crisis"]])), "never_if": ["weapon"]},
        },
        "policy": policy,
        "outcomes": {
            "reference": {"all": draw(rows_of_outcomes())},
            "nobody": {"all": draw(rows_of_outcomes())},
            "acuity_log_odds": {"high": 0.7},
        },
        "facilities": {
            "ed": {"kind": "ed", "zone": zone, "handover_min": handover},
            "jail": {"kind": "jail", "zone": zone, "handover_min": handover},
            "centre": {
                "kind": "crisis_centre",
                "zone": zone,
                "handover_min": 10,
                "open": draw(st.sampled_from(["00:00-24:00", "08:00-20:00", "20:00-04:00"])),
            },
        },
        "rates": {
            "officer_fte_usd": 100000,
            "clinician_fte_usd": 90000,
            "medic_fte_usd": 80000,
            "paid_hours_per_fte_year": 2087,
            "ed_visit_usd": 2700,
        },
    }


def others(crews: dict[str, dict[str, int]]) -> st.SearchStrategy[dict[str, Any]]:
    """Further responder types of these crews."""
    return st.fixed_dictionaries({name: responders(crew, "people") for name, crew in crews.items()})


@st.composite
def alternatives(draw: st.DrawFn, rank: int) -> dict[str, Any]:
    """One way to answer a call with one to three roles."""
    roles = draw(st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True))
    roles += draw(st.sampled_from([[], ["officer"]])) if "officer" in roles else []
    part = st.lists(st.sampled_from(sorted(set(roles))), min_size=1, max_size=len(set(roles)), unique=True)
    row: dict[str, Any] = {
        "rank": rank,
        "roles": roles,
        "after_min": draw(st.sampled_from([0, 5, 30])),
        "full_crew_wait_min": draw(st.sampled_from([0, 10])),
        "give_up_min": draw(st.sampled_from([0, 15, 60])),
    }
    if draw(st.booleans()):
        row["minimum"] = draw(part)
        row["sent_together"] = draw(part)
    if draw(st.booleans()):
        row["lead"] = draw(st.sampled_from(roles))
    if len(set(roles)) > 1 and draw(st.integers(0, 3)) == 0:
        row["stand_by"] = [roles[0]]
    if draw(st.booleans()):
        row["settles_as"] = "team"
    return row


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Response plans, none, one or two."""
    found: dict[str, Any] = {}
    for rank, name in enumerate(draw(st.sampled_from([[], ["joint"], ["joint", "urgent"]])), 1):
        found[name] = {
            "rank": rank,
            "takes": draw(st.sampled_from(["people", "all", ["crisis"]])),
            "priorities": draw(st.sampled_from([None, [1], [2, 3, 4]])),
            "only_if": draw(st.sampled_from([[], ["weapon"]])),
            "alternatives": {f"a{k}": draw(alternatives(k)) for k in range(1, draw(st.integers(2, 4)))},
        }
    return found


@st.composite
def habits(draw: st.DrawFn) -> dict[str, Any]:
    """What a responder type does beside driving and working: breaks, posts, asking, leaving early, another centre."""
    row: dict[str, Any] = {
        "stages": draw(st.booleans()),
        "when_idle": draw(st.sampled_from(["stays", "goes_home", "covers"])),
        "recognises_share": draw(st.sampled_from([0.0, 0.5, 1.0])),
        "end_of_shift": {
            "last_calls_min": draw(st.sampled_from([0, 60])),
            "last_priority": draw(st.sampled_from([1, 3])),
            "on_the_way": draw(st.sampled_from(["goes_on", "turns_back"])),
        },
    }
    if draw(st.booleans()):
        row["leaves_after_min"] = draw(st.sampled_from([0, 10, 90]))
    if draw(st.booleans()):
        row["asks"] = {
            "role": draw(st.sampled_from(ROLES[:3])),
            "share": {"all": draw(st.sampled_from([0.5, 1.0]))},
            "after_min": draw(st.sampled_from([0, 5])),
            "wait_min": draw(st.sampled_from([0, 30])),
            "takes_charge": draw(st.booleans()),
        }
    if draw(st.booleans()):
        row["breaks"] = {"after_h": draw(st.sampled_from([1, 4])), "minutes": 30}
    if draw(st.integers(0, 3)) == 0:
        row["relay"] = {"delay_min": draw(st.sampled_from([0, 5])), "fails_share": 0.3}
    if draw(st.booleans()):
        row["transport_by"] = draw(st.sampled_from(["medic", "officer"]))
    return row


@st.composite
def street_data(draw: st.DrawFn) -> dict[str, Any]:
    """A small scenario in which units meet, wait, ask, are diverted, rest, and move to posts."""
    data: dict[str, Any] = draw(scenario_data())
    for row in data["responders"].values():
        row |= draw(habits())
        if draw(st.integers(0, 2)) > 0:
            row["shifts"]["a"] = {"days": "all", "start": "00:00", "end": "24:00", "posts": draw(st.integers(1, 3))}
        if "b" in row["shifts"]:
            row["shifts"]["b"] |= draw(st.sampled_from([{}, {"on_call": True, "turnout_min": 20}, {"stagger_min": 90}]))
    if "civilians" in data["responders"] and draw(st.integers(0, 3)) == 0:
        data["responders"]["civilians"]["remote"] = True
    for zone, owner in zip(data["zones"].values(), "aba", strict=False):
        zone["jurisdiction"] = owner
    if draw(st.booleans()):
        data["types"]["crisis"]["mislabelled"] = {"share": 0.4, "taken_for": "other"}
    data["types"]["welfare"] |= {"gives_up_until": "on_scene", "no_need_share": 0.3, "escalates": {"share": 0.5, "after_min": 20}}
    data["response_plans"] = draw(plans())
    data["dispatch"] = {
        "diverts": draw(st.sampled_from([{}, {4: [1], 3: [1, 2]}, {2: [1], 3: [1], 4: [1, 2, 3]}])),
        "call_back_after_min": draw(st.sampled_from([None, 15])),
        "cover_min": 5,
    }
    if draw(st.booleans()):
        data["demand"]["channels"] = {"911": 0.7, "988": 0.3}
        data["uptake"] = {"first": {"all": 0.3}, "later": {"988": 0.9}, "months": 1}
    data["outcomes"] |= {"force_weapon_share": 0.5, "force_serious_share": 0.2}
    return data


def streets() -> st.SearchStrategy[Scenario]:
    """The same as checked scenarios."""
    return street_data().map(Scenario.model_validate)


def scenarios() -> st.SearchStrategy[Scenario]:
    """Valid scenarios."""
    return scenario_data().map(Scenario.model_validate)
