"""Would the twins test see a fault? One in every statement of the loop and the rules, each played and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sim.engines import readable
from sim.errors import LedgerError
from sim.world import World
from tests.twins.corners import corner_worlds
from tests.twins.coupled_corners import coupled_corners
from tests.twins.mutate import SOURCES, Mutant, Turns, loaded, mutants, play, tables
from tests.twins.towns import broken_worlds, build, coupled_worlds, fixed_worlds, rare_worlds, story_worlds, street_worlds

N_TOWNS = 25
N_STREETS = 40
N_COUPLED = 60
AT_LEAST = 100  # mutants
NOTICED = 0.95

# Mutants that change no story, and why: (module.function, kind, statement).
HARMLESS: dict[tuple[str, str, str], str] = {
    ("lifecycle.module", "add one", "WEAPON = 1"): "read where worlds are built, which both engines are given",
    ("lifecycle.module", "add one", "VIOLENCE_RISK = 4"): "read where worlds are built, which both engines are given",
    (
        "lifecycle._call_moves",
        "add one",
        "return tuple((tuple((int(moves.get((s, e), -1)) for e in Event)) for s in CallStatus))",
    ): "any negative number says illegal",
    (
        "timing.module",
        "add one",
        "_HALF = 500000",
    ): "moves one duration in a million by a second; the unit test of rounding sees it",
    ("placing.nearest_open", "cut", "best_s = 0"): "set by the first door before it is read",
    ("matching.module", "add one", "NONE = -1"): "any negative number says none",
    ("matching.module", "add one", "_WORST = 2 ** 62"): "larger than any score either way",
    ("matching.oldest_of_highest_priority", "add one", "return call.priority * 2 ** 40 + call.received_s"): "orders alike",
    ("matching.is_servable", "cut", "return False"): "None is as false",
    ("agenda.module", "add one", "FOR_EVER = 2 ** 63 - 1"): "later than any event either way",
    ("agenda.take_first", "cut", "return"): "an empty heap's first place is written once more",
    ("agenda.ask_match", "add one", "w.is_match_due = 1"): "any number but 0 says due",
    ("moves.move", "add one", "return -1"): "after a fault the run stops",
    ("moves.move_call", "cut", "return before"): "after a fault the run stops",
    ("loop.module", "add one", "FAULT = 4"): "another number that no other answer has",
    ("lifecycle.module", "add one", "NOT_FOLLOWED = 8"): "read where worlds are built, which both engines are given",
    ("lifecycle.module", "add one", "N_FLAGS = 16"): "read where worlds are built, which both engines are given",
    (
        "lifecycle._unit_moves",
        "add one",
        "return tuple((tuple((int(moves.get((s, e), -1)) for e in Event)) for s in Status))",
    ): "any negative number says illegal",
    (
        "settling.force_level",
        "add one",
        "if not is_harsh(luck.force_mark, threshold * ppm // 1000000):",
    ): "moves a threshold by one in four thousand million",
    (
        "placing.is_open",
        "flip",
        "return second >= facility.opens_s or second < facility.closes_s",
    ): "only in the very second in which a door closes; the unit test of doors sees it",
    ("assembling.is_officer_there", "cut", "return False"): "None is as false",
    ("deploying.is_covered", "cut", "return False"): "None is as false",
    ("matching.is_picked", "cut", "return False"): "None is as false",
    ("deploying.emptiest_zone", "add one", "best_ppm = 0"): "no zone has one call in a million",
    (
        "matching.is_picked",
        "cut",
        "for i in range(n_picked):",
    ): "counts of idle units decide first; the unit test of crews sees it",
    (
        "matching.is_picked",
        "cut",
        "return True",
    ): "counts of idle units decide first; the unit test of crews sees it",
    ("matching.best_idle", "cut", "best_since = _WORST"): "set by the first willing unit before it is read",
    ("loop_unit.become_idle", "add one", "if unit.break_owed_s > 0:"): "seconds come in whole minutes",
    ("loop_unit.owe_break", "add one", "if unit.status == IDLE and unit.break_owed_s > 0:"): "seconds come in whole minutes",
    (
        "loop_unit.start_shift",
        "add one",
        "if unit.paperwork_owed_s > 0:",
    ): "what is left of a minute of paperwork is seldom one second",
    ("matching.first_of_crew", "cut", "first = NONE"): "somebody is always sent together, so the loop sets it",
    (
        "matching.next_match",
        "cut",
        "return (chosen_call, chosen_unit, chosen_alternative)",
    ): "a short cut: with nobody idle the search finds nobody",
    ("agenda.module", "add one", "TIME_BITS = 32"): "one more free bit",
    ("loop_centre.stop_waiting", "cut", "return"): "looks for what is not there, or looks on: no call waits twice",
    (
        "loop_centre.send_crew",
        "negate",
        "if call.open & town.alternatives[alternative].together == 0:",
    ): "the next choice is the same crew's, unless a policy orders calls by what is idle",
    (
        "loop_centre.send_crew",
        "cut",
        "break",
    ): "the next choice is the same crew's, unless a policy orders calls by what is idle",
    (
        "loop_centre.start_clocks",
        "add one",
        "put_off(w, ABANDONED, call.id, max(patience_s - waited_s, 0), 0)",
    ): "clocks of waiting calls carry no stamp: they look at the call",
    (
        "loop_centre.start_clocks",
        "add one",
        "put_off(w, LOOK_AGAIN, call.id, ages_s[k] - waited_s, 0)",
    ): "clocks of waiting calls carry no stamp: they look at the call",
    (
        "loop_centre.wait_again",
        "add one",
        "put_off(w, ABANDONED, call.id, 0, 0)",
    ): "clocks of waiting calls carry no stamp: they look at the call",
    ("loop_centre.take_away", "cut", "ask_match(w)"): "the unit that leaves is free, and asks",
    ("loop_centre.note_later_ed", "add one", "if hours > 0:"): "hours are 0, 72 or 720",
    ("loop_scene.join_work", "add one", "lead.facility = -1"): "any negative number says none",
    ("loop_scene.hand_to", "add one", "unit.facility = -1"): "any negative number says none",
    ("loop_scene.depart", "cut", "stop_waiting(w, call)"): "nothing is open any more, so nobody is found for it",
    ("loop.play_call", "cut", "return"): "clocks look at the call's state or stamp, and there is nothing after it",
    ("loop.advance", "add one", "w.is_changed = 1"): "any number but 0 says changed",
    (
        "loop_centre.start_clocks",
        "swap",
        "put_off(w, LOOK_AGAIN, call.id, row.after_s - waited_s, 0)",
    ): "later only for a call sent at once and queued again, at which other events look before",
}


@dataclass(frozen=True)
class Told:
    """A world with what the true source makes of it, and the turns of loops it takes."""

    world: World
    story: Any
    n_turns: int
    n_rows: int


def told(worlds: list[World], broken: list[World]) -> list[Told]:
    """What the true sources make of these worlds; the plain loop must agree with the readable engine."""
    turns, found = Turns(), []
    with loaded(None, turns) as engine:
        for world in worlds:
            readable_story = tables(readable.play(world))
            n_rows = len(readable_story[0])
            story = play(engine, world, turns, 2**40, n_rows)
            assert is_same(readable_story, story[:-1])
            found.append(Told(world, story, turns.n, n_rows))
        for world in broken:
            with pytest.raises(LedgerError):
                readable.play(world)
            story = play(engine, world, turns, 2**40, 2**20)
            assert isinstance(story, str)
            found.append(Told(world, story, turns.n, 1000))
    return found


def is_same(one: Any, other: Any) -> bool:
    """The ledger and every final table are equal in every column, or the same error stopped both."""
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and one == other
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def is_noticed(mutant: Mutant, towns: list[Told]) -> bool:
    """Whether any town differs, stops with another error or does not end."""
    turns = Turns()
    try:
        with loaded(mutant, turns) as engine:
            return not all(is_same(t.story, play(engine, t.world, turns, t.n_turns, t.n_rows)) for t in towns)
    except Exception:  # whatever it is, it is seen
        return True


@pytest.mark.slow
def test_a_fault_in_nearly_any_statement_is_noticed(small_town: dict[str, Any]) -> None:
    worlds = [
        *fixed_worlds(N_TOWNS),
        *street_worlds(N_STREETS),
        *coupled_worlds(N_COUPLED),
        *story_worlds(),
        *corner_worlds(),
        *coupled_corners(),
        build(small_town),
        *rare_worlds(small_town),
    ]
    towns = told(worlds, broken_worlds(small_town))
    tried = [mutant for source in SOURCES for mutant in mutants(source)]
    survivors = [mutant for mutant in tried if not is_noticed(mutant, towns)]
    print(f"\n{len(tried) - len(survivors)} of {len(tried)} faults noticed; the others:")
    for mutant in survivors:
        print(f"{mutant}  --  {HARMLESS.get(mutant.name, 'no reason known')}")
    assert len(tried) >= AT_LEAST
    assert len(survivors) <= (1 - NOTICED) * len(tried)
    unexplained = [str(mutant) for mutant in survivors if mutant.name not in HARMLESS]
    assert not unexplained, "add a town that notices, or the reason why no town can:\n" + "\n".join(unexplained)
