"""Codes of statuses, events and endings; the rank of events in one second; legal moves as a table.

Nothing is decided here. Add a status or an event here first, then the rule and the engines that use it.
"""

from __future__ import annotations

from enum import IntEnum

DAY_S = 86_400
HOUR_S = 3_600


class Status(IntEnum):
    """What a unit is doing."""

    OFF_DUTY = 0
    IDLE = 1
    TURNOUT = 2
    EN_ROUTE = 3
    ON_SCENE = 4
    TRANSPORTING = 5
    AT_FACILITY = 6
    PAPERWORK = 7


class CallStatus(IntEnum):
    """Where a call stands."""

    EXPECTED = 0  # not received yet
    QUEUED = 1
    DISPATCHED = 2
    ON_SCENE = 3
    ENDED = 4


class Event(IntEnum):
    """What can happen, in the rank in which things of one second happen: the lower number first.

    LOOK_AGAIN and MATCH write no rows. MATCH is last, so units freed and calls received in one second are
    weighed together.
    """

    POLICY_STARTS = 0
    AVAILABLE = 1  # paperwork done
    CLEAR = 2  # unit leaves the call
    SHIFT_END = 3  # unit goes off duty
    OVERTIME = 4  # rostered end passes while the unit is at work
    SHIFT_START = 5
    ABANDONED = 6  # the caller gave up
    NEVER_SERVED = 7  # no responder on any roster takes such a call
    RECEIVED = 8
    EN_ROUTE = 9
    ON_SCENE = 10
    TRANSPORTING = 11
    AT_FACILITY = 12
    FORCE_USED = 13
    LATER_ED_72H = 14  # the person will visit an ED within 72 hours after this ending
    LATER_ED_30D = 15  # within 30 days, not 72 hours
    PAPERWORK = 16  # unit out of service after a contact
    LOOK_AGAIN = 17
    DISPATCHED = 18
    MATCH = 19
    UNFINISHED = 20  # the run ended first


class Disposition(IntEnum):
    """How a call ended for the person. For calls nobody reached: what became of them all the same."""

    HANDLED = 0  # ordinary police work, no person followed
    RESOLVED = 1
    REFERRED = 2
    CRISIS_CENTRE = 3
    ED = 4  # voluntary
    ED_MEDICAL = 5
    HOLD = 6  # involuntary, to an ED
    ARREST = 7
    NO_CONTACT = 8  # gone on arrival, refused or not found


class FacilityKind(IntEnum):
    """Kinds of doors."""

    ED = 0
    CRISIS_CENTRE = 1
    JAIL = 2


WEAPON = 1
MEDICAL_NEED = 2
VIOLENCE_RISK = 4
FLAG_NAMES = {"weapon": WEAPON, "medical_need": MEDICAL_NEED, "violence_risk": VIOLENCE_RISK}

ED_DISPOSITIONS = (int(Disposition.ED), int(Disposition.ED_MEDICAL), int(Disposition.HOLD))
ENDING_EVENTS = (int(Event.CLEAR), int(Event.ABANDONED), int(Event.NEVER_SERVED), int(Event.UNFINISHED))
WORKING = (int(Status.TURNOUT), int(Status.EN_ROUTE), int(Status.ON_SCENE), int(Status.TRANSPORTING), int(Status.AT_FACILITY))


def _unit_moves() -> tuple[tuple[int, ...], ...]:
    moves = {
        (Status.OFF_DUTY, Event.SHIFT_START): Status.IDLE,
        (Status.IDLE, Event.SHIFT_END): Status.OFF_DUTY,
        (Status.PAPERWORK, Event.SHIFT_END): Status.OFF_DUTY,
        (Status.IDLE, Event.PAPERWORK): Status.PAPERWORK,
        (Status.PAPERWORK, Event.AVAILABLE): Status.IDLE,
        (Status.IDLE, Event.DISPATCHED): Status.TURNOUT,
        (Status.TURNOUT, Event.EN_ROUTE): Status.EN_ROUTE,
        (Status.EN_ROUTE, Event.ON_SCENE): Status.ON_SCENE,
        (Status.ON_SCENE, Event.TRANSPORTING): Status.TRANSPORTING,
        (Status.TRANSPORTING, Event.AT_FACILITY): Status.AT_FACILITY,
        (Status.ON_SCENE, Event.CLEAR): Status.IDLE,
        (Status.AT_FACILITY, Event.CLEAR): Status.IDLE,
        (Status.ON_SCENE, Event.FORCE_USED): Status.ON_SCENE,
    }
    for status in WORKING:
        moves[Status(status), Event.OVERTIME] = Status(status)
        moves[Status(status), Event.SHIFT_START] = Status(status)
    return tuple(tuple(int(moves.get((s, e), -1)) for e in Event) for s in Status)


NEXT_STATUS = _unit_moves()  # [status][event] -> status, -1 illegal


def _call_moves() -> tuple[tuple[int, ...], ...]:
    moves = {
        (CallStatus.EXPECTED, Event.RECEIVED): CallStatus.QUEUED,
        (CallStatus.QUEUED, Event.ABANDONED): CallStatus.ENDED,
        (CallStatus.QUEUED, Event.NEVER_SERVED): CallStatus.ENDED,
        (CallStatus.QUEUED, Event.DISPATCHED): CallStatus.DISPATCHED,
        (CallStatus.DISPATCHED, Event.ON_SCENE): CallStatus.ON_SCENE,
        (CallStatus.ON_SCENE, Event.CLEAR): CallStatus.ENDED,
        (CallStatus.QUEUED, Event.UNFINISHED): CallStatus.ENDED,
        (CallStatus.DISPATCHED, Event.UNFINISHED): CallStatus.ENDED,
        (CallStatus.ON_SCENE, Event.UNFINISHED): CallStatus.ENDED,
    }
    return tuple(tuple(int(moves.get((s, e), -1)) for e in Event) for s in CallStatus)


NEXT_CALL_STATUS = _call_moves()  # [call status][event] -> call status, -1 illegal


def hour_band(now: int) -> int:
    """0 night (0-6 h), 1 morning, 2 afternoon, 3 evening (18-24 h)."""
    return now % DAY_S // (6 * HOUR_S)
