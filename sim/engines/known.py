"""What is known beforehand, in the readable engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines import doors, phone
from sim.engines.stories import Due, Storied, Story
from sim.rules.lifecycle import Event
from sim.world.hours import KNOWN_COLUMNS, known_events

if TYPE_CHECKING:
    from sim.engines.readable import PlayedTown, Unit

POSITIONS = int(Event.POSITIONS)
PLACES = int(Event.PLACES)
WALKED_IN = int(Event.WALKED_IN)
SHIFT_START = int(Event.SHIFT_START)
SHIFT_END = int(Event.SHIFT_END)


class Roster(Storied):
    """What is known beforehand, in order: hours of duty, breaks, desks and doors, people who come by themselves."""

    entity = 0
    model: PlayedTown

    def call_the_hours(self) -> Story:
        """Tell each its hours."""
        model = self.model
        known = known_events(model.world)
        for t_s, event, entity, number, ends_s, pace_ppm in zip(*(known[name].tolist() for name in KNOWN_COLUMNS), strict=True):
            yield Due(model.env, event, entity, t_s - model.now, self._wake)
            if event == POSITIONS:
                model.lines[entity].n_positions = number
                phone.answer_calls(model, entity)
            elif event == PLACES:
                doors.fill(model, entity)
            elif event == WALKED_IN:
                doors.visit(model, entity)
            else:
                self.tell_unit(model.unit_rows[entity], event, number, ends_s, pace_ppm)

    def tell_unit(self, unit: Unit, event: int, turnout_s: int, ends_s: int, pace_ppm: int) -> None:
        """Tell a unit its hours."""
        if event == SHIFT_START:
            unit.start_shift(turnout_s, ends_s, pace_ppm)
        elif event == SHIFT_END:
            unit.end_shift()
        elif unit.is_rostered:
            unit.owe_break()
