"""The story of one call says what its ledger holds: every event, every reason, and nothing that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from sim.engines import Run, run
from sim.rules.lifecycle import Event
from sim.study.story.clauses import Paragraph
from sim.study.story.crew import asked_roles, wanted_roles
from sim.study.story.facts import Story
from sim.study.story.life import worth_reading
from sim.study.story.names import lasted
from sim.study.story.sentences import SENTENCES, Teller
from sim.world import World
from tests.study.coupled_stories import COUPLED_STORIES
from tests.study.street import Told, busy_street, story
from tests.study.street_stories import STORIES as UNIT_STORIES

OF_FIRST = ("diverted, grown worse, given up by the caller",)  # stories of the first call; others are of the last
STORIES = {**UNIT_STORIES, **COUPLED_STORIES}
SILENT = {
    "POSITIONS", "PLACES", "BREAK_DUE", "STAY_OVER", "TALKED", "SPILL_DUE", "CREW_DUE", "LOOK_AGAIN", "MECHANISM", "MATCH",
}  # fmt: skip


def tell(calls: list[dict[str, Any]], told: list[Told], **more: Any) -> str:
    """The whole story as one line of text."""
    teller = Teller(story(calls, told, **more))
    return " ".join([teller.heading(), *(f"[{teller.say.clock(t_s)}] {text}" for t_s, text in teller.lines())])


def test_every_event_that_writes_a_row_has_words() -> None:
    assert {event.name for event in Event} - SILENT == {event.name for event in SENTENCES}


@pytest.mark.parametrize("name", STORIES)
def test_a_story_says(name: str) -> None:
    calls, told, promised = STORIES[name]
    text = tell(calls, told, call=len(calls) - 1 if name not in OF_FIRST else 0)
    for words in promised:
        assert words in text, text


def test_the_stories_hold_every_event() -> None:
    assert {row[1] for _, told, _ in STORIES.values() for row in told} == {event.name for event in Event} - SILENT


@pytest.mark.parametrize("name", STORIES)
def test_a_paragraph_says_how_it_ends(name: str) -> None:
    calls, told, _ = STORIES[name]
    for call in range(len(calls)):
        text = Paragraph(Teller(story(calls, told, call=call))).text()
        assert text.endswith(".")
        assert text[0] == text[0].upper()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (89, "1 min"), (90, "2 min"), (7140, "119 min"), (7500, "2 h 5 min")],
)
def test_spans_of_time(seconds: int, words: str) -> None:
    assert lasted(seconds) == words


@pytest.fixture(scope="module")
def busy() -> tuple[World, Run]:
    town = busy_street()
    return town, run(town)


def test_stories_agree_with_what_was_played(busy: tuple[World, Run]) -> None:
    town, played = busy
    happened = set(played.ledger["event"].tolist())
    assert {Event.ASKED, Event.LEADS, Event.STAGED, Event.CALLED_OFF, Event.GIVEN_UP, Event.RELAY_FAILED} <= happened
    for call in np.unique(played.ledger["call"][played.ledger["event"] == Event.RECEIVED]).tolist():
        one, final = Story(town, played.ledger, call), played.calls[call]
        wants = wanted_roles(one)
        assert not wants or wants[max(wants)].alternative.id == final["plan"], call
        assert union(asked_roles(one, m) for m in one.all_of(Event.ASKED)) == final["asked"], call
        teller = Teller(one)
        text = " ".join(words for _, words in teller.lines())
        assert all(teller.say.unit(unit).lower() in text.lower() for unit in one.units)
        assert "not sent by the policy" not in text, text  # nearest sends whoever is nearest
        assert not {"None", "a door "} & set(text.split()), text
        Paragraph(teller).text()


def union(bits: Iterable[int]) -> int:
    found = 0
    for one in bits:
        found |= one
    return found


def test_the_hint_names_three_calls(busy: tuple[World, Run]) -> None:
    _, played = busy
    worth = worth_reading(played.ledger)
    assert [why for why, _ in worth] == ["longest wait", "most units", "a unit diverted"]
    assert set(played.ledger["call"].tolist()) >= {call for _, call in worth}
