"""What the loop starts from, whether it plays with lists or with arrays: counters at zero, lengths, the roster's keys."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.engines import agenda, loop
from sim.world import World


def counters(world: World) -> dict[str, int]:
    """The whole numbers a world carries while it is played."""
    return dict.fromkeys(loop.COUNTERS, 0) | {
        "n_units": len(world.units),
        "n_calls": len(world.calls),
        "n_duties": len(duty_keys(world)),
        "n_rematch": len(world.policy_before.rematch_s),
        "n_rematch_after": len(world.policy_after.rematch_s),
    }


def duty_keys(world: World) -> npt.NDArray[np.int64]:
    """Order of every start and end of duty and of the start of the policy, ascending."""
    duties = world.duties
    starts = (duties["start_s"] << agenda.TIME_BITS) | (loop.SHIFT_START << agenda.RANK_BITS) | duties["unit"]
    ends = (duties["end_s"] << agenda.TIME_BITS) | (loop.SHIFT_END << agenda.RANK_BITS) | duties["unit"]
    policy = agenda.key_of(world.policy_starts_s, loop.POLICY_STARTS, 0)
    return np.sort(np.concatenate([starts, ends, [policy]]).astype(np.int64))


def check_room(world: World) -> None:
    """Assert that times, units and calls fit the packed keys: 136 years, 67 million of each."""
    assert world.end_s < 2 ** (62 - agenda.TIME_BITS), world.end_s
    assert max(len(world.calls), len(world.units)) <= agenda.ENTITY_MASK
