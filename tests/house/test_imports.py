"""Who may use whom: rooms import downward only, and each library lives in the rooms that need it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import SIM, name_of, python_files, tree_of

GROUND = {"compile_cache", "errors", "keys", "passes", "registry", "tables"}
PLUGGED = {"mechanism"}
TOWN = GROUND | PLUGGED | {"rules", "policies", "outcomes", "scenario", "world"}
MAY_USE = {  # room -> rooms it may import; a room may always import itself
    "errors": set(),
    "compile_cache": set(),
    "passes": {"compile_cache"},
    "keys": {"passes"},
    "tables": {"errors"},
    "registry": {"errors"},
    "mechanism": {"errors", "keys", "registry", "rules"},
    "screen": set(),
    "rules": {"tables"},
    "policies": {"registry", "rules", "tables"},
    "outcomes": {"registry", "rules", "tables"},
    "scenario": GROUND | PLUGGED | {"rules", "policies", "outcomes"},
    "world": TOWN - {"world"},
    "engines": TOWN - {"scenario"},
    "measure": TOWN | {"screen"},
    "study": TOWN | {"screen", "engines", "measure", "contract"},
    "calibrate": TOWN | {"screen", "engines", "measure", "study"},
    "extend": TOWN - {"scenario", "world"},
    "contract": TOWN | {"engines", "measure"},
}
MAY_IMPORT = {  # library -> the only files and folders it may appear in
    "simpy": ["sim/engines/readable.py", "sim/engines/agents.py", "sim/engines/stories.py", "sim/study/bench/rivals.py"],
    "ciw": ["sim/study/bench/rivals.py"],
    "salabim": ["sim/study/bench/rivals.py"],
    "mesa": ["sim/engines/readable.py", "sim/engines/agents.py", "sim/engines/stories.py"],
    "numba": [
        "sim/engines/compiled.py",
        "sim/engines/pointer.py",
        "sim/compile_cache.py",
        "sim/passes.py",  # long loops of keys, world and measure, where numba is at work already
    ],
    "ruamel": ["sim/scenario/"],
    "pydantic": [
        "sim/scenario/",
        "sim/world/draws.py",  # which walks through all numbers of a scenario
        "sim/calibrate/checked.py",
        "sim/calibrate/mapping.py",  # the map of an export is read as a scenario is
        "sim/calibrate/drafting/totals.py",  # and so are totals
    ],
    "pandas": ["sim/measure/", "sim/study/", "sim/calibrate/"],
    "duckdb": ["sim/measure/", "sim/study/", "sim/calibrate/"],
    "statsmodels": ["sim/calibrate/"],
    "openpyxl": ["sim/calibrate/"],
    "matplotlib": ["sim/measure/", "sim/study/", "sim/calibrate/"],
    "rich": ["sim/screen.py", "sim/__main__.py"],
    "random": [],
    "secrets": [],
    "numpy.random": [],
}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a file imports; `numpy.random` and the public names of `sim` by attribute too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} write the whole name: from sim.room import ..."
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Attribute) and node.attr == "random" and ast.unparse(node.value) in ("np", "numpy"):
            yield node.lineno, "numpy.random"
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "sim" and not node.attr.startswith("__"):
            yield node.lineno, f"sim.{node.attr}"


def room_of(path: Path) -> str:
    return path.relative_to(SIM).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", python_files("sim"), ids=name_of)
def test_imports_point_downward(path: Path) -> None:
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return  # the wiring
    assert room in MAY_USE, f"new room sim/{room}: say in MAY_USE what it may import"
    wrong = [
        f"{name_of(path)}:{line} imports {name}; {room} may use {', '.join(sorted(MAY_USE[room])) or 'nothing of sim'}"
        for line, name in imports(path)
        if name.startswith("sim.") and name.split(".")[1] not in MAY_USE[room] | {room}
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", python_files("sim", "experiments"), ids=name_of)
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    name = name_of(path)
    is_experiment = name.startswith("experiments/")  # which may time or draw with any library, but never deal its own luck
    wrong = [
        f"{name}:{line} imports {imported}; {library} belongs in {', '.join(places) or 'no file at all'}"
        for line, imported in imports(path)
        for library, places in MAY_IMPORT.items()
        if (imported + ".").startswith(library + ".") and not (is_experiment and places)
        if not any(name.startswith(place) for place in places)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", python_files("sim/rules", "sim/policies"), ids=name_of)
def test_rules_are_plain_python(path: Path) -> None:
    plain = {"__future__", "collections", "dataclasses", "enum", "math", "typing", "sim"}
    wrong = [f"{name_of(path)}:{line} imports {name}" for line, name in imports(path) if name.split(".")[0] not in plain]
    assert not wrong, "\n".join(wrong)
