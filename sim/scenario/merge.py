"""Laying one tree over another: differences over what they extend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sim.scenario.node import Node, find, is_number

_PARTS_OF_A_NUMBER = {"value", "unit", "source", "as_of", "low", "high", "range_kind", "reason", "of", "note"}


def merge(under: Node | None, over: Node) -> Node:
    """`over` laid over `under`: mappings by key, all else replaces whole and remembers what it replaced.

    A number is one value: {value: ...} replaces another number whole, while {low: ...} without a value changes
    the parts it names. A row set to null stays in the tree as a null, so that its removal can be explained.
    """
    if under is None:
        return over
    beneath = _written_out(under) if _names_parts_only(over) else under
    if isinstance(beneath.value, Mapping) and isinstance(over.value, Mapping) and not (over.is_whole or is_number(over)):
        rows = dict(beneath.rows)
        for name, child in over.rows.items():
            rows[name] = merge(rows.get(name), child)
        return replace(over, value=rows, before=_below(over.before, under))
    return replace(over, before=_below(over.before, under))


def lay(under: Node, over: Node) -> Node:
    """A scenario over what it extends. Parameters belong to their owner: another policy or outcome model starts without."""
    rows = dict(over.rows)
    if _is_another(under, over, "policy", "name"):
        rows["policy"] = replace(rows["policy"], is_whole=True)
    if _is_another(under, over, "outcomes", "model"):
        outcomes = rows["outcomes"]
        params = outcomes.rows.get("params", Node({}, outcomes.spot, outcomes.key))
        rows["outcomes"] = replace(outcomes, value={**outcomes.rows, "params": replace(params, is_whole=True)})
    return merge(under, replace(over, value=rows))


def _is_another(under: Node, over: Node, section: str, name: str) -> bool:
    before, now = (find(tree, (section, name)) for tree in (under, over))
    return before is not None and now is not None and before.value != now.value


def at_path(keys: tuple[str, ...], node: Node) -> Node:
    """A tree that holds the node at the end of the path and nothing else."""
    for name in reversed(keys):
        node = Node({name: node}, node.spot, node.spot)
    return node


def _below(top: Node | None, under: Node) -> Node:
    return under if top is None else replace(top, before=_below(top.before, under))


def _names_parts_only(over: Node) -> bool:
    return bool(over.rows) and "value" not in over.rows and set(over.rows) <= _PARTS_OF_A_NUMBER


def _written_out(under: Node) -> Node:
    if isinstance(under.value, (int, float)) and not isinstance(under.value, bool):
        return Node({"value": under}, under.spot, under.key)
    return under
