"""Text of one YAML 1.2 file to a tree of nodes, with every fault of form found on the way.

Only the parser's events are used and nothing is ever constructed from a tag, so no file can run anything.
What the values mean is not known here; laying files over each other is `merge.py`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import events as ev
from ruamel.yaml.error import YAMLError

from sim.errors import Fault
from sim.scenario.node import Keys, Node, Spot, path_text, shortened
from sim.scenario.scalar import resolved
from sim.scenario.syntax import syntax_faults

MAX_BYTES = 500_000
MAX_DEPTH = 24
MAX_VALUES = 100_000  # counted with every alias written out


@dataclass(frozen=True)
class Reading:
    """A file as a tree, or none, and its faults."""

    node: Node | None
    faults: tuple[Fault, ...]


def read_file(path: Path, name: str) -> Reading:
    """Read a file called `name` in messages."""
    try:
        if not path.is_file():
            return _whole(name, "a folder or a device" if path.exists() else "no such file", "a scenario file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return _whole(name, shortened(getattr(error, "strerror", None) or str(error)), "a file that can be read")
    if len(raw) > MAX_BYTES:
        return _whole(name, "more than 500 kB", "a scenario of at most 500 kB", "keep tables of other programs out of scenarios")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(name, raw, error.start)
    return read_text(text, name)


def _whole(name: str, got: str, want: str, hint: str = "") -> Reading:
    return Reading(None, (Fault(name, 0, 0, "", got, want, hint),))


def _not_utf8(name: str, raw: bytes, at: int) -> Reading:
    line = raw.count(b"\n", 0, at) + 1
    column = at - raw.rfind(b"\n", 0, at)
    hint = "in the editor: save as, encoding UTF-8"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        hint = "the file is UTF-16; " + hint
    return Reading(None, (Fault(name, line, column, "", f"byte 0x{raw[at]:02x}", "text in UTF-8", hint),))


@lru_cache(maxsize=64)
def read_text(text: str, name: str) -> Reading:
    """Compose the text of a file; an empty file is a fault. A tree may come with faults that leave the rest readable."""
    composer = _Composer(name)
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    try:
        for event in yaml.parse(text):
            composer.take(event)
    except _StopError:
        return Reading(None, tuple(composer.faults))
    except YAMLError as error:
        return Reading(None, (*composer.faults, *syntax_faults(error, text, name)))
    except Exception:  # the parser is not ours: whatever it trips over is the file's fault
        composer.fault(Spot(name), "text that is not YAML", "a scenario in YAML 1.2")
        return Reading(None, tuple(composer.faults))
    if composer.root is None and not composer.faults:
        return _whole(name, "an empty file", "a scenario", "begin with: extends: base.yaml")
    return Reading(composer.root, tuple(composer.faults))


class _StopError(Exception):
    """No use in reading on."""


@dataclass
class _Open:
    """A mapping or list being read."""

    spot: Spot
    key: Spot
    anchor: str | None
    size_before: int
    is_map: bool
    is_key: bool
    rows: dict[str, Node] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    name: str | None = None  # the key whose value is awaited
    name_spot: Spot = field(default_factory=lambda: Spot(""))


class _Composer:
    """Events to nodes, without recursion, so that depth and size can be limited."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.n_values = 0
        self.n_documents = 0

    def fault(self, spot: Spot, got: str, want: str, hint: str = "") -> None:
        path = shortened(path_text(self.path())) if spot.line else ""
        self.faults.append(Fault(spot.file, spot.line, spot.column, path, got, want, hint))

    def path(self) -> Keys:
        """Keys and positions of what is being read, from the top of the file."""
        steps: list[str | int] = []
        for frame in self.stack:
            if not frame.is_map:
                steps.append(len(frame.items))
            elif frame.name is not None:
                steps.append(frame.name)
        return tuple(steps)

    def take(self, event: Any) -> None:
        spot = Spot(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, ev.DocumentStartEvent):
            self.start_document(event, spot)
        elif isinstance(event, ev.AliasEvent):
            self.alias(event.anchor, spot)
        elif isinstance(event, ev.ScalarEvent):
            self.scalar(event, spot)
        elif isinstance(event, (ev.MappingStartEvent, ev.SequenceStartEvent)):
            self.begin(event, spot)
        elif isinstance(event, (ev.MappingEndEvent, ev.SequenceEndEvent)):
            self.end()

    def start_document(self, event: Any, spot: Spot) -> None:
        self.n_documents += 1
        if self.n_documents > 1:
            self.fault(spot, "a second document (---)", "one scenario a file")
            raise _StopError
        if event.version is not None and tuple(event.version) != (1, 2):
            self.fault(Spot(self.file, 1, 1), "%YAML " + ".".join(map(str, event.version)), "YAML 1.2", "remove the line")

    def count(self, n: int, spot: Spot) -> None:
        self.n_values += n
        if self.n_values > MAX_VALUES:
            self.fault(spot, f"more than {MAX_VALUES:,} values", "fewer values", "aliases (*name) count each time they are used")
            raise _StopError

    def check_tag(self, event: Any, spot: Spot) -> None:
        if event.tag not in (None, "!"):
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.fault(spot, f"the tag {shortened(tag)}", "plain values, without tags", "remove the tag; nothing was executed")

    def scalar(self, event: Any, spot: Spot) -> None:
        self.check_tag(event, spot)
        self.count(1, spot)
        text = event.value
        if any("\ud800" <= c <= "\udfff" for c in text):
            self.fault(spot, "half a character (a surrogate)", "text that can be written down")
            text = "?"
        if self.awaits_key():
            self.take_key(text, spot, event.style is None)
            return
        value, got = resolved(text) if event.style is None else (text, "")
        if got:
            self.fault(spot, repr(text), got)
        node = Node(value, spot, self.key_spot(spot))
        self.remember(event.anchor, node, 1)
        self.put(node)

    def awaits_key(self) -> bool:
        return bool(self.stack) and self.stack[-1].is_map and self.stack[-1].name is None

    def key_spot(self, spot: Spot) -> Spot:
        return self.stack[-1].name_spot if self.stack and self.stack[-1].is_map else spot

    def take_key(self, text: str, spot: Spot, is_bare: bool) -> None:
        top = self.stack[-1]
        top.name, top.name_spot = text, spot
        if text == "" or (is_bare and text in ("~", "null")):
            self.fault(spot, "a key without a name", "a name before the colon")
        elif text in top.rows:
            first = top.rows[text].key.line
            self.fault(spot, f"{shortened(text)!r} a second time", f"each key once; the first is in line {first}")

    def begin(self, event: Any, spot: Spot) -> None:
        self.check_tag(event, spot)
        self.count(1, spot)
        if len(self.stack) >= MAX_DEPTH:
            self.fault(spot, f"more than {MAX_DEPTH} levels, one inside the other", "a scenario's few levels")
            raise _StopError
        is_key = self.awaits_key()
        if is_key:
            self.fault(spot, "a list or mapping as a key", "a name before the colon", "text with { or [ wants quotes")
        is_map = isinstance(event, ev.MappingStartEvent)
        self.stack.append(_Open(spot, self.key_spot(spot), event.anchor, self.n_values - 1, is_map, is_key))

    def end(self) -> None:
        done = self.stack.pop()
        node = Node(done.rows if done.is_map else done.items, done.spot, done.key)
        if done.is_key:
            self.stack[-1].name, self.stack[-1].name_spot = "?", done.spot
            return
        self.remember(done.anchor, node, self.n_values - done.size_before)
        self.put(node)

    def remember(self, anchor: str | None, node: Node, size: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, size)

    def alias(self, anchor: str, spot: Spot) -> None:
        if self.awaits_key():
            self.fault(spot, f"*{shortened(anchor)} as a key", "a name before the colon")
            self.stack[-1].name, self.stack[-1].name_spot = "?", spot
            return
        if anchor not in self.anchors:
            self.fault(spot, f"*{shortened(anchor)}", "an alias of an anchor (&name) that is complete before it")
            self.put(Node(None, spot, self.key_spot(spot)))
            return
        node, size = self.anchors[anchor]
        self.count(size, spot)
        self.put(Node(node.value, spot, self.key_spot(spot)))

    def put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
        elif self.stack[-1].is_map:
            top = self.stack[-1]
            top.rows[top.name or ""] = node
            top.name = None
        else:
            self.stack[-1].items.append(node)
