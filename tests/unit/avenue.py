"""Avenue: a town of one zone where every drive takes ten minutes and all work an hour, told minute by minute.

Nothing is left to chance: the world is built as any other, then its calls and their luck are replaced by those given.
Stories are played by the readable engine and by the loop, which must agree.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
from typing import Any

import numpy as np

import sim.outcomes
import sim.policies
from sim.engines import plain
from sim.engines.run import run
from sim.rules.lifecycle import FLAG_NAMES, Disposition, Event
from sim.scenario.schema import Scenario
from sim.tables import CallRow, LuckRow, columns, dtype_of
from sim.world import World, build_world
from sim.world.blank import blank_rows

assert sim.outcomes
assert sim.policies

LOW, HIGH = 0, 2**32 - 1  # marks that any share above 0, and only a share of 1, means yes to
DAY = {"days": "all", "start": "00:00", "end": "24:00"}
CREWS = {
    "patrol": {"crew": {"officer": 1}, "transports": True},
    "team": {"crew": {"clinician": 1}, "transports": False},
    "ems": {"crew": {"medic": 1}, "transports": True},
}
NOT_TOLD = (int(Event.POLICY_STARTS), int(Event.SHIFT_START), int(Event.SHIFT_END), int(Event.UNFINISHED))


def crew(name: str, posts: int = 1, shift: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    """A crew on duty all day, or the shift given."""
    kind = name if name in CREWS else "team"
    return {
        "title": name,
        "on_scene_min": 60,
        **CREWS[kind],
        "shifts": {"all": {**DAY, "posts": posts, **(shift or {})}},
        **given,
    }


def town(crews: dict[str, dict[str, Any]], alternatives: dict[str, Any] | None = None, **given: Any) -> Scenario:
    """A town of these crews; `alternatives` are the response plan of calls about people."""
    share = dict.fromkeys(("contact",), 1.0) | given.pop("reference", {})
    kinds = {"crisis": {"on_scene_spread": {"family": "fixed"}, **given.pop("crisis", {})}}
    ordinary = {"person": False, "on_scene_min": 60, "on_scene_spread": {"family": "fixed"}}
    return Scenario.model_validate(
        {
            "name": "Avenue",
            "place": {"population": 1000},
            "run": {"begins": dt.date(2027, 3, 1), "warm_up_days": 0, "days": 1, "run_out_days": 0},
            "demand": {"calls_per_year": 1, "mix": {"crisis": 1.0}},
            "types": {**kinds, "other": ordinary},
            "travel": {"median_min": 10},
            "responders": {name: crew(name, **row) for name, row in crews.items()},
            "policy": {"name": "nearest"},
            "outcomes": {"reference": {"all": share}, "nobody": {"all": {"contact": 1.0}}},
            "facilities": {"ed": {"kind": "ed", "handover_min": 30}},
            "response_plans": {"plan": {"alternatives": alternatives}} if alternatives else {},
            **given,
        }
    )


def call(
    at: int = 0, kind: str = "crisis", priority: int = 3, flag: str | None = None, truth: str | None = None, **luck: int
) -> Any:
    """A call received in that minute; `luck` by column, times in seconds."""
    return at, kind, priority, FLAG_NAMES[flag] if flag else 0, truth or kind, luck


def world(scenario: Scenario, calls: list[Any], before: Scenario | None = None) -> World:
    """The town's world with these calls; `before` holds until the window opens."""
    built = build_world(scenario, baseline=before)
    rows, lucks = blank_rows(CallRow, len(calls)), np.zeros(len(calls), dtype_of(LuckRow))
    for name, column in columns(LuckRow).items():
        lucks[name] = {"ppm": 1_000_000, "mark": LOW}.get(column.unit, 0)
    lucks["patience_s"] = lucks["escalates_s"] = lucks["criteria"] = -1
    for name in ("medical_mark", "arrest_mark", "hold_mark", "ed_mark", "force_mark", "later_ed_mark"):
        lucks[name] = HIGH
    for i, (at, kind, priority, flags, truth, luck) in enumerate(calls):
        rows[i]["id"], rows[i]["received_s"], rows[i]["type"] = i, at * 60, built.names.types.index(kind)
        rows[i]["priority"], rows[i]["flags"] = priority, flags
        lucks[i]["type"] = built.names.types.index(truth)
        for name, value in luck.items():
            lucks[i][name] = value
    return dataclasses.replace(built, calls=rows, lucks=lucks)


def story(scenario: Scenario, *calls: Any, before: Scenario | None = None) -> str:
    """What happens, a row a line: minute, call (a, b, c), event, unit, disposition of an ending."""
    place = world(scenario, list(calls), before)
    played = run(place).ledger
    assert played.tolist() == plain.play(place).ledger.tolist()
    lines = []
    for row in played[~np.isin(played["event"], NOT_TOLD)]:
        minute, second = divmod(int(row["t_s"]), 60)
        assert second == 0
        words = [str(minute), "abc"[row["call"]] if row["call"] >= 0 else "-", Event(row["event"]).name]
        if row["unit"] >= 0:
            name, _, post = place.names.units[row["unit"]].split("/")
            words.append(name if scenario.responders[name].shifts["all"].posts == 1 else f"{name}{post}")
        if row["disposition"] >= 0:
            words.append(Disposition(row["disposition"]).name)
        lines.append(" ".join(words))
    return "\n".join(lines)


def lines(text: str) -> str:
    """A story as it stands in a test."""
    return inspect.cleandoc(text)
