"""Everything the documentation tells a reader to type is typed here: commands, scenarios, scripts; links lead somewhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.docs.blocks import blocks_of, commands_of, try_block
from tests.docs.records import write_dispatch
from tests.house.source import ROOT, name_of

DOCUMENTS = [p for p in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))] if p.exists()]


OF_THE_READER = ("calibrate.md", "README.md")  # pages whose reader brings along a file, dispatch.csv


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a reader has who works at the root of the project: the scenarios, and an empty results folder to come."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    return tmp_path


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_blocks_do_what_they_say(document: Path, folder: Path) -> None:
    if document.name in OF_THE_READER:
        write_dispatch(folder / "dispatch.csv")
    before = ""
    for block in blocks_of(document.read_text(encoding="utf-8"), name_of(document)):
        try_block(block, folder, before)
        if block.language == "python" and not {"skip", "file"} & set(block.directives):
            before = (before if "continues" in block.directives else "") + block.text


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    missing = [target for target in targets if target and not (document.parent / target).exists()]
    assert not missing, f"{name_of(document)} links to {missing}"


SAMPLE = """
<!-- test: add --replications 1 -->

```bash
make test
$ crisis-sim compare a.yaml \\
    b.yaml   # a comment
crisis-sim list metrics
```
<!-- test: skip: for show -->
```yaml
a: 1
```
text
```python
print(1)
```
"""


def test_blocks_and_directives_are_found() -> None:
    bash, yaml, python = blocks_of(SAMPLE, "sample.md")
    assert commands_of(bash) == [["compare", "a.yaml", "b.yaml", "--replications", "1"], ["list", "metrics"]]
    assert yaml.directives == {"skip": "for show"} and yaml.line == 11
    assert python.directives == {} and python.text == "print(1)\n"


@pytest.mark.parametrize(
    "text", ["```bash\nrm -rf x\n```", "```bash\nmake nothing\n```", "```python\nraise SystemExit(3)\n```", "```bash\nx"]
)
def test_what_nobody_could_type_is_noticed(text: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        for block in blocks_of(text, "sample.md"):
            try_block(block, tmp_path)
