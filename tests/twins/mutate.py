"""Faults made on purpose: copies of the loop and the rules with one statement changed, played by the plain loop.

A mutant is found again by what it changes (module, function, statement, kind), not by a line number, so edits elsewhere
leave it alone. The readable engine keeps the true rules; a mutant is noticed when its town no longer tells the same story.
"""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from sim.engines import compiled, layout, plain
from sim.engines.played import TABLES
from sim.errors import LedgerError
from sim.world import World
from tests.house.source import ROOT

SOURCES = tuple(module.__name__ for module in compiled.SOURCES)
CARRIERS = (layout.__name__, plain.__name__)  # loaded anew, never changed

NEGATED = {
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
}
SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add}
SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Break)
EVENTS_A_SLICE = 37
MODULE = "module"  # the place of what stands in no function; to cut a name there would only break the import
STEPS = 20  # times as many turns of loops as the true source takes mean that a town does not end


class Endless(Exception):  # noqa: N818  # a way to be noticed, not an error
    """A mutant turned its loops far oftener than the true source does."""


@dataclass(frozen=True)
class Mutant:
    """One change to one statement: `kind` says what is done to the node at `place` of the module's walk."""

    module: str
    function: str
    line: int
    kind: str
    text: str  # the source of what is changed
    place: int

    def __str__(self) -> str:
        return f"{path_of(self.module).relative_to(ROOT).as_posix()}:{self.line} {self.kind}: {self.text}"

    @property
    def name(self) -> tuple[str, str, str]:
        """What it is known by in lists of reasons."""
        return f"{self.module.split('.')[-1]}.{self.function}", self.kind, self.text


def path_of(module: str) -> Path:
    """The file of a module."""
    return ROOT / (module.replace(".", "/") + ".py")


def parsed(module: str) -> ast.Module:
    """The syntax tree of a module, fresh."""
    return ast.parse(path_of(module).read_text(encoding="utf-8"))


def mutants(module: str) -> list[Mutant]:
    """One mutant a statement: the kinds that fit take turns down each function, so that each gets its share."""
    tree = parsed(module)
    places = {id(node): i for i, node in enumerate(ast.walk(tree))}
    turn: dict[str, int] = {}
    found = []
    for function, statement in statements(tree, MODULE):
        fits = [(kind, node) for kind, node in changes(statement) if function != MODULE or kind != "cut"]
        if fits:
            turn[function] = turn.get(function, len(function)) + 1
            kind, node = fits[turn[function] % len(fits)]
            text = " ".join(ast.unparse(statement).split("\n")[0].split())
            found.append(Mutant(module, function, node.lineno, kind, text, places[id(node)]))
    return found


def statements(tree: Any, function: str) -> Iterator[tuple[str, ast.stmt]]:
    """Every statement in order with the function it stands in; definitions, imports and docstrings left out."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from statements(node, node.name)
        elif isinstance(tree, ast.ClassDef) and isinstance(node, ast.AnnAssign):
            continue  # a field is declared, nothing is done
        elif isinstance(node, ast.If | ast.For | ast.While):
            yield function, node
            yield from statements(node, function)
            yield from statements(ast.Module(node.orelse, []), function)
        elif isinstance(node, SIMPLE) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield function, node


def changes(statement: ast.stmt) -> Iterator[tuple[str, Any]]:
    """What can be done to a statement: kind and node. Of a compound one only its head is looked at."""
    if isinstance(statement, SIMPLE):
        yield "cut", statement
    heads: list[ast.AST] = [statement]
    if isinstance(statement, ast.If | ast.While):
        yield "negate", statement
        heads = [statement.test]
    elif isinstance(statement, ast.For):
        yield "cut", statement
        heads = [statement.iter]
    for node in (inner for head in heads for inner in ast.walk(head)):
        if isinstance(node, ast.IfExp):
            yield "negate", node
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in NEGATED:
            yield "flip", node
        elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SWAPPED:
            yield "swap", node
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield "add one", node


def changed(mutant: Mutant) -> ast.Module:
    """The module's tree with the change made."""
    tree = parsed(mutant.module)
    node: Any = list(ast.walk(tree))[mutant.place]
    if mutant.kind == "cut":
        for parent in ast.walk(tree):
            for field in ("body", "orelse"):
                block = getattr(parent, field, None)
                if isinstance(block, list) and node in block:
                    block[block.index(node)] = ast.copy_location(ast.Pass(), node)
    elif mutant.kind == "negate":
        node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
    elif mutant.kind == "flip":
        node.ops[0] = NEGATED[type(node.ops[0])]()
    elif mutant.kind == "swap":
        node.op = SWAPPED[type(node.op)]()
    else:
        node.value += 1
    return ast.fix_missing_locations(tree)


class Counted(ast.NodeTransformer):
    """Every turn of every `while` calls `count_turn`, so that a loop without end is found without a clock."""

    def visit_While(self, node: ast.While) -> ast.While:  # ast's name
        self.generic_visit(node)
        node.body.insert(0, ast.parse("count_turn()").body[0])
        return node


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the sources anew, one of them changed."""

    def __init__(self, mutant: Mutant | None, count_turn: Callable[[], None]) -> None:
        self.mutant, self.count_turn = mutant, count_turn

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(name, self) if name in (*SOURCES, *CARRIERS) else None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        vars(module)["count_turn"] = self.count_turn
        is_changed = self.mutant is not None and self.mutant.module == name
        exec(code(name, changed(self.mutant)) if is_changed and self.mutant else true_code(name), vars(module))


def code(module: str, tree: ast.Module) -> CodeType:
    """A tree made ready to run, its loops counted."""
    return compile(ast.fix_missing_locations(Counted().visit(tree)), str(path_of(module)), "exec")


@cache
def true_code(module: str) -> CodeType:
    """The true source made ready to run."""
    return code(module, parsed(module))


@contextmanager
def loaded(mutant: Mutant | None, count_turn: Callable[[], None]) -> Iterator[Any]:
    """The plain engine over fresh modules, one of them changed; the true ones are back afterwards."""
    kept = {name: sys.modules[name] for name in (*SOURCES, *CARRIERS)}
    loader = Loader(mutant, count_turn)
    sys.meta_path.insert(0, loader)
    try:
        for name in kept:
            del sys.modules[name]
            delattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2])
        yield importlib.import_module(CARRIERS[-1])
    finally:
        sys.meta_path.remove(loader)
        for name, module in kept.items():
            sys.modules[name] = module
            setattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2], module)


class Turns:
    """Counts turns of loops, up to a limit."""

    def __init__(self) -> None:
        self.n, self.limit = 0, 2**62

    def __call__(self) -> None:
        self.n += 1
        if self.n > self.limit:
            raise Endless


class Bounded(list[Any]):
    """A list that refuses to grow without end, and has no row -1."""

    limit = 2**62

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, int) and at < 0:
            raise IndexError(f"row {at}: -1 means none")
        return super().__getitem__(at)

    def extend(self, more: Any) -> None:
        if len(self) > self.limit:
            raise Endless
        super().extend(more)


def play(engine: Any, world: World, turns: Turns, n_true_turns: int, n_rows: int) -> Any:
    """What the loaded plain loop makes of a world: its tables and the times it was entered, or what stopped it.

    It is left after every few events, and after none. `Endless` if it goes on far beyond the true source.
    """
    turns.n, turns.limit = 0, STEPS * n_true_turns + 1000
    town = engine.PlainTown(own(world), first_rows=80, first_agenda=80)
    for name in ("rows", "agenda_keys", "agenda_stamps"):
        bounded = Bounded(getattr(town.w, name))
        bounded.limit = STEPS * n_rows + 1000
        setattr(town.w, name, bounded)
    n_entered, is_done = 1, False
    try:
        while not is_done:
            turns()
            is_done = town.advance_to(world.end_s, EVENTS_A_SLICE)
            n_entered += 1
    except LedgerError as error:
        return str(error)
    return *tables(town.close()), n_entered


def tables(played: Any) -> tuple[Any, ...]:
    """The ledger and every final table."""
    return tuple(getattr(played, name) for name in TABLES)


def own(world: World) -> World:
    """The world with those parts of its policies that are rules taken from the loaded modules."""
    parts = ("score_unit", "score_call", "may_commit")

    def fresh(function: Any) -> Any:
        return vars(sys.modules[function.__module__])[function.__name__] if function.__module__ in SOURCES else function

    plans = {name: getattr(world, name) for name in ("policy_before", "policy_after")}
    return replace(world, **{name: replace(p, **{part: fresh(getattr(p, part)) for part in parts}) for name, p in plans.items()})
