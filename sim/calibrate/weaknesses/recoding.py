"""Changes of coding: days from which a call type's share of the calls is suddenly another.

Demand moves by the season and by growth; a code that was introduced, renamed or given up moves in a day. A step is the
split of the record with the largest binomial deviance, over the spread from week to week beyond chance, and must stand
out in the weeks around it too, so that a season is none.
Source: Chen and Gupta 2012, Parametric statistical change point analysis, chapter 2 (likelihood ratio, binary segmentation).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sim.calibrate.estimate import Finding
from sim.calibrate.mapping import OTHER
from sim.calibrate.normal import Records
from sim.screen import number, percent, significant_places

LEAST_DEVIANCE = 25.0  # of the best of a few thousand splits, over dispersion; chance gives 15 once in 300 records
LEAST_RATIO = 1.5  # of the odds on both sides
LEAST_NEAR_RATIO = 2.0  # near the step: a season of 30 % up and down gives 1.3 to 1.5 there
ENOUGH = 60  # calls of the type near a step, to judge by
MOST_STEPS = 3  # of one type
COLUMNS = {"type": "", "final_type": "final type "}

Floats = npt.NDArray[np.float64]
Counts = tuple[float, float]  # of a type, of all


@dataclass(frozen=True)
class Places:
    """What counts follow one another: how many must stand on either side of a step, be near it, and make a week."""

    least: int
    near: tuple[int, ...]  # the narrowest window with enough calls is taken
    week: int


DAYS = Places(28, (56, 112, 182), 7)
MONTHS = Places(2, (3, 6), 1)  # where only months are known


@dataclass(frozen=True)
class Step:
    """A split: the first place of the later part, its deviance over dispersion, and the counts on both sides.

    The sides reach to the next step, or to the end of the record.
    """

    at: int
    score: float
    before: Counts
    after: Counts


def label_changes(records: Records, smallest: int) -> Iterator[Finding]:
    """Steps of the share of each type of people's calls, the largest first; `final_type` too where it is said."""
    dated = records.one("SELECT count(day) FROM calls") > 0
    when = "strftime(day, '%Y-%m-%d')" if dated else "printf('%04d-%02d', year, month)"
    known = "day IS NOT NULL AND day NOT IN (SELECT day FROM days WHERE is_gap)" if dated else "year > 0 AND month > 0"
    found: list[tuple[str, str, Step]] = []
    for column, words in COLUMNS.items():
        counts = records.ask(
            f"SELECT {when} AS at, {column} AS type, count(*) AS n FROM calls WHERE {known} AND {column} IS NOT NULL GROUP BY ALL"
        )
        table = counts.pivot_table(index="at", columns="type", values="n", aggfunc="sum", fill_value=0).sort_index()
        total = table.sum(axis=1).to_numpy(np.float64)
        for name in table.columns:
            own = table[name].to_numpy(np.float64)
            if name != OTHER and own.sum() >= smallest:
                kind = DAYS if dated else MONTHS
                found += [
                    (f"{words}{name.replace('_', ' ')}", str(table.index[step.at]), step) for step in steps(own, total, kind)
                ]
    last = max((since for _, since, _ in found), default="")
    for name, since, step in sorted(found, key=lambda one: (-one[2].score, one[0])):
        yield _finding(name, since, step, smallest, last if dated else f"{last}-01")


def steps(own: Floats, total: Floats, kind: Places) -> list[Step]:
    """Steps in time order of counts `own` among `total`, both per day (or month), at most `MOST_STEPS`."""
    scores: dict[int, float] = {}
    parts = [(0, len(own))]
    while parts:
        first, end = parts.pop()
        at, score = _best(own[first:end], total[first:end], kind)
        if at:
            scores[first + at] = score
            parts += [(first, first + at), (first + at, end)]
    scores |= _late_start(own, total, kind)
    kept = sorted(sorted(scores, key=lambda at: -scores[at])[:MOST_STEPS])
    ends = [0, *kept, len(own)]
    counts = [(float(own[a:b].sum()), float(total[a:b].sum())) for a, b in pairwise(ends)]
    return [Step(at, scores[at], counts[k], counts[k + 1]) for k, at in enumerate(kept)]


def _late_start(own: Floats, total: Floats, kind: Places) -> dict[int, float]:
    """A type that is not seen at all in the first days, too few for a split, though many would have been expected."""
    lead = int(np.argmax(own > 0))
    if not 0 < lead < kind.least or not total[lead:].any():
        return {}
    expected = float(own[lead:].sum() * total[:lead].sum() / total[lead:].sum())
    score = 2 * expected / _dispersion(own[lead:], total[lead:], kind.week)
    return {lead: score} if score >= LEAST_DEVIANCE else {}


def _best(own: Floats, total: Floats, kind: Places) -> tuple[int, float]:
    """The best split of a part and its score; 0 where none is a step."""
    places = np.arange(kind.least, len(own) - kind.least + 1)
    if len(places) == 0 or own.sum() == 0:
        return 0, 0.0
    own_sum, total_sum = np.append(0.0, np.cumsum(own)), np.append(0.0, np.cumsum(total))
    k, n, all_k, all_n = own_sum[places], total_sum[places], own_sum[-1], total_sum[-1]
    gain = 2 * (_fit(k, n) + _fit(all_k - k, all_n - n) - _fit(all_k, all_n))
    at, score = int(places[np.argmax(gain)]), float(gain.max()) / _dispersion(own, total, kind.week)
    wide = _log_ratio((own_sum[at], total_sum[at]), (all_k - own_sum[at], all_n - total_sum[at]))
    before, after = _near(own, total, at, kind)
    close = float(np.sign(wide)) * _log_ratio(before, after)
    is_step = score >= LEAST_DEVIANCE and abs(wide) >= np.log(LEAST_RATIO) and close >= np.log(LEAST_NEAR_RATIO)
    return (at, score) if is_step else (0, 0.0)


def _near(own: Floats, total: Floats, at: int, kind: Places) -> tuple[Counts, Counts]:
    """Counts on both sides near a split: within the narrowest window that holds enough calls to judge by, else the widest."""
    for width in kind.near:
        parts = slice(max(at - width, 0), at), slice(at, at + width)
        if own[parts[0]].sum() + own[parts[1]].sum() >= ENOUGH:
            break
    before, after = ((float(own[part].sum()), float(total[part].sum())) for part in parts)
    return before, after


def _fit(k: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """Largest binomial log-likelihood of k of n, without the constant; nothing of nothing is 0."""
    yes, trials = np.asarray(k, np.float64), np.asarray(n, np.float64)
    no = trials - yes
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            np.where(yes > 0, yes * np.log(yes / trials), 0.0) + np.where(no > 0, no * np.log(no / trials), 0.0), np.float64
        )


def _dispersion(own: Floats, total: Floats, week: int) -> float:
    """How much more one week differs from the next than by chance, the largest differences (steps) left out; at least 1."""
    whole = len(own) // week * week
    k, n = own[:whole].reshape(-1, week).sum(axis=1), total[:whole].reshape(-1, week).sum(axis=1)
    share = (k[1:] + k[:-1]) / np.maximum(n[1:] + n[:-1], 1)
    used = (share > 0) & (share < 1) & (n[1:] > 0) & (n[:-1] > 0)
    first, second = slice(None, -1), slice(1, None)
    moved = (k[second][used] / n[second][used] - k[first][used] / n[first][used]) ** 2
    expected = share[used] * (1 - share[used]) * (1 / n[second][used] + 1 / n[first][used])
    ratios = np.sort(moved / expected)[: -MOST_STEPS or None]
    return max(float(ratios.mean()), 1.0) if len(ratios) else 1.0


def _log_ratio(before: Counts, after: Counts) -> float:
    """Logarithm of the odds after over those before, half a call added to each cell."""
    odds = [np.log(k + 0.5) - np.log(n - k + 0.5) for k, n in (before, after)]
    return float(odds[1] - odds[0])


def _finding(name: str, since: str, step: Step, smallest: int, first: str) -> Finding:
    shares = [_share(k, n, smallest) for k, n in (step.before, step.after)]
    says = (
        f"From {since} on, {name} is {shares[1]} of calls; before, {shares[0]}. So sudden a step is a change "
        f"of coding, not of demand, and a rate fitted across it is neither: fit the later part only, with period.first: {first} "
        "in the map."
    )
    if step.after[0] < smallest:
        says += " Ask which code took its place."
    size = np.exp(_log_ratio(step.before, step.after))
    return Finding("label_change", f"{name}, {since}", float(f"{size:.3g}"), "times the odds before", says)


def _share(k: float, n: float, smallest: int) -> str:
    if k < smallest:
        return "practically nothing" if k < 0.005 * n else f"fewer than {number(smallest)} calls"
    share = k / n
    return percent(share, max(significant_places(100 * share), 0))
