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

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

FIRST, STEP, RINGS, SIDES = 10.0, 7.0, 45, 24  # distances in points of a letter's size
NEAR = 90.0  # points this close are neighbours
CROSSED_POINT, CROSSED_LEAD, CROSSED_NAME = (
    60.0,
    120.0,
    300.0,
)  # how much farther away a name may stand to spare its line a crossing
WRITTEN_OVER = 2_000.0


class Placer:
    """Names the points of one plot. `taken` are boxes in data units to keep off: points and their ranges."""

    def __init__(self, page: Page, axes: Any, taken: Sequence[Box]) -> None:
        self.axes = axes
        self.renderer = page.renderer
        self.inside = axes.get_window_extent(self.renderer)
        self.scale = page.figure.dpi / 72
        around = 6 * self.scale
        self.points = [Bbox(np.array([self._pixels(box[:2]) - around, self._pixels(box[2:]) + around])) for box in taken]
        self.names: dict[int, Bbox] = {}
        self.leads: dict[int, Floats] = {}

    def _pixels(self, point: Sequence[float]) -> Floats:
        return np.asarray(self.axes.transData.transform(point), np.float64)

    def place(self, points: Sequence[tuple[float, float]], texts: Sequence[str], colours: Sequence[str]) -> None:
        """Write each text, in lines, as near to its point as there is room; farther off a line of its colour leads back.

        Names choose their places one after another. Several orders are tried, and the one with the shortest
        ways and the fewest crossings is kept.
        """
        at = np.array([self._pixels(point) for point in points])
        halves = [self._half(text) for text in texts]
        best, places = math.inf, []
        for order in _orders(at, NEAR * self.scale):
            cost, found = self._plan(at, halves, order)
            if cost < best:
                best, places = cost, found
            if best <= FIRST * len(points):
                break  # none can be nearer
        for point, text, colour, (centre, lead) in zip(points, texts, colours, places, strict=True):
            self._write(point, text, centre, colour if lead is not None else "")

    def _half(self, text: str) -> Floats:
        probe = self.axes.text(0, 0, text, size=SMALL, linespacing=1.2)
        size = probe.get_window_extent(self.renderer)
        probe.remove()
        return np.array([size.width, size.height]) / 2

    def _plan(self, at: Floats, halves: list[Floats], order: list[int]) -> tuple[float, list[tuple[Floats, Floats | None]]]:
        """Cost and places when names choose in that order, and once more when all the others are known."""
        self.names, self.leads = {}, {}
        costs: dict[int, float] = {}
        found: dict[int, tuple[Floats, Floats | None]] = {}
        for k in [*order, *order]:
            self.names.pop(k, None)
            self.leads.pop(k, None)
            self.outlines = np.array([box.extents for box in (*self.points, *self.names.values())])
            cost, centre, lead = self._choose(at[k], halves[k])
            costs[k], found[k] = min(cost, WRITTEN_OVER), (centre, lead)
            self.names[k] = Bbox(np.array([centre - halves[k] - 3, centre + halves[k] + 3]))
            if lead is not None:
                self.leads[k] = lead
            if sum(costs.values()) <= FIRST * len(at) and len(costs) == len(at):
                break
        return sum(costs.values()), [found[k] for k in range(len(at))]

    def _choose(self, at: Floats, half: Floats) -> tuple[float, Floats, Floats | None]:
        best, place, lead = math.inf, at, None
        for far, centre in self._places(at, half):
            if far >= best:
                break
            line = np.array([at, centre]) if far > FIRST + STEP else None
            cost = far + self._cost(Bbox(np.array([centre - half, centre + half])), line)
            if cost < best:
                best, place, lead = cost, centre, line
        return best, place, lead

    def _places(self, at: Floats, half: Floats) -> Iterator[tuple[float, Floats]]:
        """Distances and centres of a name, nearest first, to the right first."""
        for ring in range(RINGS):
            far = FIRST + STEP * ring
            for k in range(SIDES):
                angle = math.pi * (k // 2 + k % 2) / (SIDES / 2) * (1 if k % 2 else -1)
                yield far, at + np.array([math.cos(angle), math.sin(angle)]) * (far * self.scale + half)

    def _cost(self, box: Bbox, lead: Floats | None) -> float:
        """What a place costs besides its distance; endless where a name or a point would be written over."""
        x0, y0, x1, y1 = box.extents
        left, bottom, right, top = self.inside.extents
        if x0 < left or y0 < bottom or x1 > right or y1 > top:
            return math.inf
        others = self.outlines
        if ((others[:, 0] <= x1) & (others[:, 2] >= x0) & (others[:, 1] <= y1) & (others[:, 3] >= y0)).any():
            return math.inf
        over_names = sum(_cross(line, box) for line in self.leads.values())
        if lead is None:
            return CROSSED_NAME * over_names
        over_names += sum(_cross(lead, name) for name in self.names.values())
        over_points = sum(_cross(lead, other) for other in self.points if not other.contains(*lead[0]))
        along = lead[0] + (lead[1] - lead[0]) / np.hypot(*(lead[1] - lead[0])) * FIRST * self.scale
        over_points += any(other.contains(*along) for other in self.points)  # a line along a range would lengthen it
        over_leads = sum(bool(Line(lead).intersects_path(Line(line))) for line in self.leads.values())
        return CROSSED_NAME * over_names + CROSSED_POINT * over_points + CROSSED_LEAD * over_leads

    def _write(self, point: tuple[float, float], text: str, centre: Floats, colour: str) -> None:
        place = self.axes.transData.inverted().transform(centre)
        arrow = {"arrowstyle": "-", "color": colour, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 4} if colour else None
        look = {"size": SMALL, "ha": "center", "va": "center", "linespacing": 1.2, "zorder": 4}
        self.axes.annotate(text, point, place, arrowprops=arrow, **look)


def _orders(at: Floats, near: float) -> list[list[int]]:
    """Orders worth trying: the crowded first or last, along each axis and both diagonals, either way."""
    apart = np.hypot(at[:, None, 0] - at[None, :, 0], at[:, None, 1] - at[None, :, 1])
    crowd = (apart < near).sum(axis=0)
    keys = (crowd, at[:, 0], at[:, 1], at[:, 0] + at[:, 1], at[:, 0] - at[:, 1])
    return [np.argsort(sign * key, kind="stable").tolist() for key in keys for sign in (-1, 1)]


def _cross(line: Floats, box: Bbox) -> bool:
    return bool(Line(line).intersects_bbox(box, filled=False))
