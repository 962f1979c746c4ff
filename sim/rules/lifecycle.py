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
    STAGING = 4  # near the scene, until it is safe or because it only stands by
    ON_SCENE = 5
    TRANSPORTING = 6
    AT_FACILITY = 7
    PAPERWORK = 8
    BREAK = 9


class CallStatus(IntEnum):
    """Where a call stands."""

    EXPECTED = 0  # not received yet
    QUEUED = 1  # no unit assigned
    DISPATCHED = 2  # at least one unit on its way, none there
    ASSEMBLING = 3  # somebody is there, but not the crew that may begin
    ON_SCENE = 4  # the work goes on, at the scene or on the way to a door
    ENDED = 5


class Event(IntEnum):
    """What can happen, in the rank in which things of one second happen: the lower number first.

    BREAK_DUE, CREW_DUE, LOOK_AGAIN and MATCH write no rows. MATCH is last, so units freed and calls received
    in one second are weighed together.
    """

    POLICY_STARTS = 0
    AVAILABLE = 1  # paperwork or break over
    CLEAR = 2  # the unit in charge leaves, and the call is over
    RELEASED = 3  # a unit leaves a call that goes on, or is let go when it ends
    SHIFT_END = 4  # unit goes off duty
    OVERTIME = 5  # rostered end passes while the unit is at work
    SHIFT_START = 6
    BREAK_DUE = 7
    ABANDONED = 8  # the caller gave up
    NEVER_SERVED = 9  # no responder on any roster takes such a call
    RECEIVED = 10
    ESCALATED = 11  # the crisis grew worse while the call waited
    CALLED_BACK = 12  # the centre rang the caller, who still needs somebody
    CANCELLED = 13  # the centre rang the caller, who needs nobody any more
    RELAY_FAILED = 14  # another dispatch centre did not send its unit
    EN_ROUTE = 15
    ON_SCENE = 16
    STAGED = 17
    TRANSPORTING = 18
    AT_FACILITY = 19
    RELOCATED = 20  # an idle unit reached its post
    CREW_DUE = 21  # the wait for the whole crew is over
    GIVEN_UP = 22  # the crew did not come together: the alternative is given up, or the call ends
    ASKED = 23  # the unit in charge asks for somebody else
    LEADS = 24  # a unit takes charge of a call with several units
    RECOGNISED = 25  # a call sent as something else is seen to be a crisis
    FORCE_USED = 26  # hands
    WEAPON_USED = 27  # force with a weapon, drawn or used
    SERIOUS_FORCE = 28  # force that does serious harm
    LATER_ED_72H = 29  # the person will visit an ED within 72 hours after this ending
    LATER_ED_30D = 30  # within 30 days, not 72 hours
    PAPERWORK = 31  # unit out of service after a contact
    BREAK = 32
    CALLED_OFF = 33  # a unit on its way or waiting is no longer wanted here
    LOOK_AGAIN = 34
    DISPATCHED = 35
    MATCH = 36
    UNFINISHED = 37  # the run ended first


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
NOT_FOLLOWED = 8  # the centre does not follow the response plan and sends no programme's unit
N_FLAGS = 16
DANGER = WEAPON | VIOLENCE_RISK  # what an officer on scene makes safe
FLAG_NAMES = {"weapon": WEAPON, "medical_need": MEDICAL_NEED, "violence_risk": VIOLENCE_RISK}

ED_DISPOSITIONS = (int(Disposition.ED), int(Disposition.ED_MEDICAL), int(Disposition.HOLD))
ENDING_EVENTS = (
    int(Event.CLEAR), int(Event.ABANDONED), int(Event.NEVER_SERVED), int(Event.CANCELLED), int(Event.GIVEN_UP),
    int(Event.UNFINISHED),
)  # fmt: skip
FORCE_EVENTS = (int(Event.FORCE_USED), int(Event.WEAPON_USED), int(Event.SERIOUS_FORCE))  # by level, 1 to 3
LEAVING_EVENTS = (int(Event.CLEAR), int(Event.RELEASED), int(Event.CALLED_OFF), int(Event.RELAY_FAILED))  # a unit leaves its call
WORKING = (
    int(Status.TURNOUT), int(Status.EN_ROUTE), int(Status.STAGING), int(Status.ON_SCENE), int(Status.TRANSPORTING),
    int(Status.AT_FACILITY),
)  # fmt: skip


def _unit_moves() -> tuple[tuple[int, ...], ...]:
    moves = {
        (Status.OFF_DUTY, Event.SHIFT_START): Status.IDLE,
        (Status.IDLE, Event.SHIFT_END): Status.OFF_DUTY,
        (Status.PAPERWORK, Event.SHIFT_END): Status.OFF_DUTY,
        (Status.BREAK, Event.SHIFT_END): Status.OFF_DUTY,
        (Status.IDLE, Event.PAPERWORK): Status.PAPERWORK,
        (Status.PAPERWORK, Event.AVAILABLE): Status.IDLE,
        (Status.IDLE, Event.BREAK): Status.BREAK,
        (Status.BREAK, Event.AVAILABLE): Status.IDLE,
        (Status.IDLE, Event.RELOCATED): Status.IDLE,
        (Status.IDLE, Event.DISPATCHED): Status.TURNOUT,
        (Status.TURNOUT, Event.RELAY_FAILED): Status.IDLE,
        (Status.TURNOUT, Event.EN_ROUTE): Status.EN_ROUTE,
        (Status.EN_ROUTE, Event.ON_SCENE): Status.ON_SCENE,
        (Status.EN_ROUTE, Event.STAGED): Status.STAGING,
        (Status.STAGING, Event.ON_SCENE): Status.ON_SCENE,
        (Status.STAGING, Event.RELEASED): Status.IDLE,
        (Status.ON_SCENE, Event.RELEASED): Status.IDLE,
        (Status.ON_SCENE, Event.TRANSPORTING): Status.TRANSPORTING,
        (Status.TRANSPORTING, Event.AT_FACILITY): Status.AT_FACILITY,
        (Status.ON_SCENE, Event.CLEAR): Status.IDLE,
        (Status.AT_FACILITY, Event.CLEAR): Status.IDLE,
    }
    for status in (Status.TURNOUT, Status.EN_ROUTE, Status.STAGING, Status.ON_SCENE):
        moves[status, Event.CALLED_OFF] = Status.IDLE
    moves[Status.STAGING, Event.ASKED] = Status.STAGING
    for event in (Event.LEADS, *map(Event, FORCE_EVENTS), Event.RECOGNISED, Event.ASKED):
        moves[Status.ON_SCENE, event] = Status.ON_SCENE
    for code in WORKING:
        moves[Status(code), Event.OVERTIME] = Status(code)
        moves[Status(code), Event.SHIFT_START] = Status(code)
    return tuple(tuple(int(moves.get((s, e), -1)) for e in Event) for s in Status)


NEXT_STATUS = _unit_moves()  # [status][event] -> status, -1 illegal


def _call_moves() -> tuple[tuple[int, ...], ...]:
    queued, sent, gathering, working, ended = list(CallStatus)[1:]
    moves = {
        (CallStatus.EXPECTED, Event.RECEIVED): queued,
        (queued, Event.NEVER_SERVED): ended,
        (queued, Event.CANCELLED): ended,
        (queued, Event.CALLED_BACK): queued,
        (queued, Event.DISPATCHED): sent,
        (sent, Event.CALLED_OFF): queued,
        (sent, Event.STAGED): gathering,
        (sent, Event.ON_SCENE): gathering,
        (gathering, Event.LEADS): working,
        (gathering, Event.CALLED_OFF): queued,
        (gathering, Event.GIVEN_UP): ended,
        (working, Event.CLEAR): ended,
    }
    for status in (queued, sent):
        moves[status, Event.ABANDONED] = ended
        moves[status, Event.ESCALATED] = status
    for status in (queued, sent, gathering, working):
        moves[status, Event.UNFINISHED] = ended
    return tuple(tuple(int(moves.get((s, e), -1)) for e in Event) for s in CallStatus)


NEXT_CALL_STATUS = _call_moves()  # [call status][event] -> call status, -1 illegal


def hour_band(now: int) -> int:
    """0 night (0-6 h), 1 morning, 2 afternoon, 3 evening (18-24 h)."""
    return now % DAY_S // (6 * HOUR_S)
