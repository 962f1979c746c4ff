"""The phone stage as tables: desks and their positions over time, minutes on the phone, what becomes of calls there.

Two plans that are compared share the names of desks; a desk that only one of them has is not there in the other.
Nothing here is luck.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sim.keys import threshold
from sim.rules.lifecycle import DAY_S, FLAG_NAMES, N_FLAGS
from sim.scenario.number import Flag, Shift
from sim.scenario.phone import Desk
from sim.scenario.schema import Scenario
from sim.tables import DeskRow
from sim.world.clock import Horizon, clock_seconds, seconds

Ints = npt.NDArray[np.int64]
NONE = -1


def desk_names(plans: Sequence[Scenario]) -> tuple[str, ...]:
    """The desks of all plans, sorted."""
    return tuple(sorted({name for plan in plans for name in desks_of(plan)}))


def desks_of(scenario: Scenario) -> Mapping[str, Desk]:
    """The desks of a plan by name, none without a phone stage."""
    return {} if scenario.phone is None else scenario.phone.desks


def desk_rows(scenario: Scenario, desks: tuple[str, ...]) -> tuple[DeskRow, ...]:
    """One `DeskRow` a name; all it says of a desk the plan does not have is that it is not there."""
    return tuple(_desk_row(desks_of(scenario).get(name), i, desks) for i, name in enumerate(desks))


def _desk_row(desk: Desk | None, i: int, desks: tuple[str, ...]) -> DeskRow:
    if desk is None:
        return DeskRow(i, 0)
    row = DeskRow(i, 1)
    if desk.patience_min is not None:
        row.patience_s = seconds(desk.patience_min.value)
    if desk.rings_again is not None:
        again = desk.rings_again
        row.rings_again, row.again_s = int(threshold(again.share.value)), seconds(again.after_min.value)
        row.again_at = i if again.desk is None else desks.index(again.desk)
    if desk.spills is not None:
        row.spill_s, row.spills_to = seconds(desk.spills.after_min.value), desks.index(desk.spills.desk)
    if desk.hands_on is not None:
        row.hands_on_to, row.only_if_free = desks.index(desk.hands_on.desk), int(desk.hands_on.only_if_free)
    return row


def phone_tables(
    scenario: Scenario, desks: tuple[str, ...], types: tuple[str, ...], channels: tuple[str, ...]
) -> dict[str, Ints]:
    """What rules read of the phone: `desk_of` by channel, the others by desk and type, the last two by flags too."""
    rows = [desks_of(scenario).get(name) for name in desks]

    def by_type(number: Callable[[Desk, str], int]) -> Ints:
        found = [[0 if desk is None else number(desk, kind) for kind in types] for desk in rows]
        return np.array(found, np.int64).reshape(len(desks), len(types))

    def by_flags(table: Ints, barred: Callable[[Desk], Sequence[Flag]]) -> Ints:
        free = [[0 if desk is None else int(not has_any(flags, barred(desk))) for flags in range(N_FLAGS)] for desk in rows]
        return table[:, :, None] * np.array(free, np.int64).reshape(len(desks), 1, N_FLAGS)

    return {
        "desk_of": np.array([_first_desk(scenario, channel, desks) for channel in channels], np.int64),
        "handling_s": by_type(_handling_s),
        "missed": by_type(lambda desk, kind: _missed(scenario, desk, kind)),
        "resolves": by_flags(by_type(lambda desk, kind: _resolves(scenario, desk, kind)), lambda desk: desk.never_if),
        "hands_on": by_flags(
            by_type(lambda desk, kind: _hands_on(scenario, desk, kind)),
            lambda desk: [] if desk.hands_on is None else desk.hands_on.never_if,
        ),
    }


def has_any(flags: int, barred: Sequence[Flag]) -> bool:
    """Whether any of the named flags is among these bits."""
    return any(flags & FLAG_NAMES[flag] for flag in barred)


def _first_desk(scenario: Scenario, channel: str, desks: tuple[str, ...]) -> int:
    own = desks_of(scenario)
    return next((i for i, name in enumerate(desks) if name in own and channel in own[name].channels), NONE)


def _handling_s(desk: Desk, kind: str) -> int:
    minutes = desk.handling_min.get(kind, desk.handling_min.get("all"))
    return 0 if minutes is None else seconds(minutes.value)


def _missed(scenario: Scenario, desk: Desk, kind: str) -> int:
    """Threshold of a call that is truly of the type being taken for another."""
    row = scenario.types[kind]
    if row.mislabelled is not None:
        missed = row.mislabelled.share.value if desk.sensitivity_share is None else 1.0 - desk.sensitivity_share.value
        return int(threshold(missed))
    is_taken_for_crisis = not row.person and scenario.phone is not None and scenario.phone.false_alarm_as is not None
    return int(threshold(desk.false_alarm_share.value)) if is_taken_for_crisis else 0


def _resolves(scenario: Scenario, desk: Desk, kind: str) -> int:
    others = desk.resolves_share.get("all") if scenario.types[kind].person else None
    share = desk.resolves_share.get(kind, others)
    return 0 if share is None else int(threshold(share.value))


def _hands_on(scenario: Scenario, desk: Desk, kind: str) -> int:
    if desk.hands_on is None:
        return 0
    takes = desk.hands_on.takes
    return int(scenario.types[kind].person if takes == "people" else kind in takes)


def positions_over_time(plans: Sequence[tuple[Scenario, int, int]], desks: tuple[str, ...], horizon: Horizon) -> Ints:
    """Columns [3][change]: second, desk, positions from then on, in order; every desk is named wherever a plan begins.

    `plans`: (scenario, from_s, to_s), one after another; each desk has the positions of the plan that holds.
    """
    found = [np.zeros((3, 0), np.int64)]
    for scenario, from_s, to_s in plans:
        for i, name in enumerate(desks):
            desk = desks_of(scenario).get(name)
            shifts = {} if desk is None else desk.shifts
            t_s, n = _positions([shifts[key] for key in sorted(shifts)], from_s, to_s, horizon)
            found.append(np.stack([t_s, np.full(len(t_s), i), n]))
    table = np.concatenate(found, axis=1)
    return np.ascontiguousarray(table[:, np.lexsort([table[1], table[0]])])


def _positions(shifts: Sequence[Shift], from_s: int, to_s: int, horizon: Horizon) -> tuple[Ints, Ints]:
    """Seconds in [from_s, to_s) at which the number of posts on duty changes, and `from_s`; the number from each on."""
    starts, ends = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for shift in shifts:
        length = shift.length_min * 60
        for post in range(shift.posts):
            first = clock_seconds(shift.start) + post * shift.stagger_min * 60
            days = np.arange(-((first + length) // DAY_S), horizon.n_days)
            days = days[np.isin((horizon.begins.weekday() + days) % 7, shift.days)]
            starts.append(days * DAY_S + first)
            ends.append(days * DAY_S + first + length)
    start, end = np.sort(np.concatenate(starts)), np.sort(np.concatenate(ends))
    t_s = np.unique(np.concatenate([[from_s], start, end]))
    t_s = t_s[(t_s >= from_s) & (t_s < to_s)]
    n = np.searchsorted(start, t_s, side="right") - np.searchsorted(end, t_s, side="right")
    changes = np.diff(n, prepend=-1) != 0
    return t_s[changes], n[changes]
