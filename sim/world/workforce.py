"""Posts whose holders leave and are replaced, as scenarios say it: no luck yet.

Time is counted in calendar months since the year 0, a day being its part of its month: the 16th of a month of 30 days
is half a month in. `sim.world.turnover` plays the months.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import name_hash, threshold
from sim.rules.lifecycle import DAY_S
from sim.scenario.schema import Responder, Scenario
from sim.scenario.workforce import Workforce
from sim.world.clock import Horizon
from sim.world.facts import programme_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
EPOCH = 719_163  # proleptic ordinal of 1 January 1970
EPOCH_MONTH = 12 * 1970


@dataclass(frozen=True)
class Following:
    """How the holders of one post come and go while one plan holds."""

    unit: int
    stream: int  # hash of the unit's name
    from_day: int  # proleptic ordinals; the last is not included
    to_day: int
    vacancy: int  # threshold of the post being empty at first
    attrition: float  # share of holders who leave in a month, before overtime
    overtime_hour_factor: float
    hiring_months: float
    is_exponential: bool
    training_months: float


@dataclass(frozen=True, eq=False)
class Posts:
    """Columns of `Following` in order of (unit, time); a post has a row for each plan that follows its holders."""

    unit: Ints
    stream: Ints
    from_day: Ints
    to_day: Ints
    vacancy: Ints
    attrition: Floats
    overtime_hour_factor: Floats
    hiring_months: Floats
    is_exponential: Bools
    training_months: Floats
    post: Ints  # number of each row's post, counted over units with rows
    first: Ints  # of each post, its first row
    type_of: Ints  # of each unit, whoever follows it: its responder type
    begins_day: int  # of the run


def following(scenario: Scenario, name: str, unit: int, from_s: int, to_s: int, horizon: Horizon) -> Following | None:
    """How a plan that holds from `from_s` to `to_s` follows a unit; none where it draws vacancies by quarter."""
    kind = name.split("/")[0]
    responder, begins = scenario.responders[kind], horizon.begins.toordinal()
    rules = responder.workforce
    if rules is None:
        return None
    return Following(
        unit,
        name_hash(name),
        begins + from_s // DAY_S,
        begins + to_s // DAY_S,
        int(threshold(responder.vacancy_share.value)),
        _attrition(rules, programme_of(scenario, kind) is not None),
        rules.overtime_hour_factor.value,
        rules.hiring_months.value,
        rules.hiring_spread == "exponential",
        rules.training_months.value,
    )


def posts_of(rows: Sequence[Following], names: Sequence[str], horizon: Horizon) -> Posts:
    """The rows as columns. `names`: of all units."""
    unit = np.array([row.unit for row in rows], np.int64)
    is_first = np.append(np.ones(min(len(unit), 1), np.bool_), unit[1:] != unit[:-1])
    types = [name.split("/")[0] for name in names]
    known = sorted(set(types))
    numbers: dict[str, Any] = {}
    for name, kind in (*((key, np.int64) for key in INTS), *((key, np.float64) for key in FLOATS), ("is_exponential", np.bool_)):
        numbers[name] = np.array([getattr(row, name) for row in rows], kind)
    return Posts(
        unit=unit,
        **numbers,
        post=np.cumsum(is_first) - 1,
        first=np.flatnonzero(is_first),
        type_of=np.array([known.index(kind) for kind in types], np.int64),
        begins_day=horizon.begins.toordinal(),
    )


INTS = ("stream", "from_day", "to_day", "vacancy")
FLOATS = ("attrition", "overtime_hour_factor", "hiring_months", "training_months")


def month_of(day: npt.ArrayLike) -> tuple[Ints, Floats]:
    """Month since the year 0 of each proleptic ordinal, and the same with the part of the month gone by."""
    date = (np.asarray(day, np.int64) - EPOCH).astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    first, after = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
    whole = month.astype(np.int64) + EPOCH_MONTH
    return whole, whole + (date - first).astype(np.int64) / (after - first).astype(np.int64)


def first_day_of(month: int) -> int:
    """Proleptic ordinal of the first of a month since the year 0."""
    return int(np.datetime64(month - EPOCH_MONTH, "M").astype("datetime64[D]").astype(np.int64)) + EPOCH


def lasting_shares(scenario: Scenario, responder: Responder) -> tuple[float, float]:
    """Shares of posts without anybody hired, and with a hire in training.

    Where holders are followed those of the long run, before what overtime does to attrition: a post is held for
    1 / attrition months and then empty for hiring and training, whatever the spread.
    """
    rules = responder.workforce
    if rules is None:
        return responder.vacancy_share.value, 0.0
    hiring, training = rules.hiring_months.value, rules.training_months.value
    paid_for = {unit for programme in scenario.programmes.values() for unit in programme.units}
    leave = _attrition(rules, any(scenario.responders.get(unit) is responder for unit in paid_for))
    whole = 1 + leave * (hiring + training)
    return leave * hiring / whole, leave * training / whole


def _attrition(rules: Workforce, is_paid_for: bool) -> float:
    """Share of holders who leave in a month, before overtime. `is_paid_for`: by a programme."""
    return min(1.0, rules.monthly_attrition_share.value * (rules.programme_factor.value if is_paid_for else 1.0))
