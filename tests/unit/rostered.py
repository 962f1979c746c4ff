"""A town with nothing but a roster: its shifts, duties and units, straight from `sim.world`."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from sim.scenario.schema import Scenario
from sim.world.clock import horizon
from sim.world.luck import Luck
from sim.world.roster import build_roster, unit_names, unit_rows
from sim.world.shifts import duty_rows, shift_rows

H = 3600
DAY = 24 * H
MONDAY = dt.date(2027, 3, 1)
Z = 4.42  # a right model is outside so many standard errors once in 100,000 seeds


def town(**team: Any) -> dict[str, Any]:
    """A town of one responder type: a team of three posts, 08:00 to 18:00 every day, from a Monday on."""
    day = {"days": "all", "start": "08:00", "end": "18:00", "posts": 3}
    row = {"title": "Team", "crew": {"clinician": 1}, "transports": False, "turnout_min": 2, "shifts": {"day": day}}
    return {
        "name": "town",
        "place": {"population": 1000},
        "run": {"begins": MONDAY, "warm_up_days": 0, "days": 7, "run_out_days": 0, "seed": 5},
        "demand": {"calls_per_year": 0},
        "types": {"crisis": {}},
        "travel": {"median_min": 5},
        "responders": {"team": copy.deepcopy(row | team)},
        "policy": {"name": "nearest"},
    }


def shift(start: str = "08:00", end: str = "18:00", **other: Any) -> dict[str, Any]:
    return {"days": "all", "start": start, "end": end} | other


class Rostered:
    """The shifts and duties of a scenario, its baseline's until `changes_s` where there is one."""

    def __init__(
        self, data: dict[str, Any], baseline: dict[str, Any] | None = None, replication: int = 0, changes_s: int = 2 * DAY
    ) -> None:
        plans = [Scenario.model_validate(d) for d in (data, baseline) if d is not None]
        axis = horizon(plans[0].run)
        self.names = tuple(sorted({name for plan in plans for name in unit_names(plan)}))
        parts = [(plans[-1], 0, changes_s), (plans[0], changes_s, axis.end_s)] if baseline else [(plans[0], 0, axis.end_s)]
        self.shifts = shift_rows(build_roster(self.names, parts, axis), Luck(plans[0].run.seed, replication))
        self.duties = duty_rows(self.shifts)
        self.units = unit_rows(self.names, tuple(sorted({name.split("/")[0] for name in self.names})), ("town",), plans[::-1])

    def of(self, name: str, table: str = "shifts") -> Any:
        rows = getattr(self, table)
        return rows[rows["unit"] == self.names.index(name)]

    def hours(self, name: str, table: str = "shifts") -> list[tuple[float, float]]:
        return [(row["start_s"] / H, row["end_s"] / H) for row in self.of(name, table)]


RULES = {"monthly_attrition_share": 0.1, "hiring_months": 2, "training_months": 1.5}


def months(n_days: int = 730, rules: dict[str, Any] | None = None, **team: Any) -> dict[str, Any]:
    """The town for years, with the holders of its posts followed."""
    data = town(workforce=RULES | (rules or {}), **team)
    data["run"] |= {"days": n_days}
    return data


def many(rules: dict[str, Any], **team: Any) -> Rostered:
    """Mondays of many posts, for five years."""
    return Rostered(months(5 * 365, rules, shifts={"day": shift(days="mon-mon", posts=300)}, **team))
