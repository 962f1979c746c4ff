"""Who calls again: facts of the record where it names people, for the note and for the split into rates of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.doubt import share_estimate
from sim.calibrate.estimate import Fitted, Unlearned
from sim.calibrate.fits.recurrent import learn_recurrent
from sim.calibrate.fits.span import OWN
from sim.calibrate.fits.view import MOST, View

TOP = 0.05
WITHIN_DAYS = 30
PEOPLE = "people.recurrent"
HALVES = ("months", "weeks", "rows")  # ways of holding back that break up what one person did


def learn_people(view: View, fitted: Fitted) -> None:
    """Shares of calls by people met before, by the most frequent, and followed by another; then rates of their own."""
    where = f"{view.of(view.people)} AND person IS NOT NULL"
    n = view.n("calls", where)
    if n < view.smallest:
        fitted.unlearned.append(Unlearned(PEOPLE, "the export does not say which calls are about the same person"))
        return
    if view.span.has_days and view.export_map.hold_back not in HALVES and view.records.exposure == 1:
        named = 100 * n / view.n("calls", view.of(view.people))
        among = f", among the {named:.0f} % of calls about people that say who"
        _met_before(view, fitted, where, n, among)
        _most_frequent(view, fitted, where, n, among)
        _returns(view, fitted, where, among)
    learn_recurrent(view, fitted, where)


def _met_before(view: View, fitted: Fitted, where: str, n: int, among: str) -> None:
    found = view.records.ask(
        f"""SELECT block, count(*) AS n, count(*) FILTER (nth > 1) AS again FROM (
            SELECT block, row_number() OVER (PARTITION BY person ORDER BY received, call) AS nth
            FROM calls WHERE {OWN} AND {where}
        ) GROUP BY 1 ORDER BY 1"""
    )
    how = f"calls about a person who is in an earlier call of the export{among}; the first months undercount them"
    _share_of_blocks(view, fitted, "note.calls_by_people_met_before", found, n, how)


def _returns(view: View, fitted: Fitted, where: str, among: str) -> None:
    """Calls followed by another about the same person, among those with the whole time after them on record."""
    found = view.records.ask(
        f"""SELECT block, count(*) AS n, count(*) FILTER (later <= received + INTERVAL {WITHIN_DAYS} DAY) AS again FROM (
            SELECT block, received, lead(received) OVER (PARTITION BY person ORDER BY received, call) AS later
            FROM calls WHERE {OWN} AND {where} AND received IS NOT NULL
        ) WHERE block + {WITHIN_DAYS} IN (SELECT block FROM days WHERE {OWN}) GROUP BY 1 ORDER BY 1"""
    )
    how = f"calls followed within {WITHIN_DAYS} days by another about the same person{among}"
    _share_of_blocks(view, fitted, f"note.calls_again_within_{WITHIN_DAYS}_days", found, int(found["n"].sum()), how)


def _share_of_blocks(view: View, fitted: Fitted, path: str, found: pd.DataFrame, n: int, how: str) -> None:
    if n < view.smallest:
        return
    block, all_of, again = (found[name].to_numpy() for name in ("block", "n", "again"))
    block = block.astype(np.int64)
    resamples = view.blocks.sums(block, again.astype(np.float64)) / view.blocks.sums(block, all_of.astype(np.float64))
    fitted.estimates.append(share_estimate(path, float(again.sum() / all_of.sum()), resamples, n, how))


def _most_frequent(view: View, fitted: Fitted, where: str, n: int, among: str) -> None:
    """Share of calls about the one in twenty people with most calls, over a sample of whole people where they are many."""
    every = -(-n // MOST)
    frame = view.records.ask(
        f"SELECT block, person FROM calls WHERE {OWN} AND {where} AND hash(person) % {every} = 0 ORDER BY block, person"
    )
    people, place = np.unique(frame["person"].to_numpy(np.uint64), return_inverse=True)
    block = frame["block"].to_numpy(np.int64)
    if len(people) * TOP < view.smallest:
        return
    value = _top_share(np.bincount(place))
    at = view.blocks.rows(block)
    resamples = np.array([_top_share(np.bincount(place, weights[at])) for weights in view.blocks.weights])
    resamples *= value / resamples.mean()  # unequal weights alone make some people frequent
    how = f"calls about the {100 * TOP:.0f} % of people with most calls{among}"
    fitted.estimates.append(share_estimate("note.calls_by_top_5_percent", value, np.minimum(resamples, 1.0), n, how))


def _top_share(counts: npt.NDArray[Any]) -> float:
    most = np.sort(counts)[::-1][: max(round(TOP * len(counts)), 1)]
    return float(most.sum() / counts.sum())
