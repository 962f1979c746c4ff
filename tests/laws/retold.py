"""What a ledger says, retold row by row by code that shares nothing with the engines: the base of the laws of coupled towns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sim.rules.lifecycle import DAY_S, HOUR_S, Event
from sim.world import World
from sim.world.facts import Facts
from sim.world.hours import known_events

SERVICES = ("housing", "treatment")


class Row(NamedTuple):
    """A row of the ledger, and its number."""

    at: int
    t_s: int
    call: int
    unit: int
    cause: int
    event: int
    status_from: int
    status_to: int
    disposition: int
    person: int
    place: int


def rows_of(ledger: Any) -> list[Row]:
    """All rows, in order."""
    return [Row(i, *row) for i, row in enumerate(ledger.tolist())]


def moments(world: World, ledger: Any) -> Iterator[tuple[int, list[Row]]]:
    """Every second in which something is written, and every full hour, with its rows; the last second is left out."""
    told = {t_s: list(rows) for t_s, rows in groupby(rows_of(ledger), key=lambda row: row.t_s)}
    for t_s in sorted({*told, *range(0, world.end_s, HOUR_S)}):
        yield t_s, told.get(t_s, [])


def facts_at(world: World, t_s: int) -> Facts:
    """The plan in force."""
    return world.after if t_s >= world.policy_starts_s else world.before


def scaled(seconds: int, ppm: int) -> int:
    """Seconds times millionths, to the nearest second, halves up."""
    return (int(seconds) * int(ppm) * 2 + 1_000_000) // 2_000_000


def positions(world: World) -> dict[int, list[tuple[int, int]]]:
    """Changes of each desk: second and number of call-takers from then on."""
    known = known_events(world)
    found: dict[int, list[tuple[int, int]]] = {}
    for t_s, event, desk, number in zip(*(known[name].tolist() for name in ("t_s", "event", "entity", "number")), strict=True):
        if event == Event.POSITIONS:
            found.setdefault(desk, []).append((t_s, number))
    return found


def visitors(world: World) -> dict[tuple[int, int], list[int]]:
    """Stays of people who come without a call, by second and facility, in order."""
    known = known_events(world)
    found: dict[tuple[int, int], list[int]] = {}
    for t_s, event, stay in zip(*(known[name].tolist() for name in ("t_s", "event", "entity")), strict=True):
        if event == Event.WALKED_IN:
            found.setdefault((t_s, int(world.stays["facility"][stay])), []).append(stay)
    return found


def hour_of_week(world: World, t_s: int) -> int:
    """0 to 167 from Monday midnight."""
    return (world.begins.weekday() * 24 + t_s % (7 * DAY_S) // HOUR_S) % 168
