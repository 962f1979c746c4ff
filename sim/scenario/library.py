"""Where files named by a scenario are looked for: beside the file that names them, then in the shipped library."""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import sim


def shipped_folder() -> Path:
    """The library the package carries, or the checkout's own `scenarios/`."""
    package = Path(sim.__file__).resolve().parent
    carried = package / "_scenarios"
    return carried if carried.is_dir() else package.parent / "scenarios"


@dataclass(frozen=True)
class Library:
    """A folder of shared scenario files: base.yaml, responders/, rates/, profiles/, evidence.csv."""

    folder: Path = field(default_factory=shipped_folder)

    def find(self, name: str, beside: list[Path]) -> Path | None:
        """The first file of that name in the folders given, then here; none if there is no such file."""
        for folder in [*beside, self.folder]:
            try:
                if (folder / name).is_file():
                    return folder / name
            except (OSError, ValueError):  # a name no file system takes
                return None
        return None

    def holds(self, path: Path) -> bool:
        """Whether a file is part of this library."""
        return path.resolve().is_relative_to(self.folder.resolve())

    def near(self, name: str, beside: list[Path]) -> str:
        """The existing file whose name is most alike, or an empty text."""
        inner = Path(name).parent if "\0" not in name else Path()
        try:
            found = {(inner / p.name).as_posix() for folder in [*beside, self.folder] for p in (folder / inner).glob("*.yaml")}
        except (OSError, ValueError, NotImplementedError):
            return ""
        return next(iter(difflib.get_close_matches(name, sorted(found), 1, 0.6)), "")

    def responders(self) -> list[str]:
        """Names of the responder types it ships."""
        return sorted(p.stem for p in (self.folder / "responders").glob("*.yaml"))

    def evidence(self, beside: list[Path]) -> dict[str, dict[str, str]]:
        """Rows of evidence.csv by ID, those of the folders given after the library's own."""
        rows: dict[str, dict[str, str]] = {}
        for folder in [self.folder, *reversed(beside)]:
            rows |= _evidence_rows(folder / "evidence.csv")
        return rows


@cache
def _evidence_rows(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return {row["id"]: row for row in csv.DictReader(stream) if row.get("id")}
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
