"""What is written on a drawn page, and whether it can be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from matplotlib.text import Text

from sim.measure.charts import Picture


def words_of(picture: Picture) -> Iterator[tuple[str, Any]]:
    """Every piece of text that is drawn, with its box in pixels."""
    figure, renderer = picture.page.figure, picture.page.renderer
    figure.canvas.draw()  # places ticks
    for axes in figure.axes:
        shown = axes.axison
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, sorted(axes.get_ylim()))):
            for tick in axis.get_major_ticks():
                is_there = shown and low - 1e-9 <= tick.get_loc() <= high + 1e-9
                tick.label1.set_visible(is_there and tick.label1.get_visible())
    for text in figure.findobj(Text):
        if text.get_text().strip() and text.get_visible():
            yield text.get_text(), Text.get_window_extent(text, renderer)  # of an annotation, without its line


def check_words(picture: Picture) -> None:
    """No text over another, none cut off by the edge, none too small."""
    found = list(words_of(picture))
    width, height = picture.page.figure.get_size_inches() * picture.page.figure.dpi
    for text, box in found:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, f"{picture.name}: {text!r} is cut off"
    for (text, box), (other, other_box) in itertools.combinations(found, 2):
        wide = min(box.x1, other_box.x1) - max(box.x0, other_box.x0)
        high = min(box.y1, other_box.y1) - max(box.y0, other_box.y0)
        assert wide <= 1 or high <= 2, f"{picture.name}: {text!r} is over {other!r}"
    sizes = {text.get_fontsize() for text in picture.page.figure.findobj(Text) if text.get_text()}
    assert min(sizes) >= 8.5  # 12 pixels where the page is 800 wide
