"""All laws of towns with phones, doors and people, for one play of one town."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sim.rules.lifecycle import ENDING_EVENTS, CallStatus, Event
from sim.world import World
from tests.laws.door_law import check_doors
from tests.laws.follow_law import OF_TASK, check_follow_up, check_people
from tests.laws.phone_law import check_phone

OF_STAY = (Event.WALKED_IN, Event.ADMITTED, Event.BOARDS, Event.LEFT, Event.TURNED_AWAY)
LATER_ED = (Event.LATER_ED_72H, Event.LATER_ED_30D)


def check_calls(world: World, played: Any) -> None:
    """Raise AssertionError where a call is lost, ends twice, or goes on after its end."""
    events: dict[int, list[int]] = defaultdict(list)
    for row in played.ledger:
        if row["call"] >= 0:
            events[int(row["call"])].append(int(row["event"]))
    for call, final in enumerate(played.calls):
        seen = events.get(call, [])
        told = [Event(event).name for event in seen]
        if final["status"] == CallStatus.LATENT:
            assert not seen, (call, told)
            continue
        assert final["status"] == CallStatus.ENDED, (call, CallStatus(int(final["status"])).name, told)
        own = [event for event in seen if event not in LATER_ED]
        assert own[0] in (Event.RECEIVED, Event.NOT_CALLED), (call, told)
        assert own.count(Event.RECEIVED) <= 1, (call, told)
        ends = [i for i, event in enumerate(own) if event in ENDING_EVENTS]
        assert len(ends) == 1, (call, told)
        assert set(own[ends[0] + 1 :]) <= {Event.PAPERWORK, *OF_STAY, *OF_TASK}, (call, told)


LAWS = (check_calls, check_phone, check_doors, check_follow_up, check_people)


def check_laws(world: World, played: Any) -> None:
    """Raise AssertionError unless every law holds."""
    for law in LAWS:
        law(world, played)
