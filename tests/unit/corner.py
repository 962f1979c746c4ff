"""Corner: two zones and rows made by hand, for rules that are asked one question at a time.

Roles are anybody, two officers, a clinician and a medic. Patrol fills one officer, the joint car an officer and a clinician.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sim.rules import matching
from sim.rules.assembling import join
from sim.rules.lifecycle import N_FLAGS, WEEK_H, CallStatus, Status, hour_band
from sim.tables import AlternativeRow, CallRow, DoorRow, LuckRow, ResponderRow, UnitRow

ALL = 2**32
HALF = 2**31
DECISIONS = ("contact", "medical", "arrest", "hold", "ed", "crisis_centre", "referral", "force", "later_ed_72h", "later_ed_30d")
MARKS = [f"{name}_mark" for name in (*DECISIONS[:8], "later_ed", "ask", "relay", "recognise", "call_back")]

ANYBODY, OFFICER, SECOND, CLINICIAN, MEDIC = 1, 2, 4, 8, 16  # roles
PATROL, TEAM, EMS, JOINT = range(4)  # responder types
SKILLS = ([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0])  # officers, clinicians and medics of a crew
N_TYPES = len(SKILLS)


def filled(responder: int, wanted: int) -> int:
    """The roles that a crew takes on; anybody only where it takes on no other."""
    officers, clinicians, medics = SKILLS[responder]
    bits = (CLINICIAN * clinicians | MEDIC * medics) & wanted
    if officers:
        bits |= OFFICER & wanted or SECOND & wanted
    return bits or ANYBODY & wanted


def responder(i: int = PATROL, **given: int) -> ResponderRow:
    officers, clinicians, medics = SKILLS[i]
    values = {"programme": -1, "has_officer": officers, "has_clinician": clinicians, "has_medic": medics, "transports": 1}
    values |= {"paperwork_s": 0, "ambulance_wait_s": 0, "is_rostered": 1}
    return ResponderRow(id=i, **{**values, **given})


def responders(**given: dict[str, int]) -> list[ResponderRow]:
    """All four types, with changes by name: patrol, team, ems, joint."""
    return [responder(i, **given.get(name, {})) for i, name in enumerate(("patrol", "team", "ems", "joint"))]


def unit(i: int, zone: int = 0, responder: int = PATROL, status: Status = Status.IDLE, **given: int) -> UnitRow:
    values = {"home_zone": zone, "ends_s": 10**9, "is_rostered": 1, **given}
    return UnitRow(id=i, responder=responder, zone=zone, status=int(status), **values)


def call(i: int = 0, zone: int = 0, priority: int = 3, kind: int = 0, **given: int) -> CallRow:
    values = {"received_s": 0, "flags": 0, "chain": 0, "status": int(CallStatus.QUEUED), **given}
    values.setdefault("queued_s", values["received_s"])
    return CallRow(i, stream=0, number=i, type=kind, zone=zone, priority=priority, **values)


def luck(**given: int) -> LuckRow:
    ppm = ("police_travel_ppm", "clinician_travel_ppm", "medic_travel_ppm", "on_scene_ppm", "handover_ppm")
    values = {"patience_s": -1, "acuity": 0, "type": 0, "escalates_s": -1, "criteria": -1}
    return LuckRow(**{**values, **dict.fromkeys(ppm, 1_000_000), **dict.fromkeys(MARKS, HALF), **given})


def alternative(i: int, roles: int, minimum: int | None = None, together: int | None = None, **given: int) -> AlternativeRow:
    minimum = roles if minimum is None else minimum
    values = {"stand_by": 0, "lead": 0, "after_s": 0, "full_crew_s": 0, "give_up_s": 3600, "covers": 0}
    values |= {"settles_as": -1, "next": -1}
    return AlternativeRow(i, roles, minimum, minimum if together is None else together, **{**values, **given})


ANY = alternative(0, ANYBODY)


def town(units: list[UnitRow], rows: dict[str, int] | None = None, **given: Any) -> Any:
    """Two zones 100 s within, 600 s between; one type, about people, that all take; `rows` are thresholds for all."""
    facts = {
        "travel_s": [[[100, 600], [600, 100]]] * 4, "takes": [[[1] * N_TYPES] * N_FLAGS], "on_scene_s": [[1000] * N_TYPES],
        "is_person": [1], "minimum_travel_s": 0, "responders": responders(), "facilities": [], "alternatives": [ANY],
        "fills": [[filled(r, wanted) for wanted in range(32)] for r in range(N_TYPES)], "officer_bits": OFFICER | SECOND,
        "ask_marks": [[0] * N_TYPES], "diverts": [[0] * 5 for _ in range(5)], "has_diversion": 0,
        "demand_ppm": [400_000, 600_000], "cover_s": 480, "force_ppm": [1_000_000, 100_000, 10_000],
        "units": units, "picked": [-1] * 7,
        "n_idle": [sum(u.responder == r and u.status == Status.IDLE for u in units) for r in range(N_TYPES)],
        "n_on_duty": [sum(u.responder == r for u in units) for r in range(N_TYPES)],
        "first_unit": [sum(u.responder < r for u in units) for r in range(N_TYPES + 1)],
    }  # fmt: skip
    tables = {name: [[[(rows or {}).get(name, 0)] * 3] * (N_TYPES + 3)] for name in DECISIONS}
    return SimpleNamespace(**tables, **{**facts, **open_doors(len(given.get("facilities", []))), **given})


def open_doors(n: int) -> dict[str, Any]:
    """Tables of `n` facilities that take everybody, any number, and hand over in an hour."""
    return {
        "first_weekday": 0, "has_stays": 0, "handover_s": [[3600] * N_TYPES] * n, "places": [[-1] * WEEK_H] * n,
        "accepts": [[[1] * N_FLAGS]] * n, "accepts_age": [[1] * 3] * n, "doors": [DoorRow(i) for i in range(n)],
    }  # fmt: skip


def gathered(call: CallRow, units: list[UnitRow], plan: int = 0) -> CallRow:
    """The call with all of these units at it, their roles there or coming by their status."""
    call.plan = plan
    for one in units:
        one.call, one.next = call.id, -1
        join(units, call, one)
        if one.status in (Status.ON_SCENE, Status.STAGING):
            call.here |= one.bits
        else:
            call.coming |= one.bits
    return call


NEAREST = matching.PolicyParts(
    "nearest",
    lambda t, u, c, now, p: t.travel_s[hour_band(now)][u.zone][c.zone],
    matching.oldest_of_highest_priority,
    matching.always,
    None,
)
