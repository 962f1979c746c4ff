"""What crews ask of others at the scene: roles that exist and that somebody who can help fills."""

from __future__ import annotations

from sim.scenario.checks.response import role_names
from sim.scenario.checks.sound import Checker
from sim.scenario.roles import fills
from sim.scenario.schema import Responder
from sim.scenario.wording import listed


def check_scene(checker: Checker) -> None:
    """Asking for others, transport by others, joining by screen."""
    for name, row in checker.sound.responders.items():
        _check_asks(checker, name, row)
        _check_transport(checker, name, row)
        if row.remote and row.transports:
            checker.fault(("responders", name, "transports"), "true, of a crew that joins by screen", "false")


def _check_asks(checker: Checker, name: str, row: Responder) -> None:
    if row.asks is None:
        return
    keys = ("responders", name, "asks")
    checker.known((*keys, "role"), row.asks.role, role_names(checker), "a role")
    crew = [discipline for discipline, n in row.crew.items() if n > 0]
    if row.asks.role == name or crew == [row.asks.role]:
        checker.fault((*keys, "role"), f"{row.asks.role!r}, which is all of its own crew", "a role of somebody else")
    for kind in row.asks.share:
        names = ["all", *checker.names("types")]
        checker.known((*keys, "share", kind), kind, names, "one of the call types, or all", at_key=True)


def _check_transport(checker: Checker, name: str, row: Responder) -> None:
    role, keys = row.transport_by, ("responders", name, "transport_by")
    if role is None:
        return
    if role not in role_names(checker):
        checker.known(keys, role, role_names(checker), "a role")
    elif len(checker.sound.responders) == len(checker.names("responders")):
        able = [other for other in checker.sound.responders if fills(checker.sound, other, role)]
        if not any(checker.sound.responders[other].transports for other in able):
            who = f"only {listed(able)} fills, without transport" if able else "no responder type fills"
            hint = "without it, ambulance_wait_min is waited for an ambulance outside the model"
            checker.fault(keys, f"{role!r}, which {who}", "a role of somebody who transports", hint)
