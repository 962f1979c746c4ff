"""Bad files end in the promised message, never in a traceback, and nothing in them is executed.

Each `bad/NAME.yaml` stands beside `bad/NAME.txt`: every fault as it is printed. A line of the promise that ends
in ... promises its beginning only, where the rest lists what happens to be registered.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.library import Library
from sim.scenario.load import load

ROOT = Path(__file__).resolve().parents[2]
BAD = ROOT / "tests" / "cli" / "bad"
LIBRARY = Library(ROOT / "tests" / "unit" / "scenarios" / "library")
FILES = sorted(path.relative_to(ROOT).as_posix() for path in BAD.glob("*.yaml"))
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def promise_keeps(promised: str, told: str) -> bool:
    """Whether a printed message is the promised one, line by line."""
    pairs = list(zip(promised.splitlines(), told.splitlines(), strict=False))
    return len(promised.splitlines()) == len(told.splitlines()) and all(
        line.startswith(want.removesuffix("...")) if want.endswith("...") else line == want for want, line in pairs
    )


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", "check", *arguments]
    return subprocess.run(command, cwd=ROOT, env=ENV, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


def test_every_file_has_a_promise_and_every_promise_a_file() -> None:
    assert {Path(name).stem for name in FILES} == {path.stem for path in BAD.glob("*.txt")}


@pytest.mark.parametrize("name", FILES, ids=lambda name: Path(name).stem)
def test_message_is_the_promised_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(ScenarioError) as told:
        load(name, library=LIBRARY)
    promised = Path(name).with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")
    assert promise_keeps(promised, str(told.value)), f"promised:\n{promised}\n\ntold:\n{told.value}"


def test_nothing_is_executed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (BAD / "python_tag.yaml").read_text(encoding="utf-8")
    (tmp_path / "python_tag.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError):
        load("python_tag.yaml", library=LIBRARY)
    assert [path.name for path in tmp_path.iterdir()] == ["python_tag.yaml"]


NOT_UTF8 = {  # content -> what is told of it
    b"name: S\xe3o Paulo\n": ":1:8  \n  got   byte 0xe3\n  want  text in UTF-8\n  hint  in the editor: save as, encoding UTF-8",
    "name: X\n".encode("utf-16-le"): "want  text without control characters",
    b"\xff\xfen\x00": "hint  the file is UTF-16; in the editor: save as, encoding UTF-8",
    b"\xef\xbb\xbf- a\n": "got   a list of 1",
}


@pytest.mark.parametrize("content", NOT_UTF8, ids=["latin-1", "utf-16", "utf-16 with mark", "utf-8 with mark"])
def test_other_encodings(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "saved.yaml").write_bytes(content)
    with pytest.raises(ScenarioError) as told:
        load(tmp_path / "saved.yaml", library=LIBRARY)
    assert NOT_UTF8[content].replace("  \n", "\n") in str(told.value)


def test_missing_file() -> None:
    with pytest.raises(ScenarioError) as told:
        load(BAD / "no_such_file.yaml", library=LIBRARY)
    assert "no such file" in str(told.value)


def test_folder_is_not_a_file() -> None:
    with pytest.raises(ScenarioError, match="a folder or a device"):
        load(BAD, library=LIBRARY)


@pytest.mark.parametrize(
    "noise", [bytes(range(256)) * 4096, b"a: [" * 262_144, b"-" * 1_048_576], ids=["bytes", "brackets", "dashes"]
)
def test_a_megabyte_of_noise(noise: bytes, tmp_path: Path) -> None:
    (tmp_path / "noise.yaml").write_bytes(noise)
    with pytest.raises(ScenarioError) as told:
        load(tmp_path / "noise.yaml", library=LIBRARY)
    assert len(told.value.faults) == 1


@pytest.mark.parametrize("name", ["no_extends", "empty", "python_tag", "extends_loop"])
def test_check_leaves_with_code_2_and_the_faults(name: str) -> None:
    ended = check(f"tests/cli/bad/{name}.yaml")
    told = ended.stdout + ended.stderr
    first = (BAD / f"{name}.txt").read_text(encoding="utf-8").splitlines()[0]
    assert ended.returncode == 2, told
    assert first in told
    assert "Traceback" not in told
    assert not (ROOT / "harmed.txt").exists()
