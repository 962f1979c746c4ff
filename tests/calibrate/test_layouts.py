"""A simulated life written in each layout is read back as it was lived, to the second where the layout keeps seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.calibrate.exporting.layouts import CLEAN, LAYOUTS, Dirt, export_of, layout_map, write_export
from sim.calibrate.exporting.lives import OF_UNITS, Life, life_of
from sim.calibrate.exporting.sheet import ENDS, kinds_of
from sim.calibrate.mapping import OTHER, ExportMap
from sim.calibrate.normal import Records
from sim.calibrate.reading.source import read_export
from sim.measure.crews import assignments
from sim.measure.ledger import call_facts
from sim.measure.spells import unit_spells
from sim.rules.lifecycle import DAY_S
from sim.world import World

TOWN = Path(__file__).with_name("town.yaml")
BY_UNIT = ("stamps", "waves", "midnight")
WORDS = ["type", "priority", "ending"]


@pytest.fixture(scope="module")
def lived() -> tuple[World, np.ndarray, Life]:
    world = sim.build_world(sim.load(TOWN))
    ledger = sim.run(world, "compiled").ledger
    return world, ledger, life_of(world, ledger)


@pytest.fixture(scope="module")
def life(lived: tuple[World, np.ndarray, Life]) -> Life:
    return lived[2]


def test_the_town_has_what_makes_exports_hard(life: Life) -> None:
    calls, visits = life.calls, life.visits
    assert (calls["ending"] == "abandoned").sum() > 20
    assert (calls["person"] >= 0).sum() > 100 and calls["person"].nunique() < (calls["person"] >= 0).sum()
    assert (calls["type"] != calls["final_type"]).any() and calls["zone"].nunique() == 12
    assert visits["call"].duplicated().sum() > 100
    assert (visits["clear_s"] // DAY_S > visits["dispatched_s"] // DAY_S).sum() > 20


def test_moments_are_those_of_assignments_and_spells(lived: tuple[World, np.ndarray, Life]) -> None:
    world, ledger, life = lived
    sent = assignments(ledger, world)
    own = sent[np.isin(sent["call"], life.calls["call"])]
    assert life.visits["call"].tolist() == own["call"].tolist() and life.visits["unit"].tolist() == own["unit"].tolist()
    for ours, theirs in (("dispatched_s", "dispatched_s"), ("on_scene_s", "on_scene_s"), ("clear_s", "left_s")):
        assert life.visits[ours].tolist() == own[theirs].tolist(), ours
    spells = unit_spells(ledger, world)
    keyed = spells.groupby(["call", "unit", "status"], observed=True)["start_s"].min()
    for name, status in (("en_route_s", "EN_ROUTE"), ("left_scene_s", "TRANSPORTING")):
        rows = life.visits[life.visits[name] >= 0]
        at = [(call, unit, status) for call, unit in zip(rows["call"], rows["unit"], strict=True)]
        starts = keyed.reindex(pd.MultiIndex.from_tuples(at)).to_numpy()
        known = np.isfinite(starts)  # stretches of no length are no spells; who was sent twice has its first
        assert known.mean() > 0.9 and (starts[known] <= rows[name].to_numpy()[known]).all()
        assert (starts[known] == rows[name].to_numpy()[known]).mean() > 0.99


def test_calls_are_those_received_in_the_window(lived: tuple[World, np.ndarray, Life]) -> None:
    world, ledger, life = lived
    facts = call_facts(ledger, world)
    assert life.calls["call"].tolist() == facts.loc[facts["in_window"], "call"].tolist()
    gave_up = life.calls[life.calls["ending"] == "abandoned"]
    assert (gave_up["cancelled_s"] >= gave_up["received_s"]).all()
    assert (life.calls.loc[life.calls["ending"] != "abandoned", "cancelled_s"] == -1).all()


def read(life: Life, layout: str, folder: Path, dirt: Dirt = CLEAN) -> Records:
    path = folder / f"{layout}.csv"
    export_map = ExportMap.model_validate(write_export(life, layout, path, dirt))
    return read_export([path], export_map)


def minutes(visits: pd.DataFrame, received_s: pd.Series, interval: str, layout: str = "stamps") -> pd.Series:
    """An interval of each visit by the ledger's seconds, in minutes.

    Where stamps keep the day of the call, one of twelve hours or more past midnight looks as if it ended before it began.
    """
    start, *ends = ENDS[interval]
    at = visits.assign(received_s=visits["call"].map(received_s))
    end = at[f"{ends[0]}_s"]
    for name in ends[1:]:
        end = end.where(end >= 0, at[f"{name}_s"])
    begin = at["dispatched_s" if (layout, interval) == ("lengths", "travel") else f"{start}_s"]
    is_lost = (layout in ("waves", "midnight")) & (end - begin >= DAY_S // 2) & (end // DAY_S > begin // DAY_S)
    return ((end - begin) / 60).where((end >= 0) & (begin >= 0) & ~is_lost)


def expected_calls(life: Life, layout: str) -> pd.DataFrame:
    calls = life.calls.assign(type=kinds_of(life.calls))
    visits = life.visits if layout in BY_UNIT else life.visits.drop_duplicates("call")
    received = calls.set_index("call")["received_s"]
    first = visits.drop_duplicates("call").set_index("call")
    queue = minutes(first.reset_index(), received, "queue", layout).set_axis(first.index)
    response = minutes(visits, received, "response", layout).groupby(visits["call"]).min()
    gave_up = ((calls["cancelled_s"] - calls["received_s"]) / 60).where(calls["cancelled_s"] >= 0)
    found = calls[["received_s", *WORDS]].assign(
        queue_min=calls["call"].map(queue),
        response_min=calls["call"].map(response),
        gave_up_min=gave_up.where(~calls["call"].isin(visits["call"])),
    )
    if layout == "lengths":
        found = found[calls["call"].isin(visits["call"])].drop(columns="gave_up_min")
    found["received"] = np.datetime64(life.begins, "us") + found["received_s"].to_numpy("timedelta64[s]")
    return found.drop(columns="received_s")


def ordered(table: pd.DataFrame, exact: list[str]) -> pd.DataFrame:
    others = [name for name in table.columns if name not in exact]
    return table.sort_values([*exact, *others]).reset_index(drop=True)[[*exact, *others]]


def tolerance(layout: str) -> float:
    return 0.0101 if layout == "durations" else 1e-6  # two figures of a minute, in either of two moments


@pytest.mark.parametrize("layout", LAYOUTS)
def test_calls_are_read_back_as_they_were(layout: str, life: Life, tmp_path: Path) -> None:
    records = read(life, layout, tmp_path)
    exact = WORDS if layout == "lengths" else ["received", *WORDS]
    wanted = expected_calls(life, layout)
    names = [name for name in wanted.columns if name in exact or name.endswith("_min")]
    found = records.ask(f"SELECT {', '.join(names)} FROM calls")
    assert len(found) == len(wanted)
    found["priority"] = found["priority"].astype(np.int64)
    ours, theirs = ordered(wanted[names], exact), ordered(found, exact)
    for name in exact:
        assert ours[name].tolist() == theirs[name].tolist(), name
    for name in set(names) - set(exact):
        if layout == "lengths" and name == "response_min":
            continue  # such files do not say how it is made up
        np.testing.assert_allclose(theirs[name].astype(float), ours[name].astype(float), atol=tolerance(layout), err_msg=name)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_visits_are_read_back_as_they_were(layout: str, life: Life, tmp_path: Path) -> None:
    records = read(life, layout, tmp_path)
    visits = life.visits if layout in BY_UNIT else life.visits.drop_duplicates("call")
    received = life.calls.set_index("call")["received_s"]
    told = ("travel", "on_scene") if layout == "lengths" else ("turnout", "travel", "on_scene", "transport", "at_door", "task")
    wanted = pd.DataFrame({f"{name}_min": minutes(visits, received, name, layout) for name in told})
    wanted["responder"] = visits["responder"]
    found = records.ask(f"SELECT {', '.join(wanted.columns)} FROM visits WHERE unit IS NOT NULL")
    assert len(found) == len(wanted)
    for name in [f"{name}_min" for name in told]:
        for responder in sorted(set(wanted["responder"])):
            ours = np.sort(wanted.loc[wanted["responder"] == responder, name].astype(float))
            theirs = np.sort(found.loc[found["responder"] == responder, name].astype(float))
            np.testing.assert_allclose(theirs, ours, atol=tolerance(layout), err_msg=f"{name} {responder}")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_dirt_is_taken_off_again(layout: str, life: Life, tmp_path: Path) -> None:
    (tmp_path / "dirty").mkdir()
    twice = 0.0 if layout == "lengths" else 0.02  # two calls may well have the same lengths: such rows are left alone
    columns = ["type", "priority", "ending", "queue_min", "response_min", "gave_up_min"]
    tables = []
    for folder, dirt in ((tmp_path, CLEAN), (tmp_path / "dirty", Dirt(twice, 0.01, 0.05, blank="NULL"))):
        tables.append(ordered(read(life, layout, folder, dirt).ask(f"SELECT {', '.join(columns)} FROM calls"), columns))
    assert len((tmp_path / "dirty" / f"{layout}.csv").read_text().splitlines()) > 1.04 * len(tables[0])
    pd.testing.assert_frame_equal(*tables)


def test_missing_stamps_are_blank_and_no_more(life: Life, tmp_path: Path) -> None:
    (tmp_path / "dirty").mkdir()
    whole = read(life, "stamps", tmp_path)
    holes = read(life, "stamps", tmp_path / "dirty", Dirt(missing=0.1))
    assert holes.one("SELECT count(*) FROM calls") == whole.one("SELECT count(*) FROM calls")
    share = holes.one("SELECT count(travel_min) FROM visits") / whole.one("SELECT count(travel_min) FROM visits")
    assert 0.81 - 0.03 < share < 0.9 + 0.03  # both ends there, or travel from another moment


def test_the_same_life_gives_the_same_bytes(life: Life, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_export(life, "stamps", tmp_path / name, Dirt(0.02, 0.01, 0.05, 0.1, "NULL"))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_map_names_each_column_of_the_sheet(life: Life) -> None:
    for layout in LAYOUTS:
        sheet, found = export_of(life, layout)
        mapped = {column for _, column in ExportMap.model_validate(found).named_columns()}
        assert mapped == set(sheet.columns), layout
        assert found == layout_map(life, layout)
        assert OTHER in found["types"].values() and set(OF_UNITS) >= set(found.get("since_received", {})) - {"cancelled"}
