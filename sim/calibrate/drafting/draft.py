"""What was learned, as a scenario file a planner reads, changes and keeps; with its profiles and joint draws beside it.

The file extends another and says only what was learned, what follows from that, and what is a guess (`yours?`). What the
export could not tell stays as the extended file has it, and the head says so. How lines look is `paper.py`'s; roster, zones
and doors, which no export tells, are `outline.py`'s.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sim.calibrate.drafting.companions import draws, profiles
from sim.calibrate.drafting.outline import Town, outline, smallest_cell, spare_doors
from sim.calibrate.drafting.paper import Items, Page, Text, commented, figure, number_row, numbers, quoted_file, steps
from sim.calibrate.estimate import Estimate, Fitted, Floats, Spread
from sim.scenario.schema import Scenario
from sim.scenario.wording import member, model_of
from sim.study.identity import slug
from sim.study.parquet import write_text
from sim.study.screens.words import day
from sim.study.template import quoted

EDITOR_LINE = "# yaml-language-server: $schema=scenario.schema.json"
NOTE = "note."  # paths of facts that are no numbers of a scenario
FEWEST_QUANTILES = 3  # that a scenario takes
PRIORITIES = ("1", "2", "3", "4")
MOST_ZONES = 40  # rows of zones in the scenario itself, those of the base that go counted
MIX = "demand.mix."
ORDER = (
    "extends", "name", "place", "run", "demand", "types", "zones", "travel", "turnout_spread", "responders", "programmes",
    "outcomes", "facilities", "handover_spread", "stay_spread", "people", "observed",
    "resampled",
)  # fmt: skip
CHAPTERS = {
    "demand": "How many calls, of which kinds, when.",
    "types": "How urgent each kind is, how long it takes on scene, how long callers wait.",
    "travel": "How long the way takes.",
    "turnout_spread": "Sent to under way: how one call differs from another.",
    "responders": "Who is on duty. Records say who came, not who was free: posts are sized by residents, or by calls.",
    "outcomes": "How calls end when patrol comes. Each share is of those who get as far as that question.",
    "facilities": "Doors. Which there are, and where, no record says.",
}


def write_scenario(
    fitted: Fitted, export_map: Town, base: Scenario, folder: Path, days: tuple[dt.date, dt.date] | None = None
) -> list[Path]:
    """Write `<slug>.yaml` into the folder, its profiles into `profiles/` and its joint draws into `draws/`.

    Parameters
    ----------
    export_map : Town
        The map of an export, or totals: name, source, as_of, population, base, responders.
    base : Scenario
        The loaded scenario that `export_map.base` names.
    days : pair of dates, optional
        First and last day the numbers stand for; the window of the scenario is the year after. None: as in the base.
    """
    name = slug(export_map.name)
    folder.mkdir(parents=True, exist_ok=True)
    page = Page()
    page.put("extends", quoted_file(export_map.base))
    page.put("name", quoted(export_map.name))
    outline(page, fitted, export_map, base, days)
    _learned(page, fitted, export_map, base)
    beside = _zones_apart(page, name)
    beside |= profiles(page, fitted, export_map, name) | draws(page, fitted, _written(fitted, base), export_map, name)
    for chapter, words in CHAPTERS.items():
        if page.holds(chapter):
            page.comments.setdefault((chapter,), []).insert(0, words)
    beside[f"{name}.yaml"] = [*_head(fitted, export_map, base, days), *page.lines(partial(reading_order, base))]
    written = []
    for file in sorted(beside, key=lambda file: ("/" in file, file)):
        (folder / file).parent.mkdir(exist_ok=True)
        write_text(folder / file, "\n".join(beside[file]) + "\n")
        written.append(folder / file)
    return written


def _zones_apart(page: Page, name: str) -> dict[str, list[str]]:
    """A file of zones where there are many, named in the scenario."""
    rows = page.rows.get("zones")
    if not isinstance(rows, dict) or len(rows) <= MOST_ZONES:
        return {}
    file = f"zones/{name}.yaml"
    page.put("zones", quoted_file(file))
    return {file: [*commented("Zones; what these numbers are is said in the scenario."), *Page(rows).lines(lambda _: ())]}


def scenario_estimates(fitted: Fitted) -> list[Estimate]:
    """The estimates that are numbers of the scenario.

    Left out: those for the note alone, the cv of empirical spreads, which says nothing, and types that never occur.
    """
    silent = {f"{spread.path}.cv" for spread in fitted.spreads if spread.family == "empirical"}
    return [
        one
        for one in fitted.all_estimates()
        if not one.path.startswith(NOTE) and one.path not in silent and not (one.path.startswith(MIX) and one.high == 0)
    ]


def _written(fitted: Fitted, base: Scenario) -> list[Estimate]:
    """The estimates of the scenario without those of doors that are taken out."""
    gone = tuple(f"facilities.{name}." for name in spare_doors(fitted, base))
    return [one for one in scenario_estimates(fitted) if not one.path.startswith(gone)]


def reading_order(base: Scenario, keys: tuple[str, ...]) -> Sequence[str]:
    """Keys in the order of base.yaml and of the schema, names of rows in that of the base."""
    if not keys:
        return ORDER
    kind: Any = Scenario
    for key in keys:
        kind = member(kind, key)
    model = model_of(kind)
    rows = value_at(base, ".".join(keys))
    if model is not None:
        return list(model.model_fields)
    names = [str(name) for name in rows] if isinstance(rows, dict) else []
    return PRIORITIES if set(names) <= set(PRIORITIES) else names


def _head(fitted: Fitted, town: Town, base: Scenario, days: tuple[dt.date, dt.date] | None) -> list[str]:
    when = f", calls of {day(days[0])} to {day(days[1])}" if days is not None else ""
    lines = [EDITOR_LINE]
    lines += commented(
        f"{town.name}, drafted by crisis-sim calibrate from: {town.source}{when}. Numbers of that source were learned from it; "
        f"low and high are 95 % intervals, and note.html says how far to trust them. Lines marked yours? are guesses by the "
        f"number of residents: put your own there. All else is {base.name}'s ({town.base}): crisis-sim explain FILE PATH."
    )
    by_reason: dict[str, list[str]] = defaultdict(list)
    for one in fitted.unlearned:
        by_reason[one.why].append(one.path)
    if by_reason:
        lines += ["#", "# Not learned, so left at its default:"]
    for why, paths in by_reason.items():
        lines += [line.replace("# ", "#   ", 1) for line in commented(f"{', '.join(dict.fromkeys(paths))}: {why}")]
    return lines


def _learned(page: Page, fitted: Fitted, town: Town, base: Scenario) -> None:
    """Every number and spread that was learned, and what of the base would contradict it."""
    chosen = _written(fitted, base)
    shared = _said_once([(one.how, steps(one.path)[:-1]) for one in chosen])
    for one in chosen:
        page.put(one.path, number_row(one, town.source, town.as_of, one.how in shared))
    for spread in fitted.spreads:
        _put_spread(page, spread, base, smallest_cell(town))
    words = [(f"{spread.what}: {spread.reason}", steps(spread.path)) for spread in fitted.spreads]
    shared |= _said_once(words)
    for text, place in [*shared.items(), *((text, place) for text, place in words if text not in shared)]:
        page.say(place, text)
    _make_room(page, base, [one.path for one in chosen])


def _said_once(words: Sequence[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """What is said alike in several places, with the mapping that holds them all; said there instead of in each."""
    places: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for text, place in words:
        places[text].append(place)
    return {text: place for text, all_of in places.items() if text and len(all_of) > 1 and (place := _common(all_of))}


def _common(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    kept: list[str] = []
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        kept.append(level[0])
    return tuple(kept)


def _put_spread(page: Page, spread: Spread, base: Scenario, smallest: int) -> None:
    """Family of a spread, and its quantiles where no family comes near."""
    page.put(f"{spread.path}.family", spread.family)
    if spread.family == "empirical":
        page.put(f"{spread.path}.quantiles", numbers(_rising(_thinned(spread, smallest))))
    elif value_at(base, f"{spread.path}.quantiles") is not None:
        page.put(f"{spread.path}.quantiles", "null")


def _thinned(spread: Spread, smallest: int) -> Floats:
    """So many evenly spaced quantiles that between two of them, and beyond the last, lie as many rows as may be shown."""
    n = min(max(round(spread.n * (1 - spread.zero_share)) // smallest - 1, FEWEST_QUANTILES), len(spread.quantiles))
    given = np.arange(1, len(spread.quantiles) + 1) / (len(spread.quantiles) + 1)
    return np.asarray(np.interp(np.arange(1, n + 1) / (n + 1), given, spread.quantiles), np.float64)


def _rising(quantiles: Floats) -> Floats:
    """Quantiles as they are written, the last above the one before: recorded to the minute, they may be equal."""
    values = np.array([float(figure(value)) for value in np.maximum.accumulate(quantiles)])
    if values[-1] <= values[-2]:
        values[-1] = values[-2] * 1.01
    return values


def value_at(base: Scenario, path: str) -> object:
    """What a scenario holds at a dotted path; None where there is nothing."""
    found: object = base
    for key in steps(path):
        if isinstance(found, dict):
            found = next((value for name, value in found.items() if str(name) == key), None)
        else:
            found = getattr(found, key, None)
    return found


def _make_room(page: Page, base: Scenario, paths: Sequence[str]) -> None:
    """Take out of the base what would count beside, or before, what was learned."""
    learned = set(paths)
    for prefix in ("", "other_"):
        yearly, rate = f"demand.{prefix}calls_per_year", f"demand.{prefix}calls_per_1000_per_year"
        for own, other in ((yearly, rate), (rate, yearly)):
            if own in learned and other not in learned and value_at(base, other) is not None:
                page.put(other, "null")
    wholes = {"demand.mix": "not in the records as a kind of its own"}
    wholes |= {f"types.{name}.priorities": "" for name in base.types}
    for whole, words in wholes.items():
        rows = value_at(base, whole)
        given = {path.rsplit(".", 1)[-1] for path in learned if path.rsplit(".", 1)[0] == whole}
        gone = [str(name) for name in rows if str(name) not in given] if given and isinstance(rows, dict) else []
        for n, name in enumerate(gone):
            page.put((*steps(whole), name), Text("null", words if n == 0 else ""))
    _clear_endings(page, base, learned)


def _clear_endings(page: Page, base: Scenario, learned: set[str]) -> None:
    """A share learned of all calls counts for every type: the base's own rows by type would hide it."""
    top = "outcomes.reference"
    of_all = {path.rsplit(".", 1)[-1] for path in learned if path.startswith(f"{top}.all.")}
    is_told = False
    for kind, row in base.outcomes.reference.items():
        gone = [str(name) for name in row if name in of_all and f"{top}.{kind}.{name}" not in learned]
        if kind == "all" or not gone:
            continue
        if page.holds(f"{top}.{kind}"):
            for name in gone:
                page.put(f"{top}.{kind}.{name}", "null")
        else:
            page.put(f"{top}.{kind}", Items(tuple(f"{name}: null" for name in gone)))
        if not is_told:
            page.say(f"{top}.{kind}", "What was learned of all calls takes the place of the base's shares by kind.")
        is_told = True
