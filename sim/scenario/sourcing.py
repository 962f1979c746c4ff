"""Where a scenario's numbers come from: how many have a source, how many are assumptions, how many say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from sim.scenario.checks.names import EVIDENCE_ID
from sim.scenario.node import Keys, Node, find, nearest_spot, path_text, plain
from sim.scenario.number import Sourced
from sim.scenario.origin import Origin
from sim.scenario.schema import Scenario

GRADES = ("primary", "secondary", "expert", "unverified")  # strongest first; others rank after these


@dataclass(frozen=True)
class NumberUsed:
    """One number a scenario gives, with its place and its backing.

    Attributes
    ----------
    kind : str
        `sourced`, `assumption`, or `bare`: a number without a word about it.
    status : str
        `yours` where the user's own files set it, `default` where the reference city or the library did.
    quality : str
        Grade of its evidence row (of several, the weakest); empty where it names none.
    """

    path: str
    value: float
    unit: str
    low: float | None
    high: float | None
    source: str
    kind: Literal["sourced", "assumption", "bare"]
    status: Literal["yours", "default"]
    file: str
    line: int
    quality: str
    reason: str = ""
    as_of: str = ""


def sourcing(scenario: Scenario, evidence: Mapping[str, Mapping[str, str]] | None = None) -> list[NumberUsed]:
    """Every number the files give, in order of its path; what code fills in by default is left out.

    `evidence` holds rows by ID; if none, those found when the scenario was loaded.
    """
    origin = scenario.origin
    rows = origin.evidence if evidence is None else evidence
    found = [*_numbers(scenario, ()), *_parameters(origin.tree)]
    used = (_used(keys, number, origin, rows) for keys, number in found if find(origin.tree, keys) is not None)
    return sorted(used, key=lambda number: number.path)


def _numbers(part: Any, keys: Keys) -> Iterator[tuple[Keys, Sourced]]:
    if isinstance(part, Sourced):
        yield keys, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _numbers(getattr(part, name), (*keys, name))
    elif isinstance(part, dict):
        for name, row in part.items():
            yield from _numbers(row, (*keys, str(name)))


def _parameters(tree: Node) -> Iterator[tuple[Keys, Sourced]]:
    """Parameters of policy and outcome model, whose sources only the files hold."""
    for section in (("policy",), ("outcomes", "params")):
        node = find(tree, section)
        for name, child in node.rows.items() if node is not None else ():
            if (*section, name) != ("policy", "name") and child.value is not None:
                yield (*section, name), Sourced.model_validate(plain(child), strict=True)


def _used(keys: Keys, number: Sourced, origin: Origin, evidence: Mapping[str, Mapping[str, str]]) -> NumberUsed:
    spot = nearest_spot(origin.tree, keys)
    sources = [number.source] if isinstance(number.source, str) else number.source or []
    ids = [one for one in sources if EVIDENCE_ID.fullmatch(one)]
    grades = [evidence[one].get("quality", "") for one in ids if one in evidence]
    return NumberUsed(
        path=path_text(keys),
        value=number.value,
        unit=number.unit or unit_of(str(keys[-1])),
        low=number.low,
        high=number.high,
        source=", ".join(sources),
        kind="bare" if not sources else "assumption" if "assumption" in sources else "sourced",
        status="default" if spot.file in origin.base_files else "yours",
        file=spot.file,
        line=spot.line,
        quality=max(grades, key=_rank, default=""),
        reason=number.reason or "",
        as_of=number.as_of or "",
    )


def _rank(grade: str) -> int:
    return GRADES.index(grade) if grade in GRADES else len(GRADES)


def unit_of(key: str) -> str:
    """The unit a key's ending says, or an empty text."""
    endings = {"_min": "min", "_h": "h", "_usd": "USD", "_share": "share", "_km": "km", "_kmh": "km/h", "_per_year": "per year"}
    return next((unit for ending, unit in endings.items() if key.endswith(ending)), "")
