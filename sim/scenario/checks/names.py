"""Names of rows, rows removed that were never there, and IDs of evidence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from sim.scenario.checks.sound import Checker
from sim.scenario.node import Keys, Node, find
from sim.scenario.wording import ROWS, nearest

MAX_NAME = 60
RESERVED = {"types": ("all", "people", "value"), "zones": ("spread", "value"), "demand": ("all", "value")}
ROWS_IN_ROWS = (
    ("responders", "shifts"), ("responders", "away"), ("responders", "practices"), ("response_plans", "alternatives"),
)  # fmt: skip
ROWS_IN_PARTS = (("demand", "channels"), ("outcomes", "families"))
EVIDENCE_ID = re.compile(r"[A-Z]\d{3}")


def _row_maps(checker: Checker) -> Iterator[tuple[Keys, Node]]:
    for section in ROWS:
        node = checker.tree.rows.get(section)
        if node is not None and section not in ("payers",):
            yield (section,), node
    for section, part in ROWS_IN_ROWS:
        holder = checker.tree.rows.get(section)
        for name, row in holder.rows.items() if holder is not None else ():
            if (inner := row.rows.get(part)) is not None:
                yield (section, name, part), inner
    for keys in ROWS_IN_PARTS:
        if (found := find(checker.tree, keys)) is not None:
            yield keys, found


def is_name(text: str) -> bool:
    """Whether a text can be the name of a row."""
    tidy = text.replace("_", "").replace("-", "").replace(" ", "")
    return tidy.isalnum() and len(text) <= MAX_NAME and text == text.strip()


def check_row_names(checker: Checker) -> None:
    """Names are letters, digits, spaces, _ and -, so that they can stand in paths, unit names and files."""
    for keys, node in _row_maps(checker):
        for name in node.rows:
            if not is_name(name):
                want = f"a name of letters, digits, _ and -, at most {MAX_NAME} long"
                checker.fault((*keys, name), f"the name {name[:MAX_NAME]!r}", want, at_key=True)
            elif name in RESERVED.get(str(keys[0]), ("value",)):
                checker.fault((*keys, name), f"the name {name!r}", "another name: this one has a meaning of its own", at_key=True)


def check_removals(checker: Checker) -> None:
    """`name: null` removes a row; there must be one."""
    for keys, node in _row_maps(checker):
        for name, row in node.rows.items():
            if row.value is None and row.before is None:
                others = [other for other in node.rows if other != name]
                near = nearest(name, others)
                hint = f"did you mean {near}?" if near else "leave the line out, or give the row its values"
                checker.fault((*keys, name), "null, which removes a row", "a row of that name to remove", hint, at_key=True)


def check_sources(checker: Checker, evidence: Mapping[str, Mapping[str, str]]) -> None:
    """A source in the form of an evidence ID must be a row of the evidence file; other text is free."""
    if not evidence:
        return
    for keys, node in _sources(checker.tree, ()):
        for at, one in [((), node), *(((i,), item) for i, item in enumerate(node.items))]:
            if isinstance(one.value, str) and EVIDENCE_ID.fullmatch(one.value) and one.value not in evidence:
                near = difflib.get_close_matches(one.value, sorted(evidence), 3, 0.5)
                hint = f"nearest: {', '.join(near)}" if near else ""
                checker.fault((*keys, *at), f"the evidence ID {one.value}", "an ID in evidence.csv, or words", hint)


def _sources(node: Node, keys: Keys) -> Iterator[tuple[Keys, Node]]:
    for name, child in node.rows.items():
        if name == "source":
            yield (*keys, name), child
        else:
            yield from _sources(child, (*keys, name))
