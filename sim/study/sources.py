"""What somebody named to be compared, read; all of it refused or played, under every effect set that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sim
from sim.errors import ResultsError
from sim.scenario.load import load, load_data
from sim.scenario.schema import Scenario
from sim.study.comparison import Comparison
from sim.study.effects import other_sets, under
from sim.study.identity import Option, code_hash, shown
from sim.study.play import Job, register
from sim.study.results import RUN_FILE, Results
from sim.study.run import Study, play_all
from sim.study.units import DRAWS, Unit, asked_units
from sim.world.plan import check_shared

EFFECTS_ROOM = "effects"  # under `out`: what was played under other effect sets, a folder a set


@dataclass(frozen=True)
class Source:
    """What somebody named on the command line: a scenario, read from a file or from a results folder."""

    name: str
    scenario: Scenario
    folder: Path | None = None


def source(name: str, sets: list[str]) -> Source:
    """The scenario of a file or of a results folder; a folder takes no changes and must be of this version."""
    path = Path(name)
    if not path.is_dir():
        return Source(name, load(name, sets))
    record = Results(path).record
    if sets:
        raise ResultsError(f"{name} is a results folder: {sets[0]} cannot change it\n  hint  name the scenario file instead")
    made_by, code = record["versions"].get("crisis-sim"), record["versions"].get("code")
    if made_by != sim.__version__ or code != code_hash():
        what = f"version {made_by}" if made_by != sim.__version__ else f"other code of version {made_by}"
        raise ResultsError(
            f"{name} was made by {what}; this is {sim.__version__}\n"
            "  want  results of one version, or differences would be its changes too\n"
            f"  hint  compare the scenario files, or see what moved: crisis-sim run {name}"
        )
    return Source(name, load_data(record["scenario"], shown(path / RUN_FILE)), path)


def compare_sources(
    baseline: Source,
    options: list[Source],
    replications: int | None = None,
    workers: int | None = None,
    out: Path = Path("results"),
    engine: str = "auto",
    draws: int | None = DRAWS,
    effects: str = "own",
) -> Comparison:
    """Play what is missing and pair it. Everything is refused before anything is played.

    Option and baseline draw an input they share alike. `draws` of 0 or none plays the stated values. `effects` of `all`
    plays the same lives under the other shipped effect sets too, where these move anything.
    """
    sources = [baseline, *options]
    for one in options:
        check_shared(baseline.scenario, one.scenario)
    asked = asked_units(draws, replications, baseline.scenario.run.replications)
    scenarios = [one.scenario for one in sources]
    own = [Job(option, _folder(one, option, out)) for one, option in zip(sources, _options(scenarios, bool(draws)), strict=True)]
    others = _sets_to_play(scenarios, bool(draws)) if effects == "all" else ()
    jobs = list(own)
    for name in others:
        jobs += _jobs_under(name, scenarios, own, out)
    studies = play_all(jobs, asked, workers, engine)
    blocks = [_paired(studies[k : k + len(own)], out, asked) for k in range(0, len(studies), len(own))]
    return Comparison(blocks[0].baseline, blocks[0].options, out, tuple(asked), tuple(zip(others, blocks[1:], strict=True)))


def _sets_to_play(scenarios: Sequence[Scenario], is_drawn: bool) -> tuple[str, ...]:
    register([name for scenario in scenarios for name in scenario.plugins])
    return other_sets(scenarios, is_drawn)


def _options(scenarios: Sequence[Scenario], is_drawn: bool) -> list[Option]:
    baseline, *rest = scenarios
    return [Option(baseline, None, is_drawn), *(Option.against(one, baseline, is_drawn) for one in rest)]


def _jobs_under(name: str, scenarios: Sequence[Scenario], own: Sequence[Job], out: Path) -> list[Job]:
    """The same under another effect set; what is played as its own anyway is not played twice."""
    played = {job.option.key: job for job in own}
    options = _options([under(one, name) for one in scenarios], own[0].option.is_drawn)
    return [played.get(option.key, Job(option, out / EFFECTS_ROOM / name / option.folder_name, name)) for option in options]


def _paired(studies: Sequence[Study], out: Path, asked: Sequence[Unit]) -> Comparison:
    return Comparison(studies[0], tuple(studies[1:]), out, tuple(asked))


def _folder(one: Source, option: Option, out: Path) -> Path:
    """A named folder if it holds just this; an option kept as a run of its own is played again after the baseline."""
    if one.folder is not None and Results(one.folder).is_of(option) and Results(one.folder).is_whole:
        return one.folder
    return out / option.folder_name
