"""Responders, programmes, the policy and outcome rows: names that must exist and numbers their owners declare."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from sim.registry import Entry, Parameter, Registry, outcome_models, policies
from sim.scenario.checks.sound import Checker
from sim.scenario.node import Keys, shown
from sim.scenario.number import Sourced
from sim.scenario.wording import listed, name_hint


def check_responders(checker: Checker) -> None:
    """Crews of people, remits of known types, homes in known zones, shifts that last."""
    zones = checker.names("zones") or ["town"]
    for name, row in checker.sound.responders.items():
        for discipline, n in row.crew.items():
            if not 0 <= n <= 100:
                checker.fault(("responders", name, "crew", discipline), str(n), "a whole number from 0 to 100")
        if sum(row.crew.values()) == 0:
            checker.fault(("responders", name, "crew"), "nobody", "at least one person", at_key=True)
        if isinstance(row.takes, list):
            _check_types(checker, ("responders", name, "takes"), row.takes)
        if row.home != "spread":
            checker.known(("responders", name, "home"), row.home, zones, "spread, or a zone of zones")
        for shift_name, shift in row.shifts.items():
            if shift.start == shift.end:
                hint = 'round the clock is start "00:00", end "24:00"'
                checker.fault(
                    ("responders", name, "shifts", shift_name, "end"), repr(shift.end), "an end other than the start", hint
                )


def _check_types(checker: Checker, keys: Keys, takes: list[str]) -> None:
    for i, kind in enumerate(takes):
        checker.known((*keys, i), kind, checker.names("types"), "a call type of types")


def check_programmes(checker: Checker) -> None:
    """Units are responder types, each of one programme; the remit holds known types."""
    owner: dict[str, str] = {}
    for name, row in checker.sound.programmes.items():
        for i, unit in enumerate(row.units):
            keys = ("programmes", name, "units", i)
            checker.known(keys, unit, checker.names("responders"), "a responder type of responders")
            if unit in owner:
                got = f"{unit!r}, which {owner[unit]} pays for"
                checker.fault(keys, got, "a responder type of one programme only")
            owner.setdefault(unit, name)
        if isinstance(row.takes, list):
            _check_types(checker, ("programmes", name, "takes"), row.takes)


def check_policy(checker: Checker, raw: Any) -> None:
    """A registered policy with parameters it declares, inside their bounds."""
    policy = checker.sound.policy
    if policy is None or not isinstance(raw, Mapping):
        return
    entry = registered(checker, ("policy", "name"), policy.name, policies)
    if entry is not None:
        check_params(checker, ("policy",), entry, {name: value for name, value in raw.items() if name != "name"})


def check_outcomes(checker: Checker) -> None:
    """A registered outcome model with its parameters; rows for known types only."""
    outcomes = checker.sound.outcomes
    if outcomes is None:
        return
    entry = registered(checker, ("outcomes", "model"), outcomes.model, outcome_models)
    if entry is not None:
        check_params(checker, ("outcomes", "params"), entry, outcomes.params)
    for part in ("reference", "nobody"):
        for kind in getattr(outcomes, part):
            names = ["all", *checker.names("types")]
            checker.known(("outcomes", part, kind), kind, names, "one of the call types, or all", at_key=True)


def registered(checker: Checker, keys: Keys, name: str, registry: Registry, at_key: bool = False) -> Entry | None:
    """The entry of that name; None, and a fault, if there is none."""
    if name in registry:
        return registry.get(name)
    known = [entry.name for entry in registry]
    hint = name_hint(name, known) or f"{registry.a_kind} of your own needs plugins: [module]"
    checker.fault(keys, repr(name), f"a registered {registry.kind}: {listed(known)}", hint, at_key)
    return None


def check_params(checker: Checker, keys: Keys, entry: Entry, given: Mapping[str, Any]) -> None:
    """Parameters the entry declares, inside their bounds."""
    for name, value in given.items():
        if name not in entry.params:
            takes = (
                f"a parameter of {entry.name}: {listed(entry.params)}"
                if entry.params
                else f"nothing: {entry.name} has no parameters"
            )
            checker.fault((*keys, name), repr(name), takes, name_hint(name, entry.params), at_key=True)
            continue
        parameter = entry.params[name]
        try:
            number = Sourced.model_validate(value, strict=True).value
        except ValidationError:
            checker.fault((*keys, name), shown(value), _wanted(parameter))
            continue
        is_whole = parameter.unit != "count" or number == math.floor(number) if math.isfinite(number) else False
        if not (parameter.low <= number <= parameter.high and is_whole):
            checker.fault((*keys, name), f"{number:g}", _wanted(parameter), parameter.meaning)


def _wanted(parameter: Parameter) -> str:
    what = {"count": "a whole number", "share": "a share", "min": "minutes"}.get(parameter.unit, "a number")
    return f"{what} from {parameter.low:,.12g} to {parameter.high:,.12g}"
