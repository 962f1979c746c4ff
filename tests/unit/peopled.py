"""Towns changed by dotted path, and their candidates by address: for tests of people, callers and luck."""

from __future__ import annotations

import copy
from typing import Any

from sim.scenario.schema import Scenario
from sim.world import build_world

RECEIVED = ("received_s", "type", "zone", "priority", "flags", "channel", "age", "is_unhoused", "is_induced", "person", "lot_ppm")


def scenario_of(data: dict[str, Any]) -> Scenario:
    return Scenario.model_validate(data)


def built(data: dict[str, Any], replication: int = 0) -> Any:
    return build_world(scenario_of(data), replication)


def changed(data: dict[str, Any], **given: Any) -> dict[str, Any]:
    """A copy with dotted paths set, `__` for the dot."""
    other = copy.deepcopy(data)
    for path, value in given.items():
        *way, last = path.split("__")
        part = other
        for name in way:
            part = part.setdefault(name, {})
        part[last] = value
    return other


def by_address(world: Any) -> dict[tuple[int, int], tuple[Any, ...]]:
    """All that is drawn of each candidate, by its address."""
    lucks = [world.lucks[name].tolist() for name in world.lucks.dtype.names]
    calls = [world.calls[name].tolist() for name in RECEIVED]
    rows = zip(*calls, *lucks, strict=True)
    return dict(zip(zip(world.calls["stream"].tolist(), world.calls["number"].tolist(), strict=True), rows, strict=True))


def kept(fewer: Any, more: Any) -> int:
    """Candidates more in the second world, which has those of the first, each with all that it was dealt."""
    first, second = by_address(fewer), by_address(more)
    assert len(first) == len(fewer.calls)
    assert {address: second[address] for address in first} == first
    return len(second) - len(first)
