"""How often a call turns out to be of another type than it was taken for.

Told from rows that hold both types: what the call-taker wrote, and what it was closed as.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.calibrate.doubt import blocks_of, share_interval
from sim.calibrate.estimate import Finding
from sim.calibrate.mapping import OTHER
from sim.calibrate.normal import Records
from sim.screen import percent


def mislabellings(records: Records, smallest: int) -> Iterator[Finding]:
    """By final type: the share of people's calls that came in as other work; then the share taken for a crisis that was none."""
    blocks = records.ask(
        f"""SELECT block, final_type, type <> '{OTHER}' AS taken, count(*) AS n FROM calls
        WHERE final_type IS NOT NULL AND type IS NOT NULL GROUP BY ALL ORDER BY ALL"""
    )
    people = blocks[blocks["final_type"] != OTHER]
    for name, rows in [("all types", people), *people.groupby("final_type")]:
        found = _share(rows[~rows["taken"]], rows, smallest)
        if found is not None:
            share, low, high = found
            says = (
                f"Of calls that turned out to be {_words(str(name))}, {_shares(share, low, high)} "
                "came in as other work. A programme that is sent by the type taken down never hears of those."
            )
            yield Finding("mislabelling", str(name).replace("_", " "), share, "share taken for other work", says)
    taken = blocks[blocks["taken"]]
    found = _share(taken[taken["final_type"] == OTHER], taken, smallest)
    if found is not None:
        share, low, high = found
        says = (
            f"Of calls taken down as a crisis, {_shares(share, low, high)} were closed as other work. "
            "They are demand on a programme all the same."
        )
        yield Finding("mislabelling", "taken for a crisis", share, "share closed as other work", says)


def _words(name: str) -> str:
    return "a crisis" if name == "all types" else name.replace("_", " ")


def _share(some: pd.DataFrame, of: pd.DataFrame, smallest: int) -> tuple[float, float, float] | None:
    """Share of `of` that is in `some`, with its 95 % interval over days; none where either has too few to show."""
    part, whole = float(some["n"].sum()), float(of["n"].sum())
    if whole < smallest or part < smallest:
        return None
    days = blocks_of(of["block"])
    sums = [days.sums(rows["block"].to_numpy(np.int64), rows["n"].to_numpy(np.float64)) for rows in (some, of)]
    return part / whole, *share_interval(sums[0] / sums[1], part / whole, whole)


def _shares(share: float, low: float, high: float) -> str:
    """A share and its interval, in as many digits as tell its ends apart."""
    places = next((n for n in range(4) if percent(low, n) != percent(high, n)), 0)
    return f"{percent(share, places)} ({percent(low, places)} to {percent(high, places)})"
