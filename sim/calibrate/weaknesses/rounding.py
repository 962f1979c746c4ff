"""Rounding in an export: stamps kept to the minute, and minutes that people wrote down as 5, 10, 15.

What chance would give is read off the minutes beside: a smooth spread has about as many 10s as 9s and 11s.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sim.calibrate.estimate import Finding
from sim.calibrate.normal import Records
from sim.screen import percent

INTERVALS = {
    "queue_min": ("calls", "received to dispatched"),
    "response_min": ("calls", "received to first on scene"),
    "turnout_min": ("visits", "dispatched to en route"),
    "travel_min": ("visits", "en route to on scene"),
    "on_scene_min": ("visits", "time on scene"),
    "at_door_min": ("visits", "at the door to clear"),
    "task_min": ("visits", "dispatched to clear"),
}
LONGEST_MIN = 240
FIRST_MIN = 10  # the first multiple of five with as many minutes on either side to compare with
LEAST_ROWS = 200
LEAST_EXCESS = 0.02  # share of rows beyond chance that is worth a sentence
LEAST_ERRORS = 5.0  # and so many standard errors
TO_THE_MINUTE = 0.95
SECONDS = 60

Floats = npt.NDArray[np.float64]


def roundings(records: Records, smallest: int) -> Iterator[Finding]:
    """Heaping of stamps and of intervals, and what is kept to whole minutes only."""
    yield from _stamps(records, smallest)
    coarse = []
    for column, (table, words) in INTERVALS.items():
        whole, heaped = _counts(records, table, column)
        n = whole.sum() + heaped["parts"]
        if n < LEAST_ROWS:
            continue
        if whole.sum() / n >= TO_THE_MINUTE:
            coarse.append(words)
        share, errors = excess(whole, float(n))
        if share >= LEAST_EXCESS and errors >= LEAST_ERRORS:
            says = (
                f"{percent(share)} of rows beyond chance say a multiple of five minutes for {words}: written down by hand. "
                "Medians may be off by two minutes; no family of spreads fits such steps closely."
            )
            yield Finding("heaping", words, share, "share of rows beyond chance", says)
    if coarse:
        says = f"Kept to whole minutes: {'; '.join(coarse)}. Each is up to a minute off, which matters where it is short."
        yield Finding("heaping", "whole minutes", float(len(coarse)), "intervals", says)


def _counts(records: Records, table: str, column: str) -> tuple[Floats, dict[str, float]]:
    """Rows of each whole minute (from 0), and the number of rows between whole minutes."""
    rows = records.ask(
        f"""SELECT CAST(round({column}) AS INTEGER) AS minute,
            count(*) FILTER (abs({column} - round({column})) < 0.5 / {SECONDS}) AS whole, count(*) AS n
        FROM {table} WHERE {column} >= {FIRST_MIN - 2.5} AND {column} < {LONGEST_MIN} GROUP BY 1 ORDER BY 1"""
    )
    whole = np.zeros(LONGEST_MIN + 3)
    whole[rows["minute"].to_numpy(np.int64)] = rows["whole"].to_numpy(np.float64)
    return whole, {"parts": float((rows["n"] - rows["whole"]).sum())}


def excess(whole: Floats, n: float) -> tuple[float, float]:
    """Share of `n` rows at multiples of five minutes beyond the mean of the two minutes on either side; its standard errors."""
    fives = np.arange(FIRST_MIN, len(whole) - 2, 5)
    beside = (whole[fives - 2] + whole[fives - 1] + whole[fives + 1] + whole[fives + 2]) / 4
    more = float(np.sum(whole[fives] - beside))
    error = math.sqrt(float(np.sum(whole[fives] + beside / 4)) or 1.0)
    return more / n, more / error


def _stamps(records: Records, smallest: int) -> Iterator[Finding]:
    """Of `received`: kept to the minute, at the quarter hour too often, at midnight too often."""
    row = records.ask(
        """SELECT count(*) AS n, count(*) FILTER (second(received) = 0) AS whole,
            count(*) FILTER (minute(received) % 15 = 0) AS quarters, count(*) FILTER (minute(received) % 5 = 0) AS fives,
            count(*) FILTER (received = date_trunc('day', received)) AS midnight
        FROM calls WHERE received IS NOT NULL"""
    ).iloc[0]
    n = float(row["n"])
    if n < LEAST_ROWS:
        return
    if row["whole"] / n >= TO_THE_MINUTE:
        says = "Stamps are kept to the minute: their seconds are zero."
        yield Finding("heaping", "stamps", row["whole"] / n, "share of stamps", says)
    midnight = row["midnight"] / n
    if midnight >= LEAST_EXCESS and row["midnight"] >= smallest:
        says = (
            f"{percent(midnight)} of calls are stamped exactly midnight: likely a date without a time. They make the hour after "
            "midnight look busy; list the midnight word under times.missing in the map."
        )
        yield Finding("midnight", "stamps", midnight, "share of stamps", says)
    for column, chance, words in (("quarters", 4 / 60, "the quarter hour"), ("fives", 12 / 60, "a multiple of five minutes")):
        more = row[column] / n - chance
        if more >= LEAST_EXCESS and more / math.sqrt(chance * (1 - chance) / n) >= LEAST_ERRORS:
            says = (
                f"{percent(more)} of stamps beyond chance are at {words}: rounded, or entered later. Hours of the day still hold."
            )
            yield Finding("heaping", "stamps", more, "share of stamps beyond chance", says)
            return
