"""Why a value is what it is: the lines of files behind an input, the definition and numbers behind a metric."""

from __future__ import annotations

import difflib
import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import ResultsError
from sim.registry import Entry, cost_items, metrics
from sim.scenario.load import dump, load
from sim.scenario.schema import Scenario
from sim.screen import entry, estimate, number, table, wrapped
from sim.study.differences import in_words, is_number, leaves
from sim.study.identity import shown
from sim.study.play import register
from sim.study.results import RUN_FILE, Results

MAX_ROWS = 24
MAX_VALUE = 30  # of a value in a table of many
EVIDENCE_COLUMNS = ("parameter", "value", "unit", "population", "year", "source_title", "quality")


def explain_name(file: str, name: str | None, sets: list[str], is_of_life: bool) -> list[str]:
    """What a name stands for: an input of a scenario file, a metric or cost item of a results folder."""
    if name is None or is_of_life:
        raise ResultsError(
            f"{file}\n  got   {'nothing to explain' if name is None else '--replication or --draw without --call'}\n"
            "  want  a path of a scenario file, a metric of a results folder, or the number of one of its calls\n"
            "  hint  crisis-sim explain RESULTS --call N tells how one call went"
        )
    folder = Path(file)
    return explain_metric(folder, name) if folder.is_dir() else explain_input(load(file, sets), file, name)


def value_at(data: Any, path: str) -> Any:
    """The plain value at a dotted path; KeyError if there is none."""
    for step in path.replace("[", ".").replace("]", "").split("."):
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


def explain_input(scenario: Scenario, file: str, path: str) -> list[str]:
    """The chain of files and lines that set the value at a path, oldest first."""
    data = dump(scenario)
    try:
        value = value_at(data, path)
    except (KeyError, IndexError, ValueError, TypeError):
        removed = scenario.origin.chain(path)
        if not removed:
            raise ResultsError(_unknown_path(data, file, path)) from None
        value = None
    if isinstance(value, dict) and not is_number(value):
        return _explain_mapping(scenario, path, value)
    lines = [f"  {path} = {_number_words(value)}"]
    chain = scenario.origin.chain(path)
    for i, one in enumerate(chain):
        place = f"{one.file}:{one.line}:{one.column}" if one.line else one.file
        state = "in force" if i == len(chain) - 1 else "replaced"
        lines += [f"    {place}", *wrapped(f"{state}  {_setting_words(one.value)}", 6, 16)]
    if not chain:
        lines.append("    no file sets it: the default of the format, see crisis-sim schema")
    return lines + _evidence(scenario, value)


def _number_words(value: Any) -> str:
    if not is_number(value):
        return in_words(value)
    text = in_words(value)
    if value.get("unit"):
        text += f" {value['unit']}"
    bounds = [in_words(value.get(name)) for name in ("low", "high")]
    return text + (f" (range {bounds[0]} to {bounds[1]})" if "none" not in bounds else "")


def _setting_words(value: Any) -> str:
    if value is None:
        return "removed"
    text = _number_words(value)
    if is_number(value) and value.get("source"):
        source = value["source"]
        text += f", source {source if isinstance(source, str) else ', '.join(source)}"
    return text


def _evidence(scenario: Scenario, value: Any) -> list[str]:
    if not is_number(value):
        return []
    lines = wrapped(f"reason: {' '.join(value['reason'].split())}", 4, 6) if value.get("reason") else []
    sources = value.get("source") or []
    for name in [sources] if isinstance(sources, str) else sources:
        row = scenario.origin.evidence.get(name)
        if row:
            about = {
                key: row.get(key, "") for key in ("parameter", "value", "unit", "population", "year", "source_title", "quality")
            }
            text = "{parameter} = {value} {unit}, {population}, {year}. {source_title} ({quality})".format(**about)
            lines += wrapped(f"{name}: {text}", 4, 6)
            lines += [f"      {row['source_url']}"] if row.get("source_url") else []
    return lines


def _explain_mapping(scenario: Scenario, path: str, value: dict[str, Any]) -> list[str]:
    rows = []
    for inner, child in leaves(value, path):
        chain = scenario.origin.chain(inner)
        place = (
            f"{chain[-1].file}:{chain[-1].line}"
            if chain and chain[-1].line
            else chain[-1].file
            if chain
            else "default of the format"
        )
        rows.append([inner.removeprefix(path).lstrip("."), textwrap.shorten(in_words(child), MAX_VALUE, placeholder=" …"), place])
    more = [f"    and {len(rows) - 2 * MAX_ROWS} more"] if len(rows) > 2 * MAX_ROWS else []
    return [f"  {path}: {len(rows)} values below it", *table(rows[: 2 * MAX_ROWS], "lll", 4), *more]


def _unknown_path(data: Any, file: str, path: str) -> str:
    known = [name for name, _ in leaves(data)]
    known += sorted({name.rsplit(".", n)[0] for name in known for n in range(1, name.count(".") + 1)})
    register(["sim.measure"])
    if path in metrics or path in cost_items:
        what = "metric" if path in metrics else "cost item"
        return (
            f"{file}  {path}\n  got   a {what}, which a file has no value of\n  want  a dotted path of the scenario\n"
            f"  hint  crisis-sim explain RESULTS_FOLDER {path}, with the folder that run or compare names"
        )
    near = difflib.get_close_matches(path, known, 3, 0.5) or [name for name in known if name.endswith(path.split(".")[-1])][:3]
    hint = f"did you mean {' or '.join(near)}?" if near else "paths are dotted: responders.patrol.on_scene_min"
    return f"{file}  {path}\n  got   no such value\n  want  a dotted path of the scenario\n  hint  {hint}"


def explain_metric(folder: Path, name: str) -> list[str]:
    """Definition, formula, n, source and values of a metric in a results folder; of a cost item likewise."""
    compared = comparison_record(folder)
    if compared is not None:
        return explain_difference(folder, compared, name)
    results = Results(folder)
    plugins = [*results.record["scenario"].get("plugins", ())]
    register([*plugins, "sim.measure"])
    if name in metrics:
        return _explain_entry(metrics.get(name)) + _values(results, name)
    if name in cost_items:
        return _explain_entry(cost_items.get(name)) + _costs(results, name)
    near = [*metrics.nearest(name), *cost_items.nearest(name)][:3]
    hint = f"did you mean {' or '.join(near)}?" if near else "crisis-sim list metrics"
    raise ResultsError(f"{shown(folder)}  {name}\n  got   no such metric or cost item\n  want  a registered name\n  hint  {hint}")


def explain_difference(folder: Path, record: Mapping[str, Any], name: str) -> list[str]:
    """Definition of a metric and its differences in a comparison's folder, and where each scenario's own values are."""
    folders = [record["baseline"]["folder"], *(option["folder"] for option in record["options"])]
    for run in (Results(Path(one)) for one in folders):
        if (run.folder / RUN_FILE).is_file():
            register(run.record["scenario"].get("plugins", ()))
    register(["sim.measure"])
    frame = pd.read_csv(folder / "differences.csv", keep_default_na=False, na_values={"difference": "", "low": "", "high": ""})
    rows = frame[(frame["metric"] == name) & frame["difference"].notna()]
    if rows.empty:
        near = difflib.get_close_matches(name, [*dict.fromkeys(frame["metric"])], 3, 0.5)
        hint = f"did you mean {' or '.join(near)}?\n        " if near else ""
        raise ResultsError(
            f"{shown(folder)}  {name}\n  got   no difference of that name: this is a comparison\n"
            f"  want  a metric of differences.csv, or the folder of one scenario\n  hint  {hint}"
            f"one scenario's own figures: crisis-sim explain {folders[-1]} {name}"
        )
    rows = rows.sort_values("level", key=lambda level: level != "all", kind="stable")  # totals first
    head = ["option", "group", "level", f"minus baseline (95 % range, {record['ranges_hold'].split(' (')[0]})", "verdict"]
    written = [
        [row.option_name, row.group, row.level, estimate(row.difference, row.low, row.high), row.verdict]
        for row in rows.itertuples()
    ]
    more = [f"    and {len(written) - MAX_ROWS} more, in differences.csv"] if len(written) > MAX_ROWS else []
    found = [*table([head, *written[:MAX_ROWS]], "lllll", 4), *more]
    if name not in metrics:
        return [f"  {name}", *found]
    return [
        *_explain_entry(metrics.get(name)),
        *found,
        "    Each one's own values:",
        *(f"      crisis-sim explain {one} {name}" for one in dict.fromkeys(folders)),
    ]


def comparison_record(folder: Path) -> dict[str, Any] | None:
    """What a comparison's folder says of itself; none where it is no comparison."""
    try:
        record = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("kind") == "compare" else None


def _explain_entry(item: Entry) -> list[str]:
    text = " ".join((item.function.__doc__ or "").split())
    what, _, formula = text.partition("Definition:")
    facts = item.facts
    lines = [f"  {item.name}", *entry("what", what.strip(), 10, 4)]
    if formula:
        lines += entry("formula", formula.strip(), 10, 4)
    if "of" in facts:
        better = f"; {facts['better']} is better" if facts["better"] else ""
        kind = "rests on assumed effects (†)" if facts["kind"] == "assumed" else "simulated"
        lines += entry("unit", f"{facts['unit']}{better}", 10, 4)
        lines += entry("source", f"table {facts['of']}; {kind}", 10, 4)
    else:
        lines += entry(
            "rate", f"{facts['rate']}, {facts['timing']}, paid by {facts['payer']} unless the scenario says otherwise", 10, 4
        )
    return lines


def _values(results: Results, name: str) -> list[str]:
    rows = results.summary[results.summary["metric"] == name]
    if rows.empty:
        return ["    No value in this folder."]
    holds = "luck and inputs" if results.is_drawn else "luck only"
    head = ["group", "level", f"value (95 % range, {holds})", "n"]
    written = [[row.group, row.level, _estimate(row), number(row.n)] for row in rows.itertuples()]
    about = f"    Mean of {results.lives_words}; n: rows a replication on average. Kept in {shown(results.folder)}."
    more = [f"    and {len(written) - MAX_ROWS} more, in metrics_summary.csv"] if len(written) > MAX_ROWS else []
    return [*table([head, *written[:MAX_ROWS]], "lllr", 4), *more, about]


def _estimate(row: Any) -> str:
    if np.isnan(row.low):
        return "-" if np.isnan(row.value) else f"{row.value:,.4g}" if abs(row.value) < 1e4 else number(row.value)
    return estimate(row.value, row.low, row.high, signed=False)


def _costs(results: Results, name: str) -> list[str]:
    n = len(results.replications)
    item = name.replace("'", "''")
    sums = f"sum(quantity) / {n} AS quantity, sum(cents) / {n} / 100 AS usd"
    about = "any_value(rate_cents) AS rate_cents, any_value(unit) AS unit"
    keys = '"group", payer, rate'
    frame = results.query(
        f"SELECT {keys}, {about}, {sums} FROM costs WHERE item = '{item}' GROUP BY {keys} ORDER BY {keys}", "costs"
    )
    head = ["group", "payer", "rate", "quantity", "unit", "at $", "= $"]
    rows = [
        [r.group, r.payer, r.rate, number(r.quantity, 1), r.unit, number(r.rate_cents / 100, 2), number(r.usd)]
        for r in frame.itertuples()
    ]
    return [
        *table([head, *rows], "lllrlrr", 4),
        f"    Mean of {results.lives_words}. Kept in {shown(results.folder)}.",
    ]
