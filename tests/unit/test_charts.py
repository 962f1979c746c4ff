"""Pictures: files, bytes that repeat, numbers beside them that are the numbers drawn, and no words over words."""

from __future__ import annotations

import datetime as dt
import itertools
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from sim.engines import run
from sim.measure import Measures, measure
from sim.measure.charts import Picture, RunTables, compare_charts, compare_pictures, run_charts, run_pictures
from sim.measure.charts.page import STYLE, WIDTH_IN, lines_of, spread, style, width_in
from sim.measure.charts.palette import DISPOSITIONS, ITEMS, REASONS
from sim.measure.compare import paired
from sim.measure.interval import summarise
from sim.scenario.schema import Scenario
from sim.world import World, build_world

DAY_S, HOUR_S = 86_400, 3_600
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


def words_of(picture: Picture) -> Iterator[tuple[str, Any]]:
    """Every piece of text that is drawn, with its box in pixels."""
    figure, renderer = picture.page.figure, picture.page.renderer
    figure.canvas.draw()  # places ticks
    for axes in figure.axes:
        shown = axes.axison
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, sorted(axes.get_ylim()))):
            for tick in axis.get_major_ticks():
                is_there = shown and low - 1e-9 <= tick.get_loc() <= high + 1e-9
                tick.label1.set_visible(is_there and tick.label1.get_visible())
    for text in figure.findobj(Text):
        if text.get_text().strip() and text.get_visible():
            yield text.get_text(), Text.get_window_extent(text, renderer)  # of an annotation, without its line


def check_words(picture: Picture) -> None:
    """No text over another, none cut off by the edge, none too small."""
    found = list(words_of(picture))
    width, height = picture.page.figure.get_size_inches() * picture.page.figure.dpi
    for text, box in found:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height, f"{picture.name}: {text!r} is cut off"
    for (text, box), (other, other_box) in itertools.combinations(found, 2):
        wide = min(box.x1, other_box.x1) - max(box.x0, other_box.x0)
        high = min(box.y1, other_box.y1) - max(box.y0, other_box.y0)
        assert wide <= 1 or high <= 2, f"{picture.name}: {text!r} is over {other!r}"
    sizes = {text.get_fontsize() for text in picture.page.figure.findobj(Text) if text.get_text()}
    assert min(sizes) >= 8.5  # 12 pixels where the page is 800 wide


def difference_frame(rng: Iterator[float], metrics: list[tuple[str, str]], scale: float = 1.0, has_range: bool = True) -> pd.DataFrame:
    rows = []
    for metric, unit in metrics:
        value = scale * next(rng) * (200_000 if unit == "USD" else 40)
        half = abs(scale) * next(rng) ** 2 * (20_000 if unit == "USD" else 30) if has_range else np.nan
        low, high = value - half, value + half
        verdict = "more" if low > 0 else "fewer" if high < 0 else "cannot tell"
        rows.append((metric, "all", "all", 100.0, 100 + value, value, low, high, 5, unit, "assumed", verdict))
    columns = ["metric", "group", "level", "baseline", "option", "difference", "low", "high", "n", "unit", "kind", "verdict"]
    return pd.DataFrame(rows, columns=columns)


METRICS = [("calls_reached", "calls"), ("programme_cost_usd", "USD"), ("received_to_on_scene_p90_min", "min"), ("arrests", "people")]


def wave() -> Iterator[float]:
    """Numbers between -1 and 1 that look like chance and are not."""
    return (float(np.sin(37.0 * k + 1)) for k in itertools.count())


def summary(reached: float, usd: float, half: float = 20.0) -> pd.DataFrame:
    rows = [("calls_reached", "all", reached, reached - half, reached + half), ("programme_cost_usd", "all", usd, usd, usd)]
    return pd.DataFrame(rows, columns=["metric", "group", "value", "low", "high"])


def comparison(n: int, **frame: Any) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    rng = wave()
    names = [LONG, *(f"Option {k}" for k in range(2, n + 1))][:n]
    summaries = {"Today": summary(313, 276_200)} | {name: summary(313 + 9 * k, 276_200 + 3_000 * k) for k, name in enumerate(names)}
    return {name: difference_frame(rng, METRICS, **frame) for name in names}, summaries


def test_every_picture_is_written_thrice(tables: RunTables, tmp_path: Path) -> None:
    written = run_charts(tmp_path / "charts", tables) + compare_charts(tmp_path / "charts", *comparison(3))
    names = [*RUN_NAMES, "differences", "reach_cost"]
    assert [path.name for path in written] == [f"{name}.{ending}" for name in names for ending in ("svg", "png", "csv")]
    assert sorted(written) == sorted((tmp_path / "charts").iterdir())
    for path in written:
        if path.suffix == ".png":
            assert int.from_bytes(path.read_bytes()[16:20], "big") == 150 * WIDTH_IN


def test_bytes_repeat_whatever_the_reader_has_set(tables: RunTables, tmp_path: Path) -> None:
    import matplotlib as mpl

    def once(folder: Path) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in run_charts(folder, tables) + compare_charts(folder, *comparison(2))}

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
    plain["shifts"] = shifts.assign(unit=shifts["responder"] + "/late/1", staffed=shifts["staffed"] == 1).drop(columns="responder")
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
        for picture in [*run_pictures(nothing(tables)), *compare_pictures({}, {}), *compare_pictures({}, {"Today": summary(0, 0)})]:
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
    reach = pd.DataFrame(
        [(f"programme {k}", reason, k * 1000 + j) for k in range(6) for j, reason in enumerate(list(REASONS) * 3 + ["busy"] * 9 * k)],
        columns=["programme", "reason", "call"],
    ).assign(person=True)
    items = [(f"payer {k}", item, "ongoing", names[j % 11], 10 ** (j + 2)) for k in range(7) for j, item in enumerate([*ITEMS, "new_item"])]
    costs = pd.DataFrame(items, columns=["payer", "item", "timing", "group", "cents"])
    shifts = pd.DataFrame({"responder": names, "start_s": tables.window_start_s, "end_s": tables.window_end_s, "staffed": 1})
    full = RunTables(
        LONG, tables.begins, tables.window_start_s, tables.window_end_s, facts, shifts, reach, costs, dict.fromkeys(names, title)
    )
    with style():
        for picture in run_pictures(full):
            check_words(picture)


@pytest.mark.parametrize("n", [1, 3, 8])
@pytest.mark.parametrize("frame", [{}, {"scale": 1e-4}, {"scale": 5e3}, {"scale": 0.0}, {"has_range": False}], ids=str)
def test_comparisons_of_any_size(n: int, frame: dict[str, Any]) -> None:
    with style():
        for picture in compare_pictures(*comparison(n, **frame)):
            check_words(picture)
            assert LONG in picture.description


def test_eight_options_in_one_spot() -> None:
    same = {f"Option {k}": summary(300, 250_000) for k in range(9)}
    far = {f"Option {k}": summary(300.0 * k, 1_500_000.0 * k) for k in range(9)}
    for summaries in (same, far, {"Today": summary(0, 0), "None": summary(0, 0)}):
        with style():
            check_words(compare_pictures({}, summaries)[1])


def test_cannot_tell_is_hollow() -> None:
    frame = difference_frame(wave(), METRICS[:1]).assign(difference=5.0, low=-2.0, high=12.0, verdict="cannot tell")
    clear = frame.assign(low=2.0, verdict="more")
    faces = []
    for option in (frame, clear):
        with style():
            picture = compare_pictures({"Option": option}, {"Today": summary(1, 1)})[0]
        (axes,) = picture.page.figure.axes
        faces.append(next(line.get_markerfacecolor() for line in axes.lines if line.get_marker() == "o"))
        assert any(list(line.get_xdata()) == [0, 0] for line in axes.lines)  # the line of no difference
    assert faces[0] == "#FFFFFF" != faces[1]


def test_a_real_comparison(small_town: dict[str, Any], tmp_path: Path) -> None:
    before = played(small_town)[1]
    small_town["name"] = "More"
    small_town["responders"]["team"]["shifts"]["late"]["days"] = "all"
    after = played(small_town)[1]
    differences = {"Seven days": paired([before], [after])}
    summaries = {"Today": summarise([before.metrics]), "Seven days": summarise([after.metrics])}
    with style():
        for picture in compare_pictures(differences, summaries, "14 days"):
            check_words(picture)
    compare_charts(tmp_path, differences, summaries)
    read = pd.read_csv(tmp_path / "differences.csv").set_index("metric")
    metric = [m.metrics.query("metric == 'calls_reached' and group == 'all'")["value"].item() for m in (before, after)]
    assert read.at["calls_reached", "difference"] == metric[1] - metric[0]


def test_lines_and_places() -> None:
    assert lines_of("", 1) == []
    lines = lines_of("one two three four five six seven eight", 1.0, most=2)
    assert len(lines) == 2 and lines[1].endswith("…") and all(width_in(line) <= 1.0 for line in lines)
    places = spread([5.0, 5.0, 5.1, 0.0], 1.0, 0.0, 6.0)
    assert np.diff(sorted(places)).min() >= 1 - 1e-9 and max(places) <= 6 and places[3] == 0
    assert spread([], 1, 0, 1) == []
    assert STYLE["svg.fonttype"] == "none"
