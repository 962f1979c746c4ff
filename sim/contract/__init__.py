"""The promises every extension keeps, as a battery that `crisis-sim check` runs on plug-ins and pytest can import.

    from sim.contract import broken_promises
    def test_mine() -> None:
        assert broken_promises("policy", "evening_reserve") == []

Being registered is being tested: the shipped policies, outcome models, metrics and cost items go through the same.
The promises are in `promise.py` (every kind), `policies.py`, `outcomes.py`, `mechanisms.py` and `sim.measure.contract`.
"""

from __future__ import annotations

from sim.contract.mechanisms import OF_MECHANISMS
from sim.contract.outcomes import OF_OUTCOME_MODELS
from sim.contract.policies import OF_POLICIES, engine_notice
from sim.contract.promise import OF_EVERY_KIND, Promise
from sim.contract.towns import lives
from sim.errors import CrisisSimError
from sim.registry import Entry, cost_items, mechanisms, metrics, outcome_models, policies

__all__ = ["KINDS", "Promise", "broken_promises", "engine_notice", "promises"]

KINDS = {
    "policy": policies,
    "outcome model": outcome_models,
    "metric": metrics,
    "cost item": cost_items,
    "mechanism": mechanisms,
}


def _reads_tables(entry: Entry) -> str:
    from sim.measure import contract  # pandas only where tables are tried

    return contract.broken(entry, lives())


_OF_TABLES = (Promise("reads tables, whatever their order, and survives the empty town", _reads_tables),)
_OF_KIND = {
    "policy": OF_POLICIES,
    "outcome model": OF_OUTCOME_MODELS,
    "metric": _OF_TABLES,
    "cost item": _OF_TABLES,
    "mechanism": OF_MECHANISMS,
}


def promises(kind: str) -> tuple[Promise, ...]:
    """The promises of a kind: policy, outcome model, metric, cost item or mechanism."""
    return OF_EVERY_KIND + _OF_KIND[kind]


def broken_promises(kind: str, name: str) -> list[str]:
    """What the named extension breaks, one line each; empty if it keeps them all."""
    entry = KINDS[kind].get(name)
    found = []
    for promise in promises(kind):
        try:
            broken = promise.check(entry)
        except CrisisSimError as error:
            broken = str(error)
        except Exception as error:  # whatever a plug-in raises is what broke
            broken = f"{type(error).__name__}: {error}"
        if broken:
            found.append(f"{kind} {name}: {promise.name}: {broken} ({entry.file})")
    return found
