"""What any candidate call carries: age and housing, lots, growth, induced calls, luck on the phone and in follow-up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.keys import name_hash
from sim.rules.lifecycle import Age
from sim.world import build_world
from sim.world.phone_luck import NEVER, attempts
from tests.unit.peopled import built, changed, kept, scenario_of

DAY = 86_400


class TestCallers:
    def test_without_people_all_are_adults_with_a_home(self, small_town: dict[str, Any]) -> None:
        world = built(small_town)
        assert (world.calls["age"] == Age.ADULT).all()
        assert not world.calls["is_unhoused"].any()
        assert (world.calls["person"] == -1).all()

    def test_ages_are_the_types_or_as_stated(self, small_town: dict[str, Any]) -> None:
        small_town["types"]["elder"] = {**small_town["types"]["crisis"], "age": "elder"}
        small_town["demand"] |= {"mix": {"crisis": 0.5, "elder": 0.5}, "calls_per_year": 200_000}
        small_town["people"] = {"ages": {"youth": 0.25, "adult": 0.75}, "unhoused_share": 0.3}
        world = built(small_town)
        kind = np.array(world.names.types)[world.lucks["type"]]
        assert (world.calls["age"][kind == "elder"] == Age.ELDER).all()
        assert (world.calls["age"][kind == "other"] == Age.ADULT).all()
        assert (world.calls["age"][kind == "crisis"] == Age.YOUTH).mean() == pytest.approx(0.25, abs=0.03)
        assert world.calls["is_unhoused"][kind != "other"].mean() == pytest.approx(0.3, abs=0.03)
        assert not world.calls["is_unhoused"][kind == "other"].any()

    def test_lots_are_even(self, small_town: dict[str, Any]) -> None:
        small_town["demand"]["calls_per_year"] = 200_000
        world = built(small_town)
        lots = world.calls["lot_ppm"][world.lucks["type"] == 0]
        assert lots.min() >= 0
        assert lots.max() < 1_000_000
        assert np.histogram(lots, 4, (0, 1e6))[0] / len(lots) == pytest.approx([0.25] * 4, abs=0.03)


class TestDemand:
    def test_growth_is_compound_from_the_first_day(self, small_town: dict[str, Any]) -> None:
        small_town["demand"] |= {"growth_per_year": 0.5, "day_effect_cv": 0}
        small_town["run"] |= {"warm_up_days": 0, "days": 731, "run_out_days": 0}
        n = np.mean([np.histogram(built(small_town, r).calls["received_s"], 2, (0, 731 * DAY))[0] for r in range(4)], axis=0)
        first = 10_000 * (1.5 - 1) / np.log(1.5)
        assert n[0] == pytest.approx(first, rel=0.03)
        assert n[1] / n[0] == pytest.approx(1.5, rel=0.03)

    def test_growth_keeps_the_calls_of_slower_growth(self, small_town: dict[str, Any]) -> None:
        a, b = built(small_town), built(changed(small_town, demand__growth_per_year=0.3))
        names = ["stream", "number", "priority", "flags"]
        assert {tuple(row) for row in a.calls[names].tolist()} <= {tuple(row) for row in b.calls[names].tolist()}

    def test_induced_calls_are_streams_of_their_own(self, small_town: dict[str, Any]) -> None:
        small_town["run"] |= {"days": 365}
        more = changed(small_town, demand__induced={"share": 0.25, "seen": ["co_response"]})
        a, b = built(small_town), built(more)
        n = kept(a, b)
        induced = b.calls[b.calls["is_induced"] == 1]
        assert n == len(induced)
        expected = 0.25 * 4000 * (b.end_s / DAY) / 365.25
        assert abs(n - expected) < 5 * expected**0.5 + 0.05 * expected
        assert set(induced["stream"]) == {name_hash("induced", "crisis", zone) for zone in ("east", "mid", "west")}
        assert (b.lucks["type"][induced["id"]] == 0).all()
        assert (induced["person"] == -1).all()


class TestPhoneLuck:
    def phone(self, small_town: dict[str, Any]) -> dict[str, Any]:
        small_town["types"]["crisis"]["mislabelled"] = {"share": 0.4, "taken_for": "other"}
        small_town["demand"]["channels"] = {"911": 0.6, "988": 0.4}
        desk = {"channels": ["988"], "shifts": {"all": {"days": "all", "start": "00:00", "end": "24:00"}}}
        return changed(small_town, phone={"desks": {"line": desk}, "false_alarm_as": "crisis"})

    def test_only_calls_that_come_straight_to_dispatch_are_labelled(self, small_town: dict[str, Any]) -> None:
        b = built(self.phone(small_town))
        a = built(small_town)
        straight = a.names.channels.index("911") == a.calls["channel"]
        assert (a.calls["type"] == b.calls["type"])[straight].all()
        assert (a.calls["type"] != a.lucks["type"])[~straight].any()
        assert (b.calls["type"] == b.lucks["type"])[~straight].all()

    def test_the_other_type_has_the_priority_of_the_same_draw(self, small_town: dict[str, Any]) -> None:
        with_phone = self.phone(small_town)
        a, b = built(small_town), built(with_phone)
        assert (b.lucks["other_type"] == 1 - b.lucks["type"]).all()
        taken = a.calls["type"] != a.lucks["type"]
        assert taken.sum() > 10
        assert (a.calls["priority"] == b.lucks["other_priority"])[taken].all()

    def test_a_plan_labels_the_calls_of_its_own_time(self, small_town: dict[str, Any]) -> None:
        small_town["run"]["warm_up_days"] = 8
        option = scenario_of(self.phone(small_town))
        base = scenario_of(small_town)
        world = build_world(option, baseline=base)
        rings = world.names.channels.index("988") == world.calls["channel"]
        labelled = world.calls["type"] != world.lucks["type"]
        after = world.calls["received_s"] >= world.policy_starts_s
        assert labelled[rings & ~after].any()
        assert not labelled[rings & after].any()

    def test_attempts_are_geometric_and_fewer_with_more_success(self) -> None:
        u = (np.arange(100_000) + 0.5) / 100_000
        found = attempts(u, 0.3)
        assert [(found == k).mean() for k in (1, 2, 3)] == pytest.approx([0.3, 0.21, 0.147], abs=1e-4)
        assert (attempts(u, 0.5) <= found).all()
        assert (attempts(u, 0.0) == NEVER).all()
        assert (attempts(u, 1.0) == 1).all()
        assert attempts(u, 1e-6).max() == NEVER
