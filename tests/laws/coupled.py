"""Random small towns with phone, doors, people and follow-up in any combination, and pairs of plans that differ in them.

Extremes are likely: no position, no place, one bay, no handling time, patience without end, everybody ill again at once.
"""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from sim.scenario.schema import Scenario
from sim.world import World, build_world
from tests.laws.strategies import call_types, rows_of_outcomes, scenario_data, shifts, street_data

Data = dict[str, Any]
DESKS = ("alarm", "line", "nurse")
ENDINGS = ("resolved", "referred", "crisis_centre", "ed", "ed_medical", "hold", "arrest", "no_contact")
ALWAYS = {"days": "all", "start": "00:00", "end": "24:00"}
KINDS = {
    "ed": "ed", "ed_b": "ed", "jail": "jail", "centre": "crisis_centre", "sobering": "sobering", "ward": "inpatient",
    "ward_b": "inpatient", "home": "housing", "care": "treatment",
}  # fmt: skip
DOORS_ASKED = (
    {"ed": 0.7},
    {"arrest": 0.7},
    {"crisis_centre": 1.0},
    {"hold": 0.5, "crisis_centre": 0.7},
    {"arrest": 0.2, "hold": 0.2, "ed": 0.3, "crisis_centre": 0.5, "referral": 0.5},
)
SHARES = (0.0, 0.3, 1.0)


def either(draw: st.DrawFn, *values: Any) -> Any:
    """One of the values."""
    return draw(st.sampled_from(values))


@st.composite
def desks(draw: st.DrawFn, later: tuple[str, ...], others: tuple[str, ...]) -> Data:
    """One desk; it hands calls on only to later ones, so none goes round for ever."""
    row: Data = {
        "handling_min": either(draw, {}, {"all": 0}, {"all": 4}, {"all": 60, "crisis": 1}),
        "patience_min": either(draw, None, 0, 1, 30),
        "resolves_share": either(draw, {}, {"all": 0.5}, {"crisis": 1.0, "all": 0.3}),
        "sensitivity_share": either(draw, None, *SHARES),
        "false_alarm_share": either(draw, *SHARES),
        "never_if": either(draw, [], ["weapon"]),
        "shifts": either(draw, {}, {"a": ALWAYS | {"posts": 1}}, {"a": ALWAYS | {"posts": 3}}, {"a": draw(shifts())}),
    }
    if draw(st.booleans()):
        again_at = either(draw, None, *others)
        row["rings_again"] = {"share": either(draw, 0.5, 1.0), "after_min": either(draw, 0, 2, 600), "desk": again_at}
    if others and draw(st.booleans()):
        row["spills"] = {"desk": either(draw, *others), "after_min": either(draw, 1, 5)}
    if later and draw(st.booleans()):
        row["hands_on"] = {
            "desk": either(draw, *later),
            "takes": either(draw, "people", ["crisis"], ["other", "crisis"]),
            "never_if": either(draw, [], ["weapon", "medical_need"]),
            "only_if_free": either(draw, True, False),
        }
    return row


@st.composite
def phones(draw: st.DrawFn) -> Data:
    """One to three desks; the last may have no channel of its own."""
    names = DESKS[: draw(st.integers(1, 3))]
    rows = {name: draw(desks(names[i + 1 :], tuple(other for other in names if other != name))) for i, name in enumerate(names)}
    channels = either(draw, (["911"], ["988"], []), (["988", "911"], [], []), (["988"], ["911"], []))
    for row, own in zip(rows.values(), channels, strict=False):
        row["channels"] = own
    return {
        "desks": rows,
        "false_alarm_as": either(draw, None, "crisis", "welfare"),
        "handling_spread": {"family": either(draw, "fixed", "exponential", "lognormal")},
    }


@st.composite
def doors(draw: st.DrawFn) -> Data:
    """What a facility may say about room, time and whom it takes."""
    row: Data = {
        "bays": either(draw, None, None, 1, 1, 2),
        "places": either(draw, None, 0, 1, 2),
        "stay_h": either(draw, None, 0, 1, 12, 60),
        "when_full": either(draw, None, "wait", "next"),
        "handover_min": either(draw, 0, 10, 90),
        "handover_by_min": either(draw, {}, {"patrol": 0}, {"patrol": 45, "ems": 5}),
        "takes": either(draw, "all", "all", ["crisis", "other"]),
        "ages": either(draw, ["youth", "adult", "elder"], ["youth", "adult", "elder"], ["adult"]),
        "never_if": either(draw, [], [], ["weapon"]),
        "inpatient_share": either(draw, *SHARES),
        "hold_inpatient_share": either(draw, None, 1.0),
    }
    if row["places"] is not None and draw(st.booleans()):
        hours = {"days": either(draw, "all", "fri-sat"), "start": either(draw, "00:00", "09:00"), "end": "17:00"}
        row["hours"] = {"other": hours | {"places": either(draw, 0, 1, 3)}}
    if row["stay_h"] is not None and draw(st.booleans()):
        row["other_load"] = {"per_day": either(draw, 0, 2, 20)}
    return row


@st.composite
def houses(draw: st.DrawFn, zones: tuple[str, ...]) -> dict[str, Data]:
    """Doors of every kind."""
    found: dict[str, Data] = {}
    for name, kind in KINDS.items():
        if name in ("ed", "jail", "centre") or draw(st.booleans()):
            found[name] = {"kind": kind}
    for name, row in found.items():
        row |= draw(doors()) | {"zone": either(draw, *zones)}
        if row["kind"] in ("housing", "treatment"):
            row |= {"bays": None, "stay_h": either(draw, 0, 24)}
        if row["kind"] in ("crisis_centre", "sobering"):
            row["open"] = either(draw, "00:00-24:00", "08:00-20:00", "20:00-04:00")
        if name.startswith("ward"):
            row |= {"stay_h": either(draw, 5, 60), "inpatient_share": 0.0, "hold_inpatient_share": None}
    return found


@st.composite
def peoples(draw: st.DrawFn) -> Data:
    """Ages and housing, and perhaps some whose crises come again and again."""
    row: Data = {
        "ages": either(draw, {}, {"youth": 0.3, "adult": 0.4, "elder": 0.3}),
        "unhoused_share": either(draw, *SHARES),
        "recurrent_unhoused_share": either(draw, None, 1.0),
    }
    if draw(st.integers(0, 3)) > 0:
        row["recurrent"] = {
            "per_1000": either(draw, 1, 3, 6),
            "crises_per_year": either(draw, 50, 500),
            "frailty": either(draw, "gamma", "lognormal"),
            "frailty_cv": either(draw, 0, 1, 3),
            "mix": either(draw, {}, {"crisis": 1.0}),
            "care_factor": either(draw, 0, 0.5, 1, 3),
            "unresolved_factor": either(draw, 0, 1, 3),
            "unresolved_days": either(draw, 0, 0.1, 30),
        }
    return row


@st.composite
def follow_ups(draw: st.DrawFn) -> Data:
    """A few case managers with few people each, soon or late."""
    return {
        "case_managers": either(draw, 0, 1, 1, 2, 3),
        "caseload": either(draw, 0, 1, 2, 5),
        "raised_share": {name: either(draw, 0.5, 1.0) for name in ENDINGS if draw(st.booleans())},
        "due_h": either(draw, 0, 1, 24),
        "first_after_h": either(draw, 0, 1, 10),
        "every_h": either(draw, 0, 1, 10),
        "attempts": either(draw, 1, 2, 5),
        "success_share": either(draw, *SHARES),
        "care_days": either(draw, 0, 0.05, 0.2, 30),
    }


def _enliven(data: Data, endings: dict[str, float]) -> None:
    """Let most people be met, by many cars, and many be brought somewhere."""
    for row in ("reference", "nobody"):
        data["outcomes"][row] = {"all": {"contact": 0.9, "later_ed_30d": 0.2} | endings}
    for name, posts in (("patrol", 4), ("ems", 2)):
        data["responders"][name]["shifts"] = {"a": ALWAYS | {"posts": posts}}
        data["responders"][name] |= {"transports": True, "unavailable_share": 0.0, "on_scene_min": 20}


def _set_types(draw: st.DrawFn, data: Data) -> None:
    """Ages that only some types have, types kept for some crews, and what units begin themselves."""
    types, demand = data["types"], data["demand"]
    types["crisis"]["age"] = either(draw, None, None, "youth")
    types["welfare"]["only_by"] = either(draw, None, None, ["team"], ["patrol", "team"])
    if draw(st.integers(0, 2)) == 0:
        types["met"] = draw(call_types(True)) | {"met_by_units": True, "only_by": either(draw, ["patrol"], ["ems", "patrol"])}
        demand["initiated"] = {"met": either(draw, 1000, 8000)}
    if draw(st.integers(0, 2)) == 0:
        types["visit"] = draw(call_types(True)) | {"only_by": either(draw, ["patrol"], ["team", "patrol"])}
        hours = either(draw, {"days": "all"}, {"days": "all", "start": "22:00", "end": "03:00"}, {"days": "fri-sat"})
        demand["outreach"] = {"round": hours | {"type": "visit", "visits_per_week": either(draw, 20, 80), "unhoused": True}}


@st.composite
def coupled_data(draw: st.DrawFn) -> Data:
    """A small scenario of 1 to 5 days with any of phone, doors, people and follow-up."""
    data: Data = draw(st.one_of(scenario_data(), street_data()))
    data["run"] |= {"warm_up_days": either(draw, 0, 1, 2), "days": either(draw, 1, 2), "run_out_days": either(draw, 0, 1)}
    data["demand"]["channels"] = either(draw, {}, {"911": 0.5, "988": 0.5}, {"911": 0.4, "988": 0.3, "school": 0.3})
    if "uptake" in data:
        data["uptake"]["later"] = {}
    if draw(st.booleans()):
        _enliven(data, either(draw, *DOORS_ASKED))
    is_all_on = draw(st.integers(0, 3)) == 0
    _set_types(draw, data)
    if is_all_on or draw(st.booleans()):
        data["phone"] = draw(phones())
        data["outcomes"]["phone"] = {"all": draw(rows_of_outcomes())}
    if is_all_on or draw(st.integers(0, 3)) > 0:
        data["facilities"] = draw(houses(tuple(data["zones"])))
        data["stay_spread"] = {"family": either(draw, "fixed", "exponential", "gamma")}
    if is_all_on or draw(st.booleans()):
        data["people"] = draw(peoples())
    if is_all_on or draw(st.booleans()):
        data["follow_up"] = draw(follow_ups())
    if draw(st.integers(0, 2)) == 0:
        data["demand"]["induced"] = {"share": either(draw, 0.5, 3), "seen": ["crisis_team"]}
    if data.get("people", {}).get("recurrent"):
        data["demand"]["calls_per_year"] = 20_000  # theirs are part of all calls
    return data


def _without_desks(data: Data, gone: set[str]) -> None:
    """Take desks out of a plan, and what others do with them."""
    rows = data["phone"]["desks"]
    kept = {name: row for name, row in rows.items() if name not in gone}
    if not kept:
        del data["phone"]
        return
    data["phone"]["desks"] = kept
    for row in kept.values():
        for link in ("spills", "hands_on", "rings_again"):
            if row.get(link) and row[link].get("desk") in gone:
                del row[link]


def _without_doors(data: Data, gone: set[str]) -> None:
    data["facilities"] = {name: row for name, row in data["facilities"].items() if name not in gone}


@st.composite
def another_plan(draw: st.DrawFn, data: Data) -> Data:
    """The same town with other desks, doors, case managers, teams or rules."""
    other: Data = copy.deepcopy(data)
    if "phone" in other and draw(st.booleans()):
        _without_desks(other, draw(st.sets(st.sampled_from(sorted(other["phone"]["desks"])))))
    elif "phone" in other:
        for name, row in other["phone"]["desks"].items():
            names = list(other["phone"]["desks"])
            fresh = draw(desks(tuple(names[names.index(name) + 1 :]), tuple(n for n in names if n != name)))
            other["phone"]["desks"][name] = fresh | {"channels": row["channels"]}
    if draw(st.booleans()):
        _without_doors(other, draw(st.sets(st.sampled_from(sorted(other["facilities"])))))
    for row in other["facilities"].values():
        if draw(st.booleans()) and "ages" in row:
            changed = draw(doors())
            row |= {name: changed[name] for name in ("bays", "places", "when_full", "takes", "ages", "inpatient_share")}
            row.pop("hours", None)
            if "other_load" not in row and draw(st.booleans()):
                row["stay_h"] = changed["stay_h"]
            if row["kind"] in ("housing", "treatment"):
                row["bays"] = None
            if row["kind"] == "inpatient":
                row["inpatient_share"] = 0.0
    if draw(st.booleans()):
        other.pop("follow_up", None)
    elif draw(st.booleans()):
        other["follow_up"] = draw(follow_ups())
    if draw(st.booleans()):
        other["responders"]["team"]["shifts"] = either(draw, {}, {"a": ALWAYS | {"posts": 1}})
    if draw(st.booleans()):
        other["policy"] = {"name": either(draw, "nearest", "tiered")}
        other["response_plans"] = {}
    return other


@st.composite
def coupled_plans(draw: st.DrawFn) -> tuple[Data, Data | None]:
    """A town, and what is lived before it where its plans change on the way."""
    data = draw(coupled_data())
    if draw(st.booleans()):
        return data, None
    data["run"]["warm_up_days"] = max(data["run"]["warm_up_days"], 1)
    other = draw(another_plan(data))
    return (data, other) if draw(st.booleans()) else (other, data)


def built(plans: tuple[Data, Data | None]) -> World:
    """The world of a town and what is lived before it."""
    option, before = plans
    baseline = None if before is None else Scenario.model_validate(before)
    return build_world(Scenario.model_validate(option), baseline=baseline)


def coupled_worlds() -> st.SearchStrategy[World]:
    """The same as worlds ready to be played."""
    return coupled_plans().map(built)
