"""What to look at next: the largest miss beyond luck, the input behind it, and the line that sets it."""

from __future__ import annotations

from collections.abc import Sequence

from sim.calibrate.mapping import OTHER
from sim.calibrate.validating import cells
from sim.calibrate.validating.levels import FAILS, WARNS, Row
from sim.calibrate.validating.verdict import Input
from sim.scenario.schema import Scenario
from sim.study.identity import shown

FINE = "single hours"  # in the table and the picture; on the screen they are in four-hour blocks already
OF_TYPES = "types"
PATHS = {  # section -> paths of what decides it, the most telling first; {group}: the row's own
    "mix": ("demand.mix.{group}", "demand.mix"),
    "endings": ("outcomes.reference.all", "outcomes.reference", "outcomes"),
    "endings by type": ("outcomes.reference.{kind}", "outcomes.reference", "outcomes"),
    "patience": (OF_TYPES,),
    "who came": ("responders.{group}.shifts", "responders.{group}"),
    "queue": ("responders.patrol.shifts", "responders"),
    "response": ("responders.patrol.shifts", "responders"),
    "turnout": ("responders.{team}.turnout_min", "responders.{team}"),
    "door": ("facilities",),
    "units": ("policy",),
    "task": (OF_TYPES,),
    "work": ("responders.patrol.shifts", "responders"),
}


def worst_first(rows: Sequence[Row]) -> list[Row]:
    """Fails, then warnings, the largest first; hours of the day left out."""
    return [row for level in (FAILS, WARNS) for row in _by_size(rows) if row.level == level and row.section != FINE]


def _by_size(rows: Sequence[Row]) -> list[Row]:
    def size(row: Row) -> float:
        off = row.effect if row.effect_unit == "distance" else abs(row.relative)
        return off if off == off else float("inf")

    return sorted(rows, key=size, reverse=True)


def next_step(rows: Sequence[Row], scenario: Scenario, inputs: Sequence[Input] = ()) -> str:
    """Which line to look at: of a forecast the input that closes most, else the one behind the largest miss."""
    if inputs:
        one = inputs[0]
        gain = f"; alone it closes {cells.closes(one)} of the miss" if one.closes > 0 else ""
        return f"{_place(scenario, one.path)} states {cells.stated(one)}, these months say {cells.estimated(one)}{gain}."
    worst = worst_first(rows)
    if not worst:
        return "nothing is off beyond luck; look at the posts that are not claimed, then at what you would change."
    what = f"{cells.label(worst[0])}, {cells.effect(worst[0])}" if cells.effect(worst[0]) else cells.label(worst[0])
    return f"look at {_place(scenario, input_of(worst[0], scenario))}, behind the largest {worst[0].level} ({what})."


def input_of(row: Row, scenario: Scenario) -> str:
    """Path of the input that decides a quantity, as far down as the scenario says anything."""
    candidates = _candidates(row)
    return next((path for path in candidates if scenario.origin.chain(path) or scenario.origin.under(path)), candidates[-1])


def _candidates(row: Row) -> list[str]:
    is_other = row.quantity.startswith("other") or "other calls" in row.quantity
    prefix, minutes = ("other_", f"types.{OTHER}") if is_other else ("", OF_TYPES)
    if row.section == "calls":
        rates = [f"demand.{prefix}calls_per_year", f"demand.{prefix}calls_per_1000_per_year"]
        return ["demand.day_effect_cv", "demand"] if row.group == "all" else [*rates, "demand"]
    if row.section in ("hours", "weekdays"):
        return [f"demand.{prefix}profile", "demand"]
    if row.section == "priorities":
        return [f"{minutes}.priorities", OF_TYPES]
    if row.section == "on scene":
        return [f"{minutes}.on_scene_min", OF_TYPES]
    if row.section == "travel":
        tail = ["travel.p90_min", "travel.p90_over_median"] if row.group.startswith("9 in 10") else []
        return [*tail, "travel.median_min", "travel.speed_kmh", "travel"]
    team, kind = row.quantity.removeprefix("turnout, "), row.quantity.removeprefix("endings of ").removesuffix(" calls")
    return [path.format(group=row.group, team=team, kind=kind) for path in PATHS[row.section]]


def _place(scenario: Scenario, path: str) -> str:
    """`demand.mix.suicidal (our_city.yaml, line 34)`; the path alone where no file says it."""
    lines = scenario.origin.chain(path)
    spot = scenario.origin.spot(path)
    file, line = (lines[-1].file, lines[-1].line) if lines else (spot.file, spot.line)
    default = ", a default" if file in scenario.origin.base_files else ""
    return f"{path} ({shown(file)}, line {line}{default})" if line else path
