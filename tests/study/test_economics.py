"""A comparison's worth for money, from the command line to its folder; pictures that can be read; sentences."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.measure.charts.economics import economics_pictures
from sim.measure.charts.page import style
from sim.scenario.load import load
from sim.study.economics import OTHER, PRICES, Economics, drawn_inputs, economics_of, group_of
from sim.study.identity import Option
from sim.study.screens.economics_lines import economics_sentences
from sim.study.units import Unit
from sim.world.draws import ranged
from tests.cli.town import crisis_sim, write_town
from tests.study.test_effect_sets import ALL_HOURS
from tests.unit.drawn import check_words
from tests.unit.luck import normals

SHORT = ["--days", "4", "--set", "run.warm_up_days=1", "--set", "run.run_out_days=1", "--workers", "1", "--effects", "own"]
LONG = "A second co-response team at all hours of every day of the week, paid for by the state"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("economics")
    write_town(place)
    (place / "all_hours.yaml").write_text(ALL_HOURS, encoding="utf-8")
    return place


def compared(home: Path, draws: str, lives: str) -> tuple[dict[str, object], Path, str]:
    request = ["compare", "town.yaml", "all_hours.yaml", *SHORT, "--draws", draws, "--replications", lives]
    done = crisis_sim(home, *request, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    folder = home / document["folder"]
    return document, folder, (folder / "summary.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found(home: Path) -> tuple[dict[str, object], Path, str]:
    return compared(home, "20", "1")


def test_the_folder_holds_it_and_json_has_the_same(found: tuple[dict[str, object], Path, str]) -> None:
    document, folder, screen = found
    table = pd.read_csv(folder / "economics.csv", keep_default_na=False, na_values=[""])
    told = pd.DataFrame(document["economics"])
    assert len(table) == len(told) and table["measure"].tolist() == told["measure"].tolist()
    assert table["value"].to_numpy() == pytest.approx(told["value"].to_numpy(np.float64), nan_ok=True)
    for name in ("acceptability", "knowledge", "swings"):
        assert {path.suffix for path in (folder / "charts").glob(f"{name}.*")} == {".svg", ".png", ".csv"}
    text = " ".join(screen.split())
    assert "An ED visit averted † worth $0 to" in text and "of draws)" in text
    assert "Knowing all inputs, luck excluded, would" in text
    assert "optimal" not in text and "significant" not in text


def test_figures_agree_with_the_differences(found: tuple[dict[str, object], Path, str]) -> None:
    _, folder, _ = found
    table = pd.read_csv(folder / "economics.csv", keep_default_na=False, na_values=[""])
    differences = pd.read_csv(folder / "differences.csv", keep_default_na=False, na_values=[""])
    own = differences.set_index(["metric", "group", "level"])["difference"]
    means = table[table["option_name"] == "All hours"].set_index("measure")["value"]
    assert means["ed_visits_averted"] == pytest.approx(-own["ed_visits_72h", "all", "all"])
    assert means["net_cost_usd"] == pytest.approx(own["total_cost_usd", "timing", "ongoing"])
    shares = table[table["measure"] == "best_share"].groupby("price_usd")["value"].sum()
    assert shares.tolist() == pytest.approx([1.0] * len(PRICES))
    at = table[table["measure"] == "net_benefit_usd"].set_index(["option_name", "price_usd"])["value"]
    assert at["All hours", 10_000.0] == pytest.approx(10_000 * means["ed_visits_averted"] - means["net_cost_usd"])
    losses = table[table["measure"] == "expected_loss_usd"].groupby("price_usd")["value"].min()
    assert losses.to_numpy() == pytest.approx(table[table["measure"] == "evpi_usd"]["value"].to_numpy(), abs=1e-6)


def test_few_draws_say_nothing_on_screen_and_none_change_nothing(home: Path) -> None:
    document, folder, screen = compared(home, "3", "1")
    assert (folder / "economics.csv").is_file() and "Knowing all inputs" not in screen and document["economics"]
    document, folder, screen = compared(home, "0", "2")
    assert not (folder / "economics.csv").exists() and "Knowing all inputs" not in screen and "economics" not in document
    assert not list((folder / "charts").glob("acceptability.*"))


def test_inputs_are_those_drawn_and_each_has_a_group(home: Path) -> None:
    town, hours = load(home / "town.yaml"), load(home / "all_hours.yaml")
    sides = [Option(town, None, True), Option(hours, town, True)]
    paths, inputs = drawn_inputs(sides, [1, 2, 3])
    assert set(paths) == {*ranged(town), *ranged(hours)} and len(paths) == len(set(paths)) == inputs.shape[1]
    path = "demand.calls_per_1000_per_year"
    assert inputs[1, paths.index(path)] == sides[0].inputs(2)[0].demand.calls_per_1000_per_year.value
    assert OTHER not in {group_of(one) for one in paths}
    assert group_of("outcomes.families.team.effects.matched.ed") == "effects of who comes" and group_of("sky.blue") == OTHER


def bought(n_options: int, n: int = 60, lives: int = 2, scale: float = 1.0) -> Economics:
    """Options of which each averts more visits for more, hanging on a few of twelve inputs."""
    inputs = normals(1, n, 12)
    rise = np.arange(1, n_options + 1)
    averted = rise * (20 + 8 * inputs[:, :1]) * scale
    costs = rise**1.5 * (90_000 + 20_000 * inputs[:, 1:2]) * scale
    zeros = np.zeros((n, 1))
    paths = [f"demand.mix.kind_{k}" if k < 6 else f"outcomes.families.co_response.effects.matched.part_{k}" for k in range(12)]
    names = ["Today", *(LONG if k == 0 else f"Option {k}" for k in range(n_options))]
    raw = np.hstack([averted, costs])
    return Economics(names, np.hstack([zeros, averted]), np.hstack([zeros, costs]), raw, inputs, paths, lives)


@pytest.mark.parametrize("of", [bought(1), bought(3), bought(7), bought(2, n=5), bought(2, scale=0.0), bought(2, scale=1000.0)])
def test_pictures_can_be_read(of: Economics) -> None:
    with style():
        for picture in economics_pictures(of.table, "60 draws, 2 lives each", "1 year"):
            check_words(picture)
            assert picture.description


def test_sentences_say_best_sure_and_worth() -> None:
    first, second = economics_sentences(bought(2), "a year")
    assert (
        first.startswith("An ED visit averted † worth $0 to $") and "Today would be best for its cost to all payers (in " in first
    )
    assert "a year (± $" in second and "most: how many calls, $" in second
    assert list(economics_sentences(bought(2, n=19), "a year")) == [] and list(economics_sentences(None, "a year")) == []
    same = list(economics_sentences(bought(2, scale=0.0), "in 28 days"))
    assert same[1] == "Knowing all inputs, luck excluded, would change nothing: one option is best in every draw."
    assert "With one life a draw" in list(economics_sentences(bought(2, lives=1), "a year"))[1]


def test_no_ratio_where_the_effect_may_be_none() -> None:
    of = bought(1)
    doubtful = Economics(of.names, of.effects - of.effects.mean(axis=0), of.costs, of.raw, of.inputs, of.paths, 2)
    for one, is_there in ((of, True), (doubtful, False)):
        rows = one.table[one.table["measure"].isin(["icer_usd", "break_even_usd"]) & (one.table["option_name"] == LONG)]
        assert rows["value"].notna().tolist() == [is_there, is_there]


def test_nothing_without_prices_or_draws() -> None:
    columns = ["draw", "replication", "option_name", "metric", "group", "level", "difference"]
    assert economics_of(["a", "b"], pd.DataFrame(columns=columns), [Unit(0, 0), Unit(0, 1)], []) is None
    assert economics_of(["a", "b"], pd.DataFrame(columns=columns), [Unit(1, 0), Unit(2, 0)], []) is None
