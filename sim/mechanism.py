"""A whole new happening, declared in one file: what it remembers of people, what it does after an event, what it scales.

A mechanism follows the people whose crises recur. It may keep state, write rows of its own, wake later, draw luck of its
own and scale named quantities of a call up to a declared ceiling. It is not handed the engine: it cannot assign units, nor
touch what another draws. `sim.engines.happenings` plays it; a scenario switches it on under `mechanisms`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sim.errors import RegistryError
from sim.keys import name_hash
from sim.registry import Entry, Parameter, mechanisms
from sim.rules.lifecycle import Event

Function = Callable[..., Any]

QUANTITIES = {
    "patience": "seconds until the caller gives up",
    "on_scene": "seconds of work at the scene",
    "contact": "probability of being met",
    "force": "probability of force, of every level",
    "crisis_rate": "rate of the person's crises",
}
SEEN_OF_A_CALL = (
    "id", "type", "zone", "priority", "flags", "channel", "lot_ppm", "disposition", "force", "received_s", "queued_s",
    "responder",
)  # fmt: skip
SEEN_OF_A_PERSON = ("id", "zone", "age", "is_unhoused", "n_contacts", "n_away", "care_until_s")
FIRST_PURPOSE = 0x8000  # of the luck mechanisms draw: the upper half of all purposes is theirs
FIRST_EVENT = 64  # of the rows they write
MAX_EVENTS = 64  # of all mechanisms of a scenario together
MAX_CEILING = 100.0
GIVEN_AFTER, GIVEN = 5, 4  # things a function run after an event is given, and any other


@dataclass(eq=False)
class Mechanism:
    """One declared happening. Made by `mechanism`; its functions are added by `after`, `scales` and `wakes`."""

    name: str
    state: Mapping[str, Parameter]
    events: Sequence[str]
    params: Mapping[str, Parameter]
    draws: Sequence[str] = ()
    after_event: dict[int, list[Function]] = field(default_factory=dict)
    scaled: dict[str, tuple[float, Function]] = field(default_factory=dict)
    on_waking: Function | None = None

    def after(self, event: str) -> Callable[[Function], Function]:
        """Have `function(town, person, call, now, params)` run after every such event of a call about a known person."""
        if event not in Event.__members__:
            raise RegistryError(f"mechanism {self.name}: no event {event!r}; events: {', '.join(Event.__members__)}")

        def take(function: Function) -> Function:
            self.after_event.setdefault(int(Event[event]), []).append(function)
            return function

        return take

    def scales(self, quantity: str, ceiling: float) -> Callable[[Function], Function]:
        """Have `function(town, person, now, params)` give the factor, 0 to `ceiling`, on a quantity of each call about them."""
        if quantity not in QUANTITIES:
            raise RegistryError(f"mechanism {self.name}: {quantity!r} cannot be scaled; want one of {', '.join(QUANTITIES)}")
        if not 1.0 <= ceiling <= MAX_CEILING:
            raise RegistryError(f"mechanism {self.name}: {quantity} up to {ceiling:g} times; want 1 to {MAX_CEILING:g}")

        def take(function: Function) -> Function:
            self.scaled[quantity] = (ceiling, function)
            return function

        return take

    def wakes(self, function: Function) -> Function:
        """Have `function(town, person, now, params)` run when a time asked for by `town.wake` has come."""
        self.on_waking = function
        return function

    @property
    def functions(self) -> Iterator[tuple[Function, int]]:
        """Each of its functions, with the number of things it is given."""
        yield from ((function, GIVEN_AFTER) for run in self.after_event.values() for function in run)
        yield from ((function, GIVEN) for _, function in self.scaled.values())
        if self.on_waking is not None:
            yield self.on_waking, GIVEN

    def purpose(self, draw: str) -> int:
        """The purpose under which the mechanism's draw of that name is made: a hash of both names, in the reserved half."""
        return FIRST_PURPOSE | (name_hash("mechanism", self.name, draw) & 0x7FFF)


def shared_purposes(several: Sequence[Mechanism]) -> list[tuple[str, str]]:
    """Pairs of draws, as `mechanism.draw`, that would be made under one purpose, so that their luck were the same."""
    taken: dict[int, str] = {}
    shared = []
    for one in several:
        for draw in dict.fromkeys(one.draws):
            name = f"{one.name}.{draw}"
            other = taken.setdefault(one.purpose(draw), name)
            if other != name:
                shared.append((other, name))
    return shared


def mechanism(
    name: str,
    about: str,
    state: Mapping[str, Mapping[str, Parameter]] | None = None,
    events: Sequence[str] = (),
    params: Mapping[str, Parameter] | None = None,
    draws: Sequence[str] = (),
) -> Mechanism:
    """Declare a mechanism and register it under its name.

    Parameters
    ----------
    about : str
        What it is and where it comes from: a sentence, then a line `Source:`.
    state : mapping
        What it remembers: `{"person": {name: Share(0.5)}}`, each with what it is at first.
    events : sequence of str
        Names, in capitals, of the rows it writes.
    params : mapping
        Its parameters, which its functions see as they are typed. At their defaults it must leave every byte of the run
        as it was.
    draws : sequence of str
        Names of the draws of luck it makes, each a luck of its own.
    """
    of_person = _of_person(name, state or {})
    poor = [event for event in events if not (event.isidentifier() and event == event.upper()) or event in Event.__members__]
    if poor or len(set(events)) < len(events):
        named = ", ".join(poor or events)
        raise RegistryError(f"mechanism {name}: event names {named}; want capitals, each once, and none the package has")
    made = Mechanism(name, of_person, tuple(events), dict(params or {}), tuple(draws))
    for one, other in shared_purposes([made]):
        raise RegistryError(f"mechanism {name}: {one} and {other} would have the same luck; give one another name")
    made.__doc__ = about
    file = sys._getframe(1).f_code.co_filename  # noqa: SLF001  # of whoever declares it
    mechanisms.add(Entry(name, cast(Function, made), made.params, {"file": file}))
    return made


def _of_person(name: str, state: Mapping[str, Mapping[str, Parameter]]) -> dict[str, Parameter]:
    """What is remembered of a person; RegistryError for state of anything else, or under a name that is taken."""
    others = sorted(set(state) - {"person"})
    if others:
        raise RegistryError(f"mechanism {name}: state of {', '.join(others)}; want state of 'person'")
    found = dict(state.get("person", {}))
    taken = sorted(set(found) & set(SEEN_OF_A_PERSON))
    if taken:
        raise RegistryError(f"mechanism {name}: state {', '.join(taken)}, which every person has; want another name")
    return found
