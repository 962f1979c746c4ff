"""Long passes are told twice, in array steps and as a loop for numba: the same bits, whichever ran."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from sim import keys, passes
from sim.engines import run
from sim.errors import LedgerError
from sim.measure import crews, invariants, ledger, reach, soundness, spells
from sim.measure.values import ByRow, Levels, count, mean_min, part, percentile_min, share, total
from sim.scenario.schema import Scenario
from sim.world import World, arrivals, build_world, quantile
from tests.laws.strategies import street_data

SOME = settings(max_examples=30, deadline=None)
UINT32 = st.integers(0, 2**32 - 1)


def same(first: Any, second: Any) -> None:
    """Equal values and types, arrays to the last bit."""
    if isinstance(first, tuple):
        assert len(first) == len(second)
        for one, other in zip(first, second, strict=True):
            same(one, other)
    else:
        assert first.dtype == second.dtype
        assert first.tobytes() == second.tobytes()


def test_numba_is_at_work_here_and_steps_run_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert numba and passes.is_at_work()
    monkeypatch.setitem(sys.modules, "numba", None)
    assert not passes.is_at_work()


@SOME
@given(
    st.integers(0, 2**63 - 1),
    st.sampled_from(keys.Purpose),
    st.lists(st.tuples(UINT32, UINT32), min_size=1),
    st.integers(0, 2**31),
)
def test_one_address_many_addresses_and_compiled_code_draw_the_same(
    seed: int, purpose: Any, pairs: Any, replication: int
) -> None:
    stream, number = np.array(pairs, np.int64).T.copy()
    words = [keys.draw(seed, purpose, s, n, replication) for s, n in pairs]
    for told in (keys.marks.steps, passes.compiled(keys.marks.loop)):  # type: ignore[attr-defined]
        assert told(seed, int(purpose), stream, number, replication).tolist() == [word[0] for word in words]
    for told in (keys.uniforms.steps, passes.compiled(keys.uniforms.loop)):  # type: ignore[attr-defined]
        uniforms = [((w[0] >> 6) * 2**26 + (w[1] >> 6) + 0.5) / 2.0**52 for w in words]
        assert told(seed, int(purpose), stream, number, replication).tolist() == uniforms


@pytest.mark.parametrize("told", [quantile.logs, quantile.exps])
def test_logarithms_and_exponentials_are_those_of_math(told: Any) -> None:
    u = keys.uniforms(5, 1, np.arange(200_000), np.zeros(200_000, np.int64), 0)
    values = u if told is quantile.logs else special.ndtri(u)
    same(told.steps(values), passes.compiled(told.loop)(values))


def twice(told: Any, *args: Any) -> None:
    same(told.steps(*args), passes.compiled(told.loop)(*args))


@SOME
@given(street_data().map(Scenario.model_validate), st.integers(0, 3))
def test_worlds_and_ledgers_are_read_the_same_way_twice(scenario: Scenario, replication: int) -> None:
    world = build_world(scenario, replication)
    rows = run(world).ledger
    twice(spells.spells, rows, len(world.units), world.end_s)
    twice(crews.assigned, rows, len(world.units), world.end_s)
    twice(ledger.moments, rows, len(world.calls))
    assert sound(rows, world)
    streams = arrivals.build_streams(scenario, world.horizon)
    n_came = np.array([np.sum(world.calls["stream"] == stream) for stream in streams.hash], np.int64)
    sums = [np.linspace(0.01, 0.99, n) * rate * len(streams.shapes[0]) / 48 for n, rate in zip(n_came, streams.rate, strict=True)]
    cumulative = np.cumsum(streams.shapes, axis=1) / 24
    twice(arrivals.received_s, cumulative, streams.is_person, streams.rate, n_came, np.concatenate([np.zeros(0), *sums]))


@SOME
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9))), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9))))
def test_presence_is_the_same_twice(held: Any, asked: Any) -> None:
    starts = np.array(sorted(s for s, _ in held), np.int64)
    ends = np.array(sorted(s + n for s, n in held), np.int64)
    first, last = np.array([s for s, _ in asked], np.int64), np.array([s + n for s, n in asked], np.int64)
    twice(reach.is_ever_held, starts, ends, first, last)
    found = reach.is_ever_held.steps(starts, ends, first, last)  # type: ignore[attr-defined]
    assert found.tolist() == [any(s <= b and s + n > a for s, n in held) for a, b in zip(first, last, strict=True)]


def sound(rows: Any, world: World) -> bool:
    person = world.person_type[world.lucks["type"]]
    kinds = soundness.candidates(world)
    return bool(soundness.is_sound(rows, world.calls["received_s"], person, kinds, len(world.units), world.duties, world.end_s))


@SOME
@given(street_data(), st.data())
def test_one_pass_says_what_the_checks_say(town: dict[str, Any], data: st.DataObject) -> None:
    """A ledger is sound by both; then a field of a row is changed at random, or a row is lost, and both judge alike."""
    world = build_world(Scenario.model_validate(town))
    rows = run(world).ledger
    assert sound(rows, world)
    for _ in range(5 if len(rows) else 0):
        at, name = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.sampled_from([*(rows.dtype.names or ()), ""]))
        changed = rows.copy() if name else np.delete(rows, at)
        if name:
            changed[at][name] += data.draw(st.sampled_from([-2, -1, 1, 2]))
        assert sound(changed, world) == is_content(changed, world)


def is_content(rows: Any, world: World) -> bool:
    try:
        for check in invariants.CHECKS:
            check(rows, world)
    except LedgerError:
        return False
    return True


@SOME
@given(st.lists(st.tuples(st.integers(-1, 500), st.integers(0, 3), st.booleans()), min_size=1), st.booleans())
def test_levels_add_up_as_each_alone(rows: Any, in_order: bool) -> None:
    numbers, level, marked = (
        np.array(column) for column in zip(*(sorted(rows, key=lambda r: r[1]) if in_order else rows), strict=True)
    )
    levels = Levels(level.astype(np.int64), 3)  # 3 is nobody's
    ways: list[Callable[[Any], ByRow]] = [
        lambda own: count(marked[own]),
        lambda own: share(marked[own], among=numbers[own] > 100),
        lambda own: total(numbers[own], 60, among=marked[own]),
        lambda own: part(numbers[own] + 1, among=marked[own]),
        lambda own: mean_min(numbers[own]),
        lambda own: percentile_min(numbers[own], 90),
    ]
    for said in ways:
        values, n = said(slice(None)).by_level(levels)
        for i in range(3):
            alone = said(level == i)
            assert n[i] == alone.n
            assert values[i] == alone.value or (np.isnan(values[i]) and np.isnan(alone.value))


@given(st.lists(st.integers(0, 10_000), min_size=1), st.sampled_from([50, 90, 95]))
def test_percentiles_are_those_of_numpy(seconds: list[int], percent: float) -> None:
    assert percentile_min(np.array(seconds), percent).value == float(np.percentile(seconds, percent)) / 60


def test_a_world_without_numba_has_the_same_bytes(small_town: dict[str, Any]) -> None:
    """In a process of its own, where numba was never imported."""
    script = (
        "import hashlib, json, sys; import sim, sim.policies, sim.outcomes; from sim.scenario.schema import Scenario\n"
        "world = sim.build_world(Scenario.model_validate(json.loads(sys.stdin.read())), 1); assert 'numba' not in sys.modules\n"
        "print(hashlib.sha256(world.calls.tobytes() + world.lucks.tobytes() + world.shifts.tobytes()).hexdigest())"
    )
    world = build_world(Scenario.model_validate(small_town), 1)
    here = hashlib.sha256(world.calls.tobytes() + world.lucks.tobytes() + world.shifts.tobytes()).hexdigest()
    done = subprocess.run(
        [sys.executable, "-c", script], input=json.dumps(small_town), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == here
