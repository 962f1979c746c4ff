"""What is asked for, and what of it is kept."""

from __future__ import annotations

import pytest

from sim.errors import ResultsError
from sim.study.units import DRAWS, LIVES, Unit, asked_units, lives_words, unit_of


def test_units_of_a_request_in_order() -> None:
    assert asked_units(None, None, 3) == asked_units(0, 3, 20) == [Unit(0, 0), Unit(0, 1), Unit(0, 2)]
    assert asked_units(2, None, 20) == [Unit(1, 0), Unit(1, 1), Unit(2, 0), Unit(2, 1)]
    assert asked_units(1, 1, 20) == [Unit(1, 0)]
    assert len(asked_units(DRAWS, LIVES, 20)) == 80


def test_draws_live_lives_of_their_own() -> None:
    units = [*asked_units(0, 20, 1), *asked_units(3, 20, 1)]
    assert len({unit.luck for unit in units}) == len(units)
    assert [Unit(0, k).luck for k in range(3)] == [0, 1, 2]
    assert all(unit_of(unit.part) == unit for unit in units)


def test_what_is_kept_whole_depends_on_nothing_but_the_unit() -> None:
    assert sum(unit.is_kept_whole for unit in asked_units(0, 100, 1)) == 20
    assert sum(unit.is_kept_whole for unit in asked_units(40, 5, 1)) == 20


@pytest.mark.parametrize(
    ("draws", "replications", "told"),
    [(-1, None, "--draws\n  got   -1\n  want"), (None, 0, "--replications\n  got   0\n  want"), (1, 5000, "1 to 4,096")],
)
def test_numbers_that_cannot_be(draws: int | None, replications: int | None, told: str) -> None:
    with pytest.raises(ResultsError) as error:
        asked_units(draws, replications, 1)
    assert told in str(error.value)


def test_words() -> None:
    assert lives_words(asked_units(0, 1, 1)) == "1 replication"
    assert lives_words(asked_units(40, 2, 1)) == "40 draws, 2 lives each"
    assert lives_words(asked_units(1, 1, 1)) == "1 draw, 1 life each"
    assert lives_words([Unit(1, 0), Unit(1, 1), Unit(2, 0)]) == "2 draws, 1 to 2 lives each"
