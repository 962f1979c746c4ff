"""How calls end: families that exist and end somewhere, a table without gaps, force that does not grow with severity."""

from __future__ import annotations

from sim.outcomes.fixed_table import EVERY, share
from sim.outcomes.grid import DECISIONS, REFERENCE
from sim.scenario.checks.sound import Checker
from sim.scenario.node import Keys, find
from sim.scenario.schema import Outcomes
from sim.scenario.wording import listed

SHIPPED = "extends: base.yaml brings those that are shipped"
MODEL = "fixed_table"
UNAWARE = "police who see no crisis"  # a mislabelled call: the row of all


def check_effects(checker: Checker) -> None:
    """Families, the rows of the table, and the severity of force."""
    _check_family_names(checker)
    _check_circles(checker)
    outcomes = checker.sound.outcomes
    if outcomes is None:
        return
    _check_force(checker, outcomes)
    _check_table_names(checker, outcomes)
    if outcomes.model == MODEL:
        _check_table_is_full(checker, outcomes)


def family_names(checker: Checker) -> list[str]:
    """Names of all families, those with faults too."""
    node = find(checker.tree, ("outcomes", "families"))
    return [name for name, row in node.rows.items() if row.value is not None] if node is not None else []


def _check_family_names(checker: Checker) -> None:
    names = family_names(checker)
    named: list[tuple[Keys, str | None]] = [
        (("responders", name, "family"), row.family) for name, row in checker.sound.responders.items()
    ]
    if checker.sound.outcomes is not None:
        families = checker.sound.outcomes.families
        named += [(("outcomes", "families", name, "inherits"), row.inherits) for name, row in families.items()]
    for keys, family in named:
        if family is not None and names:
            checker.known(keys, family, names, "a family of outcomes.families")
        elif family is not None:
            checker.fault(keys, repr(family), "a family of outcomes.families, which has none", SHIPPED)


def _check_circles(checker: Checker) -> None:
    families = checker.sound.outcomes.families if checker.sound.outcomes is not None else {}
    told: set[str] = set()
    for name in sorted(families):
        path = [name]
        while (above := families[path[-1]].inherits) in families and above not in path:
            path.append(above)
        if above in path and not told & set(path):
            circle = [*path[path.index(above) :], above]
            told |= set(circle)
            keys = ("outcomes", "families", circle[0], "inherits")
            checker.fault(keys, repr(circle[1]), "a family that does not lead back here", " -> ".join(circle))


def _check_force(checker: Checker, outcomes: Outcomes) -> None:
    weapon, serious = outcomes.force_weapon_share.value, outcomes.force_serious_share.value
    if serious > weapon:
        checker.fault(
            ("outcomes", "force_serious_share"),
            f"{serious:g}",
            f"no more than force_weapon_share ({weapon:g})",
            "each share counts the worse kinds too: force with serious harm is part of force with a weapon, or worse",
        )


def _check_table_names(checker: Checker, outcomes: Outcomes) -> None:
    who = list(dict.fromkeys([*checker.names("responders"), *family_names(checker), EVERY]))
    for name, rows in outcomes.table.items():
        checker.known(("outcomes", "table", name), name, who, "a responder type, a family, or all", at_key=True)
        for kind in rows:
            kinds = [*checker.names("types"), EVERY]
            checker.known(("outcomes", "table", name, kind), kind, kinds, "one of the call types, or all", at_key=True)


def _check_table_is_full(checker: Checker, outcomes: Outcomes) -> None:
    """Each responder has a share for each decision at each type of call about people."""
    if any(fault.path.startswith(("outcomes.", "responders.")) for fault in checker.faults):
        return  # rows with faults of their own would be told missing
    for (kind, missing), who in _gaps(checker).items():
        lack = "nothing" if missing == DECISIONS else f"no {listed(missing)}"
        row = who[0] if len(who) == 1 and who[0] in outcomes.table else ""
        checker.fault(
            ("outcomes", "table", row) if row else ("outcomes", "table"),
            f"{lack} for calls of {kind} to which {listed(who)} is sent",
            f"a share for each of the {len(DECISIONS)} decisions",
            f"table.{EVERY}.{EVERY} holds for every responder and call type without a row of its own",
            at_key=True,
        )


def _gaps(checker: Checker) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """Type of call and decisions that the table lacks there, to whom it lacks them for; of each, the first type of call."""
    sound = checker.sound
    people = sorted(name for name, row in sound.types.items() if row.person)
    is_reference_used = any(row.mislabelled is not None for row in sound.types.values())
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name in [*sorted(sound.responders), *([REFERENCE] if is_reference_used else [])]:
        for kind in people:
            missing = tuple(decision for decision in DECISIONS if share(sound, kind, name, decision) is None)
            if missing:
                found.setdefault((kind, missing), []).append(UNAWARE if name == REFERENCE else name)
                break
    return found
