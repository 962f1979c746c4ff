"""Minutes that nobody measured: two stamps of one button, a constant of a rule, and time on scene that holds the way to a door.

That a caller waits for nothing while a car is free is no fault, so zeros of the queue are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.calibrate.estimate import Finding
from sim.calibrate.fits.scenes import CARRIED
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import Records
from sim.screen import number, percent

CALL_INTERVALS = {"queue_min": "received to dispatched", "response_min": "received to first on scene"}
VISIT_INTERVALS = {
    "turnout_min": "dispatched to en route",
    "travel_min": "en route to on scene",
    "on_scene_min": "time on scene",
    "transport_min": "left scene to at the door",
    "at_door_min": "at the door to clear",
    "task_min": "dispatched to clear",
}
TAKES_TIME = ("turnout_min", "travel_min", "on_scene_min")  # and is not nothing, as a wait for a free car may be
ZERO_SHARE = 0.5
ALIKE_SHARE = 0.8  # of rows with one and the same value
ELSEWHERE_SHARE = 0.05  # of visits whose time on scene holds more than that
SECONDS = 60


def unmeasured(records: Records, export_map: ExportMap) -> Iterator[Finding]:
    """Intervals that are nothing, or always the same, more often than people can be; and scenes that last too long."""
    smallest = export_map.limits.smallest_cell
    for table, columns in (("calls", CALL_INTERVALS), ("visits", VISIT_INTERVALS)):
        for column, words in columns.items():
            yield from _zeros(records, column, words, smallest) if column in TAKES_TIME else ()
            yield from _alike(records, table, column, words, smallest)
    yield from _scenes(records, export_map)


def _zeros(records: Records, column: str, words: str, smallest: int) -> Iterator[Finding]:
    n, zero = (records.one(f"SELECT count({what}) FROM visits") for what in (column, f"CASE WHEN {column} = 0 THEN 1 END"))
    if n >= smallest and zero >= ZERO_SHARE * n:
        says = (
            f"{_capital(words)} is exactly zero in {percent(zero / n)} of rows. Two stamps were likely made with one button. "
            "Half of the drives or scenes of a city are not nothing: do not trust what is learned of it."
        )
        yield Finding("impossible", words, zero / n, "share of zeros", says)


def _alike(records: Records, table: str, column: str, words: str, smallest: int) -> Iterator[Finding]:
    """One value above zero, to the second, in nearly all rows."""
    rows = records.ask(
        f"""SELECT CAST(round({column} * {SECONDS}) AS BIGINT) AS seconds, count(*) AS n, sum(count(*)) OVER () AS of_all
        FROM {table} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY n DESC, seconds LIMIT 1"""
    )
    for seconds, n, of_all in rows.itertuples(index=False):
        if seconds > 0 and n >= smallest and n > ALIKE_SHARE * of_all:
            says = (
                f"{_capital(words)} is exactly {number(seconds)} seconds in {percent(n / of_all)} of rows: made by a rule or a "
                "button, not measured. What is learned of it is that rule: put a measured number in its place."
            )
            yield Finding("impossible", words, n / of_all, "share with the same value", says)


def _scenes(records: Records, export_map: ExportMap) -> Iterator[Finding]:
    """Where nothing says when units left the scene, time on scene of those who drove somebody lasts until they were clear."""
    if {"left_scene", "at_door"} & set(records.layout) or "on_scene" in export_map.lasting:
        return
    carried = ", ".join(f"'{ending}'" for ending in CARRIED)
    n = records.one("SELECT count(on_scene_min) FROM visits")
    longer = records.one(f"SELECT count(on_scene_min) FROM visits WHERE ending IN ({carried})")
    if longer >= max(export_map.limits.smallest_cell, ELSEWHERE_SHARE * n):
        says = (
            f"No stamp says when units left the scene, so in {percent(longer / n)} of visits, those to calls that ended at an "
            "emergency department, on a hold, with an arrest or at a crisis centre, it holds the way there and the wait as well. "
            "They are left out: minutes on scene are those of calls that ended where they began. Ask for the moments of leaving "
            "the scene and of arriving at the door (left_scene, at_door)."
        )
        yield Finding("coverage", "time on scene", longer / n, "share of visits", says)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
