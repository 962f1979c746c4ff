"""A results folder run again: the same bytes, or the first thing that differs and what has moved since."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from sim.errors import ReplayError, ResultsError
from sim.scenario.load import load_data
from sim.study.identity import Option, code_hash, plugin_hashes, sha256, shown, versions
from sim.study.results import RUN_FILE, Results, unit_in
from sim.study.run import play
from sim.study.units import Unit


def run_again(folder: Path, workers: int | None = None, engine: str = "auto") -> list[str]:
    """Play every unit a folder holds once more; lines that say so, or ReplayError."""
    results = Results(folder)
    record, kept = results.record, {unit_in(one): one for one in results.replications}
    option = option_of(folder, record)
    with tempfile.TemporaryDirectory() as room:
        second = play(option, Path(room) / folder.name, sorted(kept), workers, engine).results
        now = {unit_in(one): one for one in second.replications}
        differing = [u for u in sorted(kept) if any(kept[u][what] != now[u][what] for what in ("ledger", "metrics"))]
        changed = moved(record)
        if differing:
            told = _what_differs(results, second, differing, (kept[differing[0]], now[differing[0]]))
            raise ReplayError("\n".join([*told, *_what_moved(changed)]))
    n = len(kept)
    lines = [f"  {shown(folder)}: same bytes, ledgers and metrics of {n} replication{'' if n == 1 else 's'}."]
    return [*lines, *[f"    {text}, without effect" for text in changed]]


def option_of(folder: Path, record: dict[str, Any]) -> Option:
    """The option a folder holds, from its own copy of the inputs."""
    file = shown(folder / RUN_FILE)
    baseline = None if record["baseline"] is None else load_data(record["baseline"], file)
    return Option(load_data(record["scenario"], file), baseline, record["inputs_drawn"])


def moved(record: dict[str, Any]) -> list[str]:
    """What is no longer as it was: versions, code, plug-ins, input files. The folder's own copy of the inputs is what runs."""
    now = {**versions(), "code": code_hash()}
    found = []
    for name in sorted({*now, *record["versions"]}):
        before, after = record["versions"].get(name, "none"), now.get(name, "none")
        if before != after:
            found.append(f"the package's code: {before[:8]} -> {after[:8]}" if name == "code" else f"{name}: {before} -> {after}")
    plugins = plugin_hashes(list(record["plugins"]))
    found += [f"plug-in {name} has changed" for name, before in record["plugins"].items() if plugins.get(name) != before]
    for name, before in record["inputs"].items():
        path = Path(name)
        if not path.is_file():
            found.append(f"input {name} is no longer there")
        elif sha256(path.read_bytes()) != before:
            found.append(f"input {name} has changed since (the folder's own copy was run)")
    return found


def _what_differs(before: Results, after: Results, differing: list[Unit], records: tuple[dict[str, Any], ...]) -> list[str]:
    first, (kept, now) = differing[0], records
    what = "ledger" if kept["ledger"] != now["ledger"] else "metrics"
    lines = [
        f"{shown(before.folder)}: not the same bytes",
        f"  {len(differing)} of {len(before.units)} replications differ, the first is {first}: its {what}, "
        f"{kept[what][:12]} then, {now[what][:12]} now",
    ]
    has_ledger = first == before.units[0]  # whose rows both folders keep
    detail = _first_metric(before, after, first) if what == "metrics" else _first_row(before, after) if has_ledger else ""
    return [*lines, f"  {detail}"] if detail else lines


def _first_row(before: Results, after: Results) -> str:
    try:
        rows = [side.query("SELECT * FROM ledger ORDER BY row", "ledger") for side in (before, after)]
    except ResultsError:
        return ""
    texts = [frame.astype(str).agg(" ".join, axis=1).tolist() for frame in rows]
    for i, (then, now) in enumerate(zip(*texts, strict=False)):
        if then != now:
            return f"first row that differs, {i}: {then} | {now}"
    return f"one ledger is longer: {len(texts[0])} rows then, {len(texts[1])} now"


def _first_metric(before: Results, after: Results, unit: Unit) -> str:
    keys = ["metric", "group", "level"]
    sides = [side.by_unit("metrics")[unit].set_index(keys)["value"] for side in (before, after)]
    for key, then in sides[0].items():
        now = sides[1].get(key)
        if now is None or (then != now and not (then != then and now != now)):
            return f"first metric that differs: {' '.join(map(str, key))}, {then} then, {now} now"
    return "metrics were added"


def _what_moved(changed: list[str]) -> list[str]:
    if not changed:
        return ["  nothing known has moved: versions, code, plug-ins and inputs are as they were"]
    return [f"  moved: {text}" for text in changed]
