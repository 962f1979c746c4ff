"""What there is: shipped scenarios, registered policies, responder types, outcome models, metrics, costs, evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.errors import ScenarioError
from sim.registry import Entry, Registry, cost_items, metrics, outcome_models, policies
from sim.scenario.library import Library
from sim.scenario.load import load
from sim.screen import entry
from sim.study.play import register

NO_BOUND = 60 * 24 * 366  # a year of minutes, or a whole number that large: nobody types more
KINDS = ("scenarios", "policies", "responders", "outcomes", "metrics", "costs", "evidence")
_REGISTRIES: dict[str, Registry] = {"policies": policies, "outcomes": outcome_models, "metrics": metrics, "costs": cost_items}


def listing(kind: str) -> list[dict[str, Any]]:
    """Rows of one kind, in order of name, as plain data."""
    register(["sim.measure"])
    if kind in _REGISTRIES:
        return [_registered(item) for item in _REGISTRIES[kind]]
    return list({"scenarios": _scenarios, "responders": _responders, "evidence": _evidence}[kind]())


def _registered(item: Entry) -> dict[str, Any]:
    facts = {key: value for key, value in item.facts.items() if isinstance(value, (str, list, tuple)) and value}
    params = {
        name: {"default": p.default, "unit": p.unit, "low": p.low, "high": p.high, "meaning": p.meaning}
        for name, p in item.params.items()
    }
    return {"name": item.name, "what": item.sentence, **facts, **({"params": params} if params else {})}


def _scenarios() -> Iterator[dict[str, Any]]:
    for path in sorted(Library().folder.glob("*.yaml")):
        try:
            scenario = load(path)
        except ScenarioError as error:
            yield {"name": path.name, "what": f"cannot be used: {len(error.faults)} faults, see crisis-sim check {path.name}"}
            continue
        yield {"name": path.name, "title": scenario.name, "what": scenario.why or scenario.question or ""}


def _responders() -> Iterator[dict[str, Any]]:
    library = Library()
    scenario = load(library.folder / "base.yaml", [f"responders.{name}.home=spread" for name in library.responders()])
    for name in library.responders():
        row = scenario.responders[name]
        crew = " + ".join(f"{n} {discipline}" if n > 1 else discipline for discipline, n in row.crew.items())
        drives = "drives people itself" if row.transports else "waits for an ambulance"
        yield {"name": name, "title": row.title, "what": f"{row.title}: {crew}; {drives}.", "crew": dict(row.crew)}


def _evidence() -> Iterator[dict[str, Any]]:
    for name, row in sorted(Library().evidence([]).items()):
        yield {"name": name, **{key: value for key, value in row.items() if key != "id"}}


def _bounds(low: float, high: float) -> str:
    """`0 to 1`, `0 or more`."""
    return f"{low:g} or more" if high >= NO_BOUND else f"{low:g} to {high:g}"


def listing_lines(kind: str, rows: list[dict[str, Any]]) -> list[str]:
    """The same as text, one entry a row."""
    column = max((len(row["name"]) for row in rows), default=0) + 2
    lines: list[str] = []
    for row in rows:
        if kind == "evidence":
            text = (
                f"{row['parameter']} = {row['value'] or '-'} {row['unit']}, {row['population']}, {row['year']} ({row['quality']})"
            )
        else:
            text = row["what"]
            if kind == "scenarios" and "title" in row:
                text = f"{row['title']}. {text}"
            if kind == "metrics":
                text += f" [{row['unit']}]" + (" †" if row.get("kind") == "assumed" else "")
            if kind == "costs":
                text += f" [{row.get('rate')}, {row.get('payer')}]"
        lines += entry(row["name"], text, column)
        for name, p in row.get("params", {}).items():
            unit = "" if p["unit"] == "count" else f" {p['unit']}"
            lines += entry("", f"{name}: {p['default']:g}{unit}, {_bounds(p['low'], p['high'])}. {p['meaning']}", column)
    return lines
