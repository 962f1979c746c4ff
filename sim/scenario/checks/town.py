"""Time axis, zones, travel and doors."""

from __future__ import annotations

import datetime as dt

from sim.scenario.checks.sound import Checker
from sim.scenario.schema import Travel
from sim.scenario.wording import listed

MOST_ZERO = 0.45  # of drives
ONE_ZONE = "town"  # the zone of a scenario without zones
_FIRST_YEAR, _LAST_YEAR = 1900, 2400


def check_run(checker: Checker) -> None:
    """Dates the calendar can hold, and a change of policy inside them."""
    run, place = checker.sound.run, checker.sound.place
    if run is not None:
        if not _FIRST_YEAR <= run.begins.year <= _LAST_YEAR:
            checker.fault(("run", "begins"), str(run.begins), f"a day in the years {_FIRST_YEAR} to {_LAST_YEAR}")
            return
        ends = run.begins + dt.timedelta(days=run.warm_up_days + run.days)
        if run.policy_starts is not None and not run.begins <= run.policy_starts < ends:
            want = f"a day from run.begins ({run.begins}) to before the window ends ({ends})"
            checker.fault(("run", "policy_starts"), str(run.policy_starts), want)
    if place is not None:
        try:
            dt.date.fromisoformat("2001-" + place.fiscal_year_starts)
        except ValueError:
            checker.fault(
                ("place", "fiscal_year_starts"), repr(place.fiscal_year_starts), "a day MM-DD that exists in every year"
            )


def check_zones(checker: Checker) -> None:
    """Somebody must live, and call, somewhere."""
    zones = checker.sound.zones
    is_whole = bool(zones) and len(zones) == len(checker.names("zones"))
    if is_whole and sum(zone.population * zone.demand_weight.value for zone in zones.values()) <= 0:
        want = "a zone with population and demand_weight above 0"
        checker.fault(("zones",), "zones without residents or without demand", want, at_key=True)


def check_travel(checker: Checker) -> None:
    """One way of giving travel times, complete for every pair of zones."""
    travel = checker.sound.travel
    if travel is None:
        return
    ways = [name for name in ("median_min", "table_min", "speed_kmh") if checker.gives("travel", name)]
    if len(ways) != 1:
        hint = f"remove one with {ways[0]}: null" if ways else "median_min is enough for a town without zones"
        got = listed(ways).replace(" or ", " and ") if ways else "nothing"
        checker.fault(
            ("travel", ways[-1] if ways else "median_min"), got, "one of median_min, table_min, speed_kmh", hint, bool(ways)
        )
    if travel.p90_min is not None:
        if not checker.gives("travel", "median_min"):
            checker.fault(("travel", "p90_min"), "p90_min without median_min", "both, or p90_over_median", at_key=True)
        elif travel.median_min is not None and travel.p90_min.value < travel.median_min.value:
            checker.fault(("travel", "p90_min"), f"{travel.p90_min.value:g}", f"{travel.median_min.value:g} (median_min) or more")
    if max(travel.zero_share.value, travel.zero_share.high or 0.0) >= MOST_ZERO:
        want = f"a share below {MOST_ZERO}, or the median drive is none at all"
        checker.fault(("travel", "zero_share"), f"{travel.zero_share.value:g}", want)
    if travel.table_min is not None:
        _check_table(checker, travel)
    if travel.speed_kmh is not None:
        _check_centroids(checker, travel)


def _check_table(checker: Checker, travel: Travel) -> None:
    zones = checker.names("zones") or [ONE_ZONE]
    table = travel.table_min or {}
    for start, row in table.items():
        checker.known(("travel", "table_min", start), start, zones, "a zone of zones", at_key=True)
        for end in row:
            checker.known(("travel", "table_min", start, end), end, zones, "a zone of zones", at_key=True)
    for start in zones:
        if start not in table:
            checker.fault(("travel", "table_min", start), "nothing", f"minutes from {start} to each zone")
            continue
        for end in zones:
            if end not in table[start]:
                checker.fault(("travel", "table_min", start, end), "nothing", f"minutes from {start} to {end}")


def _check_centroids(checker: Checker, travel: Travel) -> None:
    if travel.speed_kmh is not None and travel.speed_kmh.value == 0:
        checker.fault(("travel", "speed_kmh"), "0", "a speed above 0")
    if not checker.names("zones"):
        checker.fault(("travel", "speed_kmh"), "speed_kmh without zones", "zones with x_km and y_km, or median_min", at_key=True)
    for name, zone in checker.sound.zones.items():
        for axis in ("x_km", "y_km"):
            if getattr(zone, axis) is None:
                hint = "or give travel by median_min or table_min"
                checker.fault(("zones", name, axis), "nothing", "the zone's centroid in km, since travel has speed_kmh", hint)


def check_facilities(checker: Checker) -> None:
    """Doors for every way a call about a person can end, in zones that exist."""
    zones = checker.names("zones")
    for name, door in checker.sound.facilities.items():
        if door.zone is not None:
            checker.known(("facilities", name, "zone"), door.zone, zones or [ONE_ZONE], "a zone of zones")
        elif len(zones) > 1:
            checker.fault(("facilities", name, "zone"), "nothing", f"the zone it stands in: {listed(zones)}")
        opens, closes = door.open.split("-")
        if opens == closes:
            checker.fault(("facilities", name, "open"), repr(door.open), "hours that differ", 'always open is "00:00-24:00"')
    if len(checker.sound.facilities) == len(checker.names("facilities")):
        _check_doors(checker)


def _check_doors(checker: Checker) -> None:
    kinds = {door.kind for door in checker.sound.facilities.values()}
    if any(kind.person for kind in checker.sound.types.values()):
        for needed, why in (("ed", "people may need an ED"), ("jail", "people may be arrested")):
            if needed not in kinds:
                hint = f"for example: central: {{kind: {needed}, handover_min: 30}}, with its zone where there are several"
                checker.fault(("facilities",), f"no facility of kind {needed}", f"at least one: {why}", hint, at_key=True)
    always_open = [d for d in checker.sound.facilities.values() if d.kind == "ed" and d.open == "00:00-24:00"]
    if "ed" in kinds and not always_open:
        checker.fault(("facilities",), "no ED that is always open", 'one with open: "00:00-24:00"', at_key=True)
