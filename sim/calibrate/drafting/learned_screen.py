"""The screen of `calibrate`, at most forty lines: what was read, learned and not learned, what is weak, what comes next."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sim.calibrate.drafting.draft import scenario_estimates
from sim.calibrate.drafting.outline import Town, smallest_cell
from sim.calibrate.estimate import Estimate, Fitted
from sim.calibrate.normal import Records
from sim.calibrate.noting.digits import has_width, places_apart
from sim.calibrate.noting.verdict import held_back
from sim.screen import number, table, wrapped
from sim.study.identity import shown, slug
from sim.study.screens.words import day

MOST_COUNTS, MOST_NUMBERS, MOST_WEAK = 6, 12, 6  # lines each
MOST_NAMES = 7
MOST_FILES = 2  # named in a command
FIRST = (  # what decides most, in this order: beginnings of paths, and how many of each, so that all kinds are seen
    ("demand.calls_per_year", 1),
    ("demand.other_calls_per_year", 1),
    ("demand.mix.", 3),
    ("travel.median_min", 1),
    ("travel.p90_min", 1),
    ("responders.", 3),
    ("outcomes.reference.all.", 3),
    ("types.", 2),
    ("facilities.", 1),
    ("people.", 1),
    ("demand.", 1),
)


def learned_screen(
    town: Town, fitted: Fitted, records: Records | None, target: Path, days: tuple[dt.date, dt.date] | None
) -> list[str]:
    """The lines."""
    when = f", {day(days[0])} to {day(days[1])}" if days is not None else ""
    lines = [f"  {town.name}: from {town.source}{when}"]
    if records is not None:
        lines += ["  READ", *_counts(records, smallest_cell(town))]
        held = held_back(town, records)
        lines += wrapped(held, 4, 6) if held else []
    lines += ["  LEARNED", *_numbers(fitted)]
    lines += _not_learned(fitted)
    lines += _weak(fitted)
    lines += wrapped(f"Kept in {shown(target)}: the scenario, and note.html, which says how and how far to trust it.", 2, 4)
    return [*lines, *_next(town, records, shown(target / f"{slug(town.name)}.yaml"))]


def _next(town: Town, records: Records | None, scenario: str) -> list[str]:
    """What to call next: the check, and where something was held back, what it was held back for."""
    lines = [f"  Next: crisis-sim check {scenario}"]
    if records is not None and held_back(town, records):
        files = [str(shown(file)) for file in records.files]
        lines.append(f"        crisis-sim validate {scenario} {' '.join(files) if 0 < len(files) <= MOST_FILES else 'EXPORT...'}")
    return lines


def _counts(records: Records, smallest: int) -> list[str]:
    counts = [one for one in records.counts if one.n]
    ends = [one for one in counts if one.kind in ("read", "used")]
    middle = sorted((one for one in counts if one not in ends), key=lambda one: -one.n)
    left = len(middle) - (MOST_COUNTS - len(ends))
    chosen = [one for one in counts if one in ends or one in middle[: MOST_COUNTS - len(ends)]]
    rows = [[f"{one.kind}: {one.reason}"[:78], _shown(one.n, smallest)] for one in chosen]
    return [*table(rows, indent=4), *([f"    and {left} more kinds in note.csv"] if left > 0 else [])]


def _shown(n: int, smallest: int) -> str:
    return number(n) if n >= smallest else f"fewer than {smallest}"


def _numbers(fitted: Fitted) -> list[str]:
    found = scenario_estimates(fitted)
    chosen = list(_first(found))
    rows = [["", "value", "95 % range", ""]] if chosen else []
    for one in chosen:
        places = places_apart(one.low, one.high)
        spread = f"{number(one.low, places)} to {number(one.high, places)}" if has_width(one.low, one.high) else "not known"
        rows.append([one.path, number(one.value, places), spread, one.unit[:28]])
    lines = table(rows, "lrrl", indent=4)
    left = len(found) - len(chosen)
    shapes = {"demand.profile": "when crisis calls come", "demand.other_profile": "when other calls come"}
    more = [f"{left} more numbers" if left > 1 else "1 more number"] if left else []
    n_spreads = len(fitted.spreads)
    more += [f"{n_spreads} spread{'s' if n_spreads > 1 else ''} of minutes"] if n_spreads else []
    more += [shapes[shape.path] for shape in fitted.shapes]
    if not found and not more:
        return ["    nothing: every number is the base's"]
    return lines + (wrapped("and " + ", ".join(more) if lines else ", ".join(more), 4, 6) if more else [])


def _first(found: Sequence[Estimate]) -> Iterator[Estimate]:
    """The numbers that decide most, some of every kind."""
    room, seen = MOST_NUMBERS, set()
    for start, most in FIRST:
        alike = [one for one in found if one.path.startswith(start) and one.path not in seen and one.value]
        if start == "demand.mix.":
            alike.sort(key=lambda one: -one.value)
        for one in alike[: min(most, room)]:
            seen.add(one.path)
            room -= 1
            yield one


def _not_learned(fitted: Fitted) -> list[str]:
    names = list(dict.fromkeys(one.path for one in fitted.unlearned))
    if not names:
        return []
    many = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return wrapped(f"NOT LEARNED, left at the base's: {', '.join(names[:MOST_NAMES])}{many}", 2, 4)


def _weak(fitted: Fitted) -> list[str]:
    """One finding of each kind, in the order they were made, and how many more there are of it."""
    alike = Counter(one.kind for one in fitted.findings)
    lines: list[str] = []
    for n, kind in enumerate(alike):
        one = next(one for one in fitted.findings if one.kind == kind)
        more = f" ({alike[kind] - 1} more of this kind)" if alike[kind] > 1 else ""
        said = wrapped(f"{one.where}: {one.says}{more}", 4, 6)
        if len(lines) + len(said) > MOST_WEAK:
            lines.append(f"    and {len(alike) - n} more kinds in note.html")
            break
        lines += said
    return ["  WEAK", *lines] if lines else []


def learned_data(town: Town, fitted: Fitted, records: Records | None, target: Path, files: Sequence[Path]) -> dict[str, Any]:
    """What `calibrate --json` prints; counts below the smallest cell are null."""
    smallest = smallest_cell(town)

    def seen(n: int) -> int | None:
        return n if n == 0 or n >= smallest else None

    return {
        "name": town.name,
        "source": town.source,
        "folder": shown(target),
        "scenario": shown(target / f"{slug(town.name)}.yaml"),
        "files": [shown(file) for file in files],
        "counts": [{"kind": c.kind, "reason": c.reason, "n": seen(c.n)} for c in (records.counts if records else [])],
        "estimates": [
            {"path": one.path, "value": one.value, "low": one.low, "high": one.high, "unit": one.unit, "n": seen(one.n)}
            for one in fitted.all_estimates()
        ],
        "spreads": [{"path": one.path, "family": one.family, "n": seen(one.n)} for one in fitted.spreads],
        "not_learned": [{"path": one.path, "why": one.why} for one in fitted.unlearned],
        "findings": [
            {"kind": one.kind, "where": one.where, "size": one.size, "unit": one.unit, "says": one.says}
            for one in fitted.findings
        ],
    }
