"""Whatever a file holds, loading ends in a scenario or in faults with places, never in another error."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sim.errors import Fault, ScenarioError
from sim.scenario.chain import Gathered, gather
from sim.scenario.library import Library
from sim.scenario.load import _finished, dump, load, load_data
from sim.scenario.merge import at_path, merge
from sim.scenario.node import Node, Spot, from_data, leaves
from sim.scenario.reading import read_file, read_text

HERE = Path(__file__).resolve().parent / "scenarios"
LIBRARY = Library(HERE / "library")
FUZZ = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

TREE = gather(HERE / "town.yaml", (), LIBRARY).tree
assert TREE is not None
PATHS = sorted({keys[: depth + 1] for keys, _ in leaves(TREE) for depth in range(len(keys))}, key=str)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.dates(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["25:00", "x.yaml", "all", "first", "rest", "north", "team", "D999", "assumption", "tiered", "-", "fri-mon", "12:00"]
    ),
)
KEYS = st.one_of(
    st.text(max_size=8), st.sampled_from(["value", "low", "high", "source", "name", "all", "1", "team", "days", "start"])
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8)


def settle(tree: Node) -> None:
    """Check the tree; a fault must print, a scenario must survive its own dump."""
    try:
        scenario = _finished(Gathered(LIBRARY, tree=tree), plugins=False)
    except ScenarioError as error:
        assert error.faults
        assert all(isinstance(fault, Fault) and str(fault).encode("utf-8") for fault in error.faults)
        assert not any(jargon in str(error) for jargon in ("Input should", "pydantic", "Value error", "function-after"))
    else:
        assert load_data(dump(scenario), plugins=False, library=LIBRARY).fingerprint == scenario.fingerprint


@FUZZ
@given(content=st.binary(max_size=400))
def test_bytes(content: bytes, tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "noise.yaml"
    path.write_bytes(content)
    reading = read_file(path, "noise.yaml")
    assert reading.faults or reading.node is not None


@FUZZ
@given(text=st.text(st.sampled_from("ab:-?[]{}&*!|>'\"%@`#, \n\t0123~.\\<"), max_size=60))
def test_text_made_of_yaml_signs(text: str) -> None:
    reading = read_text(text, "signs.yaml")
    assert all(str(fault) for fault in reading.faults)
    assert reading.faults or reading.node is not None


@FUZZ
@given(cut=st.integers(0, 2500), put=st.text(st.sampled_from("ab:-?[]{}&*!'\"# \n\t07"), max_size=4), gone=st.integers(0, 8))
def test_slips_of_the_finger(cut: int, put: str, gone: int) -> None:
    text = (HERE / "town.yaml").read_text(encoding="utf-8")
    reading = read_text(text[:cut] + put + text[cut + gone :], "town.yaml")
    if reading.node is not None and reading.node.rows:
        settle(reading.node)


@settings(FUZZ, max_examples=400)
@given(keys=st.sampled_from(PATHS), value=VALUES)
@example(keys=("responders", "patrol", "shifts", "all_day", "days"), value="fri-mon")  # a range past the end of the week
def test_any_value_anywhere(keys: tuple[str, ...], value: Any) -> None:
    assert TREE is not None
    settle(merge(TREE, at_path(tuple(map(str, keys)), from_data(value, Spot("fuzz.yaml", 1, 1)))))


@FUZZ
@given(keys=st.sampled_from(PATHS), name=KEYS, value=VALUES)
def test_any_key_anywhere(keys: tuple[str, ...], name: str, value: Any) -> None:
    assert TREE is not None
    settle(merge(TREE, at_path((*map(str, keys), name), from_data(value, Spot("fuzz.yaml", 1, 1)))))


TEXTS = st.sampled_from(
    ["", ".", "..", "a\0b.yaml", "x" * 300 + ".yaml", "no/such.yaml", "/", "*.yaml", "responders", "profiles/evening.yaml"]
)


@FUZZ
@given(
    extends=TEXTS | VALUES, section=st.sampled_from(["rates", "types", "demand", "responders", "plugins"]), value=TEXTS | VALUES
)
def test_any_file_name_anywhere(extends: Any, section: str, value: Any, tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "names.yaml"
    body = {"extends": extends, section: {"profile": value, "x/../y": value} if section in ("demand", "responders") else value}
    path.write_text(json.dumps(body, default=str), encoding="utf-8")
    with suppress(ScenarioError):
        load(path, library=LIBRARY)
    town = {"extends": (HERE / "town.yaml").as_posix(), section: body[section]}
    path.write_text(json.dumps(town, default=str), encoding="utf-8")
    with suppress(ScenarioError):
        load(path, library=LIBRARY)
