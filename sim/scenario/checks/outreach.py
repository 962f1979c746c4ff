"""What units begin themselves: types that nobody rings about, met by idle units or visited on a timetable."""

from __future__ import annotations

from sim.scenario.checks.sound import Checker
from sim.scenario.node import Keys
from sim.scenario.schema import CallType

OWN_CHANNELS = ("team", "outreach")


def check_outreach(checker: Checker) -> None:
    """Types of their own, that somebody takes; channels that nobody rings by."""
    demand = checker.sound.demand
    if demand is None:
        return
    for name in demand.initiated:
        _check_own_type(checker, ("demand", "initiated", name), name, at_key=True)
    for name, row in demand.outreach.items():
        _check_own_type(checker, ("demand", "outreach", name, "type"), row.type)
    _check_types(checker)
    for name in OWN_CHANNELS:
        if name in demand.channels:
            hint = "calls about people come by the channels here; what units begin themselves is told beside them"
            checker.fault(("demand", "channels", name), f"{name!r}", "another name", hint, at_key=True)


def _check_own_type(checker: Checker, keys: Keys, name: str, at_key: bool = False) -> None:
    """A type that exists, that no caller has, that is what it is taken for, and that somebody takes."""
    checker.known(keys, name, checker.names("types"), "a call type of types", at_key)
    kind, demand = checker.sound.types.get(name), checker.sound.demand
    if kind is None or demand is None:
        return
    if name in demand.mix and not kind.met_by_units:  # those are told of in the mix
        hint = "calls that people make and contacts that units begin are two types"
        checker.fault(keys, f"{name!r}, which is in demand.mix too", "a type of its own", hint, at_key)
        return
    if kind.mislabelled is not None:
        checker.fault(keys, f"{name!r}, which is taken for another type", "a type without mislabelled", at_key=at_key)
    is_met = keys[1] == "initiated"
    if is_met != kind.met_by_units:
        want = "a type with met_by_units: true" if is_met else "a type without met_by_units: visits wait for a team"
        checker.fault(keys, f"{name!r}, which has met_by_units: {str(kind.met_by_units).lower()}", want, at_key=at_key)
        return
    if kind.only_by is None:
        checker.fault(keys, f"{name!r}, which anybody takes", "a type with only_by", "only_by: [mobile_crisis]", at_key)
        return
    _check_taken(checker, keys, name, kind, at_key)


def _check_taken(checker: Checker, keys: Keys, name: str, kind: CallType, at_key: bool) -> None:
    """One of the responders named that work at all has the type in its remit, its programme's where it has one."""
    crews = checker.sound.responders
    own = [crew for crew in kind.only_by or () if crew in crews and any(shift.posts for shift in crews[crew].shifts.values())]
    remits = []
    for crew in own:
        programmes = [row for row in checker.sound.programmes.values() if crew in row.units]
        remits.append(programmes[0].takes if programmes else crews[crew].takes)
    if own and not any(takes == "all" or (takes == "people" and kind.person) or name in takes for takes in remits):
        want = f"a type that one of {', '.join(own)} takes"
        checker.fault(
            keys, f"{name!r}, outside the remit of all in its only_by", want, "add it to takes of the programme", at_key
        )


def _check_types(checker: Checker) -> None:
    """Whom a type is kept for exists; what units meet is told of in demand.initiated, where alone it is counted."""
    demand = checker.sound.demand
    for name, kind in checker.sound.types.items():
        for crew in kind.only_by or ():
            checker.known(("types", name, "only_by"), crew, checker.names("responders"), "a responder type")
        if kind.met_by_units and demand is not None and name in demand.mix:
            want = "a type that people call about"
            hint = f"demand.initiated: {{{name}: 500}} says how often a year"
            checker.fault(("demand", "mix", name), f"{name!r}, which has met_by_units: true", want, hint, at_key=True)
