"""People whose crises recur, told apart from everybody else by how many calls each person has.

Calls of a person with recurrent crises are Poisson with a rate of their own; rates are gamma, so counts are negative binomial.
Everybody else is met once. So the people met twice or more, who can only be of the first kind, give the law (negative
binomial, cut off below two), and from it how many of the first kind were met once, or never.

That is much to ask of a short record: where few people return often, a great many rare callers and few frequent ones fit alike.
It is learned only where the record says which; else the facts stay in the note and the scenario keeps its defaults.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from sim.calibrate.doubt import Blocks, blocks_of, estimate, interval
from sim.calibrate.estimate import Fitted, Unlearned
from sim.calibrate.fits.span import OWN
from sim.calibrate.fits.view import View
from sim.world.demand import DAYS_PER_YEAR

Floats = npt.NDArray[np.float64]

PATH = "people.recurrent"
FEWEST_RETURNING = 200  # people met twice or more
FEWEST_YEARS = 0.95
NAMED = 0.8  # share of calls about people that say who
FREQUENT = 5  # calls; as many people as may be shown must have as many, or the law has no tail to be read from
WIDEST = 4.0  # upper over lower end of the interval of how many people there are
LIMITS = ((-6.0, 6.0), (-4.0, 5.0))  # of the logarithms of mean and shape


@dataclass(frozen=True)
class Law:
    """How many people there are with recurrent crises, their mean calls in the record, and the shape of the gamma rates."""

    people: float
    mean: float
    shape: float


def learn_recurrent(view: View, fitted: Fitted, where: str) -> None:
    """`people.recurrent`: people per 1,000 residents, crises a year, and how much their rates differ."""
    why, histogram, blocks = _histogram(view, where)
    if why:
        fitted.unlearned.append(Unlearned(PATH, why))
        return
    years = _years(view)
    law = fit_law(histogram.sum(axis=0))
    laws = [fit_law(counts, law) for counts in blocks.weights @ histogram]
    people = np.array([one.people for one in laws])
    why = _why_not(law, people, histogram.sum(axis=0))
    if why:
        fitted.unlearned.append(Unlearned(PATH, why))
        return
    residents, n = view.export_map.population, int(histogram[:, 2:].sum())
    assert residents is not None
    how = "negative binomial through the people met twice or more; everybody else counts as met once"
    rows = (
        ("per_1000", law.people, people, 1000 / residents, "people per 1,000 residents"),
        ("crises_per_year", law.mean, np.array([one.mean for one in laws]), 1 / years, "crises per person and year"),
        ("frailty_cv", law.shape**-0.5, np.array([one.shape for one in laws]) ** -0.5, 1.0, "standard deviation over mean"),
    )
    for name, value, resamples, factor, unit in rows:
        fitted.estimates.append(estimate(f"{PATH}.{name}", value * factor, resamples * factor, unit, n, how))


def _years(view: View) -> float:
    return view.n("days", "true") * view.records.exposure / DAYS_PER_YEAR


def _histogram(view: View, where: str) -> tuple[str, Floats, Blocks]:
    """Why it cannot be learned (empty where it can), and people by block of their first call × how many calls they have."""
    nothing = np.zeros((0, 0)), blocks_of([])
    if view.export_map.population is None:
        return "the map does not say how many residents there are", *nothing
    if _years(view) < FEWEST_YEARS:
        return "less than a year of days is covered", *nothing
    named = view.n("calls", where) / view.n("calls", view.of(view.people))
    if named < NAMED:
        return f"only {100 * named:.0f} % of calls about people say who", *nothing
    found = view.records.ask(
        f"""SELECT block, calls, count(*) AS n FROM (
            SELECT min(block) AS block, count(*) AS calls FROM calls WHERE {OWN} AND {where} GROUP BY person
        ) GROUP BY ALL ORDER BY ALL"""
    )
    calls, n = found["calls"].to_numpy(np.int64), found["n"].to_numpy(np.int64)
    if n[calls >= 2].sum() < FEWEST_RETURNING or n[calls >= FREQUENT].sum() < max(view.smallest, 2):
        return f"it takes {FEWEST_RETURNING} people who came back, and some of them often", *nothing
    block = found["block"].to_numpy(np.int64)
    blocks = blocks_of(block)
    histogram = np.zeros((len(blocks.ids), calls.max() + 1))
    histogram[blocks.rows(block), calls] = n
    return "", histogram, blocks


def fit_law(counts: Floats, near: Law | None = None) -> Law:
    """The likeliest law behind counts of people by number of calls, 0 and 1 not used; the search starts from a law near it."""
    calls = np.flatnonzero(counts[2:]) + 2
    weights = counts[calls]
    mean = max(float((calls * weights).sum() / weights.sum()) - 1, 0.2)
    start = np.log([mean, 1.0] if near is None else [near.mean, near.shape])

    def unlikely(logs: Floats) -> float:
        mean, shape = np.exp(logs)
        once_or_never = np.exp(_log_share(np.arange(2), mean, shape)).sum()
        return float(weights.sum() * np.log(max(1 - once_or_never, 1e-300)) - weights @ _log_share(calls, mean, shape))

    found = optimize.minimize(unlikely, start, method="Nelder-Mead", bounds=LIMITS, options={"xatol": 1e-4, "fatol": 1e-4})
    mean, shape = np.exp(found.x)
    twice = 1 - np.exp(_log_share(np.arange(2), mean, shape)).sum()
    return Law(float(weights.sum() / twice), float(mean), float(shape))


def _log_share(calls: npt.NDArray[np.int64], mean: float, shape: float) -> Floats:
    """Logarithm of the negative binomial probability of so many calls."""
    ways = special.gammaln(calls + shape) - special.gammaln(shape) - special.gammaln(calls + 1)
    return np.asarray(ways + shape * np.log(shape / (shape + mean)) + calls * np.log(mean / (shape + mean)), np.float64)


def _why_not(law: Law, people: Floats, counts: Floats) -> str:
    logs = np.log([law.mean, law.shape])
    low, high = interval(people)
    once = law.people * float(np.exp(_log_share(np.array([1]), law.mean, law.shape))[0])
    if any(not a + 0.01 < x < b - 0.01 for x, (a, b) in zip(logs, LIMITS, strict=True)) or high > WIDEST * max(low, 1e-9):
        return "many people who seldom call and few who often do fit the record alike, so it does not say how many there are"
    if once > counts[1] * 1.1:
        return "the people who came back do not fit a spread of rates: it would have more people met once than there are"
    return ""
