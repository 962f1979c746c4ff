"""The battery for mechanisms notices each promise that is broken."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from sim.contract import broken_promises, promises
from sim.extend import Share, mechanism
from sim.mechanism import Mechanism
from sim.registry import Parameter, mechanisms

ABOUT = "Something people remember of the calls about them. Source: a test."
STATE = {"person": {"trust": Share(0.5, "trust")}}
GAIN = {"gain": Share(0.0, "what a call adds")}
CLEAR, LOUD = "CLEAR", "TRUST_CHANGED"
COUNT = [0]


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test declares is gone after it."""
    monkeypatch.setattr(mechanisms, "_entries", dict(mechanisms._entries))


def declared(about: str = ABOUT, params: dict[str, Parameter] | None = None) -> Mechanism:
    return mechanism("tried", about, STATE, [LOUD], GAIN if params is None else params)


def remembers(made: Mechanism) -> None:
    @made.after(CLEAR)
    def remember(town: Any, person: Any, call: Any, now: int, params: Any) -> None:
        if params.gain > 0:
            town.record(LOUD, person, trust=min(1.0, person.trust + params.gain))


def broken() -> list[str]:
    return [line.split(": ")[1] for line in broken_promises("mechanism", "tried")]


def test_an_honest_one_breaks_none_whatever_it_scales() -> None:
    made = declared()
    remembers(made)
    for quantity in ("contact", "force", "patience", "on_scene", "crisis_rate"):
        made.scales(quantity, 1.5)(lambda town, person, now, params: 0.5 + person.trust)
    assert broken() == []
    assert len(promises("mechanism")) == 8


def is_loud(made: Mechanism) -> None:
    """Writes a row after each call, though nothing changes."""
    made.after(CLEAR)(lambda town, person, call, now, params: town.record(LOUD, person))


def is_on_by_default(made: Mechanism) -> None:
    made.scales("contact", 2.0)(lambda town, person, now, params: 0.9)


def adds_by_default(made: Mechanism) -> None:
    """Brings about crises that only its ceiling made possible."""
    made.scales("crisis_rate", 2.0)(lambda town, person, now, params: 1.8)


def goes_past_its_ceiling(made: Mechanism) -> None:
    made.scales("contact", 1.2)(lambda town, person, now, params: 1.0 + params.gain)


def writes_what_it_did_not_declare(made: Mechanism) -> None:
    @made.after(CLEAR)
    def remember(town: Any, person: Any, call: Any, now: int, params: Any) -> None:
        if params.gain > 0:
            town.record("OTHER", person)


def leaves_its_bounds(made: Mechanism) -> None:
    @made.after(CLEAR)
    def remember(town: Any, person: Any, call: Any, now: int, params: Any) -> None:
        if params.gain > 0:
            town.record(LOUD, person, trust=person.trust + params.gain)


def counts_over_runs(made: Mechanism) -> None:
    @made.after(CLEAR)
    def remember(town: Any, person: Any, call: Any, now: int, params: Any) -> None:
        COUNT[0] += 1
        if params.gain > 0:
            town.record(LOUD, person, trust=COUNT[0] % 7 / 7)


def gambles(made: Mechanism) -> None:
    made.scales("contact", 2.0)(lambda town, person, now, params: 1.0 + params.gain * random.random())


def takes_too_little(made: Mechanism) -> None:
    made.scales("contact", 2.0)(lambda town, person: 1.0)


def does_nothing(made: Mechanism) -> None:
    pass


BROKEN: list[tuple[Callable[[Mechanism], None], str]] = [
    (is_loud, "at its defaults leaves every byte as it was"),
    (is_on_by_default, "at its defaults leaves every byte as it was"),
    (adds_by_default, "at its defaults leaves every byte as it was"),
    (goes_past_its_ceiling, "keeps its factors between 0 and their ceilings"),
    (writes_what_it_did_not_declare, "writes, remembers and draws only what it declares"),
    (leaves_its_bounds, "writes, remembers and draws only what it declares"),
    (counts_over_runs, "plays the same twice"),
    (gambles, "draws no luck of its own"),
    (takes_too_little, "takes what its kind is given"),
    (does_nothing, "takes what its kind is given"),
]


@pytest.mark.parametrize(("give", "promise"), BROKEN, ids=[give.__name__ for give, _ in BROKEN])
def test_each_broken_promise_is_named(give: Callable[[Mechanism], None], promise: str) -> None:
    give(declared())
    assert promise in broken()


def test_words_and_parameters_are_held_to_what_others_are() -> None:
    made = declared(about="Trust.", params={"gain": Parameter(5.0, "", "", 0.0, 1.0)})
    made.scales("contact", 2.0)(lambda town, person, now, params: 1.0)
    assert broken()[:2] == ["says what it is and where it comes from", "declares its parameters"]
