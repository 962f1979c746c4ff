"""A scenario's files gathered into one tree: `extends`, responder files, files named in place of a mapping, `--set`.

Nothing is checked here but that files are there, can be read and do not extend each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sim.errors import Fault
from sim.scenario.library import Library
from sim.scenario.merge import at_path, lay
from sim.scenario.node import Keys, Node, Spot, find, path_text, shortened, shown
from sim.scenario.reading import Reading, read_file, read_text
from sim.scenario.wording import ROWS

WHOLE_FILES = (("demand", "profile"), ("demand", "other_profile"))  # a shape is one thing: a named file replaces it
NAMED_FILES = (
    *WHOLE_FILES,
    *(
        (name,)
        for name in (
            "types",
            "zones",
            "travel",
            "responders",
            "outcomes",
            "facilities",
            "phone",
            "people",
            "follow_up",
            "rates",
            "observed",
            "resampled",
        )
    ),
    ("travel", "table_min"),
)
MAX_CHAIN = 20


@dataclass
class Gathered:
    """The merged tree of a scenario, the files it came from, and the faults met on the way."""

    library: Library
    tree: Node | None = None
    files: list[str] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)  # of the chain, the scenario's own first
    base_files: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    is_broken: bool = False  # a file is missing or unreadable: what the rest lacks cannot be told

    def fault(self, spot: Spot, path: str, got: str, want: str, hint: str = "") -> None:
        """Keep a fault."""
        self.faults.append(Fault(spot.file, spot.line, spot.column, path, got, want, hint))

    def read(self, path: Path, name: str) -> Node | None:
        """The mapping a file holds; its faults are kept."""
        reading = read_file(path, name)
        if name not in self.files:
            self.files.append(name)
        return self.mapping(reading)

    def mapping(self, reading: Reading) -> Node | None:
        """The tree of a file if it is a mapping; its faults are kept either way."""
        self.faults += reading.faults
        node = reading.node
        if node is not None and not node.rows:
            self.fault(node.spot, "", shown(node.value), "a mapping: `key: value` lines", "begin with: extends: base.yaml")
            node = None
        self.is_broken |= node is None
        return node

    def read_named(self, keys: Keys, node: Node, name: str, beside: list[Path]) -> Node | None:
        """The mapping in the file that the value at `keys` names."""
        path = self.library.find(name, beside)
        if path is None:
            near = self.library.near(name, beside)
            hint = f"did you mean {near}?" if near else ""
            self.fault(
                node.spot, path_text(keys), f"{shown(name)}: no such file", "a file beside this one or in the library", hint
            )
            self.is_broken = True
            return None
        return self.read_at(path)

    def read_at(self, path: Path) -> Node | None:
        """The mapping in a file that was found; one of the library counts as a file of defaults."""
        found = self.read(path, shown_path(path))
        if found is not None and self.library.holds(path):
            self.base_files.add(shown_path(path))
        return found


def shown_path(path: Path) -> str:
    """A path for messages: from the working directory where it lies in it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def gather(path: Path, sets: Iterable[str], library: Library) -> Gathered:
    """Everything `path` is made of. `sets` are `PATH=VALUE` texts, laid on top in their order."""
    found = Gathered(library)
    trees = _extended(path, found)
    for text in sets:
        tree = _set(text, found)
        if tree is not None:
            trees.append(_with_named_files(tree, found, found.folders[:1]))
    tree = _responder_files(trees, found) if trees else None
    for above in trees:
        tree = lay(tree, above) if tree is not None else above
    found.tree = None if found.is_broken else tree
    return found


def gather_data(node: Node, library: Library) -> Gathered:
    """A tree that is complete already, such as a resolved scenario kept with results."""
    return Gathered(library, tree=node)


def _extended(path: Path, found: Gathered) -> list[Node]:
    """The trees of the chain, the last extended first."""
    trees: list[Node] = []
    chain: list[tuple[Path, str]] = []
    name = path.as_posix()
    while True:
        chain.append((path.resolve(), name))
        if path.resolve().parent not in found.folders:
            found.folders.append(path.resolve().parent)
        tree = found.read(path, name)
        if tree is None:
            break
        extends = tree.rows.get("extends")
        own = replace(tree, value={key: child for key, child in tree.rows.items() if key != "extends"})
        trees.append(_with_named_files(own, found, [path.resolve().parent]))
        if extends is None or extends.value is None:
            break
        following = _next(extends, path.resolve().parent, chain, found)
        if following is None:
            found.is_broken = True
            break
        path, name = following, shown_path(following)
    if len(chain) > 1:
        found.base_files.add(chain[-1][1])
    return trees[::-1]


def _next(extends: Node, folder: Path, chain: list[tuple[Path, str]], found: Gathered) -> Path | None:
    name = extends.value
    if not isinstance(name, str):
        found.fault(extends.spot, "extends", shown(name), "the name of a scenario file")
        return None
    path = found.library.find(name, [folder])
    if path is None:
        near = found.library.near(name, [folder])
        hint = f"did you mean {near}?" if near else f"looked in {folder.as_posix()} and in the shipped library"
        found.fault(extends.spot, "extends", f"{shown(name)}: no such file", "a file beside this one or in the library", hint)
        return None
    paths = [seen for seen, _ in chain]
    if path.resolve() in paths:
        circle = [seen.name for seen in paths[paths.index(path.resolve()) :]] + [path.name]
        found.fault(extends.spot, "extends", shown(name), "a file that does not lead back here", " -> ".join(circle))
        return None
    if len(chain) >= MAX_CHAIN:
        found.fault(extends.spot, "extends", f"a chain of more than {MAX_CHAIN} files", "a shorter one")
        return None
    return path


def _with_named_files(tree: Node, found: Gathered, beside: list[Path]) -> Node:
    """The tree with every file name that stands for a mapping replaced by what the file holds.

    A section of rows given as {} is empty: it replaces the rows below it.
    """
    for keys in NAMED_FILES:
        node = find(tree, keys)
        if node is None or not isinstance(node.value, str) or not node.value.endswith((".yaml", ".yml")):
            continue
        content = found.read_named(keys, node, node.value, beside)
        if content is not None:
            put = Node(content.value, node.spot, node.key, is_whole=keys in WHOLE_FILES)
            tree = _replaced(tree, keys, put)
    emptied = {
        name: replace(tree.rows[name], is_whole=True) for name in ROWS if name in tree.rows and tree.rows[name].value == {}
    }
    return replace(tree, value={**tree.rows, **emptied})


def _replaced(tree: Node, keys: Keys, node: Node) -> Node:
    first = str(keys[0])
    child = node if len(keys) == 1 else _replaced(tree.rows[first], keys[1:], node)
    return replace(tree, value={**tree.rows, first: child})


def _responder_files(trees: list[Node], found: Gathered) -> Node | None:
    """What responder files say of the responder types the chain names: the lowest layer of all."""
    rows: dict[str, Node] = {}
    for tree in reversed(trees):
        named = tree.rows.get("responders")
        for name, node in named.rows.items() if named is not None else ():
            if name in rows or not isinstance(node.value, Mapping) or not name.replace("_", "").isalnum():
                continue
            path = found.library.find(f"responders/{name}.yaml", found.folders)
            content = found.read_at(path) if path is not None else None
            if content is not None:
                rows[name] = content
    top = trees[-1].spot
    return at_path(("responders",), Node(rows, top, top)) if rows else None


def _set(text: str, found: Gathered) -> Node | None:
    """`PATH=VALUE` as a tree; the value is YAML."""
    path, equals, value = text.partition("=")
    file = f"--set {shortened(text)}"
    keys = tuple(part.strip() for part in path.split("."))
    if not equals or not all(keys) or "[" in path:
        found.fault(Spot(file), "", shown(text), "PATH=VALUE with a dotted path", "for example --set demand.scale=1.2")
        return None
    if keys[0] == "extends":
        found.fault(Spot(file), "extends", shown(value), "a path inside the scenario", "extends is set in files only")
        return None
    reading = read_text(value if value.strip() else "null", file)
    found.faults += [replace(fault, line=0, column=0) for fault in reading.faults]
    return None if reading.node is None else at_path(keys, _moved(reading.node, Spot(file)))


def _moved(node: Node, spot: Spot) -> Node:
    if node.rows:
        return Node({name: _moved(child, spot) for name, child in node.rows.items()}, spot, spot)
    if node.items:
        return Node([_moved(child, spot) for child in node.items], spot, spot)
    return Node(node.value, spot, spot)
