"""Calls, their luck, and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sim.tables.column import I1, I2, I4, I8, U4, Column


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
    turnout_ppm: Annotated[int, Column(I4, "ppm", "realised turnout over that of the crew")] = 1_000_000
    attempts: Annotated[int, Column(I1, "count", "attempts of a follow-up until the person is reached; 127 is never")] = 127
    follow_mark: Annotated[int, Column(U4, "mark", "decides whether its ending is to be followed up")] = 0


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
