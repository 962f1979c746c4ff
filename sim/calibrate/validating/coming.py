"""Who came: calls a day that a unit of each responder type was sent to, and its share of the calls about people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from sim.calibrate.validating.asking import Answers
from sim.calibrate.validating.levels import Row
from sim.calibrate.validating.rows import WHO_CAME, RowMaker, Said

CAME, CAME_PEOPLE, PEOPLE = "came", "came.people", "mix"  # answers: calls by who came, and calls about people by type


def who_came(maker: RowMaker, records: Answers, lives: Sequence[Answers]) -> Iterator[Row | None]:
    """For every team that the records tell apart; none where they do not, or no life says who came."""
    lives = [life for life in lives if CAME in life.counts]
    if CAME not in records.counts or not lives:
        return
    if maker.terms.has_rates and len(records.days):
        for team in maker.terms.teams:
            yield _a_day(maker, team, records, lives)
    if all(PEOPLE in one.counts for one in (records, *lives)):
        for team in maker.terms.teams:
            yield _of_people(maker, team, records, lives)


def _a_day(maker: RowMaker, team: str, records: Answers, lives: Sequence[Answers]) -> Row | None:
    own = _by_block(records, CAME, team, records.days["block"])
    n = int(own.sum())
    if n < maker.terms.smallest:
        return None
    resampled = maker.weighing.mean(own.index.to_numpy(np.int64), own.to_numpy(float))
    simulated = [float(_by_block(life, CAME, team, life.days["block"]).mean()) for life in lives]
    said = Said(WHO_CAME, "sent to, calls a day", team, "a day", "rate")
    return maker.row(said, (float(own.mean()), resampled, simulated), n)


def _of_people(maker: RowMaker, team: str, records: Answers, lives: Sequence[Answers]) -> Row | None:
    everyone = records.tally(PEOPLE).sum(axis=1)
    own, n_all = _by_block(records, CAME_PEOPLE, team, everyone.index), int(everyone.sum())
    if 0 < own.sum() < maker.terms.smallest or n_all < maker.terms.smallest:
        return None
    resampled = maker.weighing.ratio(everyone.index.to_numpy(np.int64), own.to_numpy(float), everyone.to_numpy(float))
    simulated = [_share(life, team) for life in lives]
    said = Said(WHO_CAME, "sent to, calls about people", team, "share", "share")
    return maker.row(said, (float(own.sum() / n_all), resampled, simulated), n_all)


def _share(life: Answers, team: str) -> float:
    everyone = life.tally(PEOPLE).sum(axis=1)
    return float(_by_block(life, CAME_PEOPLE, team, everyone.index).sum() / everyone.sum())


def _by_block(answers: Answers, name: str, team: str, blocks: pd.Index | pd.Series) -> pd.Series:
    """Calls that a team came to in each block, none where nobody of it did."""
    table = answers.tally(name) if name in answers.counts else pd.DataFrame()
    counts = table[team] if team in table else pd.Series(0, table.index)
    return counts.reindex(pd.Index(blocks), fill_value=0)
