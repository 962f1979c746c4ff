"""The JSON Schema of a scenario file, for editors: what may be written, not what a complete scenario needs.

A file holds differences, so nothing is required, a row may be null, and a file name may stand for a mapping.
"""

from __future__ import annotations

import json
from typing import Any

from sim.scenario.chain import NAMED_FILES
from sim.scenario.number import DAYS
from sim.scenario.schema import Scenario

_NULL = {"type": "null"}
_FILE = {"type": "string", "pattern": r"\.ya?ml$", "description": "A file that holds this mapping."}
_DAY = {"type": "string", "enum": list(DAYS)}
_DAYS = {
    "description": "all, a range such as mon-thu, or a list such as [sat, sun].",
    "anyOf": [
        {"type": "string", "pattern": f"^(all|({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?)$"},
        {"type": "array", "items": _DAY, "minItems": 1},
    ],
}
_START = {
    "type": "string",
    "pattern": r"^([01]\d|2[0-3]):[0-5]\d$",
    "description": 'A time of day in quotes, "00:00" to "23:59".',
}
_END = {
    "type": "string",
    "pattern": r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$",
    "description": 'A time of day in quotes, "00:00" to "24:00"; before the start means the next day.',
}


def schema_json() -> str:
    """The JSON Schema as text, the same bytes each time."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema as data."""
    raw = Scenario.model_json_schema()
    parts = {name: _mapping(part) for name, part in raw.pop("$defs").items()}
    for name in ("Sourced", "Observed"):
        parts[name] = {"anyOf": [{"type": "number"}, parts[name]], "description": "A number, bare or with its source."}
    parts["Shift"]["properties"] |= {"days": _DAYS, "start": _START, "end": _END}
    parts["Policy"]["additionalProperties"] = {"$ref": "#/$defs/Sourced"}
    root = _mapping(raw)
    extends = {"type": "string", "description": "The scenario this one differs from: beside this file, else shipped."}
    root["properties"] = {"extends": extends, **root["properties"]}
    for keys in NAMED_FILES:
        owner = root if len(keys) == 1 else parts[keys[0].capitalize()]
        owner["properties"][keys[-1]] = _or(_FILE, owner["properties"][keys[-1]])
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "crisis-sim scenario"}
    return {**about, **{key: value for key, value in root.items() if key != "title"}, "$defs": dict(sorted(parts.items()))}


def _mapping(part: dict[str, Any]) -> dict[str, Any]:
    """A mapping as a file may hold it: any of its keys, each of which may be null."""
    tidy = {key: value for key, value in part.items() if key not in ("required", "title")}
    tidy["properties"] = {name: _or(_NULL, _rows(kind)) for name, kind in part.get("properties", {}).items()}
    return tidy


def _rows(kind: Any) -> Any:
    """The type with rows that may be null; titles and defaults, which editors would insert, left out."""
    if isinstance(kind, list):
        return [_rows(one) for one in kind]
    if not isinstance(kind, dict):
        return kind
    tidy = {key: _rows(value) for key, value in kind.items() if key not in ("title", "default")}
    rows = tidy.get("additionalProperties")
    if isinstance(rows, dict):
        tidy["additionalProperties"] = _or(_NULL, rows)
    return tidy


def _or(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    choices = second["anyOf"] if set(second) == {"anyOf"} else [second]
    return second if first in choices else {"anyOf": [*choices, first]}
