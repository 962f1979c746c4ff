"""Where idle units make for: they stay, go home, or cover what nobody else covers."""

from __future__ import annotations

from typing import Any

import pytest

from sim.rules import deploying
from sim.rules.lifecycle import HOUR_S, Status
from tests.unit.corner import TEAM, responders, town, unit


def place(units: list[Any], when_idle: int = deploying.COVERS, **given: Any) -> Any:
    """Two zones of four and six tenths of the calls; 480 s cover, so a unit covers its own zone alone."""
    return town(units, responders=responders(patrol={"when_idle": when_idle}), **given)


def test_it_stays_goes_home_or_covers() -> None:
    units = [unit(0, zone=1, home_zone=0), unit(1, zone=1)]
    posts = [deploying.post_of(place(units, when_idle), units[0], 0) for when_idle in (0, deploying.GOES_HOME)]
    assert posts == [1, 0]
    assert deploying.post_of(place(units), units[0], 0) == 0  # the other one covers zone 1


def test_the_zone_with_the_most_calls_that_nobody_covers() -> None:
    units = [unit(0, zone=0), unit(1, zone=0)]
    assert deploying.emptiest_zone(place(units), units[0], 0) == 1
    assert deploying.emptiest_zone(place(units[:1]), units[0], 0) == 1


def test_where_all_is_covered_it_stays_and_on_a_tie_the_lowest_id() -> None:
    units = [unit(0, zone=0), unit(1, zone=0), unit(2, zone=1)]
    assert deploying.emptiest_zone(place(units), units[0], 0) == 0
    alone = [unit(0, zone=1)]
    assert deploying.emptiest_zone(place(alone, demand_ppm=[500_000, 500_000]), alone[0], 0) == 0


def test_it_does_not_count_itself_as_cover() -> None:
    units = [unit(0, zone=1), unit(1, zone=0)]
    assert not deploying.is_covered(place(units), units[0], 1, 0)
    assert deploying.is_covered(place(units), units[1], 1, 0)


@pytest.mark.parametrize("change", [{"status": int(Status.EN_ROUTE)}, {"responder": TEAM}])
def test_only_idle_units_of_the_type_cover(change: dict[str, int]) -> None:
    units = [unit(0, zone=0), unit(1, zone=1)]
    assert deploying.is_covered(place(units), units[0], 1, 0)
    for name, value in change.items():
        setattr(units[1], name, value)
    assert not deploying.is_covered(place(units), units[0], 1, 0)


def test_a_unit_on_its_way_to_a_post_covers_the_post() -> None:
    units = [unit(0, zone=0), unit(1, zone=0, post=1)]
    assert deploying.is_covered(place(units), units[0], 1, 0)
    assert not deploying.is_covered(place(units), units[0], 0, 0)


@pytest.mark.parametrize(("cover_s", "covered"), [(599, False), (600, True)])
def test_cover_is_a_drive_of_so_long_at_this_hour(cover_s: int, covered: bool) -> None:
    units = [unit(0, zone=0), unit(1, zone=0)]
    assert deploying.is_covered(place(units, cover_s=cover_s), units[0], 1, 0) == covered
    slow_night = [[[100, 600], [600, 100]], *[[[50, 300], [300, 50]]] * 3]
    assert deploying.is_covered(place(units, cover_s=cover_s, travel_s=slow_night), units[0], 1, 12 * HOUR_S)


def test_types_are_covered_by_their_own() -> None:
    units = [unit(0), unit(1, zone=1, responder=TEAM)]
    assert deploying.post_of(place(units), units[0], 0) == 1
