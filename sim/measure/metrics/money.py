"""Dollars of the window: what programmes cost, who pays. Cents are kept in `costs`."""

from __future__ import annotations

import pandas as pd

from sim.measure.values import ByRow, Ratio, count, total
from sim.registry import metric

SUPPORT = ("desks", "case_managers")


def _paid(costs: pd.DataFrame, timing: str) -> ByRow:
    """Dollars of programmes."""
    return total(costs["cents"], 100, among=(costs["programme"] != "") & (costs["timing"] == timing))


@metric("programme_cost_usd", unit="USD", of="costs", by=("programme", "payer"))
def programme_cost_usd(costs: pd.DataFrame) -> ByRow:
    """Ongoing cost of a programme's crews in the window: posted hours and overtime; not the one-time cost.

    Definition: sum of cents / 100 over costs with a programme and timing = ongoing.
    """
    return _paid(costs, "ongoing")


@metric("programme_one_time_usd", unit="USD", of="costs", by=("programme", "payer"))
def programme_one_time_usd(costs: pd.DataFrame) -> ByRow:
    """One-time cost of a programme, in full whenever it falls.

    Definition: sum of cents / 100 over costs with a programme and timing = one-time.
    """
    return _paid(costs, "one-time")


@metric("support_cost_usd", unit="USD", of="costs", by=("item", "payer"))
def support_cost_usd(costs: pd.DataFrame) -> ByRow:
    """Cost of desks and case managers in the window: crews nobody sends, whose work spares others theirs.

    Definition: sum of cents / 100 over costs with item desks or case_managers.
    """
    return total(costs["cents"], 100, among=costs["item"].isin(SUPPORT))


@metric("cost_per_call_reached_usd", unit="USD per call", of="costs, programme_reach", better="lower", by=("programme",))
def cost_per_call_reached_usd(costs: pd.DataFrame, calls: pd.DataFrame) -> Ratio:
    """Ongoing cost of a programme per call it reached; no value where it reached none.

    Definition: programme_cost_usd / calls_reached.
    """
    return Ratio(_paid(costs, "ongoing"), count(calls["reason"] == "reached"))


@metric("total_cost_usd", unit="USD", of="costs", kind="assumed", by=("payer", "item", "timing"))
def total_cost_usd(costs: pd.DataFrame) -> ByRow:
    """All priced items of the window, whoever pays; avoided is not cash saved.

    Definition: sum of cents / 100 over costs.
    """
    return total(costs["cents"], 100)
