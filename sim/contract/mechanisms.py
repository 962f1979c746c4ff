"""The promises of mechanisms: off means off, nothing past what is declared, the same twice."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import cast

import numpy as np

from sim.contract.promise import Promise
from sim.contract.towns import crew_town, town, whole_town
from sim.engines import Run, run
from sim.engines.happenings import CeilingError
from sim.engines.played import Records
from sim.errors import RuleError
from sim.measure.invariants import check
from sim.mechanism import Mechanism
from sim.registry import Entry
from sim.rules.lifecycle import CallStatus
from sim.scenario.schema import Scenario
from sim.world import World, build_world

RETURNING = {"per_1000": 40.0, "crises_per_year": 100.0, "frailty_cv": 1.0, "care_factor": 0.5, "unresolved_factor": 1.5}
BUSY_PER_YEAR = 15_000.0


@cache
def _towns() -> tuple[tuple[str, Scenario], ...]:
    """Small towns where many people's crises recur: a plain one, one that sends crews, one with all parts."""
    plain = (("town of people who return", town()), ("town that sends crews", crew_town()), ("town with all parts", whole_town()))
    return tuple((label, _with_people(scenario)) for label, scenario in plain)


def _with_people(scenario: Scenario) -> Scenario:
    data = scenario.model_dump()
    data["demand"]["calls_per_year"] = BUSY_PER_YEAR
    people = data["people"] or {"ages": {"youth": 0.2, "adult": 0.8}, "unhoused_share": 0.2}
    data["people"] = people | {"recurrent": RETURNING | {"unresolved_days": 7.0}}
    return Scenario.model_validate(data)


@cache
def _without() -> tuple[tuple[str, World], ...]:
    """Label and world of each town, with no mechanism."""
    return tuple((label, build_world(scenario)) for label, scenario in _towns())


def _mechanism(entry: Entry) -> Mechanism:
    return cast(Mechanism, entry.function)


def _worlds(mechanism: Mechanism) -> Iterator[tuple[str, World]]:
    """The towns with the mechanism, at its defaults and at its bounds: all at one end; and in the first town one at a time."""
    defaults = {name: parameter.default for name, parameter in mechanism.params.items()}
    ends = [{name: getattr(parameter, end) for name, parameter in mechanism.params.items()} for end in ("low", "high")]
    alone = [{name: bound} for name, parameter in mechanism.params.items() for bound in (parameter.low, parameter.high)]
    for i, (label, scenario) in enumerate(_towns()):
        world = build_world(scenario.model_copy(update={"mechanisms": {mechanism.name: {}}}))
        tried = [defaults | given for given in [{}, *ends, *([] if i else alone)]]
        for n, params in enumerate(tried):
            if params not in tried[:n]:
                yield label, replace(world, mechanisms=((mechanism, params),))


@dataclass(frozen=True)
class _Seen:
    """What was seen of it in a town: what the engine refused, else whether a second run differed, and the world had changed."""

    label: str
    refused: RuleError | None = None
    differs: bool = False
    meddles: bool = False


@lru_cache(maxsize=1)
def _seen(mechanism: Mechanism) -> tuple[_Seen, ...]:
    """Each world of `_worlds` played; three promises read it."""
    return tuple(_play_twice(label, world) for label, world in _worlds(mechanism))


def _play_twice(label: str, world: World) -> _Seen:
    kept = [table.copy() for table in (world.calls, world.lucks, world.persons)]
    try:
        first, second = run(world), run(world)
        check(first.ledger, world)
    except RuleError as error:
        return _Seen(label, error)
    pairs = zip((first.ledger, *first.mechanisms.values()), (second.ledger, *second.mechanisms.values()), strict=True)
    differs = not all(np.array_equal(one, other) for one, other in pairs)
    now = (world.calls, world.lucks, world.persons)
    return _Seen(label, None, differs, not all(np.array_equal(*both) for both in zip(kept, now, strict=True)))


def _takes_what_it_is_given(entry: Entry) -> str:
    functions = list(_mechanism(entry).functions)
    if not functions:
        return "it does nothing: no function after an event, none that scales, none that wakes"
    for function, n in functions:
        try:
            inspect.signature(function).bind(*range(n))
        except TypeError:
            want = "(town, person, call, now, params)" if n == 5 else "(town, person, now, params)"
            return f"{function.__name__} takes {inspect.signature(function)}, not {want}"
    return ""


def _is_off_at_its_defaults(entry: Entry) -> str:
    """The ledger is the one without it to the byte; where more may come, calls have other numbers and are the same calls."""
    for (label, without), (_, scenario) in zip(_without(), _towns(), strict=True):
        world = build_world(scenario.model_copy(update={"mechanisms": {entry.name: {}}}))
        before, after = run(without), run(world)
        if any(len(rows) for rows in after.mechanisms.values()):
            return f"it changes people's state at its default parameters in the {label}"
        if not all(np.array_equal(*both) for both in zip(_told(before), _told(after), strict=True)):
            return f"at its default parameters the {label} is not as it is without it"
    return ""


def _told(played: Run) -> tuple[Records, ...]:
    """Ledger, calls that came about, and people; calls numbered among those: a candidate that stays latent leaves no trace."""
    is_latent = (played.calls["person"] >= 0) & np.isin(played.calls["status"], (CallStatus.LATENT, CallStatus.EXPECTED))
    came = np.flatnonzero(~is_latent)
    number = np.full(len(played.calls) + 1, -1)  # the last is that of no call
    number[came] = np.arange(len(came))
    ledger, calls, persons = played.ledger.copy(), played.calls[came], played.persons.copy()
    ledger["call"], calls["id"], persons["call"] = number[ledger["call"]], number[came], number[persons["call"]]
    return ledger, calls, persons


def _keeps_its_ceilings(entry: Entry) -> str:
    return _first(
        f"{one.refused} in the {one.label}" for one in _seen(_mechanism(entry)) if isinstance(one.refused, CeilingError)
    )


def _keeps_to_what_it_declares(entry: Entry) -> str:
    refused = [one for one in _seen(_mechanism(entry)) if one.refused is not None and not isinstance(one.refused, CeilingError)]
    return _first(f"{one.refused} in the {one.label}" for one in refused)


def _plays_the_same_twice(entry: Entry) -> str:
    """It keeps nothing between runs, and changes nothing of the world."""
    for one in _seen(_mechanism(entry)):
        if one.differs:
            return f"two runs of the {one.label} differ"
        if one.meddles:
            return f"it changes the world of the {one.label}"
    return ""


def _first(broken: Iterator[str]) -> str:
    return next(broken, "")


OF_MECHANISMS = (
    Promise("takes what its kind is given", _takes_what_it_is_given),
    Promise("at its defaults leaves every byte as it was", _is_off_at_its_defaults),
    Promise("keeps its factors between 0 and their ceilings", _keeps_its_ceilings),
    Promise("writes, remembers and draws only what it declares", _keeps_to_what_it_declares),
    Promise("plays the same twice", _plays_the_same_twice),
)
