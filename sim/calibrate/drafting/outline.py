"""What a drafted scenario needs and no export tells: residents, the year that is played, roster, zones, doors.

Guesses are made as `sim.study.template` makes them, in proportion to residents, and marked `yours?`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

from sim.calibrate.drafting.paper import Items, Page, Text, key_text
from sim.calibrate.estimate import Fitted
from sim.calibrate.mapping import ExportMap, Limits
from sim.scenario.checks.names import is_name
from sim.scenario.schema import Scenario
from sim.study.screens.words import day
from sim.study.template import posts, quoted

YOURS = "yours?"
SIZED = {"patrol", "ems"}  # whose posts are for all the work there is: by residents or calls
AS_SENT = "records"  # the shift of a team as the records see it
UNKNOWN_WAY = (  # where neither map nor ways were learned; the same guess as `crisis-sim init` makes
    ("travel.median_min", '{value: 7, low: 4, high: 15, source: assumption, reason: "a town"}'),
    ("travel.p90_min", '{value: 15, source: assumption, reason: "about twice the median"}'),
)


class Town(Protocol):
    """Whose numbers these are: what a map of an export and a file of totals have in common."""

    @property
    def name(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def as_of(self) -> str | None: ...
    @property
    def population(self) -> int | None: ...
    @property
    def base(self) -> str: ...
    @property
    def responders(self) -> Mapping[str, str]: ...


def smallest_cell(town: Town) -> int:
    """Counts below are not shown."""
    return (town.limits if isinstance(town, ExportMap) else Limits()).smallest_cell


def outline(page: Page, fitted: Fitted, town: Town, base: Scenario, days: tuple[dt.date, dt.date] | None) -> None:
    """Put residents, run, zones, ways, roster, programmes and doors on the page."""
    residents, words = population(fitted, town, base)
    page.put("place", Text(f"{{population: {residents}}}", words))
    if days is not None:
        window = days[1] + dt.timedelta(days=1)
        begins = window - dt.timedelta(days=base.run.warm_up_days)
        page.put("run", Text(f"{{begins: {begins}}}", f"so that the year after the records is counted, from {day(window)}"))
    zones = _zones(page, fitted, base, residents)
    _ways(page, fitted, base)
    _roster(page, fitted, town, base, max(residents, residents_by_calls(fitted, base, residents)))
    _programmes(page, fitted, town, base)
    _doors(page, fitted, base, zones)
    if base.observed:
        page.put("observed", "{}")
        page.say("observed", f"What {base.name} counted is not this town's record.")


def population(fitted: Fitted, town: Town, base: Scenario) -> tuple[int, str]:
    """Residents, and in words where the number is from where the map does not give it."""
    if town.population is not None:
        return town.population, ""
    for prefix, what in (("", "crisis calls"), ("other_", "other calls")):
        calls, rate = fitted.value(f"demand.{prefix}calls_per_year"), getattr(base.demand, f"{prefix}calls_per_1000_per_year")
        if calls and rate is not None and rate.value > 0:
            residents = max(round(1000 * calls / rate.value), 1)
            return (
                residents,
                f"{YOURS} the map gives none: as many as have these {what} at {base.name}'s {rate.value:g} per 1,000",
            )
    return base.place.population, f"{YOURS} the map gives none: {base.name}'s"


def residents_by_calls(fitted: Fitted, base: Scenario, residents: int) -> int:
    """Residents of whom the base's would make as many calls, ordinary work with them: what a roster must be large enough for."""
    learned, usual = 0.0, 0.0
    for prefix in ("", "other_"):
        own = calls_per_1000(base, prefix)
        here = fitted.value(f"demand.{prefix}calls_per_year")
        usual += own
        learned += own * residents / 1000 if here is None else here
    return round(1000 * learned / usual) if usual > 0 else 0


def calls_per_1000(base: Scenario, prefix: str) -> float:
    """Calls a year and 1,000 residents of the base; `prefix` is empty for people and `other_` for ordinary work."""
    rate, total = (getattr(base.demand, f"{prefix}{name}") for name in ("calls_per_1000_per_year", "calls_per_year"))
    if rate is not None:
        return float(rate.value)
    return 1000 * float(total.value) / base.place.population if total is not None else 0.0


def zone_rows(fitted: Fitted) -> dict[str, float]:
    """Zones that were learned, by a name a scenario takes, with their share of the calls; none where fewer than two."""
    table = fitted.tables.get("zones")
    if table is None or len(table) < 2:
        return {}
    rows: dict[str, float] = {}
    for label, share in zip(table["zone"], table["share"], strict=True):
        rows[zone_name(str(label), rows)] = float(share)
    return rows


def zone_name(label: str, taken: Mapping[str, Any]) -> str:
    """A label as the name of a row: letters, digits, spaces, _ and -, at most sixty, none twice."""
    plain = "".join(c if c.isalnum() or c in "_- " else " " for c in label)
    name = " ".join(plain.split())[:50].strip() or "zone"
    name = name if is_name(name) and name not in ("spread", "value") else f"zone {name}"
    n, first = 1, name
    while name in taken:
        n += 1
        name = f"{first} {n}"
    return name


def _zones(page: Page, fitted: Fitted, base: Scenario, residents: int) -> list[str]:
    rows = zone_rows(fitted)
    if not rows:
        if base.zones:
            page.put("zones", "{}")
            page.say("zones", "The records do not say where: one zone, so no map.")
        return []
    page.say(
        "zones",
        f"Zones as the records name them. Residents ({residents:,} in all) are split as the calls are: {YOURS} Calls fall on "
        "zones by these numbers, so put true residents in only with a demand_weight beside them.",
    )
    for gone in base.zones:
        if gone not in rows:
            page.put(("zones", gone), "null")
    total = sum(rows.values())
    for name, share in rows.items():
        page.put(("zones", name), f"{{population: {max(round(residents * share / total), 1)}}}")
    return list(rows)


def _ways(page: Page, fitted: Fitted, base: Scenario) -> None:
    """One way of giving travel: what was learned, else the base's where it needs no map, else a guess."""
    learned = {one.path.split(".")[1] for one in fitted.all_estimates() if one.path.startswith("travel.")}
    ways = ("median_min", "table_min", "speed_kmh")
    kept = next((way for way in ("table_min", "median_min", "speed_kmh") if way in learned), "")
    if not kept and base.travel.median_min is not None:
        return
    if not kept:
        kept = "median_min"
        page.say("travel", "The ways could not be learned: a guess.")
        for path, row in UNKNOWN_WAY:
            page.put(path, Text(row, YOURS))
    for way in ways:
        if way != kept and getattr(base.travel, way) is not None:
            page.put(f"travel.{way}", "null")
    idle = "within_zone_min" if kept == "median_min" else "p90_min"  # nobody would read it beside the way that is kept
    if getattr(base.travel, idle) is not None:
        page.put(f"travel.{idle}", "null")


def _roster(page: Page, fitted: Fitted, town: Town, base: Scenario, residents: int) -> None:
    """Teams of programmes as the records see them sent; other posts by residents, or by calls where there are more."""
    gone, seen = unseen_teams(town, base), rosters(fitted, base)
    for name, row in base.responders.items():
        if name in seen:
            _as_sent(page, name, list(row.shifts), seen[name])
        elif row.shifts:
            shifts = {
                shift: "null" if name in gone else f"{{posts: {posts(base, name, shift, residents)}}}" for shift in row.shifts
            }
            text = "{" + ", ".join(f"{key_text(shift)}: {what}" for shift, what in shifts.items()) + "}"
            page.put(("responders", name, "shifts"), Text(text, "" if name in gone else YOURS))
        if row.home != "spread" and base.zones:
            page.put(("responders", name, "home"), Text("spread", YOURS))


def rosters(fitted: Fitted, base: Scenario) -> dict[str, dict[str, Any]]:
    """When teams of programmes were sent, where the records saw enough of it: rows of days, start, end, posts, n."""
    table = fitted.tables.get("rosters")
    teams = {unit for row in base.programmes.values() for unit in row.units} - SIZED
    rows = [] if table is None else table.to_dict("records")
    return {row["responder"]: row for row in rows if row["responder"] in teams}


def _as_sent(page: Page, name: str, of_base: list[str], seen: Mapping[str, Any]) -> None:
    """One shift in place of the base's; `yours?` stands in the line of the posts, where it says that they are a guess."""
    place = ("responders", name, "shifts")
    words = f"As the records see it sent, {seen['n']:,} times: the shortest hours that hold nearly all of it. Posts are the"
    page.say(place, f"{words} different units sent on a day it works: not those on duty at once, which may be more or fewer.")
    for shift in of_base:
        page.put((*place, shift), "null")
    hours = f'days: {seen["days"]}, start: "{seen["start"]}", end: "{seen["end"]}"'
    page.put((*place, AS_SENT), Text(f"{{{hours}, posts: {seen['posts']}}}", f"{YOURS} as sent"))


def _programmes(page: Page, fitted: Fitted, town: Town, base: Scenario) -> None:
    """Programmes whose teams are not in the records go; the others take what their teams were seen to be sent to."""
    gone = unseen_teams(town, base)
    empty = [name for name, row in base.programmes.items() if set(row.units) <= set(gone)]
    for name in empty:
        page.put(("programmes", name), "null")
    if empty:
        page.say(
            "programmes",
            "The records know no team of these programmes, so none is on duty. An option adds one, as secondary_response.yaml "
            "does; if you have one already, give its posts above and take its line out here.",
        )
    for name in base.programmes:
        if name not in empty:
            _remit(page, fitted, base, name)


def _remit(page: Page, fitted: Fitted, base: Scenario, name: str) -> None:
    """What a programme takes, as sent, with those of the base's types that the records do not know; else as in the base."""
    row, table = base.programmes[name], fitted.tables.get("remits")
    of_base = [kind for kind, one in base.types.items() if one.person] if row.takes == "people" else row.takes
    seen = [] if table is None else list(table.loc[table["responder"].isin(row.units), "type"])
    place = ("programmes", name, "takes")
    if seen:
        unknown = [kind for kind in of_base if fitted.value(f"demand.mix.{kind}") is None]
        words = f"{YOURS} As the records see it sent: at least a quarter as often as to the type it is sent to most. never_if"
        page.say(place, f"{words} is the base's: the records do not say what was known of a call.")
        page.put(place, Items(tuple(dict.fromkeys([*sorted(seen, key=list(base.types).index), *unknown])), "[]"))
    else:
        page.say(place, f"{YOURS} The base's, as is never_if: the records do not say enough of what it is sent to.")
        page.put(place, "people" if row.takes == "people" else Items(tuple(of_base), "[]"))


def unseen_teams(town: Town, base: Scenario) -> list[str]:
    """Teams of programmes that no unit of the records is; none where the base's plans or callers count on its programmes."""
    if base.response_plans or base.demand.induced is not None:
        return []
    teams = {unit for row in base.programmes.values() for unit in row.units} - set(town.responders.values())
    return [name for name in base.responders if name in teams]


def spare_doors(fitted: Fitted, base: Scenario) -> set[str]:
    """Doors of a map that go where there is one zone: all but the first of their kind, since none would be nearer."""
    if not base.zones or zone_rows(fitted):
        return set()
    first = {door.kind: name for name, door in reversed(base.facilities.items())}
    return set(base.facilities) - set(first.values())


def _doors(page: Page, fitted: Fitted, base: Scenario, zones: list[str]) -> None:
    """Doors without a zone where there is one; else at the busiest zone, for the planner to mend."""
    if not base.zones and not zones:
        return
    learned = {one.path.split(".")[1] for one in fitted.all_estimates() if one.path.startswith("facilities.")}
    rows = zone_rows(fitted)
    busiest = max(rows, key=lambda name: rows[name]) if rows else ""
    spare = spare_doors(fitted, base)
    for name, door in base.facilities.items():
        if name in spare:
            page.put(("facilities", name), "null")
        elif zones:
            text = busiest if key_text(busiest) == busiest else quoted(busiest)
            page.put(("facilities", name, "zone"), Text(text, f"{YOURS} the busiest"))
        elif door.zone is not None:
            if name in learned:
                page.put(("facilities", name, "zone"), "null")
            else:
                page.put(("facilities", name), Items(("zone: null",)))
