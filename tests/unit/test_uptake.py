"""How calls come in, what the centre takes them for, whether it follows the plan; and when breaks fall due."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.rules.lifecycle import NOT_FOLLOWED, Event
from sim.scenario.schema import Scenario, Uptake
from sim.world import build_world
from sim.world.hours import breaks_due, known_events
from sim.world.uptake import MONTH_S, shares
from tests.unit.avenue import town

DAY = 86_400
MANY = {"calls_per_year": 40_000, "mix": {"crisis": 1.0}, "other_calls_per_year": 20_000}
YEAR = {"begins": "2027-03-01", "warm_up_days": 0, "days": 365, "run_out_days": 0}


def many(**given: Any) -> Any:
    """A year of 40,000 crises and 20,000 other calls."""
    demand = {**MANY, "channels": given.pop("channels", {})}
    return build_world(town({"patrol": {}}, demand=demand, run=YEAR, **given))


def is_near(flags: Any, share: float) -> bool:
    """Whether a share of independent yes and no is within four standard errors."""
    return bool(abs(np.mean(flags) - share) <= 4 * (share * (1 - share) / len(flags)) ** 0.5)


class TestUptake:
    CHANNELS = ("911", "988")

    def followed(self, uptake: dict[str, Any], channel: int, *months: float) -> list[float]:
        row = Uptake.model_validate(uptake)
        return [float(shares(row, self.CHANNELS, np.array([channel]), np.array([month]))[0]) for month in months]

    def test_a_straight_line_from_first_to_later_and_level_from_then_on(self) -> None:
        uptake = {"first": {"all": 0.2}, "later": {"all": 0.8}, "months": 6}
        assert self.followed(uptake, 0, 0, 3, 6, 60) == pytest.approx([0.2, 0.5, 0.8, 0.8])

    def test_by_channel_all_for_the_others_and_always_where_none_is_given(self) -> None:
        uptake = {"first": {"911": 0.1, "all": 0.4}, "later": {"988": 1.0}, "months": 2}
        assert self.followed(uptake, 0, 0, 1, 2) == pytest.approx([0.1, 0.1, 0.1])  # left out later: as at first
        assert self.followed(uptake, 1, 0, 1, 2) == pytest.approx([0.4, 0.7, 1.0])
        assert self.followed({"first": {"988": 0.3}}, 0, 0) == [1.0]

    def test_without_months_it_is_later_at_once(self) -> None:
        assert self.followed({"first": {"all": 0.2}, "later": {"all": 0.8}}, 0, 0, 0.001) == pytest.approx([0.2, 0.8])

    def test_calls_are_marked_in_these_shares(self) -> None:
        world = many(uptake={"first": {"all": 0.2}, "later": {"all": 0.6}, "months": 6})
        followed = world.calls["flags"] & NOT_FOLLOWED == 0
        age = world.calls["received_s"] / MONTH_S
        assert is_near(followed[age > 6], 0.6)
        assert is_near(followed[age < 6], 0.4)
        assert is_near(followed[(age > 2.5) & (age < 3.5)], 0.4)

    def test_each_plan_marks_the_calls_of_its_own_time(self) -> None:
        first = town({"patrol": {}}, demand=MANY, run={**YEAR, "warm_up_days": 100})
        option = Scenario.model_validate({**first.model_dump(), "uptake": {"first": {"all": 0.0}}})
        world = build_world(option, baseline=first)
        marked = world.calls["flags"] & NOT_FOLLOWED != 0
        assert (marked == (world.calls["received_s"] >= world.policy_starts_s)).all()
        assert 0 < marked.sum() < len(marked)

    def test_more_uptake_loses_no_call(self) -> None:
        less, more = (many(uptake={"first": {"all": share}}).calls["flags"] & NOT_FOLLOWED == 0 for share in (0.3, 0.7))
        assert (more | ~less).all()


class TestChannels:
    def test_people_come_by_their_shares_and_ordinary_work_by_911(self) -> None:
        world = many(channels={"988": 0.3, "911": 0.7})
        assert world.names.channels == ("911", "988")
        crisis = world.lucks["type"] == world.names.types.index("crisis")
        assert is_near(world.calls["channel"][crisis] == 1, 0.3)
        assert (world.calls["channel"][~crisis] == 0).all()

    def test_one_channel_unless_told(self) -> None:
        world = many()
        assert world.names.channels == ("911",)
        assert not world.calls["channel"].any()

    def test_without_911_ordinary_work_comes_by_the_first(self) -> None:
        world = many(channels={"b": 0.5, "a": 0.5})
        assert not world.calls["channel"][world.lucks["type"] == world.names.types.index("other")].any()


class TestLabels:
    CRISIS = {"priorities": {1: 1.0}, "mislabelled": {"share": 0.2, "taken_for": "other"}}  # noqa: RUF012  # read only

    def test_a_share_is_taken_for_another_type_and_keeps_its_true_one(self) -> None:
        world = many(crisis=self.CRISIS)
        crisis, other = (world.names.types.index(name) for name in ("crisis", "other"))
        truly = world.lucks["type"] == crisis
        assert is_near(world.calls["type"][truly] == other, 0.2)
        assert (world.calls["type"][~truly] == other).all()

    def test_its_priority_is_that_of_the_label(self) -> None:
        world = many(crisis=self.CRISIS)
        crisis = world.names.types.index("crisis")
        seen, truly = world.calls["type"] == crisis, world.lucks["type"] == crisis
        assert set(world.calls["priority"][seen].tolist()) == {1}
        assert set(world.calls["priority"][truly & ~seen].tolist()) == {3}

    def test_it_is_the_same_person_whatever_it_is_taken_for(self) -> None:
        usual, mistaken = many(crisis={"priorities": {1: 1.0}}), many(crisis=self.CRISIS)
        for name in ("type", "ed_mark", "on_scene_ppm", "patience_s"):
            assert (usual.lucks[name] == mistaken.lucks[name]).all(), name


class TestBreaks:
    def due(self, start: str, end: str, after_h: float, minutes: float = 30, **given: Any) -> list[float]:
        """Hours at which breaks fall due in one day."""
        crew = {"shift": {"start": start, "end": end}, "breaks": {"after_h": after_h, "minutes": minutes}, **given}
        seconds, _ = breaks_due(build_world(town({"patrol": crew})))
        return [float(second) / 3600 for second in seconds]

    def test_once_so_long_into_a_shift_and_again_every_twice_that(self) -> None:
        assert self.due("06:00", "14:00", 4) == [10]
        assert self.due("00:00", "24:00", 4) == [4, 12, 20]

    def test_none_at_the_end_nor_beyond_it(self) -> None:
        assert self.due("06:00", "10:00", 4) == []
        assert self.due("06:00", "18:00", 4) == [10]
        assert self.due("06:00", "18:01", 4) == [10, 18]

    def test_none_where_it_takes_no_time_or_nobody_came(self) -> None:
        assert self.due("06:00", "14:00", 4, minutes=0) == []
        assert self.due("06:00", "14:00", 4, unavailable_share=1.0) == []

    def test_each_shift_by_the_plan_in_force(self) -> None:
        run = {**YEAR, "warm_up_days": 1, "days": 1}
        early = {"shift": {"start": "06:00", "end": "14:00"}}
        first, option = (town({"patrol": {**early, "breaks": {"after_h": h, "minutes": 30}}}, run=run) for h in (4, 3))
        seconds, _ = breaks_due(build_world(option, baseline=first))
        assert seconds.tolist() == [10 * 3600, DAY + 9 * 3600]

    def test_they_stand_among_starts_and_ends_in_the_order_of_events(self) -> None:
        crews = {"patrol": {"posts": 2, "shift": {"start": "06:00", "end": "14:00"}, "breaks": {"after_h": 4, "minutes": 30}}}
        crews["team"] = {"shift": {"start": "10:00", "end": "14:00"}, "turnout_min": 2}
        hours = known_events(build_world(town(crews)))
        told = list(zip(*(hours[name].tolist() for name in ("t_s", "event", "entity", "number", "ends_s")), strict=True))
        six, ten, two = (hour * 3600 for hour in (6, 10, 14))
        starts, ends, breaks = int(Event.SHIFT_START), int(Event.SHIFT_END), int(Event.BREAK_DUE)
        assert told == [
            (six, starts, 0, 0, two), (six, starts, 1, 0, two), (ten, starts, 2, 120, two),
            (ten, breaks, 0, 0, 0), (ten, breaks, 1, 0, 0), *((two, ends, unit, 0, 0) for unit in range(3)),
        ]  # fmt: skip
