"""A life in the normal form is what its own export is read as, and a results folder keeps the same life."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.calibrate.exporting.layouts import write_export
from sim.calibrate.exporting.lived import Seen, recorded, seen_by
from sim.calibrate.exporting.lives import Life, life_of
from sim.calibrate.mapping import ExportMap, read_map
from sim.calibrate.normal import FIT, HELD_BACK, Records
from sim.calibrate.reading.source import read_export
from sim.calibrate.validating.asking import COUNTED, Answers, ask
from sim.calibrate.validating.kept_lives import kept_lives
from sim.scenario.schema import Scenario
from sim.study import study

TOWN = Path(__file__).with_name("town.yaml")
DAYS = "SELECT day, block, weekday, month FROM days ORDER BY day"
HALF_A_DAY = 720.0
FLAT = ["travel", "on_scene.people", "on_scene.other", "transport", "at_door", "task", "queue", "response", "patience"]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return sim.load(TOWN)


@pytest.fixture(scope="module")
def life(scenario: Scenario) -> Life:
    world = sim.build_world(scenario)
    return life_of(world, sim.run(world, "compiled").ledger)


def read(life: Life, layout: str, folder: Path) -> tuple[Records, ExportMap]:
    found = write_export(life, layout, folder / "export.csv")
    (folder / "map.yaml").write_text(json.dumps(found), encoding="utf-8")
    export_map, tree = read_map(folder / "map.yaml")
    return read_export([folder / "export.csv"], export_map, tree), export_map


def both(life: Life, scenario: Scenario, layout: str, folder: Path) -> tuple[Answers, Answers, Seen]:
    """What the export of a life answers, and what the life itself answers."""
    records, export_map = read(life, layout, folder)
    days = records.ask(DAYS) if records.first_day is not None else None
    seen = seen_by(export_map, records, scenario, days)
    has_units = export_map.columns.unit is not None
    return ask(records, FIT, days, has_units), ask(recorded(life, seen), HELD_BACK, days, has_units), seen


@pytest.mark.parametrize("layout", ["stamps", "waves", "midnight"])
def test_a_life_answers_as_its_export_does(life: Life, scenario: Scenario, layout: str, tmp_path: Path) -> None:
    export, own, seen = both(life, scenario, layout, tmp_path)
    assert set(export.counts) == set(own.counts) > {one.name for one in COUNTED}
    for name, frame in export.counts.items():
        pd.testing.assert_frame_equal(frame, own.counts[name], obj=f"{layout} {name}")
    assert set(export.samples) == set(own.samples) and {*FLAT, "units"} < set(export.samples)
    for name, sample in export.samples.items():
        values, theirs = sample.values, own.samples[name].values
        if layout != "stamps":  # without dates of its own, a stamp more than half a day later cannot be told
            values, theirs = values[values < HALF_A_DAY], theirs[theirs < HALF_A_DAY]
            assert len(values) > 0.99 * sample.n_all
        np.testing.assert_allclose(values, theirs, atol=1e-6, err_msg=name)
    pd.testing.assert_frame_equal(export.days, own.days)
    assert seen.has_en_route and not seen.one_a_call and len(seen.responders) > 2
    if layout != "waves":
        assert export.units_a_day == pytest.approx(own.units_a_day)


def test_of_calls_with_a_row_each_only_the_first_unit_counts(life: Life, scenario: Scenario, tmp_path: Path) -> None:
    export, own, seen = both(life, scenario, "durations", tmp_path)
    assert seen.one_a_call and len(life.visits) > own.samples["task"].n_all + 100
    for name in ("travel", "on_scene.people", "queue"):
        assert export.samples[name].n_all == own.samples[name].n_all, name
        np.testing.assert_allclose(export.samples[name].values, own.samples[name].values, atol=0.011, err_msg=name)


def test_where_nobody_says_when_units_set_out_the_way_begins_when_they_are_sent(life: Life) -> None:
    seen = Seen(None, 1440, False, False, (), ("other",))
    with_turnout = ask(recorded(life, seen), HELD_BACK, None, False)
    without = ask(recorded(life, Seen(None, 1440, True, False, (), ("other",))), HELD_BACK, None, False)
    assert not any(name.startswith("turnout") for name in with_turnout.samples)
    apart = with_turnout.samples["travel"].values.mean() - without.samples["travel"].values.mean()
    turnout = life.visits[life.visits["on_scene_s"] >= 0]
    assert apart == pytest.approx((turnout["en_route_s"] - turnout["dispatched_s"]).mean() / 60)
    assert apart > 0.5


def test_what_is_longer_than_the_map_believes_is_left_blank(life: Life) -> None:
    short, usual = (ask(recorded(life, Seen(None, m, True, False, (), ())), HELD_BACK, None, False) for m in (30.0, 1440.0))
    assert short.samples["task"].values.max() <= 30 < usual.samples["task"].values.max()


def test_days_that_do_not_count_are_left_out(life: Life) -> None:
    records = recorded(life, Seen(None, 1440, True, False, (), ("other",)))
    days = records.ask("SELECT DISTINCT day, block, weekday, month FROM calls ORDER BY day").iloc[::2]
    own = ask(recorded(life, Seen(days, 1440, True, False, (), ("other",))), HELD_BACK, days, False)
    assert set(own.counts["hour.people"]["block"]) <= set(days["block"])
    assert len(own.days) == len(days) and own.days["people"].sum() == own.counts["hour.people"]["n"].sum()


def test_a_results_folder_keeps_the_same_life(scenario: Scenario, life: Life, tmp_path: Path) -> None:
    done = study(scenario, 2, workers=1, out=tmp_path, engine="compiled")
    first, second = kept_lives(done.results, scenario)
    assert first.begins == life.begins and second.replication == 1
    columns = ["received_s", "cancelled_s", "type", "final_type", "other", "priority", "ending", "zone"]
    pd.testing.assert_frame_equal(first.calls[columns], life.calls[columns], check_dtype=False)
    moments = [name for name in life.visits.columns if name.endswith("_s")]
    order = ["call", "unit", "dispatched_s"]
    ours, theirs = (one.sort_values(order).reset_index(drop=True) for one in (first.visits, life.visits))
    columns = ["call", "unit", "responder", *moments]
    pd.testing.assert_frame_equal(ours[columns], theirs[columns], check_dtype=False)
    assert len(second.calls) > 100 and (second.visits["on_scene_s"] > 0).sum() > 100
