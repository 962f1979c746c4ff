"""Who leaves, who is hired, who is in training: the months of a run in order, before the first call.

At the first of a month a share of the holders who served the month before leaves, in proportion to the part of it
they served. The post is empty until somebody is hired, who is then in training for a time before they are on the
roster. Every mark is the post's own, addressed by its name and the month; so another post changes nobody, unless
attrition rises with overtime. Then what counts is the month before: hours a week of shifts filled on overtime, on
average over the posts of the responder type. Overtime that calls cause at the end of a shift is not known here, and
does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.keys import Purpose, threshold
from sim.world.luck import Luck
from sim.world.quantile import exponential
from sim.world.roster import Roster
from sim.world.workforce import Posts, first_day_of, month_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
HELD, VACANT, IN_TRAINING = 0, 1, 2
WEEK_DAYS = 7


@dataclass(frozen=True, eq=False)
class Holding:
    """Of each piece of the roster: HELD, VACANT or IN_TRAINING, and how many left and were hired by then."""

    state: Ints
    n_left: Ints
    n_hired: Ints


@dataclass(frozen=True, eq=False)
class _Spells:
    """The latest time each post was empty, in months: somebody hired, and on the roster; and how often before."""

    hired: Floats
    trained: Floats
    n_left: Ints
    n_hired: Ints


def falls(luck: Luck, purpose: Purpose, stream: Ints, number: Ints, share: Ints, among: Bools) -> Bools:
    """Whether each mark lies below its threshold; no among the others. Only marks that can decide are drawn."""
    found = np.zeros(len(stream), np.bool_)
    asked = np.flatnonzero(among & (share > 0))
    found[asked] = luck.marks(purpose, stream[asked], number[asked]) < share[asked]
    return found


def holdings(roster: Roster, is_absent: Bools, luck: Luck) -> Holding:
    """Who holds the post in each piece of the roster. Posts that no plan follows are vacant by quarter.

    `is_absent`: the crew does not come, if there is one.
    """
    by_quarter = falls(luck, Purpose.VACANCY, roster.stream, roster.quarter, roster.vacancy, ~roster.is_followed)
    nothing = np.zeros(len(roster.unit), np.int64)
    found = Holding(np.where(by_quarter, VACANT, HELD), nothing, nothing.copy())
    if len(roster.posts.unit):
        _play(roster, is_absent, found, luck)
    return found


def _play(roster: Roster, is_absent: Bools, found: Holding, luck: Luck) -> None:
    """Fill in the pieces of followed posts, month by month."""
    posts, spells = roster.posts, _at_first(roster.posts, luck)
    types = posts.type_of[roster.unit]
    rows = np.flatnonzero(np.isin(types, np.unique(posts.type_of[posts.unit])))
    month, at = month_of(roster.day[rows])
    order = np.argsort(month, kind="stable")
    rows, month, at = rows[order], month[order], at[order]
    post_of = np.full(len(posts.type_of), -1)
    post_of[posts.unit] = posts.post
    starts = month_of(posts.from_day[posts.first])[1]
    worked = np.zeros(len(posts.type_of))
    for now in np.arange(month[0], month[-1] + 1) if len(month) else ():
        _leave(posts, spells, int(now), worked, luck)
        low, high = np.searchsorted(month, [now, now + 1])
        own, when = rows[low:high], at[low:high]
        is_own = roster.is_followed[own]
        mine, post = own[is_own], post_of[roster.unit[own[is_own]]]
        when = np.maximum(when[is_own], starts[post])  # of a shift that began the day before
        is_hired = when >= spells.hired[post]
        found.state[mine] = np.where(when >= spells.trained[post], HELD, np.where(is_hired, IN_TRAINING, VACANT))
        found.n_left[mine], found.n_hired[mine] = spells.n_left[post], spells.n_hired[post] + is_hired
        if (posts.overtime_hour_factor != 1).any():
            worked = _overtime(roster, own, (found.state[own] > HELD) | is_absent[own], int(now), luck)


def _at_first(posts: Posts, luck: Luck) -> _Spells:
    """Each post as its first plan begins: held, or empty for a part of hiring and training as if it had always been so."""
    row = posts.first
    stream, (month, start) = posts.stream[row], month_of(posts.from_day[row])
    is_empty = falls(luck, Purpose.VACANCY, stream, month // 3, posts.vacancy[row], np.ones(len(row), np.bool_))
    hiring, training = posts.hiring_months[row], posts.training_months[row]
    left = luck.uniforms(Purpose.VACANT_SINCE, stream, month) * (hiring + training)
    is_open = left >= training
    anew = training + hiring * exponential(luck.uniforms(Purpose.HIRING, stream, month))  # has no memory
    left = np.where(is_open & posts.is_exponential[row], anew, left)
    trained = start + np.where(is_empty, left, 0.0)
    nobody = np.zeros(len(row), np.int64)
    return _Spells(trained - training, trained, nobody, nobody.copy())


def _leave(posts: Posts, spells: _Spells, month: int, worked: Floats, luck: Luck) -> None:
    """Holders who leave at the first of `month`. `worked`: by responder type, hours a week of overtime in the month before."""
    last_day = first_day_of(month) - 1  # of the month they served: its plan decides
    rows = np.flatnonzero((posts.from_day <= last_day) & (last_day < posts.to_day))
    served = np.clip(month - spells.trained[posts.post[rows]], 0.0, 1.0)
    hours = worked[posts.type_of[posts.unit[rows]]]
    factors: Any = [x**y for x, y in zip(posts.overtime_hour_factor[rows].tolist(), hours.tolist(), strict=True)]
    share = threshold(np.minimum(posts.attrition[rows] * np.array(factors), 1.0) * served)
    stream = posts.stream[rows]
    leaves = falls(luck, Purpose.LEAVES, stream, np.full(len(rows), month), share, np.ones(len(rows), np.bool_))
    rows, stream = rows[leaves], stream[leaves]
    post = posts.post[rows]
    spread = np.ones(len(rows))
    drawn = posts.is_exponential[rows]
    spread[drawn] = exponential(luck.uniforms(Purpose.HIRING, stream[drawn], month))
    spells.hired[post] = month + posts.hiring_months[rows] * spread
    spells.trained[post] = spells.hired[post] + posts.training_months[rows]
    spells.n_left[post] += 1
    spells.n_hired[post] += 1


def _overtime(roster: Roster, rows: Ints, is_empty: Bools, month: int, luck: Luck) -> Floats:
    """By responder type: hours a week of overtime on the shifts `rows` of `month`, on average over its posts."""
    posts = roster.posts
    n = len(posts.type_of)
    stream, day, fill = roster.stream[rows], roster.day[rows], roster.fill[rows]
    is_filled = falls(luck, Purpose.OVERTIME_FILL, stream, day, fill, is_empty)
    seconds = np.where(is_filled, roster.end_s[rows] - roster.start_s[rows], 0)
    hours = np.bincount(posts.type_of[roster.unit[rows]], seconds, n) / 3600
    n_posts = np.bincount(posts.type_of[np.unique(roster.unit[rows])], minlength=n)
    n_days = first_day_of(month + 1) - max(first_day_of(month), posts.begins_day)  # 0 of a shift from before the run
    return np.asarray(hours / np.maximum(n_posts, 1) / max(n_days, 1) * WEEK_DAYS, np.float64)
