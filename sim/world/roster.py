"""Who is rostered when: units from posts, and the hours of their shifts, day by day.

A unit is a post and keeps its name whatever else the roster holds, so another post changes nobody's luck.
Until `policy_starts` the roster of the baseline holds, after it the option's. Nothing here is luck; who holds the posts
is `sim.world.turnover`, who comes `sim.world.shifts`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import PPM, name_hash, threshold
from sim.rules.lifecycle import DAY_S
from sim.scenario.number import Shift
from sim.scenario.schema import Responder, Scenario
from sim.tables import UnitRow, dtype_of
from sim.world.clock import Horizon, clock_seconds, seconds
from sim.world.demand import zone_shares
from sim.world.workforce import Following, Posts, following, month_of, posts_of

Records = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
GOLDEN = 0.6180339887498949


def unit_names(scenario: Scenario) -> list[str]:
    """`responder/shift/post` of every post, posts counted from 1."""
    return [
        f"{r}/{s}/{post}"
        for r, responder in scenario.responders.items()
        for s, shift in responder.shifts.items()
        for post in range(1, shift.posts + 1)
    ]


def home_zone(scenario: Scenario, unit: str) -> str:
    """Where a unit's shifts begin: the stated zone, or spread by demand so that no post moves another."""
    responder, shift, post = unit.split("/")
    home = scenario.responders[responder].home
    if home != "spread":
        return home
    shares = zone_shares(scenario)
    place = (name_hash(responder, shift) / 2**32 + int(post) * GOLDEN) % 1.0
    reached = 0.0
    for zone, share in shares.items():
        reached += share
        if place < reached:
            return zone
    return next(reversed(shares))


def unit_rows(names: tuple[str, ...], responders: tuple[str, ...], zones: tuple[str, ...], plans: list[Scenario]) -> Records:
    """One `UnitRow` a unit, all off duty; home zone and turnout are those of the last plan that has the unit."""
    rows = np.zeros(len(names), dtype_of(UnitRow))
    for i, name in enumerate(names):
        plan, post = next((plan, post) for plan in reversed(plans) if (post := _post(plan, name)) is not None)
        home = zones.index(home_zone(plan, name))
        rows[i]["id"], rows[i]["responder"] = i, responders.index(name.split("/")[0])
        rows[i]["home_zone"] = rows[i]["zone"] = home
        rows[i]["turnout_s"], rows[i]["pace_ppm"] = turnout_of(*post), PPM
    for column in ("call", "next", "post", "facility", "cause"):
        rows[column] = -1
    return rows


def turnout_of(responder: Responder, shift: Shift) -> int:
    """Seconds from dispatched to en route: the shift's own, or those of its responder type."""
    return seconds((responder.turnout_min if shift.turnout_min is None else shift.turnout_min).value)


def weekly_hours(shift: Shift) -> float:
    """Posted hours a week of all posts of a shift."""
    return shift.length_min / 60 * len(shift.days) * shift.posts


@dataclass(frozen=True, eq=False)
class Roster:
    """Rostered pieces of shifts in order of (unit, start), each of one plan.

    Then the hours that some would lose, and the posts whose holders are followed over months.
    """

    unit: Ints
    start_s: Ints
    end_s: Ints
    shift_s: Ints  # start of the whole shift, whatever plan it began under
    day: Ints  # proleptic ordinal of the day the shift belongs to
    stream: Ints  # hash of the unit's name
    absence: Ints  # threshold of nobody coming
    vacancy: Ints  # threshold of the post being vacant that quarter
    fill: Ints  # threshold of somebody standing in on overtime
    on_call: Ints
    paid_ppm: Ints
    turnout_s: Ints
    tired_ppm: Ints  # time at the scene of somebody who stands in, over that of a rested crew
    is_followed: Bools  # the plan says how holders of the post come and go; else it is vacant by quarter
    away: Away
    posts: Posts

    @property
    def quarter(self) -> Ints:
        """Quarters since the year 0 of the day of each."""
        return month_of(self.day)[0] // 3


@dataclass(frozen=True, eq=False)
class Away:
    """Hours that a piece loses to training or court, each with its own luck; they may reach beyond the piece."""

    piece: Ints
    stream: Ints  # hash of the unit's name and the reason
    share: Ints  # threshold of the hours being lost
    from_s: Ints
    to_s: Ints


def build_roster(names: tuple[str, ...], plans: list[tuple[Scenario, int, int]], horizon: Horizon) -> Roster:
    """The pieces of all units. `plans`: (scenario, from_s, to_s), one after another."""
    pieces, away, n = [np.zeros((len(fields(Roster)) - 2, 0), np.int64)], [np.zeros((len(fields(Away)), 0), np.int64)], 0
    followed: list[Following | None] = []
    for i, name in enumerate(names):
        for scenario, from_s, to_s in plans:
            post = _post(scenario, name)
            if post is not None:
                own = _pieces(*post, i, name, horizon)
                own[1], own[2] = np.maximum(own[1], from_s), np.minimum(own[2], to_s)
                own = own[:, own[1] < own[2]]
                pieces.append(own)
                away.extend(_away(post[0], name, n, own[3]))
                followed.append(following(scenario, name, i, from_s, to_s, horizon))
                n += own.shape[1]
    *columns, is_followed = np.concatenate(pieces, axis=1)
    posts = posts_of([row for row in followed if row is not None], names, horizon)
    of_pieces: list[Any] = [*columns, is_followed == 1, Away(*np.concatenate(away, axis=1)), posts]
    return Roster(*of_pieces)


def _post(scenario: Scenario, name: str) -> tuple[Responder, Shift] | None:
    """Responder type and shift of a unit; none where the scenario has no such post."""
    r, s, post = name.split("/")
    responder = scenario.responders.get(r)
    shift = responder.shifts.get(s) if responder is not None else None
    return None if responder is None or shift is None or int(post) > shift.posts else (responder, shift)


def _pieces(responder: Responder, shift: Shift, unit: int, name: str, horizon: Horizon) -> Ints:
    """Columns of `Roster`, the last two left out: a unit's shifts that touch the horizon."""
    first = clock_seconds(shift.start) + (int(name.split("/")[2]) - 1) * shift.stagger_min * 60
    length = shift.length_min * 60
    days = np.arange(-((first + length) // DAY_S), horizon.n_days)
    days = days[np.isin((horizon.begins.weekday() + days) % 7, shift.days)]
    start, ordinal = days * DAY_S + first, horizon.begins.toordinal() + days
    thresholds = [
        int(threshold(share.value))
        for share in (responder.unavailable_share, responder.vacancy_share, responder.overtime_fill_share)
    ]
    paid_ppm = round(PPM * shift.paid_share.value) if shift.on_call else PPM
    tired_ppm = PPM if responder.fatigue is None else round(PPM * responder.fatigue.on_scene_factor.value)
    how = [int(shift.on_call), paid_ppm, turnout_of(responder, shift), tired_ppm, int(responder.workforce is not None)]
    same = [name_hash(name), *thresholds, *how]
    return np.stack([np.full(len(days), unit), start, start + length, start, ordinal, *(np.full(len(days), x) for x in same)])


def _away(responder: Responder, name: str, first: int, shift_s: Ints) -> list[Ints]:
    """Columns of `Away` for each reason: pieces from number `first` on, of shifts that start then."""
    piece = np.arange(first, first + len(shift_s))
    same = np.ones(len(shift_s), np.int64)
    found = []
    for reason, away in responder.away.items():
        from_s, hours_s = shift_s + seconds(away.from_h.value * 60), seconds(away.hours.value * 60)
        found.append(
            np.stack([piece, name_hash(name, reason) * same, int(threshold(away.share.value)) * same, from_s, from_s + hours_s])
        )
    return found
