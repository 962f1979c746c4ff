"""Effect sets: under which others a comparison is played, and a scenario under another of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.scenario.schema import Scenario
from sim.world.draws import drawn
from sim.world.thresholds import outcome_tables

NULL = "null"  # every responder does as police do: what then differs is operations
SETS = (NULL, "adverse", "matched")  # in the order screens name them


def under(scenario: Scenario, name: str) -> Scenario:
    """The same scenario with another effect set; itself where that is its own."""
    if scenario.effects == name:
        return scenario
    changed = scenario.model_copy(update={"effects": name})
    changed.set_origin(scenario.origin)
    return changed


def other_sets(scenarios: Sequence[Scenario], is_drawn: bool) -> tuple[str, ...]:
    """Sets that some of the scenarios do not have as their own; none where no set moves any chance.

    Plug-ins must be registered.
    """
    others = tuple(name for name in SETS if any(one.effects != name for one in scenarios))
    moves = any(_moves(one, name, int(is_drawn)) for one in scenarios for name in others)
    return others if moves else ()


def _moves(scenario: Scenario, name: str, draw: int) -> bool:
    """Whether a set gives any decision another chance, with the inputs of a draw."""
    types = tuple(sorted(kind for kind, row in scenario.types.items() if row.person))
    responders = tuple(sorted(scenario.responders))
    sides = [outcome_tables(drawn(one, draw), types, responders) for one in (scenario, under(scenario, name))]
    return any(not np.array_equal(table, sides[1][decision]) for decision, table in sides[0].items())
