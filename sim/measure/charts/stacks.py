"""Pictures of shares: reach by reason, dispositions by responder, cost by payer. Bars are named where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.measure.charts import palette
from sim.measure.charts.hours import RunTables
from sim.measure.charts.page import MARGIN_IN, NORMAL, SMALL, WIDTH_IN, Page, Picture, height_in, lines_of, shortened, width_in
from sim.measure.charts.palette import Look
from sim.screen import money_words, number, percent

REASONS = tuple(palette.REASONS)
NAMES_IN = 1.55  # room for the names of rows
BAR_IN = 0.5
NOBODY = "nobody"


@dataclass(frozen=True)
class Part:
    """One stretch of a bar."""

    name: str
    value: float
    shown: str
    look: Look


def draw_parts(axes: Any, y: float, parts: Sequence[Part], inches: float, high: float) -> list[Part]:
    """Draw a bar of parts, each with its name inside where there is room (`inches` for one unit); the others are returned."""
    left, unnamed = 0.0, []
    for part in parts:
        if part.value == 0:
            continue
        axes.barh(y, part.value, high, left, color=part.look.colour, edgecolor=palette.WHITE, linewidth=0.8)
        if part.look.hatch:
            axes.barh(y, part.value, high, left, fill=False, hatch=part.look.hatch, edgecolor="#55555566", linewidth=0)
        axes.barh(y, part.value, high, left, fill=False, edgecolor=palette.GREY, linewidth=0.4)
        text = inside(part, part.value * inches)
        if text:
            back = {"facecolor": part.look.colour, "edgecolor": "none", "pad": 1.0} if part.look.hatch else None
            at = left + part.value / 2
            axes.text(at, y, text, ha="center", va="center", color=part.look.ink, bbox=back, linespacing=1.1)
        else:
            unnamed.append(part)
        left += part.value
    return unnamed


def inside(part: Part, room_in: float) -> str:
    """What a part says of itself in its own room, in three lines at most; nothing where there is no room."""
    lines = [part.name, part.shown]
    if width_in(part.name) > room_in - 0.08 and " " in part.name:
        first, rest = part.name.split(" ", 1)
        last = part.name.rsplit(" ", 1)
        lines = [*min(([first, rest], last), key=lambda halves: max(map(width_in, halves))), part.shown]
    return "\n".join(lines) if max(map(width_in, lines)) <= room_in - 0.08 else ""


def bars(page: Page, rows: Sequence[tuple[str, str, Sequence[Part]]], full: float) -> None:
    """One bar a row, a `full` value as wide as the page; each row's name and a second line stand left of it.

    What is too narrow to hold its name is listed behind the bar or, where there is no room, under it, from left to right.
    """
    wide = WIDTH_IN - MARGIN_IN * 2 - NAMES_IN
    y_in = 0.0
    for name, second, parts in rows:
        for k, line in enumerate(_names(name, second)):
            weight = "normal" if line == second else "bold"
            page.text(MARGIN_IN, y_in + height_in(k), line, weight=weight)
        axes = page.axes(MARGIN_IN + NAMES_IN, y_in, wide, BAR_IN)
        axes.set_axis_off()
        axes.set_xlim(0, full)
        axes.set_ylim(-0.5, 0.5)
        unnamed = draw_parts(axes, 0.0, parts, wide / full, 0.98)
        end = sum(part.value for part in parts) * wide / full + 0.08
        beside, below = _narrow(unnamed, end, wide)
        page.text(MARGIN_IN + NAMES_IN + end, y_in + BAR_IN / 2, beside, va="center")
        for k, line in enumerate(below):
            page.text(MARGIN_IN + NAMES_IN, y_in + BAR_IN + 0.05 + height_in(k), line)
        y_in += row_in(name, second, parts, full)


def _names(name: str, second: str) -> list[str]:
    return [*lines_of(name, NAMES_IN - 0.1, SMALL, "bold", 2), shortened(second, NAMES_IN - 0.1)]


def _narrow(parts: Sequence[Part], end_in: float, room_in: float) -> tuple[str, list[str]]:
    """What is said of unnamed parts behind a bar that ends there, and in lines below it."""
    listed = ", ".join(f"{part.name} {part.shown}" for part in parts)
    if not parts or width_in(listed) < room_in - end_in:
        return listed, []
    return "", lines_of(f"narrow, left to right: {listed}", room_in)


def row_in(name: str, second: str, parts: Sequence[Part], full: float) -> float:
    """Height of a row with what is listed under it and the gap to the next."""
    wide = WIDTH_IN - MARGIN_IN * 2 - NAMES_IN
    unnamed = [p for p in parts if p.value > 0 and not inside(p, p.value * wide / full)]
    lines = _narrow(unnamed, sum(p.value for p in parts) * wide / full + 0.08, wide)[1] if unnamed else []
    below = height_in(len(lines)) + 0.05 if lines else 0.0
    return max(BAR_IN + below, height_in(len(_names(name, second)))) + 0.2


def reach_numbers(tables: RunTables) -> pd.DataFrame:
    """By programme and reason: calls in its remit and their share; for each call the closest any of its units came."""
    reach = tables.reach
    own = reach[(reach["programme"].astype(str) != "") & reach["person"].astype(bool)]
    keys = ["replication", "programme", "call"] if "replication" in own else ["programme", "call"]
    closeness = {reason: -k for k, reason in enumerate(REASONS)}
    coded = own[keys].astype({"programme": str}).assign(closeness=own["reason"].astype(str).map(closeness))
    best = coded.groupby(keys, sort=True)["closeness"].max().reset_index()
    rows = []
    for programme, calls in best.groupby("programme", sort=True):
        for reason, closest in closeness.items():
            n = int((calls["closeness"] == closest).sum())
            rows.append((programme, reason, n / tables.replications, n / len(calls)))
    return pd.DataFrame(rows, columns=["programme", "reason", "calls", "share"])


def reach_picture(tables: RunTables) -> Picture:
    """One bar of a hundred per cent a programme: reached, and missed by reason."""
    numbers = reach_numbers(tables)
    rows, said = [], []
    for programme, own in numbers.groupby("programme", sort=True):
        parts = [
            Part(reason, share, percent(share, 0 if share >= 0.01 or share == 0 else 1), palette.REASONS[reason])
            for reason, share in zip(own["reason"], own["share"], strict=True)
        ]
        title = palette.heading(str(programme), tables.titles)
        rows.append((title, f"{number(own['calls'].sum())} eligible calls", parts))
        said.append(f"{title}: " + ", ".join(f"{part.name} {part.shown}" for part in parts if part.value) + ".")
    page = Page(
        "Of the calls a programme takes: reached, or missed and why",
        f"{tables.name}: share of eligible calls. {tables.period}, {tables.lives}.",
        sum(row_in(*row, 1.0) for row in rows) if rows else 1.0,
        "Missed by the programme is not unserved: patrol and ambulances serve most missed calls.",
    )
    if not rows:
        page.nothing("No programme, or no call in the remit of one.")
    bars(page, rows, 1.0)
    return Picture("reach", page, numbers, " ".join(said) or "Nothing to show: no programme had a call.")


def disposition_numbers(tables: RunTables) -> pd.DataFrame:
    """By responder first on scene, and nobody: calls about people and their share by disposition."""
    calls = tables.crisis_calls
    responder = calls["responder"].astype(str).replace("", NOBODY)
    counts = pd.crosstab(responder, calls["disposition"].astype(str))
    order = [d for d in palette.DISPOSITIONS if d in counts.columns]
    order += [d for d in counts.columns if d not in order]
    first = counts.sum(axis=1)
    names = sorted(counts.index, key=lambda name: (name == NOBODY, -int(first[name]), name))
    rows = [
        (name, disposition, counts.at[name, disposition] / tables.replications, counts.at[name, disposition] / first[name])
        for name in names
        for disposition in order
    ]
    return pd.DataFrame(rows, columns=["responder", "disposition", "calls", "share"])


def disposition_picture(tables: RunTables) -> Picture:
    """One bar a responder type with a table of the same shares to its right; the table's heads are its key."""
    numbers = disposition_numbers(tables)
    names, kinds = list(dict.fromkeys(numbers["responder"])), list(dict.fromkeys(numbers["disposition"]))
    step, head = 0.52, height_in(3) + 0.2
    page = Page(
        "How calls end for people, by who came first",
        f"{tables.name}: share of the calls each was first at, and of those nobody came to. {tables.period}, {tables.lives}.",
        head + step * len(names) if names else 1.0,
        "Who is sent to what explains most of the difference between rows: they are not a comparison of responders.",
    )
    if not names:
        page.nothing("No calls about people in the measured window.")
        return Picture("dispositions", page, numbers, "Nothing to show: no calls.")
    column = 0.56
    wide = WIDTH_IN - 2 * MARGIN_IN - NAMES_IN - column * len(kinds) - 0.1
    others = [kind for kind in kinds if kind not in palette.DISPOSITIONS]
    looks = {kind: palette.look(palette.DISPOSITIONS, kind, others) for kind in kinds}
    lefts = {kind: WIDTH_IN - MARGIN_IN - column * (len(kinds) - k) for k, kind in enumerate(kinds)}
    for kind in kinds:
        _key(page, lefts[kind] + column / 2, head, kind, looks[kind], column)
    said = []
    for k, name in enumerate(names):
        own = numbers[numbers["responder"] == name].set_index("disposition")
        title = "Nobody came" if name == NOBODY else palette.heading(name, tables.titles)
        y_in = head + step * k
        for n, line in enumerate([shortened(title, NAMES_IN - 0.1, SMALL, "bold"), f"{number(own['calls'].sum())} calls"]):
            page.text(MARGIN_IN, y_in + 0.04 + height_in(n), line, weight="normal" if n else "bold")
        axes = page.axes(MARGIN_IN + NAMES_IN, y_in, wide, step - 0.12)
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.5, 0.5)
        draw_parts(axes, 0.0, [Part("", own.at[kind, "share"], "", looks[kind]) for kind in kinds], 0.0, 0.98)
        for kind in kinds:
            shown = _percent_of(own.at[kind, "share"])
            page.text(lefts[kind] + column / 2, y_in + (step - 0.12) / 2, shown, ha="center", va="center", size=NORMAL)
        said.append(f"{title}: " + ", ".join(f"{palette.words(i)} {_percent_of(own.at[i, 'share'])}" for i in kinds) + ".")
    return Picture("dispositions", page, numbers, " ".join(said))


def _percent_of(share: float) -> str:
    return "–" if share == 0 else "<1 %" if share < 0.005 else percent(share)


def _key(page: Page, x_in: float, head_in: float, kind: str, look: Look, room_in: float) -> None:
    """The head of a table's column: the words over a patch of the bar's colour."""
    lines = lines_of(palette.words(kind), room_in - 0.02, SMALL, most=3)
    page.text(x_in, head_in - 0.22, "\n".join(lines), ha="center", va="bottom", linespacing=1.1)
    axes = page.axes(x_in - 0.17, head_in - 0.18, 0.34, 0.12)
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.5, 0.5)
    draw_parts(axes, 0.0, [Part("", 1.0, "", look)], 0.0, 1.0)


def cost_numbers(tables: RunTables) -> pd.DataFrame:
    """By payer, item and group (of crews and one-time amounts): dollars of the measured window."""
    costs = tables.costs
    group = costs["group"].astype(str).where(costs["item"].isin(["roster", "overtime", "overtime_fill", "one_time"]), "")
    keyed = costs.assign(group=group, item=costs["item"].astype(str), payer=costs["payer"].astype(str))
    sums = keyed.groupby(["payer", "item", "group", "timing"], sort=True, observed=True)["cents"].sum().reset_index()
    sums["usd"] = sums["cents"] / 100 / tables.replications
    sums = sums[sums["usd"] != 0].drop(columns="cents")
    total = sums.groupby("payer")["usd"].transform("sum")
    rank = {item: k for k, item in enumerate(palette.ITEMS)}
    order = sums.assign(total=-total, rank=sums["item"].map(rank).fillna(len(rank)), less=-sums["usd"])
    order = order.sort_values(["total", "payer", "rank", "less", "group"], kind="stable")
    return order[["payer", "item", "group", "timing", "usd"]].reset_index(drop=True)


def cost_picture(tables: RunTables) -> Picture:
    """One bar a payer, by what is paid for."""
    numbers = cost_numbers(tables)
    others = sorted(set(numbers["item"]) - set(palette.ITEMS))
    rows, said = [], []
    for payer, own in numbers.groupby("payer", sort=False):
        parts = [_cost_part(row, tables, others) for row in own.itertuples()]
        title, total = palette.heading(str(payer), tables.titles), money_words(own["usd"].sum())
        rows.append((title, total, parts))
        said.append(f"{title} {total}: " + ", ".join(f"{part.name} {part.shown}" for part in parts) + ".")
    full = float(numbers.groupby("payer")["usd"].sum().max()) if rows else 1.0
    page = Page(
        "Who pays for what, in dollars",
        f"{tables.name}: cost of crews and of what calls end in. {tables.period}, {tables.lives}.",
        sum(row_in(*row, full) for row in rows) if rows else 1.0,
        "Crews of ordinary service are paid whether or not these calls come; what is avoided is not cash saved.",
    )
    if not rows:
        page.nothing("Nothing has a price in this scenario.")
    bars(page, rows, full)
    return Picture("costs", page, numbers, " ".join(said) or "Nothing to show: nothing has a price.")


def _cost_part(row: Any, tables: RunTables, others: list[str]) -> Part:
    group = palette.heading(row.group, tables.titles) if row.group else ""
    what = "crews" if row.item == "roster" else palette.words(row.item)
    name = f"{group} {what}" if group else what
    return Part(name, float(row.usd), money_words(row.usd), palette.look(palette.ITEMS, row.item, others))
