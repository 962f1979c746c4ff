"""What the file format wants at a place, in plain words, and the name a mistyped one was meant to be."""

from __future__ import annotations

import datetime as dt
import difflib
import types
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from sim.scenario import number, schema
from sim.scenario.number import Sourced
from sim.scenario.schema import Scenario

SPELLINGS = {  # what people type -> the project's word
    "program": "programme",
    "programs": "programmes",
    "center": "centre",
    "utilization": "utilisation",
    "license": "licence",
    "organization": "organisation",
    "probability": "share",
    "percent": "share",
    "minutes": "min",
    "mins": "min",
    "hours_start": "start",
    "begin": "start",
    "finish": "end",
    "to": "end",
    "from": "start",
    "count": "posts",
    "units_per_shift": "posts",
    "teams": "posts",
    "slots": "posts",
    "remit": "takes",
    "accepts": "takes",
    "excludes": "never_if",
    "roster": "shifts",
    "schedule": "shifts",
    "resources": "responders",
    "call_types": "types",
    "areas": "zones",
    "strategy": "policy",
    "dispatch": "policy",
    "costs": "rates",
    "prices": "rates",
    "start_date": "begins",
    "start": "begins",
    "reference": "source",
    "citation": "source",
    "min_value": "low",
    "lower": "low",
    "max_value": "high",
    "upper": "high",
    "police": "patrol",
    "emergency_room": "ed",
    "er": "ed",
    "plans": "response_plans",
    "backup": "asks",
    "back_up": "asks",
    "minimum_crew": "minimum",
    "timeout": "give_up_min",
}

_NUMBER_FORM = ", bare or as {value, low, high, source}"
WANTS = {
    number.Amount: "a number of 0 or more" + _NUMBER_FORM,
    number.Ratio: "a factor of 0 or more" + _NUMBER_FORM,
    number.ShareOf: "a share between 0 and 1" + _NUMBER_FORM,
    number.OddsRatio: "an odds ratio above 0" + _NUMBER_FORM,
    number.LogOddsOf: "a shift of log odds between -10 and 10" + _NUMBER_FORM,
    number.Coordinate: "kilometres" + _NUMBER_FORM,
    number.Growth: "a yearly growth between -0.5 and 1" + _NUMBER_FORM,
    number.Whole: "a whole number of 0 or more",
    number.StartTime: "a time of day HH:MM, 00:00 to 23:59",
    number.EndTime: "a time of day HH:MM, 00:00 to 24:00",
    Sourced: "a number" + _NUMBER_FORM,
    schema.Observed: "a number, bare or as {value, source, as_of}",
    number.Profile: "a profile, such as profiles/afternoon.yaml, or {hours, weekdays, months}",
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dt.date: "a date as YYYY-MM-DD",
}


@cache
def fields_of(model: type[BaseModel]) -> dict[str, Any]:
    """Key to type, the bounds kept."""
    hints = get_type_hints(model, include_extras=True)
    return {name: hints[name] for name in model.model_fields}


ROWS = tuple(name for name, kind in fields_of(Scenario).items() if get_origin(kind) is dict)  # sections that map names to rows


def alternatives(kind: Any) -> list[Any]:
    """The types a value may have, nothing left out."""
    if kind in WANTS:
        return [kind]
    if get_origin(kind) in (Union, types.UnionType):
        return [one for part in get_args(kind) for one in alternatives(part) if one is not type(None)]
    if get_origin(kind) is Annotated:
        return alternatives(get_args(kind)[0])
    return [kind]


def model_of(kind: Any) -> type[BaseModel] | None:
    """The mapping with fixed keys that a value of this type may be."""
    for one in alternatives(kind):
        inner = get_args(one)[0] if get_origin(one) is Annotated else one
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return inner
    return None


def member(kind: Any, step: str | int) -> Any:
    """The type of a member, or None where there is no such member."""
    model = model_of(kind)
    if model is not None and step in model.model_fields:
        return fields_of(model)[str(step)]
    for one in alternatives(kind):
        if get_origin(one) is dict:
            return get_args(one)[1]
        if get_origin(one) in (list, tuple) and isinstance(step, int):
            return get_args(one)[0]
    return None


def wanted(kind: Any) -> str:
    """The type in words."""
    return " or ".join(dict.fromkeys(_wanted(one) for one in alternatives(kind))) or "nothing"


def _wanted(kind: Any) -> str:
    if kind in WANTS:
        return WANTS[kind]
    if get_origin(kind) is Literal:
        return listed(get_args(kind))
    if get_origin(kind) is dict:
        return "a mapping of names"
    if get_origin(kind) in (list, tuple):
        return "a list such as [a, b]" if get_args(kind)[0] is str else "a list, each " + wanted(get_args(kind)[0])
    model = model_of(kind)
    return "a mapping with " + listed(model.model_fields, 6) if model is not None else "another value"


def listed(names: Iterable[Any], n: int = 12) -> str:
    """Names in a row, the last after `or`; of many only the first."""
    words = [str(name) for name in names]
    if len(words) > n:
        return ", ".join(words[:n]) + f" or {len(words) - n} more"
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "none"


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that was probably meant, or an empty text."""
    known = sorted(names)
    tidy = word.strip().lower().replace("-", "_").replace(" ", "_")
    if tidy in known:
        return tidy
    if SPELLINGS.get(tidy) in known:
        return SPELLINGS[tidy]
    spelt = "_".join(SPELLINGS.get(part, part) for part in tidy.split("_"))
    return next(iter(difflib.get_close_matches(spelt[:80], known, 1, 0.6)), "")


def key_hint(word: str, keys: Iterable[str]) -> str:
    """How to mend an unknown key."""
    if word == "<<":
        return "YAML 1.2 has no merge keys; use extends"
    near = nearest(word, keys)
    if near:
        return f"did you mean {near}?"
    homes = [name for name, kind in fields_of(Scenario).items() if _has_key(kind, word)]
    return f"{word} belongs under {homes[0]}" if homes else ""


def name_hint(word: str, names: Iterable[str]) -> str:
    """How to mend an unknown name of a row."""
    near = nearest(word, names)
    return f"did you mean {near}?" if near else ""


def _has_key(kind: Any, word: str) -> bool:
    model = model_of(kind)
    return model is not None and word in model.model_fields


def number_hint(text: str) -> str:
    """How to write the number that a text seems to mean."""
    bare = text.strip().replace(",", "").replace("_", "").replace("$", "")
    try:
        if bare.endswith("%"):
            return f"write {float(bare[:-1]) / 100:g}"
        return f"write {float(bare):.12g} without quotes, commas or signs"
    except ValueError:
        return ""
