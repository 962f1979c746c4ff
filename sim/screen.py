"""Pieces of one-screen text: numbers in words, bars, aligned tables, wrapped lines, a line of progress.

At most a hundred columns, plain, so that the same lines go to a terminal, a pipe and `summary.txt`. Knows no simulation.
"""

from __future__ import annotations

import math
import re
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.text import Text

WIDTH = 100
NONE = "-"
BAR, DAGGER = "▌", "†"
_PLAINER = {BAR: "#", DAGGER: "*", "·": "|", "→": "->", "…": "...", "–": "-", "−": "-", "×": "x"}


def significant_places(value: float, digits: int = 2) -> int:
    """Decimal places that show a value in so many significant digits; negative rounds to tens, hundreds, ..."""
    if value == 0 or not math.isfinite(value):
        return 0
    rounded = float(f"{value:.{digits}g}")  # 9.96 becomes 10 and loses a place
    return digits - 1 - math.floor(math.log10(abs(rounded)))


def range_places(low: float, high: float) -> int:
    """Decimal places for a value and its range: two digits of its width, no decimals that its larger end would not show."""
    largest = significant_places(max(abs(low), abs(high)))
    return min(significant_places(high - low), max(largest, 0)) if high > low else largest


def number(value: float | None, places: int = 0, signed: bool = False) -> str:
    """`3,410`, `-28`, with `signed` also `+213`; a dash for none. Zero has no sign."""
    if value is None or math.isnan(value):
        return NONE
    rounded = round(value, places) + 0.0  # no -0
    return f"{rounded:{'+' if signed and rounded else ''},.{max(places, 0)}f}"


def two_digits(value: float | None, signed: bool = False) -> str:
    """A number as sentences say it: two significant digits."""
    return number(value, significant_places(value or 0.0), signed)


def range_words(low: float | None, high: float | None) -> str:
    """`14 to 16`."""
    if low is None or high is None or math.isnan(low + high):
        return NONE
    places = range_places(low, high)
    return f"{number(low, places)} to {number(high, places)}"


def estimate(value: float | None, low: float | None, high: float | None, signed: bool = True) -> str:
    """A table cell `+213 (180, 245)`: value and range rounded alike; the value alone where there is no range."""
    if value is None or low is None or high is None or math.isnan(low + high):
        return two_digits(value, signed)
    places = range_places(low, high)
    return f"{number(value, places, signed)} ({number(low, places)}, {number(high, places)})"


def percent(share: float | None, places: int = 0) -> str:
    """A share as `35 %`."""
    return NONE if share is None or math.isnan(share) else f"{number(100 * share, places)} %"


def money(usd: float | None, signed: bool = False, places: int = 0) -> str:
    """`$276,200`, `-$155,350`, with `signed` also `+$207,150`."""
    text = number(usd, places, signed)
    return text if text == NONE else f"{text[0]}${text[1:]}" if text[0] in "+-" else f"${text}"


def money_words(usd: float | None, signed: bool = False) -> str:
    """Money as sentences say it: `$76,000`, `$2.0 million`."""
    if usd is None or math.isnan(usd):
        return NONE
    usd = float(f"{usd:.2g}")
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if abs(usd) >= size:
            return money(usd / size, signed, significant_places(usd / size)) + word
    return money(usd, signed)


def duration_words(seconds: float) -> str:
    """`12 s`, `3 min 20 s`, `2 h 5 min`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes_left, "min"), (rest if not hours else 0, "s")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 s"


def assumed(label: str) -> str:
    """A label marked as resting on an assumption."""
    return f"{label} {DAGGER}"


def bar(share: float, full: int = 20) -> str:
    """A bar of `full` marks for a share of one; something shows for anything above nothing."""
    return BAR * max(round(min(share, 1.0) * full), 1 if share > 0 else 0)


def wrapped(text: str, indent: int = 2, hanging: int = 4, width: int = WIDTH) -> list[str]:
    """The text in lines, the first indented by `indent`, the rest by `hanging`."""
    return textwrap.wrap(
        text, width, initial_indent=" " * indent, subsequent_indent=" " * hanging, break_on_hyphens=False, break_long_words=False
    )


def entry(label: str, text: str, column: int = 11, indent: int = 2, width: int = WIDTH) -> list[str]:
    """`Demand     2,050 calls a year ...`: a label, then text wrapped in its own column."""
    lines = wrapped(text, 0, 0, width - indent - column) or [""]
    return [f"{' ' * indent}{label if n == 0 else '':<{column}}{line}".rstrip() for n, line in enumerate(lines)]


def table(rows: Sequence[Sequence[str]], align: str = "", indent: int = 2, gap: int = 2, width: int = WIDTH) -> list[str]:
    """Rows as aligned lines; `align` has l or r for each column, default left then right.

    A line too wide costs the gaps first, then the end of the first column. Short rows are allowed.
    """
    n_columns = max((len(row) for row in rows), default=0)
    align = align or "l" + "r" * (n_columns - 1)
    cells = [[*row, *[""] * (n_columns - len(row))] for row in rows]
    widths = [max((len(row[c]) for row in cells), default=0) for c in range(n_columns)]
    while gap > 1 and indent + sum(widths) + gap * (n_columns - 1) > width:
        gap -= 1
    excess = indent + sum(widths) + gap * (n_columns - 1) - width
    if excess > 0 and n_columns:
        widths[0] = max(widths[0] - excess, 1)
        for row in cells:
            row[0] = row[0] if len(row[0]) <= widths[0] else row[0][: widths[0] - 1] + "…"
    sides = [">" if side == "r" else "<" for side in align]
    padded = [[f"{cell:{side}{w}}" for cell, side, w in zip(row, sides, widths, strict=True)] for row in cells]
    return [(" " * indent + (" " * gap).join(row)).rstrip() for row in padded]


def show(lines: Sequence[str], stream: TextIO | None = None) -> None:
    """Print lines: headings bold on a terminal, plain elsewhere, plainer where the encoding knows no better."""
    stream = stream or sys.stdout
    console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True) if stream.isatty() else None
    for line in lines:
        text = encodable(line, getattr(stream, "encoding", None) or "utf-8")
        if console is None:
            stream.write(text + "\n")
        else:
            console.print(Text(text, style="bold" if re.match(r" ? ?[A-Z]{2,}\b", text) else ""))


def encodable(text: str, encoding: str) -> str:
    """The text with marks an encoding lacks replaced by plainer ones."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = "".join(_PLAINER.get(letter, letter) for letter in text).encode(encoding, "replace").decode(encoding)
    return text


@contextmanager
def progress(
    total: int, label: str, stream: TextIO | None = None, first_s: float = 1.0, each: float = 1.0, rate: str = ""
) -> Iterator[Callable[[int], None]]:
    """A line with share done and time left while the block runs; yields a function told how many more are done.

    On a terminal it stays one line and goes at the end; elsewhere a plain line every ten seconds. Written to
    standard error, and not before `first_s` (ten times that in plain lines), so short jobs stay silent. With `rate`,
    such as `city-years a second`, it also says how many of these go by, one thing done being `each` of them.
    """
    stream = stream or sys.stderr
    on_terminal, begun, over = stream.isatty(), time.monotonic(), threading.Event()
    done, first = [0], [0, begun]  # speed is counted from the first that is done: workers have started by then

    def line() -> str:
        is_steady = done[0] > first[0]
        n, elapsed = (done[0] - first[0], time.monotonic() - first[1]) if is_steady else (done[0], time.monotonic() - begun)
        left = f", {duration_words(elapsed * (total - done[0]) / n)} left" if n else ""
        speed = f", {two_digits(each * n / elapsed)} {rate}" if rate and n and elapsed > 0 else ""
        return f"  {label}: {min(done[0], total) / max(total, 1):.0%} done{speed}{left}".replace("%", " %")[: WIDTH - 1]

    def tell() -> None:
        wait = first_s if on_terminal else 10 * first_s
        while not over.wait(wait):
            stream.write(f"\r{line():<{WIDTH - 1}}" if on_terminal else line() + "\n")
            stream.flush()
            wait = min(wait, 0.5) if on_terminal else wait

    def advance(n: int = 1) -> None:
        if not done[0]:
            first[:] = [n, time.monotonic()]
        done[0] += n

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield advance
    finally:
        over.set()
        teller.join()
        if on_terminal and time.monotonic() - begun >= first_s:
            stream.write("\r" + " " * (WIDTH - 1) + "\r")
            stream.flush()
