"""How units leave calls in the readable engine: released, called off, taken away, turned back.

`model` is the town being played. A unit that leaves before the work has begun may leave its role open again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.rules.assembling import part
from sim.rules.lifecycle import CallStatus, Event, Status
from sim.rules.timing import paperwork_seconds
from sim.tables import CallRow

if TYPE_CHECKING:
    from sim.engines.readable import PlayedTown, Unit

RELEASED = int(Event.RELEASED)
CALLED_OFF = int(Event.CALLED_OFF)
AT_THE_SCENE = (int(Status.STAGING), int(Status.ON_SCENE))


def part_with(model: PlayedTown, unit: Unit, call: CallRow, event: int, disposition: int = -1) -> None:
    """Write that a unit leaves its call, and take it off."""
    call.cause = model.move(unit, event, call.id, disposition)
    part(model.town.units, call, unit)
    unit.facility = -1


def release(model: PlayedTown, unit: Unit, call: CallRow) -> None:
    """Let a unit at the scene go; who was with the person has paperwork."""
    owed_s = paperwork_seconds(model.town, unit, call) if unit.status == Status.ON_SCENE else 0
    part_with(model, unit, call, RELEASED)
    unit.settle_down(owed_s, call.id)


def let_others_go(model: PlayedTown, call: CallRow, but: int) -> None:
    """All units but one leave: those at the scene are released, those on their way called off."""
    at = call.first
    while at >= 0:
        unit = model.unit_rows[at]
        at = unit.next
        if unit.id == but:
            continue
        if unit.status in AT_THE_SCENE:
            release(model, unit, call)
        else:
            call_off(model, unit, call)


def call_off(model: PlayedTown, unit: Unit, call: CallRow) -> None:
    """A unit is not wanted here any more."""
    part_with(model, unit, call, CALLED_OFF)
    unit.settle_down(0, call.id)


def call_off_all(model: PlayedTown, call: CallRow) -> None:
    """Nobody is wanted here any more."""
    while call.first >= 0:
        call_off(model, model.unit_rows[call.first], call)


def take_away(model: PlayedTown, unit: Unit, event: int) -> None:
    """Take a unit off a call it has not reached: its role is open again, and without any unit the call is queued again."""
    call = model.calls[unit.call]
    wanted = unit.bits
    part_with(model, unit, call, event)
    model.start_waiting(call)
    if call.first < 0 and call.status == CallStatus.DISPATCHED:
        model.move_call(call, CALLED_OFF)
        queue_again(model, call)
    else:
        call.open |= wanted
        model.ask_match()


def queue_again(model: PlayedTown, call: CallRow) -> None:
    """A call has no unit any more: it keeps its age and waits for another."""
    call.open = call.covered = 0
    model.start_waiting(call)
    model.dispatcher.wait_again(call, model.lucks[call.id])


def withdraw(model: PlayedTown, unit: Unit, event: int) -> None:
    """A unit on its way turns back, or was never sent by its own centre."""
    call_id = unit.call
    take_away(model, unit, event)
    unit.settle_down(0, call_id)
