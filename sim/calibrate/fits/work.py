"""How busy crews were, for the note; and of teams, when they were sent and to what.

An export does not say who was on duty. But a team that is sent from noon to ten on weekdays and never else has those hours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.doubt import estimate
from sim.calibrate.estimate import Fitted
from sim.calibrate.fits.endings import PATROL
from sim.calibrate.fits.span import OWN
from sim.calibrate.fits.view import View
from sim.calibrate.mapping import DEFAULT
from sim.scenario.number import DAYS

Floats = npt.NDArray[np.float64]

HOURS_OF_WEEK = 168
MONDAY = 4  # 1 January 1970 was a Thursday: so many days until the next Monday
CELLS_OF_A_TEAM = 10  # times the smallest cell: with fewer sendings, a team's hours and remit are not read
IN_HOURS = 0.97  # of its sendings; the others are overtime and slips of the clock
LONGEST_SHIFT_H = 21  # a team whose sendings take longer is on duty all day, with a quiet hour or two
OFF_DAY = 0.05  # of the sendings of its busiest weekday; with fewer, it does not work on that one
IN_REMIT = 0.25  # of the share of the type it is sent to most; with less, it lends a hand


def learn_work(view: View, fitted: Fitted) -> None:
    """Facts of the record: no numbers of a scenario, but what posts, hours and remits can be held against."""
    if not view.span.has_days or view.records.exposure < 1:
        return
    _busiest_hour(view, fitted)
    _units_a_day(view, fitted)
    _teams(view, fitted)


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


def _teams(view: View, fitted: Fitted) -> None:
    """Tables `rosters` and `remits`: when each team that the map names was sent, and to which types of call."""
    rosters, remits = [], []
    named = {DEFAULT: PATROL, **view.export_map.responders}
    for team in sorted(set(named.values()) - {named[DEFAULT]}):
        sent = _sendings(view, team)
        if sent["n"].sum() < CELLS_OF_A_TEAM * view.smallest:
            continue
        start, length = shortest_window(np.bincount(sent["hour"] % 24, sent["n"], 24).astype(np.float64))
        regular = sent[(sent["hour"] - start) % 24 < length]
        days = _working_days(regular, start)
        end = (start + length) % 24 or 24
        row = {"responder": team, "days": _in_words(days), "start": f"{start:02d}:00", "end": f"{end:02d}:00"}
        rosters.append({**row, "posts": _units_of_a_day(regular, start, days), "n": int(sent["n"].sum())})
        remits.append(_remit(view, team, start, length, days))
    if rosters:
        fitted.tables["rosters"] = pd.DataFrame(rosters)
        fitted.tables["remits"] = pd.concat(remits, ignore_index=True)


def _sendings(view: View, team: str) -> pd.DataFrame:
    """Rows of `hour` (of the wall clock, since 1970), `unit` and `n`; a unit sent later counts in the hour of the first."""
    return view.records.ask(
        f"""SELECT CAST(floor((epoch(received) + 60 * coalesce(queue_min, 0)) / 3600) AS BIGINT) AS hour, unit, count(*) AS n
        FROM visits JOIN calls USING (call)
        WHERE calls.{OWN} AND responder = '{team}' AND received IS NOT NULL AND calls.{view.span.where}
        GROUP BY ALL ORDER BY ALL"""
    )


def shortest_window(by_hour: Floats) -> tuple[int, int]:
    """First hour and length of the shortest stretch of the day that holds `IN_HOURS` of the counts; (0, 24): all day."""
    for length in range(1, LONGEST_SHIFT_H + 1):
        held = [np.take(by_hour, range(first, first + length), mode="wrap").sum() for first in range(24)]
        if max(held) >= IN_HOURS * by_hour.sum():
            return int(np.argmax(held)), length
    return 0, 24


def _working_days(sent: pd.DataFrame, start: int) -> list[int]:
    """Weekdays it works, Monday 0; what is after midnight belongs to the day its hours began."""
    by_weekday = np.bincount(((sent["hour"] - start) // 24 - MONDAY) % 7, sent["n"], 7)
    return [int(day) for day in np.flatnonzero(by_weekday >= OFF_DAY * by_weekday.max())]


def _units_of_a_day(sent: pd.DataFrame, start: int, days: list[int]) -> int:
    """Different units sent on a day it works, mean over those days; one where units have no names."""
    day = (sent["hour"] - start) // 24
    a_day = sent["unit"].groupby(day[((day - MONDAY) % 7).isin(days)]).nunique()
    return max(round(float(a_day.mean())), 1)


def _in_words(days: list[int]) -> str:
    """Weekdays as a scenario writes them: `all`, `mon-fri`, or a list."""
    if len(days) == len(DAYS):
        return "all"
    begins = [day for day in days if (day - 1) % 7 not in days]
    if len(begins) > 1:
        return f"[{', '.join(DAYS[day] for day in days)}]"
    last = (begins[0] + len(days) - 1) % 7
    return DAYS[begins[0]] if len(days) == 1 else f"{DAYS[begins[0]]}-{DAYS[last]}"


def _remit(view: View, team: str, start: int, length: int, days: list[int]) -> pd.DataFrame:
    """Rows of `responder`, `type`, `share` of the type's calls in its hours that it was sent to, and `n`, those calls."""
    begun = f"(received - INTERVAL {start} HOUR)"
    found = view.records.ask(
        f"""SELECT type, count(*) AS received, count(*) FILTER (
            call IN (SELECT call FROM visits WHERE responder = '{team}')) AS n
        FROM calls WHERE {OWN} AND {view.span.where} AND hour({begun}) < {length}
            AND isodow({begun}) - 1 IN ({", ".join(map(str, days))}) AND {view.of([*view.people, *view.others])}
        GROUP BY 1 ORDER BY 1"""
    )
    found = found[found["n"] >= view.smallest].assign(responder=team, share=found["n"] / found["received"])
    found = found[found["share"] >= IN_REMIT * found["share"].max()]
    return found[["responder", "type", "share", "n"]]
