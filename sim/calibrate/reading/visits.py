"""Units that were sent: one row a visit, with the intervals of its phases."""

from __future__ import annotations

from sim.calibrate.normal import TABLES
from sim.calibrate.reading.calls import minutes_between
from sim.calibrate.reading.forms import SENT, Form
from sim.calibrate.reading.moments import Texts, believed

INTERVALS = ("turnout_min", "travel_min", "on_scene_min", "transport_min", "at_door_min", "task_min")


def fill_visits(texts: Texts, form: Form) -> None:
    """Fill `visits`; units are numbered in the order they were sent.

    Travel begins when the unit sets out if the map has that moment, else when it was sent.
    """
    unit = "sent." if form.is_grouped else "numbered."
    items = ["numbered.rowid + 1 AS number", f"{_nth(form)} AS nth", f"{unit}unit", f"{unit}responder", f"{unit}from_zone"]
    hour = "numbered.hour" if form.is_relative else f"coalesce(extract(hour FROM {form.at('dispatched', unit)}), numbered.hour)"
    items.append(f"CAST(CAST({hour} AS INTEGER) // 6 AS TINYINT) AS band")
    items += [f"{sql} AS {name}_min" for name, sql in _phases(form, unit).items()]
    source = "numbered JOIN sent ON sent.id = numbered.id" if form.is_grouped else "numbered"
    texts.database.execute(f"CREATE TABLE gone AS SELECT {', '.join(items)} FROM {source} WHERE {_was_sent(form, unit)}")
    parts = {name: "gone." + name for name in ("nth", "unit", "responder", "band")} | {"call": "calls.call"}
    parts |= {"from_zone": "kept_from"} | believed(texts, "gone", INTERVALS)
    few = f"GROUP BY from_zone HAVING count(from_zone) >= {texts.export_map.limits.smallest_cell}"
    known = f"LEFT JOIN (SELECT from_zone AS kept_from FROM gone {few}) ON kept_from = gone.from_zone"
    columns = ", ".join(f"{parts.get(name, f'calls.{name}')} AS {name}" for name in TABLES["visits"])
    texts.database.execute(f"INSERT INTO visits SELECT {columns} FROM gone {known} JOIN calls ON calls.call = gone.number")
    texts.database.execute("DROP TABLE gone")


def _nth(form: Form) -> str:
    if not form.is_grouped:
        return "1"
    first = f"coalesce({', '.join(form.at(moment, 'sent.') for moment in SENT[:3])})"
    return f"row_number() OVER (PARTITION BY numbered.rowid ORDER BY {first} NULLS LAST, sent.row, sent.unit)"


def _phases(form: Form, unit: str) -> dict[str, str]:
    """SQL of each interval before it is believed: what the export states, else the difference of two moments."""
    at = {moment: form.at(moment, unit) for moment in SENT}
    setting_out = at["en_route" if "en_route" in form.moments else "dispatched"]
    ends = {
        "turnout": (at["dispatched"], at["en_route"]),
        "travel": (setting_out, at["on_scene"]),
        "on_scene": (at["on_scene"], f"coalesce({at['left_scene']}, CASE WHEN {at['at_door']} IS NULL THEN {at['clear']} END)"),
        "transport": (at["left_scene"], at["at_door"]),
        "at_door": (at["at_door"], at["clear"]),
        "task": (at["dispatched"], at["clear"]),
    }
    if form.waves:  # a row's durations are of no one unit
        return {name: minutes_between(*pair) for name, pair in ends.items()}
    return {name: f"coalesce({form.lasts(name, unit)}, {minutes_between(*pair)})" for name, pair in ends.items()}


def _was_sent(form: Form, unit: str) -> str:
    """SQL of whether somebody was: a moment or a duration says so; where the export has neither, a name of a unit."""
    known = [form.at(moment, unit) for moment in SENT[:5] if moment in form.moments]
    known += [] if form.waves else [form.lasts(name, unit) for name in form.lasting]
    if not known:
        known = [form.at("clear", unit), f"{unit}unit", f"{unit}responder_label"]
    return f"({' OR '.join(f'{one} IS NOT NULL' for one in known)})"
