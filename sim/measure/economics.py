"""Which option is worth its cost, how sure that is, and what it would be worth to know more.

Pure functions on arrays of draw × option: effects (more is better) and costs, each minus the baseline's, the baseline
itself a column of zeros or left out as told. A price is what one unit of effect is worth, in dollars. Everything that
looks at single draws wants conditional means (`conditional`), never lives: luck excluded.

Source: Stinnett, Mullahy (1998), Net health benefits, Medical Decision Making 18:S68-S80; Fenwick, Claxton, Sculpher
(2001), Representing uncertainty: the role of cost-effectiveness acceptability curves, Health Economics 10:779-787;
Claxton (1999), The irrelevance of inference, Journal of Health Economics 18:341-364 (value of perfect information).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from sim.measure.conditional import cross_fitted

Floats = npt.NDArray[np.float64]

ON, DOMINATED, EXTENDED = "on the frontier", "dominated", "dominated by a mix"
SHIFTS = 19  # of values against inputs, which leave nothing to know: one in twenty lies above all of them


def net_benefit(effects: Floats, costs: Floats, price: float) -> Floats:
    """Dollars: effects at their price, less costs."""
    return np.asarray(price * effects - costs, np.float64)


def statuses(effects: Sequence[float], costs: Sequence[float]) -> list[str]:
    """Of each option: on the frontier, dominated (another does as much for no more), dominated by a mix of two others.

    Options with the same effect and cost share their status.
    """
    points = list(zip(effects, costs, strict=True))
    found = [
        DOMINATED if any(e >= effect and c <= cost and (e, c) != (effect, cost) for e, c in points) else ON
        for effect, cost in points
    ]
    edge = sorted({point for point, status in zip(points, found, strict=True) if status == ON}, key=lambda point: point[::-1])
    k = 1
    while k < len(edge) - 1:
        before, here, after = edge[k - 1 : k + 2]
        if _ratio(before, here) > _ratio(here, after):
            del edge[k]
            k = max(k - 1, 1)
        else:
            k += 1
    return [EXTENDED if status == ON and point not in edge else status for point, status in zip(points, found, strict=True)]


def _ratio(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Cost of one more unit of effect, from one (effect, cost) to another further along the frontier."""
    return (second[1] - first[1]) / (second[0] - first[0])


def icer_table(names: Sequence[str], effects: Sequence[float], costs: Sequence[float]) -> pd.DataFrame:
    """One row an option, in the order given: option_name, effect, cost, status, against, icer.

    `icer` is the cost of one more unit of effect over the next cheaper option on the frontier, named in `against`; there
    is none off the frontier, nor for its cheapest option. It is a ratio of means.
    """
    found = statuses(effects, costs)
    edge = sorted((costs[i], effects[i], i) for i, status in enumerate(found) if status == ON)
    against, icer = [""] * len(names), np.full(len(names), np.nan)
    for place, (cost, effect, i) in enumerate(edge):
        below = [k for c, e, k in edge[:place] if e < effect and c < cost]
        if below:
            against[i] = names[below[-1]]
            icer[i] = _ratio((effects[below[-1]], costs[below[-1]]), (effect, cost))
    return pd.DataFrame(
        {"option_name": list(names), "effect": effects, "cost": costs, "status": found, "against": against, "icer": icer}
    )


def break_even(effect: float, cost: float) -> float:
    """The price at which an option is worth what it costs over the baseline; none where it has no effect to pay for.

    0 where it costs no more than the baseline and does no less.
    """
    if effect <= 0:
        return 0.0 if effect == 0 and cost <= 0 else float("nan")
    return max(cost / effect, 0.0)


def is_best(net: Floats) -> npt.NDArray[np.bool_]:
    """Draw × option: whether the option has most net benefit in the draw; of equals, the first."""
    return np.asarray(net.argmax(axis=1)[:, None] == np.arange(net.shape[1]))


def acceptability(net: Floats) -> Floats:
    """By option, the share of draws in which it is best (CEAC at one price)."""
    return np.asarray(is_best(net).mean(axis=0), np.float64)


def preferred(net: Floats) -> int:
    """The option with most net benefit on average; its share of draws is the frontier's (CEAF)."""
    return int(net.mean(axis=0).argmax())


def expected_loss(net: Floats) -> Floats:
    """By option, dollars lost on average by choosing it instead of the best of each draw."""
    return np.asarray((net.max(axis=1)[:, None] - net).mean(axis=0), np.float64)


def perfect_information(net: Floats) -> tuple[float, float]:
    """Dollars gained on average by choosing in each draw what is best there, and the standard error over draws.

    The value of perfect knowledge of the inputs (EVPI) where `net` comes from conditional means: luck excluded. Where it
    comes from predictions by some of the inputs, the value of knowing these (EVPPI).
    """
    loss = net.max(axis=1) - net[:, preferred(net)]
    return float(loss.mean()), float(loss.std(ddof=1) / np.sqrt(len(loss))) if len(loss) > 1 else float("nan")


def known_by(inputs: Floats, values: Floats) -> list[Floats]:
    """Values (draw × column) as predicted by a group of inputs, then the same of values shifted along the draws.

    Shifted values have nothing to do with their inputs: what is gained by these predictions is chance alone.
    """
    n, columns = values.shape
    steps = [0, *sorted({round(k * n / (SHIFTS + 1)) for k in range(1, SHIFTS + 1)} - {0, n})]
    predicted = cross_fitted(inputs, np.hstack([np.roll(values, step, axis=0) for step in steps]), leading=columns)
    return [predicted[:, k * columns : (k + 1) * columns] for k in range(len(steps))]


def swings(inputs: Floats, net: Floats) -> tuple[Floats, Floats, Floats]:
    """By input: net benefit at its 10th and its 90th percentile by a straight line, and how sure the slope is.

    `net` has one value a draw. The last is the chance of a slope as steep as this were there none, for all inputs
    together (Bonferroni): below 0.05, the input is told from chance.
    """
    n, mean = len(net), net.mean()
    low, high = np.percentile(inputs, (10, 90), axis=0)
    centre, deviation = inputs.mean(axis=0), inputs.std(axis=0)
    z = (inputs - centre) / np.where(deviation > 0, deviation, np.inf)
    slope = z.T @ (net - mean) / n
    rest = np.maximum(net.var() - slope**2, 1e-300)
    t = np.abs(slope) * np.sqrt((n - 2) / rest)
    chance = np.minimum(2 * special.stdtr(n - 2, -t) * len(slope), 1.0)
    reach = np.where(deviation > 0, deviation, np.inf)
    return mean + slope * (low - centre) / reach, mean + slope * (high - centre) / reach, np.asarray(chance, np.float64)
