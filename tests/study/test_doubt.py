"""Ranges over lives and draws, and their shares, on numbers whose variances are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.measure.compare import diversion, paired, pooled
from sim.measure.interval import KEYS, summarise
from sim.measure.measures import Measures
from sim.study.doubt import differences, diverted, spread, summarised
from sim.study.play import person_calls
from sim.study.units import Unit
from tests.unit import hand
from tests.unit.test_measure_compare import aspen, lives  # noqa: F401  # a town with a ledger written out by hand

DRAWS_OF_TWO = [Unit(draw, k) for draw in (1, 2, 3) for k in (0, 1)]


def row(values: list[float], units: list[Unit]) -> tuple[float, float, float, int, float]:
    found = spread(np.array([values]), units)
    return found.value[0], found.low[0], found.high[0], int(found.n[0]), found.share_luck[0]


def test_a_range_over_draws_is_percentiles_of_their_means_and_splits() -> None:
    # Draw means 0, 2, 4: variance 4. Lives of each draw lie 1 to either side: variance 2, of the mean of two 1.
    value, low, high, n, share = row([-1, 1, 1, 3, 3, 5], DRAWS_OF_TWO)
    assert (value, n, share) == (2, 6, 0.25)
    assert (low, high) == pytest.approx((0.1, 3.9))


def test_all_of_it_luck_all_of_it_inputs() -> None:
    assert row([-9, 9.2, -9, 9.4, -9, 9.6], DRAWS_OF_TWO)[4] == 1  # never more than all
    assert row([1, 1, 2, 2, 3, 3], DRAWS_OF_TWO)[4] == 0
    assert np.isnan(row([5, 5, 5, 5, 5, 5], DRAWS_OF_TWO)[4])  # nothing to share out


def test_one_life_a_draw_cannot_be_split_and_one_draw_has_no_range() -> None:
    value, low, high, n, share = row([0, 2, 4], [Unit(1, 0), Unit(2, 0), Unit(3, 0)])
    assert (value, n) == (2, 3) and low < 1 < 3 < high and np.isnan(share)
    value, low, high, n, share = row([0, 2], [Unit(1, 0), Unit(1, 1)])
    assert (value, n) == (1, 2) and np.isnan([low, high, share]).all()


def test_what_is_not_there_is_skipped() -> None:
    gone = float("nan")
    assert row([-1, 1, 1, 3, gone, gone], DRAWS_OF_TWO)[:1] == (1,)
    assert row([gone, 0, 2, 2, 4, 4], DRAWS_OF_TWO)[0] == 2
    assert np.isnan(row([gone] * 6, DRAWS_OF_TWO)[0])


def test_shares_come_out_near_the_truth_over_many_draws() -> None:
    """Inputs of variance 4 and luck of variance 2 over two lives: luck is 1 of 5."""
    n = 400
    steps = (np.arange(n) + 0.5) / n
    inputs = 2 * np.sqrt(12) * (steps - 0.5)
    luck = np.sqrt(2) * np.sqrt(12) * (np.stack([steps * 7919 % 1, steps * 104729.31 % 1]) - 0.5)
    values = (inputs + luck).T.ravel()
    found = spread(values[None], [Unit(draw + 1, k) for draw in range(n) for k in (0, 1)])
    assert found.share_luck[0] == pytest.approx(0.2, abs=0.03)
    assert found.shares["share_inputs"][0] == pytest.approx(1 - found.share_luck[0])


def tidy(measures: list[Measures], units: list[Unit]) -> pd.DataFrame:
    frames = [one.metrics.assign(draw=unit.draw, replication=unit.replication) for one, unit in zip(measures, units, strict=True)]
    return pd.concat(frames, ignore_index=True)


def test_luck_only_is_what_measure_says(aspen: Measures) -> None:  # noqa: F811
    units = [Unit(0, k) for k in range(4)]
    before, after = lives(aspen, [300, 310, 320, 330]), lives(aspen, [301, 309, 333, 340])
    mine = summarised(tidy(before, units), units)
    pd.testing.assert_frame_equal(mine.drop(columns=["share_luck", "share_inputs"]), summarise([m.metrics for m in before]))
    total, each = differences(tidy(before, units), tidy(after, units), units)
    pd.testing.assert_frame_equal(total.drop(columns=["share_luck", "share_inputs"]), paired(before, after), rtol=1e-12)
    assert set(total.loc[total["low"].notna(), "share_luck"]) == {1.0}
    assert len(each) == 4 * len(total)
    assert each.groupby(KEYS)["difference"].mean().to_numpy() == pytest.approx(total["difference"].to_numpy(), nan_ok=True)


def test_diversion_from_what_is_kept_of_person_calls(aspen: Measures) -> None:  # noqa: F811
    option = aspen.call_facts.assign(ed=1 - aspen.call_facts["ed"])
    sides = [[calls] * 2 for calls in (aspen.call_facts, option)]
    kept = [[in_order(person_calls(calls, hand.world())) for calls in side] for side in sides]
    pd.testing.assert_frame_equal(diversion(*kept), diversion(*sides))
    found = diverted(diversion(*kept), [Unit(0, 0), Unit(0, 1)])
    told = pooled(diversion(*sides))
    pd.testing.assert_frame_equal(found[told.columns.tolist()], told)


def in_order(calls: pd.DataFrame) -> pd.DataFrame:
    return calls.assign(stream=0, number=range(len(calls)), received_s=0, in_window=True, person=True)
