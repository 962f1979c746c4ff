"""What stories call the codes of the ledger."""

from __future__ import annotations

from sim.rules.lifecycle import Disposition, Event, FacilityKind, Status

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FLAGS = {1: "weapon", 2: "medical need", 4: "violence risk"}
FORCE = {
    Event.FORCE_USED: "with hands",
    Event.WEAPON_USED: "with a weapon drawn",
    Event.SERIOUS_FORCE: "with serious harm",
}
HOURS = {  # of a unit at work on the call
    Event.AVAILABLE: "is free again",
    Event.SHIFT_START: "goes on into its next shift",
    Event.SHIFT_END: "goes off duty",
    Event.OVERTIME: "is past the end of its shift and stays, on overtime",
    Event.RELOCATED: "reaches its post",
    Event.BREAK: "takes its break",
}
DOORS = {
    FacilityKind.ED: "emergency room",
    FacilityKind.CRISIS_CENTRE: "crisis centre",
    FacilityKind.JAIL: "jail",
    FacilityKind.SOBERING: "sobering centre",
    FacilityKind.INPATIENT: "psychiatric ward",
    FacilityKind.HOUSING: "housing",
    FacilityKind.TREATMENT: "treatment",
}
ENDINGS = {  # of a call that somebody came to
    Disposition.HANDLED: "handled",
    Disposition.RESOLVED: "resolved on scene",
    Disposition.REFERRED: "a referral with a warm hand-off",
    Disposition.CRISIS_CENTRE: "a visit to the crisis centre",
    Disposition.ED: "a visit to the emergency room (ED), as the person wished",
    Disposition.ED_MEDICAL: "a visit to the emergency room (ED) for medical care",
    Disposition.HOLD: "an involuntary hold, at an emergency room (ED)",
    Disposition.ARREST: "an arrest",
    Disposition.NO_CONTACT: "nobody met: gone, refused or not found",
}
ALONE = {  # of a person nobody came to
    Disposition.HANDLED: "it is ordinary police work, and no person is followed",
    Disposition.RESOLVED: "it passes without any help",
    Disposition.REFERRED: "the person finds help without a responder",
    Disposition.CRISIS_CENTRE: "the person goes to the crisis centre without a responder",
    Disposition.ED: "the person goes to the emergency room (ED) without a responder",
    Disposition.ED_MEDICAL: "the person goes to the emergency room (ED) for medical care, without a responder",
    Disposition.HOLD: "the person is held and comes to an emergency room (ED) all the same",
    Disposition.ARREST: "the person is arrested all the same",
    Disposition.NO_CONTACT: "what becomes of the person is not known",
}
BY_PHONE = {  # of a call that ended on the phone
    Disposition.HANDLED: "it was ordinary police work",
    Disposition.RESOLVED: "the person is helped",
    Disposition.REFERRED: "the person is referred with a warm hand-off",
    Disposition.CRISIS_CENTRE: "the person goes to the crisis centre",
    Disposition.ED: "the person goes to the emergency room (ED)",
    Disposition.ED_MEDICAL: "the person goes to the emergency room (ED) for medical care",
    Disposition.HOLD: "the person is held and comes to an emergency room (ED)",
    Disposition.ARREST: "the person is arrested",
    Disposition.NO_CONTACT: "the caller is gone",
}
BRIEF = {  # the same in a word
    Disposition.HANDLED: "handled",
    Disposition.RESOLVED: "resolved on scene",
    Disposition.REFERRED: "referred",
    Disposition.CRISIS_CENTRE: "crisis centre",
    Disposition.ED: "ED",
    Disposition.ED_MEDICAL: "ED for medical care",
    Disposition.HOLD: "held, at an ED",
    Disposition.ARREST: "arrest",
    Disposition.NO_CONTACT: "nobody met",
}
BUSY = {
    Status.TURNOUT: "on the way to call {}",
    Status.EN_ROUTE: "on the way to call {}",
    Status.STAGING: "near the scene of call {}",
    Status.ON_SCENE: "on scene of call {}",
    Status.TRANSPORTING: "driving somebody to a door for call {}",
    Status.AT_FACILITY: "at a door for call {}",
    Status.PAPERWORK: "doing paperwork for call {}",
    Status.BREAK: "on a break",
}
FREED = {  # how a unit came to be idle, by the last row that made it so
    Event.SHIFT_START: "when its shift began",
    Event.CLEAR: "when it cleared call {}",
    Event.RELEASED: "when it left call {}",
    Event.CALLED_OFF: "when it was called off call {}",
    Event.RELAY_FAILED: "when its own centre did not send it to call {}",
    Event.AVAILABLE: "when its {} was over",
    Event.RELOCATED: "at its post",
}
