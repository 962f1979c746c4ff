"""The note as one tidy sheet: a row each number, finding or gap; numbers as numbers, nothing a spreadsheet would run.

Words of an export are anybody's. A cell of text that begins like a formula gets an apostrophe before it, which
spreadsheets take as "this is text" (OWASP, CSV injection); cells of numbers are written by us and stay numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sim.calibrate.estimate import Fitted, Shape, Spread
from sim.calibrate.normal import Count
from sim.calibrate.noting.charts import DAYS, MONTHS, hours_numbers, months_numbers

COLUMNS = ("section", "item", "value", "low", "high", "unit", "n", "says")
FORMULA_STARTS = "=+-@＝＋－＠"
DIGITS = 6


@dataclass(frozen=True)
class Row:
    """A row of the sheet; nan, and `n` none, are empty cells."""

    section: str
    item: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    unit: str = ""
    n: int | None = None
    says: str = ""

    def cells(self) -> tuple[str, ...]:
        """The cells as they stand in the file: texts made safe and in quotation marks, numbers bare, empty where not known."""
        value, low, high = (_number(x) for x in (self.value, self.low, self.high))
        n = "" if self.n is None else str(self.n)
        return _quoted(self.section), _quoted(self.item), value, low, high, _quoted(self.unit), n, _quoted(self.says)


def safe(text: str) -> str:
    """A text on one line that no spreadsheet takes for a formula."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"'{plain}" if plain[:1] and plain[0] in FORMULA_STARTS else plain


def _quoted(text: str) -> str:
    inner = safe(text).replace('"', '""')
    return f'"{inner}"' if inner else ""


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    rounded = float(f"{value:.{DIGITS}g}")
    return str(int(rounded) if rounded == int(rounded) else rounded)


def sheet(rows: Iterable[Row]) -> str:
    """The rows as CSV text, the names of the columns first."""
    lines = [",".join(COLUMNS), *(",".join(row.cells()) for row in rows)]
    return "\n".join(lines) + "\n"


def rows_of(fitted: Fitted, counts: Iterable[Count], smallest: int) -> Iterator[Row]:
    """Every row of the note: read, estimates, spreads, profiles, weaknesses, not learned."""
    for count in counts:
        few = 0 < count.n < smallest
        says = f"fewer than {smallest}" if few else ""
        yield Row("read", f"{count.kind}: {count.reason}", math.nan if few else count.n, unit="rows", says=says)
    for one in fitted.all_estimates():
        yield Row("estimate", one.path, one.value, one.low, one.high, one.unit, one.n, one.how)
    for spread in fitted.spreads:
        yield from _spread_rows(spread)
    for shape in fitted.shapes:
        yield from _shape_rows(shape, smallest)
    for finding in fitted.findings:
        yield Row("weakness", f"{finding.kind}: {finding.where}", finding.size, unit=finding.unit, says=finding.says)
    for gap in fitted.unlearned:
        yield Row("not learned", gap.path, says=gap.why)


def _spread_rows(spread: Spread) -> Iterator[Row]:
    yield Row("family", spread.path, unit=spread.family, n=spread.n, says=spread.reason)
    for candidate in spread.candidates:
        yield Row("family", f"{spread.path}: {candidate.family}: AIC", candidate.aic, unit="AIC", n=spread.n)
        yield Row("family", f"{spread.path}: {candidate.family}: distance", candidate.distance, unit="share", n=spread.n)


def _shape_rows(shape: Shape, smallest: int) -> Iterator[Row]:
    for row in hours_numbers(shape, smallest).itertuples():
        item = f"{shape.path}: {DAYS[row.hour_of_week // 24]} {row.hour:02d}:00"
        yield Row("profile", item, row.weight, row.low, row.high, "weight")
    if shape.months is not None:
        table = months_numbers(shape)
        for k, month in enumerate(MONTHS):
            bounds = (float(table["low"][k]), float(table["high"][k])) if "low" in table else (math.nan, math.nan)
            yield Row("profile", f"{shape.path}: {month}", float(table["weight"][k]), *bounds, "weight")
