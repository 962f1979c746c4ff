"""The town of `town.py` with its comparison done, and the command line inside this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.__main__ import main
from tests.cli.town import Verb, crisis_sim, write_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the town, and its comparison done, of luck only."""
    folder = tmp_path_factory.mktemp("town")
    write_town(folder)
    done = crisis_sim(folder, "compare", "town.yaml", "second_team.yaml", "--draws", "0", "--workers", "1")
    assert done.returncode == 0, done.stderr
    (folder / "compare.txt").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.fixture
def verb(town: Path, monkeypatch: pytest.MonkeyPatch, command: Verb) -> Verb:
    """The command line in the town's folder."""
    monkeypatch.chdir(town)
    return command


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Verb:
    """The command line inside this process, in the present folder: exit code, standard output, standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(arguments)
        except SystemExit as left:
            code = int(left.code or 0)
        out = capsys.readouterr()
        return code, out.out, out.err

    return run
