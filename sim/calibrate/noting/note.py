"""The data-quality note of a calibration: one page to read and print, one tidy sheet, and the pictures.

It says what may be trusted, what is weak, what stays at its default and what to do next; then what was read, what the export
can tell and how sure, how well families of spreads sit, and when calls come. Nothing of a row is in it: counts below the
smallest cell are not shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.calibrate.drafting.outline import Town, smallest_cell
from sim.calibrate.estimate import Fitted
from sim.calibrate.normal import Records
from sim.calibrate.noting.chapters import estimates, reading, tables, unlearned, usage, weaknesses
from sim.calibrate.noting.charts import pictures
from sim.calibrate.noting.digits import has_width
from sim.calibrate.noting.pictured import Drawn, hours, patience, spreads
from sim.calibrate.noting.tidy import rows_of, sheet
from sim.calibrate.noting.verdict import held_back, verdict
from sim.calibrate.noting.web import Section, bullets, code, figure, page, said
from sim.measure.charts.page import keep, style
from sim.screen import number
from sim.study.identity import slug

PAGE, SHEET, CHARTS = "note.html", "note.csv", "charts"


def write_note(fitted: Fitted, records: Records | None, export_map: Town, folder: Path) -> list[Path]:
    """Write `note.html`, `note.csv` and `charts/` into the folder; the files written, the page first.

    `records` is none where only yearly totals are known: what is said of rows is left out then. The same input gives the
    same bytes. The page asks for nothing from outside.
    """
    folder.mkdir(parents=True, exist_ok=True)
    smallest = smallest_cell(export_map)
    drawn: dict[str, str] = {}
    kept: list[Path] = []
    with style():
        for path, picture in pictures(fitted, smallest):
            paths = keep(picture, folder / CHARTS)
            kept += paths
            drawn[path] = figure(paths[0].read_text(encoding="utf-8"), picture.name, picture.description)
    sections = [section for section in _sections(fitted, records, export_map, drawn, smallest) if section.pieces]
    written = [folder / PAGE, folder / SHEET]
    title = f"{export_map.name}: what the {'export' if records is not None else 'totals'} can tell"
    written[0].write_text(page(title, _lead(export_map), sections), encoding="utf-8", newline="")
    counts = records.counts if records is not None else []
    written[1].write_text(sheet(rows_of(fitted, counts, smallest)), encoding="utf-8", newline="")
    return [*written, *kept]


def _lead(town: Town) -> str:
    when = f", {town.as_of}" if town.as_of else ""
    return f"Data-quality note of crisis-sim calibrate. Source: {town.source}{when}. Base: {town.base}."


def _sections(fitted: Fitted, records: Records | None, town: Town, drawn: Drawn, smallest: int) -> Iterator[Section]:
    held, has_rows, scenario = held_back(town, records), records is not None, f"{slug(town.name)}.yaml"
    yield Section("short", "In short", [bullets(list(_short(fitted, records, held, scenario)))])
    if has_rows or fitted.findings:
        yield Section("weak", "Weaknesses", list(weaknesses(fitted)))
    yield Section("default", "What could not be learned and stays at its default", list(unlearned(fitted)))
    yield Section("use", "How to use this", usage(scenario, has_rows, bool(held)))
    if records is not None:
        yield Section("read", "What was read", reading(records, smallest))
    title = f"What {'this export' if has_rows else 'these totals'} can tell"
    yield Section("learned", title, [*estimates(fitted, has_rows), *tables(fitted)])
    yield Section("families", "How well the fitted families sit", list(spreads(fitted, drawn, smallest)))
    yield Section("hours", "When calls come", list(hours(fitted, drawn, smallest)))
    yield Section("patience", "Patience", list(patience(fitted, drawn)))


def _short(fitted: Fitted, records: Records | None, held: str, scenario: str) -> Iterator[str]:
    """The page in a few lines: what may be trusted, what not, what to do next; then the worst weakness and how much there is."""
    yield from map(said, verdict(fitted))
    then = f", then {code(f'crisis-sim validate {scenario} EXPORT')}" if records is not None else ""
    yield f"Next: put your own numbers in the lines marked {code('yours?')}, {code(f'crisis-sim check {scenario}')}{then}."
    yield from [said(held)] if held else []
    for kind in ("label_change", "mislabelling", "heap", "gap"):
        yield from (said(one.says) for one in [one for one in fitted.findings if one.kind == kind][:1])
    if records is not None:
        read = sum(count.n for count in records.counts if count.kind == "read")
        used = records.one("SELECT count(*) FROM calls")
        yield said(f"Of {number(read)} rows read came {number(used)} calls that are used.")
    learned = [one for one in fitted.all_estimates() if not one.path.startswith("note.")]
    without = sum(not has_width(one.low, one.high) for one in learned)
    ranges = f", {number(without)} of them without a range" if without else ", each with a range"
    left = f"{number(len(fitted.unlearned))} things could not be, and stay at their defaults."
    yield said(f"{number(len(learned))} numbers were learned{ranges}; {left}")
