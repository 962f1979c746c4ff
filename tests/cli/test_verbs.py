"""Each verb does what the README promises, on a town small enough for a few seconds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.study.results import Results
from tests.cli.town import Verb, in_process, only_folder, write_town


def assert_one_screen(text: str, most_lines: int = 50) -> None:
    lines = text.splitlines()
    assert 5 < len(lines) <= most_lines
    assert max(map(len, lines)) <= 100, max(lines, key=len)
    assert "Next: crisis-sim" in text


def test_help_and_version_are_quick_to_say(verb: Verb) -> None:
    assert verb("--version") == (0, "crisis-sim 0.1.0\n", "")
    code, out, _ = verb("--help")
    assert code == 0
    assert all(name in out for name in ("check", "run", "compare", "explain", "list", "schema", "init"))


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text(
        "import sys\nfrom sim.__main__ import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "assert not {'numpy', 'pandas', 'pydantic', 'mesa', 'rich', 'matplotlib'} & set(sys.modules), 'heavy'\n",
        encoding="utf-8",
    )

    done = in_process(tmp_path, "probe.py")
    assert done.returncode == 0, done.stderr


def test_check_reckons_and_names_what_to_replace(verb: Verb) -> None:
    code, out, err = verb("check", "town.yaml")
    assert code == 0, err
    assert_one_screen(out)
    for words in ("no faults", "Demand", "On duty", "Textbook", "(Erlang B)", "Cost", "likely to matter"):
        assert words in out


def test_check_refuses_a_short_warm_up(verb: Verb) -> None:
    code, out, err = verb("check", "town.yaml", "--set", "run.warm_up_days=0")
    assert code == 2
    assert "run.warm_up_days" in err
    assert "3 times the longest mean stay" in err
    assert out == ""


def test_check_tells_all_faults_of_all_files(verb: Verb) -> None:
    code, out, err = verb("check", "bad.yaml", "town.yaml")
    assert code == 2
    assert "run.seed" in err
    assert "tierd" in err
    assert "tiered" in err
    assert "no faults" in out


def test_run_finds_itself_done_and_prints_the_same_screen(verb: Verb, town: Path) -> None:
    code, out, err = verb("run", "town.yaml")
    assert code == 0, err
    assert "found finished, 2 replications" in err
    assert_one_screen(out)
    for words in ("OF EVERY 100 ELIGIBLE CALLS", "your records", "WAIT", "ENDINGS", "MONEY", "Ranges hold luck only.", "Kept in"):
        assert words in out
    assert only_folder(town, "small_town-*").joinpath("summary.txt").read_text(encoding="utf-8") == out


def test_results_folder_holds_what_it_should(town: Path) -> None:
    folder = only_folder(town, "small_town-*")
    assert {path.name for path in folder.iterdir()} == {
        "charts",
        "metrics.csv",
        "metrics_summary.csv",
        "run.json",
        "summary.txt",
        "tables",
    }
    results = Results(folder)
    assert [record["replication"] for record in results.replications] == [0, 1]
    for table in ("call_facts", "reach", "costs", "metrics", "person_calls"):
        units = results.query(f"SELECT DISTINCT draw, replication FROM {table} ORDER BY ALL", table)
        assert units.to_numpy().tolist() == [[0, 0], [0, 1]]
    ledger = results.query("SELECT * FROM ledger ORDER BY row", "ledger")
    assert {"RECEIVED", "DISPATCHED", "CLEAR"} <= set(ledger["event"])
    assert b"\r" not in (folder / "metrics.csv").read_bytes()
    record = results.record
    assert set(record["inputs"]) >= {"town.yaml"}
    assert record["timings"]["calls_per_s"] > 0
    assert list((folder / "charts").glob("*.svg"))


def test_more_replications_extend_the_same_folder(verb: Verb, tmp_path: Path) -> None:
    out_dir = str(tmp_path / "kept")
    assert verb("run", "town.yaml", "--replications", "1", "--workers", "1", "--out", out_dir)[0] == 0
    (folder,) = (tmp_path / "kept").iterdir()
    first = Results(folder).replications
    code, out, err = verb("run", "town.yaml", "--replications", "2", "--workers", "1", "--out", out_dir)
    assert code == 0
    assert "1 found finished" in err
    assert "2 replications" in out
    assert Results(folder).replications[0] == first[0]
    assert [path for path in (tmp_path / "kept").iterdir()] == [folder]


def test_run_json_is_one_document(verb: Verb) -> None:
    code, out, err = verb("run", "town.yaml", "--json")
    assert code == 0, err
    document = json.loads(out)
    assert out.count("\n") == 1
    assert len(document["replications"]) == 2
    assert any(row["metric"] == "calls_reached" for row in document["metrics"])


def test_set_days_and_seed_make_another_run(verb: Verb, tmp_path: Path) -> None:
    flags = ["--replications", "1", "--workers", "1", "--out", str(tmp_path)]
    code, out, err = verb("run", "town.yaml", "--days", "3", "--seed", "9", "--set", "demand.scale=2", *flags)
    assert code == 0, err
    assert "3 days" in out
    assert "seed 9" in out


def test_results_folder_run_again_says_same_bytes(verb: Verb, town: Path) -> None:
    folder = only_folder(town, "second_team-*")
    code, out, err = verb("run", str(folder), "--workers", "1")
    assert code == 0, err
    assert "same bytes, ledgers and metrics of 2 replications" in out
    code, out, err = verb("run", str(folder), "--seed", "3")
    assert code == 2
    assert "--set" not in out
    assert "name the scenario file" in err


def test_results_folder_run_again_names_what_moved(verb: Verb, town: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copied"
    shutil.copytree(only_folder(town, "small_town-*"), folder)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["replications"][1]["ledger"] = "0" * 64
    record["versions"]["numpy"] = "0.9"
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    code, _, err = verb("run", str(folder), "--workers", "1")
    assert code == 2
    assert "the first is replication 1" in err
    assert "numpy: 0.9 ->" in err


def test_compare_opens_with_what_differs_and_pairs(town: Path) -> None:
    out = (town / "compare.txt").read_text(encoding="utf-8")
    assert_one_screen(out)
    assert "WHAT DIFFERS FROM Small town" in out
    assert "responders.co_responder.shifts.weekdays.posts  1 -> 2" in out
    assert "hold luck only" in " ".join(out.split())
    folder = only_folder(town, "compare-*")
    assert {path.name for path in folder.iterdir()} == {
        "charts",
        "differences.csv",
        "effect_sets.csv",
        "effect_split.csv",
        "run.json",
        "summary.txt",
        "tables",
        "what_differs.csv",
    }
    assert (folder / "summary.txt").read_text(encoding="utf-8") == out


def test_compare_takes_files_and_folders_in_any_mix(verb: Verb, town: Path) -> None:
    option = str(only_folder(town, "second_team-*"))
    baseline = str(only_folder(town, "small_town-*"))
    for pair in (("town.yaml", option), (baseline, "second_team.yaml"), (baseline, option)):
        code, out, err = verb("compare", *pair, "--draws", "0", "--json", "--workers", "1")
        assert code == 0, err
        document = json.loads(out)
        assert document["options"][0]["name"] == "Second team"
        assert document["folder"] == "results/" + only_folder(town, "compare-*").name
        parts = {
            row["level"]: row["difference"]
            for row in document["options"][0]["differences"]
            if row["metric"] == "ed_diversion_72h"
        }
        assert parts.pop("all") == pytest.approx(sum(parts.values()))


def test_what_was_played_stays_inside_the_screen(verb: Verb, town: Path) -> None:
    for i in range(2):
        text = f"extends: town.yaml\nname: A town with a name that is as long as names of towns become {i}\n"
        (town / f"long_{i}.yaml").write_text(text, encoding="utf-8")
    short = ("--draws", "0", "--replications", "1", "--days", "2", "--effects", "own", "--workers", "1", "--out", "long")
    code, _, err = verb("compare", "long_0.yaml", "long_1.yaml", *short)
    assert code == 0, err
    told = err.splitlines()
    assert max(map(len, told)) <= 100, max(told, key=len)
    assert "2 lives played in" in " ".join(err.split()) or "1 life played in" in " ".join(err.split())


def test_compare_refuses_what_does_not_share_its_calls(verb: Verb, town: Path) -> None:
    (town / "other_demand.yaml").write_text("extends: town.yaml\nname: More\ndemand: {scale: 2}\n", encoding="utf-8")
    (town / "other_seed.yaml").write_text("extends: town.yaml\nname: Seed\nrun: {seed: 6}\n", encoding="utf-8")
    before = sorted((town / "results").iterdir())
    for name, part in (("other_demand.yaml", "demand"), ("other_seed.yaml", "run")):
        code, out, err = verb("compare", "town.yaml", name)
        assert (code, out) == (2, "")
        assert f"{part} differ" in err
    assert sorted((town / "results").iterdir()) == before


def test_compare_refuses_results_of_another_version(verb: Verb, town: Path, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(only_folder(town, "small_town-*"), folder)
    text = (folder / "run.json").read_text(encoding="utf-8").replace('"crisis-sim": "0.1.0"', '"crisis-sim": "0.0.9"')
    (folder / "run.json").write_text(text, encoding="utf-8")
    code, _, err = verb("compare", str(folder), "second_team.yaml")
    assert code == 2
    assert "made by version 0.0.9" in err


def test_bad_file_leaves_no_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write_town(tmp_path)
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ["run", "bad.yaml"],
        ["compare", "town.yaml", "bad.yaml"],
        ["run", "none.yaml"],
        ["run", "town.yaml", "--engine", "x"],
    ):
        assert main(arguments) == 2
        out = capsys.readouterr()
        assert out.out == ""
        assert "want" in out.err
        assert "Traceback" not in out.err
        assert not (tmp_path / "results").exists()
    assert main(["run", "bad.yaml", "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert {fault["path"] for fault in document["faults"]} >= {"run.seed", "policy.name"}


def test_unexpected_errors_are_one_line(verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.study import verbs

    def breaks(_: object) -> int:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(verbs, "schema_verb", breaks)
    monkeypatch.delenv("CRISIS_SIM_TRACEBACK", raising=False)
    code, out, err = verb("schema")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "CRISIS_SIM_TRACEBACK=1" in err
