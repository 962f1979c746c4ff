"""A scenario file as text: nested rows, numbers with their source, comments where a reader wants them.

Knows how a line is broken and when a word wants quotes; what stands in the file is `draft.py`'s.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.calibrate.estimate import Estimate
from sim.study.template import quoted

WIDTH = 118
DIGITS = 4  # significant, of every number written
LONG = 20  # parts of a list that is written once, however often it stands in the file
_PLAIN = re.compile(r"[A-Za-z][\w/.-]*|[1-9]\d*")
_NO_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


@dataclass(frozen=True)
class Text:
    """A value as it stands in the file, and what is said behind it."""

    text: str
    comment: str = ""


@dataclass(frozen=True)
class Items:
    """A value in braces or brackets, broken between its parts where it is long."""

    parts: tuple[str, ...]
    ends: str = "{}"


@dataclass
class Page:
    """Rows by dotted path, nested in the order they were first put, and comments above some of them."""

    rows: dict[str, Any] = field(default_factory=dict)
    comments: dict[tuple[str, ...], list[str]] = field(default_factory=dict)

    def put(self, path: str | Sequence[str], value: Text | Items | str) -> None:
        """Set the value at a path; text is taken as it stands."""
        keys = steps(path)
        inner = self.rows
        for key in keys[:-1]:
            inner = inner.setdefault(key, {})
        inner[keys[-1]] = Text(value) if isinstance(value, str) else value

    def say(self, path: str | Sequence[str], text: str) -> None:
        """A comment above the line of a path, after those that are there."""
        said = self.comments.setdefault(steps(path), [])
        if text not in said:
            said.append(text)

    def holds(self, path: str) -> bool:
        """Whether something stands at a path or below it."""
        inner: Any = self.rows
        for key in steps(path):
            if not isinstance(inner, dict) or key not in inner:
                return False
            inner = inner[key]
        return True

    def lines(self, order: Callable[[tuple[str, ...]], Sequence[str]]) -> list[str]:
        """The lines of the file; `order` gives the keys a path may hold in the order of reading, others come last."""
        rows = _ordered(self.rows, (), order)
        times = Counter(_long_lists(rows))
        anchors = {parts: f"list_{n}" for n, parts in enumerate((parts for parts, k in times.items() if k > 1), 1)}
        return list(_Writer(self.comments, anchors).lines(rows, ()))


@dataclass
class _Writer:
    """Rows to lines; a long list that stands in several places is written once, with an anchor."""

    comments: Mapping[tuple[str, ...], list[str]]
    anchors: Mapping[tuple[str, ...], str]
    written: set[str] = field(default_factory=set)

    def lines(self, rows: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[str]:
        indent = "  " * len(above)
        for name, value in rows.items():
            keys = (*above, name)
            lead = f"{indent}{key_text(name)}:"
            if not above and (keys in self.comments or isinstance(value, dict)):
                yield ""
            for text in self.comments.get(keys, []):
                yield from commented(text, indent)
            short = self.short(value, keys)
            if short is not None and len(lead) + len(short) < WIDTH:
                yield f"{lead} {short}"
            elif isinstance(value, Text):
                yield from commented(value.comment, indent)
                yield f"{lead} {value.text}"
            elif isinstance(value, dict):
                yield lead
                yield from self.lines(value, keys)
            elif isinstance(value, Items):
                anchor = self.anchors.get(value.parts, "")
                self.written |= {anchor} if anchor else set()
                yield from broken(f"{lead} {f'&{anchor} ' if anchor else ''}", value, indent)

    def short(self, value: Any, keys: tuple[str, ...]) -> str | None:
        """A value on the line of its key: plain ones, lists written before, and mappings of these; None for others."""
        if isinstance(value, Text):
            return value.text + (f"   # {value.comment}" if value.comment else "")
        if isinstance(value, Items):
            anchor = self.anchors.get(value.parts, "")
            return f"*{anchor}" if anchor in self.written else None
        inner = {name: self.short(row, (*keys, name)) for name, row in value.items()}
        if any(row is None or "#" in row for row in inner.values()) or any((*keys, name) in self.comments for name in inner):
            return None
        return "{" + ", ".join(f"{key_text(name)}: {row}" for name, row in inner.items()) + "}"


def _ordered(
    rows: Mapping[str, Any], above: tuple[str, ...], order: Callable[[tuple[str, ...]], Sequence[str]]
) -> dict[str, Any]:
    place = {name: n for n, name in enumerate(order(above))}
    names = sorted(rows, key=lambda name: place.get(name, len(place)))
    return {n: _ordered(rows[n], (*above, n), order) if isinstance(rows[n], dict) else rows[n] for n in names}


def _long_lists(rows: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for value in rows.values():
        if isinstance(value, dict):
            yield from _long_lists(value)
        elif isinstance(value, Items) and len(value.parts) > LONG:
            yield value.parts


def steps(path: str | Sequence[str]) -> tuple[str, ...]:
    """A dotted path as keys; what is a sequence already stays, so that a name may hold a point."""
    return tuple(path.split(".")) if isinstance(path, str) else tuple(path)


def key_text(name: str) -> str:
    """A key as YAML reads it back."""
    return name if _PLAIN.fullmatch(name) and name.lower() not in _NO_TEXT else quoted(name)


def quoted_file(name: str) -> str:
    """A file name as a YAML value."""
    return name if key_text(name) == name else quoted(name)


def commented(text: str, indent: str = "") -> list[str]:
    """A comment in lines."""
    return textwrap.wrap(text, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ", break_on_hyphens=False)


def broken(lead: str, items: Items, indent: str = "") -> list[str]:
    """`lead{a, b, c}` in as many lines as it takes; a long text in quotes is folded where it has blanks."""
    words = _glued(items.parts)
    lines: list[str] = []
    line = f"{lead}{items.ends[0]}"
    hanging = indent + "  "
    for n, word in enumerate(words):
        tail = items.ends[1] if n == len(words) - 1 else ""
        is_first = line.endswith(items.ends[0]) and not lines
        joined = line + ("" if is_first else " ") + word + tail
        if len(joined) > WIDTH and not is_first:
            lines.append(line)
            joined = hanging + word + tail
        line = joined
    return [*lines, line if words else line + items.ends[1]]


def _glued(parts: Sequence[str]) -> list[str]:
    """Pieces between which a line may be broken: parts with their commas, `key: "a longer text"` at its blanks."""
    pieces: list[str] = []
    for n, part in enumerate(parts):
        text = part + ("," if n < len(parts) - 1 else "")
        head, mark, tail = text.partition(': "')
        if mark and len(tail) > 30:
            words = (mark[2:] + tail).split(" ")
            pieces += [f"{head}: {words[0]}", *words[1:]]
        else:
            pieces.append(text)
    return [piece for piece in pieces if piece]


def figure(value: float) -> str:
    """A number with four significant digits, never with an exponent."""
    rounded = float(f"{value:.{DIGITS}g}")
    text = f"{rounded:.12f}".rstrip("0").rstrip(".") if abs(rounded) < 1e15 else f"{rounded:.0f}"
    return "0" if text in ("-0", "") else text


def numbers(values: Iterable[float]) -> Items:
    """A list of numbers."""
    return Items(tuple(figure(value) for value in values), "[]")


def number_row(one: Estimate, source: str, as_of: str | None, is_said_above: bool = False) -> Items:
    """`{value, low, high, range_kind, unit, source, as_of, reason}` of an estimate; a range only where it has a width."""
    parts = [f"value: {figure(one.value)}"]
    low, high = min(one.low, one.value), max(one.high, one.value)
    if figure(low) != figure(high):
        parts += [f"low: {figure(low)}", f"high: {figure(high)}", "range_kind: ci95"]
    parts += [f"unit: {_word(one.unit)}", f"source: {quoted(source)}"]
    parts += [f"as_of: {quoted(as_of)}"] if as_of else []
    parts += [] if is_said_above or not one.how else [f"reason: {quoted(one.how)}"]
    return Items(tuple(parts))


def _word(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z][\w /%-]*", text) and text.lower() not in _NO_TEXT else quoted(text)
