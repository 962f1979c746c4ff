"""Stories of Street by name: its calls, the rows of its ledger, and what must be said of them."""

from __future__ import annotations

from typing import Any

from sim.rules.lifecycle import NOT_FOLLOWED, WEAPON
from tests.study.street import Told

CAR_1, CAR_2, CAR_3 = "patrol/all_day/1", "patrol/all_day/2", "patrol/all_day/3"
TEAM_1, TEAM_2 = "team/late/1", "team/late/2"
EMS, SCREEN = "ems/all_day/1", "screen/all_day/1"


def drive(call: int, unit: str, sent: str, there: str) -> list[Told]:
    return [(sent, "DISPATCHED", call, unit, None), (sent, "EN_ROUTE", call, unit, None), (there, "ON_SCENE", call, unit, None)]


def busy(call: int, unit: str, sent: str, there: str, over: str) -> list[Told]:
    """A whole call of ordinary work."""
    return [(sent, "RECEIVED", call, None, None), *drive(call, unit, sent, there), (over, "CLEAR", call, unit, "HANDLED")]


NIGHT = [{"at": "20:41"}]
ARMED = [{"at": "20:41", "flags": WEAPON}]
TEAM_ON: list[Told] = [("12:00", "SHIFT_START", -1, TEAM_1, None)]
PATROL_ALONE = drive(0, CAR_1, "20:41", "20:50")
JOINT_CREW: list[Told] = [
    *TEAM_ON,
    ("20:41", "RECEIVED", 0, None, None),
    ("20:41", "DISPATCHED", 0, CAR_1, None),
    ("20:41", "DISPATCHED", 0, TEAM_1, None),
    ("20:43", "EN_ROUTE", 0, CAR_1, None),
    ("20:43", "EN_ROUTE", 0, TEAM_1, None),
]
STORIES: dict[str, tuple[list[dict[str, Any]], list[Told], list[str]]] = {
    "alone to a door": (
        NIGHT,
        [
            ("20:41", "RECEIVED", 0, None, None),
            *PATROL_ALONE,
            ("20:50", "FORCE_USED", 0, CAR_1, None),
            ("20:50", "WEAPON_USED", 0, CAR_1, None),
            ("20:50", "SERIOUS_FORCE", 0, CAR_1, None),
            ("21:20", "OVERTIME", -1, CAR_1, None),
            ("21:20", "TRANSPORTING", 0, CAR_1, None),
            ("22:02", "AT_FACILITY", 0, CAR_1, None),
            ("24:00", "SHIFT_START", -1, CAR_1, None),
            ("24:24", "CLEAR", 0, CAR_1, "HOLD"),
            ("24:24", "PAPERWORK", 0, CAR_1, None),
            ("24:54", "AVAILABLE", -1, CAR_1, None),
        ],
        [
            "Sat 14 Aug 2027, 20:41: crisis, priority 2, zone north.",
            "patrol: 3 idle",
            "team: off duty",
            "screen: 1 idle, to join by screen",
            "Patrol 1 is sent: no other of 4 idle units that take such calls (1 EMS, 3 patrol) is nearer, about 4 min away",
            "Patrol 1 is on scene, 9 min after the call came in.",
            "Patrol 1 uses force with hands.",
            "Patrol 1 uses force with a weapon drawn.",
            "Patrol 1 uses force with serious harm.",
            "Patrol 1 is past the end of its shift and stays, on overtime.",
            "Patrol 1 leaves the scene with the person for general ED (emergency room).",
            "general ED (emergency room): 2 h 22 min at the door.",
            "Patrol 1 goes on into its next shift.",
            "[00:24 +1 day] Patrol 1 clears the call: an involuntary hold, at an emergency room (ED). 3 h 43 min "
            "from call to clear; 4 h 13 min of units' time, paperwork included.",
            "Patrol 1 does its paperwork until 00:54 +1 day.",
        ],
    ),
    "kept for the programme, then cleared from another call": (
        [{"at": "19:00"}, {"at": "19:10", "type": "other", "zone": "south"}, {"at": "19:20", "priority": 3}],
        [
            *TEAM_ON,
            ("19:00", "RECEIVED", 0, None, None),
            *drive(0, TEAM_1, "19:00", "19:10"),
            *busy(1, CAR_2, "19:10", "19:15", "19:40"),
            ("19:20", "RECEIVED", 2, None, None),
            ("19:28", "CLEAR", 0, TEAM_1, "REFERRED"),
            *drive(2, TEAM_1, "19:28", "19:35"),
            ("20:30", "CLEAR", 2, TEAM_1, "RESOLVED"),
            ("20:30", "LATER_ED_30D", 2, None, None),
        ],
        [
            "It is kept for crisis team, on duty but busy, for up to 10 min; meanwhile others (1 EMS, 2 patrol) are idle but not "
            "sent by the policy (tiered).",
            "patrol: 2 idle, 1 busy (patrol 2 on scene of call 1)",
            "team: 1 busy (team 1 on scene of call 0), 1 off duty",
            "Team 1 is sent after 8 min",
            "idle from this minute, when it cleared call 0.",
            "After this ending the person visits an emergency room (ED) later than 72 hours and within 30 days.",
        ],
    ),
    "a crew that comes apart and together": (
        ARMED,
        [
            *JOINT_CREW,
            ("20:50", "STAGED", 0, TEAM_1, None),
            ("20:58", "ON_SCENE", 0, CAR_1, None),
            ("20:58", "ON_SCENE", 0, TEAM_1, None),
            ("20:58", "LEADS", 0, CAR_1, None),
            ("21:20", "RELEASED", 0, CAR_1, None),
            ("21:20", "PAPERWORK", 0, CAR_1, None),
            ("21:30", "SHIFT_END", -1, CAR_1, None),
            ("21:40", "CLEAR", 0, TEAM_1, "CRISIS_CENTRE"),
            ("21:40", "SHIFT_END", -1, TEAM_1, None),
        ],
        [
            "zone north, weapon.",
            "Its response plan asks for a clinician and an officer (at least an officer).",
            "Patrol 1 is sent: no other of 3 idle units that could come as an officer (3 patrol) is nearer",
            "Team 1 is sent: the only idle unit that could come as a clinician, about 10 min away; idle since 12:00, when its "
            "shift began.",
            "Team 1 sets out, 2 min after it was sent.",
            "Team 1 waits near the scene until an officer is there, 9 min after the call came in; the work waits for "
            "patrol 1, for 40 min at most.",
            "Patrol 1 is on scene, 17 min after it was sent",
            "Team 1 goes in after 8 min: an officer is there.",
            "Patrol 1 takes charge, and the work begins 8 min after the first was there.",
            "Patrol 1 leaves after 22 min there; the others stay.",
            "Patrol 1 does its paperwork until 21:30, when its shift ends; the rest waits.",
            "Team 1 goes off duty.",
        ],
    ),
    "a crisis taken for noise, and a clinician asked for who takes charge": (
        [{"at": "20:41", "type": "noise", "truth": "crisis"}],
        [
            *TEAM_ON,
            ("20:41", "RECEIVED", 0, None, None),
            *PATROL_ALONE,
            ("20:50", "RECOGNISED", 0, CAR_1, None),
            ("20:55", "ASKED", 0, CAR_1, None),
            ("20:55", "DISPATCHED", 0, TEAM_1, None),
            ("20:55", "EN_ROUTE", 0, TEAM_1, None),
            ("21:05", "ON_SCENE", 0, TEAM_1, None),
            ("21:05", "LEADS", 0, TEAM_1, None),
            ("21:35", "ASKED", 0, TEAM_1, None),
            ("21:36", "DISPATCHED", 0, EMS, None),
            ("21:36", "EN_ROUTE", 0, EMS, None),
            ("21:44", "ON_SCENE", 0, EMS, None),
            ("21:44", "LEADS", 0, EMS, None),
            ("21:44", "RELEASED", 0, CAR_1, None),
            ("21:44", "RELEASED", 0, TEAM_1, None),
            ("21:44", "TRANSPORTING", 0, EMS, None),
            ("21:54", "AT_FACILITY", 0, EMS, None),
            ("22:24", "CLEAR", 0, EMS, "ED"),
        ],
        [
            "20:41: noise, priority 2",
            "The centre receives the call. It takes it for noise; in truth it is crisis.",
            "Patrol 1 sees what it is: crisis, not noise.",
            "Patrol 1 asks for a clinician; team 1 comes after 10 min.",
            "Team 1 is sent, as asked for: one of 2 idle units that could come as a clinician (1 screen, 1 team)",
            "Team 1 takes charge from patrol 1.",
            "Team 1 asks for a medic to take the person away; EMS 1 comes after 9 min.",
            "EMS 1 takes charge from team 1.",
            "Team 1 leaves after 39 min there, as the person is taken away.",
            "EMS 1 is at general ED (emergency room): 30 min at the door.",
        ],
    ),
    "asked for in vain, and a way by ambulance": (
        [{"at": "12:10"}],
        [
            *TEAM_ON,
            ("12:10", "RECEIVED", 0, None, None),
            *drive(0, TEAM_1, "12:10", "12:20"),
            ("13:00", "ASKED", 0, TEAM_1, None),
            ("13:15", "CLEAR", 0, TEAM_1, "ED_MEDICAL"),
        ],
        [
            "Team 1 asks for a medic to take the person away; nobody comes.",
            "for medical care, by ambulance. 65 min from call to clear",
        ],
    ),
    "another centre, a turned back team and a give-up": (
        ARMED,
        [
            *JOINT_CREW[:4],
            ("20:46", "RELAY_FAILED", 0, TEAM_1, None),
            ("20:46", "EN_ROUTE", 0, CAR_1, None),
            ("20:50", "SHIFT_END", -1, CAR_2, None),
            ("20:52", "CALLED_OFF", 0, CAR_1, None),
            ("20:52", "SHIFT_END", -1, CAR_1, None),
            ("21:05", "CALLED_BACK", 0, None, None),
            ("21:10", "SHIFT_START", -1, TEAM_2, None),
            ("21:10", "DISPATCHED", 0, TEAM_2, None),
            ("21:10", "EN_ROUTE", 0, TEAM_2, None),
            ("21:20", "STAGED", 0, TEAM_2, None),
            ("22:00", "CALLED_OFF", 0, TEAM_2, None),
            ("22:00", "GIVEN_UP", 0, None, "NO_CONTACT"),
        ],
        [
            "Team 1 belongs to another dispatch centre, which does not send it; it is not asked again for this call.",
            "Patrol 1 turns back: its shift ends, and the call waits again.",
            "The centre rings the caller back after 24 min: somebody is still needed.",
            "Team 2 waits near the scene until an officer is there, 39 min after the call came in; the work waits for an "
            "officer, whom nobody could send yet, for 40 min at most.",
            "Team 2 is called off: the crew has not come together in 40 min.",
            "The crew that the response plan asks for has not come together after 40 min. The call is given up; what becomes of "
            "the person is not known.",
        ],
    ),
    "diverted, grown worse, given up by the caller": (
        [{"at": "20:41", "priority": 3}, {"at": "20:45", "priority": 1}],
        [
            ("20:41", "RECEIVED", 0, None, None),
            ("20:41", "DISPATCHED", 0, CAR_1, None),
            ("20:41", "EN_ROUTE", 0, CAR_1, None),
            ("20:45", "RECEIVED", 1, None, None),
            ("20:45", "CALLED_OFF", 0, CAR_1, None),
            ("20:45", "DISPATCHED", 1, CAR_1, None),
            ("20:50", "ESCALATED", 0, None, None),
            ("20:51", "DISPATCHED", 0, CAR_2, None),
            ("20:51", "EN_ROUTE", 0, CAR_2, None),
            ("21:00", "CALLED_OFF", 0, CAR_2, None),
            ("21:00", "LATER_ED_72H", 0, None, None),
            ("21:00", "ABANDONED", 0, None, "RESOLVED"),
        ],
        [
            "Patrol 1 is called off to a more urgent call, 1, and the call waits again.",
            "The crisis grows worse while nobody is there: the call becomes priority 1.",
            "Patrol 2 is called off: the caller gives up.",
            "The caller gives up after 19 min, with somebody still on the way. The call ends; it passes without any help.",
            "After this ending the person visits an emergency room (ED) within 72 hours.",
        ],
    ),
    "the call a unit is diverted to": (
        [{"at": "20:41", "priority": 3}, {"at": "20:45", "priority": 1}],
        [
            ("20:41", "RECEIVED", 0, None, None),
            ("20:41", "DISPATCHED", 0, CAR_1, None),
            ("20:41", "EN_ROUTE", 0, CAR_1, None),
            ("20:45", "RECEIVED", 1, None, None),
            ("20:45", "CALLED_OFF", 0, CAR_1, None),
            ("20:45", "DISPATCHED", 1, CAR_1, None),
            ("48:00", "UNFINISHED", 0, None, None),
            ("48:00", "UNFINISHED", 1, None, None),
        ],
        [
            "Patrol 1 is taken off call 0, which is less urgent (priority 3), and sent here.",
            "The simulated time ends here, and the call with it: how it would have ended is not known.",
        ],
    ),
    "breaks, posts and paperwork of those who are sent": (
        [{"at": "08:00", "zone": "south"}, {"at": "10:30", "zone": "south"}],
        [
            ("08:00", "RECEIVED", 0, None, None),
            *drive(0, CAR_1, "08:00", "08:08"),
            ("08:30", "CLEAR", 0, CAR_1, "RESOLVED"),
            ("08:30", "PAPERWORK", 0, CAR_1, None),
            ("09:00", "AVAILABLE", -1, CAR_1, None),
            ("10:00", "BREAK", -1, CAR_2, None),
            ("10:10", "BREAK", -1, CAR_3, None),
            ("10:20", "AVAILABLE", -1, CAR_3, None),
            ("10:25", "RELOCATED", -1, EMS, None),
            ("10:30", "RECEIVED", 1, None, None),
            *drive(1, CAR_3, "10:30", "10:44"),
            ("11:00", "CLEAR", 1, CAR_3, "RESOLVED"),
            ("11:00", "BREAK", -1, CAR_3, None),
            ("11:30", "AVAILABLE", -1, CAR_3, None),
        ],
        [
            "patrol: 2 idle, 1 busy (patrol 2 on a break)",
            "idle since 10:20, when its break was over.",
        ],
    ),
    "rung back": (
        [{"at": "23:30", "priority": 4}],
        [("23:30", "RECEIVED", 0, None, None), ("24:30", "CANCELLED", 0, None, "RESOLVED")],
        [
            "It waits: 1 EMS, 3 patrol idle but not sent by the policy (tiered).",
            "[00:30 +1 day] The centre rings the caller back after 60 min: nobody is needed any more. The call ends; it "
            "passes without any help.",
        ],
    ),
    "for nobody": (
        [{"at": "23:30", "flags": NOT_FOLLOWED}],
        [("23:30", "RECEIVED", 0, None, None), ("23:30", "NEVER_SERVED", 0, None, "ED")],
        [
            "The centre does not follow its response plan here: no programme's unit is thought of.",
            "No responder on any roster takes such a call, so nobody comes; the person goes to the emergency room (ED) "
            "without a responder.",
        ],
    ),
    "while the plan changes": (
        [{"at": "00:00"}],
        [
            ("00:00", "RECEIVED", 0, None, None),
            *drive(0, CAR_1, "00:00", "00:04"),
            ("00:05", "POLICY_STARTS", -1, None, None),
            ("00:30", "CLEAR", 0, CAR_1, "ARREST"),
        ],
        ["The scenario's own plan takes over from the one before it.", "Patrol 1 clears the call: an arrest."],
    ),
}
