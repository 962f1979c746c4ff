"""The data-quality note: one page without the outside world, one safe sheet, nothing of a row."""

from __future__ import annotations

import csv
import io
import itertools
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from sim.calibrate.estimate import Fitted, Unlearned
from sim.calibrate.noting.note import write_note
from sim.calibrate.noting.tidy import COLUMNS, Row, safe, sheet
from sim.calibrate.noting.web import table
from tests.calibrate.nasty import MAP, estimate, fitted, records, spread


class Page(HTMLParser):
    """Tags, ids, links and heading levels of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "wbr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("note")
    write_note(fitted(), records(), MAP, place)
    return place


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return Page((folder / "note.html").read_text(encoding="utf-8"))


def test_the_files_written_are_the_files_there(tmp_path: Path) -> None:
    written = write_note(fitted(), records(), MAP, tmp_path / "new" / "folder")
    assert sorted(written) == sorted(path for path in (tmp_path / "new" / "folder").rglob("*") if path.is_file())
    assert [path.name for path in written[:2]] == ["note.html", "note.csv"]
    assert {path.suffix for path in written[2:]} == {".svg", ".png", ".csv"}
    assert len(written) == 2 + 3 * 6  # two spreads, two shapes, months of one, patience


def test_the_same_input_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for path in write_note(fitted(), records(), MAP, tmp_path):
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes(), path.name


def test_the_page_asks_for_nothing_and_runs_nothing(page: Page, folder: Path) -> None:
    assert not {"script", "link", "iframe", "object", "img", "form"} & {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        for name in ("src", "href", "xlink:href", "data", "action"):
            assert (attributes.get(name) or "#").startswith("#"), (tag, attributes)
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
    text = (folder / "note.html").read_text(encoding="utf-8")
    assert not re.search(r"url\((?!#)|@import", text)
    assert "<script>alert" not in text and "alert(1)" in page.words  # shown as words


def test_the_page_is_well_formed_and_ids_are_its_own(page: Page) -> None:
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    asked = [attributes["href"] or "" for tag, attributes in page.tags if tag == "a"]
    used = [attributes.get("xlink:href") or "" for tag, attributes in page.tags if tag == "use"]
    assert used and {link.removeprefix("#") for link in (*asked, *used)} <= set(ids)


def test_the_page_can_be_heard(page: Page) -> None:
    """A language, one h1, no level skipped; every picture has title and description, every table caption and headings."""
    tags = [tag for tag, _ in page.tags]
    assert page.tags[0][0] == "html" and page.tags[0][1]["lang"] == "en"
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1 and levels[0] == 1 and all(b <= a + 1 for a, b in itertools.pairwise(levels))
    ids = {attributes.get("id") for _, attributes in page.tags}
    svgs = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(svgs) == 6
    for attributes in svgs:
        assert attributes["role"] == "img" and set((attributes["aria-labelledby"] or "").split()) <= ids
    assert tags.count("caption") == tags.count("table") == tags.count("thead")
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")


def test_sections_are_those_asked_for(page: Page) -> None:
    found = [attributes["id"] for tag, attributes in page.tags if tag == "h2"]
    assert found == ["short", "read", "learned", "families", "hours", "patience", "weak", "default", "use"]


def test_totals_have_no_sections_about_rows(tmp_path: Path) -> None:
    only = Fitted([estimate("demand.calls_per_year", 2650)], unlearned=[Unlearned("demand.profile", "totals hold no hours")])
    written = write_note(only, None, MAP, tmp_path)
    assert [path.name for path in written] == ["note.html", "note.csv"]
    page = Page(written[0].read_text(encoding="utf-8"))
    assert [attributes["id"] for tag, attributes in page.tags if tag == "h2"] == ["short", "learned", "default", "use"]
    assert "totals can tell" in page.words and "export" not in page.words


def test_small_counts_are_not_shown(page: Page, folder: Path) -> None:
    assert "fewer than 10" in page.words and "elder" not in page.words
    rows = list(csv.DictReader(io.StringIO((folder / "note.csv").read_text(encoding="utf-8"))))
    hidden = [row for row in rows if row["item"] == "blanked: travel below zero"]
    assert [(row["value"], row["says"]) for row in hidden] == [("", "fewer than 10")]


def test_the_sheet_is_tidy_and_safe(folder: Path) -> None:
    text = (folder / "note.csv").read_bytes().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS and all(len(row) == len(COLUMNS) and None not in row.values() for row in rows)
    assert {row["section"] for row in rows} == {"read", "estimate", "family", "profile", "weakness", "not learned"}
    for row in rows:
        for name in ("value", "low", "high"):
            assert row[name] == "" or math.isfinite(float(row[name]))
        for name in ("section", "item", "unit", "says"):
            assert row[name][:1] not in tuple("=+-@\t"), row
    frame = pd.read_csv(folder / "note.csv")
    assert frame["value"].dtype == float and frame["low"].dtype == float
    calls = frame[frame["item"] == "demand.calls_per_year"].iloc[0]
    assert (calls["value"], calls["unit"], calls["n"]) == (2650, "calls a year", 1234)
    assert calls["low"] < 2650 < calls["high"]
    assert sum(frame["section"] == "profile") == 2 * 168 + 12


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("=1+1", "'=1+1"), ("+49 police", "'+49 police"), ("-", "'-"), ("@here", "'@here"), ("＝1", "'＝1"),
        ("\t=1", "'=1"), ("  =1", "'=1"), ("\r\n-2", "'-2"), ("a\n=1", "a =1"), ("fine, = sign", "fine, = sign"), ("", ""),
    ],
)  # fmt: skip
def test_texts_are_made_safe(text: str, kept: str) -> None:
    assert safe(text) == kept


def test_a_cell_keeps_commas_and_quotation_marks() -> None:
    text = sheet([Row("a", 'say "x", y', 1.0 / 3, n=4), Row("b", "c", 1e7, -0.5)])
    assert list(csv.reader(io.StringIO(text)))[1:] == [
        ["a", 'say "x", y', "0.333333", "", "", "", "4", ""], ["b", "c", "10000000", "-0.5", "", "", "", ""],
    ]  # fmt: skip


def test_one_picture_stands_for_spreads_that_share_their_intervals(tmp_path: Path) -> None:
    both = Fitted(spreads=[spread("types.suicidal.on_scene_spread"), spread("types.elder.on_scene_spread")])
    write_note(both, None, MAP, tmp_path)
    text = (tmp_path / "note.html").read_text(encoding="utf-8")
    assert text.count("<svg") == 1 and "types.*.on_" in text.replace("<wbr>", "") and "(suicidal, elder)" in text
    assert sorted(path.name for path in (tmp_path / "charts").glob("*.svg")) == ["types_suicidal_on_scene_spread.svg"]


def test_a_table_says_what_its_rows_and_columns_are() -> None:
    text = table("Cap <b>", ("A", "B"), [("x", "1")], numeric=(1,))
    assert "Cap &lt;b&gt;" in text and '<th scope="row">x</th>' in text and '<td class="n">1</td>' in text
