"""One row a call, read off a ledger. What happened is the ledger's; nothing is counted here.

Units have their own tables in `spells` and `crews`. Totals are `metrics`, prices are `costs`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure import sweep
from sim.measure.columns import (
    DISPOSITIONS,
    ENDINGS,
    HOUR_BANDS,
    Bools,
    Ints,
    Records,
    between,
    named,
    positions,
    responder_facts,
    rows_of,
)
from sim.measure.crews import assignments, crew_facts
from sim.measure.people import has_groups, people_facts
from sim.measure.phone import phone_facts, triaged
from sim.measure.replay import replay
from sim.passes import also_as_loop
from sim.rules.lifecycle import (
    ED_DISPOSITIONS,
    ENDING_EVENTS,
    FLAG_NAMES,
    FORCE_EVENTS,
    HOUR_S,
    NOT_FOLLOWED,
    Disposition,
    Event,
)
from sim.world import World

UNSERVED = {
    Event.ABANDONED: "abandoned",
    Event.NEVER_SERVED: "out of remit",
    Event.CANCELLED: "cancelled",
    Event.GIVEN_UP: "given up",
    Event.UNFINISHED: "unfinished",
    Event.RESOLVED_BY_PHONE: "resolved by phone",
    Event.NOT_CALLED: "not called",
}
HAPPENINGS = {
    "asked": Event.ASKED,
    "called_back": Event.CALLED_BACK,
    "escalated": Event.ESCALATED,
    "recognised": Event.RECOGNISED,
}
ENDING_OF = positions(ENDING_EVENTS, len(Event))
UNSERVED_OF = positions(UNSERVED, len(Event))
IS_ED = positions(ED_DISPOSITIONS, len(Disposition)) >= 0


def remits(world: World) -> Bools:
    """[responder][call] whether what the call truly is is in the remit of the responder type, by the plan in force.

    Neither what the centre takes a call for nor whether it follows the plan changes a remit.
    """
    kind = world.lucks["type"].astype(np.int64) * world.after.takes.shape[1] + (world.calls["flags"] & ~NOT_FOLLOWED)
    tables = [(facts.takes == 1).reshape(-1, len(world.names.responders)).T for facts in (world.before, world.after)]
    after = tables[1].take(kind, axis=1)
    if world.before is world.after:
        return np.asarray(after, np.bool_)
    is_after = world.calls["received_s"] >= world.policy_starts_s
    return np.asarray(np.where(is_after, after, tables[0].take(kind, axis=1)), np.bool_)


def _eligible(world: World) -> Bools:
    """Whether each call is about a person and in the remit of any programme."""
    is_after = world.calls["received_s"] >= world.policy_starts_s
    before, after = ([row.programme >= 0 for row in facts.responders] for facts in (world.before, world.after))
    found = np.zeros(len(world.calls), np.bool_)
    for taken, paid_before, paid_after in zip(remits(world), before, after, strict=True):
        if paid_before or paid_after:
            found |= taken & np.where(is_after, paid_after, paid_before)
    return np.asarray(found & world.person_type[world.lucks["type"]], np.bool_)


def call_facts(ledger: Records, world: World, assigned: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per call received in the run, in order of `call`.

    Who did not call for want of a service that would come has a row too; its `ending` is NOT_CALLED. Times are -1 where
    the thing never happened. `type` and `person` are what the call truly is, `dispatched_as` what the centre took it for,
    `mislabelled` whether these differ. `responder` and `unit` are the first on scene (staged is not there), empty and -1
    if nobody came or the crew was given up; `programme` pays for that responder; `led_by` is the responder type in charge
    at the end. `eligible`: about a person and in some programme's remit.

    `n_units` were sent in all, `n_on_scene` came. `joint`: an officer and a clinician were on scene at once, in one car
    or two. `officer`: any officer was. `clinician_on_scene_s`: received to the first clinician. `asked`: who was there
    asked for others. `given_up`: how often all were called off, since the crew did not come together. `diverted`: how
    often a unit on its way was taken for another call. `time_on_task_s`: first dispatched until the call was cleared;
    `paperwork_s`: out of service afterwards, all units. `criteria`: meets those of a hold, -1 not modelled.

    `ed`: the call itself ended in an ED visit, by any route. `later_ed_30d` includes 72 h. `reason`: why nobody came
    (abandoned, out of remit, cancelled, given up, unfinished, resolved by phone, not called). `ambulance`: a ride to an
    ED by a medic's unit, or for a unit in charge that does not drive people itself. With a phone stage there are the
    columns of `phone.phone_facts`, where ages, homes or persons are known those of `people.people_facts`.
    """
    ledger = np.ascontiguousarray(ledger)
    assigned = assignments(ledger, world) if assigned is None else assigned
    *times, later_72h, later_30d, force, given_up = moments(ledger, len(world.calls))
    received, dispatched, on_scene, unit, ended, ending, disposition, lead = times
    on_scene, unit = (np.where(ending == Event.GIVEN_UP, -1, column) for column in (on_scene, unit))
    lead = np.where((ending == Event.CLEAR) | (ending == Event.UNFINISHED), lead, -1)
    facts = pd.DataFrame(
        {
            **_known_at_once(ledger, world),
            **_who_came(world, unit, lead, IS_ED[disposition]),
            "unit": unit,
            **_waits(received, dispatched, on_scene),
            "time_on_task_s": between(dispatched, np.where(ending == Event.CLEAR, ended, -1)),
            "ended_s": ended,
            "ending": named(ENDING_OF[ending], ENDINGS),
            "reason": _reason(ending, on_scene),
            "disposition": named(disposition, DISPOSITIONS),
            "ed": IS_ED[disposition].astype(np.int8),
            **_afterwards(later_72h, later_30d),
            **{"force": (force > 0).astype(np.int8), "force_level": force},
            "reached": (on_scene >= 0).astype(np.int8),
            **crew_facts(ledger, world, assigned, received),
            **{name: _is_among(rows_of(ledger, event)[0], len(received)) for name, event in HAPPENINGS.items()},
            "given_up": given_up,
            **_coupled(ledger, world, received >= 0),
        },
        copy=False,
    )
    came_about = (received >= 0) | (ending == Event.NOT_CALLED)
    return facts if came_about.all() else facts[came_about].reset_index(drop=True)


def _waits(received: Ints, dispatched: Ints, on_scene: Ints) -> dict[str, Ints]:
    """How long until somebody was sent and there."""
    return {
        "received_to_dispatched_s": between(received, dispatched),
        "received_to_on_scene_s": between(received, on_scene),
        "dispatched_to_on_scene_s": between(dispatched, on_scene),
    }


def _coupled(ledger: Records, world: World, received: Bools) -> dict[str, Any]:
    """Columns there are only with a phone stage, or where something is known of who calls."""
    on_phone = phone_facts(ledger, world) if world.names.desks else {}
    return on_phone | (people_facts(world, received) if has_groups(world) else {})


def _who_came(world: World, unit: Ints, lead: Ints, is_ed: Bools) -> dict[str, Any]:
    """Responder types first on scene and in charge at the end, and what follows from them."""
    first, last = (np.append(world.units["responder"], -1)[of] for of in (unit, lead))
    is_after = world.calls["received_s"] >= world.policy_starts_s
    drives, medic = (responder_facts(world, name, last, is_after) for name in ("transports", "has_medic"))
    return {
        "responder": named(first, world.names.responders),
        "programme": named(responder_facts(world, "programme", first, is_after), world.names.programmes),
        "led_by": named(last, world.names.responders),
        "ambulance": (is_ed & (last >= 0) & ((drives == 0) | (medic == 1))).astype(np.int8),
    }


def _known_at_once(ledger: Records, world: World) -> dict[str, Any]:
    """Columns of `call_facts` that hold before anybody is sent."""
    calls, names = world.calls, world.names
    kind, priority = triaged(ledger, world) if names.desks else (calls["type"], calls["priority"])
    return {
        "call": calls["id"],
        "stream": calls["stream"],
        "number": calls["number"],
        "type": named(world.lucks["type"], names.types),
        "dispatched_as": named(kind, names.types),
        "mislabelled": (kind != world.lucks["type"]).astype(np.int8),
        "channel": named(calls["channel"], names.channels),
        "zone": named(calls["zone"], names.zones),
        "priority": priority,
        **{flag: (calls["flags"] & bit) != 0 for flag, bit in FLAG_NAMES.items()},
        "hour_band": named(calls["received_s"] // (6 * HOUR_S) % 4, HOUR_BANDS),
        "received_s": calls["received_s"],
        "in_window": (calls["received_s"] >= world.window_start_s) & (calls["received_s"] < world.window_end_s),
        "person": world.person_type[world.lucks["type"]],
        "criteria": world.lucks["criteria"],
        "eligible": _eligible(world),
    }


def _is_among(calls: Ints, n: int) -> npt.NDArray[np.int8]:
    found = np.zeros(n, np.int8)
    found[calls] = 1
    return found


def _afterwards(later_72h: npt.NDArray[Any], later_30d: npt.NDArray[Any]) -> dict[str, Any]:
    """ED visits after an ending that was not one; those within 30 days include those within 72 hours."""
    return {"later_ed_72h": later_72h, "later_ed_30d": later_72h | later_30d}


@also_as_loop(sweep.moments)
def moments(ledger: Records, n_calls: int) -> tuple[npt.NDArray[Any], ...]:
    """Of each call: received, first dispatched, first on scene, by which unit; when, how and as what it ended; or -1.

    Then the unit last in charge or -1; then 0 or 1: a later ED visit within 72 hours, within 30 days; force used,
    0 to 3; then how often its crew was given up.
    """
    found = [np.full(n_calls, -1, np.int64) for _ in range(8)]
    received, dispatched, on_scene, unit, ended, ending, disposition, lead = found
    for column, event in ((received, Event.RECEIVED), (dispatched, Event.DISPATCHED), (on_scene, Event.ON_SCENE)):
        calls, rows = rows_of(ledger, event)
        column[calls[::-1]] = ledger["t_s"][rows[::-1]]
        if event == Event.ON_SCENE:
            unit[calls[::-1]] = ledger["unit"][rows[::-1]]
    for event in map(Event, ENDING_EVENTS):
        calls, rows = rows_of(ledger, event)
        ended[calls], ending[calls], disposition[calls] = ledger["t_s"][rows], event, ledger["disposition"][rows]
    lead[:] = unit
    for event in (Event.LEADS, Event.CLEAR):
        calls, rows = rows_of(ledger, event)
        lead[calls] = ledger["unit"][rows]
    later = (_is_among(rows_of(ledger, e)[0], n_calls) for e in (Event.LATER_ED_72H, Event.LATER_ED_30D))
    force = np.zeros(n_calls, np.int8)
    for level, code in enumerate(FORCE_EVENTS, 1):  # a call's level only rises
        force[rows_of(ledger, Event(code))[0]] = level
    lives = replay(ledger)
    is_off = (ledger["event"][lives.rows] == Event.CALLED_OFF) & lives.is_gathered & (lives.crew_after == 0)
    given_up = np.bincount(ledger["call"][lives.rows[is_off]], minlength=n_calls).astype(np.int32)
    return (*found, *later, force, given_up)


def _reason(ending: Ints, on_scene: Ints) -> pd.Categorical:
    return named(np.where(on_scene < 0, UNSERVED_OF[ending], np.int8(-1)), tuple(UNSERVED.values()))
