"""Follow-up in the loop, line by line the twin of `following.py`, and what an ended call leaves behind.

Plain source in the subset numba takes.
"""

from __future__ import annotations

from typing import Any

from sim.engines.agenda import put_off
from sim.engines.loop_doors import AWAY_AGAIN, NO_STAY, come_alone, open_stay, walk_in
from sim.engines.moves import dropped, write_row
from sim.rules.lifecycle import Event, TaskStatus
from sim.rules.placing import oldest_task, service_for
from sim.rules.recurring import link_to_care, remember
from sim.rules.timing import stay_seconds

ATTEMPTED = int(Event.ATTEMPTED)
CARE_ENDED = int(Event.CARE_ENDED)
CONNECTED = int(Event.CONNECTED)
LAPSED = int(Event.LAPSED)
TASK_OPENED = int(Event.TASK_OPENED)
TASK_RAISED = int(Event.TASK_RAISED)
TASK_WAITS = int(TaskStatus.WAITING)
TASK_OPEN = int(TaskStatus.OPEN)
TASK_CONNECTED = int(TaskStatus.CONNECTED)
TASK_ENDED = int(TaskStatus.ENDED)


def note_task(w: Any, task: Any, event: int, status: int) -> None:
    """Give the task its next status and write the row."""
    before = task.status
    task.status = status
    task.cause = write_row(w, task.id, -1, task.cause, event, before, status, -1, task.person, -1)


def play_task(w: Any, town: Any, event: int, task: Any) -> None:
    """A clock of a task has run down."""
    if event == ATTEMPTED:
        attempt(w, town, task)
    elif event == CARE_ENDED:
        note_task(w, task, CARE_ENDED, TASK_ENDED)
        give_up_slot(w, town)
    elif task.status == TASK_WAITS:
        w.n_waiting_tasks = dropped(w.waiting_tasks, w.n_waiting_tasks, task.id)
        note_task(w, task, LAPSED, TASK_ENDED)


def end_call(w: Any, town: Any, call: Any, is_unreached: bool, facility: int) -> None:
    """What an ended call leaves behind: a person who remembers, perhaps somebody at a door, perhaps a follow-up.

    `facility`: where the person goes or is taken by others, -1 nowhere.
    """
    if call.person >= 0:
        remember(town, town.persons[call.person], call, is_unreached, w.now)
    if town.has_stays == 1:
        come_alone(w, town, call, facility)
    if not is_unreached:
        raise_task(w, town, call)


def raise_task(w: Any, town: Any, call: Any) -> None:
    """An ended call may call for somebody to look after the person."""
    luck = w.lucks[call.id]
    if town.caseload < 0 or luck.follow_mark >= town.raises[call.disposition]:
        return
    task = w.tasks[call.id]
    task.person = call.person
    task.needed = luck.attempts
    task.since_s = w.now
    task.cause = call.cause
    note_task(w, task, TASK_RAISED, TASK_WAITS)
    w.waiting_tasks[w.n_waiting_tasks] = task.id
    w.n_waiting_tasks += 1
    put_off(w, LAPSED, task.id, town.due_s, 0)
    open_tasks(w, town)


def open_tasks(w: Any, town: Any) -> None:
    """Case managers with room take on the oldest tasks."""
    while w.n_on_caseload < town.caseload and w.n_waiting_tasks > 0:
        task = w.tasks[oldest_task(w.waiting_tasks[: w.n_waiting_tasks], w.tasks)]
        w.n_waiting_tasks = dropped(w.waiting_tasks, w.n_waiting_tasks, task.id)
        w.n_on_caseload += 1
        note_task(w, task, TASK_OPENED, TASK_OPEN)
        put_off(w, ATTEMPTED, task.id, town.first_attempt_s, 0)


def attempt(w: Any, town: Any, task: Any) -> None:
    """Ring or visit: the person is reached, or will be tried again, or not any more."""
    task.n_attempts += 1
    note_task(w, task, ATTEMPTED, task.status)
    if task.n_attempts >= task.needed:
        connect(w, town, task)
    elif task.n_attempts >= town.max_attempts:
        note_task(w, task, LAPSED, TASK_ENDED)
        give_up_slot(w, town)
    else:
        put_off(w, ATTEMPTED, task.id, town.attempt_every_s, 0)


def connect(w: Any, town: Any, task: Any) -> None:
    """The person is in care for a time, with a place in a service where one is free and wanted."""
    note_task(w, task, CONNECTED, TASK_CONNECTED)
    put_off(w, CARE_ENDED, task.id, town.care_s, 0)
    if task.person >= 0:
        link_to_care(town.persons[task.person], w.now + town.care_s)
    if town.has_stays == 0:
        return
    stay = w.stays[task.id]
    if stay.status == NO_STAY or stay.status == AWAY_AGAIN:
        service = service_for(town, w.calls[task.id], w.now)
        if service >= 0:
            move_in(w, town, task, service)


def move_in(w: Any, town: Any, task: Any, service: int) -> None:
    """The person has a place in a service, and is in care at least as long."""
    stay = open_stay(w, w.calls[task.id])
    stay.cause = task.cause
    walk_in(w, town, stay, service)
    if stay.person >= 0:
        link_to_care(town.persons[stay.person], w.now + stay_seconds(town, stay))


def give_up_slot(w: Any, town: Any) -> None:
    """Somebody is off the caseload."""
    w.n_on_caseload -= 1
    open_tasks(w, town)
