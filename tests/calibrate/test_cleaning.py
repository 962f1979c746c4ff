"""What is dropped, blanked and kept, what labels mean, and where zones come from."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pytest

from sim.calibrate.reading.labels import meaning_of
from tests.calibrate.by_hand import asked, counted, read

WHEN = {"received": "when"}


def test_rows_that_are_no_calls_are_dropped_and_counted(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """when,kind,by
        2024-01-01 10:00,Welfare,phone
        2024-01-01 10:00,Welfare,phone
        2024-01-01 11:00,TEST CALL 3,phone
        2024-01-01 12:00,Stop,On-View
        2024-01-01 13:00,Admin,phone
        ,Welfare,phone
        1899-12-30 09:00,Welfare,phone
        2023-12-31 23:59,Welfare,phone
        2024-01-03 00:00,Welfare,phone
        """,
        stamps=WHEN,
        columns={"type": "kind"},
        types={"welfare": "welfare_check", "admin": "ignore"},
        test_calls=[{"column": "kind", "are": ["test*"]}],
        self_initiated=[{"column": "by", "are": ["ON-VIEW"]}],
        period={"first": "2024-01-01", "last": "2024-01-02"},
    )
    assert counted(records, "dropped") == {
        "rows that repeat another": 1,
        "test calls": 1,
        "officers' own work, no demand of callers": 1,
        "types the map says to ignore": 1,
        "calls without a time that can be believed": 2,
        "calls outside the period": 2,
    }
    assert asked(records, "SELECT label, type FROM calls") == [("Welfare", "welfare_check")]
    assert records.counts[0].n == 9
    assert counted(records, "read")["rows"] == sum(counted(records, "dropped").values()) + counted(records, "used")["calls"]


@pytest.mark.parametrize("pattern", ["100%", "a_b", "back\\slash", "it's", "[x]?", "x.y"])
def test_signs_in_patterns_stand_for_themselves(tmp_path: Path, pattern: str) -> None:
    text = f'when,kind\n2024-01-01 10:00,"{pattern} and more"\n2024-01-01 11:00,100 acbzx\n'
    records = read(tmp_path, text, stamps=WHEN, test_calls=[{"column": "kind", "are": [pattern + "*"]}])
    assert counted(records, "dropped") == {"test calls": 1}


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("MENTAL HEALTH", "suicidal"),  # exact, whatever the case
        ("mental subject", "welfare_check"),
        ("Mental health crisis", "psychosis"),  # the longest pattern
        ("theft", "other"),
        (None, "other"),
        ("default", "other"),
        ("a.c", "other"),  # a dot is a dot
    ],
)
def test_meaning_of_labels(label: str | None, meaning: str) -> None:
    words = {
        "Mental Health": "suicidal",
        "mental*": "welfare_check",
        "mental*crisis": "psychosis",
        "a?c*": "x",
        "default": "other",
    }
    assert meaning_of(label, words) == meaning


def test_words_and_what_they_mean(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """when,kind,proved,urgent,ended,who,car,area
        2024-01-01 10:00,suicide threat,overdose,P1,Arrest,co-response,7,North
        2024-01-01 11:00,noise,NULL,P9,Unknown,,8,-
        2024-01-01 12:00,,noise,P2,Ignore me,EMS 3,9,North
        """,
        stamps=WHEN,
        columns={
            "type": "kind", "final_type": "proved", "priority": "urgent", "disposition": "ended",
            "responder": "who", "unit": "car", "zone": "area",
        },
        types={"suicid*": "suicidal", "overdose": "intoxicated", "default": "other"},
        priorities={"P1": 1, "P2": 3},
        dispositions={"arrest": "arrest", "ignore*": "ignore"},
        responders={"co*": "co_response", "ems*": "ambulance", "default": "patrol"},
        limits={"smallest_cell": 2},
    )  # fmt: skip
    assert asked(records, "SELECT label, type, final_type, priority, ending, zone FROM calls ORDER BY call") == [
        ("suicide threat", "suicidal", "intoxicated", 1, "arrest", "North"),
        ("noise", "other", None, None, None, None),
        (None, "other", "other", 3, None, "North"),
    ]
    assert asked(records, "SELECT unit, responder FROM visits ORDER BY call") == [
        ("7", "co_response"), ("8", "patrol"), ("9", "ambulance"),
    ]  # fmt: skip
    assert {"received", "type", "final_type", "priority", "disposition", "zone", "unit", "responder"} == set(records.layout)


def test_persons_are_hashed_and_matched(tmp_path: Path) -> None:
    text = "when,who\n2024-01-01 10:00,Jane Doe \n2024-01-01 11:00,JANE DOE\n2024-01-01 12:00,\n2024-01-01 13:00,NA\n"
    records = read(tmp_path, text, stamps=WHEN, columns={"person": "who"})
    assert asked(records, "SELECT count(person), count(DISTINCT person) FROM calls") == [(2, 1)]
    kept = " ".join(str(asked(records, f"SELECT * FROM {table}")) for table in ("calls", "visits", "days"))
    assert "jane" not in kept.lower()


def test_zones_with_few_calls_are_not_named(tmp_path: Path) -> None:
    rows = [f"2024-01-{day:02} 10:00,big" for day in range(1, 11)] + [f"2024-01-{day:02} 11:00,small" for day in range(1, 10)]
    records = read(tmp_path, "when,area\n" + "\n".join(rows), stamps=WHEN, columns={"zone": "area"})
    assert asked(records, "SELECT zone, count(*) FROM calls GROUP BY zone ORDER BY zone NULLS LAST") == [("big", 10), (None, 9)]
    assert counted(records, "blanked") == {"zones with fewer than 10 calls": 9}


def test_squares_of_places(tmp_path: Path) -> None:
    """At 60 degrees north a degree of longitude is half as long: 55.66 km, 27 squares of 2 km and a rest."""
    text = """when,lat,lon
        2024-01-01 10:00,60.0,10.0
        2024-01-01 11:00,60.0,11.0
        2024-01-01 12:00,60.02,10.01
        2024-01-01 13:00,0,0
        2024-01-01 14:00,,
        2024-01-01 15:00,95,10
        """
    records = read(
        tmp_path, text, stamps=WHEN, columns={"latitude": "lat", "longitude": "lon"}, grid_km=2, limits={"smallest_cell": 1}
    )  # fmt: skip
    east = math.floor(111.32 * math.cos(math.radians(60.01)) / 2)
    assert asked(records, "SELECT zone FROM calls ORDER BY call") == [
        ("n0 e0",),
        (f"n0 e{east}",),
        ("n1 e0",),
        (None,),
        (None,),
        (None,),
    ]
    assert east == 27
    assert "zone" in records.layout


def test_calls_that_gave_up(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """when,sent,stopped,free,ended
        2024-01-01 10:00,,2024-01-01 10:07,2024-01-01 12:00,x
        2024-01-01 11:00,,,2024-01-01 11:09,hung up
        2024-01-01 12:00,,,2024-01-01 12:30,advised
        2024-01-01 13:00,2024-01-01 13:05,2024-01-01 13:07,2024-01-01 13:07,hung up
        """,
        stamps={"received": "when", "dispatched": "sent", "cancelled": "stopped", "clear": "free"},
        columns={"disposition": "ended"},
        dispositions={"hung up": "abandoned", "advised": "handled"},
    )
    assert asked(records, "SELECT gave_up_min, queue_min FROM calls ORDER BY call") == [
        (7.0, None), (9.0, None), (None, None), (None, 5.0),
    ]  # fmt: skip
    assert records.one("SELECT count(*) FROM visits") == 1, "nobody was sent to the first three"


def test_nobody_gave_up_where_nobody_is_said_to_be_sent(tmp_path: Path) -> None:
    text = "when,stopped\n2024-01-01 10:00,2024-01-01 10:07\n2024-01-01 11:00,\n"
    records = read(tmp_path, text, stamps={"received": "when", "cancelled": "stopped"})
    assert records.one("SELECT count(gave_up_min) FROM calls") == 0


def test_intervals_that_cannot_be_are_blank(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """when,sent,there
        2024-01-01 10:00,2024-01-01 09:50,2024-01-01 10:10
        2024-01-01 11:00,2024-01-01 11:10,2024-01-01 14:00
        2024-01-01 12:00,2024-01-01 12:00,2024-01-01 12:00
        """,
        stamps={"received": "when", "dispatched": "sent", "on_scene": "there"},
        limits={"longest_h": 2},
    )
    assert asked(records, "SELECT queue_min, response_min FROM calls ORDER BY call") == [(None, 10.0), (10.0, None), (0.0, 0.0)]
    assert asked(records, "SELECT travel_min FROM visits ORDER BY call") == [(20.0,), (None,), (0.0,)]
    assert counted(records, "blanked") == {"queue below zero": 1, "response above 2 h": 1, "travel above 2 h": 1}


def test_without_the_call_s_own_time_there_is_no_wait(tmp_path: Path) -> None:
    text = "sent,there,x\n2024-01-01 10:00,2024-01-01 10:10,a\n"
    records = read(tmp_path, text, stamps={"dispatched": "sent", "on_scene": "there"})
    assert records.clock == "dispatched"
    assert asked(records, "SELECT received, queue_min, response_min FROM calls") == [(dt.datetime(2024, 1, 1, 10), None, None)]
    assert asked(records, "SELECT travel_min FROM visits") == [(10.0,)]


def test_midnight_may_mean_missing_for_stamps_but_not_for_durations(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        """day,when,sent,waited
        2024-01-01,10:00:00,00:00:00,00:00:00
        2024-01-01,11:00:00,11:05:00,00:05:00
        """,
        times={"date": "day"},
        stamps={"received": "when", "dispatched": "sent"},
        lasting={"turnout": "waited"},
        durations_in="clock",
    )
    assert asked(records, "SELECT queue_min FROM calls ORDER BY call") == [(None,), (5.0,)]
    assert asked(records, "SELECT turnout_min FROM visits ORDER BY call") == [(0.0,), (5.0,)]


def test_a_moment_without_values_is_as_good_as_unmapped(tmp_path: Path) -> None:
    """Travel then begins at dispatch."""
    text = "when,sent,rolling,there\n2024-01-01 10:00,2024-01-01 10:01,,2024-01-01 10:11\n"
    records = read(
        tmp_path, text, stamps={"received": "when", "dispatched": "sent", "en_route": "rolling", "on_scene": "there"}
    )  # fmt: skip
    assert asked(records, "SELECT travel_min FROM visits") == [(10.0,)]
    assert "en_route" not in records.layout
