"""A first scenario for a town: at most fifty lines, the ten numbers that decide most on top, each marked `yours?`."""

from __future__ import annotations

import math

from sim.errors import ResultsError
from sim.scenario.library import Library
from sim.scenario.load import load
from sim.scenario.number import Sourced
from sim.scenario.schema import Scenario

MAX_LINES = 50
SMALLEST, LARGEST = 500, 20_000_000


def quoted(text: str) -> str:
    """A text as YAML that reads back the same, whatever is in it."""
    inner = "".join(c if c.isprintable() else " " for c in text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'


def number(of: Sourced) -> str:
    """A library number with its range and source; a line a planner edits."""
    parts = [f"value: {of.value:g}"]
    parts += [f"{name}: {bound:g}" for name, bound in (("low", of.low), ("high", of.high)) if bound is not None]
    if of.source is not None:
        parts.append(f"source: {of.source}" if isinstance(of.source, str) else f"source: [{', '.join(of.source)}]")
    if of.source == "assumption":
        parts.append('reason: "the reference city"')
    return "{" + ", ".join(parts) + "}"


def posts(base: Scenario, responder: str, shift: str, population: int) -> int:
    """Posts of a base shift, in proportion to residents; at least one, patrol round the clock rounded up."""
    exact = base.responders[responder].shifts[shift].posts * population / base.place.population
    return max(1, math.ceil(exact) if (responder, shift) == ("patrol", "all_day") else round(exact))


TEXT = """# yaml-language-server: $schema=scenario.schema.json
# Whatever is not said here is the reference city's: crisis-sim explain FILE PATH shows each value's place.
# Replace the ten numbers marked yours? first, a source beside each: source: "county CAD 2026", or an ID of
# crisis-sim list evidence. Then: crisis-sim check FILE
extends: base.yaml
name: {title}
place: {{population: {population}}}
demand:
  calls_per_1000_per_year: {calls}   # 1 yours? crisis calls a year
responders:
  co_responder:
    shifts:
      weekdays: {{days: mon-fri, start: "12:00", end: "22:00", posts: 1}}   # 2 yours? hours and posts
    on_scene_min: {on_scene}   # 3 yours?
    paperwork_min: {paperwork}   # 4 yours?
    unavailable_share: {absent}   # 5 yours?
  patrol:                      # sized by residents from the reference city
    shifts: {{all_day: {{posts: {patrol}}}, \
afternoon_evening: {{posts: {evening_patrol}}}}}
  cit_patrol: {{shifts: {{all_day: {{posts: {cit_patrol}}}}}}}
  ems: {{shifts: {{all_day: {{posts: {ems}}}}}}}
  mobile_crisis: null          # take this line and the one under programmes out if you have such a team
travel:
  median_min: {travel}   # 6 yours?
  p90_min: {{value: 15, source: assumption, reason: "about twice the median"}}
  speed_kmh: null              # one zone, so no map
zones: {{}}
outcomes:
  reference:
    all:
      ed: {ed_share}   # 7 yours? patrol, ED
facilities:
  general_hospital: {{zone: null, handover_min: {ed_door}}}   # 8 yours?
  university_hospital: null
  crisis_centre: {{zone: null}}  # null instead of the braces if you have none
  county_jail: {{zone: null}}
rates:
  cit_officer_fte_usd: {officer}   # 9 yours?
  clinician_fte_usd: {clinician}   # 10 yours?
programmes:
  mobile_crisis: null
  co_response:
    takes: [suicidal, welfare_check, psychosis, disturbance, youth]   # the remit: it decides as much as any number
    never_if: [weapon, medical_need]
observed: {{}}                   # your records, never fitted to: missed_share: {{value: 0.8, source: "..."}}
"""


def template(name: str, population: int) -> str:
    """The text of a scenario file."""
    if not SMALLEST <= population <= LARGEST:
        raise ResultsError(f"--population {population}: want {SMALLEST:,} to {LARGEST:,} residents")
    base = load(Library().folder / "base.yaml")
    team, rates = base.responders["co_responder"], base.rates
    travel = Sourced(value=7, low=4, high=15, source="assumption", reason="a town")
    yearly = base.demand.calls_per_1000_per_year
    ed = next(door.handover_min for door in base.facilities.values() if door.kind == "ed")
    assert yearly is not None
    return TEXT.format(
        title=quoted(name + " today"),
        population=population,
        calls=number(yearly),
        on_scene=number(team.on_scene_min),
        paperwork=number(team.paperwork_min),
        absent=number(team.unavailable_share),
        patrol=posts(base, "patrol", "all_day", population),
        evening_patrol=posts(base, "patrol", "afternoon_evening", population),
        cit_patrol=posts(base, "cit_patrol", "all_day", population),
        ems=posts(base, "ems", "all_day", population),
        travel=number(travel),
        ed_share=number(base.outcomes.reference["all"]["ed"]),
        ed_door=number(ed),
        officer=number(rates["cit_officer_fte_usd"]),
        clinician=number(rates["clinician_fte_usd"]),
    )
