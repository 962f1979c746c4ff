"""The sections of the data-quality note, from what was read and learned to finished pieces of a page.

Those with pictures are in `pictured.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from sim.calibrate.estimate import Estimate, Fitted
from sim.calibrate.mapping import OTHER
from sim.calibrate.normal import Records
from sim.calibrate.noting.digits import has_width, places_apart
from sim.calibrate.noting.web import bullets, code, folded, grouped, paragraph, said, table
from sim.screen import NONE, number, percent, significant_places

CHAPTERS = {  # first part of a path -> heading, in the order of a scenario
    "demand": "How many calls, of which kind, and when",
    "types": "Kinds of call",
    "travel": "Ways",
    "turnout_spread": "Turnout",
    "responders": "Crews",
    "outcomes": "How calls end",
    "facilities": "Doors",
    "handover_spread": "Doors: from call to call",
    "stay_spread": "Stays",
    "people": "People who call again",
    "note": "Good to know; not in the scenario",
}
KINDS = {  # kind of finding -> words, what biases most first
    "label_change": "Coding changed",
    "mislabelling": "Taken for something else",
    "impossible": "Cannot be so",
    "gap": "Gaps",
    "heap": "Heaped days",
    "censored": "Ended before anybody was sent",
    "missing": "Blanks",
    "duplicate": "Double rows",
    "midnight": "Midnight",
    "heaping": "Rounded",
    "coverage": "Not covered",
    "dependence": "Ranges",
    "small_cells": "Too few to show",
}
COUNTED = {"read": "Read", "dropped": "Dropped", "repaired": "Repaired", "blanked": "Left blank", "used": "Used"}
CLOCKS = {
    "cells": "There are no stamps: hours, days and months come from columns of their own.",
    "": "No moments are known.",
    "received": "The clock starts when the call is received.",
}
STARTS = {
    "dispatched": "the first unit is dispatched",
    "en_route": "the first unit sets out",
    "on_scene": "the first unit arrives",
}
OF_ROWS = (
    "Each number with the range that holds the truth in 95 of 100 exports like this one, the rows it rests on, and how it was "
    "found. Ranges come from weighing whole days anew, 200 times (groups of rows, where no day is known); they hold chance, not "
    "the weaknesses above."
)
OF_TOTALS = (
    "Each number as the totals state it. Where it is a count, the range holds its chance; else it is the range stated, or there "
    "is none. Totals hold no hours, waits or spreads."
)
MOST_ROWS = 30
OF_ALL = "outcomes.reference.all."
TABLES = {  # table of the fits -> caption, and its columns as people say them
    "labels": ("Labels of the export, and what they are taken for", {"label": "Label", "type": "Type", "n": "Calls"}),
    "on_scene_by_ending": (
        "Minutes on scene by how the call ended",
        {"ending": "Ending", "n": "Units", "mean_min": "Mean", "median_min": "Half within"},
    ),
    "travel_by_zone": (
        "Minutes on the way by zone of the call",
        {"zone": "Zone", "n": "Drives", "median_min": "Half within", "p90_min": "9 in 10"},
    ),
    "travel_by_pair": (
        "Minutes on the way by pair of zones",
        {"from_zone": "From", "zone": "To", "n": "Drives", "median_min": "Half within", "p90_min": "9 in 10"},
    ),
}  # fmt: skip


def reading(records: Records, smallest: int) -> list[str]:
    """What was read, dropped, mended and used; over which days; by which clock; calls by type."""
    rows = [(COUNTED.get(count.kind, said(count.kind)), said(count.reason), few(count.n, smallest)) for count in records.counts]
    pieces = [table("Rows read, dropped, mended and used", ("", "Which", "How many"), rows, numeric=(2,))]
    first, last = records.first_day, records.last_day
    if first is not None and last is not None:
        gaps, days = records.one("SELECT count(*) FROM days WHERE is_gap"), (last - first).days + 1
        lost = f" {number(gaps)} of them are too quiet to believe and left out of rates." if gaps else ""
        pieces.append(paragraph(f"From {first} to {last}: {number(days)} days.{lost}"))
    elif records.years:
        pieces.append(paragraph(f"Calendar years: {', '.join(str(year) for year in records.years)}."))
    pieces.append(paragraph(_clock(records.clock)))
    types = records.ask("SELECT type, count(*) AS n FROM calls WHERE type IS NOT NULL GROUP BY type ORDER BY n DESC, type")
    shown = [
        (said(_type(name)), number(n), percent(n / types["n"].sum(), 1))
        for name, n in types.itertuples(index=False)
        if n >= smallest
    ]
    if shown:
        hidden = len(types) - len(shown)
        caption = "Calls by type" + (f"; {hidden} types with fewer than {smallest} calls are not shown" if hidden else "")
        pieces.append(table(caption, ("Type in the scenario", "Calls", "Share"), shown, numeric=(1, 2)))
    return pieces


def _type(name: str) -> str:
    return "other work" if name == OTHER else name.replace("_", " ")


def _clock(clock: str) -> str:
    if clock in CLOCKS:
        return CLOCKS[clock]
    start = STARTS.get(clock, clock.replace("_", " "))
    return (
        f"The export does not say when a call was received: its clock starts when {start}. Calls come a little earlier than "
        "shown, and how long they waited is not known."
    )


def few(n: int, smallest: int) -> str:
    """A count, or that it is too small to show."""
    return f"fewer than {smallest}" if 0 < n < smallest else number(n)


def estimates(fitted: Fitted, has_rows: bool) -> Iterator[str]:
    """Tables of all numbers learned, a chapter of the scenario each; shares of endings by kind of call are folded away."""
    by_chapter: dict[str, list[Estimate]] = {chapter: [] for chapter in CHAPTERS}
    for one in fitted.all_estimates():
        by_chapter.setdefault(one.path.split(".")[0], []).append(one)
    if fitted.estimates or fitted.spreads:
        yield paragraph(OF_ROWS if has_rows else OF_TOTALS)
    for chapter, group in by_chapter.items():
        title = CHAPTERS.get(chapter, chapter.replace("_", " ").capitalize())
        by_kind = [one for one in group if chapter == "outcomes" and not one.path.startswith(OF_ALL)]
        shown = [one for one in group if one not in by_kind]
        if shown:
            yield _numbers(title, shown, has_rows)
        if by_kind:
            yield folded(f"{title}, by kind of call", [_numbers(f"{title}, by kind of call", by_kind, has_rows)])


def _numbers(title: str, group: Sequence[Estimate], has_rows: bool) -> str:
    """A table of numbers, those found in the same way beneath the sentence that says so."""
    by_how: dict[str, list[tuple[str, ...]]] = {}
    for words, one in _said_once(group):
        row = (words, *_value(one), said(one.unit), number(one.n) if one.n else NONE)
        by_how.setdefault(one.how, []).append(row)
    columns = ("Number", "Value", "95 % range", "Unit", "Rows" if has_rows else "Counted")
    groups = [(said(f"{how[:1].upper()}{how[1:]}"), rows) for how, rows in by_how.items()]
    return grouped(title, columns, groups, numeric=(1, 2, 4))


def _said_once(group: Sequence[Estimate]) -> Iterator[tuple[str, Estimate]]:
    """Numbers that are the same for several kinds in one row, a star for the kinds and their names beneath."""
    alike: dict[tuple[int, float, float, int, str], list[Estimate]] = {}
    for one in group:
        alike.setdefault((one.path.count("."), one.value, one.low, one.n, one.how), []).append(one)
    for same in alike.values():
        places = [list(dict.fromkeys(words)) for words in zip(*(one.path.split(".") for one in same), strict=True)]
        kinds = [words for words in places if len(words) > 1]
        if len(kinds) != 1:
            yield from ((path_words(one.path), one) for one in same)
            continue
        path = ".".join(words[0] if len(words) == 1 else "*" for words in places)
        yield f"{path_words(path)} ({said(', '.join(kinds[0]).replace('_', ' '))})", same[0]


def path_words(path: str) -> str:
    """A dotted path that may be broken at its dots."""
    return code(path).replace(".", ".<wbr>").replace("_", "_<wbr>")


def _value(one: Estimate) -> tuple[str, str]:
    """Value and range, rounded alike, so that two ends that differ are seen to; shares as they stand in the scenario."""
    if not has_width(one.low, one.high):
        return number(one.value, 0 if one.value == round(one.value) else max(significant_places(one.value, 3), 0)), NONE
    places = max(places_apart(one.low, one.high), 0)
    return number(one.value, places), f"{number(one.low, places)} to {number(one.high, places)}"


def tables(fitted: Fitted) -> Iterator[str]:
    """Counts that explain the numbers: labels by type, minutes by ending, ways by place."""
    for name, (caption, columns) in TABLES.items():
        frame: pd.DataFrame | None = fitted.tables.get(name)
        if frame is not None and len(frame):
            order = frame.assign(is_other=frame["type"] == OTHER if "type" in frame else False)
            shown = order.sort_values(["is_other", "n"], ascending=[True, False], kind="stable").head(MOST_ROWS)
            rows = [[_cell(row[column]) for column in columns] for row in shown.to_dict("records")]
            more = f"; {MOST_ROWS} of {number(len(frame))}" if len(frame) > MOST_ROWS else ""
            numeric = [k for k, column in enumerate(columns) if pd.api.types.is_numeric_dtype(frame[column])]
            yield folded(caption, [table(caption + more, tuple(columns.values()), rows, numeric=numeric)])


def _cell(value: object) -> str:
    if isinstance(value, float):
        return number(value, 1)
    return number(value) if isinstance(value, int) else said(value)


def weaknesses(fitted: Fitted) -> Iterator[str]:
    """Findings, those that bias most first."""
    if not fitted.findings:
        yield paragraph(
            "None was found. That does not mean there is none: what an export leaves out altogether cannot be seen in it."
        )
        return
    order = {kind: k for k, kind in enumerate(KINDS)}
    ordered = sorted(fitted.findings, key=lambda finding: order.get(finding.kind, len(order)))
    rows = [(said(KINDS.get(one.kind, one.kind)), said(one.where), said(one.says)) for one in ordered]
    yield table("Weaknesses of the export, and what was done", ("What", "Where", "What it means"), rows)


def unlearned(fitted: Fitted) -> Iterator[str]:
    """What stays at its default, by the reason why."""
    if fitted.unlearned:
        yield paragraph("These stay as they are in the scenario that this one extends. Put your own number where you have one.")
        by_reason: dict[str, list[str]] = {}
        for gap in fitted.unlearned:
            by_reason.setdefault(gap.why, []).append(path_words(gap.path))
        rows = [(", ".join(paths), said(why)) for why, paths in by_reason.items()]
        yield table("Left at its default", ("Number", "Why"), rows)


def usage(scenario: str, has_rows: bool, is_held: bool) -> Sequence[str]:
    """What to do next."""
    steps = [
        f"{code(f'crisis-sim check {scenario}')} says what the numbers amount to and which of them matter most.",
        f"Fill in what records do not tell: who is on duty when, wages, places. Lines to change are marked {code('yours?')}.",
        f"{code(f'crisis-sim run {scenario}')} plays it. Inputs that were estimated together are drawn together.",
    ]
    if has_rows:
        words = "the part held back" if is_held else "the records it was fitted to, for nothing was held back"
        steps.append(f"{code(f'crisis-sim validate {scenario} EXPORT')} sets the simulation beside {words}.")
    sheet = (
        "The numbers of this page are in note.csv, a row each. There a text that begins with =, +, - or @ has an apostrophe "
        "before it, so that no spreadsheet runs it."
    )
    of_rows = (
        "Those of the pictures are in charts, with the pictures. Nothing of a single row is in any of these files; small counts, "
        "and quantiles with few rows beyond them, are left out."
    )
    return [bullets(steps, ordered=True), paragraph(f"{sheet} {of_rows}" if has_rows else sheet)]
