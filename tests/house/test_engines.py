"""Each engine stands by itself: the compiled one holds every rule, the readable one needs no numba."""

from __future__ import annotations

import subprocess
import sys
from types import CodeType
from typing import Any

import numpy as np

from sim.contract.towns import town
from sim.engines import compiled, readable, run
from sim.engines.played import TABLES
from sim.world import build_world
from tests.house.one_namespace import RUN_AT_IMPORT
from tests.house.source import ROOT, functions_of, python_files

DEFAULTS_OF_POLICIES = {"always", "oldest_of_highest_priority"}  # compiled with the policy that uses them
WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None  # so that importing it fails
from sim.contract import engine_notice
from sim.contract.towns import town
from sim.engines import run
from sim.world import build_world
print(run(build_world(town()), engine="readable").fingerprint)
print(engine_notice("nearest"))
"""


def names_in(code: CodeType) -> set[str]:
    return set(code.co_names).union(*(names_in(part) for part in code.co_consts if isinstance(part, CodeType)))


def reached_from(home: dict[str, Any], names: list[str]) -> set[str]:
    """Compiled copies that these use, and those that they use in turn."""
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name not in seen:
            seen.add(name)
            names += [used for used in names_in(home[name].py_func.__code__) if hasattr(home.get(used), "py_func")]
    return seen


def test_the_compiled_loop_uses_every_rule() -> None:
    home = vars(compiled.home())
    copies = {name for name, value in home.items() if hasattr(value, "py_func")}
    reached = reached_from(home, ["advance", "close"])
    assert copies - reached == RUN_AT_IMPORT | DEFAULTS_OF_POLICIES, "a rule that no happening asks"
    rules = {node.name for path in python_files("sim/rules") for node in functions_of(path) if not node.decorator_list}
    assert rules <= copies, "a rule file that `compiled.SOURCES` does not name"


def test_numba_takes_the_loop_with_every_rule_in_it() -> None:
    world = build_world(town())
    assert compiled.home().advance.py_func.__name__ == "advance"
    one, other = readable.play(world), compiled.play(world)
    for name in TABLES:
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert compiled.home().advance.signatures, "advance was not compiled"


def test_the_readable_engine_needs_no_numba() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_NUMBA], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    fingerprint, notice = done.stdout.splitlines()
    assert fingerprint == run(build_world(town())).fingerprint
    assert notice == "readable engine only: numba cannot be imported"
