"""Thousands of random towns: both engines tell them alike, and no ledger breaks a promise.

    python -m tests.laws.many_towns 20000
    python -m tests.laws.many_towns 20000 --kind coupled

Each chunk of towns has a seed of its own, so a fault is found again by its chunk; a fault stops the run and prints its town.
"""

from __future__ import annotations

import argparse
from collections import Counter
from functools import partial
from multiprocessing import get_context
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

CHUNK = 250
KINDS = ("street", "coupled")
MOST_EVENTS_A_CALL = 1000


def look_at(chunk: int, kind: str = "street", n_towns: int = CHUNK) -> Counter[str]:
    """Play one chunk of towns; counts of towns, calls, rows and of each event."""
    import sim.outcomes  # registers them
    import sim.policies  # noqa: F401
    from sim.engines import compiled, readable
    from sim.measure.invariants import check
    from sim.rules.lifecycle import Event
    from tests.laws.coupled import built, coupled_plans
    from tests.laws.laws_of_coupled import check_laws
    from tests.laws.strategies import street_data
    from tests.twins.test_twins import assert_same

    found: Counter[str] = Counter()
    towns: Any = coupled_plans() if kind == "coupled" else street_data().map(lambda data: (data, None))

    @seed(chunk)
    @settings(max_examples=n_towns, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(towns)
    def play(plans: tuple[dict[str, Any], dict[str, Any] | None]) -> None:
        world = built(plans)
        played = compiled.LaidOut(world)
        assert played.advance_to(world.end_s, MOST_EVENTS_A_CALL * (len(world.calls) + 100)), "the town does not come to its end"
        told = readable.play(world)
        assert_same(told, played.close(), f"chunk {chunk}")
        check(told.ledger, world)
        check_laws(world, told)
        found.update({"towns": 1, "calls": len(told.calls), "rows": len(told.ledger)})
        found.update(Event(int(event)).name for event in told.ledger["event"])

    play()
    return found


def main() -> None:
    """Look at as many towns as asked, chunk by chunk."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n_towns", type=int)
    parser.add_argument("--first-chunk", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, default=KINDS[0])
    asked = parser.parse_args()
    chunks = range(asked.first_chunk, asked.first_chunk + -(-asked.n_towns // CHUNK))
    total: Counter[str] = Counter()
    with get_context("spawn").Pool(asked.workers, maxtasksperchild=4) as pool:
        for found in pool.imap_unordered(partial(look_at, kind=asked.kind), chunks):
            total += found
            print(f"{total['towns']:,} towns, {total['calls']:,} calls, {total['rows']:,} rows alike and sound", flush=True)
    for name, n in sorted(total.items()):
        print(f"{name:>16} {n:12,}")


if __name__ == "__main__":
    main()
