"""Pictures of a comparison, with one option and with eight, with ranges wide, narrow and none."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.engines import run
from sim.measure import Measures, measure
from sim.measure.charts import compare_charts, compare_pictures
from sim.measure.charts.page import style
from sim.measure.compare import paired
from sim.measure.interval import summarise
from sim.scenario.schema import Scenario
from sim.world import build_world
from tests.unit.drawn import check_words

LONG = "A second co-response team at all hours of every day of the week, paid for by the state"


def played(town: dict[str, Any]) -> Measures:
    world = build_world(Scenario.model_validate(town))
    return measure(run(world), world)


Metrics = list[tuple[str, str]]


def difference_frame(rng: Iterator[float], metrics: Metrics, scale: float = 1.0, has_range: bool = True) -> pd.DataFrame:
    rows = []
    for metric, unit in metrics:
        value = scale * next(rng) * (200_000 if unit == "USD" else 40)
        half = abs(scale) * next(rng) ** 2 * (20_000 if unit == "USD" else 30) if has_range else np.nan
        low, high = value - half, value + half
        verdict = "more" if low > 0 else "fewer" if high < 0 else "cannot tell"
        rows.append((metric, "all", "all", 100.0, 100 + value, value, low, high, 5, unit, "assumed", verdict))
    columns = ["metric", "group", "level", "baseline", "option", "difference", "low", "high", "n", "unit", "kind", "verdict"]
    return pd.DataFrame(rows, columns=columns)


METRICS = [
    ("calls_reached", "calls"),
    ("programme_cost_usd", "USD"),
    ("received_to_on_scene_p90_min", "min"),
    ("arrests", "people"),
]


def wave() -> Iterator[float]:
    """Numbers between -1 and 1 that look like chance and are not."""
    return (float(np.sin(37.0 * k + 1)) for k in itertools.count())


def summary(reached: float, usd: float, half: float = 20.0) -> pd.DataFrame:
    rows = [("calls_reached", "all", reached, reached - half, reached + half), ("programme_cost_usd", "all", usd, usd, usd)]
    return pd.DataFrame(rows, columns=["metric", "group", "value", "low", "high"])


def comparison(n: int, **frame: Any) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    rng = wave()
    names = [LONG, *(f"Option {k}" for k in range(2, n + 1))][:n]
    summaries = {"Today": summary(313, 276_200)}
    summaries |= {name: summary(313 + 9 * k, 276_200 + 3_000 * k) for k, name in enumerate(names)}
    return {name: difference_frame(rng, METRICS, **frame) for name in names}, summaries


def test_files_are_written_and_their_bytes_repeat(tmp_path: Path) -> None:
    first, second = (compare_charts(tmp_path / name, *comparison(2)) for name in ("first", "second"))
    names = [f"{name}.{ending}" for name in ("differences", "reach_cost") for ending in ("svg", "png", "csv")]
    assert [path.name for path in first] == names
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_nothing_to_compare_is_said() -> None:
    with style():
        for picture in [*compare_pictures({}, {}), *compare_pictures({}, {"Today": summary(0, 0)})]:
            check_words(picture)
            assert picture.description


@pytest.mark.parametrize("n", [1, 3, 8])
@pytest.mark.parametrize("frame", [{}, {"scale": 1e-4}, {"scale": 5e3}, {"scale": 0.0}, {"has_range": False}], ids=str)
def test_comparisons_of_any_size(n: int, frame: dict[str, Any]) -> None:
    differences, summaries = comparison(n, **frame)
    with style():
        pictures = compare_pictures(differences, {} if frame else summaries)
        for picture in pictures[: 1 if frame else 2]:
            check_words(picture)
            assert LONG in picture.description


@pytest.mark.parametrize("n", [1, 3, 8])
@pytest.mark.parametrize("frame", [{}, {"scale": 1e-4}, {"scale": 5e3}, {"scale": 0.0}, {"has_range": False}], ids=str)
def test_effect_sets_of_any_size(n: int, frame: dict[str, Any], tmp_path: Path) -> None:
    rng = wave()
    made = [
        difference_frame(rng, [("ed_visits_72h", "visits")], **frame).assign(option_name=name, effects=effects, is_own=k == 0)
        for name in comparison(n)[0]
        for k, effects in enumerate(("matched", "null", "adverse", "own")[: 4 if n == 3 else 3])
    ]
    sets = pd.concat(made, ignore_index=True)
    with style():
        picture = compare_pictures({}, {}, effect_sets=sets)[2]
        check_words(picture)
        assert LONG in picture.description and "null" in picture.description
        assert len(picture.numbers) == len(sets)
        check_words(compare_pictures({}, {}, effect_sets=sets[:0])[2])
    (axes,) = picture.page.figure.axes
    markers = [line.get_marker() for line in axes.lines if line.get_marker() in "os^D"]
    assert len(markers) == len(sets) and set(markers) >= {"o", "s", "^"}


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
    before = played(small_town)
    small_town["name"] = "More"
    small_town["responders"]["team"]["shifts"]["late"]["days"] = "all"
    after = played(small_town)
    differences = {"Seven days": paired([before], [after])}
    summaries = {"Today": summarise([before.metrics]), "Seven days": summarise([after.metrics])}
    with style():
        for picture in compare_pictures(differences, summaries, "14 days"):
            check_words(picture)
    compare_charts(tmp_path, differences, summaries)
    read = pd.read_csv(tmp_path / "differences.csv").set_index("metric")
    metric = [m.metrics.query("metric == 'calls_reached' and group == 'all'")["value"].item() for m in (before, after)]
    assert read.at["calls_reached", "difference"] == metric[1] - metric[0]
