"""The project's own files, for the house tests to read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SIM = ROOT / "sim"
PYTHON_FOLDERS = ("sim", "tests", "experiments")
TEXT_SUFFIXES = {".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".csv", ".cff", ".cfg", ".json", ""}
TEXT_FOLDERS = (*PYTHON_FOLDERS, "scenarios", "docs", ".ci")


def name_of(path: Path) -> str:
    """Path from the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    """Every Python file under the folders, in order of name."""
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py"))


def text_files() -> list[Path]:
    """Every text file a reader of the project may open."""
    top = [p for p in ROOT.iterdir() if p.is_file() and not p.name.startswith(".git")]
    deep = [p for folder in TEXT_FOLDERS for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    return sorted(p for p in top + deep if p.suffix in TEXT_SUFFIXES)


@cache
def tree_of(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions_of(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function and method of a file, nested ones too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node  # type: ignore[misc]  # the two have the same fields
