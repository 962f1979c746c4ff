"""What `compare` shows: what differs, one table of paired differences, and two plain sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pandas as pd

from sim.measure.compare import PARTS
from sim.measure.metrics.money import SUPPORT
from sim.screen import DAGGER, WIDTH, money, number, percent, range_places, table, two_digits, wrapped
from sim.study.comparison import Comparison
from sim.study.differences import Difference, in_words
from sim.study.identity import shown
from sim.study.screens.compare_cells import CANNOT_TELL, Cell, Row, find
from sim.study.screens.compare_sentences import sentences
from sim.study.screens.economics_lines import economics_sentences
from sim.study.screens.effect_lines import cells_under, effect_row, effect_sentence, effect_words
from sim.study.screens.words import NAN, Figure, day, period, said, span, window
from sim.study.units import lives_words

MAX_DIFFERENCES = 8  # of one option on screen; the file has all
ROOM = 3  # options side by side
LABEL_ROOM = 27
NAME_ROOM = 24


def compare_screen(comparison: Comparison) -> list[str]:
    """The screen of a comparison."""
    lines = _heading(comparison)
    for name, differences in zip(comparison.names, comparison.differing, strict=True):
        lines += _what_differs(name, differences)
    rows = list(_rows(comparison))
    lines += _tables(comparison, rows)
    assumed = f"{DAGGER} rests on assumed effects (set: {comparison.effects}), the rest is simulated{effect_words(comparison)}"
    lines += wrapped(
        f"? cannot tell · {assumed} · 95 % ranges hold {comparison.ranges_hold}{_of_the_doubt(comparison)} · * ED visits within "
        f"72 h of the same 100 eligible calls, baseline minus option, in its parts{_of_signs_and_draws(comparison, rows)}",
        2,
        2,
    )
    when = period(comparison.baseline.option.scenario.run.days)
    worth = economics_sentences(comparison.economics, when)
    for text in filter(None, [*sentences(comparison), effect_sentence(comparison), *worth]):
        lines += wrapped(text, 2, 2)
    return [*lines, *_last(comparison)]


def _heading(comparison: Comparison) -> list[str]:
    baseline = comparison.baseline.option.scenario
    first, _ = window(baseline)
    lives = lives_words(comparison.units)
    about = f"{span(baseline.run.days)} from {day(first)} · {lives} · seed {baseline.run.seed}"
    return [
        f"  {baseline.name:<16}   {about}",
        *wrapped(f"WHAT DIFFERS FROM {baseline.name} (all else is the same, to the last call)", 2, 4),
    ]


def _of_the_doubt(comparison: Comparison) -> str:
    """` · of the doubt about ED visits 71 % is inputs`, of the option about which there is most."""
    if not any(unit.draw for unit in comparison.units):
        return ""
    rows = pd.concat([frame[(frame["metric"] == "ed_visits_72h") & (frame["group"] == "all")] for frame in comparison.tables])
    rows = rows[rows["share_inputs"].notna()]
    if rows.empty:
        return ""
    widest = rows.iloc[(rows["high"] - rows["low"]).to_numpy().argmax()]
    return f" · of the doubt about ED visits {percent(widest['share_inputs'])} is inputs"


def _of_signs_and_draws(comparison: Comparison, rows: Sequence[Row]) -> str:
    """What else of the table wants a word: a minus of what is avoided, a figure that is a mean over draws."""
    payers = [row for row in rows if row.metric == "avoided"]
    cells = [find(comparison, i, row) for i in range(len(comparison.options)) for row in payers]
    words = " · avoided, minus: costs more" if any(cell.difference.value < 0 for cell in cells) else ""
    if any(unit.draw for unit in comparison.units):
        words += " · each figure is the mean over draws; --draws 0 gives the stated values alone"
    return words


def _what_differs(name: str, differences: Sequence[Difference]) -> list[str]:
    moving = [one for one in differences if one.moves_results]
    if not moving:
        return [f"    {name}: nothing that moves a result"]
    rows = [
        [name if i == 0 else "", one.path, f"{in_words(one.baseline)} -> {in_words(one.option)}"]
        for i, one in enumerate(moving[:MAX_DIFFERENCES])
    ]
    lines = []
    if len(name) > NAME_ROOM - 2:  # a long name has a line to itself
        lines, rows = [f"    {name}"[:WIDTH]], [["", *row[1:]] for row in rows]
    for label, path, change in rows:
        text = f"    {label:<{NAME_ROOM}}{path}  {change}"
        lines += [text] if len(text) <= WIDTH else [f"    {label:<{NAME_ROOM}}{path}"[:WIDTH], *wrapped(change, 30, 30)]
    if len(moving) > MAX_DIFFERENCES:
        lines.append(f"      and {len(moving) - MAX_DIFFERENCES} more, in what_differs.csv")
    return lines


def _rows(comparison: Comparison) -> Iterator[Row]:
    scenarios = [study.option.scenario for study in (comparison.baseline, *comparison.options)]
    programmes = sorted({name for scenario in scenarios for name in scenario.programmes})
    for name in programmes:
        yield Row("calls reached" if len(programmes) == 1 else f"reached, {said(name)}", "calls_reached", "programme", name)
    yield Row("9 in 10 within, min", "received_to_on_scene_p90_min")
    yield Row("other priority 1, min", "other_priority1_to_on_scene_p90_min")
    yield Row("never served", "never_served")
    yield Row("patrol hours on these", "patrol_hours")
    yield Row("ED visits within 72 h", "ed_visits_72h", assumed=True)
    yield Row("  diverted per 100 *", "per_100_eligible", part="all", assumed=True)
    for part in PARTS:
        yield Row(f"    {part.replace(' or', ',')}", "per_100_eligible", part=part)
    for metric in ("arrests", "holds", "force"):
        yield Row(metric, metric, assumed=True)
    for name in programmes:
        label = "programme, ongoing" if len(programmes) == 1 else f"{said(name)}, ongoing"
        yield Row(label, "programme_cost_usd", "programme", name, is_money=True)
    for payer in sorted({level for frame in comparison.tables for level in _levels(frame, "programme_cost_usd", "payer")}):
        yield Row(f"  of which {said(payer)}", "programme_cost_usd", "payer", payer, is_money=True)
    for item in sorted({level for frame in comparison.tables for level in _levels(frame, "support_cost_usd", "item")}):
        if item in SUPPORT:
            yield Row(f"{said(item)}, ongoing", "support_cost_usd", "item", item, is_money=True)
    yield Row("programme, one-time", "programme_one_time_usd", is_money=True)
    for payer in comparison.event_payers:
        yield Row(f"avoided by {said(payer).split(' ')[0]}", "avoided", level=payer, assumed=True)


def _levels(frame: pd.DataFrame, metric: str, group: str) -> list[str]:
    hit = frame[(frame["metric"] == metric) & (frame["group"] == group)]
    return [str(level) for level in hit["level"]]


def _tables(comparison: Comparison, rows: list[Row]) -> list[str]:
    """As many options side by side as leave every label whole."""
    every = list(range(len(comparison.options)))
    for room in range(ROOM, 0, -1):
        blocks = [_table(comparison, rows, every[k : k + room]) for k in range(0, len(every), room)]
        lines = [line for block in blocks for line in block]
        if not any("…" in line[:LABEL_ROOM] for line in lines):
            break
    return lines


def _table(comparison: Comparison, rows: list[Row], chosen: list[int]) -> list[str]:
    days = comparison.baseline.option.scenario.run.days
    short = [name if len(name) <= 18 else name[:17] + "…" for name in comparison.names]
    when = "A YEAR" if days in (365, 366) else span(days).upper()
    out = [[f"{when}, MINUS BASELINE", "baseline", *(short[i] for i in chosen)]]
    for row in rows:
        cells = [find(comparison, i, row) for i in chosen]
        if not _counts(row) and not any(map(_moves, (*cells, *cells_under(comparison, row, chosen)))):
            continue
        label = f"{row.label} {DAGGER}" if row.assumed else row.label
        before = next((cell.baseline for cell in cells if not math.isnan(cell.baseline)), NAN)
        shown_before = "" if math.isnan(before) else money(before) if row.is_money else _plain(before)
        out.append([label, shown_before, *(_written(row, cell) for cell in cells)])
        out += effect_row(comparison, row, chosen)
    return table(out, "lr" + "l" * len(chosen))


def _moves(cell: Cell) -> bool:
    return cell.is_there and cell.difference != Figure(0.0, 0.0, 0.0)


def _counts(row: Row) -> bool:
    """Whether a row is shown even where nothing moved."""
    return row.metric in ("calls_reached", "ed_visits_72h") or row.part == "all"


def _plain(value: float) -> str:
    return number(value) if abs(value) >= 100 else two_digits(value)


def _written(row: Row, cell: Cell) -> str:
    figure = cell.difference
    if not figure.is_there:
        return "0" if row.is_money else "-"
    mark = " ?" if cell.verdict == CANNOT_TELL else ""
    if figure.value == 0 and figure.low == 0 and figure.high == 0:
        return "0"
    if row.metric == "avoided":
        return _thousands(figure) + mark
    if row.is_money:
        return _money_cell(figure) + mark
    if math.isnan(figure.low):
        return two_digits(figure.value, True) + mark
    places = min(range_places(figure.low, figure.high), 1)
    return f"{number(figure.value, places, True)} ({number(figure.low, places)}, {number(figure.high, places)}){mark}"


def _money_cell(figure: Figure) -> str:
    """A fixed amount as it is; one that varies rounded as its range allows."""
    if math.isnan(figure.low) or round(figure.high - figure.low) == 0:
        return money(figure.value, True)
    return _thousands(figure, True)


def _thousands(figure: Figure, signed: bool = False) -> str:
    """`$76k (-11, 165)`, all in thousands, or `$1.49m (1.48, 1.50)`."""
    size, letter = (1e6, "m") if abs(figure.value) >= 1e6 else (1e3, "k")
    value, low, high = figure.value / size, figure.low / size, figure.high / size
    if math.isnan(low):
        return f"{money(value, signed, 2 if letter == 'm' else 0)}{letter}"
    places = 2 if letter == "m" else max(min(range_places(low, high), 1), 0)
    return f"{money(value, signed, places)}{letter} ({number(low, places)}, {number(high, places)})"


def _last(comparison: Comparison) -> list[str]:
    kept = f"Kept in {shown(comparison.folder)}"
    following = f"Next: crisis-sim explain {shown(comparison.folder)} ed_visits_72h"
    return [f"  {kept}     {following}"] if len(kept) + len(following) + 7 <= WIDTH else [f"  {kept}", f"  {following}"]
