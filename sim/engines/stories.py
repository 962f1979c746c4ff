"""The few primitives stories are told with, on a SimPy clock.

A story waits for one thing: `until`, a moment in the declared rank of simultaneous events. `begin` drops what an agent
was waiting for and starts another story; `drop` leaves it without one, until somebody begins one for it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import mesa
import simpy

if TYPE_CHECKING:
    from sim.engines.agents import TownModel

Story = Generator[simpy.Event, None, None]

_FIRST_RANK = 2  # SimPy keeps 0 and 1 for itself
_ENTITY_BITS = 26


class Due(simpy.Event):
    """A moment on the clock, ordered within its second by (rank of the event, entity)."""

    def __init__(self, env: simpy.Environment, event: int, entity: int, delay_s: int, fire: Callable[[Any], None]) -> None:
        self.env = env
        self.callbacks = [fire]
        self._value = None
        self._ok = True
        rank: Any = _FIRST_RANK + (event << _ENTITY_BITS | entity)
        env.schedule(self, rank, delay_s)


class Storied(mesa.Agent):  # type: ignore[misc]  # Mesa ships no types
    """An agent that lives one story at a time."""

    model: TownModel
    entity: int
    _story: Story | None = None
    _awaits: simpy.Event | None = None

    def begin(self, story: Story) -> None:
        """Drop what the agent was waiting for and start another story."""
        self.drop()
        self._story = story
        self._advance()

    def drop(self) -> None:
        """Wait for nothing any more."""
        if self._awaits is not None and self._awaits.callbacks:
            self._awaits.callbacks.clear()
        self._story = self._awaits = None

    def until(self, event: int, seconds: int) -> simpy.Event:
        """The moment `seconds` from now, at the rank of `event`."""
        return Due(self.model.env, event, self.entity, seconds, self._wake)

    def _wake(self, event: simpy.Event) -> None:
        if event is self._awaits:
            self._awaits = None
            model = self.model
            model.now = model.env.now  # type: ignore[assignment]  # whole seconds go in, whole seconds come out
            self._advance()

    def _advance(self) -> None:
        story = self._story
        awaited = next(story, None)  # type: ignore[arg-type]  # an agent is woken for a story it lives
        if self._story is story:  # else the story began another one itself
            self._awaits = awaited
