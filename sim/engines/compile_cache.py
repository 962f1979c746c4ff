"""Where compiled code is kept: a folder named by everything it depends on, since numba sees edits of one file only."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ENGINE_FOLDERS = ("rules", "engines")
KEPT = 3  # folders of older sources


@lru_cache(maxsize=1)
def source_hash() -> str:
    """Sixteen hex digits over every file compiled code is made from, numba's version and the machine's kind."""
    import llvmlite
    import numba

    digest = hashlib.sha256(f"{numba.__version__} {llvmlite.__version__} {sys.version} {platform.machine()}".encode())
    package = Path(__file__).resolve().parents[1]
    for path in [package / "tables.py", *sorted(p for name in ENGINE_FOLDERS for p in (package / name).glob("*.py"))]:
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
def folder() -> Iterator[None]:
    """Numba's cache folder, set only while a function is being decorated."""
    import numba

    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(root() / source_hash())
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


def prune() -> None:
    """Drop compiled code of older sources, the newest few kept."""
    try:
        folders = sorted((p for p in root().iterdir() if p.is_dir() and len(p.name) == 16), key=lambda p: p.stat().st_mtime)
    except OSError:
        return
    for path in [p for p in folders if p.name != source_hash()][:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
