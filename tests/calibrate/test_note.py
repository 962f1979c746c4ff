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

from sim.calibrate.estimate import Finding, Fitted, Unlearned
from sim.calibrate.noting.digits import has_width, places_apart
from sim.calibrate.noting.note import write_note
from sim.calibrate.noting.tidy import COLUMNS, Row, safe, sheet
from sim.calibrate.noting.verdict import verdict
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


def test_what_a_planner_needs_comes_first(page: Page) -> None:
    found = [attributes["id"] for tag, attributes in page.tags if tag == "h2"]
    assert found == ["short", "weak", "default", "use", "read", "learned", "families", "hours", "patience"]


def test_totals_have_no_sections_about_rows(tmp_path: Path) -> None:
    only = Fitted([estimate("demand.calls_per_year", 2650)], unlearned=[Unlearned("demand.profile", "totals hold no hours")])
    written = write_note(only, None, MAP, tmp_path)
    assert [path.name for path in written] == ["note.html", "note.csv"]
    page = Page(written[0].read_text(encoding="utf-8"))
    assert [attributes["id"] for tag, attributes in page.tags if tag == "h2"] == ["short", "default", "use", "learned"]
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


def test_long_tables_are_folded_away_and_the_numbers_are_not(tmp_path: Path) -> None:
    learned = fitted()
    learned.estimates += [estimate("outcomes.reference.all.ed", 0.2), estimate("outcomes.reference.suicidal.ed", 0.3)]
    write_note(learned, records(), MAP, tmp_path)
    text = (tmp_path / "note.html").read_text(encoding="utf-8")
    folded = "".join(re.findall("<details>.*?</details>", text, re.DOTALL))
    open_ = re.sub("<details>.*?</details>", "", text, flags=re.DOTALL)
    for caption in ("Families tried", "Minutes within which", "Weights by weekday", "Weights by month", "Labels of the export"):
        assert f"<caption>{caption}" in folded and f"<caption>{caption}" not in open_, caption
    plain = [words.replace("<wbr>", "") for words in (open_, folded)]
    assert "reference.all.ed" in plain[0] and "reference.suicidal.ed" in plain[1] and "reference.suicidal.ed" not in plain[0]
    assert "<details open" not in text, "they print closed"


def test_how_numbers_were_found_is_said_once_a_table(tmp_path: Path) -> None:
    kinds = [estimate(f"demand.mix.{kind}", 0.1 * (n + 1), how="calls of each type") for n, kind in enumerate(("a", "b", "c"))]
    write_note(Fitted([*kinds, estimate("demand.day_effect_cv", 0.2, how="days counted")]), None, MAP, tmp_path)
    page = Page((tmp_path / "note.html").read_text(encoding="utf-8"))
    assert page.words.count("Calls of each type") == 1 and page.words.count("Days counted") == 1
    over = [attributes for tag, attributes in page.tags if tag == "th" and attributes.get("scope") == "rowgroup"]
    assert len(over) == 2 and all(attributes["colspan"] == "5" for attributes in over)


def test_why_numbers_were_not_learned_is_said_once(tmp_path: Path) -> None:
    gaps = [Unlearned("types.*.acuity", "no record says"), Unlearned("rates", "no wages"), Unlearned("people", "no record says")]
    write_note(Fitted(unlearned=gaps), None, MAP, tmp_path)
    words = Page((tmp_path / "note.html").read_text(encoding="utf-8")).words
    assert words.count("no record says") == 1 and "types.*.acuity, people" in words


@pytest.mark.parametrize(("low", "high"), [(5.01, 5.04), (0.9801, 0.9804), (1234.1, 1234.4), (42.0, 42.00001)])
def test_the_ends_of_a_range_are_told_apart(low: float, high: float) -> None:
    places = places_apart(low, high)
    assert f"{low:.{places}f}" != f"{high:.{places}f}"


def test_what_differs_by_the_arithmetic_has_no_range() -> None:
    assert not has_width(0.3, 0.1 + 0.2) and not has_width(math.nan, math.nan) and has_width(0.3, 0.3001)


def test_the_verdict_weighs_what_was_learned_against_the_weaknesses() -> None:
    of_way, of_scene = estimate("travel.median_min", 6), estimate("responders.patrol.on_scene_min", 40)
    few, many, rule = (
        Finding("missing", "en route to on scene", 0.1, "share of units sent", ""),
        Finding("missing", "en route to on scene", 0.3, "share of units sent", ""),
        Finding("impossible", "time on scene", 0.1, "share of zeros", ""),
    )
    sound, base = verdict(Fitted([of_way, of_scene], findings=[few]))
    assert sound == "May be trusted as far as its range: minutes on the way, minutes on scene."
    assert base.startswith("Not this town's own") and "how calls end" in base and "on the way" not in base
    sound, doubted, _ = verdict(Fitted([of_way, of_scene], findings=[many]))
    assert "on scene" in sound and doubted.endswith("in mind: minutes on the way.")
    sound, doubted, _ = verdict(Fitted([of_way, of_scene], findings=[rule]))
    assert "on the way" in sound and doubted.endswith("in mind: minutes on scene.")


def test_what_is_held_back_is_said_first(tmp_path: Path) -> None:
    write_note(fitted(), records(), MAP.model_copy(update={"hold_back": "weeks"}), tmp_path)
    words = Page((tmp_path / "note.html").read_text(encoding="utf-8")).words
    short = words[words.index("In short", words.index("To the text")) : words.index("Weaknesses of the export")]
    assert "257 calls were fitted to; 250 (49 %) are held back, every second week" in short
    assert "crisis-sim validate" in short
