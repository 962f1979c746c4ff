"""`explain RESULTS --call N`: one story of a run, or a paragraph an option of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import ResultsError
from sim.screen import entry, wrapped
from sim.study.explain import comparison_record
from sim.study.identity import shown
from sim.study.results import Results
from sim.study.story.clauses import Paragraph
from sim.study.story.life import Life, life_of, unit_of, worth_reading
from sim.study.story.sentences import Teller
from sim.study.units import Unit

NO_PREDICTION = "One consistent story, not a prediction."
MAX_LABEL = 18  # names longer than that have a line of their own


@dataclass(frozen=True)
class Asked:
    """Which call of which life; what is left out is the folder's first."""

    call: int | None
    draw: int | None = None
    replication: int | None = None


def explain_call(folder: Path, asked: Asked, beside: list[str]) -> tuple[list[str], dict[str, Any]]:
    """The story as lines, and as data. `beside`: what else was asked for, which is refused."""
    if beside:
        raise ResultsError(f"{shown(folder)}  --call\n  got   {beside[0]} beside it\n  want  the number of a call alone")
    if not folder.is_dir():
        raise ResultsError(
            f"{shown(folder)}  --call\n  got   a scenario file\n  want  a results folder, of a run or of a comparison\n"
            f"  hint  crisis-sim run {shown(folder)} names its folder at the end"
        )
    compared = comparison_record(folder)
    if compared is None:
        results = Results(folder)
        unit = unit_of(results, asked.draw, asked.replication)
        life = life_of(results, unit)
        return _run_page(life, _checked(folder, life, asked.call), unit)
    entries = [compared["baseline"], *compared["options"]]
    own = [Unit(**one) for one in compared["units"]]
    unit = next(
        (one for one in own if asked.draw in (None, one.draw) and asked.replication in (None, one.replication)),
        own[0] if asked.draw is asked.replication is None else None,
    ) or unit_of(Results(Path(entries[0]["folder"])), asked.draw, asked.replication)
    lives = [life_of(Results(Path(one["folder"])), unit) for one in entries]
    call = _checked(folder, lives[0], asked.call)
    return _comparison_page(lives, [one["name"] for one in entries], call, unit)


def _checked(folder: Path, life: Life, call: int | None) -> int:
    """The number of a call that came in; ResultsError with some worth reading otherwise."""
    if call is not None and life.is_received(call):
        return call
    worth = ", ".join(f"--call {number} ({why})" for why, number in worth_reading(life.ledger))
    raise ResultsError(
        f"{shown(folder)}  --call\n  got   {'no number' if call is None else call}\n"
        f"  want  the number of a call that came in: column `call` of call_facts, 0 to {len(life.world.calls) - 1}"
        + (f"\n  hint  worth reading: {worth}" if worth else "")
    )


def _run_page(life: Life, call: int, unit: Unit) -> tuple[list[str], dict[str, Any]]:
    teller = Teller(life.story(call))
    told = [(teller.say.clock(t_s), text) for t_s, text in teller.lines()]
    column = max(len(clock) for clock, _ in told) + 2
    lines = [*wrapped(f"Call {call} of {life.name}, {unit}. {NO_PREDICTION}", 2, 2), *wrapped(teller.heading(), 2, 2)]
    before = ""
    for clock, text in told:
        lines += entry(clock if clock != before else "", text, column)
        before = clock
    document = {"name": life.name, "about": teller.heading(), "told": [{"at": clock, "text": text} for clock, text in told]}
    return lines, {"call": call, **unit._asdict(), "stories": [document]}


def _comparison_page(lives: list[Life], names: list[str], call: int, unit: Unit) -> tuple[list[str], dict[str, Any]]:
    tellers = [Teller(life.story(call)) for life in lives]
    lines = wrapped(f"Call {call}, {unit}. {tellers[0].heading()} {NO_PREDICTION}", 2, 2)
    column = max((len(name) for name in names if len(name) <= MAX_LABEL), default=4) + 2
    stories = []
    for name, teller in zip(names, tellers, strict=True):
        text = Paragraph(teller).text()
        lines += entry(name, text, column) if len(name) <= MAX_LABEL else [f"  {name}", *entry("", text, column)]
        stories.append({"name": name, "about": teller.heading(), "told": text})
    return lines, {"call": call, **unit._asdict(), "stories": stories}
