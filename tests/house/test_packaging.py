"""The project as a package: exact pins without addresses, one version everywhere, commands that name files which exist."""

from __future__ import annotations

import re
import tomllib

import sim
from tests.house.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def plain(name: str) -> str:
    """A distribution's name as installers compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_pins_are_exact_and_nothing_else() -> None:
    odd = [line for line in PINS if not re.fullmatch(r"[\w.-]+==[\w.]+", line)]
    assert not odd, f"one exact version a line, no addresses: {odd}"
    names = [plain(line.split("==")[0]) for line in PINS]
    assert sorted(set(names)) == sorted(names), "a package is pinned twice"


def test_every_dependency_is_pinned() -> None:
    wanted = [*PROJECT["dependencies"], *(name for group in PROJECT["optional-dependencies"].values() for name in group)]
    names = {plain(re.split(r"[<>=!~\[ ]", name)[0]) for name in wanted}
    missing = names - {plain(line.split("==")[0]) for line in PINS}
    assert not missing, f"not in constraints.txt: {missing}"


def test_one_version() -> None:
    citation = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert citation is not None and newest is not None
    assert sim.__version__ == citation[1] == newest[1] == PROJECT["version"]


def test_make_names_scenarios_that_exist() -> None:
    named = re.findall(r"scenarios/\S+\.yaml", (ROOT / "Makefile").read_text(encoding="utf-8"))
    missing = [name for name in named if not (ROOT / name).exists()]
    assert named and not missing, f"the Makefile names {missing}"
