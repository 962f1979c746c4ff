"""People, their recurrent crises, follow-up, and calls that are made only where a service is seen."""

from __future__ import annotations

from sim.scenario.checks.phone import check_wage
from sim.scenario.checks.sound import Checker


def check_people(checker: Checker) -> None:
    """Shares that make up the whole, names that exist, somebody to have crises."""
    people = checker.sound.people
    if people is None:
        return
    if people.ages:
        checker.sums_to_one(("people", "ages"), people.ages.values())
    row = people.recurrent
    if row is None:
        return
    keys = ("people", "recurrent")
    if row.mix:
        checker.sums_to_one((*keys, "mix"), row.mix.values())
    for kind in row.mix:
        checker.known((*keys, "mix", kind), kind, checker.names("types"), "a call type", at_key=True)
        held = checker.sound.types.get(kind)
        if held is not None and not held.person:
            checker.fault((*keys, "mix", kind), f"{kind}, which is ordinary police work", "call types about people", at_key=True)
    if row.unresolved_factor.value != 1 and row.unresolved_days.value == 0:
        checker.fault((*keys, "unresolved_factor"), f"{row.unresolved_factor.value:g} for 0 days", "unresolved_days too")


def check_follow_up(checker: Checker) -> None:
    """Somebody who follows up, within a caseload; a wage that exists."""
    row = checker.sound.follow_up
    if row is None:
        return
    check_wage(checker, ("follow_up", "wage"), row.wage)
    if row.case_managers and not row.caseload:
        checker.fault(("follow_up", "caseload"), "0", "how many people each case manager can have", "15 to 30 is usual")
    if row.due_h.value == 0:
        checker.fault(("follow_up", "due_h"), "0", "hours after which a follow-up nobody took on lapses", "72 is three days")


def check_induced(checker: Checker) -> None:
    """Programmes whose being there is seen."""
    demand = checker.sound.demand
    if demand is not None and demand.induced is not None:
        for name in demand.induced.seen:
            checker.known(("demand", "induced", "seen"), name, checker.names("programmes"), "a programme")
