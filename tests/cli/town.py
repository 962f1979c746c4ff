"""A small town for tests of the command line, and the command line in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Verb = Callable[..., tuple[int, str, str]]  # arguments to exit code, standard output, standard error
ROOT = Path(__file__).resolve().parents[2]

TOWN = """\
extends: base.yaml
name: Small town
place: {population: 60000}
run: {begins: 2027-06-24, warm_up_days: 7, days: 6, run_out_days: 2, seed: 5, replications: 2}
zones: {}
travel:
  speed_kmh: null
  median_min: 6
  p90_min: 12
responders:
  patrol: {shifts: {all_day: {posts: 2}, afternoon_evening: {posts: 1}}}
  cit_patrol: {shifts: {all_day: {posts: 1}}}
  mobile_crisis: null
  ems: {shifts: {all_day: {posts: 1}}}
programmes:
  mobile_crisis: null
facilities:
  general_hospital: {zone: null}
  university_hospital: null
  crisis_centre: {zone: null}
  county_jail: {zone: null}
observed:
  missed_share: {value: 0.8, source: assumption, note: "from records nobody kept"}
  missed_off_duty_share: 0.6
"""

SECOND_TEAM = """\
extends: town.yaml
name: Second team
responders:
  co_responder:
    shifts:
      weekdays: {posts: 2}
programmes:
  co_response:
    one_time_usd: {recruit_and_train: 24000}
"""

BAD = "extends: town.yaml\nname: Bad\nrun: {seed: -3}\npolicy: {name: tierd}\n"


def write_town(folder: Path) -> None:
    """The town and an option, as a planner keeps them."""
    (folder / "town.yaml").write_text(TOWN, encoding="utf-8")
    (folder / "second_team.yaml").write_text(SECOND_TEAM, encoding="utf-8")
    (folder / "bad.yaml").write_text(BAD, encoding="utf-8")


def environment(hash_seed: str = "0") -> dict[str, str]:
    """The present environment with the package on Python's path."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": hash_seed}


def crisis_sim(folder: Path, *arguments: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder."""
    return in_process(folder, "-m", "sim", *arguments, hash_seed=hash_seed)


def in_process(folder: Path, *arguments: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    """Run Python in a folder."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(hash_seed),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def only_folder(folder: Path, pattern: str) -> Path:
    """The one results folder of that name."""
    found = sorted((folder / "results").glob(pattern))
    assert len(found) == 1, found
    return found[0]


def kept_bytes(folder: Path) -> dict[str, bytes]:
    """Every table and figure of a results folder by name; run.json, which tells times, apart."""
    paths = [*folder.glob("tables/*"), *folder.glob("charts/*"), *folder.glob("*.csv"), folder / "summary.txt"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
