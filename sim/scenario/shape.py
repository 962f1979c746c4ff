"""The merged tree against the schema: every departure as a fault at the line that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sim.errors import Fault
from sim.scenario.node import Keys, Node, find, nearest_spot, path_text, shown
from sim.scenario.schema import Scenario
from sim.scenario.wording import fields_of, key_hint, listed, member, model_of, nearest, number_hint, wanted

_BOUNDS = {"greater_than": "above {gt}", "greater_than_equal": "of {ge} or more", "less_than": "below {lt}"}
_BOUNDS["less_than_equal"] = "of {le} or less"
_PATTERNS = {
    "open": ("hours HH:MM-HH:MM", "for example 07:00-19:00, or 00:00-24:00 for always"),
    "fiscal_year_starts": ("a day MM-DD", 'in quotes: "07-01"'),
}
_SHIFT_HINT = 'a shift may pass midnight: start "21:00", end "05:00"'


@dataclass(frozen=True)
class Departure:
    """One complaint of the schema, at a path that exists in the tree as far as it can."""

    keys: Keys
    kind: Any  # the type wanted at the path, None where unknown
    error: Mapping[str, Any]

    @property
    def type(self) -> str:
        return str(self.error["type"])


def departures(tree: Node, error: ValidationError) -> list[Departure]:
    """The schema's complaints, one for each path."""
    found = [_located(tree, dict(one)) for one in error.errors(include_url=False, include_input=False)]
    by_path: dict[Keys, Departure] = {}
    for one in found:
        got_further = any(len(other.keys) > len(one.keys) and other.keys[: len(one.keys)] == one.keys for other in found)
        if got_further and one.type in ("literal_error", "list_type", "model_type"):
            continue  # the other branch of a choice got further
        held = by_path.get(one.keys)
        if held is None or one.type == "value_error":
            by_path[one.keys] = one
    return list(by_path.values())


def _located(tree: Node, error: dict[str, Any]) -> Departure:
    keys: list[str | int] = []
    kind: Any = Scenario
    for step in error["loc"]:
        here = find(tree, tuple(keys))
        is_there = here is not None and here.child(step) is not None
        model = model_of(kind)
        if is_there or (error["type"] == "missing" and model is not None and step in model.model_fields):
            keys.append(step)
            kind = member(kind, step)
    return Departure(tuple(keys), kind, error)


def faults_of(tree: Node, found: list[Departure]) -> list[Fault]:
    """Each departure as a fault; a missing key that was merely misspelt is told once."""
    meant = {(*one.keys[:-1], _meant(tree, one)) for one in found if one.type == "extra_forbidden"}
    return [_fault(tree, one) for one in found if not (one.type == "missing" and one.keys in meant)]


def _meant(tree: Node, one: Departure) -> str:
    model = model_of(_kind_at(one.keys[:-1]))
    return nearest(str(one.keys[-1]), model.model_fields) if model is not None else ""


def _kind_at(keys: Keys) -> Any:
    kind: Any = Scenario
    for step in keys:
        kind = member(kind, step)
    return kind


def _fault(tree: Node, one: Departure) -> Fault:
    node = find(tree, one.keys)
    value = node.value if node is not None else None
    if one.type == "missing":
        return _missing(tree, one)
    if one.type == "extra_forbidden" or "[key]" in one.error["loc"]:
        return _unknown_key(tree, one)
    if one.type == "value_error":
        return _by_message(tree, one)
    want, hint = _want_and_hint(one, value)
    return _at(tree, one.keys, _got(one, value), want, hint)


def _at(tree: Node, keys: Keys, got: str, want: str, hint: str) -> Fault:
    spot = nearest_spot(tree, keys)
    return Fault(spot.file, spot.line, spot.column, path_text(keys), got, want, hint)


def _got(one: Departure, value: Any) -> str:
    if one.type in ("too_short", "too_long"):
        return f"{one.error['ctx']['actual_length']} of them"
    return shown(value)


def _want_and_hint(one: Departure, value: Any) -> tuple[str, str]:
    context = one.error.get("ctx", {})
    name = str(one.keys[-1]) if one.keys else ""
    if one.type in _BOUNDS:
        return "a whole number " + _BOUNDS[one.type].format(**context), ""
    if one.type in ("too_short", "too_long"):
        return _length(one), ""
    if one.type == "string_pattern_mismatch" and name in _PATTERNS:
        return _PATTERNS[name]
    want = wanted(one.kind) if one.kind is not None else "a name"
    return want, _hint(want, value)


def _length(one: Departure) -> str:
    """How many members there should be."""
    limits = one.error["ctx"]
    if limits["field_type"] == "Dictionary":
        return "at least one, by name"
    low, high = limits.get("min_length"), limits.get("max_length")
    if member(one.kind, 0) is str:
        return f"at least {low}" if high is None else f"{high} or fewer"
    return f"a list of {low or high} numbers"


def _hint(want: str, value: Any) -> str:
    if isinstance(value, str):
        if "number" in want or "factor" in want or "share" in want:
            return number_hint(value) or _choice_hint(want, value)
        if want == "true or false" and value.lower() in ("yes", "no", "on", "off"):
            return f"write {'true' if value.lower() in ('yes', 'on') else 'false'}"
        return _choice_hint(want, value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "text" in want:
        return f'quotes make it text: "{value}"'
    return ""


def _choice_hint(want: str, value: str) -> str:
    near = nearest(value, [word for word in want.replace(",", " ").split() if word != "or"])
    return f"did you mean {near}?" if near else ""


def _missing(tree: Node, one: Departure) -> Fault:
    *_, name = one.keys
    removed = find(tree, one.keys)
    hint = ""
    if removed is not None:
        hint = "null removes a key, and this one is needed"
    elif len(one.keys) == 1:
        hint = "begin with: extends: base.yaml"
    elif one.keys[0] == "responders" and name in ("title", "crew", "transports"):
        hint = f"no file responders/{one.keys[1]}.yaml describes this responder type; write one, or give {name} here"
    spot = removed.spot if removed is not None else nearest_spot(tree, one.keys[:-1])
    if removed is None and len(one.keys) > 1:
        parent = find(tree, one.keys[:-1])
        spot = parent.key if parent is not None else spot
    return Fault(spot.file, spot.line, spot.column, path_text(one.keys), "nothing", wanted(one.kind), hint)


def _unknown_key(tree: Node, one: Departure) -> Fault:
    name = str(one.keys[-1])
    node = find(tree, one.keys)
    spot = node.key if node is not None else nearest_spot(tree, one.keys)
    model = model_of(_kind_at(one.keys[:-1]))
    if one.type == "extra_forbidden" and model is not None:
        known = list(fields_of(model))
        within = path_text(one.keys[:-1])
        hint = key_hint(name, known)
        want = f"a key of {within}" if within else "a key of a scenario"
        want += "" if hint else ": " + listed(known, 30)
    else:
        known = [word.strip("' ") for word in str(one.error.get("ctx", {}).get("expected", "")).replace(" or ", ",").split(",")]
        want, hint = f"one of {listed(known)}", key_hint(name, known)
    return Fault(spot.file, spot.line, spot.column, path_text(one.keys), shown(name), want, hint)


def _by_message(tree: Node, one: Departure) -> Fault:
    """A fault from the schema's own words: `what is wanted; got what`."""
    said = str(one.error["msg"]).removeprefix("Value error, ")
    want, _, got = said.partition("; got ")
    node = find(tree, one.keys)
    keys = one.keys
    if said.startswith("an assumption"):
        return _at(tree, (*keys, "source"), "an assumption without a reason", "why this number", 'add reason: "..."')
    name = got.split(" ")[0]
    if "," not in got and node is not None and node.child(name) is not None:
        keys, got = (*keys, name), got.removeprefix(name + " ")
    elif got.startswith("value ") and "," not in got:
        got = got.removeprefix("value ")
    value = node.value if node is not None else None
    hint = ""
    if want.startswith("a time of day"):
        hint = _SHIFT_HINT if isinstance(value, str) else 'in quotes: "08:00"'
    elif want.startswith("a share") and _is_percent(got):
        hint = f"write {float(got) / 100:g} for {got} %"
    return _at(tree, keys, got or shown(value), want, hint)


def _is_percent(text: str) -> bool:
    try:
        return 2 <= float(text) <= 100  # below 2, a slip is likelier than a percentage
    except ValueError:
        return False
