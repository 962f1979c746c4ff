"""Room for names beside points: near ones first, never over another name, a point, a range or a leading line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.path import Path as Line
from matplotlib.transforms import Bbox

from sim.measure.charts.page import SMALL, Page
from sim.measure.charts.palette import GREY

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

FIRST, STEP, RINGS, SIDES = 10.0, 7.0, 45, 24  # distances in points of a letter's size
NEAR = 90.0  # points this close are neighbours
CROSSED_POINT, CROSSED_LEAD = 35.0, 120.0  # how much farther away a name may stand to spare its line a crossing


class Placer:
    """Names the points of one plot. `taken` are boxes in data units to keep off: points and their ranges."""

    def __init__(self, page: Page, axes: Any, taken: Sequence[Box]) -> None:
        self.axes = axes
        self.renderer = page.renderer
        self.inside = axes.get_window_extent(self.renderer)
        self.scale = page.figure.dpi / 72
        around = 6 * self.scale
        self.points = [Bbox(np.array([self._pixels(box[:2]) - around, self._pixels(box[2:]) + around])) for box in taken]
        self.names: list[Bbox] = []
        self.leads: list[Floats] = []

    def _pixels(self, point: Sequence[float]) -> Floats:
        return np.asarray(self.axes.transData.transform(point), np.float64)

    def place(self, points: Sequence[tuple[float, float]], texts: Sequence[str]) -> None:
        """Write each text, in lines, as near to its point as there is room; the most crowded points choose first."""
        at = np.array([self._pixels(point) for point in points])
        apart = np.hypot(*(at[:, None] - at[None]).T)
        crowd = (apart < NEAR * self.scale).sum(axis=0)
        for k in np.argsort(-crowd, kind="stable").tolist():
            self._place(points[k], at[k], texts[k])

    def _place(self, point: tuple[float, float], at: Floats, text: str) -> None:
        probe = self.axes.text(0, 0, text, size=SMALL, linespacing=1.2)
        size = probe.get_window_extent(self.renderer)
        probe.remove()
        half = np.array([size.width, size.height]) / 2
        best, place, lead = math.inf, at, None
        for far, centre in self._places(at, half):
            if far >= best:
                break
            line = np.array([at, centre]) if far > FIRST + STEP else None
            cost = far + self._cost(Bbox(np.array([centre - half, centre + half])), line)
            if cost < best:
                best, place, lead = cost, centre, line
        self._write(point, text, place, Bbox(np.array([place - half, place + half])), lead)

    def _places(self, at: Floats, half: Floats) -> Iterator[tuple[float, Floats]]:
        """Distances and centres of a name, nearest first, to the right first."""
        for ring in range(RINGS):
            far = FIRST + STEP * ring
            for k in range(SIDES):
                angle = math.pi * (k // 2 + k % 2) / (SIDES / 2) * (1 if k % 2 else -1)
                yield far, at + np.array([math.cos(angle), math.sin(angle)]) * (far * self.scale + half)

    def _cost(self, box: Bbox, lead: Floats | None) -> float:
        """What a place costs besides its distance; endless where something would be written over."""
        if not all(self.inside.contains(x, y) for x, y in ((box.x0, box.y0), (box.x1, box.y1))):
            return math.inf
        if any(box.overlaps(other) for other in (*self.names, *self.points)) or any(_cross(line, box) for line in self.leads):
            return math.inf
        if lead is None:
            return 0.0
        if any(_cross(lead, name) for name in self.names):
            return math.inf
        over_points = sum(_cross(lead, other) for other in self.points if not other.contains(*lead[0]))
        over_leads = sum(bool(Line(lead).intersects_path(Line(line))) for line in self.leads)
        return CROSSED_POINT * over_points + CROSSED_LEAD * over_leads

    def _write(self, point: tuple[float, float], text: str, centre: Floats, box: Bbox, lead: Floats | None) -> None:
        self.names.append(box.padded(3))
        place = self.axes.transData.inverted().transform(centre)
        arrow = {"arrowstyle": "-", "color": GREY, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 4} if lead is not None else None
        look = {"size": SMALL, "ha": "center", "va": "center", "linespacing": 1.2, "zorder": 4}
        self.axes.annotate(text, point, place, arrowprops=arrow, **look)
        if lead is not None:
            self.leads.append(lead)


def _cross(line: Floats, box: Bbox) -> bool:
    return bool(Line(line).intersects_bbox(box, filled=False))
