"""Different words for the same town: what must come out equal, call by call."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engines.run import fingerprint
from sim.rules.lifecycle import Event
from tests.theory.played import Played, play


def only(path: str, *sets: str) -> Played:
    """The first replication."""
    return next(play(path, 1, sets))


def drives(played: Played, responder: str) -> dict[int, int]:
    """Seconds from en route to on scene of a responder type's unit, by call; of several the last."""
    unit = played.world.names.responders.index(responder)
    rows = played.ledger[(played.ledger["unit"] >= 0)]
    rows = rows[played.world.units["responder"][rows["unit"]] == unit]
    left: dict[tuple[int, int], int] = {}
    found: dict[int, int] = {}
    for row in rows:
        key = int(row["call"]), int(row["unit"])
        if row["event"] == Event.EN_ROUTE:
            left[key] = int(row["t_s"])
        elif row["event"] == Event.ON_SCENE and key in left:
            found[key[0]] = int(row["t_s"]) - left[key]
    return found


@pytest.mark.parametrize("path", ["reserve.yaml", "patrol.yaml", "patrol_and_clinician.yaml", "two_units.yaml"])
def test_a_reserve_of_none_is_no_reserve(path: str) -> None:
    plain = only(path, "run.days=200", "policy.name=nearest")
    kept = only(path, "run.days=200", "policy.name=reserve", "policy.reserve=0")
    assert len(plain.ledger) > 1000
    assert fingerprint(plain.ledger) == fingerprint(kept.ledger)


def test_a_reserve_of_one_is_a_difference() -> None:
    plain, kept = (only("reserve.yaml", "run.days=200", f"policy.reserve={n}") for n in (0, 1))
    assert fingerprint(plain.ledger) != fingerprint(kept.ledger)


def test_a_joint_car_is_two_cars_side_by_side() -> None:
    """No travel, one roster, sent together and released together: every call is received, reached and over at the same time."""
    for joint, apart in zip(play("joint_car.yaml", 5), play("two_cars.yaml", 5), strict=True):
        for event in (Event.RECEIVED, Event.DISPATCHED, Event.EN_ROUTE, Event.ON_SCENE, Event.CLEAR, Event.ABANDONED):
            assert (joint.first(event) == apart.first(event)).all(), event.name
        assert 0 < (joint.first(Event.ABANDONED) >= 0).mean() < 0.5
        assert (joint.wait_s() > 0).mean() > 0.2
        assert (joint.ledger["event"] == Event.OVERTIME).sum() > 100


def test_a_clinician_more_leaves_every_minute_of_patrol_as_it_was() -> None:
    patient = "types.crisis.patience_min=null"  # a caller with the clinician there has no reason to give up
    alone, with_her = only("patrol.yaml", patient), only("patrol_and_clinician.yaml", patient)
    patrol = with_her.world.names.responders.index("patrol")
    first = int(np.argmax(with_her.world.units["responder"] == patrol))  # units of one responder type stand together
    events = [Event.DISPATCHED, Event.CALLED_OFF, Event.EN_ROUTE, Event.ON_SCENE, Event.CLEAR, Event.AVAILABLE, Event.SHIFT_END]
    lives = []
    for played, shift in ((alone, 0), (with_her, first)):
        rows = played.ledger[np.isin(played.ledger["event"], [int(event) for event in events])]
        rows = rows[played.world.units["responder"][rows["unit"]] == played.world.names.responders.index("patrol")]
        lives.append([(int(r["t_s"]), int(r["event"]), int(r["unit"]) - shift, int(r["call"])) for r in rows])
    assert len(lives[0]) > 10_000
    assert lives[0] == lives[1]
    assert len(drives(with_her, "clinician")) > 500


def test_a_clinician_waited_for_leaves_patrols_drive_to_the_call_as_it_was() -> None:
    """With every way equally long the drive is the call's luck with the role, whichever car comes, whenever it comes."""
    town = ("travel.speed_kmh=null", "travel.median_min=7")
    waited_for = tuple(f"response_plans.both.alternatives.both.{name}=null" for name in ("minimum", "sent_together"))
    alone, with_her = only("patrol.yaml", *town), only("patrol_and_clinician.yaml", *town, *waited_for)
    before, after = drives(alone, "patrol"), drives(with_her, "patrol")
    both = sorted(before.keys() & after.keys())
    assert len(both) > 1000
    assert [before[call] for call in both] == [after[call] for call in both]
    assert len({before[call] for call in both}) > 100
    own = drives(with_her, "clinician")
    assert np.mean([own[call] == after[call] for call in own.keys() & after.keys()]) < 0.05  # her traffic is her own
