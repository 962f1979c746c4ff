"""What a validation shows: a screen, one JSON document, a table, one page with pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from sim.calibrate.noting.web import Section, bullets, code, figure, page, paragraph, said, table
from sim.calibrate.validating.levels import AGREES, CANNOT_TELL, FAIL, FAILS, FAR, LEVELS, NOT_CLAIMED, VERY_FAR, WARN, WARNS, Row
from sim.calibrate.validating.verdict import Input, Verdict
from sim.calibrate.validating.verdict_charts import pictures
from sim.measure.charts.page import keep, style
from sim.screen import number, range_places, show, significant_places, wrapped
from sim.screen import table as aligned
from sim.study.documents import print_json
from sim.study.identity import shown
from sim.study.parquet import write_csv, write_text

PAGE, SHEET, CHARTS = "validation.html", "validation.csv", "charts"
MOST_SHOWN = 14  # rows and inputs of the screen
FINE = "single hours"  # in the table and the picture, not on the screen
WORDS = {AGREES: "agree", WARNS: "warn", FAILS: "fail", CANNOT_TELL: "cannot tell", NOT_CLAIMED: "not claimed"}


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
        "levels": {WORDS[level]: n for level, n in counted(verdict.rows).items()},
        "rows": [asdict(row) for row in verdict.rows],
        "inputs": [asdict(one) for one in verdict.inputs],
        "files": [shown(path) for path in files],
    }


def counted(rows: Sequence[Row]) -> dict[str, int]:
    """Rows of each level, hours of the day left out: they are in four-hour blocks already."""
    found = Counter(row.level for row in rows if row.section != FINE)
    return {level: found[level] for level in LEVELS}


def screen(verdict: Verdict, files: Sequence[Path]) -> list[str]:
    """At most forty lines, the worst first."""
    lines = [*wrapped(f"VALIDATION  {verdict.name}, {verdict.what}, beside {verdict.export}", 2, 4)]
    lines += wrapped(f"{verdict.period}; {verdict.replications} replications.", 2, 4)
    lines += [line for note in verdict.notes[:3] for line in wrapped(note, 2, 4)][:6]
    lines += ["", f"  {_in_words(counted(verdict.rows))}"]
    wrong = [row for level in (FAILS, WARNS) for row in _by_size(verdict.rows) if row.level == level and row.section != FINE]
    if wrong:
        head = ("", "", "recorded (95 %)", "simulated", "off by")
        body = [(_label(row), row.level, _recorded(row), _simulated(row), _effect(row)) for row in wrong[:MOST_SHOWN]]
        lines += ["", *aligned([head, *body], "llrrr")]
    if len(wrong) > MOST_SHOWN:
        lines.append(f"  and {len(wrong) - MOST_SHOWN} more in the table")
    lines += _inputs_screen(verdict)
    lines += ["", *wrapped(f"Kept: {', '.join(shown(path) for path in files[:2])}", 2, 4)]
    return lines


def _inputs_screen(verdict: Verdict) -> list[str]:
    if not verdict.inputs:
        return []
    body = [(one.path, _stated(one), _estimated(one), _closes(one)) for one in verdict.inputs[:5]]
    return ["", *aligned([("INPUTS OUTSIDE BOTH RANGES", "stated", "in these months", "of the miss"), *body], "lrrr")]


def _stated(one: Input) -> str:
    has_range = one.stated_low is not None or one.stated_high is not None
    return _ranged(one.stated, one.stated_low, one.stated_high) if has_range else _figure(one.stated)


def _estimated(one: Input) -> str:
    return _ranged(one.estimated, one.estimated_low, one.estimated_high)


def _ranged(value: float, low: float | None, high: float | None) -> str:
    ends = [_figure(value if end is None else end) for end in (low, high)]
    return f"{_figure(value)} ({' to '.join(ends)})"


def _figure(value: float) -> str:
    return number(value, max(significant_places(value, 3), 0))


def _closes(one: Input) -> str:
    return f"{100 * one.closes:.0f} %" if one.closes == one.closes else "not played"


def _in_words(levels: dict[str, int]) -> str:
    text = ", ".join(f"{n} {WORDS[level]}" for level, n in levels.items() if n)
    return f"{text}." if text else "Nothing could be compared."


def _by_size(rows: Sequence[Row]) -> list[Row]:
    def size(row: Row) -> float:
        return row.effect if row.effect_unit == "distance" else abs(row.relative)

    return sorted(rows, key=size, reverse=True)


def _label(row: Row) -> str:
    return f"{row.quantity}: {row.group}" if row.group not in row.quantity else row.quantity


def _scaled(row: Row) -> tuple[float, str]:
    return (100.0, " %") if row.unit == "share" else (1.0, "" if row.unit in ("ratio", "units") else f" {row.unit}")


def _recorded(row: Row) -> str:
    if row.effect_unit == "distance":
        return ""
    scale, unit = _scaled(row)
    low, high = scale * row.low, scale * row.high
    places = max(range_places(low, high), 0)
    return f"{number(scale * row.recorded, places)}{unit} ({number(low, places)}, {number(high, places)})"


def _simulated(row: Row) -> str:
    if row.effect_unit == "distance":
        return ""
    scale, unit = _scaled(row)
    places = max(range_places(scale * row.low, scale * row.high), 0)
    return f"{number(scale * row.simulated, places)}{unit}"


def _effect(row: Row) -> str:
    if row.effect_unit == "distance":
        return f"distance {row.effect:.2f}"
    if row.effect != row.effect:
        return ""
    if row.effect_unit == "points":
        return f"{number(row.effect, max(significant_places(row.effect), 0), signed=True)} points"
    if row.effect_unit == "standard deviations":
        return f"{number(row.effect, 2, signed=True)} sd"
    return f"{number(100 * row.effect, 0, signed=True)} %"


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
    worst = [row for level in (FAILS, WARNS) for row in _by_size(verdict.rows) if row.level == level and row.section != FINE]
    short = [said(_in_words(counted(verdict.rows))), *map(said, verdict.notes)]
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
    head = ("quantity", "verdict", "recorded (95 %)", "simulated", "off by", "rows")
    cells = [
        [said(_label(row)), said(_verdict(row)), said(_recorded(row)), said(_simulated(row)), said(_effect(row)), number(row.n)]
        for row in rows
    ]
    return table(caption, head, cells, numeric=(2, 3, 4, 5))


def _verdict(row: Row) -> str:
    return f"{row.level}: {row.why}" if row.why else row.level


def _inputs_pieces(verdict: Verdict) -> list[str]:
    if not verdict.inputs:
        return []
    head = ("input", "stated (range)", "estimated from these records (95 %)", "share of the miss it closes", "most in")
    cells = [
        [code(one.path), said(_stated(one)), said(_estimated(one)), _closes(one), said(one.most_in)] for one in verdict.inputs
    ]
    text = (
        "Each input below was outside the range estimated from these records, and the estimate outside the range stated. The "
        "scenario was played once more with that input alone set right; the share is how much of the mean difference went."
    )
    return [paragraph(text), table("Inputs outside both ranges", head, cells, numeric=(1, 2, 3))]


def _how() -> Iterator[str]:
    yield said(
        f"Warn: more than {100 * WARN:.0f} % off the recorded value and beyond what luck explains. "
        f"Fail: more than {100 * FAIL:.0f} % and beyond luck. Distances between distributions: {FAR:g} and {VERY_FAR:g}."
    )
    yield said(
        "Luck: the 95 % interval of the recorded figure, from resampling whole days, widened by the luck of the replications and "
        "of the months that were fitted to. "
        "About one figure in twenty lies beyond it although nothing is wrong."
    )
    yield said("Cannot tell: inside the interval, which is wider than a quarter of the value. That is no agreement.")
    yield said("Not claimed: it depends on how many units there are, and that is not the city's own number.")
    yield said(
        "Off by: points for shares, standard deviations of the recorded minutes for means, percent of the recorded value for "
        "the rest. Distance: the largest gap between the two distributions, as a share of all."
    )
    yield said("Records that agree with a simulation fitted to other months of the same city test the months, not the city.")
