"""A responder type as rules see it: from a scenario's words and minutes to a `ResponderRow`."""

from __future__ import annotations

from sim.keys import threshold
from sim.scenario.roles import OFFICERS
from sim.scenario.schema import Responder, Scenario
from sim.tables import ResponderRow
from sim.world.clock import seconds
from sim.world.response import Roles

WHEN_IDLE = {"stays": 0, "goes_home": 1, "covers": 2}
POLICE, CIVILIAN, AMBULANCE = 0, 1, 2  # whose traffic a crew meets


def traffic_of(row: Responder) -> int:
    """Whose traffic a crew meets: the luck of its drives to a call is theirs."""
    if any(kind in row.crew for kind in OFFICERS):
        return POLICE
    return AMBULANCE if "medic" in row.crew and "clinician" not in row.crew else CIVILIAN


def responder_row(scenario: Scenario, name: str, i: int, programme: int, roles: Roles) -> ResponderRow:
    """The row of a responder type; all zero for one that only the other plan has."""
    row = scenario.responders.get(name)
    if row is None:
        return ResponderRow(i, -1, 0, 0, 0, 0, 0, 0, 0)
    end, asks, relay, rest = row.end_of_shift, row.asks, row.relay, row.breaks
    return ResponderRow(
        id=i,
        programme=programme,
        has_officer=int(any(kind in row.crew for kind in OFFICERS)),
        has_clinician=int("clinician" in row.crew),
        has_medic=int("medic" in row.crew),
        transports=int(row.transports),
        paperwork_s=seconds(row.paperwork_min.value),
        ambulance_wait_s=seconds(row.ambulance_wait_min.value),
        is_rostered=int(any(shift.posts > 0 for shift in row.shifts.values())),
        traffic=traffic_of(row),
        stages=int(row.stages),
        is_remote=int(row.remote),
        leaves_s=seconds(row.leaves_after_min.value) if row.leaves_after_min is not None else -1,
        transport_bits=roles.bits([row.transport_by]) if row.transport_by is not None else 0,
        asks=roles.bits([asks.role]) if asks is not None else 0,
        ask_after_s=seconds(asks.after_min.value) if asks is not None else 0,
        ask_wait_s=seconds(asks.wait_min.value) if asks is not None else 0,
        ask_leads=int(asks is not None and asks.takes_charge),
        relay_s=seconds(relay.delay_min.value) if relay is not None else 0,
        relay_fails=int(threshold(relay.fails_share.value)) if relay is not None else 0,
        recognises=int(threshold(row.recognises_share.value)),
        last_calls_s=seconds(end.last_calls_min.value),
        last_priority=end.last_priority,
        turns_back=int(end.on_the_way == "turns_back"),
        when_idle=WHEN_IDLE[row.when_idle],
        break_after_s=round(rest.after_h.value * 3600) if rest is not None else 0,
        break_s=seconds(rest.minutes.value) if rest is not None else 0,
    )
