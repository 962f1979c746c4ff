"""Mechanisms switched on: registered, with parameters they declare; people to act on; none in the way of another."""

from __future__ import annotations

from itertools import combinations
from typing import cast

from sim.mechanism import MAX_EVENTS, Mechanism, shared_purposes
from sim.registry import mechanisms
from sim.scenario.checks.service import check_params, registered
from sim.scenario.checks.sound import Checker

RENAME = "rename one in its plug-in, or switch one of the two off"


def check_mechanisms(checker: Checker) -> None:
    """Each is known and inside its bounds, and all together keep apart; they act on people whose crises recur."""
    on = []
    for name, given in checker.sound.mechanisms.items():
        entry = registered(checker, ("mechanisms", name), name, mechanisms, at_key=True)
        if entry is not None:
            check_params(checker, ("mechanisms", name), entry, given)
            on.append(cast(Mechanism, entry.function))
    if checker.names("mechanisms") and not checker.gives("people", "recurrent"):
        hint = "extends: whole_city.yaml has them, or: people: {recurrent: {per_1000: 5, crises_per_year: 6, frailty_cv: 1}}"
        want = "people whose crises recur, whom a mechanism acts on"
        checker.fault(("mechanisms",), "mechanisms, and no people.recurrent", want, hint, at_key=True)
    _check_apart(checker, sorted(on, key=lambda one: one.name))


def _check_apart(checker: Checker, on: list[Mechanism]) -> None:
    """Rows of one are not taken for another's, and the luck of one is not another's."""
    for one, other in combinations(on, 2):
        shared = sorted(set(one.events) & set(other.events))
        if shared:
            got = f"event {shared[0]}, which {one.name} writes too"
            checker.fault(("mechanisms", other.name), got, "event names of its own", RENAME, at_key=True)
    for first, second in shared_purposes(on):
        got = f"draws {first} and {second}, which would have the same luck"
        checker.fault(("mechanisms", second.split(".")[0]), got, "another name for one of the draws", RENAME, at_key=True)
    n_events = sum(len(one.events) for one in on)
    if n_events > MAX_EVENTS:
        checker.fault(("mechanisms",), f"{n_events} events of mechanisms", f"at most {MAX_EVENTS}", at_key=True)
