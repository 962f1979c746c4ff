"""How stamps may be written, and that every kind of file gives the same rows."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import duckdb
import openpyxl
import pytest

from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import TABLES
from sim.calibrate.reading.source import read_export
from tests.calibrate.by_hand import asked, counted, faults, read, written


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-03-04 13:05:06", "2024-03-25 00:00:00.5"),
        ("2024-03-04T13:05:06", "2024-03-25T00:00"),
        ("2024-03-04T13:05:06.1234567", "2024-03-25T00:00:00"),
        ("2024-03-04T13:05:06Z", "2024-03-25T00:00:00Z"),
        ("2024-03-04T13:05:06-0700", "2024-03-25T00:00:00-07:00"),
        ("3/4/2024 13:05:06", "03/25/2024 0:00"),
        ("3/4/24 1:05:06 PM", "3/25/24 12:00 am"),
        ("4/3/2024 13:05:06", "25/3/2024 0:00"),
        ("04.03.2024 13:05:06", "25.03.2024 00:00"),
        ("4-Mar-2024 13:05:06", "25-MAR-2024 00:00"),
        ("Mar 4 2024 1:05:06PM", "Mar 25 2024 12:00AM"),
        ("20240304130506", "20240325000000"),
        ("2024/03/04 13:05:06", "2024/03/25 00:00:00"),
    ],
)
def test_usual_ways_to_write_a_stamp(tmp_path: Path, first: str, second: str) -> None:
    records = read(tmp_path, f"when,what\n{first},a\n{second},b\n", stamps={"received": "when"})
    assert asked(records, "SELECT date_trunc('second', received), hour FROM calls ORDER BY call") == [
        (dt.datetime(2024, 3, 4, 13, 5, 6), 13),
        (dt.datetime(2024, 3, 25), 0),
    ]
    assert not counted(records, "blanked")


def test_columns_that_could_be_either_follow_the_others(tmp_path: Path) -> None:
    """The second column has no day above 12; the first shows that days come first."""
    text = "call,sent,x\n25/3/2024 10:00,,a\n4/3/2024 10:00,4/3/2024 10:30,b\n"
    records = read(tmp_path, text, stamps={"received": "call", "dispatched": "sent"})
    assert asked(records, "SELECT queue_min FROM calls ORDER BY call") == [(30.0,), (None,)]


def test_format_of_the_map(tmp_path: Path) -> None:
    text = "when;what\n4.3.24 at 7h05;a\n25.3.24 at 17h00;b\n"
    records = read(tmp_path, text, stamps={"received": "when"}, times={"format": "%d.%m.%y at %Hh%M"})
    assert asked(records, "SELECT received FROM calls ORDER BY call") == [
        (dt.datetime(2024, 3, 4, 7, 5),),
        (dt.datetime(2024, 3, 25, 17),),
    ]


def test_offsets_become_the_wall_clock_of_the_place(tmp_path: Path) -> None:
    """Denver is 7 hours behind in winter and 6 in summer; 14:00 in Berlin in July is 12:00 universal time."""
    text = "when,x\n2024-01-01T12:00:00Z,a\n2024-07-01T12:00:00Z,b\n2024-07-01T14:00:00+02:00,c\n"
    records = read(tmp_path, text, stamps={"received": "when"}, times={"zone": "America/Denver"})
    assert asked(records, "SELECT received FROM calls ORDER BY call") == [
        (dt.datetime(2024, 1, 1, 5),), (dt.datetime(2024, 7, 1, 6),), (dt.datetime(2024, 7, 1, 6),),
    ]  # fmt: skip


def test_several_offsets_want_a_zone(tmp_path: Path) -> None:
    file = written(tmp_path, "when,x\n2024-01-01T12:00:00-07:00,a\n2024-07-01T12:00:00-06:00,b\n")
    (fault,) = faults([file], stamps={"received": "when"})
    assert (fault.path, fault.got) == ("times.zone", "2 different offsets from universal time")
    (fault,) = faults([file], stamps={"received": "when"}, times={"zone": "Denver"})
    assert (fault.path, fault.got) == ("times.zone", "'Denver'")


def test_days_without_times_give_no_hour(tmp_path: Path) -> None:
    records = read(tmp_path, "when,x\n2024-01-01,a\n2024-07-01,b\n", stamps={"received": "when"})
    assert asked(records, "SELECT day, hour FROM calls ORDER BY call") == [
        (dt.date(2024, 1, 1), None),
        (dt.date(2024, 7, 1), None),
    ]


def test_the_same_rows_from_every_kind_of_file(tmp_path: Path) -> None:
    """Plain and gzip CSV with any delimiter, a workbook with real dates and times, Parquet with real types."""
    comma = written(
        tmp_path, "call,sent,waits,kind\n2024-03-04 10:00:00,2024-03-04 10:04:00,1:30,a\n2024-03-05 10:00:00,,0:45,b\n"
    )
    tabs = written(tmp_path, comma.read_text().replace(",", "\t"), "tabs.txt")
    marked = tmp_path / "marked.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + comma.read_bytes().replace(b",", b";").replace(b"\n", b"\r\n"))
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(comma.read_bytes()))
    book = openpyxl.Workbook()
    book.active.append([])
    book.active.append(["call", "sent", "waits", "kind"])
    book.active.append([dt.datetime(2024, 3, 4, 10), dt.datetime(2024, 3, 4, 10, 4), dt.timedelta(seconds=90), "a"])
    book.active.append([dt.datetime(2024, 3, 5, 10), None, dt.timedelta(seconds=45), "b"])
    book.save(tmp_path / "book.xlsx")
    parquet = tmp_path / "table.parquet"
    first = "(TIMESTAMP '2024-03-04 10:00:00', TIMESTAMP '2024-03-04 10:04:00', '1:30', 'a')"
    second = "(TIMESTAMP '2024-03-05 10:00:00', NULL, '0:45', 'b')"
    duckdb.sql(f"SELECT * FROM (VALUES {first}, {second}) AS t(call, sent, waits, kind)").write_parquet(str(parquet))
    found = []
    for file in (comma, tabs, marked, packed, tmp_path / "book.xlsx", parquet):
        export_map = ExportMap.model_validate(
            {"columns": {"type": "kind"}, "stamps": {"received": "call", "dispatched": "sent"}, "lasting": {"turnout": "waits"},
             "durations_in": "clock"}
        )  # fmt: skip
        records = read_export([file], export_map)
        found.append(
            asked(
                records, "SELECT c.received, c.label, queue_min, turnout_min FROM calls c JOIN visits USING (call) ORDER BY call"
            )
        )
    assert found[0] == [(dt.datetime(2024, 3, 4, 10), "a", 4.0, 1.5), (dt.datetime(2024, 3, 5, 10), "b", None, 0.75)]
    assert all(one == found[0] for one in found)


def test_several_files_are_one_export(tmp_path: Path) -> None:
    """Columns may stand in another order; a row that both files have is one."""
    first = written(tmp_path, "when,x\n2024-01-01 10:00,a\n2024-01-02 10:00,b\n", "first.csv")
    second = written(tmp_path, "x,when\nb,2024-01-02 10:00\nc,2024-01-03 10:00\n", "second.csv")
    records = read_export([first, second], ExportMap.model_validate({"stamps": {"received": "when"}}))
    assert records.one("SELECT count(*) FROM calls") == 3
    assert counted(records, "read") == {"rows": 4}
    assert counted(records, "dropped") == {"rows that repeat another": 1}


def test_strange_column_names(tmp_path: Path) -> None:
    text = '"when ""it"" came; DROP TABLE calls",\'kind\',Priorität (1–4)\n2024-01-01 10:00,it\'s; "x",2\n'
    records = read(
        tmp_path,
        text,
        stamps={"received": 'when "it" came; DROP TABLE calls'},
        columns={"type": "'kind'", "priority": "Priorität (1–4)"},
        types={"it's*": "suicidal"},
    )
    assert asked(records, "SELECT type, priority FROM calls") == [("suicidal", 2)]


def test_tables_have_the_columns_of_the_contract(tmp_path: Path) -> None:
    records = read(tmp_path, "when,x\n2024-01-01 10:00,a\n", stamps={"received": "when"})
    for table, columns in TABLES.items():
        assert records.ask(f"SELECT * FROM {table}").columns.tolist() == list(columns)
    left = {row[0] for row in records.database.execute("SHOW TABLES").fetchall()}
    assert left == set(TABLES), "nothing of the raw export stays"


def test_the_folder_goes_with_the_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    records = read(tmp_path, "when,x\n2024-01-01 10:00,a\n", stamps={"received": "when"})
    assert len(list((tmp_path / "scratch").iterdir())) == 1
    del records
    assert not list((tmp_path / "scratch").iterdir())
