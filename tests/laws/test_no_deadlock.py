"""Every way to ask for up to three roles, with every mix of crews: nobody is held by a call for ever.

The proof in words: a unit is held while it drives (a finite time), while it waits for others at the scene (the plan's
`give_up_min` at most), while it works and waits for whom it asked (finite times), and while another one is in charge, whose
own time is finite. Nothing a unit holds is needed by a crew that holds another for longer than that.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import pytest

from sim.engines import compiled
from sim.measure.invariants import check
from sim.rules.lifecycle import CallStatus, Event, Status
from sim.scenario.schema import Scenario
from sim.world import build_world

ROLES = ("officer", "clinician", "medic")
CREWS: dict[str, dict[str, int]] = {
    "patrol": {"officer": 1},
    "civilian": {"clinician": 1},
    "ambulance": {"medic": 1},
    "joint": {"officer": 1, "clinician": 1},
}
SETTLED = (CallStatus.ENDED, CallStatus.QUEUED, CallStatus.EXPECTED)


def subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every set of at least one of the names."""
    return [part for n in range(1, len(names) + 1) for part in combinations(names, n)]


def ways() -> Iterator[dict[str, Any]]:
    """Every alternative over the three roles: who is wanted, who must be there, who is sent together."""
    for roles in subsets(ROLES):
        for minimum, together in product(subsets(roles), subsets(roles)):
            yield {"roles": list(roles), "minimum": list(minimum), "sent_together": list(together), "give_up_min": 20}


def town(way: dict[str, Any], posts: tuple[int, ...]) -> dict[str, Any]:
    """Two days of calls and two quiet days, with so many posts of each crew; the joint car works short shifts."""
    short = {"days": "all", "start": "00:00", "end": "02:00"}
    whole = {"days": "all", "start": "00:00", "end": "24:00"}
    return {
        "name": "crossroads",
        "place": {"population": 1000},
        "run": {"begins": "2027-03-01", "warm_up_days": 0, "days": 2, "run_out_days": 3, "seed": 11},
        "demand": {"calls_per_year": 3000, "mix": {"crisis": 1.0}, "profile": {"hours": [1] * 24}},
        "types": {"crisis": {"priorities": {1: 0.5, 3: 0.5}, "patience_min": 240}},
        "travel": {"median_min": 10, "p90_min": 20},
        "responders": {
            name: {"title": name, "crew": crew, "transports": name != "civilian", "on_scene_min": 40, "turnout_min": 1,
                   "end_of_shift": {"on_the_way": "turns_back"},
                   "shifts": {"s": (short if name == "joint" else whole) | {"posts": n}}}
            for (name, crew), n in zip(CREWS.items(), posts, strict=True)
        },
        "policy": {"name": "nearest"},
        "dispatch": {"diverts": {3: [1]}},
        "response_plans": {"all": {"takes": "people", "alternatives": {"crew": way}}},
        "facilities": {"ed": {"kind": "ed", "handover_min": 20}},
        "outcomes": {"reference": {"all": {"contact": 1.0, "ed": 0.3}}, "nobody": {"all": {"contact": 0.5}}},
    }  # fmt: skip


def test_who_comes_for_the_person_and_cannot_drive_is_asked_once() -> None:
    """The ambulance has no bed and leaves at once: it is not called back in the same second, for ever."""
    data = town({"roles": ["clinician"]}, (0, 1, 1, 0))
    crews = data["responders"]
    crews["civilian"] |= {"transport_by": "medic", "ambulance_wait_min": 30}
    crews["ambulance"] |= {"transports": False, "leaves_after_min": 0, "turnout_min": 0}
    played = compiled.LaidOut(build_world(Scenario.model_validate(data | {"travel": {"median_min": 0}})))
    assert played.advance_to(played.world.end_s, n_max=5000), "the town does not come to its end"
    over = played.close()
    ledger, calls = over.ledger, over.calls
    asked = ledger["call"][ledger["event"] == Event.ASKED]
    assert len(asked) > 0
    assert len(set(asked.tolist())) == len(asked)
    assert (calls["status"] == CallStatus.ENDED).all()


@pytest.mark.parametrize("posts", [(1, 1, 1, 0), (2, 1, 0, 1), (1, 0, 1, 1), (0, 2, 1, 1)], ids=str)
def test_every_crew_is_free_again_in_the_end(posts: tuple[int, ...]) -> None:
    held = []
    for way in ways():
        world = build_world(Scenario.model_validate(town(way, posts)))
        played = compiled.play(world)
        ledger, calls, units = played.ledger, played.calls, played.units
        check(ledger, world)
        old = calls[calls["received_s"] < world.end_s - 2 * 86_400]
        at_work = (units["status"] >= Status.TURNOUT) & (units["status"] <= Status.AT_FACILITY)
        last_s = int(ledger["t_s"][ledger["call"] >= 0].max(initial=0))
        if at_work.any() and (calls["status"] != CallStatus.QUEUED).any() and last_s < world.end_s - 86_400:
            held.append((way, units[at_work]))
        if not all(status in SETTLED for status in old["status"]):
            held.append((way, old[~(old["status"] == CallStatus.ENDED)]))
    assert not held, held[:3]
