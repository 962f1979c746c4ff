"""Pictures of desks, doors and people, and the lines of the screen about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.contract.towns import lives
from sim.measure import Measures, measure
from sim.measure.charts import RunTables, run_charts, run_pictures
from sim.measure.charts.page import style
from sim.measure.charts.places import answer_numbers, lorenz_numbers, occupancy_numbers
from sim.measure.interval import summarise
from sim.screen import WIDTH
from sim.study.screens.coupled_lines import door_lines, people_lines, phone_lines
from sim.study.screens.words import Figures
from sim.world import World
from tests.unit import dogwood, hand
from tests.unit.drawn import check_words

NAMES = ["answer_queue", "occupancy", "lorenz"]


def tables_of(world: World, measures: Measures) -> RunTables:
    times = (world.begins, world.window_start_s, world.window_end_s)
    frames = (measures.call_facts, measures.shifts, measures.reach, measures.costs)
    more: dict[str, Any] = {name: measures.more.get(name) for name in ("occupancy", "desk_hours")}
    return RunTables("Dogwood", *times, *frames, has_persons="persons" in measures.more, **more)


@pytest.fixture(scope="module")
def dog() -> Measures:
    return measure(dogwood.ledger(), dogwood.world())


def test_pictures_are_drawn_where_there_is_something_to_draw(dog: Measures, tmp_path: Path) -> None:
    written = run_charts(tmp_path / "all", tables_of(dogwood.world(), dog))
    assert [path.stem for path in written if path.suffix == ".svg"][5:] == NAMES
    aspen = measure(hand.ledger(), hand.world())
    with style():
        assert len(run_pictures(tables_of(hand.world(), aspen))) == 5


def test_no_words_over_words(dog: Measures) -> None:
    *_, world, rows = lives()[-1]
    for town, measures in ((dogwood.world(), dog), (world, measure(rows, world))):
        with style():
            for picture in run_pictures(tables_of(town, measures))[5:]:
                check_words(picture)
                assert picture.description.endswith(".")


def test_numbers_drawn_are_those_of_the_tables(dog: Measures) -> None:
    tables = tables_of(dogwood.world(), dog)
    occupancy = occupancy_numbers(tables).query("facility == 'ed' and day == 'Tue' and hour == 13")
    assert occupancy[["places", "placed", "boarding", "waiting"]].to_numpy().tolist() == [[2, 1, 1, 0]]
    desk = answer_numbers(tables).query("desk == 'callers' and hour == 10")
    assert desk[["positions", "talking", "ringing"]].to_numpy()[0] == pytest.approx([1, 8 / 60, 7 / 60])


def test_the_curve_of_contacts_bends_where_people_differ(dog: Measures) -> None:
    numbers = lorenz_numbers(tables_of(dogwood.world(), dog))
    assert numbers[["people", "contacts"]].to_numpy().tolist() == [[0, 0], [1, 2], [3, 4]]
    assert numbers["contacts_share"].tolist() == [0, 0.5, 1]
    top = dog.metrics.query("metric == 'top_5_percent_share' and group == 'all'")["value"].item()
    assert np.interp(0.05, numbers["people_share"], numbers["contacts_share"]) == pytest.approx(top)


def test_nothing_is_drawn_as_nothing(dog: Measures) -> None:
    tables = tables_of(dogwood.world(), dog)
    assert tables.occupancy is not None and tables.desk_hours is not None
    empty = replace(
        tables,
        call_facts=tables.call_facts.iloc[:0],
        reach=tables.reach.iloc[:0],
        occupancy=tables.occupancy.iloc[:0],
        desk_hours=tables.desk_hours.iloc[:0],
    )
    with style():
        pictures = run_pictures(empty)[5:]
        assert [picture.name for picture in pictures] == NAMES
        for picture in pictures:
            check_words(picture)


def test_lines_of_the_screen(dog: Measures) -> None:
    figures = Figures(summarise([dog.metrics]))
    told = [*phone_lines(figures), *door_lines(figures), *people_lines(figures)]
    assert all(len(line) <= WIDTH for line in told)
    text = " ".join(" ".join(told).split())
    for words in (
        "PHONE answered 75 %, 50 % within 20 s",
        "gave up ringing 25 %",
        "67 % resolved on the phone",
        "DOORS ward 38 % full · ED 16 % full",
        "1 people boarded, 2.0 h",
        "1 turned away",
        "PEOPLE 3 people made 4 contacts",
        "50 % of these reached",
    ):
        assert words in text, text


def test_a_town_without_them_has_no_such_lines() -> None:
    figures = Figures(summarise([measure(hand.ledger(), hand.world()).metrics]))
    assert [*phone_lines(figures), *door_lines(figures), *people_lines(figures)] == []
