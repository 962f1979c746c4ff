"""How many digits a number and its range are shown with."""

from __future__ import annotations

from sim.screen import number, range_places

LEAST_WIDTH = 1e-9  # of a range over its ends: less is the arithmetic's


def has_width(low: float, high: float) -> bool:
    """Whether two ends differ by more than the arithmetic does; no range where one is not known."""
    return high - low > LEAST_WIDTH * max(abs(low), abs(high))


def places_apart(low: float, high: float) -> int:
    """Decimal places of `range_places`, and as many more as it takes to tell the two ends apart."""
    places = range_places(low, high)
    while has_width(low, high) and number(low, places) == number(high, places):
        places += 1
    return places
