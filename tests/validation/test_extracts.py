"""Four public exports, each calibrated by its map in one command on one part and set beside the part held back.

The tolerances are stated here and met as measured; what is not met is named as such in docs/calibrate.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sim.__main__ import main
from sim.calibrate.validating.levels import FAILS, NOT_CLAIMED
from tests.house.source import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        "CRISIS_SIM_DATA" not in os.environ, reason="needs the public extracts named by CRISIS_SIM_DATA (issue 2)"
    ),
]
EXPORTS = {
    "toronto_on": "toronto_persons_in_crisis_2014.csv.gz",
    "portland_or": "portland_or_dispatched_calls_2012_half_a.csv.gz",
    "seattle_wa": "seattle_wa_police_911_2015_jan_sep.csv.gz",
    "lancaster_county_ne": "lancaster_county_ne_units_2010_2017.csv.gz",
    "lancaster_county_ne_incidents": "lancaster_county_ne_incidents_2010_2017.csv.gz",
}
LEVELS = {"half within": 0.10, "9 in 10 within": 0.15}
Verdicts = Callable[[str], pd.DataFrame]


def export(name: str) -> str:
    return str(Path(os.environ["CRISIS_SIM_DATA"]) / EXPORTS[name])


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """Rows of the validation of each export, made when first asked for."""
    room, known = tmp_path_factory.mktemp("extracts"), {}

    def rows(name: str) -> pd.DataFrame:
        if name not in known:
            folder, chosen = room / name, str(ROOT / "scenarios" / "maps" / f"{name}.yaml")
            assert main(["calibrate", export(name), "--map", chosen, "--out", str(folder)]) == 0
            scenario = next(path for path in folder.glob("*.yaml") if path.name != "map.yaml")
            out = folder / "beside"
            assert main(["validate", str(scenario), export(name), "--replications", "3", "--out", str(out)]) == 0
            known[name] = pd.read_csv(out / "validation.csv").set_index(["section", "quantity", "group"]).sort_index()
        return known[name]

    return rows


def within(rows: pd.DataFrame, section: str, quantity: str) -> list[str]:
    """What misses its tolerance."""
    missed = []
    for group, tolerance in LEVELS.items():
        row = rows.loc[(section, quantity, group)]
        if abs(row["relative"]) > tolerance:
            missed.append(f"{quantity}, {group}: {row['recorded']:.2f} recorded, {row['simulated']:.2f} simulated")
    return missed


@pytest.mark.parametrize(("name", "who"), [("toronto_on", "calls about people"), ("seattle_wa", "other calls")])
def test_hours_of_the_day(verdicts: Verdicts, name: str, who: str) -> None:
    """Shares of four-hour blocks within a tenth, or within two standard errors."""
    rows = verdicts(name).loc[("hours", f"{who} by four hours")]
    off = (rows["simulated"] - rows["recorded"]).abs()
    error = (rows["high"] - rows["low"]) / (2 * 1.96)
    assert len(rows) >= 6 and ((off <= 0.1 * rows["recorded"]) | (off <= 2 * error)).all(), rows[
        ["recorded", "simulated"]
    ].to_string()


def test_toronto_ends_as_it_did(verdicts: Verdicts) -> None:
    """Apprehended or not, and kinds of call, as in the half held back."""
    rows = verdicts("toronto_on")
    assert (rows.loc[["mix", "endings"], "relative"].abs() < 0.1).all()
    assert "calls" not in rows.index.get_level_values("section"), "every second row was held back"


def test_seattle_has_as_many_calls_as_it_had(verdicts: Verdicts) -> None:
    rows = verdicts("seattle_wa").loc["calls"]
    assert len(rows) == 2 and (rows["relative"].abs() < 0.1).all()  # too few days to tell how much they differ


def test_portland_travels_as_it_did(verdicts: Verdicts) -> None:
    rows = verdicts("portland_or")
    assert not within(rows, "travel", "travel")
    assert (rows.loc[["queue", "response"], "level"] == NOT_CLAIMED).all()


@pytest.mark.parametrize("what", [("turnout", "turnout, ems"), ("travel", "travel"), ("on scene", "on scene, other calls")])
def test_lancaster_takes_as_long_as_it_did(verdicts: Verdicts, what: tuple[str, str]) -> None:
    assert not within(verdicts("lancaster_county_ne"), *what)


def test_what_lancaster_does_not_meet_is_said(verdicts: Verdicts) -> None:
    """Its scenario takes nobody to a hospital, and sends one unit: no kind of call and no ending is on record."""
    rows = verdicts("lancaster_county_ne")
    assert rows.loc[("units", "units sent to a call", "mean"), "level"] == FAILS
    assert rows.loc[("task", "hours on task a day", "all units"), "level"] == FAILS
    text = " ".join((ROOT / "docs" / "calibrate.md").read_text(encoding="utf-8").split())
    assert "units sent to a call" in text and "hours on task" in text


def test_cards_of_the_medical_protocol_are_read(verdicts: Verdicts) -> None:
    rows = verdicts("lancaster_county_ne_incidents")
    assert set(rows.loc["mix"].index.get_level_values("group")) == {"suicidal", "substance_use"}
    assert abs(rows.loc[("calls", "other calls a day", "other"), "relative"]) < 0.1


@pytest.mark.parametrize("name", ["seattle_wa", "lancaster_county_ne", "lancaster_county_ne_incidents"])
def test_nothing_of_a_row_is_written(name: str, tmp_path: Path) -> None:
    """No stamp of the export is in what calibrating writes."""
    chosen = str(ROOT / "scenarios" / "maps" / f"{name}.yaml")
    assert main(["calibrate", export(name), "--map", chosen, "--out", str(tmp_path / "again")]) == 0
    text = "".join(
        p.read_text(encoding="utf-8") for p in (tmp_path / "again").rglob("*") if p.suffix in (".yaml", ".html", ".csv")
    )
    rows = pd.read_csv(export(name), dtype=str, nrows=5000)
    stamps = {cell for column in rows for cell in rows[column].dropna().head(500) if cell[:2] == "20" and ":" in cell}
    assert stamps and not [stamp for stamp in stamps if stamp in text]
