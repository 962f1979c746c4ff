"""The promises of metrics and cost items, tried on towns that have been played. `sim.contract` is the door."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure import costs
from sim.measure.evaluate import rows_of_metric, sources
from sim.measure.measures import derived
from sim.registry import Entry, cost_items
from sim.world import Prices, World

Records = npt.NDArray[Any]


def broken(entry: Entry, lives: Iterable[tuple[str, World, Records]]) -> str:
    """What a metric or cost item breaks, in words, or an empty string. `lives`: a label, a world and its ledger."""
    check = _broken_cost if entry.name in cost_items and cost_items.get(entry.name) is entry else _broken_metric
    for label, world, ledger in lives:
        fault = check(entry, world, ledger)
        if fault:
            return f"{fault}, in the {label}"
    return ""


def _with_costs(world: World, ledger: Records) -> dict[str, pd.DataFrame]:
    tables = derived(ledger, world)
    return tables | {"costs": costs.cost_table(tables, world)}


def _broken_metric(entry: Entry, world: World, ledger: Records) -> str:
    given = _with_costs(world, ledger)

    def answer(turn: Callable[[pd.DataFrame], pd.DataFrame]) -> list[tuple[Any, ...]]:
        turned = {name: turn(frame) for name, frame in given.items()}
        return sorted(rows_of_metric(entry, sources(turned)), key=lambda row: row[:3])

    kept = {name: frame.copy() for name, frame in given.items()}
    first = answer(_as_is)
    if not _same(first, answer(_as_is)):
        return "the same tables give two answers"
    by_part = rows_of_metric(entry, sources(given), by_part=True)
    if not _same(first, sorted(by_part, key=lambda row: row[:3])):
        return "the number of a row depends on other rows, so a level's rows alone give another answer"
    if not all(frame.equals(given[name]) for name, frame in kept.items()):
        return "it changes its tables"
    for turn in (_backwards, _rotated):
        if not _same(first, answer(turn)):
            return "the answer depends on the order of rows"
    nothing = rows_of_metric(entry, sources({name: frame.iloc[:0] for name, frame in kept.items()}))
    if any(math.isinf(row[3]) for row in (*first, *nothing)):
        return "it gives an infinite value"
    return ""


def _as_is(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def _backwards(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[::-1]


def _rotated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.take(np.roll(np.arange(len(frame)), len(frame) // 3))


def _same(first: list[tuple[Any, ...]], second: list[tuple[Any, ...]]) -> bool:
    """Same rows, values equal but for the rounding of sums."""
    if [row[:3] + row[4:] for row in first] != [row[:3] + row[4:] for row in second]:
        return False
    values = np.array([[row[3] for row in first], [row[3] for row in second]], np.float64)
    return bool(np.allclose(values[0], values[1], rtol=1e-9, atol=1e-9, equal_nan=True))


def _broken_cost(entry: Entry, world: World, ledger: Records) -> str:
    tables, names = costs.tables(derived(ledger, world), world.prices, 1.0), world.names
    kept = {name: frame.copy() for name, frame in tables.items()}
    first = list(costs.priced(entry, tables, world.prices, names))
    if not all(kept[name].equals(frame) for name, frame in tables.items()):
        return "it changes its tables"
    turned = list(costs.priced(entry, {name: _backwards(frame) for name, frame in tables.items()}, world.prices, names))
    if _amounts(first) != _amounts(turned):
        return "the answer depends on the order of rows"
    if any(not math.isfinite(row["quantity"]) or row["quantity"] < 0 for row in first):
        return "a quantity is negative or infinite"
    if any(row["cents"] for row in costs.priced(entry, tables, scaled(world.prices, 0), names)):
        return "a rate of zero does not give zero"
    twice = _amounts(costs.priced(entry, tables, scaled(world.prices, 2), names))
    if any(abs(twice.get(key, 0) - 2 * cents) > 1 for key, cents in _amounts(first).items()):
        return "twice the rate does not give twice the cost"
    return ""


def _amounts(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
    return {(row["group"], row["rate"]): row["cents"] for row in rows}


def scaled(prices: Prices, factor: int) -> Prices:
    """Prices with every rate times the factor."""
    return replace(
        prices,
        hour_cents=tuple(rate * factor for rate in prices.hour_cents),
        overtime_hour_cents=tuple(rate * factor for rate in prices.overtime_hour_cents),
        desk_hour_cents=tuple(rate * factor for rate in prices.desk_hour_cents),
        case_manager_hour_cents=prices.case_manager_hour_cents * factor,
        rate_cents={name: rate * factor for name, rate in prices.rate_cents.items()},
        one_time_cents={name: {k: v * factor for k, v in row.items()} for name, row in prices.one_time_cents.items()},
    )
