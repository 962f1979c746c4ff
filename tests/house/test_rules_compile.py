"""Every rule and every policy is in the subset of Python that numba can take, though none of them knows numba."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest
from numba.core import errors, types

import sim.policies
from sim.engines.agenda import RANK_MASK
from sim.registry import policies
from sim.rules.lifecycle import Event
from sim.rules.town import Town
from sim.tables import CallRow
from tests.house.one_namespace import compiled_copies, gather, numba_type, params_type, policy_type, returned_type, signature_of
from tests.house.source import SIM

MODULES = [f"sim.{room}.{path.stem}" for room in ("rules", "policies") for path in sorted((SIM / room).glob("[a-z]*.py"))]
FUNCTIONS, CONSTANTS = gather(MODULES)
COPIES = compiled_copies(FUNCTIONS, CONSTANTS)
SHIPPED = [entry for entry in policies if entry.function.__module__.startswith(sim.policies.__name__)]
OF_POLICY = {
    getattr(part, "__name__", ""): entry
    for entry in SHIPPED
    for part in (entry.function, entry.facts.get("score_call"), entry.facts.get("may_commit"))
}
TAKES_POLICY = [name for name, function in FUNCTIONS.items() if "PolicyParts" in str(function.__annotations__)]


def check(name: str, policy: Any) -> None:
    named = {"params": params_type(policy.params), "PolicyParts": policy_type(policy, COPIES)}
    found = returned_type(COPIES[name], signature_of(FUNCTIONS[name], named))
    wanted = get_type_hints(FUNCTIONS[name])["return"]
    if wanted is int:
        assert found == types.int64 or (name not in OF_POLICY and isinstance(found, types.Integer | types.IntegerLiteral)), found
    if wanted is bool:
        assert isinstance(found, types.Boolean | types.BooleanLiteral), found


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in TAKES_POLICY])
def test_compiles(name: str) -> None:
    check(name, OF_POLICY.get(name, SHIPPED[0]))


def test_compiles_with_a_policy() -> None:
    """The choice of the next call compiles, and with it every function that asks the policy; one policy is as good as another."""
    check("next_match", SHIPPED[0])
    assert "next_match" in TAKES_POLICY


def test_events_fit_a_packed_key() -> None:
    """An event's key packs its rank into six bits."""
    assert max(Event) <= RANK_MASK


def reads_luck(town: Town, call: CallRow) -> int:
    return call.patience_s  # type: ignore[attr-defined, no-any-return]


def has_a_key_function(town: Town, call: CallRow) -> int:
    return min(town.units, key=lambda unit: unit.id).id


def reads_an_unknown_fact(town: Town, call: CallRow) -> int:
    return town.mood  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("rule", [reads_luck, has_a_key_function, reads_an_unknown_fact])
def test_what_is_not_in_the_subset_is_refused(rule: Any) -> None:
    copy = compiled_copies({rule.__name__: rule}, {})[rule.__name__]
    with pytest.raises((errors.NumbaError, KeyError)):  # a field a record lacks is a KeyError with its name
        copy.compile((numba_type(Town, {}), numba_type(CallRow, {})))
