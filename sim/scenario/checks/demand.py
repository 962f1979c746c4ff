"""Demand: one yearly total, a mix of known types that makes up the whole, profiles that are shapes."""

from __future__ import annotations

import math

from sim.scenario.checks.sound import Checker
from sim.scenario.number import Profile

_TOTALS = ("calls_per_year", "calls_per_1000_per_year")


def check_demand(checker: Checker) -> None:
    """Totals given once; a mix of types about people; ordinary work only where a type for it exists."""
    demand, types = checker.sound.demand, checker.sound.types
    if demand is None:
        return
    for prefix in ("", "other_"):
        first, second = (prefix + name for name in _TOTALS)
        if checker.gives("demand", first) and checker.gives("demand", second):
            hint = f"the other is in force too; remove one with {first}: null"
            checker.fault(("demand", second), f"both {first} and {second}", "one of the two", hint, at_key=True)
    gives_people = any(checker.gives("demand", name) for name in _TOTALS)
    gives_other = any(checker.gives("demand", f"other_{name}") for name in _TOTALS)
    if not gives_people and not gives_other:
        checker.fault(("demand", "calls_per_year"), "nothing", "calls_per_year or calls_per_1000_per_year")
    for name in demand.mix:
        checker.known(("demand", "mix", name), name, checker.names("types"), "a call type of types", at_key=True)
        if name in types and not types[name].person:
            want = "a type about a person; ordinary work is other_calls_per_year"
            checker.fault(("demand", "mix", name), f"{name!r}, which has person: false", want, at_key=True)
    if demand.mix:
        checker.sums_to_one(("demand", "mix"), demand.mix.values())
    elif gives_people and not checker.gives("demand", "mix"):
        checker.fault(("demand", "mix"), "nothing", "the share of each call type, such as {welfare_check: 0.6, suicidal: 0.4}")
    if gives_other and len(types) == len(checker.names("types")) and all(kind.person for kind in types.values()):
        given = "other_calls_per_year" if checker.gives("demand", "other_calls_per_year") else "other_calls_per_1000_per_year"
        checker.fault(("demand", given), "no call type for ordinary work", "a type with person: false under types", at_key=True)


def check_channels(checker: Checker) -> None:
    """Shares of channels that make up the whole."""
    demand = checker.sound.demand
    if demand is not None and demand.channels:
        checker.sums_to_one(("demand", "channels"), demand.channels.values())


def check_profiles(checker: Checker) -> None:
    """Weights are 0 or more and not all 0; hours of the week stand alone."""
    demand = checker.sound.demand
    for name in ("profile", "other_profile"):
        profile: Profile | None = getattr(demand, name) if demand is not None else None
        if profile is None:
            continue
        for part in ("hours", "weekdays", "hours_of_week", "months"):
            weights = getattr(profile, part)
            if weights is None:
                continue
            for i, weight in enumerate(weights):
                if not (math.isfinite(weight) and weight >= 0):
                    checker.fault(("demand", name, part, i), f"{weight:g}", "a weight of 0 or more")
            if sum(weights) == 0:
                checker.fault(("demand", name, part), "weights that are all 0", "one weight above 0", at_key=True)
        if profile.hours_of_week is not None and (profile.hours is not None or profile.weekdays is not None):
            want = "either hours_of_week, or hours and weekdays"
            checker.fault(("demand", name, "hours_of_week"), "both ways of giving a week", want, at_key=True)


def check_types(checker: Checker) -> None:
    """At least one type; priorities and acuities that make up the whole."""
    if checker.gives("types") and not checker.names("types"):
        checker.fault(("types",), "no call types", "at least one, by name")
    for name, kind in checker.sound.types.items():
        if kind.priorities:
            checker.sums_to_one(("types", name, "priorities"), kind.priorities.values())
        if kind.acuity is not None:
            parts = (kind.acuity.low, kind.acuity.middle, kind.acuity.high)
            checker.sums_to_one(("types", name, "acuity"), parts)


def check_true_types(checker: Checker) -> None:
    """What a call is taken for is another type, seen for what it is; a crisis takes time to grow worse."""
    types = checker.sound.types
    for name, kind in types.items():
        if kind.mislabelled is not None:
            keys, other = ("types", name, "mislabelled", "taken_for"), kind.mislabelled.taken_for
            checker.known(keys, other, checker.names("types"), "a call type of types")
            if other == name:
                checker.fault(keys, f"{other!r}, which it is", "another call type")
            elif other in types and types[other].mislabelled is not None:
                checker.fault(keys, f"{other!r}, which is itself taken for another", "a call type that is seen for what it is")
        if kind.escalates is not None and kind.escalates.share.value > 0 and kind.escalates.after_min.value == 0:
            hint = "what is urgent from the first second has priority 1"
            checker.fault(("types", name, "escalates", "after_min"), "0", "a mean above 0", hint)
