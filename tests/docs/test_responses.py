"""The README's worked example of crews says what its command prints: screen, split by effect set, picture, story."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.docs.blocks import Block, blocks_of
from tests.house.source import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PART = TEXT[TEXT.index("### Worked example") : TEXT.index("## Three ways in")]
ROWS = {  # of the split: metric, group, level, and what one is there
    "ED visits within 72 h": ("ed_visits_72h", "all", "all", 1),
    "holds": ("holds", "all", "all", 1),
    "arrests": ("arrests", "all", "all", 1),
    "force": ("force", "all", "all", 1),
    "hospitals and insurers pay, $1,000": ("total_cost_usd", "payer", "hospitals_and_insurers", 1000),
}
pytestmark = pytest.mark.slow


def blocks(language: str) -> list[Block]:
    return [block for block in blocks_of(PART, "README.md") if block.language == language]


def lines(text: str) -> list[str]:
    """What is on each line, however it is spaced."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def shown(value: float) -> str:
    text = f"{value:+,.0f}"
    return "0" if text in ("+0", "-0") else text


def typed(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "sim", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=1200)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the comparison, made by the command as printed."""
    place = tmp_path_factory.mktemp("responses")
    shutil.copytree(ROOT / "scenarios", place / "scenarios")
    (block,) = blocks("bash")
    typed(place, *block.text.replace("\\\n", " ").split()[1:])
    (found,) = (place / "results").glob("compare-*")
    return found


def test_screen_is_the_one_printed(compared: Path) -> None:
    screen, _ = blocks("")
    printed = lines((compared / "summary.txt").read_text(encoding="utf-8"))
    assert [line for line in lines(screen.text) if line not in printed] == []


def test_split_is_that_of_the_folder(compared: Path) -> None:
    under = pd.read_csv(compared / "effect_sets.csv", keep_default_na=False)
    told = [[cell.strip() for cell in line.strip("|").split("|")] for line in PART.splitlines() if line.startswith("| ")][2:]
    assert [row for _, row, *_ in told] == 2 * list(ROWS)
    option = ""
    for name, row, *cells in told:
        option = name or option
        metric, group, level, unit = ROWS[row]
        chosen = under.loc[(under[["option_name", "metric", "group", "level"]] == [option, metric, group, level]).all(axis=1)]
        value = chosen.set_index("effects")["difference"].astype(float) / unit
        null, matched, adverse = (float(value[effects]) for effects in ("null", "matched", "adverse"))
        assert cells == [*map(shown, (null, matched - null, matched, adverse - null, adverse))], (option, row)


def test_picture_is_of_this_comparison(compared: Path) -> None:
    (said,) = re.findall(r"!\[([^\]]+)\]\(docs/pictures/", PART)
    drawn = pd.read_csv(compared / "charts" / "effect_sets.csv")
    assert re.findall(r"(?:(?<=: )|(?<=, )|(?<=and ))([+-]?[\d,]*\d)", said) == [shown(value) for value in drawn["difference"]]


def test_story_is_the_one_printed(compared: Path) -> None:
    _, story = blocks("")
    number = re.search(r"--call (\d+)", PART)
    assert number is not None
    place = compared.parents[1]
    assert lines(story.text) == lines(typed(place, "explain", compared.relative_to(place).as_posix(), "--call", number[1]))
