"""Follow-up in the readable engine: case managers take tasks on, try to reach people, and keep those in care for a time.

`model` is the town being played. A task belongs to the call that raised it, and is numbered as that call.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.engines import doors
from sim.engines.stories import Due
from sim.rules.lifecycle import Event, StayStatus, TaskStatus
from sim.rules.placing import NOWHERE, oldest_task, service_for
from sim.rules.recurring import link_to_care
from sim.rules.timing import stay_seconds
from sim.tables import CallRow, LuckRow, TaskRow

if TYPE_CHECKING:
    from sim.engines.readable import PlayedTown

ATTEMPTED = int(Event.ATTEMPTED)
CARE_ENDED = int(Event.CARE_ENDED)
CONNECTED = int(Event.CONNECTED)
LAPSED = int(Event.LAPSED)
TASK_OPENED = int(Event.TASK_OPENED)
TASK_RAISED = int(Event.TASK_RAISED)


def note(model: PlayedTown, task: TaskRow, event: int, status: int) -> None:
    """Give the task its next status and write the row."""
    before, task.status = task.status, status
    task.cause = model.book.write(model.now, task.id, -1, task.cause, event, before, status, -1, task.person)


def put_off(model: PlayedTown, task: TaskRow, event: int, seconds: int) -> None:
    """Have something happen to a task later."""
    Due(model.env, event, task.id, seconds, partial(play, model, task, event))


def play(model: PlayedTown, task: TaskRow, event: int, _: object) -> None:
    """A clock of a task has run down."""
    model.read_clock()
    if event == ATTEMPTED:
        attempt(model, task)
    elif event == CARE_ENDED:
        note(model, task, CARE_ENDED, int(TaskStatus.ENDED))
        give_up_slot(model)
    elif task.status == TaskStatus.WAITING:
        del model.waiting_tasks[task.id]
        lapse(model, task)


def lapse(model: PlayedTown, task: TaskRow) -> None:
    """Nobody looks after the person any more."""
    del model.followed[task.id]
    note(model, task, LAPSED, int(TaskStatus.ENDED))


def raise_task(model: PlayedTown, call: CallRow, luck: LuckRow) -> None:
    """An ended call may call for somebody to look after the person."""
    town = model.town
    if town.caseload < 0 or luck.follow_mark >= town.raises[call.disposition]:
        return
    task = model.tasks[call.id]
    task.person, task.needed, task.since_s, task.cause = call.person, luck.attempts, model.now, call.cause
    model.followed[call.id] = call
    note(model, task, TASK_RAISED, int(TaskStatus.WAITING))
    model.waiting_tasks[task.id] = None
    put_off(model, task, LAPSED, town.due_s)
    open_tasks(model)


def open_tasks(model: PlayedTown) -> None:
    """Case managers with room take on the oldest tasks."""
    town = model.town
    while model.n_on_caseload < town.caseload and model.waiting_tasks:
        task = model.tasks[oldest_task(model.waiting_tasks, model.tasks)]
        del model.waiting_tasks[task.id]
        model.n_on_caseload += 1
        note(model, task, TASK_OPENED, int(TaskStatus.OPEN))
        put_off(model, task, ATTEMPTED, town.first_attempt_s)


def attempt(model: PlayedTown, task: TaskRow) -> None:
    """Ring or visit: the person is reached, or will be tried again, or not any more."""
    town = model.town
    task.n_attempts += 1
    note(model, task, ATTEMPTED, task.status)
    if task.n_attempts >= task.needed:
        connect(model, task)
    elif task.n_attempts >= town.max_attempts:
        lapse(model, task)
        give_up_slot(model)
    else:
        put_off(model, task, ATTEMPTED, town.attempt_every_s)


def connect(model: PlayedTown, task: TaskRow) -> None:
    """The person is in care for a time, with a place in a service where one is free and wanted."""
    note(model, task, CONNECTED, int(TaskStatus.CONNECTED))
    put_off(model, task, CARE_ENDED, model.town.care_s)
    if task.person >= 0:
        link_to_care(model.persons[task.person], model.now + model.town.care_s)
    call = model.followed.pop(task.id)
    if model.town.has_stays and model.stays[task.id].status in (StayStatus.NONE, StayStatus.LEFT):
        service = service_for(model.town, call, model.now)
        if service != NOWHERE:
            move_in(model, task, call, service)


def move_in(model: PlayedTown, task: TaskRow, call: CallRow, service: int) -> None:
    """The person has a place in a service, and is in care at least as long."""
    stay = doors.open_stay(model, call)
    stay.cause = task.cause
    doors.walk_in(model, stay, service)
    if stay.person >= 0:
        link_to_care(model.persons[stay.person], model.now + stay_seconds(model.town, stay))


def give_up_slot(model: PlayedTown) -> None:
    """Somebody is off the caseload."""
    model.n_on_caseload -= 1
    open_tasks(model)
