"""What the loop starts from, whether it plays with lists or with arrays: counters at zero, lengths, the roster's keys."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.engines import agenda, loop
from sim.world import World
from sim.world.hours import known_events

ROWS_A_CALL, ROWS_ON_THE_PHONE = 7, 3
CLOCKS_A_CALL = 8  # of one call, beyond the ages at which policy and plan look again


def counters(world: World) -> dict[str, int]:
    """The whole numbers a world carries while it is played."""
    ages = max(len(policy.rematch_s) for policy in (world.policy_before, world.policy_after))
    return dict.fromkeys(loop.COUNTERS, 0) | {
        "n_units": len(world.units),
        "n_calls": len(world.calls),
        "n_rematch": len(world.policy_before.rematch_s),
        "n_rematch_after": len(world.policy_after.rematch_s),
        "n_clocks": CLOCKS_A_CALL + ages + len(world.after.alternatives),
    }


def known_columns(world: World) -> dict[str, npt.NDArray[np.int64]]:
    """Order of everything known beforehand and the start of the policy, ascending, with a number and an end each may have."""
    known = known_events(world)
    keys = (known["t_s"] << agenda.TIME_BITS) | (known["event"] << agenda.RANK_BITS) | known["entity"]
    policy = agenda.key_of(world.policy_starts_s, loop.POLICY_STARTS, 0)
    at = int(np.searchsorted(keys, policy))
    return {
        "known_keys": np.insert(keys, at, policy),
        "known_number": np.insert(known["number"], at, 0),
        "known_ends_s": np.insert(known["ends_s"], at, 0),
        "known_pace_ppm": np.insert(known["pace_ppm"], at, 0),
    }


def rows_expected(world: World, n_known: int) -> int:
    """Ledger rows for which room is made at first."""
    a_call = ROWS_A_CALL + (ROWS_ON_THE_PHONE if world.names.desks else 0)
    return a_call * len(world.calls) + 4 * n_known + 1024


def sets(world: World) -> dict[str, int]:
    """The most each set of waiting ids can hold."""
    n_calls = len(world.calls)
    return {
        "waiting": n_calls,
        "fresh": n_calls,
        "ringing": n_calls if world.names.desks else 0,
        "at_door": len(world.stays),
        "waiting_tasks": len(world.tasks),
    }


def check_room(world: World) -> None:
    """Assert that times, units and calls fit the packed keys: 68 years, 67 million of each."""
    assert world.end_s < 2 ** (63 - agenda.TIME_BITS), world.end_s
    assert max(len(world.calls), len(world.stays), len(world.units)) <= agenda.ENTITY_MASK
