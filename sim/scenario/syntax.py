"""What the YAML parser trips over, in the words of somebody who typed it."""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml.error import YAMLError

from sim.errors import Fault
from sim.scenario.node import shortened

_TABBED = re.compile(r" *\t[ \t]*(?=[^ \t#\r\n])")
_MAX_TABS = 20
_PROBLEMS = (  # part of the parser's text -> want, hint
    ("mapping values are not allowed", "one `key: value` a line", 'text with a colon and a space inside wants quotes: "a: b"'),
    ("could not find expected ':'", "a key, a colon, a space, a value", "the line above may lack its end, or this one its colon"),
    ("expected <block end>", "keys of one mapping below each other", "indent this line like the ones beside it"),
    ("block sequence entries are not allowed", "a list on its own lines, below its key", "or in one line: key: [a, b]"),
    ("expected ',' or ']'", "a list closed by ]", "items are parted by commas: [a, b]"),
    ("expected ',' or '}'", "a mapping closed by }", "members are parted by commas: {a: 1, b: 2}"),
    ("expected the node content", "a value", "a bracket may not be closed"),
    ("that cannot start any token", "a key or a value", "text that begins with such a character wants quotes"),
    ("unexpected end of stream", "a quoted text that ends", "close the quotes"),
    ("unknown escape character", "an escape YAML knows", "write \\\\ for a backslash, or use single quotes"),
    ("special characters are not allowed", "text without control characters", ""),
)


def syntax_faults(error: YAMLError, text: str, name: str) -> list[Fault]:
    """The parser's complaint as faults; every indentation by tab is one of its own."""
    tabs = [
        Fault(name, number, match.end(), "", "a tab in the indentation", "spaces", "two spaces a level")
        for number, line in enumerate(text.splitlines(), 1)
        if (match := _TABBED.match(line))
    ]
    if tabs:
        return tabs[:_MAX_TABS]
    line, column = _place(error, text)
    lines = text.splitlines()
    got = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    said = str(getattr(error, "problem", None) or error)
    want, hint = next(((want, hint) for part, want, hint in _PROBLEMS if part in said), ("YAML 1.2", ""))
    return [Fault(name, line, column, "", shortened(repr(got)) if got else "the end of the file", want, hint)]


def _place(error: Any, text: str) -> tuple[int, int]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return mark.line + 1, mark.column + 1
    at = getattr(error, "position", None)
    if isinstance(at, int) and 0 <= at <= len(text):
        return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return 0, 0
