"""The command line: each verb is a few calls of the package. What the verbs need is imported when they are used."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from sim import __version__
from sim.errors import CrisisSimError, ScenarioError

OK, UNEXPECTED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
TRACEBACK = "CRISIS_SIM_TRACEBACK"
KINDS = ("scenarios", "policies", "responders", "outcomes", "metrics", "costs", "evidence")


def parser() -> argparse.ArgumentParser:
    """All verbs and their flags."""
    top = argparse.ArgumentParser("crisis-sim", description="What a city would get for its money in crisis response.")
    top.add_argument("--version", action="version", version=f"crisis-sim {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")

    check = verb("check", "read scenario files, list every fault, and reckon what a textbook expects")
    check.add_argument("files", nargs="+", metavar="FILE")
    _changes(check)
    run = verb("run", "simulate a scenario; a results folder is run again and compared byte by byte")
    run.add_argument("file", metavar="FILE_OR_RESULTS")
    _study(run, "sets of inputs drawn from their ranges, lives of each; 0, the stated values, if left out")
    run.add_argument("--keep-state", action="store_true", help="keep the state each life ends with, to go on from later")
    run.add_argument("--from", dest="start", metavar="RESULTS", help="go on from the states that a shorter run kept")
    compare = verb("compare", "simulate options and set them beside a baseline that lives through the same calls")
    compare.add_argument("baseline", metavar="BASELINE", help="a scenario file or a results folder")
    compare.add_argument("options", nargs="+", metavar="OPTION", help="a scenario file or a results folder")
    _study(compare, "sets of inputs drawn from their ranges, lives of each; 40 if left out, 0 for luck only")
    compare.add_argument(
        "--effects",
        choices=("all", "own"),
        default="all",
        help="all: play the other effect sets too and say what rests on them (two and a half times the work); own: without",
    )
    _explanation(verb)
    listing = verb("list", "what there is: " + ", ".join(KINDS))
    listing.add_argument("kind", choices=KINDS)
    _json(listing)
    verb("schema", "print the JSON Schema of scenario files, for editors")
    init = verb("init", "write a first scenario for a town")
    init.add_argument("name", metavar="NAME")
    init.add_argument("--population", type=_whole, required=True, metavar="N")
    init.add_argument("--out", metavar="FILE", help="where to write; NAME.yaml if left out")
    _calibration(verb)
    bench = verb("bench", "measure how fast this machine plays, stage by stage and beside other libraries")
    bench.add_argument("--full", action="store_true", help="also ten million calls in one run, and more rounds of everything")
    bench.add_argument("--out", default="results/bench", metavar="DIR", help="where figures and the picture go")
    return top


def _explanation(verb: Callable[[str, str], argparse.ArgumentParser]) -> None:
    explain = verb(
        "explain",
        "say why an input has its value (FILE PATH), what a metric is (RESULTS METRIC), or how a call went (RESULTS --call N)",
    )
    explain.add_argument("file", metavar="FILE_OR_RESULTS")
    explain.add_argument("what", nargs="?", metavar="PATH_OR_METRIC")
    story = explain.add_argument_group("one call", "One consistent story of a results folder, not a prediction.")
    story.add_argument("--call", nargs="?", type=_whole, default=argparse.SUPPRESS, metavar="N", help="column call of call_facts")
    story.add_argument("--replication", type=_whole, metavar="R", help="in which life; the folder's first if left out")
    story.add_argument("--draw", type=_whole, metavar="D", help="of which draw, where inputs were drawn")
    _changes(explain)


def _calibration(verb: Callable[[str, str], argparse.ArgumentParser]) -> None:
    calibrate = verb("calibrate", "turn a dispatch centre's export, or totals, into a scenario with its weaknesses written down")
    calibrate.add_argument("exports", nargs="*", metavar="EXPORT", help="CSV (also .gz), XLSX or Parquet; several of one layout")
    calibrate.add_argument("--map", metavar="MAP.yaml", help="what its columns and words mean")
    calibrate.add_argument("--guess", action="store_true", help="print a first map for the export, to be mended by hand")
    calibrate.add_argument("--totals", metavar="FILE.yaml", help="totals of an annual report instead of an export")
    calibrate.add_argument("--out", metavar="DIR", help="a new folder for scenario, profiles, joint draws and note")
    calibrate.add_argument("--synthetic", action="store_true", help="also an invented export of the same shape, to show around")
    _json(calibrate)
    validate = verb("validate", "set simulated calls beside recorded ones that nothing was fitted to")
    validate.add_argument("file", metavar="FILE_OR_RESULTS")
    validate.add_argument("export", nargs="+", metavar="EXPORT")
    validate.add_argument("--map", metavar="MAP.yaml", help="of the export; map.yaml beside the file if left out")
    validate.add_argument("--replications", type=_whole, metavar="N", help="lives of luck; 5 if left out")
    validate.add_argument("--workers", type=_whole, metavar="N", help="processes; as many as processors if left out")
    validate.add_argument("--out", metavar="DIR", help="where page and table go; results/validation if left out")
    _json(validate)


def _json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="print one JSON document and nothing else")


def _changes(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", dest="sets", help="change one value")
    _json(verb)


def _study(verb: argparse.ArgumentParser, draws: str) -> None:
    verb.add_argument(
        "--replications", type=_whole, metavar="N", help="lives of luck; the scenario's own number if left out, 2 with draws"
    )
    verb.add_argument("--draws", type=_whole, metavar="N", help=draws)
    verb.add_argument("--days", type=_whole, metavar="N", help="length of the measured window")
    verb.add_argument("--seed", type=_whole, metavar="N")
    verb.add_argument("--engine", default="auto", help="auto, readable or compiled; never changes a result")
    verb.add_argument("--workers", type=_whole, metavar="N", help="processes; as many as processors if left out")
    verb.add_argument("--out", default="results", metavar="DIR", help="where results folders go")
    _changes(verb)


def _whole(text: str) -> int:
    try:
        return int(text.replace(",", "").replace("_", ""))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: want a whole number") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Nothing a user does ends in a traceback."""
    args = parser().parse_args(arguments)
    try:
        code = int(_verb(args.verb)(args))
        sys.stdout.flush()
        return code
    except CrisisSimError as error:
        _tell_fault(args, error)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("\nStopped. Nothing was half written.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output, such as head, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        said = " ".join(str(error).split())[:300]
        print(f"crisis-sim met an unexpected {type(error).__name__}: {said} (set {TRACEBACK}=1 to see where)", file=sys.stderr)
        return UNEXPECTED


def _verb(name: str) -> Callable[[Any], int]:
    if name in ("calibrate", "validate"):
        from sim.calibrate import verbs as calibration

        return getattr(calibration, f"{name}_verb")  # type: ignore[no-any-return]  # one function a verb
    from sim.study import verbs  # brings in everything; --help does without

    return getattr(verbs, f"{name}_verb")  # type: ignore[no-any-return]  # one function a verb


def _tell_fault(args: argparse.Namespace, error: CrisisSimError) -> None:
    print(error, file=sys.stderr)
    if getattr(args, "json", False):
        import json
        from dataclasses import asdict

        faults = [asdict(fault) for fault in error.faults] if isinstance(error, ScenarioError) else []
        print(json.dumps({"error": str(error), "faults": faults}, ensure_ascii=True))


if __name__ == "__main__":
    sys.exit(main())
