"""Where compiled code is kept: a folder named by everything it depends on, since numba sees edits of one file only."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import sys
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ENGINE_FOLDERS = ("tables", "rules", "engines")
KEPT = 3  # folders of older sources
PACKAGE = Path(__file__).resolve().parent

_SETTING = threading.RLock()  # numba's setting is one for all threads


def engine_files() -> tuple[Path, ...]:
    """Every file the engine's compiled code is made from."""
    return tuple(sorted(p for name in ENGINE_FOLDERS for p in (PACKAGE / name).glob("*.py")))


@lru_cache
def source_hash(*files: Path) -> str:
    """Sixteen hex digits over the files (none named: the engine's), numba's version and the machine's kind."""
    import llvmlite
    import numba

    # Numba's own index goes by the place of the source too: the same files elsewhere are compiled anew.
    made_by = f"{numba.__version__} {llvmlite.__version__} {sys.version} {platform.machine()} {PACKAGE}"
    digest = hashlib.sha256(made_by.encode())
    for path in files or engine_files():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def root() -> Path:
    """The user's cache folder for compiled code; `CRISIS_SIM_CACHE` names another."""
    named = os.environ.get("CRISIS_SIM_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_CACHE_HOME")
    return Path(base) / "crisis-sim" if base else Path.home() / ".cache" / "crisis-sim"


def is_warm() -> bool:
    """Whether this version of the engine has been compiled on this machine before."""
    path = root() / source_hash()
    return path.is_dir() and any(path.rglob("*.nbi"))


@contextlib.contextmanager
def folder(*files: Path) -> Iterator[None]:
    """Numba's cache folder for code of these files (none named: the engine's), set only while it is being decorated."""
    import numba

    place = root() / "passes" if files else root()
    with _SETTING:
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(place / source_hash(*files))
        try:
            yield
        finally:
            numba.config.CACHE_DIR = before


def prune() -> None:
    """Drop the engine's compiled code of older sources, the newest few kept."""
    try:
        folders = sorted((p for p in root().iterdir() if p.is_dir() and len(p.name) == 16), key=lambda p: p.stat().st_mtime)
    except OSError:
        return
    for path in [p for p in folders if p.name != source_hash()][:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
