"""The queue and the centre: a diversion table in strict order, uptake by channel, jurisdictions that can help each other."""

from __future__ import annotations

from sim.scenario.checks.names import MAX_NAME, is_name
from sim.scenario.checks.sound import Checker
from sim.scenario.wording import listed

ONE_CHANNEL = "911"
MUTUAL_AID = "mutual_aid"


def check_dispatch(checker: Checker) -> None:
    """A unit on its way may only be sent to something strictly more urgent, so that no two calls take it from each other."""
    dispatch = checker.sound.dispatch
    if dispatch is None:
        return
    for first, others in dispatch.diverts.items():
        for i, other in enumerate(others):
            if other >= first:
                more = listed(range(1, first))
                want = f"a more urgent priority: {more}" if first > 1 else "nothing: no priority is more urgent than 1"
                hint = "the table is in strict order, so that no two calls take a unit from each other for ever"
                checker.fault(("dispatch", "diverts", str(first), i), f"{other}, on the way to priority {first}", want, hint)


def check_uptake(checker: Checker) -> None:
    """Shares by channel, for every channel there is."""
    uptake, demand = checker.sound.uptake, checker.sound.demand
    if uptake is None or demand is None:
        return
    channels = list(demand.channels) or [ONE_CHANNEL]
    for part in ("first", "later"):
        for name in getattr(uptake, part):
            what = "a channel of demand.channels, or all"
            checker.known(("uptake", part, name), name, ["all", *channels], what, at_key=True)
    missing = [name for name in channels if name not in uptake.first and "all" not in uptake.first]
    if missing:
        checker.fault(("uptake", "first"), f"no share for {listed(missing)}", "a share for each channel, or for all", at_key=True)


def check_jurisdictions(checker: Checker) -> None:
    """Names that can stand in tables; two of them at least where they are to help each other."""
    zones = checker.sound.zones
    for name, zone in zones.items():
        if not is_name(zone.jurisdiction):
            want = f"a name of letters, digits, _ and -, at most {MAX_NAME} long"
            checker.fault(("zones", name, "jurisdiction"), f"the name {zone.jurisdiction[:MAX_NAME]!r}", want)
    policy = checker.sound.policy
    there = sorted({zone.jurisdiction for zone in zones.values()})
    if policy is not None and policy.name == MUTUAL_AID and len(there) < 2 and len(zones) == len(checker.names("zones")):
        got = f"{MUTUAL_AID!r}, with all zones in {there[0] if there else 'one zone'}"
        hint = "a zone says whose it is: jurisdiction: north_county"
        checker.fault(("policy", "name"), got, "zones of two jurisdictions at least", hint)
