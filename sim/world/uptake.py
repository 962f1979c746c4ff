"""How calls come in, what the centre takes them for, and whether it follows the response plan for them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from sim.keys import Purpose
from sim.rules.lifecycle import DAY_S, NOT_FOLLOWED
from sim.scenario.schema import Scenario, Uptake
from sim.world.luck import Luck

Records = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Sides: TypeAlias = tuple[tuple[Scenario, Ints], ...]  # each plan with the calls received while it is in force

ORDINARY_CHANNEL = "911"
TEAM, VISIT = "team", "outreach"  # channels of what units begin themselves: they ring at no desk
MONTH_S = 365.25 / 12 * DAY_S


def called_channels(scenario: Scenario) -> tuple[str, ...]:
    """The channels by which people call, 911 alone where the scenario gives none."""
    return tuple(sorted(scenario.demand.channels)) or (ORDINARY_CHANNEL,)


def channel_names(scenario: Scenario) -> tuple[str, ...]:
    """The same, then those of what units begin themselves: they move the code of no other."""
    own = ((TEAM, scenario.demand.initiated), (VISIT, scenario.demand.outreach))
    return (*called_channels(scenario), *(name for name, rows in own if rows))


def draw_channels(scenario: Scenario, calls: Records, is_person: Flags, is_met: Flags, is_visit: Flags, luck: Luck) -> None:
    """Fill in how each call came in; ordinary police work comes by 911, or the first channel there is."""
    names = called_channels(scenario)
    calls["channel"] = names.index(ORDINARY_CHANNEL) if ORDINARY_CHANNEL in names else 0
    if len(names) > 1:
        _draw_called(scenario, names, calls, np.flatnonzero(is_person & ~is_met & ~is_visit), luck)
    for name, rows in ((TEAM, is_met), (VISIT, is_visit)):
        if rows.any():
            calls["channel"][rows] = channel_names(scenario).index(name)


def _draw_called(scenario: Scenario, names: tuple[str, ...], calls: Records, rows: Ints, luck: Luck) -> None:
    shares = np.array([scenario.demand.channels[name].value for name in names])
    edges = np.cumsum(shares / shares.sum())[:-1]
    u = luck.uniforms(Purpose.CHANNEL, calls["stream"][rows], calls["number"][rows])
    calls["channel"][rows] = np.searchsorted(edges, u, side="right")


def in_force(first: Scenario, second: Scenario, policy_starts_s: int, calls: Records) -> Sides:
    """The calls received under each plan; all under the one there is, if it is one."""
    if first is second:
        return ((second, np.arange(len(calls))),)
    after = int(np.searchsorted(calls["received_s"], policy_starts_s))
    return ((first, np.arange(after)), (second, np.arange(after, len(calls))))


def rings_at_a_desk(plan: Scenario, channel: Ints) -> npt.NDArray[np.bool_]:
    """Whether calls of these channels are answered by a call-taker whose desk is followed."""
    desks = plan.phone.desks.values() if plan.phone is not None else ()
    answered = {name for desk in desks for name in desk.channels}
    return np.array([name in answered for name in channel_names(plan)], np.bool_)[channel]


def label(sides: Sides, types: tuple[str, ...], true_type: Ints, calls: Records, luck: Luck) -> None:
    """Give each call the type the centre takes it for. Where a desk answers, that is settled there."""
    calls["type"] = true_type
    for plan, own in sides:
        straight = own[~rings_at_a_desk(plan, calls["channel"][own].astype(np.int64))]
        for t, kind in enumerate(types):
            mislabelled = plan.types[kind].mislabelled
            if mislabelled is not None:
                rows = straight[true_type[straight] == t]
                u = luck.uniforms(Purpose.MISLABEL, calls["stream"][rows], calls["number"][rows])
                calls["type"][rows[u < mislabelled.share.value]] = types.index(mislabelled.taken_for)


def shares(uptake: Uptake, channels: tuple[str, ...], channel: Ints, months: Floats) -> Floats:
    """Probability that the plan is followed, of calls by channel and months since launch (0 before it)."""
    first = np.array([_of(uptake.first, name, 1.0) for name in channels])[channel]
    later = np.array([_of(uptake.later, name, _of(uptake.first, name, 1.0)) for name in channels])[channel]
    ramp = uptake.months.value
    way = np.clip(months / ramp, 0.0, 1.0) if ramp > 0 else np.where(months > 0, 1.0, 0.0)
    return np.asarray(first + (later - first) * way, np.float64)


def _of(row: Any, name: str, otherwise: float) -> float:
    share = row.get(name, row.get("all"))
    return float(share.value) if share is not None else otherwise


def draw_uptake(first: Scenario, second: Scenario, policy_starts_s: int, calls: Records, luck: Luck) -> None:
    """Mark the calls for which the centre does not follow the plan; the same mark decides under every option.

    What units begin themselves is not the centre's to follow.
    """
    if first.uptake is None and second.uptake is None:
        return
    u = luck.uniforms(Purpose.UPTAKE, calls["stream"], calls["number"])
    months = np.maximum(calls["received_s"] - policy_starts_s, 0) / MONTH_S
    channels, is_own = channel_names(second), calls["channel"] >= len(called_channels(second))
    for plan, rows in in_force(first, second, policy_starts_s, calls):
        if plan.uptake is not None:
            followed = u[rows] < shares(plan.uptake, channels, calls["channel"][rows].astype(np.int64), months[rows])
            calls["flags"][rows] |= np.where(~followed & ~is_own[rows], NOT_FOLLOWED, 0).astype(np.int8)
