"""Codes of statuses, events and endings; the rank of events in one second; legal moves as a table.

Nothing is decided here. Add a status or an event here first, then the rule and the engines that use it.
"""

from __future__ import annotations

from enum import IntEnum

DAY_S = 86_400
HOUR_S = 3_600
WEEK_H = 168


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
    RINGING = 6  # in the answer queue of a desk
    TALKING = 7  # with a call-taker
    GONE = 8  # hung up, will ring again
    LATENT = 9  # a candidate that did not come about: the person is well, or away


class StayStatus(IntEnum):
    """Where a person stands with a facility."""

    NONE = 0
    AT_DOOR = 1
    PLACED = 2
    BOARDING = 3  # keeps the place while waiting for a bed
    LEFT = 4


class TaskStatus(IntEnum):
    """Where the follow-up of a call stands."""

    NONE = 0
    WAITING = 1  # for a case manager with room
    OPEN = 2
    CONNECTED = 3  # in care, on the caseload
    ENDED = 4


class Event(IntEnum):
    """What can happen, in the rank in which things of one second happen: the lower number first.

    POSITIONS, PLACES, BREAK_DUE, STAY_OVER, TALKED, SPILL_DUE, CREW_DUE, LOOK_AGAIN, MECHANISM and MATCH write no
    rows. MATCH is last, so units freed and calls received in one second are weighed together.
    """

    POLICY_STARTS = 0
    POSITIONS = 1  # a desk has more or fewer call-takers
    PLACES = 2  # a facility has more or fewer places
    AVAILABLE = 3  # paperwork or break over
    CLEAR = 4  # the unit in charge leaves, and the call is over
    RELEASED = 5  # a unit leaves a call that goes on, or is let go when it ends
    SHIFT_END = 6  # unit goes off duty
    OVERTIME = 7  # rostered end passes while the unit is at work
    SHIFT_START = 8
    BREAK_DUE = 9
    STAY_OVER = 10
    LEFT = 11  # a person leaves a facility: home, or for a bed elsewhere
    TALKED = 12
    CARE_ENDED = 13  # off the caseload
    ABANDONED = 14  # the caller gave up
    HUNG_UP = 15  # the caller gave up, and will ring again
    NEVER_SERVED = 16  # no responder on any roster takes such a call
    RECEIVED = 17
    NOT_CALLED = 18  # nobody called, for want of a service that would come
    WALKED_IN = 19  # a person is at a door without a unit
    RINGS = 20  # the call joins the answer queue of a desk
    SPILL_DUE = 21
    ANSWERED = 22
    PASSED_ON = 23  # from the phone to dispatch
    RESOLVED_BY_PHONE = 24
    ESCALATED = 25  # the crisis grew worse while the call waited
    CALLED_BACK = 26  # the centre rang the caller, who still needs somebody
    CANCELLED = 27  # the centre rang the caller, who needs nobody any more
    RELAY_FAILED = 28  # another dispatch centre did not send its unit
    EN_ROUTE = 29
    ON_SCENE = 30
    STAGED = 31
    TRANSPORTING = 32
    AT_FACILITY = 33
    TURNED_AWAY = 34  # from a full door
    ADMITTED = 35  # a person has a place; a unit that brings them hands over
    BOARDS = 36  # treatment is over, a bed elsewhere is not free
    RELOCATED = 37  # an idle unit reached its post
    CREW_DUE = 38  # the wait for the whole crew is over
    GIVEN_UP = 39  # the crew did not come together: the alternative is given up, or the call ends
    ASKED = 40  # the unit in charge asks for somebody else
    LEADS = 41  # a unit takes charge of a call with several units
    RECOGNISED = 42  # a call sent as something else is seen to be a crisis
    FORCE_USED = 43  # hands
    WEAPON_USED = 44  # force with a weapon, drawn or used
    SERIOUS_FORCE = 45  # force that does serious harm
    LATER_ED_72H = 46  # the person will visit an ED within 72 hours after this ending
    LATER_ED_30D = 47  # within 30 days, not 72 hours
    TASK_RAISED = 48  # somebody is to follow up
    TASK_OPENED = 49  # a case manager has taken it on
    ATTEMPTED = 50
    CONNECTED = 51  # with care, for a time
    LAPSED = 52  # never taken on in time, or never reached
    PAPERWORK = 53  # unit out of service after a contact
    BREAK = 54
    CALLED_OFF = 55  # a unit on its way or waiting is no longer wanted here
    LOOK_AGAIN = 56
    DISPATCHED = 57
    MECHANISM = 58  # a plug-in happening wakes
    MATCH = 59
    UNFINISHED = 60  # the run ended first


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
    SOBERING = 3
    INPATIENT = 4
    HOUSING = 5
    TREATMENT = 6


class Age(IntEnum):
    """Age groups."""

    YOUTH = 0
    ADULT = 1
    ELDER = 2


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
    int(Event.RESOLVED_BY_PHONE), int(Event.NOT_CALLED), int(Event.UNFINISHED),
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
        (Status.AT_FACILITY, Event.TURNED_AWAY): Status.TRANSPORTING,
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
    queued, sent, gathering, working, ended, ringing, talking, gone, _ = list(CallStatus)[1:]
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
        (CallStatus.EXPECTED, Event.NOT_CALLED): ended,
        (ringing, Event.ANSWERED): talking,
        (ringing, Event.HUNG_UP): gone,
        (ringing, Event.ABANDONED): ended,
        (ringing, Event.PASSED_ON): queued,
        (talking, Event.PASSED_ON): queued,
        (talking, Event.RESOLVED_BY_PHONE): ended,
    }
    for status in (queued, ringing, talking, gone):
        moves[status, Event.RINGS] = ringing
    for status in (queued, sent):
        moves[status, Event.ABANDONED] = ended
        moves[status, Event.ESCALATED] = status
    for status in (queued, sent, gathering, working, ringing, talking, gone):
        moves[status, Event.UNFINISHED] = ended
    return tuple(tuple(int(moves.get((s, e), -1)) for e in Event) for s in CallStatus)


NEXT_CALL_STATUS = _call_moves()  # [call status][event] -> call status, -1 illegal


def hour_of_week(t_s: int, first_weekday: int) -> int:
    """0 to 167 from Monday midnight, where second 0 is the start of weekday `first_weekday`."""
    return (t_s // HOUR_S + 24 * first_weekday) % WEEK_H


def hour_band(now: int) -> int:
    """0 night (0-6 h), 1 morning, 2 afternoon, 3 evening (18-24 h)."""
    return now % DAY_S // (6 * HOUR_S)
