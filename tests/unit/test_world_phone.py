"""The phone as tables: call-takers over time, minutes, what desks miss, resolve and hand on; and whom they leave alone."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from sim.keys import MARKS
from sim.rules.lifecycle import MEDICAL_NEED, WEAPON, Event
from sim.scenario.schema import Scenario
from sim.world import build_world
from sim.world.clock import horizon
from sim.world.hours import known_events
from sim.world.phone import positions_over_time

DAY = 86_400


def clock(text: str, day: int = 0) -> int:
    hours, minutes = text.split(":")
    return day * DAY + int(hours) * 3600 + int(minutes) * 60


@pytest.fixture
def phone_town(small_town: dict[str, Any]) -> dict[str, Any]:
    """The small town, whose calls come by 911 and 988; a desk for each, 911 hands crises on to 988."""
    small_town["demand"]["channels"] = {"911": 0.7, "988": 0.3}
    small_town["types"]["crisis"]["mislabelled"] = {"share": 0.2, "taken_for": "other"}
    day = {"days": "all", "start": "07:00", "end": "19:00", "posts": 2, "stagger_min": 30}
    night = {"days": "thu-sat", "start": "22:00", "end": "02:00"}
    small_town["phone"] = {
        "false_alarm_as": "crisis",
        "desks": {
            "police": {
                "channels": ["911"], "shifts": {"day": day, "night": night}, "patience_min": 2,
                "handling_min": {"all": 3, "crisis": 5}, "sensitivity_share": 0.9, "false_alarm_share": 0.01,
                "rings_again": {"share": 0.5, "after_min": 1}, "spills": {"desk": "crisis line", "after_min": 4},
                "hands_on": {"desk": "crisis line", "never_if": ["weapon"], "only_if_free": False},
            },
            "crisis line": {
                "channels": ["988"], "shifts": {"day": {"days": "all", "start": "00:00", "end": "24:00"}},
                "handling_min": {"all": 20}, "resolves_share": {"all": 0.6},
            },
        },
    }  # fmt: skip
    return small_town


def built(data: dict[str, Any], baseline: dict[str, Any] | None = None) -> Any:
    first = None if baseline is None else Scenario.model_validate(baseline)
    return build_world(Scenario.model_validate(data), 0, first)


def positions(plans: list[tuple[dict[str, Any], int, int]], desk: str) -> list[tuple[int, int]]:
    scenarios = [(Scenario.model_validate(data), from_s, to_s) for data, from_s, to_s in plans]
    t_s, _, n = positions_over_time(scenarios, (desk,), horizon(scenarios[0][0].run))
    return list(zip(t_s.tolist(), n.tolist(), strict=True))


def test_call_takers_come_staggered_and_stay_past_midnight(phone_town: dict[str, Any]) -> None:
    found = positions([(phone_town, 0, 2 * DAY)], "police")  # 26 Feb 2027 is a Friday
    each_day = [("02:00", 0), ("07:00", 1), ("07:30", 2), ("19:00", 1), ("19:30", 0), ("22:00", 1)]
    assert found == [(0, 1), *((clock(t, day), n) for day in (0, 1) for t, n in each_day)]
    assert positions([(phone_town, 0, 2 * DAY)], "crisis line") == [(0, 1)], "who is relieved on the minute changes nothing"


def test_the_plan_in_force_staffs_the_desk(phone_town: dict[str, Any]) -> None:
    more = copy.deepcopy(phone_town)
    more["phone"]["desks"]["police"]["shifts"]["day"] |= {"posts": 3, "stagger_min": 0}
    del more["phone"]["desks"]["police"]["shifts"]["night"]
    found = positions([(phone_town, 0, 2 * DAY), (more, 2 * DAY, 4 * DAY)], "police")
    assert [(t_s, n) for t_s, n in found if t_s >= 2 * DAY] == [
        (2 * DAY, 0), (clock("07:00", 2), 3), (clock("19:00", 2), 0), (clock("07:00", 3), 3), (clock("19:00", 3), 0)
    ]  # fmt: skip
    assert [row for row in found if row[0] < 2 * DAY] == positions([(phone_town, 0, 2 * DAY)], "police")
    assert positions([(phone_town, 0, DAY), (phone_town, DAY, 2 * DAY)], "crisis line") == [(0, 1), (DAY, 1)]


def test_engines_are_told_of_every_change(phone_town: dict[str, Any]) -> None:
    world = built(phone_town)
    known = known_events(world)
    rows = known["event"] == Event.POSITIONS
    assert [known[name][rows].tolist() for name in ("t_s", "entity", "number")] == world.positions.tolist()
    assert world.names.desks == ("crisis line", "police")
    assert world.positions[:, :2].tolist() == [[0, 0], [0, 1], [1, 1]]


def test_tables_say_what_the_file_says(phone_town: dict[str, Any]) -> None:
    world = built(phone_town)
    tables, (line, police) = world.after.tables, world.after.desks
    crisis, other = 0, 1
    assert world.names.types == ("crisis", "other")
    assert tables["desk_of"].tolist() == [1, 0]
    assert tables["handling_s"].tolist() == [[1200, 1200], [300, 180]]
    shares = tables["missed"] / MARKS
    assert shares[1].tolist() == pytest.approx([0.1, 0.01])
    assert shares[0].tolist() == pytest.approx([0.2, 0.0]), "without a sensitivity, as mislabelled calls are"
    assert tables["resolves"][0, crisis, 0] / MARKS == pytest.approx(0.6)
    assert not tables["resolves"][0, other].any()
    assert not tables["resolves"][1].any()
    assert not tables["resolves"][0, crisis, [WEAPON, MEDICAL_NEED]].any(), "flagged calls are for dispatch"
    assert tables["hands_on"][1, crisis, MEDICAL_NEED] == 1
    assert tables["hands_on"][1, crisis, WEAPON] == tables["hands_on"][1, other, 0] == 0
    assert not tables["hands_on"][0].any()
    assert (police.patience_s, police.again_s, police.again_at, police.spill_s, police.spills_to) == (120, 60, 1, 240, 0)
    assert (police.hands_on_to, police.only_if_free, police.rings_again) == (0, 0, MARKS // 2)
    assert (line.patience_s, line.again_at, line.spills_to, line.hands_on_to) == (-1, -1, -1, -1)


def test_only_types_that_are_mislabelled_are_missed(phone_town: dict[str, Any]) -> None:
    del phone_town["types"]["crisis"]["mislabelled"]
    missed = built(phone_town).after.tables["missed"] / MARKS
    assert missed[1].tolist() == pytest.approx([0.0, 0.01])
    del phone_town["phone"]["false_alarm_as"]
    assert not built(phone_town).after.tables["missed"].any()


def test_a_desk_of_one_plan_is_not_there_in_the_other(phone_town: dict[str, Any]) -> None:
    without = copy.deepcopy(phone_town)
    del without["phone"]["desks"]["crisis line"]
    del without["phone"]["desks"]["police"]["spills"], without["phone"]["desks"]["police"]["hands_on"]
    world = built(phone_town, without)
    assert [desk.is_there for desk in world.before.desks] == [0, 1]
    assert [desk.is_there for desk in world.after.desks] == [1, 1]
    assert world.before.tables["desk_of"].tolist() == [1, -1]
    assert not any(world.before.tables[name][0].any() for name in ("handling_s", "missed", "resolves", "hands_on"))
    t_s, desk, n = world.positions
    assert [(t, k) for t, d, k in zip(t_s, desk, n, strict=True) if d == 0] == [(0, 0), (world.policy_starts_s, 1)]


def test_without_a_phone_stage_calls_come_straight_to_dispatch(small_town: dict[str, Any]) -> None:
    world = built(small_town)
    tables = world.after.tables
    assert tables["desk_of"].tolist() == [-1]
    assert tables["resolves"].shape == tables["hands_on"].shape == (0, 2, 16)
    assert world.positions.shape == (3, 0)
    assert Event.POSITIONS not in known_events(world)["event"]


def test_who_is_helped_by_phone_has_a_row_of_outcomes(phone_town: dict[str, Any]) -> None:
    phone_town["outcomes"]["phone"] = {"all": {"referral": 0.5, "ed": 0.1}, "crisis": {"ed": 0.2}}
    tables = built(phone_town).after.tables
    row = len(phone_town["responders"]) + 2
    assert tables["contact"].shape[1] == row + 1
    shares = {name: tables[name][0, row] / MARKS for name in ("contact", "referral", "ed", "arrest")}
    for name, share in (("contact", 1.0), ("referral", 0.5), ("ed", 0.2), ("arrest", 0.0)):
        assert shares[name].tolist() == pytest.approx([share] * 3), name


def test_another_call_taker_or_desk_leaves_every_call_alone(phone_town: dict[str, Any]) -> None:
    more = copy.deepcopy(phone_town)
    more["phone"]["desks"]["crisis line"]["shifts"]["day"]["posts"] = 5
    more["phone"]["desks"]["a desk"] = {"shifts": {"day": {"days": "all", "start": "08:00", "end": "10:00"}}}
    one, two = built(phone_town), built(more, phone_town)
    assert one.calls.tobytes() == two.calls.tobytes()
    assert one.lucks.tobytes() == two.lucks.tobytes()
    police = [world.positions[:, world.positions[1] == world.names.desks.index("police")] for world in (one, two)]
    assert np.array_equal(police[0][[0, 2]], police[1][[0, 2]])


def test_an_hour_at_a_desk_costs_its_rate(phone_town: dict[str, Any]) -> None:
    phone_town["rates"] |= {"call_taker_hour_usd": 40, "clinician_fte_usd": 104_350}
    phone_town["phone"]["desks"]["police"]["wage"] = "call_taker_hour_usd"
    assert built(phone_town).prices.desk_hour_cents == (0.0, 4000.0)
    phone_town["phone"]["desks"]["crisis line"]["wage"] = "clinician_fte_usd"
    phone_town["follow_up"] = {"case_managers": 1, "raised_share": {}, "success_share": 1, "wage": "clinician_fte_usd"}
    prices = built(phone_town).prices
    assert prices.desk_hour_cents[0] == prices.case_manager_hour_cents == pytest.approx(5000.0)
