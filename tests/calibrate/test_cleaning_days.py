"""Calendar days, days on which the record was quiet, blocks, and what is held back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.calibrate.by_hand import asked, faults, read, written

WHEN = {"received": "when"}


def _daily(counts: dict[str, int]) -> str:
    rows = [f"{day} {n // 60:02}:{n % 60:02},{day}-{n}" for day, calls in counts.items() for n in range(calls)]
    return "when,no\n" + "\n".join(rows) + "\n"


def _days(n: int) -> list[str]:
    return [str(dt.date(2024, 1, 1) + dt.timedelta(days=i)) for i in range(n)]


def test_quiet_days_are_gaps_where_days_are_busy(tmp_path: Path) -> None:
    """Of 20 a day, 3 are fewer than a fifth; 4 are not."""
    days = _days(40)
    counts = dict.fromkeys(days, 20) | {days[10]: 3, days[20]: 4, days[30]: 0}
    records = read(tmp_path, _daily(counts), stamps=WHEN)
    assert asked(records, "SELECT day FROM days WHERE is_gap ORDER BY day") == [
        (dt.date.fromisoformat(days[i]),) for i in (10, 30)
    ]
    assert asked(records, "SELECT count(*), sum(n) FROM days") == [(40, 37 * 20 + 7)]


def test_long_silences_are_gaps_and_empty_days_of_quiet_places_are_not(tmp_path: Path) -> None:
    """A call every second day: one empty day is luck, two months are none."""
    days = _days(200)
    counts = {day: i % 2 for i, day in enumerate(days) if not 100 <= i < 160}
    records = read(tmp_path, _daily(counts), stamps=WHEN)
    gaps = [row[0] for row in asked(records, "SELECT day FROM days WHERE is_gap ORDER BY day")]
    assert (len(gaps), gaps[0], gaps[-1]) == (61, dt.date.fromisoformat(days[100]), dt.date.fromisoformat(days[160]))


@pytest.mark.parametrize(
    ("how", "held"),
    [
        ("years", ["2025-01-05", "2025-02-10"]),
        ("months", ["2024-02-11", "2024-02-12", "2025-02-10"]),
        ("weeks", ["2024-01-08", "2024-01-14", "2024-02-11", "2025-01-05", "2025-02-10"]),
    ],
)
def test_every_second_period_is_held_back(tmp_path: Path, how: str, held: list[str]) -> None:
    """1 January 2024 is a Monday: weeks 0, 1, 1, 5, 6, 52 and 58 after it; the first is for fitting."""
    days = ["2024-01-01", "2024-01-08", "2024-01-14", "2024-02-11", "2024-02-12", "2025-01-05", "2025-02-10"]
    if how == "weeks":
        held = [day for day in days if (dt.date.fromisoformat(day) - dt.date(2024, 1, 1)).days // 7 % 2]
    records = read(tmp_path, _daily(dict.fromkeys(days, 1)), stamps=WHEN, hold_back=how)
    assert [str(row[0]) for row in asked(records, "SELECT day FROM calls WHERE part = 1 ORDER BY day")] == held
    assert asked(records, "SELECT count(*) FROM calls JOIN days USING (day) WHERE calls.part <> days.part") == [(0,)]
    assert records.exposure == 1.0


def test_rows_held_back_in_turn(tmp_path: Path) -> None:
    """Each hour is halved, and so is the whole: odd hours do not all leave the greater half."""
    counts = dict.fromkeys(_days(9), 1)
    records = read(tmp_path, _daily(counts), stamps=WHEN, hold_back="rows")
    assert records.exposure == 0.5
    assert asked(records, "SELECT sum(part), count(*) FROM calls") == [(4, 9)]
    cells = read(
        tmp_path, "y,h\n" + "2024,3\n" * 5 + "2024,4\n" * 4 + "2024,5\n", cells={"year": "y", "hour": "h"}, hold_back="rows"
    )  # fmt: skip
    assert asked(cells, "SELECT hour, sum(part) FROM calls GROUP BY hour ORDER BY hour") == [(3, 2), (4, 2), (5, 1)]
    assert cells.exposure == 0.5


def test_parts_that_the_export_does_not_know(tmp_path: Path) -> None:
    file = written(tmp_path, "wait,x\n3,a\n4,b\n")
    (fault,) = faults([file], lasting={"queue": "wait"}, hold_back="weeks")
    assert (fault.path, fault.want) == ("hold_back", "rows or none")


def test_blocks_are_days(tmp_path: Path) -> None:
    records = read(tmp_path, "when,x\n1970-01-02 10:00,a\n1970-02-01 10:00,b\n", stamps=WHEN)
    assert asked(records, "SELECT block FROM calls ORDER BY call") == [(1,), (31,)]


def test_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    lines = [f"2024-01-{1 + i % 28:02} {i % 24:02}:{i % 60:02},kind {i % 5},{i}" for i in range(300)]
    found = []
    for order in (lines, lines[::-1]):
        records = read(tmp_path, "when,kind,no\n" + "\n".join(order), stamps=WHEN, columns={"type": "kind"}, hold_back="weeks")
        found.append(asked(records, "SELECT received, label, part, block FROM calls ORDER BY received, label"))
    assert found[0] == found[1]
