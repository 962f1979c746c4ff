"""What each policy does that the nearest unit does not, in a town of three zones and a few calls written by hand.

Zones lie on a line: west, middle 8 minutes on, east another 12. Driving takes what is expected, work an hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from sim.contract.towns import crew_town, town
from sim.engines import run
from sim.outcomes.logit import DECISIONS
from sim.rules.lifecycle import MEDICAL_NEED, WEAPON, Event
from sim.scenario.schema import Scenario
from sim.tables import CallRow, LuckRow, columns, rows_to_array
from sim.world import World, build_world

ZONES = ("east", "middle", "west")
CRISIS, OTHER = 0, 1
OFFICER, CLINICIAN, MEDIC = {"officer": 1}, {"clinician": 1}, {"medic": 2}
BOTH = {"officer": 1, "clinician": 1}
NEAREST: dict[str, Any] = {"name": "nearest"}
TOGETHER = {"crew": {"takes": "people", "alternatives": {"a": {"roles": ["officer", "clinician"], "minimum": ["officer"]}}}}

Written = tuple[int, str, int, int, int]  # minute, zone, type, priority, flags


def unit(crew: dict[str, int], home: str, posts: int = 1, **more: Any) -> dict[str, Any]:
    day = {"days": "all", "start": "00:00", "end": "24:00", "posts": posts}
    return {"title": home, "crew": crew, "transports": True, "on_scene_min": 60, "home": home, "shifts": {"day": day}, **more}


def cedar(policy: dict[str, Any], responders: dict[str, Any], **more: Any) -> Scenario:
    """The town; every responder type but those called patrol or ambulance belongs to the programme."""
    paid = [name for name in responders if not name.startswith(("patrol", "ambulance"))]
    where = {"west": (0.0, 600, "city"), "middle": (4.0, 100, "city"), "east": (10.0, 300, "county")}
    data: dict[str, Any] = {
        "name": "cedar",
        "place": {"population": 1000},
        "run": {"begins": "2027-01-01", "warm_up_days": 0, "days": 1, "run_out_days": 0},
        "demand": {"calls_per_year": 0, "mix": {"crisis": 1.0}, "other_calls_per_year": 0},
        "types": {"crisis": {}, "other": {"person": False, "on_scene_min": 60}},
        "zones": {name: {"population": n, "x_km": x, "y_km": 0, "jurisdiction": own} for name, (x, n, own) in where.items()},
        "travel": {"speed_kmh": 30, "detour_factor": 1.0, "within_zone_min": 2},
        "dispatch": {"cover_min": 5},
        "responders": responders,
        "programmes": {"team": {"units": paid, "takes": "people", "never_if": ["weapon"]}} if paid else {},
        "policy": policy,
        "outcomes": {who: {"all": dict.fromkeys(DECISIONS, 0.0) | {"contact": 1.0}} for who in ("reference", "nobody")},
        "facilities": {"ed": {"kind": "ed", "zone": "west", "handover_min": 0}},
    }
    return Scenario.model_validate(data | more)


def with_calls(world: World, written: Iterable[Written]) -> World:
    """The world with these calls and the middle of all luck, asking wherever anybody may ask."""
    calls, lucks = [], []
    marks = {name: 2**31 for name in columns(LuckRow) if name.endswith("_mark")}
    whole = {name: 1_000_000 for name in columns(LuckRow) if name.endswith("_ppm")}
    for i, (minute, zone, kind, priority, flags) in enumerate(written):
        calls.append(CallRow(i, 0, i, minute * 60, kind, ZONES.index(zone), priority, flags))
        never = {"patience_s": -1, "escalates_s": -1, "criteria": -1}
        lucks.append(LuckRow(acuity=0, type=kind, **never, **whole, **marks | {"ask_mark": 0}))
    return replace(world, calls=rows_to_array(calls, CallRow), lucks=rows_to_array(lucks, LuckRow))


def told(scenario: Scenario, written: Iterable[Written], event: Event) -> list[tuple[int, int, str]]:
    """Minute, call and responder type of every such event, in order of time and call."""
    world = with_calls(build_world(scenario), written)
    rows = run(world).ledger
    rows = rows[rows["event"] == event]
    return sorted((int(row["t_s"]) // 60, int(row["call"]), world.names.units[row["unit"]].split("/")[0]) for row in rows)


def sent(scenario: Scenario, *written: Written) -> list[tuple[int, int, str]]:
    """Every unit that is sent."""
    return told(scenario, written, Event.DISPATCHED)


def on_scene(scenario: Scenario, *written: Written) -> list[int]:
    """Minute of every arrival."""
    return [minute for minute, _, _ in told(scenario, written, Event.ON_SCENE)]


def who(scenario: Scenario, *written: Written) -> list[str]:
    """Responder type sent first to each call."""
    found: dict[int, str] = {}
    for _, call, name in sent(scenario, *written):
        found.setdefault(call, name)
    return [found[call] for call in sorted(found)]


class TestCoResponse:
    UNITS = {"joint": unit(BOTH, "west"), "patrol": unit(OFFICER, "middle")}  # noqa: RUF012  # read only

    def test_a_joint_car_goes_to_people_from_further_away_and_patrol_to_the_rest(self) -> None:
        calls = [(0, "middle", CRISIS, 3, 0)], [(0, "west", OTHER, 3, 0)]
        assert [who(cedar(NEAREST, self.UNITS), *some) for some in calls] == [["patrol"], ["patrol"]]
        assert [who(cedar({"name": "co_response"}, self.UNITS), *some) for some in calls] == [["joint"], ["patrol"]]

    def test_a_call_waits_for_the_busy_car_as_long_as_stated_and_an_urgent_one_does_not(self) -> None:
        policy = {"name": "co_response", "wait_for_joint_car_min": 15}
        first = (0, "middle", CRISIS, 3, 0)
        assert sent(cedar(policy, self.UNITS), first, (5, "middle", CRISIS, 3, 0))[1] == (20, 1, "patrol")
        assert sent(cedar(policy, self.UNITS), first, (5, "middle", CRISIS, 1, 0))[1] == (5, 1, "patrol")

    def test_one_car_with_both_goes_before_two_and_two_cars_go_while_it_is_busy(self) -> None:
        units = self.UNITS | {"civilians": unit(CLINICIAN, "east")}
        place = cedar({"name": "co_response"}, units, response_plans=TOGETHER)
        found = sent(place, (0, "middle", CRISIS, 3, 0), (5, "middle", CRISIS, 3, 0))
        assert found == [(0, 0, "joint"), (5, 1, "civilians"), (5, 1, "patrol")]
        assert sent(cedar(NEAREST, units, response_plans=TOGETHER), (0, "middle", CRISIS, 3, 0)) == [
            (0, 0, "joint"),
            (0, 0, "patrol"),
        ]


class TestSecondaryResponse:
    ASKS = {"role": "clinician", "share": {"all": 1.0}, "after_min": 5, "wait_min": 60}  # noqa: RUF012  # read only
    UNITS = {"civilians": unit(CLINICIAN, "west"), "patrol": unit(OFFICER, "middle", asks=ASKS)}  # noqa: RUF012  # read only

    def test_patrol_goes_first_and_the_team_when_patrol_asks(self) -> None:
        call = (0, "west", CRISIS, 3, 0)
        assert sent(cedar(NEAREST, self.UNITS), call) == [(0, 0, "civilians")]
        assert sent(cedar({"name": "secondary_response"}, self.UNITS), call) == [(0, 0, "patrol"), (13, 0, "civilians")]

    def test_a_planned_clinician_follows_once_patrol_is_there(self) -> None:
        quiet = {"civilians": unit(CLINICIAN, "west"), "patrol": unit(OFFICER, "middle")}
        place = cedar({"name": "secondary_response"}, quiet, response_plans=TOGETHER)
        assert sent(place, (0, "west", CRISIS, 3, 0)) == [(0, 0, "patrol"), (8, 0, "civilians")]

    def test_a_crew_that_is_sent_together_stays_together(self) -> None:
        both = {"crew": {"takes": "people", "alternatives": {"a": {"roles": ["officer", "clinician"]}}}}
        place = cedar({"name": "secondary_response"}, self.UNITS, response_plans=both)
        assert sent(place, (0, "west", CRISIS, 3, 0)) == [(0, 0, "civilians"), (0, 0, "patrol")]

    def test_a_team_goes_alone_where_nobody_else_is_on_duty(self) -> None:
        alone = cedar({"name": "secondary_response"}, {"civilians": unit(CLINICIAN, "west")})
        assert who(alone, (0, "east", CRISIS, 3, 0)) == ["civilians"]

    def test_an_ambulance_goes_where_medical_need_is_known(self) -> None:
        units = self.UNITS | {"ambulance": unit(MEDIC, "east")}
        calls = (0, "middle", CRISIS, 3, MEDICAL_NEED), (200, "middle", CRISIS, 3, 0)
        assert who(cedar({"name": "secondary_response"}, units), *calls) == ["ambulance", "patrol"]


class TestClinicianFirst:
    UNITS = {"civilians": unit(CLINICIAN, "west"), "patrol": unit(OFFICER, "middle")}  # noqa: RUF012  # read only

    def test_civilians_come_from_further_away_and_police_where_they_may_not_go(self) -> None:
        calls = (0, "middle", CRISIS, 3, 0), (200, "west", CRISIS, 3, WEAPON), (400, "west", OTHER, 3, 0)
        assert who(cedar(NEAREST, self.UNITS), *calls) == ["patrol"] * 3
        assert who(cedar({"name": "clinician_first"}, self.UNITS), *calls) == ["civilians", "patrol", "patrol"]

    @pytest.mark.parametrize(("wait_min", "minute"), [(0, 5), (20, 25)])
    def test_police_come_when_the_wait_is_over(self, wait_min: int, minute: int) -> None:
        policy = {"name": "clinician_first", "wait_for_team_min": wait_min}
        calls = (0, "middle", CRISIS, 3, 0), (5, "middle", CRISIS, 3, 0)
        assert sent(cedar(policy, self.UNITS), *calls) == [(0, 0, "civilians"), (minute, 1, "patrol")]

    def test_police_asked_for_or_named_in_a_plan_wait_for_nobody(self) -> None:
        policy = {"name": "clinician_first", "wait_for_team_min": 600}
        asks = {"role": "officer", "share": {"all": 1.0}, "after_min": 5, "wait_min": 60}
        units = self.UNITS | {"civilians": unit(CLINICIAN, "west", asks=asks)}
        call = (0, "west", CRISIS, 3, 0)
        assert sent(cedar(policy, units), call) == [(0, 0, "civilians"), (7, 0, "patrol")]
        assert sent(cedar(policy, self.UNITS, response_plans=TOGETHER), call) == [(0, 0, "civilians"), (0, 0, "patrol")]


def test_tiered_keeps_back_no_officer_whom_a_plan_names() -> None:
    """Without the plan patrol waits an hour for the team to be free; the plan wants an officer and a clinician."""
    policy = {"name": "tiered", "wait_for_programme_min": 60}
    calls = (0, "west", CRISIS, 3, 0), (5, "west", CRISIS, 3, 0)
    units = {"civilians": unit(CLINICIAN, "west"), "patrol": unit(OFFICER, "middle", posts=2)}
    assert sent(cedar(policy, units), *calls) == [(0, 0, "civilians"), (62, 1, "civilians")]
    planned = sent(cedar(policy, units, response_plans=TOGETHER), *calls)
    assert [row for row in planned if row[2] == "patrol"] == [(0, 0, "patrol"), (5, 1, "patrol")]


class TestReserve:
    CALLS = [(0, "west", CRISIS, 3, 0), (5, "west", CRISIS, 3, 0), (9, "west", CRISIS, 1, 0)]  # noqa: RUF012  # read only

    def test_the_last_unit_waits_for_the_urgent_call(self) -> None:
        units = {"patrol": unit(OFFICER, "west", posts=2)}
        assert [m for m, *_ in sent(cedar(NEAREST, units), *self.CALLS)] == [0, 5, 62]
        assert sent(cedar({"name": "reserve"}, units), *self.CALLS) == [(0, 0, "patrol"), (9, 2, "patrol"), (71, 1, "patrol")]

    @pytest.mark.parametrize("place", [town(30_000), crew_town()], ids=["one unit a call", "crews"])
    def test_a_reserve_of_none_is_the_nearest_unit(self, place: Scenario) -> None:
        none = place.model_copy(update={"policy": place.policy.model_copy(update={"name": "reserve", "reserve": 0})})
        assert run(build_world(none)).fingerprint == run(build_world(place)).fingerprint


def test_sector_sends_a_zone_its_own_unit() -> None:
    """Both cars are in the west when the east calls; the western one is idle longer."""
    units = {"patrol_east": unit(OFFICER, "east"), "patrol_west": unit(OFFICER, "west")}
    calls = (0, "west", CRISIS, 3, 0), (0, "west", CRISIS, 3, 0), (200, "east", CRISIS, 3, 0)
    assert who(cedar(NEAREST, units), *calls)[2] == "patrol_west"
    assert who(cedar({"name": "sector"}, units), *calls)[2] == "patrol_east"


def test_expected_coverage_spares_the_only_unit_of_the_busy_part() -> None:
    """One car of three has stayed in the west, which has six calls in ten; the other two are in the east."""
    units = {"patrol": unit(OFFICER, "east", posts=3)}
    calls = (0, "west", CRISIS, 3, 0), (200, "middle", CRISIS, 3, 0)
    arrived = [cedar({"name": name}, units) for name in ("nearest", "expected_coverage")]
    assert [on_scene(place, *calls)[1] for place in arrived] == [200 + 8, 200 + 12]
    spared = cedar({"name": "expected_coverage", "charge_per_percent_min": 0.05}, units)
    assert on_scene(spared, *calls)[1] == 200 + 8


def test_mutual_aid_comes_after_a_wait_and_only_from_who_can_spare_it() -> None:
    calls = (0, "west", CRISIS, 3, 0), (5, "west", CRISIS, 3, 0)
    units = {"patrol_city": unit(OFFICER, "west"), "patrol_county": unit(OFFICER, "east", posts=2)}
    assert sent(cedar(NEAREST, units), *calls)[1] == (5, 1, "patrol_county")
    assert sent(cedar({"name": "mutual_aid"}, units), *calls)[1] == (15, 1, "patrol_county")
    assert sent(cedar({"name": "mutual_aid", "lender_keeps": 2}, units), *calls)[1] == (62, 1, "patrol_city")
