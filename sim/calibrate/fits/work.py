"""How busy crews were, for the note: units at work in the busiest hour, and different units sent a day."""

from __future__ import annotations

from sim.calibrate.doubt import estimate
from sim.calibrate.estimate import Fitted
from sim.calibrate.fits.span import OWN
from sim.calibrate.fits.view import View

HOURS_OF_WEEK = 168
MONDAY = 4  # 1 January 1970 was a Thursday: so many days until the next Monday


def learn_work(view: View, fitted: Fitted) -> None:
    """Facts of the record; no number of a scenario, but what posts can be held against."""
    if not view.span.has_days or view.records.exposure < 1:
        return
    _busiest_hour(view, fitted)
    _units_a_day(view, fitted)


def _busiest_hour(view: View, fitted: Fitted) -> None:
    """Mean number of units at work in the hour of the week that has most: hours at work over weeks, each visit where it fell."""
    n = view.n("visits", "task_min > 0")
    if n < view.smallest:
        return
    span = view.span
    seconds = view.records.ask(
        f"""WITH spells AS (
            SELECT calls.block, CAST(epoch(received) + 60 * coalesce(queue_min, 0) AS BIGINT) AS starts,
                CAST(epoch(received) + 60 * coalesce(queue_min, 0) + 60 * task_min AS BIGINT) AS ends
            FROM visits JOIN calls USING (call)
            WHERE calls.{OWN} AND task_min > 0 AND received IS NOT NULL AND calls.{span.where}
        ), pieces AS (
            SELECT *, unnest(range(starts // 3600, (ends - 1) // 3600 + 1)) AS hour FROM spells
        )
        SELECT block, CAST((hour - {24 * MONDAY}) % {HOURS_OF_WEEK} AS INTEGER) AS key,
            CAST(sum(least(ends, (hour + 1) * 3600) - greatest(starts, hour * 3600)) AS BIGINT) AS s
        FROM pieces GROUP BY ALL ORDER BY ALL"""
    )
    if len(seconds) == 0:
        return
    totals = seconds.groupby("key")["s"].sum()
    hour = int(totals.idxmax())
    own = seconds[seconds["key"] == hour]
    block = own["block"].to_numpy("int64")
    days = span.weekday_days[hour // 24]
    weighted = view.blocks.sums(block, own["s"].to_numpy("float64")) / 3600
    weights = view.blocks.weights[:, span.rows[span.weekday == hour // 24]].sum(axis=1)
    how = f"hours at work in the busiest hour of the week over its {days:.0f} times"
    value = float(totals[hour]) / 3600 / days
    fitted.estimates.append(estimate("note.units_at_work_busiest_hour", value, weighted / weights, "units", n, how))


def _units_a_day(view: View, fitted: Fitted) -> None:
    span = view.span
    if view.n("visits", f"unit IS NOT NULL AND {span.where}") < view.smallest:
        return
    found = view.records.ask(
        f"SELECT block, count(DISTINCT unit) AS n FROM visits WHERE {OWN} AND unit IS NOT NULL AND {span.where} "
        "GROUP BY 1 ORDER BY 1"
    )
    block, n = found["block"].to_numpy("int64"), found["n"].to_numpy("float64")
    resamples = view.blocks.sums(block, n) / view.blocks.weights[:, span.rows].sum(axis=1)
    how = "different units sent on a day, mean over days without gaps; not the units on duty"
    value = float(n.sum()) / len(span.rows)
    fitted.estimates.append(estimate("note.units_sent_a_day", value, resamples, "units", int(n.sum()), how))
