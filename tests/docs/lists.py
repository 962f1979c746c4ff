"""Tables of the README that are the output of `crisis-sim list`, between `<!-- list: KIND -->` and `<!-- end -->`.

To write them anew: python -m tests.docs.lists
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

from tests.house.source import ROOT

PAGE = ROOT / "README.md"
KINDS = ("policies", "outcomes", "metrics", "costs")
_SECTION = r"<!-- list: {kind} -->\n(.*?)<!-- end -->"


def listed(kind: str) -> list[dict[str, Any]]:
    """What `crisis-sim list KIND --json` prints, in a process that has no plug-ins of other tests."""
    command = [sys.executable, "-m", "sim", "list", kind, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)[kind]
    return rows


def table(kind: str) -> str:
    """The rows of one kind as a Markdown table."""
    heads = {
        "policies": ["policy", "who is sent", "parameters"],
        "outcomes": ["model", "what it does", "parameters"],
        "metrics": ["metric", "what it is", "unit"],
        "costs": ["cost item", "what is counted", "unit", "payer"],
    }[kind]
    rows = [[f"`{row['name']}`", row["what"], *_facts(kind, row)] for row in listed(kind)]
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n" + "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n\n"


def _facts(kind: str, row: dict[str, Any]) -> list[str]:
    if kind == "metrics":
        return [row["unit"] + (" †" if row["kind"] == "assumed" else "")]
    if kind == "costs":
        return [row["unit"], row["payer"].replace("_", " ")]
    units = {"count": "", "log odds": " log odds"}
    named = row.get("params", {}).items()
    parts = [f"`{name}` {p['default']:g}{units.get(p['unit'], ' ' + p['unit'])}" for name, p in named]
    return [", ".join(parts) or "none"]


def section(text: str, kind: str) -> str:
    """What the page has between the marks of a kind."""
    found = re.search(_SECTION.format(kind=kind), text, re.DOTALL)
    assert found, f"README.md has no <!-- list: {kind} -->"
    return found[1]


def written(text: str) -> str:
    """The page with every list as it is now."""
    for kind in KINDS:
        text = text.replace(f"<!-- list: {kind} -->\n{section(text, kind)}", f"<!-- list: {kind} -->\n{table(kind)}")
    return text


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
