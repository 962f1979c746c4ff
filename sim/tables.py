"""Every column there is: name, type, unit, meaning, and whether a dispatch centre can see it.

Row classes are the only definition of an entity. Their annotations give mypy its `int`, numba its record
type, the readable engine its objects and Mesa agents their base; files, checks and the documentation read
the same lines. Null is -1 everywhere; there is no NaN in an integer column.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

import numpy as np

MAX_SLOTS = 7  # roles of all plans together: bits of a call, one byte
FORMAT_VERSION = 3  # of the ledger and of results folders


@dataclass(frozen=True)
class Column:
    """What one column holds. `type` is a NumPy type string."""

    type: str
    unit: str
    meaning: str


I1 = "i1"
I2 = "i2"
I4 = "i4"
U4 = "u4"
I8 = "i8"


@dataclass(eq=False)
class CallRow:
    """A call for service, as a dispatch centre knows it. Rows of one world are in order of `received_s`."""

    id: Annotated[int, Column(I4, "row", "row number of the call")]
    stream: Annotated[int, Column(I8, "hash", "stream of its random identity: hash of type and zone")]
    number: Annotated[int, Column(I4, "count", "number of the call within its stream")]
    received_s: Annotated[int, Column(I8, "s", "when the centre received it, since the scenario's first midnight")]
    type: Annotated[int, Column(I4, "row", "call type")]
    zone: Annotated[int, Column(I4, "row", "zone of the person")]
    priority: Annotated[int, Column(I1, "1-4", "1 is the most urgent")]
    flags: Annotated[int, Column(I1, "bits", "1 weapon, 2 medical need, 4 violence risk, 8 response plan not followed")]
    channel: Annotated[int, Column(I1, "row", "how it came in")] = 0
    age: Annotated[int, Column(I1, "code", "age group of the person (lifecycle.Age)")] = 1
    is_unhoused: Annotated[int, Column(I1, "0/1", "1 if the person has no home")] = 0
    is_induced: Annotated[int, Column(I1, "0/1", "1 if the person calls only where a service is seen to come")] = 0
    person: Annotated[int, Column(I4, "row", "person with recurrent crises whom it is about, -1 anybody else")] = -1
    lot_ppm: Annotated[int, Column(I4, "ppm", "the lot drawn for it, 0 to 999,999: trials assign arms by it")] = 0
    rang_s: Annotated[int, Column(I4, "s", "when it joined an answer queue, -1 never")] = -1
    queued_s: Annotated[int, Column(I4, "s", "when it came to dispatch, -1 not yet")] = -1
    desk: Annotated[int, Column(I1, "row", "desk it rings at, or spoke to last, -1 none")] = -1
    rings: Annotated[int, Column(I1, "count", "times the caller rang again")] = 0
    status: Annotated[int, Column(I1, "code", "where the call stands (lifecycle.CallStatus)")] = 0
    stamp: Annotated[int, Column(I4, "count", "number of its present phase; clocks of older phases are void")] = 0
    chain: Annotated[int, Column(I2, "row", "first alternative of its response plan not given up, -1 none")] = -1
    plan: Annotated[int, Column(I2, "row", "alternative its units were sent under, -1 none")] = -1
    open: Annotated[int, Column(I1, "bits", "roles wanted and not yet assigned")] = 0
    coming: Annotated[int, Column(I1, "bits", "roles of units on their way")] = 0
    here: Annotated[int, Column(I1, "bits", "roles of units on scene or staged")] = 0
    covered: Annotated[int, Column(I1, "bits", "flags that bar nobody, since an officer goes or is there")] = 0
    asked: Annotated[int, Column(I1, "bits", "roles asked for on scene")] = 0
    barred: Annotated[int, Column(I8, "bits", "responder types not to be sent again")] = 0
    is_waiting: Annotated[int, Column(I1, "0/1", "1 while somebody is wanted who has not been sent")] = 0
    is_clocked: Annotated[int, Column(I1, "0/1", "1 once its clocks of waiting run")] = 0
    since_s: Annotated[int, Column(I8, "s", "when the first of its units was there")] = -1
    first: Annotated[int, Column(I4, "row", "first of its units in order, -1 none; UnitRow.next is the one after")] = -1
    unit: Annotated[int, Column(I4, "row", "unit in charge, or last assigned, -1 none")] = -1
    responder: Annotated[int, Column(I4, "row", "responder type of the unit in charge, -1 none")] = -1
    row: Annotated[int, Column(I4, "row", "outcome row it was settled under, -1 not yet")] = -1
    cause: Annotated[int, Column(I4, "row", "ledger row that last concerned the call")] = -1
    disposition: Annotated[int, Column(I1, "code", "how it ended (lifecycle.Disposition), -1 not yet")] = -1
    force: Annotated[int, Column(I1, "0-3", "force used: none, hands, weapon, serious")] = 0


@dataclass(eq=False)
class LuckRow:
    """What nobody at the centre can know of a call. Drawn before the first dispatch, addressed, never re-drawn."""

    patience_s: Annotated[int, Column(I8, "s", "seconds it stays queued before the caller gives up, -1 for ever")]
    acuity: Annotated[int, Column(I1, "0-2", "how severe the crisis is: low, middle, high")]
    type: Annotated[int, Column(I4, "row", "call type it truly is, whatever the centre took it for")]
    police_travel_ppm: Annotated[int, Column(I4, "ppm", "traffic: realised travel over expected, crews with an officer")]
    clinician_travel_ppm: Annotated[int, Column(I4, "ppm", "the same, civilian crews")]
    medic_travel_ppm: Annotated[int, Column(I4, "ppm", "the same, ambulance crews")]
    on_scene_ppm: Annotated[int, Column(I4, "ppm", "realised time on scene over the mean of type and responder")]
    handover_ppm: Annotated[int, Column(I4, "ppm", "realised hand-over time over the mean of the door")]
    contact_mark: Annotated[int, Column(U4, "mark", "decides whether the person is met")]
    medical_mark: Annotated[int, Column(U4, "mark", "decides whether medical care is needed")]
    arrest_mark: Annotated[int, Column(U4, "mark", "decides arrest")]
    hold_mark: Annotated[int, Column(U4, "mark", "decides an involuntary hold")]
    ed_mark: Annotated[int, Column(U4, "mark", "decides a voluntary way to the ED")]
    crisis_centre_mark: Annotated[int, Column(U4, "mark", "decides a visit to the crisis centre")]
    referral_mark: Annotated[int, Column(U4, "mark", "decides a referral with warm hand-off")]
    force_mark: Annotated[int, Column(U4, "mark", "decides use of force")]
    ask_mark: Annotated[int, Column(U4, "mark", "decides whether the unit in charge asks for somebody else")]
    relay_mark: Annotated[int, Column(U4, "mark", "decides whether another dispatch centre fails to send")]
    recognise_mark: Annotated[int, Column(U4, "mark", "decides whether a mislabelled crisis is seen for what it is")]
    call_back_mark: Annotated[int, Column(U4, "mark", "decides whether a caller rung back needs nobody any more")]
    escalates_s: Annotated[int, Column(I4, "s", "seconds after which the crisis grows worse unless somebody is there, -1 never")]
    criteria: Annotated[int, Column(I1, "0/1", "1 if the person meets the criteria for a hold, -1 not modelled")]
    later_ed_mark: Annotated[int, Column(U4, "mark", "decides a later ED visit: 72 hours, 30 days")]
    height_ppm: Annotated[
        int, Column(I4, "ppm", "the crisis comes about while the person's rate is above this share of their own")
    ] = 0
    talk_ppm: Annotated[int, Column(I4, "ppm", "realised time on the phone over the mean of desk and type")] = 1_000_000
    hang_up_ppm: Annotated[int, Column(I4, "ppm", "realised patience in an answer queue over the mean of the desk")] = 1_000_000
    phone_mark: Annotated[int, Column(U4, "mark", "decides whether it can be resolved by phone")] = 0
    ring_again_mark: Annotated[int, Column(U4, "mark", "decides whether a caller who hung up rings again")] = 0
    triage_mark: Annotated[int, Column(U4, "mark", "decides whether the call-taker takes it for another type")] = 0
    other_type: Annotated[int, Column(I2, "row", "that other type, -1 none")] = -1
    other_priority: Annotated[int, Column(I1, "1-4", "the priority it then has")] = 0
    attempts: Annotated[int, Column(I1, "count", "attempts of a follow-up until the person is reached; 127 is never")] = 127
    follow_mark: Annotated[int, Column(U4, "mark", "decides whether its ending is to be followed up")] = 0


@dataclass(eq=False)
class UnitRow:
    """A crewed thing that can be sent. One row a post; it comes and goes with its shifts."""

    id: Annotated[int, Column(I4, "row", "row number of the unit")]
    responder: Annotated[int, Column(I4, "row", "responder type")]
    home_zone: Annotated[int, Column(I4, "row", "where its shifts begin")]
    zone: Annotated[int, Column(I4, "row", "last known zone")]
    status: Annotated[int, Column(I1, "code", "what it is doing (lifecycle.Status)")] = 0
    call: Annotated[int, Column(I4, "row", "call it is assigned to, -1 none")] = -1
    bits: Annotated[int, Column(I1, "bits", "roles it fills at that call")] = 0
    priority: Annotated[int, Column(I1, "1-4", "priority of that call")] = 0
    next: Annotated[int, Column(I4, "row", "next unit at that call, -1 none")] = -1
    stamp: Annotated[int, Column(I4, "count", "number of the one event it awaits; older ones are void")] = 0
    assignments: Annotated[int, Column(I4, "count", "assignments so far")] = 0
    idle_since_s: Annotated[int, Column(I8, "s", "when it last became idle")] = 0
    due_s: Annotated[int, Column(I8, "s", "when the thing it does now ends")] = 0
    paperwork_owed_s: Annotated[int, Column(I8, "s", "paperwork left over from the last shift")] = 0
    break_owed_s: Annotated[int, Column(I8, "s", "break due and not yet taken")] = 0
    turnout_s: Annotated[int, Column(I8, "s", "dispatched to en route, by its shift")] = 0
    ends_s: Annotated[int, Column(I8, "s", "rostered end of its present duty")] = 0
    pace_ppm: Annotated[int, Column(I4, "ppm", "time at the scene over that of a rested crew, by its shift")] = 1_000_000
    is_rostered: Annotated[int, Column(I1, "0/1", "1 between shift start and rostered shift end")] = 0
    post: Annotated[int, Column(I4, "row", "zone it makes for while idle, -1 none")] = -1
    facility: Annotated[int, Column(I4, "row", "facility it is heading for or standing at, -1 none")] = -1
    cause: Annotated[int, Column(I4, "row", "ledger row that last concerned the unit")] = -1


@dataclass(eq=False)
class ResponderRow:
    """A responder type, as rules see it."""

    id: Annotated[int, Column(I4, "row", "row number of the responder type")]
    programme: Annotated[int, Column(I4, "row", "programme that pays for it, -1 none")]
    has_officer: Annotated[int, Column(I1, "0/1", "1 if its crew has a police officer")]
    has_clinician: Annotated[int, Column(I1, "0/1", "1 if its crew has a clinician")]
    has_medic: Annotated[int, Column(I1, "0/1", "1 if its crew has a paramedic or EMT")]
    transports: Annotated[int, Column(I1, "0/1", "1 if it drives people itself, 0 if it waits for an ambulance")]
    paperwork_s: Annotated[int, Column(I8, "s", "out of service after each contact")]
    ambulance_wait_s: Annotated[int, Column(I8, "s", "wait on scene for an ambulance, where it does not transport")]
    is_rostered: Annotated[int, Column(I1, "0/1", "1 if any post of it is ever on the roster")]
    traffic: Annotated[int, Column(I1, "0-2", "whose traffic it meets: police, civilian crews, ambulances")] = 0
    stages: Annotated[int, Column(I1, "0/1", "1 if it waits near a dangerous scene until an officer is there")] = 0
    is_remote: Annotated[int, Column(I1, "0/1", "1 if it joins by screen, where somebody is on scene")] = 0
    leaves_s: Annotated[int, Column(I8, "s", "stays this long when another is in charge, -1 to the end")] = -1
    transport_bits: Annotated[int, Column(I4, "bits", "role asked for where the person must be taken away, 0 none")] = 0
    asks: Annotated[int, Column(I4, "bits", "role it may ask for when in charge, 0 none")] = 0
    ask_after_s: Annotated[int, Column(I8, "s", "work before it asks")] = 0
    ask_wait_s: Annotated[int, Column(I8, "s", "how long it then waits")] = 0
    ask_leads: Annotated[int, Column(I1, "0/1", "1 if who is asked takes charge")] = 0
    relay_s: Annotated[int, Column(I8, "s", "delay where another dispatch centre sends it")] = 0
    relay_fails: Annotated[int, Column(I8, "mark", "threshold of that centre not sending it")] = 0
    recognises: Annotated[int, Column(I8, "mark", "threshold of seeing a mislabelled crisis")] = 0
    last_calls_s: Annotated[int, Column(I8, "s", "before the end of a shift: only urgent calls are taken")] = 0
    last_priority: Annotated[int, Column(I1, "1-4", "least urgent priority still taken then")] = 1
    turns_back: Annotated[int, Column(I1, "0/1", "1 if it turns back when its shift ends on the way")] = 0
    when_idle: Annotated[int, Column(I1, "code", "0 stays where it is, 1 goes home, 2 covers the emptiest part")] = 0
    break_after_s: Annotated[int, Column(I8, "s", "on duty before a break is due")] = 0
    break_s: Annotated[int, Column(I8, "s", "length of the break, 0 none")] = 0


@dataclass(eq=False)
class AlternativeRow:
    """One way to answer a call: which roles, who must be there, how long to wait. Rows of one plan follow by `next`."""

    id: Annotated[int, Column(I4, "row", "row number of the alternative")]
    roles: Annotated[int, Column(I4, "bits", "roles wanted")]
    minimum: Annotated[int, Column(I4, "bits", "roles without which nobody begins")]
    together: Annotated[int, Column(I4, "bits", "roles sent in one second or not at all")]
    stand_by: Annotated[int, Column(I4, "bits", "roles that stay near the scene")]
    lead: Annotated[int, Column(I4, "bits", "role in charge, 0 whoever came first")]
    after_s: Annotated[int, Column(I8, "s", "age of the call from which it may be tried")]
    full_crew_s: Annotated[int, Column(I8, "s", "from the first on scene: how long the minimum waits for the others")]
    give_up_s: Annotated[int, Column(I8, "s", "from the first on scene: how long they wait for the minimum")]
    covers: Annotated[int, Column(I1, "bits", "flags that bar nobody, since an officer is among the roles")]
    settles_as: Annotated[int, Column(I4, "row", "responder type whose outcomes hold once all are there, -1 who leads")]
    next: Annotated[int, Column(I4, "row", "alternative tried after this one, -1 none")]


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
class ShiftRow:
    """One unit's rostered hours on one day, whether or not somebody came; in pieces where the crew is away for a while."""

    unit: Annotated[int, Column(I4, "row", "unit")]
    start_s: Annotated[int, Column(I8, "s", "rostered start")]
    end_s: Annotated[int, Column(I8, "s", "rostered end")]
    staffed: Annotated[int, Column(I1, "0/1", "0 if the crew was absent, the post vacant or the crew in court or training")]
    overtime: Annotated[int, Column(I1, "0/1", "1 if somebody stood in on overtime")] = 0
    on_call: Annotated[int, Column(I1, "0/1", "1 if the crew waits at home")] = 0
    paid_ppm: Annotated[int, Column(I8, "ppm", "share of its hours that is paid: none if vacant, part if on call")] = 1_000_000
    turnout_s: Annotated[int, Column(I8, "s", "dispatched to en route")] = 0
    day: Annotated[int, Column(I4, "count", "proleptic ordinal of the day it starts: with the unit, the address of its luck")] = 0
    vacancy: Annotated[int, Column(I1, "code", "0 the post is held, 1 vacant, 2 its new holder is in training")] = 0
    trainee_ppm: Annotated[int, Column(I4, "ppm", "share of its hours paid to a trainee, besides who stands in")] = 0
    leavers: Annotated[int, Column(I2, "count", "holders who left since the unit's shift before")] = 0
    hires: Annotated[int, Column(I2, "count", "people hired since the unit's shift before")] = 0
    pace_ppm: Annotated[int, Column(I4, "ppm", "time at the scene over that of a rested crew")] = 1_000_000


@dataclass(eq=False)
class DutyRow:
    """An unbroken stretch of staffed shifts of one unit: what an engine plays."""

    unit: Annotated[int, Column(I4, "row", "unit")]
    start_s: Annotated[int, Column(I8, "s", "on duty from")]
    end_s: Annotated[int, Column(I8, "s", "off duty from, if not on a call")]
    turnout_s: Annotated[int, Column(I8, "s", "dispatched to en route")] = 0
    pace_ppm: Annotated[int, Column(I4, "ppm", "time at the scene over that of a rested crew")] = 1_000_000


@dataclass(eq=False)
class LedgerRow:
    """A thing that happened. The only output of an engine. 32 bytes a row."""

    t_s: Annotated[int, Column(I8, "s", "when, since the scenario's first midnight")]
    call: Annotated[int, Column(I4, "row", "call concerned, -1 none")]
    unit: Annotated[int, Column(I4, "row", "unit concerned, -1 none")]
    cause: Annotated[int, Column(I4, "row", "earlier ledger row that led to this one, -1 none")]
    event: Annotated[int, Column(I1, "code", "what (lifecycle.Event)")]
    status_from: Annotated[int, Column(I1, "code", "status before: of the unit, else of stay or task, else of the call")]
    status_to: Annotated[int, Column(I1, "code", "status after")]
    disposition: Annotated[int, Column(I1, "code", "how the call ended, on the row that ends it; -1 elsewhere")]
    person: Annotated[int, Column(I4, "row", "person with recurrent crises, on rows about no unit; -1 none")] = -1
    place: Annotated[int, Column(I2, "row", "facility; the desk on rows of the phone; -1 none")] = -1


@cache
def columns(row_class: type) -> dict[str, Column]:
    """Name to column, in order."""
    hints = get_type_hints(row_class, include_extras=True)
    return {f.name: get_args(hints[f.name])[1] for f in fields(row_class)}


@cache
def dtype_of(row_class: type) -> np.dtype[Any]:
    """The packed record type of a row class, little-endian."""
    return np.dtype([(name, "<" + c.type) for name, c in columns(row_class).items()], align=True)


def rows_to_array(rows: list[Any], row_class: type) -> np.ndarray[Any, Any]:
    """Objects to records, column order kept."""
    names = list(columns(row_class))
    return np.array([tuple(getattr(row, name) for name in names) for row in rows], dtype=dtype_of(row_class))


def array_to_rows(array: np.ndarray[Any, Any], row_class: type) -> list[Any]:
    """Records to plain objects, for engines that play with objects."""
    return [row_class(*record) for record in array.tolist()]
