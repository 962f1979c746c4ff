"""What `calibrate` and `validate` do: an export, or totals, in; a folder with a scenario and its note out, or nothing."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sim.calibrate.checked import fault_at
from sim.calibrate.drafting.draft import write_scenario
from sim.calibrate.drafting.learned_screen import learned_data, learned_screen
from sim.calibrate.drafting.outline import Town
from sim.calibrate.drafting.totals import fitted_totals, read_totals
from sim.calibrate.estimate import Fitted
from sim.calibrate.mapping import IGNORE, OTHER, ExportMap, read_map
from sim.calibrate.normal import Records
from sim.errors import ExportError, ResultsError, ScenarioError
from sim.scenario.library import Library
from sim.scenario.load import load
from sim.scenario.node import Node
from sim.scenario.schema import Scenario
from sim.scenario.wording import name_hint
from sim.screen import show
from sim.study.documents import print_json
from sim.study.identity import shown, slug

MAP_FILE, TOTALS_FILE, SYNTHETIC = "map.yaml", "totals.yaml", "synthetic.csv"
WAYS = ("map", "guess", "totals")


@dataclass(eq=False)
class Learned:
    """What was read and learned, before anything is written."""

    town: Town
    base: Scenario
    fitted: Fitted
    source: Path  # the map, or the file of totals: kept with what was made by it
    records: Records | None = None
    days: tuple[dt.date, dt.date] | None = None


def calibrate_verb(args: Namespace) -> int:
    """`calibrate EXPORT... --map MAP.yaml --out DIR`, `calibrate EXPORT... --guess`, `calibrate --totals FILE.yaml --out DIR`."""
    _check_request(args)
    if args.guess:
        from sim.calibrate.reading.guess import first_map

        text = first_map([Path(name) for name in args.exports])
        if args.json:
            print_json({"map": text})
        else:
            sys.stdout.write(text)
        return 0
    target = Path(args.out)
    _check_target(target)
    tell = _teller(args.json)
    learned = _from_totals(Path(args.totals), target) if args.totals else _from_export(args, target, tell)
    tell(f"writing {shown(target)}")
    files = _write(learned, target, args.synthetic)
    if args.json:
        print_json(learned_data(learned.town, learned.fitted, learned.records, target, files))
    else:
        show(learned_screen(learned.town, learned.fitted, learned.records, target, learned.days))
    return 0


def validate_verb(args: Namespace) -> int:
    """`validate SCENARIO_OR_RESULTS EXPORT...`."""
    from sim.calibrate.validating.scoring import validate_verb as validate

    return validate(args)


def _check_request(args: Namespace) -> None:
    given = [f"--{way}" for way in WAYS if getattr(args, way)]
    if len(given) != 1:
        raise ResultsError(
            f"calibrate: {' and '.join(given) or 'no way of reading'}\n"
            "  want  one of --map MAP.yaml, --guess, --totals FILE.yaml\n"
            "  hint  begin with: crisis-sim calibrate EXPORT --guess > map.yaml"
        )
    if args.totals and args.exports:
        raise ResultsError(f"--totals reads no export: {args.exports[0]}\n  hint  leave it out, or read it with --map")
    if not args.totals and not args.exports:
        raise ResultsError(f"calibrate {given[0]}: no export\n  want  a CSV, XLSX or Parquet file, or several of one layout")
    if args.synthetic and not args.map:
        raise ResultsError("--synthetic needs an export read with --map: it is written in the export's shape")
    if not args.guess and not args.out:
        raise ResultsError(f"calibrate {given[0]}: no --out\n  want  --out DIR: a new folder for the scenario and its note")


def _check_target(target: Path) -> None:
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    is_own = any((target / name).is_file() for name in (MAP_FILE, TOTALS_FILE)) and (target / "note.html").is_file()
    what = "holds what an earlier calibrate wrote" if is_own else "is there already, and not empty"
    raise ResultsError(f"{shown(target)} {what}\n  hint  choose another with --out, or remove it first")


def _from_totals(path: Path, target: Path) -> Learned:
    totals, tree = read_totals(path)
    base, name = _base(totals, path, target, tree)
    fitted = fitted_totals(totals, base, tree)
    return Learned(totals.model_copy(update={"base": name}), base, fitted, path)


def _from_export(args: Namespace, target: Path, tell: Callable[[str], None]) -> Learned:
    from sim.calibrate.fits import fit
    from sim.calibrate.reading.source import check_enough, read_export
    from sim.calibrate.weaknesses.quality import findings

    map_path, exports = Path(args.map), [Path(name) for name in args.exports]
    export_map, tree = read_map(map_path)
    base, name = _base(export_map, map_path, target, tree)
    check_words(export_map, base, tree)
    tell(f"reading {', '.join(shown(path) for path in exports)}")
    records = read_export(exports, export_map, tree)
    check_enough(records, export_map)
    tell(f"fitting {int(records.one('SELECT count(*) FROM calls WHERE part = 0')):,} calls")
    fitted = fit(records, export_map, base)
    fitted.findings += findings(records, export_map)
    return Learned(export_map.model_copy(update={"base": name}), base, fitted, map_path, records, _days(records))


def _base(town: Town, said_in: Path, target: Path, tree: Node) -> tuple[Scenario, str]:
    """The scenario the draft extends, beside the file that names it or in the library, and its name as seen from the draft."""
    library = Library()
    path = library.find(town.base, [said_in.parent])
    if path is None:
        near = library.near(town.base, [said_in.parent])
        want, hint = "a scenario beside this file or in the library", f"did you mean {near}?" if near else ""
        raise ExportError([fault_at(tree, ("base",), f"{town.base!r}: no such file", want, hint)])
    name = town.base if library.holds(path) else Path(os.path.relpath(path.resolve(), target.resolve())).as_posix()
    return load(path), name


def check_words(export_map: ExportMap, base: Scenario, tree: Node) -> None:
    """Refuse what the map takes labels for where the base has no such type or responder.

    Raises
    ------
    ExportError
        With every such label.
    """
    kinds, responders = [*base.types, OTHER, IGNORE], [*base.responders, IGNORE]
    faults = []
    for part, known, what in (
        ("types", kinds, "a call type"),
        ("final_types", kinds, "a call type"),
        ("responders", responders, "a responder type"),
    ):
        for label, word in getattr(export_map, part).items():
            if word not in known:
                want = f"{what} of {export_map.base}: {', '.join(dict.fromkeys(known))}"
                faults.append(fault_at(tree, (part, label), repr(word), want, name_hint(word, known)))
    if faults:
        raise ExportError(faults)


def _days(records: Records) -> tuple[dt.date, dt.date] | None:
    """First and last day, of whole years where only years are known."""
    first, last = records.first_day, records.last_day
    if first is not None and last is not None:
        return first, last
    return (dt.date(min(records.years), 1, 1), dt.date(max(records.years), 12, 31)) if records.years else None


def _write(learned: Learned, target: Path, is_synthetic_wanted: bool) -> list[Path]:
    """Everything into a folder beside the target, which takes the target's place once the scenario loads without a fault."""
    from sim.calibrate.noting.note import write_note

    town = learned.town
    with _unfinished(target) as folder:
        files = write_scenario(learned.fitted, town, learned.base, folder, learned.days)
        scenario = folder / f"{slug(town.name)}.yaml"
        _check_draft(scenario, folder, target)
        files += write_note(learned.fitted, learned.records, town, folder)
        kept = folder / (TOTALS_FILE if learned.records is None else MAP_FILE)
        shutil.copyfile(learned.source, kept)
        files.append(kept)
        if is_synthetic_wanted and learned.records is not None and isinstance(town, ExportMap):
            from sim.calibrate.exporting.layouts import write_synthetic

            write_synthetic(scenario, town, learned.records, folder / SYNTHETIC)
            files.append(folder / SYNTHETIC)
        names = [file.relative_to(folder) for file in files]
    return [target / name for name in names]


def _check_draft(scenario: Path, folder: Path, target: Path) -> None:
    """Refuse a draft with faults, which only a base that rests on its own zones or programmes can bring; they are told."""
    try:
        load(scenario)
    except ScenarioError as error:
        told = "\n\n".join(str(replace(fault, file=fault.file.replace(folder.name, target.name))) for fault in error.faults)
        raise ResultsError(f"{told}\n\nThe draft does not fit the scenario it extends.\n  hint  base: base.yaml") from None


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A folder that becomes the target if the block ends well, and goes if it does not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield folder
        folder.chmod(0o755)  # temporary folders are their maker's alone
        if target.exists():
            target.rmdir()
        folder.replace(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _teller(is_json: bool) -> Callable[[str], None]:
    """What is being done, a line each on standard error; silent under --json."""

    def tell(text: str) -> None:
        if not is_json:
            print(f"  {text} ...", file=sys.stderr, flush=True)

    return tell
