"""Facilities and stays, people and their follow-up, desks and their queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sim.tables.column import I1, I2, I4, I8, U4, Column


@dataclass(eq=False)
class FacilityRow:
    """A door a person can be brought to."""

    id: Annotated[int, Column(I4, "row", "row number of the facility")]
    kind: Annotated[int, Column(I1, "code", "lifecycle.FacilityKind, -1 where the plan does not have it")]
    zone: Annotated[int, Column(I4, "row", "zone it stands in")]
    opens_s: Annotated[int, Column(I8, "s", "second of the day it opens")]
    closes_s: Annotated[int, Column(I8, "s", "second of the day it closes; 86,400 with opens 0 is always open")]
    bays: Annotated[int, Column(I4, "count", "hand-overs at the same time, -1 any number")] = -1
    stay_s: Annotated[int, Column(I8, "s", "mean stay, -1 where stays are not followed")] = -1
    waits: Annotated[int, Column(I1, "0/1", "1 if who comes to a full door waits, 0 if they go on to the next")] = 1
    onward: Annotated[int, Column(I8, "mark", "threshold of needing an inpatient bed after the stay")] = 0
    hold_onward: Annotated[int, Column(I8, "mark", "the same of people on a hold")] = 0


@dataclass(eq=False)
class DoorRow:
    """What goes on at a facility now."""

    id: Annotated[int, Column(I4, "row", "row number of the facility")]
    n_placed: Annotated[int, Column(I4, "count", "people who hold a place, boarding or not")] = 0
    n_handing_over: Annotated[int, Column(I4, "count", "units handing over")] = 0
    n_waiting: Annotated[int, Column(I4, "count", "people at the door, with a unit or without")] = 0


@dataclass(eq=False)
class StayRow:
    """A person's stay at a facility. The first rows are those of calls, by call; then other people's, whose luck is their own."""

    id: Annotated[int, Column(I4, "row", "row number of the stay; that of its call, where it has one")]
    stay_ppm: Annotated[int, Column(I4, "ppm", "realised stay over the mean of the facility")] = 1_000_000
    later_ppm: Annotated[int, Column(I4, "ppm", "the same for the stay that may follow: on a ward, in a service")] = 1_000_000
    onward_mark: Annotated[int, Column(U4, "mark", "decides whether an inpatient bed is needed")] = 0
    status: Annotated[int, Column(I1, "code", "where the person stands (lifecycle.StayStatus)")] = 0
    age: Annotated[int, Column(I1, "code", "age group (lifecycle.Age)")] = 1
    flags: Annotated[int, Column(I1, "bits", "flags of the call")] = 0
    is_held: Annotated[int, Column(I1, "0/1", "1 if the person is on a hold")] = 0
    is_away: Annotated[int, Column(I1, "0/1", "1 while the place they hold keeps them from ordinary life")] = 0
    facility: Annotated[int, Column(I2, "row", "facility where they hold a place, or wait for one, -1 none")] = -1
    type: Annotated[int, Column(I2, "row", "type of the call, -1 somebody else's stay")] = -1
    unit: Annotated[int, Column(I4, "row", "unit that brings them and has not left, -1 none")] = -1
    person: Annotated[int, Column(I4, "row", "person with recurrent crises, -1 anybody else")] = -1
    since_s: Annotated[int, Column(I4, "s", "waiting at the door, or for a bed, since")] = -1
    stamp: Annotated[int, Column(I4, "count", "number of its present phase")] = 0
    cause: Annotated[int, Column(I4, "row", "ledger row that last concerned the stay")] = -1


@dataclass(eq=False)
class PersonRow:
    """A person with recurrent crises."""

    id: Annotated[int, Column(I4, "row", "row number of the person")]
    zone: Annotated[int, Column(I4, "row", "where they live")]
    age: Annotated[int, Column(I1, "code", "age group (lifecycle.Age)")] = 1
    is_unhoused: Annotated[int, Column(I1, "0/1", "1 if they have no home")] = 0
    n_away: Annotated[int, Column(I1, "count", "stays that keep them away: hospital, custody")] = 0
    crises_ppm: Annotated[int, Column(I8, "ppm", "crises a year, times a million, in their own ordinary state")] = 0
    call: Annotated[int, Column(I4, "row", "their call that has not ended, -1 none")] = -1
    care_until_s: Annotated[int, Column(I4, "s", "in care until then")] = 0
    unresolved_until_s: Annotated[int, Column(I4, "s", "after a contact that resolved nothing, until then")] = 0
    n_contacts: Annotated[int, Column(I4, "count", "calls about them so far")] = 0
    cause: Annotated[int, Column(I4, "row", "ledger row that last concerned the person")] = -1


@dataclass(eq=False)
class TaskRow:
    """The follow-up of a call, one row a call."""

    id: Annotated[int, Column(I4, "row", "row number of its call")]
    person: Annotated[int, Column(I4, "row", "person with recurrent crises, -1 anybody else")] = -1
    since_s: Annotated[int, Column(I4, "s", "raised then, -1 never")] = -1
    cause: Annotated[int, Column(I4, "row", "ledger row that last concerned the task")] = -1
    status: Annotated[int, Column(I1, "code", "where it stands (lifecycle.TaskStatus)")] = 0
    n_attempts: Annotated[int, Column(I1, "count", "attempts so far")] = 0
    needed: Annotated[int, Column(I1, "count", "attempts until the person is reached")] = 127


@dataclass(eq=False)
class DeskRow:
    """A group of call-takers with one answer queue."""

    id: Annotated[int, Column(I4, "row", "row number of the desk")]
    is_there: Annotated[int, Column(I1, "0/1", "1 if the plan has it")]
    patience_s: Annotated[int, Column(I8, "s", "mean patience in its queue, -1 for ever")] = -1
    rings_again: Annotated[int, Column(I8, "mark", "threshold of ringing again after hanging up")] = 0
    again_s: Annotated[int, Column(I8, "s", "how much later")] = 0
    again_at: Annotated[int, Column(I4, "row", "at which desk, -1 none")] = -1
    spill_s: Annotated[int, Column(I8, "s", "ringing so long, it goes to another desk")] = 0
    spills_to: Annotated[int, Column(I4, "row", "which, -1 none")] = -1
    hands_on_to: Annotated[int, Column(I4, "row", "desk it hands calls on to, -1 none")] = -1
    only_if_free: Annotated[int, Column(I1, "0/1", "1 if it does so only where somebody is free there")] = 1


@dataclass(eq=False)
class LineRow:
    """What goes on at a desk now."""

    id: Annotated[int, Column(I4, "row", "row number of the desk")]
    n_positions: Annotated[int, Column(I4, "count", "call-takers on duty")] = 0
    n_talking: Annotated[int, Column(I4, "count", "calls being handled")] = 0
    n_ringing: Annotated[int, Column(I4, "count", "calls in its queue")] = 0
