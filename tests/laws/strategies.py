"""Random small towns for laws: coarse clocks for ties, overload, empty days, no unit at all, shifts past midnight."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim.scenario.schema import Scenario

HOURS = [f"{h:02d}:00" for h in range(24)]
DECISIONS = ("contact", "medical", "arrest", "hold", "ed", "crisis_centre", "referral", "force", "later_ed_72h", "later_ed_30d")
FAMILIES = ("fixed", "exponential", "lognormal", "gamma")


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
def call_types(draw: st.DrawFn, person: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "person": person,
        "priorities": draw(st.sampled_from([{1: 1.0}, {1: 0.5, 3: 0.5}, {2: 0.2, 3: 0.3, 4: 0.5}])),
        "on_scene_spread": {"family": draw(st.sampled_from(FAMILIES)), "cv": 1.0},
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
    policy: dict[str, Any] = draw(
        st.sampled_from(
            [{"name": "nearest"}, {"name": "police_first"}, {"name": "tiered"}, {"name": "tiered", "wait_for_programme_min": 20}]
        )
    )
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
        "travel": {
            "speed_kmh": 30,
            "within_zone_min": draw(st.sampled_from([0, 5])),
            "p90_over_median": draw(st.sampled_from([1.0, 2.0])),
        },
        "responders": {
            "patrol": draw(responders({"officer": 1}, "all")),
            "team": draw(responders({"officer": 1, "clinician": 1}, "people")),
            "ems": draw(responders({"medic": 2}, "people")),
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


def scenarios() -> st.SearchStrategy[Scenario]:
    """Valid scenarios."""
    return scenario_data().map(Scenario.model_validate)
