"""Words about service as written: who asks for whom from the scene, settings that keep everybody away or change nothing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim.scenario.library import Library
from sim.scenario.load import dump, load, load_data
from sim.scenario.schema import Scenario
from sim.scenario.wording import wanted
from sim.screen import WIDTH
from sim.study.differences import Difference
from sim.study.screens.check_screen import check_data, check_screen
from sim.study.screens.compare_screen import _what_differs
from sim.study.screens.service_words import asking_sentences, service_warnings
from sim.study.story.names import Speech

HERE = Path(__file__).resolve().parent / "scenarios"
LIBRARY = Library(HERE / "library")
TOWN = dump(load(HERE / "town.yaml", library=LIBRARY))
DAY_S = 86_400


def town(patrol: dict[str, Any] | None = None, **changes: Any) -> Scenario:
    """The town of one patrol type and one team, with changes of patrol and at the top."""
    responders = {**TOWN["responders"], "patrol": {**TOWN["responders"]["patrol"], **(patrol or {})}}
    return load_data({**TOWN, "responders": responders, **changes}, library=LIBRARY)


def test_who_asks_for_whom_and_who_stays() -> None:
    asks = {"role": "clinician", "share": {"suicidal": 0.5, "all": 0.2}, "after_min": 10, "wait_min": 20}
    start = "patrol: from the scene of 50 % of suicidal and 20 % of other calls about people, clinician after 10 min, waited "
    start += "for 20 min at most"
    assert asking_sentences(town({"asks": asks})) == [start]
    charge = start + "; whoever is asked takes charge, and who asked stays "
    assert asking_sentences(town({"asks": {**asks, "takes_charge": True}})) == [charge + "to the end"]
    leaving = town({"asks": {**asks, "takes_charge": True}, "leaves_after_min": 10})
    assert asking_sentences(leaving) == [charge + "10 min more"]
    assert any(line.startswith("  Asks       patrol: from the scene") for line in check_screen("town.yaml", leaving))
    assert asking_sentences(town({"asks": {**asks, "share": {"suicidal": 0}}})) == asking_sentences(town()) == []


def test_a_type_that_is_kept_whole() -> None:
    def kept(reserve: Any) -> list[str]:
        return service_warnings(town(policy={"name": "reserve", "reserve": reserve}))

    [one] = kept(1)
    assert one.startswith("team: no more posts than policy reserve keeps back (1)")
    assert kept(0) == []
    [both] = kept({"value": 4})
    assert both.startswith("patrol and team: no more posts than policy reserve keeps back (4)")
    assert one in check_data("town.yaml", town(policy={"name": "reserve"}))["warnings"]


@pytest.mark.parametrize(
    "patrol, changes, told",
    [
        ({}, {"dispatch": {"call_back_after_min": 30}}, "call_back_after_min changes nothing"),
        (
            {"shifts": {"day": {"days": "all", "start": "08:00", "end": "20:00"}}, "breaks": {"after_h": 14, "minutes": 30}},
            {},
            "patrol: a break after 14 h never falls due in shifts of 12 h at most",
        ),
        ({}, {"uptake": {"first": {"all": 0.5}, "later": {"all": 0.8}}}, "with months 0 the shares under later hold at once"),
    ],
)
def test_what_will_hardly_be_meant(patrol: dict[str, Any], changes: dict[str, Any], told: str) -> None:
    assert service_warnings(town()) == []
    [warning] = service_warnings(town(patrol, **changes))
    assert told in warning


def test_what_differs_stands_apart_from_a_long_name() -> None:
    one = [Difference("policy.name", "tiered", "nearest")]
    assert _what_differs("Evenings", one) == [f"    {'Evenings':<24}policy.name  tiered -> nearest"]
    long = "Civilians, police standing by"
    assert _what_differs(long, one) == [f"    {long}", f"{'':<28}policy.name  tiered -> nearest"]
    assert all(len(line) <= WIDTH for line in _what_differs(long * 5, one))


def test_times_of_another_day() -> None:
    say = Speech.__new__(Speech)
    say.story = SimpleNamespace(candidate={"received_s": 3 * DAY_S + 60})  # type: ignore[assignment]
    assert say.clock(3 * DAY_S - 300) == "23:55 the day before"
    assert say.clock(DAY_S) == "00:00 2 days before"
    assert [say.clock(3 * DAY_S + 60), say.clock(4 * DAY_S)] == ["00:01", "00:00 +1 day"]
    assert say.clock(5 * DAY_S) == "00:00 +2 days"


def test_a_list_of_fixed_numbers_in_words() -> None:
    assert wanted(list[int]).startswith("a list, each ")
