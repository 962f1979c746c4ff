"""Each edit of docs/edits.md is played for a few weeks beside its baseline, and does what its heading says."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import sim
from sim.measure.measures import Measures
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from tests.docs.blocks import Block, blocks_of
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "edits.md"
SHORT = ["run.days=28", "run.warm_up_days=7", "run.run_out_days=2"]
MAX_LINES = 16
BASELINE = ROOT / "scenarios" / "alexandria_va.yaml"
GRANT_CENTS = round(150_000_00 * 28 / 365)  # of the state grant's year, what falls into four weeks


@cache
def blocks() -> list[Block]:
    """The options of the page."""
    return [block for block in blocks_of(PAGE.read_text(encoding="utf-8"), PAGE.name) if block.language == "yaml"]


def title(block: Block) -> str:
    found = re.search(r"^name: (.+)$", block.text, re.MULTILINE)
    assert found, f"{block} has no name"
    return found[1]


def played(scenario: Scenario, baseline: Scenario) -> Measures:
    """One replication of an option that lives its baseline until its policy starts."""
    world = sim.build_world(scenario, 0, baseline)
    return sim.measure(sim.run(world), world)


@cache
def today() -> Measures:
    baseline = load(BASELINE, SHORT)
    return played(baseline, baseline)


def value(of: Measures, metric: str, group: str = "all", level: str = "all") -> float:
    rows = of.metrics
    found = rows[(rows["metric"] == metric) & (rows["group"] == group) & (rows["level"] == level)]["value"]
    return float(found.iloc[0]) if len(found) else 0.0


def paid(of: Measures, payer: str) -> int:
    return int(of.costs.loc[of.costs["payer"] == payer, "cents"].sum())


def endings(of: Measures, disposition: str) -> int:
    return int((of.call_facts["disposition"] == disposition).sum())


def same_story(before: Measures, after: Measures) -> bool:
    return bool(before.call_facts["ended_s"].equals(after.call_facts["ended_s"]))


def hours(of: Measures, responder: str = "co_responder") -> float:
    return value(of, "posted_hours", "responder", responder)


def one_time_cents(of: Measures) -> int:
    return int(of.costs.loc[of.costs["timing"] == "one-time", "cents"].sum())


def raises(metric: str, group: str = "all", level: str = "all") -> Callable[[Measures, Measures], bool]:
    return lambda before, after: value(after, metric, group, level) > value(before, metric, group, level)


def calls_with(of: Measures, column: str, wanted: object) -> set[int]:
    """Calls to which such a unit was sent."""
    rows = of.assignments
    return set(rows.loc[rows[column] == wanted, "call"])


def meets_police(of: Measures, responder: str) -> bool:
    """Whether a call saw a unit of the type and one of patrol beside it."""
    return bool(calls_with(of, "responder", responder) & calls_with(of, "is_patrol", 1))


reached_by_clinicians = raises("calls_reached", "programme", "clinicians")
WHAT_MOVES: dict[str, Callable[[Measures, Measures], bool]] = {
    "Earlier and Friday": lambda a, b: hours(b) == 1.25 * hours(a),
    "Two teams": lambda a, b: hours(b) == 2 * hours(a) and one_time_cents(b) == 3_000_000,
    "Narrow remit": lambda a, b: value(b, "calls_eligible") < value(a, "calls_eligible"),
    "Keep calls for the team": raises("received_to_dispatched_mean_min"),
    "An hour of paperwork": raises("missed_busy_share"),
    "Centre closed at night": lambda a, b: endings(b, "CRISIS_CENTRE") < endings(a, "CRISIS_CENTRE"),
    "Next year's wages": lambda a, b: same_story(a, b) and raises("programme_cost_usd")(a, b),
    "State grant": lambda a, b: same_story(a, b) and paid(b, "state_grant") == GRANT_CENTS and paid(b, "state") == 0,
    "A fifth more calls": lambda a, b: value(b, "calls_received") > 1.1 * value(a, "calls_received"),
    "Clinicians alone": lambda a, b: hours(b, "clinician_van") == 160 and reached_by_clinicians(a, b),
    "Two cars that meet": lambda a, b: meets_police(b, "clinician_car") and not meets_police(a, "clinician_car"),
    "Police ask for a clinician": lambda a, b: meets_police(b, "co_responder") and not meets_police(a, "co_responder"),
    "Police stand by": lambda a, b: meets_police(b, "community_responder"),
    "A clinician on a tablet": lambda a, b: meets_police(b, "telehealth"),
    "One kept back": raises("received_to_dispatched_mean_min"),
    "Called away on the way": lambda a, b: len(calls_with(b, "left_by", "CALLED_OFF")) > 0,
    "Breaks": lambda a, b: "BREAK" in set(b.unit_spells["status"]) and "BREAK" not in set(a.unit_spells["status"]),
    "Ten-hour shifts": lambda a, b: hours(b, "patrol") == pytest.approx(28 * 100, abs=30),
    "Vacant posts": lambda a, b: bool(b.shifts["overtime"].any()) and not a.shifts["overtime"].any(),
    "Two towns": lambda a, b: len(calls_with(b, "helps", "suburbs")) > 0 and paid(b, "suburbs") > 0,
}  # fmt: skip


def test_there_are_twenty_and_each_is_about_a_dozen_lines() -> None:
    assert [title(block) for block in blocks()] == list(WHAT_MOVES)
    assert len(blocks()) == 20
    assert all(len(block.text.splitlines()) <= MAX_LINES for block in blocks())


@pytest.mark.parametrize("number", range(20), ids=list(WHAT_MOVES))
def test_edit_does_what_it_says(number: int, tmp_path: Path) -> None:
    block = blocks()[number]
    path = tmp_path / "option.yaml"
    path.write_text(block.text, encoding="utf-8")
    option = load(path, SHORT)
    is_baseline = "demand:" in block.text or "zones:" in block.text
    after = played(option, option if is_baseline else load(BASELINE, SHORT))
    assert (today().setting == after.setting) != is_baseline, "an option keeps the calls, demand and the map change them"
    assert WHAT_MOVES[title(block)](today(), after)
