"""Every layout of an export gives the minutes that are written out by hand here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.calibrate.by_hand import asked, counted, read

STAMPS = {
    "received": "call", "dispatched": "sent", "en_route": "rolling", "on_scene": "there",
    "left_scene": "leaves", "at_door": "door", "clear": "free",
}  # fmt: skip
VISIT = "turnout_min, travel_min, on_scene_min, transport_min, at_door_min, task_min"


def test_stamps_one_row_a_call(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """call,sent,rolling,there,leaves,door,free
        2024-03-04 10:00:00,2024-03-04 10:04:00,2024-03-04 10:05:30,2024-03-04 10:15:00,,,2024-03-04 10:45:00
        2024-03-03 23:50,2024-03-03 23:52,2024-03-03 23:53,2024-03-04 00:03,2024-03-04 00:23,2024-03-04 00:38,2024-03-04 01:08
        """,
        stamps=STAMPS,
    )
    calls = asked(
        records, "SELECT call, received, year, month, weekday, hour, queue_min, response_min, n_units FROM calls ORDER BY call"
    )
    assert calls == [
        (1, dt.datetime(2024, 3, 3, 23, 50), 2024, 3, 6, 23, 2.0, 13.0, None),
        (2, dt.datetime(2024, 3, 4, 10, 0), 2024, 3, 0, 10, 4.0, 15.0, None),
    ]
    assert asked(records, f"SELECT {VISIT}, nth, band FROM visits ORDER BY call") == [
        (1.0, 10.0, 20.0, 15.0, 30.0, 76.0, 1, 3),
        (1.5, 9.5, 30.0, None, None, 41.0, 1, 1),
    ]
    assert records.clock == "received"
    assert asked(records, "SELECT day, n, weekday FROM days ORDER BY day") == [
        (dt.date(2024, 3, 3), 1, 6),
        (dt.date(2024, 3, 4), 1, 0),
    ]


def test_stamps_one_row_a_unit(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """no,car,call,sent,there,free
        7,A1,2024-03-04 10:00,2024-03-04 10:06,2024-03-04 10:20,2024-03-04 10:50
        7,M2,2024-03-04 10:00,2024-03-04 10:03,2024-03-04 10:25,2024-03-04 11:20
        8,A1,2024-03-04 12:00,,,2024-03-04 12:30
        """,
        columns={"call": "no", "unit": "car"},
        stamps={"received": "call", "dispatched": "sent", "on_scene": "there", "clear": "free"},
        responders={"M*": "crisis_team", "default": "patrol"},
    )
    assert asked(records, "SELECT queue_min, response_min, n_units FROM calls ORDER BY call") == [(3.0, 20.0, 2), (None, None, 0)]
    assert asked(records, "SELECT call, nth, unit, responder, travel_min, on_scene_min FROM visits ORDER BY call, nth") == [
        (1, 1, "M2", "crisis_team", 22.0, 55.0),
        (1, 2, "A1", "patrol", 14.0, 30.0),
    ]


def test_rows_that_repeat_a_visit_are_one(tmp_path: Path) -> None:
    """Exports with a row each disposition name the same unit and moments again."""
    records = read(
        tmp_path,
        """no,car,call,sent,ending
        7,A1,2024-03-04 10:00,2024-03-04 10:06,report
        7,A1,2024-03-04 10:00,2024-03-04 10:06,advised
        7,A2,2024-03-04 10:00,2024-03-04 10:06,advised
        """,
        columns={"call": "no", "unit": "car", "disposition": "ending"},
        stamps={"received": "call", "dispatched": "sent"},
        dispositions={"report": "referred", "advised": "resolved"},
    )
    assert asked(records, "SELECT n_units, ending FROM calls") == [(2, "resolved")]  # the last word stands
    assert asked(records, "SELECT unit FROM visits ORDER BY nth") == [("A1",), ("A2",)]
    assert counted(records, "dropped") == {"rows that say the same of a unit again": 1}


@pytest.mark.parametrize(
    ("unit", "cells"),
    [("s", "240,900,2700"), ("min", "4,15,45"), ("h", "0.066666667,0.25,0.75"), ("clock", "4:00,15:00,0:45:00")],
)
def test_durations_since_the_call(tmp_path: Path, unit: str, cells: str) -> None:
    records = read(
        tmp_path,
        f"""call,sent,there,free
        2024-03-04 23:58:00,{cells}
        """,
        stamps={"received": "call"},
        since_received={"dispatched": "sent", "on_scene": "there", "clear": "free"},
        durations_in=unit,
    )
    assert asked(records, "SELECT queue_min, response_min FROM calls") == [(4.0, 15.0)]
    assert asked(records, f"SELECT {VISIT}, band FROM visits") == [(None, 11.0, 30.0, None, None, 41.0, 0)]
    assert not counted(records, "repaired")


def test_durations_since_a_call_without_a_stamp(tmp_path: Path) -> None:
    records = read(
        tmp_path, "sent,there\n4,15\n0,1500\n", since_received={"dispatched": "sent", "on_scene": "there"}, durations_in="min"
    )  # fmt: skip
    assert asked(records, "SELECT received, day, hour, queue_min, response_min FROM calls ORDER BY call") == [
        (None, None, None, 4.0, 15.0),
        (None, None, None, 0.0, None),  # more than a day is not believed
    ]
    assert asked(records, "SELECT band, travel_min FROM visits ORDER BY call") == [(None, 11.0), (None, None)]


def test_waves_of_units_in_one_cell(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """day,call,sent,there,free,kind
        2024-03-04,23:50:00,"M5=23:55:00, WAVE12=00:02:00","WAVE12=00:12:00,M5=00:01:00","M5=00:31:00, WAVE12=01:02:00",fall
        2024-03-05,08:00:00,M5=08:01:30,,M5=08:05:00,fall
        2024-03-05,09:00:00,,,,fall
        """,
        columns={"type": "kind"},
        times={"date": "day"},
        stamps={"received": "call", "dispatched": "sent", "on_scene": "there", "clear": "free"},
        waves={},
        responders={"M*": "ambulance"},
    )
    assert asked(records, "SELECT queue_min, response_min, n_units FROM calls ORDER BY call") == [
        (5.0, 11.0, 2), (1.5, None, 1), (None, None, 0),
    ]  # fmt: skip
    assert asked(
        records, "SELECT call, nth, unit, responder, travel_min, on_scene_min, task_min FROM visits ORDER BY call, nth"
    ) == [
        (1, 1, "M5", "ambulance", 6.0, 30.0, 36.0),
        (1, 2, "WAVE12", "patrol", 10.0, 50.0, 60.0),
        (2, 1, "M5", "ambulance", None, None, 3.5),
    ]
    assert counted(records, "repaired") == {"stamps after midnight that carried the day before": 5}


def test_waves_without_a_time_of_the_call(tmp_path: Path) -> None:
    """The unit sent after midnight is told from the one before it, though it stands first in the cell."""
    records = read(
        tmp_path,
        """day,sent,there
        2024-03-04,"B=00:05:00, A=23:50:00","B=00:15:00, A=23:56:00"
        """,
        times={"date": "day"},
        stamps={"dispatched": "sent", "on_scene": "there"},
        waves={},
    )
    assert asked(records, "SELECT received, queue_min, n_units FROM calls") == [(dt.datetime(2024, 3, 4, 23, 50), None, 2)]
    assert asked(records, "SELECT nth, unit, travel_min FROM visits ORDER BY nth") == [(1, "A", 6.0), (2, "B", 10.0)]


def test_times_of_day_beside_a_date(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """day,call,sent,there,free
        12/31/2023,11:50 PM,11:58 PM,12:10 AM,1:10 AM
        1/2/2024,9:00 AM,9:05 AM,9:15 AM,9:40 AM
        """,
        times={"date": "day"},
        stamps={"received": "call", "dispatched": "sent", "on_scene": "there", "clear": "free"},
    )
    assert asked(records, "SELECT received, queue_min, response_min FROM calls ORDER BY call") == [
        (dt.datetime(2023, 12, 31, 23, 50), 8.0, 20.0),
        (dt.datetime(2024, 1, 2, 9, 0), 5.0, 15.0),
    ]
    assert asked(records, "SELECT on_scene_min FROM visits ORDER BY call") == [(60.0,), (25.0,)]
    assert counted(records, "repaired") == {"stamps after midnight that carried the day before": 2}


def test_full_stamps_with_the_day_before_after_midnight(tmp_path: Path) -> None:
    """Only what one more day brings near is moved: an hour too early stays too early, and so does a month."""
    records = read(
        tmp_path,
        """call,sent,there
        2024-03-04 23:50:00,2024-03-04 23:55:00,2024-03-04 00:10:00
        2024-03-05 12:00:00,2024-03-05 11:00:00,2024-03-05 12:10:00
        2024-03-05 13:00:00,2024-02-05 13:04:00,2024-03-05 13:10:00
        """,
        stamps={"received": "call", "dispatched": "sent", "on_scene": "there"},
    )
    assert asked(records, "SELECT queue_min, response_min FROM calls ORDER BY call") == [(5.0, 20.0), (None, 10.0), (None, 10.0)]
    assert counted(records, "repaired") == {"stamps after midnight that carried the day before": 1}
    assert counted(records, "blanked") == {"queue below zero": 2, "travel above 24 h": 1}


def test_durations_alone(tmp_path: Path) -> None:
    text = "kind,wait_s,drive_s\n" + "theft,60,300\n" * 3 + "noise,0,\n"
    records = read(
        tmp_path, text, columns={"type": "kind"}, lasting={"queue": "wait_s", "travel": "drive_s"}, durations_in="s"
    )  # fmt: skip
    assert asked(records, "SELECT label, received, day, year, queue_min FROM calls ORDER BY call") == [
        ("theft", None, None, None, 1.0), ("theft", None, None, None, 1.0), ("theft", None, None, None, 1.0),
        ("noise", None, None, None, 0.0),
    ]  # fmt: skip  # equal rows are no duplicates where nothing tells calls apart
    assert asked(records, "SELECT travel_min FROM visits ORDER BY call") == [(5.0,), (5.0,), (5.0,), (None,)]
    assert (records.clock, records.first_day) == ("", None)
    assert records.one("SELECT count(*) FROM calls WHERE block BETWEEN 0 AND 399") == 4


def test_cells_alone(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """y,m,d,h
        2023,January,Wednesday,4
        2023,Feb,sun,23
        2024,12,6,0
        """,
        cells={"year": "y", "month": "m", "weekday": "d", "hour": "h"},
    )
    assert asked(records, "SELECT year, month, weekday, hour, received, day FROM calls ORDER BY call") == [
        (2023, 1, 2, 4, None, None), (2023, 2, 6, 23, None, None), (2024, 12, 6, 0, None, None),
    ]  # fmt: skip
    assert (records.clock, records.years) == ("cells", (2023, 2024))
    assert asked(records, "SELECT count(*), min(day), max(day), sum(n), bool_or(is_gap) FROM days") == [
        (731, dt.date(2023, 1, 1), dt.date(2024, 12, 31), 0, False),
    ]  # fmt: skip
    assert records.one("SELECT count(*) FROM visits") == 0


def test_cells_with_durations(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """y,h,total
        2023,22,1:00:30
        """,
        cells={"year": "y", "hour": "h"},
        lasting={"task": "total"},
        durations_in="clock",
    )
    assert asked(records, "SELECT band, task_min FROM visits") == [(3, 60.5)]
