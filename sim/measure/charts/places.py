"""Pictures of desks, doors and people: who waits to be answered, how full facilities are, how few make most contacts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.measure.charts import palette
from sim.measure.charts.hours import DAYS, LEFT_IN, WEEK_H, RunTables
from sim.measure.charts.page import MARGIN_IN, NORMAL, SMALL, WIDTH_IN, Page, Picture, faint_grid
from sim.rules.lifecycle import HOUR_S
from sim.screen import number, percent, significant_places

Floats = npt.NDArray[np.float64]

TOP = 0.05  # of the people who called
STRIP_IN, STEP_IN = 0.8, 1.25
FIRST_LIFE = "of the first life"


def by_hour(table: pd.DataFrame, hours: npt.NDArray[np.int64], columns: list[str], by: str, n: int) -> pd.DataFrame:
    """Mean of columns over the window's rows of each name and hour, 0 to n - 1."""
    named = table[by].astype(str).to_numpy()
    frames = []
    for name in sorted(set(named)):
        own = named == name
        times = np.bincount(hours[own], minlength=n)
        means = {}
        for column in columns:
            total = np.bincount(hours[own], table[column].to_numpy(np.float64)[own], n)
            means[column] = np.divide(total, times, out=np.full(n, np.nan), where=times > 0)
        frames.append(pd.DataFrame({by: name, "hour": range(n), **means}))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[by, "hour", *columns])


def occupancy_numbers(tables: RunTables) -> pd.DataFrame:
    """By facility and hour of the week: places, and who holds one, boards or waits at the door, on average."""
    assert tables.occupancy is not None
    own = tables.occupancy[tables.occupancy["in_window"].astype(bool)]
    limited = own.assign(places=own["places"].astype(float).where(own["places"] >= 0))
    hours = (own["hour_s"].to_numpy(np.int64) // HOUR_S + 24 * tables.begins.weekday()) % WEEK_H
    numbers = by_hour(limited, hours, ["places", "placed", "boarding", "waiting"], "facility", WEEK_H)
    day = numbers["hour"].to_numpy(np.int64) // 24
    numbers.insert(1, "hour_of_week", numbers["hour"])
    numbers.insert(2, "day", np.array(DAYS)[day] if len(numbers) else day)
    return numbers.assign(hour=numbers["hour"] % 24)


def occupancy_picture(tables: RunTables) -> Picture:
    """One strip a facility: people in places, the boarding among them, who waits, and the number of places."""
    numbers = occupancy_numbers(tables)
    names = sorted(set(numbers["facility"]))
    page = Page(
        "How full each facility is through the week",
        f"{tables.name}: people by hour of the week, on average. {tables.period}, {FIRST_LIFE}.",
        STEP_IN * max(len(names) - 1, 0) + 1.35,
        "Blue: people who hold a place; yellow, hatched: those of them who only wait for a bed elsewhere. Orange: at the door, "
        "not let in yet. Dashed: places, where their number is limited.",
    )
    said, axes = [], None
    for k, name in enumerate(names):
        own = numbers[numbers["facility"] == name]
        page.text(MARGIN_IN, STEP_IN * k, palette.heading(name, tables.titles), size=NORMAL, weight="bold")
        axes = _week_strip(page, STEP_IN * k + 0.25, own)
        said.append(f"{palette.heading(name, tables.titles)}: {_fullest(own)}.")
    if axes is None:
        page.nothing("Nobody's stay is followed.")
    else:
        axes.set_xticks([24 * day + 12 for day in range(7)], DAYS)
        axes.tick_params(axis="x", length=0, labelbottom=True)
    return Picture("occupancy", page, numbers, " ".join(said) or "Nothing to show.")


def _week_strip(page: Page, y_in: float, own: pd.DataFrame) -> Any:
    axes = page.axes(LEFT_IN, y_in, WIDTH_IN - LEFT_IN - MARGIN_IN, STRIP_IN)
    placed, boarding, waiting, places = (own[c].to_numpy(np.float64) for c in ("placed", "boarding", "waiting", "places"))
    top = float(np.nanmax(np.nan_to_num([placed + waiting, places])))
    axes.set_xlim(0, WEEK_H)
    axes.set_ylim(0, top * 1.08 or 1.0)
    axes.set_yticks([0.0, top] if top else [0.0], ["0", _said(top)] if top else ["0"])
    axes.set_xticks([])
    for day in range(1, 7):
        axes.axvline(24 * day, color=palette.GREY, linewidth=0.5)
    _fill(axes, np.zeros(WEEK_H), placed, color=palette.SKY)
    _fill(axes, placed - boarding, placed, facecolor=palette.YELLOW, edgecolor=palette.INK, hatch="////")
    _fill(axes, placed, placed + waiting, color=palette.ORANGE)
    axes.stairs(np.nan_to_num(placed), range(WEEK_H + 1), color=palette.BLUE, linewidth=1.4, baseline=None)
    if np.isfinite(places).any():
        axes.stairs(places, range(WEEK_H + 1), color=palette.INK, linestyle=(0, (3, 2)), linewidth=0.9, baseline=None)
    return axes


def _fill(axes: Any, low: Floats, high: Floats, **look: Any) -> None:
    low, high = np.nan_to_num(low), np.nan_to_num(high)
    edges = range(WEEK_H + 1)
    axes.fill_between(edges, np.append(low, low[-1]), np.append(high, high[-1]), step="post", linewidth=0, **look)


def _fullest(own: pd.DataFrame) -> str:
    placed = own["placed"].to_numpy(np.float64)
    if not np.nansum(placed) > 0:
        return "nobody comes"
    at = int(np.nanargmax(placed))
    places = float(own["places"].to_numpy(np.float64)[at])
    of = f" of {_said(places)} places" if np.isfinite(places) else ""
    mean = f"{_said(float(np.nanmean(placed)))} on average"
    return f"most at {DAYS[at // 24]} {at % 24:02d}:00, {_said(float(placed[at]))}{of}, {mean}"


def _said(value: float) -> str:
    return number(value, 0 if abs(value - round(value)) < 1e-9 else max(significant_places(value), 0))


def answer_numbers(tables: RunTables) -> pd.DataFrame:
    """By desk and hour of the day: call-takers on duty, calls being talked to and calls ringing, on average."""
    assert tables.desk_hours is not None
    own = tables.desk_hours[tables.desk_hours["in_window"].astype(bool)]
    hours = own["hour_s"].to_numpy(np.int64) // HOUR_S % 24
    return by_hour(own, hours, ["positions", "talking", "ringing"], "desk", 24)


def answer_picture(tables: RunTables) -> Picture:
    """One panel a desk: call-takers on duty, how many talk, and how many calls ring unanswered."""
    numbers = answer_numbers(tables)
    names = sorted(set(numbers["desk"]))
    page = Page(
        "Who waits to be answered",
        f"{tables.name}: call-takers and calls by hour of the day, on average. {tables.period}, {FIRST_LIFE}.",
        1.75 * max(len(names) - 1, 0) + 1.65,
        "Dashed: call-takers on duty. Blue: talking. Orange, on a scale of its own to the right: calls that ring.",
    )
    said, axes = [], None
    for k, name in enumerate(names):
        own = numbers[numbers["desk"] == name]
        title = palette.heading(name, tables.titles)
        page.text(MARGIN_IN, 1.75 * k, title, size=NORMAL, weight="bold")
        axes = _desk_panel(page, 1.75 * k + 0.28, own)
        worst = own["ringing"].to_numpy(np.float64)
        at = int(np.nanargmax(worst)) if np.isfinite(worst).any() else 0
        said.append(f"{title}: most calls ring at {at:02d}:00, {_said(float(np.nan_to_num(worst)[at]))} on average.")
    if axes is None:
        page.nothing("There is no phone stage.")
    return Picture("answer_queue", page, numbers, " ".join(said) or "Nothing to show.")


def _desk_panel(page: Page, y_in: float, own: pd.DataFrame) -> Any:
    wide_in = WIDTH_IN - LEFT_IN - MARGIN_IN - 0.6
    axes = page.axes(LEFT_IN, y_in, wide_in, 1.1)
    positions, talking, ringing = (own[name].to_numpy(np.float64) for name in ("positions", "talking", "ringing"))
    edges = range(25)
    axes.set_xlim(0, 24)
    axes.set_ylim(0, float(np.nanmax(np.nan_to_num([positions, talking]))) * 1.1 or 1.0)
    axes.set_xticks(range(0, 25, 3), [f"{h:02d}:00" for h in range(0, 25, 3)])
    faint_grid(axes, "y")
    axes.stairs(np.nan_to_num(talking), edges, fill=True, color=palette.SKY, alpha=0.6)
    axes.stairs(np.nan_to_num(talking), edges, color=palette.BLUE, linewidth=1.4, baseline=None)
    axes.stairs(np.nan_to_num(positions), edges, color=palette.INK, linestyle=(0, (3, 2)), linewidth=0.9, baseline=None)
    beside = axes.twinx()
    top = float(np.nanmax(np.nan_to_num(ringing)))
    beside.set_ylim(0, top * 1.1 or 1.0)
    beside.set_yticks([0, top] if top else [0], ["0", _said(top)] if top else ["0"])
    beside.tick_params(length=3, labelsize=SMALL, labelcolor=palette.VERMILION)
    beside.plot(np.arange(24) + 0.5, np.nan_to_num(ringing), color=palette.VERMILION, linewidth=1.4, marker="o", markersize=3.5)
    return axes


def lorenz_numbers(tables: RunTables) -> pd.DataFrame:
    """Share of people with a contact in the window, the most frequent first, and the share of contacts they make up."""
    calls = tables.crisis_calls
    if "replication" in calls:
        calls = calls[calls["replication"] == calls["replication"].min()]
    calls = calls[calls["reason"] != "not called"]
    who = calls["person_id"].to_numpy(np.int64)
    known = np.bincount(who[who >= 0])
    made = np.sort(np.concatenate([known[known > 0], np.ones(int((who < 0).sum()), np.int64)]))[::-1]
    at = np.unique([0, *(np.flatnonzero(np.diff(made)) + 1), len(made)])  # between these the curve is straight
    so_far = np.append(0, np.cumsum(made))[at]
    shares = {"people_share": at / max(len(made), 1), "contacts_share": so_far / max(int(made.sum()), 1)}
    return pd.DataFrame({"people": at, "contacts": so_far, **shares})


def lorenz_picture(tables: RunTables) -> Picture:
    """The curve of contacts over people, the most frequent first, with the share of the first 5 % marked."""
    numbers = lorenz_numbers(tables)
    people, contacts = (numbers[name].to_numpy(np.float64) for name in ("people_share", "contacts_share"))
    n = int(numbers["people"].max())
    page = Page(
        "How few people make most contacts",
        f"{tables.name}: share of contacts against share of people, the most frequent first. {tables.period}, {FIRST_LIFE}.",
        4.3,
        "People with a contact in the window; each anonymous caller is one person. The diagonal: all call equally often.",
    )
    if n == 0:
        page.nothing("Nobody called.")
        return Picture("lorenz", page, numbers, "Nothing to show: nobody called.")
    share = float(np.interp(TOP, people, contacts))
    axes = page.axes(LEFT_IN + 0.2, 0.15, 3.7, 3.7)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    for ticks, name in ((axes.set_xticks, "people"), (axes.set_yticks, "contacts")):
        marks = [0, 0.25, 0.5, 0.75, 1]
        ticks(marks, [f"{100 * mark:.0f} %" for mark in marks])
        (axes.set_xlabel if name == "people" else axes.set_ylabel)(f"share of {name}", size=SMALL)
    faint_grid(axes, "both")
    axes.plot([0, 1], [0, 1], color=palette.GREY, linewidth=0.9, linestyle=(0, (3, 2)))
    axes.plot(people, contacts, color=palette.BLUE, linewidth=2.0)
    axes.plot([TOP, TOP, 0], [0, share, share], color=palette.VERMILION, linewidth=0.9)
    axes.plot([TOP], [share], color=palette.VERMILION, marker="o", markersize=6)
    words = f"the first 5 % of people\nmake {percent(share)} of contacts"
    line = {"arrowstyle": "-", "color": palette.VERMILION, "linewidth": 0.6, "shrinkB": 4}
    look = {"size": NORMAL, "color": palette.VERMILION, "textcoords": "axes fraction", "arrowprops": line}
    axes.annotate(words, (TOP, share), xytext=(0.4, 0.06), **look)
    x_in = LEFT_IN + 4.4
    made = int(numbers["contacts"].max())
    facts = (f"{n:,} people", f"{made:,} contacts", f"{made / n:.2f} contacts a person")
    for k, text in enumerate(facts):
        page.text(x_in, 0.3 + 0.25 * k, text, size=NORMAL)
    said = f"{facts[0]} made {facts[1]}; the first 5 % of them made {percent(share)}."
    return Picture("lorenz", page, numbers, said)


def pictures_of_places(tables: RunTables) -> list[Callable[[RunTables], Picture]]:
    """Which of these pictures the tables can be drawn as."""
    found: list[Callable[[RunTables], Picture]] = []
    if tables.desk_hours is not None:
        found.append(answer_picture)
    if tables.occupancy is not None:
        found.append(occupancy_picture)
    if tables.has_persons:
        found.append(lorenz_picture)
    return found
