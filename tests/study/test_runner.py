"""Neither workers nor engine leave a trace; draws stand in every table; what numba refuses is said and played."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.study.parquet import read
from sim.study.results import OF_ALL, OF_KEPT, Results
from tests.cli.town import crisis_sim, kept_bytes, only_folder, write_town

SHORT = ["--days", "2", "--set", "run.warm_up_days=1", "--set", "run.run_out_days=1"]
DRAWN = ["--draws", "3", "--replications", "2", *SHORT]
PLUGIN = '''"""A policy that uses words, which numba does not take."""

from typing import Any

from sim.extend import dispatch_policy


@dispatch_policy("wordy")
def wordy(town: Any, unit: Any, call: Any, now: int, params: Any) -> int:
    """Zones in order of their names' length.   Source: a test.   Knows: zones.   Blind to: all else."""
    return len(f"{call.zone}" + {0: "x"}.get(int(unit.zone), "yy"))
'''


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same comparison by one worker readably, by two compiled, and with nothing said."""
    made = {}
    for name, flags in (
        ("readable", ["--engine", "readable", "--workers", "1"]),
        ("compiled", ["--engine", "compiled", "--workers", "2"]),
        ("auto", []),
    ):
        home = made[name] = tmp_path_factory.mktemp(name)
        write_town(home)
        done = crisis_sim(home, "compare", "town.yaml", "second_team.yaml", *DRAWN, *flags, hash_seed=str(len(made)))
        assert done.returncode == 0, done.stderr
    return made


def test_workers_and_engine_leave_no_trace(homes: dict[str, Path]) -> None:
    for pattern in ("small_town-*-draws", "second_team-*-draws", "compare-*"):
        folders = [only_folder(home, pattern) for home in homes.values()]
        one, *others = [kept_bytes(folder) for folder in folders]
        assert len({folder.name for folder in folders}) == 1
        for other in others:
            assert one.keys() == other.keys()
            assert [name for name in one if one[name] != other[name]] == []
    prints = [[r["ledger"] for r in Results(only_folder(home, "small_town-*")).replications] for home in homes.values()]
    assert prints[0] == prints[1] == prints[2]
    assert len(set(prints[0])) == 6


def test_draw_and_replication_stand_in_every_table(homes: dict[str, Path]) -> None:
    asked = {(draw, k) for draw in (1, 2, 3) for k in (0, 1)}
    folder = only_folder(homes["auto"], "small_town-*")
    frames = {name: read(f"SELECT * FROM {name}", **{name: [folder / f"tables/{name}.parquet"]}) for name in (*OF_ALL, *OF_KEPT)}
    compared = only_folder(homes["auto"], "compare-*")
    frames["differences"] = read("SELECT * FROM d", d=[compared / "tables" / "differences.parquet"])
    frames["metrics.csv"] = pd.read_csv(folder / "metrics.csv")
    for name, frame in frames.items():
        units = list(zip(frame["draw"], frame["replication"], strict=True))
        assert set(units) <= asked and (units == sorted(units) or name == "differences"), name
    for name in ("metrics", "costs", "metrics.csv", "differences"):
        assert set(zip(frames[name]["draw"], frames[name]["replication"], strict=True)) == asked
    summary = pd.read_csv(compared / "differences.csv")
    known = summary.dropna(subset=["share_luck"])
    assert len(known) and (known["share_luck"] + known["share_inputs"]).to_numpy() == pytest.approx(1)


def test_the_screen_says_what_ranges_hold(homes: dict[str, Path]) -> None:
    text = " ".join((only_folder(homes["auto"], "compare-*") / "summary.txt").read_text(encoding="utf-8").split())
    assert "95 % ranges hold luck and inputs (3 draws, 2 lives each)" in text
    assert "luck only" not in text
    town = (only_folder(homes["auto"], "small_town-*") / "summary.txt").read_text(encoding="utf-8")
    assert "3 draws, 2 lives each" in town and "luck and inputs" in town


def test_a_folder_of_draws_plays_again(homes: dict[str, Path]) -> None:
    folder = only_folder(homes["readable"], "second_team-*")
    done = crisis_sim(homes["readable"], "run", str(folder), "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert "same bytes, ledgers and metrics of 6 replications" in done.stdout


def test_draws_extend_a_folder_in_any_order(homes: dict[str, Path], tmp_path: Path) -> None:
    write_town(tmp_path)
    for draws, lives in (("1", "1"), ("3", "1"), ("3", "2")):
        done = crisis_sim(
            tmp_path, "run", "town.yaml", "--draws", draws, "--replications", lives, *SHORT, "--workers", "1", "--json"
        )
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
    assert (document["found"], document["played"]) == (3, 3)
    mine, whole = (kept_bytes(only_folder(home, "small_town-*")) for home in (tmp_path, homes["auto"]))
    assert [name for name in mine if mine[name] != whole[name]] == []


def test_what_numba_refuses_is_said_and_played_readably(tmp_path: Path) -> None:
    write_town(tmp_path)
    (tmp_path / "wordy_policy.py").write_text(PLUGIN, encoding="utf-8")
    (tmp_path / "wordy.yaml").write_text(
        "extends: town.yaml\nname: Wordy\nplugins: [wordy_policy]\npolicy: {name: wordy}\n", encoding="utf-8"
    )
    told, kept = {}, {}
    for engine in ("readable", "compiled"):
        flags = ["--engine", engine, "--replications", "2", "--workers", "2", *SHORT, "--out", f"{engine}/results"]
        done = crisis_sim(tmp_path, "run", "wordy.yaml", *flags)
        assert done.returncode == 0, done.stderr
        told[engine], kept[engine] = done.stderr, kept_bytes(only_folder(tmp_path / engine, "wordy-*"))
    (notice,) = [line for line in told["compiled"].splitlines() if "numba" in line]
    assert "policy wordy: numba cannot take wordy" in notice
    assert "the readable engine plays it, with the same result: about " in notice
    assert "numba" not in told["readable"]
    del kept["readable"]["summary.txt"], kept["compiled"]["summary.txt"]  # which name their folders
    assert kept["readable"] == kept["compiled"]


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--draws", "-1"], "--draws\n  got   -1\n  want  a whole number, 0 to 100,000\n  hint  0 plays"),
        (["--replications", "0"], "--replications\n  got   0\n  want  a whole number, 1 or more"),
        (["--workers", "0"], "--workers\n  got   0\n  want  a whole number, 1 or more"),
        (["--engine", "fast"], "--engine\n  got   fast\n  want  one of auto, readable, compiled"),
    ],
)
@pytest.mark.parametrize("verb", [["run", "town.yaml"], ["compare", "town.yaml", "second_team.yaml"]])
def test_requests_that_cannot_be(
    verb: list[str],
    flags: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from sim.__main__ import main

    write_town(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main([*verb, *flags]) == 2
    out = capsys.readouterr()
    assert out.out == "" and told in out.err
    assert not (tmp_path / "results").exists()
