"""Being registered is being tested; and the battery notices each promise that is broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import sim.measure
from sim.contract import KINDS, broken_promises, engine_notice
from sim.outcomes.grid import DECISIONS, REFERENCE
from sim.registry import Entry, Parameter, outcome_models, policies

assert sim.measure  # registers metrics and cost items

REGISTERED = [(kind, entry.name) for kind, table in KINDS.items() for entry in table]


@pytest.mark.parametrize(("kind", "name"), REGISTERED)
def test_everything_shipped_keeps_its_promises(kind: str, name: str) -> None:
    assert broken_promises(kind, name) == []


def test_something_of_each_kind_is_shipped() -> None:
    assert {kind for kind, _ in REGISTERED} == set(KINDS) - {"mechanism"}  # of which none is shipped


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Register a function for the length of one test and say what it breaks."""

    def attempt(function: Any, kind: str = "policy", params: dict[str, Parameter] | None = None, **facts: Any) -> list[str]:
        table = policies if kind == "policy" else outcome_models
        monkeypatch.setitem(table._entries, "tried", Entry("tried", function, params or {}, facts))
        return [line.split(": ")[1] for line in broken_promises(kind, "tried")]

    return attempt


def honest(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    """Any idle unit will do.   Source: a test."""
    return 5


COUNT = [0]


def forgetful(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    """Answers by mood, not by town.   Source: a test."""
    COUNT[0] += 1
    return COUNT[0]


def prefers_low_numbers(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    """The unit with the lowest number.   Source: a test."""
    return int(unit.id)


def reads_identity(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    """Sees which call it is.   Source: a test."""
    return int(call.number % 2)


def half(town: Any, unit: Any, call: Any, now: Any, params: Any) -> float:
    """Half a minute everywhere.   Source: a test."""
    return 0.5


def peeks(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    """Asks how patient the caller is.   Source: a test."""
    return int(call.patience_s)


def gambles(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    """Tosses a coin for it.   Source: a test."""
    import random

    return random.randint(0, 9)


def meddles(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    """Moves the unit while asked about it.   Source: a test."""
    unit.zone = (unit.zone + 1) % 3
    return 3


KNOWN: set[int] = set()


def remembers(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    """Holds back where an earlier life had another call within the hour.   Source: a test."""
    KNOWN.add(call.received_s)
    return -1 if any(now < received_s < now + 3600 for received_s in KNOWN) else 5


def first_in_the_list(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    """Compares each unit with the one that happens to stand first.   Source: a test."""
    return int(town.travel_s[0][unit.zone][town.units[0].zone])


def nameless(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    return 1


def short(town: Any, unit: Any, call: Any) -> int:
    """Takes too little.   Source: a test."""
    return 1


@pytest.mark.parametrize(
    ("function", "promise"),
    [
        (forgetful, "gives the same answer to the same question and changes nothing"),
        (prefers_low_numbers, "does not depend on unit numbers"),
        (reads_identity, "knows only what the centre knows"),
        (first_in_the_list, "does not depend on unit numbers"),
        (remembers, "is blind to calls not yet received"),
        (half, "answers in whole numbers"),
        (peeks, "answers in whole numbers"),
        (gambles, "draws no luck of its own"),
        (meddles, "gives the same answer to the same question and changes nothing"),
        (nameless, "says what it is and where it comes from"),
        (short, "takes what its kind is given"),
    ],
)
def test_each_broken_promise_is_named(tried: Callable[..., list[str]], function: Any, promise: str) -> None:
    assert promise in tried(function)


def test_an_honest_policy_breaks_none_and_a_poor_parameter_one(tried: Callable[..., list[str]]) -> None:
    assert tried(honest) == []
    assert tried(honest, params={"x": Parameter(5, "", "", 0, 1)}) == ["declares its parameters"]


def sorts(town: Any, unit: Any, call: Any, now: Any, params: Any) -> int:
    """The place of the unit's id among all, by a function object.   Source: a test."""
    return sorted(town.units, key=lambda other: int(other.zone))[0].zone


def test_both_engines_take_what_is_shipped() -> None:
    assert [notice for entry in policies if (notice := engine_notice(entry.name))] == []


@pytest.mark.parametrize(
    ("function", "reason"),
    [(honest, ""), (sorts, "numba cannot take sorts"), (half, "half answers float64"), (peeks, "patience_s")],
)
def test_engine_notice_says_in_one_line_why_numba_refuses(tried: Callable[..., list[str]], function: Any, reason: str) -> None:
    tried(function)
    notice = engine_notice("tried")
    assert notice.startswith("readable engine only: " if reason else ""), notice
    assert reason in notice
    assert "\n" not in notice
    assert bool(notice) == bool(reason)


def test_outcome_models_are_held_to_probabilities(tried: Callable[..., list[str]]) -> None:
    def too_sure(scenario: Any, grid: Any, params: Any) -> Any:
        """Everything is twice certain.   Source: a test."""
        return {name: 2.0 + 0.0 * grid["acuity"] for name in DECISIONS}

    assert tried(too_sure, kind="outcome model") == ["gives a probability for every decision and cell"]


def test_an_outcome_model_that_says_it_is_monotone_has_to_be(tried: Callable[..., list[str]]) -> None:
    def backwards(scenario: Any, grid: Any, params: Any) -> Any:
        """Whoever comes does more of everything than police.

        Source: a test.
        Monotone: not at all.
        """
        return {name: 0.5 + 0.1 * (grid["responder"] != REFERENCE) for name in DECISIONS}

    broken = ["ends no call more harshly where effects are mild, if it says Monotone"]
    assert tried(backwards, kind="outcome model") == broken
    backwards.__doc__ = "Whoever comes does more of everything than police.   Source: a test."
    assert tried(backwards, kind="outcome model") == []


def test_an_outcome_model_reads_what_it_declares(tried: Callable[..., list[str]]) -> None:
    def by_acuity(scenario: Any, grid: Any, params: Any) -> Any:
        """The worse the crisis, the more of everything.   Source: a test."""
        return {name: 0.1 + 0.2 * grid["acuity"] for name in DECISIONS}

    assert tried(by_acuity, kind="outcome model", by=["acuity"]) == []
    assert tried(by_acuity, kind="outcome model", by=["type"]) == ["reads only the columns it declares"]


def test_a_commitment_by_unit_number_is_noticed(tried: Callable[..., list[str]]) -> None:
    def even_only(town: Any, unit: Any, call: Any, now: Any, params: Any) -> bool:
        return bool(unit.id % 2 == 0)

    assert tried(honest, may_commit=even_only) == ["does not depend on unit numbers"]
