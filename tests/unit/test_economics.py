"""Worth for money: published examples of R packages, sums done by hand, and what luck must not do.

Figures are those the packages print or test against; where none was at hand, a small example is worked out in the test.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.measure.conditional import conditional_means, cross_fitted
from sim.measure.economics import (
    DOMINATED,
    EXTENDED,
    ON,
    acceptability,
    break_even,
    expected_loss,
    icer_table,
    known_by,
    net_benefit,
    perfect_information,
    preferred,
    statuses,
    swings,
)
from tests.unit.luck import normals

FRONTIERS = {  # heemod, tests/testthat/test_efficiency_frontier.R: costs, effects, scenarios on the frontier
    "weak and strong dominance": (
        [14807, 26041, 49706, 64266, 40022, 57392, 91744, 54651],
        [9.635, 10.2497, 11.1654, 11.5152, 11.582, 11.6248, 11.6296, 11.6588],
        {1, 5, 8},
    ),
    "the least effective is not the cheapest": (
        [26041, 14807, 49706, 64266, 40022],
        [9.13, 9.635, 11.1654, 11.5152, 11.582],
        {2, 5},
    ),
    "no strong dominance": (
        [25000, 35000, 50000, 54651, 64266, 91744],
        [10.2497, 11.1654, 11.3, 11.6588, 11.7, 12.1],
        {1, 2, 4, 6},
    ),
    "two with one effect": (
        [26041, 49706, 64266, 57392, 91744, 54651],
        [10.2497, 11.1654, 11.5152, 11.6248, 11.6296, 11.6296],
        {1, 6},
    ),
    "all on it": ([26041, 42000, 54651, 60000, 76000], [10.2497, 11.1654, 11.6296, 11.7, 11.8], {1, 2, 3, 4, 5}),
    "two pairs with one effect": (
        [25000, 35000, 50000, 54651, 58500, 64266, 91744],
        [10.2497, 10.2497, 11.3, 11.6588, 11.6588, 11.7, 12.1],
        {1, 4, 7},
    ),
    "two the same, two with one cost": (
        [25000, 25000, 50000, 58500, 58500, 64266, 91744],
        [10.2497, 10.25, 11.3, 11.6588, 11.6588, 11.7, 12.1],
        {2, 4, 5, 7},
    ),
}


def test_icers_of_dampack() -> None:
    """dampack, tests/testthat: `calculate_icers` on the example of the Health Economics Resource Center (VA)."""
    table = icer_table(["E", "D", "C", "B", "A", "UC"], [5, 4, 3, 2, 1.5, 1], [55000, 35000, 25000, 10000, 12000, 5000])
    found = table.set_index("option_name")
    assert dict(found["status"]) == {"UC": ON, "B": ON, "D": ON, "E": ON, "C": EXTENDED, "A": DOMINATED}
    assert found.loc[["B", "D", "E"], "icer"].tolist() == [5000, 12500, 20000]
    assert found.loc[["B", "D", "E"], "against"].tolist() == ["UC", "B", "D"]
    assert found.loc[["UC", "A", "C"], "icer"].isna().all()


def test_hiv_screening_of_dampack() -> None:
    """dampack, vignette `basic_cea`, example 1: inputs and which is dominated are the vignette's, ICERs worked out by hand.

    Paltiel et al. (2006), Annals of Internal Medicine 145:797-806, table 4; months are made years.
    """
    names = ["status quo", "one time", "5yr", "3yr", "annual"]
    months = np.array([277.25, 277.57, 277.78, 277.83, 277.76])
    table = icer_table(names, list(months / 12), [26000, 27000, 28020, 28440, 29440])
    assert table["status"].tolist() == [ON] * 4 + [DOMINATED]
    by_hand = [1000 / 0.32 * 12, 1020 / 0.21 * 12, 420 / 0.05 * 12]  # 37,500; 58,286; 100,800 a year of life
    assert table["icer"].tolist()[1:4] == pytest.approx(by_hand)


def test_cheaper_and_as_good_comes_first() -> None:
    """dampack, tests/testthat: of *no treat*, *treat all*, *test and treat* only the last is on the frontier."""
    assert statuses([6.48273, 6.52861, 6.52861], [163771.0, 164848.7, 163765.1]) == [DOMINATED, DOMINATED, ON]


@pytest.mark.parametrize("name", FRONTIERS)
def test_frontiers_of_heemod(name: str) -> None:
    costs, effects, edge = FRONTIERS[name]
    assert {i + 1 for i, status in enumerate(statuses(effects, costs)) if status == ON} == edge


def test_two_models_of_heemod() -> None:
    """heemod, tests/testthat/test_model.R: cost 422.5384 and effect 899.5074 more, ICER 0.4697442."""
    table = icer_table(["I", "II"], [1514.507, 615.0], [1592.538, 1170.0])
    assert table["icer"].tolist()[0] == pytest.approx(0.4697442, rel=1e-5)
    assert break_even(899.5074, 422.5384) == pytest.approx(0.4697442, rel=1e-6)


def test_vaccine_of_bcea_breaks_even_where_it_says() -> None:
    """BCEA, `summary(he)` of the vaccine: at 25,000, EIB 1.2284; ICER 20,098, so vaccination from 20,100 on a grid of 100."""
    effect = 1.2284 / (25_000 - 20_098)
    cost = 20_098 * effect
    prices = np.arange(0, 50_001, 100)
    at = [preferred(net_benefit(np.array([[0.0, effect]]), np.array([[0.0, cost]]), price)) for price in prices]
    assert prices[at.index(1)] == 20_100 and at == sorted(at)
    assert break_even(effect, cost) == pytest.approx(20_098)
    assert net_benefit(np.array([effect]), np.array([cost]), 25_000)[0] == pytest.approx(1.2284)


def test_opportunity_loss_of_bcea() -> None:
    """BCEA, tests/testthat/test-compute_ol.R: utilities 1 and 0 in every draw; the first loses nothing, the second 1."""
    net = np.column_stack([np.ones(3), np.zeros(3)])
    assert expected_loss(net).tolist() == [0.0, 1.0]
    assert perfect_information(net) == (0.0, 0.0)


def test_shares_losses_and_information_by_hand() -> None:
    """Four draws of three options: hesim's definitions, worked out on paper (its vignette draws at random).

    Best are b, a, a, c; means 2, 2.5, 0: b is preferred. It loses 0, 2, 4, 1 against the best of each draw.
    """
    net = np.array([[1.0, 4.0, 0.0], [4.0, 2.0, 0.0], [6.0, 2.0, 0.0], [-3.0, 2.0, 3.0]])
    assert acceptability(net).tolist() == [0.5, 0.25, 0.25]
    assert preferred(net) == 1
    assert expected_loss(net).tolist() == [(3 + 0 + 0 + 6) / 4, (0 + 2 + 4 + 1) / 4, (4 + 4 + 6 + 0) / 4]
    value, error = perfect_information(net)
    assert value == 1.75 and error == pytest.approx(np.std([0, 2, 4, 1], ddof=1) / 2)


def test_no_ratio_over_nothing() -> None:
    assert np.isnan(break_even(0.0, 5.0)) and np.isnan(break_even(-1.0, 5.0))
    assert break_even(0.0, 0.0) == 0.0 and break_even(2.0, -4.0) == 0.0 and break_even(2.0, 4.0) == 2.0
    assert icer_table(["a", "b"], [1.0, 1.0], [2.0, 2.0])["icer"].isna().all()  # the same twice


def test_luck_alone_is_taken_out() -> None:
    """Forty draws, two lives: values that are luck alone become (nearly) one value, values without luck stay as they are."""
    inputs, noise = normals(1, 40, 30), normals(2, 80, 2)
    lives = noise.reshape(2, 40, 2)
    found = conditional_means(inputs, lives.mean(axis=0), lives.var(axis=0, ddof=1).mean(axis=0) / 2)
    assert (found.var(axis=0) < 0.35 * lives.mean(axis=0).var(axis=0)).all()
    values = inputs[:, :2] @ np.array([[1.0, 0.0], [2.0, 1.0]])
    assert conditional_means(inputs, values, np.zeros(2)) == pytest.approx(values, abs=0.05)
    assert conditional_means(inputs, values, np.zeros(2)).mean(axis=0) == pytest.approx(values.mean(axis=0))


def test_a_prediction_never_sees_its_own_draw() -> None:
    inputs, values = normals(3, 40, 5), normals(4, 40, 1)
    before = cross_fitted(inputs, values)
    values[7] += 100.0
    assert cross_fitted(inputs, values)[7] == pytest.approx(before[7])


def test_few_draws_and_no_inputs_give_means() -> None:
    values = normals(5, 19, 2)
    assert cross_fitted(normals(6, 19, 3), values) == pytest.approx(np.tile(values.mean(axis=0), (19, 1)))
    assert cross_fitted(np.empty((30, 0)), normals(5, 30, 2)).std(axis=0) == pytest.approx(0.0)


def test_squares_are_seen() -> None:
    inputs = normals(7, 300, 4)
    values = (inputs[:, :1] + 1.0) ** 2
    left = (values - cross_fitted(inputs, values)).var() / values.var()
    assert left < 0.05


def test_a_group_that_says_nothing_is_worth_what_chance_gives() -> None:
    inputs = normals(8, 200, 12)
    values = inputs[:, :2] @ np.array([[3.0], [2.0]]) + normals(9, 200, 1)
    worth = {}
    for name, columns in (("all of it", [0, 1]), ("none of it", [6, 7, 8])):
        nets = [np.column_stack([np.zeros(200), one]) for one in known_by(inputs[:, columns], values)]
        worth[name] = [perfect_information(net)[0] for net in nets]
    assert len(worth["all of it"]) == 20
    assert worth["all of it"][0] > 5 * max(worth["all of it"][1:])
    assert worth["none of it"][0] < 0.1 * worth["all of it"][0]


def test_swings_are_slopes_and_know_chance() -> None:
    inputs = normals(10, 60, 50)
    low, high, chance = swings(inputs, 5.0 + 2.0 * inputs[:, 3] + normals(11, 60, 1)[:, 0])
    assert np.argmax(np.abs(high - low)) == 3 and chance[3] < 0.001
    assert (high - low)[3] == pytest.approx(2.0 * np.diff(np.percentile(inputs[:, 3], (10, 90)))[0], rel=0.25)
    assert (np.delete(chance, 3) < 0.05).sum() == 0
    assert swings(np.ones((60, 1)), inputs[:, 0])[2] == 1.0  # an input that does not move
