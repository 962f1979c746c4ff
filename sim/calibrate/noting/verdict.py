"""What may be trusted and what not, in a few sentences; and what was held back, for page and screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.calibrate.drafting.outline import Town
from sim.calibrate.estimate import Finding, Fitted
from sim.calibrate.mapping import ExportMap
from sim.calibrate.normal import HELD_BACK, Records
from sim.screen import number, percent

HELD = {  # hold_back of a map -> what is held back
    "years": "every second calendar year, beginning with the second",
    "months": "every second calendar month, beginning with the second",
    "weeks": "every second week, Monday to Sunday, beginning with the second",
    "rows": "every second call of each hour",
}
LEAST_DOUBT = 0.2  # share of rows from which a weakness speaks against what is learned of them
ALWAYS = ("label_change", "impossible", "coverage")  # kinds of finding that do so whatever their size


@dataclass(frozen=True)
class Topic:
    """Something a planner asks of records."""

    words: str
    paths: tuple[str, ...]  # beginnings of the numbers and shapes it is made of
    doubts: tuple[str, ...]  # kinds and places of findings that speak against it


TOPICS = (
    Topic("how many calls", ("demand.calls_per_year", "demand.other_calls_per_year"), ("label_change", "mislabelling")),
    Topic("when they come", ("demand.profile", "demand.other_profile"), ("midnight", "season", "months", "weekdays", "hours")),
    Topic("which kinds", ("demand.mix",), ("label_change", "mislabelling")),
    Topic("minutes on the way", ("travel",), ("en route to on scene",)),
    Topic("turnout", ("turnout_spread", "responders.*.turnout_min"), ("dispatched to en route",)),
    Topic("minutes on scene", ("responders.*.on_scene_min", "types.*.on_scene_min"), ("time on scene",)),
    Topic("minutes at a door", ("facilities", "handover_spread"), ("at the door to clear",)),
    Topic("how calls end", ("outcomes",), ("ending", "share_ed")),
    Topic("how long callers wait", ("types.*.patience_min",), ("calls nobody was sent to",)),
)


def verdict(fitted: Fitted) -> Iterator[str]:
    """What may be trusted, what only with a weakness in mind, and what is not the town's own; a sentence each."""
    paths = [one.path for one in fitted.all_estimates()] + [shape.path for shape in fitted.shapes]
    learned = [topic for topic in TOPICS if any(_is_of(path, start) for path in paths for start in topic.paths)]
    doubted = [topic for topic in learned if any(_speaks_against(finding, topic) for finding in fitted.findings)]
    sound = [topic for topic in learned if topic not in doubted]
    for topics, start in (
        (sound, "May be trusted as far as its range: "),
        (doubted, "Not without the weaknesses below in mind: "),
        ([topic for topic in TOPICS if topic not in learned], "Not this town's own, but the base's: "),
    ):
        if topics:
            yield f"{start}{', '.join(topic.words for topic in topics)}."


def _is_of(path: str, start: str) -> bool:
    """Whether a path begins as `start` does, in which a star stands for any one step."""
    steps = start.split(".")
    return all(own in ("*", other) for own, other in zip(steps, (path.split(".") + [""] * len(steps))[: len(steps)], strict=True))


def _speaks_against(finding: Finding, topic: Topic) -> bool:
    is_large = finding.kind in ALWAYS or (finding.unit.startswith("share") and finding.size >= LEAST_DOUBT)
    return is_large and bool({finding.kind, finding.where} & set(topic.doubts))


def held_back(town: Town, records: Records | None) -> str:
    """How many calls were fitted to and how many are held back, and which; empty where none are."""
    if records is None or not isinstance(town, ExportMap) or town.hold_back == "none":
        return ""
    held, of_all = records.one(f"SELECT count(*) FROM calls WHERE part = {HELD_BACK}"), records.one("SELECT count(*) FROM calls")
    if held <= 0:
        return ""
    return (
        f"{number(of_all - held)} calls were fitted to; {number(held)} ({percent(held / of_all)}) are held back, "
        f"{HELD[town.hold_back]}: validate is judged by them."
    )
