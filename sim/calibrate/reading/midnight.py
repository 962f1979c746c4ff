"""Moments of one row put in order: those written with the day before although midnight had passed are moved a day on."""

from __future__ import annotations

from collections.abc import Sequence

BACK = "INTERVAL 12 HOUR"  # a moment so far before an earlier one was written with the wrong day,
FAR = "INTERVAL 36 HOUR"  # unless a day more does not bring it near


def repaired(moments: Sequence[str], start: str) -> list[str]:
    """SQL of select items: each `raw_<moment>` as `<moment>`, moved a day on where it is more than 12 h before an earlier one.

    `start` is the SQL of what the first is compared with. The last item, `n_repaired`, counts the moves. Cancelling is
    compared with the start alone: a call may be cancelled long before its record is cleared.
    """
    items, latest, first = [], start, start
    for moment in moments:
        early = first if moment == "cancelled" else latest
        late = f"raw_{moment} < {early} - {BACK} AND raw_{moment} >= {early} - {FAR}"
        items.append(f"CASE WHEN {late} THEN raw_{moment} + INTERVAL 1 DAY ELSE raw_{moment} END AS {moment}")
        items.append(f"greatest({latest}, {moment}) AS latest_{moment}")
        latest = f"latest_{moment}"
    moved = " + ".join(f"coalesce(CAST({moment} <> raw_{moment} AS INTEGER), 0)" for moment in moments) or "0"
    return [*items, f"{moved} AS n_repaired"]
