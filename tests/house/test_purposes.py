"""Purposes of draws are frozen: a number once given keeps its meaning, or old results could not be replayed."""

from __future__ import annotations

from sim.keys import Purpose

FROZEN = {  # append only; a purpose that is no longer used keeps its line here and in keys.py
    "ARRIVAL_GAP": 1,
    "DAY_EFFECT": 2,
    "PRIORITY": 3,
    "WEAPON": 4,
    "MEDICAL_NEED": 5,
    "VIOLENCE_RISK": 6,
    "ACUITY": 7,
    "PATIENCE": 8,
    "TRAVEL": 9,
    "ON_SCENE": 10,
    "HANDOVER": 11,
    "CONTACT": 12,
    "MEDICAL": 13,
    "ARREST": 14,
    "HOLD": 15,
    "ED": 16,
    "CRISIS_CENTRE": 17,
    "REFERRAL": 18,
    "FORCE": 19,
    "LATER_ED": 20,
    "ABSENCE": 21,
    "PARAMETER": 22,
    "ASK": 23,
    "RELAY": 24,
    "RECOGNISE": 25,
    "CALL_BACK": 26,
    "ESCALATE": 27,
    "CRITERIA": 28,
    "CHANNEL": 29,
    "UPTAKE": 30,
    "MISLABEL": 31,
    "VACANCY": 32,
    "OVERTIME_FILL": 33,
    "AWAY": 34,
    "PERSON": 35,
    "CRISIS": 36,
    "CALLER": 37,
    "LOT": 38,
    "ON_THE_PHONE": 39,
    "BY_PHONE": 40,
    "RING_AGAIN": 41,
    "TRIAGE": 42,
    "FOLLOW": 43,
    "LEAVES": 51,
    "HIRING": 52,
    "VACANT_SINCE": 53,
    "STAY": 44,
    "ONWARD": 45,
    "VISIT_GAP": 46,
    "RESAMPLE": 54,
    "TURNOUT": 55,
    "EXPORT": 56,
}


def test_numbers_are_unchanged() -> None:
    found = {name: int(purpose) for name, purpose in Purpose.__members__.items()}
    moved = {name: (number, found.get(name)) for name, number in FROZEN.items() if found.get(name) != number}
    assert not moved, f"frozen number, number now: {moved}"
    new = {name: number for name, number in found.items() if name not in FROZEN}
    assert not new, f"freeze the new purposes here: {new}"


def test_numbers_are_unique_and_fit_the_address() -> None:
    numbers = [int(purpose) for purpose in Purpose.__members__.values()]
    assert len(set(numbers)) == len(numbers), "two purposes share a number: their luck would be the same"
    assert all(0 < number < 2**16 for number in numbers)
