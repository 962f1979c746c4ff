"""More stories of Street by name, of the phone, of places and of follow-up; its rows name no desk, and no place but a unit's."""

from __future__ import annotations

from typing import Any

from tests.study.street import Told
from tests.study.street_stories import CAR_1, NIGHT, drive

COUPLED_STORIES: dict[str, tuple[list[dict[str, Any]], list[Told], list[str]]] = {
    "by phone, to a full door, a ward and care": (
        NIGHT,
        [
            ("20:41", "RECEIVED", 0, None, None),
            ("20:41", "RINGS", 0, None, None),
            ("20:43", "HUNG_UP", 0, None, None),
            ("20:45", "RINGS", 0, None, None),
            ("20:46", "ANSWERED", 0, None, None),
            ("20:50", "RINGS", 0, None, None),
            ("20:51", "RINGS", 0, None, None),
            ("20:52", "ANSWERED", 0, None, None),
            ("20:55", "PASSED_ON", 0, None, None),
            *drive(0, CAR_1, "20:55", "21:00"),
            ("21:20", "TRANSPORTING", 0, CAR_1, None),
            ("21:30", "AT_FACILITY", 0, CAR_1, None),
            ("21:30", "TURNED_AWAY", 0, CAR_1, None),
            ("21:45", "AT_FACILITY", 0, CAR_1, None),
            ("22:00", "ADMITTED", 0, None, None),
            ("22:10", "CLEAR", 0, CAR_1, "HOLD"),
            ("22:10", "TASK_RAISED", 0, None, None),
            ("22:40", "TASK_OPENED", 0, None, None),
            ("23:00", "BOARDS", 0, None, None),
            ("24:00", "LEFT", 0, None, None),
            ("24:00", "ADMITTED", 0, None, None),
            ("26:00", "LEFT", 0, None, None),
            ("26:30", "ATTEMPTED", 0, None, None),
            ("27:00", "ATTEMPTED", 0, None, None),
            ("27:00", "CONNECTED", 0, None, None),
            ("28:00", "CARE_ENDED", 0, None, None),
        ],
        [
            "[20:41] The centre receives the call. [20:41] The call comes to a desk, where it rings.",
            "[20:43] Nobody has answered for 2 min: the caller hangs up.",
            "[20:45] The caller rings again, 2 min later, at a desk.",
            "[20:46] A desk answers after 1 min.",
            "[20:50] After 4 min on the phone it is handed on to a desk, where it rings.",
            "[20:51] Unanswered for 1 min, the call goes over to a desk, where it rings.",
            "[20:55] The call comes to dispatch after 3 min on the phone.",
            "patrol: 3 idle",
            "Patrol 1 is on scene, 19 min after the call came in.",
            "[21:30] Patrol 1 is at general ED (emergency room). [21:30] General ED (emergency room) is full: patrol 1 drives on",
            "[22:00] A door lets the person in after 15 min.",
            "Somebody is to follow up. [22:40] A case manager takes it on after 30 min.",
            "[23:00] The stay is over after 60 min, and a bed elsewhere is wanted: until one is free the person boards there.",
            "[00:00 +1 day] The person leaves a door after boarding for 60 min, for a bed elsewhere.",
            "The person leaves a door after 2 h.",
            "Attempt 1 does not reach the person.",
            "Attempt 2 reaches the person.",
            "The person is in care for a time.",
            "The time in care is over.",
        ],
    ),
    "helped on the phone, and at a door all the same": (
        NIGHT,
        [
            ("20:41", "RECEIVED", 0, None, None),
            ("20:41", "RINGS", 0, None, None),
            ("20:41", "ANSWERED", 0, None, None),
            ("20:56", "RESOLVED_BY_PHONE", 0, None, "ED"),
            ("20:56", "WALKED_IN", 0, None, None),
            ("20:56", "TURNED_AWAY", 0, None, None),
            ("20:56", "TASK_RAISED", 0, None, None),
            ("21:56", "LAPSED", 0, None, None),
        ],
        [
            "The call comes to a desk. [20:41] A desk answers at once.",
            "[20:56] After 15 min on the phone the call ends there, and nobody is sent: the person goes to the emergency room",
            "The person is at a door without a unit.",
            "A door is full and turns the person away.",
            "[21:56] No case manager has had room for 60 min: the follow-up lapses.",
        ],
    ),
    "nobody calls": (
        NIGHT,
        [("20:41", "NOT_CALLED", 0, None, "RESOLVED")],
        ["Nobody calls, for want of a service that would come; it passes without any help."],
    ),
}
