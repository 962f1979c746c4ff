"""What a validation shows: a screen, one JSON document, a table, one page with pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from sim.calibrate.noting.web import Section, bullets, code, figure, page, paragraph, said, table
from sim.calibrate.validating import cells
from sim.calibrate.validating.levels import AGREES, FAIL, FAILS, FAR, LEVELS, NOT_CLAIMED, VERY_FAR, WARN, WARNS, WITHIN_LUCK, Row
from sim.calibrate.validating.pointing import FINE, worst_first
from sim.calibrate.validating.verdict import Verdict
from sim.calibrate.validating.verdict_charts import pictures
from sim.measure.charts.page import keep, style
from sim.screen import number, show, wrapped
from sim.screen import table as aligned
from sim.study.documents import print_json
from sim.study.identity import shown
from sim.study.parquet import write_csv, write_text

PAGE, SHEET, CHARTS = "validation.html", "validation.csv", "charts"
MOST_NOTES = 8  # lines of the screen
MOST_SHOWN, MOST_INPUTS = 14, 5  # of the screen: rows and inputs together, and inputs
WORDS = {AGREES: "agree", WARNS: "warn", FAILS: "fail", WITHIN_LUCK: "within luck", NOT_CLAIMED: "not claimed"}


def tell(verdict: Verdict, folder: Path, as_json: bool) -> None:
    """Write page, table and pictures into the folder; print the screen or the document."""
    files = write_page(verdict, folder)
    if as_json:
        print_json(document(verdict, files))
    else:
        show(screen(verdict, files))


def document(verdict: Verdict, files: Sequence[Path]) -> dict[str, object]:
    """All of it as plain data."""
    return {
        "name": verdict.name,
        "file": verdict.what,
        "export": verdict.export,
        "period": verdict.period,
        "notes": verdict.notes,
        "replications": verdict.replications,
        "next": verdict.look,
        "levels": {WORDS[level]: n for level, n in counted(verdict.rows).items()},
        "rows": [asdict(row) for row in verdict.rows],
        "inputs": [asdict(one) for one in verdict.inputs],
        "files": [shown(path) for path in files],
    }


def counted(rows: Sequence[Row]) -> dict[str, int]:
    """Rows of each level, as many as the table has."""
    found = Counter(row.level for row in rows)
    return {level: found[level] for level in LEVELS}


def screen(verdict: Verdict, files: Sequence[Path]) -> list[str]:
    """At most forty lines, the worst first."""
    lines = [*wrapped(f"VALIDATION  {verdict.name}, {verdict.what}, beside {verdict.export}", 2, 4)]
    lines += wrapped(f"{verdict.period}; {verdict.replications} replications.", 2, 4)
    lines += [line for note in verdict.notes for line in wrapped(note, 2, 4)][:MOST_NOTES]
    lines += ["", f"  {_in_words(verdict.rows)}", *_rows_screen(verdict), *_inputs_screen(verdict)]
    lines += ["", *wrapped(f"Kept: {', '.join(shown(path) for path in files[:2])}", 2, 4)]
    return lines + wrapped(f"Next: {verdict.look}", 2, 4)


def _rows_screen(verdict: Verdict) -> list[str]:
    worst = worst_first(verdict.rows)
    listed = worst[: MOST_SHOWN - len(verdict.inputs[:MOST_INPUTS])]
    n_all = sum(row.level in (FAILS, WARNS) for row in verdict.rows)
    lines = []
    if listed:
        head = ("", "", "recorded (95 %)", "simulated", "off by")
        body = [(cells.label(row), row.level, cells.recorded(row), cells.simulated(row), cells.effect(row)) for row in listed]
        lines += ["", *aligned([head, *body], "llrrr")]
    if n_all > len(listed):
        lines.append(f"  and {n_all - len(listed)} more in the table")
    return lines


def _inputs_screen(verdict: Verdict) -> list[str]:
    if not verdict.inputs:
        return []
    body = [(one.path, cells.stated(one), cells.estimated(one), cells.closes(one)) for one in verdict.inputs[:MOST_INPUTS]]
    return ["", *aligned([("INPUTS OUTSIDE BOTH RANGES", "stated", "in these months", "of the miss"), *body], "lrrr")]


def _in_words(rows: Sequence[Row]) -> str:
    text = ", ".join(f"{n} {WORDS[level]}" for level, n in counted(rows).items() if n)
    return f"{len(rows)} rows: {text}." if text else "Nothing could be compared."


def write_page(verdict: Verdict, folder: Path) -> list[Path]:
    """`validation.html`, `validation.csv` and pictures; the files written, page and table first."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn, kept = [], []
    with style():
        for picture in pictures(verdict.rows, verdict.records, verdict.lives, verdict.name):
            paths = keep(picture, folder / CHARTS)
            kept += paths
            drawn.append(figure(paths[0].read_text(encoding="utf-8"), picture.name, picture.description))
    write_csv(pd.DataFrame([asdict(row) for row in verdict.rows], columns=list(Row.__annotations__)), folder / SHEET)
    lead = f"{verdict.what} beside {verdict.export}: {verdict.period}; {verdict.replications} replications."
    text = page(f"{verdict.name}, beside records", lead, [one for one in _sections(verdict, drawn) if one.pieces])
    write_text(folder / PAGE, text)
    return [folder / PAGE, folder / SHEET, *kept]


def _sections(verdict: Verdict, drawn: Sequence[str]) -> Iterator[Section]:
    worst = worst_first(verdict.rows)
    short = [said(_in_words(verdict.rows)), *map(said, verdict.notes)]
    short += [said(f"Next: {verdict.look}")] if verdict.look else []
    yield Section("short", "In short", [bullets(short)])
    yield Section("apart", "Where they part", [rows_table("Fails first, then warnings", worst)] if worst else [])
    yield Section("inputs", "Which inputs were wrong", _inputs_pieces(verdict))
    yield Section("pictures", "Pictures", drawn)
    names = list(dict.fromkeys(row.section for row in verdict.rows if row.section != FINE))
    own = [rows_table(name.capitalize(), [row for row in verdict.rows if row.section == name]) for name in names]
    hours = [rows_table("By hour of the day", [row for row in verdict.rows if row.section == FINE])] if drawn else []
    yield Section("all", "Every quantity", [*own, *hours])
    yield Section("how", "How to read this", [bullets(list(_how()))])


def rows_table(caption: str, rows: Sequence[Row]) -> str:
    """Rows as a table of a page."""
    head = ("quantity", "verdict", "recorded (95 %)", "simulated", "off by", "luck alone", "rows")
    made = (cells.recorded, cells.simulated, cells.effect, cells.luck)
    body = [[said(cells.label(row)), said(row.level), *(said(cell(row)) for cell in made), number(row.n)] for row in rows]
    return table(caption, head, body, numeric=(2, 3, 4, 5, 6))


def _inputs_pieces(verdict: Verdict) -> list[str]:
    if not verdict.inputs:
        return []
    head = ("input", "stated (range)", "estimated from these records (95 %)", "share of the miss it closes", "most in")
    body = [
        [code(one.path), said(cells.stated(one)), said(cells.estimated(one)), cells.closes(one), said(one.most_in)]
        for one in verdict.inputs
    ]
    text = (
        "Each input below was outside the range estimated from these records, and the estimate outside the range stated. The "
        "scenario was played once more with that input alone set right; the share is how much of the mean difference went."
    )
    return [paragraph(text), table("Inputs outside both ranges", head, body, numeric=(1, 2, 3))]


def _how() -> Iterator[str]:
    limit, far = f"{100 * WARN:.0f} %", f"{100 * FAIL:.0f} %"
    yield said(f"Agrees: at most {limit} off the recorded value. Distances between distributions: at most {FAR:g}.")
    yield said("Within luck: further off, but luck alone may take it there. That is no agreement: more months would tell.")
    yield said(f"Warn: more than {limit} off, and beyond luck. Fail: more than {far} and beyond luck, distances {VERY_FAR:g}.")
    yield said("Not claimed: it hangs on posts, and those are not the city's own.")
    yield said(
        "Luck alone: how far the difference may go although nothing is wrong, in the unit of the difference. It is the 95 % "
        "interval of the recorded figure, from resampling whole days, widened by the luck of the replications and of the months "
        "that were fitted to. About one figure in twenty lies beyond it although nothing is wrong."
    )
    yield said(
        "Off by: points for shares, standard deviations of the recorded minutes (sd) for means, and per cent of the recorded "
        "value, which decides. Distance: the largest gap between the two distributions, as a share of all."
    )
    yield said("Records that agree with a simulation fitted to other months of the same city test the months, not the city.")
