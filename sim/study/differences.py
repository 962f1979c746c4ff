"""What differs between two scenarios: every resolved input path, baseline and option, with the option's file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.scenario.load import dump
from sim.scenario.number import DAYS
from sim.scenario.schema import Scenario

WORDS_ONLY = ("name", "question", "why", "note")  # say nothing about the city


@dataclass(frozen=True)
class Difference:
    """One input that is not the same. None: not there."""

    path: str
    baseline: Any
    option: Any
    file: str = ""
    line: int = 0

    @property
    def moves_results(self) -> bool:
        """False where only a source, a range or a record of the user's differs."""
        return not self.path.startswith("observed") and value_of(self.baseline) != value_of(self.option)


def what_differs(baseline: Scenario, option: Scenario) -> list[Difference]:
    """In order of path; a row that only one side has is one difference."""
    before, after = (_plain(scenario) for scenario in (baseline, option))
    return [_placed(path, a, b, option) for path, a, b in _diff(before, after, "")]


def _plain(scenario: Scenario) -> dict[str, Any]:
    data = {key: value for key, value in dump(scenario).items() if key not in WORDS_ONLY}
    data["run"] = {key: value for key, value in data["run"].items() if key != "replications"}
    return data


def _placed(path: str, before: Any, after: Any, option: Scenario) -> Difference:
    origin = getattr(option, "origin", None)
    chain = origin.chain(path) if origin is not None else []
    return Difference(path, before, after, chain[-1].file if chain else "", chain[-1].line if chain else 0)


def is_number(value: Any) -> bool:
    """Whether a plain value is a number with its source."""
    return isinstance(value, Mapping) and "value" in value


def _diff(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not (is_number(before) or is_number(after)):
        for key in sorted({*before, *after}):
            yield from _diff(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    else:
        yield path, before, after


def value_of(value: Any) -> Any:
    """A plain value with sources and ranges left out."""
    if is_number(value):
        return value["value"]
    if isinstance(value, Mapping):
        return {key: value_of(child) for key, child in value.items()}
    return value


def in_words(value: Any) -> str:
    """`1`, `fri-sun 12:00-22:00, 1 post`, `none`, `8 values`."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if is_number(value):
        return in_words(float(value["value"]))
    if isinstance(value, Mapping):
        return _mapping_words(value)
    if isinstance(value, list):
        return ", ".join(in_words(item) for item in value) if 0 < len(value) <= 8 else f"{len(value)} values"
    return str(value)


def _mapping_words(value: Mapping[str, Any]) -> str:
    if {"days", "start", "end", "posts"} <= set(value):
        n = value["posts"]
        return f"{day_words(value['days'])} {value['start']}-{value['end']}, {n} post{'' if n == 1 else 's'}"
    if not value:
        return "none"
    if value.get("shifts"):
        return "; ".join(in_words(shift) for shift in value["shifts"].values())
    if len(value) <= 3 and all(not isinstance(child, Mapping) or is_number(child) for child in value.values()):
        return ", ".join(f"{key} {in_words(child)}" for key, child in value.items())
    n = sum(1 for _ in leaves(value))
    return f"{n} value{'' if n == 1 else 's'}"


def day_words(days: list[str]) -> str:
    """`mon-thu`, `all days`, `mon, wed`."""
    at = sorted(DAYS.index(name) for name in days)
    if len(at) == len(DAYS):
        return "all days"
    for first in at:  # a run that may pass Sunday
        ring = [(first + k) % len(DAYS) for k in range(len(at))]
        if sorted(ring) == at and len(at) > 1:
            return f"{DAYS[ring[0]]}-{DAYS[ring[-1]]}"
    return ", ".join(DAYS[day] for day in at)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted paths and plain values inside a value; a number with its source is one."""
    if isinstance(value, Mapping) and value and not is_number(value):
        for key, child in value.items():
            yield from leaves(child, f"{path}.{key}" if path else str(key))
    else:
        yield path, value


def table(differences: list[Difference], option: str) -> pd.DataFrame:
    """Every path that differs, rows that one side lacks written out: option, path, baseline, option's value, place."""
    rows = []
    for one in differences:
        before, after = dict(leaves(one.baseline, one.path)), dict(leaves(one.option, one.path))
        if one.baseline is None or one.option is None:
            before.pop(one.path, None) if one.baseline is None else after.pop(one.path, None)
        for path in sorted({*before, *after}):
            a, b = before.get(path), after.get(path)
            rows.append((option, path, _cell(a), _cell(b), _source(a), _source(b), one.file, one.line or ""))
    columns = ["option", "path", "baseline_value", "option_value", "baseline_source", "option_source", "file", "line"]
    return pd.DataFrame(rows, columns=columns)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if is_number(value):
        bounds = [f"{name} {value[name]:g}" for name in ("low", "high") if value.get(name) is not None]
        return f"{value['value']:.12g}" + (f" ({', '.join(bounds)})" if bounds else "")
    return in_words(value)


def _source(value: Any) -> str:
    source = value.get("source") if is_number(value) else None
    return ", ".join(source) if isinstance(source, list) else source or ""
