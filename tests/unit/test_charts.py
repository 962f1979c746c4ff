"""Pictures of a run: files, bytes that repeat, numbers beside them that are the numbers drawn, and no words over words."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from sim.engines import run
from sim.measure import Measures, measure
from sim.measure.charts import RunTables, run_charts, run_pictures
from sim.measure.charts.page import STYLE, WIDTH_IN, lines_of, spread, style, width_in
from sim.measure.charts.palette import DISPOSITIONS, ITEMS, REASONS
from sim.scenario.schema import Scenario
from sim.world import World, build_world
from tests.unit.drawn import check_words, words_of

HOUR_S = 3_600
RUN_NAMES = ["week", "waits", "reach", "dispositions", "costs"]
LONG = "A second co-response team at all hours of every day of the week, paid for by the state"


def played(town: dict[str, Any]) -> tuple[World, Measures]:
    world = build_world(Scenario.model_validate(town))
    return world, measure(run(world), world)


def tables_of(world: World, measures: Measures, **other: Any) -> RunTables:
    horizon = (world.begins, world.window_start_s, world.window_end_s)
    return RunTables("Small town", *horizon, measures.call_facts, measures.shifts, measures.reach, measures.costs, **other)


@pytest.fixture
def tables(small_town: dict[str, Any]) -> RunTables:
    return tables_of(*played(small_town))


def nothing(of: RunTables) -> RunTables:
    """The same run without a single row."""
    empty = {name: getattr(of, name).iloc[:0] for name in ("call_facts", "shifts", "reach", "costs")}
    return RunTables("Nothing", of.begins, of.window_start_s, of.window_end_s, **empty)


def test_every_picture_is_written_thrice(tables: RunTables, tmp_path: Path) -> None:
    written = run_charts(tmp_path / "charts", tables)
    assert [path.name for path in written] == [f"{name}.{ending}" for name in RUN_NAMES for ending in ("svg", "png", "csv")]
    assert sorted(written) == sorted((tmp_path / "charts").iterdir())
    for path in written:
        if path.suffix == ".png":
            assert int.from_bytes(path.read_bytes()[16:20], "big") == 150 * WIDTH_IN


def test_bytes_repeat_whatever_the_reader_has_set(tables: RunTables, tmp_path: Path) -> None:
    import matplotlib as mpl

    def once(folder: Path) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in run_charts(folder, tables)}

    first = once(tmp_path / "first")
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "svg.hashsalt": "other", "svg.fonttype": "path", "savefig.dpi": 40}):
        second = once(tmp_path / "second")
        assert mpl.rcParams["font.size"] == 30  # and the reader has them back
    assert first == second


def test_an_svg_speaks(tables: RunTables, tmp_path: Path) -> None:
    for path in run_charts(tmp_path, tables):
        if path.suffix != ".svg":
            continue
        root = ElementTree.parse(path).getroot()
        space = "{http://www.w3.org/2000/svg}"
        assert root.get("role") == "img"
        assert [root[0].tag, root[1].tag] == [f"{space}title", f"{space}desc"]
        assert root.get("aria-labelledby") == f"{root[0].get('id')} {root[1].get('id')}"
        assert root[0].text and root[1].text and "Small town" not in root[0].text
        assert any(root[0].text[:10] in "".join(text.itertext()) for text in root.iter(f"{space}text"))  # letters, not outlines
        content = path.read_text(encoding="utf-8")
        assert "dc:date" not in content and len(content) < 200_000


def test_csv_holds_what_is_drawn(tables: RunTables, tmp_path: Path) -> None:
    run_charts(tmp_path, tables)
    with style():
        for picture in run_pictures(tables):
            read = pd.read_csv(tmp_path / f"{picture.name}.csv", keep_default_na=False, na_values={"value": [""]})
            assert list(read.columns) == list(picture.numbers.columns) and len(read) == len(picture.numbers)
        reach, dispositions = run_pictures(tables)[2:4]
    bars = [patch for axes in reach.page.figure.axes for patch in axes.patches if patch.get_fill()]
    shares = reach.numbers.loc[reach.numbers["share"] > 0, "share"]
    assert np.allclose([bar.get_width() for bar in bars], shares)
    table = [text for text, _ in words_of(dispositions)]
    arrests = dispositions.numbers.query("responder == 'patrol' and disposition == 'ARREST'")["share"].item()
    assert f"{100 * arrests:.0f} %" in table


def test_totals_are_those_of_the_tables(small_town: dict[str, Any]) -> None:
    world, measures = played(small_town)
    tables = tables_of(world, measures)
    with style():
        week, waits, reach, dispositions, costs = (picture.numbers for picture in run_pictures(tables))
    calls = tables.crisis_calls
    hours = (world.window_end_s - world.window_start_s) // HOUR_S  # two whole weeks: every hour twice
    assert hours == 336
    assert week.loc[week["measure"] == "calls received an hour", "value"].sum() * 2 == pytest.approx(len(calls))
    for responder, own in measures.shifts.groupby("responder", observed=True):
        posted = week.loc[(week["measure"] == "units posted") & (week["responder"] == responder), "value"].sum() * 2
        assert posted == pytest.approx(own["in_window_s"].sum() / HOUR_S)
    assert waits[(waits["calls"] == "all") & (waits["percentile"] == 90)]["n"].sum() == calls["reached"].sum()
    assert dispositions["calls"].sum() == len(calls)
    assert costs["usd"].sum() == pytest.approx(measures.costs["cents"].sum() / 100)
    metric = measures.metrics.set_index(["metric", "group", "level"])["value"]
    shares = reach.set_index(["programme", "reason"])["share"]
    assert shares["co_response", "reached"] == pytest.approx(metric["reached_share", "programme", "co_response"])
    assert shares["co_response", "busy"] == pytest.approx(metric["missed_busy_share", "programme", "co_response"])


def test_week_starts_on_monday(tables: RunTables) -> None:
    """The small town begins on a Friday and its window on the Sunday; its team starts at 16:00 on working days."""
    assert tables.begins == dt.date(2027, 2, 26)
    with style():
        week = run_pictures(tables)[0].numbers
    team = week[(week["responder"] == "team") & (week["measure"] == "units posted") & (week["value"] > 0)]
    assert sorted(set(team.loc[team["hour"] >= 16, "day"])) == sorted(["Mon", "Tue", "Wed", "Thu", "Fri"])
    assert sorted(set(team.loc[team["hour"] < 2, "day"])) == sorted(["Tue", "Wed", "Thu", "Fri", "Sat"])
    assert set(team["hour"]) == {*range(16, 24), 0, 1}


def test_several_replications_are_averaged(small_town: dict[str, Any]) -> None:
    world, measures = played(small_town)
    doubled = {
        name: pd.concat([getattr(measures, name).assign(replication=k) for k in (0, 1)], ignore_index=True)
        for name in ("call_facts", "shifts", "reach", "costs")
    }
    twice = RunTables("Twice", world.begins, world.window_start_s, world.window_end_s, **doubled, replications=2)
    with style():
        for one, two in zip(run_pictures(tables_of(world, measures)), run_pictures(twice), strict=True):
            columns = [c for c in one.numbers.columns if c not in ("n", "received_to_on_scene_min")]  # pooled, not averaged
            pd.testing.assert_frame_equal(one.numbers[columns], two.numbers[columns])


def test_tables_read_back_from_disk_draw_the_same(tables: RunTables, tmp_path: Path) -> None:
    """Words on disk are plain text, and a shift says its unit by name."""
    plain = {
        name: getattr(tables, name).astype({c: str for c, t in getattr(tables, name).dtypes.items() if t == "category"})
        for name in ("call_facts", "reach", "costs", "shifts")
    }
    shifts = plain["shifts"]
    shifts = shifts.assign(unit=shifts["responder"] + "/late/1", staffed=shifts["staffed"] == 1)
    plain["shifts"] = shifts.drop(columns="responder")
    again = RunTables(tables.name, tables.begins, tables.window_start_s, tables.window_end_s, **plain)
    first, second = run_charts(tmp_path / "a", tables), run_charts(tmp_path / "b", again)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_no_words_over_words(tables: RunTables) -> None:
    with style():
        for picture in run_pictures(tables):
            check_words(picture)


def test_nothing_to_draw_is_said(tables: RunTables, tmp_path: Path) -> None:
    with style(), warnings.catch_warnings():
        warnings.simplefilter("error")
        for picture in run_pictures(nothing(tables)):
            check_words(picture)
            assert picture.description
    assert len(run_charts(tmp_path, nothing(tables))) == 15


def test_no_programme_and_no_calls(small_town: dict[str, Any]) -> None:
    small_town["programmes"] = {}
    small_town["demand"] |= {"calls_per_year": 0}
    with style():
        for picture in run_pictures(tables_of(*played(small_town))):
            check_words(picture)


def test_many_rows_of_every_kind(tables: RunTables) -> None:
    """Eleven responder types with long names, every ending and every cost item, slices of all sizes."""
    title = "A team with a very long name indeed that no row has room for"
    names = [f"kind_{k}" for k in range(11)]
    kinds = [*DISPOSITIONS, "SOMETHING_NEW"]
    rows = [(name, kind) for k, name in enumerate([*names, ""]) for j, kind in enumerate(kinds) for _ in range(1 + (k * j) % 7)]
    facts = pd.DataFrame(rows, columns=["responder", "disposition"]).assign(in_window=True, person=True, priority=1)
    facts["received_s"] = tables.window_start_s + np.arange(len(facts)) * 997
    facts["received_to_on_scene_s"] = 600 + 7 * np.arange(len(facts)) % 1800
    reasons = [(k, j, reason) for k in range(6) for j, reason in enumerate(list(REASONS) * 3 + ["busy"] * 9 * k)]
    missed = [(f"programme {k}", reason, 1000 * k + j, True) for k, j, reason in reasons]
    reach = pd.DataFrame(missed, columns=["programme", "reason", "call", "person"])
    paid = [(k, j, item) for k in range(7) for j, item in enumerate([*ITEMS, "new_item"])]
    items = [(f"payer {k}", item, "ongoing", names[j % 11], 10 ** (j + 2)) for k, j, item in paid]
    costs = pd.DataFrame(items, columns=["payer", "item", "timing", "group", "cents"])
    shifts = pd.DataFrame({"responder": names, "start_s": tables.window_start_s, "end_s": tables.window_end_s, "staffed": 1})
    full = RunTables(
        LONG, tables.begins, tables.window_start_s, tables.window_end_s, facts, shifts, reach, costs, dict.fromkeys(names, title)
    )
    with style():
        for picture in run_pictures(full):
            check_words(picture)


def test_lines_and_places() -> None:
    assert lines_of("", 1) == []
    lines = lines_of("one two three four five six seven eight", 1.0, most=2)
    assert len(lines) == 2 and lines[1].endswith("…") and all(width_in(line) <= 1.0 for line in lines)
    places = spread([5.0, 5.0, 5.1, 0.0], 1.0, 0.0, 6.0)
    assert np.diff(sorted(places)).min() >= 1 - 1e-9 and max(places) <= 6 and places[3] == 0
    assert spread([], 1, 0, 1) == []
    assert STYLE["svg.fonttype"] == "none"
