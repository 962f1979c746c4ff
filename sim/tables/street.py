"""Units, responder types, crews and hours of duty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sim.tables.column import I1, I2, I4, I8, Column


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
