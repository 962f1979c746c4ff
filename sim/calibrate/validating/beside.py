"""Simulated figures beside recorded ones: which quantities there are, and what each is on either side.

How far apart they are, and whether that matters, is `rows`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.calibrate.validating.asking import Answers, Sample
from sim.calibrate.validating.coming import who_came
from sim.calibrate.validating.levels import Row
from sim.calibrate.validating.rows import RowMaker, Said, Terms, Values
from sim.calibrate.validating.weighing import Weighing

Floats = npt.NDArray[np.float64]

BLOCK_H = 4
FEWEST_OF_A_TYPE = 100  # calls with a known ending, for endings of a kind of call
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHO = {"people": "calls about people", "other": "other calls"}
MINUTES = {  # sample -> section, words
    "queue": ("queue", "received to dispatched"),
    "response": ("response", "received to on scene"),
    "patience": ("patience", "received to given up, calls nobody was sent to"),
    "travel": ("travel", "travel"),
    "transport": ("door", "way to the door"),
    "at_door": ("door", "at the door of an ED"),
    "task": ("task", "dispatched to clear"),
    "units": ("units", "units sent to a call"),
}


def beside(records: Answers, lives: Sequence[Answers], terms: Terms) -> list[Row]:
    """Every quantity that the records have, in order of sections."""
    weighing = Weighing(records)
    comparing = _Comparing(records, list(lives), weighing, terms)
    rows = [*comparing.rates(), *comparing.shapes(), *comparing.shares(), *who_came(comparing.maker, records, lives)]
    rows += [*comparing.lengths(), *comparing.work()]
    return [row for row in rows if row is not None]


class _Comparing:
    def __init__(self, records: Answers, lives: list[Answers], weighing: Weighing, terms: Terms) -> None:
        self.records, self.lives, self.weighing, self.terms = records, lives, weighing, terms
        self.maker = RowMaker(weighing, terms)

    def rates(self) -> Iterable[Row | None]:
        """Calls a day, and how much days differ."""
        if not self.terms.has_rates or not len(self.records.days):
            return
        for who, words in WHO.items():
            if self.records.days[who].sum() >= self.terms.smallest:
                said = Said("calls", f"{words} a day", who, "a day", "rate")
                n = int(self.records.days[who].sum())
                yield self.maker.row(said, self._of_days(who), n)
        if len(self.records.days) >= 60 and self.records.days[["people", "other"]].to_numpy().mean() >= 1:
            said = Said("calls", "standard deviation of calls a day over their mean", "all", "ratio", "mean")
            yield self.maker.row(said, self._spread_of_days(), int(self.records.days[["people", "other"]].to_numpy().sum()))

    def _of_days(self, column: str) -> Values:
        days = self.records.days
        own = days[column].to_numpy(float)
        resampled = self.weighing.mean(days["block"].to_numpy(np.int64), own)
        return float(own.mean()), resampled, [float(life.days[column].mean()) for life in self.lives]

    def _spread_of_days(self) -> Values:
        def spread(days: pd.DataFrame) -> float:
            n = (days["people"] + days["other"]).to_numpy(float)
            return float(n.std() / n.mean())

        days = self.records.days
        n, block = (days["people"] + days["other"]).to_numpy(float), days["block"].to_numpy()
        mean, square = (self.weighing.mean(block, values) for values in (n, n**2))
        return spread(days), np.sqrt(np.maximum(square - mean**2, 0)) / mean, [spread(life.days) for life in self.lives]

    def shapes(self) -> Iterable[Row | None]:
        """Shares by four-hour block, by weekday and by hour of the day."""
        for who, words in WHO.items():
            blocks = {f"{h:02d}-{h + BLOCK_H:02d} h": [str(k) for k in range(h, h + BLOCK_H)] for h in range(0, 24, BLOCK_H)}
            hours = {f"{h:02d} h": [str(h)] for h in range(24)}
            weekdays = {name: [str(k)] for k, name in enumerate(DAYS)}
            yield from self._shares(f"hour.{who}", "hours", f"{words} by four hours", blocks)
            yield from self._shares(f"weekday.{who}", "weekdays", f"{words} by weekday", weekdays)
            yield from self._shares(f"hour.{who}", "single hours", f"{words} by hour", hours)

    def shares(self) -> Iterable[Row | None]:
        """Mix, priorities, endings, and calls that gave up before anybody was sent."""
        yield from self._shares("mix", "mix", "calls about people by type", None)
        for who, words in WHO.items():
            yield from self._shares(f"priority.{who}", "priorities", f"{words} by priority", None)
        yield from self._endings("ending", WHO["people"])
        for name, frame in self.records.counts.items():
            if name.startswith("ending.") and frame["n"].sum() >= FEWEST_OF_A_TYPE:
                yield from self._endings(name, f"{name.removeprefix('ending.')} calls")
        if "sent" in self.records.counts and (self.records.counts["sent"]["key"] == "gave up").any():
            gave_up = {"before anybody was sent": ["gave up"]}
            yield from self._shares("sent", "patience", "calls given up", gave_up)

    def _endings(self, name: str, whose: str) -> Iterable[Row | None]:
        """By word of the records; endings of lives for which these have no word are one with `handled`."""
        if name not in self.records.counts:
            return
        words = sorted(set(self.records.counts[name]["key"]))
        lives = {str(key) for life in self.lives if name in life.counts for key in life.counts[name]["key"]}
        pools = {word: [word] for word in words if word != "handled"}
        if "handled" in words:
            pools["any other ending"] = ["handled", *sorted(lives - set(words))]
        if len(pools) > 1:
            yield from self._shares(name, "endings" if name == "ending" else "endings by type", f"endings of {whose}", pools)

    def _shares(self, name: str, section: str, words: str, pools: Mapping[str, list[str]] | None) -> Iterable[Row | None]:
        if name not in self.records.counts:
            return
        table = self.records.tally(name)
        others = [life.tally(name) for life in self.lives if name in life.counts]
        if pools is None:
            pools = {str(key): [str(key)] for key in sorted({key for frame in (table, *others) for key in frame.columns})}
        total = int(table.to_numpy().sum())
        if total < self.terms.smallest or not others:
            return
        n_all = table.sum(axis=1).to_numpy(float)
        for group, keys in pools.items():
            own = table.reindex(columns=keys, fill_value=0).sum(axis=1).to_numpy(float)
            if 0 < own.sum() < self.terms.smallest:
                continue
            resampled = self.weighing.ratio(table.index.to_numpy(np.int64), own, n_all)
            simulated = [_part(frame, keys) for frame in others]
            said = Said(section, words, group, "share", "share")
            yield self.maker.row(said, (float(own.sum() / total), resampled, simulated), total)

    def lengths(self) -> Iterable[Row | None]:
        """Medians, ninth deciles and means of minutes, and the distance between the distributions."""
        for name, own in self.records.samples.items():
            kind, _, who = name.partition(".")
            section, words = MINUTES.get(kind, (kind, kind.replace("_", " ")))
            if kind == "on_scene":
                section, words = "on scene", f"on scene, {WHO[who]}"
            elif kind == "turnout":
                section, words = "turnout", f"turnout, {who}"
            lives = [life.samples[name] for life in self.lives if name in life.samples]
            if kind == "units" and own.values.max() <= 1:  # a call has one row, whoever came
                continue
            if own.n_all >= self.terms.smallest and lives:
                yield from self._length(section, words, own, lives, "units" if kind == "units" else "min")

    def _length(self, section: str, words: str, own: Sample, lives: list[Sample], unit: str) -> Iterable[Row | None]:
        mean = Said(section, words, "mean", unit, "mean", float(own.values.std()))
        said = (float(own.values.mean()), self.weighing.mean(own.block, own.values), [float(s.values.mean()) for s in lives])
        if unit == "units":
            yield self.maker.row(mean, said, own.n_all)
            return
        for share, group in ((0.5, "half within"), (0.9, "9 in 10 within")):
            if min(share, 1 - share) * own.n_all < self.terms.smallest:  # it would be a row's own minutes
                continue
            values = (own.quantile(share), self.weighing.quantile(own, share), [one.quantile(share) for one in lives])
            yield self.maker.row(Said(section, words, group, unit, "length"), values, own.n_all)
        yield self.maker.row(mean, said, own.n_all)
        yield self.maker.distance(section, words, own, lives)

    def work(self) -> Iterable[Row | None]:
        """Hours on task a day, of all units and of each that was sent that day."""
        days, task = self.records.days, self.records.samples.get("task")
        lives = [life for life in self.lives if "task" in life.samples]
        if not self.terms.has_rates or task is None or not len(days) or task.n_all < self.terms.smallest or not lives:
            return
        sent = self.weighing.mean(days["block"].to_numpy(np.int64), days["visits"].to_numpy(float))
        resampled = self.weighing.mean(task.block, task.values) * sent / 60
        values = (_busy_h(self.records), resampled, [_busy_h(life) for life in lives])
        yield self.maker.row(Said("task", "hours on task a day", "all units", "h a day", "rate"), values, task.n_all)
        if np.isfinite(self.records.units_a_day):
            each = [_busy_h(life) / life.units_a_day for life in lives if life.units_a_day > 0]
            values = (values[0] / self.records.units_a_day, resampled / self.records.units_a_day, each)
            said = Said("work", "hours on task a day", "each unit sent that day", "h a day", "rate")
            yield self.maker.row(said, values, task.n_all)


def _part(table: pd.DataFrame, keys: list[str]) -> float:
    return float(table.reindex(columns=keys, fill_value=0).to_numpy().sum() / table.to_numpy().sum())


def _busy_h(answers: Answers) -> float:
    """Hours on task a day: mean of those that are known, times units sent a day."""
    return float(answers.samples["task"].values.mean() * answers.days["visits"].mean() / 60)
