"""Pictures of the note: words that can be read, numbers that are those fitted, nothing of a single row."""

from __future__ import annotations

import math
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from sim.calibrate.estimate import Candidate, Fitted, Spread
from sim.calibrate.noting.charts import LEVELS, family_quantiles, hours_numbers, joined, pictures, spread_numbers
from sim.calibrate.noting.web import figure
from sim.measure.charts.page import keep, style
from sim.world.quantile import unit_mean
from tests.calibrate.nasty import WAVE, fitted, shape, spread
from tests.unit.drawn import check_words


def test_words_of_pictures_do_not_overlap() -> None:
    with style():
        for _, picture in pictures(fitted(), 10):
            check_words(picture)


def test_pictures_of_strange_spreads_can_be_read() -> None:
    """All alike; three seconds to a week; too few to show any; half of them zero."""
    alike = spread("a")
    strange = [
        Spread("a", "a", "lognormal", "", alike.candidates, np.full(99, 5.0), 0.0, 5000, ()),
        Spread("b", "b", "gamma", "", alike.candidates, np.geomspace(0.05, 10_000, 99), 0.0, 5000, ()),
        Spread("c", "c", "empirical", "", alike.candidates[-1:], alike.quantiles, 0.0, 15, ()),
        Spread("d", "d", "weibull", "", alike.candidates, alike.quantiles, 0.5, 5000, ()),
    ]
    with style():
        for _, picture in pictures(Fitted(spreads=strange), 10):
            check_words(picture)


def test_quantiles_that_are_single_rows_are_blank() -> None:
    """Of 300 intervals, ten lie beyond 3.3 %: 4 % to 96 % may be shown."""
    numbers = spread_numbers(spread(n=300), 10)
    shown = numbers["share_within"][numbers["observed_min"].notna()]
    assert (shown.min(), shown.max()) == (0.04, 0.96)
    assert spread_numbers(spread(n=300, zero_share=0.5), 10)["observed_min"].notna().sum() == 87


def test_fitted_quantiles_are_those_the_simulation_draws() -> None:
    minutes = family_quantiles(Candidate("gamma", 0.0, 0.0, {"mean_min": 9.0, "cv": 0.5}))
    assert minutes is not None and np.allclose(minutes, 9 * unit_mean(LEVELS, "gamma", 0.5))
    assert family_quantiles(Candidate("empirical", math.nan, 0.0, {})) is None


def test_raw_counts_are_joined_until_they_may_be_shown() -> None:
    hours, shown = joined(np.full(168, 3.0), 10)
    assert hours == 4 and np.allclose(shown, 3.0)
    lonely = np.full(168, 30.0)
    lonely[5] = 4.0
    hours, shown = joined(lonely, 10)
    assert hours == 1 and np.flatnonzero(np.isnan(shown)).tolist() == [5]
    closed = np.where(np.arange(168) % 24 < 8, 0.0, 30.0)  # a programme that opens at eight
    assert joined(closed, 10)[0] == 1 and not np.isnan(joined(closed, 10)[1]).any()


def test_ranges_of_hours_are_those_of_the_resamples() -> None:
    numbers = hours_numbers(shape(), 10)
    expected = np.percentile(WAVE, [2.5, 97.5])
    for bound, share in zip(("low", "high"), expected, strict=True):
        assert np.allclose(numbers[bound] / numbers["weight"], share)
    assert np.allclose(numbers["calls_counted"], shape().observed)


def test_a_picture_inside_the_page_keeps_its_references(tmp_path: Path) -> None:
    with style():
        paths = [keep(picture, tmp_path)[0] for _, picture in pictures(fitted(), 10)]
    for path in paths:
        inner = figure(path.read_text(encoding="utf-8"), path.stem, "says")
        tree = ElementTree.fromstring(inner[inner.index("<svg") : inner.index("</svg>") + 6])
        ids = {element.get("id") for element in tree.iter() if element.get("id")}
        assert all(str(one).startswith(f"{path.stem}-") for one in ids)
        assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', inner)) <= ids
