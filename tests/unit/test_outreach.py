"""What units begin themselves: people an idle team comes across, and visits on a timetable; channels without a desk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engines import plain, readable
from sim.keys import name_hash
from sim.rules.lifecycle import NOT_FOLLOWED, CallStatus, Event
from sim.scenario.outreach import Outreach
from sim.scenario.schema import Run
from sim.study.story.facts import Story
from sim.study.story.sentences import Teller
from sim.world import World, build_world
from sim.world.clock import horizon
from sim.world.outreach import timetable
from sim.world.plan import plan_of
from tests.unit.peopled import built, by_address, changed, kept, scenario_of

DAY, HOUR = 86_400, 3_600
MONDAY, TUESDAY = "2027-03-01", "2027-03-02"
VISITS = {
    "homes": {"type": "visit", "visits_per_week": 20, "days": "mon-fri", "start": "10:00", "end": "16:00", "unhoused": True}
}
MET = {"met": 3000}


@pytest.fixture
def town(small_town: dict[str, Any]) -> dict[str, Any]:
    """The small town with a type of people met, one of visits, and a team of its own for both."""
    small_town["types"] |= {
        "met": {"met_by_units": True, "only_by": ["walkers"], "patience_min": 90},
        "visit": {"person": False, "only_by": ["walkers"], "on_scene_min": 30, "age": "elder"},
    }
    small_town["travel"]["minimum_min"] = 0
    day = {"walk": {"days": "all", "start": "08:00", "end": "20:00", "posts": 1}}
    crew = {"title": "Walkers", "crew": {"peer": 2}, "transports": False, "takes": ["met", "visit"], "on_scene_min": 20}
    small_town["responders"]["walkers"] = crew | {"turnout_min": 2, "shifts": day}
    return small_town


def own(world: World, kind: str) -> Any:
    return np.flatnonzero(world.lucks["type"] == world.names.types.index(kind))


def played(data: dict[str, Any]) -> tuple[World, Any]:
    """The world and its ledger, told alike by the readable engine and the loop."""
    world = built(data)
    ledger = readable.play(world).ledger
    assert ledger.tolist() == plain.play(world).ledger.tolist()
    return world, ledger


def rows_of(ledger: Any, calls: Any, *events: Event) -> Any:
    return ledger[np.isin(ledger["call"], calls) & np.isin(ledger["event"], events)]


def times(row: dict[str, Any], begins: str = MONDAY, days: int = 7) -> tuple[list[int], list[tuple[int, float]]]:
    """Numbers of the visits; day and hour of each."""
    run = scenario_run(begins, days)
    number, received, _ = timetable(Outreach.model_validate({"type": "visit", "days": "all", **row}), run)
    return number.tolist(), [(t // DAY, t % DAY / HOUR) for t in received.tolist()]


def scenario_run(begins: str, days: int) -> Any:
    return horizon(Run.model_validate({"begins": begins, "warm_up_days": 0, "days": days, "run_out_days": 0}))


class TestTimetable:
    def test_evenly_over_the_hours_of_the_days(self) -> None:
        _, at = times({"visits_per_week": 4, "days": ["mon", "wed"], "start": "10:00", "end": "14:00"})
        assert at == [(0, 11), (0, 13), (2, 11), (2, 13)]
        _, at = times({"visits_per_week": 1, "days": ["tue", "thu"], "start": "10:00", "end": "14:00"})
        assert at == [(3, 10)]

    def test_a_run_that_begins_within_a_week_has_the_rest_of_it(self) -> None:
        row = {"visits_per_week": 4, "days": ["mon", "wed"], "start": "10:00", "end": "14:00"}
        _, at = times(row, TUESDAY)
        assert at == [(1, 11), (1, 13), (6, 11), (6, 13)]

    def test_hours_past_midnight(self) -> None:
        row = {"visits_per_week": 14, "start": "22:00", "end": "02:00"}
        _, at = times(row, days=2)
        assert at == [(0, 1), (0, 23), (1, 1), (1, 23)]

    def test_more_weeks_and_more_visits_only_add_numbers(self) -> None:
        row = {"visits_per_week": 5}
        few, many = times(row, days=30)[0], times(row, days=60)[0]
        assert many[: len(few)] == few
        assert set(few) < set(times({"visits_per_week": 6}, days=30)[0])
        assert len(set(many)) == len(many)


class TestSameWorld:
    def test_outreach_leaves_every_other_candidate_as_it_was(self, town: dict[str, Any]) -> None:
        town["demand"]["channels"] = {"911": 0.5, "988": 0.2, "school": 0.2, "provider": 0.1}
        town["types"]["visit"] |= {"person": True}  # else it is ordinary work where nobody visits
        more = built(changed(town, demand__outreach=VISITS))
        assert kept(built(town), more) == len(own(more, "visit")) > 0
        busier = changed(town, demand__outreach=VISITS | {"late": {"type": "visit", "visits_per_week": 3, "days": "all"}})
        assert kept(more, built(busier)) > 0

    def test_so_do_people_who_may_be_met(self, town: dict[str, Any]) -> None:
        visited, more = built(changed(town, demand__outreach=VISITS)), built(changed(town, demand__initiated=MET))
        assert kept(built(town), more) == len(own(more, "met")) > 0
        both = built(changed(town, demand__outreach=VISITS, demand__initiated=MET))
        assert len(both.calls) == len(visited.calls) + len(own(more, "met"))

    def test_a_further_team_meets_the_same_people(self, town: dict[str, Any]) -> None:
        town["demand"] |= {"initiated": MET, "outreach": VISITS}
        posts = changed(town, responders__walkers__shifts__walk__posts=3)
        assert by_address(built(town)) == by_address(built(posts))
        none = changed(town, responders__walkers__shifts={})
        assert by_address(build_world(scenario_of(town), baseline=scenario_of(none))) == by_address(built(town))


class TestCandidates:
    def test_a_visit_is_of_its_kind_and_waits_to_the_end_of_its_hours(self, town: dict[str, Any]) -> None:
        world = built(changed(town, demand__outreach=VISITS, uptake={"first": {"all": 0.0}}))
        rows = own(world, "visit")
        calls, lucks = world.calls[rows], world.lucks[rows]
        assert (calls["stream"] == name_hash("outreach", "homes")).all()
        assert ((calls["received_s"] + lucks["patience_s"]) % DAY == 16 * HOUR).all()
        assert set(calls["priority"]) == {4}
        assert set(calls["age"]) == {2}
        assert set(calls["is_unhoused"]) == {1}
        assert len(set(calls["zone"])) == 3
        assert [world.names.channels[c] for c in set(calls["channel"])] == ["outreach"]
        assert not (calls["flags"] & NOT_FOLLOWED).any()
        assert (world.calls["flags"][own(world, "crisis")] & NOT_FOLLOWED).all()

    def test_a_person_met_is_where_the_unit_is_and_does_not_wait(self, town: dict[str, Any]) -> None:
        world = built(changed(town, demand__initiated=MET))
        rows = own(world, "met")
        assert not world.lucks["patience_s"][rows].any()
        assert not world.lucks["clinician_travel_ppm"][rows].any()
        assert [world.names.channels[c] for c in set(world.calls["channel"][rows])] == ["team"]
        expected = 3000 / 365.25 * 18
        assert abs(len(rows) - expected) < 4 * expected**0.5

    def test_demand_scales_who_may_be_met_and_not_the_timetable(self, town: dict[str, Any]) -> None:
        town["demand"] |= {"initiated": MET, "outreach": VISITS}
        one, two = built(town), built(changed(town, demand__scale=2))
        assert len(own(two, "met")) > 1.5 * len(own(one, "met"))
        assert len(own(two, "visit")) == len(own(one, "visit"))

    def test_ordinary_work_is_not_shared_with_visits(self, town: dict[str, Any]) -> None:
        with_visits = scenario_of(changed(town, demand__outreach=VISITS))
        rate = plan_of(with_visits, with_visits).streams.rate.sum()
        assert rate == pytest.approx((4000 + 6000) / 365.25)


class TestPlayed:
    def test_people_are_met_only_while_a_unit_is_idle(self, town: dict[str, Any]) -> None:
        world, ledger = played(changed(town, demand__initiated=MET))
        rows = own(world, "met")
        missed, came = rows_of(ledger, rows, Event.NOT_CALLED), rows_of(ledger, rows, Event.RECEIVED)
        assert len(missed) + len(came) == len(rows)
        assert min(len(missed), len(came)) > 20
        assert ((came["t_s"] % DAY >= 8 * HOUR) & (came["t_s"] % DAY < 20 * HOUR)).all()
        sent, there = rows_of(ledger, rows, Event.DISPATCHED), rows_of(ledger, rows, Event.ON_SCENE)
        assert sent["t_s"].tolist() == came["t_s"].tolist()
        assert set((there["t_s"] - sent["t_s"]).tolist()) == {120}  # it turns out, and drives nowhere
        assert {world.names.units[u].split("/")[0] for u in sent["unit"]} == {"walkers"}

    def test_without_a_team_nobody_is_met_and_all_are_counted(self, town: dict[str, Any]) -> None:
        town["demand"]["initiated"] = MET
        world, ledger = played(changed(town, responders__walkers__shifts={}))
        assert len(rows_of(ledger, own(world, "met"), Event.NOT_CALLED)) == len(own(world, "met"))
        more, all_day = played(changed(town, responders__walkers__shifts__walk__posts=3))
        met = [len(rows_of(rows, own(w, "met"), Event.RECEIVED)) for w, rows in ((world, ledger), (more, all_day))]
        assert met[0] == 0 < met[1]

    def test_visits_are_made_between_calls_by_their_hours_or_not_at_all(self, town: dict[str, Any]) -> None:
        town["demand"] |= {"outreach": {"homes": {**VISITS["homes"], "visits_per_week": 80}}}
        world, ledger = played(town)
        rows = own(world, "visit")
        sent, missed = rows_of(ledger, rows, Event.DISPATCHED), rows_of(ledger, rows, Event.ABANDONED)
        assert min(len(sent), len(missed)) > 5
        assert (sent["t_s"] % DAY <= 16 * HOUR).all()
        assert set((missed["t_s"] % DAY).tolist()) == {16 * HOUR}
        assert {world.names.units[u].split("/")[0] for u in sent["unit"]} == {"walkers"}
        more, other = played(changed(town, responders__walkers__shifts__walk__posts=4))
        assert len(rows_of(other, own(more, "visit"), Event.CLEAR)) > len(rows_of(ledger, rows, Event.CLEAR))

    def test_a_call_goes_before_a_visit(self, town: dict[str, Any]) -> None:
        """A team that also takes crises sets out on no visit while a crisis waits for it."""
        town["responders"]["walkers"] |= {"takes": "all"}
        town["responders"] = {"walkers": town["responders"]["walkers"]}
        town["types"]["crisis"] |= {"patience_min": None}
        town |= {"programmes": {}, "policy": {"name": "nearest"}}
        town["demand"] |= {"calls_per_year": 3000, "other_calls_per_year": 0, "outreach": VISITS}
        world, ledger = played(town)
        crises, visits = own(world, "crisis"), own(world, "visit")
        for row in rows_of(ledger, visits, Event.DISPATCHED):
            before = ledger[: np.flatnonzero((ledger["call"] == row["call"]) & (ledger["event"] == Event.DISPATCHED))[0]]
            last = {int(r["call"]): int(r["status_to"]) for r in before if r["unit"] < 0 and r["call"] in crises}
            sent = set(before["call"][before["event"] == Event.DISPATCHED].tolist())
            assert not [c for c, s in last.items() if s == CallStatus.QUEUED and c not in sent]
        first, received = rows_of(ledger, crises, Event.DISPATCHED), rows_of(ledger, crises, Event.RECEIVED)
        assert len(rows_of(ledger, visits, Event.DISPATCHED)) > 5
        assert set(first["t_s"].tolist()) - set(received["t_s"].tolist()), "some crises wait"

    def test_school_and_provider_come_straight_to_dispatch(self, town: dict[str, Any]) -> None:
        town["demand"]["channels"] = {"911": 0.4, "programme_line": 0.2, "provider": 0.2, "school": 0.2}
        desk = {"channels": ["911"], "shifts": {"all": {"days": "all", "start": "00:00", "end": "24:00", "posts": 2}}}
        town["phone"] = {"desks": {"callers": {**desk, "handling_min": {"all": 3}}}}
        town["demand"] |= {"initiated": MET, "outreach": VISITS}
        world, ledger = played(town)
        rang = set(rows_of(ledger, np.arange(len(world.calls)), Event.RINGS)["call"].tolist())
        channels = np.array(world.names.channels)[world.calls["channel"]]
        for name in ("programme_line", "provider", "school", "team", "outreach"):
            calls = np.flatnonzero(channels == name)
            assert len(calls), name
            assert not rang & set(calls.tolist()), name
        assert {str(channels[call]) for call in rang} == {"911"}
        school = np.flatnonzero(channels == "school")
        assert len(rows_of(ledger, school, Event.RECEIVED)) == len(school)
        assert len(rows_of(ledger, school, Event.DISPATCHED)) > 0


def test_stories_say_how_it_began(town: dict[str, Any]) -> None:
    town["demand"] |= {"initiated": MET, "outreach": {"homes": {**VISITS["homes"], "visits_per_week": 80}}}
    world, ledger = played(town)

    def told(kind: str, event: Event) -> str:
        call = int(rows_of(ledger, own(world, kind), event)["call"][0])
        return " ".join(words for _, words in Teller(Story(world, ledger, call)).lines())

    assert told("met", Event.DISPATCHED).startswith("A unit that is idle comes across the person.")
    assert "No unit is idle that could come across the person" in told("met", Event.NOT_CALLED)
    assert told("visit", Event.DISPATCHED).startswith("A visit on the timetable of outreach falls due.")
    assert "the hours of the visit are over: it is not made" in told("visit", Event.ABANDONED)
