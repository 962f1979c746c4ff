"""Mechanisms: what they are told, what they remember, write, draw and scale, when they wake, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from sim.contract.towns import whole_town
from sim.engines import run
from sim.errors import RegistryError, RuleError
from sim.extend import Share, mechanism
from sim.measure.invariants import check
from sim.mechanism import FIRST_EVENT, FIRST_PURPOSE, Mechanism, shared_purposes
from sim.registry import Parameter, mechanisms
from sim.rules.lifecycle import CallStatus, Disposition, Event
from sim.scenario.schema import Scenario
from sim.world import World, build_world
from tests.unit.peopled import built, changed, kept

ABOUT = "Something people remember. Source: a test."
FACTOR = {"factor": Parameter(1.0, "on whatever it scales", "factor", 0.0, 3.0)}
Town = dict[str, Any]


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test declares is gone after it."""
    monkeypatch.setattr(mechanisms, "_entries", dict(mechanisms._entries))


@pytest.fixture
def town(small_town: Town) -> Town:
    """The small town with 120 people who make more than half of its calls about people."""
    return changed(small_town, people__recurrent={"per_1000": 40, "crises_per_year": 24, "frailty_cv": 1.0})


def with_it(town: Town, name: str, **params: float) -> World:
    world: World = built(changed(town, mechanisms={name: params}))
    return world


def trusting() -> Mechanism:
    params = {"gain": Share(0.0, "trust won by a call that was answered"), "loss": Share(0.0, "trust lost by force")}
    made = mechanism("trusting", ABOUT, {"person": {"trust": Share(0.5, "trust")}}, ["TRUST_CHANGED"], params)

    @made.after("CLEAR")
    def remember(town: Any, person: Any, call: Any, now: int, params: Any) -> None:
        moved = min(1.0, max(0.0, person.trust - params.loss if call.force else person.trust + params.gain))
        if moved != person.trust:
            town.record("TRUST_CHANGED", person, trust=moved)

    return made


class TestWhatItIsTold:
    def test_state_follows_the_ledger_call_by_call(self, town: Town) -> None:
        trusting()
        world = with_it(town, "trusting", gain=0.25, loss=0.5)
        played = run(world)
        check(played.ledger, world)
        trust, expected = [0.5] * len(world.persons), []
        clear = played.ledger[played.ledger["event"] == Event.CLEAR]
        for t_s, call in zip(clear["t_s"].tolist(), clear["call"].tolist(), strict=True):
            who = int(played.calls["person"][call])
            if who >= 0:
                step = -0.5 if played.calls["force"][call] else 0.25
                before, trust[who] = trust[who], min(1.0, max(0.0, trust[who] + step))
                expected += [(t_s, who, trust[who])] if trust[who] != before else []
        table = played.mechanisms["trusting"]
        assert table[["t_s", "person", "value"]].tolist() == expected
        assert len(expected) > 20 and {value for *_, value in expected} > {0.0, 0.75}
        rows = played.ledger[table["row"]]
        assert (rows["event"] == FIRST_EVENT).all() and (rows["unit"] == -1).all()
        assert (played.ledger["event"][rows["cause"]] == Event.CLEAR).all()
        assert (played.ledger["call"][rows["cause"]] == rows["call"]).all()

    def test_also_of_calls_that_have_ended(self) -> None:
        """Every row of a call about a known person that is listened for is told, whether the call is open or not."""
        heard: list[tuple[str, int, int]] = []
        made = mechanism("listening", ABOUT)
        for event in Event:
            made.after(event.name)(lambda _, person, call, now, __, name=event.name: heard.append((name, call.id, now)))
        scenario = whole_town().model_copy(update={"mechanisms": {"listening": {}}})
        played = run(build_world(scenario))
        is_known = (played.ledger["call"] >= 0) & (played.calls["person"][played.ledger["call"]] >= 0)
        rows = played.ledger[is_known]
        assert heard == [(Event(r["event"]).name, int(r["call"]), int(r["t_s"])) for r in rows]
        assert {"CONNECTED", "LEFT", "CLEAR", "RECEIVED"} <= {name for name, *_ in heard}

    def test_nothing_can_be_moved_by_hand(self, town: Town) -> None:
        made = mechanism("moving", ABOUT, {"person": {"x": Share(0.0, "x")}})
        tried = []

        @made.after("RECEIVED")
        def move(town: Any, person: Any, call: Any, now: int, params: Any) -> None:
            for what, name in ((person, "x"), (person, "zone"), (call, "priority")):
                with pytest.raises(AttributeError, match=r"town\.record|may not change a call"):
                    setattr(what, name, 1)
                tried.append(name)
            assert not hasattr(call, "patience_s")

        run(with_it(town, "moving"))
        assert {"x", "zone", "priority"} == set(tried)


class TestWakingAndLuck:
    def test_it_wakes_when_it_asked_to(self, town: Town) -> None:
        made = mechanism("waking", ABOUT, {"person": {"seen": Share(0.0, "seen")}}, ["LOOKED"])

        @made.after("RECEIVED")
        def ask(town: Any, person: Any, call: Any, now: int, params: Any) -> None:
            town.wake(person, 3600)

        @made.wakes
        def look(town: Any, person: Any, now: int, params: Any) -> None:
            town.record("LOOKED", person, seen=1.0)

        world = with_it(town, "waking")
        played = run(world)
        check(played.ledger, world)
        received = played.ledger[(played.ledger["event"] == Event.RECEIVED) & (played.ledger["person"] >= 0)]
        due = [(t_s + 3600, who) for t_s, who in received[["t_s", "person"]].tolist() if t_s + 3600 < world.end_s]
        looked = played.ledger[played.ledger["event"] == FIRST_EVENT]
        assert looked[["t_s", "person"]].tolist() == due
        assert (looked["call"] == -1).all() and (looked["cause"] == -1).all()

    def test_its_luck_is_its_own_and_the_same_whatever_else_happens(self, town: Town) -> None:
        drawn: list[tuple[str, int, int, float]] = []
        made = mechanism("drawing", ABOUT, draws=("first", "second"))

        @made.after("RECEIVED")
        def draw(town: Any, person: Any, call: Any, now: int, params: Any) -> None:
            drawn.extend((n, person.id, person.n_contacts, town.uniform(n, person, person.n_contacts)) for n in made.draws)

        runs = []
        for posts in (1, 3):
            drawn.clear()
            run(with_it(changed(town, responders__patrol__shifts__all__posts=posts), "drawing"))
            runs.append({one[:3]: one[3] for one in drawn})
        shared = runs[0].keys() & runs[1].keys()
        assert len(shared) > 50 and all(runs[0][key] == runs[1][key] for key in shared)
        values = np.array(list(runs[0].values()))
        assert len(set(values)) == len(values) and abs(values.mean() - 0.5) < 0.1
        assert made.purpose("first") >= FIRST_PURPOSE and made.purpose("first") != made.purpose("second")

    def test_two_draws_are_never_one_luck(self) -> None:
        names = [f"draw_{i}" for i in range(2000)]  # of 32,768 purposes: some pair must share one
        with pytest.raises(RegistryError, match="would have the same luck; give one another name"):
            mechanism("lucky", ABOUT, draws=names)
        apart = Mechanism("one", {}, (), {}, ("a",)), Mechanism("other", {}, (), {}, ("a",))
        assert shared_purposes(apart) == []


def scaling(quantity: str, ceiling: float = 3.0) -> None:
    made = mechanism(f"scaling_{quantity}", ABOUT, params=FACTOR)
    made.scales(quantity, ceiling)(lambda town, person, now, params: params.factor)


class TestScaling:
    @pytest.fixture
    def under(self, town: Town) -> Callable[..., Any]:
        def play(quantity: str, factor: float) -> Any:
            scaling(quantity)
            world = with_it(town, f"scaling_{quantity}", factor=factor)
            played = run(world)
            check(played.ledger, world)
            came = (played.calls["person"] >= 0) & (played.calls["status"] == CallStatus.ENDED)
            return played, played.calls[came]

        return play

    def test_contact_and_force(self, under: Callable[..., Any]) -> None:
        shares = [np.mean(under("contact", f)[1]["disposition"] == Disposition.NO_CONTACT) for f in (0.0, 0.5, 1.0, 1.3)]
        assert shares[0] > 0.9 and shares[0] > shares[1] > shares[2] > shares[3]
        force = [np.mean(under("force", f)[1]["force"] > 0) for f in (0.0, 1.0, 3.0)]
        assert force[0] == 0 < force[1] < force[2]

    def test_patience_and_minutes(self, under: Callable[..., Any]) -> None:
        given_up = [int((under("patience", f)[0].ledger["event"] == Event.ABANDONED).sum()) for f in (0.0, 1.0)]
        assert given_up[0] > given_up[1]
        busy = []
        for factor in (1.0, 2.0):
            ledger = under("on_scene", factor)[0].ledger
            rows = {e: ledger[(ledger["event"] == e) & (ledger["unit"] >= 0)] for e in (Event.ON_SCENE, Event.CLEAR)}
            came = dict(zip(rows[Event.ON_SCENE]["call"].tolist(), rows[Event.ON_SCENE]["t_s"].tolist(), strict=True))
            busy.append(np.mean([t_s - came[call] for call, t_s in rows[Event.CLEAR][["call", "t_s"]].tolist() if call in came]))
        assert busy[1] > busy[0]

    def test_crises_come_more_often_up_to_the_ceiling_and_none_is_moved(self, town: Town, under: Callable[..., Any]) -> None:
        n = [len(under("crisis_rate", f)[1]) for f in (0.0, 0.5, 1.0, 3.0)]
        assert n[0] == 0 and n[0] < n[1] < n[2] < n[3]
        assert 2.0 < n[3] / n[2] < 3.5
        scaling("crisis_rate", ceiling=1.0)
        low = with_it(town, "scaling_crisis_rate")
        assert kept(built(town), low) == 0  # a ceiling of 1 adds nobody
        scaling("crisis_rate")
        assert kept(low, with_it(town, "scaling_crisis_rate")) > 0

    def test_ceilings_of_several_multiply(self, town: Town) -> None:
        for name in ("a_half", "b_half"):
            made = mechanism(name, ABOUT)
            made.scales("crisis_rate", 2.0)(lambda town, person, now, params: 2.0)
        world = built(changed(town, mechanisms={"a_half": {}, "b_half": {}}))
        heights = world.lucks["height_ppm"][world.calls["person"] >= 0]
        assert 3_000_000 < heights.max() < 4_000_000
        both, none = run(world), run(built(town))
        came = [int(((one.calls["person"] >= 0) & (one.calls["status"] == CallStatus.ENDED)).sum()) for one in (both, none)]
        assert 2.5 < came[0] / came[1] < 4.5


def forms() -> Iterator[tuple[str, Callable[[], Any]]]:
    state = {"person": {"x": Share(0.0, "x")}}
    yield "state of 'person'", lambda: mechanism("m", ABOUT, {"town": {}})
    yield "state zone, which every person has", lambda: mechanism("m", ABOUT, {"person": {"zone": Share(0.0, "zone")}})
    yield "event names lower", lambda: mechanism("m", ABOUT, events=["lower"])
    yield "event names CLEAR", lambda: mechanism("m", ABOUT, events=["CLEAR"])
    yield "event names TWICE, TWICE", lambda: mechanism("m", ABOUT, events=["TWICE", "TWICE"])
    yield "no event 'CLEARS'", lambda: mechanism("m", ABOUT, state).after("CLEARS")
    yield "'travel' cannot be scaled", lambda: mechanism("m", ABOUT).scales("travel", 2.0)
    yield "contact up to 0.5 times", lambda: mechanism("m", ABOUT).scales("contact", 0.5)
    yield "contact up to inf times", lambda: mechanism("m", ABOUT).scales("contact", float("inf"))


@pytest.mark.parametrize(("message", "declare"), list(forms()), ids=[message for message, _ in forms()])
def test_a_poor_declaration_is_refused(message: str, declare: Callable[[], Any]) -> None:
    with pytest.raises(RegistryError, match=message):
        declare()


DEEDS: dict[str, Callable[[Any, Any], Any]] = {
    "event B is not declared": lambda town, person: town.record("B", person),
    "state y is not declared": lambda town, person: town.record("A", person, y=1.0),
    "state x becomes 1.5; want 0 to 1": lambda town, person: town.record("A", person, x=1.5),
    "state x becomes nan": lambda town, person: town.record("A", person, x=float("nan")),
    "wakes in 5 s, with nothing": lambda town, person: town.wake(person, 5),
    "draw d is not declared": lambda town, person: town.uniform("d", person, 0),
}


@pytest.mark.parametrize("message", DEEDS)
def test_what_is_not_declared_is_refused_in_play(town: Town, message: str) -> None:
    made = mechanism("doing", ABOUT, {"person": {"x": Share(0.0, "x")}}, ["A"])
    made.after("RECEIVED")(lambda town, person, call, now, params: DEEDS[message](town, person))
    with pytest.raises(RuleError, match=f"mechanism doing: {message}"):
        run(with_it(town, "doing"))


def test_a_factor_past_its_ceiling_is_refused(town: Town) -> None:
    for factor in (2.5, -0.1, float("nan")):
        made = mechanism("over", ABOUT)
        made.scales("contact", 2.0)(lambda town, person, now, params, factor=factor: factor)
        with pytest.raises(RuleError, match=r"contact times .*; want 0 to its ceiling 2"):
            run(with_it(town, "over"))


def test_the_compiled_engine_says_that_it_cannot(town: Town) -> None:
    trusting()
    with pytest.raises(RuleError, match="mechanisms are played by the readable engine only: trusting"):
        run(with_it(town, "trusting"), "compiled")


def test_baseline_and_option_live_with_the_same_mechanisms(town: Town) -> None:
    trusting()
    on = Scenario.model_validate(changed(town, mechanisms={"trusting": {}}))
    assert len(build_world(on, baseline=on).mechanisms) == 1
    with pytest.raises(Exception, match="mechanisms differ"):
        build_world(on, baseline=Scenario.model_validate(town))
