"""What every file owes its reader: a docstring, a sane length, one spelling, and nothing that works on one machine only."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.house.source import ROOT, functions_of, name_of, python_files, text_files, tree_of

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 50
LONG_FILES = {  # file -> why it may be longer
    "sim/scenario/schema.py": "demand, streets, crews and money on one page, read from top to bottom",
}
LONG_FUNCTIONS: dict[str, str] = {}  # file:function -> why it may be longer

UNWANTED = {  # pattern -> what to do about it
    r"(?<![\w.])/(work|root|home|tmp|Users|opt)/\w": "a path of one machine",
    r"\b[A-Z]:\\\\?Users\\": "a path of one machine",
    r"\bpy" + r"pi\.org|python" + r"hosted|index" + r"-url|find" + r"-links": "an address of a package registry",
    r"\bTO" + r"DO\b|\bFIX" + r"ME\b|\bXX" + r"X\b": "finish it, or open an issue",
    r"(?i)utili" + r"zation": "the project writes utilisation",
}
QUOTES_OTHERS = {  # other people's spelling is kept in
    "scenarios/evidence.csv",  # titles of their work
    "sim/scenario/wording.py",  # keys they may type, for the hint
}
NOT_A_NOUN = {"utils", "util", "helpers", "core", "manager", "base", "common", "misc"}


@pytest.mark.parametrize("path", text_files(), ids=name_of)
def test_no_unwanted_text(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [
        f"{name_of(path)}:{number} {why}: {line.strip()[:80]}"
        for pattern, why in UNWANTED.items()
        if not (name_of(path) in QUOTES_OTHERS and "utilisation" in why)
        for number, line in enumerate(lines, 1)
        if re.search(pattern, line) and name_of(path) != "tests/house/test_text.py"
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", python_files("sim", "tests", "experiments"), ids=name_of)
def test_module_says_what_it_is(path: Path) -> None:
    if path.name == "__init__.py" and not path.read_text(encoding="utf-8").strip() and "tests" in path.parts:
        return
    assert ast.get_docstring(tree_of(path)), f"{name_of(path)}: no module docstring"
    assert path.stem not in NOT_A_NOUN, f"{name_of(path)}: name the thing, in the field's words"


def is_short_property(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """A property of one line is an attribute: its name says what it is."""
    return any(ast.unparse(mark) == "property" for mark in node.decorator_list) and len(node.body) == 1


@pytest.mark.parametrize("path", python_files("sim"), ids=name_of)
def test_public_names_have_docstrings(path: Path) -> None:
    bare = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for parent in ast.walk(tree_of(path))
        if isinstance(parent, ast.Module) or (isinstance(parent, ast.ClassDef) and not parent.name.startswith("_"))
        for node in parent.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        if not is_short_property(node)
    ]
    assert not bare, "public names without a docstring:\n" + "\n".join(bare)


@pytest.mark.parametrize("path", python_files("sim", "tests", "experiments"), ids=name_of)
def test_files_and_functions_are_short(path: Path) -> None:
    name = name_of(path)
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= MAX_FILE_LINES or name in LONG_FILES, (
        f"{name} has {n_lines} lines: split it, or give a reason in LONG_FILES"
    )
    if "tests" in path.relative_to(ROOT).parts:
        return
    long = [
        f"{name}:{node.name}, {lines} lines"
        for node in functions_of(path)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
        and f"{name}:{node.name}" not in LONG_FUNCTIONS
    ]
    assert not long, "split these, or give a reason in LONG_FUNCTIONS:\n" + "\n".join(long)


def test_allow_lists_hold_no_old_names() -> None:
    files = {name_of(path): path for path in python_files("sim", "tests", "experiments")}
    old = [name for name in LONG_FILES if len(files[name].read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES]
    for entry in LONG_FUNCTIONS:
        name, function = entry.split(":")
        lengths = [(node.end_lineno or 0) - node.lineno + 1 for node in functions_of(files[name]) if node.name == function]
        old += [entry] if max(lengths, default=0) <= MAX_FUNCTION_LINES else []
    assert not old, f"no longer long, or gone: {old}"


def test_function_names_of_rules_and_policies_are_unique() -> None:
    """All of them are compiled in one namespace, where the second of a name would replace the first."""
    names = Counter(
        node.name
        for path in python_files("sim/rules", "sim/policies")
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
    )
    assert [name for name, n in names.items() if n > 1] == []
