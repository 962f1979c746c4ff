"""Fenced blocks of Markdown files, and how each kind is tried.

What is tried: `bash` (lines that call crisis-sim, with `> FILE` behind them; `make X` must be a target), `yaml` (written
to a file and loaded), `python` (run as a script). Other languages are for show. A comment line before a block may direct it:

    <!-- test: skip: why -->        not tried
    <!-- test: add FLAGS -->        flags added to each run and compare of the block, instead of SMALL
    <!-- test: file NAME -->        kept under this name for later blocks; Python is then not run
    <!-- test: keep NAME -->        written under this name for later blocks, whatever it is, and not tried here
    <!-- test: continues -->        Python: runs after the block before it
    <!-- test: fails -->            the commands leave with a code that is not 0
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.source import ROOT

SMALL = "--draws 0 --replications 2 --days 28"
SET_UP = (
    "make",
    "git",
    "cd",
    "pip",
    "python3 -m venv",
    "python -m venv",
    "python -m pip",
    ".venv/bin/",
    "source ",
    "pre-commit",
    "#",
)
_FENCE = re.compile(r"^(\s*)(```+)(\w*)\s*$")
_DIRECTIVE = re.compile(r"<!--\s*test:\s*(\w+):?\s*(.*?)\s*-->")


@dataclass(frozen=True)
class Block:
    """One fenced block: where it starts (line of the fence, from 1), language, text, directives."""

    file: str
    line: int
    language: str
    text: str
    directives: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}:{self.line} ({self.language})"


def blocks_of(text: str, file: str) -> list[Block]:
    """Every fenced block, in order. A directive counts for the next block if only blank lines lie between."""
    found: list[Block] = []
    directives: dict[str, str] = {}
    opened: tuple[int, str, str, str] | None = None
    body: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line)
        if opened is None and fence:
            opened, body = (number, fence[1], fence[2], fence[3]), []
        elif opened is not None and fence and fence[2] == opened[2] and not fence[3]:
            found.append(Block(file, opened[0], opened[3], "\n".join(body) + "\n", directives))
            opened, directives = None, {}
        elif opened is not None:
            body.append(line.removeprefix(opened[1]))
        elif directive := _DIRECTIVE.search(line):
            directives = {**directives, directive[1]: directive[2]}
        elif line.strip():
            directives = {}
    assert opened is None, f"{file}:{opened and opened[0]} block is never closed"
    return found


def commands_of(block: Block) -> list[list[str]]:
    """The crisis-sim commands of a bash block as arguments; anything else must be set-up the runner knows."""
    return [words for words, _ in directed_commands_of(block)]


def directed_commands_of(block: Block) -> list[tuple[list[str], str | None]]:
    """The same, each with the file its output goes to."""
    commands = []
    for raw in block.text.replace("\\\n", " ").splitlines():
        line = raw.strip().removeprefix("$ ")
        if line.startswith(("crisis-sim", "python -m sim", ".venv/bin/crisis-sim")):
            words = shlex.split(
                line.removeprefix("python -m sim").removeprefix(".venv/bin/").removeprefix("crisis-sim"), comments=True
            )
            words = words[: words.index("|")] if "|" in words else words
            to = words[words.index(">") + 1] if ">" in words else None
            words = words[: words.index(">")] if ">" in words else words
            extra = block.directives.get("add", SMALL) if words[:1] in (["run"], ["compare"]) else ""
            commands.append((words + shlex.split(extra), to))
        else:
            assert not line or line.startswith(SET_UP), f"{block}: nothing here tries {line!r}"
            check_make(line, block)
    return commands


def check_make(line: str, block: Block) -> None:
    """A `make` line names a target of the Makefile."""
    words = line.split()
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    if words[:1] == ["make"] and len(words) > 1:
        assert words[1] in targets, f"{block}: make has no target {words[1]!r}"


def python(arguments: list[str], folder: Path, block: Block) -> str:
    """Run Python in the folder; its code must be 0, or anything else under `fails`. Gives its output."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)]), "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=600
    )
    assert (done.returncode != 0) == ("fails" in block.directives), (
        f"{block}: {shlex.join(arguments)[:300]} left with code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    )
    return done.stdout


def try_block(block: Block, folder: Path, before: str = "") -> None:
    """Try one block in the folder of its document. `before` is the Python it continues."""
    if "skip" in block.directives:
        assert block.directives["skip"], f"{block}: say why it is skipped"
    elif "keep" in block.directives:
        (folder / block.directives["keep"]).write_text(block.text, encoding="utf-8")
    elif block.language == "bash":
        for command, to in directed_commands_of(block):
            said = python(["-m", "sim", *command], folder, block)
            if to is not None:
                (folder / to).write_text(said, encoding="utf-8")
    elif block.language == "yaml":
        load_yaml(block, folder)
    elif block.language == "python" and "file" in block.directives:
        (folder / block.directives["file"]).write_text(block.text, encoding="utf-8")
    elif block.language == "python":
        script = folder / f"block_{block.line}.py"
        script.write_text((before if "continues" in block.directives else "") + block.text, encoding="utf-8")
        python([script.name], folder, block)


def load_yaml(block: Block, folder: Path) -> None:
    """Write the block to a file and load it; a fragment is an option of the base city."""
    from sim.scenario.load import load

    text = block.text
    if not re.search(r"^extends:", text, re.MULTILINE):
        text = f"extends: base.yaml\n{text}"
    if not re.search(r"^name:", text, re.MULTILINE):
        text = f"name: Block {block.line}\n{text}"
    name = re.search(r"^name: *(.+)$", text, re.MULTILINE)
    assert name is not None
    slug = re.sub(r"\W+", "_", name[1].strip().strip("\"'").lower()).strip("_")
    path = folder / block.directives.get("file", f"{slug}.yaml")
    path.write_text(text, encoding="utf-8")
    try:
        load(path)
    except Exception as error:
        raise AssertionError(f"{block}: {error}") from error
