"""Pictures over time: calls of a week against staffed units, waits through the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure.charts import palette
from sim.measure.charts.page import MARGIN_IN, NORMAL, SMALL, WIDTH_IN, Page, Picture, faint_grid, height_in, spread
from sim.rules.lifecycle import DAY_S, HOUR_S
from sim.screen import number, significant_places

WEEK_H = 168
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LEAST_CALLS = 5  # an hour with fewer says nothing about waits
LEFT_IN = 0.6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RunTables:
    """The tables of one option's results that pictures read; rows of several replications may follow one another.

    Attributes
    ----------
    shifts : DataFrame
        start_s, end_s, staffed and `responder`, or `unit` by name (`responder/shift/post`).
    titles : mapping
        What people call responder types and programmes; their keys where there is none.
    replications : int
        How many the tables hold; `shifts` may hold fewer and then says so in a column `replication`, or holds one.
    mean_of : str
        What an average is over, where that is not so many replications: `mean of 40 draws, 2 lives each`.
    occupancy, desk_hours : DataFrame, optional
        Those of the first life, where the scenario follows stays, or has a phone stage.
    has_persons : bool
        Whether persons with recurrent crises are known.
    """

    name: str
    begins: dt.date
    window_start_s: int
    window_end_s: int
    call_facts: pd.DataFrame
    shifts: pd.DataFrame
    reach: pd.DataFrame
    costs: pd.DataFrame
    titles: Mapping[str, str] = field(default_factory=dict)
    replications: int = 1
    mean_of: str = ""
    occupancy: pd.DataFrame | None = None
    desk_hours: pd.DataFrame | None = None
    has_persons: bool = False

    @property
    def crisis_calls(self) -> pd.DataFrame:
        """Calls about a person received in the window."""
        facts = self.call_facts
        return facts[facts["in_window"].astype(bool) & facts["person"].astype(bool)]

    @property
    def period(self) -> str:
        """The measured window in words."""
        days = (self.window_end_s - self.window_start_s) // DAY_S
        first = self.begins + dt.timedelta(days=self.window_start_s // DAY_S)
        return f"{'1 year' if days in (365, 366) else f'{days} days'} from {first.day} {first:%b %Y}"

    @property
    def lives(self) -> str:
        """What an average is over, in words."""
        if self.mean_of:
            return self.mean_of
        return "1 replication" if self.replications == 1 else f"mean of {self.replications} replications"


def hours_of_week(tables: RunTables) -> npt.NDArray[np.int64]:
    """Hour of the week, Monday 00:00 first, of every hour of the window."""
    hours = np.arange(tables.window_start_s // HOUR_S, -(-tables.window_end_s // HOUR_S))
    return np.asarray((tables.begins.weekday() * 24 + hours) % WEEK_H, np.int64)


def hours_covered(start_s: Floats, end_s: Floats, edges_s: Floats) -> Floats:
    """Unit-hours that intervals lay over each stretch between edges."""

    def laid(since_s: Floats) -> Floats:  # unit-seconds up to each edge, had they never ended
        since_s = np.sort(since_s)
        n_before = np.searchsorted(since_s, edges_s)
        return np.asarray(n_before * edges_s - np.append(0.0, np.cumsum(since_s))[n_before], np.float64)

    return np.diff(laid(start_s) - laid(end_s)) / HOUR_S


def week_numbers(tables: RunTables) -> pd.DataFrame:
    """By hour of the week: calls about people received an hour, units posted and staffed by responder type."""
    hours = hours_of_week(tables)
    times = np.bincount(hours, minlength=WEEK_H)
    at = hours[(tables.crisis_calls["received_s"].to_numpy(np.int64) - tables.window_start_s) // HOUR_S]
    calls = np.bincount(at, minlength=WEEK_H) / tables.replications
    series: list[tuple[str, str, Floats]] = [("calls received an hour", "", calls)]
    shifts = tables.shifts
    lives = shifts["replication"].nunique() if "replication" in shifts and len(shifts) else 1
    owner = shifts["responder"] if "responder" in shifts else shifts["unit"].str.split("/").str[0]
    edges = tables.window_start_s + HOUR_S * np.arange(len(hours) + 1, dtype=np.float64)
    for responder in sorted(set(owner.astype(str))):
        own = shifts[owner.astype(str) == responder]
        for what, rows in (("units posted", own), ("units staffed", own[own["staffed"].astype(bool)])):
            start, end = (rows[column].to_numpy(np.float64) for column in ("start_s", "end_s"))
            covered = np.bincount(hours, hours_covered(start, end, edges), WEEK_H) / lives
            series.append((what, responder, covered))
    frames = []
    for what, responder, total in series:
        value = np.divide(total, times, out=np.full(WEEK_H, np.nan), where=times > 0)
        row = {"hour_of_week": range(WEEK_H), "day": np.repeat(DAYS, 24), "hour": np.tile(range(24), 7)}
        frames.append(pd.DataFrame({**row, "measure": what, "responder": responder, "value": value}))
    return pd.concat(frames, ignore_index=True)


def week_picture(tables: RunTables) -> Picture:
    """Calls received per hour of the week, and below it one strip of staffed units per responder type."""
    numbers = week_numbers(tables)
    by = {key: rows["value"].to_numpy() for key, rows in numbers.groupby(["measure", "responder"], sort=False)}
    calls = by["calls received an hour", ""]
    posted = [name for what, name in by if what == "units posted" and np.nansum(by[what, name]) > 0]
    strip_in, step_in, first_in = 0.62, 1.02, 1.8
    page = Page(
        "When people call, and who is on duty",
        f"{tables.name}: calls about people received an hour, and units on duty, by hour of the week. "
        f"{tables.period}, {tables.lives}.",
        first_in + step_in * len(posted) + 0.15,
        "Solid: units with a crew; dashed: posts on the roster. Grey: the shape of the calls above, to no scale.",
    )
    page.text(MARGIN_IN, 0, "Calls about people received an hour", size=NORMAL, weight="bold")
    top = _strip(page, 0.25, 1.35, calls)
    top.fill_between(range(WEEK_H + 1), np.append(calls, calls[-1]), step="post", color=palette.SKY, alpha=0.5, linewidth=0)
    _steps(top, calls, palette.BLUE, "-")
    said = [f"Calls: {_peak(calls)}."]
    for k, name in enumerate(posted):
        y_in = first_in + step_in * k
        staffed, posts = by["units staffed", name], by["units posted", name]
        title = palette.heading(name, tables.titles)
        page.text(MARGIN_IN, y_in, f"{title}: units on duty", size=NORMAL, weight="bold")
        axes = _strip(page, y_in + 0.25, strip_in, posts)
        shape = np.nan_to_num(calls) / max(np.nanmax(calls), 1e-9) * np.nanmax(posts) if np.nansum(calls) else calls * 0
        axes.fill_between(range(WEEK_H + 1), np.append(shape, shape[-1]), step="post", color=palette.PALE, linewidth=0)
        _steps(axes, posts, palette.INK, (0, (3, 2)), 0.9)
        _steps(axes, staffed, palette.VERMILION, "-")
        said.append(f"{title}: {_peak(staffed)}; on duty in {int(np.nansum(posts > 0))} of 168 hours.")
        top = axes
    top.set_xticks([24 * day + 12 for day in range(7)], DAYS)
    top.tick_params(axis="x", length=0, labelbottom=True)
    return Picture("week", page, numbers, " ".join(said))


def _strip(page: Page, y_in: float, high_in: float, values: Floats) -> Any:
    axes = page.axes(LEFT_IN, y_in, WIDTH_IN - LEFT_IN - MARGIN_IN, high_in)
    largest = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
    axes.set_xlim(0, WEEK_H)
    axes.set_ylim(0, largest * 1.08 or 1.0)
    marks = [0.0, largest] if largest else [0.0]
    axes.set_yticks(marks, [_said(mark) for mark in marks])
    axes.set_xticks([])
    for day in range(1, 7):
        axes.axvline(24 * day, color=palette.GREY, linewidth=0.5)
    return axes


def _steps(axes: Any, values: Floats, colour: str, line: Any, width: float = 1.5) -> None:
    axes.stairs(np.nan_to_num(values), range(WEEK_H + 1), color=colour, linestyle=line, linewidth=width, baseline=None)


def _said(value: float) -> str:
    return number(value, 0 if abs(value - round(value)) < 1e-9 else max(significant_places(value), 0))


def _peak(values: Floats) -> str:
    if not np.isfinite(values).any() or np.nansum(values) == 0:
        return "none"
    at = int(np.nanargmax(values))
    most = float(values[at])
    return f"most at {DAYS[at // 24]} {at % 24:02d}:00, {_said(most)}"


WAITS = (  # group, percentile, words, line
    ("all", 90, "all calls, 9 in 10 within", "-"),
    ("priority 1", 90, "priority 1, 9 in 10 within", "-"),
    ("all", 50, "all calls, half within", "--"),
    ("priority 1", 50, "priority 1, half within", "--"),
)
WAITS_LOOK = {  # a line that lies over another leaves it to be seen
    "all": {"color": palette.BLUE, "linewidth": 2.4, "marker": "o", "markersize": 6.0},
    "priority 1": {"color": palette.VERMILION, "linewidth": 1.2, "marker": "s", "markersize": 3.5},
}


def waits_numbers(tables: RunTables) -> pd.DataFrame:
    """By hour of the day: median and 90th percentile of received to on scene, calls about people that were served."""
    calls = tables.crisis_calls
    calls = calls[calls["received_to_on_scene_s"] >= 0]
    hour = calls["received_s"].to_numpy(np.int64) // HOUR_S % 24
    rows = []
    for group, percentile, *_ in WAITS:
        chosen = np.ones(len(calls), np.bool_) if group == "all" else (calls["priority"] == 1).to_numpy()
        for h in range(24):
            minutes = calls["received_to_on_scene_s"].to_numpy(np.float64)[chosen & (hour == h)] / 60
            enough = len(minutes) >= LEAST_CALLS
            rows.append((group, percentile, h, float(np.percentile(minutes, percentile)) if enough else np.nan, len(minutes)))
    return pd.DataFrame(rows, columns=["calls", "percentile", "hour", "received_to_on_scene_min", "n"])


def waits_picture(tables: RunTables) -> Picture:
    """Lines of waits by hour of the day, named at their ends."""
    numbers = waits_numbers(tables)
    page = Page(
        "How long people wait through the day",
        f"{tables.name}: minutes from received to first unit on scene, by hour received. {tables.period}, {tables.lives}.",
        3.85,
        f"Calls about people to which somebody came. Hours with fewer than {LEAST_CALLS} calls are left open.",
    )
    if numbers["received_to_on_scene_min"].isna().all():
        page.nothing(f"No hour has {LEAST_CALLS} calls to which somebody came.")
        return Picture("waits", page, numbers, "Nothing to show: too few calls were served.")
    high_in, wide_in = 3.3, WIDTH_IN - LEFT_IN - 2.25
    page.text(MARGIN_IN, 0, "minutes")
    axes = page.axes(LEFT_IN, 0.25, wide_in, high_in)
    axes.set_xlim(-0.5, 23.5)
    top = float(numbers["received_to_on_scene_min"].max()) * 1.08 or 1.0
    axes.set_ylim(0, top)
    axes.set_xticks(range(0, 24, 3), [f"{h:02d}:00" for h in range(0, 24, 3)])
    faint_grid(axes, "y")
    ends = []
    for group, percentile, label, line in WAITS:
        own = numbers[(numbers["calls"] == group) & (numbers["percentile"] == percentile)]
        values = own["received_to_on_scene_min"].to_numpy()
        axes.plot(range(24), values, linestyle=line, **WAITS_LOOK[group])
        known = np.flatnonzero(np.isfinite(values))
        if len(known):
            ends.append((label, WAITS_LOOK[group]["color"], int(known[-1]), float(values[known[-1]]), float(np.nanmax(values))))
    places = spread([end[3] for end in ends], height_in(1) / high_in * top, 0, top)
    for (label, colour, hour, value, _), place in zip(ends, places, strict=True):
        axes.annotate(
            label, (hour, value), (24.6, place), color=colour, size=SMALL, va="center", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 3},
        )  # fmt: skip
    said = "; ".join(f"{label} {number(most)} min in the worst hour" for label, _, _, _, most in ends)
    return Picture("waits", page, numbers, f"Lines over 24 hours. {said[:1].upper()}{said[1:]}.")
