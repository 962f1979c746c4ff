"""A simulated life as an export in one of five real layouts, with the map that reads it, and with realistic dirt.

stamps     one row a unit, full stamps of every moment
durations  one row a call: when it was received, and the minutes from then to every moment of the first unit
waves      one row a call: several units in one cell, UNIT=HH:MM:SS, and a column with the date
midnight   one row a unit, and the date of every stamp is that of the call, so wrong after midnight
lengths    one row a dispatched call: durations only, no dates

An export in the shape of a real one is `synthetic.write_synthetic`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calibrate.exporting.lives import Life
from sim.calibrate.exporting.sheet import Shared, Style, Words, sheet_of, uniforms, write_sheet
from sim.calibrate.exporting.synthetic import write_synthetic
from sim.calibrate.mapping import DEFAULT, OTHER, ExportMap

__all__ = ["LAYOUTS", "Dirt", "export_of", "layout_map", "write_export", "write_synthetic"]

TYPE_WORDS: dict[str, Shared] = {
    "suicidal": (("Suicidal Person", 0.8), ("Suicide Attempt", 0.2)),
    "welfare_check": (("MH-Welfare", 0.6), ("Check Well Being", 0.4)),
    "psychosis": (("MH-Altered Perception", 1.0),),
    "disturbance": (("Disturbance - MH", 0.7), ("Unwanted Person - MH", 0.3)),
    "substance_use": (("Overdose", 0.5), ("Intoxicated Person", 0.5)),
    "homelessness": (("Unhoused Assist", 1.0),),
    "youth": (("MH-Juvenile", 1.0),),
    "elder": (("MH-Dementia", 1.0),),
    "domestic": (("Domestic - MH", 1.0),),
    "follow_up": (("MH-Follow Up", 1.0),),
    OTHER: (
        ("Traffic Accident", 0.25),
        ("Alarm", 0.2),
        ("Theft Report", 0.2),
        ("Noise Complaint", 0.2),
        ("Assist Citizen", 0.15),
    ),
}
PRIORITY_WORDS = {1: "P1-Emergency", 2: "P2-Urgent", 3: "P3-Routine", 4: "P4-Low"}
ENDING_WORDS = {
    "resolved": "Assisted", "referred": "Referred", "crisis_centre": "Crisis Center", "ed": "Transported ED",
    "ed_medical": "Medical Transport", "hold": "Emergency Hold", "arrest": "Arrest", "no_contact": "Unable to Locate",
    "handled": "Report Taken", "cancelled": "Cancelled", "abandoned": "Caller Hung Up",
}  # fmt: skip
TEST, OWN = "Test Call", "Officer Initiated"
MOMENT_COLUMNS = {
    "received": "Time Call Received", "dispatched": "Time Dispatched", "en_route": "Time Enroute",
    "on_scene": "Time On Scene", "left_scene": "Time To Hospital", "at_door": "Time At Hospital",
    "clear": "Time Unit Clear", "cancelled": "Time Cancelled",
}  # fmt: skip
SINCE_COLUMNS = {
    "dispatched": "MinToDispatch", "en_route": "MinToEnroute", "on_scene": "MinToArrive", "left_scene": "MinToTransport",
    "at_door": "MinToHospital", "clear": "MinToClear", "cancelled": "MinToCancel",
}  # fmt: skip
LAYOUTS = {
    "stamps": Style(rows="unit"),
    "durations": Style(stamp="%m/%d/%Y %H:%M:%S"),
    "waves": Style(rows="waves", stamp="%H:%M:%S"),
    "midnight": Style(rows="unit", stamp="%m/%d/%Y %I:%M:%S %p", keeps_day=True),
    "lengths": Style(places=0),
}


@dataclass(frozen=True)
class Dirt:
    """What is wrong with real exports. Shares; each falls on rows and stamps by a draw of its own."""

    duplicated: float = 0.0  # of rows, written twice
    tests: float = 0.0  # test calls, over rows
    own: float = 0.0  # rows of officers' own work, over rows
    missing: float = 0.0  # of stamps and durations after the first moment
    blank: str = ""  # what an empty cell holds, such as NULL


CLEAN = Dirt()


def layout_map(life: Life, layout: str, dirt: Dirt = CLEAN) -> dict[str, Any]:
    """The map that reads a life in this layout, as a planner would write it in YAML."""
    columns = {"type": "Problem", "priority": "Priority", "disposition": "Disposition"}
    if life.calls["zone"].nunique() > 1:
        columns["zone"] = "District"
    if (life.calls["person"] >= 0).any():
        columns["person"] = "Person"
    if (life.calls["type"] != life.calls["final_type"]).any():
        columns["final_type"] = "Final Problem"
    if layout != "waves":
        columns["unit"] = "Unit"
    if layout in ("stamps", "midnight"):
        columns["call"] = "Incident Number"
    found: dict[str, Any] = {
        "name": "Known city",
        "source": "Known city dispatch",
        "columns": columns,
        "types": {word: kind for kind, shared in _type_words(life).items() for word, _ in shared if kind != OTHER},
        "priorities": {word: level for level, word in PRIORITY_WORDS.items()},
        "dispositions": {word: ending for ending, word in ENDING_WORDS.items()},
        "responders": {f"{prefix}*": name for name, prefix in prefixes(life).items()},
        "test_calls": [{"column": "Problem", "are": ["test*"]}],
        "self_initiated": [{"column": "Problem", "are": [OWN]}],
        "times": {"missing": sorted({"", "NULL", dirt.blank})},  # midnight is a time of day here, not a missing one
    }
    found["types"][DEFAULT] = OTHER
    if layout == "lengths":
        found["lasting"] = {"queue": "QueueSec", "travel": "TravelSec", "on_scene": "OnSceneSec"}
        found["durations_in"] = "s"
    elif layout == "durations":
        found["stamps"], found["since_received"] = {"received": "CallDateTime"}, dict(SINCE_COLUMNS)
    else:
        found["stamps"] = dict(MOMENT_COLUMNS)
    if layout == "waves":
        found["times"]["date"], found["waves"] = "Date", {"between": ",", "sign": "="}
    return found


def export_of(life: Life, layout: str, dirt: Dirt = CLEAN) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The export as a table of texts, and its map."""
    found = layout_map(life, layout, dirt)
    export_map = ExportMap.model_validate(found)
    if layout == "lengths":  # such files hold dispatched calls
        was_sent = np.isin(life.calls["call"], life.visits["call"])
        life = Life(life.begins, life.calls[was_sent].reset_index(drop=True), life.visits, life.units, life.replication)
    words = Words(
        types=_type_words(life),
        priorities={level: ((word, 1.0),) for level, word in PRIORITY_WORDS.items()},
        endings={ending: ((word, 1.0),) for ending, word in ENDING_WORDS.items()},
        zones={zone: ((zone, 1.0),) for zone in life.calls["zone"].unique()},
        units=unit_names(life),
    )
    sheet = sheet_of(life, export_map, words, LAYOUTS[layout])
    return (sheet if dirt == CLEAN else soiled(sheet, export_map, dirt, life)), found


def write_export(life: Life, layout: str, path: Path, dirt: Dirt = CLEAN) -> dict[str, Any]:
    """Write the export as CSV; its map."""
    sheet, found = export_of(life, layout, dirt)
    write_sheet(sheet, path)
    return found


def _type_words(life: Life) -> dict[str, Shared]:
    own = {*life.calls["type"][~life.calls["other"]], *life.calls["final_type"]}
    made: dict[str, Shared] = {kind: ((kind.replace("_", " ").title(), 1.0),) for kind in sorted(own)}
    return {kind: TYPE_WORDS.get(kind, shared) for kind, shared in made.items()} | {OTHER: TYPE_WORDS[OTHER]}


def prefixes(life: Life) -> dict[str, str]:
    """What the names of a responder type's units begin with: three letters, with a figure where two would share them."""
    found: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for name in sorted(set(life.units)):
        letters = "".join(part[0] for part in name.split("_")) + name.replace("_", "")[1:]
        prefix = letters[:3].upper()
        seen[prefix] += 1
        found[name] = prefix if seen[prefix] == 1 else f"{prefix[:2]}{seen[prefix]}"
    return found


def unit_names(life: Life) -> list[str]:
    """A call sign for each unit: prefix of its type and number from 11."""
    sign, seen, names = prefixes(life), Counter[str](), []
    for responder in life.units:
        seen[responder] += 1
        names.append(f"{sign[responder]}{10 + seen[responder]}")
    return names


def soiled(sheet: pd.DataFrame, export_map: ExportMap, dirt: Dirt, life: Life) -> pd.DataFrame:
    """The same with what real exports hold beside the truth: blanks, rows twice, tests, officers' own work."""
    number = np.arange(len(sheet))
    sheet = sheet.copy()
    later = [column for name, column in export_map.stamps.items() if name != "received"]
    for column in (*later, *export_map.since_received.values(), *export_map.lasting.values()):
        sheet.loc[uniforms(f"missing {column}", number, life) < dirt.missing, column] = ""
    parts = [sheet.assign(_at=number)]
    for name, share, problem in (("own", dirt.own, OWN), ("tests", dirt.tests, TEST)):
        chosen = np.flatnonzero(uniforms(name, number, life) < share)
        more = sheet.iloc[chosen].assign(_at=number[chosen], Problem=problem)
        if export_map.columns.call is not None:
            more[export_map.columns.call] = [f"{problem[0]}{n:08d}" for n in chosen]
        parts.append(more)
    twice = np.flatnonzero(uniforms("duplicated", number, life) < dirt.duplicated)
    parts.append(sheet.iloc[twice].assign(_at=number[twice]))
    whole = pd.concat(parts, ignore_index=True).sort_values("_at", kind="stable").drop(columns="_at")
    return whole.replace({"": dirt.blank}).reset_index(drop=True)
