"""What makes two runs the same run: fingerprints of inputs, code, plug-ins and libraries; names of results folders."""

from __future__ import annotations

import hashlib
import importlib.util
import platform
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path

import sim
from sim.scenario.schema import Scenario
from sim.world.draws import drawn

LIBRARIES = ("duckdb", "mesa", "numpy", "pandas", "pydantic", "ruamel.yaml", "scipy", "simpy")
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def sha256(data: bytes | str) -> str:
    """SHA-256 as hex; text is taken as UTF-8."""
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()


def slug(name: str) -> str:
    """A scenario's name as a file name that every system takes: `Juniper today` is `juniper_today`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    text = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_") or "scenario"
    return f"{text}_run" if text in RESERVED else text


@cache
def code_hash() -> str:
    """SHA-256 over the package's own Python files, so that results of other code are never taken for one's own."""
    root = Path(sim.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode("utf-8"))
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Versions of the package, of Python and of every library a result passes through."""
    found = {"crisis-sim": sim.__version__, "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "?"
    return found


def plugin_hashes(names: list[str]) -> dict[str, str]:
    """SHA-256 of the source file of each plug-in module; empty text where there is none to be found."""
    hashes = {}
    for name in sorted(names):
        spec = importlib.util.find_spec(name)
        source = Path(spec.origin) if spec is not None and spec.origin else None
        hashes[name] = sha256(source.read_bytes().replace(b"\r\n", b"\n")) if source and source.is_file() else ""
    return hashes


def shown(path: str | Path) -> str:
    """A path as people should read it: from the working directory where it lies under it, with forward slashes."""
    full = Path(path).absolute()
    try:
        return full.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return Path(path).as_posix()


@dataclass(frozen=True)
class Option:
    """What is simulated: a scenario, and the baseline lived until `policy_starts` (none: the scenario itself).

    `is_drawn` tells inputs drawn from their ranges from inputs as stated: results of either kind have a folder each.
    """

    scenario: Scenario
    baseline: Scenario | None = None
    is_drawn: bool = False

    @classmethod
    def against(cls, scenario: Scenario, baseline: Scenario, is_drawn: bool = False) -> Option:
        """The option lived after a baseline; a scenario that is its own baseline needs none."""
        same = scenario.fingerprint == baseline.fingerprint
        return cls(scenario, None if same else baseline, is_drawn)

    @cached_property
    def key(self) -> str:
        """SHA-256 over everything a result depends on, except how many draws and replications there are."""
        before = "" if self.baseline is None else self.baseline.fingerprint
        plugins = plugin_hashes(self.plugins)
        kind = "draws" if self.is_drawn else ""
        return sha256(f"{self.scenario.fingerprint}{before}{sim.__version__}{sorted(plugins.items()) or ''}{kind}")

    def inputs(self, draw: int) -> tuple[Scenario, Scenario | None]:
        """Scenario and baseline with the inputs of a draw; what both share is drawn alike."""
        return drawn(self.scenario, draw, self.baseline), None if self.baseline is None else drawn(self.baseline, draw)

    @property
    def plugins(self) -> list[str]:
        """Plug-in modules of the scenario and its baseline."""
        before = [] if self.baseline is None else self.baseline.plugins
        return sorted({*self.scenario.plugins, *before})

    @property
    def folder_name(self) -> str:
        """`juniper_today-3f9c2a`, with inputs drawn `juniper_today-b07c11-draws`."""
        return f"{slug(self.scenario.name)}-{self.key[:6]}" + ("-draws" if self.is_drawn else "")
