"""The parts of a scenario that keep to the schema, so that the rest does not hide their faults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sim.errors import Fault
from sim.scenario.facilities import Facility
from sim.scenario.node import Keys, Node, find, nearest_spot, path_text
from sim.scenario.number import Sourced
from sim.scenario.people import FollowUp, People
from sim.scenario.phone import Phone
from sim.scenario.resampled import Resampled
from sim.scenario.schema import (
    CallType,
    Demand,
    Dispatch,
    Observed,
    Outcomes,
    Place,
    Policy,
    Programme,
    Responder,
    ResponsePlan,
    Run,
    Scenario,
    Travel,
    Uptake,
    Zone,
)
from sim.scenario.wording import fields_of, listed, name_hint


@dataclass(frozen=True)
class Sound:
    """Sections without their faulty rows and keys; None where a section cannot do without."""

    place: Place | None = None
    run: Run | None = None
    demand: Demand | None = None
    travel: Travel | None = None
    policy: Policy | None = None
    outcomes: Outcomes | None = None
    uptake: Uptake | None = None
    dispatch: Dispatch | None = None
    phone: Phone | None = None
    people: People | None = None
    follow_up: FollowUp | None = None
    resampled: Resampled | None = None
    types: dict[str, CallType] = field(default_factory=dict)
    zones: dict[str, Zone] = field(default_factory=dict)
    responders: dict[str, Responder] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    roles: dict[str, list[str]] = field(default_factory=dict)
    response_plans: dict[str, ResponsePlan] = field(default_factory=dict)
    facilities: dict[str, Facility] = field(default_factory=dict)
    mechanisms: dict[str, dict[str, float]] = field(default_factory=dict)
    rates: dict[str, Sourced] = field(default_factory=dict)
    payers: dict[str, str] = field(default_factory=dict)
    observed: dict[str, Observed] = field(default_factory=dict)


def sound_parts(data: dict[str, Any], broken: Iterable[Keys]) -> Sound:
    """Validate again without the rows and keys in which a fault was found; a section that needs them is None."""
    bad = {keys[:2] for keys in broken}
    parts: dict[str, Any] = {}
    for part in fields(Sound):
        if (part.name,) in bad or part.name not in data:
            continue
        value = data[part.name]
        if isinstance(value, dict):
            value = {name: row for name, row in value.items() if (part.name, name) not in bad}
        try:
            parts[part.name] = TypeAdapter(fields_of(Scenario)[part.name]).validate_python(value, strict=True)
        except ValidationError:
            continue  # told already, under a path that could not be traced to a row
    return Sound(**parts)


class Checker:
    """The sound parts, all names, and the faults found so far."""

    def __init__(self, tree: Node, sound: Sound) -> None:
        self.tree = tree
        self.sound = sound
        self.faults: list[Fault] = []

    def names(self, section: str) -> list[str]:
        """Names of the rows of a section, those with faults too."""
        node = self.tree.rows.get(section)
        return [name for name, row in node.rows.items() if row.value is not None] if node is not None else []

    def gives(self, *keys: str) -> bool:
        """Whether the files give a value there, sound or not."""
        node = find(self.tree, keys)
        return node is not None and node.value is not None

    def fault(self, keys: Keys, got: str, want: str, hint: str = "", at_key: bool = False) -> None:
        """Add a fault at a path; `at_key` points to the name before the colon instead of the value."""
        node = find(self.tree, keys)
        spot = node.key if node is not None and at_key else nearest_spot(self.tree, keys)
        self.faults.append(Fault(spot.file, spot.line, spot.column, path_text(keys), got, want, hint))

    def known(self, keys: Keys, name: str, names: Iterable[str], what: str, at_key: bool = False) -> None:
        """A fault unless the name is one of those."""
        known = list(names)
        if name not in known:
            self.fault(keys, repr(name), f"{what}: {listed(known)}", name_hint(name, known), at_key)

    def sums_to_one(self, keys: Keys, shares: Iterable[Sourced]) -> None:
        """A fault unless the shares make up the whole, within 0.005."""
        total = sum(share.value for share in shares)
        if abs(total - 1) > 0.005:
            self.fault(keys, f"shares that sum to {total:.4g}", "shares that sum to 1 (0.995 to 1.005)", at_key=True)
