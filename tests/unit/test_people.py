"""People with recurrent crises: who they are, their candidates, the split of stated demand; ages, growth, induced calls."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.keys import name_hash
from sim.rules.lifecycle import Age
from sim.rules.recurring import is_in_crisis, link_to_care, remember
from sim.tables import CallRow, PersonRow, columns
from sim.world import build_world
from sim.world.arrivals import expected_counts
from sim.world.luck import Luck
from sim.world.people import MAX_CRISES, crises, n_layers, person_rows
from sim.world.plan import plan_of
from sim.world.split import long_run, n_people, split_of_demand
from tests.unit.peopled import RECEIVED, built, by_address, changed, kept, scenario_of

DAY = 86_400
RECURRENT = {"per_1000": 40, "crises_per_year": 12, "frailty_cv": 1.0}


@pytest.fixture
def town(small_town: dict[str, Any]) -> dict[str, Any]:
    """The small town with 120 people who make 1,440 of its 4,000 calls about people."""
    small_town["people"] = {"recurrent": dict(RECURRENT)}
    return small_town


class TestSameWorld:
    def test_a_further_person_moves_nobody(self, town: dict[str, Any]) -> None:
        mix = {"crisis": 1.0}
        one = changed(town, people__recurrent__mix=mix)
        other = changed(one, people__recurrent__per_1000=40.4)  # 121 people
        a, b = built(one), built(other)
        assert len(b.persons) == len(a.persons) + 1
        for name in columns(PersonRow):
            assert b.persons[name][:-1].tolist() == a.persons[name].tolist(), name
        mine, theirs = ({k: v for k, v in by_address(w).items() if v[RECEIVED.index("person")] >= 0} for w in (a, b))
        assert {k: v for k, v in theirs.items() if v[RECEIVED.index("person")] < len(a.persons)} == mine

    def test_a_further_person_only_thins_the_anonymous(self, town: dict[str, Any]) -> None:
        a, b = built(town), built(changed(town, people__recurrent__per_1000=40.4))
        one, other = (w.calls[w.calls["person"] < 0] for w in (a, b))
        assert len(other) <= len(one)
        names = ("stream", "number", "priority", "flags", "channel", "lot_ppm")
        assert {tuple(row) for row in other[list(names)].tolist()} <= {tuple(row) for row in one[list(names)].tolist()}

    def test_a_higher_ceiling_adds_layers_and_moves_nothing(self, town: dict[str, Any]) -> None:
        scenario = scenario_of(town)
        plan, luck = plan_of(scenario, scenario), Luck(3, 0)
        persons = person_rows(scenario, luck)
        cumulative = expected_counts(plan.streams, np.ones(plan.horizon.n_days * 24))[1]
        low, high = (
            list(zip(*(c.tolist() for c in crises(scenario, persons, n, cumulative, luck)), strict=True)) for n in (1, 3)
        )
        assert set(low) < set(high)
        assert {row for row in high if row[3] < 1_000_000} == set(low)
        assert {row[3] // 1_000_000 for row in high} == {0, 1, 2}

    def test_a_rate_that_may_rise_keeps_the_crises_there_were(self, town: dict[str, Any]) -> None:
        raised = changed(town, people__recurrent__unresolved_factor=2.5, people__recurrent__unresolved_days=0)
        assert n_layers(scenario_of(town)) == 1
        assert n_layers(scenario_of(raised)) == 3
        a, b = built(town), built(raised)
        assert kept(a, b) > 0
        assert (np.sort(a.lucks["height_ppm"][a.calls["person"] >= 0]) < 1_000_000).all()

    def test_a_team_or_a_chair_more_moves_nobody(self, town: dict[str, Any]) -> None:
        town["facilities"]["centre"] |= {"stay_h": 10, "places": 2}
        for more in ({"responders__team__shifts__late__posts": 2}, {"facilities__centre__places": 9}):
            base, option = scenario_of(town), scenario_of(changed(town, **more))
            assert kept(build_world(base), build_world(option, baseline=base)) == 0

    def test_phone_and_follow_up_move_no_other_draw(self, town: dict[str, Any]) -> None:
        desk = {"channels": ["911"], "shifts": {"all": {"days": "all", "start": "00:00", "end": "24:00"}}}
        more = changed(
            town, phone={"desks": {"psap": desk}}, follow_up={"case_managers": 1, "raised_share": {}, "success_share": 0.4}
        )
        a, b = built(town), built(more)
        drawn = {"talk_ppm", "hang_up_ppm", "phone_mark", "ring_again_mark", "triage_mark", "follow_mark", "attempts"}
        for table in ("calls", "lucks"):
            one, other = getattr(a, table), getattr(b, table)
            moved = {name for name in one.dtype.names if one[name].tolist() != other[name].tolist()}
            assert moved == (drawn if table == "lucks" else set())


class TestPeople:
    def test_rates_have_their_mean_and_spread(self, town: dict[str, Any]) -> None:
        many = scenario_of(changed(town, people__recurrent__per_1000=20_000, demand__calls_per_year=2_000_000))
        for family in ("gamma", "lognormal"):
            row = many.model_copy(update={"people": scenario_of(changed(town, people__recurrent={
                **RECURRENT, "per_1000": 20_000, "frailty": family})).people})  # fmt: skip
            rates = person_rows(row, Luck(1, 0))["crises_ppm"] / 1e6
            assert rates.mean() == pytest.approx(12, rel=0.02)
            assert rates.std() == pytest.approx(12, rel=0.05)

    def test_they_live_where_people_do_with_the_stated_age_and_housing(self, town: dict[str, Any]) -> None:
        ages = {"youth": 0.2, "adult": 0.5, "elder": 0.3}
        town["people"] |= {"ages": ages, "unhoused_share": 0.1, "recurrent_unhoused_share": 0.6}
        town["zones"]["east"]["demand_weight"] = 2.0
        town["people"]["recurrent"]["per_1000"] = 5000
        persons = person_rows(scenario_of(town), Luck(1, 0))
        assert np.bincount(persons["zone"]) / len(persons) == pytest.approx([0.5, 0.25, 0.25], abs=0.02)
        assert np.bincount(persons["age"]) / len(persons) == pytest.approx([0.2, 0.5, 0.3], abs=0.02)
        assert persons["is_unhoused"].mean() == pytest.approx(0.6, abs=0.02)

    def test_a_call_says_what_its_person_is(self, town: dict[str, Any]) -> None:
        town["people"] |= {"ages": {"youth": 0.5, "elder": 0.5}, "unhoused_share": 0.4}
        world = built(town)
        own = world.calls[world.calls["person"] >= 0]
        assert len(own) > 20
        for name in ("zone", "age", "is_unhoused"):
            assert (own[name] == world.persons[name][own["person"]]).all()
        assert (own["number"] >> 13 == own["person"]).all()
        assert set(own["stream"]) == {name_hash("person", "0")}

    def test_people_have_the_crises_of_their_age(self, town: dict[str, Any]) -> None:
        town["types"] |= {"youth": {**town["types"]["crisis"], "age": "youth"}}
        town["demand"]["mix"] = {"crisis": 0.5, "youth": 0.5}
        town["people"]["ages"] = {"youth": 0.5, "adult": 0.5}
        world = built(town)
        own = world.calls["person"] >= 0
        kind = np.array(world.names.types)[world.lucks["type"]]
        assert set(kind[own & (world.calls["age"] == Age.ADULT)]) == {"crisis"}
        assert set(kind[own & (world.calls["age"] == Age.YOUTH)]) == {"crisis", "youth"}
        assert split_of_demand(scenario_of(town)).recurrent["youth"] == pytest.approx(1440 * 0.5 * 0.5)

    def test_their_crises_follow_hours_growth_and_scale(self, town: dict[str, Any]) -> None:
        town["demand"] |= {"profile": {"hours": [0.0] * 12 + [1.0] * 12}, "day_effect_cv": 0, "scale": 2.0}
        town["run"] |= {"warm_up_days": 0, "days": 365, "run_out_days": 0}
        town["people"]["recurrent"]["frailty_cv"] = 0
        world = built(town)
        own = world.calls[world.calls["person"] >= 0]
        assert abs(len(own) - 2 * 1440) < 4 * 2880**0.5
        assert (own["received_s"] % DAY >= DAY // 2).all()

    def test_too_many_crises_or_people_are_refused(self, town: dict[str, Any]) -> None:
        once = {"people__recurrent__per_1000": 0.34, "people__recurrent__frailty_cv": 0}
        often = {"people__recurrent__crises_per_year": MAX_CRISES * 40, "demand__calls_per_year": MAX_CRISES * 40}
        with pytest.raises(ScenarioError, match=r"people\.recurrent\n.*crises in the run"):
            built(changed(town, **once, **often))
        many = {"people__recurrent__per_1000": 100_000, "people__recurrent__crises_per_year": 0.01}
        with pytest.raises(ScenarioError, match=r"people\.recurrent\n.*300,000 people"):
            built(changed(town, **many))


class TestSplit:
    def test_both_parts_make_up_what_is_stated(self, town: dict[str, Any]) -> None:
        split = split_of_demand(scenario_of(town))
        assert split.recurrent == pytest.approx({"crisis": 1440, "other": 0})
        assert split.anonymous == pytest.approx({"crisis": 2560, "other": 6000})

    def test_the_calls_of_many_towns_come_to_the_stated_total(self, town: dict[str, Any]) -> None:
        town["run"] |= {"warm_up_days": 0, "days": 365, "run_out_days": 0}
        town["demand"]["day_effect_cv"] = 0
        n = [[(w.lucks["type"] == 0).sum(), (w.calls["person"] >= 0).sum()] for w in (built(town, r) for r in range(20))]
        total, own = np.mean(n, axis=0)
        assert total == pytest.approx(4000 * 365 / 365.25, rel=0.02)
        assert own == pytest.approx(1440 * 365 / 365.25, rel=0.05)

    def test_without_people_nothing_is_taken_off(self, small_town: dict[str, Any]) -> None:
        split = split_of_demand(scenario_of(small_town))
        assert split.anonymous == pytest.approx({"crisis": 4000, "other": 6000})
        assert not any(split.recurrent.values())

    def test_more_recurrent_than_stated_is_refused(self, town: dict[str, Any]) -> None:
        with pytest.raises(ScenarioError, match=r"people\.recurrent\n.*4,320 of 4,000 crisis"):
            split_of_demand(scenario_of(changed(town, people__recurrent__crises_per_year=36)))

    def test_an_option_has_the_split_of_its_baseline(self, town: dict[str, Any]) -> None:
        town["people"]["recurrent"] |= {"care_factor": 0.5}
        base = scenario_of(town)
        follow = {"case_managers": 5, "raised_share": {"resolved": 1.0, "referred": 1.0}, "success_share": 0.5}
        option = scenario_of(changed(town, follow_up=follow))
        assert long_run(option, option.people.recurrent) < 1  # type: ignore[union-attr, arg-type]
        assert plan_of(base, option).streams.rate.tolist() == plan_of(base, base).streams.rate.tolist()

    def test_stays_and_raised_rates_move_the_long_run(self, town: dict[str, Any]) -> None:
        def share(**more: Any) -> float:
            scenario = scenario_of(changed(town, **more))
            return long_run(scenario, scenario.people.recurrent)  # type: ignore[union-attr, arg-type]

        assert share() == 1
        assert share(facilities__jail__stay_h=480) < share(facilities__jail__stay_h=240) < 0.99
        assert share(people__recurrent__unresolved_factor=3, people__recurrent__unresolved_days=20) > 1.05

    @pytest.mark.parametrize("factors", [(1.0, 3.0), (0.3, 1.0), (0.4, 2.0)])
    def test_the_long_run_is_that_of_people_played_one_by_one(self, town: dict[str, Any], factors: tuple[float, float]) -> None:
        """Candidates thinned by the rules the engines use: two hours each, one in five unresolved, one in four linked to care."""
        town["people"]["recurrent"] |= {"care_factor": factors[0], "unresolved_factor": factors[1], "unresolved_days": 20}
        raised = dict.fromkeys(("resolved", "referred", "crisis_centre", "ed", "ed_medical", "hold", "arrest", "no_contact"), 1.0)
        town["follow_up"] = {"case_managers": 999, "raised_share": raised, "success_share": 0.25, "attempts": 1}
        town["run"] |= {"warm_up_days": 0, "days": 3000, "run_out_days": 0}
        world, scenario = built(town), scenario_of(town)
        assert n_people(scenario) == 120
        rules: Any = SimpleNamespace(**world.after.numbers)
        people = [PersonRow(id=i, zone=0) for i in range(len(world.persons))]
        over, n = [0] * len(people), 0
        for i in np.flatnonzero(world.calls["person"] >= 0).tolist():
            person, luck, now = (
                people[world.calls["person"][i]],
                world.lucks[i].view(np.recarray),
                int(world.calls["received_s"][i]),
            )
            if now >= over[person.id] and is_in_crisis(rules, person, luck, now):
                n, over[person.id] = n + 1, now + 7200
                person.call = 0
                remember(rules, person, CallRow(0, 0, 0, 0, 0, 0, 0, 0), luck.contact_mark >= 0.8 * 2**32, now + 7200)
                if luck.attempts == 1:
                    link_to_care(person, now + rules.care_s)
        alone = (world.persons["crises_ppm"].sum() / 1e6) * 3000 / 365.25
        expected = long_run(scenario, scenario.people.recurrent)  # type: ignore[union-attr, arg-type]
        assert n / alone == pytest.approx(expected, rel=0.03)
        assert abs(expected - 1) > 0.05
