"""The small pieces of one-screen output."""

from __future__ import annotations

import io
import math
import time

import pytest

from sim import screen
from sim.screen import DAGGER, WIDTH


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("value", "places", "signed", "text"),
    [
        (3410, 0, False, "3,410"),
        (213.4, 0, True, "+213"),
        (-28, 0, True, "-28"),
        (-0.2, 0, True, "0"),
        (0.0, 0, True, "0"),
        (1348, -1, False, "1,350"),
        (2.04, 1, False, "2.0"),
        (None, 0, False, "-"),
        (math.nan, 0, True, "-"),
    ],
)
def test_number(value: float | None, places: int, signed: bool, text: str) -> None:
    assert screen.number(value, places, signed) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(213, "210"), (9.96, "10"), (0.0432, "0.043"), (3410, "3,400"), (2.04, "2.0"), (0, "0"), (-61.4, "-61"), (None, "-")],
)
def test_two_digits(value: float | None, text: str) -> None:
    assert screen.two_digits(value) == text


def test_value_and_range_are_rounded_alike() -> None:
    assert screen.estimate(213.2, 180.1, 244.9) == "+213 (180, 245)"
    assert screen.estimate(-1061, -1353, -768) == "-1,060 (-1,350, -770)"
    assert screen.estimate(-28.3, -60.8, 4.1) == "-28 (-61, 4)"
    assert screen.estimate(0.0, 0.0, 0.0) == "0 (0, 0)"
    assert screen.estimate(15.2, None, None, signed=False) == "15"
    assert screen.range_words(14.2, 16.1) == "14 to 16"
    assert screen.range_words(0.142, 0.161) == "0.14 to 0.16"
    assert screen.range_words(None, 1) == "-"


@pytest.mark.parametrize(
    ("usd", "signed", "text"),
    [
        (276_200, False, "$276,200"),
        (207_150, True, "+$207,150"),
        (-155_350, False, "-$155,350"),
        (0, True, "$0"),
        (None, False, "-"),
    ],
)
def test_money(usd: float | None, signed: bool, text: str) -> None:
    assert screen.money(usd, signed) == text


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (1_993_000, "$2.0 million"),
        (999_999, "$1.0 million"),
        (76_400, "$76,000"),
        (-155_350, "-$160,000"),
        (14_300_000, "$14 million"),
        (350_000_000, "$350 million"),
        (2.5e9, "$2.5 billion"),
        (882, "$880"),
        (4.4, "$4"),
        (0, "$0"),
    ],
)
def test_money_in_sentences(usd: float, text: str) -> None:
    assert screen.money_words(usd) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (12, "12 s"), (59.7, "1 min"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (3600, "1 h")]
)
def test_duration(seconds: float, text: str) -> None:
    assert screen.duration_words(seconds) == text


def test_bar_shows_something_for_anything() -> None:
    assert screen.bar(0.65) == "▌" * 13
    assert screen.bar(0.001) == "▌"
    assert screen.bar(0.0) == ""
    assert len(screen.bar(7.0)) == 20


def test_assumed() -> None:
    assert screen.assumed("arrests") == f"arrests {DAGGER}"


def test_wrapped_hangs() -> None:
    lines = screen.wrapped("word " * 60)
    assert lines[0].startswith("  word") and lines[1].startswith("    word")
    assert max(map(len, lines)) <= WIDTH


def test_entry_keeps_its_column() -> None:
    lines = screen.entry("Demand", "word " * 40)
    assert lines[0].startswith("  Demand     word") and lines[1].startswith(" " * 13 + "word")
    assert max(map(len, lines)) <= WIDTH


def test_table_aligns() -> None:
    assert screen.table([["", "today", "option"], ["calls reached", "313", "+213"], ["note"]]) == [
        "                 today  option",
        "  calls reached    313    +213",
        "  note",
    ]
    assert screen.table([]) == []


def test_table_never_leaves_the_screen() -> None:
    lines = screen.table([["x" * 70, "y" * 20, "z" * 20], ["short", "1", "2"]])
    assert max(map(len, lines)) <= WIDTH
    assert "…" in lines[0] and lines[1].startswith("  short")


def test_show_is_plain_in_a_pipe_and_bold_on_a_terminal() -> None:
    pipe, terminal = io.StringIO(), Terminal()
    screen.show(["  WAIT  11 min", "  a [b] :smile:"], pipe)
    screen.show(["  WAIT  11 min", "  a [b] :smile:"], terminal)
    assert pipe.getvalue() == "  WAIT  11 min\n  a [b] :smile:\n"
    assert "WAIT  11 min" in terminal.getvalue() and "  a [b] :smile:\n" in terminal.getvalue()


def test_an_old_code_page_gets_plainer_marks() -> None:
    assert screen.encodable("▌▌ † · 1", "ascii") == "## * | 1"
    assert screen.encodable("▌ † é", "utf-8") == "▌ † é"


def test_short_jobs_are_silent() -> None:
    for stream in (io.StringIO(), Terminal()):
        with screen.progress(3, "work", stream) as advance:
            advance(3)
        assert stream.getvalue() == ""


def test_progress_tells_share_and_time_left() -> None:
    terminal, pipe = Terminal(), io.StringIO()
    for stream, first_s in ((terminal, 0.02), (pipe, 0.002)):
        with screen.progress(4, "40 replications", stream, first_s=first_s) as advance:
            advance(1)
            time.sleep(0.2)
    assert "\r  40 replications: 25 % done, " in terminal.getvalue() and " left" in terminal.getvalue()
    assert terminal.getvalue().endswith(" \r") and "\n" not in terminal.getvalue()
    assert pipe.getvalue().startswith("  40 replications: 25 % done, ") and "\r" not in pipe.getvalue()


def test_progress_ends_with_its_block() -> None:
    with pytest.raises(KeyboardInterrupt), screen.progress(2, "work", io.StringIO()):
        raise KeyboardInterrupt
