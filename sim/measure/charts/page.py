"""A page to draw on, measured in inches from its top left corner, and how it is kept: SVG, PNG and CSV.

A page is eight inches wide, so that eight-and-a-half-point letters are read with ease at 800 pixels. The same
numbers give the same bytes: no dates, a fixed salt, nothing of the reader's own settings.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from sim.measure.charts.palette import GREY, INK, PALE

WIDTH_IN = 8.0
MARGIN_IN = 0.2
SMALL, NORMAL, LARGE = 8.5, 9.5, 12.0
LINE = 1.3  # height of a line over that of its letters
DPI = 150
STYLE = {
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": SMALL,
    "text.parse_math": False,  # two dollar signs are money
    "text.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.axisbelow": True,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "crisis-sim",
    "figure.facecolor": "white",
}
OWN_BY_READER = ("backend", "interactive", "toolbar", "tk.", "webagg.", "macosx.", "savefig.directory", "date.epoch")


@contextmanager
def style() -> Iterator[None]:
    """The settings every page is drawn and kept under; the reader's own come back afterwards."""
    settings: Any = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith(OWN_BY_READER)}
    settings.update(STYLE)
    with mpl.rc_context(settings):
        yield


def width_in(text: str, size: float = SMALL, weight: str = "normal") -> float:
    """Inches a line of text takes, with a little to spare: screens round letters to whole pixels."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return 1.015 * float(text_to_path.get_text_width_height_descent(text, font, False)[0]) / 72


def height_in(n_lines: int, size: float = SMALL) -> float:
    """Inches that lines of text take."""
    return n_lines * size * LINE / 72


def shortened(text: str, room_in: float, size: float = SMALL, weight: str = "normal") -> str:
    """The text, its end cut off with an ellipsis where there is no room for it."""
    if width_in(text, size, weight) <= room_in:
        return text
    while text and width_in(text.rstrip() + "…", size, weight) > room_in:
        text = text[:-1]
    return text.rstrip() + "…"


def lines_of(text: str, room_in: float, size: float = SMALL, weight: str = "normal", most: int = 20) -> list[str]:
    """The text in lines no wider than the room; what does not go into `most` lines is cut off with an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (width_in(longer, size, weight) <= room_in or len(lines) == most):
            lines[-1] = longer
        else:
            lines.append(word)
    return [shortened(line, room_in, size, weight) for line in lines]


@dataclass
class Page:
    """A figure with its headline, note and body; places are inches from the top left corner of the body.

    `body_in` is the height left for drawing between the headline and the note.
    """

    title: str
    subtitle: str
    body_in: float
    note: str = ""

    def __post_init__(self) -> None:
        room = WIDTH_IN - 2 * MARGIN_IN
        title = lines_of(self.title, room, LARGE, "bold")
        subtitle = lines_of(self.subtitle, room)
        note = lines_of(self.note, room)
        self.top_in = MARGIN_IN + height_in(len(title), LARGE) + height_in(len(subtitle)) + 0.12
        self.height_in = self.top_in + self.body_in + (height_in(len(note)) + 0.1 if note else 0.0) + MARGIN_IN
        self.figure = Figure(figsize=(WIDTH_IN, self.height_in), dpi=DPI)
        canvas: Any = FigureCanvasAgg(self.figure)
        self.renderer = canvas.get_renderer()
        self._lines(title, MARGIN_IN - self.top_in, LARGE, weight="bold")
        self._lines(subtitle, MARGIN_IN - self.top_in + height_in(len(title), LARGE), SMALL, color=GREY)
        self._lines(note, self.body_in + 0.1, SMALL, color=GREY)

    def _lines(self, lines: list[str], y_in: float, size: float, **look: Any) -> None:
        for k, line in enumerate(lines):
            self.text(MARGIN_IN, y_in + height_in(k, size), line, size=size, **look)

    def text(self, x_in: float, y_in: float, text: str, **look: Any) -> Any:
        """Text with its top left corner there, unless told otherwise."""
        look = {"va": "top", "size": SMALL, **look}
        return self.figure.text(x_in / WIDTH_IN, 1 - (self.top_in + y_in) / self.height_in, text, **look)

    def axes(self, x_in: float, y_in: float, wide_in: float, high_in: float) -> Any:
        """Axes with their top left corner there."""
        bottom = self.height_in - self.top_in - y_in - high_in
        box = (x_in / WIDTH_IN, bottom / self.height_in, wide_in / WIDTH_IN, high_in / self.height_in)
        axes = self.figure.add_axes(box)
        axes.tick_params(length=3, labelsize=SMALL)
        return axes

    def nothing(self, why: str) -> None:
        """Say that there is nothing to draw."""
        self.text(WIDTH_IN / 2, self.body_in / 2, why, ha="center", va="center", size=NORMAL)


@dataclass(frozen=True)
class Picture:
    """A drawn page with its file name, the numbers drawn, and what it says to those who cannot see it."""

    name: str
    page: Page
    numbers: pd.DataFrame
    description: str


def keep(picture: Picture, folder: Path) -> list[Path]:
    """Write a picture as SVG and PNG and its numbers as CSV, under one name; the three paths."""
    folder.mkdir(parents=True, exist_ok=True)
    figure = picture.page.figure
    svg, png = io.BytesIO(), io.BytesIO()
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    figure.savefig(png, format="png", dpi=DPI, metadata={"Software": None})
    csv = picture.numbers.to_csv(index=False, lineterminator="\n")
    contents = {"svg": described(svg.getvalue().decode("utf-8"), picture).encode("utf-8"), "png": png.getvalue()}
    contents["csv"] = csv.encode("utf-8")
    paths = [folder / f"{picture.name}.{ending}" for ending in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        unfinished = path.with_name(f".{path.name}.part")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    return paths


def described(svg: str, picture: Picture) -> str:
    """The SVG with a title and a description for screen readers."""
    start = svg.index(">", svg.index("<svg")) + 1
    label = f"{picture.name}-title {picture.name}-desc"
    head = svg[: start - 1] + f' role="img" aria-labelledby="{label}">'
    title = f'\n <title id="{picture.name}-title">{escape(picture.page.title)}</title>'
    return head + title + f'\n <desc id="{picture.name}-desc">{escape(picture.description)}</desc>' + svg[start:]


def faint_grid(axes: Any, axis: str) -> None:
    """Thin lines to read values along, behind everything."""
    axes.grid(axis=axis, color=PALE, linewidth=0.6)


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Places near those wanted, in the same order, at least a gap apart and inside the bounds as far as there is room."""
    order = sorted(range(len(wanted)), key=lambda k: (wanted[k], k))
    places = [wanted[k] for k in order]
    gap = min(gap, (high - low) / max(len(places) - 1, 1))
    for k, place in enumerate(places):
        places[k] = max(place, low if k == 0 else places[k - 1] + gap)
    for k in reversed(range(len(places))):
        places[k] = min(places[k], high if k == len(places) - 1 else places[k + 1] - gap)
    found = [0.0] * len(wanted)
    for k, place in zip(order, places, strict=True):
        found[k] = place
    return found
