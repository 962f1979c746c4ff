"""Mechanisms being played, in the readable engine: their state, their rows, their luck, and what they scale.

A mechanism sees a `TownView`, people as `PersonView` and calls as `CallView`: nothing it could move by hand.
"""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import keys
from sim.engines.played import Records
from sim.engines.stories import Due
from sim.errors import RuleError
from sim.keys import MARKS
from sim.mechanism import FIRST_EVENT, SEEN_OF_A_CALL, SEEN_OF_A_PERSON, Mechanism
from sim.rules.lifecycle import Event
from sim.tables import CallRow, LuckRow, PersonRow

if TYPE_CHECKING:
    from sim.engines.readable import PlayedTown

_NEVER = 2**31 - 1
_ROW = [("row", "<i4"), ("t_s", "<i8"), ("person", "<i4"), ("state", "<i2"), ("value", "<f8")]


class CeilingError(RuleError):
    """A factor below 0, or above what the mechanism declares."""


class CallView:
    """What a mechanism may know of a call."""

    __slots__ = SEEN_OF_A_CALL

    def __init__(self, call: CallRow) -> None:
        for name in SEEN_OF_A_CALL:
            object.__setattr__(self, name, getattr(call, name))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a mechanism may not change a call ({name})")


class PersonView:
    """A person, with what this mechanism remembers of them."""

    def __init__(self, row: PersonRow, state: dict[str, float]) -> None:
        for name in SEEN_OF_A_PERSON:
            object.__setattr__(self, name, getattr(row, name))
        for name, value in state.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"state changes by town.record(event, person, {name}=...)")


class TownView:
    """What a mechanism is given of the town: to write down, to wake later, to draw luck of its own."""

    def __init__(self, played: Happening) -> None:
        self._played = played

    def record(self, event: str, person: PersonView, **state: float) -> None:
        """Write a row of one of the mechanism's events, and give its state of the person new values."""
        self._played.record(event, person.id, state)  # type: ignore[attr-defined]  # set one by one

    def wake(self, person: PersonView, seconds: int) -> None:
        """Have the mechanism's `wakes` function run for the person after so many seconds."""
        self._played.wake_later(person.id, int(seconds))  # type: ignore[attr-defined]

    def uniform(self, draw: str, person: PersonView, number: int) -> float:
        """A uniform of the mechanism's own, for the `number`-th such draw about the person; the same under every option."""
        return self._played.uniform(draw, person.id, number)  # type: ignore[attr-defined]


class Happening:
    """One mechanism in one town."""

    def __init__(self, model: PlayedTown, mechanism: Mechanism, params: dict[str, float], first_event: int) -> None:
        self.model = model
        self.mechanism = mechanism
        self.params = SimpleNamespace(**params)
        self.event_of = {name: first_event + i for i, name in enumerate(mechanism.events)}
        first = {name: parameter.default for name, parameter in mechanism.state.items()}
        self.state = [dict(first) for _ in model.persons]
        self.view = TownView(self)
        self.rows: list[tuple[int, int, int, int, float]] = []
        self._cause = -1
        self._call = -1

    def person(self, number: int) -> PersonView:
        """The person as the mechanism sees them now."""
        return PersonView(self.model.persons[number], self.state[number])

    def hear(self, event: int, call: CallRow, row: int) -> None:
        """An event of a call about a known person has been written as ledger row `row`."""
        for function in self.mechanism.after_event.get(event, ()):
            self._cause, self._call = row, call.id
            function(self.view, self.person(call.person), CallView(call), self.model.now, self.params)

    def factor(self, quantity: str, number: int) -> float:
        """The factor the mechanism puts on a quantity of a person's call; CeilingError outside 0 to its ceiling."""
        ceiling, function = self.mechanism.scaled[quantity]
        self._cause = self._call = -1
        factor = float(function(self.view, self.person(number), self.model.now, self.params))
        if not 0.0 <= factor <= ceiling:
            raise CeilingError(f"mechanism {self.mechanism.name}: {quantity} times {factor:g}; want 0 to its ceiling {ceiling:g}")
        return factor

    def record(self, event: str, number: int, state: dict[str, float]) -> None:
        """Write a ledger row and rows of the mechanism's own table."""
        if event not in self.event_of:
            raise RuleError(f"mechanism {self.mechanism.name}: event {event} is not declared")
        unknown = sorted(set(state) - set(self.mechanism.state))
        if unknown:
            raise RuleError(f"mechanism {self.mechanism.name}: state {', '.join(unknown)} is not declared")
        for name, value in state.items():
            declared = self.mechanism.state[name]
            if not declared.low <= value <= declared.high:
                want = f"{declared.low:g} to {declared.high:g}"
                raise RuleError(f"mechanism {self.mechanism.name}: state {name} becomes {value:g}; want {want}, as declared")
        row = self.model.book.write(
            self.model.now, self._call, -1, self._cause, self.event_of[event], -1, -1, -1, number, quietly=True
        )
        self.state[number].update(state)
        names = list(self.mechanism.state)
        self.rows.extend((row, self.model.now, number, names.index(name), float(value)) for name, value in state.items())

    def wake_later(self, number: int, seconds: int) -> None:
        """Wake for a person; RuleError if the mechanism has nothing to do then."""
        if self.mechanism.on_waking is None or seconds < 0:
            raise RuleError(f"mechanism {self.mechanism.name}: wakes in {seconds} s, with nothing it `wakes` for")
        Due(self.model.env, int(Event.MECHANISM), number, seconds, partial(self.wake, number))

    def wake(self, number: int, _: object) -> None:
        """A time asked for has come."""
        self.model.read_clock()
        self._cause = self._call = -1
        self.mechanism.on_waking(self.view, self.person(number), self.model.now, self.params)  # type: ignore[misc]  # asked for

    def uniform(self, draw: str, number: int, occasion: int) -> float:
        """One uniform of the mechanism's own."""
        if draw not in self.mechanism.draws:
            raise RuleError(f"mechanism {self.mechanism.name}: draw {draw} is not declared")
        world = self.model.world
        words = keys.draw(world.seed, self.mechanism.purpose(draw), number, occasion, world.replication)
        return ((words[0] >> 6) * 2**26 + (words[1] >> 6) + 0.5) / 2.0**52

    def table(self) -> Records:
        """What it wrote, one row a value: ledger row, second, person, state by number, value."""
        return np.array(self.rows, np.dtype(_ROW))


class Happenings:
    """All mechanisms of a town."""

    def __init__(self, model: PlayedTown) -> None:
        self.model = model
        self.played: list[Happening] = []
        self.known: dict[int, CallRow] = {}  # calls about known persons, also when they have ended
        first = FIRST_EVENT
        for mechanism, params in model.world.mechanisms:
            self.played.append(Happening(model, mechanism, params, first))
            first += len(mechanism.events)

    def hear(self, call_id: int, event: int, row: int) -> None:
        """Tell those who listen what has been written."""
        call = self.known.get(call_id) or self.model.calls.get(call_id)
        if call is None or call.person < 0:
            return
        self.known[call_id] = call
        for played in self.played:
            if event in played.mechanism.after_event:
                played.hear(event, call, row)

    def scale(self, call: CallRow, luck: LuckRow) -> None:
        """Scale what the call of a known person carries, before it comes about. A factor of 1 changes nothing."""
        factors: dict[str, float] = {}
        for played in self.played:
            for quantity in played.mechanism.scaled:
                factors[quantity] = factors.get(quantity, 1.0) * played.factor(quantity, call.person)
        for quantity, factor in factors.items():
            if factor != 1.0:
                _SCALE[quantity](luck, factor)


def _patience(luck: LuckRow, factor: float) -> None:
    luck.hang_up_ppm = round(luck.hang_up_ppm * factor)
    if luck.patience_s >= 0:
        luck.patience_s = round(luck.patience_s * factor)


def _on_scene(luck: LuckRow, factor: float) -> None:
    luck.on_scene_ppm = round(luck.on_scene_ppm * factor)


def _contact(luck: LuckRow, factor: float) -> None:
    """A mark below the threshold times the factor is a mark over the factor below the threshold."""
    luck.contact_mark = min(int(luck.contact_mark / factor), MARKS) if factor > 0 else MARKS


def _force(luck: LuckRow, factor: float) -> None:
    """The same for a decision that takes the highest marks."""
    luck.force_mark = max(MARKS - int((MARKS - luck.force_mark) / factor), -1) if factor > 0 else -1


def _crisis_rate(luck: LuckRow, factor: float) -> None:
    luck.height_ppm = min(int(luck.height_ppm / factor), _NEVER) if factor > 0 else _NEVER


_SCALE = {"patience": _patience, "on_scene": _on_scene, "contact": _contact, "force": _force, "crisis_rate": _crisis_rate}
