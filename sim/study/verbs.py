"""What each verb of the command line does: calls of the package, one screen or one JSON document, an exit code."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from sim.errors import CrisisSimError, ResultsError, ScenarioError
from sim.scenario.json_schema import schema_json
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.screen import show, two_digits, wrapped
from sim.study.documents import compare_data, print_json, run_data
from sim.study.engine import check_engine
from sim.study.identity import shown, slug
from sim.study.parquet import write_text
from sim.study.play import States
from sim.study.results import Results
from sim.study.run import Interrupted, Study, study
from sim.study.screens.words import listed
from sim.study.units import DRAWS, asked_units, check_count, lives_words

INTERRUPTED, BAD_INPUT = 130, 2
READABLE_ONLY = "; readable engine only."


def check_verb(args: Namespace) -> int:
    """`check FILE...`: all files are looked at, faults of all are told."""
    from sim.study.screens.check_screen import check_data, check_screen, refuse_short_warm_up

    documents: list[dict[str, Any]] = []
    has_faults = False
    for file in args.files:
        try:
            scenario = load(file, args.sets)
            refuse_short_warm_up(scenario, file)
            promises = _kept_promises(scenario)
            documents.append({**check_data(file, scenario), "plugins": promises})
            lines = [*check_screen(file, scenario), *(f"  {text}" for text in promises)]
        except CrisisSimError as error:
            has_faults = True
            faults = [asdict(fault) for fault in error.faults] if isinstance(error, ScenarioError) else []
            documents.append({"file": file, "error": str(error), "faults": faults})
            lines = []
            print(error, end="\n\n", file=sys.stderr)
        if not args.json:
            show(lines)
    if args.json:
        print_json(documents[0] if len(documents) == 1 else documents)
    return BAD_INPUT if has_faults else 0


def _kept_promises(scenario: Scenario) -> list[str]:
    """What the contract says of each thing the scenario's plug-ins registered; RuleError where a promise broke."""
    if not scenario.plugins:
        return []
    from sim.contract import KINDS, broken_promises, promises
    from sim.errors import RuleError

    home = Path(__file__).resolve().parents[1]
    kept, broken = [], []
    for kind, registry in KINDS.items():
        for item in registry:
            if Path(item.file).resolve().is_relative_to(home):
                continue
            found = broken_promises(kind, item.name)
            broken += found
            kept.append(f"{kind} {item.name}: {len(promises(kind))} promises kept{READABLE_ONLY if kind == 'mechanism' else '.'}")
    if broken:
        raise RuleError("\n".join(broken))
    return kept


def run_verb(args: Namespace) -> int:
    """`run FILE`, or a results folder once more."""
    check_request(args)
    with _interruptible(args) as stopped:
        if Path(args.file).is_dir():
            _again(args)
        else:
            _run_file(args)
    return INTERRUPTED if stopped else 0


def _run_file(args: Namespace) -> None:
    scenario = load(args.file, _sets(args))
    _kept_promises(scenario)
    states = States(args.keep_state, None if args.start is None else Path(args.start))
    done = study(
        scenario, args.replications, draws=args.draws, workers=args.workers, out=args.out, engine=args.engine, states=states
    )
    lines = _finish_run(done)
    _tell_time([done], args)
    if args.json:
        print_json(run_data(done))
    else:
        show(lines)


def _finish_run(done: Study) -> list[str]:
    """Screen and pictures of a study: kept ones where nothing was played, else new."""
    from sim.study.pictures import draw_run
    from sim.study.screens.run_screen import run_screen

    summary = done.results.folder / "summary.txt"
    if not done.n_played and summary.is_file():
        return summary.read_text(encoding="utf-8").splitlines()
    lines = run_screen(done.option.scenario, done.results)
    draw_run(done.option.scenario, done.results)
    write_text(summary, "\n".join(lines) + "\n")
    return lines


def _again(args: Namespace) -> None:
    from sim.study.again import run_again

    counts = [f"--{name} {getattr(args, name)}" for name in ("replications", "draws") if getattr(args, name) is not None]
    given = [*_sets(args), *counts]
    if given:
        raise ResultsError(
            f"{args.file} is a results folder: {given[0]} cannot change it\n  hint  name the scenario file instead"
        )
    lines = run_again(Path(args.file), args.workers, args.engine)
    if args.json:
        print_json({"folder": args.file, "same_bytes": True, "notes": lines[1:]})
    else:
        show(lines)


def compare_verb(args: Namespace) -> int:
    """`compare BASELINE OPTION...`."""
    from sim.study.kept import keep
    from sim.study.pictures import draw_comparison
    from sim.study.screens.compare_screen import compare_screen
    from sim.study.sources import compare_sources, source

    check_request(args)
    with _interruptible(args) as stopped:
        baseline, *options = _all_or_none([partial(source, name, _sets(args)) for name in (args.baseline, *args.options)])
        for one in (baseline, *options):
            _kept_promises(one.scenario)
        draws, lives = _counts(args, [one.folder for one in (baseline, *options) if one.folder is not None])
        comparison = compare_sources(baseline, options, lives, args.workers, Path(args.out), args.engine, draws, args.effects)
        studies = (comparison.baseline, *comparison.options)
        _tell_time(studies, args, [done for _, one in comparison.under for done in (one.baseline, *one.options)])
        for done in studies:
            if done.n_played or not (done.results.folder / "summary.txt").is_file():
                _finish_run(done)
        lines = compare_screen(comparison)
        keep(comparison, lines)
        draw_comparison(comparison)
        if args.json:
            print_json(compare_data(comparison))
        else:
            show(lines)
    return INTERRUPTED if stopped else 0


def _counts(args: Namespace, folders: list[Path]) -> tuple[int, int | None]:
    """Draws and lives of each: as asked, else as the first results folder among the sources holds, else the usual."""
    if args.draws is None and args.replications is None and folders:
        units = Results(folders[0]).record["replications"]
        return max(unit["draw"] for unit in units), 1 + max(unit["replication"] for unit in units)
    return DRAWS if args.draws is None else args.draws, args.replications


def _all_or_none(makers: list[Callable[[], Any]]) -> list[Any]:
    """What each maker gives; the faults of all where any has some."""
    made, errors = [], []
    for make in makers:
        try:
            made.append(make())
        except CrisisSimError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors and all(isinstance(error, ScenarioError) for error in errors):
        raise ScenarioError([fault for error in errors for fault in error.faults])  # type: ignore[attr-defined]  # seen above
    if errors:
        raise ResultsError("\n\n".join(dict.fromkeys(str(error) for error in errors)))
    return made


def explain_verb(args: Namespace) -> int:
    """`explain FILE PATH`, `explain RESULTS METRIC`, `explain RESULTS --call N`."""
    from sim.study.explain import explain_name
    from sim.study.story.page import Asked, explain_call

    if hasattr(args, "call"):
        beside = [*args.sets, *([args.what] if args.what is not None else [])]
        lines, document = explain_call(Path(args.file), Asked(args.call, args.draw, args.replication), beside)
    else:
        lines = explain_name(args.file, args.what, args.sets, (args.replication, args.draw) != (None, None))
        document = {"what": args.what, "lines": [line.strip() for line in lines]}
    if args.json:
        print_json({"file": args.file, **document})
    else:
        show(lines)
    return 0


def list_verb(args: Namespace) -> int:
    """`list KIND`."""
    from sim.study.listing import listing, listing_lines

    rows = listing(args.kind)
    if args.json:
        print_json({args.kind: rows})
    else:
        show(listing_lines(args.kind, rows))
    return 0


def schema_verb(_: Namespace) -> int:
    """`schema`."""
    sys.stdout.write(schema_json())
    return 0


def init_verb(args: Namespace) -> int:
    """`init NAME --population N`."""
    from sim.study.template import template

    target = Path(args.out) if args.out else Path(f"{slug(args.name)}.yaml")
    if target.exists():
        raise ResultsError(f"{shown(target)} is there already\n  hint  choose another with --out, or remove it first")
    text = template(args.name, args.population)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_text(target, text)
    show([f"  Written: {shown(target)}. Ten numbers are marked yours?     Next: crisis-sim check {shown(target)}"])
    return 0


def _sets(args: Namespace) -> list[str]:
    changes = list(args.sets)
    changes += [f"run.days={args.days}"] if args.days is not None else []
    return changes + ([f"run.seed={args.seed}"] if args.seed is not None else [])


def bench_verb(args: Namespace) -> int:
    """`bench`: figures as they come, then CSV and picture in a folder."""
    from sim.study.bench import FULL, QUICK, bench

    bench(FULL if args.full else QUICK, args.out)
    return 0


def check_request(args: Namespace) -> None:
    """Refuse numbers and engines that cannot be before anything is read."""
    check_engine(args.engine)
    check_count("--workers", args.workers, 1)
    asked_units(args.draws, args.replications, 1)


@contextmanager
def _interruptible(args: Namespace) -> Iterator[list[bool]]:
    """Ctrl-C inside the block is told, not raised; the list given is then not empty."""
    stopped: list[bool] = []
    try:
        yield stopped
    except Interrupted as interrupted:
        stopped.append(True)
        print(f"\n{interrupted}", file=sys.stderr)
        if args.json:
            print_json(
                {"interrupted": True, "folder": shown(interrupted.folder), "kept": interrupted.kept, "asked": interrupted.asked}
            )


def _tell_time(studies: Sequence[Study], args: Namespace, others: Sequence[Study] = ()) -> None:
    """On standard error: what was found, what was played, and how fast; of `others` only what was played."""
    if args.json:
        return
    played = [done for done in (*studies, *others) if done.n_played]
    for done in studies:
        if done not in played:
            kept = lives_words(done.results.units)
            print(f"  {done.option.scenario.name}: found finished, {kept} in {shown(done.results.folder)}", file=sys.stderr)
    if not played:
        return
    n, years = sum(done.n_played for done in played), sum(done.played_years for done in played)
    n_found = sum(done.n_found for done in played)
    found = f", {n_found} found finished" if n_found else ""
    speed = f"{two_digits(years / played[0].wall_s)} years played a second"
    names = listed(list(dict.fromkeys(done.option.scenario.name for done in played)))
    text = f"{names}: {n} {'life' if n == 1 else 'lives'} played in {played[0].wall_s:.1f} s ({speed}){found}"
    print("\n".join(wrapped(text, 2, 4)), file=sys.stderr)
