"""YAML text to nodes: what words mean, where values stand, how forms are refused."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from sim.scenario.merge import at_path, merge
from sim.scenario.node import Node, Spot, plain
from sim.scenario.origin import path_keys
from sim.scenario.reading import MAX_VALUES, read_text
from sim.scenario.scalar import resolved

WORDS: dict[str, Any] = {
    "": None,
    "null": None,
    "~": None,
    "true": True,
    "False": False,
    "yes": "yes",
    "on": "on",
    "12": 12,
    "-7": -7,
    "012": 12,
    "0o14": 12,
    "0x1F": 31,
    "1.5": 1.5,
    ".5": 0.5,
    "1e3": 1000.0,
    "1_000": "1_000",
    "12:30": "12:30",
    "2027-01-04": dt.date(2027, 1, 4),
    "2026-06": "2026-06",
    ".inf": math.inf,
    "-.INF": -math.inf,
    "1" * 5000: math.inf,
}


@pytest.mark.parametrize("text", WORDS, ids=lambda text: text[:12] or "empty")
def test_what_words_mean(text: str) -> None:
    value, wrong = resolved(text)
    assert (value, type(value), wrong) == (WORDS[text], type(WORDS[text]), "")


def test_quotes_make_text() -> None:
    node = read_text("a: \"12\"\nb: 'true'\nc: |\n  two\n  lines\n", "x").node
    assert node is not None
    assert plain(node) == {"a": "12", "b": "true", "c": "two\nlines\n"}


def test_values_and_keys_know_their_places() -> None:
    node = read_text("a:\n  b: [1, 2]\n", "x").node
    assert node is not None
    b = node.rows["a"].rows["b"]
    assert (b.key, b.spot, b.items[1].spot) == (Spot("x", 2, 3), Spot("x", 2, 6), Spot("x", 2, 10))


FORMS = {
    "a: 1\na: 2\n": "each key once; the first is in line 1",
    "? [a]\n: 1\n": "a name before the colon",
    "? {a: 1}\n: 1\n": "a name before the colon",
    ": 1\n": "a name before the colon",
    "~: 1\n": "a name before the colon",
    "a: &x {b: *x}\n": "an alias of an anchor (&name) that is complete before it",
    "a: *y\n": "",
    "a: &k x\n*k : 1\n": "a name before the colon",
    "%YAML 1.1\n---\na: on\n": "YAML 1.2",
    "a: !custom 1\n": "plain values, without tags",
    "a: !!set {x}\n": "plain values, without tags",
    'a: "\\ud800"\n': "text that can be written down",
    'a: "\\Uffffffff"\n': "",
    "a: 2027-13-01\n": "a day that exists, as YYYY-MM-DD",
    "a: {b: 1\n": "a mapping closed by }",
    "a: 'x\n": "a quoted text that ends",
    "a: @x\n": "a key or a value",
    "a: b: c\n": "one `key: value` a line",
    "a: 1\n  b: 2\n": "",
    "- 1\na: 2\n": "",
    "&a": "",
    "# nothing\n---\n...\n": "",
}


@pytest.mark.parametrize("text", FORMS, ids=repr)
def test_forms_that_are_faults(text: str) -> None:
    reading = read_text(text, "x")
    wants = [fault.want for fault in reading.faults]
    assert FORMS[text] in wants if FORMS[text] else (wants or reading.node is None or reading.node.value is None)


def test_an_alias_counts_each_time() -> None:
    rows = ", ".join(["*a"] * (MAX_VALUES // 100 + 1))
    assert read_text(f"a: &a [{', '.join('1' * 100)}]\nb: [{rows}]\n", "x").faults


def node_of(text: str) -> Node:
    node = read_text(text, text).node
    assert node is not None
    return node


MERGED = {
    ("a: {b: 1, c: 2}", "a: {c: 3, d: 4}"): {"a": {"b": 1, "c": 3, "d": 4}},
    ("a: [1, 2]", "a: [3]"): {"a": [3]},
    ("a: {b: 1}", "a: {b: null}"): {"a": {}},
    ("a: {b: 1}", "a: {}"): {"a": {"b": 1}},
    ("a: 5", "a: {value: 6, low: 1}"): {"a": {"value": 6, "low": 1}},
    ("a: {value: 6, low: 1, source: x}", "a: 7"): {"a": 7},
    ("a: {value: 6, low: 1, source: x}", "a: {value: 7}"): {"a": {"value": 7}},
    ("a: {value: 6, low: 1, source: x}", "a: {low: 2}"): {"a": {"value": 6, "low": 2, "source": "x"}},
    ("a: 6", "a: {low: 2}"): {"a": {"value": 6, "low": 2}},
    ("a: {b: {c: 1}}", "a: text"): {"a": "text"},
    ("a: null", "a: {b: 1}"): {"a": {"b": 1}},
}


@pytest.mark.parametrize("under,over", MERGED)
def test_laying_one_over_another(under: str, over: str) -> None:
    assert plain(merge(node_of(under), node_of(over))) == MERGED[under, over]


def test_history_is_oldest_first() -> None:
    node = merge(merge(node_of("a: 1"), node_of("a: 2")), node_of("a: 3")).rows["a"]
    assert [one.value for one in node.history] == [1, 2, 3]


def test_paths() -> None:
    assert path_keys("responders.team.takes[2]") == ("responders", "team", "takes", 2)
    assert plain(at_path(("a", "b"), node_of("c: 1"))) == {"a": {"b": {"c": 1}}}
