"""Whose posts a scenario plays: those a planner wrote, or a guess on which nothing about queues can rest."""

from __future__ import annotations

import linecache
from collections.abc import Collection, Iterable, Mapping
from math import ceil

from sim.calibrate.exporting.lived import Seen
from sim.calibrate.mapping import ExportMap
from sim.scenario.schema import Scenario
from sim.study.reckoning import ordinary_load

YOURS = "yours?"  # how `calibrate` marks posts that nobody has counted
MARKED, DEFAULT = f"are still marked {YOURS}", "are a default"
GONE = "cannot be traced, for the scenario file is gone"
BUSY = 0.7  # of the hours on duty: with more, a guessed roster is taken to be too small
TIMES = {2: "twice", 3: "three times", 4: "four times"}


def teams_of(export_map: ExportMap, scenario: Scenario) -> tuple[str, ...]:
    """Responder types that the map tells apart, in order of name; none where no column says who came."""
    if export_map.columns.unit is None and export_map.columns.responder is None and export_map.waves is None:
        return ()
    named = {name for name in export_map.responders.values() if name in scenario.responders}
    return tuple(sorted(named)) if len(named) > 1 else ()


def unclaimed_posts(scenario: Scenario | None, seen: Seen) -> dict[str, str]:
    """Responder type -> why its posts are not the city's own; those somebody wrote, without `yours?` behind, are.

    Without a scenario, of which there is no file any more, nobody's are.
    """
    if scenario is None:
        return dict.fromkeys(seen.responders or ("every team",), GONE)
    found = {name: _why(scenario, name) for name in seen.responders or tuple(scenario.responders)}
    return {name: why for name, why in found.items() if why}


def _why(scenario: Scenario, responder: str) -> str:
    origin = scenario.origin
    for shift in scenario.responders[responder].shifts:
        path = f"responders.{responder}.shifts.{shift}"
        lines = origin.chain(f"{path}.posts") or origin.chain(path)
        if not lines or lines[-1].file in origin.base_files:
            return DEFAULT
        if YOURS in linecache.getline(lines[-1].file, lines[-1].line):
            return MARKED
    return ""


def in_words(unclaimed: Mapping[str, str]) -> str:
    """`posts of ems and patrol are still marked yours?; posts of fire are a default`; empty where all are claimed."""
    by_why: dict[str, list[str]] = {}
    for name, why in sorted(unclaimed.items()):
        by_why.setdefault(why, []).append(name)
    return "; ".join(f"posts of {_listed(names)} {why}" for why, names in sorted(by_why.items()))


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def posts_note(unclaimed: Mapping[str, str]) -> list[str]:
    """What is not claimed, for whose posts, and how one claims it."""
    if not unclaimed:
        return []
    how = "" if GONE in unclaimed.values() else f"; to claim them, put your own roster in, then take the comment {YOURS} away"
    return [
        "Queue, response, calls given up, endings cancelled and abandoned, hours of each unit and how often these teams came "
        f"are not claimed: {in_words(unclaimed)}{how}."
    ]


def with_posts_enough(scenario: Scenario, guessed: Collection[str]) -> tuple[Scenario, str]:
    """The scenario with so many of the guessed posts that no queue grows for ever, and what was done.

    Calls that nobody reaches would be missing from everything else. Posts that are the city's own stay as they are.
    """
    load = ordinary_load(scenario)
    if load is None or load[0] <= BUSY * load[1]:
        return scenario, ""
    times = ceil(load[0] / (BUSY * max(load[1], 1.0)))
    rows = dict(scenario.responders)
    for name in set(guessed) & set(rows):
        shifts = {key: shift.model_copy(update={"posts": times * shift.posts}) for key, shift in rows[name].shifts.items()}
        rows[name] = rows[name].model_copy(update={"shifts": shifts})
    larger = scenario.model_copy(update={"responders": rows})
    if ordinary_load(larger) == load:  # those who are too few are not guessed
        return scenario, ""
    says = (
        f"The guessed roster could not keep up ({load[0]:,.0f} hours of work a day for {load[1]:,.0f} on duty), so it was "
        f"played with {TIMES.get(times, f'{times} times')} the posts; nothing that hangs on posts is claimed."
    )
    return larger, says
