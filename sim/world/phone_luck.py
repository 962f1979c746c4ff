"""Luck on the phone and in follow-up: drawn only where a plan has them, which moves no other draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import Purpose
from sim.scenario.schema import Scenario
from sim.world import quantile
from sim.world.luck import PHONE_MARKS, Deal, priorities
from sim.world.spread import unit_mean
from sim.world.uptake import Sides

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Records = npt.NDArray[Any]

NEVER = 127  # attempts


def draw_phone(sides: Sides, types: tuple[str, ...], deal: Deal, lucks: Records, used: frozenset[str]) -> None:
    """Fill in times on the phone, what becomes of the call there, and what a call-taker may take it for."""
    if "talk_ppm" not in used:
        return
    for plan, rows in _told(sides, lambda plan: plan.phone is not None):
        assert plan.phone is not None
        spread = plan.phone.handling_spread
        u = deal.uniforms(Purpose.ON_THE_PHONE, rows)
        lucks["talk_ppm"][rows] = quantile.ppm(unit_mean(u, spread))
        lucks["other_type"][rows] = _taken_for(plan, types)[deal.type[rows]]
    patience = quantile.exponential(deal.uniforms(Purpose.ON_THE_PHONE, slice(None), 1))
    lucks["hang_up_ppm"] = quantile.ppm(patience)
    for name, purpose in PHONE_MARKS.items():
        lucks[name] = deal.marks(purpose, slice(None))
    rows = np.flatnonzero(lucks["other_type"] >= 0)
    as_other = Deal(deal.luck, deal.types, lucks["other_type"][rows].astype(np.int64), deal.stream[rows], deal.number[rows])
    lucks["other_priority"][rows] = priorities(as_other)


def _taken_for(plan: Scenario, types: tuple[str, ...]) -> Ints:
    """[type] the type a call-taker may take such a call for, -1 none."""
    found = np.full(len(types), -1, np.int64)
    alarm = plan.phone.false_alarm_as if plan.phone is not None else None
    for t, name in enumerate(types):
        row = plan.types[name]
        other = row.mislabelled.taken_for if row.mislabelled is not None else None if row.person else alarm
        found[t] = -1 if other is None else types.index(other)
    return found


def draw_follow_up(sides: Sides, deal: Deal, lucks: Records, used: frozenset[str]) -> None:
    """Fill in whether an ending is followed up, and how many attempts it takes to reach the person."""
    if "attempts" not in used:
        return
    is_person = np.array([kind.person for kind in deal.types], np.bool_)[deal.type]
    rows = np.flatnonzero(is_person)
    lucks["follow_mark"][rows] = deal.marks(Purpose.FOLLOW, rows)
    u = np.ones(len(is_person))
    u[rows] = deal.uniforms(Purpose.FOLLOW, rows, 1)
    for plan, own in _told(sides, lambda plan: plan.follow_up is not None):
        assert plan.follow_up is not None
        mine = own[is_person[own]]
        lucks["attempts"][mine] = attempts(u[mine], plan.follow_up.success_share.value)


def attempts(u: Floats, success: float) -> Ints:
    """Attempts until the first success, each with the same chance: fewer, the higher it is; `NEVER` beyond 126."""
    if success <= 0:
        return np.full(len(u), NEVER, np.int64)
    if success >= 1:
        return np.ones(len(u), np.int64)
    needed = np.ceil(quantile.exponential(u) / -np.log1p(-success))
    return np.asarray(np.clip(needed, 1, NEVER), np.int64)


def _told(sides: Sides, has: Callable[[Scenario], bool]) -> Sequence[tuple[Scenario, Ints]]:
    """The rows of each plan; where it does not have the thing, the other plan tells."""
    having = [plan for plan, _ in sides if has(plan)]
    return [(plan if has(plan) else having[0], rows) for plan, rows in sides]
