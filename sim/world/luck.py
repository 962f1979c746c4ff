"""What each call carries, drawn for all calls of a world at once: facts for the centre, luck for nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim import keys
from sim.keys import Purpose
from sim.rules.lifecycle import MEDICAL_NEED, VIOLENCE_RISK, WEAPON
from sim.scenario.number import Duration
from sim.scenario.schema import Acuity, CallType, Scenario
from sim.tables import LuckRow
from sim.world import quantile
from sim.world.blank import blank_rows
from sim.world.service import traffic_of
from sim.world.spread import unit_mean, unit_median, varies

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Records = npt.NDArray[Any]
Rows = Ints | slice

ORDINARY_PRIORITY = 3  # of a type that gives none
FLAGS = (
    ("weapon_share", Purpose.WEAPON, WEAPON),
    ("medical_need_share", Purpose.MEDICAL_NEED, MEDICAL_NEED),
    ("violence_risk_share", Purpose.VIOLENCE_RISK, VIOLENCE_RISK),
)
MARK_PURPOSES = {
    "contact_mark": Purpose.CONTACT,
    "medical_mark": Purpose.MEDICAL,
    "arrest_mark": Purpose.ARREST,
    "hold_mark": Purpose.HOLD,
    "ed_mark": Purpose.ED,
    "crisis_centre_mark": Purpose.CRISIS_CENTRE,
    "referral_mark": Purpose.REFERRAL,
    "force_mark": Purpose.FORCE,
    "later_ed_mark": Purpose.LATER_ED,
}
SELDOM_MARKS = {
    "ask_mark": Purpose.ASK,
    "relay_mark": Purpose.RELAY,
    "recognise_mark": Purpose.RECOGNISE,
    "call_back_mark": Purpose.CALL_BACK,
}
PHONE_MARKS = {
    "phone_mark": Purpose.BY_PHONE,
    "ring_again_mark": Purpose.RING_AGAIN,
    "triage_mark": Purpose.TRIAGE,
}
TRAFFIC = ("police_travel_ppm", "clinician_travel_ppm", "medic_travel_ppm")  # by `ResponderRow.traffic`, the occasion of the draw


def luck_used(plans: Sequence[Scenario]) -> frozenset[str]:
    """Columns of luck that a plan may ask for; the others are not drawn, which moves nothing."""
    found = set()
    for plan in plans:
        rows = plan.responders.values()
        found |= {TRAFFIC[traffic_of(row)] for row in rows}
        found |= {"ask_mark"} if any(row.asks is not None for row in rows) else set()
        found |= {"relay_mark"} if any(row.relay is not None for row in rows) else set()
        found |= {"recognise_mark"} if any(kind.mislabelled is not None for kind in plan.types.values()) else set()
        found |= {"call_back_mark"} if plan.dispatch.call_back_after_min is not None else set()
        found |= {"talk_ppm", "hang_up_ppm", *PHONE_MARKS} if plan.phone is not None else set()
        found |= {"follow_mark", "attempts"} if plan.follow_up is not None else set()
    return frozenset(found)


@dataclass(frozen=True)
class Luck:
    """Which luck: the seed of the study and the number of the replication."""

    seed: int
    replication: int

    def uniforms(self, purpose: Purpose, stream: npt.ArrayLike, number: npt.ArrayLike, occasion: int = 0) -> Floats:
        """A uniform for each address; `stream` and `number` broadcast."""
        return keys.uniforms(self.seed, int(purpose), *_pairs(stream, number), self.replication, occasion)

    def marks(self, purpose: Purpose, stream: npt.ArrayLike, number: npt.ArrayLike) -> Ints:
        """A mark for each address; `stream` and `number` broadcast."""
        return keys.marks(self.seed, int(purpose), *_pairs(stream, number), self.replication)


def _pairs(stream: npt.ArrayLike, number: npt.ArrayLike) -> tuple[Ints, Ints]:
    first, second = np.broadcast_arrays(np.asarray(stream, np.int64), np.asarray(number, np.int64))
    return np.ascontiguousarray(first), np.ascontiguousarray(second)


@dataclass(frozen=True, eq=False)
class Deal:
    """The calls that luck is dealt to: their types, by number and of each call, and the address of each call."""

    luck: Luck
    types: Sequence[CallType]
    type: Ints
    stream: Ints
    number: Ints

    def to(self, fits: Callable[[CallType], Any]) -> Rows:
        """Rows of the calls whose type fits."""
        kinds = np.array([bool(fits(kind)) for kind in self.types], np.bool_)
        return slice(None) if kinds.all() else np.flatnonzero(kinds[self.type])

    def uniforms(self, purpose: Purpose, rows: Rows, occasion: int = 0) -> Floats:
        """A uniform for each of the rows."""
        return self.luck.uniforms(purpose, self.stream[rows], self.number[rows], occasion)

    def marks(self, purpose: Purpose, rows: Rows) -> Ints:
        """A mark for each of the rows."""
        return self.luck.marks(purpose, self.stream[rows], self.number[rows])

    def by_type(self, number: Callable[[CallType], float], rows: Rows) -> Floats:
        """A number of each row's type."""
        return np.array([number(kind) for kind in self.types], np.float64)[self.type[rows]]

    def choices(self, purpose: Purpose, shares: Sequence[Sequence[float]], rows: Rows) -> Ints:
        """Index of the share that each row's uniform falls into; `shares` by type, rescaled to sum to one."""
        u, kind = self.uniforms(purpose, rows), self.type[rows]
        edges = np.full((len(shares), max(map(len, shares), default=0)), np.inf)
        for t, row in enumerate(shares):
            edges[t, : len(row)] = np.cumsum(row) / np.sum(row) if len(row) else np.inf
            edges[t, len(row) - 1 :] = np.inf  # the last share takes what is left
        chosen = np.zeros(len(u), np.int64)
        for column in edges.T[:-1]:
            chosen += column[kind] <= u
        return chosen


def draw_facts(calls: Records, deal: Deal) -> None:
    """Fill in what a caller says: priority and flags."""
    calls["priority"] = priorities(deal)
    flags = np.zeros(len(calls), np.int8)
    for name, purpose, bit in FLAGS:
        rows = deal.to(lambda kind, name=name: getattr(kind, name).value > 0)  # type: ignore[misc]  # bound now
        share = deal.by_type(lambda kind, name=name: getattr(kind, name).value, rows)  # type: ignore[misc]
        flags[rows] |= np.where(deal.uniforms(purpose, rows) < share, bit, 0).astype(np.int8)
    calls["flags"] = flags


def priorities(deal: Deal) -> Ints:
    """The priority of each call as one of its type."""
    out = np.full(len(deal.type), ORDINARY_PRIORITY, np.int64)
    levels = [sorted(kind.priorities) for kind in deal.types]
    rows = deal.to(lambda kind: kind.priorities)
    shares = [[kind.priorities[level].value for level in own] for kind, own in zip(deal.types, levels, strict=True)]
    table = np.array([[*own, *[0] * (max(map(len, levels)) - len(own))] for own in levels], np.int64)
    out[rows] = table[deal.type[rows], deal.choices(Purpose.PRIORITY, shares, rows)]
    return out


def draw_luck(scenario: Scenario, deal: Deal, used: frozenset[str]) -> Records:
    """What nobody at the centre can know, as rows of `LuckRow`; of what is seldom asked for, the columns `used`."""
    out = blank_rows(LuckRow, len(deal.type))
    out["type"] = deal.type
    out["patience_s"] = out["escalates_s"] = out["criteria"] = -1
    rows = deal.to(lambda kind: kind.patience_min is not None)
    mean_s = deal.by_type(lambda kind: kind.patience_min.value * 60 if kind.patience_min is not None else 0, rows)
    out["patience_s"][rows] = np.rint(quantile.exponential(deal.uniforms(Purpose.PATIENCE, rows)) * mean_s)
    for spread in _different([kind.on_scene_spread for kind in deal.types]):
        rows = deal.to(lambda kind, spread=spread: kind.on_scene_spread == spread)  # type: ignore[misc]
        out["on_scene_ppm"][rows] = quantile.ppm(unit_mean(deal.uniforms(Purpose.ON_SCENE, rows), spread))
    if scenario.turnout_spread is not None:
        out["turnout_ppm"] = quantile.ppm(unit_mean(deal.uniforms(Purpose.TURNOUT, slice(None)), scenario.turnout_spread))
    for occasion, name in enumerate(TRAFFIC):
        out[name] = quantile.PPM
        if name in used and varies(scenario.travel):
            out[name] = quantile.ppm(unit_median(deal.uniforms(Purpose.TRAVEL, slice(None), occasion), scenario.travel))
    for name, purpose in SELDOM_MARKS.items():
        if name in used:
            out[name] = deal.marks(purpose, slice(None))
    _draw_people(scenario, deal, out)
    return out


def _draw_people(scenario: Scenario, deal: Deal, out: Records) -> None:
    """What only calls about people have."""
    out["handover_ppm"] = quantile.PPM
    door, rows = scenario.handover_spread, deal.to(lambda kind: kind.person)
    out["handover_ppm"][rows] = quantile.ppm(unit_mean(deal.uniforms(Purpose.HANDOVER, rows), door))
    for name, purpose in MARK_PURPOSES.items():
        out[name][rows] = deal.marks(purpose, rows)
    rows = deal.to(lambda kind: kind.person and kind.acuity is not None)
    out["acuity"][rows] = deal.choices(Purpose.ACUITY, [_acuity(kind.acuity) for kind in deal.types], rows)
    _draw_escalation(deal, out)
    rows = deal.to(lambda kind: kind.hold_criteria is not None)
    shares = np.array([[*_acuity(kind.hold_criteria), 0, 0, 0][:3] for kind in deal.types], np.float64).reshape(-1, 3)
    out["criteria"][rows] = deal.uniforms(Purpose.CRITERIA, rows) < shares[deal.type[rows], out["acuity"][rows]]


def _draw_escalation(deal: Deal, out: Records) -> None:
    """When a crisis grows worse unless somebody is there."""
    rows = deal.to(lambda kind: kind.escalates is not None)
    share = deal.by_type(lambda kind: kind.escalates.share.value if kind.escalates is not None else 0.0, rows)
    mean_s = deal.by_type(lambda kind: kind.escalates.after_min.value * 60 if kind.escalates is not None else 0.0, rows)
    after_s = np.minimum(np.rint(quantile.exponential(deal.uniforms(Purpose.ESCALATE, rows, 1)) * mean_s), 2.0**31 - 1)
    out["escalates_s"][rows] = np.where(deal.uniforms(Purpose.ESCALATE, rows) < share, after_s, -1)


def _acuity(levels: Acuity | None) -> list[float]:
    return [levels.low.value, levels.middle.value, levels.high.value] if levels is not None else []


def _different(spreads: Sequence[Duration]) -> list[Duration]:
    """Each spread once, in the order they come."""
    return [spread for i, spread in enumerate(spreads) if spread not in spreads[:i]]
