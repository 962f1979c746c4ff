"""What other effect sets say: a line under each row that rests on assumed effects, and whose sign hangs on the set."""

from __future__ import annotations

from collections.abc import Sequence

from sim.screen import money, number, range_places
from sim.study.comparison import Comparison
from sim.study.effect_sets import by_set
from sim.study.effects import NULL
from sim.study.screens.compare_cells import CANNOT_TELL, Cell, Row, find
from sim.study.screens.words import Figure, listed

HEADLINES = (("ED visits within 72 h", "ed_visits_72h"), ("arrests", "arrests"), ("holds", "holds"), ("force", "force"))
SIGNS = {"more": 1, "fewer": -1}


def effect_row(comparison: Comparison, row: Row, chosen: Sequence[int]) -> list[list[str]]:
    """The row's differences under the other sets, as one more line of the table; none where no other was played."""
    if not comparison.under or not row.assumed:
        return []
    names = ", ".join(name for name, _ in comparison.under)
    label = f"  effects {names}" if len(comparison.under) < 3 else f"  {names}"
    cells = []
    for i in chosen:
        own = find(comparison, i, row)
        cells.append(", ".join(_written(row, find(one, i, row), own) for _, one in comparison.under))
    return [[label, "", *cells]]


def cells_under(comparison: Comparison, row: Row, chosen: Sequence[int]) -> list[Cell]:
    """What the other sets say of a row that rests on assumed effects."""
    return [find(one, i, row) for _, one in comparison.under for i in chosen] if row.assumed else []


def _written(row: Row, cell: Cell, own: Cell) -> str:
    """The difference alone, rounded as its range allows, no finer than that of the own set."""
    figure = cell.difference
    if not figure.is_there:
        return "-"
    mark = " ?" if cell.verdict == CANNOT_TELL else ""
    if row.is_money or row.metric == "avoided":
        size, letter = (1e6, "m") if abs(figure.value) >= 1e6 else (1e3, "k")
        text = money(figure.value / size, False, 2 if letter == "m" else 0)
        return f"{text}{letter}{mark}" if figure.value else "0"
    places = min(max(_places(own.difference), 0), _places(figure))
    return number(figure.value, places, True) + (mark if figure.value else "")


def _places(figure: Figure) -> int:
    return min(range_places(figure.low, figure.high), 1) if figure.low < figure.high else 1


def effect_words(comparison: Comparison) -> str:
    """What the line means, for the note under the table."""
    if NULL not in dict(comparison.under):
        return ""
    return " · null: all do as police do, so operations alone (rosters, delays, reach) differ"


def effect_sentence(comparison: Comparison) -> str:
    """Headlines whose sign hangs on the effect set; empty where none does."""
    turning: dict[tuple[int, ...], list[str]] = {}
    fading: dict[tuple[int, ...], list[str]] = {}
    for label, metric in HEADLINES if comparison.under else ():
        signs = [_signs(comparison, i, metric) for i in range(len(comparison.options))]
        turned = tuple(i for i, found in enumerate(signs) if {1, -1} <= set(found))
        faded = tuple(i for i, found in enumerate(signs) if i not in turned and found[0] and 0 in found)
        turning.setdefault(turned, []).append(label)
        fading.setdefault(faded, []).append(label)
    turns, fades = _named(comparison, turning), _named(comparison, fading)
    parts = [f"{turns} turn round with it"] if turns else []
    parts += [f"{fades} differ from none under {comparison.effects}, not under every set"] if fades else []
    return f"The sign depends on the effect set: {'; '.join(parts)}." if parts else ""


def _signs(comparison: Comparison, i: int, metric: str) -> list[int]:
    """1 more, -1 fewer, 0 neither, under the own set first."""
    return [SIGNS.get(find(one, i, Row("", metric)).verdict, 0) for _, one in by_set(comparison)]


def _named(comparison: Comparison, found: dict[tuple[int, ...], list[str]]) -> str:
    """`ED visits within 72 h, holds (every option), arrests (All hours)`."""
    n, said = len(comparison.options), []
    for chosen, labels in found.items():
        who = "every option" if len(chosen) == n else listed([comparison.names[i] for i in chosen])
        said += [listed(labels) if n == 1 else f"{listed(labels)} ({who})"] if chosen else []
    return ", ".join(said)
