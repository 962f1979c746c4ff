"""A first map is guessed from a header and its cells: right for the usual words, readable as a map, and never a row's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.calibrate.mapping import ExportMap, read_map
from sim.calibrate.reading.guess import first_map


def guessed(folder: Path, header: str, *rows: str, n: int = 30) -> ExportMap:
    (folder / "export.csv").write_text("\n".join([header, *(row.replace("#", str(i)) for i in range(n) for row in rows)]) + "\n")
    (folder / "map.yaml").write_text(first_map([folder / "export.csv"]), encoding="utf-8")
    return read_map(folder / "map.yaml")[0]


def test_stamps_and_words(tmp_path: Path) -> None:
    header = "Incident Number,Call Received,Unit ID,Time Dispatched,En Route,On Scene,Cleared,Nature,Priority,Disposition,Beat"
    row = "A#,2027-03-01 10:00,M5,2027-03-01 10:02,2027-03-01 10:03,2027-03-01 10:10,2027-03-01 11:00,{},2,{},B1"
    found = guessed(tmp_path, header, row.format("Suicidal Subject", "Arrest"), row.format("Noise", "Gone on arrival"))
    assert found.stamps == {
        "received": "Call Received", "dispatched": "Time Dispatched", "en_route": "En Route", "on_scene": "On Scene",
        "clear": "Cleared",
    }  # fmt: skip
    assert found.columns.model_dump(exclude_none=True) == {
        "call": "Incident Number", "type": "Nature", "priority": "Priority", "disposition": "Disposition", "zone": "Beat",
        "unit": "Unit ID",
    }  # fmt: skip
    assert found.types == {"Suicidal Subject": "suicidal", "default": "other"}
    assert found.priorities == {"2": 2}
    assert found.dispositions == {"Arrest": "arrest", "Gone on arrival": "no_contact"}


@pytest.mark.parametrize(("suffix", "unit"), [("_sec", "s"), ("_min", "min"), (" Hours", "h")])
def test_durations_and_their_unit(suffix: str, unit: str, tmp_path: Path) -> None:
    found = guessed(tmp_path, f"TimeInQueue{suffix},TravelTime{suffix},Category", "#,12.5,Welfare Check")
    assert found.lasting == {"queue": f"TimeInQueue{suffix}", "travel": f"TravelTime{suffix}"}
    assert found.durations_in == unit


def test_minutes_since_the_call(tmp_path: Path) -> None:
    found = guessed(tmp_path, "received,mins_to_dispatch,mins_to_arrive,mins_to_clear", "2027-03-01 10:00,3,9,70")
    assert found.stamps == {"received": "received"}
    assert found.since_received == {"dispatched": "mins_to_dispatch", "on_scene": "mins_to_arrive", "clear": "mins_to_clear"}


def test_waves_with_the_day_apart(tmp_path: Path) -> None:
    row = '3/1/2027,"M5=10:02:11, E3=10:02:40","M5=10:09:00, E3=10:11:00","M5=11:00:00, E3=11:30:00"'
    found = guessed(tmp_path, "Incident Date,Dispatched,Arrived,Cleared", row)
    assert found.waves is not None and found.times.date == "Incident Date"
    assert set(found.stamps) == {"dispatched", "on_scene", "clear"}


def test_cells_of_a_date(tmp_path: Path) -> None:
    found = guessed(tmp_path, "event_year,event_month,event_dow,event_hour,event_type", "2027,May,Monday,3,Overdose")
    assert found.cells is not None
    assert found.cells.model_dump() == {
        "year": "event_year", "month": "event_month", "weekday": "event_dow", "hour": "event_hour",
    }  # fmt: skip


def test_columns_that_are_seldom_filled_are_seen_all_the_same(tmp_path: Path) -> None:
    rows = ["Time Call Received,Time To Hospital,Time Cancelled", *["2027-03-01 10:00,NULL,"] * 40]
    (tmp_path / "export.csv").write_text("\n".join([*rows, "2027-03-01 11:00,2027-03-01 11:30,"]), encoding="utf-8")
    text = first_map([tmp_path / "export.csv"])
    assert 'left_scene: "Time To Hospital"' in text
    assert "Not understood: Time Cancelled" in text


def test_kinds_of_unit_by_their_letters(tmp_path: Path) -> None:
    rows = (f"2027-03-01 10:00,{unit}#" for unit in ("CRO", "EMS", "X"))
    assert guessed(tmp_path, "received,unit", *rows).responders == {
        "CRO*": "co_responder", "EMS*": "ems", "X*": "patrol", "default": "patrol",
    }  # fmt: skip
    found = guessed(
        tmp_path, "Incident Date,Dispatched,Arrived", '3/1/2027,"CRO1=10:02:11, P3=10:02:40","CRO1=10:09:00, P3=10:11:00"'
    )
    assert found.responders["CRO*"] == "co_responder"


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("MH-Juvenile", "youth"),
        ("MH-Dementia", "elder"),
        ("Domestic - MH", "domestic"),
        ("Disturbance - MH", "disturbance"),
        ("MH-Follow Up", "follow_up"),
        ("MH-Psychotic Episode", "psychosis"),
        ("Domestic Dispute", "other"),
    ],
)
def test_the_particular_word_counts_before_the_general(tmp_path: Path, label: str, kind: str) -> None:
    assert guessed(tmp_path, "received,nature", f"2027-03-01 10:00,{label}").types.get(label, "other") == kind


def test_rare_words_and_cells_are_not_written_down(tmp_path: Path) -> None:
    rows = ["2027-03-01 10:00,Welfare Check,Mary Smith", "2027-03-01 10:00,Rare Word,John Doe"]
    (tmp_path / "export.csv").write_text("\n".join(["received,nature,caller", *rows[:1] * 30, rows[1]]), encoding="utf-8")
    text = first_map([tmp_path / "export.csv"])
    assert "Welfare Check" in text and "Rare Word" not in text
    assert "Smith" not in text and "Doe" not in text and "10:00" not in text


def test_a_file_without_times_says_so(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("nature,beat\nNoise,B1\n" * 20, encoding="utf-8")
    assert "no column with times was recognised" in first_map([tmp_path / "export.csv"])
